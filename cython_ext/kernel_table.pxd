"""The C functions of one level, as the entry calls them.

A vector is its address, its stride in bytes and, once, its length. Any stride, any alignment.
"""

from libc.stdint cimport int64_t, uint64_t

cdef extern from "tiles/int192.h" nogil:
    ctypedef struct integer:  # low + middle * 2**64 + high * 2**128
        uint64_t low
        uint64_t middle
        int64_t high
    bint fits_int64(const integer *v)

cdef enum:
    BLOCK = 4096          # the law's block
    DIRECT_BLOCKS = 256   # the most blocks a kernel takes in one call: their sums lie on its stack

cdef enum:  # the dtypes that kernels read: floats first, the tables below have one entry for each of those
    FLOAT64
    FLOAT32
    FLOAT16
    BFLOAT16
    FLOATS
    INT8 = FLOATS
    UINT8
    INT16
    UINT16
    INT32
    UINT32
    INT64
    UINT64
    BOOL
    NO_DTYPE

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
    int out_dtype          # the same for kernels that write more than float64 and float32

ctypedef double (*FloatDot)(const void *x, Py_ssize_t x_stride, const void *y, Py_ssize_t y_stride,
                            Py_ssize_t n) noexcept nogil
ctypedef int (*FloatRowDots)(const RowDots *job) noexcept nogil

ctypedef struct KernelTable:
    FloatDot dots[FLOATS]
    FloatRowDots row_dots[FLOATS]
    integer (*integer_dot)(int x_dtype, const void *x, Py_ssize_t x_stride, int y_dtype, const void *y,
                           Py_ssize_t y_stride, Py_ssize_t n) noexcept nogil
    # True if all results fit int64, otherwise *beyond is one that does not
    bint (*integer_row_dots)(const RowDots *job, int a_dtype, int x_dtype, integer *beyond) noexcept nogil
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

cdef extern from "atomic.h" nogil:
    const KernelTable *load_table "ATOMIC_LOAD" (const KernelTable **place)
    void store_table "ATOMIC_STORE" (const KernelTable **place, const KernelTable *table)
    int load_int "ATOMIC_LOAD" (const int *place)
    void store_int "ATOMIC_STORE" (int *place, int value)
