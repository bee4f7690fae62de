"""Cosines of all pairs of rows of two matrices: those of `geometry.cosine`, by one matrix product."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onedot import geometry
from onedot._core.arrays import as_float64
from onedot._entry import matmul, matvec, vecdot

__all__ = ["GATHERED", "all_dots", "are_narrow", "fill_cosines", "own_dots", "some_pairs", "squares_of"]

Places = NDArray[np.intp]

NORMAL = 2.0**-250  # products of two such elements do not underflow, nor do their sums
LONGEST = 2**21  # elements: sums of so many products of two uint16 are below 2**53
GATHERED = 2**18  # elements of rows at a time whose sums are made anew, or which are widened: 2 MB


def fill_cosines(S: NDArray[Any], Q: NDArray[Any], X: NDArray[Any], squares: NDArray[np.float64] | None) -> None:
    """S[q, i] = the cosine of Q[q] and X[i], rounded once; NaN where one is zero. `squares` are X's, if known."""
    queries, rows = _scaled(Q, None), _scaled(X, squares)
    sums = all_dots(queries.v, rows.v)
    exponents = np.zeros(sums.shape, np.intc) if are_narrow(Q, X) else _mend(sums, queries.v, rows.v)
    of_queries, of_rows = (np.where(of.squares == 0.0, math.nan, of.squares) for of in (queries, rows))
    S[...] = geometry.quotients(sums, of_queries[:, None] * of_rows, exponents)


def squares_of(op: str, X: NDArray[Any]) -> NDArray[np.float64]:
    """x·x of each row, as it is."""
    squares = np.empty(len(X))
    rows = max(1, GATHERED // max(1, X.shape[1]))
    for first in range(0, len(X), rows):
        v = as_float64(op, "X", X[first : first + rows])
        vecdot(v, v, out=squares[first : first + rows])
    return squares


def are_narrow(*arrays: NDArray[Any]) -> bool:
    """Whether these are rows of integers whose sums of products no order rounds: all are below 2**53."""
    return all(v.dtype.kind in "iub" and v.itemsize <= 2 and v.shape[1] <= LONGEST for v in arrays)


def all_dots(Q: NDArray[Any], X: NDArray[Any]) -> NDArray[np.float64]:
    """Q[q]·X[i] in binary64; of narrow integers by their own product, which has the same bits and reads less."""
    if are_narrow(Q, X):
        whole = matvec(X, Q[0])[None] if len(Q) == 1 else matmul(Q, X.T)
        return whole.astype(np.float64)
    sums = np.empty((len(Q), len(X)))
    matmul(Q, X.T, out=sums)
    return sums


def own_dots(v: NDArray[Any]) -> NDArray[np.float64]:
    """v[i]·v[i] in binary64, likewise."""
    return vecdot(v, v).astype(np.float64) if are_narrow(v) else vecdot(v, v, out=np.empty(len(v)))


def _scaled(X: NDArray[Any], squares: NDArray[np.float64] | None) -> geometry.Scaled:
    if are_narrow(X):
        return geometry.Scaled(X, own_dots(X) if squares is None else squares, np.zeros(len(X), np.intc))
    if squares is None or not ((squares >= geometry.LOW) & (squares <= geometry.HIGH)).all():
        return geometry.scaled(X)
    return geometry.Scaled(X, squares, np.zeros(len(X), np.intc))


def _mend(sums: NDArray[np.float64], Q: NDArray[Any], X: NDArray[Any]) -> NDArray[np.intc]:
    """Make sums anew that may have lost digits to underflow, as `geometry.dots` does; the powers of two they lack."""
    exponents = np.zeros(sums.shape, np.intc)
    q, i = np.nonzero(~((np.abs(sums) >= geometry.FAINT) & (np.abs(sums) <= geometry.GREAT)))
    if not len(q):
        return exponents
    rows, of_row = np.unique(i, return_inverse=True)
    sound = (sums[q, i] == 0.0) & _normal(Q)[q] & _normal(X[rows])[of_row]  # zero, as nothing has underflowed
    q, i = q[~sound], i[~sound]
    for at in some_pairs(q, i, X.shape[1]):
        sums[at], exponents[at] = geometry.dots(Q[at[0]], X[at[1]])
    return exponents


def some_pairs(q: Places, i: Places, d: int) -> Iterator[tuple[Places, Places]]:
    """Pairs of rows of d elements a few at a time."""
    count = max(1, GATHERED // max(1, d))
    for first in range(0, len(q), count):
        yield q[first : first + count], i[first : first + count]


def _normal(X: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether no element of a row is so small that products of it underflow."""
    return np.asarray(((np.abs(X) >= NORMAL) | (X == 0.0)).all(axis=-1))
