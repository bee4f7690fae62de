/* Twofold sums of products, once for each TYPE; NAME(x) puts the type's prefix before x.
 *
 * A lane is two numbers. Its high part starts at an anchor, 2^k * (1 + 2^-6), and takes of every product the multiple
 * of ulp = 2^(k-52) that is nearest, without an error: as long as it stays between 2^k and 2^k * (1 + 2^-5), all its
 * values are such multiples. That it stayed there is seen by the bits in which it ever differed from the anchor.
 * The low part is the sum of what is left, at most ulp / 2 of each product. So two fused multiply-adds and two
 * additions do what an error-free product and an error-free sum do in ten operations (T. Ogita, S. M. Rump, S. Oishi,
 * "Accurate sum and dot product", SIAM J. Sci. Comput. 26 (2005), 1955-1988, https://doi.org/10.1137/030601818; that
 * high parts may be cut off at a large enough anchor is from S. M. Rump, T. Ogita, S. Oishi, "Accurate floating-point
 * summation, part I", SIAM J. Sci. Comput. 31 (2008), 189-224, https://doi.org/10.1137/050645671).
 *
 * The error, with u = 2^-53 and eta = 2^-1074, for n products in lanes of m each:
 *
 * 1. `sum` is x*y + high rounded to a multiple of ulp, so |x*y - taken| <= ulp / 2, and taken = sum - high is exact,
 *    both being multiples of ulp less than 2^53 * ulp apart. This holds whatever x*y is, underflow included.
 * 2. What is left, x*y - taken, is rounded once where it is fused: an error of at most u * ulp / 2 + eta / 2. Where it is
 *    not, x*y = product + error + 5 eta' with |eta'| <= eta (the paper of 2005), |error| <= u * |product| < ulp / 2, and
 *    product - taken is exact, so left is at most ulp and its error at most u * ulp + 5 eta.
 * 3. The low parts are added in m + 1 + log2(lanes) <= m + 6 steps, of numbers that are at most n * ulp in sum: an
 *    error of at most (m + 6) * u * n * ulp * (1 + 2 * (m + 6) * u).
 * 4. The high parts less the anchor are multiples of ulp, at most 2^(k-6) each, so 32 lanes add without an error.
 *
 * Together at most n * (m + 8) * u * ulp + 5 * n * eta, which `anchored_error` is. No sum of |x*y| is needed, and
 * the anchor may be a guess: a wrong one is either found out or makes the bound large.
 */

#define REG NAME(reg)
#define BITS NAME(bits)
#define WIDTH NAME(width)

/* The sum of |x[i] * y[i]|, rounded: what an anchor is chosen by. */
INLINE double NAME(magnitude)(const TYPE *x, const TYPE *y, ptrdiff_t n) {
    REG sum = {0};
    for (; n >= WIDTH; n -= WIDTH, x += WIDTH, y += WIDTH) sum += NAME(absolute)(NAME(load)(x) * NAME(load)(y));
    if (n > 0) sum += NAME(absolute)(NAME(load_part)(x, n) * NAME(load_part)(y, n));
    return NAME(fold)(sum);
}

INLINE void NAME(add_twofold)(REG *high, REG *low, BITS *seen, REG anchor, REG x, REG y) {
#if FUSED
    const REG sum = NAME(fused)(x, y, *high), taken = sum - *high;
    *low += NAME(fused)(x, y, -taken);
#else
    const REG product = x * y, sum = *high + product, taken = sum - *high;
    *low += (product - taken) + NAME(product_error)(x, y, product);
#endif
    *high = sum;
    *seen = NAME(differing)(*seen, sum, anchor);
}

/* high + low = x·y but for anchored_error, in `regs` registers of lanes, a constant; returns 0 if a lane strayed. */
INLINE int NAME(twofold_lanes)(const TYPE *x, const TYPE *y, ptrdiff_t n, double start, const int regs, double *high,
                               double *low) {
    const REG anchor = NAME(spread)(start);
    REG highs[4], lows[4];
    BITS seen = {0};
    UNROLL
    for (int k = 0; k < regs; k++) highs[k] = anchor, lows[k] = (REG){0};
    for (; n >= regs * WIDTH; n -= regs * WIDTH, x += regs * WIDTH, y += regs * WIDTH) {
        UNROLL
        for (int k = 0; k < regs; k++)
            NAME(add_twofold)(highs + k, lows + k, &seen, anchor, NAME(load)(x + k * WIDTH), NAME(load)(y + k * WIDTH));
    }
    UNROLL
    for (int k = 0; k < regs; k++) {
        const ptrdiff_t left = n - k * WIDTH;
        if (left <= 0) break;
        if (left >= WIDTH)
            NAME(add_twofold)(highs + k, lows + k, &seen, anchor, NAME(load)(x + k * WIDTH), NAME(load)(y + k * WIDTH));
        else
            NAME(add_twofold)(highs + k, lows + k, &seen, anchor, NAME(load_part)(x + k * WIDTH, left),
                              NAME(load_part)(y + k * WIDTH, left));
    }
    UNROLL
    for (int k = 0; k < regs; k++) highs[k] -= anchor;
    UNROLL
    for (int half = regs / 2; half >= 1; half /= 2) {
        UNROLL
        for (int k = 0; k < half; k++) highs[k] += highs[k + half], lows[k] += lows[k + half];
    }
    *high = NAME(fold)(highs[0]);
    *low = NAME(fold)(lows[0]);
    return (NAME(any)(seen) & STRAYED) == 0;
}

