/* Matrices that run along their columns, once for each TYPE; NAME(x) puts the type's prefix before x. */

/* lane[j] += a[0][j] * x[0] + ... + a[count - 1][j] * x[count - 1], added in this order, for a constant count of
 * rows that share the lane: one load and one store of it serves them all. */
INLINE void NAME(add_rows_to_lane)(double *lane, ptrdiff_t size, const TYPE *a, ptrdiff_t a_step, const TYPE *x,
                                   ptrdiff_t x_step, const int count) {
    ptrdiff_t j = 0;
    for (; j + NAME(width) <= size; j += NAME(width)) {
        NAME(reg) sum;
        memcpy(&sum, lane + j, sizeof sum);
        UNROLL
        for (int t = 0; t < count; t++) {
            const TYPE *row = (const TYPE *)((const char *)a + t * a_step);
            const double factor = *(const TYPE *)((const char *)x + t * x_step);
            sum = NAME(multiply_add)(sum, NAME(load)(row + j), NAME(spread)(factor));
        }
        memcpy(lane + j, &sum, sizeof sum);
    }
    for (; j < size; j++) {
        for (int t = 0; t < count; t++) {
            const TYPE *row = (const TYPE *)((const char *)a + t * a_step);
            const double product = (double)row[j] * (double)*(const TYPE *)((const char *)x + t * x_step);
            lane[j] += product;
        }
    }
}

/* out[j] = the sum of a block of a[i][j] * x[i], j < size, i < n <= BLOCK. A register holds one lane of
 * neighbouring outputs; `lanes` is room for the 32 lanes of all. */
static void NAME(column_sums)(const TYPE *a, ptrdiff_t a_row, const TYPE *x, ptrdiff_t x_row, ptrdiff_t n,
                              ptrdiff_t size, double *lanes, double *out) {
    memset(lanes, 0, LANES * size * sizeof(double));
    for (ptrdiff_t i = 0; i < n; i += i % LANES == LANES - 1 ? 3 * LANES + 1 : 1) {
        double *lane = lanes + i % LANES * size;
        const TYPE *row = (const TYPE *)((const char *)a + i * a_row);
        const TYPE *factor = (const TYPE *)((const char *)x + i * x_row);
        const ptrdiff_t a_step = LANES * a_row, x_step = LANES * x_row;
        if (i + 3 * LANES < n) NAME(add_rows_to_lane)(lane, size, row, a_step, factor, x_step, 4);
        else
            for (ptrdiff_t k = i; k < n; k += LANES, row = (const TYPE *)((const char *)row + a_step),
                           factor = (const TYPE *)((const char *)factor + x_step))
                NAME(add_rows_to_lane)(lane, size, row, a_step, factor, x_step, 1);
    }
    for (ptrdiff_t half = LANES / 2; half >= 1; half /= 2)
        for (ptrdiff_t k = 0; k < half * size; k++) lanes[k] += lanes[half * size + k];
    memcpy(out, lanes, size * sizeof(double));
}
