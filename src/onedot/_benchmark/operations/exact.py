"""The exact dot product against others, in time and error, on data that gets harder and harder to sum."""

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

import onedot
from onedot._benchmark.levels import BINARY64, every_level
from onedot._benchmark.model import DTYPES, Case, Contender, Operation, Problem, Words
from onedot._benchmark.naive import naive_dot, naive_python
from onedot._benchmark.oracle import Answer, exact_dot
from onedot._benchmark.peers import dot_peers
from onedot._benchmark.vectors import Pair, on_a_line, small_integers

__all__ = ["ELEMENTS", "EXACT", "PLAIN", "ill_conditioned"]

ELEMENTS = 1000
PLAIN = "onedot.dot"


def ill_conditioned(n: int, exponent: int) -> Pair:
    """Vectors whose dot product has a condition number of about 10**exponent: terms that cancel, and a rest near 1."""
    draw = np.random.default_rng([n, exponent])
    half = (n - 1) // 2
    scale = 10.0 ** draw.uniform(0, exponent / 2, (2, half))
    scale[:, 0] = 10.0 ** (exponent / 2)
    x, y = draw.uniform(0.5, 1, (2, half)) * scale
    rest = draw.uniform(0.5, 1, n - 2 * half)
    x, y = np.concatenate([x, x, rest]), np.concatenate([y, -y, draw.uniform(0.5, 1, len(rest))])
    order = draw.permutation(n)
    return on_a_line(x[order]), on_a_line(y[order])


def _answer(x: NDArray[Any], y: NDArray[Any]) -> Answer:
    """In fractions, for what spreads too far for the integers of `exact_dot`."""
    products = [Fraction(a) * Fraction(b) for a, b in zip(x.tolist(), y.tolist(), strict=True)]
    magnitude = sum(map(abs, products), Fraction(0))
    return Answer(sum(products, Fraction(0)), magnitude, Fraction(0), len(products))


def _case(exponent: int) -> Case:
    timed, probe = ill_conditioned(ELEMENTS, exponent), small_integers(ELEMENTS, "float64")
    problems = Problem(timed, {(): _answer(*timed)}), Problem(probe, {(): exact_dot(*probe)})
    return Case(f"1e{exponent}", "", "float64", ELEMENTS, *problems, WORDS)


def _cases(dtype: str, sizes: tuple[int, ...], real: bool) -> dict[str, Callable[[], Case]]:
    """A case for each exponent of the condition number, of float64."""
    return {f"1e{exponent}": partial(_case, exponent) for exponent in sizes}


def _contenders() -> list[Contender]:
    """Naive Python, the exact tier at every level, the plain tier, and the peers."""
    plain = Contender(PLAIN, "peer", dict.fromkeys(DTYPES, onedot.dot), BINARY64)
    return [naive_python(naive_dot), *every_level(onedot.exact.dot), plain, *dot_peers()]


WORDS = Words("condition ", "el/ns", PLAIN, "× plain")

EXACT = Operation(
    name="exact",
    contenders=_contenders,
    sizes=(1, 4, 8, 12, 16, 20, 24, 28, 32, 40, 60, 100, 200, 300),
    quick_sizes=(1, 8, 16, 24, 32, 100, 300),
    cases=_cases,
    dtypes=("float64",),
)
