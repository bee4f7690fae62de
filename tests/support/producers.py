"""Objects that hand out numbers in every way but by being an array: one protocol each."""

import ctypes
import mmap
import tempfile

import numpy as np


class Array:
    """A producer of `__array__` alone, as a data frame's column is."""

    def __init__(self, v):
        self.v = v

    def __array__(self, dtype=None, copy=None):
        if isinstance(self.v, Exception):
            raise self.v
        return self.v


class DLPack:
    """A producer of `__dlpack__` alone, as a tensor on the CPU is."""

    def __init__(self, v):
        self.v = v

    def __dlpack__(self, **asked):
        if isinstance(self.v, Exception):
            raise self.v
        return self.v.__dlpack__(**asked)

    def __dlpack_device__(self):
        return (1, 0)


class ArrayInterface:
    """A producer of `__array_interface__` alone."""

    def __init__(self, v):
        self.v = v

    @property
    def __array_interface__(self):
        return self.v.__array_interface__


class ArrayStruct:
    """A producer of `__array_struct__` alone, the same in C."""

    def __init__(self, v):
        self.v = v

    @property
    def __array_struct__(self):
        return self.v.__array_struct__


class Sequence:
    """A sequence that is none of Python's own."""

    def __init__(self, *items):
        self.items = items

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        return self.items[i]


class Subclass(np.ndarray):
    """An array that answers for its elements otherwise than by them, which no reader of arrays asks it to."""

    def __getitem__(self, i):
        raise AssertionError("its elements lie in its memory")


class MaskedSubclass(np.ma.MaskedArray):
    """A mask by another name."""


class Structure(ctypes.Structure):
    """A buffer of records."""

    _fields_ = (("a", ctypes.c_double), ("b", ctypes.c_double))


def in_c(c_type, *values):
    """A C array."""
    return (c_type * len(values))(*values)


def in_shared_memory(values):
    """Bytes in an anonymous memory map."""
    room = mmap.mmap(-1, len(values))
    room[:] = bytes(values)
    return room


def in_a_file(v):
    """A memory-mapped vector."""
    with tempfile.TemporaryFile() as file:
        v.tofile(file)
        return np.memmap(file, v.dtype, "r", shape=v.shape)


def released(view):
    view.release()
    return view


class Tensor:
    """A producer of any type by `__dlpack__` alone, as a tensor of torch is: an array whose capsule says otherwise."""

    def __init__(self, v, code, bits):
        self.v, self.type = v, (code, bits)

    def __dlpack__(self, **asked):
        capsule = self.v.__dlpack__(**asked)
        name_of, pointer_of = ctypes.pythonapi.PyCapsule_GetName, ctypes.pythonapi.PyCapsule_GetPointer
        name_of.restype, name_of.argtypes = ctypes.c_char_p, [ctypes.py_object]
        pointer_of.restype, pointer_of.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
        name = name_of(capsule)
        code_at = {b"dltensor": 20, b"dltensor_versioned": 52}[name]
        (ctypes.c_uint8 * 2).from_address(pointer_of(capsule, name) + code_at)[:] = self.type
        return capsule

    def __dlpack_device__(self):
        return (1, 0)


class TensorAndArray(Tensor):
    """The same with an `__array__` that does not know the type, as torch's."""

    def __array__(self, dtype=None, copy=None):
        raise TypeError("unsupported type")


class Elsewhere(TensorAndArray):
    """A tensor that is not in memory."""

    def __dlpack__(self, **asked):
        raise BufferError("not on the CPU")


def bfloat16_tensor(v):
    """bfloat16 numbers, or their bits, by `__dlpack__` alone."""
    return Tensor(v.view(np.uint16), 4, 16)
