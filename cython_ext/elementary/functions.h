/* exp, sigmoid and its inverse, silu, gelu, tanh, softplus, arctangent and the activations without curves:
 * onedot._reference.elementary, register by register.
 *
 * Every function does the operations of its namesake there in the same order, so it gives the same bits. There stands
 * why they suffice. Nothing branches: what a comparison decides is chosen lane by lane.
 */
#ifndef ONEDOT_ELEMENTARY_H
#define ONEDOT_ELEMENTARY_H

#include "tiles/sums.h"
#include "coefficients.h"

#define INTEGER_BITS 6755399441055744.0 /* 1.5 * 2^52: added to k, its last bits are those of the integer */
#define SIGN_BIT 0x8000000000000000u
#define WHOLE_BITS 0x4330000000000000u /* of 2^52, whose last bits are an integer's */
#define OVER_ROOT_HALF (0x3ff0000000000000u - 0x3fe6a09e667f3bcdu) /* the bits of 1 less those of sqrt(1/2) */
#define HEAD_BITS 0xfffffffff8000000u
#define SLOPE 0.01 /* of leaky_relu */

/* z + x * y of an exact product, in one operation where there is one. */
INLINE f64_reg with_exact(f64_reg z, f64_reg x, f64_reg y) {
#if FUSED
    return f64_fused(x, y, z);
#else
    return z + x * y;
#endif
}
INLINE f64_reg head(f64_reg v) { return f64_from_bits(f64_bits_of(v) & HEAD_BITS); }
INLINE f64_reg minus_absolute(f64_reg v) { return f64_from_bits(f64_bits_of(v) | SIGN_BIT); }

INLINE f64_reg polynomial(f64_reg x, const double *coefficients, const int terms) {
    f64_reg v[24];
    UNROLL
    for (int i = 0; i < terms; i++) v[i] = f64_spread(coefficients[i]);
    UNROLL
    for (int count = terms; count > 1; count = (count + 1) / 2) {
        UNROLL
        for (int i = 0; i < count / 2; i++) v[i] = v[2 * i] + v[2 * i + 1] * x;
        if (count % 2) v[count / 2] = v[count - 1];
        x = x * x;
    }
    return v[0];
}

/* x = k*ln(2) + r, and exp(r) = 1 + r + tail. k stands in the last bits of `shifted`. */
typedef struct {
    f64_reg r, tail, shifted;
} reduced;

/* Of up to TOGETHER registers, step by step: the CPU looks ahead only so far, and the steps of one are a long chain. */
#define TOGETHER 4
#define EACH UNROLL for (int j = 0; j < count; j++)
INLINE void reduce_each(const f64_reg *x, reduced *e, const int count) {
    f64_reg k[TOGETHER], a[TOGETHER], c[TOGETHER], r_low[TOGETHER], square[TOGETHER], cubic[TOGETHER];
    EACH e[j].shifted = x[j] * INVERSE_LN2 + INTEGER_BITS;
    EACH k[j] = e[j].shifted - INTEGER_BITS;
    EACH a[j] = with_exact(x[j], k[j], f64_spread(-LN2_HIGH)), c[j] = k[j] * LN2_LOW;
    EACH e[j].r = a[j] - c[j], r_low[j] = (a[j] - e[j].r) - c[j];
    EACH cubic[j] = polynomial(e[j].r, EXP, EXP_TERMS);
    EACH square[j] = e[j].r * e[j].r;
    EACH e[j].tail = with_exact((square[j] * e[j].r) * cubic[j], square[j], f64_spread(0.5)) + r_low[j];
}
INLINE reduced reduce(f64_reg x) {
    reduced e;
    reduce_each(&x, &e, 1);
    return e;
}

/* 2^(k + shift) */
INLINE f64_reg power(f64_reg shifted, int shift) {
    return f64_from_bits((f64_bits_of(shifted) + (uint64_t)(1023 + shift)) << 52);
}

/* A number as the sum of two, the second one small. */
typedef struct {
    f64_reg high, low;
} pair;

/* exp(r) */
INLINE pair mantissa(reduced e) {
    const f64_reg high = 1.0 + e.r;
    return (pair){high, ((1.0 - high) + e.r) + e.tail};
}

