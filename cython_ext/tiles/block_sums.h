/* The inner tiles, once for each register that simd/registers.h names: TYPE is what lies in memory, and NAME(x) puts
 * the register's prefix before x. Strides are in bytes; a column of a row follows the one before it. */

#define REG NAME(reg)
#define WIDTH NAME(width)
#define REGS (LANES / WIDTH)
#define MOST_ROWS 4 /* that share a load */
#define ROW(a, stride, r) ((const TYPE *)((const char *)(a) + (r) * (stride)))

/* Registers, and no call: memset of so many bytes is REP STOS to GCC, which takes 15 ns. */
INLINE void NAME(clear)(REG *sums) {
    UNROLL
    for (int k = 0; k < REGS; k++) sums[k] = (REG){0};
}

/* sums[i % 32] += x[i] * y[i]. The sums are REGS registers: enough of them to hide the latency of the adds.
 * Elements past n are read as zeros, whose product changes no lane. */
INLINE void NAME(accumulate)(REG *sums, const TYPE *x, const TYPE *y, ptrdiff_t n) {
    ptrdiff_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        UNROLL
        for (int k = 0; k < REGS; k++)
            sums[k] = NAME(multiply_add)(sums[k], NAME(load)(x + i + k * WIDTH), NAME(load)(y + i + k * WIDTH));
    }
    x += i, y += i, n -= i;
    UNROLL
    for (int k = 0; k < REGS; k++) {
        const ptrdiff_t left = n - k * WIDTH;
        if (left <= 0) break;
        if (left >= WIDTH)
            sums[k] = NAME(multiply_add)(sums[k], NAME(load)(x + k * WIDTH), NAME(load)(y + k * WIDTH));
        else
            sums[k] = NAME(multiply_add)(sums[k], NAME(load_part)(x + k * WIDTH, left), NAME(load_part)(y + k * WIDTH, left));
    }
}

/* The first step of the fold: the registers of one row halved until one is left. The others hold zeros if
 * n <= WIDTH, and adding those changes nothing. */
INLINE REG NAME(fold_registers)(REG *sums, ptrdiff_t n) {
    if (n > WIDTH) {
        UNROLL
        for (int half = REGS / 2; half >= 1; half /= 2) {
            UNROLL
            for (int k = 0; k < half; k++) sums[k] += sums[k + half];
        }
    }
    return sums[0];
}

/* The sum of a block of n products. */
INLINE double NAME(block_sum)(const TYPE *x, const TYPE *y, ptrdiff_t n) {
    REG sums[REGS];
    NAME(clear)(sums);
    NAME(accumulate)(sums, x, y, n);
    return NAME(fold)(NAME(fold_registers)(sums, n));
}

/* One number, wherever it lies. */
INLINE double NAME(element_at)(const TYPE *x, ptrdiff_t bytes) {
    TYPE v;
    memcpy(&v, (const char *)x + bytes, sizeof v);
    return v;
}

/* The numbers of a register that lie `stride` bytes apart. */
INLINE REG NAME(load_apart)(const TYPE *x, ptrdiff_t stride) {
#define EACH(i) NAME(element_at)(x, (i) * stride)
#if WIDTH == 8
    return (REG){EACH(0), EACH(1), EACH(2), EACH(3), EACH(4), EACH(5), EACH(6), EACH(7)};
#elif WIDTH == 4
    return (REG){EACH(0), EACH(1), EACH(2), EACH(3)};
#elif WIDTH == 2
    return (REG){EACH(0), EACH(1)};
#else
    return EACH(0);
#endif
#undef EACH
}

/* The sum of a block of n products, for elements of x, and of y where `apart`, a constant, is 1, that lie so many bytes
 * apart. Strides are any, 0 and what is not a multiple of an element's size included. */
