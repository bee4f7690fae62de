/* The matrix product in binary32: a tile of rows of x by panels of rows of a, in which a register holds one lane of
 * `single_width` neighbouring rows of a. So nothing is folded across a register, and a lane needs no registers but while
 * it is summed: its sum is added to that of the lane which it meets in the fold as soon as both are there.
 *
 * A panel is single_width rows, one lane after another in the order in which the fold meets them: 0, 16, 8, 24, 4 ...
 * Element c of row r is panel[place_of_lane[c % 32] * lane_size + c / 32 * single_width + r].
 */

#define SINGLE_GROUPS 8 /* of four lanes, whose sums meet in registers; from one group to the next they lie in memory */
#define SINGLE_WHOLE (SINGLE_ROWS > SINGLE_THIN_ROWS ? SINGLE_ROWS : SINGLE_THIN_ROWS) /* rows of every kind of tile */
#define SINGLE_LEAST_ROWS (SINGLE_ROWS < SINGLE_THIN_ROWS ? SINGLE_ROWS : SINGLE_THIN_ROWS)
#define SINGLE_KEPT 3   /* sums of a tile that wait there at most */
#define SINGLE_MOST (SINGLE_ROWS * SINGLE_PANELS > SINGLE_THIN_ROWS ? SINGLE_ROWS * SINGLE_PANELS : SINGLE_THIN_ROWS)

static const unsigned char place_of_lane[LANES] = {0, 16, 8, 24, 4, 20, 12, 28, 2, 18, 10, 26, 6, 22, 14, 30,
                                                   1, 17, 9, 25, 5, 21, 13, 29, 3, 19, 11, 27, 7, 23, 15, 31};

/* Rows of x: packed, so that a row is one number after the other, or where they lie. Distances in floats. */
struct single_rows {
    const float *x;
    ptrdiff_t row, panel_size; /* of rows where they lie, and of packed ones */
    ptrdiff_t lanes[LANES]; /* where each lane starts, in the order of panels */
    int packed;
};

/* Panels of a, and where the outputs of a tile go: only `columns` of the panels' rows. */
struct single_panels {
    const float *a;
    ptrdiff_t panel_size, lane_size, n;
    float *out;
    ptrdiff_t out_row, columns;
};

/* sums[r * panels + p] = one lane of row r with panel p. */
INLINE void single_lane(single_reg *sums, const float *x, ptrdiff_t row, ptrdiff_t step, const float *a,
                        ptrdiff_t panel_size, ptrdiff_t steps, const int rows, const int panels) {
    UNROLL
    for (int o = 0; o < rows * panels; o++) sums[o] = (single_reg){0};
    for (ptrdiff_t k = 0; k < steps; k++, x += step, a += single_width) {
        single_reg columns[SINGLE_PANELS];
        UNROLL
        for (int p = 0; p < panels; p++) columns[p] = KEEP_SINGLE(single_load(a + p * panel_size));
        UNROLL
        for (int r = 0; r < rows; r++) {
            const single_reg factor = single_spread(x[r * row]);
            UNROLL
            for (int p = 0; p < panels; p++)
                sums[r * panels + p] = single_fused(factor, columns[p], sums[r * panels + p]);
        }
    }
}

/* The fold of the `count` lanes from the place `t` on. */
#define LANE_OF(t)                                                                                                  \
    single_lane(sums, row + x->lanes[t], packed ? 1 : x->row, packed ? single_width : LANES,                       \
                a->a + (t) * a->lane_size, a->panel_size, (a->n + LANES - 1 - place_of_lane[t]) / LANES, rows, panels)
INLINE void single_two_lanes(single_reg *out, const struct single_rows *x, const float *row,
                             const struct single_panels *a, ptrdiff_t t, const int packed, const int rows,
                             const int panels) {
    single_reg sums[SINGLE_MOST];
    LANE_OF(t);
    UNROLL
    for (int o = 0; o < rows * panels; o++) out[o] = sums[o];
    LANE_OF(t + 1);
    UNROLL
    for (int o = 0; o < rows * panels; o++) out[o] += sums[o];
}
#undef LANE_OF

/* One group of lanes of a tile, added to what waits in `kept`; after the last one, the outputs of its first `filled`
 * rows. The number of sums that wait is that of the ones in the number of the group. */
INLINE void single_tile(const struct single_rows *x, ptrdiff_t j, ptrdiff_t filled, const struct single_panels *a,
                        int group, float *kept, const int packed, const int rows, const int panels) {
    const float *row = x->x + (packed ? j / single_width * x->panel_size + j % single_width : j * x->row);
    single_reg sums[SINGLE_MOST], upper[SINGLE_MOST];
    single_two_lanes(sums, x, row, a, 4 * group, packed, rows, panels);
    single_two_lanes(upper, x, row, a, 4 * group + 2, packed, rows, panels);
    UNROLL
    for (int o = 0; o < rows * panels; o++) sums[o] += upper[o];
    for (int level = group; level & 1; level >>= 1, kept += rows * panels * single_width) {
        UNROLL
        for (int o = 0; o < rows * panels; o++) sums[o] += single_load(kept + o * single_width);
    }
    if (group < SINGLE_GROUPS - 1) {
        UNROLL
        for (int o = 0; o < rows * panels; o++) single_store(kept + o * single_width, sums[o]);
        return;
    }
    UNROLL
    for (int r = 0; r < rows; r++) {
        if (r >= filled) break;
        UNROLL
        for (int p = 0; p < panels; p++)
            single_store_part(a->out + (j + r) * a->out_row + p * single_width, sums[r * panels + p] + single_spread(0.0f),
                              a->columns - p * single_width);
    }
}

/* out[j * out_row + i] = the sum of one block of row j of x, j < count, with row i of the panels of a. Each group of lanes
 * goes over all rows, so that its part of a stays in L1. `kept` has room for SINGLE_KEPT registers an output. */
INLINE void single_tiles_of(const struct single_rows *x, ptrdiff_t count, const struct single_panels *a, float *kept,
                            const int packed, const int rows, const int panels) {
    for (int group = 0; group < SINGLE_GROUPS; group++) {
        float *of_tile = kept;
        for (ptrdiff_t j = 0; j < count; j += rows, of_tile += SINGLE_KEPT * rows * panels * single_width)
            single_tile(x, j, count - j, a, group, of_tile, packed, rows, panels);
    }
}

/* The same for SINGLE_PANELS panels, or one; of rows that are not packed, `count` fills whole tiles. */
static void single_tiles(const struct single_rows *x, ptrdiff_t count, const struct single_panels *a, float *kept) {
    if (a->columns > single_width * (SINGLE_PANELS - 1)) {
        if (x->packed)
            single_tiles_of(x, count, a, kept, 1, SINGLE_ROWS, SINGLE_PANELS);
        else
            single_tiles_of(x, count, a, kept, 0, SINGLE_ROWS, SINGLE_PANELS);
    } else if (x->packed)
        single_tiles_of(x, count, a, kept, 1, SINGLE_THIN_ROWS, 1);
    else
        single_tiles_of(x, count, a, kept, 0, SINGLE_THIN_ROWS, 1);
}
