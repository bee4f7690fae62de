/* The stored elements x of one CSR row with weights w, in the columns c, which rise: a template for each TYPE and INDEX.
 * Zeros that are not stored change no lane, so the bits are those of the dense row. */

/* Sum of x[i] * w[c[i]] of the stored elements of a CSR row, each product rounded, added in whatever order is quickest;
 * *size is that of their magnitudes, in which a NaN counts for nothing. */
INLINE double NAME(csr_sum)(const TYPE *x, const INDEX *c, ptrdiff_t n, const double *w, double *size) {
    f64_reg sums = {0}, sizes = {0};
    double sum, product;
    ptrdiff_t i = 0;
    for (; i + f64_width <= n; i += f64_width) {
        const f64_reg products = f64_gathered(w, c + i) * f64_widened(x + i);
        sums += products;
        sizes += f64_larger((f64_reg){0}, products);
    }
    sum = f64_fold(sums);
    *size = f64_fold(sizes);
    for (; i < n; i++) {
        product = w[c[i]] * (double)x[i];
        sum += product;
        *size += product < 0.0 ? -product : product;
    }
    return sum;
}

/* The places, up to 64, where columns a[i] and b[i] are of one block. */
INLINE uint64_t NAME(in_one_block)(const INDEX *a, const INDEX *b, ptrdiff_t n) {
    uint64_t places = 0;
    ptrdiff_t i = 0;
#if defined(near_width)
    if (sizeof(INDEX) == sizeof(int)) {
        for (; i + near_width <= n; i += near_width) places |= near_words(a + i, b + i, 12) << i;
        if (i < n && n >= near_width) { /* the last ones again, and those that are left */
            i = n - near_width;
            return places | near_words(a + i, b + i, 12) << i;
        }
    }
#endif
    for (; i < n; i++) places |= (uint64_t)((uint64_t)(a[i] ^ b[i]) < BLOCK_SIZE) << i;
    return places;
}

/* The dot of the row, by the law. `lanes` are 32 zeros for every block, and zeros again afterwards; `partials` room for
 * the sums of blocks, `width` of them.
 *
 * Most blocks hold one or two elements, whose sum is that of their products in whatever lanes. So each product is
 * added to the one before, where that is of its block, and is in its lane besides; blocks with a third element are then
 * folded from their lanes. Nothing depends on how many elements a block has but how often the last loop runs: with a
 * branch on it a row of 43 elements took 164 ns, so 113 (columns uniform in 25 blocks, Zen 4). */
INLINE double NAME(csr_dot)(const TYPE *x, const INDEX *c, ptrdiff_t n, const double *w, double *lanes,
                            double *partials, ptrdiff_t width) {
    uint32_t places[CHUNK], block = UINT32_MAX; /* of the lanes; the block of the element before */
    double last = 0.0;
    ptrdiff_t start = 0, count = 0, i;
    clear(partials, width);
    for (; start < n; start += CHUNK) {
        const ptrdiff_t skipped = start ? 0 : 2; /* elements that are no third */
        count = n - start < CHUNK ? n - start : CHUNK;
        for (i = 0; i < count; i++) places[i] = LANE_OF(c[start + i]);
        for (i = 0; i < count; i++) {
            const double product = w[c[start + i]] * (double)x[start + i];
            const uint32_t place = places[i];
            partials[place / LANES] = product + kept_if(last, place / LANES == block);
            lanes[place] += product;
            last = product, block = place / LANES;
        }
        if (count <= skipped) continue;
        /* read from c, as what was just stored in narrower pieces would have to be waited for */
        const INDEX *here = c + start + skipped;
        uint64_t thirds = NAME(in_one_block)(here - 2, here, count - skipped) << skipped;
        for (thirds &= ~(thirds << 1); thirds; thirds &= thirds - 1) {
            const uint32_t full = places[lowest_bit(thirds)] / LANES;
            partials[full] = fold_lanes(lanes + full * LANES);
        }
    }
    for (i = 0; i < n - count; i++) lanes[LANE_OF(c[i])] = 0.0;
    for (i = 0; i < count; i++) lanes[places[i]] = 0.0;
    return fold_in_place(partials, width);
}

INLINE q64_reg NAME(spread_element)(const TYPE *x, ptrdiff_t i) { return (double)x[i] - (q64_reg){0}; }

/* units[k] += value[k] or, where there is none yet, = value[k], for a register of units at a time. */
#ifndef CSR_UNITS
#define CSR_UNITS
INLINE void put_units(double *to, const double *from, ptrdiff_t units, int is_first) {
    for (ptrdiff_t k = 0; k < units; k += q64_width) {
        const q64_reg v = is_first ? q64_load(from + k) : q64_load(to + k) + q64_load(from + k);
        memcpy(to + k, &v, sizeof v);
    }
}

