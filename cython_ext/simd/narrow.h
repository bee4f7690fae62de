/* Registers of halves: AVX2 with F16C, and AVX-512. Elsewhere plain C, which the compiler vectorises as well as it can. */
#ifndef ONEDOT_NARROW_H
#define ONEDOT_NARROW_H

#include "bits.h"

#if !defined(__AVX2__) || !defined(__FMA__) || !defined(__F16C__) || defined(ONEDOT_SCALAR)

#define HALF_PRODUCTS 0
#define f16_chunk 32
#define bf16_chunk 32

INLINE void f16_widen_chunk(float *out, const float16 *x) {
    for (int i = 0; i < f16_chunk; i++) out[i] = f16_value(x[i]);
}
INLINE void bf16_widen_chunk(float *out, const bfloat16 *x) {
    for (int i = 0; i < bf16_chunk; i++) out[i] = bf16_value(x[i]);
}

#else

#define HALF_PRODUCTS 1

/* A vector of floats widened and added: as a fused multiply-add with 1, which rounds once as the sum does, because
 * Zen 4 converts in the pipes that add (11.4 elements/ns against 9.1; bench --op dot --dtype float16, 2^14). */
#if defined(__AVX512F__)
#define FLOATS_SUMS 1 /* registers of f64 for a register of 8 floats */
INLINE void add_floats(f64_reg *sums, __m256 v) {
    sums[0] = (f64_reg)_mm512_fmadd_pd(_mm512_cvtps_pd(v), _mm512_set1_pd(1.0), (__m512d)sums[0]);
}
#else
#define FLOATS_SUMS 2
INLINE void add_floats(f64_reg *sums, __m256 v) {
    const __m256d one = _mm256_set1_pd(1.0);
    sums[0] = (f64_reg)_mm256_fmadd_pd(_mm256_cvtps_pd(_mm256_castps256_ps128(v)), one, (__m256d)sums[0]);
    sums[1] = (f64_reg)_mm256_fmadd_pd(_mm256_cvtps_pd(_mm256_extractf128_ps(v, 1)), one, (__m256d)sums[1]);
}
#endif

/* Four floats from memory added, the same way: of a register they would be moved to two places first, which is half
 * of the work of widening them (bfloat16 14.0 elements/ns against 11.4, float16 12.9 against 11.4, 2^14). */
INLINE q64_reg add_stored(q64_reg sum, const float *p) {
    return (q64_reg)_mm256_fmadd_pd(_mm256_cvtps_pd(_mm_load_ps(p)), _mm256_set1_pd(1.0), (__m256d)sum);
}

/* n < 8 elements of two bytes, n < 16 of them, and zeros after them. */
INLINE __m128i load_part_128(const void *p, ptrdiff_t n) {
#if defined(__AVX512BW__) && defined(__AVX512VL__)
    return _mm_maskz_loadu_epi16((__mmask8)((1u << n) - 1), p);
#else
    uint16_t buffer[8] = {0};
    memcpy(buffer, p, (size_t)n * sizeof *buffer);
    return _mm_loadu_si128((const __m128i *)buffer);
#endif
}
INLINE __m256i load_part_256(const void *p, ptrdiff_t n) {
#if defined(__AVX512BW__) && defined(__AVX512VL__)
    return _mm256_maskz_loadu_epi16((__mmask16)((1u << n) - 1), p);
#else
    uint16_t buffer[16] = {0};
    memcpy(buffer, p, (size_t)n * sizeof *buffer);
    return _mm256_loadu_si256((const __m256i *)buffer);
#endif
}

/* float16: 22 bits and at most 2^32, so every product is a float. */
#define f16_width 8
#define f16_sums FLOATS_SUMS
#define f16_chunk 8
INLINE __m256 f16_load(const float16 *p) { return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p)); }
INLINE __m256 f16_load_part(const float16 *p, ptrdiff_t n) { return _mm256_cvtph_ps(load_part_128(p, n)); }
INLINE void f16_multiply_add(f64_reg *sums, __m256 x, __m256 y) { add_floats(sums, _mm256_mul_ps(x, y)); }
INLINE void f16_store_products(float *out, const float16 *x, const float16 *y) { /* 32 of them */
    UNROLL
    for (int k = 0; k < 32; k += 8) _mm256_store_ps(out + k, _mm256_mul_ps(f16_load(x + k), f16_load(y + k)));
}
INLINE int f16_stored_lane(int i) { return i; } /* the lane of the product stored at i; i + 1 is of the next one */
INLINE void f16_widen_chunk(float *out, const float16 *x) { _mm256_storeu_ps(out, f16_load(x)); }
INLINE void f16_watch(void) {}
INLINE int f16_exact(double *sums) { (void)sums; return 1; }
INLINE double f16_fold_operand(f64_reg *sums) {
    return f64_fold(FLOATS_SUMS == 2 ? sums[0] + sums[FLOATS_SUMS - 1] : sums[0]);
}

