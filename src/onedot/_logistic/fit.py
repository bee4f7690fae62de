"""`fit_logistic`: the search for the least value, and what was found."""

from __future__ import annotations

import time
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike

from onedot._core.arrays import number, read_floats
from onedot._core.environment import in_default_environment
from onedot._entry import matvec
from onedot._logistic.errors import standard_errors
from onedot._logistic.existence import has_a_maximum
from onedot._logistic.limit import Limit, limit_of
from onedot._logistic.minimum import Minimum, Report, largest, unreported
from onedot._logistic.objective import Point
from onedot._logistic.problem import Penalty, Problem, read_problem
from onedot._logistic.result import LogisticFit
from onedot._logistic.search import searched, settled
from onedot._separation import Complete, QuasiComplete
from onedot._training.epochs import Floats
from onedot._training.perceptron import as_index, checked_flag, checked_verbosity
from onedot.levels.refusals import shown

__all__ = ["Search", "fit_logistic"]

Solver = Literal["auto", "newton", "lbfgs"]
OnSeparation = Literal["raise", "report"]
MOST_WITHOUT_PENALTY = 4000  # weights, whose Hessian proves that there is a maximum: 128 MB


@in_default_environment
@np.errstate(all="ignore")
def fit_logistic(
    X: Any,
    y: ArrayLike,
    *,
    penalty: Penalty | None = "l2",
    C: float = 1.0,
    bias: bool = True,
    sample_weight: ArrayLike | None = None,
    class_weight: Any = None,
    solver: Solver = "auto",
    start: ArrayLike | None = None,
    tol: float = 1e-8,
    max_iter: int = 1000,
    on_separation: OnSeparation = "raise",
    verbose: int = 0,
) -> LogisticFit:
    """Weights of least sum_i s_i * -log p(y_i | x_i) / S + ||w||**2 / (2 C S), where S is the sum of the weights s_i.

    Parameters
    ----------
    X : array_like, or CSR or CSC matrix, shape (n, d)
        The samples, as for `fit_perceptron`: no copy is made of float64 and float32 in C order, and of a sparse matrix
        one that is sorted by columns.
    y : array_like, shape (n,)
        Labels of two classes or more, of any one type that has an order. Two have one unit, p = sigmoid(w·x + b) for
        the second of them; more have a unit each, and p is the softmax of their margins.
    penalty : "l2" or None, optional
        None is maximum likelihood. The bias is never penalised.
    C : float, optional
        The inverse of the strength of the penalty, as in scikit-learn.
    bias : bool, optional
        Whether weights begin with a bias.
    sample_weight : array_like, shape (n,), optional
        What each sample counts for; those of weight 0 are as if they were not there.
    class_weight : mapping of labels to numbers, or "balanced", optional
        What the weights of each class are multiplied with; "balanced" makes all classes weigh the same.
    solver : "auto", "newton" or "lbfgs", optional
        Newton's method needs the Hessian; "auto" takes it for up to 300 weights, of 20 or more where some steps of
        L-BFGS did not do, and always without a penalty.
    start : array_like, of the shape of the weights, optional
        Where to begin, a fit before, say; by default at 0.
    tol : float, optional
        No component of the gradient is to be larger. Rounding leaves some 1e-16 of the largest numbers in X: where
        that is above `tol`, as from 1e8 on, a gradient that is no larger will do. Without a penalty Newton's steps go
        on, besides, until one is lost in rounding and changes no margin by more than 1e-4, on whatever scales columns
        and weights of samples are.
    max_iter : int, optional
        When to give up.
    on_separation : "raise" or "report", optional
        What happens without a penalty where there is no maximum: an error or, with "report", a fit whose `separation`
        says why, with a proof. Of two classes, weights that go to infinity have the signs of the proof's direction, one
        of several there may be, and 0 there is NaN; those that stay finite are what they go to, and their errors are
        those of the samples that determine them. Of more classes all weights are NaN.
    verbose : int, optional
        1 prints a line an iteration.

    Returns
    -------
    LogisticFit
        Every bit of it is the same on every machine.

    Raises
    ------
    ValueError
        If X has no samples or features, or holds NaN or infinity; if y names one class or has another length; if
        weights are negative or all 0; without a penalty, if there is no maximum, a column is a combination of others
        or holds nothing above 2**-500, or there are more than 4000 weights.
    TypeError
        If X has a dtype that `dot` refuses, labels no order, or a parameter is not what it should be.
    OverflowError
        If numbers overflow.

    Notes
    -----
    Every product, the factor of the Hessian and both recursions add up in the order of the one-dot law, exp and log
    are onedot's own: so the weights have the same bits on every CPU and for every number of threads.

    References
    ----------
    D. R. Cox, "The regression analysis of binary sequences", J. R. Stat. Soc. B 20 (1958), 215-242.
    https://doi.org/10.1111/j.2517-6161.1958.tb00292.x

    Examples
    --------
    >>> X, y = [[0.5], [1.0], [1.5], [2.0], [2.5], [3.0]], [0, 0, 1, 0, 1, 1]
    >>> fit = onedot.fit_logistic(X, y, penalty=None)
    >>> fit.weights.round(6), fit.standard_errors.round(6)
    (array([-4.249097,  2.428055]), array([3.38785 , 1.825171]))
    >>> fit.predict([[1.0], [2.0]])
    array([0, 1])
    """
    op = "fit_logistic"
    search = Search.read(op, solver, tol, max_iter, on_separation, verbose)
    problem = read_problem(op, X, y, penalty, C, checked_flag(op, "bias", bias), sample_weight, class_weight)
    return search.fit(problem, start)


