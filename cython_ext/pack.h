/* Packing of panels for product.h, once for each TYPE; NAME(x) puts the type's prefix before x. */

/* Pack n elements of each of `rows` rows of a, and zeros for what a panel of R rows and whole 32 columns has
 * besides; `pass` is how far apart two passes lie in out. Strides of a are in bytes, of any size: what is not
 * contiguous may be misaligned. */
INLINE void NAME(pack)(double *out, ptrdiff_t pass, const TYPE *a, ptrdiff_t row, ptrdiff_t column, ptrdiff_t rows,
                       const int R, ptrdiff_t n) {
    const ptrdiff_t steps = (n + LANES - 1) / LANES;
    for (int r = 0; r < R; r++) {
        const char *source = (const char *)a + r * row;
        const ptrdiff_t filled = r < rows ? n : 0;
        const ptrdiff_t whole = column == sizeof(TYPE) ? filled / LANES : 0;
        for (ptrdiff_t k = 0; k < whole; k++) {
            UNROLL
            for (int p = 0; p < LANES / f64_width; p++) {
                double *to = out + p * pass + (k * R + r) * f64_width;
                UNROLL
                for (int w = 0; w < f64_width; w += NAME(width)) {
                    const NAME(reg) v = NAME(load)((const TYPE *)source + k * LANES + p * f64_width + w);
                    memcpy(to + w, &v, sizeof v);
                }
            }
        }
        for (ptrdiff_t c = whole * LANES; c < steps * LANES; c++) {
            TYPE v = 0;
            if (c < filled) memcpy(&v, source + c * column, sizeof v);
            out[c % LANES / f64_width * pass + (c / LANES * R + r) * f64_width + c % f64_width] = v;
        }
    }
}
