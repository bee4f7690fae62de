/* The same of f64_width rows at once, in the arithmetic of the registers, once for each kind of them: NAME(x) puts its
 * prefix before x, FOLD_ROWS(v) folds a register of each row into one of doubles.
 *
 * A number goes through SIZED_STEPS additions at most, besides one for every register of a row.
 */
#define REG NAME(reg)
#define WIDTH NAME(width)
#define LONG (16 * WIDTH)
#define ROW(a, row, r) ((const TYPE *)((const char *)(a) + (r) * (row)))

INLINE void NAME(add_sized)(REG *sums, REG *sizes, REG product) {
    *sums += product;
    *sizes += NAME(absolute)(product);
}

/* One row of each, in four registers. Where rows are long, they are not done side by side: if they lie a multiple of 4 KB
 * apart, sixteen of them take the same lines of L1, which has eight (8 rows of 1024 float64 took 4.4 us so, and 1.3). */
INLINE void NAME(sized_row)(const TYPE *a, const TYPE *x, ptrdiff_t n, REG *sum, REG *size) {
    REG s[4], t[4];
    UNROLL
    for (int k = 0; k < 4; k++) s[k] = t[k] = NAME(spread)(0.0f);
    for (; n >= 4 * WIDTH; n -= 4 * WIDTH, a += 4 * WIDTH, x += 4 * WIDTH) {
        UNROLL
        for (int k = 0; k < 4; k++) NAME(add_sized)(s + k, t + k, NAME(load)(a + k * WIDTH) * NAME(load)(x + k * WIDTH));
    }
    for (; n >= WIDTH; n -= WIDTH, a += WIDTH, x += WIDTH) NAME(add_sized)(s, t, NAME(load)(a) * NAME(load)(x));
    if (n > 0) NAME(add_sized)(s, t, NAME(load_part)(a, n) * NAME(load_part)(x, n));
    *sum = (s[0] + s[1]) + (s[2] + s[3]);
    *size = (t[0] + t[1]) + (t[2] + t[3]);
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
    if (n >= LONG) {
        for (int r = 0; r < f64_width; r++) NAME(sized_row)(ROW(a, a_row, r), ROW(x, x_row, r), n, s + r, t + r);
        n = 0;
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
#undef LONG
#undef ROW
