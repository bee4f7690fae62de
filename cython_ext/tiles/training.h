/* What a training epoch does with one row: its margin and its step, for rows of float64 and of float32 with weights
 * of float64. An epoch works on a copy of the weights that starts on a cache line and is filled up with zeros to
 * whole registers, so that a step stores what the next margin loads: other widths cannot be forwarded. */
#ifndef ONEDOT_TRAINING_H
#define ONEDOT_TRAINING_H

#include "sums.h"

/* Into L2: shuffled rows of 1000 float64 took 510 ns each with that, 860 ns with L1 (bench, perceptron). */
#if defined(__GNUC__)
#define PREFETCH(p) __builtin_prefetch(p, 0, 2)
#else
#define PREFETCH(p) ((void)(p))
#endif

INLINE f64_reg f64_load_weights(const double *p) { return f64_load(p); }
INLINE f64_reg f64_load_weights_part(const double *p, ptrdiff_t n) { return f64_load_part(p, n); }
INLINE f32_reg f32_load_weights(const double *p) { return q64_load(p); }
INLINE f32_reg f32_load_weights_part(const double *p, ptrdiff_t n) { return q64_load_part(p, n); }

/* The fold of the lanes of one block, which starts on a cache line. */
INLINE f64_reg fold_block_lanes(const double *lanes) {
    f64_reg sums[LANES / f64_width];
    memcpy(sums, lanes, sizeof sums);
    return f64_fold_registers(sums, LANES);
}
INLINE double fold_lanes(const double *lanes) { return f64_fold(fold_block_lanes(lanes)); }

/* The fold of the folds of the lanes of all blocks. Lanes follow the last block's, and partials the last one, up to a
 * power of two of them that fills a register: all of them zeros, to which nobody adds. */
INLINE double fold_lanes_of_blocks(const double *lanes, ptrdiff_t blocks, double *partials) {
    ptrdiff_t width = f64_width;
    for (ptrdiff_t k = 0; k < blocks; k += f64_width) {
        f64_reg each[f64_width];
        UNROLL
        for (int r = 0; r < f64_width; r++) each[r] = fold_block_lanes(lanes + (k + r) * LANES);
        const f64_reg folded = f64_fold_each(each);
        memcpy(partials + k, &folded, sizeof folded);
    }
    while (width < blocks) width *= 2;
    for (; width > f64_width; width /= 2)
        for (ptrdiff_t k = 0; k < width / 2; k += f64_width) {
            const f64_reg sum = f64_load(partials + k) + f64_load(partials + width / 2 + k);
            memcpy(partials + k, &sum, sizeof sum);
        }
    return f64_fold(f64_load(partials));
}

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

#define TYPE double
#define INDEX int
#define NAME(x) f64_i32_##x
#include "training_csr.h"
#undef NAME
#undef INDEX
#undef TYPE
#define TYPE double
#define INDEX long long
#define NAME(x) f64_i64_##x
#include "training_csr.h"
#undef NAME
#undef INDEX
#undef TYPE
#define TYPE float
#define INDEX int
#define NAME(x) f32_i32_##x
#include "training_csr.h"
#undef NAME
#undef INDEX
#undef TYPE
#define TYPE float
#define INDEX long long
#define NAME(x) f32_i64_##x
#include "training_csr.h"
#undef NAME
#undef INDEX
#undef TYPE

#endif
