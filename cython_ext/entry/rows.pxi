# matvec, vecmat, matmul, vecdot: a dot for every pair of rows of two operands, whose leading axes broadcast.

cdef enum:
    MOST_AXES = 16
    SHORT_ROWS = 16  # elements of a row so short that a group of rows is one step
    GROUP = 8        # rows that such a step takes at most
    THIN = 3         # rows that make a matrix product at least


cdef struct Rows:  # an operand as rows of n elements: its leading axes, the last first
    Py_ssize_t n
    Py_ssize_t step
    int count
    Py_ssize_t size[MOST_AXES]
    Py_ssize_t strides[MOST_AXES]


cdef struct Axes:  # the leading axes of a result, the last first, and the strides there of A, x and the result
    int count
    Py_ssize_t size[MOST_AXES]
    Py_ssize_t strides[3][MOST_AXES]


cdef inline void add_axis(Rows *rows, Py_ssize_t size, Py_ssize_t stride) noexcept:
    rows.size[rows.count], rows.strides[rows.count] = size, stride
    rows.count += 1


cdef inline bint read_rows(Rows *rows, cnp.ndarray v, Layout layout) noexcept:
    """False if there are too many axes, or too few."""
    cdef int d = cnp.PyArray_NDIM(v), own = 1 if layout < COLUMNS else 2, i
    if not own <= d < MOST_AXES:
        return False
    rows.n, rows.step, rows.count = cnp.PyArray_DIM(v, d - own), cnp.PyArray_STRIDE(v, d - own), 0
    if layout == SHARED_ROWS:
        add_axis(rows, 1, 0)
    elif layout >= COLUMNS:
        add_axis(rows, cnp.PyArray_DIM(v, d - 1), cnp.PyArray_STRIDE(v, d - 1))
        if layout == SHARED_COLUMNS:
            add_axis(rows, 1, 0)
    for i in range(d - own):
        add_axis(rows, cnp.PyArray_DIM(v, d - own - 1 - i), cnp.PyArray_STRIDE(v, d - own - 1 - i))
    return True


cdef inline bint broadcast(Axes *axes, const Rows *a, const Rows *x) noexcept:
    """The axes of the result, without its strides; False if those of a and x do not fit."""
    cdef Py_ssize_t a_size, x_size
    cdef int i
    axes.count = max(a.count, x.count)
    for i in range(axes.count):
        a_size, x_size = a.size[i] if i < a.count else 1, x.size[i] if i < x.count else 1
        if a_size != x_size and a_size != 1 and x_size != 1:
            return False
        axes.size[i] = x_size if a_size == 1 else a_size
        axes.strides[0][i] = 0 if a_size == 1 else a.strides[i]
        axes.strides[1][i] = 0 if x_size == 1 else x.strides[i]
    return True


cdef inline bint continues(const Axes *axes, int outer, int inner) noexcept:
    """Whether one axis goes on where another ends, in all three arrays."""
    cdef int k
    for k in range(3):
        if axes.strides[k][outer] != axes.strides[k][inner] * axes.size[inner]:
            return False
    return True


cdef inline void move_axis(Axes *axes, int source, int target) noexcept:
    cdef int k
    axes.size[target] = axes.size[source]
    for k in range(3):
        axes.strides[k][target] = axes.strides[k][source]


cdef inline void merge(Axes *axes) noexcept:
    """As few axes as strides can tell, two at the least."""
    cdef int i, k, kept = axes.count
    if kept > 1:
        kept = 0
        for i in range(axes.count):
            if axes.size[i] == 1:
                continue
            if kept and continues(axes, i, kept - 1):
                axes.size[kept - 1] *= axes.size[i]
                continue
            if i != kept:
                move_axis(axes, i, kept)
            kept += 1
    while kept < 2:
        axes.size[kept] = 1
        for k in range(3):
            axes.strides[k][kept] = 0
        kept += 1
    axes.count = kept


cdef void longest_last(Axes *axes) noexcept:
    """The axes in order of their sizes, so that a kernel gets as many rows at once as there are."""
    cdef int i, k
    for i in range(1, axes.count):
        k = i
        while k and axes.size[k] > axes.size[k - 1]:
            move_axis(axes, k, MOST_AXES - 1)
            move_axis(axes, k - 1, k)
            move_axis(axes, MOST_AXES - 1, k - 1)
            k -= 1


