# Products of a matrix and a few vectors of another float type: the narrower rows are widened some at a time.
#
# A copy of all of them is new memory, whose page faults take longer than the widening: of 10000x100 float32, with five
# vectors of float64, the product took 1.2 ms by a copy, 0.9 so.

cdef extern from "workspace.h" nogil:
    void *take_workspace(size_t bytes)
    void leave_workspace(void *workspace)


cdef class WidenedRows:
    """A job whose A or X are rows of a narrower type: called with a range of those rows, it does them."""

    cdef RowDots job
    cdef FloatRowDots row_dots
    cdef int dtype      # of the narrower rows
    cdef bint are_A
    cdef int axis       # of the job's two of results, along which they lie
    cdef Py_ssize_t most  # rows at a time

    def __call__(self, Py_ssize_t first, Py_ssize_t last):
        cdef int failed
        with nogil:
            failed = do_widened_rows(self, first, last)
        check(failed)


cdef int do_widened_rows(WidenedRows of, Py_ssize_t first, Py_ssize_t last) noexcept nogil:
    """Some rows; -1 if there is no memory for them."""
    cdef Py_ssize_t size = 8 if of.dtype == FLOAT32 else 4, n = of.job.shape[2], start = first, count
    cdef RowDots part
    cdef int failed = 0
    cdef void *memory = take_workspace(min(of.most, last - first) * n * size)
    if memory is NULL:
        return -1
    while start < last and not failed:
        count = min(of.most, last - start)
        if of.axis == 0:
            part = part_of(&of.job, start, 0, count, of.job.shape[1])
        else:
            part = part_of(&of.job, 0, start, of.job.shape[0], count)
        kernels().widen(of.dtype, part.A if of.are_A else part.X, memory, count * n)
        if of.are_A:
            part.A, part.A_strides[of.axis], part.A_strides[2] = <const char *> memory, n * size, size
        else:
            part.X, part.X_strides[of.axis], part.X_strides[2] = <const char *> memory, n * size, size
        failed = of.row_dots(&part)
        start += count
    leave_workspace(memory)
    return failed


cdef bint place_rows(WidenedRows of, Py_ssize_t itemsize):
    """Find the axis of rows that lie one after the other and are the same along the other axis; False of others."""
    cdef const Py_ssize_t *strides = of.job.A_strides
    if not of.are_A:
        strides = of.job.X_strides
    of.axis = 0 if strides[0] else 1
    return not strides[1 - of.axis] and strides[2] == itemsize and strides[of.axis] == of.job.shape[2] * itemsize


cdef int share_rows(WidenedRows of) except -1:
    cdef Py_ssize_t total = of.job.shape[of.axis]
    cdef Py_ssize_t products_each = of.job.shape[1 - of.axis] * of.job.shape[2]
    cdef Py_ssize_t products = max(total * products_each // threads.get_num_threads(),
                                   <Py_ssize_t> jobs.WORTH_A_THREAD)
    of.most = max(PIECE // of.job.shape[2], 1)
    threads.share(of, total, max(min(products, <Py_ssize_t> jobs.GRAIN) // products_each, of.most))
    return 0


cdef object rows_of_two_types(Function f, object first, object second):
    """The products where one operand is large and of the narrower of two float types, the other small.

    None for other ways.
    """
    cdef cnp.ndarray a, x, large, small
    cdef Rows rows, others
    cdef Work work
    cdef WidenedRows of
    cdef int own, other
    if f.tier != LAW or not usable() or not cnp.PyArray_CheckExact(first) or not cnp.PyArray_CheckExact(second):
        return None
    f = form_of(f, <cnp.ndarray> first, <cnp.ndarray> second)
    a, x = (<cnp.ndarray> second, <cnp.ndarray> first) if f.exchanged else (<cnp.ndarray> first, <cnp.ndarray> second)
    of = WidenedRows.__new__(WidenedRows)
    of.are_A = cnp.PyArray_SIZE(a) > cnp.PyArray_SIZE(x)
    large, small = (a, x) if of.are_A else (x, a)
    own, other = dtype_of(large), dtype_in_any_order(small)
    if (own == NO_DTYPE or other == NO_DTYPE or cnp.PyArray_SIZE(large) <= COPIED or not cnp.PyArray_ISALIGNED(large)
            or not 0 < cnp.PyArray_SIZE(small) <= PIECE):
        return None
    of.dtype, work.dtypes.out = own, widened(own, other, False)
    if not widens_by_kernel(own, work.dtypes.out):
        return None
    few = as_dtype(small, other, work.dtypes.out)
    if few is None:
        return None
    a, x = (large, <cnp.ndarray> few) if of.are_A else (<cnp.ndarray> few, large)
    if (not read_rows(&rows, a, f.layouts[0]) or not read_rows(&others, x, f.layouts[1]) or rows.n != others.n
            or not 0 < rows.n <= PIECE or not broadcast(&work.axes, &rows, &others)):
        return None
    result = new_result(work.dtypes.out, &work.axes)
    state(&work, a, x, <cnp.ndarray> result, &rows, &others)
    of.job, of.row_dots = work.job, row_dots_of(f.tier, work.dtypes.out)
    of.job.out_dtype = work.dtypes.out
    if parts_of(&work.axes) != 1 or not place_rows(of, cnp.PyArray_ITEMSIZE(large)):
        return None
    share_rows(of)
    return result
