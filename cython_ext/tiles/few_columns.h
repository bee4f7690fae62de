/* Few columns with nothing between their rows, once for each TYPE; NAME(x) puts the type's prefix before x, and SUM is the
 * type that is summed in. They are one vector, and so is x with each element as often as a row is long. */

#ifndef FEW_COLUMNS
#define FEW_COLUMNS 4   /* the most that are summed so: 8 took 1.2 times as long as they do by lanes */
#define SPREAD_ROWS 256 /* of them at a time, in L1: a multiple of the lanes */
#endif
#define AT(a, stride, i) ((const TYPE *)((const char *)(a) + (i) * (stride)))

/* spread[i * size + j] = x[i], j < size, and a register of zeros after them. */
INLINE void NAME(spread_each)(SUM *spread, const TYPE *x, ptrdiff_t x_row, ptrdiff_t n, const int size) {
    const NAME(reg) zero = {0};
    ptrdiff_t i = 0;
#ifdef FOURS
    for (; x_row == sizeof(TYPE) && i + 4 <= n; i += 4) {
        const NAME(four) v = NAME(load_four)(x + i);
        UNROLL
        for (int k = 0; k < size; k++) {
            const int p = 4 * k / size, q = (4 * k + 1) / size, r = (4 * k + 2) / size, s = (4 * k + 3) / size;
            const NAME(four) four = {v[p], v[q], v[r], v[s]};
            memcpy(spread + i * size + 4 * k, &four, sizeof four);
        }
    }
#endif
    for (; i < n; i++) {
        const SUM v = *AT(x, x_row, i);
        UNROLL
        for (int j = 0; j < size; j++) spread[i * size + j] = v;
    }
    memcpy(spread + n * size, &zero, sizeof zero);
}

/* lanes[i % (32 * size)] += a[i] * x[i] for `count` lanes from `first` on, 0 <= i < n, a multiple of 32 * size; all but
 * n are constants. */
INLINE void NAME(add_whole_turns)(SUM *lanes, const int first, const int count, const int size, const TYPE *a,
                                  const SUM *x, ptrdiff_t n) {
    NAME(reg) sums[LANES * FEW_COLUMNS / NAME(width)], xk;
    UNROLL
    for (int k = 0; k < count / NAME(width); k++) memcpy(&sums[k], lanes + first + k * NAME(width), sizeof xk);
    for (ptrdiff_t i = first; i < n; i += LANES * size) {
        UNROLL
        for (int k = 0; k < count / NAME(width); k++) {
            memcpy(&xk, x + i + k * NAME(width), sizeof xk);
            sums[k] = NAME(multiply_add)(sums[k], NAME(load)(a + i + k * NAME(width)), xk);
        }
    }
    UNROLL
    for (int k = 0; k < count / NAME(width); k++) memcpy(lanes + first + k * NAME(width), &sums[k], sizeof xk);
}

/* The same for less than a turn. */
INLINE void NAME(add_rest)(SUM *lanes, const TYPE *a, const SUM *x, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i += NAME(width)) {
        NAME(reg) sum, xi;
        memcpy(&sum, lanes + i, sizeof sum);
        memcpy(&xi, x + i, sizeof xi);
        sum = NAME(multiply_add)(sum, NAME(load_up_to)(a + i, n - i), xi);
        memcpy(lanes + i, &sum, sizeof sum);
    }
}

/* The lanes of a block of `size` columns, a constant. Where registers are wide, all go in one pass, though some must wait
 * in L1: passes that skip what others read took up to 12 times as long from memory (1e6 rows of 4, x86-64-v3). */
INLINE void NAME(lanes_of_few)(const TYPE *a, const TYPE *x, ptrdiff_t x_row, ptrdiff_t n, const int size, SUM *lanes) {
    SUM spread[SPREAD_ROWS * FEW_COLUMNS + LANES];
    const int at_once = NAME(width) >= 4 ? LANES * size : LANES;
    memset(lanes, 0, LANES * size * sizeof(SUM));
    for (ptrdiff_t i = 0; i < n; i += SPREAD_ROWS) {
        const ptrdiff_t taken = n - i < SPREAD_ROWS ? n - i : SPREAD_ROWS, whole = taken / LANES * LANES * size;
        NAME(spread_each)(spread, AT(x, x_row, i), x_row, taken, size);
        for (int first = 0; first < LANES * size; first += at_once)
            NAME(add_whole_turns)(lanes, first, at_once, size, a + i * size, spread, whole);
        NAME(add_rest)(lanes, a + i * size + whole, spread + whole, taken * size - whole);
    }
}
/* The same, 2 <= size <= FEW_COLUMNS. */
static void NAME(lanes_of_few_columns)(const TYPE *a, const TYPE *x, ptrdiff_t x_row, ptrdiff_t n, ptrdiff_t size,
                                       SUM *lanes) {
    switch (size) {
    case 2: NAME(lanes_of_few)(a, x, x_row, n, 2, lanes); break;
    case 3: NAME(lanes_of_few)(a, x, x_row, n, 3, lanes); break;
    default: NAME(lanes_of_few)(a, x, x_row, n, FEW_COLUMNS, lanes);
    }
}

#undef AT
