/* Products of integers of 8 bits, once for each TYPE. */

/* sum += x·y, n <= INTEGER_BLOCK. A pair of products is below 2^17, and 2^14 pairs in one lane below 2^31. */
static void NAME(add_products)(integer *sum, const TYPE *x, const TYPE *y, ptrdiff_t n) {
    int32_t total = 0;
#if INTEGER_PAIRS
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
    total = sum_of_lanes(sums[0] + sums[1]);
#else
    for (ptrdiff_t i = 0; i < n; i++) total += (int16_t)x[i] * (int16_t)y[i];
#endif
    add_int64(sum, total);
}
