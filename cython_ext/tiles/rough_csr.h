/* The place of the largest score of a CSR row, where sums in float32 decide it: what takes floats is a template for each
 * INDEX, the rest for each TYPE and INDEX.
 *
 * A score is the dot by the law, s = sum of w[k] * x[k], and a bias. Here w and x are rounded to floats, w' and x', whose
 * products are added up in floats, ROUGH_CHUNK elements at a time in two chains of half as many, and the sums of these
 * chunks in binary64. The largest magnitude of each column's weights, but at least 2^-126, goes the same way with |x|:
 * it gives `size`, without which a single large weight would leave all rows in doubt. With u = 2^-24:
 *
 *     w' = w (1 + a) + b and x' = x (1 + c) + e, where |a|, |c| <= u and |b|, |e| <= 2^-150, half of the least float;
 *     a product is rounded to within u and 2^-150, or not at all where it is fused with the sum that follows; a sum of
 *     floats, which is exact where it underflows, to within u, ROUGH_CHUNK / 2 times, and once more for both chains.
 *
 * So an element takes part in 2 + 1 + 32 + 1 = 36 roundings. Let S be the sum of |x[k]| times the largest magnitude of the
 * column, but at least 2^-126. Without the terms that underflow a sum is off by no more than 36 u / (1 - 36 u) * S, and
 * so is size from S. The terms b x' add up to no more than u (1 + u) S, as 2^-150 = u 2^-126, and the others, e w' and
 * those of products, to n 2^-150 (1 + u) (largest + 1). Altogether the sum is off by less than 38 u S + n 2^-149
 * (largest + 1), and S is less than (1 + 38 u) size + n 2^-148 (largest + 1). ROUGH_ERROR is 44 u: the rest of it is
 * for all of these u squared, and for the n 2^-53 of the sums of chunks.
 *
 * Nothing overflows where size is below 2^100, as no sum of a unit is larger than (1 + 80 u) times that of size; and an
 * x[k] that is not finite, or not as a float, makes size infinite or NaN, as no magnitude is 0.
 *
 * The sums of chunks in binary64 are no deeper than those of csr_estimate, so sum_bound(n, size + bias) covers them with
 * the law's own roundings and the biases', and the score is off by no more than
 *
 *     ROUGH_ERROR * size + n * 2^-148 * (largest + 1) + sum_bound(n, size + largest bias)
 *
 * from that by the law. A lead of more than twice as much is one by the law, all of whose scores are then finite.
 *
 * Where all weights are whole numbers below 2^24, and all elements of the row, with size < 2^23, so that S < 2^24, every
 * product is a whole number that a float holds, and so is every sum, in whatever order (an element of 2^24 or more meets
 * zeros alone): the sums are the dots by the law, and it is seen which is the first largest score. The same holds where
 * all elements are zeros. */
#ifndef INDEX
#ifndef ONEDOT_ROUGH_CSR_H
#define ONEDOT_ROUGH_CSR_H

#define ROUGH_CHUNK 64
#define ROUGH_AHEAD 64 /* elements whose weights are fetched ahead: 20000 rows of 86 in 2**18 columns took 7.1 ms, 7.5 with
                        * 32 and 9.7 without (Emerald Rapids) */
#define ROUGH_ERROR (44 * 0x1p-24)

INLINE single_reg rough_load(const float *w, const ptrdiff_t units) {
    return units < single_width ? single_load_part(w, units) : single_load(w);
}
INLINE void rough_fetch(const float *w, const ptrdiff_t units) {
    UNROLL
    for (ptrdiff_t k = 0; k < units; k += CACHE_LINE / (ptrdiff_t)sizeof *w) PREFETCH((const char *)(w + k));
}

/* Up to ROUGH_CHUNK elements as floats, where they are or rounded into `room`. */
INLINE const float *f32_as_floats(const float *x, ptrdiff_t n, float *room) {
    (void)n, (void)room;
    return x;
}
INLINE const float *f64_as_floats(const double *x, ptrdiff_t n, float *room) {
    for (ptrdiff_t i = 0; i < n; i += f64_width)
        f64_store_rounded(room + i, i + f64_width <= n ? f64_load(x + i) : f64_load_part(x + i, n - i));
    return room;
}

