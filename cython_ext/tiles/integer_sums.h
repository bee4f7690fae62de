/* The sums of one TYPE of integers, NAME(kernels) in the table of integers.h; NAME(x) puts the type's prefix before x.
 *
 * PRODUCT is the type of one product, SUM that of sums. The vector that rows and columns are multiplied with is so
 * small that no sum of its products with elements of TYPE leaves a SUM: most_magnitude in integer_rows.pxi. PAIRS says
 * whether products of 16 bits are made in pairs, whose sums a register has. HALF_BITS and WHOLE are for types of 16 and
 * 32 bits. A type of 64 bits has only WIDE_SIGNED, whether it has a sign. What is defined for one type is undefined at
 * the end.
 */

#ifndef PRODUCTS
#define PRODUCTS 0
#endif

/* out[i] = x[i], wherever x[i] lies; uint64 as the same 64 bits. */
static void NAME(gather)(int64_t *out, const char *x, ptrdiff_t stride, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        TYPE v;
        memcpy(&v, x + i * stride, sizeof v);
        out[i] = (int64_t)v;
    }
}

/* out[i] = x[i], which TYPE holds. */
static void NAME(narrow)(void *out, const int64_t *x, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) ((TYPE *)out)[i] = (TYPE)x[i];
}

#ifdef WIDE_SIGNED

static void NAME(add_products)(int192 *sum, const void *x, const void *y, ptrdiff_t n) {
    add_wide_products(sum, x, WIDE_SIGNED, y, WIDE_SIGNED, n);
}
static uint64_t NAME(add_columns)(void *sums, const void *a, ptrdiff_t a_row, const void *x, ptrdiff_t rows,
                                  ptrdiff_t size) {
    return add_wide_columns(sums, a, WIDE_SIGNED, a_row, x, rows, size);
}
static void NAME(flush_columns)(int64_t *out, void *sums, ptrdiff_t size) { memcpy(out, sums, size * sizeof *out); }

static const IntegerKernels NAME(kernels) = {
    NAME(gather), NAME(narrow), NAME(add_products), 0, 0, NAME(add_columns), NAME(flush_columns), 0, 0,
};

#else

#if PAIRS && defined(HALF_BITS)

/* sum += x·y, n <= INTEGER_BLOCK. A sum of two products of int16 is above -2^31 and at most 2^31, so that less 1 it fits
 * 32 bits. It is summed twice: its upper half, and whole, of which only the last 32 bits are kept. What the whole
 * has above the upper halves is the sum of the lower ones, 2^14 of which in all the lanes are below 2^30. */
static void NAME(add_products)(int192 *sum, const void *left, const void *right, ptrdiff_t n) {
    const TYPE *x = left, *y = right;
    i32_reg upper = {0}, whole = {0};
    int32_t registers = 0;
    for (; n > 0; n -= i16_width, x += i16_width, y += i16_width, registers++) {
        const i32_reg pairs = n < i16_width ? sums_of_pairs(NAME(load_part)(x, n), NAME(load_part)(y, n))
                                            : sums_of_pairs(NAME(load)(x), NAME(load)(y));
        const i32_reg less = (i32_reg)((u32_reg)pairs - 1);
        upper += less >> 16;
        whole = (i32_reg)((u32_reg)whole + (u32_reg)less);
    }
    const i32_reg lower = (i32_reg)((u32_reg)whole - ((u32_reg)upper << 16));
    add_int64(sum, (int64_t)sum_of_lanes(upper) * 65536 + sum_of_lanes(lower) + (int64_t)registers * (i16_width / 2));
}

#elif PAIRS

/* Of 8 bits: a pair of products is below 2^17, and 2^14 pairs in one lane below 2^31. */
static void NAME(add_products)(int192 *sum, const void *left, const void *right, ptrdiff_t n) {
    const TYPE *x = left, *y = right;
    i32_reg sums[2] = {{0}, {0}};
    for (; n >= 2 * i16_width; n -= 2 * i16_width, x += 2 * i16_width, y += 2 * i16_width) {
        sums[0] += sums_of_pairs(NAME(load)(x), NAME(load)(y));
        sums[1] += sums_of_pairs(NAME(load)(x + i16_width), NAME(load)(y + i16_width));
    }
    if (n >= i16_width) {
        sums[0] += sums_of_pairs(NAME(load)(x), NAME(load)(y));
        n -= i16_width, x += i16_width, y += i16_width;
    }
    if (n > 0) sums[1] += sums_of_pairs(NAME(load_part)(x, n), NAME(load_part)(y, n));
    add_int64(sum, sum_of_lanes(sums[0] + sums[1]));
}

#elif defined(HALF_BITS)