/* numerator / denominator, for a denominator whose high part has 26 bits. */
INLINE pair quotient(pair numerator, pair denominator) {
    const f64_reg inverse = 1.0 / (denominator.high + denominator.low);
    const f64_reg high = head(numerator.high * inverse);
    const f64_reg rest = (numerator.high - high * denominator.high) - high * denominator.low;
    return (pair){high, (rest + numerator.low) * inverse};
}

/* base + v, for 0 <= v <= base, as a denominator of quotient. */
INLINE pair denominator(double base, pair v) {
    const f64_reg high = head(base + v.high);
    return (pair){high, ((base - high) + v.high) + v.low};
}

/* v * 2^k */
INLINE pair scaled(pair v, f64_reg k_plus_64) {
    return (pair){v.high * k_plus_64 * 0x1p-64, v.low * k_plus_64 * 0x1p-64};
}

INLINE f64_reg exp_argument(f64_reg x) {
    return f64_lesser(f64_spread(710.0), f64_greater(f64_spread(-746.0), x));
}
INLINE f64_reg exp_result(f64_reg x, reduced e) {
    const pair m = mantissa(e);
#if defined(__AVX512F__)
    (void)x;
    return (f64_reg)_mm512_scalef_pd((__m512d)(m.high + m.low), (__m512d)(e.shifted - INTEGER_BITS));
#else /* in two steps, of which the first is exact */
    const f64_mask small = f64_less(x, f64_spread(0.0));
    const f64_reg up = f64_spread(0x1p64), down = f64_spread(0x1p-64);
    const f64_bits near = (f64_bits_of(e.shifted) << 52) + f64_bits_of(f64_where(small, up, down));
    return (m.high + m.low) * f64_from_bits(near) * f64_where(small, down, up);
#endif
}

/* sigmoid(x) = q * scale * 2^-64 */
INLINE pair logistic(f64_reg x, reduced e, f64_reg *scale) {
    const f64_mask small = f64_less(x, f64_spread(0.0));
    const f64_reg k_plus_64 = power(e.shifted, 64);
    const pair m = mantissa(e);
    const pair numerator = {f64_where(small, m.high, f64_spread(1.0)), f64_where(small, m.low, f64_spread(0.0))};
    *scale = f64_where(small, k_plus_64, f64_spread(0x1p64));
    return quotient(numerator, denominator(1.0, scaled(m, k_plus_64)));
}
INLINE f64_reg sigmoid_argument(f64_reg x) { return f64_greater(f64_spread(-746.0), minus_absolute(x)); }
INLINE f64_reg sigmoid_result(f64_reg x, reduced e) {
    f64_reg scale;
    const pair q = logistic(x, e, &scale);
    return (q.high + q.low) * scale * 0x1p-64;
}

INLINE f64_reg with_sign_of(f64_reg x, f64_reg size) {
    return f64_from_bits(f64_bits_of(size) | (f64_bits_of(x) & SIGN_BIT));
}
/* The result, which has the sign of x, and x itself from where that is all. */
INLINE f64_reg up_to_38(f64_reg x, f64_reg result) {
    return f64_where(f64_less(f64_spread(38.0), x), x, with_sign_of(x, result));
}

INLINE f64_reg silu_argument(f64_reg x) { return f64_greater(f64_spread(-752.0), minus_absolute(x)); }
INLINE f64_reg silu_result(f64_reg x, reduced e) {
    f64_reg scale;
    const pair q = logistic(x, e, &scale);
    const f64_reg raised = f64_greater(f64_spread(-752.0), x) * 0x1p64, near = head(raised);
    return up_to_38(x, (near * q.high + ((raised - near) * q.high + raised * q.low)) * scale * 0x1p-128);
}

