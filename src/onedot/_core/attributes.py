"""Attributes of objects: some are set once for all, and all are checked where a kernel gets them.

A pickle, `vars(object)` or a change of an array's shape in place may alter what no assignment can.
"""

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from onedot._core.arrays import read_floats

__all__ = ["Fixed", "floats_of"]

FLOAT64 = np.dtype(np.float64)


class Fixed:
    """An object some of whose attributes are set once, when it is made."""

    _fixed: ClassVar[tuple[str, ...]] = ()

    def __setattr__(self, name: str, value: Any) -> None:
        if name in vars(self):
            self._refuse_change(name)
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        self._refuse_change(name)
        object.__delattr__(self, name)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """What a pickle or a copy holds; arrays that were read-only are so again."""
        vars(self).update(state)
        for name in self._fixed:
            if isinstance(state.get(name), np.ndarray):
                state[name].flags.writeable = False

    def _refuse_change(self, name: str) -> None:
        if name in self._fixed:
            kind = type(self).__name__
            raise AttributeError(f"{kind}: {name} is set once, when it is made; want a new {kind}")


def floats_of(
    op: str, name: str, value: Any, shape: tuple[int, ...], otherwise: str, finite: bool = True
) -> NDArray[np.float64]:
    """The finite numbers of an attribute, as a kernel reads them: float64 in C order, and of this shape.

    Raises
    ------
    ValueError
        If the shape is another, or a number is not finite; `otherwise` is what helps, too.
    TypeError, OverflowError
        If it holds what `dot` refuses beside floats.
    """
    ready = type(value) is np.ndarray and value.dtype == FLOAT64
    v = value if ready else read_floats(op, name, value)
    if v.shape != shape:
        raise ValueError(f"{op}: {name} has shape {v.shape}; want {shape}, or {otherwise}")
    if finite and not np.isfinite(v).all():
        raise ValueError(f"{op}: {name} holds NaN or infinity; want finite numbers, or {otherwise}")
    ready = v.dtype == FLOAT64 and v.flags.c_contiguous and v.flags.aligned
    return v if ready else np.require(v, FLOAT64, ["C", "A"])
