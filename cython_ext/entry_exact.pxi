# Where Python enters the exact tier: as for the plain one, with other kernels.

cdef object exact_dot_of_face = exact_face.dot
cdef object exact_sign_of_face = exact_face.sign
cdef object exact_matvec_of_face = exact_face.matvec
cdef object exact_vecdot_of_face = exact_face.vecdot


cdef inline double call_exact_f64(cnp.ndarray x, cnp.ndarray y, Py_ssize_t n) noexcept:
    cdef const double *a = <const double *> cnp.PyArray_DATA(x)
    cdef const double *b = <const double *> cnp.PyArray_DATA(y)
    cdef Py_ssize_t a_stride = cnp.PyArray_STRIDE(x, 0), b_stride = cnp.PyArray_STRIDE(y, 0)
    dot_f64 = kernels().exact_dot_f64  # once without the GIL, another thread may change the level
    if n < KEEP_GIL:
        return dot_f64(a, a_stride, b, b_stride, n)
    with nogil:
        return dot_f64(a, a_stride, b, b_stride, n)


cdef inline double call_exact_f32(cnp.ndarray x, cnp.ndarray y, Py_ssize_t n) noexcept:
    cdef const float *a = <const float *> cnp.PyArray_DATA(x)
    cdef const float *b = <const float *> cnp.PyArray_DATA(y)
    cdef Py_ssize_t a_stride = cnp.PyArray_STRIDE(x, 0), b_stride = cnp.PyArray_STRIDE(y, 0)
    dot_f32 = kernels().exact_dot_f32  # once without the GIL, another thread may change the level
    if n < KEEP_GIL:
        return dot_f32(a, a_stride, b, b_stride, n)
    with nogil:
        return dot_f32(a, a_stride, b, b_stride, n)


cdef inline bint two_vectors(PyObject **args, Py_ssize_t count):
    """Whether the arguments are two vectors of one length that a kernel takes in one call."""
    cdef cnp.ndarray x, y
    cdef Pair dtypes
    if count != 2 or not ready(args[0], args[1], &dtypes) or not is_wide(dtypes):
        return False
    x, y = <cnp.ndarray> args[0], <cnp.ndarray> args[1]
    return (cnp.PyArray_NDIM(x) == 1 and cnp.PyArray_NDIM(y) == 1
            and cnp.PyArray_DIM(x, 0) == cnp.PyArray_DIM(y, 0) and cnp.PyArray_DIM(x, 0) <= DIRECT)


cdef object enter_exact_dot(object self, PyObject **args, Py_ssize_t count):
    cdef cnp.ndarray x, y
    if two_vectors(args, count):
        x, y = <cnp.ndarray> args[0], <cnp.ndarray> args[1]
        if cnp.PyArray_TYPE(x) == cnp.NPY_DOUBLE:
            return call_exact_f64(x, y, cnp.PyArray_DIM(x, 0))
        return call_exact_f32(x, y, cnp.PyArray_DIM(x, 0))
    return from_face(exact_dot_of_face, args, count, NULL)


cdef int call_exact_sign(cnp.ndarray x, cnp.ndarray y, Py_ssize_t n) noexcept:
    cdef const char *a = <const char *> cnp.PyArray_DATA(x)
    cdef const char *b = <const char *> cnp.PyArray_DATA(y)
    cdef Py_ssize_t a_stride = cnp.PyArray_STRIDE(x, 0), b_stride = cnp.PyArray_STRIDE(y, 0)
    cdef bint wide = cnp.PyArray_TYPE(x) == cnp.NPY_DOUBLE
    sign_f64, sign_f32 = kernels().exact_sign_f64, kernels().exact_sign_f32
    if wide and n < KEEP_GIL:
        return sign_f64(<const double *> a, a_stride, <const double *> b, b_stride, n)
    with nogil:
        if wide:
            return sign_f64(<const double *> a, a_stride, <const double *> b, b_stride, n)
        return sign_f32(<const float *> a, a_stride, <const float *> b, b_stride, n)


cdef object enter_exact_sign(object self, PyObject **args, Py_ssize_t count):
    cdef cnp.ndarray x
    cdef int sign
    if two_vectors(args, count):
        x = <cnp.ndarray> args[0]
        sign = call_exact_sign(x, <cnp.ndarray> args[1], cnp.PyArray_DIM(x, 0))
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
