# The one-dot law for two vectors: onedot._reference.law, compiled.

cdef extern from "tiles/sums.h" nogil:
    enum: LANES
    enum: CACHE_LINE
    double f64_block_sum(const double *x, const double *y, Py_ssize_t n)
    double f32_block_sum(const float *x, const float *y, Py_ssize_t n)
    double f64_strided_block_sum(const double *x, Py_ssize_t x_stride, const double *y, Py_ssize_t y_stride,
                                 Py_ssize_t n)
    double f32_strided_block_sum(const float *x, Py_ssize_t x_stride, const float *y, Py_ssize_t y_stride, Py_ssize_t n)
    double f64_half_strided_block_sum(const double *x, Py_ssize_t x_stride, const double *y, Py_ssize_t n)
    double f32_half_strided_block_sum(const float *x, Py_ssize_t x_stride, const float *y, Py_ssize_t n)
    double f64_backwards_block_sum(const double *x, const double *y, Py_ssize_t n)
    double f32_backwards_block_sum(const float *x, const float *y, Py_ssize_t n)
    void f32_add_products(double *lanes, const float *x, const float *y, Py_ssize_t n)
    bint f16_block_sum(const float16 *x, const float16 *y, Py_ssize_t n, double *out)
    bint bf16_block_sum(const bfloat16 *x, const bfloat16 *y, Py_ssize_t n, double *out)
    void f16_widen(float *out, const float16 *x, Py_ssize_t n)
    void bf16_widen(float *out, const bfloat16 *x, Py_ssize_t n)

cdef enum:
    PACKED = 512  # elements of a strided vector gathered at a time: both buffers stay in L1


cdef inline Py_ssize_t power_of_two(Py_ssize_t n) noexcept nogil:
    """The least power of two that is at least n and at least 1."""
    cdef Py_ssize_t p = 1
    while p < n:
        p *= 2
    return p


cdef inline Py_ssize_t pieces(Py_ssize_t n, Py_ssize_t size) noexcept nogil:
    """How many pieces of `size` elements n elements make, the last one perhaps shorter."""
    return (n + size - 1) // size


cdef inline char *on_cache_line(char *memory) noexcept nogil:
    """Where the next cache line starts, up to CACHE_LINE bytes on: no register there straddles two."""
    return memory + (CACHE_LINE - <size_t> memory % CACHE_LINE)


cdef inline double block_sum(const number *x, const number *y, Py_ssize_t n) noexcept nogil:
    """The sum of one block of contiguous vectors."""
    cdef double result
    if number is double:
        return f64_block_sum(x, y, n)
    elif number is float:
        return f32_block_sum(x, y, n)
    else:
        if half_block_sum(x, y, n, &result):
            return result
        return packed_block_sum(x, sizeof(number), y, sizeof(number), n)


cdef inline bint half_block_sum(const half_type *x, const half_type *y, Py_ssize_t n, double *out) noexcept nogil:
    """The same for halves; False if that takes widening them first."""
    if half_type is float16:
        return f16_block_sum(x, y, n, out)
    else:
        return bf16_block_sum(x, y, n, out)


cdef inline void widen(float *out, const half_type *x, Py_ssize_t n) noexcept nogil:
    """out[i] = x[i] for contiguous halves."""
    if half_type is float16:
        f16_widen(out, x, n)
    else:
        bf16_widen(out, x, n)


cdef inline void add_products(double *lanes, const half_type *x, const half_type *y, Py_ssize_t n) noexcept nogil:
    """lanes[i % 32] += x[i] * y[i] for up to PACKED elements of contiguous x and y."""
    cdef float x_wide[PACKED]
    cdef float y_wide[PACKED]
    widen(x_wide, x, n)
    widen(y_wide, y, n)
    f32_add_products(lanes, x_wide, y_wide, n)


cdef inline const number *at(const number *x, Py_ssize_t stride, Py_ssize_t i) noexcept nogil:
    """The address of x[i], for a stride in bytes."""
    return <const number *> (<const char *> x + i * stride)


cdef inline void pack(number *out, const number *x, Py_ssize_t stride, Py_ssize_t n) noexcept nogil:
    """out[i] = x[i], wherever x[i] lies: memcpy may read a misaligned element, a plain load may not."""
    cdef Py_ssize_t i
    if stride == sizeof(number):
        memcpy(out, x, n * sizeof(number))
        return
    for i in range(n):
        memcpy(&out[i], at(x, stride, i), sizeof(number))


