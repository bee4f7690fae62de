"""DLPack, with bfloat16, which NumPy knows neither as a dtype nor in DLPack.

The layout of a capsule is that of dlpack.h (https://dmlc.github.io/dlpack/latest/c_api.html).
"""

import ctypes
import importlib
import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["ForeignTypeError", "bfloat16_of_bits", "from_dlpack"]

_UINT, _BFLOAT = 1, 4  # codes of types
_READABLE = (0, _UINT, 2, 5, 6)  # the codes that NumPy knows, of integers, floats, complex numbers and bools

# Where DLTensor.dtype lies in what a capsule points to, by the capsule's name: after address, device and number of
# dimensions, which in a versioned capsule follow version, context, deleter and flags.
_DTYPE_AT = {b"dltensor": 20, b"dltensor_versioned": 52}

_name = ctypes.pythonapi.PyCapsule_GetName
_name.restype, _name.argtypes = ctypes.c_char_p, [ctypes.py_object]
_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_pointer.restype, _pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]


class ForeignTypeError(TypeError):
    """A tensor of a type that NumPy does not know, as those of 8 bits and fewer."""


class _AsUint16:
    """A producer of bfloat16 as one of the same bits in uint16."""

    def __init__(self, producer: Any) -> None:
        self.producer = producer

    def __dlpack_device__(self) -> Any:
        return self.producer.__dlpack_device__()

    def __dlpack__(self, **asked: Any) -> Any:
        capsule = self.producer.__dlpack__(**asked)
        dtype = _dtype(capsule)
        if dtype is None:
            return capsule
        if (dtype[0], dtype[1]) == (_BFLOAT, 16):
            dtype[0] = _UINT  # the capsule is ours until NumPy takes it
            self.found = True
        elif dtype[0] not in _READABLE or dtype[1] % 8:
            self.foreign = f"type code {dtype[0]} and {dtype[1]} bits"
        return capsule

    found = False
    foreign = ""


def _dtype(capsule: Any) -> Any:
    """The code and the bits of a capsule's type, None if it is of another kind or on a 32-bit system."""
    name = _name(capsule)
    if name not in _DTYPE_AT or sys.maxsize < 2**32:
        return None
    return (ctypes.c_uint8 * 2).from_address(_pointer(capsule, name) + _DTYPE_AT[name])


def from_dlpack(x: Any) -> NDArray[Any]:
    """np.from_dlpack, which also takes bfloat16: as `bfloat16_of_bits` gives it."""
    producer = _AsUint16(x)
    try:
        v = np.from_dlpack(producer)
    except (RuntimeError, BufferError):
        if producer.foreign:
            raise ForeignTypeError(producer.foreign) from None
        raise
    return bfloat16_of_bits(v) if producer.found else v


def bfloat16_of_bits(bits: NDArray[Any]) -> NDArray[Any]:
    """The bfloat16 numbers of these bits, uint16: as ml_dtypes' or, where that is not installed, widened to float32."""
    try:
        bfloat16 = importlib.import_module("ml_dtypes").bfloat16
    except ImportError:
        return (bits.astype(np.uint32) << 16).view(np.float32)
    return bits.view(bfloat16)
