# Lengths, cosines, angles and projections of rows none of whose squares leaves the bounds of onedot.geometry: what its
# formulas give, a strip of rows at a time, so that they are read from memory once.

cdef extern from "tiles/sums.h" nogil:
    void f64_turned(const double *x, const double *y, Py_ssize_t n, double x_length, double y_length, double *apart,
                    double *along)
    void f32_turned(const float *x, const float *y, Py_ssize_t n, double x_length, double y_length, double *apart,
                    double *along)

cdef enum:
    MEASURED = 128  # rows whose sums wait for each other

cdef double PI = 3.141592653589793
cdef double PI_REST = 1.2246467991473532e-16  # pi - PI


cdef inline int products_of_rows(const RowDots *job, int dtype, double *out) noexcept nogil:
    """out[m] = dot(A[m], X[m]) in binary64; not 0 if there is no memory."""
    cdef RowDots part = job[0]
    part.out, part.out_dtype = <char *> out, FLOAT64
    part.out_strides[0], part.out_strides[1] = part.shape[1] * sizeof(double), sizeof(double)
    return c_functions.row_dots[dtype](&part)


cdef int squares_of_rows(const RowDots *job, bint of_X, int dtype, double *out) noexcept nogil:
    """out[m] = the square of A[m] or of X[m]; 1 if one is out of bounds, -1 if there is no memory, otherwise 0."""
    cdef RowDots part = job[0]
    cdef Py_ssize_t m
    cdef bint within = True
    if of_X:
        part.A, part.A_strides = part.X, part.X_strides
    else:
        part.X, part.X_strides = part.A, part.A_strides
    if part.A_strides[1] == 0:
        part.shape[1] = min(part.shape[1], <Py_ssize_t> 1)
    if products_of_rows(&part, dtype, out) != 0:
        return -1
    for m in range(part.shape[1], job.shape[1]):
        out[m] = out[0]
    for m in range(job.shape[1]):
        within &= LEAST_SQUARE <= out[m] <= GREATEST_SQUARE
    return 0 if within else 1


cdef int norms_of_rows(const RowDots *job, int dtype, double b) noexcept nogil:
    """out[m] = sqrt(A[m]·A[m])."""
    cdef double squares[MEASURED]
    cdef RowDots part
    cdef Py_ssize_t m, k, first = 0
    cdef int status = 0
    while first < job.shape[1] and status == 0:
        part = part_of(job, 0, first, 1, min(job.shape[1] - first, <Py_ssize_t> MEASURED))
        status = squares_of_rows(&part, False, dtype, squares)
        for m in range(part.shape[1]):
            squares[m] = sqrt(squares[m])
        store(&part, part.out, squares, part.shape[1])
        first += MEASURED
    return status


cdef bint lost_nothing(const element *x, const element *y, Py_ssize_t n, double product) noexcept nogil:
    """Whether the dot of two rows is within bounds, or 0 of products none of which underflowed."""
    cdef Py_ssize_t i
    cdef bint kept = True
    if FAINT <= fabs(product) <= GREAT:
        return True
    if product != 0.0:
        return False
    for i in range(n):
        kept &= x[i] == 0 or y[i] == 0 or fabs(<double> x[i] * <double> y[i]) >= FAINT
    return kept


cdef inline bint row_lost_nothing(const RowDots *job, int dtype, Py_ssize_t m, double product) noexcept nogil:
    cdef const char *x = job.A + m * job.A_strides[1]
    cdef const char *y = job.X + m * job.X_strides[1]
    if dtype == FLOAT64:
        return lost_nothing(<const double *> x, <const double *> y, job.shape[2], product)
    return lost_nothing(<const float *> x, <const float *> y, job.shape[2], product)


cdef int cosines_of_strip(const RowDots *job, int dtype) noexcept nogil:
    cdef double x_squares[MEASURED]
    cdef double y_squares[MEASURED]
    cdef double products[MEASURED]
    cdef Py_ssize_t m
    cdef double quotient
    cdef int status = squares_of_rows(job, False, dtype, x_squares)
    if status == 0:
        status = squares_of_rows(job, True, dtype, y_squares)
    if status == 0:
        status = -1 if products_of_rows(job, dtype, products) != 0 else 0
    if status != 0:
        return status
    for m in range(job.shape[1]):
        if not row_lost_nothing(job, dtype, m, products[m]):
            return 1
        quotient = products[m] / sqrt(x_squares[m] * y_squares[m])
        products[m] = -1.0 if quotient < -1.0 else 1.0 if quotient > 1.0 else quotient
    store(job, job.out, products, job.shape[1])
    return 0


