# The matrix product where it is small: out[s, m] = dot(A[m], X[s]), by strips of rows of A in one packed buffer.

cdef extern from "tiles/sums.h" nogil:
    enum: PRODUCT_ROWS "f64_product_rows"
    enum: STRIP_ROWS "STRIP"
    enum: F64_PRODUCT_MOST "f64_product_most"
    enum: F32_PRODUCT_MOST "f32_product_most"
    void f64_product_tile(const double *const *rows, const double *strip, Py_ssize_t n, char *const *out,
                          bint rounded)
    void wide_product_tile(const double *const *rows, const double *strip, Py_ssize_t n, char *const *out,
                           bint rounded)
    void f64_pack_strip(double *strip, const double *b, Py_ssize_t row, Py_ssize_t column, Py_ssize_t n,
                        Py_ssize_t taken)
    void f32_pack_strip(double *strip, const float *b, Py_ssize_t row, Py_ssize_t column, Py_ssize_t n,
                        Py_ssize_t taken)

cdef enum:
    PRODUCT_MOST = 256        # elements of a row: a strip of so many lies in L1
    MANY_ROWS = 64            # on both sides
    PRODUCT_ELEMENTS = 65536  # of X, all of which passes by every strip, from L2


cdef inline bint all_meet(const RowDots *job) noexcept nogil:
    """Whether every row of A meets every row of X, three of each at least: a matrix product."""
    return job.A_strides[0] == 0 and job.X_strides[1] == 0 and job.shape[0] > 2 and job.shape[1] > 2


cdef inline bint is_product(const RowDots *job, const element *tag) noexcept nogil:
    """Whether a matrix product is of rows so short, or so short and few, that panels do not pay."""
    cdef Py_ssize_t n = job.shape[2], most = F64_PRODUCT_MOST if element is double else F32_PRODUCT_MOST
    return (all_meet(job) and 0 < n <= PRODUCT_MOST
            and (n <= SHORT_ROWS or job.shape[0] * n <= PRODUCT_ELEMENTS
                 and (n <= most or min(job.shape[0], job.shape[1]) < MANY_ROWS)))


cdef inline bint along_columns_of_X(const RowDots *job, size_t size) noexcept nogil:
    """Whether the columns of X, and not those of A, lie side by side."""
    return <size_t> job.A_strides[1] != size and <size_t> job.X_strides[0] == size


cdef RowDots with_A_for_X(const RowDots *job) noexcept nogil:
    """A matrix product with its operands, and the axes of its result, exchanged."""
    cdef RowDots exchanged = with_axes_exchanged(job)
    return with_operands_exchanged(&exchanged)


cdef inline void multiply_rows(const RowDots *job, const double *x, Py_ssize_t x_row, Py_ssize_t s,
                               const double *strip, char *out, Py_ssize_t taken, const element *tag) noexcept nogil:
    """PRODUCT_ROWS rows of X, from row s on, with the `taken` rows of A in a strip; rows past the last are it again."""
    cdef double sums[PRODUCT_ROWS * STRIP_ROWS]
    cdef const double *rows[PRODUCT_ROWS]
    cdef char *outs[PRODUCT_ROWS]
    cdef Py_ssize_t r, last = job.shape[0] - 1
    cdef bint rounded = job.out_dtype == FLOAT32
    cdef bint direct = (taken == STRIP_ROWS
                        and <size_t> job.out_strides[1] == (sizeof(float) if rounded else sizeof(double)))
    for r in range(PRODUCT_ROWS):
        rows[r] = at(x, x_row, min(s + r, last))
        outs[r] = out + min(s + r, last) * job.out_strides[0] if direct else <char *> (sums + r * STRIP_ROWS)
    if element is double:
        f64_product_tile(rows, strip, job.shape[2], outs, direct and rounded)
    else:
        wide_product_tile(rows, strip, job.shape[2], outs, direct and rounded)
    if not direct:
        for r in range(min(PRODUCT_ROWS, job.shape[0] - s)):
            if taken == STRIP_ROWS:
                store(job, out + (s + r) * job.out_strides[0], sums + r * STRIP_ROWS, STRIP_ROWS)
            else:
                store(job, out + (s + r) * job.out_strides[0], sums + r * STRIP_ROWS, taken)


