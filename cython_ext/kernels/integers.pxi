# Integers and bools: the exact sum, of any two dtypes.

ctypedef fused integral:
    int8_t
    uint8_t
    int16_t
    uint16_t
    int32_t
    uint32_t
    int64_t
    uint64_t


# INT8 to UINT64 are numbered so that the size and the sign can be told from the number.

cdef inline int size_of(int dtype) noexcept nogil:
    """The logarithm of the bytes of an element."""
    return 0 if dtype == BOOL else (dtype - INT8) >> 1


cdef inline bint is_unsigned(int dtype) noexcept nogil:
    return dtype == BOOL or (dtype - INT8) & 1


cdef int common_dtype(int x, int y) noexcept nogil:
    """The least dtype that holds all elements of two; NO_DTYPE for uint64 and a signed one, which none does."""
    cdef int narrow = x if is_unsigned(x) else y, signed_size = size_of(y if is_unsigned(x) else x)
    if is_unsigned(x) == is_unsigned(y):
        return INT8 + 2 * max(size_of(x), size_of(y)) + is_unsigned(x)
    if signed_size > size_of(narrow):
        return INT8 + 2 * signed_size
    return NO_DTYPE if size_of(narrow) == 3 else INT8 + 2 * (size_of(narrow) + 1)


cdef inline void gather_from(int64_t *out, const integral *tag, const char *x, Py_ssize_t stride,
                             Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t i
    cdef integral v
    for i in range(n):
        memcpy(&v, x + i * stride, sizeof(v))
        out[i] = <int64_t> v


cdef void gather(int64_t *out, int dtype, const char *x, Py_ssize_t stride, Py_ssize_t n) noexcept nogil:
    """out[i] = x[i], uint64 as the same 64 bits."""
    cdef Py_ssize_t i
    if dtype == INT8:
        gather_from(out, <const int8_t *> NULL, x, stride, n)
    elif dtype == UINT8:
        gather_from(out, <const uint8_t *> NULL, x, stride, n)
    elif dtype == INT16:
        gather_from(out, <const int16_t *> NULL, x, stride, n)
    elif dtype == UINT16:
        gather_from(out, <const uint16_t *> NULL, x, stride, n)
    elif dtype == INT32:
        gather_from(out, <const int32_t *> NULL, x, stride, n)
    elif dtype == UINT32:
        gather_from(out, <const uint32_t *> NULL, x, stride, n)
    elif dtype == INT64 or dtype == UINT64:
        gather_from(out, <const int64_t *> NULL, x, stride, n)
    else:
        for i in range(n):
            out[i] = x[i * stride] != 0  # whatever a byte holds, a bool is one bit


cdef inline void narrow(integral *out, const int64_t *x, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(n):
        out[i] = <integral> x[i]


cdef void narrow_to(void *out, int dtype, const int64_t *x, Py_ssize_t n) noexcept nogil:
    """out[i] = x[i], of a dtype that holds it."""
    if dtype == INT8:
        narrow(<int8_t *> out, x, n)
    elif dtype == UINT8:
        narrow(<uint8_t *> out, x, n)
    elif dtype == INT16:
        narrow(<int16_t *> out, x, n)
    elif dtype == UINT16:
        narrow(<uint16_t *> out, x, n)
    elif dtype == INT32:
        narrow(<int32_t *> out, x, n)
    elif dtype == UINT32:
        narrow(<uint32_t *> out, x, n)
    else:
        memcpy(out, x, n * sizeof(int64_t))


cdef void add_contiguous(integer *total, int dtype, const void *x, const void *y, Py_ssize_t n) noexcept nogil:
    """total += x·y for up to INTEGER_BLOCK contiguous elements of one dtype."""
    if dtype == INT8:
        i8_add_products(total, <const int8_t *> x, <const int8_t *> y, n)
    elif dtype == UINT8:
        u8_add_products(total, <const uint8_t *> x, <const uint8_t *> y, n)
    elif dtype == INT16:
        i16_add_products(total, <const int16_t *> x, <const int16_t *> y, n)
    elif dtype == UINT16:
        u16_add_products(total, <const uint16_t *> x, <const uint16_t *> y, n)
    elif dtype == INT32:
        i32_add_products(total, <const int32_t *> x, <const int32_t *> y, n)
    elif dtype == UINT32:
        u32_add_products(total, <const uint32_t *> x, <const uint32_t *> y, n)
    elif dtype == INT64:
        i64_add_products(total, <const int64_t *> x, <const int64_t *> y, n)
    else:
        u64_add_products(total, <const uint64_t *> x, <const uint64_t *> y, n)


cdef void add_gathered(integer *total, int dtype, int x_dtype, const char *x, Py_ssize_t x_stride, int y_dtype,
                       const char *y, Py_ssize_t y_stride, Py_ssize_t n) noexcept nogil:
    """total += x·y for up to GATHERED elements of any two dtypes, in a common one or, if that is none, in 64 bits."""
    cdef int64_t x_wide[GATHERED]
    cdef int64_t y_wide[GATHERED]
    cdef int64_t x_narrow[GATHERED]
    cdef int64_t y_narrow[GATHERED]
    gather(x_wide, x_dtype, x, x_stride, n)
    gather(y_wide, y_dtype, y, y_stride, n)
    if dtype != NO_DTYPE:
        narrow_to(x_narrow, dtype, x_wide, n)
        narrow_to(y_narrow, dtype, y_wide, n)
        add_contiguous(total, dtype, x_narrow, y_narrow, n)
    elif is_unsigned(x_dtype):
        i64_u64_add_products(total, y_wide, <const uint64_t *> x_wide, n)
    else:
        i64_u64_add_products(total, x_wide, <const uint64_t *> y_wide, n)


cdef inline bint lies_ready(int dtype, const void *x, Py_ssize_t stride) noexcept nogil:
    """Whether the elements of a vector are contiguous and aligned."""
    return stride == 1 << size_of(dtype) and <size_t> x % <size_t> stride == 0


cdef integer dot_integers(int x_dtype, const void *x, Py_ssize_t x_stride, int y_dtype, const void *y,
                          Py_ssize_t y_stride, Py_ssize_t n) noexcept nogil:
    cdef integer total
    cdef const char *a = <const char *> x
    cdef const char *b = <const char *> y
    cdef int dtype = common_dtype(x_dtype, y_dtype)
    cdef bint ready = (x_dtype == dtype and y_dtype == dtype and lies_ready(dtype, x, x_stride)
                       and lies_ready(dtype, y, y_stride))
    cdef Py_ssize_t count, step = INTEGER_BLOCK if ready else GATHERED
    memset(&total, 0, sizeof(total))
    while n > 0:
        count = min(n, step)
        if ready:
            add_contiguous(&total, dtype, a, b, count)
        else:
            add_gathered(&total, dtype, x_dtype, a, x_stride, y_dtype, b, y_stride, count)
        a += count * x_stride
        b += count * y_stride
        n -= count
    return total
