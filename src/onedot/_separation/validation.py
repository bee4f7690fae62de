"""X and y as callers pass them, as arrays of finite numbers and of labels, or the error that says why not."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot._core.arrays import as_array
from onedot._training.labels import read_classes, read_labels

__all__ = ["classes_and_codes", "samples", "samples_and_labels"]


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


def classes_and_codes(op: str, y: Any, n: int, counted: NDArray[np.bool_]) -> tuple[list[Any], NDArray[np.intp]]:
    """The classes in ascending order, and which of them each counted sample has."""
    classes, codes = read_classes(op, y, n, counted)
    labels = classes.tolist()
    for label in labels:
        if isinstance(label, float) and not label.is_integer():
            raise ValueError(f"{op}: y holds {label}; want classes: whole numbers, bools or text")
    return labels, codes
