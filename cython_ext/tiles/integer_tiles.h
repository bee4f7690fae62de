/* Products of integers of 16 or 32 bits, once for each TYPE; a PRODUCT holds one of them. */

/* sum += x·y, n <= INTEGER_BLOCK. The products are summed twice: their upper halves, which fit a PRODUCT, and whole,
 * of which only the last bits are kept. What the whole has above the upper halves is the sum of the lower ones, and
 * that fits a WHOLE. */
static void NAME(add_products)(integer *sum, const TYPE *x, const TYPE *y, ptrdiff_t n) {
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
