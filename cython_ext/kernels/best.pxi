# Which of many scores are the best: largest first, of equal ones that of the lower row, NaN after all numbers.

ctypedef fused score_type:
    float
    double
    long long

cdef enum:
    LOOKED_AT = 64  # scores that one test passes over, where none of them is among the best
    FEWER = 16      # and otherwise one test of each so many


cdef inline bint is_nan(score_type score) noexcept nogil:
    if score_type is float or score_type is double:
        return score != score
    else:
        return False


cdef inline bint ranks_below(score_type score, long long row, score_type other, long long other_row) noexcept nogil:
    """Whether a row with a score comes after another."""
    if score == other or (is_nan(score) and is_nan(other)):
        return row > other_row
    return is_nan(score) or score < other


cdef inline void sift(score_type *best, long long *rows, Py_ssize_t at, Py_ssize_t count) noexcept nogil:
    """Move what is at `at` down to where none below it is after it, in a heap of so many."""
    cdef score_type score = best[at]
    cdef long long row = rows[at]
    cdef Py_ssize_t child = 2 * at + 1
    while child < count:
        if child + 1 < count and ranks_below(best[child + 1], rows[child + 1], best[child], rows[child]):
            child += 1
        if not ranks_below(best[child], rows[child], score, row):
            break
        best[at], rows[at] = best[child], rows[child]
        at, child = child, 2 * child + 1
    best[at], rows[at] = score, row


cdef inline bint any_above(const score_type *scores, Py_ssize_t count, score_type worst) noexcept nogil:
    """Whether one of so many scores is not known to be the worst of the best, or worse: a loop that vectorises."""
    cdef Py_ssize_t i
    cdef int above = 0
    for i in range(count):
        above |= not scores[i] <= worst
    return above


cdef void keep_in_heap(const score_type *scores, long long first, Py_ssize_t count, score_type *best, long long *rows,
                       Py_ssize_t k, Py_ssize_t filled) noexcept nogil:
    cdef Py_ssize_t i = 0, at, end
    while filled < k and i < count:
        best[filled], rows[filled] = scores[i], first + i
        i, filled = i + 1, filled + 1
        if filled == k:
            for at in range(k // 2 - 1, -1, -1):
                sift(best, rows, at, k)
    while i < count:
        end = min(i + LOOKED_AT, count)
        if not any_above(scores + i, end - i, best[0]):
            i = end
        while i < end:
            if any_above(scores + i, min(end - i, <Py_ssize_t> FEWER), best[0]):
                for at in range(i, min(i + FEWER, end)):
                    if ranks_below(best[0], rows[0], scores[at], first + at):
                        best[0], rows[0] = scores[at], first + at
                        sift(best, rows, 0, k)
            i += FEWER
        i = end


def keep_best(const score_type[:, ::1] S, long long first, score_type[:, ::1] best, long long[:, ::1] rows,
              Py_ssize_t filled):
    """Let best[q] and rows[q] hold the best k of their first `filled` and of S[q], scores of rows from `first` on."""
    cdef Py_ssize_t q, count = S.shape[1], k = best.shape[1]
    if not count or not k:
        return
    with nogil:
        for q in range(S.shape[0]):
            keep_in_heap(&S[q, 0], first, count, &best[q, 0], &rows[q, 0], k, filled)


cdef void sort_heap(score_type *best, long long *rows, Py_ssize_t k) noexcept nogil:
    cdef Py_ssize_t last
    cdef score_type score
    cdef long long row
    for last in range(k - 1, 0, -1):
        score, row = best[last], rows[last]
        best[last], rows[last] = best[0], rows[0]
        best[0], rows[0] = score, row
        sift(best, rows, 0, last)


def sort_best(score_type[:, ::1] best, long long[:, ::1] rows):
    """Order each heap: the best is then at 0."""
    cdef Py_ssize_t q
    if not best.shape[1]:
        return
    with nogil:
        for q in range(best.shape[0]):
            sort_heap(&best[q, 0], &rows[q, 0], best.shape[1])


cdef inline void best_of_scores(const score_type *scores, Py_ssize_t n, score_type *best, long long *rows,
                                Py_ssize_t k) noexcept nogil:
    keep_in_heap(scores, 0, n, best, rows, k, 0)
    sort_heap(best, rows, k)


cdef void best_of_dtype(int dtype, const void *scores, Py_ssize_t n, void *best, long long *rows,
                        Py_ssize_t k) noexcept nogil:
    if dtype == FLOAT32:
        best_of_scores(<const float *> scores, n, <float *> best, rows, k)
    elif dtype == FLOAT64:
        best_of_scores(<const double *> scores, n, <double *> best, rows, k)
    else:
        best_of_scores(<const long long *> scores, n, <long long *> best, rows, k)
