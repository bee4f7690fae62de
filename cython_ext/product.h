/* The tile of a matrix product: TILE_M x TILE_S outputs, each the sum of one block, in 32 lanes of its own.
 *
 * That many lanes of that many outputs do not fit the registers, so the tile passes over the block once for
 * every register of lanes, and only one register of each output is live at a time. Operands come packed in
 * the order of those passes, widened to double: element c of row r of panel i of a group, R rows each, stands at
 *     (((pass * panels + i) * steps + c / 32) * R + r) * width + c % width,  pass = c % 32 / width.
 * A step of a pass loads TILE_M + TILE_S registers for TILE_M * TILE_S products, and reads memory in sequence.
 */

#define PASSES (LANES / f64_width)
#define HALF_PASSES (PASSES / 2)
#define OUTPUTS (TILE_M * TILE_S)

/* sums[j * TILE_M + i] = the lanes of one pass over rows i of a and j of x. */
INLINE void product_pass(const double *a, const double *x, ptrdiff_t steps, f64_reg *sums) {
    UNROLL
    for (int o = 0; o < OUTPUTS; o++) sums[o] = (f64_reg){0};
    for (ptrdiff_t k = 0; k < steps; k++, a += TILE_M * f64_width, x += TILE_S * f64_width) {
        f64_reg rows[TILE_M];
        UNROLL
        for (int i = 0; i < TILE_M; i++) rows[i] = KEEP_IN_REGISTER(f64_load(a + i * f64_width));
        UNROLL
        for (int j = 0; j < TILE_S; j++) {
            const f64_reg column = KEEP_IN_REGISTER(f64_load(x + j * f64_width));
            UNROLL
            for (int i = 0; i < TILE_M; i++)
                sums[j * TILE_M + i] = f64_multiply_add(sums[j * TILE_M + i], rows[i], column);
        }
    }
}

/* out[j * out_row + i] = the folds of what the passes left, sums[j * TILE_M + i]. */
INLINE void store_tile(const f64_reg *sums, double *out, ptrdiff_t out_row) {
    double tile[OUTPUTS];
    int o = 0;
    UNROLL
    for (; o + f64_width <= OUTPUTS; o += f64_width) {
        const f64_reg each = f64_fold_each(sums + o);
        memcpy(tile + o, &each, sizeof each);
    }
    UNROLL
    for (; o < OUTPUTS; o++) tile[o] = f64_fold(sums[o]);
    for (int j = 0; j < TILE_S; j++) memcpy(out + j * out_row, tile + j * TILE_M, TILE_M * sizeof(double));
}

/* to[o] = sums[o]; a memcpy would pin sums to memory through the whole pass. */
INLINE void keep(f64_reg *to, const f64_reg *sums) {
    UNROLL
    for (int o = 0; o < OUTPUTS; o++) to[o] = sums[o];
}

INLINE void add_kept(f64_reg *sums, const f64_reg *kept) {
    UNROLL
    for (int o = 0; o < OUTPUTS; o++) sums[o] += kept[o];
}

/* out[j * out_row + i] = the sum of one block of row i of `panels` panels of a times row j of one of x, packed.
 * Each pass goes over all panels, so that its part of x stays in L1. `room` holds HALF_PASSES * OUTPUTS
 * registers a panel. The first halving of the lanes adds pass HALF_PASSES + p to pass p. */
static void product_panels(const double *a, ptrdiff_t panels, const double *x, ptrdiff_t steps, double *out,
                           ptrdiff_t out_row, double *room) {
    const ptrdiff_t a_size = steps * TILE_M * f64_width, x_size = steps * TILE_S * f64_width;
    for (int p = 0; p < PASSES; p++, x += x_size) {
        f64_reg *kept = (f64_reg *)room + p % HALF_PASSES * OUTPUTS;
        for (ptrdiff_t i = 0; i < panels; i++, a += a_size, kept += HALF_PASSES * OUTPUTS) {
            f64_reg sums[OUTPUTS];
            product_pass(a, x, steps, sums);
            if (p < HALF_PASSES) {
                keep(kept, sums);
                continue;
            }
            add_kept(sums, kept);
            if (p < PASSES - 1) {
                keep(kept, sums);
                continue;
            }
            f64_reg *first = kept - (HALF_PASSES - 1) * OUTPUTS;
            UNROLL
            for (int half = HALF_PASSES / 2; half >= 1; half /= 2) { /* the last of each half is in registers */
                for (int o = 0; o < (half - 1) * OUTPUTS; o++) first[o] += first[o + half * OUTPUTS];
                add_kept(sums, first + (half - 1) * OUTPUTS);
            }
            store_tile(sums, out + i * TILE_M, out_row);
        }
    }
}
