# The margin of one row and one unit: a dense row as the law has it, a CSR row of its stored elements in the same lanes.

cdef extern from "tiles/training.h" nogil:
    void PREFETCH(const char *p)
    double f64_margin_sum(const double *x, const double *w, Py_ssize_t n, const char *ahead, bint exact)
    double f32_margin_sum(const float *x, const double *w, Py_ssize_t n, const char *ahead, bint exact)
    double f64_i32_csr_sum(const double *x, const int *c, Py_ssize_t n, const double *w, double *size)
    double f64_i64_csr_sum(const double *x, const long long *c, Py_ssize_t n, const double *w, double *size)
    double f32_i32_csr_sum(const float *x, const int *c, Py_ssize_t n, const double *w, double *size)
    double f32_i64_csr_sum(const float *x, const long long *c, Py_ssize_t n, const double *w, double *size)
    double fold_lanes(const double *lanes)
    double fold_lanes_of_blocks(const double *lanes, Py_ssize_t blocks, double *partials)

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


cdef inline size_t lane_of(size_t column) noexcept nogil:
    """The place of a column's lane among those of all blocks."""
    return column // BLOCK * LANES + column % LANES


cdef inline double csr_margin(const element *x, const index *columns, Py_ssize_t count, const double *w,
                              const Epoch *e) noexcept nogil:
    """The same for the elements of a row that are stored, in the order of their columns: zeros change no lane."""
    cdef double product, dot
    cdef double *lanes = e.lanes
    cdef Py_ssize_t i
    if e.blocks > LANE_BLOCKS:
        return csr_margin_by_blocks(x, columns, count, w, e)
    for i in range(count):
        product = w[columns[i]] * x[i]
        lanes[lane_of(columns[i])] += product
    dot = fold_lanes_of_blocks(lanes, e.blocks, e.partials)
    for i in range(count):
        lanes[lane_of(columns[i])] = 0.0
    return dot


cdef inline double csr_margin_by_blocks(const element *x, const index *columns, Py_ssize_t count, const double *w,
                                        const Epoch *e) noexcept nogil:
    """The same where most blocks are empty: one after the other in the same lanes."""
    cdef double product
    cdef Py_ssize_t block, i = 0
    memset(e.partials, 0, e.blocks * sizeof(double))
    while i < count:
        memset(e.lanes, 0, LANES * sizeof(double))
        block = columns[i] // BLOCK
        while i < count and columns[i] // BLOCK == block:
            product = w[columns[i]] * x[i]
            e.lanes[columns[i] % LANES] += product
            i += 1
        e.partials[block] = fold_lanes(e.lanes)
    return fold_blocks(e.partials, e.blocks)


cdef inline double margin_of(const element *data, const index *indices, Epoch *e, const Unit *unit, Py_ssize_t i,
                             Py_ssize_t ahead) noexcept nogil:
    """The margin of row i, while row `ahead` is fetched."""
    cdef double dot
    cdef Py_ssize_t start
    if index is dense:
        dot = dense_margin(at(data, e.rows.stride, i), at(data, e.rows.stride, ahead), e.rows.d, unit.w, e.partials)
    else:
        start = e.rows.indptr[i]
        dot = csr_margin(data + start, indices + start, e.rows.indptr[i + 1] - start, unit.w, e)
    return dot + unit.bias


cdef inline bint finite(double value) noexcept nogil:
    return value - value == 0.0


cdef inline double csr_lead(const element *x, const index *columns, Py_ssize_t count, const Unit *unit,
                            double sign) noexcept nogil:
    """A lower bound of the margin times the label; NaN or negative where the sample may be on the wrong side.

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
    if not size < 1e300:  # in the law's order a sum might overflow, or an element is not finite
        return -1.0
    return (dot + unit.bias) * sign - (4 * count + 256) * 1.1102230246251565e-16 * size


cdef inline void fetch_csr_row(const element *data, const index *indices, const Rows *rows,
                               Py_ssize_t i) noexcept nogil:
    """Fetch the first lines of a row from memory; the hardware sees to what follows."""
    cdef Py_ssize_t start = rows.indptr[i]
    cdef int line
    for line in range(FETCHED_LINES):
        PREFETCH(<const char *> (data + start) + line * CACHE_LINE)
        PREFETCH(<const char *> (indices + start) + line * CACHE_LINE)


cdef inline bint clearly_right(const element *data, const index *indices, const Epoch *e, Py_ssize_t i,
                               Py_ssize_t ahead, double step, double least) noexcept nogil:
    """Whether a CSR row is certain to be on the right side, and by more than the least margin yet.

    Nothing is then to be done, and its margin need not be known in the law's order, which takes longer.
    """
    cdef Py_ssize_t start = e.rows.indptr[i]
    cdef double lead
    if ahead != i:
        fetch_csr_row(data, indices, &e.rows, ahead)
    lead = csr_lead(data + start, indices + start, e.rows.indptr[i + 1] - start, e.units, copysign(1.0, step))
    return lead > 0.0 and lead > least
