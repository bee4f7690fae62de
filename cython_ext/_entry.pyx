"""Where Python enters: two ready float vectors go straight to a kernel, all else to the face.

Ready means exact NumPy arrays, 1-D, native float64 or float32, of one dtype and one length. What is
ready needs no check, so every check stands once, in onedot.face. Reading arrays through NumPy's C API
costs about 150 ns less a call than taking two typed memoryviews.
"""

cimport numpy as cnp
from cpython.pycapsule cimport PyCapsule_GetPointer

from kernel_table cimport BLOCK, DIRECT_BLOCKS, KernelTable

from onedot import face, levels

cnp.import_array()

cdef enum:
    KEEP_GIL = 16384  # a shorter dot takes 2 us or less, so there is nothing to gain by letting go

cdef const KernelTable *kernels = NULL
cdef object face_dot = face.dot


def use(module):
    """Call the kernels of a compiled level's module; any other module leaves all calls to the face."""
    global kernels
    table = getattr(module, "table", None)
    kernels = NULL if table is None else <KernelTable *> PyCapsule_GetPointer(table, "onedot.KernelTable")


levels.on_use(use)


cdef inline bint ready(object x):
    return cnp.PyArray_CheckExact(x) and cnp.PyArray_NDIM(x) == 1 and cnp.PyArray_ISNOTSWAPPED(x)


cdef inline double dot_f64(object x, object y, Py_ssize_t n):
    cdef const double *a = <const double *> cnp.PyArray_DATA(x)
    cdef const double *b = <const double *> cnp.PyArray_DATA(y)
    cdef Py_ssize_t a_stride = cnp.PyArray_STRIDE(x, 0), b_stride = cnp.PyArray_STRIDE(y, 0)
    if n < KEEP_GIL:
        return kernels.dot_f64(a, a_stride, b, b_stride, n)
    with nogil:
        return kernels.dot_f64(a, a_stride, b, b_stride, n)


cdef inline double dot_f32(object x, object y, Py_ssize_t n):
    cdef const float *a = <const float *> cnp.PyArray_DATA(x)
    cdef const float *b = <const float *> cnp.PyArray_DATA(y)
    cdef Py_ssize_t a_stride = cnp.PyArray_STRIDE(x, 0), b_stride = cnp.PyArray_STRIDE(y, 0)
    if n < KEEP_GIL:
        return kernels.dot_f32(a, a_stride, b, b_stride, n)
    with nogil:
        return kernels.dot_f32(a, a_stride, b, b_stride, n)


def dot(x, y, /):
    cdef Py_ssize_t n
    cdef int dtype
    if kernels is not NULL and ready(x) and ready(y):
        n = cnp.PyArray_DIM(x, 0)
        dtype = cnp.PyArray_TYPE(x)
        if n == cnp.PyArray_DIM(y, 0) and dtype == cnp.PyArray_TYPE(y) and n <= DIRECT_BLOCKS * BLOCK:
            if dtype == cnp.NPY_DOUBLE:
                return dot_f64(x, y, n)
            if dtype == cnp.NPY_FLOAT:
                return dot_f32(x, y, n)
    return face_dot(x, y)


dot.__doc__ = face.dot.__doc__
dot.__module__ = "onedot"
