# Where Python enters the exact tier: as for the plain one, with other kernels.

cdef object exact_dot_of_face = in_default_environment(exact_face.dot)
cdef object exact_sign_of_face = in_default_environment(exact_face.sign)
cdef object exact_matvec_of_face = in_default_environment(exact_face.matvec)
cdef object exact_vecdot_of_face = in_default_environment(exact_face.vecdot)


cdef inline bint two_vectors(PyObject **args, Py_ssize_t count, Pair *dtypes):
    """Whether the arguments are two vectors of one length that a kernel takes in one call."""
    cdef cnp.ndarray x, y
    if count != 2 or not ready(args[0], args[1], dtypes) or not is_wide(dtypes[0]):
        return False
    x, y = <cnp.ndarray> args[0], <cnp.ndarray> args[1]
    return (cnp.PyArray_NDIM(x) == 1 and cnp.PyArray_NDIM(y) == 1
            and cnp.PyArray_DIM(x, 0) == cnp.PyArray_DIM(y, 0) and cnp.PyArray_DIM(x, 0) <= DIRECT)


cdef object enter_exact_dot(object self, PyObject **args, Py_ssize_t count):
    cdef cnp.ndarray x
    cdef Pair dtypes
    if two_vectors(args, count, &dtypes):
        x = <cnp.ndarray> args[0]
        return float_dot(kernels().exact_dots[dtypes.x], x, <cnp.ndarray> args[1], cnp.PyArray_DIM(x, 0))
    return from_face(exact_dot_of_face, args, count, NULL)


cdef int exact_sign_of(FloatSign kernel, cnp.ndarray x, cnp.ndarray y, Py_ssize_t n) noexcept:
    cdef const void *a = cnp.PyArray_DATA(x)
    cdef const void *b = cnp.PyArray_DATA(y)
    cdef Py_ssize_t a_stride = cnp.PyArray_STRIDE(x, 0), b_stride = cnp.PyArray_STRIDE(y, 0)
    if n < KEEP_GIL:
        return kernel(a, a_stride, b, b_stride, n)
    with nogil:
        return kernel(a, a_stride, b, b_stride, n)


cdef object enter_exact_sign(object self, PyObject **args, Py_ssize_t count):
    cdef cnp.ndarray x
    cdef Pair dtypes
    cdef int sign
    if two_vectors(args, count, &dtypes):
        x = <cnp.ndarray> args[0]
        sign = exact_sign_of(kernels().exact_signs[dtypes.x], x, <cnp.ndarray> args[1], cnp.PyArray_DIM(x, 0))
        if sign != 2:  # of NaN, which the face refuses
            return sign
    return from_face(exact_sign_of_face, args, count, NULL)


cdef object enter_exact_matvec(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    cdef Pair dtypes
    if count == 2 and names is NULL and ready(args[0], args[1], &dtypes) and is_wide(dtypes):
        return matrix_and_vector(<cnp.ndarray> args[0], <cnp.ndarray> args[1], dtypes, False, True,
                                 exact_matvec_of_face, args, count, names)
    return from_face(exact_matvec_of_face, args, count, names)


cdef object enter_exact_vecdot(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return pairs_of_rows(True, exact_vecdot_of_face, args, count, names)


cdef PyMethodDef exact_definitions[4]

exact_dot = builtin(&exact_definitions[0], "dot", "(x, y, /)", exact_face.dot, <void *> enter_exact_dot, METH_FASTCALL,
                    "onedot.exact")
exact_sign = builtin(&exact_definitions[1], "sign", "(x, y, /)", exact_face.sign, <void *> enter_exact_sign,
                     METH_FASTCALL, "onedot.exact")
exact_matvec = builtin(&exact_definitions[2], "matvec", "(A, x, /, *, out=None)", exact_face.matvec,
                       <void *> enter_exact_matvec, METH_FASTCALL | METH_KEYWORDS, "onedot.exact")
exact_vecdot = builtin(&exact_definitions[3], "vecdot", "(X, Y, /, *, out=None)", exact_face.vecdot,
                       <void *> enter_exact_vecdot, METH_FASTCALL | METH_KEYWORDS, "onedot.exact")
