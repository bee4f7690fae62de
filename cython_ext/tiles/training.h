/* What a training epoch does with one row: its margin and its step, for rows of float64 and of float32 with weights
 * of float64. An epoch works on a copy of the weights that starts on a cache line and is filled up with zeros to
 * whole registers, so that a step stores what the next margin loads: other widths cannot be forwarded.
 *
 * The file includes itself for each TYPE of element, and csr.h for each INDEX of columns, too. */
#ifndef TYPE
#ifndef ONEDOT_TRAINING_H
#define ONEDOT_TRAINING_H

#include "single/registers.h"
#include "sums.h"

INLINE f64_reg f64_load_weights(const double *p) { return f64_load(p); }
INLINE f64_reg f64_load_weights_part(const double *p, ptrdiff_t n) { return f64_load_part(p, n); }
INLINE f32_reg f32_load_weights(const double *p) { return q64_load(p); }
INLINE f32_reg f32_load_weights_part(const double *p, ptrdiff_t n) { return q64_load_part(p, n); }

/* The fold of the lanes of one block, down to a register: halves are added as they are loaded, so that two blocks' are
 * in registers at once. */
INLINE f64_reg fold_block_lanes(const double *lanes) {
    f64_reg sums[LANES / 2 / f64_width];
    UNROLL
    for (int k = 0; k < LANES / 2; k += f64_width)
        sums[k / f64_width] = f64_load(lanes + k) + f64_load(lanes + LANES / 2 + k);
    UNROLL
    for (int half = LANES / 4 / f64_width; half; half /= 2)
        for (int k = 0; k < half; k++) sums[k] += sums[k + half];
    return sums[0];
}
INLINE double fold_lanes(const double *lanes) { return f64_fold(fold_block_lanes(lanes)); }

/* The fold of the sums of blocks, as many as fill registers: a power of two, 0.0 behind those that there are. They are
 * used as scratch. The last addition takes the sign from a sum of -0.0, which a block of one product may have here. */
INLINE double fold_in_place(double *partials, ptrdiff_t width) {
    for (; width > 4 * f64_width; width /= 2)
        for (ptrdiff_t k = 0; k < width / 2; k += f64_width) {
            const f64_reg sum = f64_load(partials + k) + f64_load(partials + width / 2 + k);
            memcpy(partials + k, &sum, sizeof sum);
        }
    if (width == f64_width) return f64_fold(f64_load(partials)) + 0.0;
    f64_reg sum = f64_load(partials) + f64_load(partials + width / 2);
    if (width == 4 * f64_width) sum += f64_load(partials + f64_width) + f64_load(partials + 3 * f64_width);
    return f64_fold(sum) + 0.0;
}

/* v if `wanted` is 1, +0.0 if it is 0, without a branch. */
INLINE double kept_if(double v, uint64_t wanted) {
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    bits &= 0 - wanted;
    memcpy(&v, &bits, sizeof v);
    return v;
}

#define BLOCK_SIZE 4096
#define CHUNK 64 /* elements of a CSR row at a time: a bit each of a word */

/* Added to a number below 2^51 and subtracted again, it leaves the whole number that is nearest. */
#define TO_WHOLE 6755399441055744.0 /* 1.5 * 2^52 */
#define LARGEST_WHOLE 2251799813685248.0 /* 2^51 */
#define TWO_52 4503599627370496.0

/* The last n elements of a register, 0 < n <= its width, and +0.0 in place of those before. */
static const uint64_t none_and_all[16] = {[8] = UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX,
                                          UINT64_MAX,       UINT64_MAX, UINT64_MAX, UINT64_MAX};
INLINE f64_reg f64_last_of(f64_reg v, ptrdiff_t n) {
    f64_bits kept;
    memcpy(&kept, none_and_all + 8 - f64_width + n, sizeof kept);
    return f64_from_bits(f64_bits_of(v) & kept);
}

/* Add products, their magnitudes and, if `whole`, a constant, what they are besides whole numbers. */
INLINE void add_products(f64_reg products, f64_reg *sums, f64_reg *sizes, f64_reg *fractions, const int whole) {
    *sums += products;
    *sizes += f64_absolute(products);
    if (whole) *fractions += f64_absolute(products + TO_WHOLE - TO_WHOLE - products);
}

