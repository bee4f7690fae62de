# Where Python enters the exact tier: as for the plain one, with other kernels.

cdef Function the_exact_dot = Function(exact_face.dot, ("x", "y"), tier=EXACT)
cdef Function the_exact_sign = Function(exact_face.sign, ("x", "y"), tier=EXACT)
cdef Function the_exact_matvec = Function(exact_face.matvec, ("A", "x"), tier=EXACT, least=(2, 1),
                                          layouts=(ROWS, SHARED_ROWS))
cdef Function the_exact_vecdot = Function(exact_face.vecdot, ("X", "Y"), tier=EXACT, has_axis=True)
cdef Function the_exact_vecmat = Function(exact_face.matmul, ("A", "B"), tier=EXACT, layouts=(COLUMNS, SHARED_ROWS),
                                          exchanged=True)
cdef Function the_exact_matmul = Function(exact_face.matmul, ("A", "B"), tier=EXACT, exchanged=True,
                                          layouts=(SHARED_COLUMNS, SHARED_ROWS),
                                          of_vectors=(the_exact_vecmat, the_exact_matvec, the_exact_vecdot))


cdef object enter_exact_dot(object self, PyObject **args, Py_ssize_t count):
    return dot_by(the_exact_dot, EXACT, args, count)


cdef int exact_sign_of(FloatSign kernel, cnp.ndarray x, cnp.ndarray y, Py_ssize_t n) noexcept:
    cdef const void *a = cnp.PyArray_DATA(x)
    cdef const void *b = cnp.PyArray_DATA(y)
    cdef Py_ssize_t a_stride = cnp.PyArray_STRIDE(x, 0), b_stride = cnp.PyArray_STRIDE(y, 0)
    if n < KEEP_GIL:
        return kernel(a, a_stride, b, b_stride, n)
    with nogil:
        return kernel(a, a_stride, b, b_stride, n)


cdef object sign_of_vectors(cnp.ndarray x, cnp.ndarray y, Dtypes dtypes):
    """The sign as an integer; None where the sum is NaN, which the face refuses."""
    cdef int sign
    if dtypes.x >= FLOATS:
        total = integer_dot(dtypes, x, y, cnp.PyArray_DIM(x, 0))
        return (total > 0) - (total < 0)
    sign = exact_sign_of(kernels().exact_signs[dtypes.x], x, y, cnp.PyArray_DIM(x, 0))
    return None if sign == 2 else sign


cdef object enter_exact_sign(object self, PyObject **args, Py_ssize_t count):
    cdef Dtypes dtypes
    sign = None
    if (count == 2 and ready(args[0], args[1], EXACT, &dtypes)
            and are_vectors(<cnp.ndarray> args[0], <cnp.ndarray> args[1])):
        sign = sign_of_vectors(<cnp.ndarray> args[0], <cnp.ndarray> args[1], dtypes)
    else:
        pair = two_vectors(the_exact_sign, args, count, &dtypes)
        if pair is not None:
            sign = sign_of_vectors(<cnp.ndarray> pair[0], <cnp.ndarray> pair[1], dtypes)
    return from_face(the_exact_sign, args, count, NULL) if sign is None else sign


cdef object enter_exact_matvec(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return enter_rows(the_exact_matvec, args, count, names)


cdef object enter_exact_matmul(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return enter_rows(the_exact_matmul, args, count, names)


cdef object enter_exact_vecdot(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return enter_rows(the_exact_vecdot, args, count, names)


cdef PyMethodDef exact_definitions[5]

exact_dot = builtin(&exact_definitions[0], "dot", "(x, y, /)", exact_face.dot, <void *> enter_exact_dot, METH_FASTCALL,
                    "onedot.exact")
exact_sign = builtin(&exact_definitions[1], "sign", "(x, y, /)", exact_face.sign, <void *> enter_exact_sign,
                     METH_FASTCALL, "onedot.exact")
exact_matvec = builtin(&exact_definitions[2], "matvec", "(A, x, /, *, out=None)", exact_face.matvec,
                       <void *> enter_exact_matvec, METH_FASTCALL | METH_KEYWORDS, "onedot.exact")
exact_vecdot = builtin(&exact_definitions[3], "vecdot", "(X, Y, /, *, axis=-1, out=None)", exact_face.vecdot,
                       <void *> enter_exact_vecdot, METH_FASTCALL | METH_KEYWORDS, "onedot.exact")
exact_matmul = builtin(&exact_definitions[4], "matmul", "(A, B, /, *, out=None)", exact_face.matmul,
                       <void *> enter_exact_matmul, METH_FASTCALL | METH_KEYWORDS, "onedot.exact")
