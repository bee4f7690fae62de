/* Registers of AVX and AVX-512: four doubles, or eight. */

#include <immintrin.h>

#define q64_width 4
#define f32_width 4
#define q64_rows 1
typedef double q64_reg __attribute__((vector_size(32)));

/* Widening 8 floats into one 512-bit register is slow on Zen 4: 8.9 elements/ns against 13.5 in 256 bits (bench, dot of
 * float32, n = 4096), so float32 keeps to 256 bits at every level, but for rows that share x on CPUs of Intel (w32_reg):
 * there 256x784 takes 18 us, and not 25. One dot took as long either way. */
typedef q64_reg f32_reg;

INLINE q64_reg q64_load(const double *p) { return (q64_reg)_mm256_loadu_pd(p); }
INLINE f32_reg f32_load(const float *p) { return (f32_reg)_mm256_cvtps_pd(_mm_loadu_ps(p)); }

/* The first n of a register's elements, 0 <= n <= 4, and zeros after them. Nothing past them is read. The mask is
 * read from a table, in one instruction where it takes ten to make. */
static const long long first_of_q64[12] = {-1, -1, -1, -1, 0, 0, 0, 0, -1, -1, -1, -1};
static const int first_of_f32[8] = {-1, -1, -1, -1, 0, 0, 0, 0};
INLINE q64_reg q64_load_part(const double *p, ptrdiff_t n) {
    return (q64_reg)_mm256_maskload_pd(p, _mm256_loadu_si256((const __m256i *)(first_of_q64 + q64_width - n)));
}
/* Those from the n-th on, and zeros before them. */
INLINE q64_reg q64_load_rest(const double *p, ptrdiff_t n) {
    return (q64_reg)_mm256_maskload_pd(p, _mm256_loadu_si256((const __m256i *)(first_of_q64 + 2 * q64_width - n)));
}
INLINE f32_reg f32_load_part(const float *p, ptrdiff_t n) {
    const __m128i mask = _mm_loadu_si128((const __m128i *)(first_of_f32 + f32_width - n));
    return (f32_reg)_mm256_cvtps_pd(_mm_maskload_ps(p, mask));
}

/* The same for any n: all of the register if n >= width, zeros alone if n <= 0. */
INLINE ptrdiff_t within(ptrdiff_t n, ptrdiff_t width) { return n < 0 ? 0 : n > width ? width : n; }
INLINE q64_reg q64_load_up_to(const double *p, ptrdiff_t n) { return q64_load_part(p, within(n, q64_width)); }
INLINE f32_reg f32_load_up_to(const float *p, ptrdiff_t n) { return f32_load_part(p, within(n, f32_width)); }

INLINE f32_reg f32_multiply_add(f32_reg sum, f32_reg x, f32_reg y) {
#if defined(__FMA__)
    return (f32_reg)_mm256_fmadd_pd((__m256d)x, (__m256d)y, (__m256d)sum);
#else
    return sum + x * y;
#endif
}

/* The elements of one register folded in halves. */
INLINE double q64_fold(q64_reg v) {
    const __m128d half = _mm_add_pd(_mm256_castpd256_pd128((__m256d)v), _mm256_extractf128_pd((__m256d)v, 1));
    return _mm_cvtsd_f64(_mm_add_sd(half, _mm_unpackhi_pd(half, half)));
}
INLINE double f32_fold(f32_reg v) { return q64_fold(v); }

/* Two registers after one halving, and four after two: the upper half of each added to its lower half. */
INLINE __m256d halves_256(q64_reg a, q64_reg b) {
    const __m256d low = _mm256_permute2f128_pd((__m256d)a, (__m256d)b, 0x20);
    return _mm256_add_pd(low, _mm256_permute2f128_pd((__m256d)a, (__m256d)b, 0x31));
}
INLINE __m256d quarters_256(__m256d ab, __m256d cd) {
    return _mm256_add_pd(_mm256_unpacklo_pd(ab, cd), _mm256_unpackhi_pd(ab, cd));
}

/* The folds of `width` registers, as one register. */
INLINE q64_reg q64_fold_each(const q64_reg *v) {
    return (q64_reg)quarters_256(halves_256(v[0], v[2]), halves_256(v[1], v[3]));
}
INLINE f32_reg f32_fold_each(const f32_reg *v) { return q64_fold_each(v); }

