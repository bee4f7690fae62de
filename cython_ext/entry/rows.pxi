# matvec, vecmat, matmul, vecdot: a dot for every pair of rows of two operands, whose leading axes broadcast.

cdef enum:
    THIN = 3  # rows that make a matrix product at least
    FEWEST_COPIED = 1 << 12  # elements of a scattered matrix that is copied: fewer are soon read as they lie
    MOST_COPIED = 1 << 20  # 8 MB
    CACHE_LINE = 64


cdef inline void state(Work *work, cnp.ndarray a, cnp.ndarray x, cnp.ndarray to, const Rows *rows,
                       const Rows *others) noexcept:
    """The job, from its axes and where its arrays lie."""
    cdef int i
    for i in range(work.axes.count):
        work.axes.strides[2][i] = cnp.PyArray_STRIDE(to, work.axes.count - 1 - i)
    merge(&work.axes)
    if work.axes.size[0] < (GROUP if rows.n <= SHORT_ROWS else THIN):
        longest_last(&work.axes)
    job = &work.job
    job.A, job.X = <const char *> cnp.PyArray_DATA(a), <const char *> cnp.PyArray_DATA(x)
    job.out = <char *> cnp.PyArray_DATA(to)
    for i in range(2):
        job.shape[i] = work.axes.size[1 - i]
        job.A_strides[i], job.X_strides[i] = work.axes.strides[0][1 - i], work.axes.strides[1][1 - i]
        job.out_strides[i] = work.axes.strides[2][1 - i]
    job.shape[2], job.A_strides[2], job.X_strides[2] = rows.n, rows.step, others.step


cdef inline FloatRowDots row_dots_of(Tier tier, int dtype) noexcept:
    """The kernel for rows of a dtype of floats; NULL for integers."""
    if dtype >= FLOATS:
        return NULL
    if tier == SINGLE:
        return kernels().single_row_dots[dtype]
    return kernels().exact_row_dots[dtype] if tier == EXACT else kernels().row_dots[dtype]


cdef object products_of_rows(Function f, cnp.ndarray a, cnp.ndarray x, Dtypes dtypes, PyObject *out):
    """The dots of rows, in a new array or in out; None where that is for the face."""
    cdef Rows rows, others
    cdef Work work
    cdef cnp.ndarray result, to
    cdef bint halves = f.tier == EXACT and dtypes.out >= WIDE_FLOATS and dtypes.out < FLOATS
    if (not read_rows(&rows, a, f.layouts[0]) or not read_rows(&others, x, f.layouts[1]) or rows.n != others.n
            or rows.n > DIRECT or not broadcast(&work.axes, &rows, &others)):
        return None
    if out is NULL:
        result = <cnp.ndarray> new_result(dtypes.out, &work.axes)
        work.job.out_dtype = dtypes.out
    else:
        result = <cnp.ndarray> out
        if (f.tier == SINGLE and dtype_of(result) != FLOAT32) or not takes(result, &work.axes, dtypes.out):
            return None
        if not apart(result, a) or not apart(result, x):
            return None
        work.job.out_dtype = dtype_of(result)
        halves = halves and work.job.out_dtype == dtypes.out
    to = result
    if halves or (out is not NULL and dtypes.out >= FLOATS):
        to = <cnp.ndarray> new_result(FLOAT32 if halves else INT64, &work.axes)
    work.dtypes = dtypes
    work.row_dots = row_dots_of(f.tier, dtypes.x)
    if cnp.PyArray_SIZE(to):
        state(&work, a, x, to, &rows, &others)
        if do_work(&work, cnp.PyArray_SIZE(to) * max(rows.n, 1), f.tier):
            return None
    if to is not result:
        cnp.PyArray_CopyInto(result, to)
    return result


cdef inline bint is_scattered(cnp.ndarray v):
    """Whether neither rows nor columns of a matrix are contiguous, and a copy is no large one."""
    return (cnp.PyArray_NDIM(v) == 2 and FEWEST_COPIED <= cnp.PyArray_SIZE(v) <= MOST_COPIED
            and cnp.PyArray_STRIDE(v, 0) != cnp.PyArray_ITEMSIZE(v)
            and cnp.PyArray_STRIDE(v, 1) != cnp.PyArray_ITEMSIZE(v))


cdef inline bint is_gathered(Function f, cnp.ndarray v, int dtype):
    """Whether a product of matrices, or of few rows, would gather its elements over and over.

    So would a vector with rows in the exact tier.
    """
    if not (f.exchanged or f.tier == EXACT and dtype < FLOATS and f.layouts[1] == SHARED_ROWS) or not is_scattered(v):
        return False
    # rows that run backwards are read where they lie by kernels of floats
    return not (dtype < FLOATS and f.tier != EXACT and cnp.PyArray_STRIDE(v, 1) == -cnp.PyArray_ITEMSIZE(v))


