# The matrix product of few rows with many: out[s, m] = dot(A[m], X[s]). The few, X, are packed; the many are read in
# place where that is sooner than to pack them for so few.

cdef extern from "tiles/sums.h" nogil:
    void f64_pack_after(double *out, Py_ssize_t pass_size, const double *a, Py_ssize_t row, Py_ssize_t column,
                        Py_ssize_t rows, int R, Py_ssize_t lead, Py_ssize_t n)
    void f32_pack_after(double *out, Py_ssize_t pass_size, const float *a, Py_ssize_t row, Py_ssize_t column,
                        Py_ssize_t rows, int R, Py_ssize_t lead, Py_ssize_t n)
    Py_ssize_t f64_lead_in_place(const double *x, Py_ssize_t x_row)
    Py_ssize_t f32_lead_in_place(const float *x, Py_ssize_t x_row)
    void f64_gemm_panels_in_place(const double *a, Py_ssize_t panels, const double *x, Py_ssize_t x_row,
                                  Py_ssize_t lead, Py_ssize_t n, double *out, Py_ssize_t out_row, double *workspace)
    void f32_gemm_panels_in_place(const double *a, Py_ssize_t panels, const float *x, Py_ssize_t x_row,
                                  Py_ssize_t lead, Py_ssize_t n, double *out, Py_ssize_t out_row, double *workspace)

cdef enum:
    FEW_BYTES = 1 << 18     # of rows of X packed at once, in L2
    IN_PLACE_BYTES = 24576  # of rows of A whose lines, of one pass, fill six of the eight places of each set of L1


cdef struct ThinGemm:
    Py_ssize_t size       # doubles of a packed row
    Py_ssize_t group      # rows of X packed at once, a multiple of MR
    bint in_place         # whether rows of A are not packed
    Py_ssize_t lead       # zeros before a packed row, as rows in place are read from so many elements before them
    double *x_packed
    double *a_packed
    double *sums          # [NR][group]
    double *workspace


cdef inline bint is_gemm(const RowDots *job) noexcept nogil:
    """Whether a matrix product is of rows long enough to pay for packing them."""
    return all_meet(job) and job.shape[2] > SHORT_ROWS


cdef inline bint is_thin_gemm(const RowDots *job) noexcept nogil:
    """Whether it is a matrix product of rows of one block, so few on one side that to pack the other would not pay."""
    return is_gemm(job) and job.shape[2] <= BLOCK and min(job.shape[0], job.shape[1]) <= MR * TOGETHER


cdef inline bint stays_in_L1(Py_ssize_t row, Py_ssize_t n, Py_ssize_t size) noexcept nogil:
    """Whether a pass over NR rows of n elements, so many bytes apart, finds their lines in L1 at the next panel.

    It reads one cache line of each LANES elements. Rows that are whole such steps apart read lines of the same sets;
    others have step / apart places for them.
    """
    cdef Py_ssize_t step = LANES * size, apart = CACHE_LINE
    while apart < step and row % (2 * apart) == 0:
        apart *= 2
    return pieces(NR * apart, step) * n * size <= IN_PLACE_BYTES


