# The dots of CSR rows with several vectors of weights, for which each row is read once, and the place of the largest.

cdef extern from "tiles/training.h" nogil:
    ctypedef struct csr_units:
        const double *W   # the weights of each column side by side
        Py_ssize_t units  # vectors, as many as fill registers
        Py_ssize_t blocks
        Py_ssize_t width
        double largest    # of all |W|
        bint are_whole    # whether all weights are whole numbers
        double *lanes     # of one block
        double *partials
    ctypedef struct rough_units:
        const float *W
        Py_ssize_t units
        double underflow
        double largest_bias
        double *bias
        bint are_whole
    enum: MOST_UNITS
    double weights_size(const double *w, Py_ssize_t n, double largest, bint *whole)
    void f64_lay_columns(const double *W, Py_ssize_t d, Py_ssize_t count, Py_ssize_t n, double *out, Py_ssize_t units)
    void f32_lay_columns(const double *W, Py_ssize_t d, Py_ssize_t count, Py_ssize_t n, float *out, Py_ssize_t units)
    void lay_magnitudes(const double *W, Py_ssize_t d, Py_ssize_t count, Py_ssize_t n, float *out, Py_ssize_t units)
    Py_ssize_t f64_i32_rough_place(const double *x, const int *at, Py_ssize_t n, Py_ssize_t left, const rough_units *r)
    Py_ssize_t f64_i64_rough_place(const double *x, const long long *at, Py_ssize_t n, Py_ssize_t left,
                                   const rough_units *r)
    Py_ssize_t f32_i32_rough_place(const float *x, const int *at, Py_ssize_t n, Py_ssize_t left, const rough_units *r)
    Py_ssize_t f32_i64_rough_place(const float *x, const long long *at, Py_ssize_t n, Py_ssize_t left,
                                   const rough_units *r)
    void f64_i32_csr_dots(const double *x, const int *c, const int *at, Py_ssize_t n, const csr_units *s)
    void f64_i64_csr_dots(const double *x, const long long *c, const long long *at, Py_ssize_t n, const csr_units *s)
    void f32_i32_csr_dots(const float *x, const int *c, const int *at, Py_ssize_t n, const csr_units *s)
    void f32_i64_csr_dots(const float *x, const long long *c, const long long *at, Py_ssize_t n, const csr_units *s)
    double f64_i32_csr_sums(const double *x, const int *at, Py_ssize_t n, const csr_units *s)
    double f64_i32_csr_whole_sums(const double *x, const int *at, Py_ssize_t n, const csr_units *s)
    double f64_i64_csr_sums(const double *x, const long long *at, Py_ssize_t n, const csr_units *s)
    double f64_i64_csr_whole_sums(const double *x, const long long *at, Py_ssize_t n, const csr_units *s)
    double f32_i32_csr_sums(const float *x, const int *at, Py_ssize_t n, const csr_units *s)
    double f32_i32_csr_whole_sums(const float *x, const int *at, Py_ssize_t n, const csr_units *s)
    double f32_i64_csr_sums(const float *x, const long long *at, Py_ssize_t n, const csr_units *s)
    double f32_i64_csr_whole_sums(const float *x, const long long *at, Py_ssize_t n, const csr_units *s)

cdef struct Scores:
    Rows rows
    csr_units of
    const char *at          # where the weights of each element are, if not in the place of its column
    double *out             # scores, a row of them for each of the matrix, `columns` of its `stride` bytes; or none
    float *narrow           # or scores rounded to float32
    Py_ssize_t columns
    Py_ssize_t stride
    const double *bias      # of each unit
    Py_ssize_t biases
    double largest_bias
    Py_ssize_t *places      # of the largest score and its bias, one a row


cdef void *allocate_scores(Scores *s) except NULL:
    """Memory for the lanes and sums of a row, from a cache line on."""
    cdef char *memory
    cdef Py_ssize_t doubles
    s.of.blocks = pieces(s.rows.d, BLOCK)
    s.of.width = power_of_two(s.of.blocks)
    doubles = (LANES + s.of.width) * s.of.units
    memory = <char *> malloc(CACHE_LINE + doubles * sizeof(double))
    if memory is NULL:
        raise MemoryError("onedot: no memory for the sums of a row")
    s.of.lanes = <double *> on_cache_line(memory)
    s.of.partials = s.of.lanes + LANES * s.of.units
    memset(s.of.lanes, 0, doubles * sizeof(double))
    return memory


