/* Registers of floats, and x * y + z rounded once to float: in hardware where the compiler says so, elsewhere through
 * doubles. `single_width` floats each; the law's 32 lanes are as many registers as it takes. */
#ifndef ONEDOT_SINGLE_REGISTERS_H
#define ONEDOT_SINGLE_REGISTERS_H

#include "simd/bits.h"

#if defined(__FP_FAST_FMAF) || defined(__FMA__)
#define FUSES 1
#define SINGLE_GRAIN (1 << 26) /* products between two looks at Ctrl-C: 1 to 10 ms */
#else
#define FUSES 0
#define SINGLE_GRAIN (1 << 23) /* 10 ms at the baseline of x86-64 */
#endif

/* The product of two floats is exact in double. Rounding its sum with z to odd loses nothing that the second rounding,
 * to float, must know: S. Boldo, G. Melquiond, "Emulation of a FMA and correctly rounded sums", IEEE Trans. Comput. 57
 * (2008), 462-471, https://doi.org/10.1109/TC.2007.70819. A sum that is not finite has the error NaN: it stays. */
INLINE float single_fused_one(float x, float y, float z) {
#if FUSES
    return __builtin_fmaf(x, y, z);
#else
    const double product = (double)x * (double)y, added = (double)z, sum = product + added;
    const double other = sum - product, error = (product - (sum - other)) + (added - other);
    if (!(error < 0.0 || error > 0.0)) return (float)sum;
    uint64_t bits = bits_of_double(sum);
    bits -= (error < 0.0) != (sum < 0.0); /* towards zero */
    return (float)double_of_bits(bits | 1);
#endif
}

#if !(defined(__GNUC__) || defined(__clang__)) || defined(ONEDOT_SCALAR)

#define single_width 1
#define SINGLE_SHARING 1
#define SINGLE_PARTS 1
#define SINGLE_ROWS 1 /* of a tile: a divisor of the width */
#define SINGLE_PANELS 1
#define ROUGH_PANELS 1
#define single_product_rows 1
#define single_product_regs 1
typedef float single_reg;
INLINE single_reg single_load(const float *p) { return *p; }
INLINE single_reg single_load_part(const float *p, ptrdiff_t n) { return n > 0 ? *p : 0; }
INLINE single_reg single_spread(float v) { return v; }
INLINE single_reg single_fused(single_reg x, single_reg y, single_reg z) { return single_fused_one(x, y, z); }
INLINE float single_fold(single_reg v) { return v; }
INLINE single_reg single_fold_each(const single_reg *v) { return *v; }

#elif defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>

