# All distances or cosines of small matrices: one call for the forty of the face, which does what needs powers of two,
# and rows of zeros.

cdef double CANCELLED = 2.0 ** -6  # as in onedot._search.distances
cdef double NORMAL = 2.0 ** -250   # as in onedot._search.cosines


cdef inline bint is_plain_square(double square) noexcept nogil:
    return LEAST_SQUARE <= square <= GREATEST_SQUARE


cdef int own_dots(const char *rows, const Py_ssize_t *strides, Py_ssize_t count, Py_ssize_t n, int dtype,
                  double *out) noexcept nogil:
    """out[i] = rows[i]·rows[i]."""
    cdef RowDots job
    cdef int axis
    job.A = job.X = rows
    job.out, job.out_dtype = <char *> out, FLOAT64
    job.shape[0], job.shape[1], job.shape[2] = 1, count, n
    job.A_strides[0] = job.X_strides[0] = job.out_strides[0] = 0
    for axis in range(1, 3):
        job.A_strides[axis] = job.X_strides[axis] = strides[axis - 1]
    job.out_strides[1] = sizeof(double)
    return kernels().row_dots[dtype](&job)


cdef bint is_normal(const char *row, Py_ssize_t stride, Py_ssize_t n) noexcept nogil:
    """Whether no float64 of a row is so small that products of it underflow."""
    cdef Py_ssize_t i
    for i in range(n):
        if 0.0 < fabs((<const double *> (row + i * stride))[0]) < NORMAL:
            return False
    return True


cdef bint cosine_of_rows(const RowDots *job, int dtype, Py_ssize_t s, Py_ssize_t m, double sum, double of_query,
                         double of_row, double *found) noexcept nogil:
    """geometry.cosine from three dots; False where one has lost digits, or a row is zero."""
    if not (is_plain_square(of_query) and is_plain_square(of_row) and fabs(sum) <= GREAT):
        return False
    if fabs(sum) < FAINT and not (sum == 0.0 and (dtype == FLOAT32 or (
            is_normal(job.X + s * job.X_strides[0], job.X_strides[2], job.shape[2])
            and is_normal(job.A + m * job.A_strides[1], job.A_strides[2], job.shape[2])))):
        return False  # a sum of products that may have underflowed
    found[0] = min(max(sum / sqrt(of_query * of_row), -1.0), 1.0)
    return True


cdef inline bint distance_of(double sum, double of_query, double of_row, double *found) noexcept nogil:
    """The distance from three dots; False where they cancel, or one has lost digits."""
    cdef double together = of_query + of_row, square = together - 2.0 * sum
    found[0] = sqrt(square)
    return square >= CANCELLED * together and is_plain_square(together)


cdef inline double as_double(const char *number, int dtype) noexcept nogil:
    return (<const double *> number)[0] if dtype == FLOAT64 else (<const float *> number)[0]


cdef bint distance_of_rows(const RowDots *job, int dtype, Py_ssize_t s, Py_ssize_t m, double *apart,
                           double *found) noexcept nogil:
    """The norm of the difference of a row and a query; False where its square has lost digits."""
    cdef const char *row = job.A + m * job.A_strides[1]
    cdef const char *query = job.X + s * job.X_strides[0]
    cdef Py_ssize_t i, n = job.shape[2]
    cdef double square, x, y
    cdef bint same = True
    for i in range(n):
        x, y = as_double(row + i * job.A_strides[2], dtype), as_double(query + i * job.X_strides[2], dtype)
        apart[i] = x - y
        same = same and x == y
    square = kernels().dots[<int> FLOAT64](apart, sizeof(double), apart, sizeof(double), n)
    found[0] = sqrt(square)
    return same or is_plain_square(square)


cdef bint write_pairs(const RowDots *job, int dtype, bint cosines, const double *of_queries, const double *of_rows,
                      double *apart, void *out) noexcept nogil:
    """All results, in order, from dots in job.out and squares of queries and rows; False for the face."""
    cdef const double *sums = <const double *> job.out
    cdef Py_ssize_t s, m, at = 0
    cdef double found = 0.0
    for s in range(job.shape[0]):
        for m in range(job.shape[1]):
            if cosines:
                if not cosine_of_rows(job, dtype, s, m, sums[at], of_queries[s], of_rows[m], &found):
                    return False
            elif not distance_of(sums[at], of_queries[s], of_rows[m], &found):
                if not distance_of_rows(job, dtype, s, m, apart, &found):
                    return False
            if dtype == FLOAT64:
                (<double *> out)[at] = found
            else:
                (<float *> out)[at] = <float> found
            at += 1
    return True


cdef bint find_pairs(RowDots *job, int dtype, bint cosines, const double *known, double *room,
                     void *out) noexcept nogil:
    """All results, with room for the dots and squares of all rows and for one row; False for the face.

    `known` are the squares of rows, or NULL.
    """
    cdef Py_ssize_t q = job.shape[0], m = job.shape[1], n = job.shape[2]
    cdef double *of_queries = room + q * m
    cdef double *of_rows = of_queries + q
    cdef double *apart = of_rows + m
    cdef Py_ssize_t strides[2]
    strides[0], strides[1] = job.X_strides[0], job.X_strides[2]
    if own_dots(job.X, strides, q, n, dtype, of_queries):
        return False
    if known is NULL:
        if own_dots(job.A, job.A_strides + 1, m, n, dtype, of_rows):
            return False
        known = of_rows
    job.out = <char *> room
    return (kernels().row_dots[dtype](job) == 0
            and write_pairs(job, dtype, cosines, of_queries, known, apart, out))


cdef bint are_squares(object squares, Py_ssize_t rows) except -1:
    """Whether these are an array that can hold the squares of so many rows."""
    cdef cnp.ndarray v
    if not cnp.PyArray_CheckExact(squares):
        return False
    v = <cnp.ndarray> squares
    return (cnp.PyArray_ISCARRAY_RO(v) and dtype_of(v) == FLOAT64 and cnp.PyArray_NDIM(v) == 1
            and cnp.PyArray_DIM(v, 0) == rows)


def all_pairs(X, Q, bint cosines, squares=None):
    """cosines or distances of small matrices, whose rows may have known squares; None for the face."""
    cdef SmallSearch of
    cdef cnp.npy_intp shape[2]
    cdef cnp.ndarray pairs
    cdef const double *known = NULL
    cdef double *room
    cdef bint found
    memset(&of, 0, sizeof(of))  # compilers do not see that `searched` sets it
    held = searched(X, Q, EXACT, &of)
    if held is None:
        return None
    shape[0], shape[1] = of.job.shape[0], of.job.shape[1]
    if squares is not None and are_squares(squares, shape[1]):
        known = <const double *> cnp.PyArray_DATA(<cnp.ndarray> squares)
    pairs = <cnp.ndarray> cnp.PyArray_SimpleNew(of.axes, shape + 2 - of.axes, number_of(of.dtypes.x))
    room = <double *> malloc(((shape[0] + 1) * (shape[1] + 1) + of.job.shape[2]) * sizeof(double))
    if room is NULL:
        return None
    if shape[0] * shape[1] * of.job.shape[2] < KEEP_GIL:
        found = find_pairs(&of.job, of.dtypes.x, cosines, known, room, cnp.PyArray_DATA(pairs))
    else:
        with nogil:
            found = find_pairs(&of.job, of.dtypes.x, cosines, known, room, cnp.PyArray_DATA(pairs))
    free(room)
    return pairs if found else None
