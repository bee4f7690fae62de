# The best rows of a small search: one call for the ten of the face.

from libc.stdlib cimport free, malloc
from libc.string cimport memset


cdef inline bint is_small_search(cnp.ndarray x, cnp.ndarray q) noexcept:
    """Whether these are rows and one or more queries, and few enough products are asked for."""
    return (cnp.PyArray_NDIM(x) == 2 and 1 <= cnp.PyArray_NDIM(q) <= 2
            and cnp.PyArray_DIM(x, 1) == cnp.PyArray_DIM(q, cnp.PyArray_NDIM(q) - 1)
            and 0 < cnp.PyArray_SIZE(x) <= DIRECT and 0 < cnp.PyArray_SIZE(q) <= DIRECT
            and <int64_t> cnp.PyArray_SIZE(q) * cnp.PyArray_DIM(x, 0) <= DIRECT)


cdef inline object native(cnp.ndarray v):
    """v, aligned and in native byte order."""
    if cnp.PyArray_ISNOTSWAPPED(v) and cnp.PyArray_ISALIGNED(v):
        return v
    return converted_copy(v, cnp.PyArray_TYPE(v))


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


cdef struct SmallSearch:
    RowDots job    # all but where its results lie
    Dtypes dtypes  # of rows and queries as kernels read them together, and of scores
    int axes       # of queries


cdef inline void state_small(SmallSearch *of, cnp.ndarray x, cnp.ndarray q, Tier tier) noexcept:
    """The exact tier has float64 sums."""
    of.axes = cnp.PyArray_NDIM(q)
    state_search(&of.job, x, q, FLOAT64 if tier == EXACT else of.dtypes.out)


cdef object searched(object X, object Q, Tier tier, SmallSearch *of):
    """State a small search; what it reads, to be held meanwhile, or None for the face.

    The exact tier stands for what is computed from float32 or float64 only.
    """
    cdef cnp.ndarray x, q
    cdef int wanted
    if not (usable() and cnp.PyArray_CheckExact(X) and cnp.PyArray_CheckExact(Q)):
        return None
    x, q = <cnp.ndarray> X, <cnp.ndarray> Q
    of.dtypes.x, of.dtypes.y = dtype_of(x), dtype_of(q)
    if (of.dtypes.x == of.dtypes.y < WIDE_FLOATS and (tier != SINGLE or of.dtypes.x == FLOAT32)
            and cnp.PyArray_ISALIGNED(x) and cnp.PyArray_ISALIGNED(q) and is_small_search(x, q)):
        of.dtypes.out = of.dtypes.x
        state_small(of, x, q, tier)
        return X, Q
    x, q = <cnp.ndarray> private(x), <cnp.ndarray> private(q)
    of.dtypes.x, of.dtypes.y = dtype_in_any_order(x), dtype_in_any_order(q)
    if of.dtypes.x == NO_DTYPE or of.dtypes.y == NO_DTYPE or not is_small_search(x, q):
        return None
    if tier == SINGLE and not (is_narrow(of.dtypes.x) and is_narrow(of.dtypes.y)):
        return None
    if tier != EXACT and of.dtypes.x >= FLOATS and of.dtypes.y >= FLOATS:
        of.dtypes.out = INT64
        pair = native(x), native(q)
    else:
        wanted = widened(of.dtypes.x, of.dtypes.y, tier == EXACT)
        of.dtypes.out = FLOAT64 if wanted == FLOAT64 else FLOAT32  # of halves, too
        pair = as_dtype(x, of.dtypes.x, wanted), as_dtype(q, of.dtypes.y, wanted)
        of.dtypes.x = of.dtypes.y = wanted
    if pair[0] is None or pair[1] is None:
        return None
    state_small(of, <cnp.ndarray> pair[0], <cnp.ndarray> pair[1], tier)
    return pair


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


cdef object best_of_products(object X, object Q, Py_ssize_t count, Tier tier):
    """The best rows by their dot products, (scores, rows); None for the face."""
    cdef SmallSearch of
    cdef cnp.npy_intp shape[2]
    cdef cnp.ndarray scores, rows
    cdef int failed
    cdef char *best
    cdef long long *places
    memset(&of, 0, sizeof(of))  # compilers do not see that `searched` sets it
    held = searched(X, Q, tier, &of)
    if held is None or count > of.job.shape[1]:
        return None
    shape[0], shape[1] = of.job.shape[0], count
    scores = <cnp.ndarray> cnp.PyArray_SimpleNew(of.axes, shape + 2 - of.axes, number_of(of.dtypes.out))
    rows = <cnp.ndarray> cnp.PyArray_SimpleNew(of.axes, shape + 2 - of.axes, number_of(INT64))
    best, places = cnp.PyArray_BYTES(scores), <long long *> cnp.PyArray_DATA(rows)
    if of.job.shape[0] * of.job.shape[1] * of.job.shape[2] < KEEP_GIL:
        failed = search(&of.job, tier, &of.dtypes, best, places, count)
    else:
        with nogil:
            failed = search(&of.job, tier, &of.dtypes, best, places, count)
    return None if failed else (scores, rows)


cdef object best_of_cosines(object X, object Q, Py_ssize_t count, object squares):
    """The best rows by their cosines, (scores, rows); None for the face."""
    cdef cnp.npy_intp shape[2]
    cdef cnp.ndarray pairs, scores, rows
    cdef Py_ssize_t s, size
    found = all_pairs(X, Q, True, squares)
    if found is None:
        return None
    pairs = <cnp.ndarray> found
    cdef int axes = cnp.PyArray_NDIM(pairs), dtype = dtype_of(pairs)
    cdef Py_ssize_t m = cnp.PyArray_DIM(pairs, axes - 1)
    if count > m:
        return None
    shape[0], shape[1], size = cnp.PyArray_DIM(pairs, 0), count, cnp.PyArray_ITEMSIZE(pairs)
    scores = <cnp.ndarray> cnp.PyArray_SimpleNew(axes, shape + 2 - axes, cnp.PyArray_TYPE(pairs))
    rows = <cnp.ndarray> cnp.PyArray_SimpleNew(axes, shape + 2 - axes, number_of(INT64))
    for s in range(shape[0] if axes == 2 else 1):
        kernels().best(dtype, cnp.PyArray_BYTES(pairs) + s * m * size, m, cnp.PyArray_BYTES(scores) + s * count * size,
                       <long long *> cnp.PyArray_DATA(rows) + s * count, count)
    return scores, rows


def best_rows(X, Q, k, metric, tier, threshold, mask, squares=None):
    """What a search finds among rows, of which the squares may be known; None for the face."""
    cdef int overflow = 0
    cdef long long count
    if (threshold is not None or mask is not None or type(metric) is not str or type(tier) is not str
            or not PyLong_CheckExact(k)):
        return None
    count = PyLong_AsLongLongAndOverflow(k, &overflow)
    if overflow or count < 1:
        return None
    if metric == "cosine":
        return best_of_cosines(X, Q, count, squares) if tier == "law" else None
    if metric != "dot" or tier not in ("law", "single"):
        return None
    return best_of_products(X, Q, count, SINGLE if tier == "single" else LAW)
