# The best rows for many queries in less time than all scores by the law take: rough scores of all, of which few are
# kept, and the law's of those.

cdef extern from "single/kernels.h" nogil:
    enum: SINGLE_ROWS
    enum: ROUGH_PANELS
    enum: ROUGH_PART
    void rough_tile(const float *x, const float *a, Py_ssize_t panel_size, Py_ssize_t n, float *out,
                    Py_ssize_t out_row, bint more)
    void rough_add_squares(float *squares, const float *a, Py_ssize_t n)

cdef enum:
    ROUGH_STRIP = ROUGH_PANELS * single_width  # rows that meet the queries at once
    ROUGH_SCORES = 8 * ROUGH_STRIP             # of a query, before the best are kept

cdef struct RoughProduct:
    single_layout layout     # of a panel: single_width rows, their elements side by side
    float *queries           # packed: for each part of all rows, panel by panel
    float *strip             # a part of ROUGH_STRIP rows, packed
    float *scores            # [query][ROUGH_SCORES]
    float squares[ROUGH_STRIP]
    float factors[ROUGH_SCORES]  # 1 / |x| of each row; 0 where its square is out of range

cdef struct Kept:            # of one query: the rows whose scores are above `least`, all but NaN
    float *scores
    long long *places
    long long filled
    float least
    Py_ssize_t k             # are left
    Py_ssize_t room          # when there are so many


