# Every kernel, once. A level is a stub that includes this file, compiled with that level's flags.
#
# The Python functions, in functions.pxi and in files of one subject each, have the names and the argument order of
# onedot.reference. They trust their caller: no shape is compared, nothing is allocated but the scalar they return.

from cpython.pycapsule cimport PyCapsule_New
from libc.float cimport DBL_MAX
from libc.math cimport HUGE_VAL, copysign, fabs
from libc.stdint cimport int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy, memset

cimport numpy as cnp

from kernel_table cimport (BFLOAT16, BLOCK, BOOL, DIRECT_BLOCKS, FLOAT16, FLOAT32, FLOAT64, FLOATS, INT8, INT16, INT32,
                           INT64, NO_DTYPE, UINT8, UINT16, UINT32, UINT64, FloatDot, KernelTable, RowDots, fits_int64,
                           integer, load_int, store_int)

cnp.import_array()

cdef extern from "tiles/sums.h" nogil:
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
    ctypedef enum Rounding:
        TO_DOUBLE
        TO_FLOAT
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

cdef extern from "tiles/training.h" nogil:
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

cdef extern from "tiles/integers.h" nogil:
    enum: HALF_PRODUCTS
    enum: INTEGER_BLOCK
    enum: GATHERED
    ctypedef struct half:  # float16
        pass
    ctypedef struct brain:  # bfloat16
        pass
    bint f16_block_sum(const half *x, const half *y, Py_ssize_t n, double *out)
    bint bf16_block_sum(const brain *x, const brain *y, Py_ssize_t n, double *out)
    bint f16_row_sums(const half *a, Py_ssize_t a_row, const half *x, Py_ssize_t x_row, Py_ssize_t n, Py_ssize_t rows,
                      double *out)
    bint bf16_row_sums(const brain *a, Py_ssize_t a_row, const brain *x, Py_ssize_t x_row, Py_ssize_t n,
                       Py_ssize_t rows, double *out)
    void f16_widen(float *out, const half *x, Py_ssize_t n)
    void bf16_widen(float *out, const brain *x, Py_ssize_t n)
    void f16_round_all(half *out, const double *v, Py_ssize_t n)
    void bf16_round_all(brain *out, const double *v, Py_ssize_t n)
    half f16_rounded(double v)
    brain bf16_rounded(double v)
    void i8_add_products(integer *total, const int8_t *x, const int8_t *y, Py_ssize_t n)
    void u8_add_products(integer *total, const uint8_t *x, const uint8_t *y, Py_ssize_t n)
    void i16_add_products(integer *total, const int16_t *x, const int16_t *y, Py_ssize_t n)
    void u16_add_products(integer *total, const uint16_t *x, const uint16_t *y, Py_ssize_t n)
    void i32_add_products(integer *total, const int32_t *x, const int32_t *y, Py_ssize_t n)
    void u32_add_products(integer *total, const uint32_t *x, const uint32_t *y, Py_ssize_t n)
    void i64_add_products(integer *total, const int64_t *x, const int64_t *y, Py_ssize_t n)
    void u64_add_products(integer *total, const uint64_t *x, const uint64_t *y, Py_ssize_t n)
    void i64_u64_add_products(integer *total, const int64_t *x, const uint64_t *y, Py_ssize_t n)
    void i8_shared_rows(const int8_t *a, Py_ssize_t a_row, const int8_t *x, Py_ssize_t n, Py_ssize_t rows, char *out,
                        Py_ssize_t out_row)
    void i8_add_columns(int32_t *sums, const int8_t *a, Py_ssize_t a_row, const int8_t *x, Py_ssize_t rows,
                        Py_ssize_t size)
    void i8_flush_columns(int64_t *out, int32_t *sums, Py_ssize_t size)
    void i8_order_columns(int64_t *sums, Py_ssize_t size)
    void u8_shared_rows(const uint8_t *a, Py_ssize_t a_row, const uint8_t *x, Py_ssize_t n, Py_ssize_t rows, char *out,
                        Py_ssize_t out_row)
    void u8_add_columns(int32_t *sums, const uint8_t *a, Py_ssize_t a_row, const uint8_t *x, Py_ssize_t rows,
                        Py_ssize_t size)
    void u8_flush_columns(int64_t *out, int32_t *sums, Py_ssize_t size)
    void u8_order_columns(int64_t *sums, Py_ssize_t size)
    void i16_shared_rows(const int16_t *a, Py_ssize_t a_row, const int16_t *x, Py_ssize_t n, Py_ssize_t rows, char *out,
                         Py_ssize_t out_row)
    void i16_add_columns(int32_t *sums, const int16_t *a, Py_ssize_t a_row, const int16_t *x, Py_ssize_t rows,
                         Py_ssize_t size)
    void i16_flush_columns(int64_t *out, int32_t *sums, Py_ssize_t size)
    void i16_order_columns(int64_t *sums, Py_ssize_t size)
    void u16_shared_rows(const uint16_t *a, Py_ssize_t a_row, const uint16_t *x, Py_ssize_t n, Py_ssize_t rows,
                         char *out, Py_ssize_t out_row)
    void u16_add_columns(uint32_t *sums, const uint16_t *a, Py_ssize_t a_row, const uint16_t *x, Py_ssize_t rows,
                         Py_ssize_t size)
    void u16_flush_columns(int64_t *out, uint32_t *sums, Py_ssize_t size)
    void i32_shared_rows(const int32_t *a, Py_ssize_t a_row, const int32_t *x, Py_ssize_t n, Py_ssize_t rows, char *out,
                         Py_ssize_t out_row)
    void i32_add_columns(int64_t *sums, const int32_t *a, Py_ssize_t a_row, const int32_t *x, Py_ssize_t rows,
                         Py_ssize_t size)
    void i32_flush_columns(int64_t *out, int64_t *sums, Py_ssize_t size)
    void u32_shared_rows(const uint32_t *a, Py_ssize_t a_row, const uint32_t *x, Py_ssize_t n, Py_ssize_t rows,
                         char *out, Py_ssize_t out_row)
    void u32_add_columns(uint64_t *sums, const uint32_t *a, Py_ssize_t a_row, const uint32_t *x, Py_ssize_t rows,
                         Py_ssize_t size)
    void u32_flush_columns(int64_t *out, uint64_t *sums, Py_ssize_t size)
    uint64_t i64_add_columns(uint64_t *sums, const int64_t *a, Py_ssize_t a_row, const int64_t *x, Py_ssize_t rows,
                             Py_ssize_t size)
    uint64_t u64_add_columns(uint64_t *sums, const uint64_t *a, Py_ssize_t a_row, const uint64_t *x, Py_ssize_t rows,
                             Py_ssize_t size)