class Search(NamedTuple):
    """How to look for the least value."""

    solver: str
    tol: float
    max_iter: int
    on_separation: str
    report: Report

    @classmethod
    def read(cls, op: str, solver: Any, tol: Any, max_iter: Any, on_separation: Any, verbose: Any) -> Search:
        most, least = as_index(op, "max_iter", max_iter, 1), number(op, "tol", tol, "a number of 0 or more")
        report = _printed() if checked_verbosity(op, verbose) else unreported
        if not 0.0 <= least < np.inf:
            raise ValueError(f"{op}: tol is {shown(tol, str)}; want a finite number of 0 or more")
        if not isinstance(solver, str) or solver not in get_args(Solver):
            raise ValueError(f"{op}: solver is {shown(solver)}; want one of {', '.join(get_args(Solver))}")
        if not isinstance(on_separation, str) or on_separation not in get_args(OnSeparation):
            raise ValueError(f"{op}: on_separation is {shown(on_separation)}; want 'raise' or 'report'")
        return cls(solver, least, most, on_separation, report)

    def fit(self, problem: Problem, start: ArrayLike | None) -> LogisticFit:
        """What is found from the weights to start with, or from 0."""
        op, objective = problem.op, problem.objective
        size = int(np.prod(objective.shape))
        if problem.unpenalised and size > MOST_WITHOUT_PENALTY:
            said = f"without a penalty {size} weights want a Hessian of {size} x {size} numbers"
            raise ValueError(f"{op}: {said}; want penalty='l2', or at most {MOST_WITHOUT_PENALTY}")
        sizes = problem.column_sizes() if problem.unpenalised else None
        W = _start(op, start, objective.shape)
        try:
            point = objective.at(W)
        except OverflowError:
            wanted = "want one nearer to 0, or X on a smaller scale"
            raise OverflowError(f"{op}: margins by start overflow; {wanted}") from None
        how = self.tol, self.max_iter, self.report
        reached = searched(point, not problem.unpenalised, self.solver, *how)
        if sizes is None:
            return _found(problem, reached)
        if not has_a_maximum(reached.point, sizes):
            problem.check_columns()
            kind = problem.separation()
            if kind is not None:
                if self.on_separation == "raise":
                    problem.refuse(kind)
                return _in_the_limit(problem, kind, self.tol, self.max_iter)
        return _found(problem, settled(reached, sizes, *how))


def _start(op: str, start: ArrayLike | None, shape: tuple[int, int]) -> Floats:
    if start is None:
        return np.zeros(shape)
    wanted = shape[1:] if shape[0] == 1 else shape
    W = read_floats(op, "start", start)
    if W.shape != wanted:
        raise ValueError(f"{op}: start has shape {W.shape}; want {wanted}, as the weights of a fit have")
    if not np.isfinite(W).all():
        raise ValueError(f"{op}: start holds NaN or infinity; want finite weights")
    W = W.astype(np.float64).reshape(shape)
    return W - matvec(W.T, np.ones(len(W))) / len(W) if len(W) > 1 else W


def _found(problem: Problem, reached: Minimum) -> LogisticFit:
    point, known = reached.point, problem.unpenalised and reached.converged
    errors = standard_errors(point, problem.total) if known else np.full(point.W.shape, np.nan)
    gradient = largest(point.gradient)
    return _fit(problem, Limit(point.W, errors, point.loss), gradient, reached.iterations, reached.converged)


def _in_the_limit(problem: Problem, kind: Complete | QuasiComplete, tol: float, max_iter: int) -> LogisticFit:
    return _fit(problem, limit_of(problem, kind, tol, max_iter), 0.0, 0, False, kind)


def _fit(
    problem: Problem,
    found: Limit,
    gradient: float,
    iterations: int,
    converged: bool,
    kind: Complete | QuasiComplete | None = None,
) -> LogisticFit:
    """A fit as users see it: of two classes the one row of weights."""
    objective = problem.objective
    whole: Any = 0 if objective.units == 1 else slice(None)
    return LogisticFit(
        weights=found.weights[whole],
        standard_errors=found.errors[whole],
        classes=problem.classes,
        log_likelihood=-problem.total * found.loss,
        parameters=(len(problem.classes) - 1) * objective.shape[1],
        gradient=gradient,
        iterations=iterations,
        converged=converged,
        bias=objective.bias,
        separation=kind,
    )


def _printed() -> Report:
    """What prints a line an iteration."""
    start = time.perf_counter()

    def report(iteration: int, point: Point) -> None:
        seconds = time.perf_counter() - start
        print(f"iteration {iteration}: {point.value:.10g}, gradient {largest(point.gradient):.3g}, {seconds:.2f} s")

    return report
