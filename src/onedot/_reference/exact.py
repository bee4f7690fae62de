"""The exact tier in pure Python: what a dot product is in real numbers, rounded once.

Every product of two binary64 numbers is an integer times 2**-2148, so a sum of them is an integer, too.
"""

import math
from collections.abc import MutableSequence, Sequence
from typing import Any, SupportsFloat

__all__ = ["POINT", "exact_bounds", "exact_integer", "exact_row_dots", "rounded"]

POINT = 2148
"""The least product of two binary64 numbers is 2**-2148."""

LEAST = 1074  # the least binary64 number is 2**-1074

# Digits, the last of them in the least number, and the exponent that is too large.
FORMATS = {"float64": (53, 1074, 1024), "float32": (24, 149, 128), "float16": (11, 24, 16), "bfloat16": (8, 133, 128)}


def _integer(a: float) -> int:
    """a * 2**1074."""
    numerator, denominator = a.as_integer_ratio()
    return (numerator << LEAST) // denominator


def exact_integer(x: Sequence[SupportsFloat], y: Sequence[SupportsFloat]) -> tuple[int, float]:
    """x·y times 2**2148, and what the products that are infinite or NaN add up to, 0.0 if there are none."""
    total, special = 0, 0.0
    for a, b in zip(map(float, x), map(float, y), strict=True):
        if math.isfinite(a) and math.isfinite(b):
            total += _integer(a) * _integer(b)
        else:
            special += a * b
    return total, special


def rounded(total: int, name: str = "float64") -> float:
    """total * 2**-2148 rounded to the nearest number of a float type, ties to even, overflow to infinity."""
    digits, least, largest = FORMATS[name]
    magnitude = abs(total)
    last = max(magnitude.bit_length() - digits, POINT - least)  # the bit that becomes the last one
    kept, rest = magnitude >> last, magnitude & ((1 << last) - 1)
    kept += 2 * rest + kept % 2 > 1 << last  # above a tie, or at one that is odd
    exponent = last - POINT
    value = math.inf if kept.bit_length() + exponent > largest else math.ldexp(kept, exponent)
    return -value if total < 0 else value


def exact_row_dots(A: Sequence[Any], X: Sequence[Any], out: MutableSequence[Any], name: str) -> int:
    """out[s][m] = A[s][m]·X[s][m], rounded once to the float type `name`; how many took the exact sum: all."""
    count = 0
    for A_s, X_s, out_s in zip(A, X, out, strict=True):
        for m in range(len(out_s)):
            total, special = exact_integer(A_s[m], X_s[m])
            out_s[m] = special or rounded(total, name)
            count += 1
    return count


def exact_bounds(x: Sequence[SupportsFloat], y: Sequence[SupportsFloat], out: MutableSequence[float]) -> None:
    """abs(x·y - (out[0] + out[1])) <= out[2]; all NaN, which says nothing: this level has the exact sum only."""
    out[0] = out[1] = out[2] = math.nan