typedef float s256 __attribute__((vector_size(32)));
INLINE float fold_256(__m256 v) {
    const __m128 half = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    const __m128 two = _mm_add_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

#if defined(__AVX512F__)

#define single_width 16
#define SINGLE_SHARING 4
#define SINGLE_PARTS 1
#define SINGLE_ROWS 8
#define SINGLE_PANELS 1
#define ROUGH_PANELS 3
#define single_product_rows 5
#define single_product_regs 1
typedef float single_reg __attribute__((vector_size(64)));
INLINE single_reg single_load(const float *p) { return (single_reg)_mm512_loadu_ps(p); }
/* The first n of a register's elements, and zeros after them: any n. Nothing past them is read. */
INLINE single_reg single_load_part(const float *p, ptrdiff_t n) {
    const unsigned mask = n <= 0 ? 0 : n >= single_width ? 0xffff : (1u << n) - 1;
    return (single_reg)_mm512_maskz_loadu_ps((__mmask16)mask, p);
}
/* Those from the n-th on, and zeros before them. */
INLINE single_reg single_load_rest(const float *p, ptrdiff_t n) {
    return (single_reg)_mm512_maskz_loadu_ps((__mmask16)(0xffffu << n), p);
}
INLINE single_reg single_spread(float v) { return (single_reg)_mm512_set1_ps(v); }
INLINE single_reg single_fused(single_reg x, single_reg y, single_reg z) {
    return (single_reg)_mm512_fmadd_ps((__m512)x, (__m512)y, (__m512)z);
}
INLINE float single_fold(single_reg v) {
    const __m512d whole = _mm512_castps_pd((__m512)v);
    return fold_256(_mm256_add_ps(_mm256_castpd_ps(_mm512_castpd512_pd256(whole)),
                                  _mm256_castpd_ps(_mm512_extractf64x4_pd(whole, 1))));
}
/* The folds of `width` registers, as one register: two at a time are halved into one. */
#define HALVED(shuffle, a, b, low, high) _mm512_add_ps(shuffle(a, b, low), shuffle(a, b, high))
INLINE single_reg single_fold_each(const single_reg *v) {
    __m512 halves[8], quarters[4];
    UNROLL
    for (int i = 0; i < 8; i++) { /* rows i and i + 4 of each eight */
        const __m512 a = (__m512)v[i / 4 * 8 + i % 4], b = (__m512)v[i / 4 * 8 + i % 4 + 4];
        halves[i] = HALVED(_mm512_shuffle_f32x4, a, b, 0x44, 0xee);
    }
    UNROLL
    for (int i = 0; i < 4; i++) quarters[i] = HALVED(_mm512_shuffle_f32x4, halves[i], halves[i + 4], 0x88, 0xdd);
    const __m512 a = HALVED(_mm512_shuffle_ps, quarters[0], quarters[1], 0x44, 0xee);
    const __m512 b = HALVED(_mm512_shuffle_ps, quarters[2], quarters[3], 0x44, 0xee);
    return (single_reg)HALVED(_mm512_shuffle_ps, a, b, 0x88, 0xdd);
}
#undef HALVED

#else

#define single_width 8
#define SINGLE_SHARING 2
#define SINGLE_PARTS 1
#define SINGLE_ROWS 4
#define SINGLE_PANELS 2
#define ROUGH_PANELS 3
#define single_product_rows 3
#define single_product_regs 2
typedef s256 single_reg;
static const int first_of_single[24] = {-1, -1, -1, -1, -1, -1, -1, -1, 0,  0,  0,  0,
                                        0,  0,  0,  0,  -1, -1, -1, -1, -1, -1, -1, -1};
INLINE single_reg single_load(const float *p) { return (single_reg)_mm256_loadu_ps(p); }
/* The first n of a register's elements, and zeros after them: any n. Nothing past them is read. */
INLINE single_reg single_load_part(const float *p, ptrdiff_t n) {
    const int *mask = first_of_single + single_width - (n < 0 ? 0 : n > single_width ? single_width : n);
    return (single_reg)_mm256_maskload_ps(p, _mm256_loadu_si256((const __m256i *)mask));
}
/* Those from the n-th on, and zeros before them. */
INLINE single_reg single_load_rest(const float *p, ptrdiff_t n) {
    const int *mask = first_of_single + 2 * single_width - n;
    return (single_reg)_mm256_maskload_ps(p, _mm256_loadu_si256((const __m256i *)mask));
}
INLINE single_reg single_spread(float v) { return (single_reg)_mm256_set1_ps(v); }
INLINE single_reg single_fused(single_reg x, single_reg y, single_reg z) {
    return (single_reg)_mm256_fmadd_ps((__m256)x, (__m256)y, (__m256)z);
}
INLINE float single_fold(single_reg v) { return fold_256((__m256)v); }
/* The folds of `width` registers, as one register: two at a time are halved into one. */
#define HALVED(shuffle, a, b, low, high) _mm256_add_ps(shuffle(a, b, low), shuffle(a, b, high))
INLINE single_reg single_fold_each(const single_reg *v) {
    __m256 halves[4];
    UNROLL
    for (int i = 0; i < 4; i++) /* rows i and i + 4 */
        halves[i] = HALVED(_mm256_permute2f128_ps, (__m256)v[i], (__m256)v[i + 4], 0x20, 0x31);
    const __m256 a = HALVED(_mm256_shuffle_ps, halves[0], halves[1], 0x44, 0xee);
    const __m256 b = HALVED(_mm256_shuffle_ps, halves[2], halves[3], 0x44, 0xee);
    return (single_reg)HALVED(_mm256_shuffle_ps, a, b, 0x88, 0xdd);
}
#undef HALVED

#endif

#else

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#define single_width 4
#define SINGLE_SHARING 2
#define SINGLE_PARTS 1
#define SINGLE_ROWS 4
#define SINGLE_PANELS 2
#define ROUGH_PANELS 2
#define single_product_rows 2
#define single_product_regs 2
typedef float single_reg __attribute__((vector_size(16)));
INLINE single_reg single_load(const float *p) { single_reg v; memcpy(&v, p, sizeof v); return v; }
/* The first n of a register's elements, and zeros after them: any n. Nothing past them is read. */
INLINE single_reg single_load_part(const float *p, ptrdiff_t n) {
    single_reg v = {0};
    if (n >= single_width) return single_load(p);
    for (int i = 0; i < n; i++) v[i] = p[i];
    return v;
}
INLINE single_reg single_spread(float v) { return (single_reg){v, v, v, v}; }
#if defined(__aarch64__)
INLINE single_reg single_fused(single_reg x, single_reg y, single_reg z) {
    return (single_reg)vfmaq_f32((float32x4_t)z, (float32x4_t)x, (float32x4_t)y);
}
#elif defined(__SSE2__)
typedef double single_pair __attribute__((vector_size(16)));
typedef int64_t single_words __attribute__((vector_size(16)));
/* As single_fused_one, two at a time, but for the last rounding. */
INLINE __m128d odd_sum_of_pair(__m128d x, __m128d y, __m128d z) {
    const single_pair product = (single_pair)x * (single_pair)y, added = (single_pair)z, sum = product + added;
    const single_pair other = sum - product, error = (product - (sum - other)) + (added - other), zero = {0};
    const single_words below = error < zero, above = error > zero, negative = sum < zero;
    const single_words words = (single_words)sum + ((below ^ negative) & (below | above)); /* towards zero */
    return (__m128d)(words | ((below | above) & (single_words){1, 1}));
}
/* A call each time: written out in every tile, it makes the level's kernels a quarter larger, and none faster. */
static __attribute__((noinline)) single_reg single_fused(single_reg x, single_reg y, single_reg z) {
    const __m128 a = (__m128)x, b = (__m128)y, c = (__m128)z;
    const __m128d low = odd_sum_of_pair(_mm_cvtps_pd(a), _mm_cvtps_pd(b), _mm_cvtps_pd(c));
    const __m128d high = odd_sum_of_pair(_mm_cvtps_pd(_mm_movehl_ps(a, a)), _mm_cvtps_pd(_mm_movehl_ps(b, b)),
                                         _mm_cvtps_pd(_mm_movehl_ps(c, c)));
    return (single_reg)_mm_movelh_ps(_mm_cvtpd_ps(low), _mm_cvtpd_ps(high));
}
#else
INLINE single_reg single_fused(single_reg x, single_reg y, single_reg z) {
    for (int i = 0; i < single_width; i++) z[i] = single_fused_one(x[i], y[i], z[i]);
    return z;
}
#endif
/* The elements of one register folded in halves; and the folds of `width` registers, as one register. */
INLINE float single_fold(single_reg v) { return (v[0] + v[2]) + (v[1] + v[3]); }
INLINE single_reg single_fold_each(const single_reg *v) {
    single_reg rows = {0};
    for (int i = 0; i < single_width; i++) rows[i] = single_fold(v[i]);
    return rows;
}

#endif

#define SINGLE_LANE_REGS (LANES / single_width)

/* `width` registers, the rows of a matrix, exchanged for its columns. */
INLINE void single_transpose(single_reg *v) {
#if single_width == 16
    __m512 a[16], b[16];
    UNROLL
    for (int i = 0; i < 16; i += 2) { /* of each four columns, two rows and then four */
        a[i] = _mm512_unpacklo_ps((__m512)v[i], (__m512)v[i + 1]);
        a[i + 1] = _mm512_unpackhi_ps((__m512)v[i], (__m512)v[i + 1]);
    }
    UNROLL
    for (int i = 0; i < 16; i += 4) {
        b[i] = _mm512_shuffle_ps(a[i], a[i + 2], 0x44), b[i + 1] = _mm512_shuffle_ps(a[i], a[i + 2], 0xee);
        b[i + 2] = _mm512_shuffle_ps(a[i + 1], a[i + 3], 0x44), b[i + 3] = _mm512_shuffle_ps(a[i + 1], a[i + 3], 0xee);
    }
    UNROLL
    for (int i = 0; i < 4; i++) { /* fours of rows: 0 and 1, 2 and 3, for columns i, i + 8 and i + 4, i + 12 */
        a[i] = _mm512_shuffle_f32x4(b[i], b[i + 4], 0x88), a[i + 4] = _mm512_shuffle_f32x4(b[i], b[i + 4], 0xdd);
        a[i + 8] = _mm512_shuffle_f32x4(b[i + 8], b[i + 12], 0x88);
        a[i + 12] = _mm512_shuffle_f32x4(b[i + 8], b[i + 12], 0xdd);
    }
    UNROLL
    for (int i = 0; i < 8; i++) {
        v[i] = (single_reg)_mm512_shuffle_f32x4(a[i], a[i + 8], 0x88);
        v[i + 8] = (single_reg)_mm512_shuffle_f32x4(a[i], a[i + 8], 0xdd);
    }
#elif single_width == 8
    __m256 a[8], b[8];
    UNROLL
    for (int i = 0; i < 8; i += 2) {
        a[i] = _mm256_unpacklo_ps((__m256)v[i], (__m256)v[i + 1]);
        a[i + 1] = _mm256_unpackhi_ps((__m256)v[i], (__m256)v[i + 1]);
    }
    UNROLL
    for (int i = 0; i < 8; i += 4) {
        b[i] = _mm256_shuffle_ps(a[i], a[i + 2], 0x44), b[i + 1] = _mm256_shuffle_ps(a[i], a[i + 2], 0xee);
        b[i + 2] = _mm256_shuffle_ps(a[i + 1], a[i + 3], 0x44), b[i + 3] = _mm256_shuffle_ps(a[i + 1], a[i + 3], 0xee);
    }
    UNROLL
    for (int i = 0; i < 4; i++) {
        v[i] = (single_reg)_mm256_permute2f128_ps(b[i], b[i + 4], 0x20);
        v[i + 4] = (single_reg)_mm256_permute2f128_ps(b[i], b[i + 4], 0x31);
    }
#elif single_width == 4
    const single_reg a = v[0], b = v[1], c = v[2], d = v[3];
    for (int i = 0; i < 4; i++) v[i] = (single_reg){a[i], b[i], c[i], d[i]};
#else
    (void)v;
#endif
}

INLINE void single_store(float *p, single_reg v) { memcpy(p, &v, sizeof v); }
/* p[i] = v[i] for the first n elements: any n. */
INLINE void single_store_part(float *p, single_reg v, ptrdiff_t n) {
#if single_width == 16
    if (n < single_width) {
        if (n > 0) _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), (__m512)v);
        return;
    }
    single_store(p, v);
