/* Registers of halves and of small integers: AVX2 with F16C, and AVX-512. Elsewhere plain C, which the compiler
 * vectorises as well as it can. */
#ifndef ONEDOT_NARROW_H
#define ONEDOT_NARROW_H

#include "bits.h"

#if !defined(__AVX2__) || !defined(__FMA__) || !defined(__F16C__) || defined(ONEDOT_SCALAR)

#define HALF_PRODUCTS 0
#define INTEGER_PAIRS 0
#define HAS_VNNI 0
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
#define INTEGER_PAIRS 1

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

/* Bytes widened to 16 bits, multiplied, and each pair of products added: 45 elements/ns where plain C, from which
 * GCC 12 makes separate products, has 18 (bench --op dot --dtype int8, 2^14). */
#if defined(__AVX512BW__)

#define i16_width 32
typedef int16_t i16_reg __attribute__((vector_size(64)));
typedef int32_t i32_reg __attribute__((vector_size(64)));
typedef uint32_t u32_reg __attribute__((vector_size(64)));
INLINE __m256i bytes_256(const void *p) { return _mm256_loadu_si256((const __m256i *)p); }
INLINE __m256i bytes_part_256(const void *p, ptrdiff_t n) { return _mm256_maskz_loadu_epi8((1u << n) - 1, p); }
INLINE i16_reg i8_load(const int8_t *p) { return (i16_reg)_mm512_cvtepi8_epi16(bytes_256(p)); }
INLINE i16_reg u8_load(const uint8_t *p) { return (i16_reg)_mm512_cvtepu8_epi16(bytes_256(p)); }
INLINE i16_reg i8_load_part(const int8_t *p, ptrdiff_t n) { return (i16_reg)_mm512_cvtepi8_epi16(bytes_part_256(p, n)); }
INLINE i16_reg u8_load_part(const uint8_t *p, ptrdiff_t n) { return (i16_reg)_mm512_cvtepu8_epi16(bytes_part_256(p, n)); }
INLINE i16_reg i16_load(const int16_t *p) { return (i16_reg)_mm512_loadu_si512(p); }
INLINE i16_reg i16_load_part(const int16_t *p, ptrdiff_t n) {
    return (i16_reg)_mm512_maskz_loadu_epi16((1u << n) - 1, p);
}
INLINE i32_reg sums_of_pairs(i16_reg x, i16_reg y) { return (i32_reg)_mm512_madd_epi16((__m512i)x, (__m512i)y); }
INLINE i16_reg first_of_each_half(i16_reg a, i16_reg b) { return (i16_reg)_mm512_unpacklo_epi16((__m512i)a, (__m512i)b); }
INLINE i16_reg second_of_each_half(i16_reg a, i16_reg b) { return (i16_reg)_mm512_unpackhi_epi16((__m512i)a, (__m512i)b); }
INLINE i16_reg i16_spread_pair(int16_t a, int16_t b) { return (i16_reg)_mm512_set1_epi32((uint16_t)a | b * 65536); }
INLINE int32_t sum_of_lanes(i32_reg v) { return _mm512_reduce_add_epi32((__m512i)v); }
INLINE i32_reg words_load(const void *p) { return (i32_reg)_mm512_loadu_si512(p); }

#define WORD_REGS 4

/* What VNNI takes, which not every CPU of this level has: functions that a CPU without it does not call. */
#define HAS_VNNI 1
#define VNNI __attribute__((target("avx512vnni")))
#define WHOLE_BYTES 64
INLINE i32_reg words_load_part(const void *p, ptrdiff_t n) { /* n < 128 bytes, up to a register of them */
    return (i32_reg)_mm512_maskz_loadu_epi8(_bzhi_u64(UINT64_MAX, (unsigned)n), p);
}
INLINE void sums_of_lanes_of_four(int32_t *out, const i32_reg *v) {
    const __m512i a = (__m512i)v[0], b = (__m512i)v[1], c = (__m512i)v[2], d = (__m512i)v[3];
    const __m512i ab = _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
    const __m512i cd = _mm512_add_epi32(_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
    const __m512i each = _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
    const __m256i half = _mm256_add_epi32(_mm512_castsi512_si256(each), _mm512_extracti64x4_epi64(each, 1));
    _mm_storeu_si128((__m128i *)out, _mm_add_epi32(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1)));
}

#else

