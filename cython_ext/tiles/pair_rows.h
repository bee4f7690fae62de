/* A matrix of integers of 8 or 16 bits times a vector, products in pairs, once for each TYPE. The vector is such that
 * no sum of its products with elements of TYPE leaves 32 bits: most_magnitude in integer_rows.pxi. */

/* out[r] = a[r]·x of four rows, which share the loads of x. */
INLINE void NAME(sums_of_four)(const TYPE *a, ptrdiff_t a_row, const TYPE *x, ptrdiff_t n, int64_t *out) {
    i32_reg sums[4] = {{0}, {0}, {0}, {0}};
    ptrdiff_t i = 0;
    for (; i + i16_width <= n; i += i16_width) {
        const i16_reg factors = NAME(load)(x + i);
        UNROLL
        for (int r = 0; r < 4; r++) sums[r] += sums_of_pairs(NAME(load)(ROW(a, a_row, r) + i), factors);
    }
    if (i < n) {
        const i16_reg factors = NAME(load_part)(x + i, n - i);
        UNROLL
        for (int r = 0; r < 4; r++) sums[r] += sums_of_pairs(NAME(load_part)(ROW(a, a_row, r) + i, n - i), factors);
    }
    UNROLL
    for (int r = 0; r < 4; r++) out[r] = sum_of_lanes(sums[r]);
}

/* sums += rows of a, each times its element of x: `pairs` pairs of them, over all columns. A register of sums has
 * the columns in the order in which two rows are interleaved; past `size` there is room for a whole one. */
INLINE void NAME(add_pairs)(SUM *sums, const TYPE *a, ptrdiff_t a_row, const TYPE *x, ptrdiff_t size, const int pairs) {
    i16_reg factors[4];
    for (int p = 0; p < pairs; p++) factors[p] = i16_spread_pair(x[2 * p], x[2 * p + 1]);
    for (ptrdiff_t j = 0; j < size; j += i16_width, sums += i16_width) {
        i32_reg first, second;
        memcpy(&first, sums, sizeof first);
        memcpy(&second, sums + i16_width / 2, sizeof second);
        for (int p = 0; p < pairs; p++) {
            const TYPE *even = ROW(a, a_row, 2 * p) + j, *odd = ROW(a, a_row, 2 * p + 1) + j;
            const int part = j + i16_width > size;
            const i16_reg v = part ? NAME(load_part)(even, size - j) : NAME(load)(even);
            const i16_reg w = part ? NAME(load_part)(odd, size - j) : NAME(load)(odd);
            first += sums_of_pairs(first_of_each_half(v, w), factors[p]);
            second += sums_of_pairs(second_of_each_half(v, w), factors[p]);
        }
        memcpy(sums, &first, sizeof first);
        memcpy(sums + i16_width / 2, &second, sizeof second);
    }
}

/* sums[j] += a[0][j] * x[0] + ... + a[rows - 1][j] * x[rows - 1], in that order of columns. */
static void NAME(add_columns)(SUM *sums, const TYPE *a, ptrdiff_t a_row, const TYPE *x, ptrdiff_t rows, ptrdiff_t size) {
    for (; rows >= 8; rows -= 8, x += 8, a = ROW(a, a_row, 8)) NAME(add_pairs)(sums, a, a_row, x, size, 4);
    for (; rows >= 2; rows -= 2, x += 2, a = ROW(a, a_row, 2)) NAME(add_pairs)(sums, a, a_row, x, size, 1);
    const TYPE last[2] = {rows ? x[0] : 0, 0};
    if (rows) NAME(add_pairs)(sums, a, 0, last, size, 1);
}

/* out += sums in that order, whole registers of them, which are then 0. */
static void NAME(flush_columns)(int64_t *out, SUM *sums, ptrdiff_t size) {
    const ptrdiff_t whole = (size + i16_width - 1) / i16_width * i16_width;
    for (ptrdiff_t k = 0; k < whole; k++) out[k] += sums[k];
    memset(sums, 0, (size_t)whole * sizeof *sums);
}

/* The sums from that order into the columns' own. */
static void NAME(order_columns)(int64_t *sums, ptrdiff_t size) {
    for (ptrdiff_t start = 0; start < size; start += i16_width) {
        int64_t interleaved[i16_width];
        memcpy(interleaved, sums + start, sizeof interleaved);
        for (ptrdiff_t j = 0; j < i16_width; j++)
            sums[start + j] = interleaved[j % 8 / 4 * (i16_width / 2) + j / 8 * 4 + j % 4];
    }
}

#include "shared_rows.h"
