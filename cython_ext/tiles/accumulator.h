/* An exact sum of products of doubles: integers under a fixed point, wide enough for every product there is.
 *
 * The significands of x and y are integers of up to 53 bits, their product is one of up to 106 bits, multiplied by
 * 2^(offset - 2148), 0 <= offset <= 4090. It is cut into digits of 32 bits, each of which is added to a sum of 64 bits,
 * so no addition carries into the next until the digits are wanted: there is room for 2^30 products. (R. M. Neal,
 * "Fast exact summation using small and large superaccumulators", 2015, https://arxiv.org/abs/1505.05571, has such
 * digits for sums.) Each digit has four sums: for positive and for negative products, and for those that lie on
 * its first bit and on its 16th. Then a product is shifted by 15 bits at most, which fit beside the significands.
 *
 * Infinities and NaNs have no digits: their products are added up as IEEE 754 has it, which is the result.
 */
#ifndef ONEDOT_ACCUMULATOR_H
#define ONEDOT_ACCUMULATOR_H

#include "simd/bits.h"

enum {
    DIGITS = 136, /* of 32 bits: 4090 + 106 bits, and more than 31 for the sum of many */
    POINT = 2148, /* the digits are a multiple of 2^-2148 */
    AT_ONCE = 64 /* products taken apart at a time, by instructions for several at once */
};

typedef struct {
    uint64_t sums[DIGITS][4]; /* [2]: of negative products; [1]: of those that lie 16 bits higher */
    uint64_t least, most;     /* the offsets of the products lie between them */
    double special;           /* the sum of the products that are not finite, 0 if there is none */
} Accumulator;

/* AT_ONCE products taken apart: x * y = near * far at a place among the sums. */
typedef struct {
    uint64_t near[AT_ONCE], far[AT_ONCE], place[AT_ONCE];
} Parts;

INLINE void accumulator_clear(Accumulator *sum) {
    memset(sum, 0, sizeof *sum);
    sum->least = 2 * POINT;
}

/* x[i] * y[i] taken apart, i < n <= AT_ONCE; returns whether one is not finite, whose parts mean nothing. */
INLINE int take_apart(Accumulator *sum, Parts *parts, const double *x, const double *y, ptrdiff_t n) {
    const uint64_t leading = (uint64_t)1 << 52;
    uint64_t special = 0, least = sum->least, most = sum->most;
    for (ptrdiff_t i = 0; i < n; i++) {
        const uint64_t a = bits_of_double(x[i]), b = bits_of_double(y[i]);
        /* Subnormals have the exponent 1 and no leading bit. */
        const uint64_t a_exponent = a >> 52 & 2047, b_exponent = b >> 52 & 2047;
        const uint64_t a_significand = (a & (leading - 1)) | (a_exponent ? leading : 0);
        const uint64_t b_significand = (b & (leading - 1)) | (b_exponent ? leading : 0);
        const uint64_t offset = (a_exponent ? a_exponent : 1) + (b_exponent ? b_exponent : 1) - 2;
        const uint64_t shift = offset & 15;
        special |= (a_exponent + 1) | (b_exponent + 1);
        least = offset < least ? offset : least;
        most = offset > most ? offset : most;
        parts->near[i] = a_significand << (shift >> 1);
        parts->far[i] = b_significand << ((shift + 1) >> 1);
        parts->place[i] = (offset >> 5) * 4 + ((a ^ b) >> 63) * 2 + (offset >> 4 & 1);
    }
    sum->least = least;
    sum->most = most;
    return (special & 2048) != 0;
}

/* Add the products that are not finite to the sum of their kind, and let their parts be zero. */
static void take_out_specials(Accumulator *sum, Parts *parts, const double *x, const double *y, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        if (fabs(x[i]) <= DBL_MAX && fabs(y[i]) <= DBL_MAX) continue;
        sum->special += x[i] * y[i];
        parts->near[i] = parts->place[i] = 0;
    }
}

