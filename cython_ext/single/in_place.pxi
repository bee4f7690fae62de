# The product of long rows in binary32, the more of which are read where they lie: out[s, m] = dot(A[m], X[s]).

cdef extern from "single/kernels.h" nogil:
    void single_pack_after(float *out, Py_ssize_t pass_size, const float *a, Py_ssize_t row, Py_ssize_t column,
                           Py_ssize_t rows, int R, Py_ssize_t lead, Py_ssize_t n)
    Py_ssize_t single_lead_in_place(const float *x, Py_ssize_t x_row)
    void single_gemm_panels_in_place(const float *a, Py_ssize_t panels, const float *x, Py_ssize_t x_row,
                                     Py_ssize_t lead, Py_ssize_t n, float *out, Py_ssize_t out_row, float *workspace)


cdef enum:
    # Of all rows of A, if those of X are not few: in L2, from where every 64 rows of X, of 4 KB, read them again. From
    # L3 it was not measured on a quiet machine.
    IN_PLACE_FLOATS = 1 << 18


cdef inline bint is_in_place(const RowDots *job) noexcept nogil:
    """Whether rows of A are of one block, contiguous and, if a pass reads less than a cache line of each, in L1."""
    return (all_meet(job) and SHORT_PRODUCT < job.shape[2] <= BLOCK and job.shape[1] >= NR
            and (job.shape[0] <= MR * TOGETHER or job.shape[1] * job.shape[2] <= IN_PLACE_FLOATS)
            and contiguous_rows(job.A, job.A_strides, sizeof(float))
            and (single_width * sizeof(float) >= CACHE_LINE
                 or stays_in_L1(job.A_strides[1], job.shape[2], sizeof(float))))


cdef void pack_in_panels(const RowDots *job, const float *x, Py_ssize_t rows, Py_ssize_t lead,
                         float *packed) noexcept nogil:
    """Rows of X as panels of MR."""
    cdef Py_ssize_t i = 0, n = job.shape[2], of_pass = round_up(lead + n, LANES) // LANES * single_width
    while i < rows:
        single_pack_after(packed + i * of_pass, round_up(rows, MR) * of_pass, at(x, job.X_strides[0], i),
                          job.X_strides[0], job.X_strides[2], rows - i, MR, lead, n)
        i += MR


cdef void meet_in_place(const RowDots *job, const float *a, const float *packed, Py_ssize_t rows, char *out,
                        float *sums, float *workspace) noexcept nogil:
    """All rows of A with packed rows of X, NR at a time, of which the last may be done again."""
    cdef Py_ssize_t m = 0, i, panels = pieces(rows, MR), sums_row = round_up(rows, MR)
    cdef Py_ssize_t lead = single_lead_in_place(a, job.A_strides[1])
    while m < job.shape[1]:
        m = min(m, job.shape[1] - NR)
        single_gemm_panels_in_place(packed, panels, at(a, job.A_strides[1], m), job.A_strides[1], lead, job.shape[2],
                                    sums, sums_row, workspace)
        for i in range(NR):
            store_singles(out + (m + i) * job.out_strides[1], job.out_strides[0], sums + i * sums_row, rows)
        m += NR


cdef int product_in_place(const RowDots *job, const float *a, const float *x) noexcept nogil:
    """All outputs, some rows of X at a time; -1 if there is no memory to pack them in."""
    cdef Py_ssize_t s = 0, rows, lead = single_lead_in_place(a, job.A_strides[1])
    cdef Py_ssize_t size = round_up(lead + job.shape[2], LANES)
    cdef Py_ssize_t group = rows_within(FEW_BYTES // (<Py_ssize_t> sizeof(float) * size), job.shape[0], MR)
    cdef Py_ssize_t kept = group // MR * KEPT
    cdef char *memory = <char *> take_workspace((kept + (size + NR) * group) * sizeof(float) + CACHE_LINE)
    cdef float *workspace
    if memory is NULL:
        return -1
    workspace = <float *> on_cache_line(memory)
    while s < job.shape[0]:
        rows = min(job.shape[0] - s, group)
        pack_in_panels(job, at(x, job.X_strides[0], s), rows, lead, workspace + kept)
        meet_in_place(job, a, workspace + kept, rows, job.out + s * job.out_strides[0], workspace + kept + size * group,
                      workspace)
        s += rows
    leave_workspace(memory)
    return 0


cdef inline bint is_in_place_for_some(const RowDots *job, RowDots *turned) noexcept nogil:
    """Whether it is such a product with the more rows, of A or of X, for its A, as *turned has them."""
    turned[0] = with_A_for_X(job) if job.shape[0] > job.shape[1] else job[0]
    return is_in_place(turned)
