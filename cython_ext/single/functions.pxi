# The functions of onedot._reference.single as Python calls them here.

single_grain = SINGLE_GRAIN


def single_block_sums(x, y, float[::1] out):
    """out[k] = the sum of block k of x * y."""
    cdef Py_ssize_t k, n = cnp.PyArray_DIM(x, 0)
    cdef Py_ssize_t x_stride = cnp.PyArray_STRIDE(x, 0), y_stride = cnp.PyArray_STRIDE(y, 0)
    cdef const char *a = data(x)
    cdef const char *b = data(y)
    cdef FloatDot dot_of_dtype = c_functions.single_dots[dtype_of(x)]
    with nogil:
        for k in range(pieces(n, BLOCK)):
            out[k] = <float> dot_of_dtype(a + k * BLOCK * x_stride, x_stride, b + k * BLOCK * y_stride, y_stride,
                                          min(n - k * BLOCK, <Py_ssize_t> BLOCK))


def single_fold(float[::1] v):
    """The fold of v in binary32, padded with zeros to a power of two; v is used as scratch."""
    return fold_single(&v[0], v.shape[0]) if v.shape[0] else 0.0


def single_row_dots(A, X, out):
    """out[s, m] = A[s, m]·X[s, m] in binary32."""
    cdef RowDots job = job_of(A, X, out)
    cdef int failed, dtype = dtype_of(A)
    with nogil:
        failed = c_functions.single_row_dots[dtype](&job)
    if failed:
        raise MemoryError("single_row_dots: no memory to pack a panel in")
