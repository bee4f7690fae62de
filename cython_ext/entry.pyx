"""Where Python enters: ready arrays go straight to a kernel, all else to the face.

Ready means exact NumPy arrays, of one float dtype or of integers and bools, native, whose shapes fit; of rows,
aligned ones. What is ready needs no check, so every check stands once, in the face. Reading arrays through
NumPy's C API costs about 150 ns less a call than taking two typed memoryviews. What was found to be an array is
declared one: Cython would check an object for each macro of NumPy's again, which were 8 of dot's 43 ns.
"""

cimport numpy as cnp
from cpython.object cimport PyObject
from libc.float cimport DBL_MAX
from libc.math cimport fabs, sqrt
from libc.stdint cimport int64_t

from kernel_table cimport (ACTIVATIONS, BFLOAT16, BLOCK, BOOL, DIRECT_BLOCKS, EXP, FLOAT16, FLOAT32, FLOAT64, FLOATS,
                           GELU, INT8, INT16, INT32, INT64, LEAKY_RELU, LOG_EXPIT, LOGIT, NO_DTYPE, RELU, SHORT_ROWS,
                           SIGMOID, SIGN, SILU, SMALL_COLUMNS, SOFTPLUS, STEP, TANH, UINT8, UINT16, UINT32, UINT64,
                           WIDE_FLOATS, FloatDot, FloatRowDots, FloatSign, KernelTable, RowDots, RowMeasure, fits_int64,
                           int192, load_int, load_table, part_of, store_int, store_table)

import numpy as np

from onedot import levels
from onedot._core import dot as face
from onedot._core import exact as exact_face
from onedot._core import matvec as batched
from onedot._core import row_dots as jobs
from onedot._core import single as single_face
from onedot._core import threads
from onedot._core.environment import in_default_environment
from onedot._training import perceptron

cdef extern from "Python.h":
    ctypedef struct PyCFunction:
        pass
    ctypedef struct PyMethodDef:
        const char *ml_name
        PyCFunction ml_meth
        int ml_flags
        const char *ml_doc
    int METH_FASTCALL
    int METH_KEYWORDS
    object PyCFunction_NewEx(PyMethodDef *definition, PyObject *self, object module)

cdef extern from "environment.h":
    long long environment_in_use()
    bint environment_is_default(long long environment)

cnp.import_array()

include "dtypes.pxi"

cdef enum:
    KEEP_GIL = 16384            # fewer products take 2 us or less, so there is nothing to gain by letting go
    DIRECT = DIRECT_BLOCKS * BLOCK  # more products are made in pieces, which threads share and Ctrl-C stops between

include "current_table.pxi"

cdef int compiled_level = False


def use(module):
    """Call the kernels of a compiled level's module; any other module leaves all calls to the face."""
    store_int(&compiled_level, use_table(module))


levels.on_use(use)

include "bounds.pxi"
include "entry/operands.pxi"
include "entry/lists.pxi"


# dot -----------------------------------------------------------------------------------------------------

cdef inline double float_dot(FloatDot kernel, cnp.ndarray x, cnp.ndarray y, Py_ssize_t n) noexcept:
    cdef const void *a = cnp.PyArray_DATA(x)
    cdef const void *b = cnp.PyArray_DATA(y)
    cdef Py_ssize_t a_stride = cnp.PyArray_STRIDE(x, 0), b_stride = cnp.PyArray_STRIDE(y, 0)
    if n < KEEP_GIL:
        return kernel(a, a_stride, b, b_stride, n)
    with nogil:
        return kernel(a, a_stride, b, b_stride, n)


cdef inline object integer_dot(Dtypes dtypes, cnp.ndarray x, cnp.ndarray y, Py_ssize_t n):
    cdef const void *a = cnp.PyArray_DATA(x)
    cdef const void *b = cnp.PyArray_DATA(y)
    cdef Py_ssize_t a_stride = cnp.PyArray_STRIDE(x, 0), b_stride = cnp.PyArray_STRIDE(y, 0)
    cdef int192 result
    dot_of_dtypes = kernels().integer_dot
    if n < KEEP_GIL:
        result = dot_of_dtypes(dtypes.x, a, a_stride, dtypes.y, b, b_stride, n)
    else:
        with nogil:
            result = dot_of_dtypes(dtypes.x, a, a_stride, dtypes.y, b, b_stride, n)
    return python_int(&result)


