# The margin of one row and one unit: a dense row as the law has it, a CSR row of its stored elements in the same lanes.

cdef extern from "tiles/training.h" nogil:
    void PREFETCH(const char *p)
    double sum_bound(Py_ssize_t count, double size)
    double f64_margin_sum(const double *x, const double *w, Py_ssize_t n, const char *ahead, bint exact)
    double f32_margin_sum(const float *x, const double *w, Py_ssize_t n, const char *ahead, bint exact)
    double f64_i32_csr_sum(const double *x, const int *c, Py_ssize_t n, const double *w, double *size)
    double f64_i32_csr_whole_sum(const double *x, const int *c, Py_ssize_t n, const double *w, double *size)
    double f64_i64_csr_sum(const double *x, const long long *c, Py_ssize_t n, const double *w, double *size)
    double f64_i64_csr_whole_sum(const double *x, const long long *c, Py_ssize_t n, const double *w, double *size)
    double f32_i32_csr_sum(const float *x, const int *c, Py_ssize_t n, const double *w, double *size)
    double f32_i32_csr_whole_sum(const float *x, const int *c, Py_ssize_t n, const double *w, double *size)
    double f32_i64_csr_sum(const float *x, const long long *c, Py_ssize_t n, const double *w, double *size)
    double f32_i64_csr_whole_sum(const float *x, const long long *c, Py_ssize_t n, const double *w, double *size)
    double f64_i32_csr_dot(const double *x, const int *c, Py_ssize_t n, const double *w, double *lanes,
                           double *partials, Py_ssize_t width)
    double f64_i64_csr_dot(const double *x, const long long *c, Py_ssize_t n, const double *w, double *lanes,
                           double *partials, Py_ssize_t width)
    double f32_i32_csr_dot(const float *x, const int *c, Py_ssize_t n, const double *w, double *lanes,
                           double *partials, Py_ssize_t width)
    double f32_i64_csr_dot(const float *x, const long long *c, Py_ssize_t n, const double *w, double *lanes,
                           double *partials, Py_ssize_t width)

cdef inline double dense_margin(const element *x, const element *ahead, Py_ssize_t d, const double *w,
                                double *partials) noexcept nogil:
    """The dot of a row and the weights."""
    cdef Py_ssize_t k, start
    if d <= BLOCK:
        if element is double:
            return f64_margin_sum(x, w, d, <const char *> ahead, 0)
        else:
            return f32_margin_sum(x, w, d, <const char *> ahead, 0)
    for k in range(pieces(d, BLOCK)):
        start = k * BLOCK
        if element is double:
            partials[k] = f64_margin_sum(x + start, w + start, min(d - start, <Py_ssize_t> BLOCK),
                                         <const char *> (ahead + start), 0)
        else:
            partials[k] = f32_margin_sum(x + start, w + start, min(d - start, <Py_ssize_t> BLOCK),
                                         <const char *> (ahead + start), 0)
    return fold_blocks(partials, pieces(d, BLOCK))


cdef inline double csr_margin(const element *x, const index *columns, Py_ssize_t count, const double *w,
                              const Epoch *e) noexcept nogil:
    """The same for the elements of a row that are stored, in the order of their columns: zeros change no lane."""
    if element is double:
        if index is int:
            return f64_i32_csr_dot(x, columns, count, w, e.lanes, e.partials, e.width)
        else:
            return f64_i64_csr_dot(x, <const long long *> columns, count, w, e.lanes, e.partials, e.width)
    elif index is int:
        return f32_i32_csr_dot(x, columns, count, w, e.lanes, e.partials, e.width)
    else:
        return f32_i64_csr_dot(x, <const long long *> columns, count, w, e.lanes, e.partials, e.width)


cdef inline bint finite(double value) noexcept nogil:
    return value - value == 0.0


cdef inline bint rounds_alike(double sum, double bound, float *rounded) noexcept nogil:
    """Whether whatever is within the bound of the sum rounds to the same float32, its sign too; and to which."""
    rounded[0] = <float> (sum - bound)
    return rounded[0] == <float> (sum + bound) and (rounded[0] != 0.0 or bound == 0.0)  # false for NaN


cdef inline double csr_estimate(const element *x, const index *columns, Py_ssize_t count, const Unit *unit,
                                double *bound) noexcept nogil:
    """The margin to within *bound, which is infinite where an element may not be finite or a sum may overflow.

    It adds the products, which are those of the law, in another order. Both sums are within 3 * (count + 64) * u
    * size of each other, where size is the sum of the products' magnitudes: of the law's order no sum is deeper than
    count + 64 additions, and size itself is off by no more than count * u. The bias rounds once more in each.
    """
    cdef double dot, size
    if element is double:
        if index is int:
            dot = f64_i32_csr_sum(x, columns, count, unit.w, &size)
        else:
            dot = f64_i64_csr_sum(x, <const long long *> columns, count, unit.w, &size)
    elif index is int:
        dot = f32_i32_csr_sum(x, columns, count, unit.w, &size)
    else:
        dot = f32_i64_csr_sum(x, <const long long *> columns, count, unit.w, &size)
    size += fabs(unit.bias)
    bound[0] = sum_bound(count, size)
    return dot + unit.bias


