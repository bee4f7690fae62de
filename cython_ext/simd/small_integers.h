/* Registers of integers of 8 and 16 bits: AVX2, AVX-512, and NEON where it has dots of bytes. Elsewhere plain C, which the
 * compiler vectorises as well as it can.
 *
 * A dot of bytes adds four products to each word of 32 bits: VPDPBUSD of AVX-512 VNNI and AVX-VNNI, whose first factors are
 * unsigned and second ones signed, and aarch64's SDOT and UDOT, of one type. Not every CPU of a level has them, so they are
 * called only where cpu.h finds them. */
#ifndef ONEDOT_SMALL_INTEGERS_H
#define ONEDOT_SMALL_INTEGERS_H

#include "narrow.h"

#if defined(__aarch64__) && !defined(ONEDOT_SCALAR)
#if defined(__ARM_FEATURE_DOTPROD)
#define BYTE_DOTS
#elif defined(__clang__) ? __clang_major__ >= 16 : __GNUC__ >= 8
#define BYTE_DOTS __attribute__((target("arch=armv8.2-a+dotprod")))
#endif
#endif

#if HALF_PRODUCTS

/* Bytes widened to 16 bits, multiplied, and each pair of products added: 45 elements/ns where plain C, from which
 * GCC 12 makes separate products, has 18 (bench --op dot --dtype int8, 2^14). */
#define INTEGER_PAIRS 1
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

#define WORD_REGS 4
#define BYTE_DOTS __attribute__((target("avx512vnni")))
#define BYTE_DOTS_LEVEL 4
INLINE i32_reg words_load(const void *p) { return (i32_reg)_mm512_loadu_si512(p); }
INLINE i32_reg words_load_part(const void *p, ptrdiff_t n) { /* n < 128 bytes, up to a register of them */
    return (i32_reg)_mm512_maskz_loadu_epi8(_bzhi_u64(UINT64_MAX, (unsigned)n), p);
}
BYTE_DOTS INLINE i32_reg add_dots(i32_reg sum, i32_reg a, i32_reg x) {
    return (i32_reg)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)a, (__m512i)x);
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

#define WORD_REGS 2
INLINE i32_reg words_load(const void *p) { return (i32_reg)_mm256_loadu_si256((const __m256i *)p); }
#if defined(__clang__) ? __clang_major__ >= 12 : __GNUC__ >= 11 /* they know AVX-VNNI */
#define BYTE_DOTS __attribute__((target("avxvnni")))
#define BYTE_DOTS_LEVEL 3
BYTE_DOTS INLINE i32_reg add_dots(i32_reg sum, i32_reg a, i32_reg x) {
    return (i32_reg)_mm256_dpbusd_avx_epi32((__m256i)sum, (__m256i)a, (__m256i)x);
}
INLINE void sums_of_lanes_of_four(int32_t *out, const i32_reg *v) {
    const __m256i ab = _mm256_hadd_epi32((__m256i)v[0], (__m256i)v[1]);
    const __m256i each = _mm256_hadd_epi32(ab, _mm256_hadd_epi32((__m256i)v[2], (__m256i)v[3]));
    _mm_storeu_si128((__m128i *)out, _mm_add_epi32(_mm256_castsi256_si128(each), _mm256_extracti128_si256(each, 1)));
}
#endif

#endif

typedef __m128i bytes_reg;
#define bytes_load(p) _mm_loadu_si128((const __m128i *)(p))
#define bytes_store(p, v) _mm_storeu_si128((__m128i *)(p), v)
#define bytes_spread(v) _mm_set1_epi8((char)(v))
#define zip_low_8 _mm_unpacklo_epi8
#define zip_low_16 _mm_unpacklo_epi16
#define zip_low_32 _mm_unpacklo_epi32
#define zip_low_64 _mm_unpacklo_epi64
#define zip_high_8 _mm_unpackhi_epi8
#define zip_high_16 _mm_unpackhi_epi16
#define zip_high_32 _mm_unpackhi_epi32
#define zip_high_64 _mm_unpackhi_epi64

#else

#define INTEGER_PAIRS 0

#if defined(BYTE_DOTS)

#define BYTE_DOTS_LEVEL 0
#define ONE_TYPE_DOTS 1
#define WORD_REGS 4
typedef int32_t i32_reg __attribute__((vector_size(16)));
INLINE i32_reg words_load(const void *p) { return (i32_reg)vld1q_u8(p); }
BYTE_DOTS INLINE i32_reg add_i8_dots(i32_reg sum, i32_reg a, i32_reg x) {
    return (i32_reg)vdotq_s32((int32x4_t)sum, (int8x16_t)a, (int8x16_t)x);
}
BYTE_DOTS INLINE i32_reg add_u8_dots(i32_reg sum, i32_reg a, i32_reg x) {
    return (i32_reg)vdotq_u32((uint32x4_t)sum, (uint8x16_t)a, (uint8x16_t)x);
}
INLINE int32_t sum_of_lanes(i32_reg v) { return vaddvq_s32((int32x4_t)v); }
INLINE void sums_of_lanes_of_four(int32_t *out, const i32_reg *v) {
    const int32x4_t ab = vpaddq_s32((int32x4_t)v[0], (int32x4_t)v[1]), cd = vpaddq_s32((int32x4_t)v[2], (int32x4_t)v[3]);
    vst1q_s32(out, vpaddq_s32(ab, cd));
}

