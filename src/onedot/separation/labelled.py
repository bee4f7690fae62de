"""X and y as callers pass them, as arrays of finite numbers and of labels, or the error that says why not."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot.arrays import as_array, shown

__all__ = ["labelled"]

_LABELS = "want labels 1 and -1, as np.where(y == positive, 1, -1) makes them of any others"


def labelled(op: str, X: ArrayLike, y: ArrayLike) -> tuple[NDArray[Any], NDArray[np.int8]]:
    """X (n, d) of finite floats, integers or bools, and y (n,) of ±1; neither n nor d is 0."""
    a = as_array(op, "X", X)
    if a.ndim != 2:
        raise ValueError(f"{op}: X has shape {a.shape}; want two dimensions, samples by features")
    if 0 in a.shape:
        raise ValueError(f"{op}: X has {a.shape[0]} samples of {a.shape[1]} features; want at least one of both")
    if a.dtype.kind == "f" and not np.isfinite(a).all():
        i, j = np.argwhere(~np.isfinite(a))[0].tolist()
        raise ValueError(f"{op}: X[{i}, {j}] is {a[i, j]}; want finite numbers")
    labels = _labels(op, y)
    if len(labels) != len(a):
        raise ValueError(f"{op}: X has {len(a)} samples, y has {len(labels)} labels; want as many of both")
    return a, labels


def _labels(op: str, y: ArrayLike) -> NDArray[np.int8]:
    try:
        v = as_array(op, "y", y)
    except TypeError as error:
        raise TypeError(f"{error}; {_LABELS}") from None
    if v.ndim != 1:
        raise ValueError(f"{op}: y has shape {v.shape}; want one dimension")
    if v.dtype.kind == "b":
        raise TypeError(f"{op}: y has dtype bool; {_LABELS}")
    positive = v == 1
    others = np.flatnonzero(~positive & (v != -1))
    if len(others):
        raise ValueError(f"{op}: y[{others[0]}] is {shown(v[others[0]], str)}; {_LABELS}")
    return np.where(positive, 1, -1).astype(np.int8)
