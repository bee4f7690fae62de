# Functions over rows and over arrays, of onedot.geometry and onedot.activations: what is ready goes to a kernel.

cdef enum:
    MAP_KEEP_GIL = 1024
    MAP_DIRECT = 1 << 18  # more numbers are mapped in pieces, by the face

cdef tuple ALIGNMENTS = (np.int8(-1), np.int8(0), np.int8(1))


cdef class MeasuredRows:
    """A job whose rows threads share; the status is not 0 if some of them are for the face."""

    cdef RowDots job
    cdef RowMeasure measure
    cdef int dtype
    cdef int status

    def __call__(self, Py_ssize_t first, Py_ssize_t last):
        cdef RowDots part = part_of(&self.job, 0, first, 1, last - first)
        cdef int status
        with nogil:
            status = self.measure(&part, self.dtype)
        if status != 0:
            store_int(&self.status, status)


cdef inline int float_dtype_of(PyObject *x, PyObject *y):
    """The dtype of two arrays, float64 or float32, that kernels can read and compute with as the law wants; or none."""
    cdef int dtype
    if (not load_int(&compiled_level) or not environment_is_default(environment_in_use())
            or not cnp.PyArray_CheckExact(<object> x) or not cnp.PyArray_CheckExact(<object> y)):
        return NO_DTYPE
    dtype = dtype_of(<cnp.ndarray> x)
    return dtype if dtype < WIDE_FLOATS and dtype == dtype_of(<cnp.ndarray> y) else NO_DTYPE


cdef object by_face(int place, PyObject **args, Py_ssize_t count, PyObject *names):
    keywords = {} if names is NULL else {
        name: <object> args[count + i] for i, name in enumerate(<tuple> <object> names)}
    return faces[place](*[<object> args[i] for i in range(count)], **keywords)


cdef inline bint has_rows(cnp.ndarray x):
    """Whether x is one vector or rows, contiguous and aligned."""
    cdef int d = cnp.PyArray_NDIM(x)
    return (1 <= d <= 2 and cnp.PyArray_ISALIGNED(x)
            and cnp.PyArray_STRIDE(x, d - 1) == cnp.PyArray_ITEMSIZE(x) and cnp.PyArray_DIM(x, d - 1) <= DIRECT)


cdef bint state_rows(RowDots *job, cnp.ndarray x, cnp.ndarray y):
    """Set the job of rows of x and of y; False if they are not ready or do not fit."""
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
    return True


