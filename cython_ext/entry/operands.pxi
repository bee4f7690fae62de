# What callers pass, as arrays that kernels can read: as they are, or as a copy where that is small.

from onedot._core.arrays import as_array
from onedot._core.lazy import is_lazy
from onedot._core.csr import is_sparse

cdef extern from "numpy/arrayobject.h":
    cnp.PyArray_Descr *descr_of_number "PyArray_DescrFromType"(int number)
    object PyArray_NewLikeArray(cnp.ndarray like, cnp.NPY_ORDER order, cnp.PyArray_Descr *stolen, int subclass)
    object PyArray_View(cnp.ndarray array, cnp.PyArray_Descr *stolen, void *subclass)

cdef extern from "entry/widened.h" nogil:
    bint widen_small(const int64_t *v, double *out, Py_ssize_t n)

cdef enum:
    PIECE = 1 << 15  # elements of a larger one that are converted at a time, and stay in L2
    COPIED = 131072  # elements of the largest operand that is converted whole: 1 MB, 0.1 ms

cdef int64_t EXACT_INTEGERS = 9007199254740992  # 2^53: binary64 holds all integers up to this one

ctypedef enum Tier:  # how a dot of floats is rounded
    LAW
    EXACT
    SINGLE

ctypedef enum Layout:  # which axis of an operand is summed over, and which of the result's last axes it lacks
    ROWS            # the last axis, none
    SHARED_ROWS     # the last axis, the last
    COLUMNS         # the axis before the last, none
    SHARED_COLUMNS  # the axis before the last, the one before the last


cdef struct Dtypes:  # of two operands, as kernels read them, and of the result
    int x
    int y
    int out


cdef class Function:
    """A public function of operands: its face, if it is entered here, how that names them, and how they are read."""

    cdef object face
    cdef str name
    cdef tuple names
    cdef Tier tier
    cdef bint exchanged   # whether the kernels' first operand is the caller's second
    cdef int least[2]     # dimensions of the caller's operands
    cdef Layout layouts[2]  # of the kernels' operands
    cdef bint has_axis      # whether a keyword names the axis that is summed over
    cdef tuple of_vectors   # of a product of matrices: what it is if the first is a vector, the second, or both

    def __init__(self, face, tuple names, *, str name=None, Tier tier=LAW, tuple least=(1, 1),
                 bint exchanged=False, tuple layouts=(ROWS, ROWS), bint has_axis=False, tuple of_vectors=None):
        self.face = None if face is None else in_default_environment(face)
        self.name, self.names = name or face.__name__, names
        self.tier, self.exchanged = tier, exchanged
        self.least[0], self.least[1] = least
        self.layouts[0], self.layouts[1] = layouts
        self.has_axis, self.of_vectors = has_axis, of_vectors


cdef inline bint usable() noexcept:
    """Whether compiled kernels are in use, and the thread computes as the law wants."""
    return load_int(&compiled_level) and environment_is_default(environment_in_use())


cdef inline bint is_narrow(int dtype) noexcept:
    """Whether the single tier reads it."""
    return dtype < FLOATS and dtype != FLOAT64


cdef inline bint meet(int x, int y, Tier tier, Dtypes *dtypes):
    """Whether kernels take arrays of these dtypes as they are: both floats of one dtype, or both integers."""
    dtypes.x, dtypes.y = x, y
    dtypes.out = INT64 if x >= FLOATS else FLOAT32 if tier == SINGLE else x
    if tier == SINGLE:
        return x == y and is_narrow(x)
    if x < FLOATS:
        return x == y and (x < WIDE_FLOATS or tier != EXACT)
    return x != NO_DTYPE and FLOATS <= y != NO_DTYPE


cdef inline bint ready(PyObject *x, PyObject *y, Tier tier, Dtypes *dtypes):
    """Whether kernels can read both arrays where they lie, whatever their alignment."""
    return (usable() and cnp.PyArray_CheckExact(<object> x) and cnp.PyArray_CheckExact(<object> y)
            and meet(dtype_of(<cnp.ndarray> x), dtype_of(<cnp.ndarray> y), tier, dtypes))


