# The matrix product in binary32: out[s, m] = dot(A[m], X[s]), every row of A with every row of X. Rows of A are packed
# side by side; where rows are long, those of both, lane by lane.

cdef extern from "single/kernels.h" nogil:
    enum: SINGLE_PANELS
    enum: SINGLE_KEPT
    enum: SHORT_ROWS_AT_ONCE "single_product_rows"
    enum: SHORT_STRIP "(single_product_regs * single_width)"
    const unsigned char *in_order
    const unsigned char *in_order_of_fold
    struct single_layout:
        const unsigned char *place
        Py_ssize_t lane
        Py_ssize_t step
    struct single_panels:
        const float *x
        const float *a
        Py_ssize_t lane_size
        Py_ssize_t n
        float *out
        Py_ssize_t out_row
        Py_ssize_t columns
    void single_tiles(const single_panels *panels, Py_ssize_t rows, float *kept)
    void single_product_tile(const float *const *rows, const float *strip, Py_ssize_t n, char *const *out,
                             bint rounded)
    void single_f32_pack(float *panel, const single_layout *layout, const float *a, Py_ssize_t row, Py_ssize_t column,
                         Py_ssize_t filled, Py_ssize_t n)
    void single_f16_pack(float *panel, const single_layout *layout, const float16 *a, Py_ssize_t row,
                         Py_ssize_t column, Py_ssize_t filled, Py_ssize_t n)
    void single_bf16_pack(float *panel, const single_layout *layout, const bfloat16 *a, Py_ssize_t row,
                          Py_ssize_t column, Py_ssize_t filled, Py_ssize_t n)

cdef enum:
    SHORT_PRODUCT = 256     # elements of a row up to which one tile's sums are best not kept in memory (256x256x256)
    SHORT_FLOATS = 1 << 16  # of rows of X that the strips of A pass by, from L2
    A_FLOATS = 1 << 20      # of packed rows of A, which pass by every group of rows of X, from L3
    SINGLE_SUMS = 1 << 18   # block sums that wait for their fold: 1 MB
    TOGETHER_IN_L1 = 32     # packed rows of X that a lane of a panel of A meets