typedef uint8x16_t bytes_reg;
#define bytes_load(p) vld1q_u8((const uint8_t *)(p))
#define bytes_store(p, v) vst1q_u8((uint8_t *)(p), v)
#define bytes_spread(v) vdupq_n_u8((uint8_t)(v))
#define ZIPS(bits, lanes)                                                                                    \
    INLINE bytes_reg zip_low_##bits(bytes_reg a, bytes_reg b) {                                              \
        return (bytes_reg)vzip1q_u##bits((uint##bits##x##lanes##_t)a, (uint##bits##x##lanes##_t)b);          \
    }                                                                                                        \
    INLINE bytes_reg zip_high_##bits(bytes_reg a, bytes_reg b) {                                             \
        return (bytes_reg)vzip2q_u##bits((uint##bits##x##lanes##_t)a, (uint##bits##x##lanes##_t)b);          \
    }
ZIPS(8, 16)
ZIPS(16, 8)
ZIPS(32, 4)
ZIPS(64, 2)
#undef ZIPS

#endif

#endif

#if defined(BYTE_DOTS_LEVEL)
#define HAS_BYTE_DOTS 1
#else
#define HAS_BYTE_DOTS 0
#define BYTE_DOTS_LEVEL (-1)
#endif

/* Of a matrix product, bytes in words of 32 bits: two that are widened, or four for dots. Four words of a row; and words of
 * neighbouring columns, whose rows lie `row` bytes apart. */
#if INTEGER_PAIRS || HAS_BYTE_DOTS
INLINE i32_reg i32_spread(int32_t v) { return (i32_reg){0} + v; }
INLINE void store_columns(char *out, bytes_reg a, bytes_reg b) {
    bytes_store(out, zip_low_16(a, b));
    bytes_store(out + sizeof(bytes_reg), zip_high_16(a, b));
}
#endif

#if INTEGER_PAIRS
INLINE bytes_reg i8_pair_four_words(const void *p) { return _mm_cvtepi8_epi16(_mm_loadl_epi64((const __m128i *)p)); }
INLINE bytes_reg u8_pair_four_words(const void *p) { return _mm_cvtepu8_epi16(_mm_loadl_epi64((const __m128i *)p)); }
INLINE void i8_pair_columns(char *out, const char *p, ptrdiff_t row, bytes_reg flips) {
    (void)flips;
    store_columns(out, i8_pair_four_words(p), i8_pair_four_words(p + row));
}
INLINE void u8_pair_columns(char *out, const char *p, ptrdiff_t row, bytes_reg flips) {
    (void)flips;
    store_columns(out, u8_pair_four_words(p), u8_pair_four_words(p + row));
}
INLINE i32_reg i8_pair_add_products_of_words(i32_reg sum, i32_reg a, i32_reg x) {
    return sum + sums_of_pairs((i16_reg)a, (i16_reg)x);
}
#define u8_pair_add_products_of_words i8_pair_add_products_of_words
#endif

#if HAS_BYTE_DOTS
#if !defined(__AVX512BW__)
INLINE i32_reg words_load_part(const void *p, ptrdiff_t n) { /* n bytes, up to a register of them */
    uint8_t buffer[sizeof(i32_reg)] = {0};
    memcpy(buffer, p, n < (ptrdiff_t)sizeof buffer ? (size_t)n : sizeof buffer);
    return words_load(buffer);
}
#endif
INLINE bytes_reg i8_dots_four_words(const void *p) { return bytes_load(p); }
INLINE void i8_dots_columns(char *out, const char *p, ptrdiff_t row, bytes_reg flips) {
    const bytes_reg a = bytes_load(p) ^ flips, b = bytes_load(p + row) ^ flips;
    const bytes_reg c = bytes_load(p + 2 * row) ^ flips, d = bytes_load(p + 3 * row) ^ flips;
    store_columns(out, zip_low_8(a, b), zip_low_8(c, d));
    store_columns(out + 2 * sizeof a, zip_high_8(a, b), zip_high_8(c, d));
}
#define u8_dots_four_words i8_dots_four_words
#define u8_dots_columns i8_dots_columns
#if defined(ONE_TYPE_DOTS)
#define BYTE_FLIP 0
#define i8_dots_add_products_of_words add_i8_dots
#define u8_dots_add_products_of_words add_u8_dots
#else
#define BYTE_FLIP 0x80 /* of the first factor, so that int8 is unsigned and uint8 signed */
#define i8_dots_add_products_of_words add_dots
#define u8_dots_add_products_of_words(sum, a, x) add_dots(sum, x, a)
#endif
#endif

#endif
