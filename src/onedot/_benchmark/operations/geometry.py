"""norm, cosine and angle of many pairs of vectors: who computes them, and how well."""

import math
from collections.abc import Callable
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onedot import geometry
from onedot._benchmark.levels import every_level
from onedot._benchmark.model import DTYPES, Case, Contender, Operation, Problem, Words
from onedot._benchmark.naive import naive_dot, naive_python
from onedot._benchmark.oracle import Answer, exact_dot
from onedot._benchmark.peers import OWN_TYPE
from onedot._benchmark.vectors import on_a_line

__all__ = ["GEOMETRY"]

LONGEST_PYTHON = 2**17
SAMPLE = 100  # results that are checked

WORDS = Words("", "el/ns")
SHAPES = ((1000, 16), (100000, 16), (1000, 768))
SIZES = tuple((name, *shape) for name in ("norm", "cosine", "angle") for shape in SHAPES)


def naive_norm(x: list[float], y: list[float]) -> float:
    return math.sqrt(naive_dot(x, x))


def naive_cosine(x: list[float], y: list[float]) -> float:
    return naive_dot(x, y) / math.sqrt(naive_dot(x, x) * naive_dot(y, y))


def naive_angle(x: list[float], y: list[float]) -> float:
    return math.acos(naive_cosine(x, y))


def numpy_norm(X: NDArray[Any], Y: NDArray[Any]) -> Any:
    return np.linalg.norm(X, axis=-1)


def numpy_cosine(X: NDArray[Any], Y: NDArray[Any]) -> Any:
    return np.einsum("ij,ij->i", X, Y) / (np.linalg.norm(X, axis=-1) * np.linalg.norm(Y, axis=-1))


def numpy_angle(X: NDArray[Any], Y: NDArray[Any]) -> Any:
    return np.arccos(numpy_cosine(X, Y))


NAIVE = {"norm": naive_norm, "cosine": naive_cosine, "angle": naive_angle}
NUMPY = {"norm": numpy_norm, "cosine": numpy_cosine, "angle": numpy_angle}
OWN: dict[str, Callable[..., Any]] = {
    "norm": lambda X, Y: geometry.norm(X),
    "cosine": geometry.cosine,
    "angle": geometry.angle,
}


def contenders() -> list[Contender]:
    """Naive Python on lists, every level, and what one writes with NumPy."""
    return [contender for name in NAIVE for contender in _of_function(name)]


def _of_function(name: str) -> list[Contender]:
    return [
        naive_python(partial(_each_row, NAIVE[name]), LONGEST_PYTHON, only=name),
        *every_level(OWN[name], LONGEST_PYTHON, only=name),
        Contender("NumPy", "peer", dict.fromkeys(DTYPES, NUMPY[name]), OWN_TYPE, only=name),
    ]


def _each_row(function: Callable[..., float], X: list[Any], Y: list[Any]) -> list[float]:
    return [function(x, y) for x, y in zip(X, Y)]  # noqa: B905


def _root(value: Fraction) -> Fraction:
    with localcontext() as context:
        context.prec = 60
        return Fraction((Decimal(value.numerator) / Decimal(value.denominator)).sqrt())


def _answer(name: str, x: NDArray[Any], y: NDArray[Any]) -> Answer:
    """The true value; an angle to a rounding. What may be off grows with the number of elements."""
    square, other, product = (exact_dot(*pair).value for pair in ((x, x), (y, y), (x, y)))
    if name == "norm":
        value = _root(square)
        return Answer(value, value, Fraction(0), len(x) + 8)
    if name == "cosine":
        return Answer(product / _root(square * other), Fraction(1), Fraction(0), 2 * len(x) + 8)
    rest = _root(square * other - product**2)
    return Answer(Fraction(math.atan2(rest, product)), Fraction(4), Fraction(0), 4 * len(x) + 8)


def _case(dtype: str, name: str, m: int, n: int) -> Case:
    """Numbers of [-1, 1); the probe has pairs at right angles or parallel, of vectors of length 1."""
    draw = np.random.default_rng(n)
    X, Y = (on_a_line((draw.random((m, n)) * 2 - 1).astype(dtype)) for _ in range(2))
    places = np.linspace(0, m - 1, min(SAMPLE, m)).astype(int).tolist()
    answers: dict[tuple[int, ...], Answer] = {(place,): _answer(name, X[place], Y[place]) for place in places}
    unit, other = np.zeros((2, m, n), dtype)
    unit[:, 0], other[:, 1] = 1, 1
    right = {"norm": 1.0, "cosine": 0.0, "angle": math.pi / 2}[name]
    probe: dict[tuple[int, ...], Answer] = {
        (0,): Answer(Fraction(right), Fraction(abs(right)), Fraction(0 if name == "angle" else 1), 2)
    }
    label = f"{name} {m}x{n}"
    return Case(label, "", dtype, m * n, Problem((X, Y), answers), Problem((unit, other), probe), WORDS)


def _cases(dtype: str, sizes: tuple[Any, ...], real: bool) -> dict[str, Callable[[], Case]]:
    return {f"{name} {m}x{n}": partial(_case, dtype, name, m, n) for name, m, n in sizes}


GEOMETRY = Operation(
    name="geometry",
    contenders=contenders,
    sizes=SIZES,
    quick_sizes=tuple(s for s in SIZES if s[1] == 1000),
    cases=_cases,
)
