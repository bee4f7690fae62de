# Dots rounded once: a twofold sum and its bound, and where that does not decide the rounding, the exact sum.

cdef extern from "tiles/sums.h" nogil:
    enum: NO_ANCHOR
    enum: TWOFOLD_BLOCK
    enum: SAMPLE
    enum: DIGITS
    ctypedef enum Rounding:  # numbered as the dtypes
        TO_FLOAT64
        TO_FLOAT32
    ctypedef struct Bounded:
        double high
        double low
        double error
    ctypedef struct Accumulator:
        double special
    bint f64_add_block(Bounded *sum, const double *x, const double *y, Py_ssize_t n, int *anchor)
    bint f32_add_block(Bounded *sum, const float *x, const float *y, Py_ssize_t n, int *anchor)
    void f64_add_exactly(Accumulator *sum, const double *x, const double *y, Py_ssize_t n)
    void f32_add_exactly(Accumulator *sum, const float *x, const float *y, Py_ssize_t n)
    double f64_quantum(const double *x, Py_ssize_t n)
    double f32_quantum(const float *x, Py_ssize_t n)
    bint bounded_is_exact(const Bounded *sum, double quantum)
    double bounded_error(const Bounded *sum)
    bint bounded_double(const Bounded *sum, double *result)
    bint bounded_narrow(const Bounded *sum, Rounding rounding, double *result)
    bint bounded_sign(const Bounded *sum, int *sign)
    double narrowed(double v, Rounding rounding)
    bint round_all(const double *v, double error, float *out, Py_ssize_t n)
    unsigned int largest_bits(const float *x, Py_ssize_t n, unsigned int largest)
    void accumulator_clear(Accumulator *sum)
    int accumulator_digits(const Accumulator *sum, unsigned int *digits)
    double accumulator_round(const Accumulator *sum, bint to_odd)
    int accumulator_sign(const Accumulator *sum)

cdef enum:
    IN_GROUP = 4096        # results whose binary64 sums wait for their bound
    GROUP_BYTES = 1 << 14  # of rows, so that they are still in L1 when their largest element is looked for
    GEMM_SIDE = 64         # rows of A and of X, enough to pay for packing them


cdef inline bint add_block(Bounded *sum, const element *x, const element *y, Py_ssize_t n, int *anchor) noexcept nogil:
    if element is double:
        return f64_add_block(sum, x, y, n, anchor)
    else:
        return f32_add_block(sum, x, y, n, anchor)


cdef inline void add_exactly(Accumulator *sum, const element *x, const element *y, Py_ssize_t n) noexcept nogil:
    if element is double:
        f64_add_exactly(sum, x, y, n)
    else:
        f32_add_exactly(sum, x, y, n)


cdef inline const element *in_a_row(element *packed, const element *x, Py_ssize_t stride, Py_ssize_t n) noexcept nogil:
    """x, or a copy in `packed` if it is strided or misaligned."""
    if contiguous(x, stride):
        return x
    pack(packed, x, stride, n)
    return packed


cdef bint packed_twofold(const element *x, Py_ssize_t x_stride, const element *y, Py_ssize_t y_stride, Py_ssize_t n,
                         int *anchor, Bounded *sum) noexcept nogil:
    """twofold of vectors that may be strided or misaligned, gathered PACKED elements at a time."""
    cdef element x_packed[PACKED]
    cdef element y_packed[PACKED]
    cdef Py_ssize_t k, start, count
    for k in range(pieces(n, PACKED)):
        start = k * PACKED
        count = min(n - start, <Py_ssize_t> PACKED)
        if not add_block(sum, in_a_row(x_packed, at(x, x_stride, start), x_stride, count),
                         in_a_row(y_packed, at(y, y_stride, start), y_stride, count), count, anchor):
            return False
    return True


cdef inline bint twofold(const element *x, Py_ssize_t x_stride, const element *y, Py_ssize_t y_stride, Py_ssize_t n,
                         int *anchor, Bounded *sum) noexcept nogil:
    """sum = x·y with a bound on its error; False where there is none, as of infinities."""
    cdef Py_ssize_t start = 0
    sum.high = sum.low = sum.error = 0.0
    if not (contiguous(x, x_stride) and contiguous(y, y_stride)):
        return packed_twofold(x, x_stride, y, y_stride, n, anchor, sum)
    while start < n:
        if not add_block(sum, x + start, y + start, min(n - start, <Py_ssize_t> TWOFOLD_BLOCK), anchor):
            return False
        start += TWOFOLD_BLOCK
    return True