cdef inline ThinGemm plan_thin(const RowDots *job, const element *a) noexcept nogil:
    cdef ThinGemm p
    p.x_packed = p.a_packed = p.sums = p.workspace = NULL
    p.in_place = (contiguous_rows(job.A, job.A_strides, sizeof(element)) and job.shape[1] >= NR
                  and (f64_width * sizeof(double) >= CACHE_LINE
                       or stays_in_L1(job.A_strides[1], job.shape[2], sizeof(element))))
    p.lead = 0
    if p.in_place:
        if element is double:
            p.lead = f64_lead_in_place(a, job.A_strides[1])
        else:
            p.lead = f32_lead_in_place(a, job.A_strides[1])
    p.size = round_up(p.lead + job.shape[2], LANES)
    p.group = rows_within(FEW_BYTES // (8 * p.size), job.shape[0], MR)
    return p


cdef inline void pack_few(const RowDots *job, const ThinGemm *p, const element *x, Py_ssize_t rows) noexcept nogil:
    """p.x_packed = these rows of X as panels of MR."""
    cdef Py_ssize_t i = 0, of_pass = p.size * f64_width // LANES, pass_size = round_up(rows, MR) * of_pass
    while i < rows:
        if element is double:
            f64_pack_after(p.x_packed + i * of_pass, pass_size, at(x, job.X_strides[0], i), job.X_strides[0],
                           job.X_strides[2], rows - i, MR, p.lead, job.shape[2])
        else:
            f32_pack_after(p.x_packed + i * of_pass, pass_size, at(x, job.X_strides[0], i), job.X_strides[0],
                           job.X_strides[2], rows - i, MR, p.lead, job.shape[2])
        i += MR


cdef inline void sums_in_place(const ThinGemm *p, const element *a, Py_ssize_t a_row, Py_ssize_t rows,
                               Py_ssize_t n) noexcept nogil:
    """p.sums = the dots of NR rows of A with so many packed rows of X."""
    if element is double:
        f64_gemm_panels_in_place(p.x_packed, pieces(rows, MR), a, a_row, p.lead, n, p.sums, p.group, p.workspace)
    else:
        f32_gemm_panels_in_place(p.x_packed, pieces(rows, MR), a, a_row, p.lead, n, p.sums, p.group, p.workspace)


cdef inline void sums_packed(const ThinGemm *p, const RowDots *job, const element *a, Py_ssize_t taken,
                             Py_ssize_t rows) noexcept nogil:
    """The same for `taken` rows of A, which are packed first."""
    cdef Py_ssize_t n = job.shape[2], panel = NR * round_up(n, LANES)
    pack_tiles(p.a_packed, panel, panel * f64_width // LANES, a, job.A_strides[1], job.A_strides[2], taken, n, NR)
    if element is double:
        f64_gemm_panels(p.x_packed, pieces(rows, MR), p.a_packed, n, p.sums, p.group, p.workspace)
    else:
        f32_gemm_panels(p.x_packed, pieces(rows, MR), p.a_packed, n, p.sums, p.group, p.workspace)


cdef inline void store_turned(const RowDots *job, const ThinGemm *p, char *out, Py_ssize_t rows,
                              Py_ssize_t taken) noexcept nogil:
    """out[i, j] = sums[j, i]."""
    cdef Py_ssize_t i, j
    for i in range(rows):
        for j in range(taken):
            store_one(job, out + i * job.out_strides[0] + j * job.out_strides[1], p.sums[j * p.group + i])


cdef void thin_group(const RowDots *job, const ThinGemm *p, const element *a, const element *x, Py_ssize_t rows,
                     char *out) noexcept nogil:
    """The outputs of some rows of X. The last rows of A in place may repeat some of those before."""
    cdef Py_ssize_t m = 0, taken
    pack_few(job, p, x, rows)
    while m < job.shape[1]:
        if p.in_place:
            m, taken = min(m, job.shape[1] - NR), NR
            sums_in_place(p, at(a, job.A_strides[1], m), job.A_strides[1], rows, job.shape[2])
        else:
            taken = min(job.shape[1] - m, <Py_ssize_t> NR)
            sums_packed(p, job, at(a, job.A_strides[1], m), taken, rows)
        store_turned(job, p, out + m * job.out_strides[1], rows, taken)
        m += taken


cdef int rows_by_few(const RowDots *job, const element *a, const element *x) noexcept nogil:
    """All outputs, X being the few; -1 if there is no memory to pack panels in."""
    cdef ThinGemm p = plan_thin(job, a)
    cdef Py_ssize_t s = 0, rows, kept = p.group // MR * KEPT
    cdef Py_ssize_t doubles = kept + p.size * p.group + (0 if p.in_place else p.size * NR) + NR * p.group
    cdef char *memory = <char *> take_workspace(doubles * sizeof(double) + CACHE_LINE)
    if memory is NULL:
        return -1
    p.workspace = <double *> on_cache_line(memory)
    p.x_packed = p.workspace + kept
    p.a_packed = p.x_packed + p.size * p.group
    p.sums = p.a_packed + (0 if p.in_place else p.size * NR)
    while s < job.shape[0]:
        rows = min(job.shape[0] - s, p.group)
        thin_group(job, &p, a, at(x, job.X_strides[0], s), rows, job.out + s * job.out_strides[0])
        s += rows
    leave_workspace(memory)
    return 0


cdef int thin_gemm(const RowDots *job, const element *tag) noexcept nogil:
    """The same, whichever of A and X are the few."""
    cdef RowDots turned = with_A_for_X(job) if job.shape[0] > job.shape[1] else job[0]
    return rows_by_few(&turned, <const element *> turned.A, <const element *> turned.X)
