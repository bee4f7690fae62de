/* Dots of rows in binary32, once for each TYPE that lies in memory; NAME(x) puts the type's prefix before x. Strides
 * are in bytes; a column of a row follows the one before it. What is loaded past n are zeros, whose products change no
 * lane: at most the sign of a zero, which the +0.0 that ends a dot takes away. */

#define ROW(a, stride, r) ((const TYPE *)((const char *)(a) + (r) * (stride)))

/* As in tiles/block_sums.h: an initializer is REP STOS, too. */
INLINE void NAME(clear)(single_reg *sums) {
    UNROLL
    for (int k = 0; k < SINGLE_LANE_REGS; k++) sums[k] = (single_reg){0};
}

/* sums[k] += x * y for the registers of all lanes. */
INLINE void NAME(accumulate)(single_reg *sums, const TYPE *x, const TYPE *y, ptrdiff_t n) {
    ptrdiff_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        UNROLL
        for (int k = 0; k < SINGLE_LANE_REGS; k++)
            sums[k] = single_fused(NAME(load)(x + i + k * single_width), NAME(load)(y + i + k * single_width), sums[k]);
    }
    UNROLL
    for (int k = 0; k < SINGLE_LANE_REGS; k++, i += single_width) {
        if (i >= n) break;
        sums[k] = single_fused(NAME(load_part)(x + i, n - i), NAME(load_part)(y + i, n - i), sums[k]);
    }
}

/* The sum of a block of n products. */
INLINE float NAME(block_sum)(const TYPE *x, const TYPE *y, ptrdiff_t n) {
    single_reg sums[SINGLE_LANE_REGS];
    NAME(clear)(sums);
    NAME(accumulate)(sums, x, y, n);
    return single_fold(single_fold_lanes(sums));
}

/* lanes[i % 32] += x[i] * y[i], the lanes in memory: for a block that comes in pieces. */
INLINE void NAME(add_products)(float *lanes, const TYPE *x, const TYPE *y, ptrdiff_t n) {
    single_reg sums[SINGLE_LANE_REGS];
    memcpy(sums, lanes, sizeof sums);
    NAME(accumulate)(sums, x, y, n);
    memcpy(lanes, sums, sizeof sums);
}

/* sums[r * SINGLE_LANE_REGS + k] = the lanes of register k of a block of row r, for `rows` rows that share each load of
 * x and for the `regs` registers from `first` on: both constants, so that all these sums stay in registers. */
INLINE void NAME(shared_lanes)(single_reg *sums, const TYPE *a, ptrdiff_t apart, const float *x, ptrdiff_t n,
                               const int rows, const int first, const int regs) {
    const ptrdiff_t whole = n - n % LANES;
    single_reg s[SINGLE_SHARING * SINGLE_LANE_REGS];
    UNROLL
    for (int k = 0; k < rows * regs; k++) s[k] = (single_reg){0};
    for (ptrdiff_t i = first * single_width; i < whole; i += LANES) {
        UNROLL
        for (int k = 0; k < regs; k++) {
            const single_reg xk = single_in_register(single_load(x + i + k * single_width));
            UNROLL
            for (int r = 0; r < rows; r++)
                s[r * regs + k] = single_fused(NAME(load)(ROW(a, apart, r) + i + k * single_width), xk,
                                               s[r * regs + k]);
        }
    }
    UNROLL
    for (int k = 0; k < regs; k++) {
        const ptrdiff_t i = whole + (first + k) * single_width;
        if (i >= n) break;
        const single_reg xk = single_load_part(x + i, n - i);
        UNROLL
        for (int r = 0; r < rows; r++)
            s[r * regs + k] = single_fused(NAME(load_part)(ROW(a, apart, r) + i, n - i), xk, s[r * regs + k]);
    }
    UNROLL
    for (int r = 0; r < rows; r++) {
        UNROLL
        for (int k = 0; k < regs; k++) sums[r * SINGLE_LANE_REGS + first + k] = s[r * regs + k];
    }
}

