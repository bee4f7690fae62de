"""What is asked of a proof of the kind of separation: signs, sums and dependencies, all exact."""

from collections.abc import Sequence
from math import lcm
from numbers import Rational
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onedot._separation.certificates import distance
from onedot._separation.dixon import Kernel, kernel, rank_modulo
from onedot._separation.points import Points
from onedot._separation.problem import Problem

__all__ = ["cancelling", "dependent_columns", "integers_of", "least_distance", "spanned_by", "spans_all"]


def never() -> None:
    """What a check asks whether to go on: it is not stopped."""


def least_distance(problem: Problem, weights: Sequence[float | int]) -> float:
    """The least distance of a sample from a plane between its class and another, rounded; NaN if one is not beyond."""
    points, k = problem.points, len(problem.classes)
    form, exponent = points.form(weights)
    if points.least(form)[0] <= 0:
        return np.nan
    from fractions import Fraction  # here because it costs the import 4 ms

    w = [[Fraction(0)] * (points.width // (k - 1)), *np.reshape(list(map(Fraction, weights)), (k - 1, -1)).tolist()]
    first = int(problem.bias)
    return min(
        distance(points.least(form, rows)[0], exponent, [x - y for x, y in zip(w[a], w[b], strict=True)][first:])
        for a in range(k)
        for b in range(a)
        for rows in [
            np.flatnonzero((problem.own + problem.against == a + b) & (abs(problem.own - problem.against) == a - b))
        ]
    )


def cancelling(problem: Problem, indices: Any, coefficients: Any) -> list[int] | None:
    """The rows that are meant, if their coefficients are positive and sum c_i row(i) = 0; otherwise None."""
    places = np.asarray(indices)
    c = list(coefficients)
    columns = 1 + (len(problem.classes) > 2)
    if places.shape not in ({1: (len(c),), 2: (len(c), 2)}[columns],) or (len(c) and places.dtype.kind not in "iu"):
        return None
    known = {
        place: row
        for row, place in enumerate(
            zip(*(v.tolist() for v in problem.places(np.arange(problem.points.n))), strict=True)
        )
    }
    rows = [known.get(tuple(place), -1) for place in places.reshape(len(c), columns).tolist()]
    if min(rows, default=0) < 0 or len(set(rows)) < len(rows):
        return None
    if not all(isinstance(each, Rational) and int(each.numerator) > 0 for each in c):
        return None
    scale = lcm(*(each.denominator for each in c))
    terms = [each.numerator * (scale // each.denominator) for each in c]
    return rows if not (np.array(terms, dtype=object) @ integers_of(problem.points, rows)).any() else None


def integers_of(points: Points, rows: Sequence[int]) -> NDArray[Any]:
    """The rows as a matrix of Python integers."""
    table = np.empty((len(rows), points.width), dtype=object)
    for k, i in enumerate(rows):
        table[k] = points.row(i)
    return table


def spanned_by(points: Points, rows: Sequence[int], among: NDArray[np.intp]) -> Kernel | None:
    """The kernel of the rows, if it is that of all points `among` which they are; otherwise None."""
    found = kernel(integers_of(points, rows), never)
    inside = all((points.signs(g)[among] == 0).all() for g in found.vectors.T.tolist())
    return found if inside else None


def spans_all(points: Points, rows: Sequence[int]) -> bool:
    """Whether every point is a sum of multiples of the rows."""
    if rank_modulo(integers_of(points, rows), never) == points.width:
        return True
    return spanned_by(points, rows, np.arange(points.n)) is not None


def dependent_columns(points: Points, in_plane: Kernel, off: NDArray[np.intp]) -> Kernel:
    """The kernel of all points, in terms of the vectors that are 0 at all points but `off`."""
    if in_plane.vectors.shape[1] == 1:  # which is not 0 at those, so that the kernel is 0
        return Kernel([0], [0], [], np.zeros((1, 0), dtype=object))
    return kernel(integers_of(points, off.tolist()) @ in_plane.vectors, never)