INLINE double NAME(block_sum_apart)(const TYPE *x, ptrdiff_t x_stride, const TYPE *y, ptrdiff_t y_stride,
                                    const int apart, ptrdiff_t n) {
    REG sums[REGS];
    TYPE x_left[LANES], y_left[LANES];
    NAME(clear)(sums);
    for (; n >= LANES; n -= LANES, x = ROW(x, x_stride, LANES), y = ROW(y, y_stride, LANES)) {
        UNROLL
        for (int k = 0; k < REGS; k++) {
            const TYPE *yk = ROW(y, y_stride, k * WIDTH);
            sums[k] = NAME(multiply_add)(sums[k], NAME(load_apart)(ROW(x, x_stride, k * WIDTH), x_stride),
                                         apart ? NAME(load_apart)(yk, y_stride) : NAME(load)(yk));
        }
    }
    for (ptrdiff_t i = 0; i < n; i++) {
        memcpy(&x_left[i], ROW(x, x_stride, i), sizeof(TYPE));
        memcpy(&y_left[i], ROW(y, y_stride, i), sizeof(TYPE));
    }
    NAME(accumulate)(sums, x_left, y_left, n);
    return NAME(fold)(NAME(fold_registers)(sums, LANES));
}
INLINE double NAME(strided_block_sum)(const TYPE *x, ptrdiff_t x_stride, const TYPE *y, ptrdiff_t y_stride,
                                      ptrdiff_t n) {
    return NAME(block_sum_apart)(x, x_stride, y, y_stride, 1, n);
}
INLINE double NAME(half_strided_block_sum)(const TYPE *x, ptrdiff_t x_stride, const TYPE *y, ptrdiff_t n) {
    return NAME(block_sum_apart)(x, x_stride, y, sizeof(TYPE), 0, n);
}

/* The sum of a block of n products of elements that lie one before the other. They are read as they lie, so that lanes
 * stand the other way round; the fold is the same, as what meets lane l there, l + h, meets it here, too. */
INLINE double NAME(backwards_block_sum)(const TYPE *x, const TYPE *y, ptrdiff_t n) {
    REG sums[REGS];
    TYPE x_left[LANES], y_left[LANES];
    NAME(clear)(sums);
    for (x++, y++; n >= LANES; n -= LANES) {
        x -= LANES, y -= LANES;
        UNROLL
        for (int k = 0; k < REGS; k++)
            sums[k] = NAME(multiply_add)(sums[k], NAME(load)(x + k * WIDTH), NAME(load)(y + k * WIDTH));
    }
    if (n > 0) {
        memset(x_left, 0, sizeof x_left);
        memset(y_left, 0, sizeof y_left);
        memcpy(x_left + LANES - n, x - n, (size_t)n * sizeof(TYPE));
        memcpy(y_left + LANES - n, y - n, (size_t)n * sizeof(TYPE));
        NAME(accumulate)(sums, x_left, y_left, LANES);
    }
    return NAME(fold)(NAME(fold_registers)(sums, LANES));
}

/* lanes[i % 32] += x[i] * y[i], the lanes in memory: for a block that comes in pieces. */
INLINE void NAME(add_products)(double *lanes, const TYPE *x, const TYPE *y, ptrdiff_t n) {
    REG sums[REGS];
    memcpy(sums, lanes, sizeof sums);
    NAME(accumulate)(sums, x, y, n);
    memcpy(lanes, sums, sizeof sums);
}

/* sums[r * REGS + k] = the lanes of register k of a block of row r, for `rows` rows that share each load of x and
 * for the `regs` registers from `first` on: both constants, so that all these sums stay in registers. */
