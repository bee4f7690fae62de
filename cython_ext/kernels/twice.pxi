# The best rows by the law for one query of float32 in less time than all scores by the law take: rough scores, whose
# error is bounded, leave a few rows to score.

cdef extern from "single/kernels.h" nogil:
    enum: FUSES

cdef extern from "single/rough.h" nogil:
    enum: ROUGH_ROWS
    float rough_scores(const float *a, Py_ssize_t a_row, const float *x, Py_ssize_t n, Py_ssize_t rows, float *out)

cdef enum:
    ROWS_FOR_ONE = 8      # at least, for each that is wanted
    SCORED_AGAIN = 8      # one in so many rows at most
    FEWEST_PRODUCTS = 4096


cdef inline bint is_worth_two_looks(Py_ssize_t n, Py_ssize_t m, Py_ssize_t k) noexcept nogil:
    return FUSES and m >= ROUGH_ROWS and m >= ROWS_FOR_ONE * k and m * n >= FEWEST_PRODUCTS


cdef double rough_bound(float squares, const float *x, Py_ssize_t n) noexcept nogil:
    """How far a rough score may be from the law's, rounded to float32; infinite or NaN if it may be anything.

    A rough product passes c roundings: c * 2**-24 of |a||x| in all, |a|**2 being no more than all squares; the law's
    rounding is one more. The squares, 2**20 at most, are summed in chains of 2**18 at most, so they lack less than
    2**-5 of themselves, and 2**-150 for each that underflows. Twice the bound covers that and what is of second order.
    """
    cdef double of_x = dot_vectors(x, sizeof(float), x, sizeof(float), n)
    cdef double sizes = sqrt((squares + 2.0 ** -128) * (of_x + 2.0 ** -128))
    cdef Py_ssize_t c = n // single_width + 8
    return c * 2.0 ** -23 * sizes + (n + 2) * 2.0 ** -148 if sizes < 2.0 ** 125 else HUGE_VAL


cdef Py_ssize_t places_above(const float *scores, Py_ssize_t m, float worst, long long *places,
                             Py_ssize_t most) noexcept nogil:
    """The rows whose scores are above `worst`, in order; how many, or one more than `most` if they are more."""
    cdef Py_ssize_t i, end, first = 0, count = 0
    while first < m:
        end = min(first + LOOKED_AT, m)
        if any_above(scores + first, end - first, worst):
            for i in range(first, end):
                if not scores[i] <= worst:
                    if count == most:
                        return most + 1
                    places[count] = i
                    count += 1
        first = end
    return count


cdef bint best_of_places(const float *a, Py_ssize_t a_row, const float *x, Py_ssize_t n, Py_ssize_t m, float *best,
                         long long *rows, Py_ssize_t k, float *scores, long long *places) noexcept nogil:
    """best_by_bound, with room to work in."""
    cdef Py_ssize_t i, count
    cdef double bound, least
    bound = rough_bound(rough_scores(a, a_row, x, n, m, scores), x, n)
    if not bound < HUGE_VAL:
        return False
    keep_in_heap(scores, 0, m, best, rows, k, 0)
    # Those k have at least best[0] - bound by the law, so no row whose rough score is below `least` is among the best.
    least = best[0] - 2.0 * bound
    count = places_above(scores, m, <float> (least - fabs(least) * 2.0 ** -22 - 2.0 ** -148), places, m // SCORED_AGAIN)
    if count > m // SCORED_AGAIN:
        return False
    for i in range(count):
        scores[i] = <float> dot_vectors(at(a, a_row, places[i]), sizeof(float), x, sizeof(float), n)
    best_of_scores(scores, count, best, rows, k)
    for i in range(k):
        rows[i] = places[rows[i]]
    return True


cdef bint best_by_bound(const float *a, Py_ssize_t a_row, const float *x, Py_ssize_t n, Py_ssize_t m, float *best,
                        long long *rows, Py_ssize_t k) noexcept nogil:
    """The best k of m rows, contiguous and aligned as x is; False if all are to be scored by the law."""
    cdef long long *places
    cdef bint found
    if not is_worth_two_looks(n, m, k):
        return False
    places = <long long *> malloc(m // SCORED_AGAIN * sizeof(long long) + m * sizeof(float))
    if places is NULL:
        return False
    found = best_of_places(a, a_row, x, n, m, best, rows, k, <float *> (places + m // SCORED_AGAIN), places)
    free(places)
    return found
