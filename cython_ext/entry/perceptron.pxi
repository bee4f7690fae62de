# perceptron_update: two arrays that are ready go straight to the kernel.

cdef Function the_update = Function(perceptron.perceptron_update, ("w", "x"))


cdef inline double sign_of(object y):
    """1 or -1 as a C number; 0 for what the face is to look at."""
    cdef double sign = 0.0
    if type(y) is int or type(y) is float:
        sign = 1.0 if y == 1 else -1.0 if y == -1 else 0.0
    return sign


cdef inline int update_arrays(cnp.ndarray w, cnp.ndarray x, double step) noexcept:
    """1 or 0 from the kernel; -1 if the face is to look at it, and nothing has changed."""
    cdef Py_ssize_t d
    cdef int dtype
    cdef bint bias
    if not (cnp.PyArray_NDIM(w) == 1
            and cnp.PyArray_NDIM(x) == 1 and cnp.PyArray_TYPE(w) == cnp.NPY_DOUBLE
            and cnp.PyArray_ISCARRAY(w) and cnp.PyArray_ISCARRAY_RO(x)):
        return -1
    d = cnp.PyArray_DIM(x, 0)
    if (cnp.PyArray_BYTES(x) < cnp.PyArray_BYTES(w) + cnp.PyArray_NBYTES(w)
            and cnp.PyArray_BYTES(w) < cnp.PyArray_BYTES(x) + cnp.PyArray_NBYTES(x)):
        return -1
    if not 0 < d <= DIRECT or not d <= cnp.PyArray_DIM(w, 0) <= d + 1:
        return -1
    dtype = dtype_of(x)
    if dtype >= WIDE_FLOATS:
        return -1
    update, weights, sample = kernels().perceptron_updates[dtype], <double *> cnp.PyArray_DATA(w), cnp.PyArray_DATA(x)
    bias = cnp.PyArray_DIM(w, 0) > d
    if d < KEEP_GIL:
        return update(weights, bias, sample, step, d)
    with nogil:
        return update(weights, bias, sample, step, d)


cdef inline int update_ready(PyObject *w, PyObject *x, double step) noexcept:
    """The same of any two objects."""
    if not usable() or not cnp.PyArray_CheckExact(<object> w) or not cnp.PyArray_CheckExact(<object> x):
        return -1
    return update_arrays(<cnp.ndarray> w, <cnp.ndarray> x, step)


cdef int update_converted(PyObject *w, PyObject *x, double step) except -2:
    """The same of a sample of any kind, as a kernel reads it."""
    cdef int dtype
    if not usable() or not cnp.PyArray_CheckExact(<object> w):
        return -1
    sample = operand(the_update, 1, <object> x)
    dtype = dtype_of(<cnp.ndarray> sample)
    if dtype == NO_DTYPE:
        return -1
    sample = in_order(<cnp.ndarray> sample, dtype, FLOAT64 if dtype >= FLOATS or dtype == FLOAT64 else FLOAT32)
    return -1 if sample is None else update_arrays(<cnp.ndarray> w, <cnp.ndarray> sample, step)


cdef inline double rate_of(PyObject **args, Py_ssize_t count, PyObject *names):
    """The rate as a C number, 1 if none is given; 0 for what the face is to look at."""
    cdef double rate
    if count != 3:
        return 0.0
    if names is NULL:
        return 1.0
    given = <tuple> <object> names
    if len(given) != 1 or given[0] != "rate" or type(<object> args[3]) is not float:
        return 0.0
    rate = <object> args[3]
    return rate if 0.0 < rate <= DBL_MAX else 0.0


cdef object enter_perceptron_update(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    cdef double step = rate_of(args, count, names)
    cdef int changed
    if step != 0.0:
        step *= sign_of(<object> args[2])
        if step != 0.0:
            changed = update_ready(args[0], args[1], step)
            if changed < 0:
                changed = update_converted(args[0], args[1], step)
            if changed >= 0:
                return changed == 1
    return from_face(the_update, args, count, names)


cdef PyMethodDef update_definition

perceptron_update = builtin(&update_definition, "perceptron_update", "(w, x, y, *, rate=1.0)",
                            perceptron.perceptron_update, <void *> enter_perceptron_update,
                            METH_FASTCALL | METH_KEYWORDS)