#if FUSED
/* A few products added to `sum` one by one: quicker than lanes that have to be folded. */
INLINE void NAME(add_few)(Bounded *sum, const TYPE *x, const TYPE *y, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        const double a = x[i], b = y[i], product = a * b;
        bounded_add(sum, product, __builtin_fma(a, b, -product), 0x1p-1074);
    }
}
#endif

/* The twofold sum of up to TWOFOLD_BLOCK products, added to `sum`; returns 0 if it strayed from the anchor 2^k. */
INLINE int NAME(add_anchored)(Bounded *sum, const TYPE *x, const TYPE *y, ptrdiff_t n, int k) {
    double high, low;
    const int regs = n <= WIDTH ? 1 : 4;
    const double start = double_power_of_two(k) * ANCHOR;
    const int stayed = regs == 1 ? NAME(twofold_lanes)(x, y, n, start, 1, &high, &low)
                                 : NAME(twofold_lanes)(x, y, n, start, 4, &high, &low);
    if (!stayed) return 0;
    bounded_add(sum, high, low, anchored_error(n, (n + regs * WIDTH - 1) / (regs * WIDTH), k));
    return 1;
}

/* A block of up to TWOFOLD_BLOCK products added to `sum`, at the anchor *k of the block before, or at one chosen by a
 * sample of this one or by all of it; returns 0 if it strays from all of them, as infinities, NaNs and what is
 * near them do. */
INLINE int NAME(add_block)(Bounded *sum, const TYPE *x, const TYPE *y, ptrdiff_t n, int *k) {
#if FUSED
    if (n <= FEW) {
        NAME(add_few)(sum, x, y, n);
        return 1;
    }
#endif
    if (*k == NO_ANCHOR) {
        const ptrdiff_t sample = n < SAMPLE ? n : SAMPLE;
        *k = anchor_for(NAME(magnitude)(x, y, sample) * (double)((n + sample - 1) / sample));
    }
    if (*k != NO_ANCHOR && NAME(add_anchored)(sum, x, y, n, *k)) return 1;
    *k = anchor_for(NAME(magnitude)(x, y, n));
    return *k != NO_ANCHOR && NAME(add_anchored)(sum, x, y, n, *k);
}

/* The greatest power of two of which every x[i] is a multiple, infinity if all are zero; they must be finite. That of one
 * number is its lowest bit that is set: the number less what is left when that bit is cleared. */
static double NAME(quantum)(const TYPE *x, ptrdiff_t n) {
    const NAME(word) infinity = NAME(infinity), fraction = infinity & -infinity;
    NAME(word) least = infinity - 1; /* less 1, so that zero is the largest */
    TYPE result;
    for (ptrdiff_t i = 0; i < n; i++) {
        NAME(word) bits, shorter, last;
        TYPE value, rest;
        memcpy(&bits, x + i, sizeof bits);
        bits &= ~(NAME(word))0 >> 1;
        shorter = (bits & (fraction - 1)) ? bits & (bits - 1) : 0;
        memcpy(&value, &bits, sizeof bits);
        memcpy(&rest, &shorter, sizeof shorter);
        value -= rest;
        memcpy(&last, &value, sizeof last);
        last -= 1;
        least = last < least ? last : least;
    }
    least += 1;
    memcpy(&result, &least, sizeof result);
    return result;
}

/* Every product added to the accumulator. */
static void NAME(add_exactly)(Accumulator *sum, const TYPE *x, const TYPE *y, ptrdiff_t n) {
    for (ptrdiff_t first = 0; first < n; first += AT_ONCE) {
        double x_wide[AT_ONCE], y_wide[AT_ONCE];
        const ptrdiff_t count = n - first < AT_ONCE ? n - first : AT_ONCE;
        for (ptrdiff_t i = 0; i < count; i++) x_wide[i] = x[first + i], y_wide[i] = y[first + i];
        accumulator_add(sum, x_wide, y_wide, count);
    }
}

#undef REG
#undef BITS
#undef WIDTH