cdef void multiply_strips(const RowDots *job, const element *a, const double *x, Py_ssize_t x_row) noexcept nogil:
    """All outputs; rows of X are float64, aligned and contiguous. The last strip may repeat rows of the one before."""
    cdef char memory[PRODUCT_MOST * STRIP_ROWS * 8 + CACHE_LINE]
    cdef double *strip = <double *> on_cache_line(memory)
    cdef Py_ssize_t s, m = 0, taken = min(job.shape[1], <Py_ssize_t> STRIP_ROWS)
    while m < job.shape[1]:
        m = min(m, job.shape[1] - taken)
        if element is double:
            f64_pack_strip(strip, at(a, job.A_strides[1], m), job.A_strides[2], job.A_strides[1], job.shape[2], taken)
        else:
            f32_pack_strip(strip, at(a, job.A_strides[1], m), job.A_strides[2], job.A_strides[1], job.shape[2], taken)
        s = 0
        while s < job.shape[0]:
            multiply_rows(job, x, x_row, s, strip, job.out + m * job.out_strides[1], taken, a)
            s += PRODUCT_ROWS
        m += STRIP_ROWS


cdef inline void widen_rows_of_X(const RowDots *job, const element *x, double *wide) noexcept nogil:
    """wide[s, :] = X[s, :]; rows with nothing between them are one."""
    cdef Py_ssize_t s, n = job.shape[2], rows = job.shape[0]
    if job.X_strides[2] == sizeof(element) and job.X_strides[0] == n * <Py_ssize_t> sizeof(element):
        n, rows = n * rows, 1
    for s in range(rows):
        widen_row(wide + s * n, at(x, job.X_strides[0], s), job.X_strides[2], n)


cdef int rows_of_product(const RowDots *job, const element *tag) noexcept nogil:
    """All outputs, some rows of X at a time; -1 if there is no memory for a copy of them that tiles can read."""
    cdef RowDots part
    cdef Py_ssize_t s = 0, n = job.shape[2], most = PRODUCT_ELEMENTS // n
    cdef bint ready = element is double and contiguous_rows(job.X, job.X_strides, sizeof(double))
    cdef double *wide
    if ready and job.shape[0] <= most:
        multiply_strips(job, <const element *> job.A, <const double *> job.X, job.X_strides[0])
        return 0
    wide = NULL if ready else <double *> malloc(min(most, job.shape[0]) * n * sizeof(double))
    if wide is NULL and not ready:
        return -1
    while s < job.shape[0]:
        part = part_of(job, s, 0, min(most, job.shape[0] - s), job.shape[1])
        if ready:
            multiply_strips(&part, <const element *> part.A, <const double *> part.X, part.X_strides[0])
        else:
            widen_rows_of_X(&part, <const element *> part.X, wide)
            multiply_strips(&part, <const element *> part.A, wide, n * sizeof(double))
        s += most
    free(wide)
    return 0


cdef inline bint are_exchanged(const RowDots *job, size_t size) noexcept nogil:
    """Whether strips are best of X: where its columns lie side by side, or tiles have far fewer places for no row."""
    cdef Py_ssize_t places = round_up(job.shape[1], STRIP_ROWS) * round_up(job.shape[0], PRODUCT_ROWS)
    cdef Py_ssize_t others = round_up(job.shape[0], STRIP_ROWS) * round_up(job.shape[1], PRODUCT_ROWS)
    if 3 * others < 2 * places:
        return True
    return along_columns_of_X(job, size) and 2 * others <= 3 * places


cdef int product(const RowDots *job, const element *tag) noexcept nogil:
    """The same for whichever of A and X is best in strips."""
    cdef RowDots exchanged
    if are_exchanged(job, sizeof(element)):
        exchanged = with_A_for_X(job)
        return rows_of_product(&exchanged, tag)
    return rows_of_product(job, tag)