/* n zeros, a multiple of a register: a call of memset would cost more. */
INLINE void clear(double *v, ptrdiff_t n) {
    const f64_reg zeros = {0};
    for (ptrdiff_t k = 0; k < n; k += f64_width) memcpy(v + k, &zeros, sizeof zeros);
}

/* Of n weights the larger of `largest` and every magnitude, infinite if one is not finite; *whole is set to 0 unless all
 * are whole numbers, which adding 2^52 to a smaller magnitude and subtracting it again does not change. */
INLINE double weights_size(const double *w, ptrdiff_t n, double largest, int *whole) {
    f64_reg sizes = {0};
    f64_bits differing = {0}, endless = {0};
    double peaks[f64_width];
    ptrdiff_t j = 0;
    for (; j + f64_width <= n; j += f64_width) {
        const f64_reg size = f64_absolute(f64_load(w + j));
        sizes = f64_larger(sizes, size);
        differing |= f64_bits_of(size + TWO_52 - TWO_52 - size); /* of +0.0 none */
        endless |= f64_bits_of(size - size);
    }
    memcpy(peaks, &sizes, sizeof peaks);
    for (int k = 0; k < f64_width; k++) largest = peaks[k] > largest ? peaks[k] : largest;
    if (f64_any(differing)) *whole = 0;
    if (f64_any(endless)) largest = HUGE_VAL;
    for (; j < n; j++) {
        const double size = fabs(w[j]);
        largest = size <= largest ? largest : size <= DBL_MAX ? size : HUGE_VAL; /* of NaN the last */
        if (size + TWO_52 - TWO_52 != size) *whole = 0;
    }
    return largest;
}

INLINE int lowest_bit(uint64_t v) {
#if defined(__GNUC__) || defined(__clang__)
    return __builtin_ctzll(v);
#else
    int place = 0;
    for (; !(v >> place & 1); place++) {}
    return place;
#endif
}
INLINE int highest_bit(uint64_t v) {
#if defined(__GNUC__) || defined(__clang__)
    return 63 - __builtin_clzll(v);
#else
    int place = 63;
    for (; !(v >> place & 1); place--) {}
    return place;
#endif
}

#define MOST_UNITS 32

/* Vectors of weights, and memory for the sums of a CSR row with them. */
typedef struct {
    const double *W;         /* the weights of each column side by side */
    ptrdiff_t units, blocks; /* units: as many as fill registers, up to MOST_UNITS */
    ptrdiff_t width;         /* blocks rounded up to a power of two */
    double largest;          /* of all |W| */
    int are_whole;           /* whether all weights are whole numbers */
    double *lanes;           /* of one block: zeros between two rows */
    double *partials;
} csr_units;

/* How far apart two sums of `count` products may be, whose magnitudes add up to size: see csr_estimate. */
INLINE double sum_bound(ptrdiff_t count, double size) {
    return size < 1e300 ? (double)(4 * count + 256) * 0x1p-53 * size : HUGE_VAL;
}

INLINE void clear_units(double *v, ptrdiff_t n) {
    const q64_reg zeros = {0};
    for (ptrdiff_t k = 0; k < n; k += q64_width) memcpy(v + k, &zeros, sizeof zeros);
}

/* The fold of the lanes of a block, with a number for every unit: of a register of units. Where all lanes are added,
 * those that hold nothing too, ten classes took 95 ns for rows of 14 elements, 145 ns where bits said which do. */
INLINE q64_reg fold_unit_lanes(const double *lanes, ptrdiff_t units) {
    q64_reg sums[LANES / 2];
    UNROLL
    for (int k = 0; k < LANES / 2; k++)
        sums[k] = q64_load(lanes + k * units) + q64_load(lanes + (k + LANES / 2) * units);
    UNROLL
    for (int half = LANES / 4; half; half /= 2)
        for (int k = 0; k < half; k++) sums[k] += sums[k + half];
    return sums[0];
}

/* The fold of the sums of blocks, into the first of them. The last addition takes the sign from a sum of -0.0. */
INLINE void fold_unit_blocks(const csr_units *s, ptrdiff_t units) {
    ptrdiff_t blocks = s->blocks; /* that may hold something */
    for (ptrdiff_t half = s->width / 2; half; half /= 2) {
        for (ptrdiff_t k = 0; k < (blocks - half) * units; k += q64_width) {
            const q64_reg sum = q64_load(s->partials + k) + q64_load(s->partials + half * units + k);
            memcpy(s->partials + k, &sum, sizeof sum);
        }
        blocks = blocks < half ? blocks : half;
    }
    for (ptrdiff_t k = 0; k < units; k++) s->partials[k] += 0.0;
}

