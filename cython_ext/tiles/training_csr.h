/* The products of the stored elements of a CSR row and the weights, added up in whatever order is quickest: once for
 * each TYPE of element and each INDEX type of column; NAME(x) puts the prefix of both before x. */

/* Sum of x[i] * w[c[i]], each product rounded; *size is that of their magnitudes, in which a NaN counts for nothing. */
INLINE double NAME(csr_sum)(const TYPE *x, const INDEX *c, ptrdiff_t n, const double *w, double *size) {
    f64_reg sums = {0}, sizes = {0};
    double sum, product;
    ptrdiff_t i = 0;
    for (; i + f64_width <= n; i += f64_width) {
        const f64_reg products = f64_gathered(w, c + i) * f64_widened(x + i);
        sums += products;
        sizes += f64_larger((f64_reg){0}, products);
    }
    sum = f64_fold(sums);
    *size = f64_fold(sizes);
    for (; i < n; i++) {
        product = w[c[i]] * (double)x[i];
        sum += product;
        *size += product < 0.0 ? -product : product;
    }
    return sum;
}
