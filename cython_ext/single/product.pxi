# The matrix product in binary32: out[s, m] = dot(A[m], X[s]), every row of A with every row of X.

cdef extern from "single/kernels.h" nogil:
    enum: SINGLE_PANELS
    enum: SINGLE_WHOLE
    enum: SINGLE_LEAST_ROWS
    enum: SINGLE_TILE "(SINGLE_KEPT * SINGLE_MOST * single_width)"  # floats that wait for the next lanes of a tile
    const unsigned char *place_of_lane
    struct single_rows:
        const float *x
        Py_ssize_t row
        Py_ssize_t panel_size
        Py_ssize_t *lanes
        bint packed
    struct single_panels:
        const float *a
        Py_ssize_t panel_size
        Py_ssize_t lane_size
        Py_ssize_t n
        float *out
        Py_ssize_t out_row
        Py_ssize_t columns
    void single_tiles(const single_rows *x, Py_ssize_t count, const single_panels *a, float *kept)
    void single_f32_pack(float *panel, Py_ssize_t lane_size, const float *a, Py_ssize_t row, Py_ssize_t column,
                         Py_ssize_t filled, Py_ssize_t n)
    void single_f16_pack(float *panel, Py_ssize_t lane_size, const float16 *a, Py_ssize_t row, Py_ssize_t column,
                         Py_ssize_t filled, Py_ssize_t n)
    void single_bf16_pack(float *panel, Py_ssize_t lane_size, const bfloat16 *a, Py_ssize_t row, Py_ssize_t column,
                          Py_ssize_t filled, Py_ssize_t n)

cdef enum:
    A_FLOATS = 1 << 20     # of packed panels of A, which pass by every group of rows of X, from L3
    SINGLE_SUMS = 1 << 18  # block sums that wait for their fold: 1 MB
    GROUP_FLOATS = 24576   # of packed rows of X that the panels of A pass by, a quarter of whose lanes are in L1
    FEW_PANELS = 2         # panels of A for which it does not pay to pack X


cdef struct SingleProduct:
    Py_ssize_t blocks      # of a row
    Py_ssize_t lane_size   # floats of a lane of a packed panel
    Py_ssize_t panel_size
    Py_ssize_t mc          # rows of A packed at once, whole panels
    Py_ssize_t nc          # rows of X whose block sums wait at once, whole groups
    Py_ssize_t group       # rows of X packed at once, whole panels
    bint in_place          # whether whole tiles of rows of X are read where they lie
    float *a_packed
    float *x_packed
    float *kept
    float *sums            # [blocks][nc][mc]