#define i16_width 16
typedef int16_t i16_reg __attribute__((vector_size(32)));
typedef int32_t i32_reg __attribute__((vector_size(32)));
typedef uint32_t u32_reg __attribute__((vector_size(32)));
INLINE __m128i bytes_128(const void *p) { return _mm_loadu_si128((const __m128i *)p); }
INLINE __m128i bytes_part_128(const void *p, ptrdiff_t n) {
    uint8_t buffer[16] = {0};
    memcpy(buffer, p, (size_t)n);
    return bytes_128(buffer);
}
INLINE i16_reg i8_load(const int8_t *p) { return (i16_reg)_mm256_cvtepi8_epi16(bytes_128(p)); }
INLINE i16_reg u8_load(const uint8_t *p) { return (i16_reg)_mm256_cvtepu8_epi16(bytes_128(p)); }
INLINE i16_reg i8_load_part(const int8_t *p, ptrdiff_t n) { return (i16_reg)_mm256_cvtepi8_epi16(bytes_part_128(p, n)); }
INLINE i16_reg u8_load_part(const uint8_t *p, ptrdiff_t n) { return (i16_reg)_mm256_cvtepu8_epi16(bytes_part_128(p, n)); }
INLINE i16_reg i16_load(const int16_t *p) { return (i16_reg)_mm256_loadu_si256((const __m256i *)p); }
INLINE i16_reg i16_load_part(const int16_t *p, ptrdiff_t n) { return (i16_reg)load_part_256(p, n); }
INLINE i32_reg sums_of_pairs(i16_reg x, i16_reg y) { return (i32_reg)_mm256_madd_epi16((__m256i)x, (__m256i)y); }
INLINE i16_reg first_of_each_half(i16_reg a, i16_reg b) { return (i16_reg)_mm256_unpacklo_epi16((__m256i)a, (__m256i)b); }
INLINE i16_reg second_of_each_half(i16_reg a, i16_reg b) { return (i16_reg)_mm256_unpackhi_epi16((__m256i)a, (__m256i)b); }
INLINE i16_reg i16_spread_pair(int16_t a, int16_t b) { return (i16_reg)_mm256_set1_epi32((uint16_t)a | b * 65536); }
INLINE int32_t sum_of_lanes(i32_reg v) {
    const i32_reg halves = v + (i32_reg)_mm256_permute4x64_epi64((__m256i)v, 0x4e);
    const __m128i half = _mm256_castsi256_si128((__m256i)halves);
    const __m128i two = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4e));
    return _mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32(two, 0xb1)));
}
INLINE i32_reg words_load(const void *p) { return (i32_reg)_mm256_loadu_si256((const __m256i *)p); }

#define WORD_REGS 2
#define HAS_VNNI 0

#endif

INLINE i32_reg i32_spread(int32_t v) { return (i32_reg){0} + v; }

/* Of a matrix product, bytes in words of 32 bits: two that are widened, or four for VNNI. Four words of a row; and words of
 * neighbouring columns, whose rows lie `row` bytes apart. */
#define COLUMNS_OF(bits, out, a, b)                                                    \
    do {                                                                               \
        _mm_storeu_si128((__m128i *)(out), _mm_unpacklo_epi##bits(a, b));              \
        _mm_storeu_si128((__m128i *)((char *)(out) + 16), _mm_unpackhi_epi##bits(a, b)); \
    } while (0)
INLINE __m128i i8_pair_four_words(const void *p) { return _mm_cvtepi8_epi16(_mm_loadl_epi64((const __m128i *)p)); }
INLINE __m128i u8_pair_four_words(const void *p) { return _mm_cvtepu8_epi16(_mm_loadl_epi64((const __m128i *)p)); }
INLINE void i8_pair_columns(char *out, const char *p, ptrdiff_t row, __m128i flips) {
    (void)flips;
    COLUMNS_OF(16, out, i8_pair_four_words(p), i8_pair_four_words(p + row));
}
INLINE void u8_pair_columns(char *out, const char *p, ptrdiff_t row, __m128i flips) {
    (void)flips;
    COLUMNS_OF(16, out, u8_pair_four_words(p), u8_pair_four_words(p + row));
}
INLINE i32_reg i8_pair_add_products_of_words(i32_reg sum, i32_reg a, i32_reg x) {
    return sum + sums_of_pairs((i16_reg)a, (i16_reg)x);
}
#define u8_pair_add_products_of_words i8_pair_add_products_of_words
#if HAS_VNNI
INLINE __m128i i8_vnni_four_words(const void *p) { return _mm_loadu_si128((const __m128i *)p); }
INLINE void i8_vnni_columns(char *out, const char *p, ptrdiff_t row, __m128i flips) {
    const __m128i a = _mm_xor_si128(i8_vnni_four_words(p), flips);
    const __m128i b = _mm_xor_si128(i8_vnni_four_words(p + row), flips);
    const __m128i c = _mm_xor_si128(i8_vnni_four_words(p + 2 * row), flips);
    const __m128i d = _mm_xor_si128(i8_vnni_four_words(p + 3 * row), flips);
    COLUMNS_OF(16, out, _mm_unpacklo_epi8(a, b), _mm_unpacklo_epi8(c, d));
    COLUMNS_OF(16, out + 32, _mm_unpackhi_epi8(a, b), _mm_unpackhi_epi8(c, d));
}
#define u8_vnni_four_words i8_vnni_four_words
#define u8_vnni_columns i8_vnni_columns
VNNI INLINE i32_reg i8_vnni_add_products_of_words(i32_reg sum, i32_reg a, i32_reg x) {
    return (i32_reg)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)a, (__m512i)x);
}
VNNI INLINE i32_reg u8_vnni_add_products_of_words(i32_reg sum, i32_reg a, i32_reg x) {
    return (i32_reg)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)x, (__m512i)a);
}
#endif

#endif

#endif