/* Of 16 and 32 bits: the products are summed twice: their upper halves, which fit a PRODUCT, and whole, of which only
 * the last bits are kept. What the whole has above the upper halves is the sum of the lower ones, and that fits a
 * WHOLE. */
static void NAME(add_products)(int192 *sum, const void *left, const void *right, ptrdiff_t n) {
    const TYPE *x = left, *y = right;
    PRODUCT upper = 0;
    WHOLE whole = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        const PRODUCT product = (PRODUCT)x[i] * (PRODUCT)y[i];
        upper += product >> HALF_BITS;
        whole += (WHOLE)product;
    }
    add_shifted(sum, (int64_t)upper, HALF_BITS);
    add_int64(sum, (int64_t)(whole - ((WHOLE)upper << HALF_BITS)));
}

#else

static void NAME(add_products)(int192 *sum, const void *left, const void *right, ptrdiff_t n) {
    const TYPE *x = left, *y = right;
    int32_t total = 0;
    for (ptrdiff_t i = 0; i < n; i++) total += (int16_t)x[i] * (int16_t)y[i];
    add_int64(sum, total);
}

#endif

/* How many elements, at least one, have a sum of magnitudes of up to `most`. */
static ptrdiff_t NAME(count_within)(const void *x, ptrdiff_t n, uint64_t most) {
    uint64_t size = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        const int64_t v = ((const TYPE *)x)[i];
        size += v < 0 ? -(uint64_t)v : (uint64_t)v;
        if (size > most && i > 0) return i;
    }
    return n;
}

#if PAIRS

/* out[r] = a[r]·x of four rows, which share the loads of x. */
INLINE void NAME(sums_of_four)(const TYPE *a, ptrdiff_t a_row, const TYPE *x, ptrdiff_t n, int64_t *out) {
    i32_reg sums[4] = {{0}, {0}, {0}, {0}};
    ptrdiff_t i = 0;
    for (; i + i16_width <= n; i += i16_width) {
        const i16_reg factors = NAME(load)(x + i);
        UNROLL
        for (int r = 0; r < 4; r++) sums[r] += sums_of_pairs(NAME(load)(FROM(a, a_row, r) + i), factors);
    }
    if (i < n) {
        const i16_reg factors = NAME(load_part)(x + i, n - i);
        UNROLL
        for (int r = 0; r < 4; r++) sums[r] += sums_of_pairs(NAME(load_part)(FROM(a, a_row, r) + i, n - i), factors);
    }
    UNROLL
    for (int r = 0; r < 4; r++) out[r] = sum_of_lanes(sums[r]);
}

/* sums += rows of a, each times its element of x: `pairs` pairs of them, over all columns. A register of sums has
 * the columns in the order in which two rows are interleaved; past `size` there is space for a whole one. */
INLINE void NAME(add_pairs)(SUM *sums, const TYPE *a, ptrdiff_t a_row, const TYPE *x, ptrdiff_t size, const int pairs) {
    i16_reg factors[4];
    for (int p = 0; p < pairs; p++) factors[p] = i16_spread_pair(x[2 * p], x[2 * p + 1]);
    for (ptrdiff_t j = 0; j < size; j += i16_width, sums += i16_width) {
        i32_reg first, second;
        memcpy(&first, sums, sizeof first);
        memcpy(&second, sums + i16_width / 2, sizeof second);
        for (int p = 0; p < pairs; p++) {
            const TYPE *even = FROM(a, a_row, 2 * p) + j, *odd = FROM(a, a_row, 2 * p + 1) + j;
            const int part = j + i16_width > size;
            const i16_reg v = part ? NAME(load_part)(even, size - j) : NAME(load)(even);
            const i16_reg w = part ? NAME(load_part)(odd, size - j) : NAME(load)(odd);
            first += sums_of_pairs(first_of_each_half(v, w), factors[p]);
            second += sums_of_pairs(second_of_each_half(v, w), factors[p]);
        }
        memcpy(sums, &first, sizeof first);
        memcpy(sums + i16_width / 2, &second, sizeof second);
    }
}

/* sums[j] += a[0][j] * x[0] + ... + a[rows - 1][j] * x[rows - 1], in that order of columns. */
static uint64_t NAME(add_columns)(void *sums, const void *matrix, ptrdiff_t a_row, const void *vector, ptrdiff_t rows,
                                  ptrdiff_t size) {
    const TYPE *a = matrix, *x = vector;
    for (; rows >= 8; rows -= 8, x += 8, a = FROM(a, a_row, 8)) NAME(add_pairs)(sums, a, a_row, x, size, 4);
    for (; rows >= 2; rows -= 2, x += 2, a = FROM(a, a_row, 2)) NAME(add_pairs)(sums, a, a_row, x, size, 1);
    const TYPE last[2] = {rows ? x[0] : 0, 0};
    if (rows) NAME(add_pairs)(sums, a, 0, last, size, 1);
    return 0;
}