cdef double quantum(const element *x, Py_ssize_t x_stride, Py_ssize_t n) noexcept nogil:
    """The power of two of which every element is a multiple; infinity if all are zero."""
    cdef element packed[PACKED]
    cdef Py_ssize_t k, start, count
    cdef double least = HUGE_VAL
    for k in range(pieces(n, PACKED)):
        start = k * PACKED
        count = min(n - start, <Py_ssize_t> PACKED)
        pack(packed, at(x, x_stride, start), x_stride, count)
        if element is double:
            least = min(least, f64_quantum(<const element *> packed, count))
        else:
            least = min(least, f32_quantum(<const element *> packed, count))
    return least


cdef bint is_exact(const Bounded *sum, const element *x, Py_ssize_t x_stride, const element *y, Py_ssize_t y_stride,
                   Py_ssize_t n) noexcept nogil:
    """Whether the bound is smaller than the last digit of any product, so that the sum is what it says.

    The first few elements nearly always tell where it is not.
    """
    cdef Py_ssize_t few = min(n, <Py_ssize_t> SAMPLE)
    return (bounded_is_exact(sum, quantum(x, x_stride, few) * quantum(y, y_stride, few))
            and bounded_is_exact(sum, quantum(x, x_stride, n) * quantum(y, y_stride, n)))


cdef void exact_sum(const element *x, Py_ssize_t x_stride, const element *y, Py_ssize_t y_stride, Py_ssize_t n,
                    Accumulator *sum) noexcept nogil:
    """sum = x·y."""
    cdef element x_packed[PACKED]
    cdef element y_packed[PACKED]
    cdef Py_ssize_t k, start, count
    accumulator_clear(sum)
    for k in range(pieces(n, PACKED)):
        start = k * PACKED
        count = min(n - start, <Py_ssize_t> PACKED)
        pack(x_packed, at(x, x_stride, start), x_stride, count)
        pack(y_packed, at(y, y_stride, start), y_stride, count)
        add_exactly(sum, <const element *> x_packed, <const element *> y_packed, count)


cdef double decided_exactly(const element *x, Py_ssize_t x_stride, const element *y, Py_ssize_t y_stride,
                            Py_ssize_t n, Rounding rounding) noexcept nogil:
    """x·y from its exact sum."""
    cdef Accumulator sum
    exact_sum(x, x_stride, y, y_stride, n, &sum)
    if rounding == TO_FLOAT64:
        return accumulator_round(&sum, False)
    return narrowed(accumulator_round(&sum, True), rounding)


cdef inline bint decides(const Bounded *sum, Rounding rounding, double *result) noexcept nogil:
    """Whether the bound decides the rounding, which is then the result."""
    if rounding == TO_FLOAT64:
        return bounded_double(sum, result)
    return bounded_narrow(sum, rounding, result)


cdef bint rounded_dot(const element *x, Py_ssize_t x_stride, const element *y, Py_ssize_t y_stride, Py_ssize_t n,
                      Rounding rounding, int *anchor, double *result) noexcept nogil:
    """result = x·y, rounded once; returns whether that took the exact sum.

    The anchor is that of the row before, or none. It is tried first, as most rows are like those before them.
    """
    cdef Bounded sum
    cdef bint given = anchor[0] != NO_ANCHOR
    cdef bint bounded = twofold(x, x_stride, y, y_stride, n, anchor, &sum)
    if bounded and decides(&sum, rounding, result):
        return False
    if bounded and given:
        anchor[0] = NO_ANCHOR
        bounded = twofold(x, x_stride, y, y_stride, n, anchor, &sum)
        if bounded and decides(&sum, rounding, result):
            return False
    if bounded and is_exact(&sum, x, x_stride, y, y_stride, n):
        result[0] = sum.high + sum.low
        if rounding == TO_FLOAT64:
            return False
        if result[0] - sum.high == sum.low:
            result[0] = narrowed(result[0], rounding)
            return False
    result[0] = decided_exactly(x, x_stride, y, y_stride, n, rounding)
    return True


