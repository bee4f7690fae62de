/* out[i] = a[i]·x for at least four rows that share x, by fours; the last four may repeat some. */
static void NAME(shared_rows)(const TYPE *a, ptrdiff_t a_row, const TYPE *x, ptrdiff_t n, ptrdiff_t rows, char *out,
                              ptrdiff_t out_row) {
    int64_t sums[4];
    for (ptrdiff_t i = 0; i < rows; i += 4) {
        const ptrdiff_t first = i + 4 <= rows ? i : rows - 4;
        NAME(sums_of_four)(ROW(a, a_row, first), a_row, x, n, sums);
        for (int r = 0; r < 4; r++) memcpy(out + (first + r) * out_row, &sums[r], sizeof sums[r]);
    }
}
