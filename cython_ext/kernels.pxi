# Every kernel, once. A level is a stub that includes this file, compiled with that level's flags.
#
# The Python functions below have the names and the argument order of onedot.reference. They trust
# their caller: no shape is compared, nothing is allocated but the scalar they return.

from cpython.pycapsule cimport PyCapsule_New
from libc.float cimport DBL_MAX
from libc.math cimport HUGE_VAL, copysign, fabs
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy, memset

from kernel_table cimport BLOCK, DIRECT_BLOCKS, KernelTable, RowDots

cdef extern from "lanes.h" nogil:
    enum: LANES
    enum: TILE_M
    enum: TILE_S
    enum: KEPT "(HALF_PASSES * OUTPUTS * f64_width)"
    enum: f64_width
    enum: q64_width
    enum: f32_width
    Py_ssize_t f64_sharing(Py_ssize_t n)
    Py_ssize_t f32_sharing(Py_ssize_t n)
    double f64_block_sum(const double *x, const double *y, Py_ssize_t n)
    double f32_block_sum(const float *x, const float *y, Py_ssize_t n)
    void f64_add_products(double *lanes, const double *x, const double *y, Py_ssize_t n)
    void f32_add_products(double *lanes, const float *x, const float *y, Py_ssize_t n)
    bint f64_short_row_sums(const double *a, Py_ssize_t a_row, const double *x, Py_ssize_t x_row, Py_ssize_t n,
                            double *out)
    bint q64_short_row_sums(const double *a, Py_ssize_t a_row, const double *x, Py_ssize_t x_row, Py_ssize_t n,
                            double *out)
    bint f32_short_row_sums(const float *a, Py_ssize_t a_row, const float *x, Py_ssize_t x_row, Py_ssize_t n,
                            double *out)
    void f64_shared_row_sums(const double *a, Py_ssize_t next_row, Py_ssize_t apart, const double *x, Py_ssize_t n,
                             Py_ssize_t sharing, double *out)
    void f32_shared_row_sums(const float *a, Py_ssize_t next_row, Py_ssize_t apart, const float *x, Py_ssize_t n,
                             Py_ssize_t sharing, double *out)
    void f64_paired_row_sums(const double *a, Py_ssize_t a_row, const double *x, Py_ssize_t x_row, Py_ssize_t n,
                             double *out)
    void f32_paired_row_sums(const float *a, Py_ssize_t a_row, const float *x, Py_ssize_t x_row, Py_ssize_t n,
                             double *out)
    void f64_store_each(char *out, Py_ssize_t stride, bint is_double, const double *values)
    void q64_store_each(char *out, Py_ssize_t stride, bint is_double, const double *values)
    void f64_column_sums(const double *a, Py_ssize_t a_row, const double *x, Py_ssize_t x_row, Py_ssize_t n,
                         Py_ssize_t size, double *lanes, double *out)
    void f32_column_sums(const float *a, Py_ssize_t a_row, const float *x, Py_ssize_t x_row, Py_ssize_t n,
                         Py_ssize_t size, double *lanes, double *out)
    void f64_pack(double *out, Py_ssize_t pass_size, const double *a, Py_ssize_t row, Py_ssize_t column,
                  Py_ssize_t rows, int R, Py_ssize_t n)
    void f32_pack(double *out, Py_ssize_t pass_size, const float *a, Py_ssize_t row, Py_ssize_t column,
                  Py_ssize_t rows, int R, Py_ssize_t n)
    struct ahead:
        const char *rows
        Py_ssize_t row
        Py_ssize_t size
    void f64_product_panels(const double *a, Py_ssize_t panels, const double *x, Py_ssize_t steps, const ahead *next,
                            double *out, Py_ssize_t out_row, double *room)
    void f32_product_panels(const double *a, Py_ssize_t panels, const double *x, Py_ssize_t steps, const ahead *next,
                            double *out, Py_ssize_t out_row, double *room)
    enum: NO_ANCHOR
    enum: TWOFOLD_BLOCK
    enum: SAMPLE
    enum: DIGITS
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
    bint bounded_narrow(const Bounded *sum, bint half, double *result)
    bint bounded_sign(const Bounded *sum, int *sign)
    double narrowed(double v, bint half)
    bint round_all(const double *v, double error, float *out, Py_ssize_t n)
    unsigned int largest_bits(const float *x, Py_ssize_t n, unsigned int largest)
    void accumulator_clear(Accumulator *sum)
    int accumulator_digits(const Accumulator *sum, unsigned int *digits)
    double accumulator_round(const Accumulator *sum, bint to_odd)
    int accumulator_sign(const Accumulator *sum)

