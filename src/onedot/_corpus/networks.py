"""What the activations that networks of others hold must return: leaky_relu, gelu, silu and log_softmax."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from onedot import activations
from onedot._corpus.draw import Draw
from onedot._corpus.registry import Result, operation
from onedot._corpus.units import SPECIALS
from onedot.units import Layer, Network, Unit

__all__ = ["LAST"]

# Where nothing is left of gelu and of silu below zero, and where they are x above it.
LAST = (8.3, 37.5, 38.0, 38.25, 38.58, 38.75, 64.0, 708.4, 745.13, 751.0, 752.0)
SHAPES = ((1, 3, 2), (7, 20, 5), (12, 33, 40))


@operation("leaky_relu")
def leaky_relu(draw: Draw) -> Iterator[Result]:
    """The slope of a layer, and others."""
    yield from _numbers(draw, "leaky_relu")
    for slope, dtype in product((0.01, 0.0, 0.2, -1.0, 1e-300), ("float64", "float32", "float16")):
        yield activations.leaky_relu(draw.patterns(dtype, 300), slope=slope)
    yield from _layers(draw, "leaky_relu")


@operation("gelu")
def gelu(draw: Draw) -> Iterator[Result]:
    """Any bits, the tail, and layers."""
    yield from _numbers(draw, "gelu")
    yield from _layers(draw, "gelu")


@operation("silu")
def silu(draw: Draw) -> Iterator[Result]:
    """Any bits, the tail, and layers."""
    yield from _numbers(draw, "silu")
    yield from _layers(draw, "silu")


@operation("log_softmax")
def log_softmax(draw: Draw) -> Iterator[Result]:
    """Rows of every short length, of several blocks, with special values, and those one number of which has all."""
    for dtype, n in product(("float64", "float32", "float16"), (*range(40), 64, 100, 511, 512, 513, 2048, 2049)):
        yield activations.log_softmax(draw.floats(dtype, 3 * n, -8, 5).reshape(3, n))
    yield activations.log_softmax(draw.floats("float64", 9001, -8, 5))
    for value, place in product((*SPECIALS, *LAST), (0, 4)):
        rows = draw.floats("float64", 20, -8, 5).reshape(2, 10)
        rows[0, place], rows[1, place] = value, -value
        yield activations.log_softmax(rows)
    yield activations.log_softmax(np.repeat(draw.floats("float64", 5, -3, 8)[:, None], 7, axis=1))
    yield from _layers(draw, "log_softmax")


def _numbers(draw: Draw, name: str) -> Iterator[Result]:
    """Of any bits, ordinary numbers, neighbours of where something changes, other types and layouts."""
    function: Callable[..., NDArray[Any]] = getattr(activations, name)
    edges = np.array((*SPECIALS, *LAST))
    near = (edges.view(np.int64)[:, None] + np.arange(-8, 9)).view(np.float64).ravel()
    numbers = [draw.patterns("float64", 1000), *(draw.floats("float64", 700, low, low + 5) for low in (-30, -8, -3, 3))]
    x = np.concatenate([*numbers, near, -near])
    yield function(x)
    for n in (0, 1, 2, 7, 8, 9, 255, 256, 257, 513):
        yield function(x[n : 2 * n])
    for dtype in ("float32", "float16"):
        narrow = np.concatenate([draw.patterns(dtype, 300), draw.floats(dtype, 300, -6, 5)])
        yield function(narrow)
        yield function(narrow[::-3], out=np.empty(200))
    yield function(draw.integers("int8", 50))
    yield function(draw.floats("float64", 120, -6, 5).reshape(4, 5, 6).transpose(2, 0, 1))


def _layers(draw: Draw, name: str) -> Iterator[Result]:
    """Of both tiers, alone, in a network, and a unit."""
    tiers: tuple[Literal["law", "single"], ...] = ("law", "single")
    for (m, n, b), tier in product(SHAPES, tiers):
        W, X = draw.floats("float32", m * n, -6, 0).reshape(m, n), draw.floats("float32", b * n, -6, 2).reshape(b, n)
        layer = Layer(W, draw.floats("float32", m, -6, 2), cast(Any, name), tier=tier)
        yield layer(X)
        yield layer(X[0])
        yield Network([layer, Layer(draw.floats("float32", m, -6, 0)[None], None, "tanh", tier=tier)])(X)
        if name != "log_softmax":
            yield Unit(W[0].astype(np.float64), 0.5, cast(Any, name))(X)
