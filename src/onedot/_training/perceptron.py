"""Rosenblatt's rule: one update, and one epoch over the rows of a matrix.

Weights are one array w of float64: of length d or, with a bias, of length d + 1, and then w[0] is the bias, the
weight of a constant input x0 = 1. The margin of a sample x is dot(w, x) or, with a bias, dot(w[1:], x) + w[0]:
the dot product by the one-dot law, rounded, then the bias added and the sum rounded.
"""

from __future__ import annotations

from typing import Any, SupportsFloat, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot import levels
from onedot._core.arrays import (
    as_array,
    as_float64,
    as_native,
    base_array,
    number,
    overlaps_itself,
)
from onedot._core.environment import in_default_environment
from onedot._core.lossy import check_lossless
from onedot._training.epochs import Rows, Training, read_rows
from onedot._training.labels import read_labels
from onedot.levels.refusals import shown

__all__ = [
    "NONE",
    "as_index",
    "check_finite",
    "checked_flag",
    "checked_rate",
    "checked_verbosity",
    "checked_weights",
    "in_place",
    "perceptron_epoch",
    "perceptron_update",
    "weights_and_sample",
]

NONE = np.empty(0)  # in place of the sums for averages
AT_ONCE = 2**18  # places of an order that are copied at once: 2 MB


def perceptron_update(w: NDArray[np.float64], x: ArrayLike, y: float, *, rate: float = 1.0) -> bool:
    """w += rate * y * x in place if y * (w·x) <= 0, a mistake; says whether it was one.

    Parameters
    ----------
    w : ndarray of float64, shape (d,) or (d + 1,)
        The weights. With d + 1 of them w[0] is the bias, the weight of a constant input 1, which is then added to
        the dot product of the others.
    x : array_like, shape (d,)
        One sample, of any dtype that `dot` takes; float32 is widened.
    y : 1 or -1
        Its label.
    rate : float, optional
        The size of the step.

    Returns
    -------
    bool
        Whether there was a mistake, and w has changed: w[j] += (rate * y) * x[j], the product rounded, then added.

    Raises
    ------
    ValueError
        If shapes do not fit, w is read-only or its elements share memory, y is not 1 or -1, the rate is not positive,
        or x or w holds NaN or infinity.
    TypeError
        If w is not an array of float64, x has a dtype that `dot` refuses, or the rate is no number.
    OverflowError
        If the margin or a weight would overflow; w is as it was before.

    References
    ----------
    F. Rosenblatt, "The perceptron: a probabilistic model for information storage and organization in the brain",
    Psychological Review 65 (1958), 386-408. https://doi.org/10.1037/h0042519

    Examples
    --------
    >>> w = np.zeros(3)
    >>> onedot.perceptron_update(w, [2.0, -1.0], 1)
    True
    >>> w
    array([ 1.,  2., -1.])
    >>> onedot.perceptron_update(w, [2.0, -1.0], 1)
    False
    """
    op = "perceptron_update"
    sign = _sign(op, y)
    step = checked_rate(op, rate) * sign
    base, v = weights_and_sample(op, w, x)
    weights = in_place(base)
    changed = levels.kernels().perceptron_update(weights, v, step)
    if changed < 0:
        if not np.all(np.isfinite(v)):
            raise ValueError(f"{op}: x holds NaN or infinity; want finite numbers")
        check_finite(op, base)
        raise OverflowError(f"{op}: numbers overflow; want a smaller rate, or w and x on a smaller scale")
    if changed and weights is not base:
        base[...] = weights
    return bool(changed)


def _sign(op: str, y: SupportsFloat) -> float:
    try:
        sign = number(op, "y", y, "1 or -1")
    except (TypeError, OverflowError):
        sign = 0.0
    if sign not in (1.0, -1.0):
        raise ValueError(f"{op}: y is {shown(y)}; want 1 or -1: 1 if label == c else -1 maps the class c to 1")
    return sign


def checked_rate(op: str, rate: SupportsFloat) -> float:
    """The rate as a float, positive and finite."""
    value = number(op, "rate", rate, "a positive finite number")
    if not 0.0 < value < np.inf:
        raise ValueError(f"{op}: rate is {shown(rate)}; want a positive finite number")
    return value


def checked_weights(op: str, w: Any, d: int) -> NDArray[np.float64]:
    """The base array of w; an error if that cannot be trained in place on samples of d features."""
    weights = base_array(w)
    if weights is None or weights.dtype != np.float64:
        kind = f"dtype {w.dtype}" if type(w) is np.ndarray else f"type {type(w).__name__}"
        raise TypeError(f"{op}: w has {kind}; want a NumPy array of float64, which is changed in place")
    if weights.shape not in ((d,), (d + 1,)):
        wanted = f"want w of shape ({d},) or, with a bias first, ({d + 1},)"
        raise ValueError(f"{op}: w has shape {weights.shape}, a sample {d} features; {wanted}")
    if not weights.flags.writeable:
        raise ValueError(f"{op}: w is read-only; want an array that can be changed in place")
    if overlaps_itself(weights):
        wanted = f"want an array of {weights.size} elements of their own"
        raise ValueError(f"{op}: elements of w share memory; {wanted}")
    return weights


def check_finite(op: str, w: NDArray[np.float64]) -> None:
    """Refuse weights that no training can have made."""
    if not np.all(np.isfinite(w)):
        raise ValueError(f"{op}: w holds NaN or infinity; want finite weights")


