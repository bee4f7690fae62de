/* The tiles of floats: each file is a template, read once for every kind of register or type that it serves. */
#ifndef ONEDOT_SUMS_H
#define ONEDOT_SUMS_H

#include "accumulator.h"
#include "bounded.h"
#include "simd/narrow.h"
#include "simd/small_integers.h"

#define SIZED_STEPS 12
#define UNDECIDED 3 /* among signs */

/* The signs of n sums and b, and of which of them the magnitude is not above scale * sizes[i] + least; how many. */
static ptrdiff_t decide_signs(const double *sums, const double *sizes, ptrdiff_t n, double b, double scale, double least,
                              signed char *signs) {
    ptrdiff_t undecided = 0;
    for (ptrdiff_t i = 0; i < n; i++) undecided += !(fabs(sums[i] + b) > scale * sizes[i] + least);
    for (ptrdiff_t i = 0; i < n; i++) signs[i] = (signed char)((sums[i] + b > 0.0) - (sums[i] + b < 0.0));
    for (ptrdiff_t i = 0; undecided > 0 && i < n; i++)
        if (!(fabs(sums[i] + b) > scale * sizes[i] + least)) signs[i] = UNDECIDED;
    return undecided;
}
#define STRIP (f64_product_regs * f64_width) /* columns of a small product */

typedef uint64_t f64_word; /* the bits of an operand, and those of infinity */
typedef uint32_t f32_word;
#define f64_infinity ((uint64_t)2047 << 52)
#define f32_infinity ((uint32_t)255 << 23)

/* The least size of elements, those that are 0 left out where it is but `part` of a register, a constant, and whether it is
 * so small that a quotient by reciprocals may underflow. No float is. */
#define FAINT_ELEMENT 0x1p-760
#if FUSED
INLINE f64_reg f64_least_of(f64_reg least, f64_reg v, const int part) {
    const f64_reg size = f64_absolute(v);
    return f64_lesser(part ? f64_where(f64_less(f64_spread(0.0), size), size, least) : size, least);
}
INLINE int f64_are_faint(f64_reg least) { return f64_any_less(least, f64_spread(FAINT_ELEMENT)); }
#else
INLINE f64_reg f64_least_of(f64_reg least, f64_reg v, const int part) { (void)v, (void)part; return least; }
INLINE int f64_are_faint(f64_reg least) { (void)least; return 0; }
#endif
INLINE f32_reg f32_least_of(f32_reg least, f32_reg v, const int part) { (void)v, (void)part; return least; }
INLINE int f32_are_faint(f32_reg least) { (void)least; return 0; }

#define SUM double
#define OF_SUMS(x) f64_##x
#include "lanes.h"
#if q64_width == 4
#define FOURS
typedef q64_reg f64_four;
typedef q64_reg f32_four;
#endif
#define TYPE double
#define NAME(x) q64_##x
#include "block_sums.h"
#undef NAME
#define NAME(x) f64_##x
#include "block_sums.h"
#include "column_panels.h"
#include "few_columns.h"
#include "columns.h"
#include "gemm.h"
#include "product.h"
#include "short_columns.h"
#include "strip.h"
#include "tiny_rows.h"
#include "twofold.h"
#include "sized_sums.h"
#define FOLD_ROWS(v) f64_fold_each(v)
#include "sized_rows.h"
#undef FOLD_ROWS
#include "turned.h"
#undef NAME
#undef TYPE
#if FUSED /* rows of float32 that are widened already: what they add may be fused */
#define wide_reg f64_reg
#define wide_width f64_width
#define wide_product_rows f64_product_rows
#define wide_product_regs f64_product_regs
#define wide_load f64_load
#define wide_spread f64_spread
#define wide_in_register f64_in_register
#define wide_multiply_add f32_add_widened
#define wide_store_rounded f64_store_rounded
#define TYPE double
#define NAME(x) wide_##x
#include "product.h"
#undef NAME
#undef TYPE
#else
#define wide_product_tile f64_product_tile
#endif

#define TYPE float
#define NAME(x) f32_##x
#include "block_sums.h"
#include "column_panels.h"
#include "few_columns.h"
#include "columns.h"
#include "gemm.h"
#include "short_columns.h"
#include "strip.h"
#include "tiny_rows.h"
#include "twofold.h"
#include "sized_sums.h"
#include "turned.h"
#undef NAME
#ifdef WIDE_FLOATS_BY_CHOICE
#define NAME(x) w32_##x
#define SHARED_ROWS_ALONE
#include "block_sums.h"
#undef SHARED_ROWS_ALONE
#undef NAME
static int wide_floats;
#else
#define wide_floats 0
#define w32_width f32_width
#define w32_sharing f32_sharing
#define w32_shared_row_sums f32_shared_row_sums
#endif
#undef TYPE
#undef SUM
#undef OF_SUMS

/* Whether long rows of float32 that share x are summed in the widest registers, where that is a choice. */
static void choose_wide_floats(int on) {
#ifdef WIDE_FLOATS_BY_CHOICE
    wide_floats = on;
#else
    (void)on;
#endif
}

#define TYPE float16
#define NAME(x) f16_##x
#include "half_sums.h"
#undef NAME
#undef TYPE
#define TYPE bfloat16
#define NAME(x) bf16_##x
#include "half_sums.h"
#undef NAME
#undef TYPE

#endif