#if single_width > 1
typedef uint32_t rough_bits __attribute__((vector_size(4 * single_width)));
#else
typedef uint32_t rough_bits;
#endif
/* x in all places of a register, but |x| in that which is the last of `units`. */
static const uint32_t sign_in_the_middle[2 * single_width] = {[single_width - 1] = 0x80000000u};
INLINE single_reg rough_spread(float x, const ptrdiff_t units) {
    single_reg v = single_spread(x);
    rough_bits bits, sign;
    memcpy(&bits, &v, sizeof bits);
    memcpy(&sign, sign_in_the_middle + (single_width - units % single_width) % single_width, sizeof sign);
    bits &= ~sign;
    memcpy(&v, &bits, sizeof v);
    return v;
}

/* Vectors of weights rounded to floats, and biases. */
typedef struct {
    const float *W;           /* the weights of each column side by side */
    ptrdiff_t units;          /* 4, 8, 16 or 32, of which the last is the largest magnitude, 2^-126 at least */
    double underflow;         /* 2^-148 * (largest + 1) */
    double largest_bias;
    double bias[MOST_UNITS];  /* minus infinity behind those that there are */
    int are_whole;            /* whether all weights are whole numbers, and floats */
} rough_units;

static const double place_bits[MOST_UNITS] = {
    0x1p0,  0x1p1,  0x1p2,  0x1p3,  0x1p4,  0x1p5,  0x1p6,  0x1p7,  0x1p8,  0x1p9,  0x1p10,
    0x1p11, 0x1p12, 0x1p13, 0x1p14, 0x1p15, 0x1p16, 0x1p17, 0x1p18, 0x1p19, 0x1p20, 0x1p21,
    0x1p22, 0x1p23, 0x1p24, 0x1p25, 0x1p26, 0x1p27, 0x1p28, 0x1p29, 0x1p30, 0x1p31,
};

/* The place of the one score sums[k] + bias[k] that is larger than all others by more than `allowed`, -1 if there is none.
 * Without a branch for each score, which the CPU could not foresee; ten of them one by one took 25 ns longer. */
INLINE ptrdiff_t clear_leader_of(const double *sums, const double *bias, double allowed, const ptrdiff_t units) {
    const ptrdiff_t regs = (units + f64_width - 1) / f64_width;
    f64_reg scores[MOST_UNITS / f64_width], most = f64_spread(-HUGE_VAL), leaders = {0}, lead;
    double each[f64_width];
    uint64_t places;
    UNROLL
    for (ptrdiff_t k = 0; k < regs; k++) {
        scores[k] = f64_load(sums + k * f64_width) + f64_load(bias + k * f64_width);
        most = f64_greater(most, scores[k]);
    }
    memcpy(each, &most, sizeof most);
    UNROLL
    for (int half = f64_width / 2; half; half /= 2)
        for (int k = 0; k < half; k++) each[k] = each[k] > each[k + half] ? each[k] : each[k + half];
    lead = f64_spread(each[0] - allowed);
    UNROLL
    for (ptrdiff_t k = 0; k < regs; k++)
        leaders += f64_where(f64_less(scores[k], lead), (f64_reg){0}, f64_load(place_bits + k * f64_width));
    places = (uint64_t)f64_fold(leaders);
    return places && !(places & (places - 1)) ? lowest_bit(places) : -1;
}

APART ptrdiff_t clear_leader(const double *sums, const double *bias, double allowed, ptrdiff_t units) {
    switch (units) {
    case 4: return clear_leader_of(sums, bias, allowed, 4);
    case 8: return clear_leader_of(sums, bias, allowed, 8);
    case 16: return clear_leader_of(sums, bias, allowed, 16);
    default: return clear_leader_of(sums, bias, allowed, 32);
    }
}

/* The place of the first largest score, by sums that are those of the law. */
RARE ptrdiff_t first_leader(const double *sums, const double *bias, ptrdiff_t units) {
    ptrdiff_t place = 0;
    for (ptrdiff_t k = 1; k < units; k++)
        if (sums[k] + bias[k] > sums[place] + bias[place]) place = k;
    return place;
}

#endif
#elif !defined(TYPE)

/* sums[k] += the rough sum of up to ROUGH_CHUNK elements with unit k; meanwhile the weights of as many from `ahead` on are
 * fetched. */
