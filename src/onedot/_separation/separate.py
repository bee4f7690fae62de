"""`separation`: which of the three kinds, proved."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot._core.environment import in_default_environment
from onedot._separation.clock import Clock
from onedot._separation.dixon import kernel
from onedot._separation.face import Face, largest_face
from onedot._separation.kinds import Certificate, Complete, Overlap, QuasiComplete, roles
from onedot._separation.points import Form
from onedot._separation.problem import Problem, read_problem
from onedot._separation.proofs import dependent_columns, integers_of, least_distance
from onedot._separation.weights import exact_weights, separating_weights
from onedot.levels.refusals import shown

__all__ = ["kind_of", "separation"]


@in_default_environment
@np.errstate(all="ignore")
def separation(
    X: Any,
    y: ArrayLike,
    *,
    bias: bool = True,
    sample_weight: ArrayLike | None = None,
    budget: float = 60.0,
) -> Complete | QuasiComplete | Overlap:
    """Whether b·z_i > 0 for all i, or >= 0 for all and > 0 for some, has a solution b; z_i = ±(1, x_i); with a proof.

    So it says whether the likelihood of a logistic model, binary or multinomial, has a maximum, and if not, which
    coefficients go to infinity on the way to its supremum. The maximum exists if and only if the classes overlap [1]_.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Samples: floats, integers of any size, or bools, all of them taken exactly as they are. The columns of a table
        keep their names.
    y : array_like, shape (n,)
        Classes, two or more: whole numbers, bools or text. Of two, z_i is (1, x_i) for the second in ascending order
        and -(1, x_i) for the first. Of more, with weights b_c for each, 0 for the first: b_c·(1, x_i) > b_a·(1, x_i) is
        wanted for the class c of each sample and every other, a, and there is a z for each such pair.
    bias : bool, optional
        False takes x_i instead of (1, x_i).
    sample_weight : array_like, shape (n,), optional
        Samples of weight 0 are as if they were not there; no other weight, if it is positive and finite, matters.
    budget : float, optional
        Seconds that may be spent. The answer does not depend on it, only whether there is one.

    Returns
    -------
    Complete(weights, margin)
        b·z > 0 for all. Every coefficient of a column that does not depend on others can go to infinity.
    QuasiComplete(direction, on_plane, variables, certificate)
        b·z >= 0 for all, and 0 for some of them whatever b; `direction` has the most off its plane. A coefficient goes
        to infinity if it is not 0 in some b with b·z >= 0 for all, once columns that depend linearly on columns to the
        left of them are left out: those are named as undetermined, and `direction` is 0 there. If no b changes a
        coefficient, then it stays finite: the samples on the plane, which overlap, determine it. One that is infinite
        and not 0 in `direction` itself can, where there are several directions, also be held back by others: which
        of them a fit follows, the data on the way decide.
    Overlap(certificate)
        Neither: whatever b·z >= 0 has for all is 0 for all.

    Each is checked exactly before it is returned, and by `answer.verify(X, y)` again. Where several proofs would do,
    the version of SciPy decides which; kind, `on_plane` and `variables` are the data's alone.

    Raises
    ------
    ValueError
        If X is not two-dimensional, has no sample or no feature or a NaN or an infinity, y is not of its length, has
        one class, a NaN or a fraction, weights are negative, not finite, or 0 for all, or the budget is negative or
        NaN.
    TypeError
        If X or the weights hold anything but real numbers, or the classes have no order.
    TimeoutError
        If it cannot be decided within the budget.
    ImportError
        If SciPy cannot be imported.

    Notes
    -----
    The directions with b·z >= 0 for all are a cone. The sum of two of them has off its plane what either has, so
    there is a largest such set of samples. `separability` finds a b with b·z > 0 or samples that cancel, that is,
    sum c_k z_k = 0 with c_k > 0; those, and what they span, every b of the cone has in its plane. Then the rest is
    looked at in the space of the b that are 0 there, until some b is positive on what is left, or nothing is left.
    So b proves that the maximum does not exist, and the samples that cancel that nothing else goes to infinity [1]_
    [2]_. Of more than two classes there are (k-1) n rows of (k-1)(d+1) numbers, all of them in memory.

    References
    ----------
    .. [1] A. Albert, J. A. Anderson, "On the existence of maximum likelihood estimates in logistic regression models",
       Biometrika 71 (1984), 1-10. https://doi.org/10.1093/biomet/71.1.1
    .. [2] K. Konis, "Linear programming algorithms for detecting separated data in binary logistic regression models",
       DPhil thesis, University of Oxford (2007). https://ora.ox.ac.uk/objects/uuid:8f9ee0d0-d78e-4101-9ab4-f9cbceed2a2a

    Examples
    --------
    >>> dose = [[1.0], [2.0], [3.0], [3.0], [4.0], [5.0]]
    >>> answer = onedot.separation(dose, ["ill", "ill", "ill", "well", "well", "well"])
    >>> answer.direction, answer.on_plane
    (array([-1.5,  0.5]), array([False, False,  True,  True, False, False]))
    >>> answer.variables.infinite, answer.variables.finite
    (('bias', 'x0'), ())
    >>> match onedot.separation(dose, [0, 1, 0, 0, 1, 1]):
    ...     case onedot.Overlap(certificate):
    ...         print(certificate.indices, *certificate.coefficients)
    [0 1 2] 1/4 1/2 1/4
    """
    if not isinstance(bias, bool | np.bool_):
        raise ValueError(f"separation: bias is {shown(bias)}; want True or False")
    clock = Clock("separation", budget)
    return kind_of(read_problem("separation", X, y, sample_weight, bool(bias)), clock)


def kind_of(problem: Problem, clock: Clock) -> Complete | QuasiComplete | Overlap:
    """Which of them, checked."""
    face = largest_face(problem.points, clock)
    if len(face.off) == problem.points.n:
        answer: Complete | QuasiComplete | Overlap = _complete(problem, face)
    elif len(face.off):
        answer = _quasi_complete(problem, face, clock)
    else:
        answer = Overlap(_certificate(problem, face), problem.classes, problem.bias)
    if not answer._holds(problem):
        raise RuntimeError("separation: the proof found fails its check, a defect; want it reported with X and y")
    return answer


def _complete(problem: Problem, face: Face) -> Complete:
    weights = separating_weights(problem.points, Form(face.g, 0))
    margin = least_distance(problem, weights.tolist())
    return Complete(_read_only(problem.shaped(weights)), margin, problem.classes, problem.bias)


def _quasi_complete(problem: Problem, face: Face, clock: Clock) -> QuasiComplete:
    points, off = problem.points, face.off
    in_plane = kernel(integers_of(points, list(face.combination)), clock.check)
    dependent = dependent_columns(points, in_plane, off)
    variables = roles(problem.names, in_plane, dependent)
    assert variables is not None
    g = np.array(face.g, dtype=object)
    for j, vector in zip(dependent.free, (in_plane.vectors @ dependent.vectors).T, strict=True):
        column = in_plane.free[j]  # whose coefficient is to be 0: the same direction but for one that is 0 everywhere
        g = g * vector[column] - g[column] * vector
    direction = _read_only(problem.shaped(exact_weights(points, g.tolist())))
    on_plane = _read_only(~problem.mask(off) & problem.mask(np.arange(points.n)))
    return QuasiComplete(direction, on_plane, variables, _certificate(problem, face), problem.classes, problem.bias)


def _certificate(problem: Problem, face: Face) -> Certificate:
    from fractions import Fraction  # here because it costs the import 4 ms

    rows = np.array(sorted(face.combination), dtype=np.intp)
    total = sum(face.combination.values())
    indices = np.column_stack(problem.places(rows))
    indices = _read_only(indices if len(problem.classes) > 2 else indices[:, 0])
    return Certificate(indices, tuple(Fraction(face.combination[i], total) for i in rows.tolist()))


def _read_only(values: NDArray[Any]) -> NDArray[Any]:
    values.flags.writeable = False
    return values