INLINE void f64_store_units(double *out, q64_reg v) { memcpy(out, &v, sizeof v); }
INLINE void f32_store_units(float *out, q64_reg v) { f32_store_rounded(out, v); }

/* out[j * units] = the largest magnitude of the weights of column j, but at least 2^-126, for n columns. */
INLINE void lay_magnitudes(const double *W, ptrdiff_t d, ptrdiff_t count, ptrdiff_t n, float *out, ptrdiff_t units) {
    ptrdiff_t j = 0;
    for (; j + q64_width <= n; j += q64_width) {
        q64_reg sizes = 0x1p-126 - (q64_reg){0};
        double each[q64_width];
        for (ptrdiff_t k = 0; k < count; k++) sizes = f32_larger(sizes, q64_load(W + k * d + j));
        memcpy(each, &sizes, sizeof sizes);
        for (int i = 0; i < q64_width; i++) out[(j + i) * units] = (float)each[i];
    }
    for (; j < n; j++) {
        double size = 0x1p-126;
        for (ptrdiff_t k = 0; k < count; k++) size = fabs(W[k * d + j]) > size ? fabs(W[k * d + j]) : size;
        out[j * units] = (float)size;
    }
}

#include "rough_csr.h"
#define INDEX int
#define NAME(x) i32_##x
#include "rough_csr.h"
#undef NAME
#undef INDEX
#define INDEX long long
#define NAME(x) i64_##x
#include "rough_csr.h"
#undef NAME
#undef INDEX

#define TYPE double
#define OF_TYPE(x) f64_##x
#define NAME(x) f64_##x
#include "training.h"
#undef NAME
#define INDEX int
#define OF_INDEX(x) i32_##x
#define NAME(x) f64_i32_##x
#include "csr.h"
#include "rough_csr.h"
#undef NAME
#undef OF_INDEX
#undef INDEX
#define INDEX long long
#define OF_INDEX(x) i64_##x
#define NAME(x) f64_i64_##x
#include "csr.h"
#include "rough_csr.h"
#undef NAME
#undef OF_INDEX
#undef INDEX
#undef OF_TYPE
#undef TYPE
#define TYPE float
#define OF_TYPE(x) f32_##x
#define NAME(x) f32_##x
#include "training.h"
#undef NAME
#define INDEX int
#define OF_INDEX(x) i32_##x
#define NAME(x) f32_i32_##x
#include "csr.h"
#include "rough_csr.h"
#undef NAME
#undef OF_INDEX
#undef INDEX
#define INDEX long long
#define OF_INDEX(x) i64_##x
#define NAME(x) f32_i64_##x
#include "csr.h"
#include "rough_csr.h"
#undef NAME
#undef OF_INDEX
#undef INDEX
#undef OF_TYPE
#undef TYPE

#endif
#else

#define REG NAME(reg)
#define WIDTH NAME(width)
#define REGS (LANES / WIDTH)

/* The sum of a block of n products of x and w. The weights are read to the end of their last register, unless `exact`.
 * Meanwhile as many bytes at `ahead`, of a row that comes later, are fetched from memory. A product of a widened
 * float32 and a float64 is not exact, so it is rounded before it is added. */
INLINE double NAME(margin_sum)(const TYPE *x, const double *w, ptrdiff_t n, const char *ahead, const int exact) {
    REG sums[REGS];
    ptrdiff_t i = 0;
    UNROLL
    for (int k = 0; k < REGS; k++) sums[k] = (REG){0};
    for (; i + LANES <= n; i += LANES) {
        UNROLL
        for (int line = 0; line < LANES * (int)sizeof(TYPE); line += CACHE_LINE)
            PREFETCH(ahead + i * sizeof(TYPE) + line);
        UNROLL
        for (int k = 0; k < REGS; k++)
            sums[k] += NAME(load)(x + i + k * WIDTH) * NAME(load_weights)(w + i + k * WIDTH);
    }
    UNROLL
    for (int k = 0; k < REGS; k++) {
        const ptrdiff_t at = i + k * WIDTH, left = n - at;
        if (left <= 0) break;
        if (at * sizeof(TYPE) % CACHE_LINE == 0) PREFETCH(ahead + at * sizeof(TYPE));
        if (left >= WIDTH)
            sums[k] += NAME(load)(x + at) * NAME(load_weights)(w + at);
        else
            sums[k] += NAME(load_part)(x + at, left) *
                       (exact ? NAME(load_weights_part)(w + at, left) : NAME(load_weights)(w + at));
    }
    return NAME(fold)(NAME(fold_registers)(sums, n));
}

