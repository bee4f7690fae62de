/* Registers of two doubles in GCC's and Clang's vector types: SSE2, NEON, VSX, z/Vector or none at all. */

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#define f64_width 2
#define q64_width 2
#define f32_width 2
#define f64_rows 1
#define q64_rows 1
#define f32_rows 2
#if defined(__aarch64__)
#define MR 4 /* of 32 registers, 16 hold sums */
#define NR 4
#else
#define MR 2 /* of 16 registers, 12 hold sums */
#define NR 6
#endif
typedef double f64_reg __attribute__((vector_size(16)));
typedef f64_reg q64_reg;
typedef f64_reg f32_reg;
typedef uint64_t f64_bits __attribute__((vector_size(16)));
typedef f64_bits f32_bits;

INLINE f64_reg f64_load(const double *p) { f64_reg v; memcpy(&v, p, sizeof v); return v; }
INLINE q64_reg q64_load(const double *p) { return f64_load(p); }

/* Widening by intrinsics: GCC 12 splits __builtin_convertvector into halves (2.1 elements/ns against 4.2). */
INLINE f32_reg f32_load(const float *p) {
#if defined(__SSE2__)
    return (f32_reg)_mm_cvtps_pd(_mm_castsi128_ps(_mm_loadl_epi64((const __m128i *)p)));
#elif defined(__aarch64__)
    return (f32_reg)vcvt_f64_f32(vld1_f32(p));
#else
    return (f32_reg){p[0], p[1]};
#endif
}

/* The first n of a register's elements, n >= 1, and zeros after them. Nothing past them is read. */
INLINE f64_reg f64_load_part(const double *p, ptrdiff_t n) { return n > 1 ? f64_load(p) : (f64_reg){p[0]}; }
INLINE q64_reg q64_load_part(const double *p, ptrdiff_t n) { return f64_load_part(p, n); }
INLINE f32_reg f32_load_part(const float *p, ptrdiff_t n) { return n > 1 ? f32_load(p) : (f32_reg){p[0]}; }

/* The same for any n: zeros alone if n <= 0. */
INLINE f64_reg f64_load_up_to(const double *p, ptrdiff_t n) { return n > 0 ? f64_load_part(p, n) : (f64_reg){0}; }
INLINE q64_reg q64_load_up_to(const double *p, ptrdiff_t n) { return f64_load_up_to(p, n); }
INLINE f32_reg f32_load_up_to(const float *p, ptrdiff_t n) { return n > 0 ? f32_load_part(p, n) : (f32_reg){0}; }

INLINE f32_reg f32_multiply_add(f32_reg sum, f32_reg x, f32_reg y) {
#if defined(__aarch64__)
    return (f32_reg)vfmaq_f64((float64x2_t)sum, (float64x2_t)x, (float64x2_t)y);
#else
    return sum + x * y;
#endif
}

/* The elements of one register folded in halves; and the folds of `width` registers, as one register. */
INLINE double f64_fold(f64_reg v) { return v[0] + v[1]; }
INLINE double q64_fold(q64_reg v) { return f64_fold(v); }
INLINE double f32_fold(f32_reg v) { return f64_fold(v); }
INLINE f64_reg f64_fold_each(const f64_reg *v) {
    return (f64_reg){v[0][0], v[1][0]} + (f64_reg){v[0][1], v[1][1]};
}
INLINE q64_reg q64_fold_each(const q64_reg *v) { return f64_fold_each(v); }
INLINE f32_reg f32_fold_each(const f32_reg *v) { return f64_fold_each(v); }

/* Two registers, the rows of a matrix, exchanged for its columns. */
INLINE void q64_transpose(q64_reg *v) {
    const q64_reg row = v[0];
    v[0] = (q64_reg){row[0], v[1][0]};
    v[1] = (q64_reg){row[1], v[1][1]};
}

/* Choices by comparisons, which are all false for NaN. */
typedef f64_bits f64_mask;
INLINE f64_mask f64_less(f64_reg a, f64_reg b) { return (f64_mask)(a < b); }
INLINE int f64_any_less(f64_reg a, f64_reg b) { return a[0] < b[0] || a[1] < b[1]; }
INLINE f64_reg f64_where(f64_mask mask, f64_reg a, f64_reg b) {
    return (f64_reg)((mask & (f64_bits)a) | (~mask & (f64_bits)b));
}
#if defined(__SSE2__)
INLINE f64_reg f64_lesser(f64_reg a, f64_reg b) { return (f64_reg)_mm_min_pd((__m128d)a, (__m128d)b); }
INLINE f64_reg f64_greater(f64_reg a, f64_reg b) { return (f64_reg)_mm_max_pd((__m128d)a, (__m128d)b); }
#else
INLINE f64_reg f64_lesser(f64_reg a, f64_reg b) { return f64_where(f64_less(a, b), a, b); }
INLINE f64_reg f64_greater(f64_reg a, f64_reg b) { return f64_where(f64_less(b, a), a, b); }
#endif
/* x * y + z rounded once, if FUSED is 1. */
#if defined(__aarch64__)
#define FUSED 1
INLINE f64_reg f64_fused(f64_reg x, f64_reg y, f64_reg z) {
    return (f64_reg)vfmaq_f64((float64x2_t)z, (float64x2_t)x, (float64x2_t)y);
}
INLINE f32_reg f32_fused(f32_reg x, f32_reg y, f32_reg z) { return f64_fused(x, y, z); }
#else
#define FUSED 0
#endif
INLINE uint64_t f64_any(f64_bits v) { return v[0] | v[1]; }
INLINE uint64_t f32_any(f32_bits v) { return f64_any(v); }
/* The larger of each element of peak and |v|; where v is a NaN, peak. */
INLINE f64_reg f64_larger(f64_reg peak, f64_reg v) {
#if defined(__SSE2__)
    return (f64_reg)_mm_max_pd(_mm_andnot_pd(_mm_set1_pd(-0.0), (__m128d)v), (__m128d)peak);
#else
    for (int i = 0; i < 2; i++) {
        const double size = v[i] < 0.0 ? -v[i] : v[i];
        peak[i] = size > peak[i] ? size : peak[i];
    }
    return peak;
#endif
}
INLINE f32_reg f32_larger(f32_reg peak, f32_reg v) { return f64_larger(peak, v); }

/* w[c[0]], w[c[1]], ...; and x[0], x[1], ... of any type, as doubles. */
#define f64_gathered(w, c) ((f64_reg){(w)[(c)[0]], (w)[(c)[1]]})
#define f64_widened(x) ((f64_reg){(x)[0], (x)[1]})
