/* The tiles of float64 and float32: each file is a template, read once for every kind of register that it serves. */
#ifndef ONEDOT_SUMS_H
#define ONEDOT_SUMS_H

#include "simd/registers.h"

#include "accumulator.h"
#include "bounded.h"
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
#include "columns.h"
#include "pack.h"
#include "twofold.h"
#undef NAME
#undef TYPE
#define TYPE float
#define NAME(x) f32_##x
#include "block_sums.h"
#include "columns.h"
#include "pack.h"
#include "twofold.h"
#undef NAME
#undef TYPE

#include "gemm.h"

#endif