cdef double exact_dot_vectors(const element *x, Py_ssize_t x_stride, const element *y, Py_ssize_t y_stride,
                              Py_ssize_t n) noexcept nogil:
    """x·y rounded once, for up to DIRECT_BLOCKS blocks."""
    cdef double result
    cdef int anchor = NO_ANCHOR
    rounded_dot(x, x_stride, y, y_stride, n, TO_FLOAT64, &anchor, &result)
    return result


cdef int exact_sign_vectors(const element *x, Py_ssize_t x_stride, const element *y, Py_ssize_t y_stride,
                            Py_ssize_t n) noexcept nogil:
    """The sign of x·y, -1, 0 or 1, and 2 if it is NaN, for up to DIRECT_BLOCKS blocks."""
    cdef Bounded sum
    cdef Accumulator exact
    cdef int sign = 0, anchor = NO_ANCHOR
    if twofold(x, x_stride, y, y_stride, n, &anchor, &sum):
        if bounded_sign(&sum, &sign):
            return sign
        if is_exact(&sum, x, x_stride, y, y_stride, n):
            return (sum.high + sum.low > 0) - (sum.high + sum.low < 0)
    exact_sum(x, x_stride, y, y_stride, n, &exact)
    return accumulator_sign(&exact)


# Many rows -----------------------------------------------------------------------------------------------

cdef Py_ssize_t rows_one_by_one(const RowDots *job, const element *a, const element *x, Rounding rounding,
                                int *anchor) noexcept nogil:
    """out[s, m] = A[s, m]·X[s, m], each rounded once; how many took the exact sum."""
    cdef Py_ssize_t s, m, exact = 0
    cdef double value
    for s in range(job.shape[0]):
        for m in range(job.shape[1]):
            exact += rounded_dot(
                at(at(a, job.A_strides[0], s), job.A_strides[1], m), job.A_strides[2],
                at(at(x, job.X_strides[0], s), job.X_strides[1], m), job.X_strides[2],
                job.shape[2], rounding, anchor, &value)
            store(job, job.out + s * job.out_strides[0] + m * job.out_strides[1], &value, 1)
    return exact


cdef Py_ssize_t gathered_one_by_one(const RowDots *job, const element *a, const element *x, Rounding rounding,
                                    int *anchor) noexcept nogil:
    """The same where stacks share rows of A that are not contiguous: each is gathered once, if there is memory."""
    cdef Py_ssize_t m, n = job.shape[2], exact = 0
    cdef RowDots part
    cdef element *row = NULL
    if job.A_strides[0] == 0 and job.shape[0] > 1 and not contiguous(a, job.A_strides[2]):
        row = <element *> malloc(max(n, 1) * sizeof(element))
    if row is NULL:
        return rows_one_by_one(job, a, x, rounding, anchor)
    for m in range(job.shape[1]):
        part = part_of(job, 0, m, job.shape[0], 1)
        pack(row, at(a, job.A_strides[1], m), job.A_strides[2], n)
        part.A_strides[2] = sizeof(element)
        exact += rows_one_by_one(&part, row, at(x, job.X_strides[1], m), rounding, anchor)
    free(row)
    return exact


cdef Py_ssize_t rows_by_element(const RowDots *job, const element *tag, Rounding rounding, int *anchor) noexcept nogil:
    """The same of any job; a vector that all rows of A meet is gathered as a row that all stacks meet."""
    cdef RowDots j = with_shared_X(job)
    if j.shape[0] == 1 and j.X_strides[1] == 0:
        j = with_operands_exchanged(&j)
        j = with_axes_exchanged(&j)
    return gathered_one_by_one(&j, <const element *> j.A, <const element *> j.X, rounding, anchor)


