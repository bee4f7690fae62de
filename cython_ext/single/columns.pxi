# Matrices that run along their columns, in binary32: with one vector, and with each other.

cdef extern from "single/kernels.h" nogil:
    void single_f32_column_sums(const float *a, Py_ssize_t a_row, const float *x, Py_ssize_t n, Py_ssize_t size,
                                Py_ssize_t wide, float *lanes, float *out)
    void single_f16_column_sums(const float16 *a, Py_ssize_t a_row, const float *x, Py_ssize_t n, Py_ssize_t size,
                                Py_ssize_t wide, float *lanes, float *out)
    void single_bf16_column_sums(const bfloat16 *a, Py_ssize_t a_row, const float *x, Py_ssize_t n, Py_ssize_t size,
                                 Py_ssize_t wide, float *lanes, float *out)
    void single_f32_paired_column_sums(const float *a, Py_ssize_t a_row, const float *x, Py_ssize_t x_row, Py_ssize_t n,
                                       Py_ssize_t size, Py_ssize_t wide, float *lanes, float *out)
    void single_f16_paired_column_sums(const float16 *a, Py_ssize_t a_row, const float16 *x, Py_ssize_t x_row,
                                       Py_ssize_t n, Py_ssize_t size, Py_ssize_t wide, float *lanes, float *out)
    void single_bf16_paired_column_sums(const bfloat16 *a, Py_ssize_t a_row, const bfloat16 *x, Py_ssize_t x_row,
                                        Py_ssize_t n, Py_ssize_t size, Py_ssize_t wide, float *lanes, float *out)


cdef struct Strip:  # some neighbouring columns, and the memory that their sums need
    Py_ssize_t size   # of the columns
    Py_ssize_t wide   # in whole registers
    float *x          # a block of the vector, gathered
    float *lanes
    float *sums       # [blocks][size]


cdef void single_strip(const RowDots *job, const narrow *a, const narrow *x, const Strip *strip) noexcept nogil:
    """sums[0:size] = the dots of x with the columns."""
    cdef Py_ssize_t k, count, a_row = job.A_strides[2], blocks = pieces(job.shape[2], BLOCK)
    cdef const narrow *block
    cdef float *sums = strip.sums
    for k in range(blocks):
        block, count = at(a, a_row, k * BLOCK), min(job.shape[2] - k * BLOCK, <Py_ssize_t> BLOCK)
        gather_single(strip.x, at(x, job.X_strides[2], k * BLOCK), job.X_strides[2], count)
        if narrow is float:
            single_f32_column_sums(block, a_row, strip.x, count, strip.size, strip.wide, strip.lanes, sums)
        elif narrow is float16:
            single_f16_column_sums(block, a_row, strip.x, count, strip.size, strip.wide, strip.lanes, sums)
        else:
            single_bf16_column_sums(block, a_row, strip.x, count, strip.size, strip.wide, strip.lanes, sums)
        sums += strip.size
    fold_single_columns(strip.sums, blocks, strip.size)


cdef void single_paired_strip(const RowDots *job, const narrow *a, const narrow *x, const Strip *strip) noexcept nogil:
    """sums[0:size] = the dots of the columns of a with those of x."""
    cdef Py_ssize_t k, count, a_row = job.A_strides[2], x_row = job.X_strides[2], blocks = pieces(job.shape[2], BLOCK)
    cdef const narrow *a_k
    cdef const narrow *x_k
    cdef float *sums = strip.sums
    for k in range(blocks):
        a_k, x_k = at(a, a_row, k * BLOCK), at(x, x_row, k * BLOCK)
        count = min(job.shape[2] - k * BLOCK, <Py_ssize_t> BLOCK)
        if narrow is float:
            single_f32_paired_column_sums(a_k, a_row, x_k, x_row, count, strip.size, strip.wide, strip.lanes, sums)
        elif narrow is float16:
            single_f16_paired_column_sums(a_k, a_row, x_k, x_row, count, strip.size, strip.wide, strip.lanes, sums)
        else:
            single_bf16_paired_column_sums(a_k, a_row, x_k, x_row, count, strip.size, strip.wide, strip.lanes, sums)
        sums += strip.size
    fold_single_columns(strip.sums, blocks, strip.size)


cdef int single_columns(const RowDots *job, const narrow *a, const narrow *x) noexcept nogil:
    """All outputs, by strips of columns; -1 if there is no memory for their lanes."""
    cdef bint paired = job.X_strides[1] != 0
    cdef Py_ssize_t s, m, most = min(job.shape[1], <Py_ssize_t> (PAIRED if paired else STRIP))
    cdef Py_ssize_t floats = BLOCK + pieces(job.shape[2], BLOCK) * most
    cdef Strip strip
    cdef char *memory = <char *> malloc((floats + LANES * (most + MOST_SINGLE)) * sizeof(float) + 2 * CACHE_LINE + PAGE)
    cdef const narrow *a_m
    cdef const narrow *x_m
    if memory is NULL:
        return -1
    strip.x = <float *> on_cache_line(memory)
    strip.sums = strip.x + BLOCK
    for s in range(job.shape[0]):
        m = 0
        while m < job.shape[1]:
            a_m, x_m = at(a, job.A_strides[0], s) + m, at(at(x, job.X_strides[0], s), job.X_strides[1], m)
            strip.size = min(job.shape[1] - m, most)
            strip.wide = round_up(strip.size, single_width)
            strip.lanes = <float *> unaliased_lanes(<const float *> a_m, job.A_strides[2], <char *> (strip.x + floats))
            if paired:
                single_paired_strip(job, a_m, x_m, &strip)
            else:
                single_strip(job, a_m, x_m, &strip)
            store_singles(job.out + s * job.out_strides[0] + m * job.out_strides[1], job.out_strides[1], strip.sums,
                          strip.size)
            m += most
    free(memory)
    return 0
