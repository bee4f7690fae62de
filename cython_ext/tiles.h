/* The inner tiles, once for each type that lanes.h widens: TYPE, and NAME(x) which puts its prefix before x. */

#define REG NAME(reg)
#define WIDTH NAME(width)
#define REGS (LANES / WIDTH)

/* sums[i % 32] += x[i] * y[i], the 32 sums as REGS registers. Two loads feed one multiply and one add,
 * and that many independent sums hide the latency of the adds. Elements past n are read as zeros, whose
 * product changes no lane. */
INLINE void NAME(accumulate)(REG *sums, const TYPE *x, const TYPE *y, ptrdiff_t n) {
    ptrdiff_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        UNROLL
        for (int r = 0; r < REGS; r++)
            sums[r] = NAME(multiply_add)(sums[r], NAME(load)(x + i + r * WIDTH), NAME(load)(y + i + r * WIDTH));
    }
    x += i, y += i, n -= i;
    UNROLL
    for (int r = 0; r < REGS; r++) {
        const ptrdiff_t left = n - r * WIDTH;
        if (left <= 0) break;
        if (left >= WIDTH)
            sums[r] = NAME(multiply_add)(sums[r], NAME(load)(x + r * WIDTH), NAME(load)(y + r * WIDTH));
        else
            sums[r] = NAME(multiply_add)(sums[r], NAME(load_part)(x + r * WIDTH, left), NAME(load_part)(y + r * WIDTH, left));
    }
}

/* The sum of a block of n products. */
INLINE double NAME(block_sum)(const TYPE *x, const TYPE *y, ptrdiff_t n) {
    REG sums[REGS];
    memset(sums, 0, sizeof sums);
    NAME(accumulate)(sums, x, y, n);
    if (n > WIDTH) {
        UNROLL
        for (int half = REGS / 2; half >= 1; half /= 2) {
            UNROLL
            for (int r = 0; r < half; r++) sums[r] += sums[r + half];
        }
    }
    return NAME(fold)(sums[0]);
}

/* lanes[i % 32] += x[i] * y[i], the lanes in memory: for a block that comes in pieces. */
INLINE void NAME(add_products)(double *lanes, const TYPE *x, const TYPE *y, ptrdiff_t n) {
    REG sums[REGS];
    memcpy(sums, lanes, sizeof sums);
    NAME(accumulate)(sums, x, y, n);
    memcpy(lanes, sums, sizeof sums);
}

#undef REG
#undef WIDTH
#undef REGS
