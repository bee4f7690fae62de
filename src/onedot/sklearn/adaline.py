"""Adaline, the adaptive linear neuron: a scikit-learn classifier trained by the delta rule."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from onedot import levels
from onedot._entry import dot
from onedot._training.epochs import Tally, Training
from onedot.sklearn.base import LinearClassifier
from onedot.sklearn.parameters import CONSTRAINTS, is_rate
from onedot.sklearn.problem import Problem
from onedot.sklearn.training_loop import Outcome

__all__ = ["Adaline"]


class Adaline(LinearClassifier):
    """The delta rule: coef += step * x and intercept += step, step = eta0 * weights * (y - (w·x + b)), y = 1 or -1.

    Every sample takes a step, in proportion to its error, so the weights tend to those of least squares. Features on
    very different scales make that slow.

    Parameters
    ----------
    fit_intercept, max_iter, shuffle, verbose, n_jobs, random_state, early_stopping, validation_fraction, \
n_iter_no_change, class_weight, warm_start, average
        As for `onedot.sklearn.Perceptron`. Several classes are told apart each from the rest.
    tol : float or None, default=1e-3
        A fit ends when the weighted mean squared error of an epoch has not sunk by `tol` below the best for
        `n_iter_no_change` epochs in a row.
    eta0 : float or None, default=None
        The size of the steps. None: 1 / max(weight * ||(1, x)||**2) over the samples at hand, by which no step
        overshoots its target. Above twice that, training may diverge, which is an error.

    Attributes
    ----------
    coef_, intercept_, classes_, n_iter_, t_, n_features_in_, feature_names_in_
        As for `onedot.sklearn.Perceptron`.
    converged_ : bool
        Whether `tol` or `early_stopping` ended training, for every class, before max_iter did.
    losses_ : ndarray, shape (n_iter_,), or (n_iter_, n_classes) for several classes
        The mean squared error of each epoch of the last call, weighted as the steps; NaN after a class has ended.

    Notes
    -----
    `check_sample_weight_equivalence_on_dense_data` and `check_sample_weight_equivalence_on_sparse_data` fail, for the
    reason that `onedot.sklearn.Perceptron` gives.

    References
    ----------
    B. Widrow and M. E. Hoff, "Adaptive switching circuits", IRE WESCON Convention Record 4 (1960), 96-104.

    Examples
    --------
    >>> from onedot.sklearn import Adaline
    >>> Adaline(eta0=0.1).fit([[-1.0], [-0.5], [0.5], [1.0]], ["left", "left", "right", "right"]).predict([[0.1]])
    array(['right'], dtype='<U5')
    """

    _constraints = CONSTRAINTS | {"eta0": ("a positive finite number", lambda v: v is None or is_rate(v))}

    def __init__(
        self,
        *,
        fit_intercept: bool = True,
        max_iter: int = 1000,
        tol: float | None = 1e-3,
        shuffle: bool = True,
        verbose: int = 0,
        eta0: float | None = None,
        n_jobs: int | None = None,
        random_state: Any = 0,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 5,
        class_weight: Any = None,
        warm_start: bool = False,
        average: bool = False,
    ) -> None:
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol
        self.shuffle = shuffle
        self.verbose = verbose
        self.eta0 = eta0
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.class_weight = class_weight
        self.warm_start = warm_start
        self.average = average

    def _kernel_and_samples(self, problem: Problem, unit: int | None) -> tuple[Any, Any]:
        assert unit is not None
        rate = self._default_rate(problem, unit) if self.eta0 is None else float(self.eta0)
        return levels.kernels().lms_epoch, (problem.labels(unit), problem.steps("Adaline", rate, unit))

    def _default_rate(self, problem: Problem, unit: int) -> float:
        """The largest by which no step overshoots, as far as its products with errors are sure to be finite."""
        with np.errstate(over="ignore", under="ignore"):
            sizes = problem.factors(unit) * (problem.rows.squares("Adaline") + float(self.fit_intercept))
        largest = float(np.max(sizes))
        if not np.isfinite(largest):
            raise OverflowError("Adaline: weights times x·x overflow; want smaller weights, or X on a smaller scale")
        return min(1.0 / largest, 2.0**1000) if largest > 0.0 else 1.0

    def _total_weight(self, training: Training, members: NDArray[np.intp]) -> float:
        """The sum of the rates, by which the loss becomes the weighted mean of squared errors."""
        rates = training.samples[1][members]
        return float(dot(rates, np.ones(len(rates)))) or 1.0

    def _nothing_to_learn(self, tally: Tally) -> bool:
        return tally.loss == 0.0

    def _record(
        self, problem: Problem, members: NDArray[np.intp], trainings: list[Training], outcomes: list[Outcome]
    ) -> None:
        losses = np.full((self.n_iter_, len(outcomes)), np.nan)
        for column, outcome in enumerate(outcomes):
            losses[: len(outcome.losses), column] = outcome.losses
        self.losses_ = losses if len(outcomes) > 1 else losses[:, 0]
        self.converged_ = not any(outcome.gave_up for outcome in outcomes)
