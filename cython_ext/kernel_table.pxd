"""The C functions of one level, as the entry calls them.

A vector is its address, its stride in bytes and, once, its length. Any stride, any alignment.
"""

cdef enum:
    BLOCK = 4096          # the law's block
    DIRECT_BLOCKS = 256   # the most blocks a kernel takes in one call: their sums lie on its stack

ctypedef struct RowDots:
    # out[s, m] = the dot of A[s, m] and X[s, m], for rows of n elements; strides in bytes, 0 where shared
    const char *A
    const char *X
    char *out
    Py_ssize_t shape[3]
    Py_ssize_t A_strides[3]
    Py_ssize_t X_strides[3]
    Py_ssize_t out_strides[2]
    bint out_is_double

ctypedef struct KernelTable:
    double (*dot_f64)(const double *x, Py_ssize_t x_stride, const double *y, Py_ssize_t y_stride,
                      Py_ssize_t n) noexcept nogil
    double (*dot_f32)(const float *x, Py_ssize_t x_stride, const float *y, Py_ssize_t y_stride,
                      Py_ssize_t n) noexcept nogil
    int (*row_dots_f64)(const RowDots *job) noexcept nogil
    int (*row_dots_f32)(const RowDots *job) noexcept nogil
    double (*exact_dot_f64)(const double *x, Py_ssize_t x_stride, const double *y, Py_ssize_t y_stride,
                            Py_ssize_t n) noexcept nogil
    double (*exact_dot_f32)(const float *x, Py_ssize_t x_stride, const float *y, Py_ssize_t y_stride,
                            Py_ssize_t n) noexcept nogil
    int (*exact_sign_f64)(const double *x, Py_ssize_t x_stride, const double *y, Py_ssize_t y_stride,
                          Py_ssize_t n) noexcept nogil
    int (*exact_sign_f32)(const float *x, Py_ssize_t x_stride, const float *y, Py_ssize_t y_stride,
                          Py_ssize_t n) noexcept nogil
    int (*exact_row_dots_f64)(const RowDots *job) noexcept nogil
    int (*exact_row_dots_f32)(const RowDots *job) noexcept nogil
    int (*perceptron_update_f64)(double *w, bint bias, const double *x, double step, Py_ssize_t d) noexcept nogil
    int (*perceptron_update_f32)(double *w, bint bias, const float *x, double step, Py_ssize_t d) noexcept nogil