/* The fold of those lanes of a block that hold something, a bit each, with a number for every unit; into the first. */
INLINE void fold_units(double *lanes, uint32_t held, ptrdiff_t units) {
    for (int half = LANES / 2; half; half /= 2) {
        const uint32_t upper = held >> half;
        held &= ((uint32_t)1 << half) - 1;
        for (uint32_t left = upper; left; left &= left - 1) {
            const int lane = lowest_bit(left);
            put_units(lanes + lane * units, lanes + (lane + half) * units, units, !(held >> lane & 1));
        }
        held |= upper;
    }
}

/* The same of blocks, `width` of them with a number for every unit: a power of two, of which `blocks` may hold something. */
INLINE void fold_unit_blocks(double *partials, ptrdiff_t width, ptrdiff_t blocks, ptrdiff_t units) {
    for (; width > 1; width /= 2, blocks = blocks < width ? blocks : width)
        for (ptrdiff_t k = 0; k + width / 2 < blocks; k++)
            put_units(partials + k * units, partials + (k + width / 2) * units, units, 0);
}
#endif

/* The dots of the row with `units` vectors of weights, whole registers of them, that lie together for each column:
 * W[column * units + k]. They are the first row of partials, of which there are `width`, a power of two. */
INLINE void NAME(csr_dots_of)(const TYPE *x, const INDEX *c, ptrdiff_t n, const double *W, ptrdiff_t units,
                              double *lanes, double *partials, ptrdiff_t width, ptrdiff_t blocks) {
    clear(partials, width * units);
    for (ptrdiff_t i = 0; i < n;) {
        const size_t block = (size_t)c[i] / BLOCK_SIZE;
        double *sum = partials + block * units;
        ptrdiff_t end = i + 1;
        while (end < n && (size_t)c[end] / BLOCK_SIZE == block) end++;
        if (end - i <= 3) { /* in whatever lanes, but which two of three meet first */
            ptrdiff_t first = i, second = end - i > 1 ? i + 1 : i, last = end - 1;
            const q64_reg a = NAME(spread_element)(x, first), b = end - i > 1 ? NAME(spread_element)(x, second) : (q64_reg){0};
            if (end - i == 3) {
                const int near01 = lowest_bit(((uint64_t)c[i] ^ (uint64_t)c[i + 1]) | LANES);
                const int near02 = lowest_bit(((uint64_t)c[i] ^ (uint64_t)c[i + 2]) | LANES);
                const int near12 = lowest_bit(((uint64_t)c[i + 1] ^ (uint64_t)c[i + 2]) | LANES);
                const int whole = near01 >= near02 && near01 >= near12 ? 2 : near02 > near12 ? 1 : 0;
                first = i + (whole == 0), second = i + (whole == 2 ? 1 : 2), last = i + whole;
                const q64_reg u = NAME(spread_element)(x, first), v = NAME(spread_element)(x, second),
                              z = NAME(spread_element)(x, last);
                for (ptrdiff_t k = 0; k < units; k += q64_width) {
                    const q64_reg pair = u * q64_load(W + c[first] * units + k) + v * q64_load(W + c[second] * units + k);
                    const q64_reg all = pair + z * q64_load(W + c[last] * units + k);
                    memcpy(sum + k, &all, sizeof all);
                }
            } else if (end - i == 2) {
                for (ptrdiff_t k = 0; k < units; k += q64_width) {
                    const q64_reg pair = a * q64_load(W + c[first] * units + k) + b * q64_load(W + c[second] * units + k);
                    memcpy(sum + k, &pair, sizeof pair);
                }
            } else {
                for (ptrdiff_t k = 0; k < units; k += q64_width) {
                    const q64_reg one = a * q64_load(W + c[first] * units + k);
                    memcpy(sum + k, &one, sizeof one);
                }
            }
            i = end;
            continue;
        }
        uint32_t held = 0;
        for (; i < end; i++) {
            const int lane = (int)((size_t)c[i] % LANES);
            const q64_reg element = NAME(spread_element)(x, i);
            const int is_held = held >> lane & 1;
            for (ptrdiff_t k = 0; k < units; k += q64_width) {
                q64_reg sum_k = element * q64_load(W + c[i] * units + k);
                if (is_held) sum_k = q64_load(lanes + lane * units + k) + sum_k;
                memcpy(lanes + lane * units + k, &sum_k, sizeof sum_k);
            }
            held |= (uint32_t)1 << lane;
        }
        fold_units(lanes, held, units);
        put_units(sum, lanes, units, 1);
    }
    fold_unit_blocks(partials, width, blocks, units);
    for (ptrdiff_t k = 0; k < units; k++) partials[k] += 0.0;
}

static void NAME(csr_dots)(const TYPE *x, const INDEX *c, ptrdiff_t n, const double *W, ptrdiff_t units, double *lanes,
                           double *partials, ptrdiff_t width, ptrdiff_t blocks) {
    if (units == 12) /* ten classes: loops of a length that the compiler knows */
        NAME(csr_dots_of)(x, c, n, W, 12, lanes, partials, width, blocks);
    else
        NAME(csr_dots_of)(x, c, n, W, units, lanes, partials, width, blocks);
}
