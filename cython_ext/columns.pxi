# A matrix that runs along its columns, times a vector: out[s, m] = dot(A[s, m], X[s]).

cdef enum:
    STRIP = 256  # outputs side by side: 2 KB of a float64 row at a time, and 64 KB of lanes, which stay in L2


cdef inline void column_sums(const element *a, Py_ssize_t a_row, const element *x, Py_ssize_t x_row, Py_ssize_t n,
                             Py_ssize_t size, double *lanes, double *out) noexcept nogil:
    if element is double:
        f64_column_sums(a, a_row, x, x_row, n, size, lanes, out)
    else:
        f32_column_sums(a, a_row, x, x_row, n, size, lanes, out)


cdef void one_strip(const RowDots *job, const element *a, const element *x, Py_ssize_t size, double *lanes,
                    double *sums) noexcept nogil:
    """sums[0:size] = the dots of x with `size` neighbouring columns of a."""
    cdef Py_ssize_t k, n = job.shape[2], blocks = pieces(n, BLOCK)
    for k in range(blocks):
        column_sums(at(a, job.A_strides[2], k * BLOCK), job.A_strides[2], at(x, job.X_strides[2], k * BLOCK),
                    job.X_strides[2], min(n - k * BLOCK, <Py_ssize_t> BLOCK), size, lanes, sums + k * size)
    fold_columns(sums, blocks, size)


cdef int columns(const RowDots *job, const element *a, const element *x) noexcept nogil:
    """All outputs; -1 if there is no memory for the sums of blocks."""
    cdef Py_ssize_t s, m, size, strip = min(job.shape[1], <Py_ssize_t> STRIP)
    cdef double *lanes = <double *> malloc((LANES + pieces(job.shape[2], BLOCK)) * strip * sizeof(double))
    cdef double *sums = lanes + LANES * strip
    if lanes is NULL:
        return -1
    for s in range(job.shape[0]):
        m = 0
        while m < job.shape[1]:
            size = min(job.shape[1] - m, <Py_ssize_t> STRIP)
            one_strip(job, at(at(a, job.A_strides[0], s), job.A_strides[1], m), at(x, job.X_strides[0], s), size,
                      lanes, sums)
            store(job, job.out + s * job.out_strides[0] + m * job.out_strides[1], sums, size)
            m += size
    free(lanes)
    return 0