cdef void largest_first(float *scores, long long *places, Py_ssize_t n, Py_ssize_t k) noexcept nogil:
    """Have the k largest of n scores, none of them NaN, before the others (C. A. R. Hoare's Find)."""
    cdef Py_ssize_t i, j, low = 0, high = n - 1
    cdef float pivot, score
    cdef long long place
    while low < high:
        i, j, pivot = low, high, scores[(low + high) // 2]
        while i <= j:
            while scores[i] > pivot:
                i += 1
            while scores[j] < pivot:
                j -= 1
            if i <= j:
                score, place = scores[i], places[i]
                scores[i], places[i] = scores[j], places[j]
                scores[j], places[j] = score, place
                i, j = i + 1, j - 1
        if k <= j:
            high = j
        elif k > i:
            low = i
        else:
            return


cdef void keep_above(Kept *kept, const float *scores, long long first, Py_ssize_t count) noexcept nogil:
    """A heap would change with every score that is kept, which takes ten times as long."""
    cdef Py_ssize_t i = 0, at, end
    while i < count:
        end = min(i + FEWER, count)
        if any_above(scores + i, end - i, kept.least):
            for at in range(i, end):
                if scores[at] > kept.least:
                    kept.scores[kept.filled], kept.places[kept.filled] = scores[at], first + at
                    kept.filled += 1
                    if kept.filled == kept.room:
                        largest_first(kept.scores, kept.places, kept.room, kept.k)
                        kept.filled, kept.least = kept.k, least_of(kept.scores, kept.k)
        i = end


cdef inline float least_of(const float *scores, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t i
    cdef float least = scores[0]
    for i in range(1, n):
        least = min(least, scores[i])
    return least


cdef void pack_queries(RoughProduct *p, const narrow *q, Py_ssize_t row, Py_ssize_t column, Py_ssize_t queries,
                       Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t c = 0, j, count
    cdef float *to = p.queries
    while c < n:
        count, j = min(n - c, <Py_ssize_t> ROUGH_PART), 0
        while j < queries:
            pack_panel(to, &p.layout, at(at(q, row, j), column, c), row, column, queries - j, count)
            to += count * single_width
            j += single_width
        c += ROUGH_PART


cdef void score_strip(RoughProduct *p, const narrow *x, Py_ssize_t row, Py_ssize_t column, Py_ssize_t rows,
                      Py_ssize_t queries, Py_ssize_t n, float *out) noexcept nogil:
    """out[j * ROUGH_SCORES + i], nearly, of all queries j and ROUGH_STRIP rows i, of which some may be missing."""
    cdef Py_ssize_t c = 0, i, j, count
    cdef const float *q = p.queries
    memset(p.squares, 0, sizeof(p.squares))
    while c < n:
        count, i, j = min(n - c, <Py_ssize_t> ROUGH_PART), 0, 0
        while i < ROUGH_STRIP:
            pack_panel(p.strip + i * count, &p.layout, at(at(x, row, min(i, rows - 1)), column, c), row, column,
                       max(rows - i, <Py_ssize_t> 0), count)
            rough_add_squares(p.squares + i, p.strip + i * count, count)
            i += single_width
        while j < queries:
            rough_tile(q + j // single_width * single_width * count + j % single_width, p.strip, count * single_width,
                       count, out + j * ROUGH_SCORES, ROUGH_SCORES, c > 0)
            j += SINGLE_ROWS
        q += round_up(queries, single_width) * count
        c += ROUGH_PART


cdef void note_lengths(RoughProduct *p, Py_ssize_t first) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(ROUGH_STRIP):
        p.factors[first + i] = <float> (1.0 / sqrt(p.squares[i])) if 2.0 ** -90 < p.squares[i] < 2.0 ** 126 else 0.0


cdef void divide_by_lengths(const RoughProduct *p, float *scores, Py_ssize_t count) noexcept nogil:
    """Cosines times |q|; infinite where only the law knows them."""
    cdef Py_ssize_t i
    for i in range(count):
        scores[i] = scores[i] * p.factors[i] if p.factors[i] > 0.0 else <float> HUGE_VAL


cdef float largest_square(const RoughProduct *p, float largest) noexcept nogil:
    """That of the strip's rows or `largest`, infinite where one is infinite or NaN."""
    cdef Py_ssize_t i
    for i in range(ROUGH_STRIP):
        if not p.squares[i] <= largest:
            largest = p.squares[i] if p.squares[i] < HUGE_VAL else <float> HUGE_VAL
    return largest


cdef float keep_rough_of(RoughProduct *p, const narrow *x, const narrow *q, const RowDots *job, bint cosine,
                         long long first, Kept *kept) noexcept nogil:
    cdef Py_ssize_t i, j, m = 0, count, queries = job.shape[0], n = job.shape[2]
    cdef float largest = 0.0
    pack_queries(p, q, job.X_strides[0], job.X_strides[2], queries, n)
    while m < job.shape[1]:
        count, i = min(job.shape[1] - m, <Py_ssize_t> ROUGH_SCORES), 0
        while i < count:
            score_strip(p, at(x, job.A_strides[1], m + i), job.A_strides[1], job.A_strides[2], count - i, queries, n,
                        p.scores + i)
            largest = largest_square(p, largest)
            note_lengths(p, i)
            i += ROUGH_STRIP
        for j in range(queries):
            if cosine:
                divide_by_lengths(p, p.scores + j * ROUGH_SCORES, count)
            keep_above(kept + j, p.scores + j * ROUGH_SCORES, first + m, count)
        m += count
    return largest


cdef float keep_rough(const RowDots *job, int dtype, bint cosine, long long first, Kept *kept) noexcept nogil:
    """The largest square of a row, nearly; -1 if there is no memory to pack panels in."""
    cdef RoughProduct p
    cdef Py_ssize_t queries = round_up(job.shape[0], single_width)
    cdef Py_ssize_t packed = queries * job.shape[2], strip = ROUGH_STRIP * min(job.shape[2], <Py_ssize_t> ROUGH_PART)
    cdef char *memory = <char *> take_workspace((packed + strip + queries * ROUGH_SCORES) * sizeof(float) + CACHE_LINE)
    cdef float largest
    if memory is NULL:
        return -1.0
    p.layout.place, p.layout.lane, p.layout.step = in_order, single_width, LANES * single_width
    p.strip = <float *> on_cache_line(memory)
    p.scores = p.strip + strip
    p.queries = p.scores + queries * ROUGH_SCORES
    if dtype == FLOAT32:
        largest = keep_rough_of(&p, <const float *> job.A, <const float *> job.X, job, cosine, first, kept)
    elif dtype == FLOAT16:
        largest = keep_rough_of(&p, <const float16 *> job.A, <const float16 *> job.X, job, cosine, first, kept)
    else:
        largest = keep_rough_of(&p, <const bfloat16 *> job.A, <const bfloat16 *> job.X, job, cosine, first, kept)
    leave_workspace(memory)
    return largest


cdef RowDots job_of_queries(object X, object Q):
    """Rows (m, n) and queries (s, n), as the rows A[m] and X[s] of a job."""
    cdef RowDots job
    job.A, job.X = data(X), data(Q)
    job.shape[0], job.shape[1], job.shape[2] = cnp.PyArray_DIM(Q, 0), cnp.PyArray_DIM(X, 0), cnp.PyArray_DIM(X, 1)
    job.A_strides[1], job.A_strides[2] = cnp.PyArray_STRIDE(X, 0), cnp.PyArray_STRIDE(X, 1)
    job.X_strides[0], job.X_strides[2] = cnp.PyArray_STRIDE(Q, 0), cnp.PyArray_STRIDE(Q, 1)
    return job


rough_part = ROUGH_PART


def keep_above_roughly(X, Q, bint cosine, long long first, Py_ssize_t k, float[:, ::1] scores, long long[:, ::1] places,
                       long long[::1] filled, float[::1] least):
    """Add rows of X, numbered from `first` on, to those kept of each query: all whose score is above least[q].

    Scores are X[i]·Q[q] of float32 or halves in any order of work, or their cosines times |Q[q]|, infinite where the
    square of a row is out of range. Where there is no more room for them, k are left.
    Returns the largest X[i]·X[i], nearly, infinite if one is NaN.
    """
    cdef RowDots job = job_of_queries(X, Q)
    cdef int dtype = dtype_of(X)
    cdef float largest
    cdef Py_ssize_t j, queries = scores.shape[0]
    cdef Kept *kept = <Kept *> malloc(queries * sizeof(Kept))
    if kept is NULL:
        raise MemoryError("keep_above_roughly: no memory")
    for j in range(queries):
        kept[j].scores, kept[j].places = &scores[j, 0], &places[j, 0]
        kept[j].filled, kept[j].least, kept[j].k, kept[j].room = filled[j], least[j], k, scores.shape[1]
    with nogil:
        largest = keep_rough(&job, dtype, cosine, first, kept)
    for j in range(queries):
        filled[j], least[j] = kept[j].filled, kept[j].least
    free(kept)
    if largest < 0.0:
        raise MemoryError("keep_above_roughly: no memory to pack panels in")
    return largest


cdef void best_of_kept(const RowDots *job, Py_ssize_t s, FloatDot dot_of_dtype, const Kept *kept, float *best,
                       long long *rows) noexcept nogil:
    """The best k by the law for query s of those whose rough score is `least` or more, best first."""
    cdef Py_ssize_t i, at_heap, count = 0, k = kept.k
    cdef float score
    for i in range(kept.filled):
        if not kept.scores[i] >= kept.least:  # NaN, if all rows are to be scored
            continue
        score = <float> dot_of_dtype(job.A + kept.places[i] * job.A_strides[1], job.A_strides[2],
                                     job.X + s * job.X_strides[0], job.X_strides[2], job.shape[2])
        count += 1
        if count <= k:
            best[count - 1], rows[count - 1] = score, kept.places[i]
            if count == k:
                for at_heap in range(k // 2 - 1, -1, -1):
                    sift(best, rows, at_heap, k)
        elif ranks_below(best[0], rows[0], score, kept.places[i]):
            best[0], rows[0] = score, kept.places[i]
            sift(best, rows, 0, k)
    sort_heap(best, rows, min(count, k))


def best_of_rows(X, Q, float[:, ::1] scores, long long[:, ::1] places, const float[::1] least, float[:, ::1] best,
                 long long[:, ::1] rows):
    """best[q], rows[q] = the best by dots with Q[q] of the rows places[q] whose scores[q] are least[q] or more."""
    cdef RowDots job = job_of_queries(X, Q)
    cdef FloatDot dot_of_dtype = c_functions.dots[dtype_of(X)]
    cdef Kept kept
    cdef Py_ssize_t s
    kept.k, kept.filled = best.shape[1], scores.shape[1]
    with nogil:
        for s in range(job.shape[0]):
            kept.scores, kept.places, kept.least = &scores[s, 0], &places[s, 0], least[s]
            best_of_kept(&job, s, dot_of_dtype, &kept, &best[s, 0], &rows[s, 0])
