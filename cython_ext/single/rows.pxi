# Dots of many pairs of rows in binary32: contiguous rows in groups, others one by one.

cdef extern from "single/kernels.h" nogil:
    enum: SINGLE_SHARING
    void single_f32_shared_rows(const float *a, Py_ssize_t next_row, Py_ssize_t apart, const float *x, Py_ssize_t n,
                                float *out)
    void single_f16_shared_rows(const float16 *a, Py_ssize_t next_row, Py_ssize_t apart, const float *x, Py_ssize_t n,
                                float *out)
    void single_bf16_shared_rows(const bfloat16 *a, Py_ssize_t next_row, Py_ssize_t apart, const float *x, Py_ssize_t n,
                                 float *out)
    void single_f32_paired_rows(const float *a, Py_ssize_t a_row, const float *x, Py_ssize_t x_row, Py_ssize_t n,
                                float *out)
    void single_f16_paired_rows(const float16 *a, Py_ssize_t a_row, const float16 *x, Py_ssize_t x_row, Py_ssize_t n,
                                float *out)
    void single_bf16_paired_rows(const bfloat16 *a, Py_ssize_t a_row, const bfloat16 *x, Py_ssize_t x_row, Py_ssize_t n,
                                 float *out)
    void single_f32_short_rows(const float *a, Py_ssize_t a_row, const float *x, Py_ssize_t x_row, Py_ssize_t n,
                               Py_ssize_t rows, float *out)
    void single_f16_short_rows(const float16 *a, Py_ssize_t a_row, const float16 *x, Py_ssize_t x_row, Py_ssize_t n,
                               Py_ssize_t rows, float *out)
    void single_bf16_short_rows(const bfloat16 *a, Py_ssize_t a_row, const bfloat16 *x, Py_ssize_t x_row, Py_ssize_t n,
                                Py_ssize_t rows, float *out)
    void single_tiny_rows(const float *a, const float *x, Py_ssize_t n, Py_ssize_t rows, float *out)

cdef enum:
    MOST_SINGLE = 16  # floats of the widest register


cdef inline void store_singles(char *out, Py_ssize_t stride, const float *values, Py_ssize_t count) noexcept nogil:
    """out[0:count] = values, none of them -0.0."""
    cdef Py_ssize_t i
    if stride == sizeof(float):
        for i in range(count):
            (<float *> out)[i] = values[i] + <float> 0.0
    else:
        for i in range(count):
            (<float *> (out + i * stride))[0] = values[i] + <float> 0.0


cdef inline void single_shared_rows(const narrow *a, Py_ssize_t near, Py_ssize_t far, const float *x, Py_ssize_t n,
                                    float *out) noexcept nogil:
    """A group of rows that share x, one block of each."""
    if narrow is float:
        single_f32_shared_rows(a, near, far, x, n, out)
    elif narrow is float16:
        single_f16_shared_rows(a, near, far, x, n, out)
    else:
        single_bf16_shared_rows(a, near, far, x, n, out)


cdef inline void single_paired_rows(const narrow *a, Py_ssize_t a_row, const narrow *x, Py_ssize_t x_row, Py_ssize_t n,
                                    float *out) noexcept nogil:
    """A group of rows, each with a row of x of its own, one block of each."""
    if narrow is float:
        single_f32_paired_rows(a, a_row, x, x_row, n, out)
    elif narrow is float16:
        single_f16_paired_rows(a, a_row, x, x_row, n, out)
    else:
        single_bf16_paired_rows(a, a_row, x, x_row, n, out)


cdef inline void single_rows_of_registers(const narrow *a, Py_ssize_t a_row, const narrow *x, Py_ssize_t x_row,
                                          Py_ssize_t n, Py_ssize_t rows, float *out) noexcept nogil:
    """Rows that fit two registers, a group of them at least."""
    if narrow is float:
        if are_tiny(a_row, x_row, n, sizeof(float)):
            single_tiny_rows(a, x, n, rows, out)
        else:
            single_f32_short_rows(a, a_row, x, x_row, n, rows, out)
    elif narrow is float16:
        single_f16_short_rows(a, a_row, x, x_row, n, rows, out)
    else:
        single_bf16_short_rows(a, a_row, x, x_row, n, rows, out)


cdef void short_single_rows(const RowDots *job, const narrow *a, const narrow *x, char *out) noexcept nogil:
    """All rows, which are so short; where results must be spread, some at a time, the last perhaps done again."""
    cdef float values[BESIDE]
    cdef Py_ssize_t n = job.shape[2], a_row = job.A_strides[1], x_row = job.X_strides[1], i = 0, rows
    if job.out_strides[1] == sizeof(float):
        single_rows_of_registers(a, a_row, x, x_row, n, job.shape[1], <float *> out)
        return
    while i < job.shape[1]:
        i = min(i, job.shape[1] - single_width)
        rows = min(job.shape[1] - i, <Py_ssize_t> BESIDE)
        single_rows_of_registers(at(a, a_row, i), a_row, at(x, x_row, i), x_row, n, rows, values)
        store_singles(out + i * job.out_strides[1], job.out_strides[1], values, rows)
        i += rows