cdef inline bint are_vectors(cnp.ndarray x, cnp.ndarray y) noexcept:
    """Whether two arrays are vectors of one length that a kernel takes in one call."""
    return (cnp.PyArray_NDIM(x) == 1 and cnp.PyArray_NDIM(y) == 1
            and cnp.PyArray_DIM(x, 0) == cnp.PyArray_DIM(y, 0) and cnp.PyArray_DIM(x, 0) <= DIRECT)


cdef tuple two_vectors(Function f, PyObject **args, Py_ssize_t count, Dtypes *dtypes):
    """The arguments as vectors that kernels can read together, where they have to be made so; None for the face."""
    pair = converted(f, args, dtypes) if count == 2 else None
    if pair is None or not are_vectors(<cnp.ndarray> pair[0], <cnp.ndarray> pair[1]):
        return None
    return pair


cdef inline FloatDot dot_of(Tier tier, int dtype) noexcept:
    """The kernel for vectors of a dtype of floats."""
    if tier == SINGLE:
        return kernels().single_dots[dtype]
    return kernels().exact_dots[dtype] if tier == EXACT else kernels().dots[dtype]


cdef inline object dot_of_vectors(cnp.ndarray x, cnp.ndarray y, Dtypes dtypes, Tier tier):
    cdef Py_ssize_t n = cnp.PyArray_DIM(x, 0)
    if dtypes.x >= FLOATS:
        return integer_dot(dtypes, x, y, n)
    return float_dot(dot_of(tier, dtypes.x), x, y, n)


cdef bint widen_block(cnp.ndarray v, int dtype, Py_ssize_t first, Py_ssize_t n, double *out) noexcept nogil:
    """Some elements in C order as binary64; False for what is not widened here, or maybe not exactly."""
    cdef const float *singles = <const float *> cnp.PyArray_DATA(v)
    cdef const int *integers = <const int *> cnp.PyArray_DATA(v)
    cdef Py_ssize_t i
    if dtype == INT64:
        return widen_small(<const int64_t *> cnp.PyArray_DATA(v) + first, out, n)
    for i in range(n):
        out[i] = <double> singles[first + i] if dtype == FLOAT32 else <double> integers[first + i]
    return True


cdef object dot_by_blocks(object given, object other):
    """The dot of float64 and what is too large to be widened as a whole: float32 or integers; None for the face."""
    cdef double wide[BLOCK]
    cdef double *sums
    cdef cnp.ndarray x, y
    cdef cnp.npy_intp blocks
    cdef Py_ssize_t k, n, count
    cdef int dtype
    cdef bint exact = True
    if not usable() or not cnp.PyArray_CheckExact(given) or not cnp.PyArray_CheckExact(other):
        return None
    x, y = <cnp.ndarray> given, <cnp.ndarray> other
    if dtype_of(x) == FLOAT64:
        x, y = y, x
    dtype, n = dtype_of(x), cnp.PyArray_SIZE(x)
    if (dtype_of(y) != FLOAT64 or not are_vectors(x, y) or not cnp.PyArray_ISCARRAY_RO(x)
            or not (dtype == INT64 or dtype == FLOAT32 or dtype == INT32)):
        return None
    block_dot, blocks = kernels().dots[FLOAT64], (n + BLOCK - 1) // BLOCK
    partials = cnp.PyArray_SimpleNew(1, &blocks, cnp.NPY_DOUBLE)
    sums = <double *> cnp.PyArray_DATA(<cnp.ndarray> partials)
    with nogil:
        for k in range(blocks):
            count = min(n - k * BLOCK, <Py_ssize_t> BLOCK)
            if not widen_block(x, dtype, k * BLOCK, count, wide):
                exact = False
                break
            sums[k] = block_dot(wide, sizeof(double), cnp.PyArray_BYTES(y) + k * BLOCK * cnp.PyArray_STRIDE(y, 0),
                                cnp.PyArray_STRIDE(y, 0), count)
    return levels.kernels().fold(partials) if exact else None


