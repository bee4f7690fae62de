/* What C has to offer the kernels: registers of doubles, and the checks without which no bit is promised.
 *
 * A level is this header compiled with other flags. `f64_reg` and `f32_reg` are the registers that a
 * float64 and a float32 operand are widened into: f64_width and f32_width doubles each. The law's 32
 * lanes are as many of them as it takes.
 */
#ifndef ONEDOT_LANES_H
#define ONEDOT_LANES_H

#include <float.h>
#include <stddef.h>
#include <string.h>

/* FLT_EVAL_METHOD 1 widens float but not double. 2 and the indeterminate -1 break the law. */
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 1
#error "onedot: x87 arithmetic does not round every operation to binary64; build with -msse2 -mfpmath=sse, or for 64 bits"
#endif
#ifdef __FAST_MATH__
#error "onedot: -ffast-math reorders sums, and the order is what onedot promises; build without it"
#endif

#define LANES 32

#if defined(__GNUC__)
#define INLINE static inline __attribute__((always_inline, unused))
#define UNROLL _Pragma("GCC unroll 32")
#else
#define INLINE static __forceinline
#define UNROLL
#endif

#if defined(__GNUC__) && !defined(ONEDOT_SCALAR)

#if defined(__SSE2__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#if defined(__AVX512F__)
#define f64_width 8
#elif defined(__AVX__)
#define f64_width 4
#else
#define f64_width 2
#endif

/* Widening 8 floats into one 512-bit register is slow on Zen 4: 8.9 elements/ns against 13.5 in
 * 256 bits (bench/test_dot.py, float32, n = 4096), so float32 keeps to 256 bits everywhere. */
#if f64_width > 4
#define f32_width 4
#else
#define f32_width f64_width
#endif

typedef double f64_reg __attribute__((vector_size(8 * f64_width)));
typedef double f32_reg __attribute__((vector_size(8 * f32_width)));

INLINE f64_reg f64_load(const double *p) { f64_reg v; memcpy(&v, p, sizeof v); return v; }

/* Widening by intrinsics: GCC 12 splits __builtin_convertvector into halves (2.1 elements/ns against 4.2). */
INLINE f32_reg f32_load(const float *p) {
#if f32_width == 4
    return (f32_reg)_mm256_cvtps_pd(_mm_loadu_ps(p));
#elif defined(__SSE2__)
    return (f32_reg)_mm_cvtps_pd(_mm_castsi128_ps(_mm_loadl_epi64((const __m128i *)p)));
#elif defined(__aarch64__)
    return (f32_reg)vcvt_f64_f32(vld1_f32(p));
#else
    return (f32_reg){p[0], p[1]};
#endif
}

/* The first n elements, 0 < n < width, and zeros after them. Nothing past them is read. */
INLINE f64_reg f64_load_part(const double *p, ptrdiff_t n) {
#if f64_width == 8
    return (f64_reg)_mm512_maskz_loadu_pd((__mmask8)((1u << n) - 1), p);
#elif f64_width == 4
    return (f64_reg)_mm256_maskload_pd(p, _mm256_cmpgt_epi64(_mm256_set1_epi64x(n), _mm256_setr_epi64x(0, 1, 2, 3)));
#else
    (void)n;
    return (f64_reg){p[0]};
#endif
}

INLINE f32_reg f32_load_part(const float *p, ptrdiff_t n) {
#if f32_width == 4
    const __m128i wanted = _mm_cmpgt_epi32(_mm_set1_epi32((int)n), _mm_setr_epi32(0, 1, 2, 3));
    return (f32_reg)_mm256_cvtps_pd(_mm_maskload_ps(p, wanted));
#else
    (void)n;
    return (f32_reg){p[0]};
#endif
}

/* The product of two widened float32 is exact, so here, and only here, a fused multiply-add is the law. */
INLINE f32_reg f32_multiply_add(f32_reg sum, f32_reg x, f32_reg y) {
#if f32_width == 4 && defined(__FMA__)
    return (f32_reg)_mm256_fmadd_pd((__m256d)x, (__m256d)y, (__m256d)sum);
#elif defined(__aarch64__)
    return (f32_reg)vfmaq_f64((float64x2_t)sum, (float64x2_t)x, (float64x2_t)y);
#else
    return sum + x * y;
#endif
}

/* The elements of one register, folded in halves. */
#if f32_width == 4
INLINE double f32_fold(f32_reg v) {
    const __m128d half = _mm_add_pd(_mm256_castpd256_pd128((__m256d)v), _mm256_extractf128_pd((__m256d)v, 1));
    return _mm_cvtsd_f64(_mm_add_sd(half, _mm_unpackhi_pd(half, half)));
}
#else
INLINE double f32_fold(f32_reg v) { return v[0] + v[1]; }
#endif
#if f64_width == 8
INLINE double f64_fold(f64_reg v) {
    return f32_fold((f32_reg)_mm256_add_pd(_mm512_castpd512_pd256((__m512d)v), _mm512_extractf64x4_pd((__m512d)v, 1)));
}
#else
INLINE double f64_fold(f64_reg v) { return f32_fold(v); }
#endif

#else /* a compiler without vector types: registers of one double, and what it vectorises by itself */

#define f64_width 1
#define f32_width 1
typedef double f64_reg;
typedef double f32_reg;
INLINE f64_reg f64_load(const double *p) { return *p; }
INLINE f32_reg f32_load(const float *p) { return *p; }
INLINE f64_reg f64_load_part(const double *p, ptrdiff_t n) { (void)n; return *p; }
INLINE f32_reg f32_load_part(const float *p, ptrdiff_t n) { (void)n; return *p; }
INLINE f32_reg f32_multiply_add(f32_reg sum, f32_reg x, f32_reg y) { return sum + x * y; }
INLINE double f64_fold(f64_reg v) { return v; }
INLINE double f32_fold(f32_reg v) { return v; }

#endif

INLINE f64_reg f64_multiply_add(f64_reg sum, f64_reg x, f64_reg y) { return sum + x * y; }

#define TYPE double
#define NAME(x) f64_##x
#include "tiles.h"
#undef NAME
#undef TYPE
#define TYPE float
#define NAME(x) f32_##x
#include "tiles.h"
#undef NAME
#undef TYPE

#endif
