/* out[i] = FUNCTION(x[i]), i < n, over an array; out may be x.
 *
 * REDUCED functions reduce their arguments in a loop of its own, STAGE numbers at a time: in one loop the chain of
 * operations of a number is so long that the CPU runs out of room for the next ones before it ends: tanh took 2.4 ns a
 * number against 1.8 (bench --op activation). `stage` takes whole registers.
 */
#ifndef STAGE
#define STAGE 256 /* numbers: what lies between the loops, 6 KB, stays in L1 */
#endif

#if REDUCED

INLINE f64_reg FUNCTION(of)(f64_reg x) { return FUNCTION(result)(x, reduce(FUNCTION(argument)(x))); }

INLINE void FUNCTION(stage)(const double *x, double *out, ptrdiff_t n) {
    double between[3][STAGE];
    for (ptrdiff_t i = 0; i < n; i += f64_width) {
        const reduced e = reduce(FUNCTION(argument)(f64_load(x + i)));
        memcpy(between[0] + i, &e.r, sizeof e.r);
        memcpy(between[1] + i, &e.tail, sizeof e.tail);
        memcpy(between[2] + i, &e.shifted, sizeof e.shifted);
    }
    for (ptrdiff_t i = 0; i < n; i += f64_width) {
        const reduced e = {f64_load(between[0] + i), f64_load(between[1] + i), f64_load(between[2] + i)};
        const f64_reg result = FUNCTION(result)(f64_load(x + i), e);
        memcpy(out + i, &result, sizeof result);
    }
}

#else

INLINE void FUNCTION(stage)(const double *x, double *out, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i += f64_width) {
        const f64_reg result = FUNCTION(of)(f64_load(x + i));
        memcpy(out + i, &result, sizeof result);
    }
}

#endif

static void FUNCTION(map)(const double *x, double *out, ptrdiff_t n) {
    ptrdiff_t i = 0;
    for (; i + STAGE <= n; i += STAGE) FUNCTION(stage)(x + i, out + i, STAGE);
    const ptrdiff_t registers = (n - i) / f64_width * f64_width;
    FUNCTION(stage)(x + i, out + i, registers);
    i += registers;
    if (i < n) {
        const f64_reg result = FUNCTION(of)(f64_load_part(x + i, n - i));
        memcpy(out + i, &result, (size_t)(n - i) * sizeof(double));
    }
}
