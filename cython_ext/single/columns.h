/* Matrices that run along their columns, in binary32, once for each TYPE; NAME(x) puts the type's prefix before x. */

#define AT(a, stride, i) ((const TYPE *)((const char *)(a) + (i) * (stride)))

/* lane[j] += a[0][j] * x[0] + ... + a[rows - 1][j] * x[(rows - 1) * LANES], fused and in this order, for a constant
 * number of rows that share the lane: one load and one store of it serves them all. A fresh lane, a constant too, is
 * read as +0.0. Only two of the rows have pointers of their own: eight offsets do not fit the registers. */
INLINE void NAME(add_to_lane)(float *lane, ptrdiff_t size, const int fresh, const TYPE *a, ptrdiff_t a_step,
                              const float *x, const int rows) {
    const TYPE *upper = a, *lower = AT(a, a_step, rows / 2);
    single_reg factors[8];
    UNROLL
    for (int t = 0; t < rows; t++) factors[t] = single_spread(x[t * LANES]);
    for (ptrdiff_t j = 0; j < size; j += single_width, upper += single_width, lower += single_width) {
        const ptrdiff_t left = size - j;
        single_reg sum = {0};
        if (!fresh) sum = single_load(lane + j);
        UNROLL
        for (int t = 0; t < rows; t++) {
            const TYPE *p = t < rows / 2 ? AT(upper, a_step, t) : AT(lower, a_step, t - rows / 2);
            sum = single_fused(left >= single_width ? NAME(load)(p) : NAME(load_part)(p, left), factors[t], sum);
        }
        single_store(lane + j, sum);
    }
}

/* The same where `fresh` is not constant. */
INLINE void NAME(add_rows)(float *lane, ptrdiff_t size, int fresh, const TYPE *a, ptrdiff_t a_step, const float *x,
                           const int rows) {
    if (fresh)
        NAME(add_to_lane)(lane, size, 1, a, a_step, x, rows);
    else
        NAME(add_to_lane)(lane, size, 0, a, a_step, x, rows);
}

/* out[j] = the sum of a block of a[i][j] * x[i], j < size, i < n <= BLOCK. A register holds one lane of neighbouring
 * outputs; `lanes` is room for the 32 lanes of `wide` outputs, size rounded up to whole registers. */
static void NAME(column_sums)(const TYPE *a, ptrdiff_t a_row, const float *x, ptrdiff_t n, ptrdiff_t size,
                              ptrdiff_t wide, float *lanes, float *out) {
    const ptrdiff_t a_step = LANES * a_row;
    ptrdiff_t used = n < LANES ? n : LANES; /* the other lanes are zeros, which change no sum */
    for (ptrdiff_t first = 0, taken; first < n; first += taken * LANES) {
        taken = n - first > 7 * LANES ? 8 : n - first > 3 * LANES ? 4 : n - first > LANES ? 2 : 1;
        for (ptrdiff_t i = first; i < n && i < first + LANES; i++) {
            float *lane = lanes + (i - first) * wide;
            const TYPE *row = AT(a, a_row, i);
            if (taken == 8 && i + 7 * LANES < n)
                NAME(add_rows)(lane, size, first == 0, row, a_step, x + i, 8);
            else if (taken == 4 && i + 3 * LANES < n)
                NAME(add_rows)(lane, size, first == 0, row, a_step, x + i, 4);
            else if (taken == 2 && i + LANES < n)
                NAME(add_rows)(lane, size, first == 0, row, a_step, x + i, 2);
            else
                for (ptrdiff_t t = 0; t < taken && i + t * LANES < n; t++)
                    NAME(add_rows)(lane, size, first + t == 0, AT(row, a_step, t), a_step, x + i + t * LANES, 1);
        }
    }
    for (ptrdiff_t half = LANES / 2; half >= 1; half /= 2) {
        for (ptrdiff_t k = 0; k < (used - half) * wide; k++) lanes[k] += lanes[half * wide + k];
        if (used > half) used = half;
    }
    memcpy(out, lanes, (size_t)size * sizeof *out);
}

/* out[j] = the sum of a block of a[i][j] * x[i][j]: both matrices run along their columns. */
static void NAME(paired_column_sums)(const TYPE *a, ptrdiff_t a_row, const TYPE *x, ptrdiff_t x_row, ptrdiff_t n,
                                     ptrdiff_t size, ptrdiff_t wide, float *lanes, float *out) {
    memset(lanes, 0, (size_t)(LANES * wide) * sizeof *lanes);
    for (ptrdiff_t i = 0; i < n; i++) {
        float *lane = lanes + i % LANES * wide;
        for (ptrdiff_t j = 0; j < size; j += single_width) {
            const single_reg aj = NAME(load_part)(AT(a, a_row, i) + j, size - j);
            const single_reg xj = NAME(load_part)(AT(x, x_row, i) + j, size - j);
            single_store(lane + j, single_fused(aj, xj, single_load(lane + j)));
        }
    }
    for (ptrdiff_t half = LANES / 2; half >= 1; half /= 2)
        for (ptrdiff_t k = 0; k < half * wide; k++) lanes[k] += lanes[half * wide + k];
    memcpy(out, lanes, (size_t)size * sizeof *out);
}

#undef AT
