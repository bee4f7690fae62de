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

#define TYPE float
#define NAME(x) single_##x
#include "tiles/product.h"
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
