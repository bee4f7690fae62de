/* Tiles of the matrix product of bytes: TYPE is theirs, and NAME(x) puts before x the prefix of a way to multiply, of
 * which integers.h says what it has. Elements lie in words of 32 bits, as many as a word takes of one row, so
 * that one register has the words of neighbouring rows of A, and a sum of products of words is that of the elements:
 *     a [words of n elements][A_ROWS], x [words of n elements][X_ROWS]
 * Sums wrap, and their results, of n <= INTEGER_BLOCK elements, do not.
 */

#define REG i32_reg
#define REG_ROWS ((int)(sizeof(REG) / 4))
#define A_ROWS (WORD_REGS * REG_ROWS)

/* out = n elements of each of `rows` rows in words, side by side with those of R rows, a multiple of 4; what lies past the
 * last row is it again, and past the last element 0. Bits of `flip` are flipped. Strides are in bytes. */
TARGET static void NAME(pack_words)(char *out, const void *matrix, ptrdiff_t row, ptrdiff_t column, ptrdiff_t rows,
                                    ptrdiff_t R, ptrdiff_t n, int flip) {
    const TYPE *a = matrix;
    const bytes_reg flips = bytes_spread(flip);
    const ptrdiff_t step = 4 * R;
    ptrdiff_t first = 0;
    if (row == sizeof(TYPE) && rows >= R && R % (4 * WORD) == 0) /* neighbouring rows lie side by side */
        for (; first + WORD <= n; first += WORD, out += step)
            for (ptrdiff_t r = 0; r < R; r += 4 * WORD)
                NAME(columns)(out + 4 * r, (const char *)FROM(a, column, first) + r, column, flips);
    for (ptrdiff_t r = 0; r < R; r += 4) {
        const char *from[4];
        char *to = out + 4 * r;
        ptrdiff_t c = first;
        for (int i = 0; i < 4; i++) from[i] = (const char *)FROM(a, row, r + i < rows ? r + i : rows - 1);
        if (column == sizeof(TYPE))
            for (; c + 4 * WORD <= n; c += 4 * WORD, to += 4 * step) {
                const bytes_reg p = NAME(four_words)(from[0] + c) ^ flips, q = NAME(four_words)(from[1] + c) ^ flips;
                const bytes_reg s = NAME(four_words)(from[2] + c) ^ flips, t = NAME(four_words)(from[3] + c) ^ flips;
                const bytes_reg pq = zip_low_32(p, q), st = zip_low_32(s, t);
                const bytes_reg PQ = zip_high_32(p, q), ST = zip_high_32(s, t);
                bytes_store(to, zip_low_64(pq, st));
                bytes_store(to + step, zip_high_64(pq, st));
                bytes_store(to + 2 * step, zip_low_64(PQ, ST));
                bytes_store(to + 3 * step, zip_high_64(PQ, ST));
            }
        for (; c < n; c += WORD, to += step)
            for (int i = 0; i < 4 * WORD; i++)
                ((ELEMENT *)to)[i] = c + i % WORD < n ? (ELEMENT)(*FROM(from[i / WORD], column, c + i % WORD) ^ flip) : 0;
    }
}

/* sums[r] = what a register of sums starts from: what the flips of A's elements add to them, taken off. */
TARGET static void NAME(starts)(int32_t *sums, const void *vectors, ptrdiff_t row, ptrdiff_t column, ptrdiff_t rows,
                                ptrdiff_t n) {
    for (int r = 0; r < X_ROWS; r++) sums[r] = 0;
    if (column == sizeof(TYPE)) {
        for (ptrdiff_t r = 0; r < X_ROWS && r < rows; r++) {
            const TYPE *x = FROM(vectors, row, r);
            for (ptrdiff_t c = 0; c < n; c++) sums[r] += x[c];
        }
    } else {
        for (ptrdiff_t c = 0; c < n; c++)
            for (ptrdiff_t r = 0; r < X_ROWS && r < rows; r++) sums[r] += *FROM(FROM(vectors, row, r), column, c);
    }
    for (int r = 0; r < X_ROWS; r++) sums[r] *= START;
}

/* sums[j * A_ROWS + i] = starts[j] and the products of row i of a and row j of x. */
TARGET static void NAME(word_tile)(int32_t *sums, const char *a, const char *x, ptrdiff_t words, const int32_t *starts) {
    REG kept[X_ROWS * WORD_REGS];
    UNROLL
    for (int o = 0; o < X_ROWS * WORD_REGS; o++) kept[o] = i32_spread(starts[o / WORD_REGS]);
    for (; words > 0; words--, a += 4 * A_ROWS, x += 4 * X_ROWS) {
        REG rows[WORD_REGS];
        UNROLL
        for (int i = 0; i < WORD_REGS; i++) rows[i] = words_load(a + i * sizeof(REG));
        UNROLL
        for (int j = 0; j < X_ROWS; j++) {
            int32_t word;
            memcpy(&word, x + 4 * j, 4);
            const REG column = i32_spread(word);
            UNROLL
            for (int i = 0; i < WORD_REGS; i++)
                kept[j * WORD_REGS + i] = NAME(add_products_of_words)(kept[j * WORD_REGS + i], rows[i], column);
        }
    }
    UNROLL
    for (int o = 0; o < X_ROWS * WORD_REGS; o++) memcpy(sums + o * REG_ROWS, &kept[o], sizeof(REG));
}

static const IntegerProduct NAME(product) = {
    WORD, A_ROWS, FLIP, NAME(pack_words), NAME(starts), NAME(word_tile),
};

#undef REG
#undef REG_ROWS
#undef A_ROWS
