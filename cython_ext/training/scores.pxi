# The dots of CSR rows with several vectors of weights, for which each row is read once.

cdef extern from "tiles/training.h" nogil:
    void f64_i32_csr_dots(const double *x, const int *c, Py_ssize_t n, const double *W, Py_ssize_t units,
                          double *lanes, double *partials, Py_ssize_t width, Py_ssize_t blocks)
    void f64_i64_csr_dots(const double *x, const long long *c, Py_ssize_t n, const double *W, Py_ssize_t units,
                          double *lanes, double *partials, Py_ssize_t width, Py_ssize_t blocks)
    void f32_i32_csr_dots(const float *x, const int *c, Py_ssize_t n, const double *W, Py_ssize_t units,
                          double *lanes, double *partials, Py_ssize_t width, Py_ssize_t blocks)
    void f32_i64_csr_dots(const float *x, const long long *c, Py_ssize_t n, const double *W, Py_ssize_t units,
                          double *lanes, double *partials, Py_ssize_t width, Py_ssize_t blocks)

cdef struct Scores:
    Rows rows
    Py_ssize_t units  # vectors, as many as fill registers
    Py_ssize_t blocks
    Py_ssize_t width
    const double *W   # the weights of each column side by side
    double *lanes     # of one block
    double *partials


cdef void *allocate_scores(Scores *s) except NULL:
    """Memory for the lanes and sums of a row, from a cache line on."""
    cdef char *memory
    s.blocks = pieces(s.rows.d, BLOCK)
    s.width = power_of_two(s.blocks)
    memory = <char *> malloc(CACHE_LINE + ((LANES + s.width) * s.units + MAX_WIDTH) * sizeof(double))
    if memory is NULL:
        raise MemoryError("onedot: no memory for the sums of a row")
    s.lanes = <double *> on_cache_line(memory)
    s.partials = s.lanes + LANES * s.units
    return memory


cdef inline void fetch_weights(const index *indices, const Scores *s, Py_ssize_t i) noexcept nogil:
    """Fetch the weights of a row while the one before is at work, whose branches the CPU cannot foresee."""
    cdef const char *weights
    cdef Py_ssize_t k, line
    for k in range(s.rows.indptr[i], s.rows.indptr[i + 1]):
        weights = <const char *> (s.W + indices[k] * s.units)
        for line in range(pieces(s.units * sizeof(double), CACHE_LINE)):
            PREFETCH(weights + line * CACHE_LINE)


cdef void write_rows(const element *data, const index *indices, Scores *s, double *out, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t i, start, count
    cdef const long long *wide
    for i in range(n):
        start = s.rows.indptr[i]
        count = s.rows.indptr[i + 1] - start
        if i + 1 < n:
            fetch_weights(indices, s, i + 1)
        if index is int:
            if element is double:
                f64_i32_csr_dots(data + start, indices + start, count, s.W, s.units, s.lanes, s.partials, s.width,
                                 s.blocks)
            else:
                f32_i32_csr_dots(data + start, indices + start, count, s.W, s.units, s.lanes, s.partials, s.width,
                                 s.blocks)
        else:
            wide = <const long long *> indices
            if element is double:
                f64_i64_csr_dots(data + start, wide + start, count, s.W, s.units, s.lanes, s.partials, s.width,
                                 s.blocks)
            else:
                f32_i64_csr_dots(data + start, wide + start, count, s.W, s.units, s.lanes, s.partials, s.width,
                                 s.blocks)
        memcpy(out + i * s.units, s.partials, s.units * sizeof(double))


cdef void write_scores(Scores *s, double *out, Py_ssize_t n) noexcept nogil:
    if s.rows.is_double:
        if s.rows.index_size == 4:
            write_rows(<const double *> s.rows.data, <const int *> s.rows.indices, s, out, n)
        else:
            write_rows(<const double *> s.rows.data, <const long long *> s.rows.indices, s, out, n)
    elif s.rows.index_size == 4:
        write_rows(<const float *> s.rows.data, <const int *> s.rows.indices, s, out, n)
    else:
        write_rows(<const float *> s.rows.data, <const long long *> s.rows.indices, s, out, n)
