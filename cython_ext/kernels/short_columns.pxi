# Matrices of short columns that are contiguous: out[s, m] = dot(A[s, m], X[s, m]), a register of outputs at a time.

cdef extern from "tiles/sums.h" nogil:
    void f64_short_column_sums(const double *a, Py_ssize_t a_row, const double *x, Py_ssize_t x_row, Py_ssize_t n,
                               Py_ssize_t size, double *out)
    void f32_short_column_sums(const float *a, Py_ssize_t a_row, const float *x, Py_ssize_t x_row, Py_ssize_t n,
                               Py_ssize_t size, double *out)
    void f64_paired_short_column_sums(const double *a, Py_ssize_t a_row, const double *x, Py_ssize_t x_row,
                                      Py_ssize_t n, Py_ssize_t size, double *out)
    void f32_paired_short_column_sums(const float *a, Py_ssize_t a_row, const float *x, Py_ssize_t x_row,
                                      Py_ssize_t n, Py_ssize_t size, double *out)
    struct small_stacks:
        const char *a
        const char *x
        Py_ssize_t a_next
        Py_ssize_t a_row
        Py_ssize_t x_next
        Py_ssize_t x_row
        Py_ssize_t stacks
        Py_ssize_t size
        char *out
        Py_ssize_t out_next
        bint rounded
    void f64_sums_of_stacks(const small_stacks *job, Py_ssize_t n)
    void f32_sums_of_stacks(const small_stacks *job, Py_ssize_t n)

cdef enum:
    SHORT_COLUMNS = 16  # elements of a column that is summed in registers alone


cdef inline bint columns_are_aligned(const char *a, const Py_ssize_t *strides, size_t size) noexcept nogil:
    return (<size_t> a | <size_t> strides[0] | <size_t> strides[2]) % size == 0


cdef inline bint are_short_columns(const RowDots *job, size_t size) noexcept nogil:
    """Whether columns are short, contiguous and aligned, and meet one vector or such columns."""
    return (0 < job.shape[2] <= SHORT_COLUMNS and <size_t> job.A_strides[1] == size and job.shape[1] > 1
            and <size_t> job.A_strides[2] != size and columns_are_aligned(job.A, job.A_strides, size)
            and (job.X_strides[1] == 0 or <size_t> job.X_strides[1] == size)
            and columns_are_aligned(job.X, job.X_strides, size))


cdef inline void short_column_sums(const RowDots *job, const element *a, const element *x, Py_ssize_t size,
                                   double *out) noexcept nogil:
    """out[0:size] = the dots of `size` neighbouring columns of a with x, or with those of x."""
    if element is double:
        if job.X_strides[1] == 0:
            f64_short_column_sums(a, job.A_strides[2], x, job.X_strides[2], job.shape[2], size, out)
        else:
            f64_paired_short_column_sums(a, job.A_strides[2], x, job.X_strides[2], job.shape[2], size, out)
    else:
        if job.X_strides[1] == 0:
            f32_short_column_sums(a, job.A_strides[2], x, job.X_strides[2], job.shape[2], size, out)
        else:
            f32_paired_short_column_sums(a, job.A_strides[2], x, job.X_strides[2], job.shape[2], size, out)


cdef void short_columns(const RowDots *job, const element *tag) noexcept nogil:
    """All outputs."""
    cdef double sums[BESIDE + MAX_WIDTH]
    cdef Py_ssize_t s, m, size
    cdef const element *a
    cdef const element *x
    for s in range(job.shape[0]):
        a = at(<const element *> job.A, job.A_strides[0], s)
        x = at(<const element *> job.X, job.X_strides[0], s)
        m = 0
        while m < job.shape[1]:
            size = min(job.shape[1] - m, <Py_ssize_t> BESIDE)
            short_column_sums(job, a + m, at(x, job.X_strides[1], m), size, sums)
            store(job, job.out + s * job.out_strides[0] + m * job.out_strides[1], sums, size)
            m += size


cdef inline bint are_small_stacks(const RowDots *job, size_t size, Py_ssize_t width) noexcept nogil:
    """Whether many matrices of two to four elements to a column, and few columns, each meet a vector of their own.

    They are the rows of the job, and their columns its stacks. Whole registers of sums can be stored.
    """
    cdef size_t unit = sizeof(double) if job.out_dtype == FLOAT64 else sizeof(float)
    return (<size_t> job.A_strides[0] == size and job.X_strides[0] == 0 and 1 < job.shape[2] <= SMALL_COLUMNS
            and 1 < job.shape[0] < job.shape[1] and <size_t> job.A_strides[2] != size
            and <size_t> job.out_strides[0] == unit
            and (job.shape[0] >= width or <size_t> job.out_strides[1] == job.shape[0] * unit)
            and columns_are_aligned(job.A, job.A_strides, size) and columns_are_aligned(job.X, job.X_strides, size)
            and <size_t> (job.A_strides[1] | job.X_strides[1]) % size == 0)


cdef inline small_stacks stacks_of_job(const RowDots *job) noexcept nogil:
    cdef small_stacks stacks
    stacks.a, stacks.x, stacks.out = job.A, job.X, job.out
    stacks.a_next, stacks.a_row = job.A_strides[1], job.A_strides[2]
    stacks.x_next, stacks.x_row = job.X_strides[1], job.X_strides[2]
    stacks.stacks, stacks.size, stacks.out_next = job.shape[1], job.shape[0], job.out_strides[1]
    stacks.rounded = job.out_dtype == FLOAT32
    return stacks


cdef inline void sums_of_stacks(const RowDots *job, const element *tag) noexcept nogil:
    """All outputs of small stacks."""
    cdef small_stacks stacks = stacks_of_job(job)
    if element is double:
        f64_sums_of_stacks(&stacks, job.shape[2])
    else:
        f32_sums_of_stacks(&stacks, job.shape[2])
