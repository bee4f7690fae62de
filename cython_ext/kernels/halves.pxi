# Rows of float16 and bfloat16: out[s, m] = dot(A[s, m], X[s, m]), each a dot of its own, or rows widened to float a few
# at a time: for a product or columns, and where halves are not multiplied as they are.

cdef extern from "tiles/sums.h" nogil:
    enum: HALF_PRODUCTS
    bint f16_row_sums(const float16 *a, Py_ssize_t a_row, const float16 *x, Py_ssize_t x_row, Py_ssize_t n,
                      Py_ssize_t rows, double *out)
    bint bf16_row_sums(const bfloat16 *a, Py_ssize_t a_row, const bfloat16 *x, Py_ssize_t x_row, Py_ssize_t n,
                       Py_ssize_t rows, double *out)
    void f16_round_all(float16 *out, const double *v, Py_ssize_t n)
    void bf16_round_all(bfloat16 *out, const double *v, Py_ssize_t n)
    float16 f16_rounded(double v)
    bfloat16 bf16_rounded(double v)

cdef enum:
    WIDENED = 1 << 16  # floats of each operand that are widened at a time: 256 KB, which stay in L2
    APART = 16         # floats between rows that would otherwise lie 4096 bytes apart and collide in L1
    WHOLE = 32         # columns of whose multiples there are no loose ends
    DOTS = 256         # outputs that wait for their rounding
    SHORT_HALVES = 16  # elements of a row that is sooner widened than a dot of its own (matvec, 2000 rows)


cdef struct Panel:  # rows widened to float
    float *values
    Py_ssize_t strides[3]


cdef void widen_vector(float *out, const half_type *x, Py_ssize_t stride, Py_ssize_t n) noexcept nogil:
    """out[i] = x[i], wherever x[i] lies."""
    cdef half_type packed[PACKED]
    cdef Py_ssize_t k, start, count
    if contiguous(x, stride):
        widen(out, x, n)
        return
    for k in range(pieces(n, PACKED)):
        start = k * PACKED
        count = min(n - start, <Py_ssize_t> PACKED)
        pack(packed, at(x, stride, start), stride, count)
        widen(out + start, packed, count)


cdef inline bint by_columns(const half_type *x, Py_ssize_t row_stride, Py_ssize_t column_stride) noexcept nogil:
    """Whether the columns of a matrix, and not its rows, are contiguous."""
    return contiguous(x, row_stride) and not contiguous(x, column_stride)


cdef void widen_floats(int dtype, const void *x, void *out, Py_ssize_t n) noexcept nogil:
    """out[i] = x[i], contiguous: halves as float32, and float32 as float64."""
    if dtype == FLOAT16:
        f16_widen(<float *> out, <const float16 *> x, n)
    elif dtype == BFLOAT16:
        bf16_widen(<float *> out, <const bfloat16 *> x, n)
    else:
        f32_widen_row(<double *> out, <const float *> x, sizeof(float), n)


cdef void widen_rows(Panel *out, const half_type *x, const Py_ssize_t *strides, Py_ssize_t stacks, Py_ssize_t rows,
                     Py_ssize_t n) noexcept nogil:
    """x (stacks, rows, n) as a panel, its rows and columns as they lay; what is shared in x is so in the panel."""
    cdef Py_ssize_t s, i, distance
    cdef float *values = out.values
    cdef bint columns_first = by_columns(x, strides[1], strides[2])
    cdef Py_ssize_t vectors = n if columns_first else 1 if strides[1] == 0 else rows
    cdef Py_ssize_t length = rows if columns_first else n
    cdef Py_ssize_t along = strides[1] if columns_first else strides[2]
    cdef Py_ssize_t across = strides[2] if columns_first else strides[1]
    distance = length + (APART if length % 1024 == 0 else 0)
    for s in range(1 if strides[0] == 0 else stacks):
        if distance == length and across == length * <Py_ssize_t> sizeof(half_type) and contiguous(x, along):
            widen_vector(values, at(x, strides[0], s), along, vectors * length)
        else:
            for i in range(vectors):
                widen_vector(values + i * distance, at(at(x, strides[0], s), across, i), along, length)
        values += vectors * distance
    out.strides[0] = 0 if strides[0] == 0 else vectors * distance * <Py_ssize_t> sizeof(float)
    out.strides[1] = sizeof(float) if columns_first else 0 if strides[1] == 0 else distance * sizeof(float)
    out.strides[2] = distance * sizeof(float) if columns_first else sizeof(float)


