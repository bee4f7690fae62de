/* exp, sigmoid and tanh of float32 and float16, in fewer operations: first to 2^-39 and what that decides, then as always.
 *
 * A result is that of functions.h, rounded once. Known to within a relative error of e it lies within e * 2^53 units of
 * the last place of binary64, so where its dropped bits are further than that from half a bit of the float, both are
 * rounded to the same float; so are those below 2^-150, to 0. Where one is nearer, or its result may be a subnormal
 * float, the few numbers that are looked at together are computed as always: once in five hundred times, of exp. Of
 * float16 no result lies within 2^-37 of halfway but one of sigmoid's, within 2^-37.6, where e is 2^-39.9: none is in
 * doubt.
 *
 * The errors: of a polynomial as in docs/coefficients.py, 2^-39.7 of exp(r) >= 2^-1/2; of r, at most 152 times what
 * MINUS_LN2 lacks, 2^-48; of an inverse 2^-41. All 2^32 floats gave the bits of the other way at x86-64-v3 and v4.
 */
#ifndef ONEDOT_QUICK_H
#define ONEDOT_QUICK_H

#include "functions.h"
#include "simd/singles.h"

#define QUICK_ROW 2048  /* of softmax: one in five such rows is computed twice */

#if QUICK

typedef struct {
    f64_reg r;
    f64_bits power; /* k << 52: x = k*ln(2) + r */
} quick_reduced;

INLINE void quick_reduce(const f64_reg *x, quick_reduced *e, const int count) {
    f64_reg shifted[TOGETHER];
    EACH shifted[j] = f64_fused(x[j], f64_spread(INVERSE_LN2), f64_spread(INTEGER_BITS));
    EACH e[j].r = f64_fused(shifted[j] - INTEGER_BITS, f64_spread(MINUS_LN2), x[j]);
    EACH e[j].power = f64_bits_of(shifted[j]) << 52;
}

#if QUICK_EXP_TERMS != 9 || QUICK_LESS_ONE_TERMS != 9
#error "quick_polynomial takes nine coefficients"
#endif

/* Even and odd powers by themselves, which takes half as many steps one after another. */
INLINE f64_reg quick_polynomial(f64_reg x, const double *coefficients) {
    const f64_reg square = x * x;
    f64_reg even = f64_spread(coefficients[8]), odd = f64_spread(coefficients[7]);
    UNROLL
    for (int i = 6; i > 0; i -= 2) {
        even = f64_fused(even, square, f64_spread(coefficients[i]));
        odd = f64_fused(odd, square, f64_spread(coefficients[i - 1]));
    }
    return f64_fused(odd, x, f64_fused(even, square, f64_spread(coefficients[0])));
}

/* NaN stays NaN: of two numbers one of which it is, the lesser and the greater are the second. */
INLINE floats within_exp(floats x) {
    return floats_lesser(floats_spread(89.0f), floats_greater(floats_spread(-105.0f), x));
}

INLINE floats exp_within(floats x) { return within_exp(x); }
INLINE void exp_quick(f64_reg *v, const int count) {
    quick_reduced e[TOGETHER];
    quick_reduce(v, e, count);
    EACH v[j] = quick_polynomial(e[j].r, QUICK_EXP);
    EACH v[j] = f64_from_bits(f64_bits_of(v[j]) + e[j].power);
}
INLINE floats_mask exp_doubtful(floats x) { return floats_between(-105.0f, x, -87.3f); }
INLINE floats exp_finished(floats v, floats x) { (void)x; return v; }
#define exp_margin (1u << 14)

INLINE floats sigmoid_within(floats x) { return within_exp(x); }
INLINE void sigmoid_quick(f64_reg *v, const int count) {
    EACH v[j] = -v[j];
    exp_quick(v, count);
    EACH v[j] = quick_inverse(1.0 + v[j]);
}
INLINE floats_mask sigmoid_doubtful(floats x) { return exp_doubtful(x); }
INLINE floats sigmoid_finished(floats v, floats x) { (void)x; return v; }
#define sigmoid_margin (1u << 14)

INLINE floats tanh_within(floats x) { return floats_lesser(floats_spread(10.0f), floats_absolute(x)); }
/* Of 0 to 10. tanh(x) = m / (m + 2), m = e^2x - 1, 2x = k*ln(2) + 2h; the exponent of 2^k stands in shifted. */
INLINE void tanh_quick(f64_reg *v, const int count) {
    f64_reg shifted[TOGETHER], h[TOGETHER], m[TOGETHER], scale[TOGETHER];
    const double bits = INTEGER_BITS + 1023.0;
    EACH shifted[j] = f64_fused(v[j], f64_spread(2.0 * INVERSE_LN2), f64_spread(bits));
    EACH h[j] = f64_fused(shifted[j] - bits, f64_spread(0.5 * MINUS_LN2), v[j]);
    EACH m[j] = h[j] * quick_polynomial(h[j], QUICK_LESS_ONE);
    EACH scale[j] = f64_from_bits(f64_bits_of(shifted[j]) << 52);
    EACH m[j] = f64_fused(scale[j], m[j], scale[j] - 1.0);
    EACH v[j] = m[j] * quick_inverse(m[j] + 2.0);
}
INLINE floats_mask tanh_doubtful(floats x) { (void)x; return (floats_mask){0}; }
INLINE floats tanh_finished(floats v, floats x) { return floats_either(v, floats_sign(x)); }
#define tanh_margin (1u << 13)

#include "rough.h"

#define FUNCTION(x) exp_##x
#include "quick_map.h"
#undef FUNCTION
#define FUNCTION(x) sigmoid_##x
#include "quick_map.h"
#undef FUNCTION
#define FUNCTION(x) tanh_##x
#include "quick_map.h"
#undef FUNCTION

#include "quick_softmax.h"

#else

#define softmax_quick(x, out, n) 0
#define exp_floats NULL
#define sigmoid_floats NULL
#define tanh_floats NULL
#define exp_halves NULL
#define sigmoid_halves NULL
#define tanh_halves NULL

#endif

/* Nothing that an iteration of the next loop writes is read by another. */
#if defined(__GNUC__) && !defined(__clang__)
#define INDEPENDENT _Pragma("GCC ivdep")
#else
#define INDEPENDENT
#endif

#define WORD uint32_t
#define INFINITE 0x7f800000u
#define ONE 0x3f800000u
#define NAME(x) float_##x
#include "straight.h"
#undef NAME
#undef ONE
#undef INFINITE
#undef WORD
#define WORD uint16_t
#define INFINITE 0x7c00u
#define ONE 0x3c00u
#define NAME(x) half_##x
#include "straight.h"
#undef NAME
#undef ONE
#undef INFINITE
#undef WORD

#endif
