/* How operands of small matrix products are widened, once for each TYPE; NAME(x) puts the type's prefix before x.
 * Strides are in bytes, of any size: elements may be misaligned. */

/* strip[c * STRIP + j] = b[c][j] for n rows of `taken` columns, and zeros for the columns that are missing. */
static void NAME(pack_strip)(double *strip, const TYPE *b, ptrdiff_t row, ptrdiff_t column, ptrdiff_t n,
                             ptrdiff_t taken) {
    if (taken == STRIP && column == sizeof(TYPE)) {
        for (ptrdiff_t c = 0; c < n; c++) {
            UNROLL
            for (int k = 0; k < STRIP; k += NAME(width)) {
                const NAME(reg) v = NAME(load)((const TYPE *)((const char *)b + c * row) + k);
                memcpy(strip + c * STRIP + k, &v, sizeof v);
            }
        }
        return;
    }
    for (ptrdiff_t j = 0; j < STRIP; j++) {
        for (ptrdiff_t c = 0; c < n; c++) {
            TYPE v = 0;
            if (j < taken) memcpy(&v, (const char *)b + c * row + j * column, sizeof v);
            strip[c * STRIP + j] = v;
        }
    }
}

/* out[c] = a[c]. */
static void NAME(widen_row)(double *out, const TYPE *a, ptrdiff_t stride, ptrdiff_t n) {
    for (ptrdiff_t c = 0; c < n; c++) {
        TYPE v;
        memcpy(&v, (const char *)a + c * stride, sizeof v);
        out[c] = v;
    }
}
