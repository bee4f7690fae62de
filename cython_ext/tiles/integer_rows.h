/* A matrix of integers of up to 32 bits times a vector, once for each TYPE; a PRODUCT holds one of them. The vector
 * is such that no sum of its products with elements of TYPE leaves a SUM: most_magnitude in integer_rows.pxi. */

#define TERM(a, x) (SUM)(PRODUCT)((PRODUCT)(a) * (PRODUCT)(x))

/* out[r] = a[r]·x of four rows, which share the loads of x. */
INLINE void NAME(sums_of_four)(const TYPE *a, ptrdiff_t a_row, const TYPE *x, ptrdiff_t n, int64_t *out) {
    const TYPE *b = ROW(a, a_row, 1), *c = ROW(a, a_row, 2), *d = ROW(a, a_row, 3);
    SUM a_sum = 0, b_sum = 0, c_sum = 0, d_sum = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        a_sum += TERM(a[i], x[i]);
        b_sum += TERM(b[i], x[i]);
        c_sum += TERM(c[i], x[i]);
        d_sum += TERM(d[i], x[i]);
    }
    out[0] = (int64_t)a_sum, out[1] = (int64_t)b_sum, out[2] = (int64_t)c_sum, out[3] = (int64_t)d_sum;
}

/* sums[j] += a[0][j] * x[0] + ... + a[rows - 1][j] * x[rows - 1]. */
static void NAME(add_columns)(SUM *sums, const TYPE *a, ptrdiff_t a_row, const TYPE *x, ptrdiff_t rows, ptrdiff_t size) {
    for (; rows >= 4; rows -= 4, x += 4, a = ROW(a, a_row, 4)) {
        const TYPE *b = ROW(a, a_row, 1), *c = ROW(a, a_row, 2), *d = ROW(a, a_row, 3);
        const TYPE x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3];
        for (ptrdiff_t j = 0; j < size; j++)
            sums[j] += TERM(a[j], x0) + TERM(b[j], x1) + TERM(c[j], x2) + TERM(d[j], x3);
    }
    for (; rows > 0; rows--, x++, a = ROW(a, a_row, 1)) {
        const TYPE x0 = x[0];
        for (ptrdiff_t j = 0; j < size; j++) sums[j] += TERM(a[j], x0);
    }
}

/* out[j] += the sum of column j, which is then 0. */
static void NAME(flush_columns)(int64_t *out, SUM *sums, ptrdiff_t size) {
    for (ptrdiff_t j = 0; j < size; j++) {
        out[j] += (int64_t)sums[j];
        sums[j] = 0;
    }
}

/* They are in order. */
INLINE void NAME(order_columns)(int64_t *sums, ptrdiff_t size) { (void)sums, (void)size; }

#include "shared_rows.h"

#undef TERM
