"""The C functions of one level, as the entry calls them.

A vector is its address, its stride in bytes and, once, its length. Any stride, any alignment.
"""

from libc.stdint cimport int64_t, uint64_t

cdef extern from "tiles/int192.h" nogil:
    ctypedef struct int192:  # low + middle * 2**64 + high * 2**128
        uint64_t low
        uint64_t middle
        int64_t high
    bint fits_int64(const int192 *v)

cdef enum:
    BLOCK = 4096          # the law's block
    DIRECT_BLOCKS = 256   # the most blocks a kernel takes in one call: their sums lie on its stack
    SHORT_ROWS = 16       # elements of a row so short that a group of rows is one step, and many are gathered first
    SMALL_COLUMNS = 4     # elements of a column of matrices that kernels take many of in one loop

cdef enum:  # the dtypes that kernels read: floats first, by which the arrays of the table are indexed
    FLOAT64
    FLOAT32
    WIDE_FLOATS  # these two have kernels of every kind
    FLOAT16 = WIDE_FLOATS
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

cdef enum:  # the activations, by which the table has them
    EXP
    SIGMOID
    LOG_EXPIT
    LOGIT
    TANH
    SOFTPLUS
    RELU
    LEAKY_RELU
    GELU
    SILU
    STEP
    SIGN
    ACTIVATIONS

ctypedef struct RowDots:
    # out[s, m] = the dot of A[s, m] and X[s, m], for rows of n elements; strides in bytes, 0 where shared
    const char *A
    const char *X
    char *out
    Py_ssize_t shape[3]
    Py_ssize_t A_strides[3]
    Py_ssize_t X_strides[3]
    Py_ssize_t out_strides[2]
    int out_dtype          # halves are written by their own kernels alone

cdef inline RowDots part_of(const RowDots *job, Py_ssize_t s, Py_ssize_t m, Py_ssize_t stacks,
                            Py_ssize_t rows) noexcept nogil:
    """The job for some rows of some stacks."""
    cdef RowDots part = job[0]
    part.A = job.A + s * job.A_strides[0] + m * job.A_strides[1]
    part.X = job.X + s * job.X_strides[0] + m * job.X_strides[1]
    part.out = job.out + s * job.out_strides[0] + m * job.out_strides[1]
    part.shape[0], part.shape[1] = stacks, rows
    return part

ctypedef double (*FloatDot)(const void *x, Py_ssize_t x_stride, const void *y, Py_ssize_t y_stride,
                            Py_ssize_t n) noexcept nogil
ctypedef int (*FloatSign)(const void *x, Py_ssize_t x_stride, const void *y, Py_ssize_t y_stride,
                          Py_ssize_t n) noexcept nogil
ctypedef int (*FloatRowDots)(const RowDots *job) noexcept nogil
# 1 if a row must be scaled first, or has no sign, -1 if there is no memory; of angles, rows are contiguous and aligned;
# b is what is added to sums whose signs are asked for
ctypedef int (*RowMeasure)(const RowDots *job, int dtype, double b) noexcept nogil
ctypedef int (*FloatUpdate)(double *w, bint bias, const void *x, double step, Py_ssize_t d) noexcept nogil

ctypedef struct KernelTable:
    FloatDot dots[FLOATS]
    FloatRowDots row_dots[FLOATS]
    FloatDot exact_dots[WIDE_FLOATS]
    FloatSign exact_signs[WIDE_FLOATS]
    FloatRowDots exact_row_dots[WIDE_FLOATS]
    FloatDot single_dots[FLOATS]          # these two have no kernel of FLOAT64
    FloatRowDots single_row_dots[FLOATS]  # out is float32
    Py_ssize_t single_grain               # products between two looks at Ctrl-C
    FloatUpdate perceptron_updates[WIDE_FLOATS]
    int192 (*integer_dot)(int x_dtype, const void *x, Py_ssize_t x_stride, int y_dtype, const void *y,
                          Py_ssize_t y_stride, Py_ssize_t n) noexcept nogil
    RowMeasure norms
    RowMeasure cosines
    RowMeasure angles
    RowMeasure projections  # a row for a row
    RowMeasure signs        # int8
    void (*activation)(int which, int dtype, const void *x, void *out, Py_ssize_t n) noexcept nogil
    # of m rows of float64 or float32, or its logarithms; -1 if there is no memory
    int (*softmax)(bint logarithms, int dtype, const void *x, void *out, Py_ssize_t m, Py_ssize_t n) noexcept nogil
    # True if all results fit int64, otherwise *beyond is one that does not
    bint (*integer_row_dots)(const RowDots *job, int a_dtype, int x_dtype, int192 *beyond) noexcept nogil
    void (*widen)(int dtype, const void *x, void *out, Py_ssize_t n) noexcept nogil  # halves to float32, it to float64
    # the k best of n scores, float64, float32 or int64, best first, and the rows that they are of
    void (*best)(int dtype, const void *scores, Py_ssize_t n, void *best, long long *rows, Py_ssize_t k) noexcept nogil
    # of m contiguous rows of float32 for one query; False where all scores by the law are to be looked at
    bint (*best_by_bound)(const float *a, Py_ssize_t a_row, const float *x, Py_ssize_t n, Py_ssize_t m, float *best,
                          long long *rows, Py_ssize_t k) noexcept nogil

cdef extern from "atomic.h" nogil:
    const KernelTable *load_table "ATOMIC_LOAD" (const KernelTable **place)
    void store_table "ATOMIC_STORE" (const KernelTable **place, const KernelTable *table)
    int load_int "ATOMIC_LOAD" (const int *place)
    void store_int "ATOMIC_STORE" (int *place, int value)
