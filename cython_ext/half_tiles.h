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

/* *out = the sum of a block of n products; 0 if one of them left the range of float, and *out is no good. */
INLINE int NAME(block_sum)(const TYPE *x, const TYPE *y, ptrdiff_t n, double *out) {
    f64_reg sums[LANES / f64_width];
    UNROLL
    for (int k = 0; k < LANES / f64_width; k++) sums[k] = (f64_reg){0};
    NAME(watch)();
    NAME(accumulate)(sums, x, y, n);
    UNROLL
    for (int half = LANES / f64_width / 2; half >= NAME(sums); half /= 2) {
        UNROLL
        for (int k = 0; k < half; k++) sums[k] += sums[k + half];
    }
    *out = NAME(fold_operand)(sums);
    return NAME(exact)(out);
}

#undef OPERANDS

#else

INLINE int NAME(block_sum)(const TYPE *x, const TYPE *y, ptrdiff_t n, double *out) {
    (void)x, (void)y, (void)n, (void)out;
    return 0;
}

#endif
