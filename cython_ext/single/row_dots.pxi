# out[s, m] = dot(A[s, m], X[s, m]) in binary32: a product, columns or rows, whichever kernel the layout is for.

cdef extern from "single/kernels.h" nogil:
    enum: SINGLE_GRAIN

cdef inline bint columns_run_on(const char *a, const Py_ssize_t *strides, size_t size) noexcept nogil:
    """Whether columns, and not rows, are contiguous, and aligned."""
    return (<size_t> strides[1] == size and <size_t> strides[2] != size
            and columns_are_aligned(a, strides, size))


cdef inline bint in_columns(const RowDots *job, size_t size) noexcept nogil:
    """Whether columns meet one vector, or columns of another matrix, and are enough to go side by side."""
    return (job.shape[1] > 3 and job.shape[2] > 0 and columns_run_on(job.A, job.A_strides, size)
            and (job.X_strides[1] == 0 or columns_run_on(job.X, job.X_strides, size)))


cdef int single_by_layout(const RowDots *job, const narrow *a, const narrow *x) noexcept nogil:
    """-1 if there is no memory to work in."""
    cdef RowDots turned
    if job.A_strides[1] == -<Py_ssize_t> sizeof(narrow):  # columns that run backwards
        turned = with_rows_backwards(job)
        return single_by_layout(&turned, <const narrow *> turned.A, <const narrow *> turned.X)
    if narrow is float:
        if is_in_place_for_some(job, &turned):
            return product_in_place(&turned, <const float *> turned.A, <const float *> turned.X)
    if all_meet(job) and job.shape[2] > 0:
        return short_product(job, a, x) if job.shape[2] <= SHORT_PRODUCT else long_product(job, a, x)
    if narrow is float:
        if are_short_columns(job, sizeof(float)):
            short_single_columns(job, a, x)
            return 0
        if are_small_stacks(job, sizeof(float), single_width):
            single_stacks_of_columns(job)
            return 0
        if are_short_columns_of_stacks(job, sizeof(float)):
            turned = with_axes_exchanged(job)
            short_single_columns(&turned, a, x)
            return 0
        if are_single_panels(job):
            panels_of_singles(job, a, x)
            return 0
        if are_few_single_columns(job):
            few_single_columns(job, a, x)
            return 0
    if in_columns(job, sizeof(narrow)):
        return single_columns(job, a, x)
    return single_stacks(job, a, x)


cdef int single_rows_f32(const RowDots *job) noexcept nogil:
    cdef RowDots j = with_shared_X(job)
    return single_by_layout(&j, <const float *> j.A, <const float *> j.X)


cdef int single_rows_f16(const RowDots *job) noexcept nogil:
    cdef RowDots j = with_shared_X(job)
    return single_by_layout(&j, <const float16 *> j.A, <const float16 *> j.X)


cdef int single_rows_bf16(const RowDots *job) noexcept nogil:
    cdef RowDots j = with_shared_X(job)
    return single_by_layout(&j, <const bfloat16 *> j.A, <const bfloat16 *> j.X)
