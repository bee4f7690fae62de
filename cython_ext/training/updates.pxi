# One step of training on one row, in the caller's own weights.

cdef extern from "tiles/training.h" nogil:
    bint f64_try_step(double *w, const double *x, double step, Py_ssize_t n)
    bint f32_try_step(double *w, const float *x, double step, Py_ssize_t n)

cdef inline double row_margin(const double *w, bint bias, const element *x, Py_ssize_t d) noexcept nogil:
    """The margin of a row of up to DIRECT_BLOCKS blocks."""
    cdef double partials[DIRECT_BLOCKS]
    cdef double dot
    cdef Py_ssize_t k, start, count
    for k in range(pieces(d, BLOCK)):
        start = k * BLOCK
        count = min(d - start, <Py_ssize_t> BLOCK)
        if element is double:
            partials[k] = f64_margin_sum(x + start, w + bias + start, count, <const char *> x, 1)
        else:
            partials[k] = f32_margin_sum(x + start, w + bias + start, count, <const char *> x, 1)
    dot = fold_blocks(partials, pieces(d, BLOCK))
    return dot + w[0] if bias else dot


cdef inline bint step_row(double *w, bint bias, const element *x, double step, Py_ssize_t d) noexcept nogil:
    """w[j] += step * (1, x)[j]; False and no change if one of them would overflow."""
    if bias and not finite(w[0] + step):
        return False
    if element is double:
        if not f64_try_step(w + bias, x, step, d):
            return False
    elif not f32_try_step(w + bias, x, step, d):
        return False
    if bias:
        w[0] += step
    return True


cdef int update_row(double *w, bint bias, const element *x, double step, Py_ssize_t d) noexcept nogil:
    """1 for a mistake, 0 for none, -1 and no change if numbers overflow."""
    cdef double margin = row_margin(w, bias, x, d)
    if not finite(margin):
        return -1
    if margin > 0.0 if step > 0.0 else margin < 0.0:
        return 0
    return 1 if step_row(w, bias, x, step, d) else -1


def perceptron_update(double[::1] w, const element[::1] x, double step):
    """1 for a mistake, 0 for none, -1 and no change if numbers overflow."""
    return update_row(&w[0], w.shape[0] > x.shape[0], &x[0], step, x.shape[0])


def lms_update(double[::1] w, const element[::1] x, double target, double rate):
    """The error before the step that it takes, or NaN and no change if numbers overflow."""
    cdef bint bias = w.shape[0] > x.shape[0]
    cdef double error = target - row_margin(&w[0], bias, &x[0], x.shape[0])
    if not finite(rate * error) or not step_row(&w[0], bias, &x[0], rate * error, x.shape[0]):
        return float("nan")
    return error