/* t = |x| up to 38.75, 2^64 times as great, and the head of that. */
INLINE f64_reg gelu_raised(f64_reg x) {
    return f64_lesser(f64_spread(38.75), f64_from_bits(f64_bits_of(x) & ~SIGN_BIT)) * 0x1p64;
}
/* t^2, for near and far of raised. */
INLINE pair gelu_square(f64_reg raised, f64_reg near) {
    const f64_reg t = raised * 0x1p-64, t_near = near * 0x1p-64, t_far = (raised - near) * 0x1p-64;
    const f64_reg high = t_near * t_near, low = t_far * (t_near + t), square = high + low;
    return (pair){square, (high - square) + low};
}
INLINE f64_reg gelu_argument(f64_reg x) {
    const f64_reg raised = gelu_raised(x);
    return -0.5 * gelu_square(raised, head(raised)).high;
}
INLINE pair normal_tail(f64_reg t) {
    const pair of_t = {t, f64_spread(0.0)};
    const pair q = quotient(of_t, denominator(MILLS_MIDDLE, of_t));
    const f64_reg w = q.high + q.low, left = 1.0 - q.high, near = head(left);
    const f64_reg far = (left - near) - q.low, v = left - q.low;
    const f64_reg area = q.high * near, area_low = q.high * far + q.low * v, area_near = head(area);
    const f64_reg square = near * near, slope = head(0.0625 + 0.625 * square);
    const f64_reg slope_low = ((0.5 * square - (slope - 0.0625)) + 0.125 * square) + 0.625 * (far * (near + v));
    const f64_reg part = area_near * slope;
    const f64_reg z = (2.0 * q.high - 1.0) + 2.0 * q.low;
    const f64_reg rest = ((area - area_near) * slope + (area * slope_low + area_low * (slope + slope_low))) +
                         w * (v * polynomial(z, MILLS, MILLS_TERMS) + MILLS_LIMIT);
    const double base = 0.5 * MILLS_SHIFT;
    const f64_reg high = base + part, low = ((base - high) + part) + rest, sum = high + low;
    return quotient((pair){sum, (high - sum) + low}, denominator(MILLS_SHIFT, of_t));
}
INLINE f64_reg gelu_result(f64_reg x, reduced e) {
    const f64_reg raised = gelu_raised(x), near = head(raised);
    const pair m = mantissa(e), q = normal_tail(raised * 0x1p-64);
    const f64_reg p = m.high + m.low, p_near = head(p);
    const f64_reg p_low = ((m.high - p) + m.low) - 0.5 * gelu_square(raised, near).low * p;
    const f64_reg part = p_near * q.high, rest = p_near * q.low + ((p - p_near) + p_low) * (q.high + q.low);
    const f64_reg high = head(part + rest), low = (part - high) + rest;
    const f64_reg scale = power(e.shifted, 64);
    const f64_reg product = near * high * scale * 0x1p-64;
    const f64_reg product_low = ((raised - near) * high + raised * low) * scale * 0x1p-64;
    const f64_reg base = f64_where(f64_less(x, f64_spread(0.0)), f64_spread(0.0), raised), sum = base - product;
    return up_to_38(x, (sum + (((base - sum) - product) - product_low)) * 0x1p-64);
}

INLINE f64_reg tanh_argument(f64_reg x) { return 2.0 * f64_greater(f64_spread(-25.0), minus_absolute(x)); }
INLINE f64_reg tanh_result(f64_reg x, reduced e) {
    const f64_reg scale = power(e.shifted, 0);
    const f64_reg less_one = e.r + e.tail, less_one_low = (e.r - less_one) + e.tail;
    const f64_reg far = 1.0 - scale, near = scale * less_one;
    const f64_reg high = far - near;
    const f64_reg low = ((far - high) - near) + (((1.0 - far) - scale) - scale * less_one_low);
    const pair q = quotient((pair){high, low}, denominator(2.0, (pair){-high, -low}));
    return f64_where(f64_less(f64_spread(-0x1p-28), minus_absolute(x)), x, with_sign_of(x, q.high + q.low));
}

INLINE f64_reg softplus_argument(f64_reg x) { return sigmoid_argument(x); }
INLINE f64_reg softplus_result(f64_reg x, reduced e) {
    const f64_reg k_plus_64 = power(e.shifted, 64);
    const pair m = mantissa(e);
    const pair q = quotient(m, denominator(2.0, scaled(m, k_plus_64)));
    const f64_reg s = q.high + q.low, square = (s * k_plus_64 * 0x1p-64) * (s * k_plus_64 * 0x1p-64);
    const f64_reg low = q.low + (s * square) * polynomial(square, ARTANH, ARTANH_TERMS);
    const f64_reg below = (q.high + low) * k_plus_64 * 0x1p-63;
    const f64_reg near = q.high * k_plus_64 * 0x1p-63;
    const f64_reg sum = x + near, part = sum - x;
    const f64_reg error = (x - (sum - part)) + (near - part);
    const f64_reg above = f64_where(f64_less(f64_spread(64.0), x), x, sum + (error + low * k_plus_64 * 0x1p-63));
    return f64_where(f64_less(x, f64_spread(0.0)), below, above);
}

