# Rows of integers: out[s, m] = the exact dot of A[s, m] and X[s, m].

cdef enum:
    MAX_NARROW_WIDTH = 32  # integers of 16 bits in the widest register
    INTEGER_STRIP = 1024  # columns whose sums are kept at a time: 16 KB of them, which stay in L1


cdef struct Factors:  # a vector that many rows meet, as the kernels of one dtype take it
    void *values      # contiguous, of that dtype
    uint64_t size     # the sum of its magnitudes


cdef struct Vectors:  # one stack's vectors, before that
    const char *x
    int dtype
    bint ready        # whether they are of A's dtype, contiguous and aligned
    void *room        # otherwise where to make Factors of one; NULL for none


cdef inline uint64_t most_magnitude(int dtype) noexcept nogil:
    """The greatest sum of magnitudes with which no sum of products leaves its type, whatever the other factors are.

    That type has 32 bits for factors of 8 and 16, which are at most 2^7 and 2^15, or unsigned 2^8 - 1 and 2^16 - 1.
    It has 64 bits for factors of 32, at most 2^32, and of 64, whose size one_integer_strip looks at.
    """
    cdef uint64_t greatest
    if size_of(dtype) >= 2:
        return <uint64_t> 1 << (30 if size_of(dtype) == 2 else 61)
    greatest = (1 << (8 << size_of(dtype))) - 1 if is_unsigned(dtype) else 1 << ((8 << size_of(dtype)) - 1)
    return (<uint64_t> 0xffffffff if dtype == UINT16 else <uint64_t> 0x7fffffff) // greatest


cdef inline uint64_t magnitude(int64_t v) noexcept nogil:
    return <uint64_t> -v if v < 0 else <uint64_t> v


cdef bint as_factors(Factors *out, int dtype, const Vectors *x, Py_ssize_t stride, Py_ssize_t n) noexcept nogil:
    """x in another dtype; False if that does not hold it, or an element is beyond 2^40, of which n make 2^60."""
    cdef int64_t wide[GATHERED]
    cdef int64_t least = 0, greatest = 0
    cdef int bits = min(8 << size_of(dtype), 41) - (not is_unsigned(dtype) or size_of(dtype) == 3)
    cdef int64_t limit = (<int64_t> 1 << bits) - 1
    cdef Py_ssize_t k, i, count
    out.values, out.size = <void *> x.x if x.ready else x.room, 0
    if x.ready and size_of(dtype) == 0:
        out.size = n * 255  # at most, and little enough for most vectors
        return True
    for k in range(pieces(n, GATHERED)):
        count = min(n - k * GATHERED, <Py_ssize_t> GATHERED)
        gather(wide, x.dtype, x.x + k * GATHERED * stride, stride, count)
        for i in range(count):
            least, greatest = min(least, wide[i]), max(greatest, wide[i])
            out.size += magnitude(wide[i])
        if least < (0 if is_unsigned(dtype) or x.dtype == UINT64 else -limit - 1) or greatest > limit:
            return False
        if not x.ready:
            narrow_to(<char *> x.room + (k * GATHERED << size_of(dtype)), dtype, wide, count)
    return True


cdef inline const integral *integers_at(const integral *a, Py_ssize_t stride, Py_ssize_t i) noexcept nogil:
    return <const integral *> (<const char *> a + i * stride)


cdef inline void add_row_of_integers(integer *total, const integral *x, const integral *y, Py_ssize_t n) noexcept nogil:
    if integral is int8_t:
        i8_add_products(total, x, y, n)
    elif integral is uint8_t:
        u8_add_products(total, x, y, n)
    elif integral is int16_t:
        i16_add_products(total, x, y, n)
    elif integral is uint16_t:
        u16_add_products(total, x, y, n)
    elif integral is int32_t:
        i32_add_products(total, x, y, n)
    elif integral is uint32_t:
        u32_add_products(total, x, y, n)
    elif integral is int64_t:
        i64_add_products(total, x, y, n)
    else:
        u64_add_products(total, x, y, n)


cdef bint paired_integers(const RowDots *job, const integral *a, const integral *x, char *out,
                          integer *beyond) noexcept nogil:
    """One stack of contiguous rows of up to INTEGER_BLOCK elements; False at a result that does not fit int64."""
    cdef integer total
    cdef Py_ssize_t m
    for m in range(job.shape[1]):
        memset(&total, 0, sizeof(total))
        add_row_of_integers(&total, integers_at(a, job.A_strides[1], m), integers_at(x, job.X_strides[1], m),
                            job.shape[2])
        if not fits_int64(&total):
            beyond[0] = total
            return False
        (<int64_t *> (out + m * job.out_strides[1]))[0] = <int64_t> total.low
    return True


