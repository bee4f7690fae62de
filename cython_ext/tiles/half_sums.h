/* Sums of products of halves, once for each TYPE; NAME(x) puts the type's prefix before x.
 *
 * An operand is NAME(width) elements, and their products go to the NAME(sums) registers of f64 that hold its lanes.
 */

/* out[i] = x[i], exactly. */
static void NAME(widen)(float *out, const TYPE *x, ptrdiff_t n) {
    ptrdiff_t i = 0;
    for (; i + NAME(chunk) <= n; i += NAME(chunk)) NAME(widen_chunk)(out + i, x + i);
    for (; i < n; i++) out[i] = NAME(value)(x[i]);
}

#if HALF_PRODUCTS

#define OPERANDS (LANES / NAME(width))

/* sums[lane of i % 32] += x[i] * y[i]; elements past n are read as zeros. */
INLINE void NAME(accumulate)(f64_reg *sums, const TYPE *x, const TYPE *y, ptrdiff_t n) {
    ptrdiff_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        UNROLL
        for (int k = 0; k < OPERANDS; k++)
            NAME(multiply_add)(sums + k * NAME(sums), NAME(load)(x + i + k * NAME(width)), NAME(load)(y + i + k * NAME(width)));
    }
    x += i, y += i, n -= i;
    UNROLL
    for (int k = 0; k < OPERANDS; k++) {
        const ptrdiff_t left = n - k * NAME(width);
        if (left <= 0) break;
        if (left >= NAME(width))
            NAME(multiply_add)(sums + k * NAME(sums), NAME(load)(x + k * NAME(width)), NAME(load)(y + k * NAME(width)));
        else
            NAME(multiply_add)(sums + k * NAME(sums), NAME(load_part)(x + k * NAME(width), left),
                               NAME(load_part)(y + k * NAME(width), left));
    }
}

#define STORED 256       /* products that are stored at a time: 1 KB, twice, stay in L1 */
#define WORTH_STORING 1024

/* accumulate for whole pieces of STORED elements, at least one: while the products of one piece are made, those of the
 * piece before are widened from memory, which takes half the work of widening a register. */
INLINE void NAME(accumulate_stored)(f64_reg *sums, const TYPE *x, const TYPE *y, ptrdiff_t pieces) {
    _Alignas(64) float products[2][STORED];
    double lanes[LANES];
    q64_reg stored[LANES / q64_width];
    UNROLL
    for (int k = 0; k < LANES / q64_width; k++) stored[k] = (q64_reg){0};
    for (ptrdiff_t i = 0; i < STORED; i += LANES) NAME(store_products)(products[0] + i, x + i, y + i);
    for (ptrdiff_t piece = 1; piece <= pieces; piece++) {
        const float *before = products[(piece - 1) % 2];
        float *now = products[piece % 2];
        x += STORED, y += STORED;
        for (ptrdiff_t i = 0; i < STORED; i += LANES) {
            if (piece < pieces) NAME(store_products)(now + i, x + i, y + i);
            UNROLL
            for (int k = 0; k < LANES / q64_width; k++) stored[k] = add_stored(stored[k], before + i + k * q64_width);
        }
    }
    UNROLL
    for (int k = 0; k < LANES / q64_width; k++)
        memcpy(lanes + NAME(stored_lane)(k * q64_width), &stored[k], sizeof stored[k]);
    UNROLL
    for (int k = 0; k < LANES / f64_width; k++) memcpy(&sums[k], lanes + k * f64_width, sizeof sums[k]);
}

/* The sum of a block of n products. */
INLINE double NAME(sum_of_products)(const TYPE *x, const TYPE *y, ptrdiff_t n) {
    f64_reg sums[LANES / f64_width];
    UNROLL
    for (int k = 0; k < LANES / f64_width; k++) sums[k] = (f64_reg){0};
    const ptrdiff_t pieces = n < WORTH_STORING ? 0 : n / STORED;
    if (pieces) NAME(accumulate_stored)(sums, x, y, pieces);
    NAME(accumulate)(sums, x + pieces * STORED, y + pieces * STORED, n - pieces * STORED);
    UNROLL
    for (int half = LANES / f64_width / 2; half >= NAME(sums); half /= 2) {
        UNROLL
        for (int k = 0; k < half; k++) sums[k] += sums[k + half];
    }
    return NAME(fold_operand)(sums);
}

/* *out = the sum of a block of n products; 0 if one of them left the range of float, and *out is no good. */
INLINE int NAME(block_sum)(const TYPE *x, const TYPE *y, ptrdiff_t n, double *out) {
    NAME(watch)();
    *out = NAME(sum_of_products)(x, y, n);
    return NAME(exact)(out);
}

/* The same for rows of one block. */
static int NAME(row_sums)(const TYPE *a, ptrdiff_t a_row, const TYPE *x, ptrdiff_t x_row, ptrdiff_t n, ptrdiff_t rows,
                          double *out) {
    NAME(watch)();
    for (ptrdiff_t i = 0; i < rows; i++) {
        const char *left = (const char *)a + i * a_row, *right = (const char *)x + i * x_row;
        out[i] = NAME(sum_of_products)((const TYPE *)left, (const TYPE *)right, n);
    }
    return NAME(exact)(out);
}

#undef WORTH_STORING
#undef STORED
#undef OPERANDS

#else

INLINE int NAME(block_sum)(const TYPE *x, const TYPE *y, ptrdiff_t n, double *out) {
    (void)x, (void)y, (void)n, (void)out;
    return 0;
}

static int NAME(row_sums)(const TYPE *a, ptrdiff_t a_row, const TYPE *x, ptrdiff_t x_row, ptrdiff_t n, ptrdiff_t rows,
                          double *out) {
    (void)a, (void)a_row, (void)x, (void)x_row, (void)n, (void)rows, (void)out;
    return 0;
}

#endif