INLINE void NAME(add_rough_chunk_of)(const float *x, const INDEX *at, ptrdiff_t n, const INDEX *ahead, const float *W,
                                     double *sums, const ptrdiff_t units) {
    const ptrdiff_t regs = (units + single_width - 1) / single_width;
    single_reg even[MOST_UNITS / single_width], odd[MOST_UNITS / single_width];
    float both[MOST_UNITS];
    ptrdiff_t i = 0;
    for (ptrdiff_t r = 0; r < regs; r++) even[r] = odd[r] = single_spread(0.0f);
    for (; i + 2 <= n; i += 2) {
        const float *first = W + at[i] * units, *second = W + at[i + 1] * units;
        const single_reg a = single_spread(x[i]), a_last = rough_spread(x[i], units);
        const single_reg b = single_spread(x[i + 1]), b_last = rough_spread(x[i + 1], units);
        rough_fetch(W + ahead[i] * units, units);
        rough_fetch(W + ahead[i + 1] * units, units);
        UNROLL
        for (ptrdiff_t r = 0; r < regs; r++) {
            const ptrdiff_t k = r * single_width;
            even[r] = rough_multiply_add(r == regs - 1 ? a_last : a, rough_load(first + k, units), even[r]);
            odd[r] = rough_multiply_add(r == regs - 1 ? b_last : b, rough_load(second + k, units), odd[r]);
        }
    }
    if (i < n) {
        const single_reg a = single_spread(x[i]), a_last = rough_spread(x[i], units);
        const float *first = W + at[i] * units;
        rough_fetch(W + ahead[i] * units, units);
        UNROLL
        for (ptrdiff_t r = 0; r < regs; r++)
            even[r] = rough_multiply_add(r == regs - 1 ? a_last : a, rough_load(first + r * single_width, units),
                                         even[r]);
    }
    for (ptrdiff_t r = 0; r < regs; r++) {
        even[r] += odd[r];
        memcpy(both + r * single_width, &even[r], sizeof *even);
    }
    for (ptrdiff_t k = 0; k < units; k++) sums[k] += (double)both[k];
}
APART void NAME(add_rough_chunk)(const float *x, const INDEX *at, ptrdiff_t n, const INDEX *ahead, const float *W,
                                 double *sums, ptrdiff_t units) {
    switch (units) {
    case 4: NAME(add_rough_chunk_of)(x, at, n, ahead, W, sums, 4); break;
    case 8: NAME(add_rough_chunk_of)(x, at, n, ahead, W, sums, 8); break;
    case 16: NAME(add_rough_chunk_of)(x, at, n, ahead, W, sums, 16); break;
    default: NAME(add_rough_chunk_of)(x, at, n, ahead, W, sums, 32);
    }
}

#else

/* The rough sums of a row, which has `left` elements from its first on to the last row's last. */
INLINE void NAME(rough_sums)(const TYPE *x, const INDEX *at, ptrdiff_t n, ptrdiff_t left, const rough_units *r,
                             double *sums) {
    float room[ROUGH_CHUNK];
    for (ptrdiff_t i = 0, count; i < n; i += count) {
        count = n - i < ROUGH_CHUNK ? n - i : ROUGH_CHUNK;
        const INDEX *ahead = i + ROUGH_AHEAD + count <= left ? at + i + ROUGH_AHEAD : at + i;
        OF_INDEX(add_rough_chunk)(OF_TYPE(as_floats)(x + i, count, room), at + i, count, ahead, r->W, sums, r->units);
    }
}

/* The place of the row's first largest score, -1 if rough sums leave it in doubt. */
static ptrdiff_t NAME(rough_place)(const TYPE *x, const INDEX *at, ptrdiff_t n, ptrdiff_t left, const rough_units *r) {
    double sums[MOST_UNITS] = {0}, size, bound;
    ptrdiff_t place;
    NAME(rough_sums)(x, at, n, left, r, sums);
    size = sums[r->units - 1];
    if (!(size < 0x1p100)) return -1; /* NaN, too */
    bound = ROUGH_ERROR * size + (double)n * r->underflow + sum_bound(n, size + r->largest_bias);
    place = clear_leader(sums, r->bias, 2.0 * bound, r->units);
    if (place < 0 && (r->are_whole ? size < 0x1p23 && OF_TYPE(are_whole)(x, n) : OF_TYPE(are_zeros)(x, n)))
        return first_leader(sums, r->bias, r->units);
    return place;
}

#endif
