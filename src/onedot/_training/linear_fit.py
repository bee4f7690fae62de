"""What a fit of the perceptron's rule and one of the delta rule have in common: weights, margins, and a file."""

from __future__ import annotations

from typing import Any

import numpy as np

from onedot._training.epochs import Floats, fitted_margins, fitted_weights
from onedot._training.saved_fit import SavedFit

__all__ = ["LinearFit"]


class LinearFit(SavedFit):
    """Weights of which the first may be a bias, and their averages."""

    weights: Floats
    averaged: Floats
    bias: bool

    def __post_init__(self) -> None:
        fitted_weights(type(self).__name__, "weights", self.weights, self.bias)

    @property
    def w(self) -> Floats:
        """The weights without the bias: `Unit(fit.w, fit.b)` and `Hyperplane(fit.w, fit.b)` are this fit's."""
        return self.weights[1:] if self.bias else self.weights

    @property
    def b(self) -> float:
        """The bias, 0.0 if there is none."""
        return float(self.weights[0]) if self.bias else 0.0

    def _margins(self, method: str, X: Any, averaged: bool) -> Floats:
        name = "averaged" if averaged else "weights"
        return fitted_margins(f"{type(self).__name__}.{method}", X, name, getattr(self, name), self.bias)

    def _is_consistent(self) -> bool:
        return self.averaged.shape == self.weights.shape and bool(np.isfinite(self.averaged).all())
