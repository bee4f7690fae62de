# Where Python enters the single tier: as for the plain one, with other kernels, and no integers.

cdef Function the_single_dot = Function(single_face.dot, ("x", "y"), name="single.dot", tier=SINGLE)
cdef Function the_single_matvec = Function(single_face.matvec, ("A", "x"), name="single.matvec", tier=SINGLE,
                                           least=(2, 1), layouts=(ROWS, SHARED_ROWS))
cdef Function the_single_vecmat = Function(single_face.vecmat, ("x", "A"), name="single.vecmat", tier=SINGLE,
                                           least=(1, 2), layouts=(COLUMNS, SHARED_ROWS), exchanged=True)
cdef Function the_single_vecdot = Function(single_face.vecdot, ("X", "Y"), name="single.vecdot", tier=SINGLE,
                                           has_axis=True)
cdef Function the_single_matmul = Function(single_face.matmul, ("A", "B"), name="single.matmul", tier=SINGLE,
                                           exchanged=True, layouts=(SHARED_COLUMNS, SHARED_ROWS),
                                           of_vectors=(the_single_vecmat, the_single_matvec, the_single_vecdot))


cdef object enter_single_dot(object self, PyObject **args, Py_ssize_t count):
    return dot_by(the_single_dot, SINGLE, args, count)


cdef object enter_single_matvec(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return enter_rows(the_single_matvec, args, count, names)


cdef object enter_single_vecmat(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return enter_rows(the_single_vecmat, args, count, names)


cdef object enter_single_matmul(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return enter_rows(the_single_matmul, args, count, names)


cdef object enter_single_vecdot(object self, PyObject **args, Py_ssize_t count, PyObject *names):
    return enter_rows(the_single_vecdot, args, count, names)


cdef PyMethodDef single_definitions[5]

single_dot = builtin(&single_definitions[0], "dot", "(x, y, /)", single_face.dot, <void *> enter_single_dot,
                     METH_FASTCALL, "onedot.single")
single_matvec = builtin(&single_definitions[1], "matvec", "(A, x, /, *, out=None)", single_face.matvec,
                        <void *> enter_single_matvec, METH_FASTCALL | METH_KEYWORDS, "onedot.single")
single_vecmat = builtin(&single_definitions[2], "vecmat", "(x, A, /, *, out=None)", single_face.vecmat,
                        <void *> enter_single_vecmat, METH_FASTCALL | METH_KEYWORDS, "onedot.single")
single_vecdot = builtin(&single_definitions[3], "vecdot", "(X, Y, /, *, axis=-1, out=None)", single_face.vecdot,
                        <void *> enter_single_vecdot, METH_FASTCALL | METH_KEYWORDS, "onedot.single")
single_matmul = builtin(&single_definitions[4], "matmul", "(A, B, /, *, out=None)", single_face.matmul,
                        <void *> enter_single_matmul, METH_FASTCALL | METH_KEYWORDS, "onedot.single")