cdef inline double whole_sum(const element *x, const index *columns, Py_ssize_t count, const double *w,
                             bint *whole) noexcept nogil:
    """The dot if *whole: if its products are whole numbers of which no order of sums is rounded."""
    cdef double dot, size
    if element is double:
        if index is int:
            dot = f64_i32_csr_whole_sum(x, columns, count, w, &size)
        else:
            dot = f64_i64_csr_whole_sum(x, <const long long *> columns, count, w, &size)
    elif index is int:
        dot = f32_i32_csr_whole_sum(x, columns, count, w, &size)
    else:
        dot = f32_i64_csr_whole_sum(x, <const long long *> columns, count, w, &size)
    whole[0] = size == 0.0
    return dot


cdef inline double margin_of(const element *data, const index *indices, Epoch *e, const Unit *unit, Py_ssize_t i,
                             Py_ssize_t ahead) noexcept nogil:
    """The margin of row i, while row `ahead` is fetched."""
    cdef double dot
    cdef Py_ssize_t start, count
    if index is dense:
        dot = dense_margin(at(data, e.rows.stride, i), at(data, e.rows.stride, ahead), e.rows.d, unit.w, e.partials)
        return dot + unit.bias
    else:
        start = e.rows.indptr[i]
        count = e.rows.indptr[i + 1] - start
        if e.are_whole:
            dot = whole_sum(data + start, indices + start, count, unit.w, &e.are_whole)
            if e.are_whole:  # if not, rows that follow are not tried
                return dot + unit.bias
        return csr_margin(data + start, indices + start, count, unit.w, e) + unit.bias


cdef inline float narrow_margin(const element *data, const index *indices, Epoch *e, Py_ssize_t i) noexcept nogil:
    """The margin of row i rounded to float32, which a sum in another order nearly always decides."""
    cdef double bound, estimate
    cdef float rounded
    cdef Py_ssize_t start, count
    if index is not dense:
        start = e.rows.indptr[i]
        count = e.rows.indptr[i + 1] - start
        estimate = csr_estimate(data + start, indices + start, count, e.units, &bound)
        if rounds_alike(estimate, bound, &rounded):
            return rounded
    return <float> margin_of(data, indices, e, e.units, i, i)


cdef inline double csr_side(const element *data, const index *indices, Epoch *e, Py_ssize_t i) noexcept nogil:
    """What is on the same side of 0 as the margin of CSR row i, or that margin."""
    cdef double bound, estimate
    cdef Py_ssize_t start = e.rows.indptr[i], count = e.rows.indptr[i + 1] - start
    estimate = csr_estimate(data + start, indices + start, count, e.units, &bound)
    if fabs(estimate) > bound:  # false for NaN, too
        return estimate
    return margin_of(data, indices, e, e.units, i, i)


cdef inline void fetch_csr_row(const element *data, const index *indices, const Rows *rows,
                               Py_ssize_t i) noexcept nogil:
    """Fetch the first lines of a row from memory; the hardware sees to what follows."""
    cdef Py_ssize_t start = rows.indptr[i]
    cdef int line
    for line in range(FETCHED_LINES):
        PREFETCH(<const char *> (data + start) + line * CACHE_LINE)
        PREFETCH(<const char *> (indices + start) + line * CACHE_LINE)


cdef inline void fetch_unit(const index *indices, const Epoch *e, Py_ssize_t i) noexcept nogil:
    """Fetch the weights of a CSR row while the one before is at work: rows of 86 elements in 2**18 columns took 271 ns
    so, 362 without."""
    cdef Py_ssize_t k
    for k in range(e.rows.indptr[i], e.rows.indptr[i + 1]):
        PREFETCH(<const char *> (e.units.w + indices[k]))


cdef inline bint clearly_right(const element *data, const index *indices, const Epoch *e, Py_ssize_t i,
                               Py_ssize_t ahead, double step, double least) noexcept nogil:
    """Whether a CSR row is certain to be on the right side, and by more than the least margin yet.

    Nothing is then to be done, and its margin need not be known in the law's order, which takes longer.
    """
    cdef Py_ssize_t start = e.rows.indptr[i]
    cdef double lead, bound
    if ahead != i:
        fetch_csr_row(data, indices, &e.rows, ahead)
    lead = csr_estimate(data + start, indices + start, e.rows.indptr[i + 1] - start, e.units, &bound)
    lead = lead * copysign(1.0, step) - bound
    return lead > 0.0 and lead > least