cdef inline unsigned int largest_of(const char *a, const Py_ssize_t *shape, const Py_ssize_t *strides) noexcept nogil:
    """The bits of the largest |a[s, m, i]|, for an array that is contiguous along m or i."""
    cdef Py_ssize_t s, k, across = 2 if strides[1] == sizeof(float) and strides[2] != sizeof(float) else 1
    cdef unsigned int largest = 0
    if across == 1 and strides[1] == shape[2] * <Py_ssize_t> sizeof(float):  # one after the other: as one long row
        for s in range(shape[0] if strides[0] else 1):
            largest = largest_bits(<const float *> (a + s * strides[0]), shape[1] * shape[2], largest)
        return largest
    for s in range(shape[0] if strides[0] else 1):
        for k in range(shape[across] if strides[across] else 1):
            largest = largest_bits(<const float *> (a + s * strides[0] + k * strides[across]), shape[3 - across],
                                   largest)
    return largest


cdef double group_error(const RowDots *job, unsigned int X_largest) noexcept nogil:
    """What the law's sums of any of the rows may be off by, from their largest elements; `dot` documents it.

    2**-52 for 2**-53, and 2 more additions, cover what the bound leaves out in second order, and its rounding.
    """
    cdef unsigned int bits[2]
    cdef float largest[2]
    cdef Py_ssize_t n = job.shape[2], depth = min(n, <Py_ssize_t> BLOCK) // 32 + 9, blocks = pieces(n, BLOCK)
    bits[0] = largest_of(job.A, job.shape, job.A_strides)
    bits[1] = X_largest
    memcpy(largest, bits, sizeof(largest))
    while blocks > 1:
        blocks = (blocks + 1) // 2
        depth += 1
    return 2.0 ** -52 * <double> (n * depth) * (<double> largest[0] * <double> largest[1])


cdef inline bint aligned_floats(const char *a, const Py_ssize_t *strides) noexcept nogil:
    """Whether rows or columns of floats are contiguous, and all aligned."""
    return ((strides[2] == sizeof(float) or strides[1] == sizeof(float))
            and (<size_t> a | <size_t> strides[0] | <size_t> strides[1] | <size_t> strides[2]) % sizeof(float) == 0)


cdef Py_ssize_t decided_one_by_one(const RowDots *job, const double *sums, double error, Rounding rounding,
                                   int *anchor) noexcept nogil:
    """out[s, m] from sums known to within `error`, others from their rows; how many took the exact sum."""
    cdef Py_ssize_t s, m, exact = 0
    cdef RowDots row
    cdef Bounded sum
    cdef double value
    sum.low, sum.error = 0.0, error
    for s in range(job.shape[0]):
        for m in range(job.shape[1]):
            row = part_of(job, s, m, 1, 1)
            sum.high = sums[s * job.shape[1] + m]
            if bounded_narrow(&sum, rounding, &value):
                store_one(job, row.out, value)
            else:
                exact += rows_one_by_one(&row, <const float *> row.A, <const float *> row.X, rounding, anchor)
    return exact


cdef Py_ssize_t one_group(const RowDots *job, unsigned int X_largest, Rounding rounding, int *anchor) noexcept nogil:
    """A few rows of floats by the law's sums in binary64, and by others where their common bound does not decide."""
    cdef double sums[IN_GROUP]
    cdef float rounded[IN_GROUP]
    cdef RowDots law = job[0]
    cdef Py_ssize_t s, m, rows = job.shape[1]
    cdef double error
    law.out = <char *> sums
    law.out_dtype = FLOAT64
    law.out_strides[0], law.out_strides[1] = rows * sizeof(double), sizeof(double)
    if row_dots_by_layout(&law, <const float *> law.A, <const float *> law.X) < 0:
        return -1
    error = group_error(job, X_largest)
    if (rounding != TO_FLOAT32 or job.out_dtype != FLOAT32
            or not round_all(sums, error, rounded, job.shape[0] * rows)):
        return decided_one_by_one(job, sums, error, rounding, anchor)
    for s in range(job.shape[0]):
        for m in range(rows):
            (<float *> (job.out + s * job.out_strides[0] + m * job.out_strides[1]))[0] = rounded[s * rows + m]
    return 0