/* Four registers, the rows of a matrix, exchanged for its columns. */
INLINE void q64_transpose(q64_reg *v) {
    const __m256d a = _mm256_unpacklo_pd((__m256d)v[0], (__m256d)v[1]);
    const __m256d b = _mm256_unpackhi_pd((__m256d)v[0], (__m256d)v[1]);
    const __m256d c = _mm256_unpacklo_pd((__m256d)v[2], (__m256d)v[3]);
    const __m256d d = _mm256_unpackhi_pd((__m256d)v[2], (__m256d)v[3]);
    v[0] = (q64_reg)_mm256_permute2f128_pd(a, c, 0x20), v[1] = (q64_reg)_mm256_permute2f128_pd(b, d, 0x20);
    v[2] = (q64_reg)_mm256_permute2f128_pd(a, c, 0x31), v[3] = (q64_reg)_mm256_permute2f128_pd(b, d, 0x31);
}
INLINE q64_reg f64_load_four(const double *p) { return q64_load(p); }
INLINE q64_reg f32_load_four(const float *p) { return f32_load(p); }

/* The larger of each element of peak and |v|; where v is a NaN, peak. */
INLINE f32_reg f32_larger(f32_reg peak, f32_reg v) {
    return (f32_reg)_mm256_max_pd(_mm256_andnot_pd(_mm256_set1_pd(-0.0), (__m256d)v), (__m256d)peak);
}

#if defined(__AVX512F__)

#define f64_width 8
#define f64_rows 4
#define f32_rows 2
/* 512x256: 18.6 elements/ns against 17.1 (bench, matvec of float32); 1000x1000: 14.6 against 16.8. */
#define f32_split_rows 4
#define f32_split_parts 2
#define f32_split_up_to 384
#define MR 4 /* of 32 registers, 24 hold sums: 54 GFLOP/s at n = 768, 53 with 4 by 4, and less of L2 */
#define NR 6
#define f64_product_rows 4 /* each factor spread by its one product: 32x32 took 1.4 us so, 1.9 with 2 by 2 */
#define f64_product_regs 1
#define f64_product_most 256
/* On Emerald Rapids, which fuses two registers a cycle, 256x256x256 of float32 takes 0.6 ms by panels, 0.75 by strips;
 * up to 200 elements both take as long. */
#define f32_product_most 192
typedef double f64_reg __attribute__((vector_size(64)));

INLINE f64_reg f64_load(const double *p) { return (f64_reg)_mm512_loadu_pd(p); }
INLINE f64_reg f64_load_part(const double *p, ptrdiff_t n) {
    return (f64_reg)_mm512_maskz_loadu_pd((__mmask8)((1u << n) - 1), p);
}
INLINE f64_reg f64_load_up_to(const double *p, ptrdiff_t n) {
    return f64_load_part(p, within(n, f64_width));
}
#define f64_load_wide_rest f64_load_rest
INLINE f64_reg f64_load_rest(const double *p, ptrdiff_t n) {
    return (f64_reg)_mm512_maskz_loadu_pd((__mmask8)(0xffu << n), p);
}

