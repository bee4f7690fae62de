/* One row of TYPE with weights of float64, once for each TYPE; NAME(x) puts the type's prefix before x. */

#define REG NAME(reg)
#define WIDTH NAME(width)
#define REGS (LANES / WIDTH)
#define LINE_SIZE 64

/* The sum of a block of n products of x and w. The weights are read to the end of their last register, unless `exact`.
 * Meanwhile as many bytes at `ahead`, of a row that comes later, are fetched from memory. A product of a widened
 * float32 and a float64 is not exact, so it is rounded before it is added. */
INLINE double NAME(margin_sum)(const TYPE *x, const double *w, ptrdiff_t n, const char *ahead, const int exact) {
    REG sums[REGS];
    ptrdiff_t i = 0;
    UNROLL
    for (int k = 0; k < REGS; k++) sums[k] = (REG){0};
    for (; i + LANES <= n; i += LANES) {
        UNROLL
        for (int line = 0; line < LANES * (int)sizeof(TYPE); line += LINE_SIZE)
            PREFETCH(ahead + i * sizeof(TYPE) + line);
        UNROLL
        for (int k = 0; k < REGS; k++)
            sums[k] += NAME(load)(x + i + k * WIDTH) * NAME(load_weights)(w + i + k * WIDTH);
    }
    UNROLL
    for (int k = 0; k < REGS; k++) {
        const ptrdiff_t at = i + k * WIDTH, left = n - at;
        if (left <= 0) break;
        if (at * sizeof(TYPE) % LINE_SIZE == 0) PREFETCH(ahead + at * sizeof(TYPE));
        if (left >= WIDTH)
            sums[k] += NAME(load)(x + at) * NAME(load_weights)(w + at);
        else
            sums[k] += NAME(load_part)(x + at, left) *
                       (exact ? NAME(load_weights_part)(w + at, left) : NAME(load_weights)(w + at));
    }
    return NAME(fold)(NAME(fold_registers)(sums, n));
}

/* w[j] += step * x[j], to the end of the last register; returns the larger of peak and every |w[j]| then. */
INLINE double NAME(add_step)(double *w, const TYPE *x, double step, ptrdiff_t n, double peak) {
    double peaks[WIDTH];
    const REG steps = step - (REG){0};
    REG largest = {0};
    ptrdiff_t j = 0;
    for (; j < n; j += WIDTH) {
        const REG inputs = n - j >= WIDTH ? NAME(load)(x + j) : NAME(load_part)(x + j, n - j);
        const REG sum = NAME(load_weights)(w + j) + steps * inputs;
        memcpy(w + j, &sum, sizeof sum);
        largest = NAME(larger)(largest, sum);
    }
    memcpy(peaks, &largest, sizeof largest);
    for (int k = 0; k < WIDTH; k++) peak = peaks[k] > peak ? peaks[k] : peak;
    return peak;
}

/* The same for n weights that are followed by something else: in two passes, so that nothing is changed if one of them
 * overflows; returns whether none does. */
INLINE int NAME(try_step)(double *w, const TYPE *x, double step, ptrdiff_t n) {
    double peaks[WIDTH], peak = 0.0;
    const REG steps = step - (REG){0};
    const ptrdiff_t whole = n - n % WIDTH;
    REG largest = {0};
    for (ptrdiff_t j = 0; j < whole; j += WIDTH)
        largest = NAME(larger)(largest, NAME(load_weights)(w + j) + steps * NAME(load)(x + j));
    if (whole < n) {
        const REG inputs = NAME(load_part)(x + whole, n - whole);
        largest = NAME(larger)(largest, NAME(load_weights_part)(w + whole, n - whole) + steps * inputs);
    }
    memcpy(peaks, &largest, sizeof largest);
    for (int k = 0; k < WIDTH; k++) peak = peaks[k] > peak ? peaks[k] : peak;
    if (!(peak <= DBL_MAX)) return 0;
    for (ptrdiff_t j = 0; j < whole; j += WIDTH) {
        const REG sum = NAME(load_weights)(w + j) + steps * NAME(load)(x + j);
        memcpy(w + j, &sum, sizeof sum);
    }
    for (ptrdiff_t j = whole; j < n; j++) {
        const double product = step * (double)x[j];
        w[j] += product;
    }
    return 1;
}

#undef REG
#undef WIDTH
#undef REGS
#undef LINE_SIZE
