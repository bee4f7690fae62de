/* exp, sigmoid and tanh in floats alone, which decides nearly every result of float16.
 *
 * Of all halves no result was further off than 2 units of the last place of a float; where it is within ROUGH_MARGIN of
 * them of halfway between two halves, or a subnormal half, its register is computed in quick.h's way.
 */
#define ROUGH_MARGIN 4u
#define ROUGH_INTEGER_BITS 12582912.0f /* 1.5 * 2^23 */
#define LEAST_NORMAL_HALF 0x1.004p-14f /* and a little */

/* e^x = 2^k * (1 + less_one); k stands in the last bits of `shifted`. */
typedef struct {
    floats less_one, shifted;
} rough_reduced;

#if ROUGH_LESS_ONE_TERMS != 6
#error "rough_reduce takes six coefficients"
#endif

INLINE rough_reduced rough_reduce(floats x) {
    const floats shifted = floats_fused(x, floats_spread((float)INVERSE_LN2), floats_spread(ROUGH_INTEGER_BITS));
    const floats k = shifted - floats_spread(ROUGH_INTEGER_BITS);
    const floats a = floats_fused(k, floats_spread(-(float)ROUGH_LN2_HIGH), x);
    const floats r = floats_fused(k, floats_spread(-(float)ROUGH_LN2_LOW), a), square = r * r;
    floats pairs[3];
    UNROLL
    for (int i = 0; i < 3; i++)
        pairs[i] = floats_fused(r, floats_spread((float)ROUGH_LESS_ONE[2 * i + 1]),
                                floats_spread((float)ROUGH_LESS_ONE[2 * i]));
    const floats far = floats_fused(pairs[2], square, pairs[1]);
    return (rough_reduced){r * floats_fused(far, square, pairs[0]), shifted};
}

/* Of x from -18 to 12; beyond them the results are 0 and infinite. */
INLINE floats exp_rough(floats x) {
    const rough_reduced e = rough_reduce(floats_lesser(floats_spread(12.0f), floats_greater(floats_spread(-18.0f), x)));
    return floats_scaled(e.less_one + floats_spread(1.0f), e.shifted);
}
INLINE floats_mask exp_rough_doubtful(floats v) { return floats_less(v, LEAST_NORMAL_HALF); }

INLINE floats sigmoid_rough(floats x) { return floats_inverse(exp_rough(-x) + floats_spread(1.0f)); }
INLINE floats_mask sigmoid_rough_doubtful(floats v) { return floats_less(v, LEAST_NORMAL_HALF); }

INLINE floats tanh_rough(floats x) { /* without its sign; from 5 on it is 1 */
    const floats size = floats_lesser(floats_spread(5.0f), floats_absolute(x));
    const rough_reduced e = rough_reduce(size + size);
    const floats one = floats_spread(1.0f), scale = floats_scaled(one, e.shifted);
    const floats less_one = floats_fused(scale, e.less_one, scale - one);
    return less_one * floats_inverse(less_one + floats_spread(2.0f));
}
INLINE floats_mask tanh_rough_doubtful(floats v) { (void)v; return (floats_mask){0}; }
