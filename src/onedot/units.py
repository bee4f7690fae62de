"""Units and layers: f(w·x + b), for one sample or a whole batch, and layers one after the other.

A weighted sum is the law's dot in binary64; the bias is added to it in binary64, the activation is computed in
binary64, and what comes out is rounded once to the type of the result. So a unit, a layer, a batch of one and a
batch of a thousand give the same bits. In a layer of the single tier sum and bias are binary32, and activations that
are curves are computed in binary64 and rounded once.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal, SupportsIndex, cast, get_args, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot import activations, levels
from onedot._core.arrays import as_array, as_float64, check_single
from onedot._core.attributes import Fixed
from onedot._core.environment import in_default_environment
from onedot._core.matvec import checked_out
from onedot._core.signatures import Batch, Out, Row, Rows, Vector
from onedot._entry import layer_outputs, matvec, single_layer_outputs, single_matvec
from onedot._training.model_file import Path, read, write
from onedot.levels.refusals import shown

__all__ = ["Layer", "Network", "Unit"]


def __dir__() -> list[str]:
    return __all__


AT_ONCE = 2**16  # outputs that get their bias and activation at once: 512 KB, which are still in L2
LEAST_ROWS = 512  # samples at once, however many units: weights are packed anew for each piece of a batch
FEW = 2**9  # outputs whose relu NumPy is called for in more time than it saves
SMALL = 2**16  # elements that are widened as a whole, which takes less time than looking for a better way

NETWORK, LAYER = "onedot network 1", "onedot layer 1"  # kinds of files
FIELDS = {"W": ("f4 f8", 2), "b": ("f8", 1), "activation": ("U", 0)}  # of a layer: types, numbers of dimensions
SINGLE_FIELDS = {"W": ("f4", 2), "b": ("f4", 1), "activation": ("U", 0), "tier": ("U", 0)}

Tier = Literal["law", "single"]
TIERS: tuple[Tier, ...] = get_args(Tier)

FLOAT64, FLOAT32 = np.dtype(np.float64), np.dtype(np.float32)  # a dtype is soon compared with a dtype, not with a type

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
        single = _is_single("Layer", tier)
        self.tier = "single" if single else "law"  # plain text, whatever kind of it was given
        self.W = _weights("Layer", "W", W, "(m, n), a row of weights for each unit", 2, single=single)
        m, own = self.W.shape[0], FLOAT32 if single else FLOAT64
        biases = np.zeros(m, own) if b is None else b
        self.b = _weights("Layer", "b", biases, "(m,), a bias for each unit", 1, own, single=single)
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
        return f"Layer({self.W.shape[1]} -> {self.W.shape[0]}, {self.activation!r}{_tier_in_words(self.tier)})"

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
        if (type(self.tier) is not str or self.tier != "law") and _is_single("Layer", self.tier):
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
        write(path, LAYER, _arrays(self))

    @classmethod
    def load(cls, path: Path, /) -> Layer:
        """The layer that `save` wrote into the file `path`; a ValueError if it holds anything else."""
        held = read("Layer.load", path, LAYER, _fields_of, "Layer.save")
        with _of_a_whole_file("Layer", path, LAYER):
            return _layer(held)

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
        if _is_single("Layer", self.tier):
            found: NDArray[Any] | None = single_layer_outputs(self.W, self.b, self.activation, X, out)
            if found is not None:
                return found
        W, b = self._checked_single()
        if type(X) is np.ndarray and X.dtype == FLOAT32:  # as nearly all are: to find out otherwise takes 1 us
            x: NDArray[Any] = X
        else:
            x = as_array("Layer", "X", X, bfloat16=True)
            check_single("Layer", "X", x, _of_the_law("Layer"))
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
        single = _is_single("Unit", tier)
        weights = _weights("Unit", "w", w, "(n,), a weight for each input", 1, single=single)
        given: Any = _narrowed("Unit", "b", b) if single and type(b) is float else b
        bias = _weights("Unit", "b", given, "one number", 0, FLOAT32 if single else FLOAT64, single=single)
        names = get_args(activations.OfOne)
        if not isinstance(activation, str) or activation not in names:
            there_is = ", ".join(names)
            raise ValueError(f"Unit: there is no activation {shown(activation)} for one unit; there is: {there_is}")
        self._layer = Layer(weights[None], bias.reshape(1), activation, tier=tier)
        self.w, self.b, self.activation, self.tier = self._layer.W[0], float(bias), activation, self._layer.tier

    def __repr__(self) -> str:
        return f"Unit({len(self.w)} -> 1, {self.activation!r}{_tier_in_words(self.tier)})"

    @overload
    def __call__(self, X: Batch[Any] | Rows, /) -> NDArray[Any]: ...
    @overload
    def __call__(self, X: Vector[Any] | Row, /) -> np.floating[Any]: ...
    @overload
    def __call__(self, X: ArrayLike, /) -> Any: ...
    @in_default_environment
    def __call__(self, X: ArrayLike, /) -> Any:
        """The output for one sample (n,), a scalar, or for a batch (..., n), an array (...). As for a `Layer`."""
        n, single = len(self.w), _is_single("Unit", self.tier)
        x = as_array("Unit", "X", X, bfloat16=single)
        if single:
            check_single("Unit", "X", x, _of_the_law("Unit"))
        if x.ndim == 0 or x.shape[-1] != n:
            raise ValueError(f"Unit: w has {n} elements, X has shape {x.shape}; want ({n},) or (..., {n})")
        return self._layer(x if single else as_float64("Unit", "X", x))[..., 0][()]


class Network(Fixed):
    """y = layers[-1](... layers[1](layers[0](x))): layers, each of which takes what the one before it gives.

    Parameters
    ----------
    layers : iterable of Layer

    Attributes
    ----------
    layers : tuple of Layer

    Raises
    ------
    ValueError
        If there is no layer, or one gives more or fewer numbers than the next one takes, or wider ones.
    TypeError
        If something in it is not a `Layer`.

    Examples
    --------
    >>> hidden = onedot.Layer([[1.0, 1.0], [-1.0, -1.0]], b=[-1.5, 0.5], activation="step")  # both; neither
    >>> xnor = onedot.Network([hidden, onedot.Layer([[1.0, 1.0]], b=[-0.5], activation="step")])
    >>> xnor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])[:, 0]
    array([1., 0., 0., 1.])
    """

    _fixed = ("layers",)

    @in_default_environment
    def __init__(self, layers: Iterable[Layer]) -> None:
        if not isinstance(layers, Iterable):
            raise TypeError(f"Network: layers has type {type(layers).__name__}; want several of Layer, as a list")
        self.layers = tuple(layers)
        if not self.layers:
            raise ValueError("Network: there is no layer; want one or more")
        for i, layer in enumerate(self.layers):
            if not isinstance(layer, Layer):
                raise TypeError(f"Network: layers[{i}] has type {type(layer).__name__}; want a Layer")
            given = self.layers[i - 1].W.shape[0] if i else layer.W.shape[1]
            if given != layer.W.shape[1]:
                taken = layer.W.shape[1]
                raise ValueError(
                    f"Network: layers[{i - 1}] gives {given} numbers, layers[{i}] takes {taken}; want as many of both"
                )
            if i and layer.tier == "single" and self.layers[i - 1].W.dtype == np.float64:
                raise ValueError(
                    f"Network: layers[{i - 1}] gives float64, layers[{i}] is of the single tier and takes float32; "
                    "want weights of float32 before it, or tier='law'"
                )

    def __repr__(self) -> str:
        return f"Network([{', '.join(map(repr, self.layers))}])"

    def __len__(self) -> int:
        return len(self.layers)

    def __getitem__(self, i: SupportsIndex, /) -> Layer:
        return self.layers[i]

    @in_default_environment
    def __call__(self, X: ArrayLike, /) -> NDArray[Any]:
        """The outputs of the last layer for one sample (n,) or a batch (..., n)."""
        outputs: Any = X
        for layer in self.layers:
            outputs = layer(outputs)
        return outputs  # type: ignore[no-any-return] # a cast to NDArray[Any] would take 3 us

    def save(self, path: Path, /) -> None:
        """Write the layers into the file `path`, in NumPy's .npz format, with no pickle in it."""
        arrays: dict[str, Any] = {"layers": np.array(len(self.layers), np.int64)}
        for i, layer in enumerate(self.layers):
            arrays |= _arrays(layer, str(i))
        write(path, NETWORK, arrays)

    @classmethod
    def load(cls, path: Path, /) -> Network:
        """The network that `save` wrote into the file `path`; a ValueError if it holds anything else."""
        held = read("Network.load", path, NETWORK, _fields, "Network.save")
        with _of_a_whole_file("Network", path, NETWORK):
            return cls(_layer(held, str(i)) for i in range(int(held["layers"])))

    @classmethod
    def from_sklearn(cls, model: Any, /, *, tier: Tier = "law") -> Network:
        """The layers of a fitted model of scikit-learn: an MLP, a linear one, or a Pipeline of scalers and one of them.

        Outputs are what `predict_proba` computes for classifiers that have it, of two classes the probability of the
        second; otherwise those of `decision_function` or, of regressors, `predict`. They agree to rounding, and one row
        has the bits that it has in a batch.

        Raises
        ------
        TypeError
            If the model is of another kind or not fitted, what it answers is not made of its scores so, or a tier does
            not take its weights.
        ValueError
            If its classes do not share a likelihood, or an activation is unknown.

        Examples
        --------
        >>> from sklearn.linear_model import Ridge
        >>> network = onedot.Network.from_sklearn(Ridge(alpha=0.0).fit([[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0]))
        >>> network([[10.0]]).round(6)
        array([[21.]])
        """
        from onedot._importers import dense_of_sklearn

        return cls(_layers(dense_of_sklearn("Network.from_sklearn", model), tier))

    @classmethod
    def from_onnx(cls, path: Path, /, *, output: str | None = None, tier: Tier = "law") -> Network:
        """The layers in an ONNX file: a chain of Gemm, MatMul, Add, scales and what `activations.NAMES` has.

        Among these are Gelu by erf and Swish, also where exporters write them as products. LeakyRelu of another slope
        than 0.01 is twice as many units of relu, whose two sides the next layer joins.

        Parameters
        ----------
        path : str or path
            Weights that the file keeps in others are read from its folder.
        output : str, optional
            Which output of the graph is wanted, if there are several.
        tier : "law" or "single"
            As for a `Layer`.

        Raises
        ------
        ValueError
            If the file is no ONNX model, or holds anything else on the way to the output, which is named.
        ModuleNotFoundError
            If the package onnx is not installed.
        OSError
            If there is no such file.
        """
        from onedot._importers import dense_of_onnx

        return cls(_layers(dense_of_onnx("Network.from_onnx", path, output), tier))