/* out += sums in that order, whole registers of them, which are then 0. */
static void NAME(flush_columns)(int64_t *out, void *sums, ptrdiff_t size) {
    const ptrdiff_t whole = (size + i16_width - 1) / i16_width * i16_width;
    for (ptrdiff_t k = 0; k < whole; k++) out[k] += ((SUM *)sums)[k];
    memset(sums, 0, (size_t)whole * sizeof(SUM));
}

/* The sums from that order, in which fours of both halves of a register take turns, into the columns' own. */
static void NAME(order_columns)(int64_t *sums, ptrdiff_t size) {
    for (ptrdiff_t start = 0; start < size; start += i16_width, sums += i16_width) {
        int64_t ordered[i16_width];
        UNROLL
        for (int four = 0; four < i16_width / 4; four++)
            memcpy(ordered + 4 * four, sums + four % 2 * (i16_width / 2) + four / 2 * 4, 4 * sizeof *sums);
        memcpy(sums, ordered, sizeof ordered);
    }
}

#else

#define TERM(a, x) (SUM)(PRODUCT)((PRODUCT)(a) * (PRODUCT)(x))

INLINE void NAME(sums_of_four)(const TYPE *a, ptrdiff_t a_row, const TYPE *x, ptrdiff_t n, int64_t *out) {
    const TYPE *b = FROM(a, a_row, 1), *c = FROM(a, a_row, 2), *d = FROM(a, a_row, 3);
    SUM a_sum = 0, b_sum = 0, c_sum = 0, d_sum = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        a_sum += TERM(a[i], x[i]);
        b_sum += TERM(b[i], x[i]);
        c_sum += TERM(c[i], x[i]);
        d_sum += TERM(d[i], x[i]);
    }
    out[0] = (int64_t)a_sum, out[1] = (int64_t)b_sum, out[2] = (int64_t)c_sum, out[3] = (int64_t)d_sum;
}

/* sums[j] += a[0][j] * x[0] + ... + a[rows - 1][j] * x[rows - 1]. */
static uint64_t NAME(add_columns)(void *columns, const void *matrix, ptrdiff_t a_row, const void *vector, ptrdiff_t rows,
                                  ptrdiff_t size) {
    SUM *sums = columns;
    const TYPE *a = matrix, *x = vector;
    for (; rows >= 4; rows -= 4, x += 4, a = FROM(a, a_row, 4)) {
        const TYPE *b = FROM(a, a_row, 1), *c = FROM(a, a_row, 2), *d = FROM(a, a_row, 3);
        const TYPE x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3];
        for (ptrdiff_t j = 0; j < size; j++)
            sums[j] += TERM(a[j], x0) + TERM(b[j], x1) + TERM(c[j], x2) + TERM(d[j], x3);
    }
    for (; rows > 0; rows--, x++, a = FROM(a, a_row, 1)) {
        const TYPE x0 = x[0];
        for (ptrdiff_t j = 0; j < size; j++) sums[j] += TERM(a[j], x0);
    }
    return 0;
}

/* out[j] += the sum of column j, which is then 0. */
static void NAME(flush_columns)(int64_t *out, void *sums, ptrdiff_t size) {
    for (ptrdiff_t j = 0; j < size; j++) out[j] += (int64_t)((SUM *)sums)[j];
    memset(sums, 0, (size_t)size * sizeof(SUM));
}

static void NAME(order_columns)(int64_t *sums, ptrdiff_t size) { (void)sums, (void)size; } /* they are in order */

#undef TERM

#endif

/* out[i] = a[i]·x for at least four rows that share x, by fours; the last four may repeat some. */
static void NAME(shared_rows)(const void *a, ptrdiff_t a_row, const void *x, ptrdiff_t n, ptrdiff_t rows, char *out,
                              ptrdiff_t out_row) {
    int64_t sums[4];
    for (ptrdiff_t i = 0; i < rows; i += 4) {
        const ptrdiff_t first = i + 4 <= rows ? i : rows - 4;
        NAME(sums_of_four)(FROM(a, a_row, first), a_row, x, n, sums);
        for (int r = 0; r < 4; r++) memcpy(out + (first + r) * out_row, &sums[r], sizeof sums[r]);
    }
}

static const IntegerKernels NAME(kernels) = {
    NAME(gather), NAME(narrow), NAME(add_products), NAME(count_within), NAME(shared_rows), NAME(add_columns),
    NAME(flush_columns), NAME(order_columns), PRODUCTS,
};

#endif

#undef TYPE
#undef NAME
#undef PRODUCT
#undef SUM
#undef PAIRS
#undef PRODUCTS
#undef HALF_BITS
#undef WHOLE
#undef WIDE_SIGNED
