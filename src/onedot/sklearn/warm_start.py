"""What a fit goes on from: the weights, and what certificates and averages have to know of the training so far."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from onedot._training.epochs import Floats, Training
from onedot.sklearn.decisions import Decisions
from onedot.sklearn.validation import initial

__all__ = ["Steps", "TrainingState", "WarmStartMixin"]


class Steps(NamedTuple):
    """What certificates have to know of the steps since the weights were `start`; an entry a unit."""

    start: Floats
    mistakes: Floats
    least: Floats  # of their sizes
    peak: Floats  # the largest |weight|, at the start or later
    shards: Floats  # the most whose weights were mixed

    @classmethod
    def none(cls, W: Floats) -> Steps:
        return cls(W.copy(), np.zeros(len(W)), np.full(len(W), np.inf), np.zeros(len(W)), np.ones(len(W)))


class TrainingState(NamedTuple):
    """What averages and certificates have to know of the training so far; an entry a unit."""

    units: list[int | None]  # that were trained
    shown: Floats  # the weights as users see them, unless they set others
    sums: Floats  # of steps, each times the number of samples before it; zeros unless weights are averaged
    seen: Floats  # samples, for averages
    steps: Steps

    @classmethod
    def none(cls, W: Floats, units: list[int | None]) -> TrainingState:
        return cls(units, W, np.zeros_like(W), np.zeros(len(W)), Steps.none(W))


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
        W, goes_on = np.zeros((units, bias + d)), False
        if kept:
            W, goes_on = self._last_weights(W.shape)
        if coef_init is not None:
            W[:, bias:], goes_on = initial("coef_init", coef_init, (units, d)), False
        if intercept_init is not None and bias:
            W[:, 0], goes_on = intercept, False
        goes_on = goes_on and self._training_state.units == self._units() and input_before == self._bias_input
        self._training_state = self._checked_state(W.shape) if goes_on else TrainingState.none(W, self._units())
        self._weights = W

    def _last_weights(self, shape: tuple[int, int]) -> tuple[Floats, bool]:
        """The weights to go on from, and whether training left them: otherwise coef_ and intercept_ have been set.

        Those that training ended with are not coef_ and intercept_ where these are averages.
        """
        bias = int(self._biased)
        coef, intercept = self._used_weights(shape[1] - bias)
        W = np.hstack([intercept[:, None], coef]) if bias else coef.copy()
        state = getattr(self, "_training_state", None)  # which weights set before any fit have not
        if state is not None and not isinstance(state, TrainingState):
            raise ValueError(f"{type(self).__name__}: _training_state has type {type(state).__name__}; want a new fit")
        if state is None or not np.array_equal(W, state.shown):
            return W, False
        return self._floats("_weights", self._weights, shape).copy(), True

    def _checked_state(self, shape: tuple[int, int]) -> TrainingState:
        """The state of weights of this shape, in which nobody has changed what kernels are given."""
        state, each = self._training_state, shape[:1]
        if not isinstance(state.steps, Steps):
            kind = type(state.steps).__name__
            raise ValueError(f"{type(self).__name__}: _training_state.steps has type {kind}; want a new fit")
        wanted = {"start": shape, **dict.fromkeys(("mistakes", "least", "peak", "shards"), each)}
        steps = self._each_of(state.steps, wanted)
        visits = self._each_of(state, {"sums": shape, "seen": each})
        return TrainingState(state.units, state.shown, visits["sums"], visits["seen"], Steps(**steps))

    def _each_of(self, held: TrainingState | Steps, shapes: dict[str, tuple[int, ...]]) -> dict[str, Floats]:
        """Arrays by name; the least step of none is infinite."""
        return {
            name: self._floats(f"_training_state.{name}", getattr(held, name), shape, name != "least")
            for name, shape in shapes.items()
        }

    def _finish(self, trainings: list[Training]) -> None:
        """Set what predictions use, and what further training goes on from."""
        bias, before, W = int(self._biased), self._training_state, np.empty_like(self._weights)
        shown, sums = (np.empty_like(W), np.empty_like(W)) if self.average else (W, np.zeros_like(W))
        seen, peak = np.zeros(len(W)), np.empty(len(W))
        for unit, training in zip(self._units(), trainings, strict=True):
            place = self._place(unit)
            W[place], peak[place] = training.w, training.peak
            if self.average:
                shown[place], sums[place], seen[place] = training.averaged(), training.sums, training.seen
        self._training_state = TrainingState(before.units, shown, sums, seen, before.steps._replace(peak=peak))
        self._weights = W
        self.coef_ = shown[:, bias:].copy()
        self.intercept_ = shown[:, 0].copy() if bias else np.zeros(len(shown))