cdef Py_ssize_t single_rows_in_streams(const RowDots *job, const narrow *a, const float *x, char *out) noexcept nogil:
    """As many rows as make whole groups, all with the same x; returns how many of the first rows that is.

    The rows that share a load of x are taken far apart, so that each of them continues a stream of its own,
    which the prefetchers follow.
    """
    cdef float values[DIRECT_BLOCKS * MOST_SINGLE]
    cdef Py_ssize_t n = job.shape[2], a_row = job.A_strides[1], blocks = pieces(n, BLOCK), i = 0, k, r
    cdef Py_ssize_t near = single_width // SINGLE_SHARING, far = job.shape[1] // single_width * near
    while i < far:
        for k in range(blocks):
            single_shared_rows(at(at(a, a_row, i), sizeof(narrow), k * BLOCK), a_row, far * a_row, x + k * BLOCK,
                               min(n - k * BLOCK, <Py_ssize_t> BLOCK), values + k * single_width)
        fold_columns(values, blocks, single_width)
        for r in range(near):
            store_singles(out + (i + r) * job.out_strides[1], far * job.out_strides[1], values + r * SINGLE_SHARING,
                          SINGLE_SHARING)
        i += near
    return far * SINGLE_SHARING


cdef Py_ssize_t single_rows_in_pairs(const RowDots *job, const narrow *a, const narrow *x, char *out) noexcept nogil:
    """As many rows as make whole groups, each with its own row of x; returns how many that is."""
    cdef float values[DIRECT_BLOCKS * MOST_SINGLE]
    cdef Py_ssize_t n = job.shape[2], a_row = job.A_strides[1], x_row = job.X_strides[1], i = 0, k
    cdef Py_ssize_t blocks = pieces(n, BLOCK)
    while i + single_width <= job.shape[1]:
        for k in range(blocks):
            single_paired_rows(at(at(a, a_row, i), sizeof(narrow), k * BLOCK), a_row,
                               at(at(x, x_row, i), sizeof(narrow), k * BLOCK), x_row,
                               min(n - k * BLOCK, <Py_ssize_t> BLOCK), values + k * single_width)
        fold_columns(values, blocks, single_width)
        store_singles(out + i * job.out_strides[1], job.out_strides[1], values, single_width)
        i += single_width
    return i


cdef int single_stacks(const RowDots *job, const narrow *a, const narrow *x) noexcept nogil:
    """Every stack on its own, whatever the layout; -1 if there is no memory to gather a shared row of X in."""
    cdef Py_ssize_t s, i, done, n = job.shape[2]
    cdef char *out
    cdef float value
    cdef float *memory = NULL
    cdef const narrow *a_s
    cdef const narrow *x_s
    cdef const float *shared
    cdef bint in_rows = contiguous_rows(job.A, job.A_strides, sizeof(narrow)) and n > 0
    cdef bint x_in_rows = contiguous_rows(job.X, job.X_strides, sizeof(narrow))
    if in_rows and job.X_strides[1] == 0 and (narrow is not float or not x_in_rows) and job.shape[1] >= single_width:
        memory = <float *> malloc(n * sizeof(float))
        if memory is NULL:
            return -1
    for s in range(job.shape[0]):
        a_s, x_s, done = at(a, job.A_strides[0], s), at(x, job.X_strides[0], s), 0
        out = job.out + s * job.out_strides[0]
        if in_rows and x_in_rows and n <= 2 * single_width and job.shape[1] >= single_width:
            short_single_rows(job, a_s, x_s, out)
            continue
        if in_rows and job.X_strides[1] == 0 and n > single_width and job.shape[1] >= single_width:
            shared = <const float *> x_s
            if memory is not NULL:
                gather_single(memory, x_s, job.X_strides[2], n)
                shared = memory
            done = single_rows_in_streams(job, a_s, shared, out)
        elif in_rows and x_in_rows:
            done = single_rows_in_pairs(job, a_s, x_s, out)
        for i in range(done, job.shape[1]):
            value = <float> single_dot_vectors(at(a_s, job.A_strides[1], i), job.A_strides[2],
                                               at(x_s, job.X_strides[1], i), job.X_strides[2], n)
            store_singles(out + i * job.out_strides[1], sizeof(float), &value, 1)
    free(memory)
    return 0
