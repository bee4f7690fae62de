"""The single tier in pure Python: the one-dot law in binary32, each product fused with the sum that it joins.

    lanes[(i - start) % 32] = fma32(x[i], y[i], lanes[(i - start) % 32])

Blocks, lanes and folds are the law's. Numbers are Python's floats that binary32 holds; each step is rounded to it once.
"""

import math
import struct
from collections.abc import Iterable, MutableSequence, Sequence
from typing import Any, SupportsFloat

from onedot._reference.law import BLOCK, LANES, floats

__all__ = [
    "fma32",
    "single_block_sums",
    "single_csr_dots",
    "single_dot",
    "single_fold",
    "single_grain",
    "single_row_dots",
]

single_grain = 2**13  # products between two looks at Ctrl-C: 10 ms

_SINGLE = struct.Struct("f")  # in native order, where packing makes infinities of what is too large
_DOUBLE, _WORD = struct.Struct("<d"), struct.Struct("<Q")


def _to_binary32(a: float) -> float:
    """The binary32 number nearest to a, ties to even; an infinity from halfway beyond the largest on."""
    value: float = _SINGLE.unpack(_SINGLE.pack(a))[0]
    return value


def _is_even(a: float) -> bool:
    """Whether the last bit of a binary64 number is 0."""
    word: int = _WORD.unpack(_DOUBLE.pack(a))[0]
    return word % 2 == 0


def fma32(x: float, y: float, c: float) -> float:
    """x·y + c of binary32 numbers, rounded once, to binary32.

    The product is exact in binary64, which has 53 bits for its 48. The sum is rounded to odd there: if it is inexact,
    its last bit is 1, which no later rounding takes for a tie, as 53 >= 2*24 + 2 (S. Boldo, G. Melquiond, "Emulation of
    a FMA and correctly rounded sums: proved algorithms using rounding to odd", IEEE Trans. Comput. 57 (2008), 462-471,
    https://doi.org/10.1109/TC.2007.70819).
    """
    product = x * y
    total = product + c
    part = total - product
    error = (product - (total - part)) + (c - part)  # of that sum, exactly; NaN where it is not finite
    if (error < 0 or error > 0) and _is_even(total):
        total = math.nextafter(total, math.copysign(math.inf, error))
    return _to_binary32(total)


def _folded(v: Iterable[SupportsFloat]) -> float:
    """The fold of the law with sums of binary32, which rounding the same sum of binary64 gives as well."""
    sums = floats(v)
    width = 1
    while width < len(sums):
        width *= 2
    sums += [0.0] * (width - len(sums))
    while len(sums) > 1:
        half = len(sums) // 2
        sums = [_to_binary32(near + far) for near, far in zip(sums[:half], sums[half:], strict=True)]
    return sums[0]


def single_fold(v: Iterable[SupportsFloat]) -> float:
    """The sum of v, folded as by the law, and 0.0: a product that underflows can leave a lane at -0.0, no result."""
    return _folded(v) + 0.0


def single_block_sums(x: Sequence[SupportsFloat], y: Sequence[SupportsFloat], out: MutableSequence[float]) -> None:
    """out[k] = the sum of x[i] * y[i] over block k, in 32 lanes that are folded at its end."""
    x, y = floats(x), floats(y)
    for start in range(0, len(x), BLOCK):
        lanes = [0.0] * LANES
        for i in range(start, min(start + BLOCK, len(x))):
            lane = (i - start) % LANES
            lanes[lane] = fma32(x[i], y[i], lanes[lane])
        out[start // BLOCK] = _folded(lanes)


def single_dot(x: Sequence[SupportsFloat], y: Sequence[SupportsFloat]) -> float:
    """x·y, the fold of the sums of its blocks; a number that binary32 holds."""
    out = [0.0] * -(-len(x) // BLOCK)
    single_block_sums(x, y, out)
    return single_fold(out)


def single_row_dots(A: Sequence[Any], X: Sequence[Any], out: MutableSequence[Any]) -> None:
    """out[s][m] = A[s][m]·X[s][m]."""
    for A_s, X_s, out_s in zip(A, X, out, strict=True):
        for m in range(len(out_s)):
            out_s[m] = single_dot(A_s[m], X_s[m])


def single_csr_dots(X: tuple[Any, Any, Any, int], w: Sequence[SupportsFloat], out: MutableSequence[float]) -> None:
    """out[i] = the dot of w, of d finite numbers, and row i of a CSR matrix (data, indices, indptr, d).

    A zero that is not stored would leave its lane as it is, but for the sign of a zero: that of no lane, nor of a sum
    of lanes or blocks, shows in another number, and the last addition takes it from the result.
    """
    data, indices, indptr, d = X
    w = floats(w)
    for i in range(len(out)):
        blocks = [[0.0] * LANES for _ in range(0, d, BLOCK)]
        for k in range(indptr[i], indptr[i + 1]):
            j = int(indices[k])
            lanes, lane = blocks[j // BLOCK], j % LANES
            lanes[lane] = fma32(float(data[k]), w[j], lanes[lane])
        out[i] = single_fold([_folded(lanes) for lanes in blocks])
