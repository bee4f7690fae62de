# What layers, hyperplanes and softmax make of a few numbers, or of many that are ready: one call for a face's ten.

cdef enum:
    AT_ONCE = 65536  # outputs of a layer that get their bias and activation at once
    MANY_WEIGHTS = 8192  # of float32, which are read sooner than the same in float64; for less the way there is longer

cdef Function the_layer = Function(None, ("X",), name="Layer")
cdef Function the_side = Function(None, ("X",), name="Hyperplane.side")
cdef Function the_distance = Function(None, ("X",), name="Hyperplane.distance")
cdef dict ACTIVATION_OF = {"sigmoid": <int> SIGMOID, "tanh": <int> TANH, "softplus": <int> SOFTPLUS,
                           "relu": <int> RELU, "leaky_relu": <int> LEAKY_RELU, "gelu": <int> GELU,
                           "silu": <int> SILU, "step": <int> STEP, "sign": <int> SIGN, "identity": -1}


cdef inline bint is_whole(object v, int axes, int dtype):
    """Whether v is an array of this dtype in C order with so many axes."""
    return (cnp.PyArray_CheckExact(v) and cnp.PyArray_NDIM(<cnp.ndarray> v) == axes
            and dtype_of(<cnp.ndarray> v) == dtype and cnp.PyArray_ISCARRAY_RO(<cnp.ndarray> v))


cdef inline int activation_named(object name):
    """The activation of a number that has this name; -1 for the identity, -2 for what is for the face."""
    return ACTIVATION_OF.get(name, -2) if type(name) is str else -2


cdef object samples(Function f, object X, Py_ssize_t n):
    """X as an array whose rows have n elements; None for the face."""
    cdef cnp.ndarray x = <cnp.ndarray> operand(f, 0, X)
    if (dtype_of(x) == NO_DTYPE or not 1 <= cnp.PyArray_NDIM(x) < MOST_AXES
            or cnp.PyArray_DIM(x, cnp.PyArray_NDIM(x) - 1) != n):
        return None
    return x


cdef object rounded_into(cnp.ndarray values, int dtype, object out):
    """float64 in C order, rounded once: new, themselves, or `out` if it is such an array; None for the face."""
    cdef const double *wide = <const double *> cnp.PyArray_DATA(values)
    cdef float *single
    cdef Py_ssize_t i
    if out is not None and not (cnp.PyArray_CheckExact(out) and is_like(<cnp.ndarray> out, values, dtype)):
        return None
    if dtype == FLOAT32:
        result = PyArray_NewLikeArray(values, cnp.NPY_CORDER, descr_of_number(cnp.NPY_FLOAT), 0) if out is None else out
        single = <float *> cnp.PyArray_DATA(<cnp.ndarray> result)
        for i in range(cnp.PyArray_SIZE(values)):
            single[i] = <float> wide[i]
        return result
    result = values if dtype == FLOAT64 else rounded_to_halves(values)
    if result is None or out is None:
        return result
    cnp.PyArray_CopyInto(<cnp.ndarray> out, <cnp.ndarray> result)
    return out


cdef object layer_sums(cnp.ndarray W, cnp.ndarray wide, cnp.ndarray x):
    """The products of weights and samples in a new array of float64; None for the face."""
    cdef Dtypes dtypes
    cdef cnp.npy_intp shape[MOST_AXES]
    cdef Keywords given = no_keywords()
    cdef Py_ssize_t count
    cdef int i, last = cnp.PyArray_NDIM(x) - 1, dtype = widened(dtype_of(W), dtype_of(x), True)
    if dtype == FLOAT32 and (cnp.PyArray_SIZE(W) < MANY_WEIGHTS or not cnp.PyArray_ISCARRAY_RO(W)):
        dtype = FLOAT64
    rows = in_order(x, dtype_of(x), dtype)
    count = cnp.PyArray_SIZE(x) // max(cnp.PyArray_DIM(x, last), <cnp.npy_intp> 1)
    if rows is None or count * cnp.PyArray_DIM(W, 0) > AT_ONCE:
        return None
    dtypes.x = dtypes.y = dtypes.out = dtype
    if dtype == FLOAT64:
        return rows_in_order(plain_matvec, wide, <cnp.ndarray> rows, dtypes, given)
    for i in range(last):
        shape[i] = cnp.PyArray_DIM(x, i)
    shape[last] = cnp.PyArray_DIM(W, 0)
    sums = cnp.PyArray_SimpleNew(last + 1, shape, cnp.NPY_DOUBLE)
    given.out = <PyObject *> sums
    return rows_in_order(plain_matvec, W, <cnp.ndarray> rows, dtypes, given)


