/* out[i] = FUNCTION(x[i]), i < n, over an array; out may be x.
 *
 * With two STAGES arguments are reduced in a loop of its own, STAGE numbers at a time: in one loop the chain of
 * operations of a number is so long that the CPU runs out of room for the next ones before it ends: tanh took 2.4 ns a
 * number against 1.8 (bench --op activation). With none, `stage` is there already. It takes whole registers.
 */
#ifndef STAGE
#define STAGE 256 /* numbers: what lies between the loops, 6 KB, stays in L1 */
#endif

#if STAGES == 2

INLINE f64_reg FUNCTION(of)(f64_reg x) { return FUNCTION(result)(x, reduce(FUNCTION(argument)(x))); }

/* The first stage of a few registers, as many as `count`. */
INLINE void FUNCTION(reduce)(const double *x, double *between, const int count) {
    f64_reg v[TOGETHER];
    reduced e[TOGETHER];
    EACH v[j] = FUNCTION(argument)(f64_load(x + j * f64_width));
    reduce_each(v, e, count);
    EACH {
        memcpy(between + j * f64_width, &e[j].r, sizeof e[j].r);
        memcpy(between + STAGE + j * f64_width, &e[j].tail, sizeof e[j].tail);
        memcpy(between + 2 * STAGE + j * f64_width, &e[j].shifted, sizeof e[j].shifted);
    }
}

INLINE void FUNCTION(stage)(const double *x, double *out, ptrdiff_t n) {
    double between[3 * STAGE]; /* r, tail and shifted */
    const ptrdiff_t step = TOGETHER * f64_width;
    ptrdiff_t i = 0;
    for (; i + step <= n; i += step) FUNCTION(reduce)(x + i, between + i, TOGETHER);
    for (; i < n; i += f64_width) FUNCTION(reduce)(x + i, between + i, 1);
    for (i = 0; i < n; i += f64_width) {
        const reduced e = {f64_load(between + i), f64_load(between + STAGE + i), f64_load(between + 2 * STAGE + i)};
        const f64_reg result = FUNCTION(result)(f64_load(x + i), e);
        memcpy(out + i, &result, sizeof result);
    }
}

#elif STAGES == 1

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
