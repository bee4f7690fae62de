/* Matrix products too small to pay for panels: out[i][j] = the sum of a block of a[i][c] * b[c][j]. A register
 * holds neighbouring outputs of one row, so that nothing is folded across it. A strip of PRODUCT_REGS registers of
 * b is packed, and meets a few rows of a at a time where they lie.
 *
 * A tile does one lane after another, and adds each to its fold as soon as the other half of that is there: so the
 * sums of only a few lanes are alive, and they stay in registers. Lanes that n does not reach are zeros, and left
 * out; what remains of the +0.0 that a lane starts from is that no sum is -0.0.
 */

#define STRIP (PRODUCT_REGS * f64_width)
#define TILE (PRODUCT_ROWS * PRODUCT_REGS)

/* GCC would do all products first and keep them in memory, and the adds thereafter: 3.4 us for 32x32, 1.4 so. */
#if defined(__x86_64__) && defined(__GNUC__) && f64_width > 4
#define IN_ORDER(v) ({ f64_reg settled = (v); __asm__ volatile("" : "+v"(settled)); settled; })
#elif defined(__x86_64__) && defined(__GNUC__) && f64_width > 1
#define IN_ORDER(v) ({ f64_reg settled = (v); __asm__ volatile("" : "+x"(settled)); settled; })
#else
#define IN_ORDER(v) (v)
#endif

/* sums[r * PRODUCT_REGS + k] = or += a[r][c] * register k of row c of the strip. */
INLINE void product_column(f64_reg *sums, const double *const *a, const double *strip, ptrdiff_t c, const int first) {
    f64_reg columns[PRODUCT_REGS];
    UNROLL
    for (int k = 0; k < PRODUCT_REGS; k++)
        columns[k] = KEEP_IN_REGISTER(f64_load(strip + c * STRIP + k * f64_width));
    UNROLL
    for (int r = 0; r < PRODUCT_ROWS; r++) {
        const f64_reg factor = f64_spread(a[r][c]);
        UNROLL
        for (int k = 0; k < PRODUCT_REGS; k++) {
            const f64_reg product = factor * columns[k];
            sums[r * PRODUCT_REGS + k] = first ? product : sums[r * PRODUCT_REGS + k] + product;
        }
    }
}

/* One lane of n columns; of 32, 16 or 0 lanes, a constant, it is known that n reaches them. */
INLINE void product_fold_32(f64_reg *sums, const double *const *a, const double *strip, ptrdiff_t n, const int lane,
                            const int lanes) {
    product_column(sums, a, strip, lane, 1);
    if (lanes == LANES)
        for (ptrdiff_t c = lane + LANES; c < n; c += LANES) product_column(sums, a, strip, c, 0);
}

/* The fold of lanes `lane`, lane + apart, lane + 2 * apart and so on, from the two of twice that distance. */
#define FOLD_OF_LANES(apart, half)                                                                                \
    INLINE void product_fold_##apart(f64_reg *sums, const double *const *a, const double *strip, ptrdiff_t n,     \
                                     const int lane, const int lanes) {                                            \
        f64_reg upper[TILE];                                                                                      \
        half(sums, a, strip, n, lane, lanes);                                                                      \
        if (lanes < 2 * apart && lane + apart >= n) return;                                                       \
        half(upper, a, strip, n, lane + apart, lanes);                                                             \
        UNROLL                                                                                                    \
        for (int o = 0; o < TILE; o++) sums[o] = IN_ORDER(sums[o] + upper[o]);                                    \
    }
FOLD_OF_LANES(16, product_fold_32)
FOLD_OF_LANES(8, product_fold_16)
FOLD_OF_LANES(4, product_fold_8)
FOLD_OF_LANES(2, product_fold_4)
FOLD_OF_LANES(1, product_fold_2)

INLINE void product_tile_of(const double *const *rows, const double *strip, ptrdiff_t n, const int lanes,
                            double *const *out) {
    const double *a[PRODUCT_ROWS];
    f64_reg sums[TILE];
    UNROLL
    for (int r = 0; r < PRODUCT_ROWS; r++) a[r] = rows[r];
    product_fold_1(sums, a, strip, n, 0, lanes);
    UNROLL
    for (int o = 0; o < TILE; o++) {
        const f64_reg v = sums[o] + 0.0;
        memcpy(out[o / PRODUCT_REGS] + o % PRODUCT_REGS * f64_width, &v, sizeof v);
    }
}

/* out[r][j] = the sum of a block of rows[r][c] * strip[c][j]: PRODUCT_ROWS by STRIP of them, 1 <= n <= BLOCK. */
static void product_tile(const double *const *rows, const double *strip, ptrdiff_t n, double *const *out) {
    if (n >= LANES)
        product_tile_of(rows, strip, n, LANES, out);
    else if (n >= LANES / 2)
        product_tile_of(rows, strip, n, LANES / 2, out);
    else
        product_tile_of(rows, strip, n, 0, out);
}

#undef FOLD_OF_LANES
#undef IN_ORDER
#undef TILE