def _layers(read: Iterable[tuple[NDArray[Any], NDArray[Any], str]], tier: Tier) -> Iterator[Layer]:
    return (Layer(W, b, cast(activations.Name, name), tier=tier) for W, b, name in read)


def _arrays(layer: Layer, number: str = "") -> dict[str, NDArray[Any]]:
    """What a file holds of a layer, by names that end in its number in a network."""
    fields = FIELDS if layer.tier == "law" else SINGLE_FIELDS
    return {f"{name}{number}": np.asarray(getattr(layer, name)) for name in fields}


def _fields_of(held: Mapping[str, NDArray[Any]], number: str = "") -> dict[str, tuple[str, int]]:
    """What a file holds of a layer: only one of another tier than the law's says which."""
    fields = SINGLE_FIELDS if f"tier{number}" in held else FIELDS
    return {f"{name}{number}": of for name, of in fields.items()}


def _layer(held: Mapping[str, NDArray[Any]], number: str = "") -> Layer:
    W, b, activation = (held[f"{name}{number}"] for name in FIELDS)
    tier = str(held.get(f"tier{number}", "law"))
    return Layer(W, b, cast(activations.Name, str(activation)), tier=cast(Tier, tier))


@contextmanager
def _of_a_whole_file(name: str, path: Path, kind: str) -> Iterator[None]:
    """What a constructor refuses is the file's fault."""
    try:
        yield
    except ValueError as error:
        said = f"{os.fspath(path)} is no whole {kind!r}: {error}"
        raise ValueError(f"{name}.load: {said}; want a file by {name}.save") from None


