/* out[i] = FUNCTION(x[i]) for FUNCTIONs that reduce their argument, in two loops over STAGE numbers at a time.
 *
 * In one loop the chain of operations of a number is so long that the CPU runs out of room for the next ones before it
 * ends: tanh took 2.4 ns a number against 1.8 (bench --op activation). out may be x.
 */
#ifndef STAGE
#define STAGE 256 /* numbers: what lies between the loops, 6 KB, stays in L1 */
#endif

INLINE void FUNCTION(stage)(const double *x, double *out, ptrdiff_t n) {
    double room[3][STAGE];
    for (ptrdiff_t i = 0; i < n; i += f64_width) {
        const reduced e = reduce(FUNCTION(argument)(f64_load(x + i)));
        memcpy(room[0] + i, &e.r, sizeof e.r);
        memcpy(room[1] + i, &e.tail, sizeof e.tail);
        memcpy(room[2] + i, &e.shifted, sizeof e.shifted);
    }
    for (ptrdiff_t i = 0; i < n; i += f64_width) {
        const reduced e = {f64_load(room[0] + i), f64_load(room[1] + i), f64_load(room[2] + i)};
        const f64_reg result = FUNCTION(result)(f64_load(x + i), e);
        memcpy(out + i, &result, sizeof result);
    }
}

static void FUNCTION(whole)(const double *x, double *out, ptrdiff_t n) {
    ptrdiff_t i = 0;
    for (; i + STAGE <= n; i += STAGE) FUNCTION(stage)(x + i, out + i, STAGE);
    const ptrdiff_t registers = (n - i) / f64_width * f64_width;
    if (registers) FUNCTION(stage)(x + i, out + i, registers);
    i += registers;
    if (i < n) {
        const f64_reg last = f64_load_part(x + i, n - i);
        const f64_reg result = FUNCTION(result)(last, reduce(FUNCTION(argument)(last)));
        memcpy(out + i, &result, (size_t)(n - i) * sizeof(double));
    }
}
