# The functions of onedot._reference.law as Python calls them here: on arrays that a kernel reads where they lie.

cdef inline const char *data(object x):
    return <const char *> cnp.PyArray_DATA(x)


def dot(x, y):
    """x·y of up to 256 blocks; for more, block_sums and then fold."""
    cdef Py_ssize_t n = cnp.PyArray_DIM(x, 0), x_stride = cnp.PyArray_STRIDE(x, 0), y_stride = cnp.PyArray_STRIDE(y, 0)
    cdef const char *a = data(x)
    cdef const char *b = data(y)
    cdef FloatDot dot_of_dtype = c_functions.dots[dtype_of(x)]
    cdef double result
    if n > DIRECT_BLOCKS * BLOCK:
        raise ValueError(f"dot: a kernel takes up to {DIRECT_BLOCKS * BLOCK} elements, not {n}")
    with nogil:
        result = dot_of_dtype(a, x_stride, b, y_stride, n)
    return result


def block_sums(x, y, double[::1] out):
    """out[k] = the sum of block k of x * y."""
    cdef Py_ssize_t k, n = cnp.PyArray_DIM(x, 0)
    cdef Py_ssize_t x_stride = cnp.PyArray_STRIDE(x, 0), y_stride = cnp.PyArray_STRIDE(y, 0)
    cdef const char *a = data(x)
    cdef const char *b = data(y)
    cdef FloatDot dot_of_dtype = c_functions.dots[dtype_of(x)]
    with nogil:
        for k in range(pieces(n, BLOCK)):
            out[k] = dot_of_dtype(a + k * BLOCK * x_stride, x_stride, b + k * BLOCK * y_stride, y_stride,
                                  min(n - k * BLOCK, <Py_ssize_t> BLOCK))


def fold(double[::1] v):
    """The fold of v, padded with zeros to a power of two; v is used as scratch."""
    return fold_blocks(&v[0], v.shape[0]) if v.shape[0] else 0.0


cdef RowDots job_of(object A, object X, object out):
    """What arrays (s, m, n), (s, m, n) and (s, m) ask for."""
    cdef RowDots job
    cdef int i
    job.A, job.X, job.out = data(A), data(X), <char *> cnp.PyArray_DATA(out)
    job.out_dtype = dtype_of(out)
    for i in range(3):
        job.shape[i] = cnp.PyArray_DIM(A, i)
        job.A_strides[i], job.X_strides[i] = cnp.PyArray_STRIDE(A, i), cnp.PyArray_STRIDE(X, i)
    for i in range(2):
        job.out_strides[i] = cnp.PyArray_STRIDE(out, i)
    return job


def row_dots(A, X, out):
    """out[s, m] = dot(A[s, m], X[s, m])."""
    cdef RowDots job = job_of(A, X, out)
    cdef int failed, dtype = dtype_of(A)
    with nogil:
        failed = c_functions.row_dots[dtype](&job)
    if failed:
        raise MemoryError("row_dots: no memory to pack a panel in")


def integer_dot(x, y):
    """x·y of integers and bools: the exact integer."""
    cdef Py_ssize_t n = cnp.PyArray_DIM(x, 0), x_stride = cnp.PyArray_STRIDE(x, 0), y_stride = cnp.PyArray_STRIDE(y, 0)
    cdef const char *a = data(x)
    cdef const char *b = data(y)
    cdef int x_dtype = dtype_of(x), y_dtype = dtype_of(y)
    cdef int192 result
    with nogil:
        result = dot_integers(x_dtype, a, x_stride, y_dtype, b, y_stride, n)
    return python_int(&result)


def integer_row_dots(A, X, out):
    """out[s, m] = integer_dot(A[s, m], X[s, m]) in int64; a result that does not fit is returned at once, or None."""
    cdef RowDots job = job_of(A, X, out)
    cdef int a_dtype = dtype_of(A), x_dtype = dtype_of(X)
    cdef bint fits
    cdef int192 beyond
    with nogil:
        fits = rows_of_integers(&job, a_dtype, x_dtype, &beyond)
    return None if fits else python_int(&beyond)


def use_byte_dots(bint on):
    """Multiply bytes by dots of them, if this level can, or as a CPU without these. No other thread may be at work."""
    choose_byte_dots(on)


def use_wide_floats(bint on):
    """Sum rows of float32 that share x in the widest registers, if this level can, or in those of four doubles.

    No other thread may be at work.
    """
    choose_wide_floats(on)


use_byte_dots(byte_dots(BYTE_DOTS_LEVEL))
use_wide_floats(x86_64_wide_floats())