cdef double packed_block_sum(const half_type *x, Py_ssize_t x_stride, const half_type *y,
                             Py_ssize_t y_stride, Py_ssize_t n) noexcept nogil:
    """The sum of one block of halves that are strided or misaligned, gathered PACKED elements at a time."""
    cdef double lanes[LANES]
    cdef half_type x_packed[PACKED]
    cdef half_type y_packed[PACKED]
    cdef Py_ssize_t k, start, count
    memset(lanes, 0, sizeof(lanes))
    for k in range(pieces(n, PACKED)):
        start = k * PACKED
        count = min(n - start, <Py_ssize_t> PACKED)
        pack(x_packed, at(x, x_stride, start), x_stride, count)
        pack(y_packed, at(y, y_stride, start), y_stride, count)
        add_products(lanes, x_packed, y_packed, count)
    return fold_blocks(lanes, LANES)


cdef inline double strided_block_sum(const number *x, Py_ssize_t x_stride, const number *y, Py_ssize_t y_stride,
                                     Py_ssize_t n) noexcept nogil:
    """The sum of one block of any strides and alignment."""
    if number is double:
        if contiguous(y, y_stride):
            return f64_half_strided_block_sum(x, x_stride, y, n)
        if contiguous(x, x_stride):
            return f64_half_strided_block_sum(y, y_stride, x, n)
        if backwards(x, x_stride) and backwards(y, y_stride):
            return f64_backwards_block_sum(x, y, n)
        return f64_strided_block_sum(x, x_stride, y, y_stride, n)
    elif number is float:
        if contiguous(y, y_stride):
            return f32_half_strided_block_sum(x, x_stride, y, n)
        if contiguous(x, x_stride):
            return f32_half_strided_block_sum(y, y_stride, x, n)
        if backwards(x, x_stride) and backwards(y, y_stride):
            return f32_backwards_block_sum(x, y, n)
        return f32_strided_block_sum(x, x_stride, y, y_stride, n)
    else:
        return packed_block_sum(x, x_stride, y, y_stride, n)


cdef inline bint contiguous(const number *x, Py_ssize_t stride) noexcept nogil:
    return stride == sizeof(number) and <size_t> x % sizeof(number) == 0


cdef inline bint backwards(const number *x, Py_ssize_t stride) noexcept nogil:
    return stride == -<Py_ssize_t> sizeof(number) and <size_t> x % sizeof(number) == 0


cdef void write_block_sums(const number *x, Py_ssize_t x_stride, const number *y, Py_ssize_t y_stride,
                           Py_ssize_t n, double *out) noexcept nogil:
    """out[k] = the sum of block k of the products."""
    cdef Py_ssize_t k, start, count
    cdef bint plain = contiguous(x, x_stride) and contiguous(y, y_stride)
    for k in range(pieces(n, BLOCK)):
        start = k * BLOCK
        count = min(n - start, <Py_ssize_t> BLOCK)
        if plain:
            out[k] = block_sum(x + start, y + start, count)
        else:
            out[k] = strided_block_sum(at(x, x_stride, start), x_stride, at(y, y_stride, start), y_stride, count)


cdef inline void fold_columns(element *sums, Py_ssize_t rows, Py_ssize_t columns) noexcept nogil:
    """The fold of each column of `rows` sums, left in the first row.

    They would be filled up with zeros to a power of two, which change nothing, so none is added.
    """
    cdef Py_ssize_t i, width = power_of_two(rows)
    while width > 1:
        width //= 2
        for i in range(max(rows - width, 0) * columns):
            sums[i] += sums[width * columns + i]
        rows = min(rows, width)


cdef double fold_blocks(double *sums, Py_ssize_t blocks) noexcept nogil:
    """The fold of the sums of blocks."""
    fold_columns(sums, blocks, 1)
    return sums[0] if blocks else 0.0


cdef double dot_vectors(const number *x, Py_ssize_t x_stride, const number *y, Py_ssize_t y_stride,
                        Py_ssize_t n) noexcept nogil:
    """dot(x, y) for up to DIRECT_BLOCKS blocks."""
    cdef double sums[DIRECT_BLOCKS]
    if n <= BLOCK and contiguous(x, x_stride) and contiguous(y, y_stride):
        return block_sum(x, y, n)
    write_block_sums(x, x_stride, y, y_stride, n, sums)
    return fold_blocks(sums, pieces(n, BLOCK))
