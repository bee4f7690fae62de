"""Newton's method: each step is the inverse of the Hessian, by Cholesky's factor, times the gradient."""

import numpy as np

from onedot._logistic.cholesky import cholesky, solve
from onedot._logistic.minimum import Minimum, Report, largest, moved
from onedot._logistic.objective import Point
from onedot._training.epochs import Floats

__all__ = ["SingularError", "factor_of", "fixing", "newton"]

EPSILON = 2.0**-52


class SingularError(Exception):
    """A column of the Hessian is, to rounding, a combination of those before it."""

    def __init__(self, point: Point, iterations: int) -> None:
        super().__init__(iterations)
        self.point, self.iterations = point, iterations


def newton(point: Point, tol: float, max_iter: int, report: Report) -> Minimum:
    """Steps from a point until no component of the gradient is above tol; SingularError where there is no next step."""
    iterations = 0
    while largest(point.gradient) > tol and iterations < max_iter:
        L = factor_of(point)
        if L is None:
            raise SingularError(point, iterations)
        reached = moved(point, -solve(L, point.gradient.reshape(-1)).reshape(point.W.shape))
        if reached is None:
            return Minimum(point, iterations, False)
        point, iterations = reached, iterations + 1
        report(iterations, point)
    return Minimum(point, iterations, largest(point.gradient) <= tol)


def factor_of(point: Point) -> Floats | None:
    """Cholesky's factor of the Hessian and of what fixes the directions on which no probability depends; None if none.

    Adding the same weights to each of several units changes none. Gradients know nothing of that direction, so it may
    be given any curvature. Each step then has units that add up to zero.
    """
    H = point.hessian
    k, width = point.W.shape
    if k > 1:
        H = H.copy()
        H.reshape(k, width, k, width)[:, np.arange(width), :, np.arange(width)] += fixing(point)
    L = cholesky(H, least=16 * len(H) * EPSILON)
    return None if isinstance(L, int) else L


def fixing(point: Point) -> float:
    """The curvature added in directions in which no probability changes: of the size of that in others."""
    return float(np.max(np.diag(point.hessian)))
