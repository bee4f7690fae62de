"""The kernels of the level in use as C functions, for Cython (`from onedot cimport dot_f64`) and for Numba.

They are in `__pyx_capi__`, where `cimport` and `numba.extending.get_cython_function_address` find them.
`c_api.pxd` documents them.
"""

from kernel_table cimport FLOAT32, FLOAT64, KernelTable, RowDots, load_table, store_table

from onedot import levels

include "current_table.pxi"


def _use(module):
    """Call the kernels of this level from now on; those of the baseline in place of the reference, which has none."""
    use_table(module)


levels.on_use(_use)


cdef double dot_f64(const double *x, Py_ssize_t x_stride, const double *y, Py_ssize_t y_stride,
                    Py_ssize_t n) noexcept nogil:
    return kernels().dots[<int> FLOAT64](x, x_stride, y, y_stride, n)


cdef double dot_f32(const float *x, Py_ssize_t x_stride, const float *y, Py_ssize_t y_stride,
                    Py_ssize_t n) noexcept nogil:
    return kernels().dots[<int> FLOAT32](x, x_stride, y, y_stride, n)


cdef RowDots one_vector(const void *A, Py_ssize_t row_stride, const void *x, void *out, Py_ssize_t m, Py_ssize_t n,
                        int dtype) noexcept nogil:
    """The job out[i] = A[i]·x, for contiguous elements."""
    cdef RowDots job
    cdef Py_ssize_t size = sizeof(double) if dtype == FLOAT64 else sizeof(float)
    job.A, job.X, job.out = <const char *> A, <const char *> x, <char *> out
    job.shape[0], job.shape[1], job.shape[2] = 1, m, n
    job.A_strides[0], job.A_strides[1], job.A_strides[2] = 0, row_stride, size
    job.X_strides[0], job.X_strides[1], job.X_strides[2] = 0, 0, size
    job.out_strides[0], job.out_strides[1] = m * size, size
    job.out_dtype = dtype
    return job


cdef int matvec_f64(const double *A, Py_ssize_t row_stride, const double *x, double *out, Py_ssize_t m,
                    Py_ssize_t n) noexcept nogil:
    cdef RowDots job = one_vector(A, row_stride, x, out, m, n, FLOAT64)
    return kernels().row_dots[<int> FLOAT64](&job)


cdef int matvec_f32(const float *A, Py_ssize_t row_stride, const float *x, float *out, Py_ssize_t m,
                    Py_ssize_t n) noexcept nogil:
    cdef RowDots job = one_vector(A, row_stride, x, out, m, n, FLOAT32)
    return kernels().row_dots[<int> FLOAT32](&job)


cdef double single_dot_f32(const float *x, Py_ssize_t x_stride, const float *y, Py_ssize_t y_stride,
                           Py_ssize_t n) noexcept nogil:
    return kernels().single_dots[<int> FLOAT32](x, x_stride, y, y_stride, n)


cdef int single_matvec_f32(const float *A, Py_ssize_t row_stride, const float *x, float *out, Py_ssize_t m,
                           Py_ssize_t n) noexcept nogil:
    cdef RowDots job = one_vector(A, row_stride, x, out, m, n, FLOAT32)
    return kernels().single_row_dots[<int> FLOAT32](&job)
