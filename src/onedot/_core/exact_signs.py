"""The exact sign of x·y + b: a decision, not an estimate.

The plain dot decides wherever it is further from 0 than it can be wrong. What it leaves the exact tier decides.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from onedot._core.arrays import is_integer
from onedot._core.dot import integer_dot
from onedot._core.exact import sign
from onedot._core.matvec import vecdot
from onedot._reference.law import BLOCK, LANES

__all__ = ["exact_sign", "signs"]

ROOM = 2**18  # elements whose sizes are taken at once: 2 MB


def signs(op: str, X: NDArray[Any], Y: NDArray[Any], b: float = 0.0) -> Any:
    """-1, 0 or 1, the sign of X[...]·Y[...] + b for float or integer arrays whose leading axes broadcast, as int8.

    Raises
    ------
    ValueError
        If a sum has no sign: it holds NaN, infinity times 0, or infinities of both signs.
    """
    batch = np.broadcast_shapes(X.shape[:-1], Y.shape[:-1])
    rows, others = (np.broadcast_to(v, (*batch, v.shape[-1])) for v in (X, Y))
    found = np.empty(batch, np.int8)
    _fill(op, rows, others, b, found)
    return found[()]


def _fill(op: str, X: NDArray[Any], Y: NDArray[Any], b: float, found: NDArray[np.int8]) -> None:
    """The signs, so few at a time that what is made on the way takes little room, and Ctrl-C is heard."""
    if found.size * max(X.shape[-1], 1) > ROOM and found.size > 1:
        axis = next(i for i, size in enumerate(found.shape) if size > 1)
        half = found.shape[axis] // 2
        for part in (slice(half), slice(half, None)):
            within = (slice(None),) * axis + (part,)
            _fill(op, X[within], Y[within], b, found[within])
        return
    if is_integer(X) and is_integer(Y):
        for index in np.ndindex(found.shape):
            found[index] = _sign(integer_dot(X[index], Y[index]))
        return
    with np.errstate(all="ignore"):
        sums = vecdot(X, Y, out=np.empty(found.shape)) + b
    found[...] = np.sign(sums, where=~np.isnan(sums), out=np.zeros(found.shape))
    for place in np.argwhere(np.atleast_1d(~_is_decided(X, Y, b, sums))).tolist():
        index = tuple(place) if found.ndim else ()
        found[index] = exact_sign(op, X[index], Y[index], b)


def _is_decided(X: NDArray[Any], Y: NDArray[Any], b: float, sums: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Where the sign of the computed sum is that of the true one.

    With u = 2**-53 and c additions in a row, the sum is off by at most about c*u*(|X|·|Y| + |b|), and n*2**-1075 for
    products that underflow; |X|·|Y|, computed, is too small by a factor of 1 - c*u at most. Twice that, and more for
    underflow, covers what the bound itself loses by rounding. An overflow makes it infinite or NaN: not decided.
    """
    n = X.shape[-1]
    c = min(n, BLOCK) // LANES + 10 + (n // BLOCK).bit_length()
    with np.errstate(all="ignore"):
        size = vecdot(np.abs(X), np.abs(Y), out=np.empty(sums.shape)) + abs(b)
        decided: NDArray[np.bool_] = np.abs(sums) > c * 2.0**-52 * size + (n + 1) * 2.0**-1070
    return decided


def exact_sign(op: str, x: NDArray[Any], y: NDArray[Any], b: float = 0.0) -> int:
    """The sign of x·y + b, whatever cancels, overflows or underflows: b is one product more."""
    try:
        return sign(np.append(x, 1.0), np.append(y, b))
    except ValueError:
        raise ValueError(
            f"{op}: a sum holds NaN or infinities of both signs, so it has none; want finite numbers"
        ) from None


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)