cdef inline object private(object given):
    """A view of an array, whose shape and dtype no other code changes while operands are read or copied.

    NumPy's copies let other threads run, and its casts call what `np.errstate(call=)` names.
    """
    return PyArray_View(<cnp.ndarray> given, NULL, NULL) if cnp.PyArray_CheckExact(given) else given


cdef object converted_copy(cnp.ndarray v, int number):
    """A copy of another dtype, by NumPy's number of it, in native byte order."""
    copy = PyArray_NewLikeArray(v, cnp.NPY_KEEPORDER, descr_of_number(number), 0)
    cnp.PyArray_CopyInto(<cnp.ndarray> copy, v)
    return copy


cdef object operand(Function f, int which, object given):
    """An array of what a caller passed, in native byte order unless it is large. Errors are those of the face."""
    array = private(given)
    if is_sequence(given):
        array = array_of_sequence(given)
    if array is None or not cnp.PyArray_CheckExact(array) or dtype_in_any_order(<cnp.ndarray> array) == NO_DTYPE:
        array = as_array(f.name, f.names[which], given, bfloat16=True)
    if not cnp.PyArray_ISNOTSWAPPED(<cnp.ndarray> array) and cnp.PyArray_SIZE(<cnp.ndarray> array) <= COPIED:
        array = converted_copy(<cnp.ndarray> array, cnp.PyArray_TYPE(<cnp.ndarray> array))
    return array


cdef bint all_exact(cnp.ndarray v) noexcept:
    """Whether these float64, made of integers, certainly are what they were made of."""
    cdef const double *values = <const double *> cnp.PyArray_DATA(v)
    cdef Py_ssize_t i
    cdef double largest = 0.0
    for i in range(cnp.PyArray_SIZE(v)):
        largest = max(largest, abs(values[i]))
    return largest < EXACT_INTEGERS


cdef inline int number_of(int dtype):
    """NumPy's number of a float dtype, or of int64."""
    if dtype == BFLOAT16:
        return load_int(&bfloat16_number)
    return (cnp.NPY_DOUBLE if dtype == FLOAT64 else cnp.NPY_FLOAT if dtype == FLOAT32
            else NPY_HALF if dtype == FLOAT16 else cnp.NPY_INT64)


cdef object widened_floats(cnp.ndarray v, int dtype):
    """Halves as float32, or float32 as float64, in C order: of halves in a tenth of the time that NumPy takes.

    NumPy would report a signalling NaN.
    """
    floats = v
    if not cnp.PyArray_ISCARRAY_RO(v):
        floats = PyArray_NewLikeArray(v, cnp.NPY_CORDER, descr_of_number(cnp.PyArray_TYPE(v)), 0)
        cnp.PyArray_CopyInto(<cnp.ndarray> floats, v)
    wide = PyArray_NewLikeArray(<cnp.ndarray> floats, cnp.NPY_CORDER,
                                descr_of_number(cnp.NPY_DOUBLE if dtype == FLOAT32 else cnp.NPY_FLOAT), 0)
    kernels().widen(dtype, cnp.PyArray_DATA(<cnp.ndarray> floats), cnp.PyArray_DATA(<cnp.ndarray> wide),
                    cnp.PyArray_SIZE(v))
    return wide


cdef inline bint widens_by_kernel(int dtype, int wanted) noexcept:
    """Whether a kernel makes one type the other in one step: halves float32, float32 float64."""
    return wanted == (FLOAT64 if dtype == FLOAT32 else FLOAT32 if WIDE_FLOATS <= dtype < FLOATS else NO_DTYPE)


