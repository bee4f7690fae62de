/* Panels of the matrix product, packed from rows of any layout, once for each TYPE; NAME(x) puts the type's prefix
 * before x. kernels.h says how a panel looks. */

#define AT(r, c) ((const TYPE *)((const char *)a + (r) * row + (c) * column))

/* A panel from `filled` rows of n elements, and zeros for the rows that it lacks. Strides are in bytes, of any size. */
static void NAME(pack)(float *panel, const struct single_layout *layout, const TYPE *a, ptrdiff_t row, ptrdiff_t column,
                       ptrdiff_t filled, ptrdiff_t n) {
    const int aligned = ((size_t)a | (size_t)row | (size_t)column) % sizeof(TYPE) == 0;
    ptrdiff_t c = 0;
    if (aligned && column == sizeof(TYPE)) {
        for (; c < n; c += single_width) {
            single_reg v[single_width];
            float *to = panel + c / LANES * layout->step;
            const unsigned char *place = layout->place + c % LANES;
            UNROLL
            for (int r = 0; r < single_width; r++) {
                v[r] = (single_reg){0};
                if (r < filled) v[r] = c + single_width <= n ? NAME(load)(AT(r, c)) : NAME(load_part)(AT(r, c), n - c);
            }
            single_transpose(v);
            UNROLL
            for (int k = 0; k < single_width; k++)
                if (c + k < n) single_store(to + place[k] * layout->lane, v[k]);
        }
    } else if (aligned && row == sizeof(TYPE)) {
        for (; c < n; c++) single_store(IN_PANEL(panel, layout, c), NAME(load_part)(AT(0, c), filled));
    } else {
        for (; c < n; c++)
            for (ptrdiff_t r = 0; r < single_width; r++)
                IN_PANEL(panel, layout, c)[r] = r < filled ? NAME(one)(AT(r, c)) : 0.0f;
    }
}

#undef AT