/* w[j] += step * x[j], to the end of the last register; returns the larger of peak and every |w[j]| then. */
INLINE double NAME(add_step)(double *w, const TYPE *x, double step, ptrdiff_t n, double peak) {
    double peaks[WIDTH];
    const REG steps = step - (REG){0};
    REG largest = {0};
    ptrdiff_t j = 0;
    for (; j < n; j += WIDTH) {
        const REG inputs = n - j >= WIDTH ? NAME(load)(x + j) : NAME(load_part)(x + j, n - j);
        const REG sum = NAME(load_weights)(w + j) + steps * inputs;
        memcpy(w + j, &sum, sizeof sum);
        largest = NAME(larger)(largest, sum);
    }
    memcpy(peaks, &largest, sizeof largest);
    for (int k = 0; k < WIDTH; k++) peak = peaks[k] > peak ? peaks[k] : peak;
    return peak;
}

/* The same for n weights that are followed by something else: in two passes, so that nothing is changed if one of them
 * overflows; returns whether none does. */
INLINE int NAME(try_step)(double *w, const TYPE *x, double step, ptrdiff_t n) {
    double peaks[WIDTH], peak = 0.0;
    const REG steps = step - (REG){0};
    const ptrdiff_t whole = n - n % WIDTH;
    REG largest = {0};
    for (ptrdiff_t j = 0; j < whole; j += WIDTH)
        largest = NAME(larger)(largest, NAME(load_weights)(w + j) + steps * NAME(load)(x + j));
    if (whole < n) {
        const REG inputs = NAME(load_part)(x + whole, n - whole);
        largest = NAME(larger)(largest, NAME(load_weights_part)(w + whole, n - whole) + steps * inputs);
    }
    memcpy(peaks, &largest, sizeof largest);
    for (int k = 0; k < WIDTH; k++) peak = peaks[k] > peak ? peaks[k] : peak;
    if (!(peak <= DBL_MAX)) return 0;
    for (ptrdiff_t j = 0; j < whole; j += WIDTH) {
        const REG sum = NAME(load_weights)(w + j) + steps * NAME(load)(x + j);
        memcpy(w + j, &sum, sizeof sum);
    }
    for (ptrdiff_t j = whole; j < n; j++) {
        const double product = step * (double)x[j];
        w[j] += product;
    }
    return 1;
}

/* out[j * units + k] = W[k * d + j] for n columns and `count` vectors of weights, and zeros behind these. */
INLINE void NAME(lay_columns)(const double *W, ptrdiff_t d, ptrdiff_t count, ptrdiff_t n, TYPE *out, ptrdiff_t units) {
    for (ptrdiff_t k = 0; k < units; k += q64_width) {
        ptrdiff_t j = 0;
        for (; j + q64_width <= n; j += q64_width) {
            q64_reg v[q64_width];
            UNROLL
            for (int i = 0; i < q64_width; i++) v[i] = k + i < count ? q64_load(W + (k + i) * d + j) : (q64_reg){0};
            q64_transpose(v);
            UNROLL
            for (int i = 0; i < q64_width; i++) NAME(store_units)(out + (j + i) * units + k, v[i]);
        }
        for (; j < n; j++)
            for (ptrdiff_t i = k; i < k + q64_width; i++) out[j * units + i] = i < count ? (TYPE)W[i * d + j] : 0;
    }
}

/* Whether n elements are zeros. */
INLINE int NAME(are_zeros)(const TYPE *x, ptrdiff_t n) {
    ptrdiff_t i = 0;
    while (i < n && x[i] == 0) i++;
    return i == n;
}

/* Whether n elements are whole numbers; what it says of those beyond LARGEST_WHOLE is worth nothing. */
INLINE int NAME(are_whole)(const TYPE *x, ptrdiff_t n) {
    double fraction = 0.0;
    for (ptrdiff_t i = 0; i < n; i++) {
        const double element = (double)x[i];
        fraction += fabs(element + TO_WHOLE - TO_WHOLE - element);
    }
    return fraction == 0.0;
}

#undef REG
#undef WIDTH
#undef REGS

#endif