INLINE f64_reg log_expit_argument(f64_reg x) { return sigmoid_argument(x); }
INLINE f64_reg log_expit_result(f64_reg x, reduced e) { return -softplus_result(-x, e); }

/* exp where neither the result nor a step on the way to it leaves the normal numbers: there 2^k is but an exponent. */
#define MODERATE_SQUARES 490000.0 /* at most, of a few numbers together: none is beyond 700 */
INLINE void exp_moderate(const double *x, double *out, const int count) {
    f64_reg v[TOGETHER];
    reduced e[TOGETHER];
    EACH v[j] = f64_load(x + j * f64_width);
    reduce_each(v, e, count);
    EACH {
        const pair m = mantissa(e[j]);
        v[j] = f64_from_bits(f64_bits_of(m.high + m.low) + (f64_bits_of(e[j].shifted) << 52));
    }
    EACH memcpy(out + j * f64_width, v + j, sizeof v[j]);
}
INLINE f64_reg exp_of(f64_reg x) { return exp_result(x, reduce(exp_argument(x))); }

/* Of whole registers. Numbers that are not moderate, rare as they are, take 1.5 times as long. */
static void exp_stage(const double *x, double *out, ptrdiff_t n) {
    const ptrdiff_t step = TOGETHER * f64_width;
    const int count = TOGETHER;
    f64_reg squares[TOGETHER] = {{0}};
    ptrdiff_t i = 0;
    for (; i + step <= n; i += step) EACH {
        const f64_reg v = f64_load(x + i + j * f64_width);
        squares[j] = with_exact(squares[j], v, v); /* whether exact or not */
    }
    i = 0;
    if (f64_fold((squares[0] + squares[1]) + (squares[2] + squares[3])) <= MODERATE_SQUARES) /* false for NaN */
        for (; i + step <= n; i += step) exp_moderate(x + i, out + i, TOGETHER);
    for (; i < n; i += f64_width) {
        const f64_reg result = exp_of(f64_load(x + i));
        memcpy(out + i, &result, sizeof result);
    }
}

/* Each over an array. */
#define STAGES 0
#define FUNCTION(x) exp_##x
#include "map.h"
#undef FUNCTION
#undef STAGES
#define STAGES 2
#define FUNCTION(x) sigmoid_##x
#include "map.h"
#undef FUNCTION
#define FUNCTION(x) silu_##x
#include "map.h"
#undef FUNCTION
#define FUNCTION(x) gelu_##x
#include "map.h"
#undef FUNCTION
#define FUNCTION(x) log_expit_##x
#include "map.h"
#undef FUNCTION
#define FUNCTION(x) tanh_##x
#include "map.h"
#undef FUNCTION
#define FUNCTION(x) softplus_##x
#include "map.h"
#undef FUNCTION
#undef STAGES

INLINE f64_reg arctangent_of(f64_reg x) {
    const f64_mask far = f64_less(f64_spread(TURN), x);
    const f64_reg less_one = x - 1.0, zero = f64_spread(0.0);
    const pair numerator = {f64_where(far, less_one, x), f64_where(far, x - (less_one + 1.0), zero)};
    const pair sum = denominator(1.0, (pair){f64_where(far, x, zero), zero});
    const pair q = quotient(numerator, sum);
    const f64_reg z = q.high + q.low, square = z * z;
    const f64_reg rest = (z * square) * polynomial(square, ARCTAN, ARCTAN_TERMS);
    const f64_reg base = f64_where(far, f64_spread(QUARTER_PI), zero);
    const f64_reg base_low = f64_where(far, f64_spread(QUARTER_PI_LOW), zero);
    const f64_reg high = base + q.high;
    return high + (((((base - high) + q.high) + base_low) + q.low) + rest);
}

