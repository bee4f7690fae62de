"""What callers pass, as NumPy arrays: one reading of every kind of input, and one wording of every refusal."""

import sys
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["as_float64", "as_native", "is_integer", "vectors"]

_FLOATS = (np.float64, np.float32, np.float16)
_WANTED = "want float64, float32, float16, an integer type or bool"


def vectors(op: str, x: ArrayLike, y: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
    """x and y as 1-D arrays of one length, of floats, integers or bools, copied only if not yet arrays."""
    a, b = _numbers(op, "x", x), _numbers(op, "y", y)
    for name, v in (("x", a), ("y", b)):
        if v.ndim != 1:
            raise ValueError(f"{op}: {name} has shape {v.shape}; want one dimension")
    if len(a) != len(b):
        raise ValueError(f"{op}: x has {_elements(a)}, y has {_elements(b)}; want as many of both")
    return a, b


def _elements(v: NDArray[Any]) -> str:
    return f"{len(v)} element{'' if len(v) == 1 else 's'}"


def is_integer(v: NDArray[Any]) -> bool:
    """Whether v holds integers or bools; the only object arrays that get this far hold Python integers."""
    return v.dtype.kind in "iubO"


def as_float64(op: str, name: str, v: NDArray[Any]) -> NDArray[np.float64]:
    """Integers as float64, an OverflowError where that would round one."""
    try:
        wide = v.astype(np.float64)
    except OverflowError:
        wide = np.full(v.shape, np.inf)
    if v.dtype.itemsize == 8 and not _all_within_2_to_53(wide):
        for exact, rounded in zip(v.tolist(), wide.tolist(), strict=True):
            if exact != rounded:  # Python compares an int with a float exactly
                raise OverflowError(
                    f"{op}: {name} holds {exact}, which float64 cannot represent; "
                    "want integers that it can beside floats, or integers on both sides"
                )
    return wide


def _all_within_2_to_53(v: NDArray[np.float64]) -> bool:
    return bool(np.all(np.abs(v) < 2.0**53))


def as_native(v: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """v itself if a kernel for dtype can read it where it lies, otherwise a copy that it can."""
    return v if v.dtype == dtype and v.flags.aligned else v.astype(dtype)


def _numbers(op: str, name: str, x: Any) -> NDArray[Any]:
    """x as an array of floats, integers or bools; Python integers too large for int64 as objects."""
    masked = sys.modules.get("numpy.ma")
    if masked is not None and isinstance(x, masked.MaskedArray):
        raise TypeError(f"{op}: {name} is a masked array, whose mask would be lost; want {name}.filled(0) or so")
    listed = False
    if hasattr(x, "__array__") or hasattr(x, "__array_interface__"):
        v = np.asarray(x)
    elif hasattr(x, "__dlpack__"):
        v = np.from_dlpack(x)
    elif _has_buffer(x):
        v = np.asarray(memoryview(x))
    else:
        v = np.asarray(x)
        listed = True
    if listed and v.ndim == 1 and v.dtype.kind in "fO":
        v = _keep_integers(op, name, v, x)
    elif v.dtype.kind not in "iub" and v.dtype.type not in _FLOATS:
        raise TypeError(f"{op}: {name} has dtype {v.dtype}; {_WANTED}")
    return v


def _has_buffer(x: Any) -> bool:
    try:
        memoryview(x)
    except TypeError:
        return False
    return True


def _keep_integers(op: str, name: str, v: NDArray[Any], x: Iterable[Any]) -> NDArray[Any]:
    """A list read as floats or objects, with no integer in it rounded on the way."""
    items = list(x)
    whole = [isinstance(item, (int, np.integer, np.bool_)) for item in items]
    if items and all(whole):
        v = np.empty(len(items), dtype=object)
        v[:] = [int(item) for item in items]
    elif v.dtype.type not in _FLOATS:
        raise TypeError(f"{op}: {name} has dtype {v.dtype}; {_WANTED}")
    elif any(whole):
        as_float64(op, name, np.array([int(i) for i, w in zip(items, whole, strict=True) if w], dtype=object))
    return v
