# Rows of integers: out[s, m] = the exact dot of A[s, m] and X[s, m].

cdef enum:
    MAX_NARROW_WIDTH = 32  # integers of 16 bits in the widest register
    FEWEST_COLUMNS = 16  # that are summed side by side: fewer are sooner copied as rows
    PACKED_ROWS = 1 << 16  # bytes of rows that are copied at a time
    INTEGER_STRIP = 1024  # columns whose sums are kept at a time: 16 KB of them, which stay in L1


cdef struct Factors:  # a vector that many rows meet, as the kernels of one dtype take it
    void *values      # contiguous, of that dtype
    uint64_t size     # the sum of its magnitudes


cdef struct Vectors:  # one stack's vectors, before that
    const char *x
    int dtype
    bint ready        # whether they are of A's dtype, contiguous and aligned
    void *workspace   # otherwise where to make Factors of one; NULL for none


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
    return 0 - <uint64_t> v if v < 0 else <uint64_t> v  # -v of the least one would overflow


cdef bint as_factors(Factors *out, int dtype, const Vectors *x, Py_ssize_t stride, Py_ssize_t n) noexcept nogil:
    """x in another dtype; False if that does not hold it, or an element is beyond 2^40, of which n make 2^60."""
    cdef int64_t wide[GATHERED]
    cdef int64_t least = 0, greatest = 0
    cdef int bits = min(8 << size_of(dtype), 41) - (not is_unsigned(dtype) or size_of(dtype) == 3)
    cdef int64_t limit = (<int64_t> 1 << bits) - 1
    cdef Py_ssize_t k, i, count
    out.values, out.size = <void *> x.x if x.ready else x.workspace, 0
    if x.ready and size_of(dtype) == 0:
        out.size = n * 255  # at most, and little enough for most vectors
        return True
    for k in range(pieces(n, GATHERED)):
        count = min(n - k * GATHERED, <Py_ssize_t> GATHERED)
        kernels_of(x.dtype).gather(wide, x.x + k * GATHERED * stride, stride, count)
        for i in range(count):
            least, greatest = min(least, wide[i]), max(greatest, wide[i])
            out.size += magnitude(wide[i])
        if least < (0 if is_unsigned(dtype) or x.dtype == UINT64 else -limit - 1) or greatest > limit:
            return False
        if not x.ready:
            kernels_of(dtype).narrow(<char *> x.workspace + (k * GATHERED << size_of(dtype)), wide, count)
    return True


cdef bint paired_integers(const RowDots *job, int dtype, const char *a, const char *x, char *out,
                          int192 *beyond) noexcept nogil:
    """One stack of contiguous rows of up to INTEGER_BLOCK elements; False at a result that does not fit int64."""
    cdef int192 total
    cdef Py_ssize_t m
    add_products = kernels_of(dtype).add_products
    for m in range(job.shape[1]):
        memset(&total, 0, sizeof(total))
        add_products(&total, a + m * job.A_strides[1], x + m * job.X_strides[1], job.shape[2])
        if not fits_int64(&total):
            beyond[0] = total
            return False
        (<int64_t *> (out + m * job.out_strides[1]))[0] = <int64_t> total.low
    return True


cdef bint one_integer_strip(const RowDots *job, int dtype, const char *a, const Factors *x, Py_ssize_t size,
                            int64_t *sums) noexcept nogil:
    """sums[0:size] = the dots of x with `size` neighbouring columns of a; False if one may have left 64 bits."""
    cdef int64_t workspace[INTEGER_STRIP]
    cdef const IntegerKernels *kernels = kernels_of(dtype)
    cdef const char *values = <const char *> x.values
    cdef Py_ssize_t i = 0, rows, n = job.shape[2]
    cdef uint64_t bits = 0
    memset(workspace, 0, sizeof(workspace))
    memset(sums, 0, min(size + MAX_NARROW_WIDTH, <Py_ssize_t> INTEGER_STRIP) * sizeof(int64_t))
    while i < n:
        rows = n - i
        if size_of(dtype) < 2:
            rows = kernels.count_within(values, rows, most_magnitude(dtype))
        bits |= kernels.add_columns(workspace, a + i * job.A_strides[2], job.A_strides[2], values, rows, size)
        kernels.flush_columns(sums, workspace, size)
        values += rows << size_of(dtype)
        i += rows
    if size_of(dtype) < 3:
        kernels.order_columns(sums, size)
    # beyond this, |a|·|x| may reach 2^63; the rounding of the product cannot hide that
    return <double> bits * <double> x.size <= <double> (<uint64_t> 1 << 62)


