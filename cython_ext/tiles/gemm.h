/* The matrix product, once for each TYPE; NAME(x) puts the type's prefix before x, and OF_SUMS(x) that of SUM, which is
 * summed in: how panels of rows are packed, and the micro-kernel on them: MR x NR outputs, each the sum of one block, in
 * 32 lanes of its own.
 *
 * That many lanes of that many outputs do not fit the registers, so the micro-kernel passes over the block once for
 * every register of lanes, and only one register of each output is live at a time. Operands come packed in
 * the order of those passes, as SUM: element c of row r of panel i of a group, R rows each, stands at
 *     (((pass * panels + i) * steps + c / 32) * R + r) * width + c % width,  pass = c % 32 / width.
 * A step of a pass loads MR + NR registers for MR * NR products, and reads memory in sequence.
 */

#define REG OF_SUMS(reg)
#define WIDTH OF_SUMS(width)
#define PASSES (LANES / WIDTH)
#define OUTPUTS (MR * NR)
#define KEPT_OUTPUTS (PASSES / 2 * OUTPUTS) /* registers a panel: what the first half of the passes leaves */

/* Pack columns `from` to `to` of each of `rows` rows of a, one by one, and zeros for those before `lead` or from n on. */
INLINE void NAME(pack_columns)(SUM *out, ptrdiff_t pass, const TYPE *a, ptrdiff_t row, ptrdiff_t column, ptrdiff_t rows,
                               const int R, ptrdiff_t lead, ptrdiff_t n, ptrdiff_t from, ptrdiff_t to) {
    for (ptrdiff_t c = from; c < to; c++) {
        SUM *place = out + c % LANES / WIDTH * pass + c / LANES * R * WIDTH + c % WIDTH;
        for (int r = 0; r < R; r++) {
            TYPE v = 0;
            if (r < rows && c >= lead && c < n) memcpy(&v, (const char *)a + r * row + (c - lead) * column, sizeof v);
            place[r * WIDTH] = v;
        }
    }
}

/* Pack n elements of each of `rows` rows of a, and zeros for what a panel of R rows and whole 32 columns has
 * besides, of which `lead` columns come first; `pass` is how far apart two passes lie in out. Strides of a are in bytes,
 * of any size: what is not contiguous may be misaligned. All rows go side by side, so that each line of out, and of
 * columns, is met once. */
INLINE void NAME(pack_after)(SUM *out, ptrdiff_t pass, const TYPE *a, ptrdiff_t row, ptrdiff_t column, ptrdiff_t rows,
                             const int R, ptrdiff_t lead, ptrdiff_t n) {
    const ptrdiff_t end = lead + n, steps = (end + LANES - 1) / LANES;
    const ptrdiff_t first = lead > 0, whole = rows >= R && column == sizeof(TYPE) && end >= LANES ? end / LANES : first;
    NAME(pack_columns)(out, pass, a, row, column, rows, R, lead, end, 0, first * LANES);
    for (ptrdiff_t k = first; k < whole; k++) {
        for (int r = 0; r < R; r++) {
            const TYPE *source = (const TYPE *)((const char *)a + r * row) + k * LANES - lead;
            SUM *to = out + (k * R + r) * WIDTH;
            UNROLL
            for (int c = 0; c < LANES; c += WIDTH) {
                const REG v = NAME(load_wide)(source + c);
                memcpy(to + c / WIDTH * pass, &v, sizeof v);
            }
        }
    }
    NAME(pack_columns)(out, pass, a, row, column, rows, R, lead, end, whole * LANES, steps * LANES);
}
INLINE void NAME(pack)(SUM *out, ptrdiff_t pass, const TYPE *a, ptrdiff_t row, ptrdiff_t column, ptrdiff_t rows,
                       const int R, ptrdiff_t n) {
    NAME(pack_after)(out, pass, a, row, column, rows, R, 0, n);
}

#ifndef ONLY_IN_PLACE
/* The same of WIDTH columns for whole panels of rows that lie side by side, panel i `panel` elements of out after panel
 * i - 1, of which the columns of the first are at `from`. */
