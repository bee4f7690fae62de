"""Dots of CSR rows by the law: a piece of the rows at a time, shared out among threads, and widened if need be."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onedot import levels
from onedot._core import threads
from onedot._core.arrays import is_integer
from onedot._core.csr import Parts

__all__ = ["MOST_UNITS", "are_wide", "as_wide", "csr_dots", "csr_slice", "for_each_piece", "interleaved"]

Floats = NDArray[np.float64]

GRAIN = 2**20  # products between two looks at Ctrl-C: some milliseconds
GRAIN_WIDENED = 2**17  # elements that are widened at once: 0.5 or 1 MB, which stays in L2
WORTH_A_THREAD = 2**17
MOST_UNITS = 32  # vectors for which a row is read once


Interleaved = tuple[Floats, float, bool]  # columns, the largest magnitude, and whether all are whole numbers


def interleaved(W: Floats) -> Interleaved:
    """W (k, d), of up to MOST_UNITS rows, as the kernel of scores reads it: the weights of a column side by side, and
    zeros behind them up to a multiple of 4."""
    units, line = -(-len(W) // 4) * 4, 64  # of a cache, where registers of weights are to begin
    memory = np.empty(W.shape[1] * units * 8 + line, np.uint8)
    start = -memory.ctypes.data % line
    columns = memory[start : start + W.shape[1] * units * 8].view(np.float64).reshape(W.shape[1], units)
    return columns, *levels.kernels().interleave(np.ascontiguousarray(W), columns)


def as_wide(v: NDArray[Any]) -> NDArray[Any]:
    """v as native float32 if that holds whatever its dtype does, otherwise as float64; a copy in C order."""
    narrow = v.dtype.itemsize <= (2 if is_integer(v) else 4)
    return v.astype(np.float32 if narrow else np.float64, order="C", copy=False)


def are_wide(v: NDArray[Any]) -> bool:
    """Whether a kernel reads v where it lies."""
    return v.dtype in (np.float32, np.float64) and v.flags.c_contiguous and v.flags.aligned


def csr_slice(S: Parts, start: int, stop: int) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.int64], int]:
    """Rows as a kernel reads them, of data that are widened only here."""
    if are_wide(S.data):
        return S.data, S.indices, S.indptr[start : stop + 1], S.d
    a, b = S.indptr[start], S.indptr[stop]
    return as_wide(S.data[a:b]), S.indices[a:b], S.indptr[start : stop + 1] - a, S.d


def for_each_piece(S: Parts, work: Callable[[Any, int, int], None], products: int = 1) -> None:
    """Call work(rows, start, stop) with all rows as a kernel reads them, `products` to a stored element."""

    @np.errstate(all="ignore")  # of the thread that runs it
    def share(first: int, last: int) -> None:
        for start, stop in pieces[first:last]:
            work(csr_slice(S, start, stop), start, stop)

    grain = GRAIN if are_wide(S.data) else GRAIN_WIDENED
    pieces = _pieces(S, max(grain // products, 1), products)
    threads.share(share, len(pieces), 1)


def _pieces(S: Parts, grain: int, products: int) -> list[tuple[int, int]]:
    """Ranges of rows with some `grain` stored elements each; a row is in one of them."""
    total = len(S.data) + S.n
    worth = max(WORTH_A_THREAD // products, 1)
    grain = min(grain, max(total // threads.get_num_threads(), worth))
    ends = np.searchsorted(S.indptr + np.arange(S.n + 1), np.arange(grain, total, grain))
    bounds = np.unique(np.concatenate([[0], ends, [S.n]])).tolist()
    return list(pairwise(bounds))


def csr_dots(S: Parts, W: Floats, out: NDArray[Any]) -> None:
    """out[i, k] = the dot of row i and W[k], rounded to the dtype of out: a new array of float64 or float32."""
    kernels = levels.kernels()
    if len(W) == 1:
        sums = out[:, 0]  # contiguous, being all there are
        for_each_piece(S, lambda rows, start, stop: kernels.margins(rows, W[0], sums[start:stop]))
        return
    for first in range(0, len(W), MOST_UNITS):
        _score(S, interleaved(W[first : first + MOST_UNITS]), out[:, first : first + MOST_UNITS])


def _score(S: Parts, weights: Interleaved, out: NDArray[Any]) -> None:
    """The same for the weights of up to MOST_UNITS vectors."""
    kernel, units = levels.kernels().scores, weights[0].shape[1]
    for_each_piece(S, lambda rows, start, stop: kernel(rows, weights, out[start:stop]), units)