cdef inline void fetch_weights(const index *at, const Scores *s, Py_ssize_t i) noexcept nogil:
    """Fetch the weights of a row while the one before is at work, whose branches the CPU cannot foresee."""
    cdef const char *weights
    cdef Py_ssize_t k, line
    for k in range(s.rows.indptr[i], s.rows.indptr[i + 1]):
        weights = <const char *> (s.of.W + at[k] * s.of.units)
        for line in range(pieces(s.of.units * sizeof(double), CACHE_LINE)):
            PREFETCH(weights + line * CACHE_LINE)


cdef inline void row_dots_of_units(const element *x, const index *columns, const index *at, Py_ssize_t n,
                                   const csr_units *of) noexcept nogil:
    """The dots of a row by the law, into the partials."""
    if element is double:
        if index is int:
            f64_i32_csr_dots(x, columns, at, n, of)
        else:
            f64_i64_csr_dots(x, <const long long *> columns, <const long long *> at, n, of)
    elif index is int:
        f32_i32_csr_dots(x, columns, at, n, of)
    else:
        f32_i64_csr_dots(x, <const long long *> columns, <const long long *> at, n, of)


cdef inline double row_sums_of_units(const element *x, const index *at, Py_ssize_t n,
                                     const csr_units *of) noexcept nogil:
    """The same in whatever order; returns a bound on their magnitudes."""
    if element is double:
        if index is int:
            return f64_i32_csr_sums(x, at, n, of)
        else:
            return f64_i64_csr_sums(x, <const long long *> at, n, of)
    elif index is int:
        return f32_i32_csr_sums(x, at, n, of)
    else:
        return f32_i64_csr_sums(x, <const long long *> at, n, of)


cdef inline bint write_whole_dots(const element *x, const index *at, Py_ssize_t n,
                                  const csr_units *of) noexcept nogil:
    """The same; returns whether these are the dots by the law, since no order of whole numbers is rounded."""
    if not of.are_whole:
        return False
    if element is double:
        if index is int:
            return f64_i32_csr_whole_sums(x, at, n, of) == 0.0
        else:
            return f64_i64_csr_whole_sums(x, <const long long *> at, n, of) == 0.0
    elif index is int:
        return f32_i32_csr_whole_sums(x, at, n, of) == 0.0
    else:
        return f32_i64_csr_whole_sums(x, <const long long *> at, n, of) == 0.0


cdef inline bint clearly_largest(const double *sums, const Scores *s, double allowed, Py_ssize_t *place) noexcept nogil:
    """Which sum is the largest, with its bias; whether it is so by more than is allowed."""
    cdef double score, most = sums[0] + s.bias[0], second = -HUGE_VAL
    cdef Py_ssize_t k
    place[0] = 0
    for k in range(1, s.biases):
        score = sums[k] + s.bias[k]
        if score > most:
            second, most, place[0] = most, score, k
        elif score > second:
            second = score
    return most - second > allowed  # false for NaN, too


cdef inline bint largest_place(const element *x, const index *columns, const index *at, Py_ssize_t n, const Scores *s,
                               Py_ssize_t *place) noexcept nogil:
    """The place of the first largest score; False if one of them is not finite.

    Two sums are each off by no more than csr_estimate has it, so a lead of more than twice as much is one by the law.
    """
    cdef double size = row_sums_of_units(x, at, n, &s.of), score
    cdef Py_ssize_t k
    if clearly_largest(s.of.partials, s, 2.0 * sum_bound(n, size + s.largest_bias), place):
        return True
    if not write_whole_dots(x, at, n, &s.of):
        row_dots_of_units(x, columns, at, n, &s.of)
    for k in range(s.biases):
        score = s.of.partials[k] + s.bias[k]
        if not finite(score):
            return False
    clearly_largest(s.of.partials, s, 0.0, place)
    return True


cdef inline bint write_narrow(const element *x, const index *at, Py_ssize_t n, const Scores *s,
                              float *out) noexcept nogil:
    """The scores of a row rounded to float32, if sums in whatever order decide all of them; whether they do."""
    cdef double bound = sum_bound(n, row_sums_of_units(x, at, n, &s.of))
    cdef Py_ssize_t k
    for k in range(s.columns):
        if not rounds_alike(s.of.partials[k], bound, out + k):
            return False
    return True


