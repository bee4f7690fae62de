/* The matrix product in binary32: a tile of rows of x by panels of rows of a, in which a register holds one lane of
 * `single_width` neighbouring rows of a. So nothing is folded across a register, and a lane needs registers only while
 * it is summed: its sum is added to that of the lane which it meets in the fold as soon as both are there.
 *
 * In a panel, one lane comes after another, in the order in which the fold meets them: 0, 16, 8, 24, 4 ...
 */

#define SINGLE_TILE (SINGLE_ROWS * SINGLE_PANELS)
#define SINGLE_GROUPS 8 /* of four lanes, whose sums meet in registers; from one group to the next they lie in memory */
#define SINGLE_KEPT 3   /* sums of a tile that wait there at most */

/* A product of packed panels: sizes in floats, and where the outputs go of one or several panels of a. */
struct single_panels {
    const float *x, *a;
    ptrdiff_t lane_size, n;
    float *out;
    ptrdiff_t out_row, columns; /* how many outputs of a row there are */
};
#define PANEL_SIZE(p) (LANES * (p)->lane_size)

/* sums[r * panels + i] = one lane of row r of x with panel i of a. */
INLINE void single_lane(single_reg *sums, const float *x, const float *a, ptrdiff_t panel_size, ptrdiff_t steps,
                        const int panels) {
    UNROLL
    for (int o = 0; o < SINGLE_ROWS * panels; o++) sums[o] = (single_reg){0};
    for (ptrdiff_t k = 0; k < steps; k++, x += single_width, a += single_width) {
        single_reg columns[SINGLE_PANELS];
        UNROLL
        for (int i = 0; i < panels; i++) columns[i] = single_in_register(single_load(a + i * panel_size));
        UNROLL
        for (int r = 0; r < SINGLE_ROWS; r++) {
            const single_reg factor = single_spread(x[r]);
            UNROLL
            for (int i = 0; i < panels; i++)
                sums[r * panels + i] = single_fused(factor, columns[i], sums[r * panels + i]);
        }
    }
}

/* The sums of two lanes that follow each other in the panels, added. */
INLINE void single_two_lanes(single_reg *sums, const struct single_panels *p, const float *x, int place,
                             const int panels) {
    single_reg upper[SINGLE_TILE];
    UNROLL
    for (int k = 0; k < 2; k++)
        single_lane(k ? upper : sums, x + (place + k) * p->lane_size, p->a + (place + k) * p->lane_size, PANEL_SIZE(p),
                    (p->n + LANES - 1 - in_order_of_fold[place + k]) / LANES, panels);
    UNROLL
    for (int o = 0; o < SINGLE_ROWS * panels; o++) sums[o] += upper[o];
}

/* One group of lanes of the tile of rows j to j + SINGLE_ROWS of x, added to what waits in `kept`; after the last, the
 * outputs, of which there are `filled` rows. As many sums wait as there are ones in the number of the group. */
INLINE void single_tile(const struct single_panels *p, ptrdiff_t j, ptrdiff_t filled, int group, float *kept,
                        const int panels) {
    const float *x = p->x + j / single_width * PANEL_SIZE(p) + j % single_width;
    single_reg sums[SINGLE_TILE], upper[SINGLE_TILE];
    single_two_lanes(sums, p, x, 4 * group, panels);
    single_two_lanes(upper, p, x, 4 * group + 2, panels);
    UNROLL
    for (int o = 0; o < SINGLE_ROWS * panels; o++) sums[o] += upper[o];
    for (int level = group; level & 1; level >>= 1, kept += SINGLE_TILE * single_width) {
        UNROLL
        for (int o = 0; o < SINGLE_ROWS * panels; o++) sums[o] += single_load(kept + o * single_width);
    }
    if (group < SINGLE_GROUPS - 1) {
        UNROLL
        for (int o = 0; o < SINGLE_ROWS * panels; o++) single_store(kept + o * single_width, sums[o]);
        return;
    }
    UNROLL
    for (int r = 0; r < SINGLE_ROWS; r++) {
        if (r >= filled) break;
        UNROLL
        for (int i = 0; i < panels; i++)
            single_store_part(p->out + (j + r) * p->out_row + i * single_width,
                              sums[r * panels + i] + single_spread(0.0f), p->columns - i * single_width);
    }
}

INLINE void single_tiles_of(const struct single_panels *p, ptrdiff_t rows, float *kept, const int panels) {
    for (int group = 0; group < SINGLE_GROUPS; group++) {
        float *of_tile = kept;
        for (ptrdiff_t j = 0; j < rows; j += SINGLE_ROWS, of_tile += SINGLE_KEPT * SINGLE_TILE * single_width)
            single_tile(p, j, rows - j, group, of_tile, panels);
    }
}

/* out[j * out_row + i] = the sum of one block of row j of x, j < rows, with row i of SINGLE_PANELS panels of a, or of
 * one if there are no more columns. Each group of lanes goes over all rows, so that its part of a stays in L1. `kept`
 * has room for SINGLE_KEPT registers an output. */
static void single_tiles(const struct single_panels *p, ptrdiff_t rows, float *kept) {
    if (p->columns > single_width * (SINGLE_PANELS - 1))
        single_tiles_of(p, rows, kept, SINGLE_PANELS);
    else
        single_tiles_of(p, rows, kept, 1);
}