cdef enum:
    MAX_WIDTH = 8  # doubles of the widest register
    PACKED = 512  # elements of a strided vector gathered at a time: both buffers stay in L1

ctypedef fused element:
    float
    double

ctypedef fused result:
    float
    double

ctypedef fused half_type:
    half
    brain

ctypedef fused number:  # whatever a dot of floats is made of; rows of halves are widened to float
    float
    double
    half
    brain

include "dtypes.pxi"
include "kernels/dot.pxi"
include "kernels/rows.pxi"
include "kernels/columns.pxi"
include "kernels/gemm.pxi"
include "kernels/row_dots.pxi"
include "kernels/halves.pxi"
include "kernels/integers.pxi"
include "kernels/integer_rows.pxi"
include "kernels/activations.pxi"
include "kernels/exact.pxi"
include "training/epochs.pxi"
include "training/margins.pxi"
include "training/steps.pxi"
include "training/memory.pxi"
include "training/functions.pxi"
include "training/updates.pxi"
include "training/orders.pxi"

cdef KernelTable c_functions
c_functions.dots[<int> FLOAT64] = dot_f64
c_functions.dots[<int> FLOAT32] = dot_f32
c_functions.dots[<int> FLOAT16] = dot_f16
c_functions.dots[<int> BFLOAT16] = dot_bf16
c_functions.row_dots[<int> FLOAT64] = row_dots_f64
c_functions.row_dots[<int> FLOAT32] = row_dots_f32
c_functions.row_dots[<int> FLOAT16] = row_dots_f16
c_functions.row_dots[<int> BFLOAT16] = row_dots_bf16
c_functions.integer_dot = dot_integers
c_functions.integer_row_dots = rows_of_integers
c_functions.exact_dot_f64 = exact_dot_vectors[double]
c_functions.exact_dot_f32 = exact_dot_vectors[float]
c_functions.exact_sign_f64 = exact_sign_vectors[double]
c_functions.exact_sign_f32 = exact_sign_vectors[float]
c_functions.exact_row_dots_f64 = exact_row_dots_f64
c_functions.exact_row_dots_f32 = exact_row_dots_f32
c_functions.perceptron_update_f64 = update_row[double]
c_functions.perceptron_update_f32 = update_row[float]

table = PyCapsule_New(&c_functions, "onedot.KernelTable", NULL)

include "kernels/functions.pxi"
