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


class Unit:
    """A unit of measure, which is no text and prints as it."""

    def __init__(self, name):
        self.name = name

    def __str__(self):
        return self.name


class Quantity(np.ndarray):
    """An array that has a unit, as those of astropy (`unit`) and unyt (`units`)."""

    @property
    def value(self):
        return np.asarray(self)


def quantity(v, unit="km", attribute="unit"):
    held = np.asarray(v).view(Quantity)
    setattr(held, attribute, Unit(unit))
    return held


class Measured:
    """A wrapper of numbers and their unit, as those of pint."""

    def __init__(self, magnitude, unit="kilometer"):
        self._magnitude, self._unit = magnitude, unit

    magnitude = property(lambda self: self._magnitude)
    units = property(lambda self: Unit(self._unit))

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self._magnitude)

    def __float__(self):
        return float(self._magnitude)


class NullableDtype:
    """The dtype of numbers some of which may be missing, as pandas' Int64 and boolean."""

    kind = "i"

    def __init__(self, numpy_dtype):
        self.numpy_dtype = np.dtype(numpy_dtype)


class Nullable:
    """A column of such numbers, None for those missing; NumPy alone makes objects of it."""

    def __init__(self, values, dtype):
        self.values, self.dtype = values, NullableDtype(dtype)

    def isna(self):
        return np.array([value is None for value in self.values])

    def to_numpy(self, dtype=object):
        return np.array(self.values, dtype)

    def __array__(self, dtype=None, copy=None):
        return np.array(self.values, object)


class Table:
    """Columns by name, as a data frame of pandas; NumPy alone makes objects of columns of several types."""

    def __init__(self, **columns):
        self.columns = list(columns)
        self.held = list(columns.values())
        self.dtypes = [column.dtype for column in self.held]
        self.iloc = self

    def __getitem__(self, places):
        rows, j = places
        assert rows == slice(None)
        return self.held[j]

    def __array__(self, dtype=None, copy=None):
        return np.array([np.asarray(column).tolist() for column in self.held], object).T


class ForeignDtype:
    """A dtype that says nothing of itself but its name, as torch's do."""


class Tensor(Array, DLPack):
    """An array by `__array__` and DLPack whose dtype is none of NumPy's, as a tensor of torch is."""

    dtype = ForeignDtype()
    shape = property(lambda self: self.v.shape)
    ndim = property(lambda self: self.v.ndim)

    def __len__(self):
        return len(self.v)

    def __getitem__(self, place):
        return Tensor(self.v[place])
