/* Short sums of matrices that run along their columns, once for each TYPE; NAME(x) puts the type's prefix before x and
 * SUM is the type that is summed in:
 * out[j] = the sum of n <= 32 products a[i][j] * x[i], or a[i][j] * x[i][j] where x has columns of its own.
 *
 * A register holds neighbouring outputs, and each lane is one product. A lane is added to its fold as soon as the
 * other half of that is there, so few are alive. Lanes that n does not reach are left out; what remains of
 * the +0.0 that a lane starts from is that no sum is -0.0.
 */

#define PLACE(a, stride, i) ((const TYPE *)((const char *)(a) + (i) * (stride)))

/* `filled` of the elements of a register from column j on; a whole one if that is a constant, its width. */
INLINE NAME(reg) NAME(columns_from)(const TYPE *p, ptrdiff_t filled) {
    return filled == NAME(width) ? NAME(load)(p) : NAME(load_part)(p, filled);
}

INLINE NAME(reg) NAME(lane_of_columns)(const TYPE *a, ptrdiff_t a_row, const TYPE *x, ptrdiff_t x_row, const int paired,
                                       ptrdiff_t filled, ptrdiff_t i) {
    const TYPE *xi = PLACE(x, x_row, i);
    return NAME(columns_from)(PLACE(a, a_row, i), filled) *
           (paired ? NAME(columns_from)(xi, filled) : NAME(spread)(*xi));
}

/* The fold of lanes `lane`, lane + apart, lane + 2 * apart and so on, from the two of twice that distance. */
#define FOLD_OF_COLUMNS(apart, half)                                                                               \
    INLINE NAME(reg) NAME(fold_columns_##apart)(const TYPE *a, ptrdiff_t a_row, const TYPE *x, ptrdiff_t x_row,      \
                                                const int paired, ptrdiff_t filled, ptrdiff_t n, ptrdiff_t lane) { \
        const NAME(reg) lower = half(a, a_row, x, x_row, paired, filled, n, lane);                                  \
        return lane + apart < n ? lower + half(a, a_row, x, x_row, paired, filled, n, lane + apart) : lower;        \
    }
#define LANE_OF_COLUMNS(a, a_row, x, x_row, paired, filled, n, lane) \
    NAME(lane_of_columns)(a, a_row, x, x_row, paired, filled, lane)
FOLD_OF_COLUMNS(16, LANE_OF_COLUMNS)
FOLD_OF_COLUMNS(8, NAME(fold_columns_16))
FOLD_OF_COLUMNS(4, NAME(fold_columns_8))
FOLD_OF_COLUMNS(2, NAME(fold_columns_4))
FOLD_OF_COLUMNS(1, NAME(fold_columns_2))

INLINE void NAME(short_columns_of)(const TYPE *a, ptrdiff_t a_row, const TYPE *x, ptrdiff_t x_row, const int paired,
                                   ptrdiff_t n, ptrdiff_t size, SUM *out) {
    NAME(reg) v;
    ptrdiff_t j = 0;
    for (; j + NAME(width) <= size; j += NAME(width)) {
        v = NAME(fold_columns_1)(a + j, a_row, paired ? x + j : x, x_row, paired, NAME(width), n, 0) + NAME(spread)(0);
        memcpy(out + j, &v, sizeof v);
    }
    if (j == size) return;
    v = NAME(fold_columns_1)(a + j, a_row, paired ? x + j : x, x_row, paired, size - j, n, 0) + NAME(spread)(0);
    memcpy(out + j, &v, sizeof v);
}

/* out[0:size] as above; what follows in the last register may be written to. `paired` is a constant. */
INLINE void NAME(short_columns)(const TYPE *a, ptrdiff_t a_row, const TYPE *x, ptrdiff_t x_row, const int paired,
                                ptrdiff_t n, ptrdiff_t size, SUM *out) {
    switch (n) {
    case 2: NAME(short_columns_of)(a, a_row, x, x_row, paired, 2, size, out); break;
    case 3: NAME(short_columns_of)(a, a_row, x, x_row, paired, 3, size, out); break;
    case 4: NAME(short_columns_of)(a, a_row, x, x_row, paired, 4, size, out); break;
    default: NAME(short_columns_of)(a, a_row, x, x_row, paired, n, size, out);
    }
}

/* The same for columns that meet one vector, and columns of their own. */
static void NAME(short_column_sums)(const TYPE *a, ptrdiff_t a_row, const TYPE *x, ptrdiff_t x_row, ptrdiff_t n,
                                    ptrdiff_t size, SUM *out) {
    NAME(short_columns)(a, a_row, x, x_row, 0, n, size, out);
}
static void NAME(paired_short_column_sums)(const TYPE *a, ptrdiff_t a_row, const TYPE *x, ptrdiff_t x_row, ptrdiff_t n,
                                           ptrdiff_t size, SUM *out) {
    NAME(short_columns)(a, a_row, x, x_row, 1, n, size, out);
}

#undef FOLD_OF_COLUMNS
#undef LANE_OF_COLUMNS
#undef PLACE
