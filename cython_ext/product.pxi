# The matrix product: out[s, m] = dot(A[m], X[s]), every row of A with every row of X.

cdef enum:
    A_BYTES = 1 << 18  # packed rows of A, which stay in L2 while the panels of X go by
    X_BYTES = 1 << 21  # packed rows of X, which wait in L3 until all of A has gone by
    L1_BYTES = 24 << 10  # of packed panels that stay in L1 from pass to pass
    TOGETHER = 8         # panels of A that go through a pass together if they do not
    SUMS = 1 << 17     # block sums that wait for their fold: 1 MB


cdef struct Product:
    Py_ssize_t blocks     # of a row
    Py_ssize_t size       # doubles of one packed row of one block
    Py_ssize_t a_group    # rows of A that go through a pass together, a multiple of TILE_M
    Py_ssize_t a_rows     # rows of A packed at once, a multiple of a_group
    Py_ssize_t x_rows     # rows of X packed at once, a multiple of TILE_S
    double *a_packed
    double *x_packed
    double *sums          # [blocks][x_rows][a_rows]
    double *room          # what the passes over a group leave for each other


cdef inline Py_ssize_t round_up(Py_ssize_t n, Py_ssize_t unit) noexcept nogil:
    return pieces(n, unit) * unit


cdef inline Py_ssize_t rows_within(Py_ssize_t room, Py_ssize_t rows, Py_ssize_t unit) noexcept nogil:
    """How many rows to take at once: as many whole tiles as there is room for, at least one, at most all."""
    return min(round_up(rows, unit), max(room // unit, <Py_ssize_t> 1) * unit)


cdef inline Product plan(const RowDots *job) noexcept nogil:
    cdef Product p
    p.a_packed = p.x_packed = p.sums = p.room = NULL
    p.blocks = pieces(job.shape[2], BLOCK)
    p.size = round_up(min(job.shape[2], <Py_ssize_t> BLOCK), LANES)
    p.a_group = TILE_M * (1 if (TILE_M + TILE_S) * p.size * 8 <= L1_BYTES else TOGETHER)
    p.a_group = rows_within(p.a_group, job.shape[1], TILE_M)
    p.a_rows = rows_within(A_BYTES // (8 * p.size), job.shape[1], p.a_group)
    p.x_rows = rows_within(min(X_BYTES // (8 * p.size), SUMS // (p.a_rows * p.blocks)), job.shape[0], TILE_S)
    return p


cdef void pack_rows(double *packed, const element *a, Py_ssize_t row_stride, Py_ssize_t column_stride,
                    Py_ssize_t rows, Py_ssize_t n, int tile, Py_ssize_t group) noexcept nogil:
    """Pack rows of n elements in panels of `tile` rows, those of a group of rows pass by pass."""
    cdef Py_ssize_t i = 0, size = round_up(n, LANES), pass_size = group * size * f64_width // LANES
    cdef double *out
    while i < rows:
        out = packed + (i - i % group) * size + i % group * size * f64_width // LANES
        if element is double:
            f64_pack(out, pass_size, row(a, row_stride, i), row_stride, column_stride, rows - i, tile, n)
        else:
            f32_pack(out, pass_size, row(a, row_stride, i), row_stride, column_stride, rows - i, tile, n)
        i += tile


cdef void multiply_packed(const Product *p, Py_ssize_t m, Py_ssize_t s, Py_ssize_t n, double *sums) noexcept nogil:
    """sums[j, i] = the sum of one packed block of n elements of row i of A with row j of X."""
    cdef Py_ssize_t i, j = 0, size = round_up(n, LANES)
    while j < s:
        i = 0
        while i < m:
            product_panels(p.a_packed + i * size, p.a_group // TILE_M, p.x_packed + j * size, size // LANES,
                           sums + j * p.a_rows + i, p.a_rows, p.room)
            i += p.a_group
        j += TILE_S


cdef void multiply_chunk(const RowDots *job, const Product *p, const element *a, const element *x, Py_ssize_t m0,
                         Py_ssize_t s0) noexcept nogil:
    """The outputs of one chunk of rows of A with one of X, block by block."""
    cdef Py_ssize_t m = min(p.a_rows, job.shape[1] - m0), s = min(p.x_rows, job.shape[0] - s0)
    cdef Py_ssize_t k, j, n, area = p.a_rows * p.x_rows
    a, x = row(a, job.A_strides[1], m0), row(x, job.X_strides[0], s0)
    for k in range(p.blocks):
        n = min(job.shape[2] - k * BLOCK, <Py_ssize_t> BLOCK)
        pack_rows(p.a_packed, row(a, job.A_strides[2], k * BLOCK), job.A_strides[1], job.A_strides[2], m, n, TILE_M,
                  p.a_group)
        if p.blocks > 1 or m0 == 0:
            pack_rows(p.x_packed, row(x, job.X_strides[2], k * BLOCK), job.X_strides[0], job.X_strides[2], s, n,
                      TILE_S, TILE_S)
        multiply_packed(p, m, s, n, p.sums + k * area)
    fold_columns(p.sums, p.blocks, area)
    for j in range(s):
        store(job, job.out + (s0 + j) * job.out_strides[0] + m0 * job.out_strides[1], p.sums + j * p.a_rows, m)


cdef int product(const RowDots *job, const element *a, const element *x) noexcept nogil:
    """All outputs; -1 if there is no memory to pack panels in."""
    cdef Product p = plan(job)
    cdef Py_ssize_t m0, s0 = 0
    cdef Py_ssize_t room_size = p.a_group // TILE_M * KEPT
    cdef Py_ssize_t doubles = room_size + p.size * (p.a_rows + p.x_rows) + p.blocks * p.a_rows * p.x_rows
    cdef double *room = <double *> malloc(doubles * sizeof(double) + 64)
    if room is NULL:
        return -1
    p.room = <double *> (<char *> room + (64 - <size_t> room % 64))  # a register never straddles two lines
    p.a_packed = p.room + room_size
    p.x_packed = p.a_packed + p.size * p.a_rows
    p.sums = p.x_packed + p.size * p.x_rows
    while s0 < job.shape[0]:
        m0 = 0
        while m0 < job.shape[1]:
            multiply_chunk(job, &p, a, x, m0, s0)
            m0 += p.a_rows
        s0 += p.x_rows
    free(room)
    return 0
