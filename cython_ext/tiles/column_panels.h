/* Matrices that run along their columns, of few rows, once for each TYPE; NAME(x) puts the type's prefix before x, and
 * SUM is the type that is summed in: out[j] = the sum of a block of a[i][j] * x[i], a panel of columns at a time.
 *
 * A register holds one lane of neighbouring outputs. A panel takes one lane after another, in the order of the fold, and
 * adds it to its fold as soon as the other half of that is there: so no lane is ever stored, and each element of a is
 * read once and nothing else is. What remains of the +0.0 that a lane starts from is that no sum is -0.0.
 */

#ifndef PANEL
#define PANEL 8      /* registers of a panel: whole cache lines of many rows, and few rows to each turn */
#define SLIM_PANEL 2 /* of one where there are fewer columns */
#endif
#define ROW(a, stride, i) ((const TYPE *)((const char *)(a) + (i) * (stride)))

/* sums[k] = or += register k of row i times x[i]. */
INLINE void NAME(panel_row)(NAME(reg) *sums, const TYPE *a, ptrdiff_t a_row, const SUM *x, ptrdiff_t i,
                            const int regs, const int first) {
    const NAME(reg) factor = NAME(spread)(x[i]);
    const TYPE *row = ROW(a, a_row, i);
    UNROLL
    for (int k = 0; k < regs; k++) {
        const NAME(reg) v = NAME(load)(row + k * NAME(width));
        sums[k] = first ? v * factor : NAME(multiply_add)(sums[k], v, factor);
    }
}

INLINE void NAME(panel_fold_32)(NAME(reg) *sums, const TYPE *a, ptrdiff_t a_row, const SUM *x, ptrdiff_t n,
                                const int regs, const int lane) {
    NAME(panel_row)(sums, a, a_row, x, lane, regs, 1);
    for (ptrdiff_t i = lane + LANES; i < n; i += LANES) NAME(panel_row)(sums, a, a_row, x, i, regs, 0);
}

/* The fold of lanes `lane`, lane + apart, lane + 2 * apart and so on, from the two of twice that distance. */
#define FOLD_OF_PANEL(fold, apart, half)                                                                           \
    INLINE void fold(NAME(reg) *sums, const TYPE *a, ptrdiff_t a_row, const SUM *x, ptrdiff_t n, const int regs, \
                     const int lane) {                                                                             \
        NAME(reg) upper[PANEL];                                                                                    \
        half(sums, a, a_row, x, n, regs, lane);                                                                    \
        half(upper, a, a_row, x, n, regs, lane + apart);                                                           \
        UNROLL                                                                                                     \
        for (int k = 0; k < regs; k++) sums[k] = IN_ORDER(sums[k] + upper[k]);                                     \
    }
FOLD_OF_PANEL(NAME(panel_fold_16), 16, NAME(panel_fold_32))
FOLD_OF_PANEL(NAME(panel_fold_8), 8, NAME(panel_fold_16))
FOLD_OF_PANEL(NAME(panel_fold_4), 4, NAME(panel_fold_8))
FOLD_OF_PANEL(NAME(panel_fold_2), 2, NAME(panel_fold_4))
FOLD_OF_PANEL(NAME(panel_fold_1), 1, NAME(panel_fold_2))

/* All panels of so many registers, a constant; the last may do columns of the one before again. */
INLINE void NAME(panels_of)(const TYPE *a, ptrdiff_t a_row, const SUM *x, ptrdiff_t n, ptrdiff_t size,
                            const int regs, SUM *out) {
    const ptrdiff_t wide = regs * NAME(width);
    for (ptrdiff_t next = 0; next < size; next += wide) {
        const ptrdiff_t j = next + wide <= size ? next : size - wide;
        NAME(reg) sums[PANEL];
        NAME(panel_fold_1)(sums, a + j, a_row, x, n, regs, 0);
        UNROLL
        for (int k = 0; k < regs; k++) {
            const NAME(reg) v = sums[k] + NAME(spread)(0);
            memcpy(out + j + k * NAME(width), &v, sizeof v);
        }
    }
}

/* out[0:size] as above, SLIM_PANEL registers at the least, LANES <= n <= BLOCK. */
static void NAME(column_panels)(const TYPE *a, ptrdiff_t a_row, const SUM *x, ptrdiff_t n, ptrdiff_t size,
                                SUM *out) {
    if (size >= PANEL * NAME(width))
        NAME(panels_of)(a, a_row, x, n, size, PANEL, out);
    else
        NAME(panels_of)(a, a_row, x, n, size, SLIM_PANEL, out);
}

#undef ROW
#undef FOLD_OF_PANEL