cdef inline Py_ssize_t parts_of(const Axes *axes) noexcept:
    """How many parts of two axes there are; no product of sizes overflows, as there is a result of that size."""
    cdef Py_ssize_t parts = 1
    cdef int i
    for i in range(2, axes.count):
        parts *= axes.size[i]
    return parts


cdef struct Work:  # a job whose first two axes are those of each part
    RowDots job
    Axes axes
    Dtypes dtypes
    FloatRowDots row_dots  # NULL for integers; another thread may change the level


cdef inline RowDots part_at(const Work *work, Py_ssize_t index) noexcept nogil:
    cdef RowDots part = work.job
    cdef Py_ssize_t i, place
    for i in range(2, work.axes.count):
        place = index % work.axes.size[i]
        part.A += place * work.axes.strides[0][i]
        part.X += place * work.axes.strides[1][i]
        part.out += place * work.axes.strides[2][i]
        index //= work.axes.size[i]
    return part


cdef int do_parts(const Work *work, Py_ssize_t first, Py_ssize_t last) noexcept nogil:
    """Some parts; -1 if there is no memory to pack a panel in, 1 if an integer does not fit int64."""
    cdef RowDots part
    cdef int192 beyond
    cdef Py_ssize_t index
    for index in range(first, last):
        part = part_at(work, index)
        if work.row_dots is NULL:
            if not kernels().integer_row_dots(&part, work.dtypes.x, work.dtypes.y, &beyond):
                return 1
        elif work.row_dots(&part):
            return -1
    return 0


cdef inline int do_all(const Work *work, Py_ssize_t parts) noexcept nogil:
    if parts == 1 and work.row_dots is not NULL:  # as nearly always
        return work.row_dots(&work.job)
    return do_parts(work, 0, parts)


cdef inline int check(int failed) except -1:
    if failed < 0:
        raise MemoryError("onedot: no memory to pack a panel in")
    return failed


cdef class Parts:
    """A large job of many small parts: called with a range, it does those."""

    cdef Work work

    def __call__(self, Py_ssize_t first, Py_ssize_t last):
        cdef int failed
        with nogil:
            failed = do_parts(&self.work, first, last)
        check(failed)


cdef class Pieces:
    """A job as a list of pieces, slices of its two axes of results: called with a range, it does those."""

    cdef RowDots job
    cdef FloatRowDots row_dots
    cdef list pieces

    def __call__(self, Py_ssize_t first, Py_ssize_t last):
        cdef RowDots piece
        cdef Py_ssize_t s, m
        cdef int failed
        for stacks, rows in self.pieces[first:last]:
            s, m = stacks.start, rows.start
            piece = part_of(&self.job, s, m, stacks.stop - s, rows.stop - m)
            with nogil:
                failed = self.row_dots(&piece)
            check(failed)


cdef inline bint scattered(const RowDots *job, size_t size) noexcept nogil:
    """Whether elements must be gathered one by one, because a row's or x's do not lie side by side.

    A matrix product gathers the columns of X once for all rows of A.
    """
    cdef bint in_A = <size_t> job.A_strides[2] == size or <size_t> job.A_strides[1] == size
    cdef bint product = job.A_strides[0] == 0 and job.X_strides[1] == 0 and min(job.shape[0], job.shape[1]) >= GROUP
    return not in_A or not (<size_t> job.X_strides[2] == size or product and <size_t> job.X_strides[0] == size)


cdef int share_pieces(const RowDots *job, FloatRowDots row_dots, Py_ssize_t grain) except -1:
    """Do a large job in pieces of up to `grain` products, by as many threads as may be had."""
    cdef Pieces work = Pieces.__new__(Pieces)
    work.job, work.row_dots = job[0], row_dots
    work.pieces = batched.pieces(job.shape[0], job.shape[1], job.shape[2], grain)
    threads.share(work, len(work.pieces), 1)
    return 0


