/* Sums of products of 64-bit integers, exactly. */
#ifndef ONEDOT_WIDE_INTEGERS_H
#define ONEDOT_WIDE_INTEGERS_H

#include "int192.h"
#include "sums.h"

#define WIDE_BLOCK 512 /* products of small integers that are summed in 64 bits: both operands' 4 KB stay in L1 */

/* sum += v * 2^shift, shift from 1 to 63. */
INLINE void add_shifted(integer *sum, int64_t v, const int shift) {
    const int64_t sign = v < 0 ? -1 : 0;
    add_words(sum, (uint64_t)v << shift, (uint64_t)v >> (64 - shift) | (uint64_t)sign << shift, sign);
}
INLINE void add_int64(integer *sum, int64_t v) {
    const int64_t sign = v < 0 ? -1 : 0;
    add_words(sum, (uint64_t)v, (uint64_t)sign, sign);
}

/* sum += x·y of any elements, n < 2^32, each vector signed or not. A product fits 128 bits, signed if either is. */
#if defined(__SIZEOF_INT128__)

/* The lower and the upper words of all products are summed apart: one carry each, and no chain of three. */
INLINE void add_large_products(integer *sum, const uint64_t *x, const int x_signed, const uint64_t *y,
                               const int y_signed, ptrdiff_t n) {
    unsigned __int128 low = 0, high = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        const __int128 x_wide = x_signed ? (__int128)(int64_t)x[i] : (__int128)x[i];
        const __int128 y_wide = y_signed ? (__int128)(int64_t)y[i] : (__int128)y[i];
        const unsigned __int128 product = (unsigned __int128)x_wide * (unsigned __int128)y_wide;
        const uint64_t upper = (uint64_t)(product >> 64);
        low += (uint64_t)product;
        high += x_signed || y_signed ? (unsigned __int128)(__int128)(int64_t)upper : upper;
    }
    add_words(sum, (uint64_t)low, (uint64_t)(low >> 64), 0);
    add_words(sum, 0, (uint64_t)high, (int64_t)(high >> 64));
}

#else

INLINE void multiply_words(uint64_t x, uint64_t y, uint64_t *low, uint64_t *high) {
    const uint64_t x0 = (uint32_t)x, x1 = x >> 32, y0 = (uint32_t)y, y1 = y >> 32;
    const uint64_t lowest = x0 * y0, first = x1 * y0 + (lowest >> 32), second = x0 * y1 + (uint32_t)first;
    *low = second << 32 | (uint32_t)lowest;
    *high = x1 * y1 + (first >> 32) + (second >> 32);
}
/* A negative element is its bits less 2^64, so a product is that of the bits, less 2^64 times the other factor. */
INLINE void add_large_products(integer *sum, const uint64_t *x, const int x_signed, const uint64_t *y,
                               const int y_signed, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        uint64_t low, high;
        multiply_words(x[i], y[i], &low, &high);
        if (x_signed) high -= y[i] & (0 - (x[i] >> 63));
        if (y_signed) high -= x[i] & (0 - (y[i] >> 63));
        add_words(sum, low, high, x_signed || y_signed ? 0 - (int64_t)(high >> 63) : 0);
    }
}

#endif

/* Bits of which the greatest is that of |v|, or above: what changes between neighbouring bits of a signed one. */
INLINE uint64_t magnitude_bits(uint64_t v, const int is_signed) { return is_signed ? v ^ (v + v) : v; }

/* sum += x·y for n <= WIDE_BLOCK, if the elements are small; 0 if they are not. No product is beyond that of all
 * bits seen in x with those in y. It is at most 2^53 and a bit, which the rounding may hide, so 2^9 of them, and all
 * sums on the way, are below 2^63. */
INLINE int add_small_products(integer *sum, const uint64_t *x, const int x_signed, const uint64_t *y,
                              const int y_signed, ptrdiff_t n) {
    uint64_t total = 0, x_bits = 0, y_bits = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        total += x[i] * y[i];
        x_bits |= magnitude_bits(x[i], x_signed);
        y_bits |= magnitude_bits(y[i], y_signed);
    }
    if ((double)x_bits * (double)y_bits > 9007199254740992.0) return 0;
    add_int64(sum, (int64_t)total);
    return 1;
}

/* sum += x·y. The first block that is not small is taken for a sign that the rest is not, either. */
INLINE void add_wide_products(integer *sum, const uint64_t *x, const int x_signed, const uint64_t *y,
                              const int y_signed, ptrdiff_t n) {
    for (ptrdiff_t count; n > 0; n -= count, x += count, y += count) {
        count = n < WIDE_BLOCK ? n : WIDE_BLOCK;
        if (!add_small_products(sum, x, x_signed, y, y_signed, count)) break;
    }
    add_large_products(sum, x, x_signed, y, y_signed, n);
}
static void i64_add_products(integer *sum, const int64_t *x, const int64_t *y, ptrdiff_t n) {
    add_wide_products(sum, (const uint64_t *)x, 1, (const uint64_t *)y, 1, n);
}
static void u64_add_products(integer *sum, const uint64_t *x, const uint64_t *y, ptrdiff_t n) {
    add_wide_products(sum, x, 0, y, 0, n);
}
static void i64_u64_add_products(integer *sum, const int64_t *x, const uint64_t *y, ptrdiff_t n) {
    add_wide_products(sum, (const uint64_t *)x, 1, y, 0, n);
}

/* sums[j] += a[0][j] * x[0] + ... in 64 bits, which may wrap; returns all magnitude_bits of a, from which it can be
 * told whether they did. */
INLINE uint64_t add_wide_columns(uint64_t *sums, const uint64_t *a, const int a_signed, ptrdiff_t a_row, const uint64_t *x,
                                 ptrdiff_t rows, ptrdiff_t size) {
    uint64_t bits = 0;
    for (ptrdiff_t i = 0; i < rows; i++) {
        const uint64_t *row = (const uint64_t *)((const char *)a + i * a_row), factor = x[i];
        for (ptrdiff_t j = 0; j < size; j++) {
            sums[j] += row[j] * factor;
            bits |= magnitude_bits(row[j], a_signed);
        }
    }
    return bits;
}
static uint64_t i64_add_columns(uint64_t *sums, const int64_t *a, ptrdiff_t a_row, const int64_t *x, ptrdiff_t rows,
                                ptrdiff_t size) {
    return add_wide_columns(sums, (const uint64_t *)a, 1, a_row, (const uint64_t *)x, rows, size);
}
static uint64_t u64_add_columns(uint64_t *sums, const uint64_t *a, ptrdiff_t a_row, const uint64_t *x, ptrdiff_t rows,
                                ptrdiff_t size) {
    return add_wide_columns(sums, a, 0, a_row, x, rows, size);
}

#endif