cdef bint columns_of_integers(const RowDots *job, int dtype, const char *a, const Factors *x, char *out) noexcept nogil:
    """One stack of contiguous columns; False if that takes sums of more than 64 bits."""
    cdef int64_t sums[INTEGER_STRIP]
    cdef Py_ssize_t m = 0, j, size
    while m < job.shape[1]:
        size = min(job.shape[1] - m, <Py_ssize_t> INTEGER_STRIP)
        if not one_integer_strip(job, dtype, a + (m << size_of(dtype)), x, size, sums):
            return False
        for j in range(size):
            (<int64_t *> (out + (m + j) * job.out_strides[1]))[0] = sums[j]
        m += size
    return True


cdef bint any_integers(const RowDots *job, int dtype, const char *a, const Vectors *x, char *out,
                       int192 *beyond) noexcept nogil:
    """One stack of any layout, row by row."""
    cdef Py_ssize_t m
    for m in range(job.shape[1]):
        beyond[0] = dot_integers(dtype, a + m * job.A_strides[1], job.A_strides[2], x.dtype,
                                 x.x + m * job.X_strides[1], job.X_strides[2], job.shape[2])
        if not fits_int64(beyond):
            return False
        (<int64_t *> (out + m * job.out_strides[1]))[0] = <int64_t> beyond.low
    return True


cdef bint stack_of_integers(const RowDots *job, int dtype, const char *a, const Vectors *x, char *out,
                            int192 *beyond) noexcept nogil:
    """One stack, by the cheapest way that its layout and its vector allow; False at a result that does not fit."""
    cdef Factors factors
    cdef size_t size = 1 << size_of(dtype)
    cdef bint by_rows = dtype != BOOL and contiguous_rows(a, job.A_strides, size)
    cdef bint by_columns = dtype != BOOL and not by_rows and is_columns(job, size)
    if (job.X_strides[1] == 0 and job.shape[1] >= 4 and (x.ready or x.workspace is not NULL)
            and (by_columns or by_rows and size < 8)
            and as_factors(&factors, dtype, x, job.X_strides[2], job.shape[2])
            and (factors.size <= most_magnitude(dtype) or by_columns and size < 4)):
        if by_rows:
            kernels_of(dtype).shared_rows(a, job.A_strides[1], factors.values, job.shape[2], job.shape[1], out,
                                          job.out_strides[1])
            return True
        if columns_of_integers(job, dtype, a, &factors, out):
            return True
    if by_rows and x.dtype == dtype and contiguous_rows(x.x, job.X_strides, size) and job.shape[2] <= INTEGER_BLOCK:
        return paired_integers(job, dtype, a, x.x, out, beyond)
    return any_integers(job, dtype, a, x, out, beyond)


cdef bint all_bits(const char *v, const Py_ssize_t *shape, const Py_ssize_t *strides) noexcept nogil:
    """Whether all bools of rows are 0 and 1 in memory: each is looked at once, where it is shared, too."""
    cdef int along = 1 if strides[1] == 1 else 2
    cdef Py_ssize_t s, k, n = shape[along], others = shape[3 - along] if strides[3 - along] else 1
    if strides[3 - along] == n * strides[along]:  # one after the other: as one long row
        n, others = n * others, 1
    for s in range(shape[0] if strides[0] else 1):
        for k in range(others):
            if not are_bits(<const unsigned char *> (v + s * strides[0] + k * strides[3 - along]), strides[along], n):
                return False
    return True


