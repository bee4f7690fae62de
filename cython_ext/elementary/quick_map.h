/* out[i] = FUNCTION(x[i]), i < n, of floats or of halves, in quick.h's way; out may be x. */

/* Of a few floats, as always. */
RARE void FUNCTION(undecided)(const float *x, float *out, int n) {
    double wide[TOGETHER * f64_width];
    for (int i = 0; i < n; i++) wide[i] = x[i];
    FUNCTION(map)(wide, wide, n);
    for (int i = 0; i < n; i++) out[i] = (float)wide[i];
}

/* As many floats as `count` registers of doubles have numbers. */
INLINE void FUNCTION(quick_floats)(const float *x, float *out, const int count) {
    floats given[TOGETHER / 2];
    f64_reg v[TOGETHER];
    floats_mask doubt = {0};
    UNROLL
    for (int k = 0; k < count / 2; k++) {
        given[k] = floats_load(x + k * floats_width);
        const floats within = FUNCTION(within)(given[k]);
        floats_widen(v + 2 * k, within);
        doubt |= FUNCTION(doubtful)(within);
    }
    FUNCTION(quick)(v, count);
    UNROLL
    for (int k = 0; k < count / 2; k++) doubt |= floats_near_halfway(v + 2 * k, FUNCTION(margin));
    if (floats_any(doubt)) {
        FUNCTION(undecided)(x, out, count * f64_width);
        return;
    }
    UNROLL
    for (int k = 0; k < count / 2; k++)
        floats_store(out + k * floats_width, FUNCTION(finished)(floats_rounded(v + 2 * k), given[k]));
}

static void FUNCTION(floats)(const float *x, float *out, ptrdiff_t n) {
    const int step = TOGETHER * f64_width;
    float padded[floats_width] = {0};
    for (; n >= step; n -= step, x += step, out += step) FUNCTION(quick_floats)(x, out, TOGETHER);
    for (; n >= floats_width; n -= floats_width, x += floats_width, out += floats_width)
        FUNCTION(quick_floats)(x, out, 2);
    if (n > 0) {
        memcpy(padded, x, (size_t)n * sizeof *x);
        FUNCTION(quick_floats)(padded, padded, 2);
        memcpy(out, padded, (size_t)n * sizeof *x);
    }
}

RARE void FUNCTION(quick_halves)(const float16 *x, float16 *out) {
    const floats given = floats_of_halves(x);
    f64_reg v[2];
    floats_widen(v, FUNCTION(within)(given));
    FUNCTION(quick)(v, 2);
    floats_store_halves(out, FUNCTION(finished)(floats_to_be_rounded(v), given));
}

INLINE void FUNCTION(rough_halves)(const float16 *x, float16 *out) {
    const floats given = floats_of_halves(x), v = FUNCTION(rough)(given);
    if (floats_any(floats_near_half(v, ROUGH_MARGIN) | FUNCTION(rough_doubtful)(v)))
        FUNCTION(quick_halves)(x, out);
    else
        floats_store_halves(out, FUNCTION(finished)(v, given));
}

static void FUNCTION(halves)(const float16 *x, float16 *out, ptrdiff_t n) {
    float16 padded[floats_width] = {{0}};
    for (; n >= floats_width; n -= floats_width, x += floats_width, out += floats_width)
        FUNCTION(rough_halves)(x, out);
    if (n > 0) {
        memcpy(padded, x, (size_t)n * sizeof *x);
        FUNCTION(rough_halves)(padded, padded);
        memcpy(out, padded, (size_t)n * sizeof *x);
    }
}