INLINE void NAME(shared_lanes)(REG *sums, const TYPE *a, ptrdiff_t apart, const TYPE *x, ptrdiff_t n, const int rows,
                               const int first, const int regs) {
    const ptrdiff_t whole = n - n % LANES;
    REG s[MOST_ROWS * REGS];
    UNROLL
    for (int k = 0; k < rows * regs; k++) s[k] = (REG){0};
    for (ptrdiff_t i = first * WIDTH; i < whole; i += LANES) {
        UNROLL
        for (int k = 0; k < regs; k++) {
            const REG xk = NAME(load)(x + i + k * WIDTH);
            UNROLL
            for (int r = 0; r < rows; r++)
                s[r * regs + k] = NAME(multiply_add)(s[r * regs + k], NAME(load)(ROW(a, apart, r) + i + k * WIDTH), xk);
        }
    }
    if (whole + first * WIDTH < n) {
        UNROLL
        for (int k = 0; k < regs; k++) {
            const ptrdiff_t i = whole + (first + k) * WIDTH;
            const REG xk = NAME(load_up_to)(x + i, n - i);
            UNROLL
            for (int r = 0; r < rows; r++)
                s[r * regs + k] = NAME(multiply_add)(s[r * regs + k], NAME(load_up_to)(ROW(a, apart, r) + i, n - i), xk);
        }
    }
    UNROLL
    for (int r = 0; r < rows; r++) {
        UNROLL
        for (int k = 0; k < regs; k++) sums[r * REGS + first + k] = s[r * regs + k];
    }
}

/* out[r] = the sum of a block of a[r / rows * next + r % rows * apart] * x, r < WIDTH: `rows` at a time share each
 * load of x, in `parts` passes that split the registers, and the folds of all end in one register. */
INLINE void NAME(shared_rows)(const TYPE *a, ptrdiff_t next, ptrdiff_t apart, const TYPE *x, ptrdiff_t n,
                              const int rows, const int parts, double *out) {
    REG each[WIDTH];
    UNROLL
    for (int done = 0; done < WIDTH; done += rows, a = ROW(a, next, 1)) {
        REG sums[MOST_ROWS * REGS];
        UNROLL
        for (int part = 0; part < parts; part++)
            NAME(shared_lanes)(sums, a, apart, x, n, rows, part * (REGS / parts), REGS / parts);
        UNROLL
        for (int r = 0; r < rows; r++) each[done + r] = NAME(fold_registers)(sums + r * REGS, LANES);
    }
    const REG folded = NAME(fold_each)(each);
    memcpy(out, &folded, sizeof folded);
}

/* How many rows of n elements share a load of x. */
INLINE ptrdiff_t NAME(sharing)(ptrdiff_t n) { return n <= NAME(split_up_to) ? NAME(split_rows) : NAME(rows); }

/* The same for `sharing` rows of one block, as many as their whole length asks for. */
INLINE void NAME(shared_row_sums)(const TYPE *a, ptrdiff_t next, ptrdiff_t apart, const TYPE *x, ptrdiff_t n,
                                  ptrdiff_t sharing, double *out) {
    if (sharing == NAME(rows))
        NAME(shared_rows)(a, next, apart, x, n, NAME(rows), 1, out);
    else
        NAME(shared_rows)(a, next, apart, x, n, NAME(split_rows), NAME(split_parts), out);
}

/* out[r] = the sum of a block of a[r] * x[r], r < WIDTH. */
INLINE void NAME(paired_row_sums)(const TYPE *a, ptrdiff_t a_row, const TYPE *x, ptrdiff_t x_row, ptrdiff_t n,
                                  double *out) {
    REG each[WIDTH];
    for (int r = 0; r < WIDTH; r++) {
        REG sums[REGS];
        NAME(clear)(sums);
        NAME(accumulate)(sums, ROW(a, a_row, r), ROW(x, x_row, r), n);
        each[r] = NAME(fold_registers)(sums, n);
    }
    const REG folded = NAME(fold_each)(each);
    memcpy(out, &folded, sizeof folded);
}

#ifndef SHARED_ROWS_ALONE
/* The registers of a row that fills `used` of them, a constant, the last with `last` elements. */
INLINE void NAME(load_row)(REG *row, const TYPE *a, const int used, ptrdiff_t last) {
    UNROLL
    for (int k = 0; k < used - 1; k++) row[k] = NAME(load)(a + k * WIDTH);
    row[used - 1] = NAME(load_part)(a + (used - 1) * WIDTH, last);
}

/* out[r] = a[r] * x[r], r < WIDTH, for such rows. Each lane holds one product, so there is nothing to accumulate and only
 * `used` registers to fold. What remains of a lane's +0.0 is that no sum is -0.0. All rows share x if its registers
 * are given, `shared`. */