cdef Py_ssize_t rows_in_groups(const RowDots *job, Rounding rounding) noexcept nogil:
    """float32 rows to narrower results, as many at once as leave their elements in cache; -1 if there is no memory."""
    cdef RowDots part
    cdef Py_ssize_t s = 0, m, count, exact = 0, rows, stacks
    cdef int anchor = NO_ANCHOR
    cdef unsigned int X_largest = 0
    if is_gemm(job):
        rows = stacks = GEMM_SIDE
    else:
        rows = max(GROUP_BYTES // (<Py_ssize_t> sizeof(float) * max(job.shape[2], 1)), <Py_ssize_t> 4)
        rows = min(rows, <Py_ssize_t> STRIP)
        stacks = max(rows // job.shape[1], <Py_ssize_t> 1)
    while s < job.shape[0]:
        m = 0
        while m < job.shape[1]:
            part = part_of(job, s, m, min(stacks, job.shape[0] - s), min(rows, job.shape[1] - m))
            if m == 0 or job.X_strides[1] != 0:  # rows that share X share its largest element
                X_largest = largest_of(part.X, part.shape, part.X_strides)
            count = one_group(&part, X_largest, rounding, &anchor)
            if count < 0:
                return -1
            exact += count
            m += rows
        s += stacks
    return exact


cdef Py_ssize_t exact_rows_f64(const RowDots *job) noexcept nogil:
    cdef int anchor = NO_ANCHOR
    return rows_by_element(job, <const double *> job.A, TO_FLOAT64, &anchor)


cdef Py_ssize_t exact_rows_f32(const RowDots *job, Rounding rounding) noexcept nogil:
    cdef int anchor = NO_ANCHOR
    cdef RowDots j = with_shared_X(job)
    if (rounding != TO_FLOAT64 and job.shape[1] > 0 and aligned_floats(j.A, j.A_strides)
            and aligned_floats(j.X, j.X_strides)):
        return rows_in_groups(&j, rounding)
    return rows_by_element(job, <const float *> job.A, rounding, &anchor)


cdef int exact_row_dots_f64(const RowDots *job) noexcept nogil:
    return 0 if exact_rows_f64(job) >= 0 else -1


cdef int exact_row_dots_f32(const RowDots *job) noexcept nogil:
    return 0 if exact_rows_f32(job, <Rounding> job.out_dtype) >= 0 else -1


# What Python calls ---------------------------------------------------------------------------------------

cdef tuple formats = ("float64", "float32", "float16", "bfloat16")  # as Rounding numbers them


def exact_row_dots(A, X, out, str name):
    """out[s, m] = A[s, m]·X[s, m], rounded once, to the float type `name`; returns how many took the exact sum."""
    cdef RowDots job = job_of(A, X, out)
    cdef int dtype = dtype_of(A)
    cdef Rounding rounding = <Rounding> formats.index(name)
    cdef Py_ssize_t exact
    with nogil:
        exact = exact_rows_f64(&job) if dtype == FLOAT64 else exact_rows_f32(&job, rounding)
    if exact < 0:
        raise MemoryError("exact_row_dots: no memory to pack a panel in")
    return exact


def exact_bounds(const element[:] x, const element[:] y, double[::1] out):
    """abs(x·y - (out[0] + out[1])) <= out[2], of up to 256 blocks; all NaN where there is no bound."""
    cdef Bounded sum
    cdef int anchor = NO_ANCHOR
    cdef bint bounded = True
    sum.high = sum.low = sum.error = 0.0
    if x.shape[0]:
        with nogil:
            bounded = twofold(&x[0], x.strides[0], &y[0], y.strides[0], x.shape[0], &anchor, &sum)
    out[0], out[1], out[2] = sum.high, sum.low, bounded_error(&sum)
    if not bounded:
        out[0] = out[1] = out[2] = float("nan")


def exact_integer(const element[:] x, const element[:] y):
    """x·y of up to 2**30 elements times 2**2148, an int, and what its infinite and NaN products add up to, else 0.0."""
    cdef Accumulator sum
    cdef unsigned int digits[DIGITS]
    cdef int sign
    cdef Py_ssize_t i
    if not x.shape[0]:
        return 0, 0.0
    with nogil:
        exact_sum(&x[0], x.strides[0], &y[0], y.strides[0], x.shape[0], &sum)
        sign = accumulator_digits(&sum, digits)
    magnitude = b"".join([(<object> digits[i]).to_bytes(4, "little") for i in range(DIGITS)])
    return sign * int.from_bytes(magnitude, "little"), sum.special
