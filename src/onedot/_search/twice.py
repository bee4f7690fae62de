"""The best by the law in less time than its scores take: by those of the single tier first, whose error is bounded."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onedot import levels
from onedot._entry import matvec, vecdot
from onedot._search.cosines import GATHERED

__all__ = ["Bounds", "bounds_of", "kept_besides", "scores_of", "worth_it"]

QUERIES = 16  # at least: for fewer, rows come from memory no faster than the law sums them
PRODUCTS = 2**24  # at least
ROWS = 16  # at least, to each that is looked at again
GRAIN = 2**26  # of the single tier at levels that have its fused products; others make them of sums of doubles
LANES, BLOCK = 32, 4096  # of either tier


class Bounds(NamedTuple):
    """abs(single score - score by the law) <= bounds[q], if they are sound."""

    bounds: NDArray[np.float64]
    sound: bool  # whether no sum overflows, nor is infinite or NaN


def worth_it(X: NDArray[Any], Q: NDArray[Any], rows: int, k: int) -> bool:
    """Whether so many rows are float32, enough beside those that are looked at again, and fused products quick."""
    return (
        levels.kernels().single_grain >= GRAIN
        and X.dtype == Q.dtype == np.float32
        and len(Q) >= QUERIES
        and len(Q) * rows * X.shape[1] >= PRODUCTS
        and rows >= ROWS * kept_besides(k)
    )


def kept_besides(k: int) -> int:
    """How many are kept by the single tier for k by the law: some scores may be close to the last one."""
    return k + 16 + k // 8


def bounds_of(X: NDArray[Any], Q: NDArray[Any]) -> Bounds:
    """Bounds for queries with rows of float32.

    In the single tier a product passes h roundings, of its lane, of the fold of 32 lanes and of that of blocks, so
    its sum is off by at most h 2**-24 / (1 - h 2**-24) times the sum of magnitudes, which is |x| |q| at most, and by
    2**-150 for each that underflows (N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2002, 3.1,
    https://doi.org/10.1137/1.9780898718027). The law's is off by less than one rounding more, to float32. Norms are
    rounded, too: all that is of second order is within 2**-10.
    """
    n = X.shape[1]
    roundings = min(-(-n // LANES), BLOCK // LANES) + LANES.bit_length() + (n // BLOCK).bit_length() + 2
    of_rows, of_queries = _norms(X).max(), _norms(Q)
    sound = bool(of_queries.max() * of_rows < 2.0**126)  # False of NaN, too
    return Bounds((1.0 + 2.0**-10) * (roundings * 2.0**-24 * of_queries * of_rows + (n + 2) * 2.0**-149), sound)


def _norms(V: NDArray[Any]) -> NDArray[np.float64]:
    """|v| of each row, at least; infinite or NaN if its square is in float32."""
    squares = vecdot(V, V).astype(np.float64)
    return np.asarray(np.sqrt(squares * (1.0 + 2.0**-20) + 2.0**-148))


def scores_of(Q: NDArray[Any], X: NDArray[Any], rows: NDArray[np.intp]) -> NDArray[Any]:
    """The scores by the law of each query with some rows, which lie side by side while they are scored."""
    scores = np.empty(rows.shape, np.float32)
    step = max(1, GATHERED // X.shape[1])
    room = np.empty((min(step, rows.shape[1]), X.shape[1]), np.float32)
    for q, of_query, out in zip(Q, rows, scores, strict=True):
        for first in range(0, len(of_query), step):
            some = of_query[first : first + step]
            side_by_side = np.take(X, some, axis=0, out=room[: len(some)], mode="clip")  # else take makes a copy first
            matvec(side_by_side, q, out=out[first : first + step])
    return scores
