"""Where Python enters: two ready float vectors go straight to a kernel, all else to the face.

Ready means exact NumPy arrays, 1-D, native float64 or float32, of one dtype and one length. What is
ready needs no check, so every check stands once, in onedot.face. Reading arrays through NumPy's C API
costs about 150 ns less a call than taking two typed memoryviews.
"""

cimport numpy as cnp
from cpython.object cimport PyObject
from cpython.pycapsule cimport PyCapsule_GetPointer

from kernel_table cimport BLOCK, DIRECT_BLOCKS, KernelTable

from onedot import face, levels

cdef extern from "Python.h":
    ctypedef struct PyCFunction:
        pass
    ctypedef struct PyMethodDef:
        const char *ml_name
        PyCFunction ml_meth
        int ml_flags
        const char *ml_doc
    int METH_FASTCALL
    object PyCFunction_NewEx(PyMethodDef *definition, PyObject *self, object module)

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


cdef inline double call_f64(object x, object y, Py_ssize_t n):
    cdef const double *a = <const double *> cnp.PyArray_DATA(x)
    cdef const double *b = <const double *> cnp.PyArray_DATA(y)
    cdef Py_ssize_t a_stride = cnp.PyArray_STRIDE(x, 0), b_stride = cnp.PyArray_STRIDE(y, 0)
    dot_f64 = kernels.dot_f64  # once without the GIL, another thread may change the level
    if n < KEEP_GIL:
        return dot_f64(a, a_stride, b, b_stride, n)
    with nogil:
        return dot_f64(a, a_stride, b, b_stride, n)


cdef inline double call_f32(object x, object y, Py_ssize_t n):
    cdef const float *a = <const float *> cnp.PyArray_DATA(x)
    cdef const float *b = <const float *> cnp.PyArray_DATA(y)
    cdef Py_ssize_t a_stride = cnp.PyArray_STRIDE(x, 0), b_stride = cnp.PyArray_STRIDE(y, 0)
    dot_f32 = kernels.dot_f32  # once without the GIL, another thread may change the level
    if n < KEEP_GIL:
        return dot_f32(a, a_stride, b, b_stride, n)
    with nogil:
        return dot_f32(a, a_stride, b, b_stride, n)


cdef object vector_dot(object self, PyObject **args, Py_ssize_t count):
    cdef Py_ssize_t n
    cdef int dtype
    if count == 2 and kernels is not NULL and ready(<object> args[0]) and ready(<object> args[1]):
        x, y = <object> args[0], <object> args[1]
        n = cnp.PyArray_DIM(x, 0)
        dtype = cnp.PyArray_TYPE(x)
        if n == cnp.PyArray_DIM(y, 0) and dtype == cnp.PyArray_TYPE(y) and n <= DIRECT_BLOCKS * BLOCK:
            if dtype == cnp.NPY_DOUBLE:
                return call_f64(x, y, n)
            if dtype == cnp.NPY_FLOAT:
                return call_f32(x, y, n)
    return face_dot(*[<object> args[i] for i in range(count)])


# Made by hand rather than by `def`: 4 ns less a call, and the docstring stands once, at the face.
cdef bytes dot_doc = ("dot(x, y, /)\n--\n\n" + face.dot.__doc__).encode()
cdef PyMethodDef dot_definition
dot_definition.ml_name = "dot"
dot_definition.ml_meth = <PyCFunction> <void *> vector_dot
dot_definition.ml_flags = METH_FASTCALL
dot_definition.ml_doc = dot_doc
dot = PyCFunction_NewEx(&dot_definition, NULL, "onedot")
