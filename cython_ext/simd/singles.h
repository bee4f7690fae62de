/* As many floats as two registers of doubles have numbers: how they are widened into these, and rounded from them. For
 * CPUs with AVX2 and FMA; QUICK is 0 elsewhere. */
#ifndef ONEDOT_SINGLES_H
#define ONEDOT_SINGLES_H

#include "narrow.h"

#if !HALF_PRODUCTS

#define QUICK 0

#else

#define QUICK 1
#define floats_width (2 * f64_width)

/* Between float and binary64 lie 29 bits: what a float drops, and the first of them, which is half its last bit. */
#define DROPPED_BITS ((1u << 29) - 1)
#define HALF_BIT (1u << 28)
/* The same between float16 and float. */
#define HALF_DROPPED_BITS ((1u << 13) - 1)
#define HALF_HALF_BIT (1u << 12)

#if defined(__AVX512F__)

typedef __m512 floats;
typedef __mmask16 floats_mask;
INLINE floats floats_load(const float *p) { return _mm512_loadu_ps(p); }
INLINE void floats_store(float *p, floats v) { _mm512_storeu_ps(p, v); }
INLINE floats floats_of_halves(const float16 *p) { return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p)); }
INLINE void floats_store_halves(float16 *p, floats v) { _mm256_storeu_si256((__m256i *)p, _mm512_cvtps_ph(v, 8)); }
INLINE floats floats_spread(float v) { return _mm512_set1_ps(v); }
INLINE floats floats_lesser(floats a, floats b) { return _mm512_min_ps(a, b); }
INLINE floats floats_greater(floats a, floats b) { return _mm512_max_ps(a, b); }
INLINE floats floats_difference(floats a, floats b) { return _mm512_sub_ps(a, b); }
INLINE floats floats_sign(floats v) { return _mm512_and_ps(v, _mm512_set1_ps(-0.0f)); }
INLINE floats floats_absolute(floats v) { return _mm512_andnot_ps(_mm512_set1_ps(-0.0f), v); }
INLINE floats floats_either(floats a, floats b) { return _mm512_or_ps(a, b); }
INLINE floats floats_fused(floats x, floats y, floats z) { return _mm512_fmadd_ps(x, y, z); }
/* v * 2^k, where k stands in the last bits of `shifted`. */
INLINE floats floats_scaled(floats v, floats shifted) {
    const __m512i power = _mm512_slli_epi32(_mm512_castps_si512(shifted), 23);
    return _mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(v), power));
}
INLINE floats_mask floats_less(floats v, float most) {
    return _mm512_cmp_ps_mask(v, _mm512_set1_ps(most), _CMP_LT_OQ);
}
INLINE floats_mask floats_between(float low, floats v, float high) {
    return _mm512_mask_cmp_ps_mask(_mm512_cmp_ps_mask(_mm512_set1_ps(low), v, _CMP_LT_OQ), v, _mm512_set1_ps(high),
                                   _CMP_LT_OQ);
}
INLINE int floats_any(floats_mask mask) { return mask != 0; }
INLINE void floats_widen(f64_reg *out, floats v) {
    out[0] = (f64_reg)_mm512_cvtps_pd(_mm512_castps512_ps256(v));
    out[1] = (f64_reg)_mm512_cvtps_pd(_mm512_extractf32x8_ps(v, 1));
}
INLINE floats floats_rounded(const f64_reg *v) {
    const __m512 low = _mm512_castps256_ps512(_mm512_cvtpd_ps((__m512d)v[0]));
    return _mm512_insertf32x8(low, _mm512_cvtpd_ps((__m512d)v[1]), 1);
}
/* Where the dropped bits are within `margin`, a power of two, of half the last bit of the float; in an order of its own. */
INLINE floats_mask floats_near_halfway(const f64_reg *v, const uint32_t margin) {
    const __m512i words = _mm512_castps_si512(_mm512_shuffle_ps((__m512)v[0], (__m512)v[1], 0x88));
    const __m512i beyond = _mm512_set1_epi32((int)(DROPPED_BITS & ~(2 * margin - 1)));
    return _mm512_testn_epi32_mask(_mm512_add_epi32(words, _mm512_set1_epi32((int)(margin - HALF_BIT))), beyond);
}
/* Where a float is within `margin`, a power of two, units of its last place of halfway between two of float16. */
INLINE floats_mask floats_near_half(floats v, const uint32_t margin) {
    const __m512i moved = _mm512_add_epi32(_mm512_castps_si512(v), _mm512_set1_epi32((int)(margin - HALF_HALF_BIT)));
    return _mm512_testn_epi32_mask(moved, _mm512_set1_epi32((int)(HALF_DROPPED_BITS & ~(2 * margin - 1))));
}
/* 1 / v to 2^-41: from 14 bits, whose error e makes 1 + e + e^2 of the rest. A quotient takes half as long again. */
INLINE f64_reg quick_inverse(f64_reg v) {
    const f64_reg near = (f64_reg)_mm512_rcp14_pd((__m512d)v);
    const f64_reg e = f64_fused(-v, near, f64_spread(1.0));
    return f64_fused(near, f64_fused(e, e, e), near);
}
INLINE floats floats_inverse(floats v) { /* within a unit of the last place */
    const floats near = _mm512_rcp14_ps(v);
    return floats_fused(floats_fused(-v, near, floats_spread(1.0f)), near, near);
}