INLINE void NAME(pack_one_by_one)(SUM *to, ptrdiff_t panel, const char *from, ptrdiff_t column, ptrdiff_t panels,
                                  const int R) {
    for (ptrdiff_t i = 0; i < panels; i++, to += panel, from += R * sizeof(TYPE)) {
        UNROLL
        for (int k = 0; k < WIDTH; k++) {
            TYPE v[MR > NR ? MR : NR];
            memcpy(v, from + k * column, R * sizeof(TYPE));
            UNROLL
            for (int r = 0; r < R; r++) to[r * WIDTH + k] = v[r];
        }
    }
}

#ifdef FOURS
#define PANELS_OF_FOURS(R) (R % 4 == 0 ? 1 : R % 2 == 0 ? 2 : 4) /* whose rows are whole fours */

/* The same, four rows by four columns at a time, turned in registers; returns for how many panels. */
INLINE ptrdiff_t NAME(pack_fours)(SUM *to, ptrdiff_t panel, const char *from, ptrdiff_t column, ptrdiff_t panels,
                                  const int R) {
    const int taken = PANELS_OF_FOURS(R);
    ptrdiff_t i = 0;
    for (; i + taken <= panels; i += taken, to += taken * panel, from += taken * R * sizeof(TYPE)) {
        UNROLL
        for (int row = 0; row < taken * R; row += 4) {
            UNROLL
            for (int k = 0; k < WIDTH; k += 4) {
                NAME(four) v[4];
                UNROLL
                for (int c = 0; c < 4; c++) v[c] = NAME(load_four)((const TYPE *)(from + (k + c) * column) + row);
                q64_transpose(v);
                UNROLL
                for (int r = 0; r < 4; r++)
                    memcpy(to + (row + r) / R * panel + (row + r) % R * WIDTH + k, &v[r], sizeof v[r]);
            }
        }
    }
    return i;
}
#endif

/* All n columns of them. A register of columns at a time, of all panels: a line of `a` is read once, and however far
 * apart its columns are, L1 has room for so few. Panel by panel, 256x256 of float64, whose columns share two sets of
 * L1, could take 0.4 ms. */
INLINE void NAME(pack_side_by_side_of)(SUM *out, ptrdiff_t panel, ptrdiff_t pass, const TYPE *a, ptrdiff_t column,
                                       ptrdiff_t panels, const int R, ptrdiff_t n) {
    ptrdiff_t c = 0;
    for (; c + WIDTH <= n; c += WIDTH) {
        SUM *to = out + c % LANES / WIDTH * pass + c / LANES * R * WIDTH;
        const char *from = (const char *)a + c * column;
        ptrdiff_t done = 0;
#ifdef FOURS
        done = NAME(pack_fours)(to, panel, from, column, panels, R);
#endif
        NAME(pack_one_by_one)(to + done * panel, panel, from + done * R * sizeof(TYPE), column, panels - done, R);
    }
    for (ptrdiff_t i = 0; i < panels; i++)
        NAME(pack_columns)(out + i * panel, pass, a + i * R, sizeof(TYPE), column, R, R, 0, n, c,
                           (n + LANES - 1) / LANES * LANES);
}
static void NAME(pack_side_by_side)(SUM *out, ptrdiff_t panel, ptrdiff_t pass, const TYPE *a, ptrdiff_t column,
                                    ptrdiff_t panels, const int R, ptrdiff_t n) {
    if (R == MR)
        NAME(pack_side_by_side_of)(out, panel, pass, a, column, panels, MR, n);
    else
        NAME(pack_side_by_side_of)(out, panel, pass, a, column, panels, NR, n);
}

/* One step of a pass over packed panels: sums[j * MR + i] = or += a[i] * x[j]. */
INLINE void NAME(step_of_panels)(const SUM *a, const SUM *x, const int first, REG *sums) {
    REG rows[MR];
    UNROLL
    for (int i = 0; i < MR; i++) rows[i] = KEEP_IN_REGISTER(OF_SUMS(load)(a + i * WIDTH));
    UNROLL
    for (int j = 0; j < NR; j++) {
        const REG column = KEEP_IN_REGISTER(OF_SUMS(load)(x + j * WIDTH));
        UNROLL
        for (int i = 0; i < MR; i++)
            sums[j * MR + i] = first ? rows[i] * column : NAME(add_widened)(sums[j * MR + i], rows[i], column);
    }
}

