"""A job of rows, out[..., s, m] = a[..., s, m]·x[..., s, m]: in pieces that threads share.

Its axes become as few as strides can tell. Between two pieces a call can be interrupted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from onedot import levels
from onedot._core import threads
from onedot._core.arrays import as_native, result_dtype, wide_dtype
from onedot._core.dot import fitting
from onedot._core.tiers import GRAIN, LONGEST, Tier
from onedot.levels.table import REFERENCE

__all__ = ["fill_dots", "fill_integers", "for_two_axes", "pieces"]

GRAIN_SCATTERED = 2**22  # products between two looks at Ctrl-C where elements are gathered one by one: 20 ms
GRAIN_REFERENCE = 2**15  # the same in pure Python: 5 ms, or 55 of exact products; longer rows go in parts
GRAIN_INTEGERS = 2**24  # the same for integers: 10 ms
GRAIN_WIDE_INTEGERS = 2**21  # the same for integers of 64 bits: 20 ms
GRAIN_CONVERTED = 2**19  # the same where operands are converted, whose copies then stay within 4 MB
WORTH_A_THREAD = 2**20  # products; waking a thread takes as long as some 2**18 of them
MOST_GATHERED = 2**22  # integers that are copied, so that they lie side by side


def fill_integers(op: str, a: NDArray[Any], x: NDArray[Any], out: NDArray[Any]) -> None:
    """out[s, m] = a[s, m]·x[s, m], in pieces that threads share."""
    kernels = levels.kernels()
    a, x = _gathered(a), _gathered(x)
    grain = GRAIN_WIDE_INTEGERS if max(a.itemsize, x.itemsize) == 8 else GRAIN_INTEGERS
    shares = pieces(out.shape[0], out.shape[1], a.shape[2], min(grain, _grain(a, x, True)))

    def fill(first: int, last: int) -> None:
        for piece in shares[first:last]:
            left, right = (as_native(v[piece], v.dtype.newbyteorder("=")) for v in (a, x))
            beyond = kernels.integer_row_dots(left, right, out[piece])
            if beyond is not None:
                fitting(op, beyond)

    threads.share(fill, len(shares), 1)


def _gathered(v: NDArray[Any]) -> NDArray[Any]:
    """v, or a copy where no axis of many rows is contiguous, which would be gathered for each row that they meet."""
    distinct = v[tuple(slice(0, 1) if step == 0 else slice(None) for step in v.strides)]
    if v.itemsize in v.strides or distinct.size == v.size or distinct.size > MOST_GATHERED:
        return v
    return np.broadcast_to(np.ascontiguousarray(distinct), v.shape)


def fill_dots(tier: Tier, a: NDArray[Any], x: NDArray[Any], out: NDArray[Any], final: np.dtype[Any]) -> NDArray[Any]:
    """Write the dots of the rows of a and x, floats, to out, whose shape their leading axes have."""
    if out.size:
        for_two_axes(a, x, out, lambda *parts: _fill_two_axes(tier, final, *parts))
    return out


def for_two_axes(a: NDArray[Any], x: NDArray[Any], out: NDArray[Any], fill: Callable[..., None]) -> None:
    """Call fill(a, x, out) on parts of two leading axes that make up the whole, which is not empty."""
    rows_a, rows_x, result = _merge_axes(a, x, out)
    for index in np.ndindex(result.shape[:-2]):
        fill(rows_a[index], rows_x[index], result[index])


def _merge_axes(*arrays: NDArray[Any]) -> list[NDArray[Any]]:
    """Views with as few leading axes as strides can tell, two at the least; the last array is out, without rows."""
    shape = arrays[-1].shape
    sizes: list[int] = []
    strides: list[tuple[int, ...]] = []
    for axis in reversed(range(len(shape))):
        steps = tuple(v.strides[axis] for v in arrays)
        if shape[axis] == 1:
            continue
        if sizes and steps == tuple(step * sizes[0] for step in strides[0]):
            sizes[0] *= shape[axis]
            continue
        sizes.insert(0, shape[axis])
        strides.insert(0, steps)
    while len(sizes) < 2:
        sizes.insert(0, 1)
        strides.insert(0, (0,) * len(arrays))
    return [
        as_strided(v, (*sizes, *v.shape[len(shape) :]), (*(step[i] for step in strides), *v.strides[len(shape) :]))
        for i, v in enumerate(arrays)
    ]


def _fill_two_axes(tier: Tier, final: np.dtype[Any], a: NDArray[Any], x: NDArray[Any], out: NDArray[Any]) -> None:
    """out[s, m] = a[s, m]·x[s, m], in pieces that threads share."""
    if a.shape[2] > (GRAIN_REFERENCE if levels.current() == REFERENCE else LONGEST):
        with np.errstate(over="ignore", invalid="ignore"):
            for s, m in np.ndindex(out.shape):
                out[s, m] = tier.long_dot(a[s, m], x[s, m], final)
        return
    dtype = result_dtype(a, x) if tier.narrow else wide_dtype(a, x)
    ready = all(v.dtype == dtype and v.flags.aligned for v in (a, x))
    shares = pieces(out.shape[0], out.shape[1], a.shape[2], min(tier.grain(), _grain(a, x, ready)))

    def fill(first: int, last: int) -> None:
        for piece in shares[first:last]:
            with np.errstate(over="ignore", invalid="ignore"):
                tier.row_dots(as_native(a[piece], dtype), as_native(x[piece], dtype), out[piece], final)

    threads.share(fill, len(shares), 1)


def _grain(a: NDArray[Any], x: NDArray[Any], ready: bool) -> int:
    """How many products to make between two looks at Ctrl-C."""
    if levels.current() == REFERENCE:
        return GRAIN_REFERENCE
    if not ready:
        return max(_meetings(a, x) // 2, 1) * GRAIN_CONVERTED
    side_by_side = x.strides[2] == x.itemsize and a.itemsize in a.strides[1:]
    return GRAIN if side_by_side else GRAIN_SCATTERED


def _meetings(a: NDArray[Any], x: NDArray[Any]) -> int:
    """How many rows of the other operand a row that is converted meets, while the copies of both stay as small."""
    if a.strides[0] or x.strides[1] or not a.shape[2]:
        return 1
    meetings: int = min(a.shape[0], a.shape[1], GRAIN_CONVERTED // (2 * a.shape[2]))
    return meetings


def pieces(s: int, m: int, n: int, grain: int = GRAIN) -> list[tuple[slice, slice]]:
    """Pieces of an (s, m) result of rows of n: at most `grain` products each, and enough for every thread."""
    products = min(grain, max(s * m * n // threads.get_num_threads(), WORTH_A_THREAD))
    rows, columns = s, m
    while rows * columns * n > products and rows * columns > 1:
        if rows >= columns:
            rows = -(-rows // 2)
        else:
            columns = -(-columns // 2)
    return [
        (slice(i, min(i + rows, s)), slice(j, min(j + columns, m)))
        for i in range(0, s, rows)
        for j in range(0, m, columns)
    ]
