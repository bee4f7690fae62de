"""Dots of CSR rows by the law: a piece of the rows at a time, shared out among threads, and widened if need be."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onedot import levels
from onedot._core import threads
from onedot._core.arrays import is_integer
from onedot._core.csr import Parts

__all__ = [
    "MOST_UNITS",
    "Placed",
    "are_wide",
    "as_wide",
    "csr_dots",
    "csr_slice",
    "for_each_piece",
    "interleaved",
    "places_in_use",
]

Floats = NDArray[np.float64]

GRAIN = 2**20  # products between two looks at Ctrl-C: some milliseconds
GRAIN_WIDENED = 2**17  # elements that are widened at once: 0.5 or 1 MB, which stays in L2
WORTH_A_THREAD = 2**17
FEW_COLUMNS = 2  # are in use for certain where there are so many times fewer elements
MOST_UNITS = 32  # vectors for which a row is read once


class Placed(NamedTuple):
    """The parts of a CSR matrix, and the places of their columns among those in use."""

    data: NDArray[Any]
    indices: NDArray[Any]
    indptr: NDArray[np.int64]
    n: int
    d: int
    places: NDArray[Any]  # of the column of each element


# columns of float64 or float32, the largest magnitude, infinite if one is not finite, and whether all are whole numbers
Interleaved = tuple[NDArray[Any], float, bool]


def interleaved(W: NDArray[Any], in_use: NDArray[np.intp] | None = None, dtype: Any = np.float64) -> Interleaved:
    """W (k, d), of up to MOST_UNITS rows, as kernels read it: the weights of a column side by side, and zeros behind,
    up to a multiple of 4, only of the columns that are in use, if these are known. In float32 up to a power of 2, and
    the largest magnitude last."""
    if in_use is not None:
        W = np.take(W, in_use, axis=1)
    units = -(-len(W) // 4) * 4 if dtype is np.float64 else max(4, 1 << len(W).bit_length())
    size = W.shape[1] * units * np.dtype(dtype).itemsize
    line = 64  # of a cache, where registers of weights are to begin
    memory = np.empty(size + line, np.uint8)
    start = -memory.ctypes.data % line
    columns = memory[start : start + size].view(dtype).reshape(W.shape[1], units)
    return columns, *levels.kernels().interleave(np.ascontiguousarray(W, np.float64), columns)


def places_in_use(S: Parts) -> tuple[Parts | Placed, NDArray[np.intp] | None]:
    """S and, where its rows use few columns, these columns; the elements of S know their places among them then.

    To lay all weights of 2**18 columns side by side for ten vectors takes 10 ms, as long as scores of 60000 elements.
    """
    if len(S.indices) > S.d // FEW_COLUMNS:
        return S, None
    in_use = np.zeros(S.d, np.bool_)
    in_use[S.indices] = True
    columns = np.flatnonzero(in_use)
    places = np.empty(S.d, S.indices.dtype)
    places[columns] = np.arange(len(columns))
    return Placed(*S, places.take(S.indices)), columns


def as_wide(v: NDArray[Any]) -> NDArray[Any]:
    """v as native float32 if that holds whatever its dtype does, otherwise as float64; a copy in C order."""
    narrow = v.dtype.itemsize <= (2 if is_integer(v) else 4)
    return v.astype(np.float32 if narrow else np.float64, order="C", copy=False)


def are_wide(v: NDArray[Any]) -> bool:
    """Whether a kernel reads v where it lies."""
    return v.dtype in (np.float32, np.float64) and v.flags.c_contiguous and v.flags.aligned


def csr_slice(S: Parts | Placed, start: int, stop: int) -> tuple[Any, ...]:
    """Rows as a kernel reads them, of data that are widened only here."""
    indptr, places = S.indptr[start : stop + 1], [S.places] if isinstance(S, Placed) else []
    if are_wide(S.data):
        return S.data, S.indices, indptr, S.d, *places
    span = slice(indptr[0], indptr[-1])
    return as_wide(S.data[span]), S.indices[span], indptr - indptr[0], S.d, *(of_all[span] for of_all in places)


def for_each_piece(S: Parts | Placed, work: Callable[[Any, int, int], None], products: int = 1) -> None:
    """Call work(rows, start, stop) with all rows as a kernel reads them, `products` to a stored element."""

    @np.errstate(all="ignore")  # of the thread that runs it
    def share(first: int, last: int) -> None:
        for start, stop in pieces[first:last]:
            work(csr_slice(S, start, stop), start, stop)

    grain = GRAIN if are_wide(S.data) else GRAIN_WIDENED
    pieces = _pieces(S, max(grain // products, 1), products)
    threads.share(share, len(pieces), 1)


def _pieces(S: Parts | Placed, grain: int, products: int) -> list[tuple[int, int]]:
    """Ranges of rows with some `grain` stored elements each; a row is in one of them."""
    total = len(S.data) + S.n
    worth = max(WORTH_A_THREAD // products, 1)
    grain = min(grain, max(total // threads.get_num_threads(), worth))
    if total <= grain:
        return [(0, S.n)] if S.n else []
    ends = np.searchsorted(S.indptr + np.arange(S.n + 1), np.arange(grain, total, grain))
    bounds = np.unique(np.concatenate([[0], ends, [S.n]])).tolist()
    return list(pairwise(bounds))


def csr_dots(S: Parts, W: NDArray[Any], out: NDArray[Any]) -> None:
    """out[i, k] = the dot of row i and W[k], floats, rounded to the dtype of out: a new array of float64 or float32."""
    kernels = levels.kernels()
    if len(W) == 1:
        w, sums = np.ascontiguousarray(W[0], np.float64), out[:, 0]  # contiguous, being all there are
        for_each_piece(S, lambda rows, start, stop: kernels.margins(rows, w, sums[start:stop]))
        return
    rows, in_use = places_in_use(S)
    for first in range(0, len(W), MOST_UNITS):
        _score(rows, interleaved(W[first : first + MOST_UNITS], in_use), out[:, first : first + MOST_UNITS])


def _score(S: Parts | Placed, weights: Interleaved, out: NDArray[Any]) -> None:
    """The same for the weights of up to MOST_UNITS vectors."""
    kernel, units = levels.kernels().scores, weights[0].shape[1]
    for_each_piece(S, lambda rows, start, stop: kernel(rows, weights, out[start:stop]), units)
