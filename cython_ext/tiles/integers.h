/* Sums of products of integers, exactly: a sum of any length is kept in 192 bits, and nothing overflows before. */
#ifndef ONEDOT_INTEGERS_H
#define ONEDOT_INTEGERS_H

#include "int192.h"
#include "sums.h"

/* 2^15 products of 8 bits fit 31 bits even if one lane takes all of them: 2^15 * 255 * 255 < 2^31. Of 16 and 32 bits, as
 * many upper halves of products fit 31 and 32 bits, and 64. */
#define INTEGER_BLOCK (1 << 15)
#define GATHERED 512 /* elements gathered at a time, where they are not contiguous: both buffers stay in L1 */

#define X_ROWS 4 /* of a tile of a matrix product of bytes */

/* A way to make such a product; integer_product.h says what each does. */
typedef struct {
    int word;   /* elements of a word */
    int a_rows; /* of a tile */
    int flip;   /* bits of A's elements */
    void (*pack_words)(char *out, const void *a, ptrdiff_t row, ptrdiff_t column, ptrdiff_t rows, ptrdiff_t R, ptrdiff_t n,
                       int flip);
    void (*starts)(int32_t *sums, const void *x, ptrdiff_t row, ptrdiff_t column, ptrdiff_t rows, ptrdiff_t n);
    void (*word_tile)(int32_t *sums, const char *a, const char *x, ptrdiff_t words, const int32_t *starts);
} IntegerProduct;

/* What there is for one type of integers; integer_sums.h says what each does. */
typedef struct {
    void (*gather)(int64_t *out, const char *x, ptrdiff_t stride, ptrdiff_t n);
    void (*narrow)(void *out, const int64_t *x, ptrdiff_t n);
    void (*add_products)(int192 *sum, const void *x, const void *y, ptrdiff_t n);
    ptrdiff_t (*count_within)(const void *x, ptrdiff_t n, uint64_t most);
    void (*shared_rows)(const void *a, ptrdiff_t a_row, const void *x, ptrdiff_t n, ptrdiff_t rows, char *out,
                        ptrdiff_t out_row);
    uint64_t (*add_columns)(void *sums, const void *a, ptrdiff_t a_row, const void *x, ptrdiff_t rows, ptrdiff_t size);
    void (*flush_columns)(int64_t *out, void *sums, ptrdiff_t size);
    void (*order_columns)(int64_t *sums, ptrdiff_t size);
    const IntegerProduct *product; /* 0 where there is none */
} IntegerKernels;

#define WIDE_BLOCK 512 /* products of small integers that are summed in 64 bits: both operands' 4 KB stay in L1 */

/* sum += v * 2^shift, shift from 1 to 63. */
INLINE void add_shifted(int192 *sum, int64_t v, const int shift) {
    const int64_t sign = v < 0 ? -1 : 0;
    add_words(sum, (uint64_t)v << shift, (uint64_t)v >> (64 - shift) | (uint64_t)sign << shift, sign);
}
INLINE void add_int64(int192 *sum, int64_t v) {
    const int64_t sign = v < 0 ? -1 : 0;
    add_words(sum, (uint64_t)v, (uint64_t)sign, sign);
}

