# One step of one unit, and what an epoch counts of it.

cdef extern from "tiles/training.h" nogil:
    double f64_add_step(double *w, const double *x, double step, Py_ssize_t n, double peak)
    double f32_add_step(double *w, const float *x, double step, Py_ssize_t n, double peak)

cdef inline double add_row(const element *data, const index *indices, const Rows *rows, Py_ssize_t i, double *w,
                           double step, double peak) noexcept nogil:
    """w[j] += step * x[j] for row i; returns the larger of peak and every |w[j]| that changed."""
    cdef const element *x
    cdef double product, size
    cdef Py_ssize_t k
    if index is dense:
        x = at(data, rows.stride, i)
        if element is double:
            return f64_add_step(w, x, step, rows.d, peak)
        else:
            return f32_add_step(w, x, step, rows.d, peak)
    else:
        for k in range(rows.indptr[i], rows.indptr[i + 1]):
            product = step * data[k]
            w[indices[k]] += product
            size = fabs(w[indices[k]])
            peak = size if size > peak else peak
        return peak


cdef inline double take_step(const element *data, const index *indices, const Epoch *e, Unit *unit, Py_ssize_t i,
                             double step, double seen) noexcept nogil:
    """One step of one unit and, times the rows seen before, of its sums; returns the largest |w[j]| that changed."""
    cdef double weighted = seen * step
    cdef double peak = add_row(data, indices, &e.rows, i, unit.w, step, 0.0)
    unit.bias += step * unit.bias_input
    peak = fabs(unit.bias) if fabs(unit.bias) > peak else peak
    if unit.sums is not NULL:
        add_row(data, indices, &e.rows, i, unit.sums, weighted, 0.0)
        unit.bias_sum += weighted * unit.bias_input
    return peak


cdef inline void count_step(double *tally, double loss, double least, double peak) noexcept nogil:
    """Count one mistake, or one step of the delta rule."""
    tally[MISTAKES] += 1.0
    tally[LOSS] += loss
    tally[LEAST] = least if least < tally[LEAST] else tally[LEAST]
    tally[PEAK] = peak if peak > tally[PEAK] else tally[PEAK]
