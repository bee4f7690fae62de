"""Where a search for the least value of an objective ended, and the step back where a step went too far."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from onedot._entry import dot, matvec
from onedot._logistic.objective import Point
from onedot._training.epochs import Floats

__all__ = ["Minimum", "Report", "is_rounding", "largest", "moved", "reach", "unreported"]

ENOUGH = 1e-4  # of what the slope promises: Nocedal and Wright, "Numerical Optimization" (2006), chapter 3
HALVINGS = 60  # a step of 2**-60 of the first is lost in rounding
ROUNDING = 2.0**-48  # of a value: sums of values near each other differ by that much
MOST_ROUNDING = 2.0**-26  # of a residual: beyond, margins keep less than half of their digits

Report = Callable[[int, Point], None]  # called with the number of an iteration and the point reached


class Minimum(NamedTuple):
    """The last point, how many iterations led to it, and whether it is as near to the least value as wanted."""

    point: Point
    iterations: int
    converged: bool


def unreported(iteration: int, point: Point) -> None:
    """A report of which nobody hears."""


def largest(gradient: Floats) -> float:
    """The largest component, in magnitude."""
    return float(np.max(np.abs(gradient)))


def reach(W: Floats, sizes: Floats) -> float:
    """No margin by W (k, width) is larger, where columns are of these sizes: the greatest sum_j |W[i, j]| sizes[j]."""
    return float(np.max(matvec(np.abs(W), sizes)))


def is_rounding(point: Point) -> bool:
    """Whether no component of the gradient is larger than what rounding leaves: as much as its column is large.

    A component is the sum of residuals times a column, and the magnitudes of the residuals add up to 1 at most; margins
    are rounded, too, by which a residual changes less than they do.
    """
    sizes = point.objective.column_sizes()
    noise = ROUNDING * (1.0 + reach(point.W, sizes))
    return noise <= MOST_ROUNDING and bool((np.abs(point.gradient) <= noise * sizes).all())


def moved(point: Point, step: Floats) -> Point | None:
    """The first of W + step, W + step/2, W + step/4, ... whose value is less by a part of what the slope promises.

    Where that is lost in rounding, the gradient has to become smaller instead. None if nothing of it happens.
    """
    slope = dot(point.gradient.reshape(-1), step.reshape(-1))
    if not slope < 0.0:
        return None
    for halving in range(HALVINGS):
        t = 2.0**-halving
        try:
            reached: Point = point.objective.at(point.W + t * step)
        except OverflowError:
            continue
        if -t * slope <= ROUNDING * abs(point.value):
            return reached if largest(reached.gradient) < largest(point.gradient) else None
        if reached.value <= point.value + ENOUGH * t * slope:
            return reached
    return None
