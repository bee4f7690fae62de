/* Matrices that run along their columns, once for each TYPE; NAME(x) puts the type's prefix before x, and OF_SUMS(x) that
 * of SUM, the type that is summed in. */

#define AT(a, stride, i) ((const TYPE *)((const char *)(a) + (i) * (stride)))
#define REG NAME(reg)
#define WIDTH NAME(width)
#define REG_BYTES (WIDTH * (int)sizeof(TYPE)) /* that one is read from */
#define LINE_REGS (CACHE_LINE / REG_BYTES > 4 ? 4 : CACHE_LINE / REG_BYTES) /* that are done side by side */
#define NARROW_REGS 4 /* of the longest rows whose lanes are not gone through column by column */
#define MANY_COLUMNS (REG_BYTES == CACHE_LINE ? 64 : 512)

/* `regs` registers of a lane from column j on, of which `left` columns are left: what `turn` reads, plus
 * a[0] * x[0] + a[1] * x[LANES] + ..., added in this order, for `rows` rows; then what waits for them in the fold.
 * Numbers of registers and rows are constants. Only two of the rows have pointers of their own: eight offsets do not fit
 * the registers. */
INLINE void NAME(lane_sums)(REG *sums, const struct OF_SUMS(turn) *turn, ptrdiff_t j, int fresh, const TYPE *upper,
                            const TYPE *lower, ptrdiff_t a_step, const REG *factors, const int rows, const int regs,
                            ptrdiff_t left) {
    UNROLL
    for (int k = 0; k < regs; k++) {
        sums[k] = (REG){0};
        if (!fresh) memcpy(&sums[k], turn->from + j + k * WIDTH, sizeof(REG));
    }
    UNROLL
    for (int t = 0; t < rows; t++) {
        const TYPE *p = t < rows / 2 ? AT(upper, a_step, t) : AT(lower, a_step, t - rows / 2);
        UNROLL
        for (int k = 0; k < regs; k++)
            sums[k] = NAME(multiply_add)(sums[k], left >= regs * WIDTH ? NAME(load)(p + k * WIDTH)
                                                                        : NAME(load_up_to)(p + k * WIDTH, left - k * WIDTH),
                                         factors[t]);
    }
    for (int level = 0; level < turn->waiting; level++) {
        UNROLL
        for (int k = 0; k < regs; k++) {
            REG v;
            memcpy(&v, turn->kept + level * turn->wide + j + k * WIDTH, sizeof v);
            sums[k] += v;
        }
    }
}

/* The same for `regs` whole registers, and where they go. */
INLINE void NAME(whole_sums)(const struct OF_SUMS(turn) *turn, ptrdiff_t j, int fresh, const TYPE *upper,
                             const TYPE *lower, ptrdiff_t a_step, const REG *factors, const int rows, const int regs) {
    REG sums[4];
    NAME(lane_sums)(sums, turn, j, fresh, upper + j, lower + j, a_step, factors, rows, regs, regs * WIDTH);
    UNROLL
    for (int k = 0; k < regs; k++) memcpy(turn->to + j + k * WIDTH, &sums[k], sizeof(REG));
}

/* All columns: those before a whole cache line of a first, where there are many. All rows of a lane lie as far from one,
 * as LANES rows are whole lines apart. */
INLINE void NAME(add_rows)(const struct OF_SUMS(turn) *turn, int fresh, const TYPE *a, ptrdiff_t a_step, const SUM *x,
                           const int rows) {
    const TYPE *lower = AT(a, a_step, rows / 2);
    REG factors[8], some[1];
    const ptrdiff_t before = (ptrdiff_t)((CACHE_LINE - (size_t)a % CACHE_LINE) % CACHE_LINE / sizeof(TYPE));
    const ptrdiff_t head = turn->size < MANY_COLUMNS ? 0 : before, odd = head % WIDTH;
    ptrdiff_t j = odd;
    UNROLL
    for (int t = 0; t < rows; t++) factors[t] = NAME(spread)(x[t * LANES]);
    if (odd > 0) {
        NAME(lane_sums)(some, turn, 0, fresh, a, lower, a_step, factors, rows, 1, odd);
        memcpy(turn->to, some, (size_t)odd * sizeof(SUM));
    }
    for (; j < head; j += WIDTH) NAME(whole_sums)(turn, j, fresh, a, lower, a_step, factors, rows, 1);
    for (; j + LINE_REGS * WIDTH <= turn->size; j += LINE_REGS * WIDTH)
        NAME(whole_sums)(turn, j, fresh, a, lower, a_step, factors, rows, LINE_REGS);
    for (; j + WIDTH <= turn->size; j += WIDTH) NAME(whole_sums)(turn, j, fresh, a, lower, a_step, factors, rows, 1);
    if (j < turn->size) {
        NAME(lane_sums)(some, turn, j, fresh, a + j, lower + j, a_step, factors, rows, 1, turn->size - j);
        memcpy(turn->to + j, some, sizeof some);
    }
}

