/* The tile of a matrix product: TILE_M x TILE_S outputs, each the sum of one block, in 32 lanes of its own.
 *
 * That many lanes of that many outputs do not fit the registers, so the tile passes over the block once for
 * every register of lanes, and only one register of each output is live at a time. Operands come packed in
 * the order of those passes, widened to double: element c of row r of a panel of R rows stands at
 *     ((pass * steps + c / 32) * R + r) * width + c % width,  pass = c % 32 / width, steps = ceil(n / 32).
 * A step of a pass loads TILE_M + TILE_S registers for TILE_M * TILE_S products, and reads memory in sequence.
 */

#define PASSES (LANES / f64_width)
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

/* out[j * TILE_M + i] = the sum of one block of row i of a times row j of x, both packed. */
static void product_tile(const double *a, const double *x, ptrdiff_t steps, double *out) {
    f64_reg folded[PASSES / 2 + (PASSES < 2)][OUTPUTS], sums[OUTPUTS];
    const ptrdiff_t a_pass = steps * TILE_M * f64_width, x_pass = steps * TILE_S * f64_width;
    for (int p = 0; p < PASSES / 2; p++) { /* the first halving of the lanes adds pass p + PASSES/2 to pass p */
        product_pass(a + p * a_pass, x + p * x_pass, steps, sums);
        memcpy(folded[p], sums, sizeof sums);
        product_pass(a + (p + PASSES / 2) * a_pass, x + (p + PASSES / 2) * x_pass, steps, sums);
        UNROLL
        for (int o = 0; o < OUTPUTS; o++) folded[p][o] += sums[o];
    }
    for (int half = PASSES / 4; half >= 1; half /= 2)
        for (int p = 0; p < half; p++)
            for (int o = 0; o < OUTPUTS; o++) folded[p][o] += folded[p + half][o];
    int o = 0;
    for (; o + f64_width <= OUTPUTS; o += f64_width) {
        const f64_reg each = f64_fold_each(folded[0] + o);
        memcpy(out + o, &each, sizeof each);
    }
    for (; o < OUTPUTS; o++) out[o] = f64_fold(folded[0][o]);
}