#else
    if (n >= single_width)
        single_store(p, v);
    else if (n > 0)
        memcpy(p, &v, (size_t)n * sizeof *p);
#endif
}

/* One number from any address. */
INLINE float single_f32_one(const void *p) { float v; memcpy(&v, p, sizeof v); return v; }
#if defined(__F16C__) || !defined(__GNUC__)
INLINE float single_f16_one(const void *p) { float16 v; memcpy(&v, p, sizeof v); return f16_value(v); }
#else /* a call each time: some twenty operations, written out in every loop, were a tenth of the level's kernels */
static __attribute__((noinline)) float single_f16_one(const void *p) {
    float16 v;
    memcpy(&v, p, sizeof v);
    return f16_value(v);
}
#endif
INLINE float single_bf16_one(const void *p) { bfloat16 v; memcpy(&v, p, sizeof v); return bf16_value(v); }

/* Halves, widened. */
#if single_width == 16
INLINE single_reg f16_single(__m256i v) { return (single_reg)_mm512_cvtph_ps(v); }
INLINE single_reg bf16_single(__m256i v) {
    return (single_reg)_mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(v), 16));
}
#define HALVES_LOAD(p) _mm256_loadu_si256((const __m256i *)(p))
#elif single_width == 8 && defined(__F16C__)
INLINE single_reg f16_single(__m128i v) { return (single_reg)_mm256_cvtph_ps(v); }
INLINE single_reg bf16_single(__m128i v) {
    return (single_reg)_mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(v), 16));
}
#define HALVES_LOAD(p) _mm_loadu_si128((const __m128i *)(p))
#endif
#if defined(HALVES_LOAD)
INLINE single_reg single_f16_load(const float16 *p) { return f16_single(HALVES_LOAD(p)); }
INLINE single_reg single_bf16_load(const bfloat16 *p) { return bf16_single(HALVES_LOAD(p)); }
#undef HALVES_LOAD
#else
INLINE single_reg single_f16_load(const float16 *p) {
    float v[single_width];
    for (int i = 0; i < single_width; i++) v[i] = single_f16_one(p + i);
    return single_load(v);
}
INLINE single_reg single_bf16_load(const bfloat16 *p) {
    float v[single_width];
    for (int i = 0; i < single_width; i++) v[i] = single_bf16_one(p + i);
    return single_load(v);
}
#endif
INLINE single_reg single_f16_load_part(const float16 *p, ptrdiff_t n) {
    float16 v[single_width] = {{0}};
    if (n > 0) memcpy(v, p, (size_t)(n < single_width ? n : single_width) * sizeof *p);
    return single_f16_load(v);
}
INLINE single_reg single_bf16_load_part(const bfloat16 *p, ptrdiff_t n) {
    bfloat16 v[single_width] = {{0}};
    if (n > 0) memcpy(v, p, (size_t)(n < single_width ? n : single_width) * sizeof *p);
    return single_bf16_load(v);
}
INLINE single_reg single_f32_load(const float *p) { return single_load(p); }
INLINE single_reg single_f32_load_part(const float *p, ptrdiff_t n) { return single_load_part(p, n); }