cdef inline void shared_integers(const RowDots *job, const integral *a, const Factors *x, char *out) noexcept nogil:
    """One stack of at least four contiguous rows of up to 32 bits, with a vector of up to most_magnitude."""
    cdef const integral *values = <const integral *> x.values
    cdef Py_ssize_t stride = job.A_strides[1], n = job.shape[2], rows = job.shape[1], out_row = job.out_strides[1]
    if integral is int8_t:
        i8_shared_rows(a, stride, values, n, rows, out, out_row)
    elif integral is uint8_t:
        u8_shared_rows(a, stride, values, n, rows, out, out_row)
    elif integral is int16_t:
        i16_shared_rows(a, stride, values, n, rows, out, out_row)
    elif integral is uint16_t:
        u16_shared_rows(a, stride, values, n, rows, out, out_row)
    elif integral is int32_t:
        i32_shared_rows(a, stride, values, n, rows, out, out_row)
    elif integral is uint32_t:
        u32_shared_rows(a, stride, values, n, rows, out, out_row)


cdef inline uint64_t add_to_columns(void *sums, const integral *a, Py_ssize_t stride, const integral *x,
                                    Py_ssize_t rows, Py_ssize_t size) noexcept nogil:
    """sums[j] += a[:rows, j]·x in a type of its own; returns the bits seen in 64-bit elements of a."""
    cdef uint64_t bits = 0
    if integral is int8_t:
        i8_add_columns(<int32_t *> sums, a, stride, x, rows, size)
    elif integral is uint8_t:
        u8_add_columns(<int32_t *> sums, a, stride, x, rows, size)
    elif integral is int16_t:
        i16_add_columns(<int32_t *> sums, a, stride, x, rows, size)
    elif integral is uint16_t:
        u16_add_columns(<uint32_t *> sums, a, stride, x, rows, size)
    elif integral is int32_t:
        i32_add_columns(<int64_t *> sums, a, stride, x, rows, size)
    elif integral is uint32_t:
        u32_add_columns(<uint64_t *> sums, a, stride, x, rows, size)
    elif integral is int64_t:
        bits = i64_add_columns(<uint64_t *> sums, a, stride, x, rows, size)
    else:
        bits = u64_add_columns(<uint64_t *> sums, a, stride, x, rows, size)
    return bits


cdef inline void flush_columns(int64_t *out, const integral *tag, void *sums, Py_ssize_t size) noexcept nogil:
    """out[j] += sums[j], which is then 0, in the order of the kernel."""
    if integral is int8_t:
        i8_flush_columns(out, <int32_t *> sums, size)
    elif integral is uint8_t:
        u8_flush_columns(out, <int32_t *> sums, size)
    elif integral is int16_t:
        i16_flush_columns(out, <int32_t *> sums, size)
    elif integral is uint16_t:
        u16_flush_columns(out, <uint32_t *> sums, size)
    elif integral is int32_t:
        i32_flush_columns(out, <int64_t *> sums, size)
    elif integral is uint32_t:
        u32_flush_columns(out, <uint64_t *> sums, size)
    else:
        memcpy(out, sums, size * sizeof(int64_t))


cdef inline void order_columns(int64_t *sums, const integral *tag, Py_ssize_t size) noexcept nogil:
    """The sums from the order in which a kernel keeps them, whole registers of them, into that of the columns."""
    if integral is int8_t:
        i8_order_columns(sums, size)
    elif integral is uint8_t:
        u8_order_columns(sums, size)
    elif integral is int16_t:
        i16_order_columns(sums, size)


cdef inline Py_ssize_t rows_within_magnitude(const integral *x, Py_ssize_t n, uint64_t most) noexcept nogil:
    """How many elements, at least one, have a sum of magnitudes of up to `most`."""
    cdef Py_ssize_t i = 1
    cdef uint64_t size = magnitude(<int64_t> x[0])
    while i < n:
        size += magnitude(<int64_t> x[i])
        if size > most:
            return i
        i += 1
    return n


cdef bint one_integer_strip(const RowDots *job, const integral *a, const Factors *x, Py_ssize_t size,
                            int64_t *sums) noexcept nogil:
    """sums[0:size] = the dots of x with `size` neighbouring columns of a; False if one may have left 64 bits."""
    cdef int64_t room[INTEGER_STRIP]
    cdef const integral *values = <const integral *> x.values
    cdef Py_ssize_t i = 0, rows, n = job.shape[2]
    cdef uint64_t bits = 0
    memset(room, 0, sizeof(room))
    memset(sums, 0, min(size + MAX_NARROW_WIDTH, <Py_ssize_t> INTEGER_STRIP) * sizeof(int64_t))
    while i < n:
        rows = n - i
        if sizeof(integral) < 4:
            rows = rows_within_magnitude(values + i, rows, most_magnitude(dtype_of_integral(a)))
        bits |= add_to_columns(room, integers_at(a, job.A_strides[2], i), job.A_strides[2], values + i, rows, size)
        flush_columns(sums, a, room, size)
        i += rows
    order_columns(sums, a, size)
    # beyond this, |a|·|x| may reach 2^63; the rounding of the product cannot hide that
    return <double> bits * <double> x.size <= <double> (<uint64_t> 1 << 62)


