/* The same of f64_width rows at once, in the arithmetic of the registers, once for each kind of them: NAME(x) puts its
 * prefix before x, FOLD_ROWS(v) folds a register of each row into one of doubles.
 *
 * A number goes through SIZED_STEPS additions at most, besides one for every register of a row.
 */
#define REG NAME(reg)
#define WIDTH NAME(width)
#define ROW(a, row, r) ((const TYPE *)((const char *)(a) + (r) * (row)))

INLINE void NAME(add_sized)(REG *sums, REG *sizes, REG product) {
    *sums += product;
    *sizes += NAME(absolute)(product);
}

/* sums[r] += a[r]·x[r], and sizes[r] += what |a[r][i] * x[r][i]| add up to; all rows share x if x_row is 0. */
static void NAME(sized_rows)(const TYPE *a, ptrdiff_t a_row, const TYPE *x, ptrdiff_t x_row, ptrdiff_t n, double *sums,
                             double *sizes) {
    REG s[f64_width], t[f64_width];
    double found[2][f64_width];
    UNROLL
    for (int r = 0; r < f64_width; r++) s[r] = t[r] = NAME(spread)(0.0f); /* memset would be a call of 30 cycles */
    for (; x_row == 0 && n >= WIDTH; n -= WIDTH, a += WIDTH, x += WIDTH) {
        const REG shared = NAME(in_register)(NAME(load)(x));
        UNROLL
        for (int r = 0; r < f64_width; r++) NAME(add_sized)(s + r, t + r, NAME(load)(ROW(a, a_row, r)) * shared);
    }
    for (; n >= WIDTH; n -= WIDTH, a += WIDTH, x += WIDTH) {
        UNROLL
        for (int r = 0; r < f64_width; r++)
            NAME(add_sized)(s + r, t + r, NAME(load)(ROW(a, a_row, r)) * NAME(load)(ROW(x, x_row, r)));
    }
    if (n > 0) {
        UNROLL
        for (int r = 0; r < f64_width; r++)
            NAME(add_sized)(s + r, t + r, NAME(load_part)(ROW(a, a_row, r), n) * NAME(load_part)(ROW(x, x_row, r), n));
    }
    const f64_reg all = FOLD_ROWS(s), all_sizes = FOLD_ROWS(t);
    memcpy(found[0], &all, sizeof all);
    memcpy(found[1], &all_sizes, sizeof all_sizes);
    for (int r = 0; r < f64_width; r++) sums[r] += found[0][r], sizes[r] += found[1][r];
}

#undef REG
#undef WIDTH
#undef ROW