/* The lanes of one pass over rows of a and of x. Lanes start from their first product, not from +0.0, for the sake of
 * the short passes that short rows have (of float32, 256x256x256 by 8 %): what remains of it is that no sum is -0.0. */
INLINE void NAME(micro_kernel)(const SUM *a, const SUM *x, ptrdiff_t steps, REG *sums) {
    NAME(step_of_panels)(a, x, 1, sums);
    for (ptrdiff_t k = 1; k < steps; k++) {
        a += MR * WIDTH, x += NR * WIDTH;
        NAME(step_of_panels)(a, x, 0, sums);
    }
}
#endif

/* Which elements of a register are read: all, the first n of them, or those from n on. */
#ifndef WHOLE
#define WHOLE 0
#define FIRST 1
#define REST 2
#endif

/* One step of it on rows of x that lie where they are, x_row bytes apart. Only two of them have pointers of their own: NR
 * offsets do not fit the registers. */
INLINE void NAME(step_in_place)(const SUM *a, const char *upper, const char *lower, ptrdiff_t x_row, const int read,
                                ptrdiff_t n, REG *sums) {
    REG rows[MR];
    UNROLL
    for (int i = 0; i < MR; i++) rows[i] = KEEP_IN_REGISTER(OF_SUMS(load)(a + i * WIDTH));
    UNROLL
    for (int j = 0; j < NR; j++) {
        const TYPE *x = (const TYPE *)(j < NR / 2 ? upper + j * x_row : lower + (j - NR / 2) * x_row);
        const REG column = KEEP_IN_REGISTER(read == WHOLE   ? NAME(load_wide)(x)
                                            : read == FIRST ? NAME(load_wide_part)(x, n)
                                                            : NAME(load_wide_rest)(x, n));
        UNROLL
        for (int i = 0; i < MR; i++) sums[j * MR + i] = NAME(add_widened)(sums[j * MR + i], rows[i], column);
    }
}

/* The same lanes of rows of x in place: n elements from the first of this pass on, of which `lead` are not theirs. */
INLINE void NAME(micro_kernel_in_place)(const SUM *a, const TYPE *x, ptrdiff_t x_row, ptrdiff_t lead, ptrdiff_t n,
                                        REG *sums) {
    const char *upper = (const char *)x, *lower = upper + NR / 2 * x_row;
    UNROLL
    for (int o = 0; o < OUTPUTS; o++) sums[o] = (REG){0};
    if (lead > 0) {
        NAME(step_in_place)(a, upper, lower, x_row, REST, lead, sums);
        a += MR * WIDTH, upper += LANES * sizeof(TYPE), lower += LANES * sizeof(TYPE), n -= LANES;
    }
    for (; n >= WIDTH; n -= LANES) {
        NAME(step_in_place)(a, upper, lower, x_row, WHOLE, n, sums);
        a += MR * WIDTH, upper += LANES * sizeof(TYPE), lower += LANES * sizeof(TYPE);
    }
    if (n > 0) NAME(step_in_place)(a, upper, lower, x_row, FIRST, n, sums);
}

/* How many elements before x the last boundary is at which no register straddles two cache lines, if rows that lie x_row
 * bytes apart have theirs in the same place; otherwise 0. Rows in place may begin so much earlier, where the packed ones
 * have zeros: lanes are turned round by as many, and the fold is the same, as what meets lane l there, l + h, meets it
 * here, too. 64x1024 by 8, 16 bytes past a line as NumPy's arrays often are, took 31 us without
 * that, and 21 with it. */
INLINE ptrdiff_t NAME(lead_in_place)(const TYPE *x, ptrdiff_t x_row) {
    const size_t bytes = WIDTH * sizeof(TYPE);
    return bytes <= 16 || (size_t)x_row % bytes ? 0 : (ptrdiff_t)((size_t)x % bytes / sizeof(TYPE));
}

