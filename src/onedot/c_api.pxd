"""The kernels of the level in use as C functions: no Python object, no GIL, no check, and the bits of `onedot.dot`.

Addresses must be those of whole elements of a native type that may be read; strides are in bytes, of any sign; n is at
most 2**20. The level is that of `onedot.levels`, or the baseline where that is the reference. The floating-point
environment must be the default one: round to nearest, nothing flushed to zero.
"""

# x·y of n elements. Any alignment.
cdef double dot_f64(const double *x, Py_ssize_t x_stride, const double *y, Py_ssize_t y_stride,
                    Py_ssize_t n) noexcept nogil
cdef double dot_f32(const float *x, Py_ssize_t x_stride, const float *y, Py_ssize_t y_stride,
                    Py_ssize_t n) noexcept nogil

# out[i] = A[i]·x for m rows of n contiguous elements, rounded once. Aligned; out overlaps nothing. 0, or -1 for want of
# memory.
cdef int matvec_f64(const double *A, Py_ssize_t row_stride, const double *x, double *out, Py_ssize_t m,
                    Py_ssize_t n) noexcept nogil
cdef int matvec_f32(const float *A, Py_ssize_t row_stride, const float *x, float *out, Py_ssize_t m,
                    Py_ssize_t n) noexcept nogil

# The same in binary32, with the bits of `onedot.single.dot`.
cdef double single_dot_f32(const float *x, Py_ssize_t x_stride, const float *y, Py_ssize_t y_stride,
                           Py_ssize_t n) noexcept nogil
cdef int single_matvec_f32(const float *A, Py_ssize_t row_stride, const float *x, float *out, Py_ssize_t m,
                           Py_ssize_t n) noexcept nogil