def layer_outputs(W, wide, b, activation, X, out):
    """What a Layer of these attributes makes of X; None for the face."""
    cdef cnp.ndarray sums
    cdef const double *biases
    cdef double *values
    cdef Py_ssize_t i, j, m
    cdef int own, which
    if not usable() or not is_whole(wide, 2, FLOAT64) or not is_whole(b, 1, FLOAT64) or not cnp.PyArray_CheckExact(W):
        return None
    which = activation_named(activation)
    own, m = dtype_of(<cnp.ndarray> W), cnp.PyArray_DIM(<cnp.ndarray> wide, 0)
    if (which < -1 or own > FLOAT32 or not cnp.PyArray_SAMESHAPE(<cnp.ndarray> W, <cnp.ndarray> wide)
            or cnp.PyArray_DIM(<cnp.ndarray> b, 0) != m):
        return None
    x = samples(the_layer, X, cnp.PyArray_DIM(<cnp.ndarray> wide, 1))
    found = None if x is None else layer_sums(<cnp.ndarray> W, <cnp.ndarray> wide, <cnp.ndarray> x)
    if found is None:
        return None
    sums = <cnp.ndarray> found
    values, biases = <double *> cnp.PyArray_DATA(sums), <const double *> cnp.PyArray_DATA(<cnp.ndarray> b)
    for i in range(cnp.PyArray_SIZE(sums) // max(m, <Py_ssize_t> 1)):
        for j in range(m):
            values[i * m + j] += biases[j]
    if which >= 0:
        map_array(which, FLOAT64, sums, sums)
    return rounded_into(sums, widened(own, dtype_of(<cnp.ndarray> x), True), out)


def single_layer_outputs(W, b, activation, X, out):
    """What a Layer of the single tier makes of X; None for the face."""
    cdef Dtypes dtypes
    cdef cnp.ndarray sums, x
    cdef const float *biases
    cdef float *values
    cdef Py_ssize_t i, j, m, count
    cdef int which = activation_named(activation)
    if which < -1 or not usable() or not is_whole(W, 2, FLOAT32) or not is_whole(b, 1, FLOAT32):
        return None
    m = cnp.PyArray_DIM(<cnp.ndarray> W, 0)
    given = samples(the_layer, X, cnp.PyArray_DIM(<cnp.ndarray> W, 1))
    if given is None or not is_narrow(dtype_of(<cnp.ndarray> given)) or cnp.PyArray_DIM(<cnp.ndarray> b, 0) != m:
        return None
    x = <cnp.ndarray> given
    count = cnp.PyArray_SIZE(x) // max(cnp.PyArray_DIM(<cnp.ndarray> W, 1), <cnp.npy_intp> 1)
    rows = in_order(x, dtype_of(x), FLOAT32)
    if rows is None or count * m > AT_ONCE:
        return None
    dtypes.x = dtypes.y = dtypes.out = FLOAT32
    found = rows_in_order(the_single_matvec, <cnp.ndarray> W, <cnp.ndarray> rows, dtypes, no_keywords())
    if found is None:
        return None
    sums = <cnp.ndarray> found
    values, biases = <float *> cnp.PyArray_DATA(sums), <const float *> cnp.PyArray_DATA(<cnp.ndarray> b)
    for i in range(cnp.PyArray_SIZE(sums) // max(m, <Py_ssize_t> 1)):
        for j in range(m):
            values[i * m + j] += biases[j]
    if which >= 0:
        map_array(which, FLOAT32, sums, sums)
    if out is None:
        return sums
    if not (cnp.PyArray_CheckExact(out) and is_like(<cnp.ndarray> out, sums, FLOAT32)):
        return None
    cnp.PyArray_CopyInto(<cnp.ndarray> out, sums)
    return out


cdef object points(Function f, object X, object w, object b, bint widen):
    """X as rows of float64, or of float32 if it is and need not be widened.

    None for the face: also where the hyperplane is not what it was made, or |w|^2 is beyond binary64.
    """
    cdef cnp.ndarray normal
    cdef int own
    if not usable() or not is_whole(w, 1, FLOAT64) or type(b) is not float or not abs(<double> b) <= DBL_MAX:
        return None
    normal = <cnp.ndarray> w
    if not 0.0 < float_dot(kernels().dots[FLOAT64], normal, normal, cnp.PyArray_DIM(normal, 0)) <= DBL_MAX:
        return None
    x = samples(f, X, cnp.PyArray_DIM(normal, 0))
    if x is None:
        return None
    own = dtype_of(<cnp.ndarray> x)
    return in_order(<cnp.ndarray> x, own, FLOAT32 if own == FLOAT32 and not widen else FLOAT64)


cdef object narrowed(cnp.ndarray w):
    """float64 as float32 if that holds it, otherwise None."""
    cdef const double *wide = <const double *> cnp.PyArray_DATA(w)
    cdef float *narrow
    cdef bint same = True
    cdef Py_ssize_t i
    result = cnp.PyArray_SimpleNew(1, cnp.PyArray_DIMS(w), cnp.NPY_FLOAT)
    narrow = <float *> cnp.PyArray_DATA(<cnp.ndarray> result)
    for i in range(cnp.PyArray_DIM(w, 0)):
        narrow[i] = <float> wide[i]
        same &= narrow[i] == wide[i]
    return result if same else None


def hyperplane_side(X, w, b):
    """The sign of w·x + b; None for the face."""
    cdef Dtypes dtypes
    x, normal = points(the_side, X, w, b, False), None
    if x is None:
        return None
    dtypes.x = dtypes.y = dtypes.out = dtype_of(<cnp.ndarray> x)
    if dtypes.x == FLOAT32 and cnp.PyArray_SIZE(<cnp.ndarray> x) > 2 * cnp.PyArray_DIM(<cnp.ndarray> w, 0):
        normal = narrowed(<cnp.ndarray> w)  # which takes as long as to widen two points
    if normal is None:
        x, normal = in_order(<cnp.ndarray> x, dtypes.x, FLOAT64), w
        dtypes.x = dtypes.y = dtypes.out = FLOAT64
    if x is None:
        return None
    return measures_of(kernels().signs, False, <cnp.ndarray> x, <cnp.ndarray> normal, dtypes, b)


def hyperplane_distance(X, w, b):
    """(w·x + b) / |w|, where nothing overflows or underflows; None for the face."""
    cdef Dtypes dtypes
    cdef cnp.ndarray result, normal
    cdef double *values
    cdef double square, size, bias
    cdef Py_ssize_t i
    x = points(the_distance, X, w, b, True)
    if x is None:
        return None
    normal, bias = <cnp.ndarray> w, b
    square = float_dot(kernels().dots[FLOAT64], normal, normal, cnp.PyArray_DIM(normal, 0))
    dtypes.x = dtypes.y = dtypes.out = FLOAT64
    found = products_of_rows(plain_vecdot, <cnp.ndarray> x, normal, dtypes, NULL)
    if found is None or not LEAST_SQUARE <= square <= GREATEST_SQUARE:
        return None
    result = <cnp.ndarray> found
    values = <double *> cnp.PyArray_DATA(result)
    for i in range(cnp.PyArray_SIZE(result)):
        size = abs(values[i] + bias)
        if not FAINT <= size <= GREAT:
            return None
        values[i] = (values[i] + bias) / sqrt(square)
    return result if cnp.PyArray_NDIM(result) else cnp.PyArray_ToScalar(cnp.PyArray_DATA(result), result)


cdef object softmax_in(bint logarithms, int dtype, cnp.ndarray rows, Py_ssize_t n):
    """A new array: the softmax of rows of n elements, float64 or float32 in C order, or its logarithms."""
    cdef cnp.ndarray result = PyArray_NewLikeArray(rows, cnp.NPY_CORDER, descr_of_number(number_of(dtype)), 0)
    cdef const void *source = cnp.PyArray_DATA(rows)
    cdef void *to = cnp.PyArray_DATA(result)
    cdef Py_ssize_t size = cnp.PyArray_SIZE(rows)
    cdef int failed
    softmax = kernels().softmax
    if size < MAP_KEEP_GIL:
        failed = softmax(logarithms, dtype, source, to, size // n, n)
    else:
        with nogil:
            failed = softmax(logarithms, dtype, source, to, size // n, n)
    if failed:
        raise MemoryError("onedot: no memory for a row in float64")
    return result


cdef object softmax_of(bint logarithms, Function f, object given, PyObject *out):
    """The softmax of a few numbers, or its logarithms; None for the face."""
    cdef cnp.ndarray x = <cnp.ndarray> operand(f, 0, given), result
    cdef int wanted, dtype = dtype_of(x)
    if dtype == NO_DTYPE or cnp.PyArray_NDIM(x) < 1 or not 0 < cnp.PyArray_SIZE(x) <= COPIED:
        return None
    wanted = FLOAT32 if mapped_dtype(dtype) == FLOAT32 else FLOAT64
    rows = in_order(x, dtype, wanted)
    if rows is None:
        return None
    result = <cnp.ndarray> softmax_in(logarithms, wanted, <cnp.ndarray> rows,
                                      cnp.PyArray_DIM(x, cnp.PyArray_NDIM(x) - 1))
    if wanted == FLOAT64:
        return rounded_into(result, mapped_dtype(dtype), None if out is NULL else <object> out)
    if out is NULL:
        return result
    if not is_like(<cnp.ndarray> out, result, FLOAT32):
        return None
    cnp.PyArray_CopyInto(<cnp.ndarray> out, result)
    return <object> out


cdef object shared(bint logarithms, int place, PyObject **args, Py_ssize_t count, PyObject *names):
    """The softmax of the first argument, or its logarithms."""
    cdef Function f = <Function> functions[place]
    cdef Keywords given = no_keywords()
    if count == 1 and (names is NULL or read_keywords(f, args + 1, names, &given)) and usable():
        found = softmax_of(logarithms, f, <object> args[0], given.out)
        if found is not None:
            return found
    return from_face(f, args, count, names)


cdef object enter_softmax(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return shared(False, SOFTMAX, args, count, names)


cdef object enter_log_softmax(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return shared(True, LOG_SOFTMAX, args, count, names)
