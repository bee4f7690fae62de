# out[s, m] = dot(A[s, m], X[s, m]): a matrix product, columns or rows, whichever kernel the layout is for.

cdef enum:
    FEW_ROWS = 8  # short rows that make a product at least, a strip of them


cdef inline bint are_few_rows(const RowDots *job, size_t size) noexcept nogil:
    """Whether all short rows of A meet all those of X, and one of the two has few."""
    return (job.A_strides[0] == 0 and job.X_strides[1] == 0 and job.shape[0] > 1
            and min(job.shape[0], job.shape[1]) < FEW_ROWS and 0 < job.shape[2] <= SHORT_ROWS
            and contiguous_rows(job.A, job.A_strides, size) and contiguous_rows(job.X, job.X_strides, size))


cdef inline bint is_columns(const RowDots *job, size_t size) noexcept nogil:
    """Whether one vector meets a matrix whose columns, not its rows, are contiguous, and aligned."""
    return (job.X_strides[1] == 0 and <size_t> job.A_strides[1] == size and <size_t> job.A_strides[2] != size
            and (job.shape[1] > 3 or job.shape[1] > 1 and <size_t> job.A_strides[2] == job.shape[1] * size)
            and job.shape[2] > 0 and columns_are_aligned(job.A, job.A_strides, size)
            and columns_are_aligned(job.X, job.X_strides, size))


cdef inline bint are_paired_columns(const RowDots *job, size_t size) noexcept nogil:
    """Whether columns, and not rows, of two matrices are contiguous, enough to go side by side, and aligned."""
    return (<size_t> job.A_strides[1] == size and <size_t> job.X_strides[1] == size and job.shape[1] >= MAX_WIDTH
            and not <size_t> job.A_strides[2] == <size_t> job.X_strides[2] == size and job.shape[2] > 0
            and columns_are_aligned(job.A, job.A_strides, size) and columns_are_aligned(job.X, job.X_strides, size))


cdef inline bint are_columns_as_rows(const RowDots *job, size_t size) noexcept nogil:
    """Whether several stacks share a matrix of short rows that are not contiguous: matmul of small matrices."""
    return (job.A_strides[0] == 0 and job.shape[0] > 1 and 0 < job.shape[2] <= SHORT_ROWS
            and not contiguous_rows(job.A, job.A_strides, size)
            and (job.shape[0] >= 4 or not is_columns(job, size)))


cdef inline bint are_short_columns_of_stacks(const RowDots *job, size_t size) noexcept nogil:
    """Whether it is the elements of neighbouring stacks that lie side by side."""
    cdef RowDots exchanged
    if <size_t> job.A_strides[0] != size or <size_t> job.A_strides[2] == size:
        return False
    exchanged = with_axes_exchanged(job)
    return are_short_columns(&exchanged, size)


cdef int row_dots_by_layout(const RowDots *job, const element *a, const element *x) noexcept nogil:
    """-1 if there is no memory to work in."""
    cdef RowDots exchanged
    if job.A_strides[1] == -<Py_ssize_t> sizeof(element):  # columns that run backwards
        exchanged = with_rows_backwards(job)
        return row_dots_by_layout(&exchanged, <const element *> exchanged.A, <const element *> exchanged.X)
    if are_few_rows(job, sizeof(element)):
        rows_with_few(job, a)
        return 0
    if is_product(job, a):
        return product(job, a)
    if is_thin_gemm(job):
        return thin_gemm(job, a)
    if is_gemm(job):
        return gemm(job, a, x)
    if are_short_columns(job, sizeof(element)):
        short_columns(job, a)
        return 0
    if are_small_stacks(job, sizeof(element), f64_width if element is double else f32_width):
        sums_of_stacks(job, a)
        return 0
    if are_short_columns_of_stacks(job, sizeof(element)):
        exchanged = with_axes_exchanged(job)
        short_columns(&exchanged, a)
        return 0
    if are_columns_as_rows(job, sizeof(element)):
        columns_as_rows(job, a, x)
        return 0
    if are_column_panels(job, a):
        column_panels(job, a)
        return 0
    if is_columns(job, sizeof(element)):
        return columns(job, a, x)
    if are_paired_columns(job, sizeof(element)):
        return paired_columns(job, a, x)
    stacks_of_rows(job, a, x)
    return 0


cdef int row_dots_f64(const RowDots *job) noexcept nogil:
    cdef RowDots exchanged
    if not shares_A(job):
        return row_dots_by_layout(job, <const double *> job.A, <const double *> job.X)
    exchanged = with_operands_exchanged(job)
    return row_dots_by_layout(&exchanged, <const double *> exchanged.A, <const double *> exchanged.X)


cdef int row_dots_f32(const RowDots *job) noexcept nogil:
    cdef RowDots exchanged
    if not shares_A(job):
        return row_dots_by_layout(job, <const float *> job.A, <const float *> job.X)
    exchanged = with_operands_exchanged(job)
    return row_dots_by_layout(&exchanged, <const float *> exchanged.A, <const float *> exchanged.X)