cdef inline void write_scores(const element *x, const index *columns, const index *at, Py_ssize_t n,
                              const Scores *s, Py_ssize_t i) noexcept nogil:
    """The scores of row i, of n elements."""
    cdef double *out = <double *> (<char *> s.out + i * s.stride)
    cdef float *narrow = <float *> (<char *> s.narrow + i * s.stride)
    cdef Py_ssize_t k
    if s.narrow is not NULL:
        if write_narrow(x, at, n, s, narrow):
            return
        if not write_whole_dots(x, at, n, &s.of):
            row_dots_of_units(x, columns, at, n, &s.of)
        for k in range(s.columns):
            narrow[k] = <float> s.of.partials[k]
        return
    if not write_whole_dots(x, at, n, &s.of):
        row_dots_of_units(x, columns, at, n, &s.of)
    memcpy(out, s.of.partials, s.columns * sizeof(double))


cdef Py_ssize_t score_rows(const element *data, const index *indices, Scores *s, Py_ssize_t n) noexcept nogil:
    """Write scores or places; returns how many rows are done."""
    cdef const index *at = <const index *> s.at if s.at is not NULL else indices
    cdef Py_ssize_t i, start, count
    for i in range(n):
        start = s.rows.indptr[i]
        count = s.rows.indptr[i + 1] - start
        if i + 1 < n:
            fetch_weights(at, s, i + 1)
        if s.places is NULL:
            write_scores(data + start, indices + start, at + start, count, s, i)
        elif not largest_place(data + start, indices + start, at + start, count, s, s.places + i):
            return i
    return n


cdef Py_ssize_t run_scores(Scores *s, Py_ssize_t n) noexcept nogil:
    if s.rows.is_double:
        if s.rows.index_size == 4:
            return score_rows(<const double *> s.rows.data, <const int *> s.rows.indices, s, n)
        return score_rows(<const double *> s.rows.data, <const long long *> s.rows.indices, s, n)
    if s.rows.index_size == 4:
        return score_rows(<const float *> s.rows.data, <const int *> s.rows.indices, s, n)
    return score_rows(<const float *> s.rows.data, <const long long *> s.rows.indices, s, n)


cdef const void *read_places(object at) except NULL:
    cdef const int[::1] places_32
    cdef const long long[::1] places_64
    if at.itemsize == 4:
        places_32 = at
        return &places_32[0]
    places_64 = at
    return &places_64[0]


cdef int read_scores(object X, weights, Scores *s) except -1:
    cdef const double[:, ::1] W = weights[0]
    memset(s, 0, sizeof(s[0]))
    read_rows(X, &s.rows)
    s.of.W, s.of.units = &W[0, 0] if W.shape[0] else NULL, W.shape[1]
    s.of.largest, s.of.are_whole = weights[1], weights[2]
    if len(X) > 4 and len(X[4]):
        s.at = <const char *> read_places(X[4])
    return 0


def interleave(const double[:, ::1] W, columns):
    """columns[j, k] = W[k, j], and zeros behind; returns the largest |W[k, j]|, infinite if one is not finite, and
    whether all are whole numbers that float64 can add up.

    If columns are float32, weights are rounded, and the last of each is the largest magnitude, but at least 2**-126.
    """
    cdef double[:, ::1] wide
    cdef float[:, ::1] narrow
    cdef double *out = NULL
    cdef float *rounded = NULL
    cdef double largest = 0.0
    cdef bint whole = True
    cdef Py_ssize_t k, n, start = 0, count = W.shape[0], d = W.shape[1], units = columns.shape[1]
    if not d:
        return largest, True
    if columns.itemsize == 8:
        wide = columns
        out = &wide[0, 0]
    else:
        narrow = columns
        rounded = &narrow[0, 0]
    with nogil:
        while start < d:
            n = min(d - start, <Py_ssize_t> INTERLEAVED)
            if out is not NULL:
                f64_lay_columns(&W[0, start], d, count, n, out + start * units, units)
            else:
                f32_lay_columns(&W[0, start], d, count, n, rounded + start * units, units)
                lay_magnitudes(&W[0, start], d, count, n, rounded + (start + 1) * units - 1, units)
            for k in range(count):
                largest = weights_size(&W[k, start], n, largest, &whole)
            start += n
    return largest, bool(whole and largest < 2251799813685248.0)