/* The first step of the fold: all lanes halved until one register is left. */
INLINE single_reg single_fold_lanes(single_reg *sums) {
    UNROLL
    for (int half = SINGLE_LANE_REGS / 2; half >= 1; half /= 2) {
        UNROLL
        for (int k = 0; k < half; k++) sums[k] += sums[k + half];
    }
    return sums[0];
}

/* Without it, GCC folds a load into every use of the register and loads the operand that often. */
/* A register without its signs. */
INLINE single_reg single_absolute(single_reg v) {
#if single_width == 1
    return float_of_bits(bits_of_float(v) & 0x7fffffffu);
#else
    typedef uint32_t single_bits __attribute__((vector_size(4 * single_width)));
    return (single_reg)((single_bits)v & 0x7fffffffu);
#endif
}

/* Its elements as a register of doubles, its halves added to each other where it has twice as many. */
INLINE f64_reg single_widened(single_reg v) {
#if single_width == 16
    const __m256 upper = _mm512_extractf32x8_ps((__m512)v, 1);
    return (f64_reg)_mm512_cvtps_pd(_mm256_add_ps(_mm512_castps512_ps256((__m512)v), upper));
#elif single_width == 8
    const __m128 upper = _mm256_extractf128_ps((__m256)v, 1);
    return (f64_reg)_mm256_cvtps_pd(_mm_add_ps(_mm256_castps256_ps128((__m256)v), upper));
#else
    float from[single_width];
    double to[f64_width];
    f64_reg wide;
    memcpy(from, &v, sizeof from);
    for (int i = 0; i < f64_width; i++)
        to[i] = single_width > f64_width ? from[i] + from[(i + f64_width) % single_width] : from[i];
    memcpy(&wide, to, sizeof wide);
    return wide;
#endif
}
/* The folds of f64_width registers, as one register of doubles. */
INLINE f64_reg single_fold_rows(const single_reg *v) {
    f64_reg wide[f64_width];
    UNROLL
    for (int r = 0; r < f64_width; r++) wide[r] = single_widened(v[r]);
    return f64_fold_each(wide);
}

INLINE single_reg single_in_register(single_reg v) {
#if defined(__x86_64__) && defined(__GNUC__) && single_width > 8
    __asm__("" : "+v"(v));
#elif defined(__x86_64__) && defined(__GNUC__) && single_width > 1
    __asm__("" : "+x"(v));
#endif
    return v;
}

/* The same with the operands in another order, as tiles of the plain tier have them. */
INLINE single_reg single_multiply_add(single_reg sum, single_reg x, single_reg y) { return single_fused(x, y, sum); }

/* x * y + z for rough sums: rounded once or twice, as is quickest. */
INLINE single_reg rough_multiply_add(single_reg x, single_reg y, single_reg z) {
#if FUSES
    return single_fused(x, y, z);
#else
    return x * y + z;
#endif
}

#endif
