# Where the rows of an epoch lie, and the memory for its weights.

cdef int read_rows(object X, Rows *rows) except -1:
    """Where the rows lie: of a matrix, or of the parts of a CSR matrix (data, indices, indptr, columns)."""
    cdef const float[:, ::1] narrow
    cdef const double[:, ::1] wide
    memset(rows, 0, sizeof(rows[0]))
    if isinstance(X, tuple):
        return read_csr(X, rows)
    rows.is_double = X.itemsize == 8
    rows.d = X.shape[1]
    rows.stride = rows.d * X.itemsize
    if rows.is_double:
        wide = X
        rows.data = <const char *> &wide[0, 0]
    else:
        narrow = X
        rows.data = <const char *> &narrow[0, 0]
    return 0


cdef int read_csr(tuple X, Rows *rows) except -1:
    cdef const float[::1] narrow
    cdef const double[::1] wide
    cdef const int[::1] indices_32
    cdef const long long[::1] indices_64
    cdef const long long[::1] indptr = X[2]
    data, indices = X[0], X[1]
    rows.d = X[3]
    rows.is_double = data.itemsize == 8
    rows.index_size = indices.itemsize
    rows.indptr = &indptr[0]
    if not len(data):
        return 0
    if rows.is_double:
        wide = data
        rows.data = <const char *> &wide[0]
    else:
        narrow = data
        rows.data = <const char *> &narrow[0]
    if rows.index_size == 4:
        indices_32 = indices
        rows.indices = <const char *> &indices_32[0]
    else:
        indices_64 = indices
        rows.indices = <const char *> &indices_64[0]
    return 0


cdef inline bint weights_in_place(const Epoch *e) noexcept nogil:
    """Whether the caller's own weights are read and changed: a few CSR rows may take less time than a copy of the
    weights, which dense rows want on a cache line."""
    return e.rows.index_size != 0 and e.rule != SQUARES


cdef void *allocate(Epoch *e, bint summed) except NULL:
    """Memory for the units, and for what a row's margins need; weights and lanes start on a cache line. None for the
    weights where they stay in place."""
    cdef Py_ssize_t k, width = round_up(e.rows.d, LANES) * (2 if summed else 1), lanes, doubles
    cdef char *block
    cdef double *workspace
    e.width = max(power_of_two(pieces(e.rows.d, BLOCK)), <Py_ssize_t> MAX_WIDTH)
    lanes = 2 * LANES if e.rows.index_size else 0
    width = 0 if weights_in_place(e) else width
    doubles = e.unit_count * (width + 1) + lanes + e.width
    block = <char *> malloc(CACHE_LINE + doubles * sizeof(double) + e.unit_count * sizeof(Unit))
    if block is NULL:
        raise MemoryError("onedot: no memory for a copy of the weights")
    workspace = <double *> on_cache_line(block)
    memset(workspace, 0, doubles * sizeof(double))
    e.lanes = workspace + e.unit_count * width
    e.partials = e.lanes + lanes
    e.margins = e.partials + e.width
    e.units = <Unit *> (e.margins + e.unit_count)
    for k in range(e.unit_count):
        e.units[k].w = workspace + k * width
        e.units[k].sums = e.units[k].w + width // 2 if summed else NULL
    return block


cdef void read_unit(const Epoch *e, Unit *unit, double *w, double *sums, bint bias) noexcept nogil:
    """Copy the weights of one unit, or say where they are; the bias comes first if there is one. A weight of -0.0
    becomes 0.0 in a copy; in place a row that it meets has the same margin."""
    cdef Py_ssize_t j
    unit.bias = w[0] + 0.0 if bias else 0.0
    unit.bias_sum = sums[0] + 0.0 if bias and unit.sums is not NULL else 0.0
    if weights_in_place(e):
        unit.w = w + bias
        unit.sums = sums + bias if unit.sums is not NULL else NULL
        return
    for j in range(e.rows.d):
        unit.w[j] = w[bias + j] + 0.0
        if unit.sums is not NULL:
            unit.sums[j] = sums[bias + j] + 0.0


cdef void write_unit(const Epoch *e, const Unit *unit, double *w, double *sums, bint bias) noexcept nogil:
    if bias:
        w[0] = unit.bias
        if unit.sums is not NULL:
            sums[0] = unit.bias_sum
    if weights_in_place(e):
        return
    memcpy(w + bias, unit.w, e.rows.d * sizeof(double))
    if unit.sums is not NULL:
        memcpy(sums + bias, unit.sums, e.rows.d * sizeof(double))
