/* Rows of two or three with nothing between them, once for each TYPE; NAME(x) puts the type's prefix before x, and SUM is
 * the type that is summed in. Plain loops, which compilers take apart by shuffles: where a row is read by itself, under a
 * mask, 1e6 of them took two to seven times as long from memory. */

INLINE void NAME(tiny_rows_of)(const TYPE *a, const TYPE *x, const int n, ptrdiff_t rows, SUM *out) {
    const SUM x0 = x[0], x1 = x[1], x2 = n == 3 ? x[2] : 0;
    for (ptrdiff_t i = 0; i < rows; i++) {
        const SUM lane0 = a[n * i] * x0, lane1 = a[n * i + 1] * x1 + 0, lane2 = n == 3 ? a[n * i + 2] * x2 : 0;
        out[i] = (n == 3 ? lane0 + lane2 : lane0) + lane1;
    }
}

/* out[i] = a[i] * x, i < rows, n = 2 or 3. */
static void NAME(tiny_rows)(const TYPE *a, const TYPE *x, ptrdiff_t n, ptrdiff_t rows, SUM *out) {
    if (n == 2)
        NAME(tiny_rows_of)(a, x, 2, rows, out);
    else
        NAME(tiny_rows_of)(a, x, 3, rows, out);
}