/* sum += x·y of any elements, n < 2^32, each vector signed or not. A product fits 128 bits, signed if either is. */
#if defined(__SIZEOF_INT128__)
/* The lower and the upper words of all products are summed apart: one carry each, and no chain of three. */
INLINE void add_large_products(int192 *sum, const uint64_t *x, const int x_signed, const uint64_t *y,
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
/* A negative element is its bits less 2^64, so a product is that of the bits, less 2^64 times the other factor. */
INLINE void add_large_products(int192 *sum, const uint64_t *x, const int x_signed, const uint64_t *y,
                               const int y_signed, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        uint64_t low, high;
        multiply_words(x[i], y[i], &high, &low);
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
INLINE int add_small_products(int192 *sum, const uint64_t *x, const int x_signed, const uint64_t *y,
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
INLINE void add_wide_products(int192 *sum, const uint64_t *x, const int x_signed, const uint64_t *y,
                              const int y_signed, ptrdiff_t n) {
    for (ptrdiff_t count; n > 0; n -= count, x += count, y += count) {
        count = n < WIDE_BLOCK ? n : WIDE_BLOCK;
        if (!add_small_products(sum, x, x_signed, y, y_signed, count)) break;
    }
    add_large_products(sum, x, x_signed, y, y_signed, n);
}
static void i64_u64_add_products(int192 *sum, const void *x, const void *y, ptrdiff_t n) {
    add_wide_products(sum, x, 1, y, 0, n);
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
#define FROM(row, stride, r) ((const TYPE *)((const char *)(row) + (r) * (stride)))

#if INTEGER_PAIRS
#define TARGET
#define WORD 2
#define ELEMENT int16_t
#define FLIP 0
#define START 0
#define TYPE int8_t
#define NAME(x) i8_pair_##x
#include "integer_product.h"
#undef TYPE
#undef NAME
#define TYPE uint8_t
#define NAME(x) u8_pair_##x
#include "integer_product.h"
#undef TYPE
#undef NAME
#undef TARGET
#undef WORD
#undef ELEMENT
#undef FLIP
#undef START
#define I8_PRODUCT &i8_pair_product
#define U8_PRODUCT &u8_pair_product
#else
#define I8_PRODUCT 0
#define U8_PRODUCT 0
#endif

#define PRODUCTS I8_PRODUCT
#define TYPE int8_t
#define NAME(x) i8_##x
#define PRODUCT int16_t
#define SUM int32_t
#define PAIRS INTEGER_PAIRS
#include "integer_sums.h"
#define PRODUCTS U8_PRODUCT
#define TYPE uint8_t
#define NAME(x) u8_##x
#define PRODUCT uint16_t
#define SUM int32_t
#define PAIRS INTEGER_PAIRS
#include "integer_sums.h"
#define TYPE int16_t
#define NAME(x) i16_##x
#define PRODUCT int32_t
#define SUM int32_t
#define PAIRS INTEGER_PAIRS
#define HALF_BITS 16
#define WHOLE uint32_t
#include "integer_sums.h"
#define TYPE uint16_t
#define NAME(x) u16_##x
#define PRODUCT uint32_t
#define SUM uint32_t
#define PAIRS 0
#define HALF_BITS 16
#define WHOLE uint32_t
#include "integer_sums.h"
#define TYPE int32_t
#define NAME(x) i32_##x
#define PRODUCT int64_t
#define SUM int64_t
#define PAIRS 0
#define HALF_BITS 32
#define WHOLE uint64_t
#include "integer_sums.h"
#define TYPE uint32_t
#define NAME(x) u32_##x
#define PRODUCT uint64_t
#define SUM uint64_t
#define PAIRS 0
#define HALF_BITS 32
#define WHOLE uint64_t
#include "integer_sums.h"
#define TYPE int64_t
#define NAME(x) i64_##x
#define WIDE_SIGNED 1
#include "integer_sums.h"
#define TYPE uint64_t
#define NAME(x) u64_##x
#define WIDE_SIGNED 0
#include "integer_sums.h"

/* Whatever a byte holds, a bool is one bit. Its sums are those of uint8. */
static void bool_gather(int64_t *out, const char *x, ptrdiff_t stride, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) out[i] = x[i * stride] != 0;
}
static const IntegerKernels bool_kernels = {bool_gather, 0, 0, 0, 0, 0, 0, 0, 0};

/* In the order in which kernel_table.pxd numbers the types, from INT8 on. */
static const IntegerKernels *integer_kernels[] = {
    &i8_kernels, &u8_kernels, &i16_kernels, &u16_kernels, &i32_kernels, &u32_kernels, &i64_kernels, &u64_kernels,
    &bool_kernels,
};

#if HAS_BYTE_DOTS
#define TARGET BYTE_DOTS
#define WORD 4
#define ELEMENT uint8_t
#define FLIP BYTE_FLIP
#define TYPE int8_t
#define NAME(x) i8_dots_##x
#define BYTES(x) i8_##x
#define START (-BYTE_FLIP)
#include "integer_product.h"
#include "byte_dots.h"
#undef TYPE
#undef NAME
#undef BYTES
#undef START
#define TYPE uint8_t
#define NAME(x) u8_dots_##x
#define BYTES(x) u8_##x
#define START BYTE_FLIP
#include "integer_product.h"
#include "byte_dots.h"
#undef TYPE
#undef NAME
#undef BYTES
#undef START
#undef TARGET
#undef WORD
#undef ELEMENT
#undef FLIP

/* Multiply bytes by dots of them from now on, or as CPUs without these. */
static void choose_byte_dots(int on) {
    integer_kernels[0] = on ? &i8_dots_kernels : &i8_kernels;
    integer_kernels[1] = on ? &u8_dots_kernels : &u8_kernels;
}
#else
static void choose_byte_dots(int on) { (void)on; }
#endif
#undef FROM

#endif
