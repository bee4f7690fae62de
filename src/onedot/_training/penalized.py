"""Training with a penalty on the weights: l2, l1, or both in a proportion (elastic net)."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onedot._core.dot import float_dot
from onedot._reference.penalized import (
    ALL_SIZES,
    ALL_SQUARES,
    FACTOR,
    LAST_SIZES,
    LAST_SQUARES,
    OF_SIZES,
    OF_SQUARES,
    PENALTY_STATE,
    RATE,
    SCALE,
    VISITS,
)
from onedot._training.epochs import Floats, Tally, Training

__all__ = ["PenalizedTraining", "Penalty"]


class Penalty(NamedTuple):
    """alpha * ((1 - l1_ratio) * w·w / 2 + l1_ratio * sum(|w|)), by steps of size eta0."""

    alpha: float
    l1_ratio: float  # 0 of l2 alone, 1 of l1 alone
    eta0: float
    counted: bool  # whether the loss is to hold it

    def state(self, w: Floats, seen: float) -> Floats:
        """The kernel's state before the first visit, with weights w; the bias is not among them."""
        state = np.zeros(PENALTY_STATE)
        state[SCALE], state[VISITS] = 1.0, seen
        state[LAST_SQUARES] = state[ALL_SQUARES] = float_dot(w, w)
        state[LAST_SIZES] = state[ALL_SIZES] = float_dot(np.abs(w), np.ones(len(w)))
        state[FACTOR] = max(0.0, 1.0 - (1.0 - self.l1_ratio) * self.eta0 * self.alpha)
        state[RATE] = self.l1_ratio * self.eta0 * self.alpha
        if self.counted:
            state[OF_SQUARES] = self.alpha * (1.0 - self.l1_ratio) * 0.5
            state[OF_SIZES] = self.alpha * self.l1_ratio
        return state


@dataclass
class PenalizedTraining(Training):
    """Training whose kernel works on weights scale * v, from the first epoch to the last; w and sums say what they are.

    What is owed of an l1 penalty, and what each weight has paid of it, is of this training alone.
    """

    penalty: Penalty = field(kw_only=True)
    _scaled: tuple[Floats, ...] = field(default=(), init=False)  # v, what each weight has paid, state
    _scaled_sums: Floats = field(init=False)

    def epoch(self, order: NDArray[np.intp]) -> Tally:
        if not self._scaled:
            state = self.penalty.state(self.w[self._bias :], self.seen)
            paid = np.zeros(self.rows.d if state[RATE] else 0)
            self._scaled, self._scaled_sums = (self.w.copy(), paid, state), self.sums.copy()
        tally = super().epoch(order)
        self._show()
        return tally

    @property
    def _bias(self) -> int:
        return len(self.w) - self.rows.d

    def _run(self, part: NDArray[np.intp], tally: Floats) -> int:
        return self.kernel(*self.rows.visited(part, self.samples), self._scaled, self._scaled_sums, tally)

    def _show(self) -> None:
        """Set w, and sums such that seen * w - sums is still the sum of the weights over visits."""
        v, _, state = self._scaled
        of_features = slice(self._bias, None)
        self.w[:] = v
        self.w[of_features] = state[SCALE] * v[of_features] + 0.0
        if self.sums.size:
            self.sums[:] = self._scaled_sums
            self.sums[of_features] += self.seen * self.w[of_features] - state[VISITS] * v[of_features]
            if not np.isfinite(self.sums).all():
                raise self._overflow()
