/* The tiles of floats: each file is a template, read once for every kind of register or type that it serves. */
#ifndef ONEDOT_SUMS_H
#define ONEDOT_SUMS_H

#include "accumulator.h"
#include "bounded.h"
#include "simd/narrow.h"

typedef uint64_t f64_word; /* the bits of an operand, and those of infinity */
typedef uint32_t f32_word;
#define f64_infinity ((uint64_t)2047 << 52)
#define f32_infinity ((uint32_t)255 << 23)

#define TYPE double
#define NAME(x) q64_##x
#include "block_sums.h"
#undef NAME
#define NAME(x) f64_##x
#include "block_sums.h"
#include "gemm.h"
#include "twofold.h"
#undef NAME
#undef TYPE
#define TYPE float
#define NAME(x) f32_##x
#include "block_sums.h"
#include "gemm.h"
#include "twofold.h"
#undef NAME
#undef TYPE

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
