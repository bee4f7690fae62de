"""Networks in ONNX files: a chain of matrix products, biases, scales and activations from the input to an output."""

from __future__ import annotations

import importlib
import math
import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onedot._core.extras import missing
from onedot._importers.affine import Chain, Dense

__all__ = ["dense_of_onnx"]

ACTIVATIONS = {"Relu": "relu", "Sigmoid": "sigmoid", "Tanh": "tanh", "Softplus": "softplus", "Softmax": "softmax"}
AS_IT_IS = ("Identity", "Dropout", "Cast")  # at inference; a type of floats is what a layer computes in anyway
TAKEN = ", ".join(["Gemm", "MatMul", "Add", "Sub", "Mul", "Div", *ACTIVATIONS, "Flatten", *AS_IT_IS])


def dense_of_onnx(op: str, path: str | os.PathLike[str], output: str | None) -> list[Dense]:
    """The layers that lead from the input of the graph in a file to one of its outputs."""
    try:
        onnx = importlib.import_module("onnx")
    except ModuleNotFoundError as error:
        raise missing(op, "onnx", "onnx") from error
    with open(path, "rb") as file:
        data = file.read()
    try:
        model = onnx.load_model_from_string(data)
        onnx.checker.check_model(model)
        constants = {of.name: onnx.numpy_helper.to_array(of) for of in model.graph.initializer}
    except Exception as error:  # whatever protobuf and the checker make of the bytes
        raise ValueError(f"{op}: {os.fspath(path)} is no ONNX model ({type(error).__name__}: {error})") from None
    reader = _Reader(op, model.graph, constants, onnx.helper.get_attribute_value)
    return reader.layers(output)


class _Reader:
    """A graph, of which one chain of nodes is read."""

    def __init__(self, op: str, graph: Any, constants: dict[str, NDArray[Any]], value_of: Any) -> None:
        self.op, self.graph, self.constants, self._value_of = op, graph, constants, value_of
        self.makers = {name: node for node in graph.node for name in node.output}
        for node in graph.node:
            if node.op_type == "Constant":
                self.constants[node.output[0]] = self._constant(node)

    def layers(self, output: str | None) -> list[Dense]:
        names = [of.name for of in self.graph.output]
        if output is None and len(names) == 1:
            output = names[0]
        if output is None or output not in names:
            raise ValueError(f"{self.op}: output is {output!r}; want one of {', '.join(map(repr, names))}")
        chain = Chain()
        for node in self._nodes(output):
            self._read(node, chain)
        layers = chain.layers()
        if not layers:
            raise ValueError(f"{self.op}: no Gemm or MatMul leads to {output!r}, or none follows a scale; want layers")
        return layers

    def _nodes(self, name: str) -> list[Any]:
        """The nodes from the input to a value, each with one input that is no constant."""
        inputs = {of.name for of in self.graph.input} - self.constants.keys()
        nodes: list[Any] = []
        while name not in inputs:
            node = self.makers.get(name)
            if node is None:
                raise ValueError(f"{self.op}: nothing makes the value {name!r}; want a whole graph")
            given = [of for of in node.input if of and of not in self.constants]
            if len(given) != 1:
                raise ValueError(
                    f"{self.op}: {_called(node)} has {len(given)} inputs that vary; want a chain of layers"
                )
            nodes.append(node)
            name = given[0]
        return nodes[::-1]

    def _read(self, node: Any, chain: Chain) -> None:
        kind = node.op_type if not node.domain or node.domain == "ai.onnx" else f"{node.domain}.{node.op_type}"
        if kind in AS_IT_IS:
            return
        if kind in ACTIVATIONS:
            self._activation(node, chain)
        elif kind == "Gemm":
            self._gemm(node, chain)
        elif kind == "MatMul":
            self._first(node)
            chain.weights(self._matrix(node, 1).T)
        elif kind in ("Add", "Sub", "Mul", "Div"):
            self._elementwise(kind, node, chain)
        elif kind == "Flatten":
            if self._attribute(node, "axis", 1) != 1:
                raise ValueError(f"{self.op}: {_called(node)} has axis other than 1; want one row a sample")
        else:
            raise ValueError(f"{self.op}: {_called(node)} is not among {TAKEN}")

    def _activation(self, node: Any, chain: Chain) -> None:
        if node.op_type == "Softmax" and self._attribute(node, "axis", -1) not in (-1, 1):
            raise ValueError(f"{self.op}: {_called(node)} has an axis other than the last; want that")
        if not chain.activation(ACTIVATIONS[node.op_type]):
            raise ValueError(f"{self.op}: {_called(node)} follows no Gemm or MatMul; want an activation of a layer")

    def _gemm(self, node: Any, chain: Chain) -> None:
        self._first(node)
        if self._attribute(node, "transA", 0):
            raise ValueError(f"{self.op}: {_called(node)} has transA=1; want samples in rows")
        W = self._matrix(node, 1)
        W = W if self._attribute(node, "transB", 0) else W.T
        alpha, beta = self._attribute(node, "alpha", 1.0), self._attribute(node, "beta", 1.0)
        chain.weights(W if alpha == 1.0 else W * alpha)
        if len(node.input) > 2 and node.input[2]:
            bias = self._vector(node, 2)
            chain.shift(bias if beta == 1.0 else bias * beta)

    def _elementwise(self, kind: str, node: Any, chain: Chain) -> None:
        at = 1 if node.input[1] in self.constants else 0
        by = self._vector(node, at)
        if at == 0 and kind == "Div":
            raise ValueError(f"{self.op}: {_called(node)} divides by what varies; want a chain of layers")
        if at == 0 and kind == "Sub":
            chain.scale(np.array(-1.0, by.dtype))
            chain.shift(by)
        elif kind in ("Add", "Sub"):
            chain.shift(by if kind == "Add" else -by)
        else:
            chain.scale(by if kind == "Mul" else 1.0 / by)

    def _first(self, node: Any) -> None:
        if node.input[0] in self.constants:
            raise ValueError(f"{self.op}: {_called(node)} multiplies from the left; want samples in rows")

    def _matrix(self, node: Any, i: int) -> NDArray[Any]:
        W = self.constants[node.input[i]]
        if W.ndim != 2:
            raise ValueError(f"{self.op}: {_called(node)} has weights of shape {W.shape}; want two dimensions")
        return W

    def _vector(self, node: Any, i: int) -> NDArray[Any]:
        v = self.constants[node.input[i]]
        if math.prod(v.shape[:-1]) != 1:
            raise ValueError(f"{self.op}: {_called(node)} has a constant of shape {v.shape}; want one row")
        return v.reshape(v.shape[-1:])

    def _attribute(self, node: Any, name: str, default: Any) -> Any:
        return next((self._value_of(of) for of in node.attribute if of.name == name), default)

    def _constant(self, node: Any) -> NDArray[Any]:
        numpy_helper = importlib.import_module("onnx").numpy_helper
        value = self._attribute(node, "value", None)
        if value is None:
            raise ValueError(f"{self.op}: {_called(node)} holds no tensor; want constants that are arrays")
        return np.asarray(numpy_helper.to_array(value))


def _called(node: Any) -> str:
    return f"the node {node.name or node.output[0]!r}, {node.op_type},"
