# A matrix that runs along its columns, times a vector: out[s, m] = dot(A[s, m], X[s]).

cdef extern from "tiles/sums.h" nogil:
    enum: FOLD_LEVELS
    enum: FEW_COLUMNS
    struct f64_strip:
        Py_ssize_t size   # columns
        Py_ssize_t wide   # the same in whole registers, and one more
        double *lanes     # [LANES][wide]
        double *kept      # [FOLD_LEVELS][wide], of which the last are the sums
    void f64_column_sums(const f64_strip *strip, const double *a, Py_ssize_t a_row, const double *x, Py_ssize_t n)
    void f32_column_sums(const f64_strip *strip, const float *a, Py_ssize_t a_row, const double *x, Py_ssize_t n)
    void f64_widen_row(double *out, const double *a, Py_ssize_t stride, Py_ssize_t n)
    void f32_widen_row(double *out, const float *a, Py_ssize_t stride, Py_ssize_t n)
    void f64_lanes_of_few_columns(const double *a, const double *x, Py_ssize_t x_row, Py_ssize_t n, Py_ssize_t size,
                                  double *lanes)
    void f32_lanes_of_few_columns(const float *a, const float *x, Py_ssize_t x_row, Py_ssize_t n, Py_ssize_t size,
                                  double *lanes)

cdef enum:
    # Outputs side by side: whole rows, as eight streams that run on are what prefetchers follow. Their lanes, 1 MB, are
    # loaded once for eight rows, from L2. At 4000x4000, 256 read 10 to 16 GB/s from memory, 4096 25.
    STRIP = 4096
    PAGE = 4096
    PAIRED = 64  # columns that meet columns, side by side: their lanes, 16 KB, stay in L1


cdef inline void widen_row(double *out, const element *x, Py_ssize_t stride, Py_ssize_t n) noexcept nogil:
    """out[i] = x[i]."""
    if element is double:
        f64_widen_row(out, x, stride, n)
    else:
        f32_widen_row(out, x, stride, n)


cdef inline void column_sums(const f64_strip *strip, const element *a, Py_ssize_t a_row, const double *x,
                             Py_ssize_t n) noexcept nogil:
    if element is double:
        f64_column_sums(strip, a, a_row, x, n)
    else:
        f32_column_sums(strip, a, a_row, x, n)


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


cdef inline bint are_few_columns(const RowDots *job, size_t size) noexcept nogil:
    """Whether there are two to four columns with nothing between their rows."""
    return 1 < job.shape[1] <= FEW_COLUMNS and <size_t> job.A_strides[2] == job.shape[1] * size


cdef void few_columns(const RowDots *job, const element *a, const element *x, double *sums) noexcept nogil:
    """sums[0:size] = the dots of x with all columns of a, which are few."""
    cdef double lanes[LANES * FEW_COLUMNS]
    cdef Py_ssize_t k, n, size = job.shape[1], blocks = pieces(job.shape[2], BLOCK)
    for k in range(blocks):
        n = min(job.shape[2] - k * BLOCK, <Py_ssize_t> BLOCK)
        if element is double:
            f64_lanes_of_few_columns(a + k * BLOCK * size, at(x, job.X_strides[2], k * BLOCK), job.X_strides[2], n,
                                     size, lanes)
        else:
            f32_lanes_of_few_columns(a + k * BLOCK * size, at(x, job.X_strides[2], k * BLOCK), job.X_strides[2], n,
                                     size, lanes)
        fold_columns(lanes, LANES, size)
        memcpy(sums + k * size, lanes, size * sizeof(double))
    fold_columns(sums, blocks, size)


cdef inline Py_ssize_t before_lines(const element *a) noexcept nogil:
    """How many numbers a row of sums is moved on, for those of the first whole cache line of a to begin one."""
    return (CACHE_LINE - <size_t> a % CACHE_LINE) // sizeof(element) % (CACHE_LINE // sizeof(double))


cdef struct ColumnsMemory:
    double *factors  # a block of x
    double *kept
    double *sums     # [blocks][strip]
    char *lanes


cdef void one_strip(const RowDots *job, const element *a, const element *x, Py_ssize_t size,
                    const ColumnsMemory *memory) noexcept nogil:
    """memory.sums[0:size] = the dots of x with `size` neighbouring columns of a."""
    cdef f64_strip strip
    cdef Py_ssize_t k, n, blocks = pieces(job.shape[2], BLOCK), unit = CACHE_LINE // sizeof(double)
    cdef Py_ssize_t moved = (unit - before_lines(a)) % unit
    strip.size, strip.wide, strip.kept = size, round_up(size, unit) + unit, memory.kept + moved
    strip.lanes = unaliased_lanes(a, job.A_strides[2], memory.lanes) + moved
    for k in range(blocks):
        n = min(job.shape[2] - k * BLOCK, <Py_ssize_t> BLOCK)
        widen_row(memory.factors, at(x, job.X_strides[2], k * BLOCK), job.X_strides[2], n)
        column_sums(&strip, at(a, job.A_strides[2], k * BLOCK), job.A_strides[2], memory.factors, n)
        memcpy(memory.sums + k * size, strip.kept + (FOLD_LEVELS - 1) * strip.wide, size * sizeof(double))
    fold_columns(memory.sums, blocks, size)


cdef int columns(const RowDots *job, const element *a, const element *x) noexcept nogil:
    """All outputs; -1 if there is no memory for the sums of blocks."""
    cdef Py_ssize_t s, m, size, strip = min(job.shape[1], <Py_ssize_t> STRIP), unit = CACHE_LINE // sizeof(double)
    cdef Py_ssize_t wide = round_up(strip, unit) + unit, kept = FOLD_LEVELS * wide + unit
    cdef Py_ssize_t factors = round_up(min(job.shape[2], <Py_ssize_t> BLOCK), unit)
    cdef Py_ssize_t doubles = factors + kept + pieces(job.shape[2], BLOCK) * strip
    cdef bint few = are_few_columns(job, sizeof(element))
    cdef ColumnsMemory memory
    cdef char *whole = <char *> malloc((doubles + LANES * wide + unit) * sizeof(double) + 2 * CACHE_LINE + PAGE)
    if whole is NULL:
        return -1
    memory.factors = <double *> on_cache_line(whole)
    memory.kept = memory.factors + factors
    memory.sums = memory.kept + kept
    memory.lanes = <char *> (memory.factors + doubles)
    for s in range(job.shape[0]):
        m = 0
        while m < job.shape[1]:
            size = min(job.shape[1] - m, <Py_ssize_t> STRIP)
            if few:
                few_columns(job, at(a, job.A_strides[0], s), at(x, job.X_strides[0], s), memory.sums)
            else:
                one_strip(job, at(at(a, job.A_strides[0], s), job.A_strides[1], m), at(x, job.X_strides[0], s), size,
                          &memory)
            store(job, job.out + s * job.out_strides[0] + m * job.out_strides[1], memory.sums, size)
            m += size
    free(whole)
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