cdef object as_dtype(cnp.ndarray v, int dtype, int wanted):
    """v, aligned, in the dtype wanted; None if it is too large for a copy, or that might round an integer."""
    cdef bint native = cnp.PyArray_ISNOTSWAPPED(v)
    if dtype == wanted and native and cnp.PyArray_ISALIGNED(v):
        return v
    if cnp.PyArray_SIZE(v) > COPIED:
        return None
    if dtype == wanted and native:
        return cnp.PyArray_NewCopy(v, cnp.NPY_KEEPORDER)
    if dtype != wanted and dtype < FLOATS:
        wide = widened_floats(v, dtype)
        return wide if widens_by_kernel(dtype, wanted) else widened_floats(<cnp.ndarray> wide, FLOAT32)
    copy = PyArray_NewLikeArray(v, cnp.NPY_KEEPORDER, descr_of_number(number_of(wanted)), 0)
    if (dtype == INT64 and wanted == FLOAT64 and cnp.PyArray_ISCARRAY_RO(v)
            and widen_small(<const int64_t *> cnp.PyArray_DATA(v), <double *> cnp.PyArray_DATA(<cnp.ndarray> copy),
                            cnp.PyArray_SIZE(v))):
        return copy
    cnp.PyArray_CopyInto(<cnp.ndarray> copy, v)
    if dtype == INT64 or dtype == UINT64:
        return copy if all_exact(<cnp.ndarray> copy) else None
    return copy


cdef object in_order(cnp.ndarray v, int dtype, int wanted):
    """The same with all elements one after the other."""
    array = as_dtype(v, dtype, wanted)
    if array is None or cnp.PyArray_ISCARRAY_RO(<cnp.ndarray> array):
        return array
    return None if cnp.PyArray_SIZE(v) > COPIED else cnp.PyArray_NewCopy(<cnp.ndarray> array, cnp.NPY_CORDER)


cdef inline int widened(int x, int y, bint exact):
    """The narrowest dtype that holds two, floats or a float and an integer, and that kernels read."""
    if x >= FLOATS or y >= FLOATS or x == FLOAT64 or y == FLOAT64:
        return FLOAT64
    return x if x == y and not exact else FLOAT32


cdef inline bint not_computed(object given) except -1:
    """Whether it is data that the face computes with lazily, or refuses."""
    return not cnp.PyArray_Check(given) and not is_sequence(given) and is_lazy(given)


cdef tuple converted(Function f, PyObject **args, Dtypes *dtypes):
    """Both operands as arrays that kernels can read together, the caller's first one first; None for the face."""
    cdef cnp.ndarray x, y
    cdef int wanted
    if not usable() or not_computed(<object> args[0]) or not_computed(<object> args[1]):
        return None
    first = operand(f, 0, <object> args[0])
    if cnp.PyArray_NDIM(<cnp.ndarray> first) < f.least[0]:
        return None  # an error, which comes before any of the other operand
    x, y = <cnp.ndarray> first, <cnp.ndarray> operand(f, 1, <object> args[1])
    dtypes.x, dtypes.y = dtype_of(x), dtype_of(y)
    if dtypes.x == NO_DTYPE or dtypes.y == NO_DTYPE:
        return None
    if f.tier == SINGLE and not (is_narrow(dtypes.x) and is_narrow(dtypes.y)):
        return None
    if dtypes.x >= FLOATS and dtypes.y >= FLOATS:
        dtypes.out = INT64
        pair = as_dtype(x, dtypes.x, dtypes.x), as_dtype(y, dtypes.y, dtypes.y)
    else:
        dtypes.out = FLOAT32 if f.tier == SINGLE else widened(dtypes.x, dtypes.y, False)
        wanted = widened(dtypes.x, dtypes.y, f.tier == EXACT)
        pair = as_dtype(x, dtypes.x, wanted), as_dtype(y, dtypes.y, wanted)
        dtypes.x = dtypes.y = wanted
    return None if pair[0] is None or pair[1] is None else pair


cdef object from_face(Function f, PyObject **args, Py_ssize_t count, PyObject *names):
    """What the face makes of the arguments, as CPython's vectorcall passes them."""
    keywords = {} if names is NULL else {
        name: <object> args[count + i] for i, name in enumerate(<tuple> <object> names)}
    return f.face(*[<object> args[i] for i in range(count)], **keywords)