cdef inline void pack_panel(float *panel, const single_layout *layout, const narrow *a, Py_ssize_t row,
                            Py_ssize_t column, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    """The first of these rows, as many as a register has floats, side by side."""
    if narrow is float:
        single_f32_pack(panel, layout, a, row, column, min(rows, <Py_ssize_t> single_width), n)
    elif narrow is float16:
        single_f16_pack(panel, layout, a, row, column, min(rows, <Py_ssize_t> single_width), n)
    else:
        single_bf16_pack(panel, layout, a, row, column, min(rows, <Py_ssize_t> single_width), n)


cdef inline bint floats_in_rows(const RowDots *job) noexcept nogil:
    """Whether outputs of a row lie side by side, and rows are so many floats apart."""
    return job.out_strides[1] == sizeof(float) and job.out_strides[0] % <Py_ssize_t> sizeof(float) == 0


# Short rows: a strip of A meets a few rows of X at a time -----------------------------------------------------

cdef void pack_strips(const RowDots *job, const narrow *a, Py_ssize_t rows, float *strips) noexcept nogil:
    cdef single_layout layout
    cdef Py_ssize_t i = 0, n = job.shape[2]
    layout.place, layout.lane, layout.step = in_order, SHORT_STRIP, LANES * SHORT_STRIP
    while i < rows:
        pack_panel(strips + i // SHORT_STRIP * SHORT_STRIP * n + i % SHORT_STRIP, &layout,
                   at(a, job.A_strides[1], i), job.A_strides[1], job.A_strides[2], rows - i, n)
        i += single_width


cdef inline void meet_strip(const RowDots *job, const float *x, Py_ssize_t x_row, Py_ssize_t left, const float *strip,
                            char *out, Py_ssize_t taken) noexcept nogil:
    """A few rows of X, of which `left` are left, with the `taken` rows of A in a strip; past the last, it again."""
    cdef float sums[SHORT_ROWS_AT_ONCE * SHORT_STRIP]
    cdef const float *rows[SHORT_ROWS_AT_ONCE]
    cdef char *outs[SHORT_ROWS_AT_ONCE]
    cdef Py_ssize_t r
    cdef bint direct = taken == SHORT_STRIP and floats_in_rows(job)
    for r in range(SHORT_ROWS_AT_ONCE):
        rows[r] = at(x, x_row, min(r, left - 1))
        outs[r] = out + min(r, left - 1) * job.out_strides[0] if direct else <char *> (sums + r * SHORT_STRIP)
    single_product_tile(rows, strip, job.shape[2], outs, False)
    if not direct:
        for r in range(min(left, <Py_ssize_t> SHORT_ROWS_AT_ONCE)):
            store_singles(out + r * job.out_strides[0], job.out_strides[1], sums + r * SHORT_STRIP, taken)


cdef void meet_strips(const RowDots *job, const float *x, Py_ssize_t x_row, Py_ssize_t s, const float *strips,
                      char *out, Py_ssize_t m) noexcept nogil:
    """s rows of X with m packed rows of A."""
    cdef Py_ssize_t i = 0, j
    while i < m:
        j = 0
        while j < s:
            meet_strip(job, at(x, x_row, j), x_row, s - j, strips + i * job.shape[2],
                       out + j * job.out_strides[0] + i * job.out_strides[1], min(m - i, <Py_ssize_t> SHORT_STRIP))
            j += SHORT_ROWS_AT_ONCE
        i += SHORT_STRIP


cdef int short_product(const RowDots *job, const narrow *a, const narrow *x) noexcept nogil:
    """All outputs; -1 if there is no memory to pack strips in."""
    cdef Py_ssize_t m0, s0 = 0, k, m, s, n = job.shape[2], x_row = job.X_strides[0]
    cdef bint in_place = narrow is float and contiguous_rows(job.X, job.X_strides, sizeof(float))
    cdef Py_ssize_t mc = rows_within(A_FLOATS // n, job.shape[1], SHORT_STRIP)
    cdef Py_ssize_t nc = min(SHORT_FLOATS // n, job.shape[0])
    cdef char *out
    cdef const float *rows
    cdef char *memory = <char *> take_workspace((mc * n + (0 if in_place else nc * n)) * sizeof(float) + CACHE_LINE)
    if memory is NULL:
        return -1
    cdef float *strips = <float *> on_cache_line(memory)
    while s0 < job.shape[0]:
        s, m0, rows = min(job.shape[0] - s0, nc), 0, <const float *> at(x, job.X_strides[0], s0)
        if not in_place:
            rows, x_row = strips + mc * n, n * sizeof(float)
            for k in range(s):
                gather_single(strips + mc * n + k * n, at(x, job.X_strides[0], s0 + k), job.X_strides[2], n)
        while m0 < job.shape[1]:
            m, out = min(job.shape[1] - m0, mc), job.out + s0 * job.out_strides[0] + m0 * job.out_strides[1]
            if s0 == 0 or mc < job.shape[1]:
                pack_strips(job, at(a, job.A_strides[1], m0), m, strips)
            meet_strips(job, rows, x_row, s, strips, out, m)
            m0 += mc
        s0 += nc
    leave_workspace(memory)
    return 0


# Long rows: panels ------------------------------------------------------------------------------------------

cdef struct LongProduct:
    Py_ssize_t blocks      # of a row
    single_layout layout   # of a panel
    Py_ssize_t panel_size
    Py_ssize_t mc          # rows of A packed at once, whole panels
    Py_ssize_t nc          # rows of X whose block sums wait at once, whole groups
    Py_ssize_t group       # rows of X packed at once, whole panels
    float *a_packed
    float *x_packed
    float *kept            # what the lanes of a group of tiles leave for each other
    float *sums            # [blocks][nc][mc], NULL if outputs go where they belong


cdef LongProduct plan_long(const RowDots *job, bint direct) noexcept nogil:
    cdef LongProduct p
    cdef Py_ssize_t steps = pieces(min(job.shape[2], <Py_ssize_t> BLOCK), LANES), most
    p.a_packed = p.x_packed = p.kept = p.sums = NULL
    p.blocks = pieces(job.shape[2], BLOCK)
    p.layout.place, p.layout.step = in_order_of_fold, single_width
    p.layout.lane = (steps + (steps % 8 == 0)) * single_width  # not all lanes in the same sets of L1
    p.panel_size = LANES * p.layout.lane
    p.mc = rows_within(A_FLOATS // p.panel_size * single_width, job.shape[1], single_width)
    p.group = rows_within(TOGETHER_IN_L1, job.shape[0], single_width)
    most = job.shape[0] if direct else max(SINGLE_SUMS // (p.mc * p.blocks), p.group)
    p.nc = round_up(min(most, job.shape[0]), p.group)
    return p


cdef inline void pack_panels(const LongProduct *p, float *packed, const narrow *a, Py_ssize_t row, Py_ssize_t column,
                             Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t i = 0
    while i < rows:
        pack_panel(packed + i // single_width * p.panel_size, &p.layout, at(a, row, i), row, column, rows - i, n)
        i += single_width


cdef void meet_panels(const LongProduct *p, Py_ssize_t rows, Py_ssize_t m, Py_ssize_t n, float *out,
                      Py_ssize_t out_row) noexcept nogil:
    """out[j, i] = the sum of one block of n elements of packed row j of X with packed row i of A."""
    cdef single_panels panels
    cdef Py_ssize_t i = 0, taken
    panels.x, panels.lane_size, panels.n, panels.out_row = p.x_packed, p.layout.lane, n, out_row
    while i < m:
        taken = SINGLE_PANELS if pieces(m - i, single_width) >= SINGLE_PANELS else 1
        panels.a, panels.out = p.a_packed + i // single_width * p.panel_size, out + i
        panels.columns = min(m - i, taken * single_width)
        single_tiles(&panels, rows, p.kept)
        i += taken * single_width


cdef void meet_groups(const RowDots *job, const LongProduct *p, const narrow *x, Py_ssize_t s, Py_ssize_t m,
                      Py_ssize_t n, float *out, Py_ssize_t out_row) noexcept nogil:
    """The same for s rows of X, a group at a time."""
    cdef Py_ssize_t j = 0, count
    while j < s:
        count = min(s - j, p.group)
        pack_panels(p, p.x_packed, at(x, job.X_strides[0], j), job.X_strides[0], job.X_strides[2], count, n)
        meet_panels(p, count, m, n, out + j * out_row, out_row)
        j += count


cdef void long_chunk(const RowDots *job, const LongProduct *p, const narrow *a, const narrow *x, Py_ssize_t m0,
                     Py_ssize_t s0) noexcept nogil:
    """The outputs of p.mc rows of A with p.nc of X, block by block. What is still packed is not packed again."""
    cdef Py_ssize_t m = min(p.mc, job.shape[1] - m0), s = min(p.nc, job.shape[0] - s0), k, n, area = p.mc * p.nc
    cdef char *out = job.out + s0 * job.out_strides[0] + m0 * job.out_strides[1]
    cdef const narrow *x_k
    for k in range(p.blocks):
        n = min(job.shape[2] - k * BLOCK, <Py_ssize_t> BLOCK)
        x_k = at(at(x, job.X_strides[0], s0), job.X_strides[2], k * BLOCK)
        if p.blocks > 1 or s0 == 0 or p.mc < job.shape[1]:
            pack_panels(p, p.a_packed, at(at(a, job.A_strides[1], m0), job.A_strides[2], k * BLOCK), job.A_strides[1],
                        job.A_strides[2], m, n)
        if p.sums is NULL:
            meet_groups(job, p, x_k, s, m, n, <float *> out, job.out_strides[0] // <Py_ssize_t> sizeof(float))
        else:
            meet_groups(job, p, x_k, s, m, n, p.sums + k * area, p.mc)
    if p.sums is not NULL:
        fold_columns(p.sums, p.blocks, area)
        for k in range(s):
            store_singles(out + k * job.out_strides[0], job.out_strides[1], p.sums + k * p.mc, m)


cdef int long_product(const RowDots *job, const narrow *a, const narrow *x) noexcept nogil:
    """All outputs; -1 if there is no memory to pack panels in."""
    cdef bint direct = job.shape[2] <= BLOCK and floats_in_rows(job)
    cdef LongProduct p = plan_long(job, direct)
    cdef Py_ssize_t m0, s0 = 0, kept = SINGLE_KEPT * p.group * SINGLE_PANELS * single_width
    cdef Py_ssize_t packed = p.panel_size * pieces(p.mc, single_width)
    cdef Py_ssize_t x_packed = p.panel_size * pieces(p.group, single_width)
    cdef Py_ssize_t sums = 0 if direct else p.blocks * p.mc * p.nc
    cdef char *memory = <char *> take_workspace((kept + packed + x_packed + sums) * sizeof(float) + CACHE_LINE)
    if memory is NULL:
        return -1
    p.kept = <float *> on_cache_line(memory)
    p.a_packed = p.kept + kept
    p.x_packed = p.a_packed + packed
    p.sums = NULL if direct else p.x_packed + x_packed
    while s0 < job.shape[0]:
        m0 = 0
        while m0 < job.shape[1]:
            long_chunk(job, &p, a, x, m0, s0)
            m0 += p.mc
        s0 += p.nc
    leave_workspace(memory)
    return 0
