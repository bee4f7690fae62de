# A matrix that runs along its columns, times a vector: out[s, m] = dot(A[s, m], X[s]).

cdef extern from "tiles/sums.h" nogil:
    void f64_column_sums(const double *a, Py_ssize_t a_row, const double *x, Py_ssize_t x_row, Py_ssize_t n,
                         Py_ssize_t size, double *lanes, double *out)
    void f32_column_sums(const float *a, Py_ssize_t a_row, const float *x, Py_ssize_t x_row, Py_ssize_t n,
                         Py_ssize_t size, double *lanes, double *out)

cdef enum:
    # Outputs side by side: whole rows, as eight streams that run on are what prefetchers follow. Their lanes, 1 MB, are
    # loaded once for eight rows, from L2. At 4000x4000, 256 read 10 to 16 GB/s from memory, 4096 25.
    STRIP = 4096
    PAGE = 4096
    PAIRED = 64  # columns that meet columns, side by side: their lanes, 16 KB, stay in L1


cdef inline void column_sums(const element *a, Py_ssize_t a_row, const element *x, Py_ssize_t x_row, Py_ssize_t n,
                             Py_ssize_t size, double *lanes, double *out) noexcept nogil:
    if element is double:
        f64_column_sums(a, a_row, x, x_row, n, size, lanes, out)
    else:
        f32_column_sums(a, a_row, x, x_row, n, size, lanes, out)


cdef inline Py_ssize_t unaliased_offset(Py_ssize_t step) noexcept nogil:
    """The multiple of 256 that is farthest, round a page, from t * step, t < 8."""
    cdef Py_ssize_t t, offset, nearest, distance, farthest = -1, best = 0
    for offset in range(0, PAGE, 256):
        nearest = PAGE
        for t in range(8):
            distance = (offset - t * step) & (PAGE - 1)
            nearest = min(nearest, min(distance, PAGE - distance))
        if nearest > farthest:
            farthest, best = nearest, offset
    return best


cdef inline double *unaliased_lanes(const element *a, Py_ssize_t a_row, char *workspace) noexcept nogil:
    """Where in `workspace` the lanes start: on a cache line, and in a page where none of the eight rows does.

    Against 4K aliasing: a CPU compares no more of addresses than their place in a page to tell a load of a row from a
    store to a lane that is not yet done, and waits if they are alike: at 10000x128 that makes 250 us of 147.
    """
    return <double *> on_cache_line(
        workspace + (<size_t> a + unaliased_offset(LANES * a_row) - <size_t> workspace) % PAGE)


cdef void one_strip(const RowDots *job, const element *a, const element *x, Py_ssize_t size, char *workspace,
                    double *sums) noexcept nogil:
    """sums[0:size] = the dots of x with `size` neighbouring columns of a."""
    cdef double *lanes = unaliased_lanes(a, job.A_strides[2], workspace)
    cdef Py_ssize_t k, n = job.shape[2], blocks = pieces(n, BLOCK)
    for k in range(blocks):
        column_sums(at(a, job.A_strides[2], k * BLOCK), job.A_strides[2], at(x, job.X_strides[2], k * BLOCK),
                    job.X_strides[2], min(n - k * BLOCK, <Py_ssize_t> BLOCK), size, lanes, sums + k * size)
    fold_columns(sums, blocks, size)


cdef int columns(const RowDots *job, const element *a, const element *x) noexcept nogil:
    """All outputs; -1 if there is no memory for the sums of blocks."""
    cdef Py_ssize_t s, m, size, strip = min(job.shape[1], <Py_ssize_t> STRIP)
    cdef Py_ssize_t doubles = pieces(job.shape[2], BLOCK) * strip
    cdef double *sums = <double *> malloc((doubles + LANES * strip) * sizeof(double) + CACHE_LINE + PAGE)
    if sums is NULL:
        return -1
    for s in range(job.shape[0]):
        m = 0
        while m < job.shape[1]:
            size = min(job.shape[1] - m, <Py_ssize_t> STRIP)
            one_strip(job, at(at(a, job.A_strides[0], s), job.A_strides[1], m), at(x, job.X_strides[0], s), size,
                      <char *> (sums + doubles), sums)
            store(job, job.out + s * job.out_strides[0] + m * job.out_strides[1], sums, size)
            m += size
    free(sums)
    return 0


cdef void paired_block_sums(const element *a, Py_ssize_t a_row, const element *x, Py_ssize_t x_row, Py_ssize_t n,
                            Py_ssize_t size, double *out) noexcept nogil:
    """out[0:size] = the dots of up to PAIRED neighbouring columns of a with those of x, one block of them."""
    cdef double lanes[LANES * PAIRED]
    cdef double *lane
    cdef const element *a_i
    cdef const element *x_i
    cdef Py_ssize_t i, j
    memset(lanes, 0, LANES * size * sizeof(double))
    for i in range(n):
        lane, a_i, x_i = lanes + i % LANES * size, at(a, a_row, i), at(x, x_row, i)
        for j in range(size):
            lane[j] += <double> a_i[j] * <double> x_i[j]
    fold_columns(lanes, LANES, size)
    memcpy(out, lanes, size * sizeof(double))


cdef int paired_columns(const RowDots *job, const element *a, const element *x) noexcept nogil:
    """All outputs where both matrices run along their columns; -1 if there is no memory for the sums of blocks."""
    cdef Py_ssize_t s, k, m, size, n = job.shape[2], blocks = pieces(n, BLOCK)
    cdef const element *a_m
    cdef const element *x_m
    cdef double *sums = <double *> malloc(blocks * PAIRED * sizeof(double))
    if sums is NULL:
        return -1
    for s in range(job.shape[0]):
        m = 0
        while m < job.shape[1]:
            size = min(job.shape[1] - m, <Py_ssize_t> PAIRED)
            a_m, x_m = at(a, job.A_strides[0], s) + m, at(x, job.X_strides[0], s) + m
            for k in range(blocks):
                paired_block_sums(at(a_m, job.A_strides[2], k * BLOCK), job.A_strides[2],
                                  at(x_m, job.X_strides[2], k * BLOCK), job.X_strides[2],
                                  min(n - k * BLOCK, <Py_ssize_t> BLOCK), size, sums + k * size)
            fold_columns(sums, blocks, size)
            store(job, job.out + s * job.out_strides[0] + m * job.out_strides[1], sums, size)
            m += size
    free(sums)
    return 0
