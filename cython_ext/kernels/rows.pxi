# Dots of many pairs of rows: out[s, m] = dot(A[s, m], X[s, m]), by the cheapest way their layout allows.

cdef extern from "tiles/sums.h" nogil:
    enum: f64_width
    enum: q64_width
    enum: f32_width
    enum: w32_width
    bint wide_floats  # whether long rows of float32 that share x are summed in the widest registers
    void choose_wide_floats(bint on)
    Py_ssize_t w32_sharing(Py_ssize_t n)
    void w32_shared_row_sums(const float *a, Py_ssize_t next_row, Py_ssize_t apart, const float *x, Py_ssize_t n,
                             Py_ssize_t sharing, double *out)
    Py_ssize_t f64_sharing(Py_ssize_t n)
    Py_ssize_t f32_sharing(Py_ssize_t n)
    bint f64_short_row_sums(const double *a, Py_ssize_t a_row, const double *x, Py_ssize_t x_row, Py_ssize_t n,
                            Py_ssize_t rows, double *out)
    bint q64_short_row_sums(const double *a, Py_ssize_t a_row, const double *x, Py_ssize_t x_row, Py_ssize_t n,
                            Py_ssize_t rows, double *out)
    bint f32_short_row_sums(const float *a, Py_ssize_t a_row, const float *x, Py_ssize_t x_row, Py_ssize_t n,
                            Py_ssize_t rows, double *out)
    void f64_tiny_rows(const double *a, const double *x, Py_ssize_t n, Py_ssize_t rows, double *out)
    void f32_tiny_rows(const float *a, const float *x, Py_ssize_t n, Py_ssize_t rows, double *out)
    void f64_shared_row_sums(const double *a, Py_ssize_t next_row, Py_ssize_t apart, const double *x, Py_ssize_t n,
                             Py_ssize_t sharing, double *out)
    void f32_shared_row_sums(const float *a, Py_ssize_t next_row, Py_ssize_t apart, const float *x, Py_ssize_t n,
                             Py_ssize_t sharing, double *out)
    void f64_paired_row_sums(const double *a, Py_ssize_t a_row, const double *x, Py_ssize_t x_row, Py_ssize_t n,
                             double *out)
    void f32_paired_row_sums(const float *a, Py_ssize_t a_row, const float *x, Py_ssize_t x_row, Py_ssize_t n,
                             double *out)
    void f64_store_each(char *out, Py_ssize_t stride, bint is_double, const double *values)
    void q64_store_each(char *out, Py_ssize_t stride, bint is_double, const double *values)

cdef enum:
    SHORT_IN_Q64 = 4 * q64_width  # elements of a row that four of the narrower registers hold
    BESIDE = 512     # outputs that wait to be stored: 4 KB


cdef inline RowDots with_axes_exchanged(const RowDots *job) noexcept nogil:
    """The job with its rows for its stacks."""
    cdef RowDots exchanged = job[0]
    exchanged.shape[0], exchanged.shape[1] = job.shape[1], job.shape[0]
    exchanged.A_strides[0], exchanged.A_strides[1] = job.A_strides[1], job.A_strides[0]
    exchanged.X_strides[0], exchanged.X_strides[1] = job.X_strides[1], job.X_strides[0]
    exchanged.out_strides[0], exchanged.out_strides[1] = job.out_strides[1], job.out_strides[0]
    return exchanged


cdef inline bint shares_A(const RowDots *job) noexcept nogil:
    """Whether the rows of a stack share A, and not X."""
    return job.A_strides[1] == 0 and job.X_strides[1] != 0


cdef RowDots with_operands_exchanged(const RowDots *job) noexcept nogil:
    """The job with A for X: x*y is y*x."""
    cdef RowDots exchanged = job[0]
    cdef Py_ssize_t i
    exchanged.A, exchanged.X = job.X, job.A
    for i in range(3):
        exchanged.A_strides[i], exchanged.X_strides[i] = job.X_strides[i], job.A_strides[i]
    return exchanged


cdef RowDots with_rows_backwards(const RowDots *job) noexcept nogil:
    """The job with its rows, and their results, from the last to the first."""
    cdef RowDots turned = part_of(job, 0, job.shape[1] - 1, job.shape[0], job.shape[1])
    turned.A_strides[1], turned.X_strides[1] = -job.A_strides[1], -job.X_strides[1]
    turned.out_strides[1] = -job.out_strides[1]
    return turned


