# Every kernel, once. A level is a stub that includes this file, compiled with that level's flags.
#
# The Python functions, in functions.pxi and in files of one subject each, have the names and the argument order of
# onedot._reference. They trust their caller: no shape is compared, nothing is allocated but the scalar they return.

from cpython.pycapsule cimport PyCapsule_New
from libc.float cimport DBL_MAX
from libc.math cimport HUGE_VAL, copysign, fabs, sqrt
from libc.stdint cimport int32_t, int64_t, uint64_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy, memset

cimport numpy as cnp

from kernel_table cimport (ACTIVATIONS, BFLOAT16, BLOCK, BOOL, DIRECT_BLOCKS, EXP, FLOAT16, FLOAT32, FLOAT64, FLOATS,
                           GELU, INT8, INT16, INT32, INT64, LEAKY_RELU, LOG_EXPIT, LOGIT, NO_DTYPE, RELU, SHORT_ROWS,
                           SIGMOID, SIGN, SILU, SMALL_COLUMNS, SOFTPLUS, STEP, TANH, UINT8, UINT16, UINT32, UINT64,
                           WIDE_FLOATS, FloatDot, FloatSign, FloatUpdate, KernelTable, RowDots, fits_int64, int192,
                           load_int, part_of, store_int)

from onedot._kernels.cpu import byte_dots, x86_64_wide_floats

cnp.import_array()

cdef extern from "tiles/sums.h" nogil:
    ctypedef struct float16:
        pass
    ctypedef struct bfloat16:
        pass

cdef enum:
    MAX_WIDTH = 8  # doubles of the widest register

ctypedef fused element:
    float
    double

ctypedef fused half_type:
    float16
    bfloat16

ctypedef fused number:  # whatever a dot of floats is made of; rows of halves are widened to float
    float
    double
    float16
    bfloat16

include "dtypes.pxi"
include "bounds.pxi"
include "kernels/dot.pxi"
include "kernels/loop.pxi"
include "kernels/rows.pxi"
include "kernels/short_columns.pxi"
include "kernels/columns.pxi"
include "kernels/column_panels.pxi"
include "kernels/gemm.pxi"
include "kernels/product.pxi"
include "kernels/thin_gemm.pxi"
include "kernels/row_dots.pxi"
include "kernels/halves.pxi"
include "kernels/integers.pxi"
include "kernels/integer_product.pxi"
include "kernels/integer_rows.pxi"
include "single/dot.pxi"
include "single/rows.pxi"
include "single/columns.pxi"
include "single/product.pxi"
include "single/in_place.pxi"
include "single/row_dots.pxi"
include "kernels/activations.pxi"
include "kernels/exact.pxi"
include "kernels/geometry.pxi"
include "kernels/signs.pxi"
include "kernels/best.pxi"
include "kernels/twice.pxi"
include "kernels/rough_product.pxi"
include "training/epochs.pxi"
include "training/margins.pxi"
include "training/steps.pxi"
include "training/memory.pxi"
include "training/scores.pxi"
include "training/largest_places.pxi"
include "single/sparse.pxi"
include "training/functions.pxi"
include "training/penalized.pxi"
include "training/passive_aggressive.pxi"
include "training/updates.pxi"
include "training/orders.pxi"

cdef KernelTable c_functions
c_functions.dots[<int> FLOAT64] = <FloatDot> dot_vectors[double]
c_functions.dots[<int> FLOAT32] = <FloatDot> dot_vectors[float]
c_functions.dots[<int> FLOAT16] = <FloatDot> dot_vectors[float16]
c_functions.dots[<int> BFLOAT16] = <FloatDot> dot_vectors[bfloat16]
c_functions.row_dots[<int> FLOAT64] = row_dots_f64
c_functions.row_dots[<int> FLOAT32] = row_dots_f32
c_functions.row_dots[<int> FLOAT16] = row_dots_f16
c_functions.row_dots[<int> BFLOAT16] = row_dots_bf16
c_functions.exact_dots[<int> FLOAT64] = <FloatDot> exact_dot_vectors[double]
c_functions.exact_dots[<int> FLOAT32] = <FloatDot> exact_dot_vectors[float]
c_functions.exact_signs[<int> FLOAT64] = <FloatSign> exact_sign_vectors[double]
c_functions.exact_signs[<int> FLOAT32] = <FloatSign> exact_sign_vectors[float]
c_functions.exact_row_dots[<int> FLOAT64] = exact_row_dots_f64
c_functions.exact_row_dots[<int> FLOAT32] = exact_row_dots_f32
c_functions.single_dots[<int> FLOAT32] = <FloatDot> single_dot_vectors[float]
c_functions.single_dots[<int> FLOAT16] = <FloatDot> single_dot_vectors[float16]
c_functions.single_dots[<int> BFLOAT16] = <FloatDot> single_dot_vectors[bfloat16]
c_functions.single_row_dots[<int> FLOAT32] = single_rows_f32
c_functions.single_row_dots[<int> FLOAT16] = single_rows_f16
c_functions.single_row_dots[<int> BFLOAT16] = single_rows_bf16
c_functions.single_grain = SINGLE_GRAIN
c_functions.perceptron_updates[<int> FLOAT64] = <FloatUpdate> update_row[double]
c_functions.perceptron_updates[<int> FLOAT32] = <FloatUpdate> update_row[float]
c_functions.norms = norms_of_rows
c_functions.cosines = cosines_of_rows
c_functions.angles = angles_of_rows
c_functions.projections = projections_of_rows
c_functions.signs = all_signs_of_rows
c_functions.activation = apply_activation
c_functions.softmax = softmax_of_rows
c_functions.integer_dot = dot_integers
c_functions.integer_row_dots = rows_of_integers
c_functions.widen = widen_floats
c_functions.best = best_of_dtype
c_functions.best_by_bound = best_by_bound

table = PyCapsule_New(&c_functions, "onedot.KernelTable", NULL)

include "kernels/functions.pxi"
include "single/functions.pxi"
