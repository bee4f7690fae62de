/* The tiles of the single tier, once for every type of operand. */
#ifndef ONEDOT_SINGLE_KERNELS_H
#define ONEDOT_SINGLE_KERNELS_H

#include "single/registers.h"
#include "single/tile.h"

#define TYPE float
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
