# The matrix product: out[s, m] = dot(A[m], X[s]), every row of A with every row of X.

cdef extern from "tiles/sums.h" nogil:
    enum: MR
    enum: NR
    enum: PANELS "GEMM_PANELS"
    enum: A_BYTES "GEMM_A_BYTES"
    enum: X_BYTES "GEMM_X_BYTES"
    enum: KEPT "(LANES / 2 * MR * NR)"  # numbers a panel that its passes leave for each other
    void f64_pack(double *out, Py_ssize_t pass_size, const double *a, Py_ssize_t row, Py_ssize_t column,
                  Py_ssize_t rows, int R, Py_ssize_t n)
    void f32_pack(double *out, Py_ssize_t pass_size, const float *a, Py_ssize_t row, Py_ssize_t column,
                  Py_ssize_t rows, int R, Py_ssize_t n)
    void f64_pack_side_by_side(double *out, Py_ssize_t panel, Py_ssize_t pass_size, const double *a, Py_ssize_t column,
                               Py_ssize_t panels, int R, Py_ssize_t n)
    void f32_pack_side_by_side(double *out, Py_ssize_t panel, Py_ssize_t pass_size, const float *a, Py_ssize_t column,
                               Py_ssize_t panels, int R, Py_ssize_t n)
    void f64_gemm_panels(const double *a, Py_ssize_t panels, const double *x, Py_ssize_t n, double *out,
                         Py_ssize_t out_row, double *workspace)
    void f32_gemm_panels(const double *a, Py_ssize_t panels, const double *x, Py_ssize_t n, double *out,
                         Py_ssize_t out_row, double *workspace)

cdef extern from "workspace.h" nogil:
    void *take_workspace(size_t bytes)
    void leave_workspace(void *workspace)

cdef enum:
    TOGETHER = 8      # panels of shorter or of few rows, and of X whose rows lie side by side
    MANY_STEPS = 512  # doubles of a row from which on more panels pay for what their passes leave for each other
    SUMS = 1 << 17    # block sums that wait for their fold: 1 MB


cdef struct Gemm:
    Py_ssize_t blocks   # of a row: KC is the law's block
    Py_ssize_t size     # doubles of one packed row of one block
    Py_ssize_t group    # rows of A that go through a pass together, a multiple of MR
    Py_ssize_t mc       # rows of A packed at once, a multiple of group
    Py_ssize_t nc       # rows of X packed at once, a multiple of NR
    double *a_packed
    double *x_packed
    double *sums        # [blocks][nc][mc]
    double *workspace   # what the passes over a group leave for each other


cdef inline Py_ssize_t round_up(Py_ssize_t n, Py_ssize_t unit) noexcept nogil:
    return pieces(n, unit) * unit


