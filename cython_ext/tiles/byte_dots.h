/* Dots of bytes by instructions that add four products to 32 bits, which wrap and do not saturate: once for each TYPE.
 * VPDPBUSD takes an unsigned byte and a signed one: two operands of one type become these by a flip of the first one's upper
 * bits, which adds 128 to int8 or takes it from uint8; what that makes of a sum, 128 times the sum of the second, is
 * taken off. aarch64's take two of one type: nothing is flipped.
 */

#define WHOLE_BYTES ((ptrdiff_t)sizeof(i32_reg))

/* sum += x·y, n <= INTEGER_BLOCK. */
BYTE_DOTS static void NAME(add_products)(int192 *sum, const void *left, const void *right, ptrdiff_t n) {
    const char *x = left, *y = right;
    const i32_reg flips = i32_spread((int32_t)(FLIP * 0x01010101u)), ones = i32_spread(0x01010101);
    i32_reg products[2] = {{0}, {0}}, factors[2] = {{0}, {0}};
    for (; n >= 2 * WHOLE_BYTES; n -= 2 * WHOLE_BYTES, x += 2 * WHOLE_BYTES, y += 2 * WHOLE_BYTES) {
        UNROLL
        for (int k = 0; k < 2; k++) {
            const i32_reg v = IN_ORDER(words_load(y + k * WHOLE_BYTES)); /* GCC would load it twice */
            products[k] = NAME(add_products_of_words)(products[k], words_load(x + k * WHOLE_BYTES) ^ flips, v);
            if (FLIP) factors[k] = NAME(add_products_of_words)(factors[k], ones, v);
        }
    }
    for (; n > 0; n -= WHOLE_BYTES, x += WHOLE_BYTES, y += WHOLE_BYTES) {
        const i32_reg v = words_load_part(y, n);
        products[0] = NAME(add_products_of_words)(products[0], words_load_part(x, n) ^ flips, v);
        if (FLIP) factors[0] = NAME(add_products_of_words)(factors[0], ones, v);
    }
    add_int64(sum, sum_of_lanes(products[0] + products[1] + START * (factors[0] + factors[1])));
}

/* out[i] = a[i]·x for at least four rows that share x, by fours; the last four may repeat some. */
BYTE_DOTS static void NAME(shared_rows)(const void *a, ptrdiff_t a_row, const void *x, ptrdiff_t n, ptrdiff_t rows, char *out,
                                   ptrdiff_t out_row) {
    const i32_reg flips = i32_spread((int32_t)(FLIP * 0x01010101u));
    int32_t starts[X_ROWS], each[4];
    NAME(starts)(starts, x, 0, 1, 1, n);
    for (ptrdiff_t i = 0; i < rows; i += 4) {
        const ptrdiff_t first = i + 4 <= rows ? i : rows - 4;
        const char *from = (const char *)a + first * a_row, *v = x;
        i32_reg sums[4] = {{0}, {0}, {0}, {0}};
        ptrdiff_t left = n;
        for (; left >= WHOLE_BYTES; left -= WHOLE_BYTES, from += WHOLE_BYTES, v += WHOLE_BYTES) {
            const i32_reg factors = IN_ORDER(words_load(v));
            UNROLL
            for (int r = 0; r < 4; r++)
                sums[r] = NAME(add_products_of_words)(sums[r], words_load(from + r * a_row) ^ flips, factors);
        }
        if (left > 0) {
            const i32_reg factors = words_load_part(v, left);
            UNROLL
            for (int r = 0; r < 4; r++)
                sums[r] = NAME(add_products_of_words)(sums[r], words_load_part(from + r * a_row, left) ^ flips, factors);
        }
        sums_of_lanes_of_four(each, sums);
        for (int r = 0; r < 4; r++) {
            const int64_t sum = (int64_t)(each[r] + starts[0]);
            memcpy(out + (first + r) * out_row, &sum, sizeof sum);
        }
    }
}

static const IntegerKernels NAME(kernels) = {
    BYTES(gather), BYTES(narrow), NAME(add_products), BYTES(count_within), NAME(shared_rows), BYTES(add_columns),
    BYTES(flush_columns), BYTES(order_columns), &NAME(product),
};

#undef WHOLE_BYTES
