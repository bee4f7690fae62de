"""From a point to the least value: by which method, and without a penalty, until margins change no more.

A search is judged by the mean loss. Where there is no penalty that may say nothing: of a sample that weighs 1e-200 of
another one, of one that is 1e-20 likely to be of another class, or of columns of 1e-100 the mean loss has no digit. So
Newton's steps go on until they change no margin, which depends on no scale, and each is to be followed by a shorter one
by the same Hessian [1]_, as values that differ by less than rounding tell nothing.

.. [1] P. Deuflhard, "Newton Methods for Nonlinear Problems" (2004), section 3.3: the natural monotonicity test.
   https://doi.org/10.1007/978-3-642-23899-4
"""

import numpy as np

from onedot._entry import dot
from onedot._logistic.lbfgs import lbfgs
from onedot._logistic.minimum import HALVINGS, Minimum, Report, largest, reach
from onedot._logistic.newton import LEAST_STEP, SingularError, newton, newton_step
from onedot._logistic.objective import LEAST_SIZE, Point
from onedot._training.epochs import Floats

__all__ = ["searched", "settled"]

MOST_FOR_NEWTON = 300  # weights of all units: beyond, Hessians cost more than the steps that they save
FEWEST_FOR_LBFGS = 20  # below, a Hessian costs hardly more than a gradient
NEAR = 1e-4  # of a margin, which the step that follows would change: then, most of its digits are right


def searched(point: Point, penalised: bool, solver: str, tol: float, max_iter: int, report: Report) -> Minimum:
    """From a point to where no component of the gradient is above tol, by the method that is asked for."""
    size = point.W.size
    if solver == "lbfgs" or (solver == "auto" and size > MOST_FOR_NEWTON and penalised):
        return lbfgs(point, tol, max_iter, report)
    tried = 0
    if solver == "auto" and size >= FEWEST_FOR_LBFGS and penalised:
        # A Hessian takes as long as size/4 gradients and their margins; so many steps are tried before the first two.
        quick = lbfgs(point, tol, min(max_iter, size // 2), report)
        if quick.converged or quick.iterations == max_iter:
            return quick
        point, tried = quick.point, quick.iterations
    least_step = np.inf if penalised else LEAST_STEP
    try:
        reached = newton(point, tol, max_iter - tried, lambda i, at: report(tried + i, at), least_step)
    except SingularError as singular:
        reached = Minimum(singular.point, singular.iterations, False)
    tried += reached.iterations
    if reached.converged or tried >= max_iter:
        return reached._replace(iterations=tried)
    # Where curvature is lost in rounding, of a weak penalty or far from the maximum, slopes still lead on.
    rest = lbfgs(reached.point, tol, max_iter - tried, lambda i, at: report(tried + i, at))
    return rest._replace(iterations=tried + rest.iterations)


def settled(reached: Minimum, sizes: Floats, tol: float, max_iter: int, report: Report) -> Minimum:
    """Of a search without a penalty, what Newton's steps make of where it ended, if a margin is not near its own yet.

    Columns are of these sizes. Converged is what has a Hessian whose digits are right, and a next step that changes no
    margin by more than NEAR.
    """
    point, iterations, _ = reached
    enough = NEAR
    while (step := newton_step(point, point.gradient)) is not None:
        slope = dot(step.reshape(-1), point.gradient.reshape(-1))
        size = reach(step, sizes)
        further = _further(point, step, size, sizes) if size > enough and iterations < max_iter else None
        if further is None:
            small = -slope <= LEAST_STEP * LEAST_STEP or largest(point.gradient) <= tol
            known = bool((np.diag(point.hessian) >= LEAST_SIZE * LEAST_SIZE).all())
            return Minimum(point, iterations, small and known and size <= NEAR)
        point, iterations, enough = further, iterations + 1, LEAST_STEP
        report(iterations, point)
    return Minimum(point, iterations, False)


def _further(point: Point, step: Floats, size: float, sizes: Floats) -> Point | None:
    """The first of W + step, W + step/2, ... after which a step by the same Hessian changes margins by less."""
    for halving in range(HALVINGS):
        t = 2.0**-halving
        if t * size <= LEAST_STEP:  # rounding alone would tell one step from the next
            break
        try:
            reached: Point = point.objective.at(point.W + t * step)
            following = newton_step(point, reached.gradient)
        except OverflowError:
            continue
        if following is not None and reach(following, sizes) <= (1.0 - t / 4.0) * size:
            return reached
    return None
