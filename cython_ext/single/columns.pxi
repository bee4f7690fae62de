# Matrices that run along their columns, in binary32: with one vector, and with each other.

cdef extern from "single/kernels.h" nogil:
    struct single_strip:
        Py_ssize_t size   # columns
        Py_ssize_t wide   # the same in whole registers, and one more
        float *lanes      # [LANES][wide]
        float *kept       # [FOLD_LEVELS][wide], of which the last are the sums
    void single_f32_column_sums(const single_strip *strip, const float *a, Py_ssize_t a_row, const float *x,
                                Py_ssize_t n)
    void single_f16_column_sums(const single_strip *strip, const float16 *a, Py_ssize_t a_row, const float *x,
                                Py_ssize_t n)
    void single_bf16_column_sums(const single_strip *strip, const bfloat16 *a, Py_ssize_t a_row, const float *x,
                                 Py_ssize_t n)
    void single_f32_paired_column_sums(const single_strip *strip, const float *a, Py_ssize_t a_row, const float *x,
                                       Py_ssize_t x_row, Py_ssize_t n)
    void single_f16_paired_column_sums(const single_strip *strip, const float16 *a, Py_ssize_t a_row,
                                       const float16 *x, Py_ssize_t x_row, Py_ssize_t n)
    void single_bf16_paired_column_sums(const single_strip *strip, const bfloat16 *a, Py_ssize_t a_row,
                                        const bfloat16 *x, Py_ssize_t x_row, Py_ssize_t n)
    void single_short_column_sums(const float *a, Py_ssize_t a_row, const float *x, Py_ssize_t x_row, Py_ssize_t n,
                                  Py_ssize_t size, float *out)
    void single_paired_short_column_sums(const float *a, Py_ssize_t a_row, const float *x, Py_ssize_t x_row,
                                         Py_ssize_t n, Py_ssize_t size, float *out)
    void single_column_panels(const float *a, Py_ssize_t a_row, const float *x, Py_ssize_t n, Py_ssize_t size,
                              float *out)
    void single_sums_of_stacks(const small_stacks *job, Py_ssize_t n)
    void single_lanes_of_few_columns(const float *a, const float *x, Py_ssize_t x_row, Py_ssize_t n, Py_ssize_t size,
                                     float *lanes)


cdef enum:
    PANEL_ROWS_SINGLE = 128  # elements of a column up to which panels of floats are ahead of lanes in memory


cdef void column_block(const RowDots *job, const single_strip *strip, const narrow *a, const narrow *x, Py_ssize_t n,
                       float *gathered) noexcept nogil:
    """The sums of one block of n elements of a vector with columns."""
    cdef const float *factors = gathered
    cdef Py_ssize_t a_row = job.A_strides[2]
    if narrow is float and contiguous(x, job.X_strides[2]):
        factors = <const float *> x
    else:
        gather_single(gathered, x, job.X_strides[2], n)
    if narrow is float:
        single_f32_column_sums(strip, a, a_row, factors, n)
    elif narrow is float16:
        single_f16_column_sums(strip, a, a_row, factors, n)
    else:
        single_bf16_column_sums(strip, a, a_row, factors, n)


cdef void paired_block(const RowDots *job, const single_strip *strip, const narrow *a, const narrow *x,
                       Py_ssize_t n) noexcept nogil:
    """The same of columns with columns."""
    if narrow is float:
        single_f32_paired_column_sums(strip, a, job.A_strides[2], x, job.X_strides[2], n)
    elif narrow is float16:
        single_f16_paired_column_sums(strip, a, job.A_strides[2], x, job.X_strides[2], n)
    else:
        single_bf16_paired_column_sums(strip, a, job.A_strides[2], x, job.X_strides[2], n)


cdef const float *strip_sums(const RowDots *job, const single_strip *strip, const narrow *a, const narrow *x,
                             float *memory) noexcept nogil:
    """The dots of some columns: the sums of each block, which go to `memory` if there are several, and their fold."""
    cdef Py_ssize_t k, count, blocks = pieces(job.shape[2], BLOCK)
    cdef float *sums = strip.kept + (FOLD_LEVELS - 1) * strip.wide
    for k in range(blocks):
        count = min(job.shape[2] - k * BLOCK, <Py_ssize_t> BLOCK)
        if job.X_strides[1] == 0:
            column_block(job, strip, at(a, job.A_strides[2], k * BLOCK), at(x, job.X_strides[2], k * BLOCK), count,
                         memory)
        else:
            paired_block(job, strip, at(a, job.A_strides[2], k * BLOCK), at(x, job.X_strides[2], k * BLOCK),
                         count)
        if blocks > 1:
            memcpy(memory + BLOCK + k * strip.wide, sums, strip.wide * sizeof(float))
    if blocks == 1:
        return sums
    fold_columns(memory + BLOCK, blocks, strip.wide)
    return memory + BLOCK


