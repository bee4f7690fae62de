"""What a fit goes on from: the weights, and what certificates and averages have to know of the training so far."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from onedot._training.epochs import Floats, Training
from onedot.sklearn.decisions import Decisions, dense
from onedot.sklearn.validation import initial

__all__ = ["Steps", "TrainingState", "WarmStartMixin"]


# What refers to weights that nobody else has: the estimator, its state, what is restored on an error, what gives them
# back, and the call that counts.
HOLDERS = 5


class Steps(NamedTuple):
    """What certificates have to know of the steps since the weights were `start`; an entry a unit."""

    start: Floats
    mistakes: Floats
    least: Floats  # of their sizes
    peak: Floats  # the largest |weight|, at the start or later
    shards: Floats  # the most whose weights were mixed

    @classmethod
    def none(cls, start: Floats) -> Steps:
        n = len(start)
        return cls(start, np.zeros(n), np.full(n, np.inf), np.zeros(n), np.ones(n))


class TrainingState(NamedTuple):
    """What averages and certificates have to know of the training so far; an entry a unit."""

    units: list[int | None]  # that were trained
    shown: Floats  # the weights as users see them, unless they set others
    sums: Floats  # of steps, each times the number of samples before it; empty unless weights are averaged
    seen: Floats  # samples, for averages
    steps: Steps

    @classmethod
    def none(cls, W: Floats, start: Floats, units: list[int | None]) -> TrainingState:
        return cls(units, W, np.empty((len(W), 0)), np.zeros(len(W)), Steps.none(start))


class WarmStartMixin(Decisions):
    """Weights, a row for each unit that is trained, bias first; they may be others than users see."""

    fit_intercept: bool
    average: bool
    _training_state: TrainingState
    _weights: Floats
    _biased: bool  # whether weights begin with a bias
    _bias_input: float  # what it is the weight of: 0 where no step is to change it

    def _units(self) -> list[int | None]:
        """What is trained by itself: of two classes the second, of more each against the rest; None is all at once."""
        return [1] if len(self.classes_) == 2 else list(range(len(self.classes_)))

    def _place(self, unit: int | None) -> Any:
        """Where the unit's weights are in those of all."""
        return slice(None) if unit is None else 0 if len(self.classes_) == 2 else unit

    @contextmanager
    def _started(self, d: int, kept: bool, coef_init: Any, intercept_init: Any) -> Iterator[None]:
        """Weights to train in the block; those that are trained in place are what users see, if it raises."""
        before = vars(self).get("_weights")
        self._start(d, kept, coef_init, intercept_init)
        bias, shown = int(self._biased), (vars(self).get("coef_"), vars(self).get("intercept_"))
        try:
            yield
        except BaseException:
            if self._weights is before:
                self._weights[:, bias:], self._weights[:, :bias] = dense(shown[0]), np.asarray(shown[1]).reshape(-1, 1)
            raise

    def _start(self, d: int, kept: bool, coef_init: Any, intercept_init: Any) -> None:
        """Set the weights to go on from, bias first, and the state of the training that led to them."""
        units = 1 if len(self.classes_) == 2 else len(self.classes_)
        intercept = self._floats("intercept_", self.intercept_, (units,)) if kept else np.zeros(units)
        if intercept_init is not None:
            intercept = initial("intercept_init", intercept_init, (units,))
        self._biased = bool(self.fit_intercept or np.any(intercept))
        input_before = getattr(self, "_bias_input", 1.0)
        self._bias_input = float(self.fit_intercept or not self._biased)
        bias = int(self._biased)
        shape = units, bias + d
        W, goes_on = self._last_weights(shape) if kept else (np.zeros(shape), False)
        if coef_init is not None:
            W[:, bias:], goes_on = initial("coef_init", coef_init, (units, d)), False
        if intercept_init is not None and bias:
            W[:, 0], goes_on = intercept, False
        goes_on = goes_on and self._training_state.units == self._units() and input_before == self._bias_input
        if goes_on:
            self._training_state = self._checked_state(shape)
        else:
            at_zero = not kept and coef_init is None and intercept_init is None
            start = np.zeros(shape) if at_zero else W.copy()  # of zeros, no page is touched before it is read
            self._training_state = TrainingState.none(W, start, self._units())
        self._weights = W

    def _last_weights(self, shape: tuple[int, int]) -> tuple[Floats, bool]:
        """The weights to go on from, a copy where others may have them, too, and whether training left them: otherwise
        coef_ and intercept_ have been set.

        Those that training ended with are not coef_ and intercept_ where these are averages.
        """
        bias = int(self._biased)
        coef, intercept = self._used_weights(shape[1] - bias, finite=False)
        state = getattr(self, "_training_state", None)  # which weights set before any fit have not
        if state is not None and not isinstance(state, TrainingState):
            raise ValueError(f"{type(self).__name__}: _training_state has type {type(state).__name__}; want a new fit")
        if state is not None and _are_shown(state.shown, coef, intercept[:, None] if bias else coef[:, :0]):
            is_checked = self._weights is state.shown  # or else these are not the numbers that have been compared
            alone = is_checked and sys.getrefcount(vars(self)["_weights"]) == HOLDERS
            W = self._floats("_weights", self._weights, shape, not is_checked)
            return (W if alone and W.flags.writeable else W.copy()), True
        coef, intercept = self._used_weights(shape[1] - bias)
        return (np.hstack([intercept[:, None], coef]) if bias else coef.copy()), False

    def _checked_state(self, shape: tuple[int, int]) -> TrainingState:
        """The state of weights of this shape, in which nobody has changed what kernels are given."""
        state, each = self._training_state, shape[:1]
        if not isinstance(state.steps, Steps):
            kind = type(state.steps).__name__
            raise ValueError(f"{type(self).__name__}: _training_state.steps has type {kind}; want a new fit")
        wanted = {"start": shape, **dict.fromkeys(("mistakes", "least", "peak", "shards"), each)}
        steps = self._each_of(state.steps, wanted)
        seen = self._each_of(state, {"seen": each})["seen"]
        sums = self._each_of(state, {"sums": shape if seen.any() else (len(seen), 0)})["sums"]
        return TrainingState(state.units, state.shown, sums, seen, Steps(**steps))

    def _each_of(self, held: TrainingState | Steps, shapes: dict[str, tuple[int, ...]]) -> dict[str, Floats]:
        """Arrays by name. The least step of none is infinite; to look at where weights started takes as long as to
        copy them, and what is not finite there gives no bound."""
        return {
            name: self._floats(f"_training_state.{name}", getattr(held, name), shape, name not in ("least", "start"))
            for name, shape in shapes.items()
        }

    def _finish(self, trainings: list[Training]) -> None:
        """Set what predictions use, and what further training goes on from."""
        bias, before, W = int(self._biased), self._training_state, self._weights
        shown, sums = (np.empty_like(W), np.empty_like(W)) if self.average else (W, np.empty((len(W), 0)))
        seen, peak = np.zeros(len(W)), np.empty(len(W))
        for unit, training in zip(self._units(), trainings, strict=True):
            place = self._place(unit)
            peak[place] = training.peak
            if self.average:
                shown[place], sums[place], seen[place] = training.averaged(), training.sums, training.seen
        sums = sums if seen.any() else np.empty((len(W), 0))
        self._training_state = TrainingState(before.units, shown, sums, seen, before.steps._replace(peak=peak))
        self.coef_ = shown[:, bias:].copy()
        self.intercept_ = shown[:, 0].copy() if bias else np.zeros(len(shown))


def _are_shown(shown: Any, coef: Floats, intercept: Floats) -> bool:
    """Whether weights, as columns, are those that users were shown, bias first."""
    bias = intercept.shape[1]
    if not isinstance(shown, np.ndarray) or shown.shape != (len(coef), bias + coef.shape[1]):
        return False
    return np.array_equal(shown[:, bias:], coef) and np.array_equal(shown[:, :bias], intercept)
