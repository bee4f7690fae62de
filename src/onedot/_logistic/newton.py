"""Newton's method: each step is the inverse of the Hessian, by Cholesky's factor, times the gradient."""

import numpy as np

from onedot._entry import dot
from onedot._logistic.cholesky import cholesky, solve
from onedot._logistic.minimum import Minimum, Report, largest, moved
from onedot._logistic.objective import Point
from onedot._training.epochs import Floats

__all__ = ["LEAST_STEP", "SingularError", "factor_of", "fixing", "newton"]

EPSILON = 2.0**-52
LEAST_STEP = 1e-8  # without a penalty: then the mean loss is the least there is, to rounding


class SingularError(Exception):
    """A column of the Hessian is, to rounding, a combination of those before it."""

    def __init__(self, point: Point, iterations: int) -> None:
        super().__init__(iterations)
        self.point, self.iterations = point, iterations


def newton(point: Point, tol: float, max_iter: int, report: Report, least_step: float = np.inf) -> Minimum:
    """Steps from a point until no component of the gradient is above tol, and no step longer than `least_step`.

    A step is as long as the square root of what the slope along it promises twice over, whatever the scale of X. Where
    there is no next step, SingularError.
    """
    iterations = 0
    while iterations < max_iter:
        small = largest(point.gradient) <= tol
        if small and least_step == np.inf:
            break
        L = factor_of(point)
        if L is None and not small:
            raise SingularError(point, iterations)
        if L is None:
            break
        gradient = point.gradient.reshape(-1)
        step = -solve(L, gradient)
        if small and -dot(step, gradient) <= least_step * least_step:
            break
        reached = moved(point, step.reshape(point.W.shape))
        if reached is None:
            break
        point, iterations = reached, iterations + 1
        report(iterations, point)
    return Minimum(point, iterations, largest(point.gradient) <= tol)


def factor_of(point: Point, least: float = EPSILON) -> Floats | None:
    """Cholesky's factor of the Hessian and of what fixes the directions on which no probability depends; None if none.

    Adding the same weights to each of several units changes none. Gradients know nothing of that direction, so it may
    be given any curvature. Each step then has units that add up to zero. No pivot may be less than 16 `least` times the
    number of them, as a part of its diagonal element: smaller ones are made of rounding.
    """
    H = point.hessian
    k, width = point.W.shape
    if k > 1:
        H = H.copy()
        H.reshape(k, width, k, width)[:, np.arange(width), :, np.arange(width)] += fixing(point)[:, None, None]
    L = cholesky(H, least=16 * len(H) * least)
    return None if isinstance(L, int) else L


def fixing(point: Point) -> Floats:
    """The curvature added in directions in which no probability changes: for each column, the largest of its own."""
    largest_of_each: Floats = np.max(np.diag(point.hessian).reshape(point.W.shape), axis=0)
    return largest_of_each