/* out[j * out_row + i] = the folds of what the passes left, sums[j * MR + i]; +0.0 for -0.0 if `unsigned_zeros`. */
INLINE void NAME(store_outputs)(const REG *sums, SUM *out, ptrdiff_t out_row, const int unsigned_zeros) {
    SUM folds[OUTPUTS];
    int o = 0;
    UNROLL
    for (; o + WIDTH <= OUTPUTS; o += WIDTH) {
        REG each = OF_SUMS(fold_each)(sums + o);
        if (unsigned_zeros) each += (REG){0};
        memcpy(folds + o, &each, sizeof each);
    }
    UNROLL
    for (; o < OUTPUTS; o++) folds[o] = OF_SUMS(fold)(sums[o]) + (unsigned_zeros ? (SUM)0 : -(SUM)0);
    for (int j = 0; j < NR; j++) memcpy(out + j * out_row, folds + j * MR, MR * sizeof(SUM));
}

/* to[o] = sums[o]; a memcpy would pin sums to memory through the whole pass. */
INLINE void NAME(keep)(REG *to, const REG *sums) {
    UNROLL
    for (int o = 0; o < OUTPUTS; o++) to[o] = sums[o];
}

INLINE void NAME(add_kept)(REG *sums, const REG *kept) {
    UNROLL
    for (int o = 0; o < OUTPUTS; o++) sums[o] += kept[o];
}

/* out[j * out_row + i] = the sum of one block of n elements of row i of `panels` panels of a times row j of x: one panel
 * of those, packed, or NR of them in place, a constant, x_row bytes apart, before which panels of a have `lead` zeros.
 * Each pass goes over all panels, so that its part of x stays in L1. `workspace` holds KEPT_OUTPUTS registers a panel.
 * The first halving of the lanes adds pass PASSES / 2 + p to pass p. */
INLINE void NAME(panels_by_rows)(const SUM *a, ptrdiff_t panels, const void *x, const int in_place, ptrdiff_t x_row,
                                 ptrdiff_t lead, ptrdiff_t n, SUM *out, ptrdiff_t out_row, SUM *workspace) {
    const ptrdiff_t end = lead + n, steps = (end + LANES - 1) / LANES;
    const ptrdiff_t a_size = steps * MR * WIDTH;
    for (int p = 0; p < PASSES; p++) {
        REG *kept = (REG *)workspace + p % (PASSES / 2) * OUTPUTS;
        for (ptrdiff_t i = 0; i < panels; i++, a += a_size, kept += KEPT_OUTPUTS) {
            REG sums[OUTPUTS];
            if (in_place)
                NAME(micro_kernel_in_place)(a, (const TYPE *)x - lead + p * WIDTH, x_row, p == 0 ? lead : 0,
                                            end - p * WIDTH, sums);
#ifndef ONLY_IN_PLACE
            else
                NAME(micro_kernel)(a, (const SUM *)x + p * (steps * NR * WIDTH), steps, sums);
#endif
            if (p < PASSES / 2) {
                NAME(keep)(kept, sums);
                continue;
            }
            NAME(add_kept)(sums, kept);
            if (p < PASSES - 1) {
                NAME(keep)(kept, sums);
                continue;
            }
            REG *first = kept - (PASSES / 2 - 1) * OUTPUTS;
            UNROLL
            for (int half = PASSES / 4; half >= 1; half /= 2) { /* the last of each half is in registers */
                for (int o = 0; o < (half - 1) * OUTPUTS; o++) first[o] += first[o + half * OUTPUTS];
                NAME(add_kept)(sums, first + (half - 1) * OUTPUTS);
            }
            NAME(store_outputs)(sums, out + i * MR, out_row, !in_place);
        }
    }
}
#ifndef ONLY_IN_PLACE
APART void NAME(gemm_panels)(const SUM *a, ptrdiff_t panels, const SUM *x, ptrdiff_t n, SUM *out,
                              ptrdiff_t out_row, SUM *workspace) {
    NAME(panels_by_rows)(a, panels, x, 0, 0, 0, n, out, out_row, workspace);
}
#endif
APART void NAME(gemm_panels_in_place)(const SUM *a, ptrdiff_t panels, const TYPE *x, ptrdiff_t x_row, ptrdiff_t lead,
                                       ptrdiff_t n, SUM *out, ptrdiff_t out_row, SUM *workspace) {
    NAME(panels_by_rows)(a, panels, x, 1, x_row, lead, n, out, out_row, workspace);
}

#undef REG
#undef WIDTH
#undef PASSES
#undef OUTPUTS
#undef KEPT_OUTPUTS
#undef PANELS_OF_FOURS
