"""The exact sign of x·y + b: a decision, not an estimate.

The plain dot decides wherever it is further from 0 than it can be wrong. What it leaves is computed in integers.
"""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onedot.arrays import is_integer
from onedot.batched import vecdot
from onedot.face import integer_dot
from onedot.reference import BLOCK, LANES

__all__ = ["exact_sign", "signs"]

UNIT = 2148  # every product of two floats is a multiple of 2**-2148


def signs(op: str, X: NDArray[Any], Y: NDArray[Any], b: float = 0.0) -> Any:
    """-1, 0 or 1, the sign of X[...]·Y[...] + b for float or integer arrays whose leading axes broadcast, as int8.

    Raises
    ------
    ValueError
        If a sum has no sign: it holds NaN, infinity times 0, or infinities of both signs.
    """
    batch = np.broadcast_shapes(X.shape[:-1], Y.shape[:-1])
    rows, others = (np.broadcast_to(v, (*batch, v.shape[-1])) for v in (X, Y))
    if is_integer(X) and is_integer(Y):
        found = np.empty(batch, np.int8)
        for index in np.ndindex(batch):
            found[index] = _sign(integer_dot(rows[index], others[index]))
        return found[()]
    with np.errstate(over="ignore", invalid="ignore"):
        sums = vecdot(X, Y, out=np.empty(batch)) + b
    found = np.sign(sums, where=~np.isnan(sums), out=np.zeros(batch)).astype(np.int8)
    for place in np.argwhere(np.atleast_1d(~_is_decided(X, Y, b, sums))).tolist():
        index = tuple(place) if batch else ()
        found[index] = exact_sign(op, rows[index].tolist(), others[index].tolist(), b)
    return found[()]


def _is_decided(X: NDArray[Any], Y: NDArray[Any], b: float, sums: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Where the sign of the computed sum is that of the true one.

    With u = 2**-53 and c additions in a row, the sum is off by at most about c*u*(|X|·|Y| + |b|), and n*2**-1075 for
    products that underflow; |X|·|Y|, computed, is too small by a factor of 1 - c*u at most. Twice that, and more for
    underflow, covers what the bound itself loses by rounding. An overflow makes it infinite or NaN: not decided.
    """
    n = X.shape[-1]
    c = min(n, BLOCK) // LANES + 10 + (n // BLOCK).bit_length()
    with np.errstate(over="ignore", invalid="ignore"):
        size = vecdot(np.abs(X), np.abs(Y), out=np.empty(sums.shape)) + abs(b)
        decided: NDArray[np.bool_] = np.abs(sums) > c * 2.0**-52 * size + (n + 1) * 2.0**-1070
    return decided


def exact_sign(op: str, x: Iterable[float], y: Iterable[float], b: float = 0.0) -> int:
    """The sign of x·y + b in integers, whatever cancels, overflows or underflows."""
    total, infinite = 0, set()
    for p, q in (*zip(x, y, strict=True), (b, 1.0)):
        product = p * q
        if math.isfinite(p) and math.isfinite(q):
            (a, below_a), (c, below_c) = p.as_integer_ratio(), q.as_integer_ratio()
            total += a * c << UNIT + 2 - below_a.bit_length() - below_c.bit_length()
        elif math.isnan(product):
            raise ValueError(f"{op}: a sum holds NaN, so it has no sign; want numbers")
        else:
            infinite.add(_sign(product))
    if len(infinite) == 2:
        raise ValueError(f"{op}: a sum holds infinities of both signs, so it has none; want finite numbers")
    return infinite.pop() if infinite else _sign(total)


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)
