"""X and y as callers pass them, as arrays of finite numbers and of labels, or the error that says why not."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot._core.arrays import as_array
from onedot._core.lossy import check_lossless
from onedot._training.labels import read_labels
from onedot.levels.refusals import shown

__all__ = ["classes_and_codes", "counted", "samples", "samples_and_labels"]


def samples_and_labels(op: str, X: ArrayLike, y: ArrayLike) -> tuple[NDArray[Any], NDArray[np.int8]]:
    """X (n, d) of finite floats, integers or bools, and y (n,) of ±1; neither n nor d is 0."""
    a = samples(op, X)
    return a, read_labels(op, y, len(a))


def samples(op: str, X: ArrayLike) -> NDArray[Any]:
    """X (n, d) of finite floats, integers or bools; neither n nor d is 0."""
    a = as_array(op, "X", X)
    if a.ndim != 2:
        raise ValueError(f"{op}: X has shape {a.shape}; want two dimensions, samples by features")
    if 0 in a.shape:
        raise ValueError(f"{op}: X has {a.shape[0]} samples of {a.shape[1]} features; want at least one of both")
    if a.dtype.kind == "f" and not np.isfinite(a).all():
        i, j = np.argwhere(~np.isfinite(a))[0].tolist()
        raise ValueError(f"{op}: X[{i}, {j}] is {a[i, j]}; want finite numbers")
    return a


def classes_and_codes(op: str, y: Any, n: int) -> tuple[list[Any], NDArray[np.intp]]:
    """The classes in ascending order, and which of them each of n samples has."""
    check_lossless(op, "y", y)
    v = np.asarray(y) if hasattr(y, "__array__") else np.asarray(y, dtype=object)
    if v.shape != (n,):
        raise ValueError(f"{op}: X has {n} rows, y has shape {v.shape}; want a class for each row, shape ({n},)")
    values = v.tolist()
    for i, value in enumerate(values):
        if value is None or value != value or (isinstance(value, float) and not value.is_integer()):
            raise ValueError(f"{op}: y[{i}] is {shown(value)}; want classes: whole numbers, bools or text")
    try:
        classes = sorted(set(values))
    except TypeError:
        raise TypeError(f"{op}: y holds classes that have no order; want all numbers or all text") from None
    places = {value: k for k, value in enumerate(classes)}
    return classes, np.array([places[value] for value in values], dtype=np.intp)


def counted(op: str, sample_weight: ArrayLike | None, n: int) -> NDArray[np.intp]:
    """The samples whose weight is not 0."""
    if sample_weight is None:
        return np.arange(n)
    v = as_array(op, "sample_weight", sample_weight)
    if v.shape != (n,):
        raise ValueError(f"{op}: X has {n} rows, sample_weight has shape {v.shape}; want one for each, shape ({n},)")
    wrong = np.flatnonzero(~((v >= 0) & (v < np.inf)))
    if len(wrong):
        i = int(wrong[0])
        raise ValueError(f"{op}: sample_weight[{i}] is {shown(v[i], str)}; want finite numbers of 0 or more")
    kept = np.flatnonzero(v > 0)
    if not len(kept):
        raise ValueError(f"{op}: sample_weight is 0 for all samples; want a positive one for some of each class")
    return kept
