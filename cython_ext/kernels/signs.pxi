# The sign of x·y + b as a real number. A bound on the error of a plain sum decides nearly always, and where products are
# whole numbers of one unit, as of points on a grid, the sum has no error. The exact tier decides the rest.

cdef extern from "tiles/sums.h" nogil:
    enum: SIZED_LANES
    enum: SIZED_STEPS
    void f64_sized_sum(const double *x, const double *y, Py_ssize_t n, double *sum, double *size)
    void f32_sized_sum(const float *x, const float *y, Py_ssize_t n, double *sum, double *size)
    double f64_farthest(const double *x, Py_ssize_t n, double largest)
    void bounded_add(Bounded *sum, double high, double low, double error)


cdef inline void sized_sum(const element *x, const element *y, Py_ssize_t n, double *sum, double *size) noexcept nogil:
    if element is double:
        f64_sized_sum(x, y, n, sum, size)
    else:
        f32_sized_sum(x, y, n, sum, size)


cdef inline int sign_of_number(double v) noexcept nogil:
    return (v > 0) - (v < 0)


cdef bint sign_by_bound(const element *x, const element *y, Py_ssize_t n, double b, int *sign) noexcept nogil:
    """Whether the computed sum of contiguous rows decides the sign.

    With u = 2**-53 and c additions in a row, the sum is off by at most c*u*(size + abs(b)) / (1 - c*u), and by
    n*2**-1075 for products that underflow; size, computed, is too small by no more than that. Twice that, and more for
    underflow, covers it and what the bound itself loses by rounding. What overflows is infinite or NaN: not decided.

    If every product and b are multiples of a power of two q, and add up to less than 2**52 q, so are all sums on the
    way, and all of them are numbers of 53 bits.
    """
    cdef double sum, size, q
    cdef Py_ssize_t c = n // SIZED_LANES + SIZED_STEPS
    sized_sum(x, y, n, &sum, &size)
    sum += b
    size += fabs(b)
    sign[0] = sign_of_number(sum)
    if fabs(sum) > <double> c * 2.0 ** -52 * size + <double> (n + 1) * 2.0 ** -1070:
        return True
    if not size <= DBL_MAX:
        return False
    q = quantum(x, sizeof(element), n) * quantum(y, sizeof(element), n)
    return size < 2.0 ** 52 * min(q, f64_quantum(&b, 1))


cdef int exact_sign_with(const element *x, Py_ssize_t x_stride, const element *y, Py_ssize_t y_stride, Py_ssize_t n,
                         double b) noexcept nogil:
    """The sign of x·y + b, -1, 0 or 1, and 2 if it has none."""
    cdef Bounded sum
    cdef Accumulator exact
    cdef int sign = 0, anchor = NO_ANCHOR
    cdef double one = 1.0
    if twofold(x, x_stride, y, y_stride, n, &anchor, &sum):
        bounded_add(&sum, b, 0.0, 0.0)
        if bounded_sign(&sum, &sign):
            return sign
    exact_sum(x, x_stride, y, y_stride, n, &exact)
    f64_add_exactly(&exact, &b, &one, 1)
    return accumulator_sign(&exact)


cdef struct Extent:  # of numbers: how large they are, and a power of two of which all are multiples
    double largest
    double quantum  # -1 while it is not known


cdef double largest_of_rows(const element *a, Py_ssize_t row, Py_ssize_t m, Py_ssize_t n) noexcept nogil:
    """The largest magnitude in m contiguous rows that are `row` bytes apart; NaN counts for nothing or for more."""
    cdef double largest = 0.0
    cdef float as_float
    cdef unsigned int bits = 0
    cdef Py_ssize_t i
    if row == n * <Py_ssize_t> sizeof(element):  # as one long row
        n, m = n * m, min(m, <Py_ssize_t> 1)
    for i in range(m if row else min(m, <Py_ssize_t> 1)):
        if element is double:
            largest = f64_farthest(at(a, row, i), n, largest)
        else:
            bits = largest_bits(at(a, row, i), n, bits)
    if element is float:
        memcpy(&as_float, &bits, sizeof(bits))
        largest = as_float
    return largest


cdef double quantum_of_rows(const element *a, Py_ssize_t row, Py_ssize_t m, Py_ssize_t n) noexcept nogil:
    cdef double least = HUGE_VAL
    cdef Py_ssize_t i
    if row == n * <Py_ssize_t> sizeof(element):
        return quantum(a, sizeof(element), n * m)
    for i in range(m if row else min(m, <Py_ssize_t> 1)):
        least = min(least, quantum(at(a, row, i), sizeof(element), n))
    return least


cdef bint on_a_grid(const RowDots *job, const element *a, Extent *X, double b, double size) noexcept nogil:
    """Whether no sum of these rows, which all are of that size at most, has an error."""
    cdef Py_ssize_t m = job.shape[1], n = job.shape[2]
    if not size <= DBL_MAX:
        return False
    if X.quantum < 0:
        X.quantum = quantum_of_rows(<const element *> job.X, job.X_strides[1], m, n)
    return size < 2.0 ** 52 * min(quantum_of_rows(a, job.A_strides[1], m, n) * X.quantum, f64_quantum(&b, 1))


