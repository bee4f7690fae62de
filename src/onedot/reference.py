"""The one-dot law in pure Python: what every kernel computes, to the last bit.

This is the specification, not an approximation of it. It is what runs where nothing is compiled, and
the kernels are tested against it with `==`. Neither `sum` nor `math.fma` may appear: since Python 3.12
`sum` compensates, and a fused multiply-add skips a rounding.
"""

from collections.abc import Iterable, MutableSequence, Sequence
from typing import Any, SupportsFloat, SupportsInt

from onedot.elementary import arctangent, exp, exp_of, relu, sigmoid, sign, softplus, step, tanh
from onedot.exact_reference import exact_bounds, exact_integer, exact_row_dots

__all__ = [
    "BLOCK",
    "LANES",
    "add_bias",
    "arctangent",
    "block_sums",
    "dot",
    "exact_bounds",
    "exact_integer",
    "exact_row_dots",
    "exp",
    "fold",
    "integer_dot",
    "relu",
    "row_dots",
    "sigmoid",
    "sign",
    "softmax",
    "softplus",
    "step",
    "tanh",
]

LANES = 32
BLOCK = 4096


def floats(v: Iterable[SupportsFloat]) -> list[float]:
    """The elements widened to binary64, which is exact for every narrower float."""
    return [float(element) for element in (v.tolist() if hasattr(v, "tolist") else v)]


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
    for a, b in zip(x, y, strict=True):
        total += int(a) * int(b)
    return total


def softmax(X: Sequence[Any], out: MutableSequence[Any]) -> None:
    """out[i] = exp(X[i] - the greatest of X[i]) over the sum of these, which is their dot with ones."""
    for x, out_i in zip(X, out, strict=True):
        most = float("-inf")
        for value in floats(x):
            most = value if value > most else most
        e = [exp_of(value - most) for value in floats(x)]
        total = dot(e, [1.0] * len(e))
        for j, value in enumerate(e):
            out_i[j] = value / total


def add_bias(Z: Sequence[Any], b: Sequence[SupportsFloat]) -> None:
    """Z[i][j] += b[j]."""
    for row in Z:
        for j, value in enumerate(floats(b)):
            row[j] = float(row[j]) + value
