"""A layer with bias and activation beside the bare product, and what one writes with NumPy."""

import math
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

import onedot
from onedot import Layer, activations
from onedot._benchmark.levels import every_level
from onedot._benchmark.model import DTYPES, Case, Contender, Operation, Problem, Words
from onedot._benchmark.naive import naive_dot, naive_python
from onedot._benchmark.operations.activation import curve
from onedot._benchmark.oracle import Answer, exact_dot
from onedot._benchmark.peers import OWN_TYPE
from onedot._benchmark.vectors import on_a_line

__all__ = ["UNITS"]

LONGEST_PYTHON = 2**17
SAMPLE = 12

WORDS = Words("", "GFLOP/s")
SHAPES = ((512, 1024, 768), (256, 256, 256), (12, 4096, 768), (10, 1797, 64))
SIZES = tuple((name, *shape) for name in ("none", "relu", "tanh") for shape in SHAPES)

NUMPY: dict[str, Callable[..., Any]] = {"relu": lambda z: np.maximum(z, 0), "tanh": np.tanh}
NAIVE: dict[str, Callable[[float], float]] = {"none": float, "relu": lambda z: max(z, 0.0), "tanh": math.tanh}


def contenders() -> list[Contender]:
    """Naive Python on lists, a layer at every level, and NumPy; "none" is the bare product, `matvec`."""
    return [contender for name in NAIVE for contender in _of_function(name)]


def _of_function(name: str) -> list[Contender]:
    return [
        naive_python(partial(_naive, name), LONGEST_PYTHON, only=name),
        *every_level(partial(_layer, name), LONGEST_PYTHON, only=name),
        Contender("NumPy", "peer", dict.fromkeys(DTYPES, partial(_numpy, name)), OWN_TYPE, only=name),
    ]


def _naive(name: str, W: list[list[float]], b: list[float], X: list[list[float]]) -> list[list[float]]:
    f = NAIVE[name]
    biases = [0.0] * len(b) if name == "none" else b
    return [[f(naive_dot(w, x) + bias) for w, bias in zip(W, biases)] for x in X]  # noqa: B905


def _numpy(name: str, W: NDArray[Any], b: NDArray[Any], X: NDArray[Any]) -> Any:
    return X @ W.T if name == "none" else NUMPY[name](X @ W.T + b)


_made: dict[str, tuple[NDArray[Any], Layer]] = {}


def _layer(name: str, W: NDArray[Any], b: NDArray[Any], X: NDArray[Any]) -> Any:
    """The outputs of a layer that is made once and called often, or the bare product."""
    if name == "none":
        return onedot.matvec(W, X)
    weights, layer = _made.get(name, (None, None))
    if weights is not W or layer is None:
        layer = Layer(W, b, cast(activations.Name, name))
        _made[name] = W, layer
    return layer(X)


def _answer(name: str, w: NDArray[Any], b: float, x: NDArray[Any]) -> Answer:
    """No activation here changes an error by a factor of more than 1."""
    total = exact_dot(w, x)
    value = total.value + (0 if name == "none" else Fraction(b))
    true = value if name == "none" else max(value, Fraction(0)) if name == "relu" else curve(name, float(value))
    return Answer(true, total.magnitude + abs(Fraction(b)) + 1, Fraction(0), len(w) + 16)


def _problem(name: str, W: NDArray[Any], b: NDArray[Any], X: NDArray[Any]) -> Problem:
    places = [np.unravel_index(i, (len(X), len(W))) for i in np.linspace(0, len(X) * len(W) - 1, SAMPLE).astype(int)]
    answers: dict[tuple[int, ...], Answer] = {
        (int(i), int(j)): _answer(name, W[j], float(b[j]), X[i]) for i, j in places
    }
    return Problem((W, b, X), answers)


def _case(dtype: str, name: str, m: int, samples: int, n: int) -> Case:
    """Weights so small that sums are of the size of 1; the probe is of zeros."""
    draw = np.random.default_rng(n)
    W, b, X = (
        on_a_line(((draw.random(shape) * 2 - 1) * scale).astype(dtype))
        for shape, scale in (((m, n), 2.0 ** -(n.bit_length() // 2)), (m, 1), ((samples, n), 1))
    )
    zero = Answer(Fraction(0), Fraction(0), Fraction(1), 1)
    corners: dict[tuple[int, ...], Answer] = {(0, 0): zero, (samples - 1, m - 1): zero}
    probe = Problem((np.zeros_like(W), np.zeros_like(b), np.zeros_like(X)), corners)
    label = f"{name} {m}x{samples}x{n}"
    return Case(label, "", dtype, 2 * m * samples * n, _problem(name, W, b, X), probe, WORDS)


def _cases(dtype: str, sizes: tuple[Any, ...], real: bool) -> dict[str, Callable[[], Case]]:
    return {f"{name} {'x'.join(map(str, shape))}": partial(_case, dtype, name, *shape) for name, *shape in sizes}


UNITS = Operation(
    name="units", contenders=contenders, sizes=SIZES, quick_sizes=tuple(s for s in SIZES if s[1] < 512), cases=_cases
)