cdef Py_ssize_t signs_of_strip(const RowDots *job, const element *a, Extent *X, double b) noexcept nogil:
    """The signs of up to MEASURED contiguous rows: by one bound for them all, then by one each, then exactly."""
    cdef double sums[MEASURED]
    cdef Py_ssize_t m, n = job.shape[2], exact = 0
    cdef Py_ssize_t c = min(n, <Py_ssize_t> BLOCK) // LANES + 20  # additions in a row
    cdef double size = n * largest_of_rows(a, job.A_strides[1], job.shape[1], n) * X.largest + fabs(b)
    cdef double bound = <double> c * 2.0 ** -52 * size + <double> (n + 1) * 2.0 ** -1070
    cdef bint summed = products_of_rows(job, FLOAT64 if sizeof(element) == sizeof(double) else FLOAT32, sums) == 0
    cdef bint decided = summed, finite = summed
    cdef int sign
    if summed:
        for m in range(job.shape[1]):
            sums[m] += b
            (<signed char *> (job.out + m * job.out_strides[1]))[0] = sign_of_number(sums[m])
            decided &= fabs(sums[m]) > bound
            finite &= fabs(sums[m]) <= DBL_MAX
    if decided or (finite and on_a_grid(job, a, X, b, size)):
        return 0
    for m in range(job.shape[1]):
        if not (summed and fabs(sums[m]) > bound):
            if not sign_by_bound(at(a, job.A_strides[1], m), at(<const element *> job.X, job.X_strides[1], m), n, b,
                                 &sign):
                sign = exact_sign_with(at(a, job.A_strides[1], m), sizeof(element),
                                       at(<const element *> job.X, job.X_strides[1], m), sizeof(element), n, b)
                exact += 1
            (<signed char *> (job.out + m * job.out_strides[1]))[0] = sign
    return exact


cdef Py_ssize_t signs_in_strips(const RowDots *job, const element *tag, double b) noexcept nogil:
    """So few rows at a time that they are still in L2 when their largest element is looked for."""
    cdef RowDots part
    cdef Extent X
    cdef Py_ssize_t s, m = 0, exact = 0, n = job.shape[2]
    cdef Py_ssize_t rows = max(min(<Py_ssize_t> MEASURED, 16384 // max(n, 1) // 8 * 8), <Py_ssize_t> 1)
    for s in range(job.shape[0]):
        m = 0
        while m < job.shape[1]:
            part = part_of(job, s, m, 1, min(job.shape[1] - m, rows))
            if m == 0 or job.X_strides[1] != 0:
                X.largest = largest_of_rows(<const element *> part.X, part.X_strides[1], part.shape[1], n)
                X.quantum = -1.0
            exact += signs_of_strip(&part, <const element *> part.A, &X, b)
            m += rows
    return exact


cdef Py_ssize_t signs_by_element(const RowDots *job, const element *tag, double b) noexcept nogil:
    cdef const element *a
    cdef const element *x
    cdef Py_ssize_t s, m
    if (contiguous_rows(job.A, job.A_strides, sizeof(element)) and job.shape[2] <= DIRECT_BLOCKS * BLOCK
            and contiguous_rows(job.X, job.X_strides, sizeof(element))):
        return signs_in_strips(job, tag, b)
    for s in range(job.shape[0]):
        for m in range(job.shape[1]):
            a = <const element *> (job.A + s * job.A_strides[0] + m * job.A_strides[1])
            x = <const element *> (job.X + s * job.X_strides[0] + m * job.X_strides[1])
            (<signed char *> (job.out + s * job.out_strides[0] + m * job.out_strides[1]))[0] = exact_sign_with(
                a, job.A_strides[2], x, job.X_strides[2], job.shape[2], b)
    return job.shape[0] * job.shape[1]


cdef Py_ssize_t signs_of_rows(const RowDots *job, int dtype, double b) noexcept nogil:
    if dtype == FLOAT64:
        return signs_by_element(job, <const double *> job.A, b)
    return signs_by_element(job, <const float *> job.A, b)


cdef int alignments_of_rows(const RowDots *job, int dtype) noexcept nogil:
    """out[m] = the sign of A[m]·X[m]; 1 if one has none."""
    cdef Py_ssize_t m
    cdef bint without = False
    signs_of_rows(job, dtype, 0.0)
    for m in range(job.shape[1]):
        without |= job.out[m * job.out_strides[1]] == 2
    return without


def row_signs(A, X, double b, out):
    """out[s, m] = the sign of A[s, m]·X[s, m] + b as int8, 2 if it has none; how many the exact tier decided."""
    cdef RowDots job = job_of(A, X, out)
    cdef int dtype = dtype_of(A)
    cdef Py_ssize_t exact
    with nogil:
        exact = signs_of_rows(&job, dtype, b)
    return exact
