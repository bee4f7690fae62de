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
from onedot._importers.gates import Gate, gate
from onedot._reference.elementary import SLOPE

__all__ = ["dense_of_onnx"]

ACTIVATIONS = {
    "Relu": "relu",
    "LeakyRelu": "leaky_relu",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "Softplus": "softplus",
    "Gelu": "gelu",
    "Swish": "silu",
    "Softmax": "softmax",
    "LogSoftmax": "log_softmax",
}
AS_IT_IS = ("Identity", "Dropout", "Cast")  # at inference, to a type of floats: a layer computes in its own anyway
HANDED_ON = ("Identity", "Transpose")  # of constants: as they are, or as exporters lay weights out
CONSTANTS = ("value", "value_float", "value_floats")  # attributes of a node that makes numbers
TAKEN = ", ".join(["Gemm", "MatMul", "Add", "Sub", "Mul", "Div", *ACTIVATIONS, "Flatten", *AS_IT_IS])


@np.errstate(all="ignore")  # weights that a scale makes infinite are so
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
        onnx.load_external_data_for_model(model, os.path.dirname(os.path.abspath(os.fsdecode(path))))
        onnx.checker.check_model(model)
        constants = {of.name: onnx.numpy_helper.to_array(of) for of in model.graph.initializer}
    except Exception as error:  # whatever protobuf and the checker make of the bytes
        raise ValueError(f"{op}: {os.fspath(path)} is no ONNX model ({type(error).__name__}: {error})") from None
    floats = {getattr(onnx.TensorProto, name) for name in ("FLOAT", "DOUBLE", "FLOAT16", "BFLOAT16")}
    opset = next((of.version for of in model.opset_import if of.domain in ("", "ai.onnx")), 1)
    return _Reader(op, model.graph, constants, onnx.helper.get_attribute_value, floats, opset).layers(output)


