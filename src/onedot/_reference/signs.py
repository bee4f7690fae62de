"""The exact sign of x·y + b in pure Python: the sum decides where it is further from 0 than it can be wrong."""

import math
from collections.abc import MutableSequence, Sequence
from typing import Any, SupportsFloat

from onedot._reference.exact import exact_integer
from onedot._reference.law import BLOCK, LANES, dot, floats

__all__ = ["row_signs"]


def is_decided(x: Sequence[float], y: Sequence[float], b: float, total: float) -> bool:
    """Whether the sign of the computed sum is that of the true one.

    With u = 2**-53 and c additions in a row, the sum is off by at most about c*u*(|x|·|y| + |b|), and n*2**-1075 for
    products that underflow; |x|·|y|, computed, is too small by a factor of 1 - c*u at most. Twice that, and more for
    underflow, covers what the bound itself loses by rounding. An overflow makes it infinite or NaN: not decided.
    """
    n = len(x)
    c = min(n, BLOCK) // LANES + 10 + (n // BLOCK).bit_length()
    size = dot([abs(value) for value in x], [abs(value) for value in y]) + abs(b)
    return abs(total) > c * 2.0**-52 * size + (n + 1) * 2.0**-1070


def exact_sign(x: Sequence[SupportsFloat], y: Sequence[SupportsFloat], b: float) -> int:
    """The sign of x·y + b, b as one product more; 2 if it has none."""
    total, special = exact_integer([*x, b], [*y, 1.0])
    if math.isnan(special):
        return 2
    value = special or total
    return (value > 0) - (value < 0)


def row_signs(A: Sequence[Any], X: Sequence[Any], b: float, out: MutableSequence[Any]) -> int:
    """out[s][m] = the sign of A[s][m]·X[s][m] + b, 2 if it has none; how many took the exact sum."""
    count = 0
    for A_s, X_s, out_s in zip(A, X, out, strict=True):
        for m in range(len(out_s)):
            x, y = floats(A_s[m]), floats(X_s[m])
            total = dot(x, y) + b
            decided = is_decided(x, y, b, total)
            out_s[m] = (total > 0) - (total < 0) if decided else exact_sign(x, y, b)
            count += not decided
    return count
