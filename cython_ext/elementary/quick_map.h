/* out[i] = FUNCTION(x[i]) of QUICK_CHUNK floats or fewer, or of any number of halves, in quick.h's way. */

/* Whole registers of floats; returns whether all are decided. */
INLINE int FUNCTION(quick_floats)(const float *x, float *out, ptrdiff_t n) {
    floats_mask doubt = {0};
    for (ptrdiff_t i = 0; i < n; i += floats_width) {
        const floats given = floats_load(x + i), within = FUNCTION(within)(given);
        f64_reg v[2];
        floats_widen(v, within);
        UNROLL
        for (int k = 0; k < 2; k++) v[k] = FUNCTION(quick)(v[k]);
        doubt |= floats_near_halfway(v, FUNCTION(margin)) | FUNCTION(doubtful)(within);
        floats_store(out + i, FUNCTION(finished)(floats_rounded(v), given));
    }
    return !floats_any(doubt);
}

/* out may be x, which then is as it was unless all are decided. */
static int FUNCTION(chunk)(const float *x, float *out, ptrdiff_t n) {
    float padded[QUICK_CHUNK], results[QUICK_CHUNK];
    if (n % floats_width == 0 && x != out) return FUNCTION(quick_floats)(x, out, n);
    const ptrdiff_t whole = (n + floats_width - 1) / floats_width * floats_width;
    memset(padded + whole - floats_width, 0, floats_width * sizeof(float));
    memcpy(padded, x, (size_t)n * sizeof(float));
    if (!FUNCTION(quick_floats)(padded, results, whole)) return 0;
    memcpy(out, results, (size_t)n * sizeof(float));
    return 1;
}

RARE void FUNCTION(quick_halves)(const float16 *x, float16 *out) {
    const floats given = floats_of_halves(x);
    f64_reg v[2];
    floats_widen(v, FUNCTION(within)(given));
    UNROLL
    for (int k = 0; k < 2; k++) v[k] = FUNCTION(quick)(v[k]);
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
