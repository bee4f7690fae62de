"""Samples of two or more classes as vectors z of which every one is to have w·z > 0.

Of two classes: z_i = (1, x_i), times -1 for the first class. Of more, whose weights w_0 = 0, w_1, ..., w_k-1 stand side
by side (Albert and Anderson 1984): for each sample i and every class a but its own, c, the vector with
w·z_ia = (w_c - w_a)·(1, x_i).
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot._core.arrays import is_integer
from onedot._separation.points import Points
from onedot._separation.validation import classes_and_codes, samples
from onedot._training.sample_weights import sample_weights

__all__ = ["Problem", "names_of", "posed", "read_problem"]


class Problem(NamedTuple):
    """The vectors, and of which sample, and against which class, each of them is."""

    points: Points
    n: int
    classes: tuple[Any, ...]
    bias: bool
    samples: NDArray[np.intp]
    own: NDArray[np.intp]
    against: NDArray[np.intp]
    names: tuple[str, ...]  # of the coefficients

    def mask(self, rows: NDArray[Any]) -> NDArray[np.bool_]:
        """(n,) or, of more than two classes, (n, k): where the rows are."""
        several = len(self.classes) > 2
        mask = np.zeros((self.n, len(self.classes)) if several else self.n, dtype=bool)
        mask[self.places(rows)] = True
        return mask

    def places(self, rows: NDArray[Any]) -> tuple[NDArray[np.intp], ...]:
        """The sample and, of more than two classes, the class that each row is of."""
        return (self.samples[rows], self.against[rows])[: 1 + (len(self.classes) > 2)]

    def shaped(self, weights: NDArray[Any]) -> NDArray[Any]:
        """(w,) or, of more than two classes, (k, w), of which the first class has zeros."""
        k = len(self.classes)
        if k == 2:
            return weights
        table = np.zeros((k, len(weights) // (k - 1)), dtype=weights.dtype)
        table[1:] = weights.reshape(k - 1, -1)
        return table

    def flat(self, weights: Any) -> list[float | int] | None:
        """What `shaped` has shaped, as numbers; None if it is nothing of the kind."""
        v, k = np.asarray(weights), len(self.classes)
        width = self.points.width
        if v.shape != ((width,) if k == 2 else (k, width // (k - 1))) or (k > 2 and v[0].any()):
            return None
        numbers = v.ravel().tolist()[v.size - width :]
        if not all(isinstance(each, int | float) and abs(each) < np.inf for each in numbers):
            return None
        return numbers


def read_problem(op: str, X: Any, y: ArrayLike, sample_weight: ArrayLike | None, bias: bool) -> Problem:
    """What callers pass, without the samples of weight 0."""
    rows = samples(op, X)
    counted = sample_weights(op, sample_weight, len(rows)) != 0.0
    classes, codes = classes_and_codes(op, y, len(rows), counted)
    return posed(rows[counted], codes, classes, counted, bias, names_of(X, rows.shape[1]))


def posed(
    X: NDArray[Any],
    codes: NDArray[np.intp],
    classes: list[Any],
    counted: NDArray[np.bool_],
    bias: bool,
    columns: list[str],
) -> Problem:
    """The problem of those samples that count, of whose classes `codes` are the places."""
    kept, n = np.flatnonzero(counted), len(counted)
    names = ["bias"] * bias + columns
    if len(classes) == 2:
        points = Points(X, np.where(codes == 1, 1, -1).astype(np.int8), bias)
        return Problem(points, n, tuple(classes), bias, kept, codes, 1 - codes, tuple(names))
    points, of, against = _pairs(X, codes, len(classes), bias)
    several = tuple(f"{c}:{name}" for c in classes[1:] for name in names)
    return Problem(points, n, tuple(classes), bias, kept[of], codes[of], against, several)


def names_of(X: Any, d: int) -> list[str]:
    """What the columns of a table are called, or x0, x1, ..."""
    if hasattr(X, "columns") and len(X.columns) == d:
        return [str(name) for name in X.columns]
    return [f"x{j}" for j in range(d)]


def _pairs(
    X: NDArray[Any], codes: NDArray[np.intp], k: int, bias: bool
) -> tuple[Points, NDArray[np.intp], NDArray[np.intp]]:
    n = len(X)
    signed = X
    if is_integer(X):  # of which the negative is wanted, too
        signed = X.astype(np.int64 if X.dtype.itemsize < 8 else object)
    if bias:
        signed = np.concatenate([np.ones((n, 1), dtype=signed.dtype), signed], axis=1)
    width = signed.shape[1]
    of, against = np.repeat(np.arange(n), k - 1), np.array([a for c in codes.tolist() for a in range(k) if a != c])
    table = np.zeros((len(of), k, width), dtype=signed.dtype)
    table[range(len(of)), codes[of]] = signed[of]
    table[range(len(of)), against] = -signed[of]
    points = Points(table[:, 1:].reshape(len(of), -1), np.ones(len(of), np.int8), bias=False)
    return points, of, against
