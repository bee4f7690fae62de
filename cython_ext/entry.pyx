"""Where Python enters: ready arrays go straight to a kernel, all else to the face.

Ready means exact NumPy arrays, of one float dtype or of integers and bools, native, whose shapes fit; of rows,
aligned ones. What is ready needs no check, so every check stands once, in the face. Reading arrays through
NumPy's C API costs about 150 ns less a call than taking two typed memoryviews. What was found to be an array is
declared one: Cython would check an object for each macro of NumPy's again, which were 8 of dot's 43 ns.
"""

cimport numpy as cnp
from cpython.object cimport PyObject
from libc.float cimport DBL_MAX
from libc.stdint cimport int64_t

from kernel_table cimport (ACTIVATIONS, BFLOAT16, BLOCK, BOOL, DIRECT_BLOCKS, EXP, FLOAT16, FLOAT32, FLOAT64, FLOATS,
                           INT8, INT16, INT32, INT64, LOG_EXPIT, LOGIT, NO_DTYPE, RELU, SIGMOID, SIGN, SOFTPLUS, STEP,
                           TANH, UINT8, UINT16, UINT32, UINT64, WIDE_FLOATS, FloatDot, FloatRowDots, FloatSign,
                           KernelTable, RowDots, RowMeasure, fits_int64, int192, load_int, load_table, part_of,
                           store_int, store_table)

import numpy as np

from onedot import levels
from onedot._core import dot as face
from onedot._core import exact as exact_face
from onedot._core import matvec as batched
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

# Looked up once: with the stable ABI, a module's name costs 15 ns a look.
cdef object dot_of_face = in_default_environment(face.dot)
cdef object matvec_of_face = in_default_environment(batched.matvec)
cdef object vecmat_of_face = in_default_environment(batched.vecmat)
cdef object vecdot_of_face = in_default_environment(batched.vecdot)


cdef struct Pair:  # the dtypes of two operands
    int x
    int y


cdef inline bint ready(PyObject *x, PyObject *y, Pair *dtypes):
    """Whether kernels can read both arrays where they lie, and compute as the law wants.

    They are of one float dtype, or of integers and bools.
    """
    if (not load_int(&compiled_level) or not environment_is_default(environment_in_use())
            or not cnp.PyArray_CheckExact(<object> x) or not cnp.PyArray_CheckExact(<object> y)):
        return False
    dtypes.x, dtypes.y = dtype_of(<cnp.ndarray> x), dtype_of(<cnp.ndarray> y)
    if dtypes.x < FLOATS:
        return dtypes.x == dtypes.y
    return dtypes.x != NO_DTYPE and FLOATS <= dtypes.y != NO_DTYPE


cdef inline bint is_wide(Pair dtypes):
    """Whether there are kernels of the exact tier, too."""
    return dtypes.x < WIDE_FLOATS


cdef object from_face(object function, PyObject **args, Py_ssize_t count, PyObject *names):
    """function(*args, **keywords), from the arguments as CPython's vectorcall passes them."""
    keywords = {} if names is NULL else {
        name: <object> args[count + i] for i, name in enumerate(<tuple> <object> names)}
    return function(*[<object> args[i] for i in range(count)], **keywords)


# dot -----------------------------------------------------------------------------------------------------

cdef inline double float_dot(FloatDot kernel, cnp.ndarray x, cnp.ndarray y, Py_ssize_t n) noexcept:
    cdef const void *a = cnp.PyArray_DATA(x)
    cdef const void *b = cnp.PyArray_DATA(y)
    cdef Py_ssize_t a_stride = cnp.PyArray_STRIDE(x, 0), b_stride = cnp.PyArray_STRIDE(y, 0)
    if n < KEEP_GIL:
        return kernel(a, a_stride, b, b_stride, n)
    with nogil:
        return kernel(a, a_stride, b, b_stride, n)


cdef inline object integer_dot(Pair dtypes, cnp.ndarray x, cnp.ndarray y, Py_ssize_t n):
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


cdef object enter_dot(object self, PyObject **args, Py_ssize_t count):
    cdef cnp.ndarray x, y
    cdef Py_ssize_t n
    cdef Pair dtypes
    if count == 2 and ready(args[0], args[1], &dtypes):
        x, y = <cnp.ndarray> args[0], <cnp.ndarray> args[1]
        if cnp.PyArray_NDIM(x) == 1 and cnp.PyArray_NDIM(y) == 1:
            n = cnp.PyArray_DIM(x, 0)
            if n == cnp.PyArray_DIM(y, 0) and n <= DIRECT:
                if dtypes.x < FLOATS:
                    return float_dot(kernels().dots[dtypes.x], x, y, n)
                return integer_dot(dtypes, x, y, n)
    return from_face(dot_of_face, args, count, NULL)


# matvec, vecmat, vecdot ----------------------------------------------------------------------------------