cdef int share(const Work *work, Py_ssize_t size, Py_ssize_t grain) except -1:
    """The same for many parts; the elements of operands have this size."""
    cdef Py_ssize_t parts = parts_of(&work.axes), products = work.job.shape[0] * work.job.shape[1] * work.job.shape[2]
    cdef Py_ssize_t index
    cdef Parts all_parts
    cdef RowDots part
    if scattered(&work.job, size):
        grain = min(grain, <Py_ssize_t> batched.GRAIN_SCATTERED)
    if parts > 1 and products <= DIRECT:
        all_parts = Parts.__new__(Parts)
        all_parts.work = work[0]
        threads.share(all_parts, parts, max(min(grain, <Py_ssize_t> batched.WORTH_A_THREAD) // products, 1))
        return 0
    for index in range(parts):
        part = part_at(work, index)
        share_pieces(&part, work.row_dots, grain)
    return 0


# A call -------------------------------------------------------------------------------------------------

cdef inline object new_result(int dtype, const Axes *axes):
    cdef cnp.npy_intp shape[MOST_AXES]
    cdef int i
    for i in range(axes.count):
        shape[axes.count - 1 - i] = axes.size[i]
    return cnp.PyArray_SimpleNew(axes.count, shape, number_of(dtype))


cdef inline void bounds(cnp.ndarray v, const char **first, const char **end) noexcept:
    """The memory that an array lies in."""
    cdef int i
    cdef Py_ssize_t reach
    first[0], end[0] = cnp.PyArray_BYTES(v), cnp.PyArray_BYTES(v) + cnp.PyArray_ITEMSIZE(v)
    for i in range(cnp.PyArray_NDIM(v)):
        reach = (cnp.PyArray_DIM(v, i) - 1) * cnp.PyArray_STRIDE(v, i)
        if reach < 0:
            first[0] += reach
        else:
            end[0] += reach


cdef bint apart(cnp.ndarray v, cnp.ndarray w) noexcept:
    """Whether two arrays lie in memory of their own."""
    cdef const char *v_first
    cdef const char *v_end
    cdef const char *w_first
    cdef const char *w_end
    bounds(v, &v_first, &v_end)
    bounds(w, &w_first, &w_end)
    return v_end <= w_first or w_end <= v_first


cdef bint distinct(cnp.ndarray v) noexcept:
    """Whether no element shares memory with another, where strides tell at once: the larger steps over the smaller."""
    cdef int i, k
    cdef Py_ssize_t step, other, reach
    for i in range(cnp.PyArray_NDIM(v)):
        step, reach = abs(cnp.PyArray_STRIDE(v, i)), cnp.PyArray_ITEMSIZE(v)
        if cnp.PyArray_DIM(v, i) < 2:
            continue
        for k in range(cnp.PyArray_NDIM(v)):
            other = abs(cnp.PyArray_STRIDE(v, k))
            if k != i and cnp.PyArray_DIM(v, k) > 1 and other <= step:
                reach += (cnp.PyArray_DIM(v, k) - 1) * other
        if step < reach:
            return False
    return True


cdef bint takes(cnp.ndarray out, const Axes *axes, int dtype):
    """Whether results of this dtype can be written to out as they come."""
    cdef int i, own = dtype_of(out)
    if (cnp.PyArray_NDIM(out) != axes.count or not cnp.PyArray_ISWRITEABLE(out) or not cnp.PyArray_ISALIGNED(out)
            or (own != dtype and not (dtype < FLOATS and own < WIDE_FLOATS and own < dtype))):
        return False
    for i in range(axes.count):
        if cnp.PyArray_DIM(out, axes.count - 1 - i) != axes.size[i]:
            return False
    return distinct(out)


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


cdef inline int do_work(Work *work, Py_ssize_t products, bint exact) except -1:
    """All of it; 1 if it is a job of integers for the face: a large one, or one with a result that does not fit."""
    cdef Py_ssize_t parts = parts_of(&work.axes)
    cdef int failed
    if products > DIRECT:
        if work.row_dots is NULL:
            return 1
        return share(work, 8 >> min(work.dtypes.x, FLOAT16), exact_face.GRAIN if exact else batched.GRAIN)
    if products < KEEP_GIL:
        return check(do_all(work, parts))
    with nogil:
        failed = do_all(work, parts)
    return check(failed)


cdef object products_of_rows(Function f, cnp.ndarray a, cnp.ndarray x, Dtypes dtypes, PyObject *out):
    """The dots of rows, in a new array or in out; None where that is for the face."""
    cdef Rows rows, others
    cdef Work work
    cdef cnp.ndarray result, to
    cdef bint halves = f.exact and dtypes.out >= WIDE_FLOATS and dtypes.out < FLOATS
    if (not read_rows(&rows, a, f.layouts[0]) or not read_rows(&others, x, f.layouts[1]) or rows.n != others.n
            or rows.n > DIRECT or not broadcast(&work.axes, &rows, &others)):
        return None
    if out is NULL:
        result = <cnp.ndarray> new_result(dtypes.out, &work.axes)
        work.job.out_dtype = dtypes.out
    else:
        result = <cnp.ndarray> out
        if not takes(result, &work.axes, dtypes.out) or not apart(result, a) or not apart(result, x):
            return None
        work.job.out_dtype = dtype_of(result)
        halves = halves and work.job.out_dtype == dtypes.out
    to = result
    if halves or (out is not NULL and dtypes.out >= FLOATS):
        to = <cnp.ndarray> new_result(FLOAT32 if halves else INT64, &work.axes)
    work.dtypes = dtypes
    work.row_dots = (NULL if dtypes.x >= FLOATS else kernels().exact_row_dots[dtypes.x] if f.exact
                     else kernels().row_dots[dtypes.x])
    if cnp.PyArray_SIZE(to):
        state(&work, a, x, to, &rows, &others)
        if do_work(&work, cnp.PyArray_SIZE(to) * max(rows.n, 1), f.exact):
            return None
    if to is not result:
        cnp.PyArray_CopyInto(result, to)
    return result


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
    x, y = <cnp.ndarray> side_by_side(x, f.layouts[0]), <cnp.ndarray> side_by_side(y, f.layouts[1])
    found = products_of_rows(f, x, y, dtypes, given.out)
    if found is None or given.out is not NULL:
        return found
    result = <cnp.ndarray> found
    return found if cnp.PyArray_NDIM(result) else cnp.PyArray_ToScalar(cnp.PyArray_DATA(result), result)


cdef inline bint fits_float32(int dtype) noexcept:
    return dtype <= UINT16 and dtype != FLOAT64 or dtype == BOOL


cdef object rows_in_pieces(Function f, object A, object x):
    """A vector with the rows of a matrix that would be too large a copy, some rows at a time; None for the face."""
    cdef Dtypes dtypes
    cdef int own, wanted
    cdef Py_ssize_t i, rows
    if (f.exact or f.exchanged or f.layouts[0] != ROWS or not usable() or not cnp.PyArray_CheckExact(A)
            or not cnp.PyArray_CheckExact(x) or cnp.PyArray_NDIM(<cnp.ndarray> A) != 2
            or cnp.PyArray_NDIM(<cnp.ndarray> x) != 1 or cnp.PyArray_DIM(<cnp.ndarray> A, 1) > PIECE
            or not COPIED < cnp.PyArray_SIZE(<cnp.ndarray> A) <= DIRECT):
        return None
    own, dtypes.y = dtype_of(<cnp.ndarray> A), dtype_of(<cnp.ndarray> x)
    if own == NO_DTYPE or dtypes.y == NO_DTYPE or own == dtypes.y or (own >= FLOATS and dtypes.y >= FLOATS):
        return None
    wanted = FLOAT32 if fits_float32(own) and fits_float32(dtypes.y) else FLOAT64
    vector = as_dtype(<cnp.ndarray> x, dtypes.y, wanted)
    if vector is None:
        return None
    dtypes.out = widened(own, dtypes.y, False)
    dtypes.x = dtypes.y = wanted
    result = cnp.PyArray_SimpleNew(1, cnp.PyArray_DIMS(<cnp.ndarray> A), number_of(dtypes.out))
    rows = PIECE // max(cnp.PyArray_DIM(<cnp.ndarray> A, 1), 1)
    for i in range(0, cnp.PyArray_DIM(<cnp.ndarray> A, 0), rows):
        piece, out = as_dtype(<cnp.ndarray> A[i:i + rows], own, wanted), result[i:i + rows]
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


cdef object enter_rows(Function f, PyObject **args, Py_ssize_t count, PyObject *names):
    cdef Dtypes dtypes
    cdef Keywords given = no_keywords()
    result = None
    if count == 2 and (names is NULL or read_keywords(f, args + 2, names, &given)):
        if (ready(args[0], args[1], f.exact, &dtypes) and cnp.PyArray_ISALIGNED(<cnp.ndarray> args[0])
                and cnp.PyArray_ISALIGNED(<cnp.ndarray> args[1])):
            result = rows_in_order(f, <cnp.ndarray> args[0], <cnp.ndarray> args[1], dtypes, given)
        else:
            pair = converted(f, args, &dtypes)
            if pair is not None:
                result = rows_in_order(f, <cnp.ndarray> pair[0], <cnp.ndarray> pair[1], dtypes, given)
            elif given.out is NULL and given.axis == -1 and f.of_vectors is None:
                result = rows_in_pieces(f, <object> args[0], <object> args[1])
    return from_face(f, args, count, names) if result is None else result
