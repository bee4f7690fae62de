"""One unit: f(w·x + b)."""

from __future__ import annotations

from typing import Any, get_args, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot import activations
from onedot._core.arrays import as_array, as_float64, check_single
from onedot._core.attributes import Fixed
from onedot._core.environment import in_default_environment
from onedot._core.signatures import Batch, Row, Rows, Vector
from onedot.levels.refusals import shown
from onedot.units.layer import Layer
from onedot.units.weights import FLOAT32, FLOAT64, Tier, is_single, narrowed, of_the_law, tier_in_words, weights_of

__all__ = ["Unit"]


class Unit(Fixed):
    """y[...] = f(w·x[..., :] + b): one unit, callable; a layer of one has the same bits.

    Parameters
    ----------
    w : array_like, shape (n,)
        The weights, as those of a `Layer`.
    b : float
        The bias.
    activation : str
        One of `onedot.activations.NAMES` but softmax and log_softmax, which need a layer.
    tier : "law" or "single"
        As for a `Layer`. The single tier takes a bias of Python's float, too, if float32 holds it.

    Attributes
    ----------
    w : ndarray, shape (n,), read-only
    b : float
    activation : str
    tier : str

    Raises
    ------
    ValueError, TypeError, OverflowError
        As for a `Layer`.

    Examples
    --------
    >>> both = onedot.Unit([1.0, 1.0], b=-1.5, activation="step")
    >>> both([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    array([0., 0., 0., 1.])
    >>> onedot.Unit(np.float32([0.5, 0.25]), b=1.0, tier="single")(np.float32([2.0, 4.0]))
    np.float32(3.0)
    """

    _fixed = ("w", "b", "activation", "tier", "_layer")

    @in_default_environment
    def __init__(
        self, w: ArrayLike, b: float = 0.0, activation: activations.OfOne = "identity", *, tier: Tier = "law"
    ) -> None:
        single = is_single("Unit", tier)
        weights = weights_of("Unit", "w", w, "(n,), a weight for each input", 1, single=single)
        given: Any = narrowed("Unit", "b", b) if single and type(b) is float else b
        bias = weights_of("Unit", "b", given, "one number", 0, FLOAT32 if single else FLOAT64, single=single)
        names = get_args(activations.OfOne)
        if not isinstance(activation, str) or activation not in names:
            there_is = ", ".join(names)
            raise ValueError(f"Unit: there is no activation {shown(activation)} for one unit; there is: {there_is}")
        self._layer = Layer(weights[None], bias.reshape(1), activation, tier=tier)
        self.w, self.b, self.activation, self.tier = self._layer.W[0], float(bias), activation, self._layer.tier

    def __repr__(self) -> str:
        return f"Unit({len(self.w)} -> 1, {self.activation!r}{tier_in_words(self.tier)})"

    @overload
    def __call__(self, X: Batch[Any] | Rows, /) -> NDArray[Any]: ...
    @overload
    def __call__(self, X: Vector[Any] | Row, /) -> np.floating[Any]: ...
    @overload
    def __call__(self, X: ArrayLike, /) -> Any: ...
    @in_default_environment
    def __call__(self, X: ArrayLike, /) -> Any:
        """The output for one sample (n,), a scalar, or for a batch (..., n), an array (...). As for a `Layer`."""
        n, single = len(self.w), is_single("Unit", self.tier)
        x = as_array("Unit", "X", X, bfloat16=single)
        if single:
            check_single("Unit", "X", x, of_the_law("Unit"))
        if x.ndim == 0 or x.shape[-1] != n:
            raise ValueError(f"Unit: w has {n} elements, X has shape {x.shape}; want ({n},) or (..., {n})")
        return self._layer(x if single else as_float64("Unit", "X", x))[..., 0][()]
