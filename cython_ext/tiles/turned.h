/* How far two unit vectors are apart, and how long their sum is, once for each TYPE of elements; NAME(x) puts its prefix
 * before x.
 *
 * Quotients by one number are rounded as a division rounds them, by its reciprocal, rounded, and two fused operations:
 * q = v * inverse, then q + (v - q * length) * inverse. N. Brisebarre, J.-M. Muller, S. K. Raina, "Accelerating correctly
 * rounded floating-point division when the divisor is known in advance", IEEE Trans. Comput. 53 (2004), 1069-1072,
 * https://doi.org/10.1109/TC.2004.37. That holds where nothing underflows: a length lies within 2^-240 and 2^240, so of
 * elements of 2^-760 and more; -0.0 may become 0.0, which no square shows. A register is divided in 10 cycles on Zen 4,
 * and takes three so.
 */
#define REG NAME(reg)
#define WIDTH NAME(width)
#define REGS (LANES / WIDTH)

typedef struct {
    REG length, inverse;
} NAME(divisor);

INLINE NAME(divisor) NAME(divisor_of)(double length) {
    return (NAME(divisor)){NAME(spread)(length), NAME(spread)(1.0 / length)};
}
INLINE REG NAME(quotient)(REG v, NAME(divisor) by, const int divide) {
#if FUSED
    const REG q = v * by.inverse;
    if (!divide) return NAME(fused)(NAME(fused)(-q, by.length, v), by.inverse, q);
#endif
    (void)divide;
    return v / by.length;
}

/* What one register of each adds to their squares; returns the least of its elements that are not 0, and of `least`. */
INLINE REG NAME(turn)(REG v, REG w, const NAME(divisor) *a, const NAME(divisor) *b, const int divide, REG *near,
                      REG *far, REG least) {
    const REG p = NAME(quotient)(v, *a, divide), q = NAME(quotient)(w, *b, divide);
    *near += (p - q) * (p - q);
    *far += (p + q) * (p + q);
    return NAME(least_of)(NAME(least_of)(least, v), w);
}

/* The squares of x / x_length - y / y_length and of their sum, of n elements of one block, each step rounded as the law
 * has it; the least of the elements that are not 0, or 1. */
INLINE double NAME(turned_squares)(const TYPE *x, const TYPE *y, ptrdiff_t n, double x_length, double y_length,
                                   const int divide, double *apart, double *along) {
    const NAME(divisor) a = NAME(divisor_of)(x_length), b = NAME(divisor_of)(y_length);
    REG near[REGS], far[REGS], least = NAME(spread)(1.0);
    UNROLL
    for (int k = 0; k < REGS; k++) near[k] = far[k] = NAME(spread)(0.0);
    ptrdiff_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        UNROLL
        for (int k = 0; k < REGS; k++)
            least = NAME(turn)(NAME(load)(x + i + k * WIDTH), NAME(load)(y + i + k * WIDTH), &a, &b, divide, near + k,
                               far + k, least);
    }
    UNROLL
    for (int k = 0; k < REGS; k++, i += WIDTH) {
        if (i >= n) break;
        if (n - i >= WIDTH)
            least = NAME(turn)(NAME(load)(x + i), NAME(load)(y + i), &a, &b, divide, near + k, far + k, least);
        else
            least = NAME(turn)(NAME(load_part)(x + i, n - i), NAME(load_part)(y + i, n - i), &a, &b, divide, near + k,
                               far + k, least);
    }
    double each[WIDTH];
    memcpy(each, &least, sizeof each);
    for (int k = 1; k < WIDTH; k++) each[0] = each[k] < each[0] ? each[k] : each[0];
    *apart = NAME(fold)(NAME(fold_registers)(near, n));
    *along = NAME(fold)(NAME(fold_registers)(far, n));
    return each[0];
}

static void NAME(turned)(const TYPE *x, const TYPE *y, ptrdiff_t n, double x_length, double y_length, double *apart,
                         double *along) {
    if (NAME(turned_squares)(x, y, n, x_length, y_length, 0, apart, along) < 0x1p-760)
        NAME(turned_squares)(x, y, n, x_length, y_length, 1, apart, along);
}

#undef REG
#undef WIDTH
#undef REGS
