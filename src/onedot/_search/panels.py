"""Scores of queries with a few rows at a time, so that never all of them are in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onedot._core.arrays import as_float64, as_floats, is_integer, wide_dtype
from onedot._entry import exact_matmul, exact_matvec, matmul, matvec, single_matmul, single_matvec
from onedot._search.cosines import are_narrow, fill_cosines
from onedot._search.distances import fill_distances

__all__ = ["QUERIES", "Panels", "panels_of"]

QUERIES = 1024  # at a time: more would not make a product quicker
PANEL = 2**18  # scores at a time: 1 or 2 MB, which stay in L2 until the best of them are kept
FEWEST = 256  # rows a panel, for which packing the queries costs little

Fill = Callable[[NDArray[Any], NDArray[Any], NDArray[Any], slice], None]

PRODUCTS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "law": (matvec, matmul),
    "exact": (exact_matvec, exact_matmul),
    "single": (single_matvec, single_matmul),
}


class Panels(NamedTuple):
    """How scores are made: `fill(S, Q, X, span)` sets S[q, i] to the score of query q and row span.start + i."""

    X: NDArray[Any]
    allowed: NDArray[np.intp] | None  # the rows to look at, in order; None for all
    dtype: np.dtype[Any]
    fill: Fill
    by_law: Literal["dot", "cosine"] | None = None  # what rough scores may decide which rows are the best by

    @property
    def rows(self) -> int:
        """How many rows there are to look at."""
        return len(self.X) if self.allowed is None else len(self.allowed)

    def of(self, Q: NDArray[Any]) -> Iterator[tuple[slice, int, NDArray[Any]]]:
        """Some queries, the place of a panel's first row among those to look at, and scores, which the next replace."""
        for start in range(0, len(Q), QUERIES):
            some = slice(start, min(start + QUERIES, len(Q)))
            count = some.stop - start
            step = max(FEWEST, PANEL // count)
            memory = np.empty(count * min(step, self.rows), self.dtype)
            for first in range(0, self.rows, step):
                span = slice(first, min(first + step, self.rows))
                S = memory[: count * (span.stop - first)].reshape(count, -1)
                self.fill(S, Q[some], self.rows_of(span), span)
                yield some, first, S

    def rows_of(self, span: slice) -> NDArray[Any]:
        """Some of the rows to look at."""
        return self.X[span] if self.allowed is None else self.X[self.allowed[span]]

    def rows_at(self, places: NDArray[np.int64]) -> NDArray[np.intp]:
        """The rows of X that stand in such places among those to look at."""
        return places if self.allowed is None else self.allowed[places]


def panels_of(
    op: str,
    X: NDArray[Any],
    Q: NDArray[Any],
    *,
    metric: str,
    tier: str,
    allowed: NDArray[np.intp] | None,
    squares: NDArray[np.float64] | None,
) -> Panels:
    """Scores of rows by a metric in a tier."""
    if metric != "dot":
        known = squares if squares is None or allowed is None else squares[allowed]
        return Panels(
            X, allowed, wide_dtype(X, Q), _measures(op, metric, known), "cosine" if metric == "cosine" else None
        )
    integers = is_integer(X) and is_integer(Q)
    dtype = np.dtype(np.int64) if integers else wide_dtype(X, Q)
    return Panels(X, allowed, dtype, _products(op, tier), "dot" if tier == "law" else None)


def _products(op: str, tier: str) -> Fill:
    by_vector, by_matrix = PRODUCTS[tier]

    def fill(S: NDArray[Any], Q: NDArray[Any], X: NDArray[Any], span: slice) -> None:
        if not (is_integer(Q) and is_integer(X)):
            Q, X = as_floats(op, ("Q", "X"), Q, X)
        try:
            if len(Q) == 1:
                by_vector(X, Q[0], out=S[0])
            else:
                by_matrix(Q, X.T, out=S)
        except OverflowError as error:  # of integers, in the name of the product
            raise OverflowError(f"{op}: {str(error).partition(': ')[2]}") from None

    return fill


def _measures(op: str, metric: str, squares: NDArray[np.float64] | None) -> Fill:
    def fill(S: NDArray[Any], Q: NDArray[Any], X: NDArray[Any], span: slice) -> None:
        queries, rows = Q, X
        if not are_narrow(Q, X):
            queries, rows = as_float64(op, "Q", Q), as_float64(op, "X", X)
        if metric == "cosine":
            fill_cosines(S, queries, rows, None if squares is None else squares[span])
        else:
            fill_distances(S, queries, rows)

    return fill