/* bfloat16: two in the place of each float. The even ones are shifted up, of the odd ones the lower half is cleared, and
 * the lanes of the even products come before those of the odd ones, which meet them in the last step of the fold. */
#define bf16_width 16
#define bf16_sums (2 * FLOATS_SUMS)
#define bf16_chunk 8
INLINE __m256i bf16_load(const bfloat16 *p) { return _mm256_loadu_si256((const __m256i *)p); }
INLINE __m256i bf16_load_part(const bfloat16 *p, ptrdiff_t n) { return load_part_256(p, n); }
INLINE __m256 even_floats(__m256i v) { return _mm256_castsi256_ps(_mm256_slli_epi32(v, 16)); }
INLINE __m256 odd_floats(__m256i v) {
    return _mm256_castsi256_ps(_mm256_and_si256(v, _mm256_set1_epi32((int)0xffff0000)));
}
INLINE void bf16_multiply_add(f64_reg *sums, __m256i x, __m256i y) {
    add_floats(sums, _mm256_mul_ps(even_floats(x), even_floats(y)));
    add_floats(sums + FLOATS_SUMS, _mm256_mul_ps(odd_floats(x), odd_floats(y)));
}
/* 32 of them: of two operands the even ones, and then the odd ones. */
#if defined(__AVX512F__)
INLINE void bf16_store_products(float *out, const bfloat16 *x, const bfloat16 *y) {
    const __m512i v = _mm512_loadu_si512(x), w = _mm512_loadu_si512(y), upper = _mm512_set1_epi32((int)0xffff0000);
    _mm512_store_ps(out, _mm512_mul_ps(_mm512_castsi512_ps(_mm512_slli_epi32(v, 16)),
                                       _mm512_castsi512_ps(_mm512_slli_epi32(w, 16))));
    _mm512_store_ps(out + 16, _mm512_mul_ps(_mm512_castsi512_ps(_mm512_and_si512(v, upper)),
                                            _mm512_castsi512_ps(_mm512_and_si512(w, upper))));
}
#else
INLINE void bf16_store_products(float *out, const bfloat16 *x, const bfloat16 *y) {
    UNROLL
    for (int k = 0; k < 2; k++) {
        const __m256i v = bf16_load(x + 16 * k), w = bf16_load(y + 16 * k);
        _mm256_store_ps(out + 8 * k, _mm256_mul_ps(even_floats(v), even_floats(w)));
        _mm256_store_ps(out + 8 * k + 16, _mm256_mul_ps(odd_floats(v), odd_floats(w)));
    }
}
#endif
INLINE int bf16_stored_lane(int i) { return i % 8 + (i / 8 % 2 * 2 + i / 16) * 8; }
INLINE void bf16_widen_chunk(float *out, const bfloat16 *x) {
    const __m256i v = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)x));
    _mm256_storeu_ps(out, _mm256_castsi256_ps(_mm256_slli_epi32(v, 16)));
}
INLINE double bf16_fold_operand(f64_reg *sums) {
    return f16_fold_operand(sums) + f16_fold_operand(sums + FLOATS_SUMS);
}

/* Products of bfloat16 have 16 bits, but may leave the range of float. The CPU notes that: its flags are cleared
 * before a block and read after it. No sum of such products leaves the range of double. */
#define RANGE_FLAGS (_MM_EXCEPT_OVERFLOW | _MM_EXCEPT_UNDERFLOW)
INLINE void bf16_watch(void) {
    _mm_setcsr(_mm_getcsr() & ~RANGE_FLAGS);
    __asm__ volatile("" ::: "memory"); /* no operand is loaded before */
}
INLINE int bf16_exact(double *sums) {
    __asm__ volatile("" : : "r"(sums) : "memory"); /* and the sums are there after */
    return !(_mm_getcsr() & RANGE_FLAGS);
}

#endif

#endif
