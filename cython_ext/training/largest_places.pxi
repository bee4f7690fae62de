# The place of the largest score of each row, of scores that lie class by class.

cdef enum:
    SCORED = 64  # rows at a time, whose largest scores and their places stay in L1


cdef bint largest_of_rows(const double *scores, Py_ssize_t stride, const double *bias, Py_ssize_t classes,
                          Py_ssize_t *out, Py_ssize_t n) noexcept nogil:
    """Of up to SCORED rows; whether all scores are finite."""
    cdef double most[SCORED]
    cdef double differences[SCORED]  # of numbers from themselves: 0, or NaN of what is not finite
    cdef double score, total = 0.0
    cdef Py_ssize_t i, k
    for i in range(n):
        most[i], differences[i], out[i] = -HUGE_VAL, 0.0, 0
    for k in range(classes):
        for i in range(n):
            score = scores[k * stride + i] + bias[k]
            out[i] = k if score > most[i] else out[i]
            most[i] = score if score > most[i] else most[i]
            differences[i] += score - score
    for i in range(n):
        total += differences[i]
    return total == 0.0


def largest_places(const double[:, ::1] scores, const double[::1] bias, Py_ssize_t[::1] out):
    """out[i] = the first place of the largest of scores[:, i] + bias; returns whether all these are finite."""
    cdef Py_ssize_t i, n = scores.shape[1]
    cdef bint all_finite = True
    with nogil:
        for i in range(pieces(n, SCORED)):
            if not largest_of_rows(&scores[0, i * SCORED], n, &bias[0], scores.shape[0], &out[i * SCORED],
                                   min(n - i * SCORED, <Py_ssize_t> SCORED)):
                all_finite = False
                break
    return all_finite
