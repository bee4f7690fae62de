"""What both estimators share: fit, partial_fit and predict, which leave no trace where they fail."""

from __future__ import annotations

import numbers
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Self

import numpy as np
from joblib import effective_n_jobs
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state

from onedot._core.arrays import number
from onedot._core.environment import in_default_environment
from onedot._training.epochs import Training, read_rows
from onedot._training.labels import distinct
from onedot.levels.refusals import shown
from onedot.sklearn.labels import as_integers, class_weights, codes_of
from onedot.sklearn.parameters import CONSTRAINTS, Constraints, check_parameters
from onedot.sklearn.problem import Problem, Validation
from onedot.sklearn.training_loop import Outcome, TrainingLoop, run_all, validation_split
from onedot.sklearn.validation import counted, own, samples_and_labels
from onedot.sklearn.warm_start import Steps, WarmStartMixin

__all__ = ["LinearClassifier", "restored_on_error"]


class LinearClassifier(WarmStartMixin):
    """A linear classifier trained sample by sample."""

    n_iter_: int
    t_: float
    _gave_up: bool
    _constraints: ClassVar[Constraints] = CONSTRAINTS

    # The error state is set outermost, because that gives a function of Python's own: scikit-learn routes metadata,
    # as weights of samples, to no other.

    @property
    def predict_proba(self) -> Any:
        """Nothing: an AttributeError, as scikit-learn's tools expect, that says what has probabilities."""
        raise AttributeError(
            f"{type(self).__name__} has no predict_proba: its margins are no probabilities; want "
            "onedot.sklearn.LogisticRegression, or sklearn.calibration.CalibratedClassifierCV of this"
        )

    # Fit -----------------------------------------------------------------------------------------------

    @np.errstate(all="ignore")
    @in_default_environment
    def fit(
        self,
        X: Any,
        y: ArrayLike,
        coef_init: ArrayLike | None = None,
        intercept_init: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Train until an epoch leaves nothing to learn, nothing improves any more, or max_iter epochs are done.

        Parameters
        ----------
        X : array_like or CSR matrix, shape (n_samples, n_features)
            Read where it lies if it is float64 or float32 in C order, or CSR of either in canonical form.
        y : array_like, shape (n_samples,)
            Labels of two classes or more.
        coef_init : array_like, shape of coef_, optional
            The weights to start with.
        intercept_init : array_like, shape of intercept_, optional
            The biases to start with or, without `fit_intercept`, to stay with.
        sample_weight : array_like, shape (n_samples,), optional
            Multiplies the steps of each sample. Samples of weight 0 are as if they were not there: nothing depends on
            their features or labels, or on how many they are.

        Returns
        -------
        self
            If training fails or is interrupted, the estimator is as it was before.

        Raises
        ------
        ValueError
            If a parameter, a shape or a label is not what it should be, or X holds NaN or infinity.
        TypeError
            If something is masked or of another type than numbers, or labels have no order among them.
        OverflowError
            If float64 cannot represent an integer, or numbers overflow in training.
        """
        with restored_on_error(self):
            check_parameters(self, self._constraints)
            X, y, weights = self._samples(X, y, sample_weight, reset=True)
            classes, codes = self._distinct(y)
            kept = self.warm_start and hasattr(self, "coef_")
            before = np.asarray(self.classes_) if kept else classes
            if not np.array_equal(classes, before):
                raise ValueError(f"warm_start: y has classes {classes}; want those of the fit before, {before}")
            self.classes_ = classes
            problem = self._problem(X, y, codes, weights)
            self.t_ = 1.0
            with self._started(problem.rows.d, kept, coef_init, intercept_init):
                if kept:
                    steps = Steps.none(self._weights.copy())  # a certificate is of the X of this fit
                    self._training_state = self._training_state._replace(steps=steps)
                self._train(problem, self.max_iter)
        self._warn_of_the_end()
        return self

    @np.errstate(all="ignore")
    @in_default_environment
    def partial_fit(
        self, X: Any, y: ArrayLike, classes: ArrayLike | None = None, sample_weight: ArrayLike | None = None
    ) -> Self:
        """Train one epoch, going on from the weights there are.

        Parameters
        ----------
        X, y, sample_weight
            As for `fit`.
        classes : array_like, shape (n_classes,), optional
            All classes that there will ever be; wanted in the first call.

        Returns
        -------
        self
            If training fails or is interrupted, the estimator is as it was before.
        """
        with restored_on_error(self):
            check_parameters(self, self._constraints)
            if self.early_stopping:
                raise ValueError("early_stopping should be False with partial_fit, which holds nothing out")
            first = not hasattr(self, "classes_")
            if not first:
                self.classes_ = self._known_classes()
            X, y, weights = self._samples(X, as_integers(y), sample_weight, reset=first)
            self._enter_classes(classes)
            codes = self._codes(y)
            if isinstance(self.class_weight, str):
                raise ValueError(
                    "partial_fit: class_weight is 'balanced', which wants all labels at once; "
                    "want a dict, such as compute_class_weight('balanced', classes=classes, y=y) gives"
                )
            problem = self._problem(X, y, codes, weights)
            self.t_ = 1.0 if first else number(type(self).__name__, "t_", self.t_, "a number")
            with self._started(problem.rows.d, not first, None, None):
                self._train(problem, 1)
        return self

    def _enter_classes(self, classes: ArrayLike | None) -> None:
        if classes is None:
            if not hasattr(self, "classes_"):
                raise ValueError("classes must be passed on the first call to partial_fit.")
            return
        given, _ = distinct("fit", "classes", np.asarray(own(type(self).__name__, "classes", classes)))
        if len(given) < 2:
            raise ValueError(f"partial_fit: classes are {shown(given, str)}; want two or more")
        if hasattr(self, "classes_") and not np.array_equal(given, self.classes_):
            raise ValueError(f"partial_fit: classes are {shown(given, str)}; want those of the first call")
        self.classes_ = given

    def _samples(self, X: Any, y: Any, sample_weight: Any, reset: bool) -> tuple[Any, Any, Any]:
        """Samples that count, their labels and weights."""
        return counted(*samples_and_labels(self, X, y, reset=reset), sample_weight)

    def _distinct(self, y: Any) -> tuple[NDArray[Any], Any]:
        """The classes that labels name, and the place of each label among them."""
        return distinct("fit", "y", y)

    def _codes(self, y: Any) -> Any:
        """The place of each label among the classes that are known."""
        return codes_of(self.classes_, y)

    def _problem(self, X: Any, y: Any, codes: Any, weights: Any) -> Any:
        if len(self.classes_) < 2:
            raise ValueError(f"The number of classes has to be greater than one; got {len(self.classes_)} class")
        rows = read_rows(type(self).__name__, X)
        of_classes = class_weights(self.class_weight, self.classes_, y)
        problem = Problem(rows, codes.astype(np.intp, copy=False), weights, of_classes)
        if not problem.factors(None).any():
            raise ValueError("class_weight times sample_weight is zero for all samples; want a positive one for some")
        return problem

    # Training ------------------------------------------------------------------------------------------

    def _train(self, problem: Any, max_iter: int) -> None:
        seed = self._seed() if self.shuffle or self.early_stopping else 0
        held_out, members = np.zeros(problem.rows.n, bool), np.arange(problem.rows.n)
        if self.early_stopping:
            held_out = validation_split(problem.codes, self.validation_fraction, seed)
            members = np.flatnonzero(~held_out)
        units = self._units()
        trainings = [self._training(problem, unit) for unit in units]
        order_seed = seed if self.shuffle else None
        loops = [
            self._training_loop(problem, unit, held_out, max_iter, self._total_weight(training, members))
            for unit, training in zip(units, trainings, strict=True)
        ]
        jobs = effective_n_jobs(self.n_jobs) if len(units) > 1 or self.n_jobs is not None else 1
        outcomes = run_all(loops, trainings, members, order_seed, jobs)
        self._settle(problem, members, trainings, outcomes)

    def _settle(
        self, problem: Any, members: NDArray[np.intp], trainings: list[Training], outcomes: list[Outcome]
    ) -> None:
        """Set what training found, and what happened."""
        self.n_iter_ = max(len(outcome.mistakes) for outcome in outcomes)
        self.t_ = self.t_ + max(training.seen - training.seen_before for training in trainings)
        self._finish(trainings)
        self._record(problem, members, trainings, outcomes)
        self._gave_up = any(outcome.gave_up for outcome in outcomes)

    def _warn_of_the_end(self) -> None:
        if self.tol is not None and self._gave_up:
            tried = "1 epoch was" if self.max_iter == 1 else f"{self.max_iter} epochs were"
            warnings.warn(
                f"{type(self).__name__}: {tried} not enough to converge; want a larger max_iter",
                ConvergenceWarning,
                stacklevel=4,  # past fit and what sets its error state
            )

    def _training(self, problem: Any, unit: int | None) -> Training:
        """What one unit trains: its part of the weights, in place."""
        kernel, samples = self._kernel_and_samples(problem, unit)
        place, state = self._place(unit), self._training_state
        w = self._weights[place]
        sums = w[:0]
        if self.average:
            sums = state.sums[place].copy() if state.sums.size else np.zeros_like(w)
        seen, peak = float(state.seen[place].max()), float(state.steps.peak[place].max())
        training = self._new_training(type(self).__name__, kernel, problem.rows, samples, w, sums, seen, seen, peak)
        training.bias_input = self._bias_input
        return training

    def _new_training(self, *arguments: Any) -> Training:
        return Training(*arguments)

    def _training_loop(
        self, problem: Any, unit: int | None, held_out: NDArray[np.bool_], max_iter: int, total_weight: float
    ) -> TrainingLoop:
        """How one unit trains."""
        several = unit is not None and len(self.classes_) > 2
        return TrainingLoop(
            name=f"class {self.classes_[unit]}, " if several else "",
            max_iter=max_iter,
            tol=self.tol,
            n_iter_no_change=self.n_iter_no_change,
            verbose=self.verbose,
            total_weight=total_weight,
            ends=self._nothing_to_learn,
            score=Validation(problem, unit, held_out).accuracy if held_out.any() else None,
        )

    def _seed(self) -> int:
        """random_state if it is an integer, otherwise a number drawn from it."""
        if isinstance(self.random_state, numbers.Integral):
            return int(self.random_state)
        return int(check_random_state(self.random_state).randint(np.iinfo(np.int32).max))


@contextmanager
def restored_on_error(estimator: BaseEstimator) -> Iterator[None]:
    """The estimator's attributes as they were before, if the block raises; those that others may hold are replaced,
    not changed."""
    before = dict(vars(estimator))
    try:
        yield
    except BaseException:
        vars(estimator).clear()
        vars(estimator).update(before)
        raise
