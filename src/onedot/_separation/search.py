"""`separability`: floats guess, integers prove."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot._core.environment import in_default_environment
from onedot._separation.certificates import Inseparable, Separable, cancels, margin
from onedot._separation.clock import Clock
from onedot._separation.dixon import circuit
from onedot._separation.lp import guesses
from onedot._separation.points import Form, Points
from onedot._separation.simplex import alternative
from onedot._separation.validation import samples_and_labels
from onedot._separation.weights import separating_weights

__all__ = ["decide", "separability"]


@in_default_environment
@np.errstate(all="ignore")
def separability(X: ArrayLike, y: ArrayLike, *, budget: float = 60.0) -> Separable | Inseparable:
    """Whether some w has y_i (w[0] + w[1:]·x_i) > 0 for every sample i, with a proof in either case.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Samples: floats, integers of any size, or bools, all of them taken exactly as they are.
    y : array_like, shape (n,)
        Labels 1 and -1.
    budget : float, optional
        Seconds that may be spent. The answer does not depend on it, only whether there is one.

    Returns
    -------
    Separable(weights, margin) or Inseparable(indices, coefficients)
        Checked exactly, and by `answer.verify(X, y)` again. An `Inseparable` is false, a `Separable` true.
        Where several planes or several sets of samples prove the answer, the version of SciPy decides which.

    Raises
    ------
    ValueError
        If X is not two-dimensional, has no sample or no feature or a NaN or an infinity, y is not of its length,
        a label is not ±1, or the budget is negative or NaN.
    TypeError
        If X or y holds anything but real numbers; see `dot`.
    TimeoutError
        If it cannot be decided within the budget.
    ImportError
        If SciPy cannot be imported.

    Notes
    -----
    HiGHS solves a linear program in floats, whose plane is rounded and checked by the exact sign of every margin.
    If it does not separate, the samples that held it back are tried: if they are inseparable by themselves, their
    coefficients are found exactly. If neither is so, the program is solved again, to more and more digits, and at
    last the simplex method in integers finds one or the other, always, in time that grows as d**5 or so.

    Gordan's theorem says that there is one or the other, Caratheodory's that d+2 samples suffice; `onedot._separation`
    has proofs and sources.

    Examples
    --------
    >>> X = [[0, 0], [0, 1], [1, 0], [1, 1]]
    >>> onedot.separability(X, [-1, -1, -1, 1])                      # AND
    Separable(weights=array([-1.5,  1. ,  1. ]), margin=0.3535533905932738)
    >>> answer = onedot.separability(X, [1, -1, -1, 1])              # XNOR
    >>> answer.indices, *map(str, answer.coefficients)
    (array([0, 1, 2, 3]), '1/2', '1/2', '1/2', '1/2')
    >>> answer.verify(X, [1, -1, -1, 1])
    True
    """
    clock = Clock("separability", budget)
    rows, labels = samples_and_labels("separability", X, y)
    points = Points(rows, labels)
    if abs(int(labels.sum(dtype=np.int64))) == len(labels):
        return _separable(points, Form([int(labels[0])] + [0] * (points.width - 1), 0))
    form, coefficients = decide(points, clock)
    return _separable(points, form) if form else _inseparable(rows, labels, coefficients)


def decide(points: Points, clock: Clock) -> tuple[Form | None, dict[int, int]]:
    """A form that is positive at every point, or None and coefficients c > 0 of a circuit with sum c_i row(i) = 0."""
    support = np.empty(0, np.intp)
    for form, supports in guesses(points, clock.seconds_left):
        plane, gap = points.with_best_bias(form)
        if gap > 0:
            return plane, {}
        for support in supports:
            coefficients = circuit([points.row(i) for i in support.tolist()], clock.check)
            if coefficients:
                return None, dict(zip(support.tolist(), coefficients, strict=True))
    return alternative(points, support, clock.check)


def _separable(points: Points, form: Form) -> Separable:
    """The answer with the plane of a form that separates."""
    weights = separating_weights(points, form)
    return Separable(weights, margin(points, weights.tolist()))


def _inseparable(rows: NDArray[Any], labels: NDArray[np.int8], coefficients: Mapping[int, int]) -> Inseparable:
    from fractions import Fraction  # here because it costs the import 4 ms

    indices = np.array(sorted(coefficients), dtype=np.intp)
    indices.flags.writeable = False
    total = sum(coefficients[i] for i in indices.tolist() if labels[i] > 0)
    answer = Inseparable(indices, tuple(Fraction(coefficients[i], total) for i in indices.tolist()))
    if not cancels(answer, rows, labels):
        raise RuntimeError("separability: the proof found fails its check, a defect; want it reported with X and y")
    return answer
