"""Numbers with a bound of their error: a formula of binary64 that is evaluated with them bounds its own roundings."""

from __future__ import annotations

import math
from typing import NamedTuple

__all__ = ["Rounded"]

WIDER = 1.0 + 2.0**-40  # more than the roundings of the bounds themselves amount to


class Rounded(NamedTuple):
    """A computed number from low to high, no further than error from the number that it stands for.

    A sum or a product rounds by half an ulp of the largest result, and no more (N. J. Higham, "Accuracy and Stability
    of Numerical Algorithms", 2002, 2.2, https://doi.org/10.1137/1.9780898718027). An interval forgets which of its
    numbers depend on each other, so a formula wants short ones.
    """

    low: float
    high: float
    error: float = 0.0

    @property
    def size(self) -> float:
        return max(-self.low, self.high)

    def __add__(self, other: Rounded | float) -> Rounded:
        b = rounded(other)
        return _result([self.low + b.low, self.high + b.high], self.error + b.error)

    def __mul__(self, other: Rounded | float) -> Rounded:
        b = rounded(other)
        ends = [x * y for x in (self.low, self.high) for y in (b.low, b.high)]
        return _result(ends, self.error * b.size + b.error * self.size + self.error * b.error)

    __radd__, __rmul__ = __add__, __mul__


def rounded(number: Rounded | float) -> Rounded:
    return number if isinstance(number, Rounded) else Rounded(number, number)


def _result(ends: list[float], error: float) -> Rounded:
    wide = math.ulp(max(map(abs, ends)))
    size = max(map(abs, ends)) + wide
    return Rounded(min(ends) - wide, max(ends) + wide, (error + 0.5 * math.ulp(size)) * WIDER)