/* 0 for a number and NaN for NaN: the product with a number that is neither infinite nor more than 1. */
INLINE f64_reg nothing_but_nan(f64_reg x) {
    return 0.0 * f64_lesser(f64_spread(1.0), f64_greater(f64_spread(-1.0), x));
}
/* times*ln(2) + log((more + more_low) / near), for near close to more. */
INLINE f64_reg logarithm(f64_reg more, f64_reg more_low, f64_reg near, f64_reg times) {
    const f64_reg sum = head(more + near);
    const f64_reg sum_low = ((f64_greater(more, near) - sum) + f64_lesser(more, near)) + more_low;
    const pair q = quotient((pair){more - near, more_low}, (pair){sum, sum_low});
    const f64_reg s = q.high + q.low, square = s * s;
    const f64_reg low = q.low + (s * square) * polynomial(square, ARTANH, ARTANH_TERMS);
    const f64_reg base = times * LN2_HIGH, high = base + 2.0 * q.high;
    return high + (((base - high) + 2.0 * q.high) + (times * LN2_LOW + 2.0 * low));
}
/* The exponent that brings v nearest to 1, as the last bits of a number. */
INLINE f64_bits nearest_exponent(f64_reg v) { return (f64_bits_of(v) + OVER_ROOT_HALF) >> 52; }
INLINE f64_reg exponent_as_number(f64_bits exponent) { return f64_from_bits(exponent | WHOLE_BITS) - 0x1p52; }

/* log(1 + x) for x >= 0. */
static double log_one_plus(double x) {
    const double sum = 1.0 + x;
    const f64_reg more = f64_spread(sum);
    const f64_bits exponent = nearest_exponent(more);
    const f64_reg low = f64_spread(x < 1.0 ? (1.0 - sum) + x : (x - sum) + 1.0);
    const f64_reg result = logarithm(more, low, f64_from_bits(exponent << 52), exponent_as_number(exponent) - 1023.0);
    double each[f64_width];
    memcpy(each, &result, sizeof each);
    return each[0];
}
INLINE f64_reg logit_of(f64_reg x) {
    const f64_reg zero = f64_spread(0.0), one = f64_spread(1.0), nan = f64_spread(NAN);
    const f64_mask below = f64_less(x, f64_spread(0.5));
    const f64_reg less = f64_where(below, x, one - x), more = one - less, more_low = (one - more) - less;
    const f64_reg raised = less * 0x1p64;
    const f64_bits exponent = nearest_exponent(more / raised);
    const f64_reg near = raised * f64_from_bits(exponent << 52);
    const f64_reg size = logarithm(more, more_low, near, exponent_as_number(exponent) - 959.0);
    const f64_reg inside = f64_where(below, -size, size);
    const f64_reg above = f64_where(f64_less(one, x), nan, f64_spread(INFINITY));
    const f64_reg under = f64_where(f64_less(x, zero), nan, f64_spread(-INFINITY));
    return f64_where(f64_less(zero, x), f64_where(f64_less(x, one), inside, above), under) + nothing_but_nan(x);
}
INLINE f64_reg relu_of(f64_reg x) { return f64_greater(f64_spread(0.0), x); }
INLINE f64_reg leaky_relu_of(f64_reg x) { return f64_where(f64_less(x, f64_spread(0.0)), SLOPE * x, x); }
INLINE f64_reg step_of(f64_reg x) {
    return f64_where(f64_less(x, f64_spread(0.0)), f64_spread(0.0), f64_spread(1.0)) + nothing_but_nan(x);
}
INLINE f64_reg sign_of(f64_reg x) {
    const f64_reg positive = f64_where(f64_less(f64_spread(0.0), x), f64_spread(1.0), f64_spread(0.0));
    return f64_where(f64_less(x, f64_spread(0.0)), f64_spread(-1.0), positive) + nothing_but_nan(x);
}

#define STAGES 1
#define FUNCTION(x) arctangent_##x
#include "map.h"
#undef FUNCTION
#define FUNCTION(x) logit_##x
#include "map.h"
#undef FUNCTION
#define FUNCTION(x) relu_##x
#include "map.h"
#undef FUNCTION
#define FUNCTION(x) leaky_relu_##x
#include "map.h"
#undef FUNCTION
#define FUNCTION(x) step_##x
#include "map.h"
#undef FUNCTION
#define FUNCTION(x) sign_##x
#include "map.h"
#undef FUNCTION
#undef STAGES

/* The greatest of n numbers, n >= 1; NaN counts for nothing, and if there is nothing else it is -infinity. */
static double greatest(const double *x, ptrdiff_t n) {
    f64_reg lanes = f64_spread(-INFINITY);
    double each[f64_width], most;
    ptrdiff_t i = 0;
    for (; i + f64_width <= n; i += f64_width) lanes = f64_greater(f64_load(x + i), lanes);
    memcpy(each, &lanes, sizeof each);
    most = each[0];
    for (int j = 1; j < f64_width; j++) most = each[j] > most ? each[j] : most;
    for (; i < n; i++) most = x[i] > most ? x[i] : most;
    return most;
}

#endif
