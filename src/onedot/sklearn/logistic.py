"""Logistic regression as a scikit-learn classifier."""

from __future__ import annotations

import warnings
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.exceptions import ConvergenceWarning

from onedot._core.environment import in_default_environment
from onedot._logistic.fit import Search
from onedot._logistic.probabilities import log_probabilities, probabilities
from onedot._logistic.problem import read_problem
from onedot._logistic.result import LogisticFit
from onedot._training.epochs import Floats
from onedot.sklearn.base import restored_on_error
from onedot.sklearn.decisions import Decisions
from onedot.sklearn.parameters import CONSTRAINTS, Constraints, check_parameters, is_rate
from onedot.sklearn.validation import counted, samples_and_labels

__all__ = ["LogisticRegression"]


class LogisticRegression(Decisions):
    """The weights of least penalised loss, with the same bits on every machine.

    It is `onedot.fit_logistic`, which also has standard errors and a summary, as a classifier of scikit-learn.

    Parameters
    ----------
    penalty : "l2" or None, default="l2"
        None is maximum likelihood: an error where there is no maximum. `C=np.inf` is the same.
    C : float, default=1.0
        The inverse of the strength of the penalty.
    tol : float, default=1e-4
        The largest component that the gradient of the mean loss may have in the end.
    fit_intercept : bool, default=True
        Whether there is a bias, which is not penalised.
    class_weight : dict or "balanced", default=None
        What the weights of each class are multiplied with, 1 where a dict does not say; "balanced" makes all weigh the
        same.
    solver : "auto", "newton" or "lbfgs", default="auto"
        "auto" is Newton's method for up to 300 weights, of 20 or more where some steps of L-BFGS did not do, and
        without a penalty.
    max_iter : int, default=100
        After how many steps to give up.
    verbose : int, default=0
        1 prints a line an iteration.
    warm_start : bool, default=False
        Whether `fit` goes on from the weights of the fit before.
    random_state, n_jobs
        Taken as scikit-learn's estimators take them; nothing here is random, and `onedot.set_num_threads` says how
        many threads a product may use.

    Attributes
    ----------
    coef_ : ndarray, shape (1, n_features) or (n_classes, n_features)
    intercept_ : ndarray, shape (1,) or (n_classes,)
    classes_, n_features_in_, feature_names_in_
        As for any classifier of scikit-learn.
    n_iter_ : ndarray, shape (1,)
    converged_ : bool

    Examples
    --------
    >>> from onedot.sklearn import LogisticRegression
    >>> model = LogisticRegression().fit([[0.0], [1.0], [2.0], [3.0]], ["no", "no", "yes", "yes"])
    >>> model.predict([[0.4], [2.6]]), model.predict_proba([[1.5]]).round(6)
    (array(['no', 'yes'], dtype='<U3'), array([[0.5, 0.5]]))
    """

    _constraints: ClassVar[Constraints] = {
        **{name: CONSTRAINTS[name] for name in ("fit_intercept", "warm_start", "verbose", "n_jobs", "max_iter")},
        "C": ("a positive number", lambda v: is_rate(v) or v == np.inf),
        "tol": ("a positive finite number", is_rate),
    }

    def __init__(
        self,
        *,
        penalty: str | None = "l2",
        C: float = 1.0,
        tol: float = 1e-4,
        fit_intercept: bool = True,
        class_weight: Any = None,
        random_state: Any = None,
        solver: str = "auto",
        max_iter: int = 100,
        verbose: int = 0,
        warm_start: bool = False,
        n_jobs: int | None = None,
    ) -> None:
        self.penalty = penalty
        self.C = C
        self.tol = tol
        self.fit_intercept = fit_intercept
        self.class_weight = class_weight
        self.random_state = random_state
        self.solver = solver
        self.max_iter = max_iter
        self.verbose = verbose
        self.warm_start = warm_start
        self.n_jobs = n_jobs

    @np.errstate(all="ignore")
    @in_default_environment
    def fit(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Find the weights.

        Parameters
        ----------
        X : array_like or CSR matrix, shape (n_samples, n_features)
        y : array_like, shape (n_samples,)
            Labels of two classes or more.
        sample_weight : array_like, shape (n_samples,), optional
            What each sample counts for; those of weight 0 are as if they were not there.

        Returns
        -------
        self
            If training fails or is interrupted, the estimator is as it was before.
        """
        with restored_on_error(self):
            check_parameters(self, self._constraints)
            start = self._start() if self.warm_start and hasattr(self, "coef_") else None
            found = self._found(X, y, sample_weight, start)
            bias, W = int(found.bias), np.atleast_2d(found.weights)
            self.classes_ = found.classes
            self.coef_, self.intercept_ = W[:, bias:].copy(), W[:, 0].copy() if bias else np.zeros(len(W))
            self.n_iter_, self.converged_ = np.array([found.iterations], np.int32), found.converged
        if not found.converged:
            warnings.warn(
                _unfinished(found, self.tol, self.max_iter),
                ConvergenceWarning,
                stacklevel=3,  # past fit and what sets its error state
            )
        return self

    def _found(self, X: Any, y: Any, sample_weight: Any, start: Floats | None) -> LogisticFit:
        op, none = type(self).__name__, np.inf == self.C
        X, y, weights = counted(*samples_and_labels(self, X, y, reset=True), sample_weight)
        penalty: Any = None if none else self.penalty  # which is checked there
        strength, bias = 1.0 if none else self.C, bool(self.fit_intercept)
        search = Search.read(op, self.solver, self.tol, self.max_iter, "raise", int(self.verbose))
        problem = read_problem(op, X, y, penalty, strength, bias, weights, self.class_weight)
        if problem.names and hasattr(self, "feature_names_in_"):
            problem = problem._replace(names=self.feature_names_in_.tolist())
        return search.fit(problem, start)

    def _start(self) -> Floats:
        """The weights of the fit before, bias first; a row alone for two classes."""
        coef, intercept = self._used_weights(np.shape(self.coef_)[-1])
        W = np.column_stack([intercept, coef]) if self.fit_intercept else coef
        return W[0] if len(W) == 1 else W

    @np.errstate(all="ignore")
    @in_default_environment
    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """The probability of each class, shape (n_samples, n_classes)."""
        return probabilities(self.decision_function(X))

    @np.errstate(all="ignore")
    @in_default_environment
    def predict_log_proba(self, X: Any) -> NDArray[np.float64]:
        """Their logarithms, with all their digits where a probability is 0 or 1 to rounding."""
        return log_probabilities(self.decision_function(X))


def _unfinished(found: LogisticFit, tol: float, max_iter: int) -> str:
    """What a fit that has not converged reached, what was asked of it, and how to mend that."""
    within = found.gradient <= tol
    said = f"left a gradient of {found.gradient:.3g}, {'within' if within else 'above'} tol = {tol:g}"
    if found.iterations >= max_iter:
        said += ", and margins still change" if within else ""
        wanted = "a larger max_iter, features on one scale, or a larger tol"
    elif within:
        said += ", but curvature is lost in rounding"
        wanted = "weights of samples and features on one scale, or penalty='l2'"
    else:
        said += ", and no step gains anything"
        wanted = "features on one scale, or a larger tol"
    return f"LogisticRegression: {found.iterations} of {max_iter} iterations {said}; want {wanted}"