def scores(X, weights, out):
    """out[i, k] = the dot of row i of a CSR matrix and columns[:, k], rounded to the type of out: float64 or float32.

    The weights are what interleave has made; each row of out is contiguous.
    """
    cdef Scores s
    cdef void *memory
    cdef double[:, :] wide
    cdef float[:, :] narrow
    cdef Py_ssize_t count = len(out)
    if not count:
        return
    read_scores(X, weights, &s)
    s.columns, s.stride = out.shape[1], out.strides[0]
    if out.itemsize == 8:
        wide = out
        s.out = &wide[0, 0]
    else:
        narrow = out
        s.narrow = &narrow[0, 0]
    memory = allocate_scores(&s)
    with nogil:
        run_scores(&s, count)
    free(memory)


def places(X, weights, const double[::1] bias, Py_ssize_t[::1] out):
    """out[i] = the first place of the largest score of row i and its bias; returns how many rows are done."""
    cdef Scores s
    cdef void *memory
    cdef Py_ssize_t k, done
    if not out.shape[0]:
        return 0
    read_scores(X, weights, &s)
    s.bias, s.biases, s.places = &bias[0], bias.shape[0], &out[0]
    for k in range(s.biases):
        s.largest_bias = max(s.largest_bias, fabs(bias[k]))
    memory = allocate_scores(&s)
    with nogil:
        done = run_scores(&s, out.shape[0])
    free(memory)
    return done


cdef struct Leaders:
    rough_units of
    Rows rows
    const char *at      # as in Scores
    Py_ssize_t *places  # to be found, one a row


cdef inline Py_ssize_t rough_place(const element *x, const index *at, Py_ssize_t n, Py_ssize_t left,
                                   const rough_units *of) noexcept nogil:
    """The place of the first largest score of a row of n elements, of `left` to the end; -1 where it is in doubt."""
    if element is double:
        if index is int:
            return f64_i32_rough_place(x, at, n, left, of)
        else:
            return f64_i64_rough_place(x, <const long long *> at, n, left, of)
    elif index is int:
        return f32_i32_rough_place(x, at, n, left, of)
    else:
        return f32_i64_rough_place(x, <const long long *> at, n, left, of)


cdef Py_ssize_t place_rows(const element *data, const index *indices, Leaders *s, Py_ssize_t n) noexcept nogil:
    """The places of n rows; returns how many are in doubt."""
    cdef const index *at = <const index *> s.at if s.at is not NULL else indices
    cdef const long long *starts = s.rows.indptr
    cdef Py_ssize_t i, doubts = 0
    for i in range(n):
        s.places[i] = rough_place(data + starts[i], at + starts[i], starts[i + 1] - starts[i],
                                  starts[n] - starts[i], &s.of)
        doubts += s.places[i] < 0
    return doubts


cdef Py_ssize_t run_places(Leaders *s, Py_ssize_t n) noexcept nogil:
    if s.rows.is_double:
        if s.rows.index_size == 4:
            return place_rows(<const double *> s.rows.data, <const int *> s.rows.indices, s, n)
        return place_rows(<const double *> s.rows.data, <const long long *> s.rows.indices, s, n)
    if s.rows.index_size == 4:
        return place_rows(<const float *> s.rows.data, <const int *> s.rows.indices, s, n)
    return place_rows(<const float *> s.rows.data, <const long long *> s.rows.indices, s, n)


def rough_places(X, weights, const double[::1] bias, Py_ssize_t[::1] out):
    """out[i] = the first place of the largest score of row i and its bias, or -1 where sums in float32 leave it in
    doubt; returns how many they leave so. The weights are what interleave has made of float32; biases are finite.

    Weights of 2**100 or more leave all rows in doubt.
    """
    cdef Leaders s
    cdef double largest
    cdef Py_ssize_t k, doubts, n = out.shape[0]
    cdef const float[:, ::1] W = weights[0]
    memset(&s, 0, sizeof(s))
    largest = weights[1]
    if not n or not largest < 2.0 ** 100:
        out[:] = -1
        return n
    read_rows(X, &s.rows)
    s.of.W, s.of.units = &W[0, 0] if W.shape[0] else NULL, W.shape[1]
    s.of.underflow = 2.0 ** -148 * (largest + 1.0)
    s.of.are_whole = weights[2] and largest < 16777216.0
    for k in range(MOST_UNITS):
        s.of.bias[k] = bias[k] if k < bias.shape[0] else -HUGE_VAL
        if k < bias.shape[0]:
            s.of.largest_bias = max(s.of.largest_bias, fabs(bias[k]))
    if len(X) > 4 and len(X[4]):
        s.at = <const char *> read_places(X[4])
    s.places = &out[0]
    with nogil:
        doubts = run_places(&s, n)
    return doubts
