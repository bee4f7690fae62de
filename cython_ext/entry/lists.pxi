# Lists and tuples as arrays, where a look at the types of their elements tells what the face would make of them.

from cpython.bool cimport PyBool_Check
from cpython.float cimport PyFloat_AsDouble, PyFloat_CheckExact
from cpython.long cimport PyLong_CheckExact
from libc.string cimport memcpy

cdef extern from "Python.h":
    long long PyLong_AsLongLongAndOverflow(object number, int *overflow) except? -1
    object PySequence_GetItem(object sequence, Py_ssize_t i)

cdef enum:
    MOST_DEPTH = 8


cdef struct Nest:  # nested lists as an array: its shape, which is that of their first elements
    int depth
    Py_ssize_t shape[MOST_DEPTH]


cdef object float64_type = np.float64
cdef frozenset scalar_types = frozenset(np.dtype(code).type for code in "?bBhHiIlLqQefd")


cdef inline bint is_sequence(object v):
    return type(v) is list or type(v) is tuple


cdef inline bint put(object leaf, int dtype, char *to) except -1:
    """Write a number, exactly; False where that cannot be."""
    cdef long long integer
    cdef int overflow = 0
    if PyFloat_CheckExact(leaf) or type(leaf) is float64_type:
        if dtype != FLOAT64:
            return False
        (<double *> to)[0] = PyFloat_AsDouble(leaf)
        return True
    if not PyLong_CheckExact(leaf) and not PyBool_Check(leaf):
        return False
    integer = PyLong_AsLongLongAndOverflow(leaf, &overflow)
    if dtype == FLOAT64:
        (<double *> to)[0] = <double> integer
        return not overflow and -EXACT_INTEGERS <= integer <= EXACT_INTEGERS
    (<int64_t *> to)[0] = integer
    return not overflow


cdef bint fill(object v, const Nest *nest, int axis, int dtype, char **to) except -1:
    """Write what nested lists hold, one after the other; False where they are ragged or hold anything but numbers."""
    cdef Py_ssize_t i
    if not is_sequence(v) or len(v) != nest.shape[axis]:
        return False
    for i in range(nest.shape[axis]):  # each by its index, as another thread may shorten the list
        item = PySequence_GetItem(v, i)
        if axis + 1 < nest.depth:
            if not fill(item, nest, axis + 1, dtype, to):
                return False
        else:
            if not put(item, dtype, to[0]):
                return False
            to[0] += 8
    return True


cdef object filled(object v, const Nest *nest, int dtype):
    """An array of float64 or int64 with the numbers of nested lists; None where it cannot hold them."""
    cdef cnp.npy_intp shape[MOST_DEPTH]
    cdef int i
    cdef char *to
    for i in range(nest.depth):
        shape[i] = nest.shape[i]
    array = cnp.PyArray_SimpleNew(nest.depth, shape, cnp.NPY_DOUBLE if dtype == FLOAT64 else cnp.NPY_INT64)
    to = cnp.PyArray_BYTES(<cnp.ndarray> array)
    return array if fill(v, nest, 0, dtype, &to) else None


cdef bint alike(object v, object first) except -1:
    """Whether all elements of a list are arrays of one dtype and shape, or scalars of one of NumPy's types."""
    cdef cnp.ndarray head
    if not cnp.PyArray_CheckExact(first):
        if type(first) not in scalar_types:
            return False
        for item in v:
            if type(item) is not type(first):
                return False
        return True
    head = <cnp.ndarray> first
    for item in v:
        if (not cnp.PyArray_CheckExact(item) or dtype_of(<cnp.ndarray> item) != dtype_of(head)
                or not cnp.PyArray_SAMESHAPE(<cnp.ndarray> item, head)):
            return False
    return dtype_of(head) != NO_DTYPE


cdef object stacked(object v, cnp.ndarray first):
    """A list of arrays of one dtype and shape, each in C order, as one array; None of any other."""
    cdef cnp.npy_intp shape[MOST_DEPTH]
    cdef cnp.ndarray item
    cdef Py_ssize_t i, size = cnp.PyArray_NBYTES(first)
    cdef int axis, axes = cnp.PyArray_NDIM(first), dtype = dtype_of(first)
    cdef char *to
    if axes + 1 >= MOST_DEPTH or dtype == NO_DTYPE:
        return None
    shape[0] = len(v)
    for axis in range(axes):
        shape[axis + 1] = cnp.PyArray_DIM(first, axis)
    array = cnp.PyArray_SimpleNew(axes + 1, shape, cnp.PyArray_TYPE(first))
    to = cnp.PyArray_BYTES(<cnp.ndarray> array)
    for i in range(shape[0]):
        given = PySequence_GetItem(v, i)
        if not cnp.PyArray_CheckExact(given):
            return None
        item = <cnp.ndarray> given
        if dtype_of(item) != dtype or not cnp.PyArray_SAMESHAPE(item, first) or not cnp.PyArray_ISCARRAY_RO(item):
            return None
        memcpy(to, cnp.PyArray_DATA(item), size)
        to += size
    return array


def array_of_lists(v):
    """Lists and tuples as an array; None of all else, and where the face is to look at them: bools stay bools there."""
    cdef int depth = 0
    leaf = v
    while is_sequence(leaf) and leaf and depth < MOST_DEPTH:
        leaf = PySequence_GetItem(leaf, 0)
        depth += 1
    return array_of_sequence(v) if depth and usable() and not PyBool_Check(leaf) else None


cdef object array_of_sequence(object v):
    """Nested lists of numbers, or a list of arrays, as an array; None of any other, which the face is to look at."""
    cdef Nest nest
    leaf = v
    nest.depth = 0
    while is_sequence(leaf):
        if nest.depth == MOST_DEPTH:
            return None
        nest.shape[nest.depth] = len(leaf)
        nest.depth += 1
        if not leaf:
            return filled(v, &nest, FLOAT64)
        leaf = PySequence_GetItem(leaf, 0)
    if PyFloat_CheckExact(leaf) or type(leaf) is float64_type:
        return filled(v, &nest, FLOAT64)
    if PyLong_CheckExact(leaf) or PyBool_Check(leaf):
        array = filled(v, &nest, INT64)
        return filled(v, &nest, FLOAT64) if array is None else array
    if nest.depth > 1:
        return None
    array = stacked(v, <cnp.ndarray> leaf) if cnp.PyArray_CheckExact(leaf) else None
    return cnp.PyArray_FROM_O(v) if array is None and alike(v, leaf) else array
