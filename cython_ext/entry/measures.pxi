# Functions over rows and over arrays, of onedot.geometry and onedot.activations: what is ready goes to a kernel.

cdef enum:
    MAP_KEEP_GIL = 1024
    MAP_DIRECT = 1 << 18  # more numbers are mapped in pieces, by the face

cdef tuple ALIGNMENTS = (np.int8(-1), np.int8(0), np.int8(1))

cdef enum:
    NORM
    COSINE
    ANGLE
    ALIGNMENT
    SOFTMAX
    LOG_SOFTMAX
    MEASURES

cdef Function the_projection = Function(None, ("x", "onto"), name="geometry.project")

cdef double LEAST_HALF = 2.0 ** -14  # of those that keep all their digits
cdef double GREATEST_HALF = 65504.0

cdef list functions = [None] * (<int> MEASURES + <int> ACTIVATIONS)  # as they are entered below, in this order


cdef class MeasuredRows:
    """A job whose rows threads share; the status is not 0 if some of them are for the face."""

    cdef RowDots job
    cdef RowMeasure measure
    cdef int dtype
    cdef double b
    cdef int status

    def __call__(self, Py_ssize_t first, Py_ssize_t last):
        cdef RowDots part = part_of(&self.job, 0, first, 1, last - first)
        cdef int status
        with nogil:
            status = self.measure(&part, self.dtype, self.b)
        if status != 0:
            store_int(&self.status, status)


cdef inline int float_dtype_of(PyObject *x, PyObject *y):
    """The dtype of two arrays, float64 or float32, that kernels can read and compute with as the law wants; or none."""
    cdef int dtype
    if not usable() or not cnp.PyArray_CheckExact(<object> x) or not cnp.PyArray_CheckExact(<object> y):
        return NO_DTYPE
    dtype = dtype_of(<cnp.ndarray> x)
    return dtype if dtype < WIDE_FLOATS and dtype == dtype_of(<cnp.ndarray> y) else NO_DTYPE


cdef inline bint has_rows(cnp.ndarray x):
    """Whether x is one vector or rows, contiguous and aligned."""
    cdef int d = cnp.PyArray_NDIM(x)
    return (1 <= d <= 2 and cnp.PyArray_ISALIGNED(x)
            and cnp.PyArray_STRIDE(x, d - 1) == cnp.PyArray_ITEMSIZE(x) and cnp.PyArray_DIM(x, d - 1) <= DIRECT)


cdef bint state_rows(RowDots *job, cnp.ndarray x, cnp.ndarray y):
    """Set the job of rows of x and of y; False if they are not ready, do not fit or are none."""
    cdef int x_axes = cnp.PyArray_NDIM(x), y_axes = cnp.PyArray_NDIM(y)
    if not (has_rows(x) and has_rows(y)) or cnp.PyArray_DIM(x, x_axes - 1) != cnp.PyArray_DIM(y, y_axes - 1):
        return False
    if x_axes == 2 and y_axes == 2 and cnp.PyArray_DIM(x, 0) != cnp.PyArray_DIM(y, 0):
        return False
    job.shape[0], job.shape[2] = 1, cnp.PyArray_DIM(x, x_axes - 1)
    job.shape[1] = cnp.PyArray_DIM(x, 0) if x_axes == 2 else cnp.PyArray_DIM(y, 0) if y_axes == 2 else 1
    job.A_strides[0] = job.X_strides[0] = job.out_strides[0] = 0
    job.A_strides[1] = cnp.PyArray_STRIDE(x, 0) if x_axes == 2 else 0
    job.X_strides[1] = cnp.PyArray_STRIDE(y, 0) if y_axes == 2 else 0
    job.A_strides[2] = job.X_strides[2] = cnp.PyArray_ITEMSIZE(x)
    job.A, job.X = <const char *> cnp.PyArray_DATA(x), <const char *> cnp.PyArray_DATA(y)
    return job.shape[1] > 0  # where there is no row, none looks at the other operand, which may have no direction


