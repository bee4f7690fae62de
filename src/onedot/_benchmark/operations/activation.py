"""exp, sigmoid, tanh and softplus: who computes them, and how far from the true values."""

import importlib
import math
from collections.abc import Callable
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onedot import activations
from onedot._benchmark.levels import every_level
from onedot._benchmark.model import DTYPES, Case, Contender, Operation, Problem, Words
from onedot._benchmark.naive import naive_python
from onedot._benchmark.oracle import Answer
from onedot._benchmark.peers import OWN_TYPE, installed
from onedot._benchmark.vectors import on_a_line

__all__ = ["ACTIVATION", "curve"]

LONGEST_REFERENCE = 2**14  # of which it takes about 0.1 s
SAMPLE = 500  # results that are checked
ROUNDINGS = 16  # of half an ulp each: what a library may be off
DIGITS = 60

WORDS = Words("", "el/ns", "NumPy", "× NumPy")
SIZES = tuple((name, n) for name in ("exp", "sigmoid", "tanh", "softplus") for n in (1000, 100000))


def curve(name: str, x: float) -> Fraction:
    """The true value, to 50 digits."""
    with localcontext() as context:
        context.prec = DIGITS
        e = Decimal(x).exp()
        if name == "exp":
            value = e
        elif name == "sigmoid":
            value = e / (1 + e)
        elif name == "tanh":
            value = (e - 1 / e) / (e + 1 / e)
        elif name == "softplus":
            value = (1 + e).ln()
        else:
            value = max(Decimal(x), Decimal(0))
        return Fraction(value)


NAIVE: dict[str, Callable[[float], float]] = {
    "exp": math.exp,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "tanh": math.tanh,
    "softplus": lambda x: math.log1p(math.exp(x)),
}
NUMPY: dict[str, Callable[..., Any]] = {
    "exp": np.exp,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
    "softplus": lambda x: np.logaddexp(x, 0),
}


def contenders() -> list[Contender]:
    """Naive Python on lists, every level, NumPy's functions or formulas, and SciPy's expit."""
    found = [contender for name in NAIVE for contender in _of_function(name)]
    if installed("scipy"):
        expit = importlib.import_module("scipy.special").expit
        found.append(Contender("SciPy", "peer", dict.fromkeys(DTYPES, expit), OWN_TYPE, only="sigmoid"))
    return found


def _of_function(name: str) -> list[Contender]:
    return [
        naive_python(partial(_map, NAIVE[name]), only=name),
        *every_level(getattr(activations, name), LONGEST_REFERENCE, only=name),
        Contender("NumPy", "peer", dict.fromkeys(DTYPES, NUMPY[name]), OWN_TYPE, only=name),
    ]


def _map(function: Callable[[float], float], x: list[float]) -> list[float]:
    return [function(value) for value in x]


def _label(name: str, n: int) -> str:
    return f"{name} {n:.0e}".replace("e+0", "e")


def _case(dtype: str, name: str, n: int) -> Case:
    """Numbers around 0, most of them between -6 and 6; the probe is of zeros, at which every curve is known."""
    x = on_a_line((np.random.default_rng(n).standard_normal(n) * 3).astype(dtype))
    zeros = on_a_line(np.zeros(n, dtype))
    return Case(_label(name, n), "", dtype, n, _problem(name, x), _exact_problem(name, zeros), WORDS)


def _problem(name: str, x: NDArray[Any]) -> Problem:
    places = np.unique(np.linspace(0, len(x) - 1, min(SAMPLE, len(x))).astype(int)).tolist()
    values = {(place,): curve(name, float(x[place])) for place in places}
    return Problem((x,), {place: Answer(value, abs(value), Fraction(0), ROUNDINGS) for place, value in values.items()})


def _exact_problem(name: str, zeros: NDArray[Any]) -> Problem:
    """What nobody may be off by, except for log(2), which is no float."""
    at_zero = curve(name, 0.0)
    step = Fraction(0) if name == "softplus" else Fraction(1)
    return Problem((zeros,), {(0,): Answer(at_zero, at_zero, step, ROUNDINGS)})


def _cases(dtype: str, sizes: tuple[Any, ...], real: bool) -> dict[str, Callable[[], Case]]:
    return {_label(name, n): partial(_case, dtype, name, n) for name, n in sizes}


ACTIVATION = Operation(
    name="activation",
    contenders=contenders,
    sizes=SIZES,
    quick_sizes=tuple(s for s in SIZES if s[1] > 1000),
    cases=_cases,
)