cdef int measure_rows(RowDots *job, RowMeasure measure, int dtype) except -1:
    """0 if the results are written, 1 if some of them are for the face."""
    cdef Py_ssize_t n = max(job.shape[2], 1)
    cdef int status
    cdef MeasuredRows work
    if job.shape[1] <= KEEP_GIL // n:
        status = measure(job, dtype)
    elif job.shape[1] <= DIRECT // n:
        with nogil:
            status = measure(job, dtype)
    else:
        work = MeasuredRows.__new__(MeasuredRows)
        work.job, work.measure, work.dtype, work.status = job[0], measure, dtype, 0
        threads.share(work, job.shape[1], DIRECT // n)
        status = work.status
    if status < 0:
        raise MemoryError("onedot: no memory to pack a panel in")
    return status


cdef object measured(RowMeasure measure, Py_ssize_t operands, int place, PyObject **args, Py_ssize_t count,
                     PyObject *names):
    """A new array of one number a row, or one scalar."""
    cdef RowDots job
    cdef int dtype = NO_DTYPE
    cdef cnp.ndarray x, out
    cdef cnp.npy_intp rows
    cdef double room
    if count == operands and names is NULL:
        dtype = float_dtype_of(args[0], args[operands - 1])
    if (dtype != NO_DTYPE and state_rows(&job, <cnp.ndarray> args[0], <cnp.ndarray> args[operands - 1])):
        x, rows = <cnp.ndarray> args[0], job.shape[1]
        job.out_dtype, job.out_strides[1] = dtype, cnp.PyArray_ITEMSIZE(x)
        if job.A_strides[1] == 0 and job.X_strides[1] == 0 and rows == 1:
            job.out = <char *> &room
            if measure_rows(&job, measure, dtype) == 0:
                return cnp.PyArray_ToScalar(&room, x)
        else:
            out = cnp.PyArray_SimpleNew(1, &rows, cnp.PyArray_TYPE(x))
            job.out = <char *> cnp.PyArray_DATA(out)
            if measure_rows(&job, measure, dtype) == 0:
                return out
    return by_face(place, args, count, names)


cdef object enter_norm(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return measured(kernels().norms, 1, 0, args, count, names)


cdef object enter_cosine(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return measured(kernels().cosines, 2, 1, args, count, names)


cdef object enter_angle(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return measured(kernels().angles, 2, 2, args, count, names)


cdef object enter_alignment(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    cdef RowDots job
    cdef int dtype = NO_DTYPE
    cdef cnp.ndarray out
    cdef cnp.npy_intp rows
    cdef signed char sign
    if count == 2 and names is NULL:
        dtype = float_dtype_of(args[0], args[1])
    if (dtype != NO_DTYPE and state_rows(&job, <cnp.ndarray> args[0], <cnp.ndarray> args[1])):
        job.out_dtype, job.out_strides[1] = INT8, 1
        if cnp.PyArray_NDIM(<cnp.ndarray> args[0]) == 1 and cnp.PyArray_NDIM(<cnp.ndarray> args[1]) == 1:
            job.out = <char *> &sign
            if measure_rows(&job, kernels().alignments, dtype) == 0:
                return ALIGNMENTS[sign + 1]
        else:
            rows = job.shape[1]
            out = cnp.PyArray_SimpleNew(1, &rows, cnp.NPY_INT8)
            job.out = <char *> cnp.PyArray_DATA(out)
            if measure_rows(&job, kernels().alignments, dtype) == 0:
                return out
    return by_face(3, args, count, names)


cdef object activated(int which, PyObject **args, Py_ssize_t count, PyObject *names):
    """A new array like the first argument, the activation of each of its numbers."""
    cdef cnp.ndarray x, out
    cdef const void *source
    cdef void *to
    cdef Py_ssize_t n
    cdef int dtype
    if (count == 1 and names is NULL and load_int(&compiled_level) and environment_is_default(environment_in_use())
            and cnp.PyArray_CheckExact(<object> args[0])):
        x = <cnp.ndarray> args[0]
        dtype, n = dtype_of(x), cnp.PyArray_SIZE(x)
        if dtype <= FLOAT16 and n <= MAP_DIRECT and cnp.PyArray_NDIM(x) > 0 and cnp.PyArray_ISCARRAY_RO(x):
            out = cnp.PyArray_SimpleNew(cnp.PyArray_NDIM(x), cnp.PyArray_DIMS(x), cnp.PyArray_TYPE(x))
            source, to = cnp.PyArray_DATA(x), cnp.PyArray_DATA(out)
            activation = kernels().activation
            if n < MAP_KEEP_GIL:
                activation(which, dtype, source, to, n)
            else:
                with nogil:
                    activation(which, dtype, source, to, n)
            return out
    return by_face(4 + which, args, count, names)


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


cdef object enter_step(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return activated(STEP, args, count, names)


cdef object enter_sign(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return activated(SIGN, args, count, names)


# A function of Python's is defined where its documentation stands, and entered from there: the entry imports neither.
cdef tuple ENTERED = ("norm", "cosine", "angle", "alignment",
                      "exp", "sigmoid", "log_expit", "logit", "tanh", "softplus", "relu", "step", "sign")
cdef list faces = [None] * len(ENTERED)
cdef PyMethodDef measure_definitions[4 + ACTIVATIONS]
cdef void *enters[4 + ACTIVATIONS]
enters[0], enters[1] = <void *> enter_norm, <void *> enter_cosine
enters[2], enters[3] = <void *> enter_angle, <void *> enter_alignment
enters[4 + <int> EXP], enters[4 + <int> SIGMOID] = <void *> enter_exp, <void *> enter_sigmoid
enters[4 + <int> LOG_EXPIT], enters[4 + <int> LOGIT] = <void *> enter_log_expit, <void *> enter_logit
enters[4 + <int> TANH], enters[4 + <int> SOFTPLUS] = <void *> enter_tanh, <void *> enter_softplus
enters[4 + <int> RELU], enters[4 + <int> STEP] = <void *> enter_relu, <void *> enter_step
enters[4 + <int> SIGN] = <void *> enter_sign


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
    faces[place] = in_default_environment(function)
    return builtin(&measure_definitions[place], function.__name__, signature_of(function), function, enters[place],
                   METH_FASTCALL | METH_KEYWORDS, function.__module__)
