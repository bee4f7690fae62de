/* How operands of small matrix products are widened, once for each TYPE; NAME(x) puts the type's prefix before x.
 * Strides are in bytes, of any size: elements may be misaligned. */

/* strip[c * STRIP + j] = b[c][j] for n rows that are contiguous. */
INLINE void NAME(pack_rows_of_strip)(double *strip, const TYPE *b, ptrdiff_t row, ptrdiff_t n) {
    for (ptrdiff_t c = 0; c < n; c++) {
        UNROLL
        for (int k = 0; k < STRIP; k += NAME(width)) {
            const NAME(reg) v = NAME(load)((const TYPE *)((const char *)b + c * row) + k);
            memcpy(strip + c * STRIP + k, &v, sizeof v);
        }
    }
}

/* The same for columns that are contiguous, four by four; returns how many elements of each that is. */
INLINE ptrdiff_t NAME(pack_columns_of_strip)(double *strip, const TYPE *b, ptrdiff_t column, ptrdiff_t n) {
    ptrdiff_t c = 0;
#if q64_width == 4
    for (; c + 4 <= n; c += 4) {
        for (int j = 0; j < STRIP; j += 4) {
            q64_reg v[4];
            UNROLL
            for (int r = 0; r < 4; r++) v[r] = NAME(load_four)((const TYPE *)((const char *)b + (j + r) * column) + c);
            q64_transpose(v);
            UNROLL
            for (int r = 0; r < 4; r++) memcpy(strip + (c + r) * STRIP + j, &v[r], sizeof v[r]);
        }
    }
#else
    (void)strip, (void)b, (void)column, (void)n;
#endif
    return c;
}

/* strip[c * STRIP + j] = b[c][j] for n rows of `taken` columns, and zeros for the columns that are missing. */
static void NAME(pack_strip)(double *strip, const TYPE *b, ptrdiff_t row, ptrdiff_t column, ptrdiff_t n,
                             ptrdiff_t taken) {
    ptrdiff_t done = 0;
    if (taken == STRIP && column == sizeof(TYPE)) {
        NAME(pack_rows_of_strip)(strip, b, row, n);
        return;
    }
    if (taken == STRIP && row == sizeof(TYPE)) done = NAME(pack_columns_of_strip)(strip, b, column, n);
    for (ptrdiff_t j = 0; j < STRIP; j++) {
        for (ptrdiff_t c = done; c < n; c++) {
            TYPE v = 0;
            if (j < taken) memcpy(&v, (const char *)b + c * row + j * column, sizeof v);
            strip[c * STRIP + j] = v;
        }
    }
}

/* out[c] = a[c]. */
static void NAME(widen_row)(double *out, const TYPE *a, ptrdiff_t stride, ptrdiff_t n) {
    ptrdiff_t c = 0;
    if (stride == sizeof(TYPE)) {
        for (; c + NAME(width) <= n; c += NAME(width)) {
            const NAME(reg) v = NAME(load)(a + c);
            memcpy(out + c, &v, sizeof v);
        }
    }
    for (; c < n; c++) {
        TYPE v;
        memcpy(&v, (const char *)a + c * stride, sizeof v);
        out[c] = v;
    }
}