cdef inline Py_ssize_t rows_within(Py_ssize_t most, Py_ssize_t rows, Py_ssize_t unit) noexcept nogil:
    """How many rows to take at once: whole tiles of up to `most`, at least one, at most all."""
    return min(round_up(rows, unit), max(most // unit, <Py_ssize_t> 1) * unit)


cdef inline bint are_side_by_side(Py_ssize_t row_stride, Py_ssize_t column_stride, size_t size) noexcept nogil:
    """Whether neighbouring rows, and not columns, lie side by side."""
    return <size_t> row_stride == size and <size_t> column_stride != size


cdef inline Py_ssize_t packed_ahead(const RowDots *job, size_t size) noexcept nogil:
    """How many rows of X are packed together: more than a panel where that reads a line of them once."""
    return NR * TOGETHER if are_side_by_side(job.X_strides[0], job.X_strides[2], size) else NR


cdef inline Gemm plan(const RowDots *job, size_t size) noexcept nogil:
    cdef Gemm p
    p.a_packed = p.x_packed = p.sums = p.workspace = NULL
    p.blocks = pieces(job.shape[2], BLOCK)
    p.size = round_up(min(job.shape[2], <Py_ssize_t> BLOCK), LANES)
    p.group = rows_within(MR * (PANELS if p.size >= MANY_STEPS else TOGETHER), job.shape[1], MR)
    p.mc = rows_within(A_BYTES // (8 * p.size), job.shape[1], p.group)
    p.nc = rows_within(min(X_BYTES // (8 * p.size), SUMS // (p.mc * p.blocks)), job.shape[0], NR)
    if p.mc >= job.shape[1] and p.blocks == 1:  # of several blocks, A is packed again for each nc rows of X
        p.nc = min(p.nc, packed_ahead(job, size))  # all of A meets a panel of X at once, which can so stay in L1
    return p


cdef inline void pack_tiles(double *out, Py_ssize_t panel, Py_ssize_t pass_size, const element *a,
                            Py_ssize_t row_stride, Py_ssize_t column_stride, Py_ssize_t rows, Py_ssize_t n,
                            int tile) noexcept nogil:
    """Pack rows in panels of `tile` that lie `panel` doubles apart; whole ones together if rows lie side by side."""
    cdef Py_ssize_t i = 0
    if are_side_by_side(row_stride, column_stride, sizeof(element)):
        i = rows - rows % tile
        if element is double:
            f64_pack_side_by_side(out, panel, pass_size, a, column_stride, rows // tile, tile, n)
        else:
            f32_pack_side_by_side(out, panel, pass_size, a, column_stride, rows // tile, tile, n)
    while i < rows:
        if element is double:
            f64_pack(out + i // tile * panel, pass_size, at(a, row_stride, i), row_stride, column_stride, rows - i,
                     tile, n)
        else:
            f32_pack(out + i // tile * panel, pass_size, at(a, row_stride, i), row_stride, column_stride, rows - i,
                     tile, n)
        i += tile


cdef void pack_groups(const Gemm *p, const element *a, Py_ssize_t row_stride, Py_ssize_t column_stride,
                      Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    """Pack rows of A, those of a group pass by pass; the last group is perhaps smaller."""
    cdef Py_ssize_t i = 0, size = round_up(n, LANES), of_pass = size * f64_width // LANES, taken
    while i < rows:
        taken = min(rows - i, p.group)
        pack_tiles(p.a_packed + i * size, MR * of_pass, round_up(taken, MR) * of_pass, at(a, row_stride, i), row_stride,
                   column_stride, taken, n, MR)
        i += p.group


cdef void multiply_panel(const Gemm *p, Py_ssize_t m, const double *x, const element *tag, Py_ssize_t n,
                         double *out, Py_ssize_t out_row) noexcept nogil:
    """out[j, i] = the sum of one packed block of n elements of row i of A with row j of a panel of X."""
    cdef Py_ssize_t i = 0, size = round_up(n, LANES), panels
    while i < m:
        panels = pieces(min(m - i, p.group), MR)
        if element is double:
            f64_gemm_panels(p.a_packed + i * size, panels, x, n, out + i, out_row, p.workspace)
        else:
            f32_gemm_panels(p.a_packed + i * size, panels, x, n, out + i, out_row, p.workspace)
        i += p.group


cdef inline bint whole_tiles(const RowDots *job, const Gemm *p, Py_ssize_t m, Py_ssize_t s) noexcept nogil:
    """Whether m by s outputs can be written where they belong, with no block or tile that must wait."""
    return (p.blocks == 1 and m % MR == 0 and s >= NR and job.out_dtype == FLOAT64
            and job.out_strides[1] == sizeof(double) and job.out_strides[0] % <Py_ssize_t> sizeof(double) == 0)


cdef inline void store_rows(const RowDots *job, const double *sums, Py_ssize_t sums_row, char *out, Py_ssize_t m,
                            Py_ssize_t s) noexcept nogil:
    """out[j, i] = sums[j, i], m by s of them."""
    cdef Py_ssize_t j
    for j in range(s):
        store(job, out + j * job.out_strides[0], sums + j * sums_row, m)


cdef void multiply_block(const RowDots *job, const Gemm *p, const element *x, bint packed, Py_ssize_t m,
                         Py_ssize_t s0, Py_ssize_t s, Py_ssize_t n, char *out, double *sums) noexcept nogil:
    """The sums of one block of the packed rows of A with rows s0 to s0 + s of X; the outputs if there is no other."""
    cdef Py_ssize_t j = 0, size = round_up(n, LANES), taken
    cdef Py_ssize_t ahead = packed_ahead(job, sizeof(element))
    cdef double *x_packed
    while j < s:
        taken = min(s - j, <Py_ssize_t> NR)
        x_packed = p.x_packed + j * size
        if not packed and j % ahead == 0:
            pack_tiles(x_packed, NR * size, NR * size * f64_width // LANES, at(x, job.X_strides[0], s0 + j),
                       job.X_strides[0], job.X_strides[2], min(s - j, ahead), n, NR)
        if whole_tiles(job, p, m, taken):
            multiply_panel(p, m, x_packed, x, n, <double *> out, job.out_strides[0] // sizeof(double))
        else:
            multiply_panel(p, m, x_packed, x, n, sums + j * p.mc, p.mc)
            if p.blocks == 1:
                store_rows(job, sums + j * p.mc, p.mc, out, m, taken)
        out += NR * job.out_strides[0]
        j += NR


cdef void multiply_chunk(const RowDots *job, const Gemm *p, const element *a, const element *x, Py_ssize_t m0,
                         Py_ssize_t s0) noexcept nogil:
    """The outputs of one chunk of rows of A with one of X, block by block. What is still packed is not packed again."""
    cdef Py_ssize_t m = min(p.mc, job.shape[1] - m0), s = min(p.nc, job.shape[0] - s0)
    cdef Py_ssize_t k, n, area = p.mc * p.nc
    cdef char *out = job.out + s0 * job.out_strides[0] + m0 * job.out_strides[1]
    for k in range(p.blocks):
        n = min(job.shape[2] - k * BLOCK, <Py_ssize_t> BLOCK)
        if p.blocks > 1 or s0 == 0 or p.mc < job.shape[1]:
            pack_groups(p, at(at(a, job.A_strides[1], m0), job.A_strides[2], k * BLOCK), job.A_strides[1],
                        job.A_strides[2], m, n)
        multiply_block(job, p, at(x, job.X_strides[2], k * BLOCK), p.blocks == 1 and m0 > 0, m, s0, s, n, out,
                       p.sums + k * area)
    if p.blocks > 1:
        fold_columns(p.sums, p.blocks, area)
        store_rows(job, p.sums, p.mc, out, m, s)


cdef int gemm(const RowDots *job, const element *a, const element *x) noexcept nogil:
    """All outputs; -1 if there is no memory to pack panels in."""
    cdef Gemm p = plan(job, sizeof(element))
    cdef Py_ssize_t m0, s0 = 0
    cdef Py_ssize_t kept = p.group // MR * KEPT
    cdef Py_ssize_t doubles = kept + p.size * (p.mc + p.nc) + p.blocks * p.mc * p.nc
    cdef char *memory = <char *> take_workspace(doubles * sizeof(double) + CACHE_LINE)
    if memory is NULL:
        return -1
    p.workspace = <double *> on_cache_line(memory)
    p.a_packed = p.workspace + kept
    p.x_packed = p.a_packed + p.size * p.mc
    p.sums = p.x_packed + p.size * p.nc
    while s0 < job.shape[0]:
        m0 = 0
        while m0 < job.shape[1]:
            multiply_chunk(job, &p, a, x, m0, s0)
            m0 += p.mc
        s0 += p.nc
    leave_workspace(memory)
    return 0
