/* The lanes of neighbouring columns of a matrix, once for each SUM, the type that is summed in; OF_SUMS(x) puts its prefix
 * before x. */

#ifndef LANES_IN_L1
#define LANES_IN_L1 32768 /* bytes of lanes that are folded when all are there */
#define FOLD_LEVELS 6
static const unsigned char in_order_of_fold[LANES] = {0, 16, 8, 24, 4, 20, 12, 28, 2, 18, 10, 26, 6, 22, 14, 30,
                                                   1, 17, 9, 25, 5, 21, 13, 29, 3, 19, 11, 27, 7, 23, 15, 31};
INLINE int ones_at_the_end(int place) {
    int ones = 0;
    for (; place & 1; place >>= 1) ones++;
    return ones;
}
#endif

/* `wide` is the number of columns in whole registers, and what else rows of lanes need; lanes are LANES rows of so many
 * numbers, and `kept` FOLD_LEVELS such rows: what waits for the rest of the fold, of which the last are the sums. */
struct OF_SUMS(strip) {
    ptrdiff_t size, wide;
    SUM *lanes, *kept;
};
/* Some rows of one lane of a strip: where its sums come from and go to, and how many of `kept` they then meet. */
struct OF_SUMS(turn) {
    const SUM *from;
    SUM *to;
    const SUM *kept;
    ptrdiff_t wide, size;
    int waiting;
};

static void OF_SUMS(fold_strip)(const struct OF_SUMS(strip) *strip) {
    for (ptrdiff_t half = LANES / 2; half >= 1; half /= 2)
        for (ptrdiff_t k = 0; k < half * strip->wide; k++) strip->lanes[k] += strip->lanes[half * strip->wide + k];
    memcpy(strip->kept + (FOLD_LEVELS - 1) * strip->wide, strip->lanes, (size_t)strip->wide * sizeof(SUM));
}
