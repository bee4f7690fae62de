"""What logistic regression must leave: weights, errors and likelihoods, by Newton's method and by L-BFGS."""

from collections.abc import Iterator
from functools import partial
from itertools import product

import numpy as np

from onedot._corpus.draw import Draw
from onedot._corpus.registry import Result, operation
from onedot._logistic import fit_logistic
from onedot._logistic.fit import Solver
from onedot._reference.law import BLOCK

__all__ = ["CASES"]

SHAPES = ((40, 1), (60, 3), (70, 9))
CASES = (*product(SHAPES, (2, 4), ("float64", "float32"), (True, False)), ((BLOCK + 40, 1), 3, "float64", True))


def _fits(solver: Solver, draw: Draw) -> Iterator[Result]:
    """Two classes and more, both float types, weighted and not, with a bias and without; once more than a block."""
    for (n, d), classes, dtype, bias in CASES:
        X = draw.floats(dtype, n * d, -3, 1).reshape(n, d)
        y = (draw.bits(n) % np.uint64(classes)).astype(np.intp)
        y[:classes] = np.arange(classes)
        weights = np.abs(draw.floats("float64", n, -2, 2)) if bias else None
        iterations = 2 if n > BLOCK else 5
        fit = fit_logistic(X, y, C=0.7, bias=bias, sample_weight=weights, solver=solver, max_iter=iterations)
        yield from (fit.weights, fit.log_likelihood, fit.gradient, fit.iterations, int(fit.converged))
        yield fit.predict_proba(X[:50])


for solver in ("newton", "lbfgs"):
    operation(f"logistic {solver}")(partial(_fits, solver))


@operation("logistic unpenalised")
def unpenalised(draw: Draw) -> Iterator[Result]:
    """Maximum likelihood where both labels occur at every point: a maximum is sure to exist."""
    for d, classes in product((1, 3, 6), (2, 3)):
        X = np.repeat(draw.floats("float64", 12 * d, -2, 1).reshape(12, d), classes, axis=0)
        weights = np.abs(draw.floats("float64", len(X), -1, 1))
        fit = fit_logistic(X, np.tile(np.arange(classes), 12), penalty=None, sample_weight=weights)
        yield from (fit.weights, fit.standard_errors, fit.log_likelihood, fit.iterations)
