# Every kernel, once. A level is a stub that includes this file, compiled with that level's flags.
#
# The Python functions below have the names and the argument order of onedot.reference. They trust
# their caller: no shape is compared, nothing is allocated but the scalar they return.

from cpython.pycapsule cimport PyCapsule_New
from libc.string cimport memcpy, memset

from kernel_table cimport BLOCK, DIRECT_BLOCKS, KernelTable

cdef extern from "lanes.h" nogil:
    enum: LANES
    double f64_block_sum(const double *x, const double *y, Py_ssize_t n)
    double f32_block_sum(const float *x, const float *y, Py_ssize_t n)
    void f64_add_products(double *lanes, const double *x, const double *y, Py_ssize_t n)
    void f32_add_products(double *lanes, const float *x, const float *y, Py_ssize_t n)

cdef enum:
    PACKED = 512  # elements of a strided vector gathered at a time: both buffers stay in L1

ctypedef fused element:
    float
    double

include "dot.pxi"

cdef KernelTable c_functions
c_functions.dot_f64 = dot_vectors[double]
c_functions.dot_f32 = dot_vectors[float]

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
