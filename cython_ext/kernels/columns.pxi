# A matrix that runs along its columns, times a vector: out[s, m] = dot(A[s, m], X[s]). A register holds one lane of
# neighbouring outputs.

cdef enum:
    # Outputs side by side: whole rows, as eight streams that run on are what prefetchers follow. Their lanes, 1 MB, are
    # loaded once for eight rows, from L2. At 4000x4000, 256 read 10 to 16 GB/s from memory, 4096 25.
    STRIP = 4096
    PAGE = 4096


cdef inline void set_row(double *lane, Py_ssize_t size, const element *a, double factor) noexcept nogil:
    """lane[j] = a[j] * factor, added to a lane's +0.0."""
    cdef Py_ssize_t j
    for j in range(size):
        lane[j] = 0.0 + <double> a[j] * factor


cdef inline void add_one_row(double *lane, Py_ssize_t size, const element *a, double factor) noexcept nogil:
    """lane[j] += a[j] * factor."""
    cdef Py_ssize_t j
    for j in range(size):
        lane[j] += <double> a[j] * factor


cdef inline void add_4_rows(double *lane, Py_ssize_t size, const element *a, Py_ssize_t a_step, const element *x,
                            Py_ssize_t x_step) noexcept nogil:
    """The same for four rows and factors, in turn: one load and one store of the lane serves them all."""
    cdef const element *b = at(a, a_step, 1)
    cdef const element *c = at(a, a_step, 2)
    cdef const element *d = at(a, a_step, 3)
    cdef double p = x[0], q = at(x, x_step, 1)[0], r = at(x, x_step, 2)[0], s = at(x, x_step, 3)[0]
    cdef Py_ssize_t j
    for j in range(size):
        lane[j] = (((lane[j] + a[j] * p) + b[j] * q) + c[j] * r) + d[j] * s


cdef inline void add_8_rows(double *lane, Py_ssize_t size, const element *a, Py_ssize_t a_step, const element *x,
                            Py_ssize_t x_step) noexcept nogil:
    """The same for eight."""
    cdef const element *b = at(a, a_step, 1)
    cdef const element *c = at(a, a_step, 2)
    cdef const element *d = at(a, a_step, 3)
    cdef const element *e = at(a, a_step, 4)
    cdef const element *f = at(a, a_step, 5)
    cdef const element *g = at(a, a_step, 6)
    cdef const element *h = at(a, a_step, 7)
    cdef double p = x[0], q = at(x, x_step, 1)[0], r = at(x, x_step, 2)[0], s = at(x, x_step, 3)[0]
    cdef double t = at(x, x_step, 4)[0], u = at(x, x_step, 5)[0], v = at(x, x_step, 6)[0], w = at(x, x_step, 7)[0]
    cdef double total
    cdef Py_ssize_t j
    for j in range(size):
        total = (((lane[j] + a[j] * p) + b[j] * q) + c[j] * r) + d[j] * s
        lane[j] = (((total + e[j] * t) + f[j] * u) + g[j] * v) + h[j] * w


cdef inline void add_rows(double *lane, Py_ssize_t size, const element *a, Py_ssize_t a_step, const element *x,
                          Py_ssize_t x_step, Py_ssize_t rows) noexcept nogil:
    """The same for up to eight."""
    if rows == 8:
        add_8_rows(lane, size, a, a_step, x, x_step)
        return
    if rows >= 4:
        add_4_rows(lane, size, a, a_step, x, x_step)
        a, x, rows = at(a, a_step, 4), at(x, x_step, 4), rows - 4
    while rows > 0:
        add_one_row(lane, size, a, x[0])
        a, x, rows = at(a, a_step, 1), at(x, x_step, 1), rows - 1


cdef void column_sums(const element *a, Py_ssize_t a_row, const element *x, Py_ssize_t x_row, Py_ssize_t n,
                      Py_ssize_t size, double *lanes, double *out) noexcept nogil:
    """out[j] = the sum of a block of a[i][j] * x[i], j < size, i < n; `lanes` is room for the 32 lanes of all."""
    cdef Py_ssize_t i, first, used = min(n, <Py_ssize_t> LANES)  # the other lanes are zeros, which change no sum
    for i in range(used):
        set_row(lanes + i * size, size, at(a, a_row, i), at(x, x_row, i)[0])
    for first in range(32, n, 256):
        for i in range(first, min(n, first + LANES)):
            add_rows(lanes + (i - first) * size, size, at(a, a_row, i), LANES * a_row, at(x, x_row, i), LANES * x_row,
                     min(pieces(n - i, LANES), 8))
    fold_columns(lanes, used, size)
    memcpy(out, lanes, size * sizeof(double))


cdef inline Py_ssize_t unaliased_offset(Py_ssize_t step) noexcept nogil:
    """The multiple of 256 that is farthest, round a page, from t * step, 1 <= t <= 8."""
    cdef Py_ssize_t t, offset, nearest, distance, farthest = -1, best = 0
    for offset in range(0, PAGE, 256):
        nearest = PAGE
        for t in range(1, 9):
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
