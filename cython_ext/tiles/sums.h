/* The tiles of floats: each file is a template, read once for every kind of register or type that it serves. */
#ifndef ONEDOT_SUMS_H
#define ONEDOT_SUMS_H

#include "accumulator.h"
#include "bounded.h"
#include "simd/narrow.h"

#define SIZED_LANES 4 /* the fewest, those of the narrowest registers */
#define SIZED_STEPS 12
#define STRIP (f64_product_regs * f64_width) /* columns of a small product */

typedef uint64_t f64_word; /* the bits of an operand, and those of infinity */
typedef uint32_t f32_word;
#define f64_infinity ((uint64_t)2047 << 52)
#define f32_infinity ((uint32_t)255 << 23)

#define SUM double
#define OF_SUMS(x) f64_##x
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
#include "twofold.h"
#include "sized_sums.h"
#undef NAME
#undef TYPE
#define TYPE float
#define NAME(x) f32_##x
#include "block_sums.h"
#include "column_panels.h"
#include "few_columns.h"
#include "columns.h"
#include "gemm.h"
#include "short_columns.h"
#include "strip.h"
#include "twofold.h"
#include "sized_sums.h"
#undef NAME
#undef TYPE
#undef SUM
#undef OF_SUMS

/* The largest of |x[i]| and of `largest`; NaN counts for nothing. Four at once, as one would have to wait for itself. */
static double f64_farthest(const double *x, ptrdiff_t n, double largest) {
    f64_reg lanes[4];
    double each[f64_width];
    UNROLL
    for (int k = 0; k < 4; k++) lanes[k] = f64_spread(largest);
    for (; n >= 4 * f64_width; n -= 4 * f64_width, x += 4 * f64_width) {
        UNROLL
        for (int k = 0; k < 4; k++) lanes[k] = f64_greater(f64_absolute(f64_load(x + k * f64_width)), lanes[k]);
    }
    for (; n > 0; n -= f64_width, x += f64_width) {
        const f64_reg v = n >= f64_width ? f64_load(x) : f64_load_part(x, n);
        lanes[0] = f64_greater(f64_absolute(v), lanes[0]);
    }
    lanes[0] = f64_greater(f64_greater(lanes[0], lanes[1]), f64_greater(lanes[2], lanes[3]));
    memcpy(each, &lanes[0], sizeof each);
    for (int k = 0; k < f64_width; k++) largest = each[k] > largest ? each[k] : largest;
    return largest;
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
