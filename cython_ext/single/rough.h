/* Scores of rows in floats for those who only want to know which rows the law must score: in the order of work that is
 * quickest, so they are not the single tier's.
 */
#ifndef ONEDOT_SINGLE_ROUGH_H
#define ONEDOT_SINGLE_ROUGH_H

#define ROUGH_ROWS (single_width > 8 ? single_width : 8) /* at once: a chain of fused products each */
#define ROUGH_SQUARES 4                                  /* chains of squares, which all rows share */
#define AHEAD (2 * ROUGH_ROWS)                           /* rows to fetch ahead, as prefetchers do not follow so many */
#define IN_CACHE ((ptrdiff_t)1 << 18) /* floats of rows that are not: 1000x64 took 1.3 times as long, from L2; from memory
                                       * 4000x128 takes 0.4 of the time (Zen 4) */

INLINE void rough_step(const char *a, ptrdiff_t a_row, const float *x, ptrdiff_t n, const int whole, const int far,
                       single_reg *sums, single_reg *squares) {
    const single_reg shared = whole ? single_load(x) : single_load_part(x, n);
    UNROLL
    for (int r = 0; r < ROUGH_ROWS; r++) {
        const float *row = (const float *)(a + r * a_row);
        const single_reg v = whole ? single_load(row) : single_load_part(row, n);
        if (far) PREFETCH(a + (AHEAD + r) * a_row);
        sums[r] = single_fused(v, shared, sums[r]);
        squares[r % ROUGH_SQUARES] = single_fused(v, v, squares[r % ROUGH_SQUARES]);
    }
}

/* out[r] = a[r]·x, nearly, of ROUGH_ROWS rows. */
INLINE void rough_group(const char *a, ptrdiff_t a_row, const float *x, ptrdiff_t n, const int far, single_reg *squares,
                        float *out) {
    single_reg sums[ROUGH_ROWS];
    ptrdiff_t c = 0;
    UNROLL
    for (int r = 0; r < ROUGH_ROWS; r++) sums[r] = single_spread(0.0f);
    for (; c + single_width <= n; c += single_width, a += single_width * sizeof(float))
        rough_step(a, a_row, x + c, n - c, 1, far, sums, squares);
    if (c < n) rough_step(a, a_row, x + c, n - c, 0, 0, sums, squares);
    UNROLL
    for (int r = 0; r < ROUGH_ROWS; r += single_width) single_store(out + r, single_fold_each(sums + r));
}

/* The same for ROUGH_ROWS rows at least; returns the sum of the squares of a, some counted twice. */
static float rough_scores(const float *a, ptrdiff_t a_row, const float *x, ptrdiff_t n, ptrdiff_t rows, float *out) {
    single_reg squares[ROUGH_SQUARES];
    UNROLL
    for (int k = 0; k < ROUGH_SQUARES; k++) squares[k] = single_spread(0.0f);
    for (ptrdiff_t i = 0; i < rows; i += ROUGH_ROWS) {
        if (i > rows - ROUGH_ROWS) i = rows - ROUGH_ROWS; /* some of these are done already */
        const char *group = (const char *)a + i * a_row;
        if (rows * n > IN_CACHE)
            rough_group(group, a_row, x, n, 1, squares, out + i);
        else
            rough_group(group, a_row, x, n, 0, squares, out + i);
    }
    return single_fold((squares[0] + squares[1]) + (squares[2] + squares[3]));
}

#endif
