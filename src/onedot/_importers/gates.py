"""Activations that exporters write as products: x * sigmoid(x), and half of x * (1 + erf(x / sqrt(2)))."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Gate", "gate"]


class Gate(NamedTuple):
    """scale * activation(x), the end of which is `node`."""

    node: Any
    x: str
    activation: str
    scale: float


def gate(node: Any, makers: Mapping[str, Any], constants: Mapping[str, NDArray[Any]]) -> Gate | None:
    """What a product of two values is, if it is such an activation."""
    if node.op_type != "Mul":
        return None
    values = _Values(makers, constants)
    for gated, of in (node.input, node.input[::-1]):
        maker = makers.get(gated)
        if maker is not None and maker.op_type == "Sigmoid" and maker.input[0] == of:
            return Gate(node, of, "silu", 1.0)
        share, name = values.scaled(gated)
        x = values.inside_erf(name)
        if x is None:
            continue
        times, value = (1.0, of) if of == x else values.scaled(of)
        if value == x:
            return Gate(node, x, "gelu", 2.0 * share * times)
    return None


class _Values:
    """Values of a graph by name, and the nodes that make them."""

    def __init__(self, makers: Mapping[str, Any], constants: Mapping[str, NDArray[Any]]) -> None:
        self.makers, self.constants = makers, constants

    def scaled(self, name: str) -> tuple[float, str]:
        """c and v of a value that is c * v, v / c or v."""
        node = self.makers.get(name)
        if node is None or node.op_type not in ("Mul", "Div"):
            return 1.0, name
        for i in (1, 0) if node.op_type == "Mul" else (1,):
            c = self._number(node.input[i])
            if c is not None and c != 0.0:
                return c if node.op_type == "Mul" else 1.0 / c, node.input[1 - i]
        return 1.0, name

    def inside_erf(self, name: str) -> str | None:
        """The x of a value that is 1 + erf(x / sqrt(2)), to the rounding of the constant in float16."""
        node = self.makers.get(name)
        if node is None or node.op_type != "Add":
            return None
        for one, other in (node.input, node.input[::-1]):
            erf = self.makers.get(other)
            if self._number(one) == 1.0 and erf is not None and erf.op_type == "Erf":
                c, x = self.scaled(erf.input[0])
                return x if abs(c * math.sqrt(2.0) - 1.0) < 1e-3 else None
        return None

    def _number(self, name: str) -> float | None:
        value = self.constants.get(name)
        return float(value.reshape(())) if value is not None and np.size(value) == 1 else None
