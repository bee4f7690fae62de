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

/* sums[j * TILE_M + i] = the lanes of one pass over rows i of a and j of x. If their products are exact, a constant,
 * they are fused with the adds. `ahead` are two places that the caller will read next, a cache line a step of each. */
INLINE void product_pass(const double *a, const double *x, ptrdiff_t steps, const int exact, const char *const *ahead,
                         f64_reg *sums) {
    UNROLL
    for (int o = 0; o < OUTPUTS; o++) sums[o] = (f64_reg){0};
    for (ptrdiff_t k = 0; k < steps; k++, a += TILE_M * f64_width, x += TILE_S * f64_width) {
        f64_reg rows[TILE_M];
        PREFETCH(ahead[0] + k * LINE);
        PREFETCH(ahead[1] + k * LINE);
        UNROLL
        for (int i = 0; i < TILE_M; i++) rows[i] = KEEP_IN_REGISTER(f64_load(a + i * f64_width));
        UNROLL
        for (int j = 0; j < TILE_S; j++) {
            const f64_reg column = KEEP_IN_REGISTER(f64_load(x + j * f64_width));
            UNROLL
            for (int i = 0; i < TILE_M; i++) {
                f64_reg *sum = sums + j * TILE_M + i;
                *sum = exact ? f64_add_exact_product(*sum, rows[i], column) : f64_multiply_add(*sum, rows[i], column);
            }
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

/* What the next call will read: rows of x that are yet to be packed, `size` bytes each, TILE_S of them. */
struct ahead {
    const char *rows;
    ptrdiff_t row, size;
};

/* Where panel i of a pass fetches ahead: two rows of the next x, of each the part that is the pass's share. */
INLINE void places_ahead(const struct ahead *next, ptrdiff_t panels, ptrdiff_t i, int pass, const char **places) {
    for (int half = 0; half < 2; half++) {
        const ptrdiff_t r = i + half * panels;
        places[half] = next->rows + (r < TILE_S ? r * next->row + pass * (next->size / PASSES) : 0);
    }
}

/* out[j * out_row + i] = the sum of one block of row i of `panels` panels of a times row j of one of x, packed.
 * Each pass goes over all panels, so that its part of x stays in L1. `room` holds HALF_PASSES * OUTPUTS
 * registers a panel. The first halving of the lanes adds pass HALF_PASSES + p to pass p. */
INLINE void product_panels(const double *a, ptrdiff_t panels, const double *x, ptrdiff_t steps, const int exact,
                           const struct ahead *next, double *out, ptrdiff_t out_row, double *room) {
    const ptrdiff_t a_size = steps * TILE_M * f64_width, x_size = steps * TILE_S * f64_width;
    for (int p = 0; p < PASSES; p++, x += x_size) {
        f64_reg *kept = (f64_reg *)room + p % HALF_PASSES * OUTPUTS;
        for (ptrdiff_t i = 0; i < panels; i++, a += a_size, kept += HALF_PASSES * OUTPUTS) {
            f64_reg sums[OUTPUTS];
            const char *places[2];
            places_ahead(next, panels, i, p, places);
            product_pass(a, x, steps, exact, places, sums);
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

static void f64_product_panels(const double *a, ptrdiff_t panels, const double *x, ptrdiff_t steps,
                               const struct ahead *next, double *out, ptrdiff_t out_row, double *room) {
    product_panels(a, panels, x, steps, 0, next, out, out_row, room);
}

/* Packed float32: its products are exact in binary64. */
static void f32_product_panels(const double *a, ptrdiff_t panels, const double *x, ptrdiff_t steps,
                               const struct ahead *next, double *out, ptrdiff_t out_row, double *room) {
    product_panels(a, panels, x, steps, 1, next, out, out_row, room);
}