cdef inline bint stack(RowDots *job, cnp.ndarray a, Py_ssize_t a_core, cnp.ndarray x, Py_ssize_t x_core) noexcept:
    """Set the job's leading axis from those that a and x have before their core axes; False if they do not fit."""
    cdef Py_ssize_t a_stack = cnp.PyArray_DIM(a, 0) if cnp.PyArray_NDIM(a) > a_core else 1
    cdef Py_ssize_t x_stack = cnp.PyArray_DIM(x, 0) if cnp.PyArray_NDIM(x) > x_core else 1
    if a_stack != x_stack and a_stack != 1 and x_stack != 1:
        return False
    job.shape[0] = x_stack if a_stack == 1 else a_stack
    job.A_strides[0] = 0 if a_stack == 1 else cnp.PyArray_STRIDE(a, 0)
    job.X_strides[0] = 0 if x_stack == 1 else cnp.PyArray_STRIDE(x, 0)
    return True


cdef inline bint small(RowDots *job) noexcept:
    """Whether to make the products in one go; the quotients keep the test from overflowing."""
    return (job.shape[2] <= DIRECT and job.shape[1] <= DIRECT // max(job.shape[2], 1)
            and job.shape[0] <= DIRECT // max(job.shape[1] * job.shape[2], 1))


cdef inline int check(int failed) except -1:
    if failed:
        raise MemoryError("onedot: no memory to pack a panel in")
    return 0


cdef class Pieces:
    """A job as a list of pieces, slices of its two axes of results: called with a range, it does those."""

    cdef RowDots job
    cdef FloatRowDots row_dots  # another thread may change the level
    cdef list pieces

    def __call__(self, Py_ssize_t first, Py_ssize_t last):
        cdef RowDots piece
        cdef Py_ssize_t s, m
        cdef int failed
        for stacks, rows in self.pieces[first:last]:
            s, m = stacks.start, rows.start
            piece = part_of(&self.job, s, m, stacks.stop - s, rows.stop - m)
            with nogil:
                failed = self.row_dots(&piece)
            check(failed)


cdef inline bint scattered(const RowDots *job) noexcept:
    """Whether elements must be gathered one by one, because a row's or x's do not lie side by side."""
    cdef Py_ssize_t size = 8 >> min(job.out_dtype, FLOAT16)
    return job.X_strides[2] != size or (job.A_strides[2] != size and job.A_strides[1] != size)


cdef int share(RowDots *job, FloatRowDots row_dots, object grain) except -1:
    """Do a large job in pieces of up to `grain` products, by as many threads as may be had."""
    cdef Pieces work = Pieces.__new__(Pieces)
    work.job = job[0]
    work.row_dots = row_dots
    work.pieces = batched.pieces(job.shape[0], job.shape[1], job.shape[2],
                                 min(grain, batched.GRAIN_SCATTERED) if scattered(job) else grain)
    threads.share(work, len(work.pieces), 1)
    return 0


cdef inline object result_like(cnp.ndarray a, Pair dtypes, int dimensions, cnp.npy_intp *shape):
    """A new array for the results: of the dtype of a, or int64."""
    if dtypes.x == BFLOAT16:
        return np.empty([shape[i] for i in range(dimensions)], a.dtype)
    return cnp.PyArray_SimpleNew(dimensions, shape, cnp.NPY_INT64 if dtypes.x >= FLOATS else cnp.PyArray_TYPE(a))


cdef inline bint integers_fit(RowDots *job, Pair dtypes) noexcept:
    """Whether all results of a job of integers fit int64, where it has written them."""
    cdef int192 beyond
    cdef bint fit
    row_dots = kernels().integer_row_dots
    with nogil:
        fit = row_dots(job, dtypes.x, dtypes.y, &beyond)
    return fit


cdef object run(RowDots *job, cnp.ndarray a, cnp.ndarray x, Pair dtypes, int dimensions, bint exact):
    """A new array of one or two dimensions with the job's results, rounded once if they are to be `exact`.

    None if that is for the face: a large job of integers, or one with a result that int64 cannot hold.
    """
    cdef cnp.npy_intp shape[2]
    cdef int failed
    cdef bint large = not small(job)
    cdef cnp.ndarray out
    if large and dtypes.x >= FLOATS:
        return None
    shape[0], shape[1] = job.shape[0], job.shape[1]
    out = result_like(a, dtypes, dimensions, shape + 2 - dimensions)
    job.A = <const char *> cnp.PyArray_DATA(a)
    job.X = <const char *> cnp.PyArray_DATA(x)
    job.out = <char *> cnp.PyArray_DATA(out)
    job.out_dtype = dtypes.x if dtypes.x < FLOATS else INT64
    job.out_strides[1] = cnp.PyArray_ITEMSIZE(out)
    job.out_strides[0] = job.shape[1] * job.out_strides[1]
    if dtypes.x >= FLOATS:
        return out if integers_fit(job, dtypes) else None
    row_dots = kernels().exact_row_dots[dtypes.x] if exact else kernels().row_dots[dtypes.x]
    if large:
        share(job, row_dots, exact_face.GRAIN if exact else batched.GRAIN)
        return out
    if job.shape[0] * job.shape[1] * job.shape[2] < KEEP_GIL:
        check(row_dots(job))
        return out
    with nogil:
        failed = row_dots(job)
    check(failed)
    return out


cdef inline object matrix_and_vector(cnp.ndarray a, cnp.ndarray x, Pair dtypes, bint transposed, bint exact,
                                     object otherwise, PyObject **args, Py_ssize_t count, PyObject *names):
    """The dots of x with the rows of a, or with its columns."""
    cdef RowDots job
    cdef int row, column, d = cnp.PyArray_NDIM(a)
    if 2 <= d <= 3 and 1 <= cnp.PyArray_NDIM(x) <= 2 and cnp.PyArray_ISALIGNED(a) and cnp.PyArray_ISALIGNED(x):
        row, column = (d - 1, d - 2) if transposed else (d - 2, d - 1)
        job.shape[1], job.shape[2] = cnp.PyArray_DIM(a, row), cnp.PyArray_DIM(a, column)
        job.A_strides[1], job.A_strides[2] = cnp.PyArray_STRIDE(a, row), cnp.PyArray_STRIDE(a, column)
        job.X_strides[1], job.X_strides[2] = 0, cnp.PyArray_STRIDE(x, cnp.PyArray_NDIM(x) - 1)
        if (job.shape[2] <= DIRECT and job.shape[2] == cnp.PyArray_DIM(x, cnp.PyArray_NDIM(x) - 1)
                and stack(&job, a, 2, x, 1)):
            result = run(&job, a, x, dtypes, 1 if d == 2 and cnp.PyArray_NDIM(x) == 1 else 2, exact)
            if result is not None:
                return result
    return from_face(otherwise, args, count, names)


cdef object enter_matvec(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    cdef Pair dtypes
    if count == 2 and names is NULL and ready(args[0], args[1], &dtypes):
        return matrix_and_vector(<cnp.ndarray> args[0], <cnp.ndarray> args[1], dtypes, False, False, matvec_of_face,
                                 args, count, names)
    return from_face(matvec_of_face, args, count, names)


cdef object enter_vecmat(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    cdef Pair dtypes
    if count == 2 and names is NULL and ready(args[1], args[0], &dtypes):
        return matrix_and_vector(<cnp.ndarray> args[1], <cnp.ndarray> args[0], dtypes, True, False, vecmat_of_face,
                                 args, count, names)
    return from_face(vecmat_of_face, args, count, names)


cdef inline object pairs_of_rows(bint exact, object otherwise, PyObject **args, Py_ssize_t count, PyObject *names):
    cdef cnp.ndarray x, y
    cdef RowDots job
    cdef Pair dtypes
    if (count == 2 and names is NULL and ready(args[0], args[1], &dtypes)
            and (not exact or is_wide(dtypes))):
        x, y = <cnp.ndarray> args[0], <cnp.ndarray> args[1]
        if (cnp.PyArray_NDIM(x) == 2 and cnp.PyArray_NDIM(y) == 2 and cnp.PyArray_ISALIGNED(x)
                and cnp.PyArray_ISALIGNED(y) and cnp.PyArray_DIM(x, 0) == cnp.PyArray_DIM(y, 0)
                and cnp.PyArray_DIM(x, 1) == cnp.PyArray_DIM(y, 1) <= DIRECT):
            job.shape[0], job.shape[1], job.shape[2] = 1, cnp.PyArray_DIM(x, 0), cnp.PyArray_DIM(x, 1)
            job.A_strides[0], job.A_strides[1], job.A_strides[2] = 0, cnp.PyArray_STRIDE(x, 0), cnp.PyArray_STRIDE(x, 1)
            job.X_strides[0], job.X_strides[1], job.X_strides[2] = 0, cnp.PyArray_STRIDE(y, 0), cnp.PyArray_STRIDE(y, 1)
            result = run(&job, x, y, dtypes, 1, exact)
            if result is not None:
                return result
    return from_face(otherwise, args, count, names)


cdef object enter_vecdot(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return pairs_of_rows(False, vecdot_of_face, args, count, names)


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


cdef PyMethodDef definitions[4]

dot = builtin(&definitions[0], "dot", "(x, y, /)", face.dot, <void *> enter_dot, METH_FASTCALL)
matvec = builtin(&definitions[1], "matvec", "(A, x, /, *, out=None)", batched.matvec, <void *> enter_matvec,
                 METH_FASTCALL | METH_KEYWORDS)
vecmat = builtin(&definitions[2], "vecmat", "(x, A, /, *, out=None)", batched.vecmat, <void *> enter_vecmat,
                 METH_FASTCALL | METH_KEYWORDS)
vecdot = builtin(&definitions[3], "vecdot", "(X, Y, /, *, out=None)", batched.vecdot, <void *> enter_vecdot,
                 METH_FASTCALL | METH_KEYWORDS)

include "entry_exact.pxi"
include "entry_perceptron.pxi"
include "entry_measures.pxi"
