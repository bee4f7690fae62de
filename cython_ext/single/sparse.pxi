# Dots of CSR rows and a vector in binary32: stored elements in the lanes of the dense row.

cdef extern from "single/kernels.h" nogil:
    float single_fused_one(float x, float y, float z)


cdef inline float single_csr_block(const float *x, const index *columns, Py_ssize_t n, const float *w,
                                   float *lanes) noexcept nogil:
    """The sum of a block with n stored elements; `lanes` are zeros, and zeros again afterwards."""
    cdef float sum = single_fused_one(x[0], w[columns[0]], 0)
    cdef size_t lane
    cdef Py_ssize_t k
    if n == 1:
        return sum
    if n == 2:
        if (columns[0] ^ columns[1]) % LANES:
            return sum + single_fused_one(x[1], w[columns[1]], 0)
        return single_fused_one(x[1], w[columns[1]], sum)
    for k in range(n):
        lane = <size_t> columns[k] % LANES
        lanes[lane] = single_fused_one(x[k], w[columns[k]], lanes[lane])
    fold_columns(lanes, LANES, 1)
    sum = lanes[0]
    memset(lanes, 0, LANES * sizeof(float))
    return sum


cdef inline float single_csr_dot(const float *x, const index *columns, Py_ssize_t n, const float *w, float *sums,
                                 Py_ssize_t blocks, float *lanes) noexcept nogil:
    """The dot of a row of n stored elements; `sums` is room for those of its blocks."""
    cdef Py_ssize_t start = 0, end
    cdef size_t block
    memset(sums, 0, blocks * sizeof(float))
    while start < n:
        block = <size_t> columns[start] // BLOCK
        end = start + 1
        while end < n and <size_t> columns[end] // BLOCK == block:
            end += 1
        sums[block] = single_csr_block(x + start, columns + start, end - start, w, lanes)
        start = end
    return fold_single(sums, blocks)


cdef void single_csr_rows(const index *indices, const Rows *rows, const float *w, float *sums, Py_ssize_t blocks,
                          float[:] out) noexcept nogil:
    cdef float lanes[LANES]
    cdef const float *data = <const float *> rows.data
    cdef Py_ssize_t i, start
    memset(lanes, 0, sizeof(lanes))
    for i in range(out.shape[0]):
        start = rows.indptr[i]
        out[i] = single_csr_dot(data + start, indices + start, rows.indptr[i + 1] - start, w, sums, blocks, lanes)


def single_csr_dots(X, const float[::1] w, float[:] out):
    """out[i] = the dot in binary32 of row i of a CSR matrix of float32 and finite w."""
    cdef Rows rows
    cdef Py_ssize_t blocks = pieces(w.shape[0], BLOCK)
    cdef float *sums = <float *> malloc(blocks * sizeof(float))
    if sums is NULL:
        raise MemoryError("single_csr_dots: no memory for the sums of a row")
    read_rows(X, &rows)
    with nogil:
        if rows.index_size == 4:
            single_csr_rows(<const int *> rows.indices, &rows, &w[0], sums, blocks, out)
        else:
            single_csr_rows(<const long long *> rows.indices, &rows, &w[0], sums, blocks, out)
    free(sums)
