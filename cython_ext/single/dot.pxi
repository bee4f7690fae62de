# The law in binary32 for two vectors: onedot._reference.single, compiled. A product is fused with its sum.

cdef extern from "single/kernels.h" nogil:
    enum: single_width
    float single_f32_block_sum(const float *x, const float *y, Py_ssize_t n)
    float single_f16_block_sum(const float16 *x, const float16 *y, Py_ssize_t n)
    float single_bf16_block_sum(const bfloat16 *x, const bfloat16 *y, Py_ssize_t n)
    float single_f32_strided_block_sum(const float *x, Py_ssize_t x_stride, const float *y, Py_ssize_t y_stride,
                                       Py_ssize_t n)
    float single_f32_half_strided_block_sum(const float *x, Py_ssize_t x_stride, const float *y, Py_ssize_t n)
    float single_f32_backwards_block_sum(const float *x, const float *y, Py_ssize_t n)
    void single_f32_add_products(float *lanes, const float *x, const float *y, Py_ssize_t n)
    void single_f32_gather(float *out, const float *x, Py_ssize_t stride, Py_ssize_t n)
    void single_f16_gather(float *out, const float16 *x, Py_ssize_t stride, Py_ssize_t n)
    void single_bf16_gather(float *out, const bfloat16 *x, Py_ssize_t stride, Py_ssize_t n)

ctypedef fused narrow:  # what the single tier reads
    float
    float16
    bfloat16


cdef inline void gather_single(float *out, const narrow *x, Py_ssize_t stride, Py_ssize_t n) noexcept nogil:
    """out[i] = x[i], wherever x[i] lies."""
    if narrow is float:
        single_f32_gather(out, x, stride, n)
    elif narrow is float16:
        single_f16_gather(out, x, stride, n)
    else:
        single_bf16_gather(out, x, stride, n)


cdef inline float fold_single(float *sums, Py_ssize_t blocks) noexcept nogil:
    """The fold of the sums of blocks, which is what a dot returns: never -0.0."""
    fold_columns(sums, blocks, 1)
    return sums[0] + <float> 0.0 if blocks else <float> 0.0


cdef float single_packed_block(const narrow *x, Py_ssize_t x_stride, const narrow *y, Py_ssize_t y_stride,
                               Py_ssize_t n) noexcept nogil:
    """The sum of one block of strided vectors, gathered a piece at a time."""
    cdef float lanes[LANES]
    cdef float x_packed[PACKED]
    cdef float y_packed[PACKED]
    cdef Py_ssize_t k, start, count
    memset(lanes, 0, sizeof(lanes))
    for k in range(pieces(n, PACKED)):
        start = k * PACKED
        count = min(n - start, <Py_ssize_t> PACKED)
        gather_single(x_packed, at(x, x_stride, start), x_stride, count)
        gather_single(y_packed, at(y, y_stride, start), y_stride, count)
        single_f32_add_products(lanes, x_packed, y_packed, count)
    fold_columns(lanes, LANES, 1)
    return lanes[0]


cdef inline float single_scattered_block(const narrow *x, Py_ssize_t x_stride, const narrow *y, Py_ssize_t y_stride,
                                         Py_ssize_t n) noexcept nogil:
    """The same of any strides and alignment, by the quickest way."""
    if narrow is float:
        if contiguous(y, y_stride):
            return single_f32_half_strided_block_sum(x, x_stride, y, n)
        if contiguous(x, x_stride):
            return single_f32_half_strided_block_sum(y, y_stride, x, n)
        if backwards(x, x_stride) and backwards(y, y_stride):
            return single_f32_backwards_block_sum(x, y, n)
        return single_f32_strided_block_sum(x, x_stride, y, y_stride, n)
    else:
        return single_packed_block(x, x_stride, y, y_stride, n)


cdef inline float single_block_sum(const narrow *x, Py_ssize_t x_stride, const narrow *y, Py_ssize_t y_stride,
                                   Py_ssize_t n) noexcept nogil:
    if not contiguous(x, x_stride) or not contiguous(y, y_stride):
        return single_scattered_block(x, x_stride, y, y_stride, n)
    if narrow is float:
        return single_f32_block_sum(x, y, n)
    elif narrow is float16:
        return single_f16_block_sum(x, y, n)
    else:
        return single_bf16_block_sum(x, y, n)


cdef double single_dot_vectors(const narrow *x, Py_ssize_t x_stride, const narrow *y, Py_ssize_t y_stride,
                               Py_ssize_t n) noexcept nogil:
    """dot(x, y) for up to DIRECT_BLOCKS blocks."""
    cdef float sums[DIRECT_BLOCKS]
    cdef Py_ssize_t k, blocks = pieces(n, BLOCK)
    if blocks == 1:
        return single_block_sum(x, x_stride, y, y_stride, n) + <float> 0.0
    for k in range(blocks):
        sums[k] = single_block_sum(at(x, x_stride, k * BLOCK), x_stride, at(y, y_stride, k * BLOCK), y_stride,
                                   min(n - k * BLOCK, <Py_ssize_t> BLOCK))
    return fold_single(sums, blocks)