cdef inline object gathered(Function f, cnp.ndarray v, int dtype):
    """v, or a copy in C order where its elements would be gathered over and over."""
    return cnp.PyArray_NewCopy(v, cnp.NPY_CORDER) if is_gathered(f, v, dtype) else v


cdef inline bint are_small_columns(Function f, cnp.ndarray v, int other_axes, int dtype):
    """Whether a stack of small matrices meets vectors, which kernels of floats read as they lie."""
    return (f.layouts[0] == COLUMNS and f.tier != EXACT and dtype < WIDE_FLOATS and other_axes < 3
            and cnp.PyArray_NDIM(v) == 3 and 1 < cnp.PyArray_DIM(v, 1) <= SMALL_COLUMNS
            and cnp.PyArray_DIM(v, 2) > 1 and cnp.PyArray_STRIDE(v, 2) == cnp.PyArray_ITEMSIZE(v)
            and cnp.PyArray_DIM(v, 0) >= GROUP)


cdef inline object side_by_side(cnp.ndarray v, Layout layout):
    """A stack of small matrices with the elements of each row in a row, as a copy where they are not: it pays."""
    cdef int d = cnp.PyArray_NDIM(v), own = 1 if layout < COLUMNS else 2
    if (d < 3 or cnp.PyArray_STRIDE(v, d - own) == cnp.PyArray_ITEMSIZE(v) or cnp.PyArray_DIM(v, d - own) > SHORT_ROWS
            or cnp.PyArray_DIM(v, d - 3 + own) >= GROUP or cnp.PyArray_SIZE(v) > COPIED):
        return v
    if own == 1:
        return cnp.PyArray_NewCopy(v, cnp.NPY_CORDER)
    rows = cnp.PyArray_NewCopy(<cnp.ndarray> cnp.PyArray_SwapAxes(v, d - 2, d - 1), cnp.NPY_CORDER)
    return cnp.PyArray_SwapAxes(<cnp.ndarray> rows, d - 2, d - 1)


cdef object summed_last(cnp.ndarray v, int axis):
    """A view whose last axis is this one; None if there is none such, or too many."""
    cdef cnp.npy_intp order[MOST_AXES]
    cdef cnp.PyArray_Dims axes
    cdef int d = cnp.PyArray_NDIM(v), i, k = 0
    axis += d if axis < 0 else 0
    if not 0 <= axis < d <= MOST_AXES:
        return None
    for i in range(d):
        if i != axis:
            order[k] = i
            k += 1
    order[k] = axis
    axes.ptr, axes.len = order, d
    return cnp.PyArray_Transpose(v, &axes)


cdef inline Function form_of(Function f, cnp.ndarray x, cnp.ndarray y):
    """What a product of matrices is if an operand is a vector."""
    cdef int vectors = (cnp.PyArray_NDIM(x) == 1) + 2 * (cnp.PyArray_NDIM(y) == 1)
    return <Function> f.of_vectors[vectors - 1] if vectors and f.of_vectors is not None else f


cdef struct Keywords:
    PyObject *out  # NULL for a new array
    int axis


cdef inline Keywords no_keywords():
    cdef Keywords given
    given.out, given.axis = NULL, -1
    return given


cdef object rows_in_order(Function f, cnp.ndarray x, cnp.ndarray y, Dtypes dtypes, Keywords given):
    """The same of operands in the caller's order; a scalar where the result has no axes."""
    cdef cnp.ndarray result
    if cnp.PyArray_NDIM(x) < f.least[0] or cnp.PyArray_NDIM(y) < f.least[1]:
        return None
    if given.axis != -1:
        x, y = summed_last(x, given.axis), summed_last(y, given.axis)
        if x is None or y is None:
            return None
    f = form_of(f, x, y)
    if f.exchanged:
        x, y = y, x
        dtypes.x, dtypes.y = dtypes.y, dtypes.x
    if cnp.PyArray_NDIM(x) > 2 or cnp.PyArray_NDIM(y) > 2 or is_scattered(x) or is_scattered(y):  # copies may be made
        x, y = <cnp.ndarray> private(x), <cnp.ndarray> private(y)
        if dtype_of(x) != dtypes.x or dtype_of(y) != dtypes.y:
            return None
    x, y = <cnp.ndarray> gathered(f, x, dtypes.x), <cnp.ndarray> gathered(f, y, dtypes.y)
    if not are_small_columns(f, x, cnp.PyArray_NDIM(y), dtypes.x):
        x = <cnp.ndarray> side_by_side(x, f.layouts[0])
    y = <cnp.ndarray> side_by_side(y, f.layouts[1])
    found = products_of_rows(f, x, y, dtypes, given.out)
    if found is None or given.out is not NULL:
        return found
    result = <cnp.ndarray> found
    return found if cnp.PyArray_NDIM(result) else cnp.PyArray_ToScalar(cnp.PyArray_DATA(result), result)


