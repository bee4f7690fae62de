"""The exact answer, in integers: what a result is checked against before it is timed."""

import math
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Answer", "exact_dot"]

HALF = 27  # bits: a 53-bit integer in two halves, so that 2**9 products of halves fit in int64
CHUNK = 2**9
SPAN = 2**14  # elements taken at a time, which stay in cache


class Answer(NamedTuple):
    """x·y in real numbers, with what bounds the error of a sum."""

    value: Fraction
    magnitude: Fraction  # |x|·|y|
    step: Fraction  # every product is a multiple of it
    elements: int

    def allowance(self, unit: float) -> Fraction:
        """How far off a sum may be, in any order, if each operation errs by at most `unit`: n * unit * |x|·|y|.

        It is 0 if every partial sum is exact, being a multiple of `step` with few enough digits. (Jeannerod and
        Rump, "Improved error bounds for inner products in floating-point arithmetic", 2013,
        https://doi.org/10.1137/120894488)
        """
        u = Fraction(unit)
        return Fraction(0) if self.magnitude * u <= self.step else self.elements * u * self.magnitude


def exact_dot(x: NDArray[Any], y: NDArray[Any]) -> Answer:
    """x·y for vectors whose elements are integers below 2**53 times a power of two."""
    a, a_step = _as_integers(x)
    b, b_step = _as_integers(y)
    step = a_step * b_step
    return Answer(_integer_dot(a, b) * step, _integer_dot(abs(a), abs(b)) * step, step, len(x))


def _as_integers(v: NDArray[Any]) -> tuple[NDArray[np.int64], Fraction]:
    """Integers of at most 53 bits and the power of two which they are to be multiplied with to give v."""
    wide = v.astype(np.float64)
    exponent = math.frexp(float(np.max(np.abs(wide), initial=0.0)))[1]
    scaled = np.ldexp(wide, 53 - exponent)
    integers = scaled.astype(np.int64)
    if not np.array_equal(integers, scaled):
        raise ValueError("exact_dot: the elements spread too far; want integers below 2**53 times a power of two")
    trailing = int(np.bitwise_or.reduce(integers, initial=0) | 2**53)
    shift = (trailing & -trailing).bit_length() - 1  # all end in so many zeros
    return integers >> shift, Fraction(2) ** (exponent - 53 + shift)


def _integer_dot(a: NDArray[np.int64], b: NDArray[np.int64]) -> int:
    total = 0
    for start in range(0, len(a), SPAN):
        span = slice(start, start + SPAN)
        a_high, a_low = _halves(a[span])
        b_high, b_low = _halves(b[span])
        middle = _short_dot(a_high, b_low) + _short_dot(a_low, b_high)
        total += (_short_dot(a_high, b_high) << 2 * HALF) + (middle << HALF) + _short_dot(a_low, b_low)
    return total


def _halves(a: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return a >> HALF, a & (2**HALF - 1)


def _short_dot(a: NDArray[np.int64], b: NDArray[np.int64]) -> int:
    """a·b for integers of at most 27 bits: chunks that fit in int64, then Python integers."""
    total = 0
    for chunk in np.add.reduceat(a * b, range(0, len(a), CHUNK)).tolist():
        total += chunk
    return total