cdef inline object dot_by(Function f, Tier tier, PyObject **args, Py_ssize_t count):
    cdef Dtypes dtypes
    if (count == 2 and ready(args[0], args[1], tier, &dtypes)
            and are_vectors(<cnp.ndarray> args[0], <cnp.ndarray> args[1])):
        return dot_of_vectors(<cnp.ndarray> args[0], <cnp.ndarray> args[1], dtypes, tier)
    pair = two_vectors(f, args, count, &dtypes)
    if pair is None:
        found = None if tier != LAW or count != 2 else dot_by_blocks(<object> args[0], <object> args[1])
        return from_face(f, args, count, NULL) if found is None else found
    return dot_of_vectors(<cnp.ndarray> pair[0], <cnp.ndarray> pair[1], dtypes, tier)


cdef Function plain_dot = Function(face.dot, ("x", "y"))


cdef object enter_dot(object self, PyObject **args, Py_ssize_t count):
    return dot_by(plain_dot, LAW, args, count)


include "entry/axes.pxi"
include "entry/work.pxi"
include "entry/results.pxi"
include "entry/two_types.pxi"
include "entry/rows.pxi"

cdef Function plain_matvec = Function(batched.matvec, ("A", "x"), least=(2, 1), layouts=(ROWS, SHARED_ROWS))
cdef Function plain_vecmat = Function(batched.vecmat, ("x", "A"), least=(1, 2), layouts=(COLUMNS, SHARED_ROWS),
                                      exchanged=True)
cdef Function plain_vecdot = Function(batched.vecdot, ("X", "Y"), has_axis=True)
cdef Function plain_matmul = Function(batched.matmul, ("A", "B"), layouts=(SHARED_COLUMNS, SHARED_ROWS),
                                      exchanged=True, of_vectors=(plain_vecmat, plain_matvec, plain_vecdot))


cdef object enter_matvec(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return enter_rows(plain_matvec, args, count, names)


cdef object enter_vecmat(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return enter_rows(plain_vecmat, args, count, names)


cdef object enter_matmul(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return enter_rows(plain_matmul, args, count, names)


cdef object enter_vecdot(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return enter_rows(plain_vecdot, args, count, names)


# ---------------------------------------------------------------------------------------------------------

cdef list kept = []  # what the definitions point to


cdef object builtin(PyMethodDef *definition, str name, str signature, object original, void *enter, int flags,
                    str module="onedot"):
    """A builtin with the docstring of the face's function: 4 ns less a call than `def`, and one docstring."""
    cdef bytes c_name = name.encode()
    cdef bytes c_doc = f"{name}{signature}\n--\n\n{original.__doc__}".encode()
    kept.extend((c_name, c_doc))
    definition.ml_name, definition.ml_doc = c_name, c_doc
    definition.ml_meth = <PyCFunction> enter
    definition.ml_flags = flags
    return PyCFunction_NewEx(definition, NULL, module)


cdef PyMethodDef definitions[5]

dot = builtin(&definitions[0], "dot", "(x, y, /)", face.dot, <void *> enter_dot, METH_FASTCALL)
matvec = builtin(&definitions[1], "matvec", "(A, x, /, *, out=None)", batched.matvec, <void *> enter_matvec,
                 METH_FASTCALL | METH_KEYWORDS)
vecmat = builtin(&definitions[2], "vecmat", "(x, A, /, *, out=None)", batched.vecmat, <void *> enter_vecmat,
                 METH_FASTCALL | METH_KEYWORDS)
vecdot = builtin(&definitions[3], "vecdot", "(X, Y, /, *, axis=-1, out=None)", batched.vecdot,
                 <void *> enter_vecdot, METH_FASTCALL | METH_KEYWORDS)
matmul = builtin(&definitions[4], "matmul", "(A, B, /, *, out=None)", batched.matmul, <void *> enter_matmul,
                 METH_FASTCALL | METH_KEYWORDS)

include "entry/exact.pxi"
include "entry/single.pxi"
include "entry/perceptron.pxi"
include "entry/measures.pxi"
include "entry/units.pxi"
include "entry/search.pxi"
include "entry/pairs.pxi"
