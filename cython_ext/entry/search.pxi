# The best rows of a small search whose arrays are ready: one call for the ten of the face.

from libc.stdlib cimport free, malloc


cdef inline bint is_search(object X, object Q, Tier tier, Dtypes *dtypes):
    """Whether kernels can read rows and queries, and few enough products are asked for."""
    cdef cnp.ndarray x, q
    if not ready(<PyObject *> X, <PyObject *> Q, tier, dtypes) or dtypes.x != dtypes.y:
        return False
    if dtypes.out != INT64 and dtypes.out != FLOAT64:
        dtypes.out = FLOAT32  # of halves, too
    x, q = <cnp.ndarray> X, <cnp.ndarray> Q
    return (cnp.PyArray_NDIM(x) == 2 and 1 <= cnp.PyArray_NDIM(q) <= 2 and cnp.PyArray_ISALIGNED(x)
            and cnp.PyArray_ISALIGNED(q) and cnp.PyArray_DIM(x, 1) == cnp.PyArray_DIM(q, cnp.PyArray_NDIM(q) - 1)
            and 0 < cnp.PyArray_SIZE(x) <= DIRECT and 0 < cnp.PyArray_SIZE(q) <= DIRECT
            and <int64_t> cnp.PyArray_SIZE(q) * cnp.PyArray_DIM(x, 0) <= DIRECT)


cdef inline void state_search(RowDots *job, cnp.ndarray x, cnp.ndarray q, int dtype) noexcept:
    """out[s, m] = the score of query s and row m, all but where out lies."""
    cdef int last = cnp.PyArray_NDIM(q) - 1
    job.A, job.X, job.out_dtype = cnp.PyArray_BYTES(x), cnp.PyArray_BYTES(q), dtype
    job.shape[0] = cnp.PyArray_DIM(q, 0) if last else 1
    job.shape[1], job.shape[2] = cnp.PyArray_DIM(x, 0), cnp.PyArray_DIM(x, 1)
    job.A_strides[0], job.A_strides[1], job.A_strides[2] = 0, cnp.PyArray_STRIDE(x, 0), cnp.PyArray_STRIDE(x, 1)
    job.X_strides[0] = cnp.PyArray_STRIDE(q, 0) if last else 0
    job.X_strides[1], job.X_strides[2] = 0, cnp.PyArray_STRIDE(q, last)
    job.out_strides[1] = sizeof(float) if dtype == FLOAT32 else sizeof(double)
    job.out_strides[0] = job.shape[1] * job.out_strides[1]


cdef inline bint one_meets_rows(const RowDots *job) noexcept nogil:
    """Whether one query of contiguous float32 meets contiguous rows."""
    return (job.shape[0] == 1 and <size_t> job.A_strides[2] == sizeof(float)
            and <size_t> job.X_strides[2] == sizeof(float))


cdef int search_all(const KernelTable *table, const RowDots *job, Tier tier, const Dtypes *dtypes, char *best,
                    long long *rows, Py_ssize_t k) noexcept nogil:
    """The k best of each query, from all scores; not 0 if a score does not fit int64, or there is no memory."""
    cdef int192 beyond
    cdef Py_ssize_t s
    if dtypes.x < FLOATS:
        if (table.single_row_dots[dtypes.x] if tier == SINGLE else table.row_dots[dtypes.x])(job):
            return 1
    elif not table.integer_row_dots(job, dtypes.x, dtypes.y, &beyond):
        return 1
    for s in range(job.shape[0]):
        table.best(job.out_dtype, job.out + s * job.out_strides[0], job.shape[1], best + s * k * job.out_strides[1],
                   rows + s * k, k)
    return 0


cdef int search(RowDots *job, Tier tier, const Dtypes *dtypes, char *best, long long *rows,
                Py_ssize_t k) noexcept nogil:
    """The k best of each query; not 0 if a score does not fit int64, or there is no memory."""
    cdef const KernelTable *table = kernels()
    cdef int failed
    if tier == LAW and dtypes.x == FLOAT32 and one_meets_rows(job) and table.best_by_bound(
            <const float *> job.A, job.A_strides[1], <const float *> job.X, job.shape[2], job.shape[1], <float *> best,
            rows, k):
        return 0
    job.out = <char *> malloc(job.shape[0] * job.out_strides[0])
    if job.out is NULL:
        return 1
    failed = search_all(table, job, tier, dtypes, best, rows, k)
    free(job.out)
    return failed


def best_rows(X, Q, k, metric, tier, threshold, mask):
    """What a search finds; None for the face."""
    cdef RowDots job
    cdef Dtypes dtypes
    cdef cnp.npy_intp shape[2]
    cdef cnp.ndarray scores, rows
    cdef int axes, failed, overflow = 0
    cdef long long count
    cdef Tier of_scores
    cdef char *best
    cdef long long *places
    if (threshold is not None or mask is not None or type(metric) is not str or type(tier) is not str
            or metric != "dot" or tier not in ("law", "single") or not PyLong_CheckExact(k)):
        return None
    of_scores = SINGLE if tier == "single" else LAW
    if not is_search(X, Q, of_scores, &dtypes):
        return None
    state_search(&job, <cnp.ndarray> X, <cnp.ndarray> Q, dtypes.out)
    count = PyLong_AsLongLongAndOverflow(k, &overflow)
    if overflow or not 1 <= count <= job.shape[1]:
        return None
    axes, shape[0], shape[1] = cnp.PyArray_NDIM(<cnp.ndarray> Q), job.shape[0], count
    scores = <cnp.ndarray> cnp.PyArray_SimpleNew(axes, shape + 2 - axes, number_of(dtypes.out))
    rows = <cnp.ndarray> cnp.PyArray_SimpleNew(axes, shape + 2 - axes, number_of(INT64))
    best, places = cnp.PyArray_BYTES(scores), <long long *> cnp.PyArray_DATA(rows)
    if job.shape[0] * job.shape[1] * job.shape[2] < KEEP_GIL:
        failed = search(&job, of_scores, &dtypes, best, places, count)
    else:
        with nogil:
            failed = search(&job, of_scores, &dtypes, best, places, count)
    return None if failed else (scores, rows)