INLINE void NAME(few_registers)(const TYPE *a, ptrdiff_t a_row, const TYPE *x, ptrdiff_t x_row, const REG *shared,
                                const int used, ptrdiff_t last, double *out) {
    REG each[WIDTH];
    UNROLL
    for (int r = 0; r < WIDTH; r++) {
        REG products[REGS], own[REGS];
        NAME(load_row)(products, ROW(a, a_row, r), used, last);
        if (!shared) NAME(load_row)(own, ROW(x, x_row, r), used, last);
        UNROLL
        for (int k = 0; k < used; k++) products[k] *= shared ? shared[k] : own[k];
        UNROLL
        for (int half = REGS / 2; half >= 1; half /= 2) {
            UNROLL
            for (int k = 0; k < half; k++)
                if (k + half < used) products[k] += products[k + half];
        }
        each[r] = products[0];
    }
    const REG folded = NAME(fold_each)(each) + 0.0;
    memcpy(out, &folded, sizeof folded);
}

/* The same for `rows` rows, WIDTH at the least. The last of them may be done twice: the same bits, sooner than one by
 * one. */
INLINE void NAME(rows_of_few_registers)(const TYPE *a, ptrdiff_t a_row, const TYPE *x, ptrdiff_t x_row, const int used,
                                        ptrdiff_t last, ptrdiff_t rows, double *out) {
    REG shared[REGS];
    if (x_row == 0) {
        NAME(load_row)(shared, x, used, last);
        for (ptrdiff_t i = 0; i + WIDTH <= rows; i += WIDTH)
            NAME(few_registers)(ROW(a, a_row, i), a_row, x, 0, shared, used, last, out + i);
        if (rows % WIDTH)
            NAME(few_registers)(ROW(a, a_row, rows - WIDTH), a_row, x, 0, shared, used, last, out + rows - WIDTH);
        return;
    }
    for (ptrdiff_t i = 0; i + WIDTH <= rows; i += WIDTH)
        NAME(few_registers)(ROW(a, a_row, i), a_row, ROW(x, x_row, i), x_row, NULL, used, last, out + i);
    if (rows % WIDTH) {
        const ptrdiff_t i = rows - WIDTH;
        NAME(few_registers)(ROW(a, a_row, i), a_row, ROW(x, x_row, i), x_row, NULL, used, last, out + i);
    }
}

/* out[r] = a[r] * x[r], r < rows, WIDTH <= rows, for rows of up to 4 registers; returns 0 for longer ones. */
static int NAME(short_row_sums)(const TYPE *a, ptrdiff_t a_row, const TYPE *x, ptrdiff_t x_row, ptrdiff_t n,
                                ptrdiff_t rows, double *out) {
    const ptrdiff_t used = (n + WIDTH - 1) / WIDTH, last = n - (used - 1) * WIDTH;
    switch (used) {
    case 1: NAME(rows_of_few_registers)(a, a_row, x, x_row, 1, last, rows, out); return 1;
    case 2: NAME(rows_of_few_registers)(a, a_row, x, x_row, 2, last, rows, out); return 1;
    case 3: NAME(rows_of_few_registers)(a, a_row, x, x_row, 3, last, rows, out); return 1;
    case 4: NAME(rows_of_few_registers)(a, a_row, x, x_row, 4, last, rows, out); return 1;
    }
    return 0;
}
#endif

/* out[r] = values[r], r < WIDTH, rounded once to double or float. */
INLINE void NAME(store_each)(char *out, ptrdiff_t stride, int is_double, const double *values) {
    if (is_double && stride == sizeof(double)) {
        memcpy(out, values, WIDTH * sizeof(double));
        return;
    }
    UNROLL
    for (int r = 0; r < WIDTH; r++) {
        if (is_double)
            *(double *)(out + r * stride) = values[r];
        else
            *(float *)(out + r * stride) = (float)values[r];
    }
}

#undef REG
#undef WIDTH
#undef REGS
#undef MOST_ROWS
#undef ROW