cdef inline Py_ssize_t panel_size(const Py_ssize_t *strides, Py_ssize_t stacks, Py_ssize_t rows,
                                  Py_ssize_t n) noexcept nogil:
    """Enough floats for a panel."""
    stacks, rows = 1 if strides[0] == 0 else stacks, 1 if strides[1] == 0 else rows
    return stacks * (rows * n + APART * max(rows, n))


cdef inline void store_row(char *out, Py_ssize_t stride, const half_type *tag, const double *values,
                           Py_ssize_t n) noexcept nogil:
    """out[i] = values[i], each rounded once."""
    cdef Py_ssize_t i
    cdef bint ready = contiguous(<half_type *> out, stride)
    if half_type is float16:
        if ready:
            f16_round_all(<float16 *> out, values, n)
        else:
            for i in range(n):
                (<float16 *> (out + i * stride))[0] = f16_rounded(values[i])
    else:
        if ready:
            bf16_round_all(<bfloat16 *> out, values, n)
        else:
            for i in range(n):
                (<bfloat16 *> (out + i * stride))[0] = bf16_rounded(values[i])


cdef void store_halves(const RowDots *job, Py_ssize_t s, Py_ssize_t m, Py_ssize_t stacks, Py_ssize_t rows,
                       const double *values) noexcept nogil:
    """out[s + j, m + i] = values[j, i], each rounded once."""
    cdef Py_ssize_t j
    cdef char *out
    for j in range(stacks):
        out = job.out + (s + j) * job.out_strides[0] + m * job.out_strides[1]
        if job.out_dtype == FLOAT16:
            store_row(out, job.out_strides[1], <const float16 *> NULL, values + j * rows, rows)
        else:
            store_row(out, job.out_strides[1], <const bfloat16 *> NULL, values + j * rows, rows)


cdef int widened_piece(const RowDots *job, const Panel *a, const Panel *x, Py_ssize_t s, Py_ssize_t m,
                       Py_ssize_t stacks, Py_ssize_t rows, double *values) noexcept nogil:
    """out[s:s + stacks, m:m + rows] from the widened rows."""
    cdef RowDots piece
    cdef int failed
    cdef bint rounded = job.out_dtype >= WIDE_FLOATS
    piece.A, piece.X = <const char *> a.values, <const char *> x.values
    memcpy(piece.A_strides, a.strides, sizeof(piece.A_strides))
    memcpy(piece.X_strides, x.strides, sizeof(piece.X_strides))
    piece.shape[0], piece.shape[1], piece.shape[2] = stacks, rows, job.shape[2]
    piece.out_dtype = FLOAT64 if rounded else job.out_dtype
    if rounded:
        piece.out, piece.out_strides[1] = <char *> values, sizeof(double)
        piece.out_strides[0] = rows * sizeof(double)
    else:
        piece.out = job.out + s * job.out_strides[0] + m * job.out_strides[1]
        piece.out_strides[0], piece.out_strides[1] = job.out_strides[0], job.out_strides[1]
    failed = row_dots_f32(&piece)
    if rounded and not failed:
        store_halves(job, s, m, stacks, rows, values)
    return failed


cdef inline bint as_dots(const RowDots *job) noexcept nogil:
    """Whether each output is best a dot of its own: of contiguous rows that are not widened for a matrix product."""
    return (HALF_PRODUCTS and job.shape[2] > SHORT_HALVES and not is_gemm(job)
            and contiguous_rows(job.A, job.A_strides, sizeof(float16))
            and contiguous_rows(job.X, job.X_strides, sizeof(float16)))


cdef inline bint half_row_sums(const half_type *a, Py_ssize_t a_row, const half_type *x, Py_ssize_t x_row, Py_ssize_t n,
                               Py_ssize_t rows, double *out) noexcept nogil:
    """out[i] = the dot of rows of one block; False if a product left the range of float."""
    if half_type is float16:
        return f16_row_sums(a, a_row, x, x_row, n, rows, out)
    else:
        return bf16_row_sums(a, a_row, x, x_row, n, rows, out)