cdef int single_columns(const RowDots *job, const narrow *a, const narrow *x) noexcept nogil:
    """All outputs, by strips of columns; -1 if there is no memory for their lanes."""
    cdef Py_ssize_t s, m, most = min(job.shape[1], <Py_ssize_t> (STRIP if job.X_strides[1] == 0 else PAIRED))
    cdef Py_ssize_t wide = round_up(most, single_width) + single_width, blocks = pieces(job.shape[2], BLOCK)
    cdef Py_ssize_t floats = BLOCK + (FOLD_LEVELS + (blocks if blocks > 1 else 0)) * wide
    cdef single_strip strip
    cdef char *memory = <char *> malloc((floats + LANES * wide) * sizeof(float) + 2 * CACHE_LINE + PAGE)
    cdef const narrow *a_m
    if memory is NULL:
        return -1
    strip.kept = <float *> on_cache_line(memory)
    for s in range(job.shape[0]):
        m = 0
        while m < job.shape[1]:
            a_m = at(a, job.A_strides[0], s) + m
            strip.size = min(job.shape[1] - m, most)
            strip.wide = round_up(strip.size, single_width) + single_width
            strip.lanes = <float *> unaliased_lanes(<const float *> a_m, job.A_strides[2],
                                                    <char *> (strip.kept + floats))
            store_singles(job.out + s * job.out_strides[0] + m * job.out_strides[1], job.out_strides[1],
                          strip_sums(job, &strip, a_m, at(at(x, job.X_strides[0], s), job.X_strides[1], m),
                                     strip.kept + FOLD_LEVELS * wide), strip.size)
            m += most
    free(memory)
    return 0


cdef inline bint are_single_panels(const RowDots *job) noexcept nogil:
    """Whether one vector meets contiguous columns of floats, enough for a panel, with up to four elements to a lane."""
    return (LANES <= job.shape[2] <= PANEL_ROWS_SINGLE and job.shape[1] >= SLIM_PANEL * single_width
            and job.X_strides[1] == 0 and columns_run_on(job.A, job.A_strides, sizeof(float)))


cdef void panels_of_singles(const RowDots *job, const float *a, const float *x) noexcept nogil:
    """All outputs; where they must be spread, some at a time, of which the last may be done again."""
    cdef float gathered[PANEL_ROWS_SINGLE]
    cdef float sums[BESIDE]
    cdef Py_ssize_t s, m, size = min(job.shape[1], <Py_ssize_t> BESIDE)
    cdef char *out
    for s in range(job.shape[0]):
        out = job.out + s * job.out_strides[0]
        gather_single(gathered, at(x, job.X_strides[0], s), job.X_strides[2], job.shape[2])
        if job.out_strides[1] == sizeof(float):
            single_column_panels(at(a, job.A_strides[0], s), job.A_strides[2], gathered, job.shape[2], job.shape[1],
                                 <float *> out)
            continue
        m = 0
        while m < job.shape[1]:
            m = min(m, job.shape[1] - size)
            single_column_panels(at(a, job.A_strides[0], s) + m, job.A_strides[2], gathered, job.shape[2], size, sums)
            store_singles(out + m * job.out_strides[1], job.out_strides[1], sums, size)
            m += size


cdef inline bint are_few_single_columns(const RowDots *job) noexcept nogil:
    """Whether one vector meets two to four long columns of floats with nothing between their rows."""
    return (1 < job.shape[1] <= FEW_COLUMNS and LANES < job.shape[2] <= BLOCK * DIRECT_BLOCKS and job.X_strides[1] == 0
            and job.A_strides[2] == job.shape[1] * <Py_ssize_t> sizeof(float)
            and columns_run_on(job.A, job.A_strides, sizeof(float))
            and columns_are_aligned(job.X, job.X_strides, sizeof(float)))


cdef void few_single_columns(const RowDots *job, const float *a, const float *x) noexcept nogil:
    """All outputs: the lanes of each block, their fold, and the fold of those."""
    cdef float lanes[LANES * FEW_COLUMNS]
    cdef float sums[DIRECT_BLOCKS * FEW_COLUMNS]
    cdef Py_ssize_t s, k, size = job.shape[1], blocks = pieces(job.shape[2], BLOCK)
    for s in range(job.shape[0]):
        for k in range(blocks):
            single_lanes_of_few_columns(at(at(a, job.A_strides[0], s), job.A_strides[2], k * BLOCK),
                                        at(at(x, job.X_strides[0], s), job.X_strides[2], k * BLOCK), job.X_strides[2],
                                        min(job.shape[2] - k * BLOCK, <Py_ssize_t> BLOCK), size, lanes)
            fold_columns(lanes, LANES, size)
            memcpy(sums + k * size, lanes, size * sizeof(float))
        fold_columns(sums, blocks, size)
        store_singles(job.out + s * job.out_strides[0], job.out_strides[1], sums, size)


cdef void short_single_columns(const RowDots *job, const float *a, const float *x) noexcept nogil:
    """All outputs of columns of up to SHORT_COLUMNS floats, some at a time."""
    cdef float sums[BESIDE + MOST_SINGLE]
    cdef Py_ssize_t s, m, size
    cdef const float *a_m
    cdef const float *x_m
    for s in range(job.shape[0]):
        m = 0
        while m < job.shape[1]:
            size = min(job.shape[1] - m, <Py_ssize_t> BESIDE)
            a_m, x_m = at(a, job.A_strides[0], s) + m, at(at(x, job.X_strides[0], s), job.X_strides[1], m)
            if job.X_strides[1] == 0:
                single_short_column_sums(a_m, job.A_strides[2], x_m, job.X_strides[2], job.shape[2], size, sums)
            else:
                single_paired_short_column_sums(a_m, job.A_strides[2], x_m, job.X_strides[2], job.shape[2], size, sums)
            store_singles(job.out + s * job.out_strides[0] + m * job.out_strides[1], job.out_strides[1], sums, size)
            m += size


cdef inline void single_stacks_of_columns(const RowDots *job) noexcept nogil:
    """All outputs of small stacks."""
    cdef small_stacks stacks = stacks_of_job(job)
    stacks.rounded = False
    single_sums_of_stacks(&stacks, job.shape[2])
