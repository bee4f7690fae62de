"""What a fit of the perceptron's rule and one of the delta rule have in common: weights, margins, and a file."""

from __future__ import annotations

import os
from typing import Any, ClassVar, Self

import numpy as np

from onedot._training.epochs import Floats, fitted_margins, fitted_weights
from onedot._training.model_file import Path, read, write

__all__ = ["LinearFit"]


class LinearFit:
    """Weights of which the first may be a bias, and their averages."""

    weights: Floats
    averaged: Floats
    bias: bool

    _format: ClassVar[str]  # of a saved fit
    _fields: ClassVar[dict[str, tuple[str, int]]]  # what it holds: types and numbers of dimensions

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

    def save(self, path: Path) -> None:
        """Write the fit to an .npz file of plain arrays; the path is taken as it is."""
        write(path, self._format, {name: np.asarray(getattr(self, name)) for name in self._fields})

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote. Nothing in the file is executed: it holds no objects.

        Raises
        ------
        ValueError
            If the file holds anything else.
        """
        name = cls.__name__
        held = read(name, path, cls._format, lambda _: cls._fields)
        values: dict[str, Any] = {field: value if value.ndim else value.item() for field, value in held.items()}
        try:
            fit = cls(**values)
            consistent = fit._averages_are_right() and fit._is_consistent()
        except ValueError:
            consistent = False
        if not consistent:
            said = f"{os.fspath(path)} is no whole {cls._format!r}: its numbers contradict each other"
            raise ValueError(f"{name}.load: {said}; want a file by {name}.save")
        return fit

    def _averages_are_right(self) -> bool:
        return self.averaged.shape == self.weights.shape and bool(np.isfinite(self.averaged).all())

    def _is_consistent(self) -> bool:
        """Whether a fit can have such numbers beside its weights."""
        raise NotImplementedError
