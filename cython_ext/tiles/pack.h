/* Packing of panels for gemm.h, once for each TYPE; NAME(x) puts the type's prefix before x. */

/* Pack n elements of each of `rows` rows of a, and zeros for what a panel of R rows and whole 32 columns has
 * besides; `pass` is how far apart two passes lie in out. Strides of a are in bytes, of any size: what is not
 * contiguous may be misaligned. */
INLINE void NAME(pack)(double *out, ptrdiff_t pass, const TYPE *a, ptrdiff_t row, ptrdiff_t column, ptrdiff_t rows,
                       const int R, ptrdiff_t n) {
    const ptrdiff_t steps = (n + LANES - 1) / LANES, filled = rows < R ? rows : R;
    const ptrdiff_t whole = column == sizeof(TYPE) ? n / LANES : 0;
    for (int r = 0; r < filled; r++) {
        const TYPE *source = (const TYPE *)((const char *)a + r * row);
        for (ptrdiff_t k = 0; k < whole; k++) {
            UNROLL
            for (int p = 0; p < LANES / f64_width; p++) {
                double *to = out + p * pass + (k * R + r) * f64_width;
                UNROLL
                for (int w = 0; w < f64_width; w += NAME(width)) {
                    const NAME(reg) v = NAME(load)(source + k * LANES + p * f64_width + w);
                    memcpy(to + w, &v, sizeof v);
                }
            }
        }
    }
    /* What lies column by column is read so, that a line of memory is read once. */
    for (ptrdiff_t c = whole * LANES; c < steps * LANES; c++) {
        double *to = out + c % LANES / f64_width * pass + c / LANES * R * f64_width + c % f64_width;
        for (int r = 0; r < R; r++) {
            TYPE v = 0;
            if (r < filled && c < n) memcpy(&v, (const char *)a + r * row + c * column, sizeof v);
            to[r * f64_width] = v;
        }
    }
    for (int r = (int)filled; r < R; r++)
        for (ptrdiff_t k = 0; k < whole; k++)
            for (int p = 0; p < LANES / f64_width; p++)
                memset(out + p * pass + (k * R + r) * f64_width, 0, f64_width * sizeof(double));
}