def _fields(held: Mapping[str, NDArray[Any]]) -> dict[str, tuple[str, int]]:
    """What a saved network of as many layers as this one says holds: types and numbers of dimensions.

    A damaged file can lose arrays without a trace, so their number is in it.
    """
    layers = held.get("layers", np.array(0))
    count = int(layers) if layers.ndim == 0 and layers.dtype.kind == "i" else 0
    numbers = range(min(count, len(held)))
    return {"layers": ("i8", 0)} | {name: of for i in numbers for name, of in _fields_of(held, str(i)).items()}


def _is_single(op: str, tier: Any) -> bool:
    """Whether it is the single tier; an error if it is none."""
    if not isinstance(tier, str) or tier not in TIERS:
        raise ValueError(f"{op}: tier is {shown(tier)}; want 'law' or 'single'")
    return tier == "single"


def _tier_in_words(tier: Any) -> str:
    """What stands of a tier in the picture of an object in words: nothing of that which is the default."""
    return "" if isinstance(tier, str) and tier == "law" else f", tier={tier!r}"


def _of_the_law(op: str) -> str:
    """What takes all that the single tier refuses."""
    return f"a {op.lower()} of the tier 'law'"


def _narrowed(op: str, name: str, value: float) -> np.float32:
    """The number as float32 holds it; a ValueError if it does not."""
    with np.errstate(over="ignore", under="ignore"):
        narrow = np.float32(value)
    if float(narrow) != value and not math.isnan(value):
        wanted = f"want np.float32({value!r}), which rounds it, or {_of_the_law(op)}"
        raise ValueError(f"{op}: {name} is {value!r}, which float32 does not hold; {wanted}")
    return narrow


def _weights(
    op: str, name: str, values: Any, wanted: str, dimensions: int, dtype: Any = None, *, single: bool = False
) -> NDArray[Any]:
    """A copy as contiguous float64 or float32 that nobody can change."""
    v = as_array(op, name, values)
    if single:
        check_single(op, name, v, _of_the_law(op))
    if v.ndim != dimensions:
        raise ValueError(f"{op}: {name} has shape {v.shape}; want {wanted}")
    v = as_float64(op, name, v)
    kept = np.array(v, dtype or np.result_type(v, np.float32).newbyteorder("="), order="C")
    kept.flags.writeable = False
    return kept[...]  # a view, whose size nobody can change, and which nobody can make writable again
