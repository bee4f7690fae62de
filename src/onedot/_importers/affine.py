"""Layers being read: weights, a bias and an activation, with what scales their inputs and outputs folded in."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onedot._core.matvec import matvec
from onedot._reference.elementary import SLOPE

__all__ = ["Chain", "Dense"]


class Dense(NamedTuple):
    """f(W x + b)."""

    W: NDArray[Any]
    b: NDArray[Any]
    activation: str


class Chain:
    """Steps of a network in order; scales and shifts become part of the weights beside them."""

    def __init__(self) -> None:
        self._layers: list[Dense] = []
        self._open = False  # whether the last layer has no activation yet
        self._scale: NDArray[Any] | None = None  # what is done to the inputs of the next layer: x * scale + shift
        self._shift: NDArray[Any] | None = None
        self._slope: float | None = None  # of a leaky relu whose two sides the next layer is to join

    def weights(self, W: NDArray[Any]) -> None:
        """x becomes W x."""
        b = np.zeros(len(W), W.dtype)
        if self._shift is not None:
            b = matvec(W, np.broadcast_to(self._shift, W.shape[1]))  # NumPy's has other bits on other machines
        if self._scale is not None:
            W = W * np.broadcast_to(self._scale, W.shape[1])
        if self._slope is not None:
            W = np.hstack([W, W * -self._slope])
        self._scale = self._shift = self._slope = None
        self._layers.append(Dense(W, b, "identity"))
        self._open = True

    def shift(self, by: NDArray[Any]) -> None:
        """x becomes x + by."""
        if self._open:
            W, b, activation = self._layers[-1]
            self._layers[-1] = Dense(W, b + np.broadcast_to(by, b.shape), activation)
        else:
            self._shift = by if self._shift is None else self._shift + by

    def scale(self, by: NDArray[Any]) -> None:
        """x becomes x * by."""
        if self._open:
            W, b, activation = self._layers[-1]
            self._layers[-1] = Dense(W * np.broadcast_to(by, len(W))[:, None], b * by, activation)
            return
        scale = by if self._scale is None else self._scale * by
        self._scale = None if np.all(scale == 1) else scale
        self._shift = None if self._shift is None else self._shift * by

    def activation(self, name: str) -> bool:
        """x becomes f(x); False if there is no layer for it to follow."""
        if name == "identity":
            return True
        if not self._open:
            return False
        self._layers[-1] = self._layers[-1]._replace(activation=name)
        self._open = False
        return True

    def leaky_relu(self, slope: float) -> bool:
        """x becomes max(x, 0) - slope * max(-x, 0): of another slope than the activation's, by twice as many units."""
        if slope == SLOPE or np.float32(slope) == np.float32(SLOPE):
            return self.activation("leaky_relu")
        if not self.activation("relu"):
            return False
        W, b, activation = self._layers[-1]
        self._layers[-1] = Dense(np.concatenate([W, -W]), np.concatenate([b, -b]), activation)
        self._slope = slope
        return True

    def layers(self) -> list[Dense]:
        """All of them; empty if something is left over that no layer follows."""
        if self._slope is not None:
            W = self._layers[-1].W
            self.weights(np.eye(len(W) // 2, dtype=W.dtype))
        return [] if self._scale is not None or self._shift is not None else self._layers
