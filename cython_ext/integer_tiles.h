/* Products of integers of 16 or 32 bits, once for each TYPE; a PRODUCT holds one of them. */

/* sum += x·y, n <= INTEGER_BLOCK. */
static void NAME(add_products)(integer *sum, const TYPE *x, const TYPE *y, ptrdiff_t n) {
    PRODUCT high = 0;
    LOW_SUM low = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        const PRODUCT product = (PRODUCT)x[i] * (PRODUCT)y[i];
        high += product >> HALF_BITS;
        low += (LOW_SUM)product & (((LOW_SUM)1 << HALF_BITS) - 1);
    }
    add_shifted(sum, (int64_t)high, HALF_BITS);
    add_int64(sum, (int64_t)low);
}