cdef inline RowDots with_shared_X(const RowDots *job) noexcept nogil:
    """The job with the operand that the rows of a stack share, if there is one, for its X."""
    return with_operands_exchanged(job) if shares_A(job) else job[0]


cdef inline bint contiguous_rows(const char *a, const Py_ssize_t *strides, size_t size) noexcept nogil:
    """Whether every row is contiguous and aligned."""
    return <size_t> strides[2] == size and (<size_t> a | <size_t> strides[0] | <size_t> strides[1]) % size == 0


cdef inline void store_one(const RowDots *job, char *out, double value) noexcept nogil:
    """out[0] = value, rounded once to the type of out."""
    if job.out_dtype == FLOAT64:
        (<double *> out)[0] = value
    else:
        (<float *> out)[0] = <float> value


cdef inline void store(const RowDots *job, char *out, const double *values, Py_ssize_t count) noexcept nogil:
    """out[0:count] = values, each rounded once to the type of out."""
    cdef Py_ssize_t i
    if job.out_dtype == FLOAT64 and job.out_strides[1] == sizeof(double):
        for i in range(count):
            (<double *> out)[i] = values[i]
    elif job.out_dtype == FLOAT32 and job.out_strides[1] == sizeof(float):
        for i in range(count):
            (<float *> out)[i] = <float> values[i]
    else:
        for i in range(count):
            store_one(job, out + i * job.out_strides[1], values[i])


cdef inline Py_ssize_t group_width(const element *tag, Py_ssize_t n) noexcept nogil:
    """How many rows of n elements the tiles take at once."""
    if element is float:
        return f32_width
    else:
        return q64_width if n <= SHORT_IN_Q64 else f64_width


cdef inline Py_ssize_t sharing_width(const element *tag, Py_ssize_t n) noexcept nogil:
    """The same of rows that share x."""
    if element is double:
        return group_width(tag, n)
    else:
        return w32_width if wide_floats else f32_width


cdef inline Py_ssize_t sharing(const element *tag, Py_ssize_t n) noexcept nogil:
    """How many of them share a load of it."""
    if element is double:
        return f64_sharing(n)
    else:
        return w32_sharing(n) if wide_floats else f32_sharing(n)


cdef inline bint are_tiny(Py_ssize_t a_row, Py_ssize_t x_row, Py_ssize_t n, Py_ssize_t size) noexcept nogil:
    """Whether rows of two or three, with nothing between them, meet one vector."""
    return x_row == 0 and 1 < n <= 3 and a_row == n * size


cdef inline bint short_row_sums(const element *a, Py_ssize_t a_row, const element *x, Py_ssize_t x_row, Py_ssize_t n,
                                Py_ssize_t rows, double *out) noexcept nogil:
    """Rows that fit a few registers, a group of them at least; False if they do not."""
    if are_tiny(a_row, x_row, n, sizeof(element)):
        if element is float:
            f32_tiny_rows(a, x, n, rows, out)
        else:
            f64_tiny_rows(a, x, n, rows, out)
        return True
    if element is float:
        return f32_short_row_sums(a, a_row, x, x_row, n, rows, out)
    elif n <= SHORT_IN_Q64:
        return q64_short_row_sums(a, a_row, x, x_row, n, rows, out)
    else:
        return f64_short_row_sums(a, a_row, x, x_row, n, rows, out)


cdef inline void paired_group(const element *a, Py_ssize_t a_row, const element *x, Py_ssize_t x_row, Py_ssize_t n,
                              double *out) noexcept nogil:
    """A group of rows, each with a row of x of its own, one block of each."""
    if element is float:
        f32_paired_row_sums(a, a_row, x, x_row, n, out)
    else:
        f64_paired_row_sums(a, a_row, x, x_row, n, out)


