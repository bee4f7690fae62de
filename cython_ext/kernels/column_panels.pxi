# A matrix that runs along its columns, of few rows, times a vector: out[s, m] = dot(A[s, m], X[s]), a panel at a time.

cdef extern from "tiles/sums.h" nogil:
    enum: PANEL
    enum: SLIM_PANEL
    void f64_column_panels(const double *a, Py_ssize_t a_row, const double *x, Py_ssize_t n, Py_ssize_t size,
                           double *out)
    void f32_column_panels(const float *a, Py_ssize_t a_row, const double *x, Py_ssize_t n, Py_ssize_t size,
                           double *out)

cdef enum:
    # Elements of a column up to which panels are ahead of lanes that are kept in memory: 512 bytes of a row at a time
    # are read more slowly than whole rows. 64x784 of float64 took 5.9 us so, 6.3 by lanes, and 128x784 12.9 and 11.2.
    PANEL_ROWS = 96
    # The same of float64 where a panel is most of a row, and its registers are cache lines: 1024x64 took 5.3 us so, 6.9
    # by lanes, and at x86-64-v3 7.9 and 6.8.
    PANEL_ROWS_NARROW = 1024
    NARROW_ROW = 1024  # bytes


cdef inline bint are_column_panels(const RowDots *job, const element *tag) noexcept nogil:
    """Whether one vector meets contiguous columns, enough for a panel, with few elements to a lane."""
    cdef Py_ssize_t most = PANEL_ROWS
    cdef Py_ssize_t width = f64_width if element is double else f32_width
    if (element is double and f64_width * sizeof(double) == CACHE_LINE and 0 < job.A_strides[2] <= NARROW_ROW
            and job.shape[1] >= PANEL * f64_width):
        most = PANEL_ROWS_NARROW
    return (LANES <= job.shape[2] <= most and job.shape[1] >= SLIM_PANEL * width and job.X_strides[1] == 0
            and job.A_strides[1] == sizeof(element) and job.A_strides[2] != sizeof(element)
            and columns_are_aligned(job.A, job.A_strides, sizeof(element))
            and columns_are_aligned(job.X, job.X_strides, sizeof(element)))


cdef inline void panel_sums(const element *a, Py_ssize_t a_row, const double *x, Py_ssize_t n, Py_ssize_t size,
                            double *out) noexcept nogil:
    if element is double:
        f64_column_panels(a, a_row, x, n, size, out)
    else:
        f32_column_panels(a, a_row, x, n, size, out)


cdef void column_panels(const RowDots *job, const element *tag) noexcept nogil:
    """All outputs; where they must be rounded or spread, some at a time, of which the last may be done again."""
    cdef double x[PANEL_ROWS_NARROW]
    cdef double sums[BESIDE]
    cdef Py_ssize_t s, m, size = min(job.shape[1], <Py_ssize_t> BESIDE)
    cdef const element *a
    cdef char *out
    for s in range(job.shape[0]):
        a, out = at(<const element *> job.A, job.A_strides[0], s), job.out + s * job.out_strides[0]
        widen_row(x, at(<const element *> job.X, job.X_strides[0], s), job.X_strides[2], job.shape[2])
        if job.out_dtype == FLOAT64 and job.out_strides[1] == sizeof(double):
            panel_sums(a, job.A_strides[2], x, job.shape[2], job.shape[1], <double *> out)
            continue
        m = 0
        while m < job.shape[1]:
            m = min(m, job.shape[1] - size)
            panel_sums(a + m, job.A_strides[2], x, job.shape[2], size, sums)
            store(job, out + m * job.out_strides[1], sums, size)
            m += size