/* As many floats as a register has doubles: in a tile, where each meets four rows, widening is not what waits. */
#define f32_load_wide f32_load_wide
INLINE f64_reg f32_load_wide(const float *p) { return (f64_reg)_mm512_cvtps_pd(_mm256_loadu_ps(p)); }
INLINE f64_reg f32_load_wide_part(const float *p, ptrdiff_t n) {
    return (f64_reg)_mm512_cvtps_pd(_mm256_maskz_loadu_ps((__mmask8)((1u << n) - 1), p));
}
#define f32_load_wide_rest f32_load_wide_rest
INLINE f64_reg f32_load_wide_rest(const float *p, ptrdiff_t n) {
    return (f64_reg)_mm512_cvtps_pd(_mm256_maskz_loadu_ps((__mmask8)(0xffu << n), p));
}
/* The same by the names of sums. */
#define WIDE_FLOATS_BY_CHOICE
typedef f64_reg w32_reg;
#define w32_width f64_width
#define w32_rows 4
#define w32_load f32_load_wide
#define w32_load_part f32_load_wide_part
#define w32_load_up_to(p, n) f32_load_wide_part(p, within(n, f64_width))
#define w32_fold f64_fold
#define w32_fold_each f64_fold_each
#define w32_multiply_add f32_add_widened
INLINE __m256d half_512(f64_reg v) {
    return _mm256_add_pd(_mm512_castpd512_pd256((__m512d)v), _mm512_extractf64x4_pd((__m512d)v, 1));
}
INLINE double f64_fold(f64_reg v) { return q64_fold((q64_reg)half_512(v)); }
INLINE f64_reg f64_fold_each(const f64_reg *v) {
    __m512d halves[4], quarters[2];
    UNROLL
    for (int i = 0; i < 4; i++) { /* registers i and i + 4, four numbers each */
        const __m512d a = (__m512d)v[i], b = (__m512d)v[i + 4];
        halves[i] = _mm512_add_pd(_mm512_shuffle_f64x2(a, b, 0x44), _mm512_shuffle_f64x2(a, b, 0xee));
    }
    UNROLL
    for (int i = 0; i < 2; i++) { /* registers i, i + 2, i + 4, i + 6, two numbers each */
        const __m512d a = halves[i], b = halves[i + 2];
        const __m512d low = _mm512_permutex2var_pd(a, _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13), b);
        quarters[i] = _mm512_add_pd(low, _mm512_permutex2var_pd(a, _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15), b));
    }
    return (f64_reg)_mm512_add_pd(_mm512_unpacklo_pd(quarters[0], quarters[1]),
                                  _mm512_unpackhi_pd(quarters[0], quarters[1]));
}
INLINE f64_reg f64_larger(f64_reg peak, f64_reg v) {
    return (f64_reg)_mm512_max_pd(_mm512_abs_pd((__m512d)v), (__m512d)peak);
}

/* Choices by comparisons, which are all false for NaN. */
typedef __mmask8 f64_mask;
INLINE f64_mask f64_less(f64_reg a, f64_reg b) { return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_LT_OQ); }
INLINE int f64_any_less(f64_reg a, f64_reg b) { return f64_less(a, b) != 0; }
INLINE f64_reg f64_where(f64_mask mask, f64_reg a, f64_reg b) {
    return (f64_reg)_mm512_mask_blend_pd(mask, (__m512d)b, (__m512d)a);
}
INLINE f64_reg f64_lesser(f64_reg a, f64_reg b) { return (f64_reg)_mm512_min_pd((__m512d)a, (__m512d)b); }
INLINE f64_reg f64_greater(f64_reg a, f64_reg b) { return (f64_reg)_mm512_max_pd((__m512d)a, (__m512d)b); }
/* w[c[0]], w[c[1]], ...; and x[0], x[1], ... of any type, as doubles. Loads of single weights: a gather of eight takes
 * 51 ns for 65 of them on Zen 4, these take 38 ns. */
#define f64_gathered(w, c)                                                                                     \
    ((f64_reg){(w)[(c)[0]], (w)[(c)[1]], (w)[(c)[2]], (w)[(c)[3]], (w)[(c)[4]], (w)[(c)[5]], (w)[(c)[6]], (w)[(c)[7]]})
#define f64_widened(x) ((f64_reg){(x)[0], (x)[1], (x)[2], (x)[3], (x)[4], (x)[5], (x)[6], (x)[7]})

#else

#define f64_width 4
#define f64_rows 2
#define f32_rows 2
#define MR 2 /* of 16 registers, 12 hold sums: 39 GFLOP/s at n = 768, 35 with 3 by 3 */
#define NR 6
/* On Zen 3, whose L2 has 2^19 bytes, 512x1024x768 of float64 is 4 % sooner so than by the sizes of registers.h, and
 * 64x64x4096 9 %. */
#define GEMM_PANELS 16
#define GEMM_A_BYTES (1 << 18)
#define GEMM_X_BYTES (1 << 22)
/* From there on, panels are ahead where there are rows enough: 256x256x256 took 855 us so, 970 by strips; of float32 760
 * and 990, 128x128x128 103 and 126. */
