"""The C functions by their addresses, as Numba finds them. ctypes lets go of the GIL around them."""

import ctypes
import functools

P, N = ctypes.c_void_p, ctypes.c_ssize_t


@functools.cache
def c_function(name, result, *arguments):
    """A C function by its address, as Numba finds it."""
    from onedot import c_api

    capsule = c_api.__pyx_capi__[name]
    capsule_name = ctypes.pythonapi.PyCapsule_GetName
    capsule_name.restype, capsule_name.argtypes = ctypes.c_char_p, [ctypes.py_object]
    address = ctypes.pythonapi.PyCapsule_GetPointer
    address.restype, address.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    return ctypes.CFUNCTYPE(result, *arguments)(address(capsule, capsule_name(capsule)))


def c_dot(x, y):
    """x·y of two vectors of float64."""
    dot = c_function("dot_f64", ctypes.c_double, P, N, P, N, N)
    return dot(x.ctypes.data, x.strides[0], y.ctypes.data, y.strides[0], len(x))
