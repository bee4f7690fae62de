/* What C has to offer the kernels: registers of doubles, and the checks without which no bit is promised.
 *
 * A level is this header compiled with other flags. Three kinds of register, each of `width` doubles:
 * f64 and f32 for what a float64 and a float32 operand are widened into, and q64 for float64 rows of
 * four elements or fewer. The law's 32 lanes are as many registers as it takes.
 */
#ifndef ONEDOT_REGISTERS_H
#define ONEDOT_REGISTERS_H

#include <float.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* FLT_EVAL_METHOD 1 widens float but not double. 2 and the indeterminate -1 break the law. */
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 1
#error "onedot: x87 arithmetic does not round every operation to binary64; build with -msse2 -mfpmath=sse, or for 64 bits"
#endif
#ifdef __FAST_MATH__
#error "onedot: -ffast-math reorders sums, and the order is what onedot promises; build without it"
#endif

#define LANES 32

#if defined(__GNUC__) || defined(__clang__)
#define INLINE static inline __attribute__((always_inline, unused))
#define RARE static __attribute__((noinline, cold, unused))
/* A loop that is to have all registers: inlined, GCC kept a sum of the matrix product in memory at x86-64-v3, and 8 by
 * 64x1000 of float64 took 1.4 times as long. */
#define APART static __attribute__((noinline, unused))
#define UNROLL _Pragma("GCC unroll 32")
/* Into L2: shuffled rows of 1000 float64 took 510 ns each with that, 860 ns with L1 (bench, perceptron). */
#define PREFETCH(p) __builtin_prefetch(p, 0, 2)
#else
#define INLINE static __forceinline
#define RARE static __declspec(noinline)
#define APART static __declspec(noinline)
#define UNROLL
#define PREFETCH(p) ((void)(p))
#endif
#define CACHE_LINE 64 /* bytes that come from memory together */

#if !(defined(__GNUC__) || defined(__clang__)) || defined(ONEDOT_SCALAR)
#include "scalar.h"
#elif defined(__AVX__)
#include "avx.h"
#else
#include "vector128.h"
#endif

/* A large matrix product: panels of A that go through a pass together, over one part of X in L1; bytes of packed rows of A,
 * which stay in L2 while the panels of X go by, and of X, which wait in L3 until all of A has gone by. */
#ifndef GEMM_PANELS
#define GEMM_PANELS 8
#define GEMM_A_BYTES (1 << 19)
#define GEMM_X_BYTES (1 << 21)
#endif

/* A tile of a small matrix product: rows, and registers of each. */
#ifndef f64_product_rows
#define f64_product_rows 2
#define f64_product_regs 2
#endif

/* As many elements as a register has doubles, n of them and zeros, or those from the n-th on: which none asks for whose
 * registers are read from 16 bytes. */
#define f64_load_wide f64_load
#define f64_load_wide_part f64_load_part
#ifndef f64_load_wide_rest
#define f64_load_wide_rest(p, n) f64_load_wide(p)
#endif
#ifndef f32_load_wide
#define f32_load_wide f32_load
#define f32_load_wide_part f32_load_part
#define f32_load_wide_rest(p, n) f32_load_wide(p)
#endif

/* Elements of a row up to which a product of many rows is small, and not packed in panels. */
#ifndef f64_product_most
#define f64_product_most 256
#define f32_product_most 256
#endif

/* How many rows share each load of x (f64_rows, f32_rows) is a matter of registers. Where rows are short, their lanes
 * may be split in parts, to have registers for more rows: then a row is read once a part, from L1. */
#define f64_split_up_to 0
#define f64_split_rows f64_rows
#define f64_split_parts 1
#define w32_split_up_to 0
#define w32_split_rows w32_rows
#define w32_split_parts 1
#define q64_split_up_to 0
#define q64_split_rows q64_rows
#define q64_split_parts 1
#ifndef f32_split_up_to
#define f32_split_up_to 0
#define f32_split_rows f32_rows
#define f32_split_parts 1
#endif

/* The product is rounded, then added. Only where it is exact, for widened float32, may the two be fused. */
INLINE f64_reg f64_multiply_add(f64_reg sum, f64_reg x, f64_reg y) { return sum + x * y; }
INLINE q64_reg q64_multiply_add(q64_reg sum, q64_reg x, q64_reg y) { return sum + x * y; }

/* The same of operands that were widened to f64_reg: a product of float32 may be fused with the add. */
INLINE f64_reg f64_add_widened(f64_reg sum, f64_reg x, f64_reg y) { return f64_multiply_add(sum, x, y); }
INLINE f64_reg f32_add_widened(f64_reg sum, f64_reg x, f64_reg y) {
#if FUSED
    return f64_fused(x, y, sum);
#else
    return f64_multiply_add(sum, x, y);
#endif
}