cdef inline void shared_group(const element *a, Py_ssize_t near, Py_ssize_t far, const element *x, Py_ssize_t n,
                              Py_ssize_t streams, double *out) noexcept nogil:
    """A group of rows that share x, `streams` at a time, one block of each."""
    if element is float:
        if wide_floats:
            w32_shared_row_sums(a, near, far, x, n, streams, out)
        else:
            f32_shared_row_sums(a, near, far, x, n, streams, out)
    else:
        f64_shared_row_sums(a, near, far, x, n, streams, out)


cdef void blocks_of_group(const element *a, Py_ssize_t near, Py_ssize_t far, const element *x, Py_ssize_t x_row,
                          Py_ssize_t n, Py_ssize_t streams, double *out) noexcept nogil:
    """A group of rows of several blocks: the sums of each block, then their fold, row by row."""
    cdef double sums[DIRECT_BLOCKS * MAX_WIDTH]
    cdef Py_ssize_t k, count, width = sharing_width(a, n) if x_row == 0 else group_width(a, n)
    for k in range(pieces(n, BLOCK)):
        count = min(n - k * BLOCK, <Py_ssize_t> BLOCK)
        if x_row == 0:
            shared_group(a + k * BLOCK, near, far, x + k * BLOCK, count, streams, sums + k * width)
        else:
            paired_group(a + k * BLOCK, near, x + k * BLOCK, x_row, count, sums + k * width)
    fold_columns(sums, pieces(n, BLOCK), width)
    memcpy(out, sums, width * sizeof(double))


cdef Py_ssize_t rows_in_streams(const RowDots *job, const element *a, const element *x, char *out) noexcept nogil:
    """As many rows as make whole groups, all with the same x; returns how many of the first rows that is.

    The rows that share a load of x are taken far apart, so that each of them continues a stream of its own,
    which the prefetchers follow.
    """
    cdef double values[MAX_WIDTH]
    cdef Py_ssize_t m = job.shape[1], n = job.shape[2], a_row = job.A_strides[1], width = sharing_width(a, n)
    cdef Py_ssize_t streams = sharing(a, n), i = 0, r, s, near = width // streams, far = m // width * near
    while i < far:
        if n <= BLOCK:
            shared_group(at(a, a_row, i), a_row, far * a_row, x, n, streams, values)
        else:
            blocks_of_group(at(a, a_row, i), a_row, far * a_row, x, 0, n, streams, values)
        for r in range(near):
            for s in range(streams):
                store_one(job, out + (i + r + s * far) * job.out_strides[1], values[r * streams + s])
        i += near
    return far * streams


cdef inline void store_group(const RowDots *job, char *out, const double *values, Py_ssize_t width) noexcept nogil:
    """store, for as many values as the tiles make at once: no call to memcpy, which costs as much as 4x4 does."""
    if width == f64_width:
        f64_store_each(out, job.out_strides[1], job.out_dtype == FLOAT64, values)
    else:
        q64_store_each(out, job.out_strides[1], job.out_dtype == FLOAT64, values)


cdef inline Py_ssize_t short_rows(const RowDots *job, const element *a, const element *x, char *out) noexcept nogil:
    """All rows, if they are short and enough for a group, otherwise none; returns how many that is."""
    cdef double values[BESIDE]
    cdef Py_ssize_t m = job.shape[1], n = job.shape[2], a_row = job.A_strides[1], x_row = job.X_strides[1]
    cdef Py_ssize_t i = 0, rows, width = group_width(a, n)
    if m < width:
        return 0
    if job.out_dtype == FLOAT64 and job.out_strides[1] == sizeof(double):
        return m if short_row_sums(a, a_row, x, x_row, n, m, <double *> out) else 0
    while i < m:
        i = min(i, m - width)
        rows = min(m - i, <Py_ssize_t> BESIDE)
        if not short_row_sums(at(a, a_row, i), a_row, at(x, x_row, i), x_row, n, rows, values):
            return 0
        store(job, out + i * job.out_strides[1], values, rows)
        i += rows
    return m


cdef Py_ssize_t rows_in_pairs(const RowDots *job, const element *a, const element *x, char *out) noexcept nogil:
    """As many rows as make whole groups, each with its own row of x; returns how many that is."""
    cdef double values[MAX_WIDTH]
    cdef Py_ssize_t m = job.shape[1], n = job.shape[2], a_row = job.A_strides[1], x_row = job.X_strides[1]
    cdef Py_ssize_t i = 0, width = group_width(a, n)
    while i + width <= m:
        if n <= BLOCK:
            paired_group(at(a, a_row, i), a_row, at(x, x_row, i), x_row, n, values)
        else:
            blocks_of_group(at(a, a_row, i), a_row, 0, at(x, x_row, i), x_row, n, 1, values)
        store_group(job, out + i * job.out_strides[1], values, width)
        i += width
    return i


