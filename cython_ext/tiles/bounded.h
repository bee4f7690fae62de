/* A sum known as two numbers and a bound on what they lack, and whether that decides how the sum is rounded.
 *
 *     |sum - (high + low)| <= error
 *
 * Everything here may round; each bound is enlarged by more than its own roundings, and by more than the underflow
 * of any of them, so it holds as it stands. What is not finite decides nothing.
 */
#ifndef ONEDOT_BOUNDED_H
#define ONEDOT_BOUNDED_H

#include "simd/bits.h"

typedef struct {
    double high, low, error;
} Bounded;

typedef enum { TO_FLOAT64, TO_FLOAT32, TO_FLOAT16, TO_BFLOAT16 } Rounding;

enum {
    NO_ANCHOR = -2000,
    TWOFOLD_BLOCK = 2048, /* products to an anchor: fewer cost time to fold, more widen the bound */
    SAMPLE = 64,          /* products that an anchor is first guessed by */
    FEW = 8               /* products that are added up one by one */
};

#define ANCHOR (1.0 + 0x1p-6)
#define STRAYED ((uint64_t)-1 << 47) /* sign, exponent and the five bits that hold a lane within 2^-5 of 2^k */

/* The least k such that a lane whose products add up to `magnitude` stays at its anchor, but at least -800, so that
 * no bound underflows; NO_ANCHOR if that is too near to infinity, or if there is nothing to tell. */
INLINE int anchor_for(double magnitude) {
    const int k = (int)(bits_of_double(magnitude) >> 52) - 1023 + 8; /* magnitude < 2^(k-7) */
    return k > 1000 ? NO_ANCHOR : k < -800 ? -800 : k;
}

/* twofold.h proves it; 8 for 5 covers the roundings here. */
INLINE double anchored_error(ptrdiff_t n, ptrdiff_t m, int k) {
    return (double)n * (double)(m + 9) * double_power_of_two(k - 105) + (double)n * 8 * 0x1p-1074;
}

/* sum += high + low, known to within `error`: the high parts by an error-free sum (D. E. Knuth), the rest rounded. */
INLINE void bounded_add(Bounded *sum, double high, double low, double error) {
    const double s = sum->high + high, other = s - sum->high;
    const double rounding = (sum->high - (s - other)) + (high - other);
    const double part = rounding + low, rest = sum->low + part;
    sum->error += error + 0x1p-52 * (fabs(part) + fabs(rest));
    sum->high = s;
    sum->low = rest;
}

/* The bound, and the roundings of up to 2^40 additions to it, all of numbers that are not negative. */
INLINE double bounded_error(const Bounded *sum) { return sum->error * (1 + 0x1p-10) + 0x1p-1073; }

/* Two doubles between whose sums with `value` the sum lies. The bound is enlarged by
 * what subtracting it from the rest rounds. */
INLINE void bounded_ends(const Bounded *sum, double *value, double *below, double *above) {
    const double s = sum->high + sum->low, other = s - sum->high;
    const double rest = (sum->high - (s - other)) + (sum->low - other);
    const double error = bounded_error(sum) * (1 + 0x1p-50) + 0x1p-51 * fabs(rest) + 0x1p-1073;
    *value = s;
    *below = rest - error;
    *above = rest + error;
}

/* Whether sum = high + low, given a power of two of which every product is a multiple. Both sides are then multiples of
 * it, as rounding a multiple to fewer digits leaves one, and two multiples that differ by less are equal. */
INLINE int bounded_is_exact(const Bounded *sum, double quantum) { return bounded_error(sum) < quantum; }

/* v rounded to fewer bits. */
INLINE double narrowed(double v, Rounding rounding) {
    switch (rounding) {
    case TO_FLOAT32: return (double)(float)v;
    case TO_FLOAT16: return f16_value(f16_rounded(v));
    case TO_BFLOAT16: return bf16_value(bf16_rounded(v));
    default: return v;
    }
}

/* Whether the bound decides the rounding to binary64, which is then *result. */
INLINE int bounded_double(const Bounded *sum, double *result) {
    double value, below, above;
    bounded_ends(sum, &value, &below, &above);
    *result = value + below;
    return *result == value + above && fabs(value) <= DBL_MAX;
}

/* Whether the bound decides the sign, which is then *sign. */
INLINE int bounded_sign(const Bounded *sum, int *sign) {
    double value, below, above;
    bounded_ends(sum, &value, &below, &above);
    *sign = value + below > 0 ? 1 : -1;
    return fabs(value) <= DBL_MAX && (value + below > 0 || value + above < 0);
}

/* Whether two numbers are equal, the signs of zeros included: both ends of an interval around zero may become zeros. */
INLINE int same_number(double a, double b) { return a == b && copysign(1, a) == copysign(1, b); }

/* Whether the bound decides the rounding to fewer bits, which is then *result. The ends are made doubles, outward, so
 * that each is rounded only once. */
INLINE int bounded_narrow(const Bounded *sum, Rounding rounding, double *result) {
    double value, below, above;
    bounded_ends(sum, &value, &below, &above);
    below += value;
    above += value;
    *result = narrowed(below - 0x1p-51 * fabs(below), rounding);
    return same_number(*result, narrowed(above + 0x1p-51 * fabs(above), rounding)) && fabs(value) <= DBL_MAX;
}

/* out[i] = v[i] rounded to float32, i < n, for v[i] known to within `error`; returns whether that decides them all. */
INLINE int round_all(const double *v, double error, float *out, ptrdiff_t n) {
    uint32_t undecided = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        const double margin = error + 0x1p-51 * fabs(v[i]);
        const float below = (float)(v[i] - margin), above = (float)(v[i] + margin);
        out[i] = above;
        undecided |= (bits_of_float(below) ^ bits_of_float(above)) | (above != above);
    }
    return !undecided;
}

INLINE uint32_t larger_bits(uint32_t largest, const float *x) {
    const uint32_t bits = bits_of_float(*x) & 0x7fffffff;
    return bits > largest ? bits : largest;
}

/* The largest |x[i]| as bits: of floats without their signs, bits and numbers are in the same order, and NaN is the
 * largest. Four parts at once, as one running maximum would have to wait for itself. */
INLINE uint32_t largest_bits(const float *x, ptrdiff_t n, uint32_t largest) {
    const ptrdiff_t part = n / 4;
    uint32_t a = largest, b = 0, c = 0, d = 0;
    for (ptrdiff_t i = 0; i < part; i++) {
        a = larger_bits(a, x + i);
        b = larger_bits(b, x + part + i);
        c = larger_bits(c, x + 2 * part + i);
        d = larger_bits(d, x + 3 * part + i);
    }
    for (ptrdiff_t i = 4 * part; i < n; i++) a = larger_bits(a, x + i);
    a = a > b ? a : b;
    c = c > d ? c : d;
    return a > c ? a : c;
}

#endif
