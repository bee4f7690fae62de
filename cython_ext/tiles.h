/* The inner tiles, once for each TYPE that lanes.h widens; NAME(x) puts the type's prefix before x. */

#define REGS (LANES / NAME(width))

/* lanes[i % 32] += x[i] * y[i] for i < n, a multiple of 32. Two loads feed one multiply and one add,
 * and all 32 sums stay in registers, which hides the latency of the adds. */
INLINE void NAME(dot_tile)(double *lanes, const TYPE *x, const TYPE *y, ptrdiff_t n) {
    NAME(reg) sums[REGS];
    memcpy(sums, lanes, sizeof sums);
    for (ptrdiff_t i = 0; i < n; i += LANES) {
        UNROLL
        for (int r = 0; r < REGS; r++) {
            const ptrdiff_t k = i + r * NAME(width);
            sums[r] = NAME(multiply_add)(sums[r], NAME(load)(x + k), NAME(load)(y + k));
        }
    }
    memcpy(lanes, sums, sizeof sums);
}

#undef REGS
