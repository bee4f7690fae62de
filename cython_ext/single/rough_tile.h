/* Rough scores of many rows with many: a tile of the ordinary matrix product of panels, each sum one chain of products in
 * the order of the elements, in parts of ROUGH_PART, so that what a tile reads stays in L1.
 */
#ifndef ONEDOT_SINGLE_ROUGH_TILE_H
#define ONEDOT_SINGLE_ROUGH_TILE_H

#define ROUGH_PART 256
#define ROUGH_TILE (SINGLE_ROWS * ROUGH_PANELS)

/* out[r, i] = the sum of n products of column r of x with column i of ROUGH_PANELS panels of a, or as much more. */
static void rough_tile(const float *x, const float *a, ptrdiff_t panel_size, ptrdiff_t n, float *out, ptrdiff_t out_row,
                       int more) {
    single_reg sums[ROUGH_TILE];
    UNROLL
    for (int o = 0; o < ROUGH_TILE; o++) sums[o] = single_spread(0.0f);
    for (ptrdiff_t c = 0; c < n; c++, x += single_width, a += single_width) {
        single_reg columns[ROUGH_PANELS];
        UNROLL
        for (int i = 0; i < ROUGH_PANELS; i++) columns[i] = single_load(a + i * panel_size);
        UNROLL
        for (int r = 0; r < SINGLE_ROWS; r++) {
            const single_reg factor = single_spread(x[r]);
            UNROLL
            for (int i = 0; i < ROUGH_PANELS; i++)
                sums[r * ROUGH_PANELS + i] = rough_multiply_add(factor, columns[i], sums[r * ROUGH_PANELS + i]);
        }
    }
    UNROLL
    for (int o = 0; o < ROUGH_TILE; o++) {
        float *place = out + o / ROUGH_PANELS * out_row + o % ROUGH_PANELS * single_width;
        single_store(place, more ? sums[o] + single_load(place) : sums[o]);
    }
}

/* squares[i] += the sum of squares of n elements of column i of a panel, i < single_width. */
static void rough_add_squares(float *squares, const float *a, ptrdiff_t n) {
    single_reg sums[4] = {single_load(squares), single_spread(0.0f), single_spread(0.0f), single_spread(0.0f)};
    ptrdiff_t c = 0;
    for (; c + 4 <= n; c += 4, a += 4 * single_width) {
        UNROLL
        for (int k = 0; k < 4; k++) {
            const single_reg v = single_load(a + k * single_width);
            sums[k] = rough_multiply_add(v, v, sums[k]);
        }
    }
    for (; c < n; c++, a += single_width) sums[0] = rough_multiply_add(single_load(a), single_load(a), sums[0]);
    single_store(squares, (sums[0] + sums[1]) + (sums[2] + sums[3]));
}

#endif
