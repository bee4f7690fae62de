"""A dense layer: f(W·x + b), for one sample or a whole batch."""

from __future__ import annotations

import math
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot import activations, levels
from onedot._core.arrays import as_array, as_float64, check_single
from onedot._core.attributes import Fixed
from onedot._core.environment import in_default_environment
from onedot._core.matvec import checked_out
from onedot._core.signatures import Out
from onedot._entry import layer_outputs, matvec, single_layer_outputs, single_matvec
from onedot._training.model_file import Path, read, write
from onedot.levels.refusals import shown
from onedot.units.file import LAYER, arguments_of, arrays_of, fields_of_layer, of_a_whole_file
from onedot.units.weights import FLOAT32, FLOAT64, Tier, is_single, of_the_law, tier_in_words, weights_of

__all__ = ["Layer"]

AT_ONCE = 2**16  # outputs that get their bias and activation at once: 512 KB, which are still in L2
LEAST_ROWS = 512  # samples at once, however many units: weights are packed anew for each piece of a batch
FEW = 2**9  # outputs whose relu NumPy is called for in more time than it saves
SMALL = 2**16  # elements that are widened as a whole, which takes less time than looking for a better way

Floats = NDArray[np.float64]


class Layer(Fixed):
    """y[..., j] = f(W[j, :]·x[..., :] + b[j]): a dense layer of m units, callable.

    Parameters
    ----------
    W : array_like, shape (m, n)
        A row of weights for each unit. float32 stays float32, float16 becomes it; integers become float64.
    b : array_like, shape (m,), optional
        The biases, by default 0.
    activation : str
        One of `onedot.activations.NAMES`.
    tier : "law" or "single"
        How sums are made: as by `onedot.matvec`, or as by `onedot.single.matvec`. The single tier takes W, b and
        samples of float32, float16 and bfloat16, and gives float32: the bias is added in binary32, identity, step,
        sign and relu stay in it, and all else is computed in binary64 and rounded once.

    Attributes
    ----------
    W : ndarray, shape (m, n), read-only
    b : ndarray of float64, of float32 in the single tier, shape (m,), read-only
    activation : str
    tier : str

    Raises
    ------
    ValueError
        If shapes do not fit, or there is no activation or no tier of that name.
    TypeError, OverflowError
        If W or b holds what `dot` refuses beside floats, or what `single.dot` does.

    Examples
    --------
    >>> layer = onedot.Layer([[1.0, -1.0], [0.5, 0.5]], b=[0.0, -1.0], activation="relu")
    >>> layer([3.0, 1.0])
    array([2., 1.])
    >>> layer([[3.0, 1.0], [0.0, 1.0]])
    array([[2., 1.],
           [0., 0.]])
    >>> single = onedot.Layer(np.float32([[1.0, -1.0]]), activation="sigmoid", tier="single")
    >>> single(np.float32([3.0, 1.0]))
    array([0.8807971], dtype=float32)
    """

    _fixed = ("W", "b", "activation", "tier", "_wide")

    @in_default_environment
    def __init__(
        self,
        W: ArrayLike,
        b: ArrayLike | None = None,
        activation: activations.Name = "identity",
        *,
        tier: Tier = "law",
    ) -> None:
        single = is_single("Layer", tier)
        self.tier = "single" if single else "law"  # plain text, whatever kind of it was given
        self.W = weights_of("Layer", "W", W, "(m, n), a row of weights for each unit", 2, single=single)
        m, own = self.W.shape[0], FLOAT32 if single else FLOAT64
        biases = np.zeros(m, own) if b is None else b
        self.b = weights_of("Layer", "b", biases, "(m,), a bias for each unit", 1, own, single=single)
        if len(self.b) != m:
            raise ValueError(f"Layer: W has {m} rows, b has {len(self.b)} elements; want as many of both")
        if not isinstance(activation, str) or activation not in activations.NAMES:
            raise ValueError(
                f"Layer: there is no activation {shown(activation)}; there is: {', '.join(activations.NAMES)}"
            )
        self.activation = activation
        widened = not single and (self.W.dtype == np.float64 or self.W.size <= SMALL)
        self._wide = self.W.astype(np.float64, copy=False) if widened else None

    def __repr__(self) -> str:
        return f"Layer({self.W.shape[1]} -> {self.W.shape[0]}, {self.activation!r}{tier_in_words(self.tier)})"

    @overload
    def __call__(self, X: ArrayLike, /, *, out: Out) -> Out: ...
    @overload
    def __call__(self, X: ArrayLike, /, *, out: None = None) -> NDArray[Any]: ...
    @in_default_environment
    def __call__(self, X: ArrayLike, /, *, out: NDArray[Any] | None = None) -> Any:
        """The outputs for one sample (n,) or a batch (..., n), as an array (m,) or (..., m).

        Parameters
        ----------
        X : array_like, shape (..., n)
        out : ndarray, shape (..., m), optional
            Where the result goes: of the result's dtype or a wider float. It may overlap X.

        Returns
        -------
        ndarray, shape (..., m)
            float32 if W is and X is float32 or float16, and in the single tier; otherwise float64.

        Raises
        ------
        ValueError
            If X has no rows of n elements, or `out` does not fit.
        TypeError, OverflowError
            If X holds what `dot` refuses beside floats, or what `single.dot` does.
        """
        if (type(self.tier) is not str or self.tier != "law") and is_single("Layer", self.tier):
            return self._single_outputs(X, out)
        found = layer_outputs(self.W, self._wide, self.b, self.activation, X, out)
        if found is not None:
            return found
        W, wide, b = self._checked()
        x = as_array("Layer", "X", X)
        m, n = W.shape
        if x.ndim == 0 or x.shape[-1] != n:
            raise ValueError(f"Layer: W has {n} columns, X has shape {x.shape}; want ({n},) or (..., {n})")
        x = as_float64("Layer", "X", x)
        dtype = W.dtype if x.dtype == W.dtype else np.result_type(W, x).newbyteorder("=")
        to = None if out is None else checked_out("Layer", out, (*x.shape[:-1], m), dtype)
        samples = math.prod(x.shape[:-1])
        if wide is not None and samples <= _at_once(m) and (x.dtype == np.float64 or x.size <= SMALL):
            result = self._outputs_at_once(x, wide, b)
        else:
            result = self._outputs(x.reshape(samples, n), W, b, dtype if to is None else to.dtype)
            result = result.reshape(*x.shape[:-1], m)
        with np.errstate(over="ignore", under="ignore"):
            if to is None:
                return result.astype(dtype, copy=False)
            to[...] = result
        return out

    def save(self, path: Path, /) -> None:
        """Write the layer into the file `path`, in NumPy's .npz format, with no pickle in it."""
        write(path, LAYER, arrays_of(self))

    @classmethod
    def load(cls, path: Path, /) -> Layer:
        """The layer that `save` wrote into the file `path`; a ValueError if it holds anything else."""
        held = read("Layer.load", path, LAYER, fields_of_layer, "Layer.save")
        with of_a_whole_file("Layer", path, LAYER):
            return cls(**arguments_of(held))

    def _checked(self) -> tuple[NDArray[Any], Floats | None, Floats]:
        """W, the same in binary64 if that is kept, and b: each as it is now, whatever has become of it."""
        W, b, wide = np.asarray(self.W), np.asarray(self.b), self._wide
        self._check_activation()
        if W.ndim != 2 or not (W.dtype == FLOAT64 or W.dtype == FLOAT32):
            raise ValueError(f"Layer: W has shape {W.shape} and dtype {W.dtype}; want (m, n) of float64 or float32")
        if b.shape != W.shape[:1] or b.dtype != FLOAT64 or not (b.flags.c_contiguous and b.flags.aligned):
            wanted = f"want ({len(W)},) of float64 in one piece, a bias for each row of W"
            raise ValueError(f"Layer: b has shape {b.shape} and dtype {b.dtype}; {wanted}")
        if wide is self.W:
            return W, W, b
        wide = None if wide is None else np.asarray(wide)
        if wide is not None and (wide.shape != W.shape or wide.dtype != np.float64):
            raise ValueError(f"Layer: W has shape {W.shape}, not {wide.shape}, as when it was made; want a new Layer")
        return W, wide, b

    def _single_outputs(self, X: ArrayLike, out: NDArray[Any] | None) -> NDArray[Any]:
        """The outputs in float32, of samples of any shape; a few samples at a time."""
        if is_single("Layer", self.tier):
            found: NDArray[Any] | None = single_layer_outputs(self.W, self.b, self.activation, X, out)
            if found is not None:
                return found
        W, b = self._checked_single()
        if type(X) is np.ndarray and X.dtype == FLOAT32:  # as nearly all are: to find out otherwise takes 1 us
            x: NDArray[Any] = X
        else:
            x = as_array("Layer", "X", X, bfloat16=True)
            check_single("Layer", "X", x, of_the_law("Layer"))
        m, n = W.shape
        if x.ndim == 0 or x.shape[-1] != n:
            raise ValueError(f"Layer: W has {n} columns, X has shape {x.shape}; want ({n},) or (..., {n})")
        samples = math.prod(x.shape[:-1])
        if out is None and samples <= _at_once(m):
            return _finish_single(self.activation, single_matvec(W, x), b)
        to = None if out is None else checked_out("Layer", out, (*x.shape[:-1], m), FLOAT32)
        rows, result = x.reshape(samples, n), np.empty((samples, m), FLOAT32)
        for first in range(0, samples, _at_once(m)):
            piece = slice(first, first + _at_once(m))
            _finish_single(self.activation, single_matvec(W, rows[piece], out=result[piece]), b)
        result = result.reshape(*x.shape[:-1], m)
        if out is None or to is None:
            return result
        to[...] = result
        return out

    def _checked_single(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """W and b of the single tier: each as it is now, whatever has become of it."""
        W, b = np.asarray(self.W), np.asarray(self.b)
        self._check_activation()
        if W.ndim != 2 or W.dtype != FLOAT32:
            raise ValueError(f"Layer: W has shape {W.shape} and dtype {W.dtype}; want (m, n) of float32")
        if b.shape != W.shape[:1] or b.dtype != FLOAT32:
            wanted = f"want ({len(W)},) of float32, a bias for each row of W"
            raise ValueError(f"Layer: b has shape {b.shape} and dtype {b.dtype}; {wanted}")
        return W, b

    def _check_activation(self) -> None:
        if not isinstance(self.activation, str) or self.activation not in activations.NAMES:
            raise ValueError(
                f"Layer: activation is {shown(self.activation)}; want one of {', '.join(activations.NAMES)}"
            )

    def _outputs_at_once(self, x: NDArray[Any], wide: Floats, b: Floats) -> Floats:
        """The outputs in binary64 (..., m): one product, of operands that are widened first."""
        sums: Floats = matvec(wide, x.astype(np.float64, copy=False))
        self._finish(sums.reshape(math.prod(sums.shape[:-1]), len(b)), b)
        return sums

    def _outputs(self, X: NDArray[Any], W: NDArray[Any], b: Floats, dtype: np.dtype[Any]) -> NDArray[Any]:
        """The outputs (b, m) for samples (b, n), a few samples at a time."""
        result = np.empty((len(X), len(W)), dtype)
        rows = _at_once(len(W))
        workspace = np.empty((min(rows, len(X)), len(W))) if dtype != np.float64 else None
        for first in range(0, len(X), rows):
            piece = slice(first, first + rows)
            sums = result[piece] if workspace is None else workspace[: len(X[piece])]
            matvec(W, X[piece], out=sums)
            self._finish(sums, b)
            if workspace is not None:
                with np.errstate(over="ignore", under="ignore"):
                    result[piece] = sums
        return result

    def _finish(self, sums: Floats, b: Floats) -> None:
        """Add the bias and apply the activation, in place."""
        if b.any():  # a dot is never -0.0, so adding 0.0 would change nothing
            levels.kernels().add_bias(sums, b)
        activations.fill(self.activation, sums)


def _finish_single(name: activations.Name, sums: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
    """The sums of the single tier with bias and activation, in place; a curved one in binary64, rounded once."""
    if np.count_nonzero(b):  # a dot is never -0.0, so adding 0.0 would change nothing
        with np.errstate(over="ignore", invalid="ignore"):
            np.add(sums, b, out=sums)
    if name == "relu" and sums.size > FEW:
        np.maximum(sums, 0, out=sums)  # which knows NaN, and meets no -0.0: a sum is none, nor is one with a bias
    elif name != "identity":
        getattr(activations, name)(sums, out=sums)
    return sums


def _at_once(units: int) -> int:
    """How many samples a layer of so many units takes at once, so that their sums stay in cache."""
    return max(LEAST_ROWS, AT_ONCE // max(units, 1))