cdef SingleProduct single_plan(const RowDots *job, bint in_place, bint direct) noexcept nogil:
    cdef SingleProduct p
    cdef Py_ssize_t steps = pieces(min(job.shape[2], <Py_ssize_t> BLOCK), LANES), most
    p.a_packed = p.x_packed = p.kept = p.sums = NULL
    p.blocks = pieces(job.shape[2], BLOCK)
    p.lane_size = steps * single_width + (single_width if steps % 8 == 0 else 0)  # not all to the same sets of L1
    p.panel_size = LANES * p.lane_size
    p.mc = rows_within(A_FLOATS // p.panel_size * single_width, job.shape[1], single_width)
    p.in_place = in_place and p.mc >= job.shape[1] and p.mc <= FEW_PANELS * single_width
    p.group = rows_within(GROUP_FLOATS // p.panel_size * single_width, job.shape[0], single_width)
    most = job.shape[0] if direct else max(SINGLE_SUMS // (p.mc * p.blocks), p.group)
    p.nc = round_up(min(most, job.shape[0]), p.group)
    return p


cdef inline void pack_single(const SingleProduct *p, float *packed, const narrow *a, Py_ssize_t row, Py_ssize_t column,
                             Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    """Panels of rows of n elements."""
    cdef Py_ssize_t i = 0, filled
    while i < rows:
        filled = min(rows - i, <Py_ssize_t> single_width)
        if narrow is float:
            single_f32_pack(packed, p.lane_size, at(a, row, i), row, column, filled, n)
        elif narrow is float16:
            single_f16_pack(packed, p.lane_size, at(a, row, i), row, column, filled, n)
        else:
            single_bf16_pack(packed, p.lane_size, at(a, row, i), row, column, filled, n)
        packed += p.panel_size
        i += single_width


cdef void multiply_panels(const SingleProduct *p, const single_rows *x, Py_ssize_t rows, Py_ssize_t m, Py_ssize_t n,
                          float *out, Py_ssize_t out_row) noexcept nogil:
    """out[j, i] = the sum of one block of n elements of row j of x with row i of the m packed rows of A."""
    cdef single_panels panels
    cdef Py_ssize_t i = 0, taken
    panels.panel_size, panels.lane_size, panels.n, panels.out_row = p.panel_size, p.lane_size, n, out_row
    while i < m:
        taken = SINGLE_PANELS if pieces(m - i, single_width) >= SINGLE_PANELS else 1
        panels.a, panels.out = p.a_packed + i // single_width * p.panel_size, out + i
        panels.columns = min(m - i, taken * single_width)
        single_tiles(x, rows, &panels, p.kept)
        i += taken * single_width


cdef inline void rows_in_place(single_rows *rows, const float *x, Py_ssize_t stride) noexcept nogil:
    cdef Py_ssize_t k
    rows.x, rows.row, rows.packed = x, stride // sizeof(float), False
    for k in range(LANES):
        rows.lanes[place_of_lane[k]] = k


cdef inline void packed_rows(single_rows *rows, const SingleProduct *p) noexcept nogil:
    cdef Py_ssize_t k
    rows.x, rows.panel_size, rows.packed = p.x_packed, p.panel_size, True
    for k in range(LANES):
        rows.lanes[k] = k * p.lane_size


cdef void multiply_groups(const RowDots *job, const SingleProduct *p, const narrow *x, Py_ssize_t s, Py_ssize_t m,
                          Py_ssize_t n, float *out, Py_ssize_t out_row) noexcept nogil:
    """The sums of one block of the packed rows of A with s rows of X, a group of them at a time."""
    cdef single_rows rows
    cdef Py_ssize_t j = 0, count
    cdef const narrow *x_j
    while j < s:
        count, x_j = min(s - j, p.group), at(x, job.X_strides[0], j)
        if p.in_place and count >= SINGLE_WHOLE:
            count -= count % SINGLE_WHOLE
            rows_in_place(&rows, <const float *> x_j, job.X_strides[0])
        else:
            pack_single(p, p.x_packed, x_j, job.X_strides[0], job.X_strides[2], count, n)
            packed_rows(&rows, p)
        multiply_panels(p, &rows, count, m, n, out + j * out_row, out_row)
        j += count


cdef void single_chunk(const RowDots *job, const SingleProduct *p, const narrow *a, const narrow *x, Py_ssize_t m0,
                       Py_ssize_t s0) noexcept nogil:
    """The outputs of p.mc rows of A with p.nc of X, block by block. What is still packed is not packed again."""
    cdef Py_ssize_t m = min(p.mc, job.shape[1] - m0), s = min(p.nc, job.shape[0] - s0), k, n, area = p.mc * p.nc
    cdef char *out = job.out + s0 * job.out_strides[0] + m0 * job.out_strides[1]
    for k in range(p.blocks):
        n = min(job.shape[2] - k * BLOCK, <Py_ssize_t> BLOCK)
        if p.blocks > 1 or s0 == 0 or p.mc < job.shape[1]:
            pack_single(p, p.a_packed, at(at(a, job.A_strides[1], m0), job.A_strides[2], k * BLOCK), job.A_strides[1],
                        job.A_strides[2], m, n)
        if p.sums is NULL:
            multiply_groups(job, p, x, s, m, n, <float *> out, job.out_strides[0] // <Py_ssize_t> sizeof(float))
        else:
            multiply_groups(job, p, at(at(x, job.X_strides[0], s0), job.X_strides[2], k * BLOCK), s, m, n,
                            p.sums + k * area, p.mc)
    if p.sums is not NULL:
        fold_single_columns(p.sums, p.blocks, area)
        for k in range(s):
            store_singles(out + k * job.out_strides[0], job.out_strides[1], p.sums + k * p.mc, m)


cdef int single_product(const RowDots *job, const narrow *a, const narrow *x) noexcept nogil:
    """All outputs; -1 if there is no memory to pack panels in."""
    cdef bint direct = (job.shape[2] <= BLOCK and job.out_strides[1] == sizeof(float)
                        and job.out_strides[0] % <Py_ssize_t> sizeof(float) == 0)
    cdef SingleProduct p = single_plan(job, narrow is float and contiguous_rows(job.X, job.X_strides, sizeof(float)),
                                       direct)
    cdef Py_ssize_t m0, s0 = 0, kept = p.group // SINGLE_LEAST_ROWS * SINGLE_TILE
    cdef Py_ssize_t packed = p.panel_size * (pieces(p.mc, single_width) + pieces(p.group, single_width))
    cdef Py_ssize_t sums = 0 if direct else p.blocks * p.mc * p.nc
    cdef char *memory = <char *> malloc((kept + packed + sums) * sizeof(float) + CACHE_LINE)
    if memory is NULL:
        return -1
    p.kept = <float *> on_cache_line(memory)
    p.a_packed = p.kept + kept
    p.x_packed = p.a_packed + p.panel_size * pieces(p.mc, single_width)
    p.sums = NULL if direct else p.a_packed + packed
    while s0 < job.shape[0]:
        m0 = 0
        while m0 < job.shape[1]:
            single_chunk(job, &p, a, x, m0, s0)
            m0 += p.mc
        s0 += p.nc
    free(memory)
    return 0