cdef inline int as_bytes(int dtype, int other, const char *v, const Py_ssize_t *shape,
                         const Py_ssize_t *strides) noexcept nogil:
    """The dtype of integers; of bools that are 0 and 1 in memory that of the other operand, if that has bytes, too."""
    if dtype != BOOL or not all_bits(v, shape, strides):
        return dtype
    return other if other != BOOL and size_of(other) == 0 else UINT8


cdef bint stacks_of_integers(const RowDots *job, int dtype, const Vectors *vectors, int192 *beyond) noexcept nogil:
    cdef Vectors x = vectors[0]
    cdef Py_ssize_t s
    for s in range(job.shape[0]):
        x.x = job.X + s * job.X_strides[0]
        if not stack_of_integers(job, dtype, job.A + s * job.A_strides[0], &x, job.out + s * job.out_strides[0],
                                 beyond):
            return False
    return True


cdef inline bint are_scattered(const RowDots *job, int dtype) noexcept nogil:
    """Whether all stacks meet rows that are not contiguous, nor columns enough to be summed side by side."""
    cdef size_t size = 1 << size_of(dtype)
    return (dtype != BOOL and (job.A_strides[0] == 0 or job.shape[0] == 1) and job.X_strides[1] == 0
            and job.shape[1] > 1 and not contiguous_rows(job.A, job.A_strides, size)
            and not (job.shape[1] >= FEWEST_COLUMNS and is_columns(job, size)))


cdef bint packed_rows_of_integers(const RowDots *job, int dtype, const Vectors *x, int192 *beyond) noexcept nogil:
    """The same of scattered rows, a few of which are gathered at a time."""
    cdef Py_ssize_t row = job.shape[2] << size_of(dtype), m = 0, i
    cdef Py_ssize_t rows = min(max(PACKED_ROWS // max(row, 1), <Py_ssize_t> 4), job.shape[1])
    cdef char *packed = <char *> malloc(rows * row)
    cdef bint fit = True
    cdef RowDots part
    if packed is NULL:
        return stacks_of_integers(job, dtype, x, beyond)
    while fit and m < job.shape[1]:
        part = part_of(job, 0, m, job.shape[0], min(rows, job.shape[1] - m))
        for i in range(part.shape[1]):
            pack_integers(dtype, packed + i * row, part.A + i * part.A_strides[1], part.A_strides[2], part.shape[2])
        part.A, part.A_strides[0], part.A_strides[1], part.A_strides[2] = packed, 0, row, 1 << size_of(dtype)
        fit = stacks_of_integers(&part, dtype, x, beyond)
        m += rows
    free(packed)
    return fit


cdef bint rows_of_integers(const RowDots *job, int a_given, int x_given, int192 *beyond) noexcept nogil:
    cdef RowDots j = with_shared_X(job)
    cdef int a_dtype = as_bytes(a_given, x_given, job.A, job.shape, job.A_strides)
    cdef int x_dtype = as_bytes(x_given, a_dtype, job.X, job.shape, job.X_strides)
    cdef bint exchanged = job.A_strides[1] == 0 and job.X_strides[1] != 0, fit = True
    cdef int dtype = x_dtype if exchanged else a_dtype
    cdef Vectors x
    if is_integer_product(job, a_dtype, x_dtype) and integer_product(job, dtype):
        return True
    x.dtype, x.workspace = a_dtype if exchanged else x_dtype, NULL
    x.ready = x.dtype == dtype and dtype != BOOL and contiguous_rows(j.X, j.X_strides, 1 << size_of(dtype))
    if not x.ready and j.X_strides[1] == 0 and j.shape[1] >= 4:
        x.workspace = malloc(j.shape[2] << size_of(dtype))  # without it, rows go one by one
    if are_scattered(&j, dtype):
        fit = packed_rows_of_integers(&j, dtype, &x, beyond)
    else:
        fit = stacks_of_integers(&j, dtype, &x, beyond)
    free(x.workspace)
    return fit