cdef extern from "training.h" nogil:
    void PREFETCH(const char *p)
    double f64_i32_csr_sum(const double *x, const int *c, Py_ssize_t n, const double *w, double *size)
    double f64_i64_csr_sum(const double *x, const long long *c, Py_ssize_t n, const double *w, double *size)
    double f32_i32_csr_sum(const float *x, const int *c, Py_ssize_t n, const double *w, double *size)
    double f32_i64_csr_sum(const float *x, const long long *c, Py_ssize_t n, const double *w, double *size)
    double fold_lanes(const double *lanes)
    double fold_lanes_of_blocks(const double *lanes, Py_ssize_t blocks, double *partials)
    double f64_margin_sum(const double *x, const double *w, Py_ssize_t n, const char *ahead, bint exact)
    double f32_margin_sum(const float *x, const double *w, Py_ssize_t n, const char *ahead, bint exact)
    double f64_add_step(double *w, const double *x, double step, Py_ssize_t n, double peak)
    double f32_add_step(double *w, const float *x, double step, Py_ssize_t n, double peak)
    bint f64_try_step(double *w, const double *x, double step, Py_ssize_t n)
    bint f32_try_step(double *w, const float *x, double step, Py_ssize_t n)

cdef enum:
    MAX_WIDTH = 8  # doubles of the widest register
    PACKED = 512  # elements of a strided vector gathered at a time: both buffers stay in L1

ctypedef fused element:
    float
    double

ctypedef fused result:
    float
    double

include "dot.pxi"
include "rows.pxi"
include "columns.pxi"
include "product.pxi"
include "row_dots.pxi"
include "activations.pxi"
include "training.pxi"

cdef KernelTable c_functions
c_functions.dot_f64 = dot_vectors[double]
c_functions.dot_f32 = dot_vectors[float]
c_functions.row_dots_f64 = row_dots_f64
c_functions.row_dots_f32 = row_dots_f32
c_functions.perceptron_update_f64 = update_row[double]
c_functions.perceptron_update_f32 = update_row[float]

table = PyCapsule_New(&c_functions, "onedot.KernelTable", NULL)


def dot(const element[:] x, const element[:] y):
    """x·y of up to 256 blocks; for more, block_sums and then fold."""
    cdef double result
    if not x.shape[0]:
        return 0.0
    if x.shape[0] > DIRECT_BLOCKS * BLOCK:
        raise ValueError(f"dot: a kernel takes up to {DIRECT_BLOCKS * BLOCK} elements, not {x.shape[0]}")
    with nogil:
        result = dot_vectors(&x[0], x.strides[0], &y[0], y.strides[0], x.shape[0])
    return result


def block_sums(const element[:] x, const element[:] y, double[::1] out):
    """out[k] = the sum of block k of x * y."""
    if x.shape[0]:
        with nogil:
            write_block_sums(&x[0], x.strides[0], &y[0], y.strides[0], x.shape[0], &out[0])


def fold(double[::1] v):
    """The fold of v, padded with zeros to a power of two; v is used as scratch."""
    return fold_blocks(&v[0], v.shape[0]) if v.shape[0] else 0.0


cdef RowDots job_of(const element[:, :, :] A, const element[:, :, :] X, result[:, :] out):
    """The job of arrays that are not empty along their leading axes."""
    cdef RowDots job
    cdef Py_ssize_t i
    job.A = <const char *> &A[0, 0, 0]
    job.X = <const char *> &X[0, 0, 0]
    job.out = <char *> &out[0, 0]
    job.out_is_double = result is double
    for i in range(3):
        job.shape[i] = A.shape[i]
        job.A_strides[i] = A.strides[i]
        job.X_strides[i] = X.strides[i]
    for i in range(2):
        job.out_strides[i] = out.strides[i]
    return job


def row_dots(const element[:, :, :] A, const element[:, :, :] X, result[:, :] out):
    """out[s, m] = dot(A[s, m], X[s, m])."""
    cdef RowDots job
    cdef int status
    if not out.shape[0] or not out.shape[1]:
        return
    job = job_of(A, X, out)
    with nogil:
        if element is double:
            status = row_dots_f64(&job)
        else:
            status = row_dots_f32(&job)
    if status < 0:
        raise MemoryError("row_dots: no memory to pack a panel in")


include "exact.pxi"

c_functions.exact_dot_f64 = exact_dot_vectors[double]
c_functions.exact_dot_f32 = exact_dot_vectors[float]
c_functions.exact_sign_f64 = exact_sign_vectors[double]
c_functions.exact_sign_f32 = exact_sign_vectors[float]
c_functions.exact_row_dots_f64 = exact_row_dots_f64
c_functions.exact_row_dots_f32 = exact_row_dots_f32
