/* relu, step and sign of float32 and float16 by their bits, as they lie; once for each WORD, the bits of a number.
 * NAME(x) puts a prefix before x; INFINITE and ONE are the bits of those numbers. out may be x.
 */
#define SIGN ((WORD)((WORD)1 << (8 * sizeof(WORD) - 1)))

/* Whether bits are those of a number below 0, and whether they are NaN's. */
INLINE int NAME(is_below)(WORD bits) { return (WORD)(bits - SIGN - 1) < (WORD)INFINITE; }
INLINE int NAME(is_nan)(WORD bits) { return (WORD)(bits & (WORD)~SIGN) > (WORD)INFINITE; }

static void NAME(relu)(const WORD *x, WORD *out, ptrdiff_t n) {
    INDEPENDENT
    for (ptrdiff_t i = 0; i < n; i++) out[i] = NAME(is_below)(x[i]) ? 0 : x[i];
}

static void NAME(step)(const WORD *x, WORD *out, ptrdiff_t n) {
    INDEPENDENT
    for (ptrdiff_t i = 0; i < n; i++) {
        const WORD number = NAME(is_below)(x[i]) ? 0 : ONE;
        out[i] = NAME(is_nan)(x[i]) ? x[i] : number;
    }
}

static void NAME(sign)(const WORD *x, WORD *out, ptrdiff_t n) {
    INDEPENDENT
    for (ptrdiff_t i = 0; i < n; i++) {
        const WORD number = (WORD)(x[i] & (WORD)~SIGN) ? ONE : 0, below = NAME(is_below)(x[i]) ? SIGN : 0;
        out[i] = NAME(is_nan)(x[i]) ? x[i] : (WORD)(number | below);
    }
}

#undef SIGN