/* out[r] = the sum of a block of a[r / sharing * next + r % sharing * apart] * x, r < width: as many rows share each
 * load of x, in passes that split the registers, and the folds of all end in one register. */
INLINE void NAME(shared_rows)(const TYPE *a, ptrdiff_t next, ptrdiff_t apart, const float *x, ptrdiff_t n, float *out) {
    single_reg each[single_width];
    UNROLL
    for (int done = 0; done < single_width; done += SINGLE_SHARING, a = ROW(a, next, 1)) {
        single_reg sums[SINGLE_SHARING * SINGLE_LANE_REGS];
        UNROLL
        for (int part = 0; part < SINGLE_PARTS; part++)
            NAME(shared_lanes)(sums, a, apart, x, n, SINGLE_SHARING, part * (SINGLE_LANE_REGS / SINGLE_PARTS),
                               SINGLE_LANE_REGS / SINGLE_PARTS);
        UNROLL
        for (int r = 0; r < SINGLE_SHARING; r++) each[done + r] = single_fold_lanes(sums + r * SINGLE_LANE_REGS);
    }
    single_store(out, single_fold_each(each));
}

/* out[r] = the sum of a block of a[r] * x[r], r < width. */
INLINE void NAME(paired_rows)(const TYPE *a, ptrdiff_t a_row, const TYPE *x, ptrdiff_t x_row, ptrdiff_t n, float *out) {
    single_reg each[single_width];
    for (int r = 0; r < single_width; r++) {
        single_reg sums[SINGLE_LANE_REGS];
        NAME(clear)(sums);
        NAME(accumulate)(sums, ROW(a, a_row, r), ROW(x, x_row, r), n);
        each[r] = single_fold_lanes(sums);
    }
    single_store(out, single_fold_each(each));
}

/* The same for `rows` rows, `width` at the least, of one register or two, as `used` says, a constant: nothing is
 * accumulated. The last of them may be done twice. */
INLINE void NAME(rows_of_registers)(const TYPE *a, ptrdiff_t a_row, const TYPE *x, ptrdiff_t x_row, ptrdiff_t n,
                                    ptrdiff_t rows, const int used, float *out) {
    for (ptrdiff_t next = 0; next < rows; next += single_width) {
        const ptrdiff_t i = next + single_width <= rows ? next : rows - single_width;
        single_reg each[single_width];
        UNROLL
        for (int r = 0; r < single_width; r++) {
            const TYPE *p = ROW(a, a_row, i + r), *q = ROW(x, x_row, i + r);
            each[r] = used == 1 ? NAME(load_part)(p, n) * NAME(load_part)(q, n) : NAME(load)(p) * NAME(load)(q);
            if (used == 2)
                each[r] += NAME(load_part)(p + single_width, n - single_width) *
                           NAME(load_part)(q + single_width, n - single_width);
        }
        single_store(out + i, single_fold_each(each) + single_spread(0));
    }
}
static void NAME(short_rows)(const TYPE *a, ptrdiff_t a_row, const TYPE *x, ptrdiff_t x_row, ptrdiff_t n,
                             ptrdiff_t rows, float *out) {
    if (n <= single_width)
        NAME(rows_of_registers)(a, a_row, x, x_row, n, rows, 1, out);
    else
        NAME(rows_of_registers)(a, a_row, x, x_row, n, rows, 2, out);
}

/* out[i] = x[i], of any stride. */
static void NAME(gather)(float *out, const TYPE *x, ptrdiff_t stride, ptrdiff_t n) {
    ptrdiff_t i = 0;
    if (stride == sizeof(TYPE))
        for (; i + single_width <= n; i += single_width) single_store(out + i, NAME(load)(x + i));
    for (; i < n; i++) out[i] = NAME(one)((const char *)x + i * stride);
}

#undef ROW
