# A job of rows as kernels take it, done at once, part by part, or in pieces that threads share.

cdef enum:
    GROUP = 8  # short rows that are one step of a kernel at most


cdef struct Work:  # a job whose first two axes are those of each part
    RowDots job
    Axes axes
    Dtypes dtypes
    FloatRowDots row_dots  # NULL for integers; another thread may change the level


cdef inline RowDots part_at(const Work *work, Py_ssize_t index) noexcept nogil:
    cdef RowDots part = work.job
    cdef Py_ssize_t i, place
    for i in range(2, work.axes.count):
        place = index % work.axes.size[i]
        part.A += place * work.axes.strides[0][i]
        part.X += place * work.axes.strides[1][i]
        part.out += place * work.axes.strides[2][i]
        index //= work.axes.size[i]
    return part


cdef int do_parts(const Work *work, Py_ssize_t first, Py_ssize_t last) noexcept nogil:
    """Some parts; -1 if there is no memory to pack a panel in, 1 if an integer does not fit int64."""
    cdef RowDots part
    cdef int192 beyond
    cdef Py_ssize_t index
    for index in range(first, last):
        part = part_at(work, index)
        if work.row_dots is NULL:
            if not kernels().integer_row_dots(&part, work.dtypes.x, work.dtypes.y, &beyond):
                return 1
        elif work.row_dots(&part):
            return -1
    return 0


cdef inline int check(int failed) except -1:
    if failed < 0:
        raise MemoryError("onedot: no memory to pack a panel in")
    return failed


cdef class Parts:
    """A large job of many small parts: called with a range, it does those."""

    cdef Work work

    def __call__(self, Py_ssize_t first, Py_ssize_t last):
        cdef int failed
        with nogil:
            failed = do_parts(&self.work, first, last)
        check(failed)


cdef class Pieces:
    """A job as a list of pieces, slices of its two axes of results: called with a range, it does those."""

    cdef RowDots job
    cdef FloatRowDots row_dots
    cdef list pieces

    def __call__(self, Py_ssize_t first, Py_ssize_t last):
        cdef RowDots piece
        cdef Py_ssize_t s, m
        cdef int failed
        for stacks, rows in self.pieces[first:last]:
            s, m = stacks.start, rows.start
            piece = part_of(&self.job, s, m, stacks.stop - s, rows.stop - m)
            with nogil:
                failed = self.row_dots(&piece)
            check(failed)


cdef inline bint scattered(const RowDots *job, size_t size) noexcept nogil:
    """Whether elements must be gathered one by one, because a row's or x's do not lie side by side.

    A matrix product gathers the columns of X once for all rows of A.
    """
    cdef bint in_A = <size_t> job.A_strides[2] == size or <size_t> job.A_strides[1] == size
    cdef bint product = job.A_strides[0] == 0 and job.X_strides[1] == 0 and min(job.shape[0], job.shape[1]) >= GROUP
    return not in_A or not (<size_t> job.X_strides[2] == size or product and <size_t> job.X_strides[0] == size)


cdef Py_ssize_t grain_of(const RowDots *job, int dtype, Tier tier) except -1:
    """How many products are made between two looks at Ctrl-C."""
    cdef Py_ssize_t grain = (exact_face.GRAIN if tier == EXACT else kernels().single_grain if tier == SINGLE
                             else jobs.GRAIN)
    return min(grain, <Py_ssize_t> jobs.GRAIN_SCATTERED) if scattered(job, 8 >> min(dtype, FLOAT16)) else grain


cdef int share_pieces(const RowDots *job, FloatRowDots row_dots, Py_ssize_t grain) except -1:
    """Do a large job in pieces of up to `grain` products, by as many threads as may be had."""
    cdef Pieces work = Pieces.__new__(Pieces)
    work.job, work.row_dots = job[0], row_dots
    work.pieces = jobs.pieces(job.shape[0], job.shape[1], job.shape[2], grain)
    threads.share(work, len(work.pieces), 1)
    return 0


cdef int share(const Work *work, Py_ssize_t parts, Tier tier) except -1:
    """The same for many parts."""
    cdef Py_ssize_t products = work.job.shape[0] * work.job.shape[1] * work.job.shape[2], index
    cdef Py_ssize_t grain = grain_of(&work.job, work.dtypes.x, tier)
    cdef Parts all_parts
    cdef RowDots part
    if products <= DIRECT:
        all_parts = Parts.__new__(Parts)
        all_parts.work = work[0]
        threads.share(all_parts, parts, max(min(grain, <Py_ssize_t> jobs.WORTH_A_THREAD) // products, 1))
        return 0
    for index in range(parts):
        part = part_at(work, index)
        share_pieces(&part, work.row_dots, grain)
    return 0


cdef inline int do_job(const RowDots *job, FloatRowDots row_dots, int dtype, Tier tier) except -1:
    """All of a job of floats."""
    cdef Py_ssize_t products = job.shape[0] * job.shape[1] * max(job.shape[2], <Py_ssize_t> 1)
    cdef int failed
    if products > DIRECT:
        return share_pieces(job, row_dots, grain_of(job, dtype, tier))
    if products < KEEP_GIL:
        return check(row_dots(job))
    with nogil:
        failed = row_dots(job)
    return check(failed)


cdef inline int do_work(const Work *work, Py_ssize_t products, Tier tier) except -1:
    """All of it; 1 if it is a job of integers for the face: a large one, or one with a result that does not fit."""
    cdef Py_ssize_t parts = parts_of(&work.axes)
    cdef int failed
    if parts == 1 and work.row_dots is not NULL:
        return do_job(&work.job, work.row_dots, work.dtypes.x, tier)
    if products > DIRECT:
        return 1 if work.row_dots is NULL else share(work, parts, tier)
    if products < KEEP_GIL:
        return check(do_parts(work, 0, parts))
    with nogil:
        failed = do_parts(work, 0, parts)
    return check(failed)