cdef void long_rows(const RowDots *job, const element *a, const element *x, char *out) noexcept nogil:
    """One stack of contiguous rows: groups of them, then those that are left, one by one."""
    cdef double value
    cdef Py_ssize_t i, done
    if job.X_strides[1] == 0:
        done = rows_in_streams(job, a, x, out)
    else:
        done = rows_in_pairs(job, a, x, out)
    for i in range(done, job.shape[1]):
        value = dot_vectors(at(a, job.A_strides[1], i), sizeof(element), at(x, job.X_strides[1], i), sizeof(element),
                            job.shape[2])
        store_one(job, out + i * job.out_strides[1], value)


cdef void scattered_rows(const RowDots *job, const element *a, const element *x, char *out) noexcept nogil:
    """One stack of rows of any layout, one by one."""
    cdef double value
    cdef Py_ssize_t i
    for i in range(job.shape[1]):
        value = dot_vectors(at(a, job.A_strides[1], i), job.A_strides[2], at(x, job.X_strides[1], i),
                            job.X_strides[2], job.shape[2])
        store_one(job, out + i * job.out_strides[1], value)


cdef void stacks_of_rows(const RowDots *job, const element *a, const element *x) noexcept nogil:
    """Every stack on its own."""
    cdef Py_ssize_t s, n = job.shape[2]
    cdef char *out
    cdef double gathered[BLOCK]
    cdef const element *x_s
    cdef bint contiguous = contiguous_rows(job.A, job.A_strides, sizeof(element))
    cdef bint gather = not contiguous_rows(job.X, job.X_strides, sizeof(element))
    contiguous = contiguous and (not gather or job.X_strides[1] == 0 and n <= BLOCK)
    for s in range(job.shape[0]):
        out, x_s = job.out + s * job.out_strides[0], at(x, job.X_strides[0], s)
        if contiguous:
            if gather:
                pack(<element *> gathered, x_s, job.X_strides[2], n)
                x_s = <const element *> gathered
            if not short_rows(job, at(a, job.A_strides[0], s), x_s, out):
                long_rows(job, at(a, job.A_strides[0], s), x_s, out)
        else:
            scattered_rows(job, at(a, job.A_strides[0], s), x_s, out)


cdef void rows_with_few(const RowDots *job, const element *tag) noexcept nogil:
    """Many rows and a few that all meet, short ones: each of the few with rows that stay in L1 meanwhile."""
    cdef RowDots many = job[0], part
    cdef Py_ssize_t m = 0
    if job.shape[0] > job.shape[1]:
        many = with_axes_exchanged(job)
        many = with_operands_exchanged(&many)
    while m < many.shape[1]:
        part = part_of(&many, 0, m, many.shape[0], min(<Py_ssize_t> BESIDE, many.shape[1] - m))
        stacks_of_rows(&part, <const element *> part.A, <const element *> part.X)
        m += BESIDE


cdef void columns_as_rows(const RowDots *job, const element *a, const element *x) noexcept nogil:
    """Rows of A that many stacks share, short and in any layout, side by side, a few at a time."""
    cdef double workspace[PACKED]
    cdef element *packed = <element *> workspace
    cdef Py_ssize_t i, k, m = 0, n = job.shape[2], most = PACKED // n
    cdef RowDots part
    while m < job.shape[1]:
        part = part_of(job, 0, m, job.shape[0], min(most, job.shape[1] - m))
        for k in range(n):  # as columns lie, whose elements are often neighbours
            for i in range(part.shape[1]):
                packed[i * n + k] = at(at(a, job.A_strides[1], m + i), job.A_strides[2], k)[0]
        part.A, part.A_strides[1], part.A_strides[2] = <const char *> packed, n * sizeof(element), sizeof(element)
        stacks_of_rows(&part, packed, at(x, job.X_strides[1], m))
        m += most
