/* Matrix products too small to pay for panels, once for each register that they are summed in: TYPE is what it holds, and
 * NAME(x) puts its prefix before x. out[i][j] = the sum of a block of a[i][c] * b[c][j]. A register holds neighbouring
 * outputs of one row, so that nothing is folded across it. A strip of NAME(product_regs) registers of b is packed, and
 * meets a few rows of a at a time where they lie.
 *
 * A tile does one lane after another, and adds each to its fold as soon as the other half of that is there: so the
 * sums of only a few lanes are alive, and they stay in registers. Lanes that n does not reach are zeros, and left
 * out; what remains of the +0.0 that a lane starts from is that no sum is -0.0.
 */

#define REG NAME(reg)
#define ROWS NAME(product_rows)
#define REGS NAME(product_regs)
#define TILE (ROWS * REGS)
#define STRIP_SIZE (REGS * NAME(width))

/* sums[r * REGS + k] = or += a[r][c] * register k of row c of the strip. */
INLINE void NAME(product_column)(REG *sums, const TYPE *const *a, const TYPE *strip, ptrdiff_t c, const int first) {
    REG columns[REGS];
    UNROLL
    for (int k = 0; k < REGS; k++) columns[k] = NAME(in_register)(NAME(load)(strip + c * STRIP_SIZE + k * NAME(width)));
    UNROLL
    for (int r = 0; r < ROWS; r++) {
        const REG factor = NAME(spread)(a[r][c]);
        UNROLL
        for (int k = 0; k < REGS; k++)
            sums[r * REGS + k] = first ? factor * columns[k]
                                       : NAME(multiply_add)(sums[r * REGS + k], factor, columns[k]);
    }
}

/* One lane of n columns; of 32, 16 or 0 lanes, a constant, it is known that n reaches them. */
INLINE void NAME(product_fold_32)(REG *sums, const TYPE *const *a, const TYPE *strip, ptrdiff_t n, const int lane,
                                  const int lanes) {
    NAME(product_column)(sums, a, strip, lane, 1);
    if (lanes == LANES)
        for (ptrdiff_t c = lane + LANES; c < n; c += LANES) NAME(product_column)(sums, a, strip, c, 0);
}

/* The fold of lanes `lane`, lane + apart, lane + 2 * apart and so on, from the two of twice that distance. */
#define FOLD_OF_LANES(fold, apart, half)                                                                           \
    INLINE void fold(REG *sums, const TYPE *const *a, const TYPE *strip, ptrdiff_t n, const int lane,              \
                     const int lanes) {                                                                            \
        REG upper[TILE];                                                                                           \
        half(sums, a, strip, n, lane, lanes);                                                                      \
        if (lanes < 2 * apart && lane + apart >= n) return;                                                        \
        half(upper, a, strip, n, lane + apart, lanes);                                                             \
        UNROLL                                                                                                     \
        for (int o = 0; o < TILE; o++) sums[o] = IN_ORDER(sums[o] + upper[o]);                                     \
    }
FOLD_OF_LANES(NAME(product_fold_16), 16, NAME(product_fold_32))
FOLD_OF_LANES(NAME(product_fold_8), 8, NAME(product_fold_16))
FOLD_OF_LANES(NAME(product_fold_4), 4, NAME(product_fold_8))
FOLD_OF_LANES(NAME(product_fold_2), 2, NAME(product_fold_4))
FOLD_OF_LANES(NAME(product_fold_1), 1, NAME(product_fold_2))

INLINE void NAME(product_tile_of)(const TYPE *const *rows, const TYPE *strip, ptrdiff_t n, const int lanes,
                                  char *const *out, int rounded) {
    const TYPE *a[ROWS];
    REG sums[TILE];
    UNROLL
    for (int r = 0; r < ROWS; r++) a[r] = rows[r];
    NAME(product_fold_1)(sums, a, strip, n, 0, lanes);
    UNROLL
    for (int o = 0; o < TILE; o++) {
        const REG v = sums[o] + NAME(spread)(0);
        if (rounded)
            NAME(store_rounded)((float *)out[o / REGS] + o % REGS * NAME(width), v);
        else
            memcpy((TYPE *)out[o / REGS] + o % REGS * NAME(width), &v, sizeof v);
    }
}

/* out[r][j] = the sum of a block of rows[r][c] * strip[c][j]: ROWS by STRIP_SIZE of them, rounded to float if `rounded`,
 * 1 <= n <= BLOCK. */
static void NAME(product_tile)(const TYPE *const *rows, const TYPE *strip, ptrdiff_t n, char *const *out, int rounded) {
    if (n >= LANES)
        NAME(product_tile_of)(rows, strip, n, LANES, out, rounded);
    else if (n >= LANES / 2)
        NAME(product_tile_of)(rows, strip, n, LANES / 2, out, rounded);
    else
        NAME(product_tile_of)(rows, strip, n, 0, out, rounded);
}

#undef REG
#undef ROWS
#undef REGS
#undef TILE
#undef STRIP_SIZE
#undef FOLD_OF_LANES