cdef inline bint fits_float32(int dtype) noexcept:
    return dtype <= UINT16 and dtype != FLOAT64 or dtype == BOOL


cdef inline bint is_behaved(cnp.ndarray v) noexcept:
    return cnp.PyArray_ISALIGNED(v) and cnp.PyArray_ISNOTSWAPPED(v)


cdef object buffer_for(cnp.ndarray A, Py_ssize_t rows):
    """Memory for some rows of A at a time, a cache line farther apart than they are there.

    If it were new for each of them, its pages would take longer than products. Where memcpy writes up to 62 bytes past
    the place in a page that it reads, it is twelve times as slow (by REP MOVSB, on Zen 3): so it is for one row in 64
    at most.
    """
    cdef cnp.npy_intp shape[2]
    shape[0], shape[1] = rows, cnp.PyArray_DIM(A, 1) + CACHE_LINE // cnp.PyArray_ITEMSIZE(A)
    return cnp.PyArray_SimpleNew(2, shape, cnp.PyArray_TYPE(A))[:, :cnp.PyArray_DIM(A, 1)]


cdef object rows_in_buffer(cnp.ndarray buffer, cnp.ndarray rows):
    if cnp.PyArray_DIM(rows, 0) < cnp.PyArray_DIM(buffer, 0):
        buffer = <cnp.ndarray> buffer[:cnp.PyArray_DIM(rows, 0)]
    cnp.PyArray_CopyInto(buffer, rows)
    return buffer


