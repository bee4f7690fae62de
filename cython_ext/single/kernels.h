/* The tiles of the single tier, once for every type of operand. */
#ifndef ONEDOT_SINGLE_KERNELS_H
#define ONEDOT_SINGLE_KERNELS_H

#include "single/registers.h"
#include "single/tile.h"

/* A panel: single_width rows side by side. Element c of row r is
 * panel[place[c % 32] * lane + c / 32 * step + r], distances in floats. */
struct single_layout {
    const unsigned char *place;
    ptrdiff_t lane, step;
};
#define IN_PANEL(panel, layout, c) \
    ((panel) + (layout)->place[(c) % LANES] * (layout)->lane + (c) / LANES * (layout)->step)
static const unsigned char in_order[LANES] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                              16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

/* Neighbouring columns of a matrix: `wide` is their number in whole registers, and one more for the columns that come
 * before the first whole cache line; lanes are LANES rows of so many floats, and `kept` FOLD_LEVELS such rows: what
 * waits for the rest of the fold. */
struct single_strip {
    ptrdiff_t size, wide;
    float *lanes, *kept;
};
#define FOLD_LEVELS 6
#define FOLDED_IN_L1 256 /* columns whose lanes, 32 KB, are folded when all are there */
static void fold_lanes_of_strip(const struct single_strip *strip) {
    for (ptrdiff_t half = LANES / 2; half >= 1; half /= 2)
        for (ptrdiff_t k = 0; k < half * strip->wide; k++) strip->lanes[k] += strip->lanes[half * strip->wide + k];
    memcpy(strip->kept + (FOLD_LEVELS - 1) * strip->wide, strip->lanes, (size_t)strip->wide * sizeof *strip->lanes);
}
/* Some rows of one lane of a strip: where its sums come from and go to, and how many of `kept` they then meet. */
struct single_turn {
    const float *from;
    float *to;
    const float *kept;
    ptrdiff_t wide, size;
    int waiting;
};
INLINE int ones_at_the_end(int place) {
    int ones = 0;
    for (; place & 1; place >>= 1) ones++;
    return ones;
}

#ifdef FOURS
typedef float single_four __attribute__((vector_size(16)));
INLINE single_four single_load_four(const float *p) { single_four v; memcpy(&v, p, sizeof v); return v; }
#endif
#define TYPE float
#define NAME(x) single_##x
#define SUM float
#define OF_SUMS(x) single_##x
#define single_load_up_to single_load_part
#define single_store_rounded single_store
#define single_load_wide single_load
#define single_load_wide_part single_load_part
#if single_width > 4
#define single_load_wide_rest single_load_rest
#else
#define single_load_wide_rest(p, n) single_load(p)
#endif
#define single_add_widened single_multiply_add
#include "tiles/column_panels.h"
#include "tiles/few_columns.h"
#include "tiles/gemm.h"
#include "tiles/product.h"
#include "tiles/short_columns.h"
#undef SUM
#undef OF_SUMS
#define FOLD_ROWS(v) single_fold_rows(v)
#include "tiles/sized_rows.h"
#undef FOLD_ROWS
#undef NAME
#define NAME(x) single_f32_##x
#include "single/sums.h"
#include "single/columns.h"
#include "single/pack.h"
#undef NAME
#undef TYPE
#define TYPE float16
#define NAME(x) single_f16_##x
#include "single/sums.h"
#include "single/columns.h"
#include "single/pack.h"
#undef NAME
#undef TYPE
#define TYPE bfloat16
#define NAME(x) single_bf16_##x
#include "single/sums.h"
#include "single/columns.h"
#include "single/pack.h"
#undef NAME
#undef TYPE

#endif
