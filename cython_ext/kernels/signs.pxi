# The sign of x·y + b as a real number. A bound on the error of a plain sum decides nearly always, of float32 one in
# binary32, and where products are whole numbers of one unit, as of points on a grid, the sum has no error. The exact
# tier decides the rest.

cdef extern from "tiles/sums.h" nogil:
    enum: SIZED_STEPS
    enum: UNDECIDED
    Py_ssize_t decide_signs(const double *sums, const double *sizes, Py_ssize_t n, double b, double scale, double least,
                            signed char *signs)
    void f64_sized_sum(const double *x, const double *y, Py_ssize_t n, double *sum, double *size)
    void f32_sized_sum(const float *x, const float *y, Py_ssize_t n, double *sum, double *size)
    void f64_sized_rows(const double *a, Py_ssize_t a_row, const double *x, Py_ssize_t x_row, Py_ssize_t n,
                        double *sums, double *sizes)
    void bounded_add(Bounded *sum, double high, double low, double error)

cdef extern from "single/kernels.h" nogil:
    void single_sized_rows(const float *a, Py_ssize_t a_row, const float *x, Py_ssize_t x_row, Py_ssize_t n,
                           double *sums, double *sizes)


cdef inline int sign_of_number(double v) noexcept nogil:
    return (v > 0) - (v < 0)


cdef inline void sized_sum(const element *x, const element *y, Py_ssize_t n, double *sum, double *size) noexcept nogil:
    if element is double:
        f64_sized_sum(x, y, n, sum, size)
    else:
        f32_sized_sum(x, y, n, sum, size)


cdef bint sign_by_bound(const element *x, const element *y, Py_ssize_t n, double b, int *sign) noexcept nogil:
    """Whether the computed sum of contiguous rows decides the sign.

    With u = 2**-53 and c additions in a row, the sum is off by at most c*u*(size + abs(b)) / (1 - c*u), and by
    n*2**-1075 for products that underflow; size, computed, is too small by no more than that. Twice that, and more for
    underflow, covers it and what the bound itself loses by rounding. What overflows is infinite or NaN: not decided.

    If every product and b are multiples of a power of two q, and add up to less than 2**52 q, so are all sums on the
    way, and all of them are numbers of 53 bits.
    """
    cdef double sum, size, q
    cdef Py_ssize_t c = n // (4 * q64_width) + SIZED_STEPS
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


cdef int sign_of_row(const element *x, const element *y, Py_ssize_t n, double b, Py_ssize_t *exact) noexcept nogil:
    """The sign of contiguous rows, 2 if it has none; one more in `exact` if the exact tier decided."""
    cdef int sign
    if sign_by_bound(x, y, n, b, &sign):
        return sign
    exact[0] += 1
    return exact_sign_with(x, sizeof(element), y, sizeof(element), n, b)


cdef inline void sized_group(const element *a, Py_ssize_t a_row, const element *x, Py_ssize_t x_row, Py_ssize_t n,
                             double *sums, double *sizes) noexcept nogil:
    """The sums of f64_width contiguous rows and of their products' magnitudes, blocks added up in binary64."""
    cdef Py_ssize_t r, k, count
    for r in range(f64_width):
        sums[r] = sizes[r] = 0.0
    for k in range(pieces(n, BLOCK)):
        count = min(n - k * BLOCK, <Py_ssize_t> BLOCK)
        if element is double:
            f64_sized_rows(a + k * BLOCK, a_row, x + k * BLOCK, x_row, count, sums, sizes)
        else:
            single_sized_rows(a + k * BLOCK, a_row, x + k * BLOCK, x_row, count, sums, sizes)