cdef object rows_in_pieces(Function f, object A, object x):
    """A vector with the rows of a matrix that is no small copy, some rows at a time; None for other ways."""
    cdef Dtypes dtypes
    cdef int own, other, wanted
    cdef Py_ssize_t i, rows
    buffer = None
    if (f.exchanged or f.layouts[0] != ROWS or not usable() or not cnp.PyArray_CheckExact(A)
            or not cnp.PyArray_CheckExact(x) or cnp.PyArray_NDIM(<cnp.ndarray> A) != 2
            or cnp.PyArray_NDIM(<cnp.ndarray> x) != 1 or cnp.PyArray_DIM(<cnp.ndarray> A, 1) > PIECE
            or not FEWEST_COPIED < cnp.PyArray_SIZE(<cnp.ndarray> A) <= DIRECT):
        return None
    own, other = dtype_in_any_order(<cnp.ndarray> A), dtype_in_any_order(<cnp.ndarray> x)
    if own == NO_DTYPE or other == NO_DTYPE or (own >= FLOATS and other >= FLOATS):
        return None
    if meet(own, other, f.tier, &dtypes):
        wanted = own
        if is_behaved(<cnp.ndarray> A):
            return None
    elif f.tier == LAW and cnp.PyArray_SIZE(<cnp.ndarray> A) > COPIED:
        wanted = FLOAT32 if fits_float32(own) and fits_float32(other) else FLOAT64
        dtypes.out = widened(own, other, False)
        dtypes.x = dtypes.y = wanted
    else:
        return None
    vector = as_dtype(<cnp.ndarray> x, other, wanted)
    if vector is None:
        return None
    rows = min(PIECE // max(cnp.PyArray_DIM(<cnp.ndarray> A, 1), 1), cnp.PyArray_DIM(<cnp.ndarray> A, 0))
    if (own == wanted and cnp.PyArray_DIM(<cnp.ndarray> A, 1) >= CACHE_LINE
            and cnp.PyArray_STRIDE(<cnp.ndarray> A, 1) == cnp.PyArray_ITEMSIZE(<cnp.ndarray> A)):
        buffer = buffer_for(<cnp.ndarray> A, rows)
    result = cnp.PyArray_SimpleNew(1, cnp.PyArray_DIMS(<cnp.ndarray> A), number_of(dtypes.out))
    for i in range(0, cnp.PyArray_DIM(<cnp.ndarray> A, 0), rows):
        piece, out = A[i:i + rows], result[i:i + rows]
        piece = as_dtype(<cnp.ndarray> piece, own, wanted) if buffer is None else rows_in_buffer(buffer, piece)
        if piece is None or products_of_rows(f, <cnp.ndarray> piece, <cnp.ndarray> vector, dtypes,
                                             <PyObject *> out) is None:
            return None
    return result


cdef bint read_keywords(Function f, PyObject **values, PyObject *names, Keywords *given) except -1:
    """Whether they are out, an array that is no subclass, or None, and an axis, an int, where there is one to name."""
    cdef Py_ssize_t i
    cdef int overflow = 0
    cdef long long axis
    for i in range(len(<tuple> <object> names)):
        name, value = (<tuple> <object> names)[i], <object> values[i]
        if name == "out":
            if value is None:
                continue
            if not cnp.PyArray_CheckExact(value):
                return False
            given.out = values[i]
        elif f.has_axis and name == "axis" and PyLong_CheckExact(value):
            axis = PyLong_AsLongLongAndOverflow(value, &overflow)
            if overflow or not -MOST_AXES <= axis < MOST_AXES:
                return False
            given.axis = axis
        else:
            return False
    return True


cdef object matrix_by_vector(Function f, cnp.ndarray A, cnp.ndarray x, const Dtypes *dtypes):
    """The dots of a matrix's rows, or of its columns, with a vector; None if it is another job.

    Most calls are this one, and what axes take in general would be a fifth of a small one.
    """
    cdef RowDots job
    cdef cnp.npy_intp m
    cdef int own = 1 if f.layouts[0] < COLUMNS else 0  # the axis of A that is summed over
    if (cnp.PyArray_NDIM(A) != 2 or cnp.PyArray_NDIM(x) != 1 or f.layouts[1] != SHARED_ROWS or dtypes.x >= FLOATS
            or cnp.PyArray_DIM(A, own) != cnp.PyArray_DIM(x, 0) or cnp.PyArray_DIM(x, 0) > DIRECT):
        return None
    m = cnp.PyArray_DIM(A, 1 - own)
    job.X, job.shape[0], job.shape[1], job.shape[2] = <const char *> cnp.PyArray_DATA(x), 1, m, cnp.PyArray_DIM(x, 0)
    job.X_strides[0], job.X_strides[1], job.X_strides[2] = 0, 0, cnp.PyArray_STRIDE(x, 0)
    if is_gathered(f, A, dtypes.x):
        A = <cnp.ndarray> cnp.PyArray_NewCopy(<cnp.ndarray> private(A), cnp.NPY_CORDER)
    job.A = <const char *> cnp.PyArray_DATA(A)
    job.A_strides[0], job.A_strides[1], job.A_strides[2] = 0, cnp.PyArray_STRIDE(A, 1 - own), cnp.PyArray_STRIDE(A, own)
    result = cnp.PyArray_SimpleNew(1, &m, number_of(dtypes.out))
    job.out, job.out_dtype = <char *> cnp.PyArray_DATA(<cnp.ndarray> result), dtypes.out
    job.out_strides[0], job.out_strides[1] = 0, cnp.PyArray_STRIDE(<cnp.ndarray> result, 0)
    if m:
        do_job(&job, row_dots_of(f.tier, dtypes.x), dtypes.x, f.tier)
    return result


cdef bint is_stored(object given) except -1:
    """Whether it is a sparse matrix, which is for the face."""
    return not cnp.PyArray_Check(given) and not is_sequence(given) and is_sparse(given)


cdef object enter_rows(Function f, PyObject **args, Py_ssize_t count, PyObject *names):
    cdef Dtypes dtypes
    cdef Keywords given = no_keywords()
    cdef int matrix = 1 if f.exchanged else 0
    result = None
    if count == 2 and (names is NULL or read_keywords(f, args + 2, names, &given)):
        if (ready(args[0], args[1], f.tier, &dtypes) and cnp.PyArray_ISALIGNED(<cnp.ndarray> args[0])
                and cnp.PyArray_ISALIGNED(<cnp.ndarray> args[1])):
            if names is NULL:
                result = matrix_by_vector(f, <cnp.ndarray> args[matrix], <cnp.ndarray> args[1 - matrix], &dtypes)
            if result is None:
                result = rows_in_order(f, <cnp.ndarray> args[0], <cnp.ndarray> args[1], dtypes, given)
        elif not is_stored(<object> args[0]) and not is_stored(<object> args[1]):
            if given.out is NULL and given.axis == -1:
                first, second = private(<object> args[0]), private(<object> args[1])
                result = rows_of_two_types(f, first, second)
                if result is None and f.of_vectors is None:
                    result = rows_in_pieces(f, first, second)
            pair = converted(f, args, &dtypes) if result is None else None
            if pair is not None:
                result = rows_in_order(f, <cnp.ndarray> pair[0], <cnp.ndarray> pair[1], dtypes, given)
    return from_face(f, args, count, names) if result is None else result
