/* The softmax of a row of up to QUICK_ROW floats in quick.h's way: e^(x[i] - greatest) / sum.
 *
 * Both the powers and their sum are known to within a relative error of 2^-39.7, and a few thousand roundings of
 * binary64, so quotients are to within 2^-38.6. Where the sum is at most QUICK_ROW, quotients of powers of -79 and above
 * are no subnormal floats, and of -105 and below they are 0.
 */
#define softmax_margin (1u << 15)

INLINE floats quick_greatest(const float *x, ptrdiff_t n) {
    floats lanes = floats_spread(-INFINITY);
    float each[floats_width], most;
    ptrdiff_t i = 0;
    for (; i + floats_width <= n; i += floats_width) lanes = floats_greater(floats_load(x + i), lanes);
    floats_store(each, lanes);
    most = each[0];
    for (int j = 1; j < floats_width; j++) most = each[j] > most ? each[j] : most;
    for (; i < n; i++) most = x[i] > most ? x[i] : most;
    return floats_spread(most);
}

/* The powers of a register of floats less the greatest; whether one of them may come to a subnormal float. */
INLINE floats_mask quick_powers(floats x, floats greatest, const f64_reg *wide_greatest, f64_reg *powers) {
    f64_reg v[2];
    floats_widen(v, x);
    UNROLL
    for (int k = 0; k < 2; k++) powers[k] = f64_greater(f64_spread(-700.0), v[k] - wide_greatest[0]);
    exp_quick(powers, 2);
    return floats_between(-105.0f, floats_difference(x, greatest), -79.0f);
}

/* Whether all results are decided; if not, out is as it was. */
static int softmax_quick(const float *x, float *out, ptrdiff_t n) {
    double powers[QUICK_ROW];
    float results[QUICK_ROW], padded[floats_width];
    f64_reg wide[2], sums[2] = {{0}}, v[2];
    floats_mask doubt = {0};
    ptrdiff_t i = 0;
    if (n > QUICK_ROW) return 0;
    const floats greatest = quick_greatest(x, n);
    floats_widen(wide, greatest);
    for (; i < n; i += floats_width) {
        floats given;
        if (n - i >= floats_width) {
            given = floats_load(x + i);
        } else {
            floats_store(padded, floats_spread(-INFINITY));
            memcpy(padded, x + i, (size_t)(n - i) * sizeof *x);
            given = floats_load(padded);
        }
        doubt |= quick_powers(given, greatest, wide, v);
        memcpy(powers + i, v, sizeof v);
        sums[0] += v[0], sums[1] += v[1];
    }
    const f64_reg inverse = f64_spread(1.0 / f64_fold(sums[0] + sums[1]));
    for (i = 0; i < n; i += floats_width) {
        UNROLL
        for (int k = 0; k < 2; k++) v[k] = f64_load(powers + i + k * f64_width) * inverse;
        doubt |= floats_near_halfway(v, softmax_margin);
        floats_store(results + i, floats_rounded(v));
    }
    if (floats_any(doubt)) return 0;
    memcpy(out, results, (size_t)n * sizeof *out);
    return 1;
}
