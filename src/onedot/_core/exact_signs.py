"""The exact sign of x·y + b: a decision, not an estimate.

A kernel decides: by a plain sum wherever it is further from 0 than it can be wrong, by the exact tier elsewhere.
"""

import contextlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onedot import levels
from onedot._core.arrays import as_native, is_integer, wide_dtype
from onedot._core.dot import integer_dot
from onedot._core.matvec import vecdot
from onedot._core.row_dots import fill_dots
from onedot._core.tiers import LAW, Tier

__all__ = ["signs"]

WITHOUT = 2  # what kernels write for a sum that has no sign
FEW = 64  # rows of integers that are looked at one by one where a sum does not fit int64


def signs(op: str, X: NDArray[Any], Y: NDArray[Any], b: float = 0.0) -> Any:
    """-1, 0 or 1, the sign of X[...]·Y[...] + b for float or integer arrays whose leading axes broadcast, as int8.

    b is 0 for integers.

    Raises
    ------
    ValueError
        If a sum has no sign: it holds NaN, infinity times 0, or infinities of both signs.
    """
    batch = np.broadcast_shapes(X.shape[:-1], Y.shape[:-1])
    rows, others = (np.broadcast_to(v, (*batch, v.shape[-1])) for v in (X, Y))
    found = np.empty(batch, np.int8)
    if is_integer(X) and is_integer(Y):
        _fill_of_integers(rows, others, found)
    else:
        fill_dots(_sign_of_rows(b), rows, others, found, found.dtype)
        if np.any(found == WITHOUT):
            raise ValueError(f"{op}: a sum holds NaN or infinities of both signs, so it has none; want finite numbers")
    return found[()]


def _sign_of_rows(b: float) -> Tier:
    """The signs of sums as a tier: what is written for each pair of rows is a sign, where others write a dot."""

    def row_signs(a: NDArray[Any], x: NDArray[Any], out: NDArray[Any], dtype: np.dtype[Any]) -> None:
        levels.kernels().row_signs(a, x, b, out)

    def long_sign(x: NDArray[Any], y: NDArray[Any], dtype: np.dtype[Any]) -> float:
        wide, out = wide_dtype(x, y), np.empty((1, 1), np.int8)
        levels.kernels().row_signs(as_native(x, wide)[None, None], as_native(y, wide)[None, None], b, out)
        return float(out[0, 0])

    return Tier("sign", row_signs, long_sign, LAW.grain, narrow=False)


def _fill_of_integers(X: NDArray[Any], Y: NDArray[Any], found: NDArray[np.int8]) -> None:
    """The signs of integer sums; where one does not fit int64, of ever smaller parts."""
    giants = X.dtype.kind == "O" or Y.dtype.kind == "O"
    with contextlib.suppress(OverflowError):
        if not giants:
            found[...] = np.sign(vecdot(X, Y))
            return
    if giants or found.size <= FEW:
        for index in np.ndindex(found.shape):
            total = integer_dot(X[index], Y[index])
            found[index] = (total > 0) - (total < 0)
        return
    axis = next(i for i, size in enumerate(found.shape) if size > 1)
    half = found.shape[axis] // 2
    for part in (slice(half), slice(half, None)):
        within = (slice(None),) * axis + (part,)
        _fill_of_integers(X[within], Y[within], found[within])
