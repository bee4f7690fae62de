/* Short sums of matrices that run along their columns, once for each TYPE; NAME(x) puts the type's prefix before x and
 * SUM is the type that is summed in:
 * out[j] = the sum of n <= 32 products a[i][j] * x[i], or a[i][j] * x[i][j] where x has columns of its own.
 *
 * A register holds neighbouring outputs, and each lane is one product. A lane is added to its fold as soon as the
 * other half of that is there, so few are alive. Lanes that n does not reach are left out; what remains of
 * the +0.0 that a lane starts from is that no sum is -0.0.
 */

#ifndef SMALL_STACKS
#define SMALL_STACKS
/* Many small matrices of `size` columns. Sums go where those of a matrix begin, whole registers of them: of fewer
 * columns than that, there is nothing in out between the sums of two matrices, and each is written over by the next. */
struct small_stacks {
    const char *a, *x;
    ptrdiff_t a_next, a_row, x_next, x_row, stacks, size;
    char *out;
    ptrdiff_t out_next;
    int rounded; /* to float */
};
#endif
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

/* Many small matrices, each with a vector of its own: a call of the above for each would take longer than its sums. */
INLINE void NAME(stacks_of)(const struct small_stacks *job, const int n) {
    const struct small_stacks own = *job; /* which no store may change */
    const ptrdiff_t last = own.size > NAME(width) ? own.size - NAME(width) : 0;
    const ptrdiff_t filled = own.size < NAME(width) ? own.size : NAME(width);
    for (ptrdiff_t s = 0; s < own.stacks; s++) {
        const TYPE *a = PLACE(own.a, own.a_next, s), *x = PLACE(own.x, own.x_next, s);
        char *out = own.out + s * own.out_next;
        for (ptrdiff_t next = 0; next < own.size; next += NAME(width)) {
            const ptrdiff_t j = next < last ? next : last;
            const NAME(reg) sums = NAME(fold_columns_1)(a + j, own.a_row, x, own.x_row, 0, filled, n, 0);
            const NAME(reg) v = sums + NAME(spread)(0);
            if (own.rounded)
                NAME(store_rounded)((float *)out + j, v);
            else
                memcpy((SUM *)out + j, &v, sizeof v);
        }
    }
}
INLINE void NAME(stacks_of_any)(const struct small_stacks *job, ptrdiff_t n) {
    switch (n) {
    case 2: NAME(stacks_of)(job, 2); break;
    case 3: NAME(stacks_of)(job, 3); break;
    default: NAME(stacks_of)(job, 4);
    }
}

/* All sums, 2 <= n <= 4; the last, which would write past the end, are copied there. */
static void NAME(sums_of_stacks)(const struct small_stacks *job, ptrdiff_t n) {
    SUM last[NAME(width) * NAME(width)];
    const ptrdiff_t unit = job->rounded ? sizeof(float) : sizeof(SUM), size = job->size;
    const ptrdiff_t most = size < NAME(width) ? NAME(width) : 0, beyond = job->stacks < most ? job->stacks : most;
    const ptrdiff_t done = job->stacks - beyond;
    struct small_stacks part = *job;
    for (int turn = 0; turn < 2; turn++) {
        part.stacks = turn == 0 ? done : beyond;
        NAME(stacks_of_any)(&part, n);
        part.a = job->a + done * job->a_next, part.x = job->x + done * job->x_next;
        part.out = (char *)last, part.out_next = NAME(width) * unit;
    }
    for (ptrdiff_t s = 0; s < beyond; s++)
        memcpy(job->out + (done + s) * job->out_next, (char *)last + s * NAME(width) * unit, (size_t)(size * unit));
}

#undef FOLD_OF_COLUMNS
#undef LANE_OF_COLUMNS
#undef PLACE
