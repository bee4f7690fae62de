# The matrix product of bytes: out[s, m] = the exact dot of A[m] and X[s], from rows packed in words of some elements.

cdef enum:
    PACKED_BYTES = 1 << 19   # of rows of X at a time, which stay in L2 while the panels of A go by
    MOST_OF_A = 64           # rows of a tile
    LONGEST_PACKED = 1 << 13  # elements of a row, of which a panel then fills half of L2


cdef inline bint is_integer_product(const RowDots *job, int a_dtype, int x_dtype) noexcept nogil:
    """Whether every row of A meets every row of X, all of them bytes, and enough to fill half a tile."""
    return (a_dtype == x_dtype and a_dtype != BOOL and kernels_of(a_dtype).product is not NULL and all_meet(job)
            and job.shape[0] >= X_ROWS and job.shape[1] >= X_ROWS and 0 < job.shape[2] <= LONGEST_PACKED
            and 2 * max(job.shape[0], job.shape[1]) >= kernels_of(a_dtype).product.a_rows)


cdef inline void store_integers(char *out, Py_ssize_t stride, const int32_t *sums, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t i
    if stride == sizeof(int64_t):
        for i in range(n):
            (<int64_t *> out)[i] = sums[i]
    else:
        for i in range(n):
            (<int64_t *> (out + i * stride))[0] = sums[i]


cdef struct PackedIntegers:
    Py_ssize_t row      # bytes of a packed row
    char *x             # rows of X, X_ROWS side by side
    char *panel         # rows of A
    int32_t *starts     # of the sums of each row of X


cdef void pack_few_integers(const RowDots *job, const IntegerProduct *p, const PackedIntegers *packed) noexcept nogil:
    """All rows of X."""
    cdef Py_ssize_t s = 0
    cdef const char *x
    while s < job.shape[0]:
        x = job.X + s * job.X_strides[0]
        p.pack_words(packed.x + s * packed.row, x, job.X_strides[0], job.X_strides[2], job.shape[0] - s, X_ROWS,
                     job.shape[2], 0)
        p.starts(packed.starts + s, x, job.X_strides[0], job.X_strides[2], job.shape[0] - s, job.shape[2])
        s += X_ROWS


cdef void multiply_panel_of_integers(const RowDots *job, const IntegerProduct *p, const PackedIntegers *packed,
                                     Py_ssize_t rows, char *out) noexcept nogil:
    """The outputs of so many rows of A, a panel, with all of X."""
    cdef int32_t sums[X_ROWS * MOST_OF_A]
    cdef Py_ssize_t s = 0, r
    while s < job.shape[0]:
        p.word_tile(sums, packed.panel, packed.x + s * packed.row, packed.row // 4, packed.starts + s)
        for r in range(min(<Py_ssize_t> X_ROWS, job.shape[0] - s)):
            store_integers(out + (s + r) * job.out_strides[0], job.out_strides[1], sums + r * p.a_rows, rows)
        s += X_ROWS


cdef void multiply_integers(const RowDots *job, const IntegerProduct *p, const PackedIntegers *packed) noexcept nogil:
    """All outputs of a few rows of X."""
    cdef Py_ssize_t m = 0, rows
    pack_few_integers(job, p, packed)
    while m < job.shape[1]:
        rows = min(<Py_ssize_t> p.a_rows, job.shape[1] - m)
        p.pack_words(packed.panel, job.A + m * job.A_strides[1], job.A_strides[1], job.A_strides[2], rows, p.a_rows,
                     job.shape[2], p.flip)
        multiply_panel_of_integers(job, p, packed, rows, job.out + m * job.out_strides[1])
        m += p.a_rows


cdef bint integer_product(const RowDots *job, int dtype) noexcept nogil:
    """All outputs, the more rows being A where the fewer do not fill a panel; False if there is no memory."""
    cdef const IntegerProduct *p = kernels_of(dtype).product
    cdef bint few = job.shape[1] < min(job.shape[0], <Py_ssize_t> p.a_rows)
    cdef RowDots turned = with_A_for_X(job) if few else job[0], part
    cdef PackedIntegers packed
    cdef Py_ssize_t s = 0, group
    packed.row = 4 * pieces(job.shape[2], p.word)
    group = rows_within(PACKED_BYTES // packed.row, turned.shape[0], X_ROWS)
    cdef char *memory = <char *> malloc((group + p.a_rows) * packed.row + group * sizeof(int32_t) + CACHE_LINE)
    if memory is NULL:
        return False
    packed.panel = on_cache_line(memory)
    packed.x = packed.panel + p.a_rows * packed.row
    packed.starts = <int32_t *> (packed.x + group * packed.row)
    while s < turned.shape[0]:
        part = part_of(&turned, s, 0, min(group, turned.shape[0] - s), turned.shape[1])
        multiply_integers(&part, p, &packed)
        s += group
    free(memory)
    return True
