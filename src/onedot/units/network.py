"""Layers one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, SupportsIndex, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot import activations
from onedot._core.attributes import Fixed
from onedot._core.environment import in_default_environment
from onedot._training.model_file import Path, read, write
from onedot.units.file import NETWORK, arguments_of, arrays_of, fields_of_network, of_a_whole_file
from onedot.units.layer import Layer
from onedot.units.weights import Tier

__all__ = ["Network"]


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
            arrays |= arrays_of(layer, str(i))
        write(path, NETWORK, arrays)

    @classmethod
    def load(cls, path: Path, /) -> Network:
        """The network that `save` wrote into the file `path`; a ValueError if it holds anything else."""
        held = read("Network.load", path, NETWORK, fields_of_network, "Network.save")
        with of_a_whole_file("Network", path, NETWORK):
            return cls(Layer(**arguments_of(held, str(i))) for i in range(int(held["layers"])))

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
