"""exp, sigmoid, tanh, softplus, gelu and silu, and log_softmax of a row: who computes them, and how far off."""

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
IN_THE_TAIL = 400  # of gelu, by a rounded x / sqrt(2): times x**2
DIGITS = 60
PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798")

WORDS = Words("", "el/ns", "NumPy", "× NumPy")
CURVES = ("exp", "sigmoid", "tanh", "softplus", "gelu", "silu")
SIZES = (*((name, n) for name in CURVES for n in (1000, 100000)), ("log_softmax", 1000))


def share_below(x: Decimal) -> Decimal:
    """How often a normal number is below x, by its power series: of x down to -13 to 50 digits."""
    term = total = x
    k = 1
    while abs(term) > abs(total) * Decimal(10) ** -(3 * DIGITS):
        k += 2
        term *= x * x / k
        total += term
    return Decimal("0.5") + total * (-x * x / 2).exp() / (2 * PI).sqrt()


def curve(name: str, x: float) -> Fraction:
    """The true value, to 50 digits."""
    with localcontext() as context:
        context.prec = 3 * DIGITS if name == "gelu" else DIGITS
        e = Decimal(x).exp()
        if name == "exp":
            value = e
        elif name == "sigmoid":
            value = e / (1 + e)
        elif name == "tanh":
            value = (e - 1 / e) / (e + 1 / e)
        elif name == "softplus":
            value = (1 + e).ln()
        elif name == "gelu":
            value = Decimal(x) * share_below(Decimal(x))
        elif name == "silu":
            value = Decimal(x) * e / (1 + e)
        elif name == "log_softmax":
            value = Decimal(x)
        else:
            value = max(Decimal(x), Decimal(0))
        return Fraction(value)


def log_of_powers(x: list[float]) -> Fraction:
    """log(sum(e**x)), to 50 digits."""
    with localcontext() as context:
        context.prec = DIGITS
        return Fraction(sum((Decimal(value).exp() for value in x), Decimal(0)).ln())


NAIVE: dict[str, Callable[[float], float]] = {
    "exp": math.exp,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "tanh": math.tanh,
    "softplus": lambda x: math.log1p(math.exp(x)),
    "gelu": lambda x: x * math.erfc(-x / math.sqrt(2)) / 2,
    "silu": lambda x: x / (1 + math.exp(-x)),
}
NUMPY: dict[str, Callable[..., Any]] = {
    "exp": np.exp,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
    "softplus": lambda x: np.logaddexp(x, 0),
    "silu": lambda x: x / (1 + np.exp(-x)),
    "log_softmax": lambda x: x - np.log(np.sum(np.exp(x))),
}


def scipys() -> dict[str, Callable[..., Any]]:
    """SciPy's functions, and what is made of them; ndtr is (1 + erf(x / sqrt(2))) / 2."""
    special = importlib.import_module("scipy.special")
    return {
        "sigmoid": special.expit,
        "silu": lambda x: x * special.expit(x),
        "gelu": lambda x: x * special.ndtr(x),
        "log_softmax": special.log_softmax,
    }


def contenders() -> list[Contender]:
    """Naive Python on lists, every level, NumPy's functions or formulas, and SciPy's."""
    found = [contender for name in (*CURVES, "log_softmax") for contender in _of_function(name)]
    if installed("scipy"):
        for name, function in scipys().items():
            found.append(Contender("SciPy", "peer", dict.fromkeys(DTYPES, function), OWN_TYPE, only=name))
    return found


def _of_function(name: str) -> list[Contender]:
    naive = naive_log_softmax if name == "log_softmax" else partial(_map, NAIVE[name])
    found = [naive_python(naive, only=name), *every_level(getattr(activations, name), LONGEST_REFERENCE, only=name)]
    if name in NUMPY:
        found.append(Contender("NumPy", "peer", dict.fromkeys(DTYPES, NUMPY[name]), OWN_TYPE, only=name))
    return found


def naive_log_softmax(x: list[float]) -> list[float]:
    total = math.log(sum(map(math.exp, x)))
    return [value - total for value in x]


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
    total = log_of_powers(x.tolist()) if name == "log_softmax" else Fraction(0)
    values = {(place,): curve(name, float(x[place])) - total for place in places}
    roundings = IN_THE_TAIL if name == "gelu" else ROUNDINGS
    return Problem((x,), {place: Answer(value, abs(value), Fraction(0), roundings) for place, value in values.items()})


def _exact_problem(name: str, zeros: NDArray[Any]) -> Problem:
    """What nobody may be off by, except for logarithms, which are no floats."""
    at_zero = -log_of_powers(zeros.tolist()) if name == "log_softmax" else curve(name, 0.0)
    step = Fraction(0) if name in ("softplus", "log_softmax") else Fraction(1)
    return Problem((zeros,), {(0,): Answer(at_zero, abs(at_zero), step, ROUNDINGS)})


def _cases(dtype: str, sizes: tuple[Any, ...], real: bool) -> dict[str, Callable[[], Case]]:
    return {_label(name, n): partial(_case, dtype, name, n) for name, n in sizes}


ACTIVATION = Operation(
    name="activation",
    contenders=contenders,
    sizes=SIZES,
    quick_sizes=tuple(s for s in SIZES if s[1] > 1000),
    cases=_cases,
)
