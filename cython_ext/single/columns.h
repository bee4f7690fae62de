/* Two matrices that run along their columns, in binary32, once for each TYPE; NAME(x) puts the type's prefix before x. */

#define AT(a, stride, i) ((const TYPE *)((const char *)(a) + (i) * (stride)))

/* strip->kept[5] = the sums of a block of a[i] * x[i], where both matrices run along their columns. */
static void NAME(paired_column_sums)(const struct single_strip *strip, const TYPE *a, ptrdiff_t a_row, const TYPE *x,
                                     ptrdiff_t x_row, ptrdiff_t n) {
    memset(strip->lanes, 0, (size_t)(LANES * strip->wide) * sizeof *strip->lanes);
    for (ptrdiff_t i = 0; i < n; i++) {
        float *lane = strip->lanes + i % LANES * strip->wide;
        for (ptrdiff_t j = 0; j < strip->size; j += single_width) {
            const single_reg aj = NAME(load_part)(AT(a, a_row, i) + j, strip->size - j);
            const single_reg xj = NAME(load_part)(AT(x, x_row, i) + j, strip->size - j);
            single_store(lane + j, single_fused(aj, xj, single_load(lane + j)));
        }
    }
    single_fold_strip(strip);
}

#undef AT
