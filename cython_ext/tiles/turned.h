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

/* What one register of each adds to their squares, and the least of its elements and of `least`; where it is a part of
 * one, a constant, of those that are not 0. */
INLINE REG NAME(turn)(REG v, REG w, const NAME(divisor) *a, const NAME(divisor) *b, const int divide, const int part,
                      REG *near, REG *far, REG least) {
    const REG p = NAME(quotient)(v, *a, divide), q = NAME(quotient)(w, *b, divide);
    *near += (p - q) * (p - q);
    *far += (p + q) * (p + q);
    return NAME(least_of)(NAME(least_of)(least, v, part), w, part);
}

/* The squares of x / a - y / b and of their sum, of n elements of one block, each step rounded as the law has it: a register
 * of each that is still to be folded. Returns whether elements are so small that a quotient may have underflowed. */
INLINE int NAME(turned_lanes)(const TYPE *x, const TYPE *y, ptrdiff_t n, const NAME(divisor) *a, const NAME(divisor) *b,
                              const int divide, REG *apart, REG *along) {
    REG near[REGS], far[REGS], least = NAME(spread)(1.0);
    UNROLL
    for (int k = 0; k < REGS; k++) near[k] = far[k] = NAME(spread)(0.0);
    ptrdiff_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        UNROLL
        for (int k = 0; k < REGS; k++)
            least = NAME(turn)(NAME(load)(x + i + k * WIDTH), NAME(load)(y + i + k * WIDTH), a, b, divide, 0, near + k,
                               far + k, least);
    }
    UNROLL
    for (int k = 0; k < REGS; k++, i += WIDTH) {
        if (i >= n) break;
        if (n - i >= WIDTH)
            least = NAME(turn)(NAME(load)(x + i), NAME(load)(y + i), a, b, divide, 0, near + k, far + k, least);
        else
            least = NAME(turn)(NAME(load_part)(x + i, n - i), NAME(load_part)(y + i, n - i), a, b, divide, 1, near + k,
                               far + k, least);
    }
    *apart = NAME(fold_registers)(near, n);
    *along = NAME(fold_registers)(far, n);
    return NAME(are_faint)(least);
}

/* Whether an element is not 0, and so small. */
static int NAME(has_faint)(const TYPE *x, ptrdiff_t n) {
    int found = 0;
    for (ptrdiff_t i = 0; i < n; i++) found |= (x[i] != 0) & (fabs((double)x[i]) < FAINT_ELEMENT);
    return found;
}

static void NAME(turned)(const TYPE *x, const TYPE *y, ptrdiff_t n, double x_length, double y_length, double *apart,
                         double *along) {
    const NAME(divisor) a = NAME(divisor_of)(x_length), b = NAME(divisor_of)(y_length);
    REG near, far;
    if (NAME(turned_lanes)(x, y, n, &a, &b, 0, &near, &far) && (NAME(has_faint)(x, n) || NAME(has_faint)(y, n)))
        NAME(turned_lanes)(x, y, n, &a, &b, 1, &near, &far);
    *apart = NAME(fold)(near);
    *along = NAME(fold)(far);
}

#undef REG
#undef WIDTH
#undef REGS
