/* Sums of a block whose elements do not lie side by side, in binary32, for TYPE, floats; NAME(x) puts the type's prefix
 * before x. Strides are in bytes, of any size, 0 included, and elements may be misaligned. */

#define PLACE(a, stride, i) ((const TYPE *)((const char *)(a) + (i) * (stride)))

/* The numbers of a register that lie `stride` bytes apart. */
INLINE single_reg NAME(load_apart)(const TYPE *x, ptrdiff_t stride) {
#define EACH(i) NAME(one)(PLACE(x, stride, i))
#if single_width == 16
    return (single_reg){EACH(0), EACH(1), EACH(2),  EACH(3),  EACH(4),  EACH(5),  EACH(6),  EACH(7),
                        EACH(8), EACH(9), EACH(10), EACH(11), EACH(12), EACH(13), EACH(14), EACH(15)};
#elif single_width == 8
    return (single_reg){EACH(0), EACH(1), EACH(2), EACH(3), EACH(4), EACH(5), EACH(6), EACH(7)};
#elif single_width == 4
    return (single_reg){EACH(0), EACH(1), EACH(2), EACH(3)};
#else
    return EACH(0);
#endif
#undef EACH
}

/* The sum of a block of n products, for elements of x, and of y where `apart`, a constant, is 1, that lie so many bytes
 * apart. */
INLINE float NAME(block_sum_apart)(const TYPE *x, ptrdiff_t x_stride, const TYPE *y, ptrdiff_t y_stride, const int apart,
                                   ptrdiff_t n) {
    single_reg sums[SINGLE_LANE_REGS];
    TYPE x_left[LANES], y_left[LANES];
    NAME(clear)(sums);
    for (; n >= LANES; n -= LANES, x = PLACE(x, x_stride, LANES), y = PLACE(y, y_stride, LANES)) {
        UNROLL
        for (int k = 0; k < SINGLE_LANE_REGS; k++) {
            const TYPE *yk = PLACE(y, y_stride, k * single_width);
            sums[k] = single_fused(NAME(load_apart)(PLACE(x, x_stride, k * single_width), x_stride),
                                   apart ? NAME(load_apart)(yk, y_stride) : NAME(load)(yk), sums[k]);
        }
    }
    for (ptrdiff_t i = 0; i < n; i++) x_left[i] = NAME(one)(PLACE(x, x_stride, i));
    for (ptrdiff_t i = 0; i < n; i++) y_left[i] = NAME(one)(PLACE(y, y_stride, i));
    NAME(accumulate)(sums, x_left, y_left, n);
    return single_fold(single_fold_lanes(sums));
}
static float NAME(strided_block_sum)(const TYPE *x, ptrdiff_t x_stride, const TYPE *y, ptrdiff_t y_stride, ptrdiff_t n) {
    return NAME(block_sum_apart)(x, x_stride, y, y_stride, 1, n);
}
static float NAME(half_strided_block_sum)(const TYPE *x, ptrdiff_t x_stride, const TYPE *y, ptrdiff_t n) {
    return NAME(block_sum_apart)(x, x_stride, y, sizeof(TYPE), 0, n);
}

/* The sum of a block of n products of elements that lie one before the other, read as they lie: lanes stand the other way
 * round, and the fold is the same, as in tiles/block_sums.h. */
static float NAME(backwards_block_sum)(const TYPE *x, const TYPE *y, ptrdiff_t n) {
    single_reg sums[SINGLE_LANE_REGS];
    TYPE x_left[LANES] = {0}, y_left[LANES] = {0};
    NAME(clear)(sums);
    for (x++, y++; n >= LANES; n -= LANES) {
        x -= LANES, y -= LANES;
        UNROLL
        for (int k = 0; k < SINGLE_LANE_REGS; k++)
            sums[k] = single_fused(NAME(load)(x + k * single_width), NAME(load)(y + k * single_width), sums[k]);
    }
    if (n > 0) {
        memcpy(x_left + LANES - n, x - n, (size_t)n * sizeof(TYPE));
        memcpy(y_left + LANES - n, y - n, (size_t)n * sizeof(TYPE));
        NAME(accumulate)(sums, x_left, y_left, LANES);
    }
    return single_fold(single_fold_lanes(sums));
}

#undef PLACE
