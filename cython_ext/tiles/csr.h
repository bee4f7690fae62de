/* The stored elements x of one CSR row with weights w, in columns c, which rise: a template for each TYPE and INDEX.
 * Zeros that are not stored change no lane, so the bits are those of the dense row. */

/* Sum of x[i] * w[c[i]] of the stored elements of a CSR row, each product rounded, added in whatever order is quickest;
 * *size is that of their magnitudes. If `whole`, a constant, it is 0.0 where they are whole numbers of which no sum is
 * rounded: then the sum is that of the law, too. The last register holds elements again that the one before has had:
 * a loop over what is left took rows of 14 elements from 17 ns to 25. */
INLINE double NAME(csr_sum_of)(const TYPE *x, const INDEX *c, ptrdiff_t n, const double *w, double *size,
                               const int whole) {
    f64_reg sums = {0}, sizes = {0}, fractions = {0};
    double sum, fraction;
    ptrdiff_t i = 0;
    for (; i + f64_width <= n; i += f64_width)
        add_products(f64_gathered(w, c + i) * OF_TYPE(load_wide)(x + i), &sums, &sizes, &fractions, whole);
    if (i < n && n >= f64_width) {
        const ptrdiff_t at = n - f64_width;
        const f64_reg products = f64_gathered(w, c + at) * OF_TYPE(load_wide)(x + at);
        add_products(f64_last_of(products, n - i), &sums, &sizes, &fractions, whole);
        i = n;
    }
    sum = f64_fold(sums), *size = f64_fold(sizes), fraction = f64_fold(fractions);
    for (; i < n; i++) {
        const double product = w[c[i]] * (double)x[i];
        sum += product;
        *size += fabs(product);
        fraction += fabs(product + TO_WHOLE - TO_WHOLE - product);
    }
    if (whole && fraction == 0.0 && *size < LARGEST_WHOLE) *size = 0.0;
    return sum;
}
INLINE double NAME(csr_sum)(const TYPE *x, const INDEX *c, ptrdiff_t n, const double *w, double *size) {
    return NAME(csr_sum_of)(x, c, n, w, size, 0);
}
INLINE double NAME(csr_whole_sum)(const TYPE *x, const INDEX *c, ptrdiff_t n, const double *w, double *size) {
    return NAME(csr_sum_of)(x, c, n, w, size, 1);
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

/* How many of up to CHUNK elements, of the n that there are, end where a block ends: none if their block goes on. Bit k
 * of *same says that element k is of the block of the one before. */
INLINE ptrdiff_t NAME(whole_blocks)(const INDEX *c, ptrdiff_t n, uint64_t *same) {
    const ptrdiff_t count = n < CHUNK ? n : CHUNK;
    uint64_t firsts;
    *same = count > 1 ? NAME(in_one_block)(c, c + 1, count - 1) << 1 : 0;
    if (count == n || (size_t)(c[count] ^ c[count - 1]) >= BLOCK_SIZE) return count;
    firsts = ~*same & ~(uint64_t)1;
    if (!firsts) return 0;
    *same &= ((uint64_t)1 << highest_bit(firsts)) - 1;
    return highest_bit(firsts);
}

/* Which of three elements of one block is added to the sum of the other two. */
INLINE int NAME(last_of_three)(const INDEX *c) {
    const int near01 = lowest_bit((uint64_t)(c[0] ^ c[1]) | LANES);
    const int near02 = lowest_bit((uint64_t)(c[0] ^ c[2]) | LANES);
    const int near12 = lowest_bit((uint64_t)(c[1] ^ c[2]) | LANES);
    return near01 >= near02 && near01 >= near12 ? 2 : near02 > near12 ? 1 : 0;
}

/* The sums of blocks of up to CHUNK products: bit k of `same` says that element k is of the block of the one before.
 * The sum of one or two needs no lanes, that of three one decision; more of them go through lanes, which are zeros. */
INLINE void NAME(block_partials)(const double *products, const INDEX *c, ptrdiff_t n, uint64_t same, double *lanes,
                                 double *partials) {
    const uint64_t thirds = same & same << 1, crowded = thirds | thirds >> 1 | thirds >> 2;
    const uint64_t ends = ~(same >> 1) & (UINT64_MAX >> (CHUNK - n)), third_ends = ends & thirds & ~(thirds << 1);
    uint64_t left, firsts = ~same & crowded & ~(third_ends >> 2);
    for (left = ends & ~crowded; left; left &= left - 1) {
        const int k = lowest_bit(left);
        partials[(size_t)c[k] / BLOCK_SIZE] = products[k] + kept_if(products[k - 1], same >> k & 1);
    }
    for (left = third_ends; left; left &= left - 1) {
        const int k = lowest_bit(left) - 2, last = NAME(last_of_three)(c + k);
        const double sum = products[k + (last == 0)] + products[k + (last == 2 ? 1 : 2)];
        partials[(size_t)c[k] / BLOCK_SIZE] = sum + products[k + last];
    }
    for (left = ends & crowded & ~third_ends; left; left &= left - 1, firsts &= firsts - 1) {
        const int end = lowest_bit(left);
        for (int k = lowest_bit(firsts); k <= end; k++) lanes[(size_t)c[k] % LANES] += products[k];
        partials[(size_t)c[end] / BLOCK_SIZE] = fold_lanes(lanes);
        clear(lanes, LANES);
    }
}

/* The sum of the block that begins with c[0], and how many elements it has. */
INLINE double NAME(long_block)(const TYPE *x, const INDEX *c, ptrdiff_t n, const double *w, double *lanes,
                               ptrdiff_t *count) {
    const size_t block = (size_t)c[0] / BLOCK_SIZE;
    ptrdiff_t i = 0;
    for (; i < n && (size_t)c[i] / BLOCK_SIZE == block; i++) {
        const double product = w[c[i]] * (double)x[i];
        lanes[(size_t)c[i] % LANES] += product;
    }
    const double sum = fold_lanes(lanes);
    clear(lanes, LANES);
    *count = i;
    return sum;
}

/* The dot of a row whose elements are all in the first two blocks: in lanes of both, without a decision. Rows of 14
 * elements took 24 ns so, 44 by the blocks' numbers of elements (AVX-512). */
INLINE double NAME(two_blocks)(const TYPE *x, const INDEX *c, ptrdiff_t n, const double *w, double *lanes) {
    for (ptrdiff_t i = 0; i < n; i++) {
        const size_t column = (size_t)c[i];
        const double product = w[column] * (double)x[i];
        lanes[column / BLOCK_SIZE * LANES + column % LANES] += product;
    }
    const double sum = fold_lanes(lanes) + fold_lanes(lanes + LANES);
    clear(lanes, 2 * LANES);
    return sum;
}

/* The dot of the row, by the law. `lanes` are 64 zeros, and zeros again afterwards; `partials` room for the sums of
 * blocks, `width` of them. */
INLINE double NAME(csr_dot)(const TYPE *x, const INDEX *c, ptrdiff_t n, const double *w, double *lanes,
                            double *partials, ptrdiff_t width) {
    double memory[f64_width + CHUNK], *products = memory + f64_width; /* one before the first is read, and left out */
    ptrdiff_t start = 0, count, i;
    uint64_t same;
    if (n && c[n - 1] < 2 * BLOCK_SIZE) return NAME(two_blocks)(x, c, n, w, lanes);
    clear(memory, f64_width);
    clear(partials, width);
    for (; start < n; start += count) {
        const TYPE *elements = x + start;
        const INDEX *columns = c + start;
        count = NAME(whole_blocks)(columns, n - start, &same);
        if (!count) {
            const size_t block = (size_t)columns[0] / BLOCK_SIZE;
            partials[block] = NAME(long_block)(elements, columns, n - start, w, lanes, &count);
            continue;
        }
        for (i = 0; i + f64_width <= count; i += f64_width) {
            const f64_reg several = f64_gathered(w, columns + i) * f64_widened(elements + i);
            memcpy(products + i, &several, sizeof several);
        }
        for (; i < count; i++) products[i] = w[columns[i]] * (double)elements[i];
        NAME(block_partials)(products, columns, count, same, lanes, partials);
    }
    return fold_in_place(partials, width);
}

/* Of several units the weights of element i are those from W + at[i] * units on, whole registers of them: at is c or, where
 * few columns are in use, their places among these. `units` is an argument so that a compiler may know it. */

INLINE q64_reg NAME(spread_element)(const TYPE *x) { return (double)x[0] - (q64_reg){0}; }

/* sum = the sums of a block with one or two elements. */
INLINE void NAME(sparse_block)(const TYPE *x, const INDEX *at, ptrdiff_t n, const double *W, ptrdiff_t units,
                               double *sum) {
    const double *first = W + at[0] * units, *second = W + at[n - 1] * units;
    const q64_reg a = NAME(spread_element)(x), b = NAME(spread_element)(x + n - 1);
    for (ptrdiff_t k = 0; k < units; k += q64_width) {
        q64_reg sums = a * q64_load(first + k);
        if (n > 1) sums += b * q64_load(second + k);
        memcpy(sum + k, &sums, sizeof sums);
    }
}

/* The same with three. */
INLINE void NAME(block_of_three)(const TYPE *x, const INDEX *c, const INDEX *at, const double *W, ptrdiff_t units,
                                 double *sum) {
    const int last = NAME(last_of_three)(c), one = last == 0, other = last == 2 ? 1 : 2;
    const q64_reg a = NAME(spread_element)(x + one), b = NAME(spread_element)(x + other);
    const q64_reg z = NAME(spread_element)(x + last);
    for (ptrdiff_t k = 0; k < units; k += q64_width) {
        const q64_reg pair = a * q64_load(W + at[one] * units + k) + b * q64_load(W + at[other] * units + k);
        const q64_reg sums = pair + z * q64_load(W + at[last] * units + k);
        memcpy(sum + k, &sums, sizeof sums);
    }
}

/* The same with any number, by lanes with room for each unit, which are zeros and zeros again afterwards. */
INLINE void NAME(crowded_block)(const TYPE *x, const INDEX *c, const INDEX *at, ptrdiff_t n, const csr_units *s,
                                ptrdiff_t units, double *sum) {
    for (ptrdiff_t i = 0; i < n; i++) {
        double *lane = s->lanes + (size_t)c[i] % LANES * units;
        const q64_reg element = NAME(spread_element)(x + i);
        for (ptrdiff_t k = 0; k < units; k += q64_width) {
            const q64_reg sums = q64_load(lane + k) + element * q64_load(s->W + at[i] * units + k);
            memcpy(lane + k, &sums, sizeof sums);
        }
    }
    for (ptrdiff_t k = 0; k < units; k += q64_width) {
        const q64_reg sums = fold_unit_lanes(s->lanes + k, units);
        memcpy(sum + k, &sums, sizeof sums);
    }
    for (ptrdiff_t i = 0; i < n; i++) clear_units(s->lanes + (size_t)c[i] % LANES * units, units);
}

/* The dots of the row with every unit, into the first row of partials. */
INLINE void NAME(csr_dots_of)(const TYPE *x, const INDEX *c, const INDEX *at, ptrdiff_t n, const csr_units *s,
                              ptrdiff_t units) {
    clear_units(s->partials, s->width * units);
    for (ptrdiff_t i = 0, end; i < n; i = end) {
        const size_t block = (size_t)c[i] / BLOCK_SIZE;
        double *sum = s->partials + block * units;
        for (end = i + 1; end < n && (size_t)c[end] / BLOCK_SIZE == block;) end++;
        if (end - i == 1)
            NAME(sparse_block)(x + i, at + i, 1, s->W, units, sum);
        else if (end - i == 2)
            NAME(sparse_block)(x + i, at + i, 2, s->W, units, sum);
        else if (end - i == 3)
            NAME(block_of_three)(x + i, c + i, at + i, s->W, units, sum);
        else
            NAME(crowded_block)(x + i, c + i, at + i, end - i, s, units, sum);
    }
    fold_unit_blocks(s, units);
}

/* The same sums in whatever order, into the first row of partials, and a bound on all sums of their magnitudes. If `whole`,
 * a constant, all weights are whole numbers, and it is 0.0 if no sum can be rounded: these are then those of the law. */
INLINE double NAME(csr_sums_of)(const TYPE *x, const INDEX *at, ptrdiff_t n, const csr_units *s, ptrdiff_t units,
                                const int whole) {
    q64_reg sums[MOST_UNITS / q64_width];
    double size = 0.0, fraction = 0.0;
    for (ptrdiff_t k = 0; k < units / q64_width; k++) sums[k] = (q64_reg){0};
    for (ptrdiff_t i = 0; i < n; i++) {
        const double element = (double)x[i];
        const q64_reg spread = NAME(spread_element)(x + i);
        size += fabs(element);
        if (whole) fraction += fabs(element + TO_WHOLE - TO_WHOLE - element);
        UNROLL
        for (ptrdiff_t k = 0; k < units / q64_width; k++)
            sums[k] += spread * q64_load(s->W + at[i] * units + k * q64_width);
    }
    memcpy(s->partials, sums, (size_t)units * sizeof(double));
    size *= s->largest;
    return whole && fraction == 0.0 && size < LARGEST_WHOLE ? 0.0 : size;
}

/* Of ten classes the loops have a length that the compiler knows. */
static void NAME(csr_dots)(const TYPE *x, const INDEX *c, const INDEX *at, ptrdiff_t n, const csr_units *s) {
    if (s->units == 12)
        NAME(csr_dots_of)(x, c, at, n, s, 12);
    else
        NAME(csr_dots_of)(x, c, at, n, s, s->units);
}
static double NAME(csr_sums)(const TYPE *x, const INDEX *at, ptrdiff_t n, const csr_units *s) {
    return s->units == 12 ? NAME(csr_sums_of)(x, at, n, s, 12, 0) : NAME(csr_sums_of)(x, at, n, s, s->units, 0);
}
static double NAME(csr_whole_sums)(const TYPE *x, const INDEX *at, ptrdiff_t n, const csr_units *s) {
    return NAME(csr_sums_of)(x, at, n, s, s->units, 1);
}
