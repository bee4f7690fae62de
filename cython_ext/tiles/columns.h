/* Matrices that run along their columns, once for each TYPE; NAME(x) puts the type's prefix before x. */

#define AT(a, stride, i) ((const TYPE *)((const char *)(a) + (i) * (stride)))

/* lane[j] += a[0][j] * x[0] + ... + a[rows - 1][j] * x[rows - 1], added in this order, for a constant number of
 * rows that share the lane: one load and one store of it serves them all. A fresh lane, a constant too, is read as
 * +0.0. Only two of the rows have pointers of their own: eight offsets do not fit the registers. */
INLINE void NAME(add_rows_to_lane)(double *lane, ptrdiff_t size, const int fresh, const TYPE *a, ptrdiff_t a_step,
                                   const TYPE *x, ptrdiff_t x_step, const int rows) {
    const TYPE *upper = a, *lower = AT(a, a_step, rows / 2);
    ptrdiff_t j = 0;
    for (; j + NAME(width) <= size; j += NAME(width), upper += NAME(width), lower += NAME(width)) {
        NAME(reg) sum = {0};
        if (!fresh) memcpy(&sum, lane + j, sizeof sum);
        UNROLL
        for (int t = 0; t < rows; t++) {
            const TYPE *p = t < rows / 2 ? AT(upper, a_step, t) : AT(lower, a_step, t - rows / 2);
            sum = NAME(multiply_add)(sum, NAME(load)(p), NAME(spread)(*AT(x, x_step, t)));
        }
        memcpy(lane + j, &sum, sizeof sum);
    }
    for (; j < size; j++) {
        double sum = fresh ? 0.0 : lane[j];
        for (int t = 0; t < rows; t++) {
            const double product = (double)AT(a, a_step, t)[j] * (double)*AT(x, x_step, t);
            sum += product;
        }
        lane[j] = sum;
    }
}

/* The same where `fresh` is not constant. */
INLINE void NAME(add_rows)(double *lane, ptrdiff_t size, int fresh, const TYPE *a, ptrdiff_t a_step, const TYPE *x,
                           ptrdiff_t x_step, const int rows) {
    if (fresh)
        NAME(add_rows_to_lane)(lane, size, 1, a, a_step, x, x_step, rows);
    else
        NAME(add_rows_to_lane)(lane, size, 0, a, a_step, x, x_step, rows);
}

/* The lanes of any block of columns; returns how many of them hold anything. */
INLINE ptrdiff_t NAME(lanes_of_columns)(const TYPE *a, ptrdiff_t a_row, const TYPE *x, ptrdiff_t x_row, ptrdiff_t n,
                                        ptrdiff_t size, double *lanes) {
    const ptrdiff_t a_step = LANES * a_row, x_step = LANES * x_row;
    for (ptrdiff_t first = 0, taken; first < n; first += taken * LANES) {
        taken = n - first > 7 * LANES ? 8 : n - first > 3 * LANES ? 4 : n - first > LANES ? 2 : 1;
        for (ptrdiff_t i = first; i < n && i < first + LANES; i++) {
            double *lane = lanes + (i - first) * size;
            const TYPE *row = AT(a, a_row, i), *factor = AT(x, x_row, i);
            if (taken == 8 && i + 7 * LANES < n)
                NAME(add_rows)(lane, size, first == 0, row, a_step, factor, x_step, 8);
            else if (taken == 4 && i + 3 * LANES < n)
                NAME(add_rows)(lane, size, first == 0, row, a_step, factor, x_step, 4);
            else if (taken == 2 && i + LANES < n)
                NAME(add_rows)(lane, size, first == 0, row, a_step, factor, x_step, 2);
            else
                for (ptrdiff_t t = 0; t < taken && i + t * LANES < n; t++)
                    NAME(add_rows)(lane, size, first + t == 0, AT(row, a_step, t), a_step, AT(factor, x_step, t), x_step,
                                   1);
        }
    }
    return n < LANES ? n : LANES;
}

/* out[j] = the sum of a block of a[i][j] * x[i], j < size, i < n <= BLOCK. A register holds one lane of
 * neighbouring outputs; `lanes` is room for the 32 lanes of all. */
static void NAME(column_sums)(const TYPE *a, ptrdiff_t a_row, const TYPE *x, ptrdiff_t x_row, ptrdiff_t n,
                              ptrdiff_t size, double *lanes, double *out) {
    ptrdiff_t used = LANES; /* the other lanes are zeros, which change no sum */
    if (size > 1 && size <= FEW_COLUMNS && a_row == size * (ptrdiff_t)sizeof(TYPE))
        NAME(lanes_of_few_columns)(a, x, x_row, n, size, lanes);
    else
        used = NAME(lanes_of_columns)(a, a_row, x, x_row, n, size, lanes);
    for (ptrdiff_t half = LANES / 2; half >= 1; half /= 2) {
        for (ptrdiff_t k = 0; k < (used - half) * size; k++) lanes[k] += lanes[half * size + k];
        if (used > half) used = half;
    }
    memcpy(out, lanes, size * sizeof(double));
}

#undef AT
