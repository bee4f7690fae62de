"""Labels: 1 and -1 where two classes are told apart, and of any kind where there may be more."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot._core.arrays import as_array
from onedot._core.lossy import check_lossless
from onedot.levels.refusals import shown

__all__ = ["read_classes", "read_labels"]

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


def read_classes(op: str, y: Any, n: int, counted: NDArray[np.bool_]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """The classes that y names, in order, and the place of each counted sample's among them.

    Parameters
    ----------
    counted : ndarray of bool, shape (n,)
        The samples that are there; nothing is asked of the labels of others.

    Raises
    ------
    ValueError
        If y has another length than n, holds NaN, or names one class alone.
    TypeError
        If labels have no order among them, as numbers and text have none, or have a mask or a unit.
    """
    check_lossless(op, "y", y)
    try:
        v = np.asarray(y)
    except ValueError:
        raise ValueError(f"{op}: y is ragged; want a label for each row of X, shape ({n},)") from None
    if v.shape != (n,):
        raise ValueError(f"{op}: X has {n} rows, y has shape {v.shape}; want a label for each row, shape ({n},)")
    if v.dtype.kind == "U" and not isinstance(y, np.ndarray) and not all(isinstance(label, str) for label in y):
        raise TypeError(f"{op}: y holds text and other things; want labels of one type")
    labels = v[counted]
    if labels.dtype.kind == "f" and not np.isfinite(labels).all():
        raise ValueError(f"{op}: y holds NaN or infinity; want labels of classes")
    try:
        classes, codes = np.unique(labels, return_inverse=True)
    except TypeError:
        raise TypeError(f"{op}: the labels in y have no order among them; want all of one type") from None
    if len(classes) < 2:
        held = f"y names one class, {shown(classes[0], str)}" if len(classes) else "y is empty"
        raise ValueError(f"{op}: {held}; want two classes or more")
    return classes, codes