#else

typedef __m256 floats;
typedef __m256i floats_mask;
INLINE floats floats_load(const float *p) { return _mm256_loadu_ps(p); }
INLINE void floats_store(float *p, floats v) { _mm256_storeu_ps(p, v); }
INLINE floats floats_of_halves(const float16 *p) { return f16_load(p); }
INLINE void floats_store_halves(float16 *p, floats v) { _mm_storeu_si128((__m128i *)p, _mm256_cvtps_ph(v, 8)); }
INLINE floats floats_spread(float v) { return _mm256_set1_ps(v); }
INLINE floats floats_lesser(floats a, floats b) { return _mm256_min_ps(a, b); }
INLINE floats floats_greater(floats a, floats b) { return _mm256_max_ps(a, b); }
INLINE floats floats_difference(floats a, floats b) { return _mm256_sub_ps(a, b); }
INLINE floats floats_sign(floats v) { return _mm256_and_ps(v, _mm256_set1_ps(-0.0f)); }
INLINE floats floats_absolute(floats v) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), v); }
INLINE floats floats_either(floats a, floats b) { return _mm256_or_ps(a, b); }
INLINE floats floats_fused(floats x, floats y, floats z) { return _mm256_fmadd_ps(x, y, z); }
INLINE floats floats_scaled(floats v, floats shifted) {
    const __m256i power = _mm256_slli_epi32(_mm256_castps_si256(shifted), 23);
    return _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(v), power));
}
INLINE floats_mask floats_less(floats v, float most) {
    return _mm256_castps_si256(_mm256_cmp_ps(v, _mm256_set1_ps(most), _CMP_LT_OQ));
}
INLINE floats_mask floats_between(float low, floats v, float high) {
    return _mm256_castps_si256(_mm256_and_ps(_mm256_cmp_ps(_mm256_set1_ps(low), v, _CMP_LT_OQ),
                                             _mm256_cmp_ps(v, _mm256_set1_ps(high), _CMP_LT_OQ)));
}
INLINE int floats_any(floats_mask mask) { return !_mm256_testz_si256(mask, mask); }
INLINE void floats_widen(f64_reg *out, floats v) {
    out[0] = (f64_reg)_mm256_cvtps_pd(_mm256_castps256_ps128(v));
    out[1] = (f64_reg)_mm256_cvtps_pd(_mm256_extractf128_ps(v, 1));
}
INLINE floats floats_rounded(const f64_reg *v) {
    return _mm256_set_m128(_mm256_cvtpd_ps((__m256d)v[1]), _mm256_cvtpd_ps((__m256d)v[0]));
}
INLINE floats_mask floats_near_halfway(const f64_reg *v, const uint32_t margin) {
    const __m256i words = _mm256_castps_si256(_mm256_shuffle_ps((__m256)v[0], (__m256)v[1], 0x88));
    const __m256i beyond = _mm256_set1_epi32((int)(DROPPED_BITS & ~(2 * margin - 1)));
    const __m256i moved = _mm256_add_epi32(words, _mm256_set1_epi32((int)(margin - HALF_BIT)));
    return _mm256_cmpeq_epi32(_mm256_and_si256(moved, beyond), _mm256_setzero_si256());
}
INLINE floats_mask floats_near_half(floats v, const uint32_t margin) {
    const __m256i moved = _mm256_add_epi32(_mm256_castps_si256(v), _mm256_set1_epi32((int)(margin - HALF_HALF_BIT)));
    const __m256i beyond = _mm256_set1_epi32((int)(HALF_DROPPED_BITS & ~(2 * margin - 1)));
    return _mm256_cmpeq_epi32(_mm256_and_si256(moved, beyond), _mm256_setzero_si256());
}
INLINE f64_reg quick_inverse(f64_reg v) { return 1.0 / v; }
INLINE floats floats_inverse(floats v) { return 1.0f / v; }

#endif

/* Floats to be rounded once more, to float16: towards zero, then with a last bit that says that something was lost. */
INLINE floats floats_to_be_rounded(const f64_reg *v) {
    f64_reg cut[2];
    UNROLL
    for (int i = 0; i < 2; i++)
        cut[i] = f64_from_bits((f64_bits_of(v[i]) & ~(uint64_t)DROPPED_BITS) | (uint64_t)DROPPED_BITS + 1);
    return floats_rounded(cut);
}

#endif

#endif
