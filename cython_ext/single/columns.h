/* Matrices that run along their columns, in binary32, once for each TYPE; NAME(x) puts the type's prefix before x. */

#define AT(a, stride, i) ((const TYPE *)((const char *)(a) + (i) * (stride)))

/* One register of a lane: what `turn` reads, plus a[0] * x[0] + a[1] * x[LANES] + ..., fused and in this order, for
 * `rows` rows, a constant. Only two of them have pointers of their own: eight offsets do not fit the registers. */
INLINE single_reg NAME(lane_sum)(const struct single_turn *turn, ptrdiff_t j, int fresh, const TYPE *upper,
                                 const TYPE *lower, ptrdiff_t a_step, const single_reg *factors, const int rows,
                                 ptrdiff_t left) {
    single_reg sum = {0};
    if (!fresh) sum = single_load(turn->from + j);
    UNROLL
    for (int t = 0; t < rows; t++) {
        const TYPE *p = t < rows / 2 ? AT(upper, a_step, t) : AT(lower, a_step, t - rows / 2);
        sum = single_fused(left >= single_width ? NAME(load)(p) : NAME(load_part)(p, left), factors[t], sum);
    }
    for (int level = 0; level < turn->waiting; level++) sum += single_load(turn->kept + level * turn->wide + j);
    return sum;
}

/* The same for all columns: those before a whole cache line of a first, where there are many. All rows of a lane lie as
 * far from one, as LANES rows are whole lines apart. */
INLINE void NAME(add_rows)(const struct single_turn *turn, int fresh, const TYPE *a, ptrdiff_t a_step, const float *x,
                           const int rows) {
    const TYPE *upper = a, *lower = AT(a, a_step, rows / 2);
    single_reg factors[8];
    const ptrdiff_t width = single_width * sizeof(TYPE), head = (width - (ptrdiff_t)((size_t)a % width)) % width;
    ptrdiff_t j = turn->size < SINGLE_ALIGNED ? 0 : head / (ptrdiff_t)sizeof(TYPE);
    UNROLL
    for (int t = 0; t < rows; t++) factors[t] = single_spread(x[t * LANES]);
    if (j > 0)
        single_store_part(turn->to, NAME(lane_sum)(turn, 0, fresh, upper, lower, a_step, factors, rows, j), j);
    upper += j, lower += j;
    for (; j + single_width <= turn->size; j += single_width, upper += single_width, lower += single_width)
        single_store(turn->to + j, NAME(lane_sum)(turn, j, fresh, upper, lower, a_step, factors, rows, single_width));
    if (j < turn->size)
        single_store(turn->to + j,
                     NAME(lane_sum)(turn, j, fresh, upper, lower, a_step, factors, rows, turn->size - j));
}

/* Less than eight rows of one lane. */
static void NAME(take_turn)(struct single_turn turn, int fresh, const TYPE *a, ptrdiff_t a_step, const float *x,
                            ptrdiff_t rows) {
    switch (rows) {
    case 7: NAME(add_rows)(&turn, fresh, a, a_step, x, 7); break;
    case 6: NAME(add_rows)(&turn, fresh, a, a_step, x, 6); break;
    case 5: NAME(add_rows)(&turn, fresh, a, a_step, x, 5); break;
    case 4: NAME(add_rows)(&turn, fresh, a, a_step, x, 4); break;
    case 3: NAME(add_rows)(&turn, fresh, a, a_step, x, 3); break;
    case 2: NAME(add_rows)(&turn, fresh, a, a_step, x, 2); break;
    case 1: NAME(add_rows)(&turn, fresh, a, a_step, x, 1); break;
    default: NAME(add_rows)(&turn, fresh, a, a_step, x, 0);
    }
}

/* strip->kept[5] = the sums of a block of a[i] * x[i], i < n <= BLOCK: a register holds one lane of neighbours.
 * Eight rows at a time share a lane, so that it is loaded and stored once for all. Where lanes are too many for L1, the
 * last rows take them in the order of the fold, which sums them as they come. */
static void NAME(column_sums)(const struct single_strip *strip, const TYPE *a, ptrdiff_t a_row, const float *x,
                              ptrdiff_t n) {
    for (ptrdiff_t first = 0; first < n; first += 8 * LANES) {
        const int folds = strip->size > FOLDED_IN_L1 && first + 8 * LANES >= n;
        for (int place = 0; place < LANES; place++) {
            const ptrdiff_t at = folds ? in_order_of_fold[place] : place, i = first + at;
            const ptrdiff_t rows = i < n ? (n - i + LANES - 1) / LANES : 0;
            float *lane = strip->lanes + at * strip->wide;
            struct single_turn turn = {lane, lane, strip->kept, strip->wide, strip->size, 0};
            if (folds) turn.waiting = ones_at_the_end(place), turn.to = strip->kept + turn.waiting * strip->wide;
            if (rows >= 8)
                NAME(add_rows)(&turn, first == 0, AT(a, a_row, i), LANES * a_row, x + i, 8);
            else if (rows > 0 || folds || first == 0)
                NAME(take_turn)(turn, first == 0, AT(a, a_row, i), LANES * a_row, x + i, rows);
        }
    }
    if (strip->size <= FOLDED_IN_L1) fold_lanes_of_strip(strip);
}

/* strip->kept[5] = the sums of a block of a[i] * x[i], where both matrices run along their columns. */
static void NAME(paired_column_sums)(const struct single_strip *strip, const TYPE *a, ptrdiff_t a_row, const TYPE *x,
                                     ptrdiff_t x_row, ptrdiff_t n) {
    memset(strip->lanes, 0, (size_t)(LANES * strip->wide) * sizeof *strip->lanes);
    for (ptrdiff_t i = 0; i < n; i++) {
        float *lane = strip->lanes + i % LANES * strip->wide;
        for (ptrdiff_t j = 0; j < strip->size; j += single_width) {
            const single_reg aj = NAME(load_part)(AT(a, a_row, i) + j, strip->size - j);
            const single_reg xj = NAME(load_part)(AT(x, x_row, i) + j, strip->size - j);
            single_store(lane + j, single_fused(aj, xj, single_load(lane + j)));
        }
    }
    fold_lanes_of_strip(strip);
}

#undef AT
