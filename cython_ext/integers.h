/* Sums of products of integers, exactly: a sum of any length is kept in 192 bits, and nothing overflows before.
 *
 * INTEGER_BLOCK products of one type are summed by integer_tiles.h, which says for each type why they fit.
 */
#ifndef ONEDOT_INTEGERS_H
#define ONEDOT_INTEGERS_H

#include <stdint.h>

#include "halves.h"
#include "integer.h"

/* 2^15 products of 8 bits fit 31 bits even if one lane takes all of them: 2^15 * 255 * 255 < 2^31. */
#define INTEGER_BLOCK (1 << 15)
#define GATHERED 512 /* elements gathered at a time, where they do not lie ready: both buffers stay in L1 */

/* sum += v * 2^shift, shift from 1 to 63. */
INLINE void add_shifted(integer *sum, int64_t v, const int shift) {
    const int64_t sign = v < 0 ? -1 : 0;
    add_words(sum, (uint64_t)v << shift, (uint64_t)v >> (64 - shift) | (uint64_t)sign << shift, sign);
}
INLINE void add_int64(integer *sum, int64_t v) {
    const int64_t sign = v < 0 ? -1 : 0;
    add_words(sum, (uint64_t)v, (uint64_t)sign, sign);
}

/* The 128 bits of a product. */
INLINE void multiply_words(uint64_t x, uint64_t y, uint64_t *low, uint64_t *high) {
#if defined(__SIZEOF_INT128__)
    const unsigned __int128 product = (unsigned __int128)x * y;
    *low = (uint64_t)product;
    *high = (uint64_t)(product >> 64);
#else
    const uint64_t x0 = (uint32_t)x, x1 = x >> 32, y0 = (uint32_t)y, y1 = y >> 32;
    const uint64_t lowest = x0 * y0, first = x1 * y0 + (lowest >> 32), second = x0 * y1 + (uint32_t)first;
    *low = second << 32 | (uint32_t)lowest;
    *high = x1 * y1 + (first >> 32) + (second >> 32);
#endif
}

/* sum += x·y for 64-bit elements, each vector signed or not. A negative element is its bits less 2^64, so a product
 * is that of the bits, less 2^64 times the other factor; it fits 128 bits, signed if either is. */
INLINE void add_wide_products(integer *sum, const uint64_t *x, const int x_signed, const uint64_t *y,
                              const int y_signed, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        uint64_t low, high;
        multiply_words(x[i], y[i], &low, &high);
        if (x_signed) high -= y[i] & (0 - (x[i] >> 63));
        if (y_signed) high -= x[i] & (0 - (y[i] >> 63));
        add_words(sum, low, high, x_signed || y_signed ? 0 - (int64_t)(high >> 63) : 0);
    }
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

/* Of 8 bits: whole products are summed. Of 16 and 32 bits: the two halves of each product on their own, as 2^15
 * halves of 16 bits fit 31 and 32 bits, and of 32 bits fit 64. */
#define TYPE int8_t
#define NAME(x) i8_##x
#include "byte_tiles.h"
#undef NAME
#undef TYPE
#define TYPE uint8_t
#define NAME(x) u8_##x
#include "byte_tiles.h"
#undef NAME
#undef TYPE

#define HALF_BITS 16
#define LOW_SUM uint32_t
#define TYPE int16_t
#define PRODUCT int32_t
#define NAME(x) i16_##x
#include "integer_tiles.h"
#undef NAME
#undef PRODUCT
#undef TYPE
#define TYPE uint16_t
#define PRODUCT uint32_t
#define NAME(x) u16_##x
#include "integer_tiles.h"
#undef NAME
#undef PRODUCT
#undef TYPE
#undef LOW_SUM
#undef HALF_BITS

#define HALF_BITS 32
#define LOW_SUM uint64_t
#define TYPE int32_t
#define PRODUCT int64_t
#define NAME(x) i32_##x
#include "integer_tiles.h"
#undef NAME
#undef PRODUCT
#undef TYPE
#define TYPE uint32_t
#define PRODUCT uint64_t
#define NAME(x) u32_##x
#include "integer_tiles.h"
#undef NAME
#undef PRODUCT
#undef TYPE
#undef LOW_SUM
#undef HALF_BITS

#endif
