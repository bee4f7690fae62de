"""Newton's method: each step is the inverse of the Hessian, by Cholesky's factor, times the gradient."""

import numpy as np

from onedot._entry import dot
from onedot._logistic.cholesky import solve
from onedot._logistic.minimum import Minimum, Report, is_rounding, largest, moved
from onedot._logistic.objective import Point
from onedot._training.epochs import Floats

__all__ = ["LEAST_STEP", "SingularError", "newton", "newton_step"]

LEAST_STEP = 1e-8  # without a penalty: then the mean loss is the least there is, to rounding


class SingularError(Exception):
    """A column of the Hessian is, to rounding, a combination of those before it."""

    def __init__(self, point: Point, iterations: int) -> None:
        super().__init__(iterations)
        self.point, self.iterations = point, iterations


def newton_step(point: Point, gradient: Floats) -> Floats | None:
    """Minus the inverse of the Hessian at a point times a gradient, in its shape; None if there is no inverse."""
    L = point.factor
    return None if L is None else -solve(L, gradient.reshape(-1)).reshape(gradient.shape)


def newton(point: Point, tol: float, max_iter: int, report: Report, least_step: float = np.inf) -> Minimum:
    """Steps from a point until no component of the gradient is above tol, and no step longer than `least_step`.

    A step is as long as the square root of what the slope along it promises twice over, whatever the scale of X. If
    nothing is gained by one that is no longer, or by any where the gradient is what rounding leaves, that is the end as
    well: rounding leaves a larger gradient where X is large. Where there is no next step, SingularError.
    """
    iterations, lost = 0, False
    while iterations < max_iter:
        small = largest(point.gradient) <= tol
        if small and least_step == np.inf:
            break
        step = newton_step(point, point.gradient)
        if step is None and not small:
            raise SingularError(point, iterations)
        if step is None:
            break
        lost = -dot(step.reshape(-1), point.gradient.reshape(-1)) <= least_step * least_step < np.inf
        if small and lost:
            break
        reached = moved(point, step)
        if reached is None:
            lost = lost or is_rounding(point)
            break
        point, iterations = reached, iterations + 1
        report(iterations, point)
    return Minimum(point, iterations, lost or largest(point.gradient) <= tol)