#define f64_product_most 192
#define f32_product_most 96
typedef q64_reg f64_reg;
INLINE f64_reg f64_load(const double *p) { return q64_load(p); }
INLINE f64_reg f64_load_part(const double *p, ptrdiff_t n) { return q64_load_part(p, n); }
INLINE f64_reg f64_load_up_to(const double *p, ptrdiff_t n) { return q64_load_up_to(p, n); }
#define f64_load_wide_rest q64_load_rest
INLINE double f64_fold(f64_reg v) { return q64_fold(v); }
INLINE f64_reg f64_fold_each(const f64_reg *v) { return q64_fold_each(v); }
INLINE f64_reg f64_larger(f64_reg peak, f64_reg v) { return f32_larger(peak, v); }
#define f64_gathered(w, c) ((f64_reg){(w)[(c)[0]], (w)[(c)[1]], (w)[(c)[2]], (w)[(c)[3]]})
#define f64_widened(x) ((f64_reg){(x)[0], (x)[1], (x)[2], (x)[3]})

/* Choices by comparisons, which are all false for NaN. */
typedef f64_reg f64_mask;
INLINE f64_mask f64_less(f64_reg a, f64_reg b) {
    return (f64_mask)_mm256_cmp_pd((__m256d)a, (__m256d)b, _CMP_LT_OQ);
}
INLINE int f64_any_less(f64_reg a, f64_reg b) { return _mm256_movemask_pd((__m256d)f64_less(a, b)) != 0; }
INLINE f64_reg f64_where(f64_mask mask, f64_reg a, f64_reg b) {
    return (f64_reg)_mm256_blendv_pd((__m256d)b, (__m256d)a, (__m256d)mask);
}
INLINE f64_reg f64_lesser(f64_reg a, f64_reg b) { return (f64_reg)_mm256_min_pd((__m256d)a, (__m256d)b); }
INLINE f64_reg f64_greater(f64_reg a, f64_reg b) { return (f64_reg)_mm256_max_pd((__m256d)a, (__m256d)b); }

#endif

/* A bit for each of near_width words a[i] and b[i]: whether they differ in their lowest `bits` bits alone. */
#if defined(__AVX512F__)
#define near_width 16
INLINE uint64_t near_words(const void *a, const void *b, int bits) {
    const __m512i differing = _mm512_xor_si512(_mm512_loadu_si512(a), _mm512_loadu_si512(b));
    return _mm512_cmplt_epu32_mask(differing, _mm512_set1_epi32(1 << bits));
}
#elif defined(__AVX2__)
#define near_width 8
INLINE uint64_t near_words(const void *a, const void *b, int bits) {
    const __m256i differing = _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)a),
                                               _mm256_loadu_si256((const __m256i *)b));
    const __m256i near = _mm256_cmpeq_epi32(_mm256_srli_epi32(differing, bits), _mm256_setzero_si256());
    return (uint64_t)(unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(near));
}
#endif

typedef uint64_t f32_bits __attribute__((vector_size(32)));
typedef uint64_t f64_bits __attribute__((vector_size(8 * f64_width)));

/* x * y + z rounded once, if FUSED is 1. */
#if defined(__FMA__)
#define FUSED 1
INLINE f32_reg f32_fused(f32_reg x, f32_reg y, f32_reg z) {
    return (f32_reg)_mm256_fmadd_pd((__m256d)x, (__m256d)y, (__m256d)z);
}
#if defined(__AVX512F__)
INLINE f64_reg f64_fused(f64_reg x, f64_reg y, f64_reg z) {
    return (f64_reg)_mm512_fmadd_pd((__m512d)x, (__m512d)y, (__m512d)z);
}
#else
INLINE f64_reg f64_fused(f64_reg x, f64_reg y, f64_reg z) { return f32_fused(x, y, z); }
#endif
#else
#define FUSED 0
#endif
INLINE uint64_t f32_any(f32_bits v) { return v[0] | v[1] | v[2] | v[3]; }
INLINE uint64_t f64_any(f64_bits v) {
#if defined(__AVX512F__)
    return (uint64_t)_mm512_reduce_or_epi64((__m512i)v);
#else
    return f32_any((f32_bits)v);
#endif
}
