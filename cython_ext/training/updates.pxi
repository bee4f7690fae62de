# One step of training on one row, in the caller's own weights.

cdef extern from "tiles/training.h" nogil:
    bint f64_try_step(double *w, const double *x, double step, Py_ssize_t n)
    bint f32_try_step(double *w, const float *x, double step, Py_ssize_t n)

cdef double margin_of_block(const double *w, const element *x, Py_ssize_t k, Py_ssize_t d) noexcept nogil:
    """The sum of block k."""
    cdef Py_ssize_t start = k * BLOCK, count = min(d - k * BLOCK, <Py_ssize_t> BLOCK)
    if element is double:
        return f64_margin_sum(x + start, w + start, count, <const char *> x, 1)
    else:
        return f32_margin_sum(x + start, w + start, count, <const char *> x, 1)


cdef double long_margin(const double *w, const element *x, Py_ssize_t d) noexcept nogil:
    """The fold of the sums of any number of blocks, with no memory for them: blocks come in the order in which the fold
    adds them, even before odd places at every level, and sums wait for their other half."""
    cdef double waiting[64]
    cdef Py_ssize_t blocks = pieces(d, BLOCK), width = power_of_two(blocks)
    cdef Py_ssize_t i, added, bit, k = 0, depth = 0
    for i in range(width):
        waiting[depth] = margin_of_block(w, x, k, d) if k < blocks else 0.0
        depth += 1
        added = i
        while added & 1:
            depth -= 1
            waiting[depth - 1] += waiting[depth]
            added >>= 1
        bit = width >> 1
        while k & bit:
            k ^= bit
            bit >>= 1
        k |= bit
    return waiting[0]


cdef inline double row_margin(const double *w, bint bias, const element *x, Py_ssize_t d) noexcept nogil:
    """The margin of a row."""
    cdef double partials[DIRECT_BLOCKS]
    cdef double dot
    cdef Py_ssize_t k, blocks = pieces(d, BLOCK)
    if blocks <= DIRECT_BLOCKS:
        for k in range(blocks):
            partials[k] = margin_of_block(w + bias, x, k, d)
        dot = fold_blocks(partials, blocks)
    else:
        dot = long_margin(w + bias, x, d)
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
