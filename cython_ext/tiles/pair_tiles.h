/* Products of integers of 16 bits in pairs; what one multiply-add of pairs makes. */

/* sum += x·y, n <= INTEGER_BLOCK. A sum of two products is above -2^31 and at most 2^31, so that less 1 it fits
 * 32 bits. It is summed twice: its upper half, and whole, of which only the last 32 bits are kept. What the whole
 * has above the upper halves is the sum of the lower ones, 2^14 of which in all the lanes are below 2^30. */
static void i16_add_products(integer *sum, const int16_t *x, const int16_t *y, ptrdiff_t n) {
    i32_reg upper = {0}, whole = {0};
    int32_t registers = 0;
    for (; n > 0; n -= i16_width, x += i16_width, y += i16_width, registers++) {
        const i32_reg pairs = n < i16_width ? sums_of_pairs(i16_load_part(x, n), i16_load_part(y, n))
                                            : sums_of_pairs(i16_load(x), i16_load(y));
        const i32_reg less = (i32_reg)((u32_reg)pairs - 1);
        upper += less >> 16;
        whole = (i32_reg)((u32_reg)whole + (u32_reg)less);
    }
    const i32_reg lower = (i32_reg)((u32_reg)whole - ((u32_reg)upper << 16));
    add_int64(sum, (int64_t)sum_of_lanes(upper) * 65536 + sum_of_lanes(lower) + (int64_t)registers * (i16_width / 2));
}