/* sum += x[i] * y[i], i < n <= AT_ONCE. */
static void accumulator_add(Accumulator *sum, const double *x, const double *y, ptrdiff_t n) {
    Parts parts;
    if (take_apart(sum, &parts, x, y, n)) take_out_specials(sum, &parts, x, y, n);
    for (ptrdiff_t i = 0; i < n; i++) {
        uint64_t high, low, *digit = &sum->sums[0][0] + parts.place[i];
        multiply_words(parts.near[i], parts.far[i], &high, &low);
        digit[0] += (uint32_t)low;
        digit[4] += low >> 32;
        digit[8] += (uint32_t)high;
        digit[12] += high >> 32;
    }
}

/* The digits of the sum's magnitude, least first; returns its sign. */
static int accumulator_digits(const Accumulator *sum, uint32_t *digits) {
    const int first = (int)(sum->least / 32), end = (int)(sum->most / 32) + 6; /* and carries */
    int64_t carry = 0;
    uint32_t set = 0;
    memset(digits, 0, DIGITS * sizeof *digits);
    for (int i = first; i < end; i++) {
        const uint64_t *s = sum->sums[i];
        const int64_t higher = (int64_t)(s[1] - s[3]); /* to be shifted left by 16 bits, which it may not have to spare */
        carry += (int64_t)(s[0] - s[2]) + (higher & 0xffff) * 65536;
        digits[i] = (uint32_t)carry;
        set |= digits[i];
        carry = (carry - (int64_t)digits[i]) / 4294967296 + (higher - (higher & 0xffff)) / 65536; /* both exact */
    }
    if (carry >= 0) return set != 0;
    uint64_t borrowed = 1;
    for (int i = first; i < end; i++) {
        borrowed += (uint32_t)~digits[i];
        digits[i] = (uint32_t)borrowed;
        borrowed >>= 32;
    }
    return -1;
}

/* The bits of the magnitude from bit `first` on, at most 53, and whether any bit below them is set. */
INLINE uint64_t bits_from(const uint32_t *digits, int first, int *below) {
    const int i = first / 32, shift = first % 32;
    const uint64_t near = digits[i] | (uint64_t)digits[i + 1] << 32;
    const uint64_t far = i + 2 < DIGITS ? digits[i + 2] : 0;
    *below = (digits[i] & (((uint32_t)1 << shift) - 1)) != 0;
    for (int j = 0; j < i && !*below; j++) *below = digits[j] != 0;
    return near >> shift | far << 1 << (63 - shift);
}

/* The sum rounded to binary64: to the nearest, ties to even, or `to_odd`, which is the double itself if the sum is
 * one and otherwise that of the two next to it whose last bit is 1. What is rounded to odd may be rounded to fewer
 * bits as if nothing had been before (S. Boldo, G. Melquiond, "Emulation of FMA and correctly rounded sums: proved
 * algorithms using rounding to odd", IEEE Trans. Comput. 57 (2008), 462-471, https://doi.org/10.1109/TC.2007.70819). */
static double accumulator_round(const Accumulator *sum, int to_odd) {
    uint32_t digits[DIGITS];
    if (sum->special != 0) return sum->special; /* or NaN */
    const int sign = accumulator_digits(sum, digits);
    int top = DIGITS - 1;
    while (top > 0 && digits[top] == 0) top--;
    int last = top * 32 - 53; /* the last bit that is kept, found from the first that is set */
    for (uint32_t digit = digits[top]; digit != 0; digit >>= 1) last++;
    if (last < POINT - 1074) last = POINT - 1074;
    int half, below;
    uint64_t kept = bits_from(digits, last - 1, &below);
    half = (int)(kept & 1);
    kept >>= 1;
    if (to_odd)
        kept |= (uint64_t)(half | below);
    else
        kept += (uint64_t)(half & (below | (int)(kept & 1)));
    uint64_t bits = ((uint64_t)(last - (POINT - 1074)) << 52) + kept; /* a leading 1 adds 1 to the exponent */
    const uint64_t infinity = (uint64_t)2047 << 52;
    if (bits >= infinity) bits = to_odd ? infinity - 1 : infinity;
    if (sign < 0) bits |= (uint64_t)1 << 63;
    return double_of_bits(bits);
}

/* The sign of the sum: -1, 0 or 1, and 2 for a NaN. */
static int accumulator_sign(const Accumulator *sum) {
    uint32_t digits[DIGITS];
    if (sum->special != sum->special) return 2;
    if (sum->special != 0) return sum->special > 0 ? 1 : -1;
    return accumulator_digits(sum, digits);
}

#endif