/* Less than eight rows of one lane. */
static void NAME(take_turn)(struct OF_SUMS(turn) turn, int fresh, const TYPE *a, ptrdiff_t a_step, const SUM *x,
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

/* `rows` rows, a multiple of 8 * LANES, that are no longer than `regs` registers, a constant: what a register holds past a
 * row's end is summed as well, and goes nowhere. */
INLINE void NAME(add_narrow_rows)(const struct OF_SUMS(strip) *strip, const TYPE *a, ptrdiff_t a_row, const SUM *x,
                                  ptrdiff_t rows, const int regs) {
    for (ptrdiff_t i = 0; i < rows; i += i % LANES == LANES - 1 ? 7 * LANES + 1 : 1) {
        SUM *lane = strip->lanes + i % LANES * strip->wide;
        REG sums[NARROW_REGS];
        UNROLL
        for (int k = 0; k < regs; k++) {
            sums[k] = (REG){0};
            if (i >= LANES) memcpy(&sums[k], lane + k * WIDTH, sizeof(REG));
        }
        UNROLL
        for (int t = 0; t < 8; t++) {
            const TYPE *row = AT(a, a_row, i + t * LANES);
            const REG factor = NAME(spread)(x[i + t * LANES]);
            UNROLL
            for (int k = 0; k < regs; k++)
                sums[k] = NAME(multiply_add)(sums[k], NAME(load)(row + k * WIDTH), factor);
        }
        UNROLL
        for (int k = 0; k < regs; k++) memcpy(lane + k * WIDTH, &sums[k], sizeof(REG));
    }
}

/* The same for as many rows as may be, if they are so short: no register reaches past the last row. How many that is. */
static ptrdiff_t NAME(narrow_rows)(const struct OF_SUMS(strip) *strip, const TYPE *a, ptrdiff_t a_row, const SUM *x,
                                   ptrdiff_t n) {
    const ptrdiff_t regs = (strip->size + WIDTH - 1) / WIDTH;
    const ptrdiff_t beyond = (regs * WIDTH - strip->size) * (ptrdiff_t)sizeof(TYPE);
    ptrdiff_t rows = n;
    if (beyond > 0) rows = a_row > 0 ? n - (beyond + a_row - 1) / a_row : 0;
    rows = rows < 0 ? 0 : rows - rows % (8 * LANES);
    switch (regs) {
    case 1: NAME(add_narrow_rows)(strip, a, a_row, x, rows, 1); return rows;
    case 2: NAME(add_narrow_rows)(strip, a, a_row, x, rows, 2); return rows;
    case 3: NAME(add_narrow_rows)(strip, a, a_row, x, rows, 3); return rows;
    case 4: NAME(add_narrow_rows)(strip, a, a_row, x, rows, 4); return rows;
    }
    return 0;
}

/* strip->kept[5] = the sums of a block of a[i] * x[i], i < n <= BLOCK: a register holds one lane of neighbours.
 * Eight rows at a time share a lane, so that it is loaded and stored once for all. Where lanes are too many for L1, the
 * last rows take them in the order of the fold, which sums them as they come. */
static void NAME(column_sums)(const struct OF_SUMS(strip) *strip, const TYPE *a, ptrdiff_t a_row, const SUM *x,
                              ptrdiff_t n) {
    const int in_L1 = strip->size * LANES * (ptrdiff_t)sizeof(SUM) <= LANES_IN_L1;
    for (ptrdiff_t first = NAME(narrow_rows)(strip, a, a_row, x, n); first < n; first += 8 * LANES) {
        const int folds = !in_L1 && first + 8 * LANES >= n;
        for (int place = 0; place < LANES; place++) {
            const ptrdiff_t at = folds ? in_order_of_fold[place] : place, i = first + at;
            const ptrdiff_t rows = i < n ? (n - i + LANES - 1) / LANES : 0;
            SUM *lane = strip->lanes + at * strip->wide;
            struct OF_SUMS(turn) turn = {lane, lane, strip->kept, strip->wide, strip->size, 0};
            if (folds) turn.waiting = ones_at_the_end(place), turn.to = strip->kept + turn.waiting * strip->wide;
            if (rows >= 8)
                NAME(add_rows)(&turn, first == 0, AT(a, a_row, i), LANES * a_row, x + i, 8);
            else if (rows > 0 || folds || first == 0)
                NAME(take_turn)(turn, first == 0, AT(a, a_row, i), LANES * a_row, x + i, rows);
        }
    }
    if (in_L1) OF_SUMS(fold_strip)(strip);
}

#undef AT
#undef REG
#undef WIDTH
#undef REG_BYTES
#undef LINE_REGS
#undef NARROW_REGS
#undef MANY_COLUMNS
