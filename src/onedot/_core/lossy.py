"""Numbers with a mask or a unit, of which NumPy reads the numbers alone, and lazy ones: refused, even deep in lists."""

import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from types import MethodType
from typing import Any

import numpy as np

from onedot._core.lazy import refuse_lazy

__all__ = ["check_lossless", "is_masked", "unit_of"]

DEEPEST = 64  # lists in lists: as many as NumPy has dimensions, and an end to a list that holds itself

_PLAIN = (float, int, bool, complex, str, bytes, bytearray, memoryview, range, np.generic)


def is_masked(v: Any) -> bool:
    """Whether v is a masked array; where nobody has imported them, there are none.

    An array is one by its type: its `__class__` may say another thing each time. What stands for another object, as a
    proxy does, says only there what that is.
    """
    masked = sys.modules.get("numpy.ma")
    if masked is None:
        return False
    kind = type(v)
    return issubclass(kind, masked.MaskedArray) if issubclass(kind, np.ndarray) else isinstance(v, masked.MaskedArray)


def unit_of(v: Any) -> str:
    """The unit of a quantity, as astropy, pint, unyt and quantities have them; nothing if there is none, or it is 1.

    Theirs are objects. Text of that name says something else, as the resolution of dates.
    """
    for name in ("unit", "units"):
        if hasattr(type(v), name) or issubclass(type(v), np.ndarray):
            unit = getattr(v, name, None)
            if not (unit is None or isinstance(unit, str | MethodType)):
                return "" if str(unit) in ("", "dimensionless") else str(unit)
    return ""


def check_lossless(op: str, name: str, x: Any) -> None:
    """Raise TypeError if x, or what a list x holds, has a mask or a unit, or is not computed yet."""
    if type(x) is np.ndarray and not x.dtype.hasobject:
        return
    for v in chain([x], _leaves(x, DEEPEST)):
        held = v is not x
        refuse_lazy(op, f"what {name} holds" if held else name, v)
        if is_masked(v):
            said = f"{name} {'holds' if held else 'is'} a masked array, whose mask would be lost"
            want = "it filled, or left out" if held else f"{name}.filled(0) or so"
            raise TypeError(f"{op}: {said}; want {want}")
        unit = unit_of(v)
        if unit:
            said = f"{name} {'holds a quantity' if held else 'is'} in the unit {unit}, which would be lost"
            whose = "its " if held else f"{name}."
            raise TypeError(f"{op}: {said}; want {whose}{_numbers_of(v)}, which has none")


def _numbers_of(quantity: Any) -> str:
    """The attribute of a quantity that is its numbers alone."""
    return "magnitude" if hasattr(type(quantity), "magnitude") else "value"


def _leaves(x: Any, depth: int) -> Iterator[Any]:
    """What lists and arrays of objects hold that is neither of these, nor a plain number."""
    if not _is_nested(x) or not depth:
        return
    kinds = {kind for kind in set(map(type, x)) if not issubclass(kind, _PLAIN)}
    if not kinds:
        return
    for item in x:
        if type(item) in kinds:
            if _is_nested(item):
                yield from _leaves(item, depth - 1)
            elif type(item) is not np.ndarray:
                yield item


def _is_nested(x: Any) -> bool:
    """By its type, whatever its `__class__` says: an array that calls itself a list may give elements without end."""
    kind = type(x)
    if kind is np.ndarray:
        return bool(x.dtype.hasobject and x.ndim > 0)
    return issubclass(kind, list | tuple) or (issubclass(kind, Sequence) and not issubclass(kind, _PLAIN))