cdef inline Py_ssize_t rows_in_strip(const RowDots *job) noexcept nogil:
    """So few that they stay in L1 while they are read three times."""
    return max(min(<Py_ssize_t> MEASURED, 2048 // max(job.shape[2], 1)), <Py_ssize_t> 1)


cdef int cosines_of_rows(const RowDots *job, int dtype, double b) noexcept nogil:
    """out[m] = A[m]·X[m] / sqrt((A[m]·A[m]) (X[m]·X[m])), within [-1, 1]."""
    cdef RowDots part
    cdef Py_ssize_t first = 0, rows = rows_in_strip(job)
    cdef int status = 0
    while first < job.shape[1] and status == 0:
        part = part_of(job, 0, first, 1, min(job.shape[1] - first, rows))
        status = cosines_of_strip(&part, dtype)
        first += rows
    return status


cdef bint all_zero(const element *x, const element *y, Py_ssize_t n, double x_length, double y_length,
                   double sign) noexcept nogil:
    """Whether x / x_length + sign y / y_length is zero."""
    cdef Py_ssize_t i
    cdef bint zero = True
    for i in range(n):
        zero &= <double> x[i] / x_length + sign * (<double> y[i] / y_length) == 0.0
    return zero


cdef bint turned_squares(const element *x, const element *y, Py_ssize_t n, double x_length, double y_length,
                         double *near, double *far) noexcept nogil:
    """The squares of the difference and of the sum of two unit vectors; False for what must be scaled first."""
    cdef double apart[DIRECT_BLOCKS]
    cdef double along[DIRECT_BLOCKS]
    cdef Py_ssize_t k, count, blocks = pieces(n, BLOCK)
    for k in range(blocks):
        count = min(n - k * BLOCK, <Py_ssize_t> BLOCK)
        if element is double:
            f64_turned(x + k * BLOCK, y + k * BLOCK, count, x_length, y_length, apart + k, along + k)
        else:
            f32_turned(x + k * BLOCK, y + k * BLOCK, count, x_length, y_length, apart + k, along + k)
    near[0], far[0] = fold_blocks(apart, blocks), fold_blocks(along, blocks)
    if near[0] < LEAST_SQUARE and (blocks > 1 or not all_zero(x, y, n, x_length, y_length, -1.0)):
        return False
    return far[0] >= LEAST_SQUARE or (blocks == 1 and all_zero(x, y, n, x_length, y_length, 1.0))


cdef int angles_by_element(const RowDots *job, const element *tag, int dtype) noexcept nogil:
    """2 arctan of the tangent of half the angle, or of what it lacks of a right angle."""
    cdef double x_lengths[MEASURED]
    cdef double y_lengths[MEASURED]
    cdef double near[MEASURED]
    cdef double far[MEASURED]
    cdef double angles[MEASURED]
    cdef Py_ssize_t m, rows = job.shape[1]
    cdef int status = squares_of_rows(job, False, dtype, x_lengths)
    if status == 0:
        status = squares_of_rows(job, True, dtype, y_lengths)
    if status != 0:
        return status
    for m in range(rows):
        x_lengths[m], y_lengths[m] = sqrt(x_lengths[m]), sqrt(y_lengths[m])
    for m in range(rows):
        if not turned_squares(<const element *> (job.A + m * job.A_strides[1]),
                              <const element *> (job.X + m * job.X_strides[1]), job.shape[2], x_lengths[m],
                              y_lengths[m], near + m, far + m):
            return 1
    for m in range(rows):
        near[m], far[m] = sqrt(near[m]), sqrt(far[m])
        angles[m] = near[m] / far[m] if near[m] <= far[m] else far[m] / near[m]
    arctangent_map(angles, angles, rows)
    for m in range(rows):
        angles[m] = 2.0 * angles[m] if near[m] <= far[m] else PI - (2.0 * angles[m] - PI_REST)
    store(job, job.out, angles, rows)
    return 0


cdef int angles_of_rows(const RowDots *job, int dtype, double b) noexcept nogil:
    """out[m] = 2 arctan(|A[m]/|A[m]| - X[m]/|X[m]|| / |A[m]/|A[m]| + X[m]/|X[m]||)."""
    cdef RowDots part
    cdef Py_ssize_t first = 0, rows = rows_in_strip(job)
    cdef int status = 0
    while first < job.shape[1] and status == 0:
        part = part_of(job, 0, first, 1, min(job.shape[1] - first, rows))
        if dtype == FLOAT64:
            status = angles_by_element(&part, <const double *> part.A, dtype)
        else:
            status = angles_by_element(&part, <const float *> part.A, dtype)
        first += rows
    return status


cdef inline void multiple_of_row(const element *u, Py_ssize_t n, double share, char *out, int out_dtype) noexcept nogil:
    """out[j] = share u[j], rounded once to the type of out."""
    cdef Py_ssize_t j
    if out_dtype == FLOAT64:
        for j in range(n):
            (<double *> out)[j] = share * <double> u[j]
    else:
        for j in range(n):
            (<float *> out)[j] = <float> (share * <double> u[j])


cdef int projections_of_strip(const RowDots *job, int dtype, const double *squares) noexcept nogil:
    cdef double products[MEASURED]
    cdef const char *onto
    cdef char *out
    cdef Py_ssize_t m
    if products_of_rows(job, dtype, products) != 0:
        return -1
    for m in range(job.shape[1]):
        if not row_lost_nothing(job, dtype, m, products[m]):
            return 1
        onto, out = job.X + m * job.X_strides[1], job.out + m * job.out_strides[1]
        if dtype == FLOAT64:
            multiple_of_row(<const double *> onto, job.shape[2], products[m] / squares[m], out, job.out_dtype)
        else:
            multiple_of_row(<const float *> onto, job.shape[2], products[m] / squares[m], out, job.out_dtype)
    return 0


cdef int projections_of_rows(const RowDots *job, int dtype, double b) noexcept nogil:
    """out[m] = (A[m]·X[m] / X[m]·X[m]) X[m], a row of as many elements.

    A row that all are projected on is squared once, and no row of A is read again: then strips are of many rows.
    """
    cdef double squares[MEASURED]
    cdef RowDots part
    cdef bint shared = job.X_strides[1] == 0
    cdef Py_ssize_t first = 0, rows = MEASURED if shared else rows_in_strip(job)
    cdef int status = 0
    while first < job.shape[1] and status == 0:
        part = part_of(job, 0, first, 1, min(job.shape[1] - first, rows))
        if first == 0 or not shared:
            status = squares_of_rows(&part, True, dtype, squares)
        if status == 0:
            status = projections_of_strip(&part, dtype, squares)
        first += rows
    return status
