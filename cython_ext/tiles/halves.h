/* float16 and bfloat16: what their bits mean, and the sum of a block of their products.
 *
 * Both are widened to float, which is exact. Where a register can multiply them so (simd/narrow.h), a
 * product is made in float, in which it is exact, and then widened: half the conversions. Elsewhere a block is
 * widened in pieces that stay in L1, and is then one of floats.
 */
#ifndef ONEDOT_HALVES_H
#define ONEDOT_HALVES_H

#include <stdint.h>

#include "sums.h"

typedef struct { uint16_t bits; } half;  /* float16: 1 sign, 5 exponent, 10 fraction */
typedef struct { uint16_t bits; } brain; /* bfloat16: 1 sign, 8 exponent, 7 fraction; the upper half of a float */

INLINE float float_of_bits(uint32_t bits) { float v; memcpy(&v, &bits, sizeof v); return v; }
INLINE uint32_t bits_of_float(float v) { uint32_t bits; memcpy(&bits, &v, sizeof bits); return bits; }
INLINE uint64_t bits_of_double(double v) { uint64_t bits; memcpy(&bits, &v, sizeof bits); return bits; }

/* The exponent of a float is biased by 112 more. What has exponent 0 is a multiple of 2^-24: such a fraction under
 * the exponent of 2^-14 is that number plus 2^-14. Infinity and NaN keep an exponent of ones. */
INLINE float f16_value(half h) {
    const uint32_t bias = 112u << 23, magnitude = (uint32_t)(h.bits & 0x7fff) << 13;
    const uint32_t normal = magnitude + bias + (magnitude >= 31u << 23 ? bias : 0);
    const float least = float_of_bits(bias + (1u << 23));
    const uint32_t small = bits_of_float(float_of_bits(magnitude + bias + (1u << 23)) - least);
    const uint32_t bits = magnitude < 1u << 23 ? small : normal;
    return float_of_bits(bits | (uint32_t)(h.bits & 0x8000) << 16);
}
INLINE float bf16_value(brain h) { return float_of_bits((uint32_t)h.bits << 16); }

/* Whether a magnitude is normal, and not beyond the greatest exponent, with so many bits of exponent. */
INLINE int is_usual(uint64_t magnitude, const int exponent_bits) {
    const uint64_t bias = (1u << (exponent_bits - 1)) - 1, least = (1023 - bias + 1) << 52;
    return magnitude - least < ((1023 + bias + 1) << 52) - least;
}
/* Such a one rounded to so many bits of exponent and fraction, ties to even; perhaps to infinity. */
INLINE uint16_t usual_bits(uint64_t bits, const int exponent_bits, const int fraction_bits) {
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
    if (is_usual(magnitude, exponent_bits)) return usual_bits(bits, exponent_bits, fraction_bits);
    if (magnitude > 2047ull << 52) return sign | infinity | 1 << (fraction_bits - 1);
    if (magnitude >= (uint64_t)(1023 + bias + 1) << 52) return sign | infinity;
    const uint64_t shifter = (uint64_t)(1023 - bias + 1 + dropped) << 52;
    double power, absolute;
    memcpy(&power, &shifter, sizeof power);
    memcpy(&absolute, &magnitude, sizeof absolute);
    return sign | (uint16_t)(bits_of_double(absolute + power) - shifter);
}
/* out[i] = v[i] rounded: all as if they were usual, which is a loop without branches, and again if one is not. */
INLINE void round_halves(uint16_t *out, const double *v, ptrdiff_t n, const int exponent_bits, const int fraction_bits) {
    int usual = 1;
    for (ptrdiff_t i = 0; i < n; i++) {
        const uint64_t bits = bits_of_double(v[i]);
        out[i] = usual_bits(bits, exponent_bits, fraction_bits);
        usual &= is_usual(bits & ~(1ull << 63), exponent_bits);
    }
    for (ptrdiff_t i = 0; i < n && !usual; i++) out[i] = rounded_bits(v[i], exponent_bits, fraction_bits);
}
static void f16_round_all(half *out, const double *v, ptrdiff_t n) { round_halves(&out->bits, v, n, 5, 10); }
static void bf16_round_all(brain *out, const double *v, ptrdiff_t n) { round_halves(&out->bits, v, n, 8, 7); }
INLINE half f16_rounded(double v) { return (half){rounded_bits(v, 5, 10)}; }
INLINE brain bf16_rounded(double v) { return (brain){rounded_bits(v, 8, 7)}; }

#if defined(__AVX2__) && defined(__FMA__) && defined(__F16C__) && !defined(ONEDOT_SCALAR)
#include "simd/narrow.h"
#else
#include "simd/narrow_plain.h"
#endif

#define TYPE half
#define NAME(x) f16_##x
#include "half_sums.h"
#undef NAME
#undef TYPE
#define TYPE brain
#define NAME(x) bf16_##x
#include "half_sums.h"
#undef NAME
#undef TYPE

#endif
