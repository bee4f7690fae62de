/* out[i] = FUNCTION(x[i]); out may be x. */
static void FUNCTION(whole)(const double *x, double *out, ptrdiff_t n) {
    ptrdiff_t i = 0;
    for (; i + f64_width <= n; i += f64_width) {
        const f64_reg result = FUNCTION(result)(f64_load(x + i));
        memcpy(out + i, &result, sizeof result);
    }
    if (i < n) {
        const f64_reg result = FUNCTION(result)(f64_load_part(x + i, n - i));
        memcpy(out + i, &result, (size_t)(n - i) * sizeof(double));
    }
}
