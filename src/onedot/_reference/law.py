"""The one-dot law in pure Python: what every kernel computes, to the last bit.

This is the specification, not an approximation of it. It is what runs where nothing is compiled, and
the kernels are tested against it with `==`. Neither `sum` nor `math.fma` may appear: since Python 3.12
`sum` compensates, and a fused multiply-add skips a rounding.
"""

from collections.abc import Iterable, MutableSequence, Sequence
from typing import Any, SupportsFloat, SupportsInt

__all__ = [
    "BLOCK",
    "LANES",
    "block_sums",
    "dot",
    "floats",
    "fold",
    "integer_dot",
    "integer_row_dots",
    "row_dots",
]

LANES = 32
BLOCK = 4096


def floats(v: Iterable[SupportsFloat]) -> list[float]:
    """The elements widened to binary64, which is exact for every narrower float."""
    return [float(element) for element in (v.tolist() if hasattr(v, "tolist") else v)]


def integers(v: Iterable[SupportsInt]) -> list[int]:
    """The elements as Python's integers."""
    return [int(element) for element in (v.tolist() if hasattr(v, "tolist") else v)]


def fold(v: Iterable[SupportsFloat]) -> float:
    """The sum of v, padded with zeros to a power of two, then folded in half until one number is left."""
    sums = floats(v)
    width = 1
    while width < len(sums):
        width *= 2
    sums += [0.0] * (width - len(sums))
    while len(sums) > 1:
        half = len(sums) // 2
        sums = [near + far for near, far in zip(sums[:half], sums[half:], strict=True)]
    return sums[0]


def block_sums(x: Sequence[SupportsFloat], y: Sequence[SupportsFloat], out: MutableSequence[float]) -> None:
    """out[k] = the sum of x[i] * y[i] over block k, in 32 lanes that are folded at its end."""
    x, y = floats(x), floats(y)
    for start in range(0, len(x), BLOCK):
        lanes = [0.0] * LANES
        for i in range(start, min(start + BLOCK, len(x))):
            lanes[(i - start) % LANES] += x[i] * y[i]
        out[start // BLOCK] = fold(lanes)


def dot(x: Sequence[SupportsFloat], y: Sequence[SupportsFloat]) -> float:
    """x·y, the fold of the sums of its blocks."""
    out = [0.0] * -(-len(x) // BLOCK)
    block_sums(x, y, out)
    return fold(out)


def row_dots(A: Sequence[Any], X: Sequence[Any], out: MutableSequence[Any]) -> None:
    """out[s][m] = A[s][m]·X[s][m], rounded once to the type of out."""
    for A_s, X_s, out_s in zip(A, X, out, strict=True):
        for m in range(len(out_s)):
            out_s[m] = dot(A_s[m], X_s[m])


def integer_dot(x: Iterable[SupportsInt], y: Iterable[SupportsInt]) -> int:
    """x·y of integers and bools: the exact integer, of any size."""
    total = 0
    for a, b in zip(integers(x), integers(y), strict=True):
        total += a * b
    return total


def integer_row_dots(A: Sequence[Any], X: Sequence[Any], out: MutableSequence[Any]) -> int | None:
    """out[s][m] = A[s][m]·X[s][m] in int64; a result that does not fit is returned at once, or None."""
    for A_s, X_s, out_s in zip(A, X, out, strict=True):
        for m in range(len(out_s)):
            value = integer_dot(A_s[m], X_s[m])
            if not -(2**63) <= value < 2**63:
                return value
            out_s[m] = value
    return None
