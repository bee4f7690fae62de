"""What fits come to where the likelihood has no maximum: some weights go to infinity, and others to a number."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onedot import activations
from onedot._entry import dot
from onedot._logistic.cholesky import DEPENDENT, cholesky
from onedot._logistic.errors import standard_errors
from onedot._logistic.minimum import unreported
from onedot._logistic.objective import Objective
from onedot._logistic.problem import Problem
from onedot._logistic.search import searched, settled
from onedot._separation import Complete, QuasiComplete
from onedot._training.epochs import Floats, Rows

__all__ = ["Limit", "limit_of"]


class Limit(NamedTuple):
    """Weights of the greatest likelihood, or that drive it to its supremum, their errors, and the mean loss there."""

    weights: Floats
    errors: Floats
    loss: float


def limit_of(problem: Problem, kind: Complete | QuasiComplete, tol: float, max_iter: int) -> Limit:
    """Infinite weights where the kind says so, and of two classes the others by the samples on its plane.

    In the limit the samples off the plane have probability 1. Those on it overlap, so there is a maximum for them: it
    determines what is finite, whatever the infinite weights that keep to the plane do.
    """
    objective = problem.objective
    weights, errors = np.full((2, *objective.shape), np.nan)
    if objective.units > 1:  # whose directions are those of differences to the first class
        return Limit(weights, errors, 0.0 if isinstance(kind, Complete) else np.nan)
    direction = kind.weights if isinstance(kind, Complete) else kind.direction
    signs = np.sign(direction.astype(np.float64))
    weights[0, signs != 0] = np.inf * signs[signs != 0]
    if isinstance(kind, Complete):
        return Limit(weights, errors, 0.0)
    finite = np.isin(kind.variables.names, kind.variables.finite)
    on_plane = kind.on_plane[problem.counted]
    part = _on_plane(objective, on_plane, finite)
    share = dot(objective.weights[on_plane], np.ones(int(np.count_nonzero(on_plane))))
    if part is None:  # all margins are 0
        return Limit(weights, errors, share * float(activations.softplus(0.0)))
    how = tol, max_iter, unreported
    reached = searched(part.at(np.zeros(part.shape)), False, "newton", *how)
    point, _, converged = settled(reached, part.column_sizes(), *how)
    held = int(np.count_nonzero(finite))
    weights[0, finite] = point.W[0, :held]
    if converged:
        errors[0, finite] = standard_errors(point, problem.total * share)[0, :held]
    return Limit(weights, errors, share * point.loss)


def _on_plane(objective: Objective, on_plane: NDArray[np.bool_], finite: NDArray[np.bool_]) -> Objective | None:
    """The problem of the samples on the plane: finite columns first, then others that depend on none; None of none."""
    X = objective.dense()[on_plane].astype(np.float64)
    Z = np.column_stack([np.ones(len(X)), X]) if objective.bias else X
    order = np.concatenate([np.flatnonzero(finite), np.flatnonzero(~finite)])
    weights = objective.weights[on_plane] / dot(objective.weights[on_plane], np.ones(len(Z)))
    kept: list[int] = []
    for j in order.tolist():
        part = _of(objective, np.ascontiguousarray(Z[:, [*kept, j]]), on_plane, weights)
        if not isinstance(cholesky(part.gram(weights), least=DEPENDENT), int):
            kept.append(j)
    if not kept:
        return None
    return _of(objective, np.ascontiguousarray(Z[:, kept]), on_plane, weights)


def _of(objective: Objective, Z: Floats, on_plane: NDArray[np.bool_], weights: Floats) -> Objective:
    return objective._replace(
        rows=Rows(Z, *Z.shape), columns=None, codes=objective.codes[on_plane], weights=weights, ridge=0.0, bias=False
    )
