# Integers and bools: the exact sum, of any two dtypes.

cdef extern from "tiles/integers.h" nogil:
    enum: INTEGER_BLOCK
    enum: GATHERED
    enum: X_ROWS
    ctypedef struct IntegerProduct:
        int word
        int a_rows
        int flip
        void (*pack_words)(char *out, const void *a, Py_ssize_t row, Py_ssize_t column, Py_ssize_t rows, Py_ssize_t R,
                           Py_ssize_t n, int flip) noexcept nogil
        void (*starts)(int32_t *sums, const void *x, Py_ssize_t row, Py_ssize_t column, Py_ssize_t rows,
                       Py_ssize_t n) noexcept nogil
        void (*word_tile)(int32_t *sums, const char *a, const char *x, Py_ssize_t words,
                          const int32_t *starts) noexcept nogil
    ctypedef struct IntegerKernels:
        void (*gather)(int64_t *out, const char *x, Py_ssize_t stride, Py_ssize_t n) noexcept nogil
        void (*narrow)(void *out, const int64_t *x, Py_ssize_t n) noexcept nogil
        void (*add_products)(int192 *total, const void *x, const void *y, Py_ssize_t n) noexcept nogil
        Py_ssize_t (*count_within)(const void *x, Py_ssize_t n, uint64_t most) noexcept nogil
        void (*shared_rows)(const void *a, Py_ssize_t a_row, const void *x, Py_ssize_t n, Py_ssize_t rows, char *out,
                            Py_ssize_t out_row) noexcept nogil
        uint64_t (*add_columns)(void *sums, const void *a, Py_ssize_t a_row, const void *x, Py_ssize_t rows,
                                Py_ssize_t size) noexcept nogil
        void (*flush_columns)(int64_t *out, void *sums, Py_ssize_t size) noexcept nogil
        void (*order_columns)(int64_t *sums, Py_ssize_t size) noexcept nogil
        const IntegerProduct *product
    const IntegerKernels *integer_kernels[9]
    void i64_u64_add_products(int192 *total, const void *x, const void *y, Py_ssize_t n)
    enum: BYTE_DOTS_LEVEL
    void choose_byte_dots(bint on)


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


cdef inline const IntegerKernels *kernels_of(int dtype) noexcept nogil:
    return integer_kernels[dtype - INT8]


cdef void pack_integers(int dtype, void *out, const char *x, Py_ssize_t stride, Py_ssize_t n) noexcept nogil:
    """out[i] = x[i], wherever x[i] lies: bits, as floats of the size."""
    cdef Py_ssize_t i
    if size_of(dtype) == 3:
        pack(<double *> out, <const double *> x, stride, n)
    elif size_of(dtype) == 2:
        pack(<float *> out, <const float *> x, stride, n)
    elif size_of(dtype) == 1:
        pack(<float16 *> out, <const float16 *> x, stride, n)
    else:
        for i in range(n):
            (<char *> out)[i] = x[i * stride]


cdef void add_gathered(int192 *total, int dtype, int x_dtype, const char *x, Py_ssize_t x_stride, int y_dtype,
                       const char *y, Py_ssize_t y_stride, Py_ssize_t n) noexcept nogil:
    """total += x·y for up to GATHERED elements of any two dtypes, in a common one or, if that is none, in 64 bits."""
    cdef int64_t x_wide[GATHERED]
    cdef int64_t y_wide[GATHERED]
    cdef int64_t x_narrow[GATHERED]
    cdef int64_t y_narrow[GATHERED]
    if x_dtype == dtype and y_dtype == dtype:
        pack_integers(dtype, x_narrow, x, x_stride, n)
        pack_integers(dtype, y_narrow, y, y_stride, n)
        kernels_of(dtype).add_products(total, x_narrow, y_narrow, n)
        return
    kernels_of(x_dtype).gather(x_wide, x, x_stride, n)
    kernels_of(y_dtype).gather(y_wide, y, y_stride, n)
    if dtype != NO_DTYPE:
        kernels_of(dtype).narrow(x_narrow, x_wide, n)
        kernels_of(dtype).narrow(y_narrow, y_wide, n)
        kernels_of(dtype).add_products(total, x_narrow, y_narrow, n)
    elif is_unsigned(x_dtype):
        i64_u64_add_products(total, y_wide, x_wide, n)
    else:
        i64_u64_add_products(total, x_wide, y_wide, n)


cdef inline bint contiguous_integers(int dtype, const void *x, Py_ssize_t stride) noexcept nogil:
    """Whether the elements of a vector are contiguous and aligned."""
    return stride == 1 << size_of(dtype) and <size_t> x % <size_t> stride == 0


cdef inline bint are_bits(const unsigned char *x, Py_ssize_t stride, Py_ssize_t n) noexcept nogil:
    """Whether bools are 0 and 1 in memory, too, where other bytes count as 1."""
    cdef unsigned char seen = 0
    cdef Py_ssize_t i
    if stride == 1:
        for i in range(n):
            seen |= x[i]
    else:
        for i in range(n):
            seen |= x[i * stride]
    return seen <= 1


cdef int192 dot_integers(int x_dtype, const void *x, Py_ssize_t x_stride, int y_dtype, const void *y,
                         Py_ssize_t y_stride, Py_ssize_t n) noexcept nogil:
    cdef int192 total
    cdef const char *a = <const char *> x
    cdef const char *b = <const char *> y
    cdef bint x_bits = x_dtype == BOOL, y_bits = y_dtype == BOOL
    cdef int dtype = common_dtype(x_dtype, y_dtype)
    cdef bint ready = ((UINT8 if x_bits else x_dtype) == dtype and (UINT8 if y_bits else y_dtype) == dtype
                       and contiguous_integers(dtype, x, x_stride) and contiguous_integers(dtype, y, y_stride))
    cdef Py_ssize_t count, step = INTEGER_BLOCK if ready and not x_bits and not y_bits else GATHERED
    memset(&total, 0, sizeof(total))
    while n > 0:
        count = min(n, step)
        if (ready and (not x_bits or are_bits(<const unsigned char *> a, 1, count))
                and (not y_bits or are_bits(<const unsigned char *> b, 1, count))):
            kernels_of(dtype).add_products(&total, a, b, count)
        else:
            add_gathered(&total, dtype, x_dtype, a, x_stride, y_dtype, b, y_stride, count)
        a += count * x_stride
        b += count * y_stride
        n -= count
    return total