cdef int measure_rows(RowDots *job, RowMeasure measure, int dtype, double b) except -1:
    """0 if the results are written, 1 if some of them are for the face."""
    cdef Py_ssize_t n = max(job.shape[2], 1)
    cdef int status
    cdef MeasuredRows work
    if job.shape[1] <= KEEP_GIL // n:
        status = measure(job, dtype, b)
    elif job.shape[1] <= DIRECT // n:
        with nogil:
            status = measure(job, dtype, b)
    else:
        work = MeasuredRows.__new__(MeasuredRows)
        work.job, work.measure, work.dtype, work.b, work.status = job[0], measure, dtype, b, 0
        threads.share(work, job.shape[1], DIRECT // n)
        status = work.status
    if status < 0:
        raise MemoryError("onedot: no memory to pack a panel in")
    return status


cdef tuple operands_in_order(Function f, PyObject **args, Py_ssize_t operands, Dtypes *dtypes):
    """The operands, one or two, as float64 or float32 in C order, copied where that is small; None for the face."""
    cdef cnp.ndarray x, y
    cdef int wanted
    if not usable():
        return None
    first = operand(f, 0, <object> args[0])
    second = first if operands == 1 else operand(f, 1, <object> args[1])
    x, y = <cnp.ndarray> first, <cnp.ndarray> second
    dtypes.x, dtypes.y = dtype_of(x), dtype_of(y)
    if dtypes.x == NO_DTYPE or dtypes.y == NO_DTYPE:
        return None
    wanted = widened(dtypes.x, dtypes.y, True)
    dtypes.out = FLOAT16 if dtypes.x == FLOAT16 and dtypes.y == FLOAT16 else wanted
    first = in_order(x, dtypes.x, wanted)
    second = first if operands == 1 else in_order(y, dtypes.y, wanted)
    dtypes.x = dtypes.y = wanted
    return None if first is None or second is None else (first, second)


cdef struct RowParts:  # a job for each of the leading axes that one operand has and the other has not
    RowDots job
    Py_ssize_t count
    Py_ssize_t steps[2]  # from part to part, of the operands


cdef bint state_parts(RowParts *parts, cnp.ndarray x, cnp.ndarray y):
    """Set jobs of arrays in C order; False without a row, or if no operand's axes are the last ones of the other's."""
    cdef int axes[2]
    cdef int i, least
    cdef Py_ssize_t size = cnp.PyArray_ITEMSIZE(x), rows = 1, n
    axes[0], axes[1] = cnp.PyArray_NDIM(x), cnp.PyArray_NDIM(y)
    least = min(axes[0], axes[1])
    if least < 1 or max(axes[0], axes[1]) >= MOST_AXES:
        return False
    for i in range(1, least + 1):
        if cnp.PyArray_DIM(x, axes[0] - i) != cnp.PyArray_DIM(y, axes[1] - i):
            return False
        rows *= cnp.PyArray_DIM(x, axes[0] - i) if i > 1 else 1
    n, parts.count = cnp.PyArray_DIM(x, axes[0] - 1), 1
    for i in range(max(axes[0], axes[1]) - least):
        parts.count *= cnp.PyArray_DIM(x if axes[0] > axes[1] else y, i)
    parts.steps[0] = rows * n * size if axes[0] > least else 0
    parts.steps[1] = rows * n * size if axes[1] > least else 0
    parts.job.shape[0], parts.job.shape[1], parts.job.shape[2] = 1, rows, n
    parts.job.A_strides[0] = parts.job.X_strides[0] = parts.job.out_strides[0] = 0
    parts.job.A_strides[1], parts.job.X_strides[1] = n * size, n * size
    parts.job.A_strides[2] = parts.job.X_strides[2] = size
    parts.job.A, parts.job.X = <const char *> cnp.PyArray_DATA(x), <const char *> cnp.PyArray_DATA(y)
    if least == 1:  # one vector for all rows
        parts.job.shape[1], parts.count = parts.count, 1
        parts.job.A_strides[1] = n * size if axes[0] > 1 else 0
        parts.job.X_strides[1] = n * size if axes[1] > 1 else 0
    if parts.count == 0 or parts.job.shape[1] == 0:
        return False
    return n <= DIRECT and (parts.count == 1 or parts.count * rows <= DIRECT // max(n, 1))


cdef object new_measures(cnp.ndarray x, cnp.ndarray y, bint keep, int number):
    """A new array of a number for each row of two arrays, of which those with more axes have all."""
    cdef cnp.npy_intp shape[MOST_AXES]
    cdef cnp.ndarray longer = x if cnp.PyArray_NDIM(x) >= cnp.PyArray_NDIM(y) else y
    cdef int i, last = cnp.PyArray_NDIM(longer) - 1
    for i in range(last):
        shape[i] = cnp.PyArray_DIM(longer, i)
    shape[last] = 1
    return cnp.PyArray_SimpleNew(last + keep, shape, number)


cdef object rounded_to_halves(cnp.ndarray measures):
    """float64 as float16; None where one has digits that float16 has not at its size, which NumPy may warn of."""
    cdef const double *values = <const double *> cnp.PyArray_DATA(measures)
    cdef Py_ssize_t i
    for i in range(cnp.PyArray_SIZE(measures)):
        if not (values[i] == 0.0 or LEAST_HALF <= abs(values[i]) <= GREATEST_HALF):
            return None
    halves = PyArray_NewLikeArray(measures, cnp.NPY_CORDER, descr_of_number(NPY_HALF), 0)
    cnp.PyArray_CopyInto(<cnp.ndarray> halves, measures)
    return halves


cdef object measures_of(RowMeasure measure, bint keep, cnp.ndarray x, cnp.ndarray y, Dtypes dtypes, double b):
    """A number for each row of arrays in C order; None for the face."""
    cdef bint signs = measure == kernels().signs
    cdef RowParts parts
    cdef cnp.ndarray result
    cdef Py_ssize_t part
    cdef int out = INT8 if signs else FLOAT64 if dtypes.out == FLOAT16 else dtypes.out
    if not state_parts(&parts, x, y):
        return None
    result = <cnp.ndarray> new_measures(x, y, keep, cnp.NPY_INT8 if signs else number_of(out))
    parts.job.out, parts.job.out_dtype = <char *> cnp.PyArray_DATA(result), out
    parts.job.out_strides[1] = cnp.PyArray_ITEMSIZE(result)
    for part in range(parts.count):
        if measure_rows(&parts.job, measure, dtypes.x, b) != 0:
            return None
        parts.job.A += parts.steps[0]
        parts.job.X += parts.steps[1]
        parts.job.out += parts.job.shape[1] * parts.job.out_strides[1]
    if not signs and dtypes.out == FLOAT16:
        halves = rounded_to_halves(result)
        if halves is None:
            return None
        result = <cnp.ndarray> halves
    return result if cnp.PyArray_NDIM(result) else cnp.PyArray_ToScalar(cnp.PyArray_DATA(result), result)


def projections(x, onto):
    """(x·onto / onto·onto) onto of vectors; None for the face."""
    cdef Dtypes dtypes
    cdef RowParts parts
    cdef cnp.ndarray u, v, result
    cdef PyObject *args[2]
    cdef Py_ssize_t part, row
    cdef int out
    args[0], args[1] = <PyObject *> x, <PyObject *> onto
    pair = operands_in_order(the_projection, args, 2, &dtypes)
    if pair is None:
        return None
    u, v = <cnp.ndarray> pair[0], <cnp.ndarray> pair[1]
    if not state_parts(&parts, u, v):
        return None
    u = u if cnp.PyArray_NDIM(u) > cnp.PyArray_NDIM(v) else v
    out = FLOAT64 if dtypes.out == FLOAT16 else dtypes.out
    result = cnp.PyArray_SimpleNew(cnp.PyArray_NDIM(u), cnp.PyArray_DIMS(u), number_of(out))
    row = parts.job.shape[2] * cnp.PyArray_ITEMSIZE(result)
    parts.job.out, parts.job.out_dtype = <char *> cnp.PyArray_DATA(result), out
    parts.job.out_strides[1] = row
    for part in range(parts.count):
        if measure_rows(&parts.job, kernels().projections, dtypes.x, 0.0) != 0:
            return None
        parts.job.A += parts.steps[0]
        parts.job.X += parts.steps[1]
        parts.job.out += parts.job.shape[1] * row
    return rounded_to_halves(result) if dtypes.out == FLOAT16 else result


cdef inline bint measure_keywords(int place, PyObject **values, PyObject *names, bint *keep) except -1:
    """Whether all keywords are a plain keepdims or, of directions, a `zero` that there is."""
    cdef Py_ssize_t i
    given = <tuple> <object> names
    for i in range(len(given)):
        value = <object> values[i]
        if given[i] == "keepdims" and type(value) is bool:
            keep[0] = value is True
        elif not ((place == COSINE or place == ANGLE) and given[i] == "zero" and type(value) is str
                  and (value == "raise" or value == "nan")):
            return False
    return True


cdef object measured(int place, RowMeasure measure, PyObject **args, Py_ssize_t count, PyObject *names):
    """A new array of one number a row, or one scalar."""
    cdef RowDots job
    cdef Dtypes dtypes
    cdef int dtype = NO_DTYPE
    cdef cnp.ndarray x, y, out
    cdef cnp.npy_intp rows
    cdef double one
    cdef bint keep = False, signs = place == ALIGNMENT
    cdef Py_ssize_t operands = 1 if place == NORM else 2
    if count != operands or (names is not NULL and not measure_keywords(place, args + count, names, &keep)):
        return from_face(<Function> functions[place], args, count, names)
    if not keep:
        dtype = float_dtype_of(args[0], args[operands - 1])
    if dtype != NO_DTYPE and state_rows(&job, <cnp.ndarray> args[0], <cnp.ndarray> args[operands - 1]):
        x, y, rows = <cnp.ndarray> args[0], <cnp.ndarray> args[operands - 1], job.shape[1]
        job.out_dtype = INT8 if signs else dtype
        if cnp.PyArray_NDIM(x) == 1 and cnp.PyArray_NDIM(y) == 1:
            job.out, job.out_strides[1] = <char *> &one, 0
            if measure_rows(&job, measure, dtype, 0.0) == 0:
                return ALIGNMENTS[(<signed char *> &one)[0] + 1] if signs else cnp.PyArray_ToScalar(&one, x)
        else:
            out = cnp.PyArray_SimpleNew(1, &rows, cnp.NPY_INT8 if signs else cnp.PyArray_TYPE(x))
            job.out, job.out_strides[1] = <char *> cnp.PyArray_DATA(out), cnp.PyArray_ITEMSIZE(out)
            if measure_rows(&job, measure, dtype, 0.0) == 0:
                return out
    else:
        pair = operands_in_order(<Function> functions[place], args, operands, &dtypes)
        if pair is not None:
            found = measures_of(measure, keep, <cnp.ndarray> pair[0], <cnp.ndarray> pair[1], dtypes, 0.0)
            if found is not None:
                return found
    return from_face(<Function> functions[place], args, count, names)


cdef object enter_norm(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return measured(NORM, kernels().norms, args, count, names)


cdef object enter_cosine(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return measured(COSINE, kernels().cosines, args, count, names)


cdef object enter_angle(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return measured(ANGLE, kernels().angles, args, count, names)


cdef object enter_alignment(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return measured(ALIGNMENT, kernels().signs, args, count, names)


cdef inline void map_array(int which, int dtype, cnp.ndarray x, cnp.ndarray out):
    """out[i] = the activation of x[i], for arrays in C order."""
    cdef const void *source = cnp.PyArray_DATA(x)
    cdef void *to = cnp.PyArray_DATA(out)
    cdef Py_ssize_t n = cnp.PyArray_SIZE(x)
    activation = kernels().activation
    if n < MAP_KEEP_GIL:
        activation(which, dtype, source, to, n)
    else:
        with nogil:
            activation(which, dtype, source, to, n)


cdef inline bint is_like(cnp.ndarray out, cnp.ndarray x, int dtype):
    """Whether results of x in this dtype can be written to out, number by number; another out is for the face."""
    return dtype_of(out) == dtype and cnp.PyArray_ISCARRAY(out) and cnp.PyArray_SAMESHAPE(out, x)


cdef inline int mapped_dtype(int dtype):
    """The dtype of an activation of numbers."""
    return FLOAT64 if dtype >= FLOATS else FLOAT32 if dtype == BFLOAT16 else dtype


cdef object activated_otherwise(Function f, int which, PyObject *numbers, PyObject *out):
    """What `activated` gives for numbers of any kind, read in order; None for the face."""
    cdef cnp.ndarray x, result
    cdef int dtype, wanted
    if not_computed(<object> numbers):
        return None
    given = operand(f, 0, <object> numbers)
    dtype = dtype_of(<cnp.ndarray> given)
    if dtype == NO_DTYPE or cnp.PyArray_SIZE(<cnp.ndarray> given) > MAP_DIRECT:
        return None
    wanted = mapped_dtype(dtype)
    given = in_order(<cnp.ndarray> given, dtype, wanted)
    if given is None:
        return None
    x = <cnp.ndarray> given
    if out is not NULL:
        result = <cnp.ndarray> out
        if not (is_like(result, x, wanted) and (cnp.PyArray_DATA(result) == cnp.PyArray_DATA(x) or apart(result, x))):
            return None
        map_array(which, wanted, x, result)
        return result
    result = cnp.PyArray_SimpleNew(cnp.PyArray_NDIM(x), cnp.PyArray_DIMS(x), number_of(wanted))
    map_array(which, wanted, x, result)
    return result if cnp.PyArray_NDIM(x) else cnp.PyArray_ToScalar(cnp.PyArray_DATA(result), result)


cdef object activated(int which, PyObject **args, Py_ssize_t count, PyObject *names):
    """A new array like the first argument, the activation of each of its numbers, or one number, or out."""
    cdef Function f = <Function> functions[<int> MEASURES + which]
    cdef cnp.ndarray x, result
    cdef Keywords given = no_keywords()
    cdef int dtype
    if count == 1 and (names is NULL or read_keywords(f, args + 1, names, &given)) and usable():
        if given.out is NULL and cnp.PyArray_CheckExact(<object> args[0]):
            x = <cnp.ndarray> args[0]
            dtype = dtype_of(x)
            if (dtype <= FLOAT16 and cnp.PyArray_SIZE(x) <= MAP_DIRECT and cnp.PyArray_NDIM(x) > 0
                    and cnp.PyArray_ISCARRAY_RO(x)):
                result = cnp.PyArray_SimpleNew(cnp.PyArray_NDIM(x), cnp.PyArray_DIMS(x), cnp.PyArray_TYPE(x))
                map_array(which, dtype, x, result)
                return result
        found = activated_otherwise(f, which, args[0], given.out)
        if found is not None:
            return found
    return from_face(f, args, count, names)


cdef object enter_exp(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return activated(EXP, args, count, names)


cdef object enter_sigmoid(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return activated(SIGMOID, args, count, names)


cdef object enter_log_expit(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return activated(LOG_EXPIT, args, count, names)


cdef object enter_logit(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return activated(LOGIT, args, count, names)


cdef object enter_tanh(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return activated(TANH, args, count, names)


cdef object enter_softplus(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return activated(SOFTPLUS, args, count, names)


cdef object enter_relu(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return activated(RELU, args, count, names)


cdef object enter_leaky_relu(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return activated(LEAKY_RELU, args, count, names)


cdef object enter_gelu(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return activated(GELU, args, count, names)


cdef object enter_silu(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return activated(SILU, args, count, names)


cdef object enter_step(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return activated(STEP, args, count, names)


cdef object enter_sign(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return activated(SIGN, args, count, names)


# A function of Python's is defined where its documentation stands, and entered from there: the entry imports neither.
cdef tuple ENTERED = ("norm", "cosine", "angle", "alignment", "softmax", "log_softmax",
                      "exp", "sigmoid", "log_expit", "logit", "tanh", "softplus", "relu", "leaky_relu", "gelu", "silu",
                      "step", "sign")
cdef PyMethodDef measure_definitions[<int> MEASURES + <int> ACTIVATIONS]
cdef void *enters[<int> MEASURES + <int> ACTIVATIONS]
enters[<int> NORM], enters[<int> COSINE] = <void *> enter_norm, <void *> enter_cosine
enters[<int> ANGLE], enters[<int> ALIGNMENT] = <void *> enter_angle, <void *> enter_alignment
enters[<int> SOFTMAX], enters[<int> LOG_SOFTMAX] = <void *> enter_softmax, <void *> enter_log_softmax
enters[<int> MEASURES + <int> EXP], enters[<int> MEASURES + <int> SIGMOID] = <void *> enter_exp, <void *> enter_sigmoid
enters[<int> MEASURES + <int> LOG_EXPIT] = <void *> enter_log_expit
enters[<int> MEASURES + <int> LOGIT], enters[<int> MEASURES + <int> TANH] = <void *> enter_logit, <void *> enter_tanh
enters[<int> MEASURES + <int> SOFTPLUS] = <void *> enter_softplus
enters[<int> MEASURES + <int> RELU], enters[<int> MEASURES + <int> STEP] = <void *> enter_relu, <void *> enter_step
enters[<int> MEASURES + <int> LEAKY_RELU] = <void *> enter_leaky_relu
enters[<int> MEASURES + <int> GELU], enters[<int> MEASURES + <int> SILU] = <void *> enter_gelu, <void *> enter_silu
enters[<int> MEASURES + <int> SIGN] = <void *> enter_sign


cdef str signature_of(object function):
    """Its arguments and their defaults, without types, as builtins state them: those before `out` by place alone."""
    cdef int by_place = function.__code__.co_posonlyargcount
    cdef tuple names = function.__code__.co_varnames
    keywords = function.__kwdefaults__
    by_name = [f"{name}={keywords[name]!r}" for name in names[by_place:len(keywords) + by_place]]
    return f"({', '.join([*names[:by_place], '/', '*', *by_name])})"


def entered(function):
    """The function as a builtin that hands ready arrays to a kernel, and all else to it."""
    cdef int place = ENTERED.index(function.__name__)
    functions[place] = Function(function, function.__code__.co_varnames[:function.__code__.co_posonlyargcount],
                                name=f"{function.__module__.rpartition('.')[2]}.{function.__name__}")
    return builtin(&measure_definitions[place], function.__name__, signature_of(function), function, enters[place],
                   METH_FASTCALL | METH_KEYWORDS, function.__module__)
