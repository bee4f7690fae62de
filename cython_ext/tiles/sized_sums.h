/* A plain sum of products and the sum of their magnitudes, once for each TYPE; NAME(x) puts the type's prefix before x.
 *
 * A number goes through SIZED_STEPS additions at most, besides one for every register of four accumulators.
 */
#define REG NAME(reg)
#define WIDTH NAME(width)

/* sum = x·y in an order of its own, size = the sum of |x[i] * y[i]|. */
INLINE void NAME(sized_sum)(const TYPE *x, const TYPE *y, ptrdiff_t n, double *sum, double *size) {
    REG sums[4] = {{0}}, sizes[4] = {{0}};
    for (; n >= 4 * WIDTH; n -= 4 * WIDTH, x += 4 * WIDTH, y += 4 * WIDTH) {
        UNROLL
        for (int k = 0; k < 4; k++) {
            const REG product = NAME(load)(x + k * WIDTH) * NAME(load)(y + k * WIDTH);
            sums[k] += product;
            sizes[k] += NAME(absolute)(product);
        }
    }
    for (; n > 0; n -= WIDTH, x += WIDTH, y += WIDTH) {
        const REG product = n >= WIDTH ? NAME(load)(x) * NAME(load)(y) : NAME(load_part)(x, n) * NAME(load_part)(y, n);
        sums[0] += product;
        sizes[0] += NAME(absolute)(product);
    }
    *sum = NAME(fold)((sums[0] + sums[1]) + (sums[2] + sums[3]));
    *size = NAME(fold)((sizes[0] + sizes[1]) + (sizes[2] + sizes[3]));
}

#undef REG
#undef WIDTH
