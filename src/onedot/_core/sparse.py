"""Products with a CSR or CSC matrix: each number is the dot of a dense row, by a tier, whose zeros need not be stored.

A zero that is not stored meets every element of the other operand, so it makes a NaN of an infinity, as the dense
row does.
"""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onedot import levels
from onedot._core.arrays import as_array, as_float64, fits_float64, is_integer, result_dtype, rounded_to, wide_dtype
from onedot._core.csr import Parts, canonical, csc_parts, csr_parts, is_csc, is_csr
from onedot._core.csr_products import GRAIN, csr_dots, for_each_piece
from onedot._core.dot import fitting
from onedot._core.tiers import LAW, LONGEST, Tier

__all__ = ["dots_dtype", "sparse_dots", "stored_rows"]


def stored_rows(op: str, name: str, S: Any, *, of_columns: bool = False) -> Parts:
    """The parts of S, or of its transpose, as those of a CSR matrix whose columns rise in each row.

    Duplicates are added up in the order in which they are stored, in their own type, and integers exactly.

    Raises
    ------
    TypeError
        If S is neither CSR nor CSC.
    ValueError
        If its parts do not fit each other, or an index is out of range.
    """
    if not is_csr(S) and not is_csc(S):
        raise TypeError(f"{op}: {name} is sparse, a {type(S).__name__}; want CSR or CSC, as {name}.tocsr() makes it")
    read = csr_parts if is_csr(S) != of_columns else csc_parts
    if of_columns:
        parts = {part: getattr(S, part, None) for part in ("data", "indices", "indptr")}
        shape = getattr(S, "shape", None)
        S = SimpleNamespace(shape=shape[::-1] if isinstance(shape, tuple) else shape, **parts)
    data, indices, indptr, n, d = read(op, S)
    data = as_array(op, name, data)
    order = levels.kernels().csr_order(indices, indptr, d)
    if order < 0:
        raise ValueError(f"{op}: {name} has an index outside 0 to {d - 1}; want all within")
    if order > 0:
        if data.dtype.kind in "iu":
            data = data.astype(np.int64 if data.itemsize < 8 else object)
        data, indices, indptr = canonical(data, indices, indptr)
    return Parts(data, indices, indptr, n, d)


def sparse_dots(tier: Tier, op: str, name: str, S: Parts, V: NDArray[Any]) -> NDArray[Any]:
    """The dots (n, b) of every row of S and every row of V, an array called `name`, of dtypes that the tier takes."""
    final = dots_dtype(tier, S, V)
    if not V.size or not S.n:
        return np.zeros((S.n, len(V)), final)
    if final == np.int64:
        return _integer_dots(op, S, V)
    V = as_float64(op, name, V)
    S = S._replace(data=S.data if fits_float64(S.data) else as_float64(op, "X", S.data))
    out = np.empty((S.n, len(V)), final if final.itemsize > 2 else np.float64)
    with np.errstate(all="ignore"):
        if tier is LAW:
            csr_dots(S, V, out)
        elif tier.gives is not None:
            _single_dots(S, V.astype(tier.gives, order="C", copy=False), out)
        else:
            _gathered_dots(tier, op, S, V, out, final)
        _meet_zeros(S, V, out)
    return out if final == out.dtype else rounded_to(final, out)


def dots_dtype(tier: Tier, S: Parts, V: NDArray[Any]) -> np.dtype[Any]:
    """Of what type the dots are."""
    if tier.gives is not None:
        return tier.gives
    return np.dtype(np.int64) if is_integer(S.data) and is_integer(V) else result_dtype(S.data, V)


def _single_dots(S: Parts, V: NDArray[Any], out: NDArray[Any]) -> None:
    kernel = levels.kernels().single_csr_dots

    def fill(v: NDArray[Any], sums: NDArray[Any], rows: Any, start: int, stop: int) -> None:
        kernel(rows, v, sums[start:stop])

    for v, sums in zip(V, out.T, strict=True):
        for_each_piece(S, partial(fill, v, sums))


def _gathered_dots(tier: Tier, op: str, S: Parts, V: NDArray[Any], out: NDArray[Any], final: np.dtype[Any]) -> None:
    """By a tier whose dots do not depend on the order of elements, or on zeros: of rows as long as the longest.

    Rows of about one length are taken together.
    """
    counts = np.diff(S.indptr)
    order = np.argsort(counts, kind="stable")
    dtype = wide_dtype(as_float64(op, "X", S.data[:0]), V)
    short = order[counts[order] <= LONGEST]
    start = 0
    while start < len(short):
        # as many rows as hold GRAIN elements, all as long as the last; and none twice as long as the first
        most = max(2 * int(counts[short[start]]), 8)
        stop = min(int(np.searchsorted(counts[short], most, "right")), start + max(GRAIN // most, 1))
        rows = short[start:stop]
        present = np.arange(max(int(counts[rows[-1]]), 1)) < counts[rows][:, None]
        places = (S.indptr[rows][:, None] + np.arange(present.shape[1]))[present]
        a, x = np.zeros((2, *present.shape), dtype)
        a[present] = as_float64(op, "X", S.data[places])
        for j in range(len(V)):
            x[present] = V[j, S.indices[places]]
            results = np.empty((1, len(rows)), out.dtype)
            tier.row_dots(a[None], x[None], results, final)
            out[rows, j] = results[0]
        start = stop
    for i in order[len(short) :]:
        span = slice(S.indptr[i], S.indptr[i + 1])
        for j in range(len(V)):
            row, v = as_float64(op, "X", S.data[span]), V[j, S.indices[span]]
            out[i, j] = tier.long_dot(row.astype(dtype), v.astype(dtype), final)


def _meet_zeros(S: Parts, V: NDArray[Any], out: NDArray[Any]) -> None:
    """NaN where a zero that is not stored meets an infinity or a NaN."""
    with np.errstate(all="ignore"):
        if np.isfinite(np.sum(V)):  # quicker than to look at each: no finite sum has a part that is not
            return
    wrong = ~np.isfinite(V)
    for j in np.flatnonzero(wrong.any(axis=1)):
        met = np.concatenate([[0], np.cumsum(wrong[j, S.indices])])[S.indptr]
        out[np.diff(met) < np.count_nonzero(wrong[j]), j] = np.nan


def _integer_dots(op: str, S: Parts, V: NDArray[Any]) -> NDArray[np.int64]:
    """The exact integers: in float64 where no sum can round there, otherwise in Python's."""
    longest = int(np.diff(S.indptr).max(initial=0))
    if longest * _largest(S.data) * _largest(V) <= 2**53:
        out = np.empty((S.n, len(V)))
        csr_dots(S, V.astype(np.float64), out)
        return out.astype(np.int64)
    results = np.empty((S.n, len(V)), np.int64)
    for i in range(S.n):
        span = slice(S.indptr[i], S.indptr[i + 1])
        row, columns = [int(element) for element in S.data[span].tolist()], S.indices[span]
        for j in range(len(V)):
            value = sum(int(v) * element for v, element in zip(V[j, columns].tolist(), row, strict=True))
            results[i, j] = fitting(op, value)
    return results


def _largest(v: NDArray[Any]) -> int:
    """The largest magnitude of integers."""
    return max(abs(int(v.min())), abs(int(v.max()))) if v.size else 0