/* The bits of a register, what a lane has that differs from another, and a register without its signs. */
INLINE f64_bits f64_bits_of(f64_reg v) { f64_bits bits; memcpy(&bits, &v, sizeof bits); return bits; }
INLINE f32_bits f32_bits_of(f32_reg v) { f32_bits bits; memcpy(&bits, &v, sizeof bits); return bits; }
INLINE f64_reg f64_from_bits(f64_bits bits) { f64_reg v; memcpy(&v, &bits, sizeof v); return v; }
INLINE f32_reg f32_from_bits(f32_bits bits) { f32_reg v; memcpy(&v, &bits, sizeof v); return v; }
INLINE f64_bits f64_differing(f64_bits seen, f64_reg a, f64_reg b) { return seen | (f64_bits_of(a) ^ f64_bits_of(b)); }
INLINE f32_bits f32_differing(f32_bits seen, f32_reg a, f32_reg b) { return seen | (f32_bits_of(a) ^ f32_bits_of(b)); }
INLINE f64_reg f64_absolute(f64_reg v) { return f64_from_bits(f64_bits_of(v) & (UINT64_MAX >> 1)); }
INLINE f32_reg f32_absolute(f32_reg v) { return f32_from_bits(f32_bits_of(v) & (UINT64_MAX >> 1)); }

/* One number in all of a register; the subtraction of +0.0 changes none. */
INLINE f64_reg f64_spread(double v) { return v - (f64_reg){0}; }
INLINE f32_reg f32_spread(double v) { return v - (f32_reg){0}; }

/* x * y - product, where the rounding of the product lost anything. T. J. Dekker, "A floating-point technique for
 * extending the available precision", Numer. Math. 18 (1971), 224-242, https://doi.org/10.1007/BF01397083: halves of
 * 26 bits, whose products are exact. NaN where halving overflows. Products of widened float32 are exact. */
INLINE f64_reg f64_product_error(f64_reg x, f64_reg y, f64_reg product) {
    const f64_reg x_scaled = x * 134217729.0, y_scaled = y * 134217729.0; /* 2^27 + 1 */
    const f64_reg x_high = x_scaled - (x_scaled - x), y_high = y_scaled - (y_scaled - y);
    const f64_reg x_low = x - x_high, y_low = y - y_high;
    return x_low * y_low - (((product - x_high * y_high) - x_low * y_high) - x_high * y_low);
}
INLINE f32_reg f32_product_error(f32_reg x, f32_reg y, f32_reg product) {
    (void)x, (void)y, (void)product;
    return (f32_reg){0};
}

/* Without it, GCC folds a load into every use of the register and loads the operand that often. */
#if defined(__x86_64__) && defined(__GNUC__) && f64_width > 1
#define KEEP_IN_REGISTER(v) ({ __typeof__(v) kept = (v); __asm__("" : "+x"(kept)); kept; })
#else
#define KEEP_IN_REGISTER(v) (v)
#endif
INLINE f64_reg f64_in_register(f64_reg v) { return KEEP_IN_REGISTER(v); }

/* out[0:width] = v, each rounded to float. */
INLINE void f64_store_rounded(float *out, f64_reg v) {
#if defined(__AVX512F__) && f64_width == 8
    _mm256_storeu_ps(out, _mm512_cvtpd_ps((__m512d)v));
#elif defined(__AVX__) && f64_width == 4
    _mm_storeu_ps(out, _mm256_cvtpd_ps((__m256d)v));
#else
    double each[f64_width];
    memcpy(each, &v, sizeof v);
    for (int k = 0; k < f64_width; k++) out[k] = (float)each[k];
#endif
}

INLINE void f32_store_rounded(float *out, f32_reg v) {
#if defined(__AVX__) && f32_width == 4
    _mm_storeu_ps(out, _mm256_cvtpd_ps((__m256d)v));
#else
    f64_store_rounded(out, v);
#endif
}

/* A register that is done before what follows it. GCC would do all products of a fold first and keep them in memory, and
 * the adds thereafter: 3.4 us for the product of 32x32, 1.4 so. */
#if defined(__x86_64__) && defined(__GNUC__) && defined(__AVX512F__) && !defined(ONEDOT_SCALAR)
#define IN_ORDER(v) ({ __typeof__(v) settled = (v); __asm__ volatile("" : "+v"(settled)); settled; })
#elif defined(__x86_64__) && defined(__GNUC__) && !defined(ONEDOT_SCALAR)
#define IN_ORDER(v) ({ __typeof__(v) settled = (v); __asm__ volatile("" : "+x"(settled)); settled; })
#else
#define IN_ORDER(v) (v)
#endif

#endif
