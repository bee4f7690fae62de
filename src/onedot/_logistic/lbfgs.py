"""The method of Broyden, Fletcher, Goldfarb and Shanno with limited memory, for weights too many for a Hessian.

J. Nocedal, "Updating quasi-Newton matrices with limited storage", Mathematics of Computation 35 (1980), 773-782.
https://doi.org/10.1090/S0025-5718-1980-0572855-7
"""

from collections import deque
from math import sqrt
from typing import NamedTuple

import numpy as np

from onedot._entry import dot
from onedot._logistic.metric import Metric, anew, metric_of
from onedot._logistic.minimum import Minimum, Report, is_rounding, largest, moved
from onedot._logistic.objective import Point
from onedot._training.epochs import Floats

__all__ = ["lbfgs"]

MEMORY = 10  # pairs of steps: what scikit-learn and SciPy keep


class Pair(NamedTuple):
    """A step, the change of the gradient along it, and the inverse of their dot product."""

    step: Floats
    change: Floats
    scale: float


def lbfgs(point: Point, tol: float, max_iter: int, report: Report) -> Minimum:
    """Steps from a point until no component of the gradient is above tol, or all are what rounding leaves."""
    pairs: deque[Pair] = deque(maxlen=MEMORY)
    iterations = 0
    metric = metric_of(point.objective) if largest(point.gradient) > tol and max_iter else None
    while largest(point.gradient) > tol and iterations < max_iter:
        if iterations > 1 and iterations & (iterations - 1) == 0:
            metric = anew(metric, point)
        gradient = point.gradient.reshape(-1)
        step = point.objective.finite(-_inverse_times(pairs, metric, gradient))
        reached = moved(point, step.reshape(point.W.shape))
        if reached is None and not pairs:
            point.objective.finite(point.objective.column_sizes() ** 2)  # of a scale at which no step is short enough
            return Minimum(point, iterations, is_rounding(point))
        if reached is None:
            pairs.clear()  # the memory misleads: once more along the gradient
            continue
        step, change = (reached.W - point.W).reshape(-1), reached.gradient.reshape(-1) - gradient
        curvature = dot(step, change)
        if curvature > 0.0:
            pairs.append(Pair(step, change, 1.0 / curvature))
        point, iterations = reached, iterations + 1
        report(iterations, point)
    return Minimum(point, iterations, largest(point.gradient) <= tol)


def _inverse_times(pairs: "deque[Pair]", metric: Metric | None, gradient: Floats) -> Floats:
    """An approximation of the inverse Hessian, times the gradient: two loops over the pairs, a metric between them."""
    if not pairs:
        return _first(metric, gradient)
    direction, weights, product = gradient.copy(), [], np.empty_like(gradient)
    for step, change, scale in reversed(pairs):
        weight = scale * dot(step, direction)
        direction -= np.multiply(change, weight, out=product)
        weights.append(weight)
    _, change, scale = pairs[-1]
    size = change if metric is None else metric.halved(change)
    if metric is not None:
        direction = metric.divided(direction)
    direction /= scale * dot(size, size)
    for (step, change, scale), weight in zip(pairs, reversed(weights), strict=True):
        direction += np.multiply(step, weight - scale * dot(change, direction), out=product)
    return direction


def _first(metric: Metric | None, gradient: Floats) -> Floats:
    """By the metric, or a step of length 1 along the gradient."""
    if metric is not None:
        return metric.divided(gradient)
    scaled = gradient / largest(gradient)  # whose square does not overflow
    return scaled / sqrt(dot(scaled, scaled))
