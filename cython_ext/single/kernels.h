/* The tiles of the single tier, once for every type of operand. */
#ifndef ONEDOT_SINGLE_KERNELS_H
#define ONEDOT_SINGLE_KERNELS_H

#include "single/registers.h"
#include "tiles/sums.h"
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

#ifdef FOURS
typedef float single_four __attribute__((vector_size(16)));
INLINE single_four single_load_four(const float *p) { single_four v; memcpy(&v, p, sizeof v); return v; }
#endif
#define TYPE float
#define NAME(x) single_##x
#define SUM float
#define OF_SUMS(x) single_##x
#include "tiles/lanes.h"
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
#define ONLY_IN_PLACE /* panels that are packed are multiplied by tile.h */
#include "tiles/gemm.h"
#undef ONLY_IN_PLACE
#include "tiles/product.h"
#include "single/rough.h"
#include "single/rough_tile.h"
#include "tiles/short_columns.h"
#include "tiles/tiny_rows.h"
#define FOLD_ROWS(v) single_fold_rows(v)
#include "tiles/sized_rows.h"
#undef FOLD_ROWS
#undef NAME

/* What tiles/columns.h asks of the registers that operands of each type are widened into. */
#define single_f32_reg single_reg
#define single_f16_reg single_reg
#define single_bf16_reg single_reg
#define single_f32_width single_width
#define single_f16_width single_width
#define single_bf16_width single_width
#define single_f32_spread single_spread
#define single_f16_spread single_spread
#define single_bf16_spread single_spread
#define single_f32_multiply_add single_multiply_add
#define single_f16_multiply_add single_multiply_add
#define single_bf16_multiply_add single_multiply_add
#define single_f32_load_up_to single_f32_load_part
#define single_f16_load_up_to single_f16_load_part
#define single_bf16_load_up_to single_bf16_load_part

#define NAME(x) single_f32_##x
#include "single/sums.h"
#include "single/apart.h"
#include "single/columns.h"
#include "tiles/columns.h"
#include "single/pack.h"
#undef NAME
#undef TYPE
#define TYPE float16
#define NAME(x) single_f16_##x
#include "single/sums.h"
#include "single/columns.h"
#include "tiles/columns.h"
#include "single/pack.h"
#undef NAME
#undef TYPE
#define TYPE bfloat16
#define NAME(x) single_bf16_##x
#include "single/sums.h"
#include "single/columns.h"
#include "tiles/columns.h"
#include "single/pack.h"
#undef NAME
#undef TYPE
#undef SUM
#undef OF_SUMS

#endif