cdef void dots_of_rows(const RowDots *job, const half_type *a, const half_type *x, Py_ssize_t rows,
                       double *out) noexcept nogil:
    """The same for rows of any length and range."""
    cdef Py_ssize_t i, n = job.shape[2]
    if n > BLOCK or not half_row_sums(a, job.A_strides[1], x, job.X_strides[1], n, rows, out):
        for i in range(rows):
            out[i] = dot_vectors(at(a, job.A_strides[1], i), sizeof(half_type), at(x, job.X_strides[1], i),
                                 sizeof(half_type), n)


cdef void half_dots(const RowDots *job, const half_type *a, const half_type *x) noexcept nogil:
    """All outputs, each a dot of its own."""
    cdef double values[DOTS]
    cdef Py_ssize_t s, k, m, count
    for s in range(job.shape[0]):
        for k in range(pieces(job.shape[1], DOTS)):
            m = k * DOTS
            count = min(job.shape[1] - m, <Py_ssize_t> DOTS)
            dots_of_rows(job, at(at(a, job.A_strides[0], s), job.A_strides[1], m),
                         at(at(x, job.X_strides[0], s), job.X_strides[1], m), count, values)
            if job.out_dtype >= WIDE_FLOATS:
                store_halves(job, s, m, 1, count, values)
            else:
                store(job, job.out + s * job.out_strides[0] + m * job.out_strides[1], values, count)


cdef int half_rows(const RowDots *job, const half_type *a, const half_type *x) noexcept nogil:
    """All outputs, in pieces of `m_step` rows of `s_step` stacks; -1 if there is no memory to widen rows in."""
    cdef Py_ssize_t s = 0, m, s_count, m_count, a_size, n = job.shape[2]
    cdef Py_ssize_t most = max(WIDENED // max(n, <Py_ssize_t> 1), <Py_ssize_t> 1)  # rows at a time
    cdef Py_ssize_t m_step = min(job.shape[1], most - most % WHOLE if most > WHOLE else most), s_step
    cdef bint all_pairs = job.A_strides[0] == 0 and job.X_strides[1] == 0
    cdef Panel a_panel, x_panel
    cdef int failed = 0
    s_step = min(job.shape[0], most if all_pairs else max(most // max(m_step, <Py_ssize_t> 1), <Py_ssize_t> 1))
    a_size = panel_size(job.A_strides, s_step, m_step, n)
    a_panel.values = <float *> malloc((a_size + panel_size(job.X_strides, s_step, m_step, n)) * sizeof(float)
                                      + s_step * m_step * sizeof(double) + CACHE_LINE)
    if a_panel.values is NULL:
        return -1
    cdef double *values = <double *> on_cache_line(<char *> a_panel.values)
    cdef void *memory = a_panel.values
    a_panel.values = <float *> (values + s_step * m_step)
    x_panel.values = a_panel.values + a_size
    while s < job.shape[0] and not failed:
        s_count, m = min(s_step, job.shape[0] - s), 0
        while m < job.shape[1] and not failed:
            m_count = min(m_step, job.shape[1] - m)
            if s == 0 or m_step < job.shape[1] or job.A_strides[0] != 0:
                widen_rows(&a_panel, at(at(a, job.A_strides[0], s), job.A_strides[1], m), job.A_strides, s_count,
                           m_count, n)
            if m == 0 or job.X_strides[1] != 0:
                widen_rows(&x_panel, at(at(x, job.X_strides[0], s), job.X_strides[1], m), job.X_strides, s_count,
                           m_count, n)
            failed = widened_piece(job, &a_panel, &x_panel, s, m, s_count, m_count, values)
            m += m_step
        s += s_step
    free(memory)
    return failed


cdef int row_dots_f16(const RowDots *job) noexcept nogil:
    if as_dots(job):
        half_dots(job, <const float16 *> job.A, <const float16 *> job.X)
        return 0
    return half_rows(job, <const float16 *> job.A, <const float16 *> job.X)


cdef int row_dots_bf16(const RowDots *job) noexcept nogil:
    if as_dots(job):
        half_dots(job, <const bfloat16 *> job.A, <const bfloat16 *> job.X)
        return 0
    return half_rows(job, <const bfloat16 *> job.A, <const bfloat16 *> job.X)
