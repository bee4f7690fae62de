"""What activations, geometry, units, layers and hyperplanes must return."""

from collections.abc import Iterator
from itertools import product
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from onedot import activations, geometry
from onedot._corpus.draw import Draw
from onedot._corpus.registry import Result, operation
from onedot.hyperplane import Hyperplane
from onedot.units import Layer, Network, Unit

__all__ = ["FIRST"]

# Those of the first operations, whose digests stay: what came later has operations of its own.
First = Literal["identity", "step", "sign", "relu", "sigmoid", "tanh", "softplus", "softmax"]
FIRST: tuple[First, ...] = get_args(First)
ELEMENTWISE = (*FIRST[:-1], "exp")

# Arguments at which results end, become subnormal or change their formula.
EDGES = (0.0, 5e-324, 1e-310, 2.0**-28, 0.25, 0.34657359027997264, 1.0, 18.7, 20.0, 36.7, 64.0, 708.4, 709.78, 745.13)
SPECIALS = (*EDGES, 710.0, 745.14, 800.0, 1.7976931348623157e308, float("inf"), float("nan"))


@operation("activation float64")
def activation_float64(draw: Draw) -> Iterator[Result]:
    """Any bits, ordinary numbers, and a few neighbours of every argument at which something changes."""
    edges = np.array(SPECIALS)
    near = (edges.view(np.int64)[:, None] + np.arange(-8, 9)).view(np.float64).ravel()
    numbers = [draw.patterns("float64", 1000), *(draw.floats("float64", 700, low, low + 5) for low in (-30, -8, -3, 3))]
    x = np.concatenate([*numbers, near, -near])
    for name in ELEMENTWISE:
        yield getattr(activations, name)(x)
        for n in (0, 1, 2, 7, 8, 9, 255, 256, 257, 513):
            yield getattr(activations, name)(x[n : 2 * n])


@operation("activation types")
def activation_types(draw: Draw) -> Iterator[Result]:
    """float32, float16, integers, wider results, and layouts."""
    for name, dtype in product(ELEMENTWISE, ("float32", "float16")):
        x = np.concatenate([draw.patterns(dtype, 300), draw.floats(dtype, 300, -6, 5)])
        yield getattr(activations, name)(x)
        yield getattr(activations, name)(x[::-3], out=np.empty(200))
        yield getattr(activations, name)(draw.integers("int8", 50))
        yield getattr(activations, name)(draw.floats("float64", 120, -6, 5).reshape(4, 5, 6).transpose(2, 0, 1))


@operation("logit and log_expit")
def logarithms(draw: Draw) -> Iterator[Result]:
    """Any bits, probabilities near 0, 1/2 and 1, and a few neighbours of every argument at which something changes."""
    edges = np.array(SPECIALS)
    near = (edges.view(np.int64)[:, None] + np.arange(-8, 9)).view(np.float64).ravel()
    halves = [np.abs(draw.floats("float64", 500, low, -1)) for low in (-60, -8, -2, -1022)]
    ordinary = [draw.floats("float64", 700, low, low + 5) for low in (-30, -8, -3, 3)]
    x = np.concatenate(
        [draw.patterns("float64", 1000), *ordinary, *halves, *(1 - half for half in halves), near, -near]
    )
    for function in (activations.logit, activations.log_expit):
        yield function(x)
        for dtype in ("float32", "float16"):
            narrow = np.concatenate([draw.patterns(dtype, 300), draw.floats(dtype, 600, -6, -1)])
            yield function(narrow)
            yield function(narrow[::-3], out=np.empty(300))


@operation("softmax")
def softmax(draw: Draw) -> Iterator[Result]:
    """Rows of every short length, of several blocks, and with special values."""
    for dtype, n in product(("float64", "float32", "float16"), (*range(40), 64, 100, 511, 512, 513)):
        yield activations.softmax(draw.floats(dtype, 3 * n, -8, 5).reshape(3, n))
    yield activations.softmax(draw.floats("float64", 9001, -8, 5))
    for value, place in product(SPECIALS, (0, 4)):
        rows = draw.floats("float64", 20, -8, 5).reshape(2, 10)
        rows[0, place], rows[1, place] = value, -value
        yield activations.softmax(rows)


def _matrix(draw: Draw, dtype: str, m: int, n: int, low: int = -8, high: int = 8) -> NDArray[Any]:
    return draw.floats(dtype, m * n, low, high).reshape(m, n)


def _measures(x: NDArray[Any], y: NDArray[Any]) -> Iterator[Result]:
    yield geometry.norm(x)
    for function in (geometry.cosine, geometry.angle, geometry.project):
        yield function(x, y, zero="nan")
        yield function(x, x, zero="nan")
        yield function(x, -x[:1], zero="nan")
    yield geometry.alignment(x, y)


@operation("geometry")
def measures(draw: Draw) -> Iterator[Result]:
    """Vectors of all lengths and types, nearly parallel ones, and those whose squares leave the range."""
    for dtype, n in product(("float64", "float32", "float16"), (*range(1, 20), 31, 33, 64, 100, 300)):
        high = 5 if dtype == "float16" else 8
        yield from _measures(_matrix(draw, dtype, 5, n, -4, high), _matrix(draw, dtype, 5, n, -4, high))
    yield from _measures(_matrix(draw, "float64", 2, 5000), _matrix(draw, "float64", 2, 5000))
    for n in (2, 3, 17):
        x = _matrix(draw, "float64", 9, n)
        yield from _measures(x, x + _matrix(draw, "float64", 9, n, -60, -20))
        for low, high in ((-1070, -1000), (-560, -500), (500, 560), (1000, 1020)):
            yield from _measures(_matrix(draw, "float64", 9, n, max(low, -1022), high), x)
        x[::3] = 0.0
        yield from _measures(x, _matrix(draw, "float64", 9, n, 500, 520))


@operation("units")
def units(draw: Draw) -> Iterator[Result]:
    """Layers of every activation, their units, a network, and the sides and distances of hyperplanes."""
    types = (("float64", "float64"), ("float32", "float32"), ("float32", "float64"), ("float64", "float16"))
    for name, (of_weights, of_samples) in product(FIRST, types):
        for m, n, b in ((1, 3, 2), (7, 20, 5), (3, 100, 19), (12, 33, 40)):
            W, X = _matrix(draw, of_weights, m, n, -6, 0), _matrix(draw, of_samples, b, n, -6, 2)
            layer = Layer(W, draw.floats("float64", m, -6, 2), name)
            yield layer(X)
            yield layer(X[0])
            if name != "softmax":
                yield Unit(W[0], layer.b[0], name)(X)
            yield Network([layer, Layer(_matrix(draw, "float64", 4, m, -6, 0), None, "tanh")])(X)
    for n in (1, 2, 5, 40):
        plane = Hyperplane(draw.floats("float64", n), float(draw.floats("float64", 1)[0]))
        X = _matrix(draw, "float64", 30, n)
        yield plane.side(X)
        yield plane.distance(X)
