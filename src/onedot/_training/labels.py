"""Labels: 1 and -1 where two classes are told apart, and of any kind where there may be more."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot._core.arrays import as_array
from onedot._core.frames import may_miss, numbers_of
from onedot._core.lossy import check_lossless
from onedot.levels.refusals import shown

__all__ = ["distinct", "read_classes", "read_labels", "unordered"]

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
        The samples that are there, one at the least; nothing is asked of the labels of others.

    Raises
    ------
    ValueError
        If y has another length than n, holds NaN or nothing in some place, or names one class alone.
    TypeError
        If labels have no order among them, as numbers and text have none, or have a mask or a unit.
    """
    check_lossless(op, "y", y)
    v = _labels(op, y)
    if v.shape != (n,):
        raise ValueError(f"{op}: X has {n} rows, y has shape {v.shape}; want a label for each row, shape ({n},)")
    missing = np.flatnonzero(counted & _missing(v))
    if len(missing):
        raise ValueError(f"{op}: y[{missing[0]}] is {shown(v[missing[0]], str)}; want labels of classes")
    classes, codes = distinct(op, "y", v[counted])
    if len(classes) < 2:
        which = "all samples" if counted.all() else "all samples whose weight is not 0"
        raise ValueError(f"{op}: {which} are of one class, {shown(classes.tolist()[0])}; want two classes or more")
    return classes, codes


def _labels(op: str, y: Any) -> NDArray[Any]:
    """y as an array of labels, none of them rounded or made text on the way."""
    if may_miss(y):
        return numbers_of(op, "y", y)
    try:
        v = np.asarray(y)
    except ValueError:
        raise ValueError(f"{op}: y is ragged; want a label for each row of X") from None
    if hasattr(y, "__array__") or v.ndim != 1:
        return v
    if v.dtype.kind == "U" and not all(isinstance(label, str) for label in y):
        v = np.asarray(y, dtype=object)
    if v.dtype.kind == "f":  # integers beyond int64, maybe
        exact = np.asarray(y, dtype=object)
        v = v if (v == exact).all() else exact
    return v


def _missing(v: NDArray[Any]) -> NDArray[np.bool_]:
    """Where there is no label: NaN, infinity, None, or what else is not equal to itself."""
    if v.dtype.kind != "O":
        missing: NDArray[np.bool_] = ~np.isfinite(v) if v.dtype.kind == "f" else v != v  # as NaT is
        return missing
    return np.array([_is_missing(label) for label in v.tolist()], bool)


def _is_missing(label: Any) -> bool:
    try:
        return label is None or bool(label != label)
    except (TypeError, ValueError):  # as of pandas's NA, and of arrays
        return True


def distinct(op: str, name: str, labels: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """The labels in order, each once, and the place of each."""
    if labels.dtype.kind in "iub" and labels.size:  # two classes need no sorting
        pair = np.array([labels.min(), labels.max()], labels.dtype)
        is_last = labels == pair[1]
        if pair[0] != pair[1] and (is_last | (labels == pair[0])).all():
            return pair, is_last.astype(np.intp)
    try:
        if labels.dtype.kind == "c":
            raise TypeError
        distinct, codes = np.unique(labels, return_inverse=True)
    except TypeError:
        raise unordered(op, name) from None
    return distinct, codes


def unordered(op: str, name: str) -> TypeError:
    return TypeError(f"{op}: the labels in {name} have no order among them; want all of one type")