class _Reader:
    """A graph, of which one chain of nodes is read."""

    def __init__(
        self, op: str, graph: Any, constants: dict[str, NDArray[Any]], value_of: Any, floats: set[int], opset: int
    ) -> None:
        self.op, self.graph, self.constants, self._value_of = op, graph, constants, value_of
        self.floats, self.opset = floats, opset
        self.axes = 2  # of what a node is given
        self.makers = {name: node for node in graph.node for name in node.output}
        for node in graph.node:
            self.constants |= self._constant(node)

    def layers(self, output: str | None) -> list[Dense]:
        names = [of.name for of in self.graph.output]
        if output is None and len(names) == 1:
            output = names[0]
        if output is None or output not in names:
            raise ValueError(f"{self.op}: output is {output!r}; want one of {', '.join(map(repr, names))}")
        chain = Chain()
        for node in self._nodes(output):
            try:
                self._read(node, chain)
            except ValueError as error:
                if str(error).startswith(self.op):
                    raise
                called = _called(node.node if isinstance(node, Gate) else node)
                raise ValueError(f"{self.op}: {called} has a constant that does not fit ({error})") from None
        layers = chain.layers()
        if not layers:
            raise ValueError(f"{self.op}: no Gemm or MatMul leads to {output!r}, or none follows a scale; want layers")
        return layers

    def _nodes(self, name: str) -> list[Any]:
        """The nodes from the input to a value, each with one input that is no constant, and gates for many."""
        inputs = {of.name: of for of in self.graph.input if of.name not in self.constants}
        nodes: list[Any] = []
        while name not in inputs:
            node = self.makers.get(name)
            if node is None:
                raise ValueError(f"{self.op}: nothing makes the value {name!r}; want a whole graph")
            if name != node.output[0]:
                raise ValueError(f"{self.op}: {_called(node)} makes {name!r} beside its result; want the result")
            given = [of for of in node.input if of and of not in self.constants]
            found = gate(node, self.makers, self.constants) if len(given) == 2 else None
            if found is not None:
                nodes.append(found)
                name = found.x
                continue
            if len(given) != 1:
                raise ValueError(
                    f"{self.op}: {_called(node)} has {len(given)} inputs that vary; want a chain of layers"
                )
            nodes.append(node)
            name = given[0]
        self.axes = len(inputs[name].type.tensor_type.shape.dim)
        return nodes[::-1]

    def _read(self, node: Any, chain: Chain) -> None:
        if isinstance(node, Gate):
            self._follow(chain.activation(node.activation), node.node)
            chain.scale(np.array(node.scale, np.float32))
            return
        kind = node.op_type if not node.domain or node.domain == "ai.onnx" else f"{node.domain}.{node.op_type}"
        if kind in AS_IT_IS:
            self._as_it_is(node)
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
            self.axes = 2
        else:
            raise ValueError(f"{self.op}: {_called(node)} is not among {TAKEN}")

    def _as_it_is(self, node: Any) -> None:
        if node.op_type == "Cast" and self._attribute(node, "to", None) not in self.floats:
            raise ValueError(f"{self.op}: {_called(node)} makes no floats; want none that rounds to other types")
        if node.op_type == "Dropout" and any(self.constants[of].any() for of in node.input[2:] if of in self.constants):
            raise ValueError(f"{self.op}: {_called(node)} is in training; want a network as it answers")

    def _activation(self, node: Any, chain: Chain) -> None:
        kind, usual = node.op_type, -1 if self.opset >= 13 else 1
        if kind in ("Softmax", "LogSoftmax") and self._attribute(node, "axis", usual) not in (-1, self.axes - 1):
            raise ValueError(f"{self.op}: {_called(node)} has an axis other than the last; want that")
        approximate = self._attribute(node, "approximate", b"none")
        if kind == "Gelu" and approximate != b"none":
            said = f"has approximate={approximate.decode()!r}; want 'none', the function by erf"
            raise ValueError(f"{self.op}: {_called(node)} {said}")
        alpha = self._attribute(node, "alpha", 1.0)
        if kind == "Swish" and alpha != 1.0:
            raise ValueError(f"{self.op}: {_called(node)} has alpha={alpha:g}; want 1, x * sigmoid(x)")
        if kind == "LeakyRelu":
            self._follow(chain.leaky_relu(self._attribute(node, "alpha", SLOPE)), node)
        else:
            self._follow(chain.activation(ACTIVATIONS[kind]), node)

    def _follow(self, follows: bool, node: Any) -> None:
        if not follows:
            raise ValueError(f"{self.op}: {_called(node)} follows no Gemm or MatMul; want an activation of a layer")

    def _gemm(self, node: Any, chain: Chain) -> None:
        self._first(node)
        if self._attribute(node, "transA", 0):
            raise ValueError(f"{self.op}: {_called(node)} has transA=1; want samples in rows")
        W = self._matrix(node, 1)
        W = W if self._attribute(node, "transB", 0) else W.T
        alpha, beta = self._attribute(node, "alpha", 1.0), self._attribute(node, "beta", 1.0)
        chain.weights(W if alpha == 1.0 else W * alpha)
        if len(node.input) > 2 and node.input[2] and beta != 0.0:
            bias = self._vector(node, 2)
            chain.shift(bias if beta == 1.0 else bias * beta)

    def _elementwise(self, kind: str, node: Any, chain: Chain) -> None:
        at = 1 if node.input[1] in self.constants else 0
        if self._attribute(node, "axis", 1) not in (-1, 1):  # of opsets before 7
            raise ValueError(f"{self.op}: {_called(node)} has an axis other than the last; want that")
        by = self._vector(node, at)
        if at == 0 and kind == "Div":
            raise ValueError(f"{self.op}: {_called(node)} divides by what varies; want a chain of layers")
        if at == 0 and kind == "Sub":
            chain.scale(np.array(-1.0, by.dtype))
            chain.shift(by)
        elif kind in ("Add", "Sub"):
            chain.shift(by if kind == "Add" else -by)
        else:
            if kind == "Div" and not by.all():
                raise ValueError(f"{self.op}: {_called(node)} divides by 0; want other numbers")
            chain.scale(by if kind == "Mul" else 1.0 / by)

    def _first(self, node: Any) -> None:
        if node.input[0] in self.constants:
            raise ValueError(f"{self.op}: {_called(node)} multiplies from the left; want samples in rows")

    def _matrix(self, node: Any, i: int) -> NDArray[Any]:
        W = self._floats(node, i)
        if W.ndim != 2:
            raise ValueError(f"{self.op}: {_called(node)} has weights of shape {W.shape}; want two dimensions")
        return W

    def _vector(self, node: Any, i: int) -> NDArray[Any]:
        v = self._floats(node, i)
        if math.prod(v.shape[:-1]) != 1:
            raise ValueError(f"{self.op}: {_called(node)} has a constant of shape {v.shape}; want one row")
        return v.reshape(v.shape[-1:])

    def _attribute(self, node: Any, name: str, default: Any) -> Any:
        return next((self._value_of(of) for of in node.attribute if of.name == name), default)

    def _floats(self, node: Any, i: int) -> NDArray[Any]:
        v = self.constants[node.input[i]]
        if v.dtype.kind in "iub":
            raise ValueError(f"{self.op}: {_called(node)} has a constant of {v.dtype}; want floats")
        return v

    def _constant(self, node: Any) -> dict[str, NDArray[Any]]:
        """The numbers that a node makes, by their name, or hands on; nothing if it makes something else."""
        if node.op_type in HANDED_ON and node.input[0] in self.constants:
            v = self.constants[node.input[0]]
            handed = v if node.op_type == "Identity" else v.transpose(self._attribute(node, "perm", None))
            return {node.output[0]: handed}
        if node.op_type != "Constant":
            return {}
        numpy_helper = importlib.import_module("onnx").numpy_helper
        value = next((v for v in (self._attribute(node, name, None) for name in CONSTANTS) if v is not None), None)
        if value is None:
            return {}
        tensor = hasattr(value, "data_type")
        return {node.output[0]: np.asarray(numpy_helper.to_array(value) if tensor else np.asarray(value, np.float32))}


def _called(node: Any) -> str:
    return f"the node {node.name or node.output[0]!r}, {node.op_type},"