cdef inline int dtype_of_integral(const integral *tag) noexcept nogil:
    if integral is int8_t:
        return INT8
    elif integral is uint8_t:
        return UINT8
    elif integral is int16_t:
        return INT16
    elif integral is uint16_t:
        return UINT16
    elif integral is int32_t:
        return INT32
    elif integral is uint32_t:
        return UINT32
    elif integral is int64_t:
        return INT64
    else:
        return UINT64


cdef bint columns_of_integers(const RowDots *job, const integral *a, const Factors *x, char *out) noexcept nogil:
    """One stack of contiguous columns; False if that takes sums of more than 64 bits."""
    cdef int64_t sums[INTEGER_STRIP]
    cdef Py_ssize_t m = 0, j, size
    while m < job.shape[1]:
        size = min(job.shape[1] - m, <Py_ssize_t> INTEGER_STRIP)
        if not one_integer_strip(job, a + m, x, size, sums):
            return False
        for j in range(size):
            (<int64_t *> (out + (m + j) * job.out_strides[1]))[0] = sums[j]
        m += size
    return True


cdef bint any_integers(const RowDots *job, int dtype, const char *a, const Vectors *x, char *out,
                       integer *beyond) noexcept nogil:
    """One stack of any layout, row by row."""
    cdef Py_ssize_t m
    for m in range(job.shape[1]):
        beyond[0] = dot_integers(dtype, a + m * job.A_strides[1], job.A_strides[2], x.dtype,
                                 x.x + m * job.X_strides[1], job.X_strides[2], job.shape[2])
        if not fits_int64(beyond):
            return False
        (<int64_t *> (out + m * job.out_strides[1]))[0] = <int64_t> beyond.low
    return True


cdef bint stack_of_integers(const RowDots *job, const integral *a, const Vectors *x, char *out,
                            integer *beyond) noexcept nogil:
    """One stack, by the cheapest way that its layout and its vector allow; False at a result that does not fit."""
    cdef Factors factors
    cdef int dtype = dtype_of_integral(a)
    cdef bint by_rows = plain(<const char *> a, job.A_strides, sizeof(integral))
    cdef bint by_columns = not by_rows and is_columns(job, sizeof(integral))
    if (job.X_strides[1] == 0 and job.shape[1] >= 4 and (x.ready or x.room is not NULL)
            and (by_columns or by_rows and size_of(dtype) < 3)
            and as_factors(&factors, dtype, x, job.X_strides[2], job.shape[2])
            and (factors.size <= most_magnitude(dtype) or by_columns and size_of(dtype) < 2)):
        if by_rows:
            shared_integers(job, a, &factors, out)
            return True
        if columns_of_integers(job, a, &factors, out):
            return True
    if by_rows and x.dtype == dtype and plain(x.x, job.X_strides, sizeof(integral)) and job.shape[2] <= INTEGER_BLOCK:
        return paired_integers(job, a, <const integral *> x.x, out, beyond)
    return any_integers(job, dtype, <const char *> a, x, out, beyond)


cdef bint stack_of_dtype(const RowDots *job, int dtype, const char *a, const Vectors *x, char *out,
                         integer *beyond) noexcept nogil:
    if dtype == INT8:
        return stack_of_integers(job, <const int8_t *> a, x, out, beyond)
    if dtype == UINT8:
        return stack_of_integers(job, <const uint8_t *> a, x, out, beyond)
    if dtype == INT16:
        return stack_of_integers(job, <const int16_t *> a, x, out, beyond)
    if dtype == UINT16:
        return stack_of_integers(job, <const uint16_t *> a, x, out, beyond)
    if dtype == INT32:
        return stack_of_integers(job, <const int32_t *> a, x, out, beyond)
    if dtype == UINT32:
        return stack_of_integers(job, <const uint32_t *> a, x, out, beyond)
    if dtype == INT64:
        return stack_of_integers(job, <const int64_t *> a, x, out, beyond)
    if dtype == UINT64:
        return stack_of_integers(job, <const uint64_t *> a, x, out, beyond)
    return any_integers(job, dtype, a, x, out, beyond)


cdef bint rows_of_integers(const RowDots *job, int a_dtype, int x_dtype, integer *beyond) noexcept nogil:
    cdef RowDots j = with_shared_X(job)
    cdef bint exchanged = job.A_strides[1] == 0 and job.X_strides[1] != 0, fit = True
    cdef int dtype = x_dtype if exchanged else a_dtype
    cdef Vectors x
    cdef Py_ssize_t s
    x.dtype, x.room = a_dtype if exchanged else x_dtype, NULL
    x.ready = x.dtype == dtype and dtype != BOOL and plain(j.X, j.X_strides, 1 << size_of(dtype))
    if not x.ready and j.X_strides[1] == 0 and j.shape[1] >= 4:
        x.room = malloc(j.shape[2] << size_of(dtype))  # without it, rows go one by one
    for s in range(j.shape[0]):
        x.x = j.X + s * j.X_strides[0]
        fit = stack_of_dtype(&j, dtype, j.A + s * j.A_strides[0], &x, j.out + s * j.out_strides[0], beyond)
        if not fit:
            break
    free(x.room)
    return fit
