"""Labels 1 and -1: one reading of them, wherever two classes are told apart."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot._core.arrays import as_array
from onedot.levels.refusals import shown

__all__ = ["read_labels"]

WANTED = "want labels 1 and -1; np.where(y == c, 1, -1) maps the class c to 1 and all others to -1"


def read_labels(op: str, y: ArrayLike, n: int) -> NDArray[np.int8]:
    """The labels of n samples, each 1 or -1.

    Raises
    ------
    ValueError
        If y has another length than n, or holds other numbers.
    TypeError
        If y holds no numbers, as text or bools.
    """
    v = _numbers(op, y)
    if v.shape != (n,):
        raise ValueError(f"{op}: X has {n} rows, y has shape {v.shape}; want a label for each row, shape ({n},)")
    positive = v == 1
    other = np.flatnonzero(~positive & (v != -1))
    if len(other):
        raise ValueError(f"{op}: y[{other[0]}] is {shown(v[other[0]], str)}; {WANTED}")
    return np.where(positive, 1, -1).astype(np.int8)


def _numbers(op: str, y: ArrayLike) -> NDArray[Any]:
    try:
        v = as_array(op, "y", y)
    except TypeError as error:
        raise TypeError(f"{error}; {WANTED}") from None
    if v.dtype.kind == "b":
        raise TypeError(f"{op}: y has dtype bool; {WANTED}")
    return v
