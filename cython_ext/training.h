/* What a training epoch does with one row: its margin and its step, for rows of float64 and of float32 with weights
 * of float64. An epoch works on a copy of the weights that starts on a cache line and is filled up with zeros to
 * whole registers, so that a step stores what the next margin loads: other widths cannot be forwarded. */
#ifndef ONEDOT_TRAINING_H
#define ONEDOT_TRAINING_H

#include "lanes.h"

/* Into L2: shuffled rows of 1000 float64 took 510 ns each with that, 860 ns with L1 (bench/test_perceptron.py). */
#if defined(__GNUC__)
#define PREFETCH(p) __builtin_prefetch(p, 0, 2)
#else
#define PREFETCH(p) ((void)(p))
#endif

INLINE f64_reg f64_load_weights(const double *p) { return f64_load(p); }
INLINE f64_reg f64_load_weights_part(const double *p, ptrdiff_t n) { return f64_load_part(p, n); }
INLINE f32_reg f32_load_weights(const double *p) { return q64_load(p); }
INLINE f32_reg f32_load_weights_part(const double *p, ptrdiff_t n) { return q64_load_part(p, n); }

#define TYPE double
#define NAME(x) f64_##x
#include "training_rows.h"
#undef NAME
#undef TYPE
#define TYPE float
#define NAME(x) f32_##x
#include "training_rows.h"
#undef NAME
#undef TYPE

#endif
