"""What fits come to where the likelihood has no maximum: some weights go to infinity, and others to a number."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onedot._entry import dot
from onedot._logistic.cholesky import cholesky
from onedot._logistic.errors import standard_errors
from onedot._logistic.newton import newton
from onedot._logistic.objective import Objective, Point
from onedot._separation import Complete, QuasiComplete
from onedot._training.epochs import Floats, Rows

__all__ = ["Limit", "limit_of"]

EPSILON = 2.0**-44


class Limit(NamedTuple):
    """The weights that the likelihood drives to its supremum, their errors, and the logarithm of that."""

    weights: Floats
    errors: Floats
    loss: float


def limit_of(objective: Objective, kind: Complete | QuasiComplete, total: float, tol: float, max_iter: int) -> Limit:
    """Infinite weights where the kind says so, and of two classes the others by the samples on its plane.

    In the limit the samples off the plane have probability 1. Those on it overlap, so there is a maximum for them: it
    determines what is finite, whatever the infinite weights that keep to the plane do.
    """
    weights = np.full(objective.shape, np.nan)
    errors = np.full(objective.shape, np.nan)
    direction = kind.weights if isinstance(kind, Complete) else kind.direction
    signs = np.sign(np.atleast_2d(direction).astype(np.float64))
    if isinstance(kind, Complete):
        weights[signs != 0] = np.inf * signs[signs != 0]
        return Limit(weights, errors, 0.0)
    if objective.units > 1:  # whose directions are those of differences to the first class
        return Limit(weights, errors, np.nan)
    finite = np.isin(kind.variables.names, kind.variables.finite)
    infinite = ~finite & (signs[0] != 0)
    weights[0, infinite] = np.inf * signs[0, infinite]
    part = _on_plane(objective, kind.on_plane, finite)
    reached = newton(part.at(np.zeros(part.shape)), tol, max_iter, _ignored).point
    held = int(np.count_nonzero(finite))
    weights[0, finite] = reached.W[0, :held]
    share = dot(objective.weights[kind.on_plane], np.ones(part.rows.n))
    errors[0, finite] = standard_errors(reached, total * share)[0, :held]
    return Limit(weights, errors, share * reached.loss)


def _on_plane(objective: Objective, on_plane: NDArray[np.bool_], finite: NDArray[np.bool_]) -> Objective:
    """The problem of the samples on the plane: finite columns first, then others as long as they depend on none."""
    X = objective.dense()[on_plane].astype(np.float64)
    Z = np.column_stack([np.ones(len(X)), X]) if objective.bias else X
    order = np.concatenate([np.flatnonzero(finite), np.flatnonzero(~finite)])
    weights = objective.weights[on_plane] / dot(objective.weights[on_plane], np.ones(len(Z)))
    kept: list[int] = []
    for j in order.tolist():
        part = _of(objective, np.ascontiguousarray(Z[:, [*kept, j]]), on_plane, weights)
        if not isinstance(cholesky(part.gram(weights), least=EPSILON), int):
            kept.append(j)
    return _of(objective, np.ascontiguousarray(Z[:, kept]), on_plane, weights)


def _of(objective: Objective, Z: Floats, on_plane: NDArray[np.bool_], weights: Floats) -> Objective:
    return objective._replace(
        rows=Rows(Z, *Z.shape), columns=None, codes=objective.codes[on_plane], weights=weights, ridge=0.0, bias=False
    )


def _ignored(iteration: int, point: Point) -> None:
    """Nothing is printed."""
