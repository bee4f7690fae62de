/* Numbers and their bits: casts, what float16 and bfloat16 mean, rounding to them, and products of whole words. */
#ifndef ONEDOT_BITS_H
#define ONEDOT_BITS_H

#include "registers.h"

typedef struct { uint16_t bits; } float16;  /* 1 sign, 5 exponent, 10 fraction */
typedef struct { uint16_t bits; } bfloat16; /* 1 sign, 8 exponent, 7 fraction; the upper half of a float */

INLINE float float_of_bits(uint32_t bits) { float v; memcpy(&v, &bits, sizeof v); return v; }
INLINE double double_of_bits(uint64_t bits) { double v; memcpy(&v, &bits, sizeof v); return v; }
INLINE uint32_t bits_of_float(float v) { uint32_t bits; memcpy(&bits, &v, sizeof bits); return bits; }
INLINE uint64_t bits_of_double(double v) { uint64_t bits; memcpy(&bits, &v, sizeof bits); return bits; }

/* 2^k of a normal number. */
INLINE double double_power_of_two(int k) { return double_of_bits((uint64_t)(k + 1023) << 52); }

/* *high * 2^64 + *low = a * b. */
INLINE void multiply_words(uint64_t a, uint64_t b, uint64_t *high, uint64_t *low) {
#if defined(__SIZEOF_INT128__)
    const unsigned __int128 product = (unsigned __int128)a * b;
    *high = (uint64_t)(product >> 64);
    *low = (uint64_t)product;
#else
    const uint64_t a_low = (uint32_t)a, a_high = a >> 32, b_low = (uint32_t)b, b_high = b >> 32;
    const uint64_t near = a_low * b_low, mixed = a_high * b_low + (near >> 32), other = a_low * b_high + (uint32_t)mixed;
    *high = a_high * b_high + (mixed >> 32) + (other >> 32);
    *low = other << 32 | (uint32_t)near;
#endif
}

/* The exponent of a float is biased by 112 more. What has exponent 0 is a multiple of 2^-24: such a fraction under
 * the exponent of 2^-14 is that number plus 2^-14. Infinity and NaN keep an exponent of ones. */
INLINE float f16_value(float16 h) {
    const uint32_t bias = 112u << 23, magnitude = (uint32_t)(h.bits & 0x7fff) << 13;
    const uint32_t normal = magnitude + bias + (magnitude >= 31u << 23 ? bias : 0);
    const float least = float_of_bits(bias + (1u << 23));
    const uint32_t small = bits_of_float(float_of_bits(magnitude + bias + (1u << 23)) - least);
    const uint32_t bits = magnitude < 1u << 23 ? small : normal;
    return float_of_bits(bits | (uint32_t)(h.bits & 0x8000) << 16);
}
INLINE float bf16_value(bfloat16 h) { return float_of_bits((uint32_t)h.bits << 16); }

/* Whether a magnitude is normal, and not beyond the greatest exponent, with so many bits of exponent. */
INLINE int is_normal(uint64_t magnitude, const int exponent_bits) {
    const uint64_t bias = (1u << (exponent_bits - 1)) - 1, least = (1023 - bias + 1) << 52;
    return magnitude - least < ((1023 + bias + 1) << 52) - least;
}
/* Such a one rounded to so many bits of exponent and fraction, ties to even; perhaps to infinity. */
INLINE uint16_t normal_bits(uint64_t bits, const int exponent_bits, const int fraction_bits) {
    const uint64_t magnitude = bits & ~(1ull << 63), bias = (1u << (exponent_bits - 1)) - 1;
    const int dropped = 52 - fraction_bits;
    const uint64_t halfway = (1ull << (dropped - 1)) - 1 + (magnitude >> dropped & 1);
    return (uint16_t)((bits >> 63 << 15) | (((magnitude + halfway) >> dropped) - ((1023 - bias) << fraction_bits)));
}

/* The nearest number with so many bits of exponent and fraction, ties to even, rounded once. What is too small to
 * be normal is rounded to a multiple of the least number, by adding a power of two of which that is the last bit. */
INLINE uint16_t rounded_bits(double v, const int exponent_bits, const int fraction_bits) {
    const uint64_t bits = bits_of_double(v), magnitude = bits & ~(1ull << 63);
    const int bias = (1 << (exponent_bits - 1)) - 1, dropped = 52 - fraction_bits;
    const uint16_t sign = (uint16_t)(bits >> 63 << 15), infinity = (uint16_t)(((1 << exponent_bits) - 1) << fraction_bits);
    if (is_normal(magnitude, exponent_bits)) return normal_bits(bits, exponent_bits, fraction_bits);
    if (magnitude > 2047ull << 52) return sign | infinity | 1 << (fraction_bits - 1);
    if (magnitude >= (uint64_t)(1023 + bias + 1) << 52) return sign | infinity;
    const double shifter = double_power_of_two(1 - bias + dropped);
    return sign | (uint16_t)(bits_of_double(double_of_bits(magnitude) + shifter) - bits_of_double(shifter));
}
INLINE float16 f16_rounded(double v) { return (float16){rounded_bits(v, 5, 10)}; }
INLINE bfloat16 bf16_rounded(double v) { return (bfloat16){rounded_bits(v, 8, 7)}; }

/* out[i] = v[i] rounded: all as if they were normal, which is a loop without branches, and again if one is not. */
INLINE void round_halves(uint16_t *out, const double *v, ptrdiff_t n, const int exponent_bits, const int fraction_bits) {
    int normal = 1;
    for (ptrdiff_t i = 0; i < n; i++) {
        const uint64_t bits = bits_of_double(v[i]);
        out[i] = normal_bits(bits, exponent_bits, fraction_bits);
        normal &= is_normal(bits & ~(1ull << 63), exponent_bits);
    }
    for (ptrdiff_t i = 0; i < n && !normal; i++) out[i] = rounded_bits(v[i], exponent_bits, fraction_bits);
}
static void f16_round_all(float16 *out, const double *v, ptrdiff_t n) { round_halves(&out->bits, v, n, 5, 10); }
static void bf16_round_all(bfloat16 *out, const double *v, ptrdiff_t n) { round_halves(&out->bits, v, n, 8, 7); }

#endif