def in_place(w: NDArray[np.float64]) -> NDArray[np.float64]:
    """w itself if a kernel can write to it, otherwise a copy."""
    ready = w.flags.c_contiguous and w.flags.aligned and w.dtype.isnative
    return w if ready else np.array(w, dtype=np.float64)


def weights_and_sample(op: str, w: Any, x: ArrayLike) -> tuple[NDArray[np.float64], NDArray[Any]]:
    """The base array of w, and one sample that fits it, as a contiguous vector of float64 or float32."""
    v = as_array(op, "x", x)
    if v.ndim != 1 or v.size == 0:
        raise ValueError(f"{op}: x has shape {v.shape}; want one dimension, and 1 feature or more")
    weights = checked_weights(op, w, len(v))
    v = as_float64(op, "x", v)
    dtype = np.dtype(np.float32 if v.dtype.itemsize <= 4 else np.float64)
    v = np.ascontiguousarray(as_native(v, dtype))
    return weights, v.copy() if np.may_share_memory(v, weights) else v


@in_default_environment
def perceptron_epoch(
    w: NDArray[np.float64],
    X: Any,
    y: ArrayLike,
    *,
    order: ArrayLike | None = None,
    rate: float = 1.0,
) -> int:
    """perceptron_update(w, X[i], y[i]) for each i in order; returns the number of mistakes.

    Parameters
    ----------
    w : ndarray of float64, shape (d,) or (d + 1,)
        The weights, changed in place; with d + 1 of them w[0] is the bias. A weight of -0.0 is taken for 0.0.
    X : array_like, or CSR or CSC matrix, shape (n, d)
        The samples. Arrays of float64 or float32 in C order, and CSR of either with sorted, distinct columns, are
        read where they lie; all else is converted to that.
    y : array_like, shape (n,)
        Labels 1 and -1.
    order : array_like of integers, optional
        Which samples to visit, in what order: any number of them. By default all, as given.
    rate : float, optional
        The size of the steps.

    Returns
    -------
    int
        How many samples were on the wrong side, or on none, when their turn came.

    Raises
    ------
    ValueError
        As for `perceptron_update`, and if X has no features, the parts of a sparse matrix do not fit each other, or
        `order` holds anything but rows of X.
    TypeError
        As for `perceptron_update`, and if X is sparse but neither CSR nor CSC.
    OverflowError
        If numbers overflow. Whatever is raised, w is as it was before.

    Examples
    --------
    >>> X, y = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [-1, -1, -1, 1]
    >>> w = np.zeros(3)
    >>> [onedot.perceptron_epoch(w, X, y) for epoch in range(9)]
    [2, 3, 3, 2, 2, 3, 2, 1, 0]
    >>> w
    array([-4.,  3.,  2.])
    """
    op = "perceptron_epoch"
    step = checked_rate(op, rate)
    rows = read_rows(op, X)
    labels = read_labels(op, y, rows.n)
    base = checked_weights(op, w, rows.d)
    weights = base.copy()
    check_finite(op, weights)
    kernel = levels.kernels().perceptron_epoch
    training = Training(op, kernel, rows, step * labels, weights, NONE)
    visits, mistakes = _checked_order(op, order, rows), 0
    for start in range(0, len(visits), AT_ONCE):
        part = np.array(visits[start : start + AT_ONCE], dtype=np.intp)  # a copy, which nobody else can change
        _check_rows(op, part, rows)
        mistakes += training.epoch(part).mistakes
    base[...] = weights
    return mistakes


def _checked_order(op: str, order: ArrayLike | None, rows: Rows) -> NDArray[Any]:
    if order is None:
        return np.arange(rows.n, dtype=np.intp)
    check_lossless(op, "order", order)
    try:
        v = np.asarray(order)
    except ValueError:
        raise ValueError(f"{op}: order is ragged; want one dimension of integers") from None
    if v.ndim != 1 or (v.dtype.kind not in "iu" and v.size):
        raise ValueError(f"{op}: order has shape {v.shape} and dtype {v.dtype}; want one dimension of integers")
    _check_rows(op, v, rows)
    return v


def _check_rows(op: str, order: NDArray[Any], rows: Rows) -> None:
    if order.size and (order.min() < 0 or order.max() >= rows.n):
        raise ValueError(f"{op}: order holds {order.min()} to {order.max()}; want rows of X, 0 to {rows.n - 1}")


def as_index(op: str, name: str, value: SupportsIndex, least: int) -> int:
    """An integer of at least `least`."""
    try:
        if isinstance(value, bool):
            raise TypeError
        index = value.__index__()
    except (AttributeError, TypeError):
        raise TypeError(f"{op}: {name} is {shown(value)}; want an integer of {least} or more") from None
    if index < least:
        raise ValueError(f"{op}: {name} is {shown(value)}; want {least} or more")
    return index


def checked_verbosity(op: str, verbose: Any) -> int:
    """How much to print: an integer of 0 or more, of which True is 1."""
    return int(verbose) if isinstance(verbose, bool | np.bool_) else as_index(op, "verbose", verbose, 0)


def checked_flag(op: str, name: str, value: Any) -> bool:
    """True or False; anything else is refused, as the text "no" would count as true."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{op}: {name} is {shown(value)}; want True or False")
    return bool(value)