cdef Py_ssize_t signs_by_bounds(const element *tag, const double *sums, const double *sizes, Py_ssize_t m, Py_ssize_t n,
                                double b, signed char *signs) noexcept nogil:
    """The signs of m such sums and b by a bound each, as in sign_by_bound; how many are not decided.

    Sums of float32 are binary32: there u is 2**-24, and products that underflow are off by 2**-150.
    """
    cdef Py_ssize_t width = f64_width if element is double else single_width
    cdef Py_ssize_t c = min(n, <Py_ssize_t> BLOCK) // width + pieces(n, BLOCK) + SIZED_STEPS
    cdef double scale = c * (2.0 ** -52 if element is double else 2.0 ** -23)
    cdef double least = scale * fabs(b) + (n + 1) * (2.0 ** -1070 if element is double else 2.0 ** -145)
    return decide_signs(sums, sizes, m, b, scale, least, signs)


cdef Py_ssize_t signs_of_stack(const RowDots *job, const element *a, const element *x, char *out,
                               double b) noexcept nogil:
    """The signs of contiguous rows: a strip of groups at a time, and one by one what is no group."""
    cdef double sums[MEASURED]
    cdef double sizes[MEASURED]
    cdef signed char signs[MEASURED]
    cdef Py_ssize_t m = 0, i, first, count, exact = 0, n = job.shape[2]
    cdef Py_ssize_t a_row = job.A_strides[1], x_row = job.X_strides[1]
    while m < job.shape[1]:
        count = min(job.shape[1] - m, <Py_ssize_t> MEASURED)
        if count >= f64_width:
            count -= count % f64_width
            for i in range(count // f64_width):
                first = m + i * f64_width
                sized_group(at(a, a_row, first), a_row, at(x, x_row, first), x_row, n, sums + i * f64_width,
                            sizes + i * f64_width)
            if signs_by_bounds(a, sums, sizes, count, n, b, signs) > 0:
                for i in range(count):
                    if signs[i] == UNDECIDED:
                        signs[i] = sign_of_row(at(a, a_row, m + i), at(x, x_row, m + i), n, b, &exact)
        else:
            for i in range(count):
                signs[i] = sign_of_row(at(a, a_row, m + i), at(x, x_row, m + i), n, b, &exact)
        if job.out_strides[1] == 1:
            memcpy(out + m, signs, count)
        else:
            for i in range(count):
                out[(m + i) * job.out_strides[1]] = signs[i]
        m += count
    return exact


cdef Py_ssize_t signs_by_element(const RowDots *job, const element *tag, double b) noexcept nogil:
    cdef const element *a
    cdef const element *x
    cdef char *out
    cdef Py_ssize_t s, m, exact = 0
    cdef bint contiguous = (contiguous_rows(job.A, job.A_strides, sizeof(element))
                            and contiguous_rows(job.X, job.X_strides, sizeof(element))
                            and job.shape[2] <= DIRECT_BLOCKS * BLOCK)
    for s in range(job.shape[0]):
        a = <const element *> (job.A + s * job.A_strides[0])
        x = <const element *> (job.X + s * job.X_strides[0])
        out = job.out + s * job.out_strides[0]
        if contiguous:
            exact += signs_of_stack(job, a, x, out, b)
            continue
        for m in range(job.shape[1]):
            (<signed char *> (out + m * job.out_strides[1]))[0] = exact_sign_with(
                at(a, job.A_strides[1], m), job.A_strides[2], at(x, job.X_strides[1], m), job.X_strides[2],
                job.shape[2], b)
        exact += job.shape[1]
    return exact


cdef Py_ssize_t signs_of_rows(const RowDots *job, int dtype, double b) noexcept nogil:
    if dtype == FLOAT64:
        return signs_by_element(job, <const double *> job.A, b)
    return signs_by_element(job, <const float *> job.A, b)


cdef int all_signs_of_rows(const RowDots *job, int dtype, double b) noexcept nogil:
    """out[m] = the sign of A[m]·X[m] + b; 1 if one has none."""
    cdef Py_ssize_t m
    cdef bint without = False
    if signs_of_rows(job, dtype, b) == 0:  # only the exact tier finds that there is none
        return 0
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
