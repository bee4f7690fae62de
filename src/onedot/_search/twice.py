"""The best by the law in less time than its scores take: rough scores of all, whose errors are bounded, come first."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onedot import levels
from onedot._core.arrays import is_bfloat16
from onedot._core.threads import share
from onedot._search.cosines import fill_cosines
from onedot._search.order import best_first
from onedot._search.panels import Panels

__all__ = ["best_by_rough_scores", "worth_it"]

QUERIES = 4  # at least: for fewer, rows come from memory no faster than the law sums them
PRODUCTS = 2**24  # at least
ROWS = 16  # at least, to each that is looked at again
GRAIN = 2**32  # products between two looks at Ctrl-C: 0.1 s
GRAIN_BY_LAW = 2**22  # the same of rows that are scored again, which lie apart: some milliseconds
FEWEST = 1024  # rows at a time, for which packing the queries costs little
LONGEST = 2**20  # elements of a row


class Kept(NamedTuple):
    """Rough scores and the rows that they are of, of each query: all those of more than `least`."""

    scores: NDArray[np.float32]
    places: NDArray[np.int64]
    filled: NDArray[np.int64]
    least: NDArray[np.float32]


def worth_it(panels: Panels, Q: NDArray[Any], k: int) -> bool:
    """Whether so many rows are narrow floats, enough beside those that are looked at again."""
    dtype, n = panels.X.dtype, panels.X.shape[1]
    return (
        dtype == Q.dtype
        and dtype.isnative
        and (dtype in (np.float32, np.float16) or is_bfloat16(dtype))
        and len(Q) >= QUERIES
        and n <= LONGEST
        and len(Q) * panels.rows * n >= PRODUCTS
        and panels.rows >= ROWS * kept_besides(k)
    )


def kept_besides(k: int) -> int:
    """How many are kept by rough scores for k by the law: some may be close to the last one."""
    return k + 16 + k // 8


def bounds_of(n: int, square: float, Q: NDArray[Any], cosine: bool = False) -> NDArray[np.float64]:
    """abs(rough score - score by the law) <= bounds[q] for rows of n elements and squares up to `square`, nearly.

    A rough product passes h roundings: its own, those of its part's sum and those of the sum of parts. So a sum is off
    by at most h 2**-24 / (1 - h 2**-24) times the sum of magnitudes, which is |x| |q| at most, and by 2**-150 for each
    that underflows (N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2002, 3.1,
    https://doi.org/10.1137/1.9780898718027). The law's is off by less than one rounding more, to float32. Squares are
    rounded, too: h is 2**13 at most, so all that is of second order is within 2**-10. Where a sum might overflow, or a
    number is infinite or NaN, the bound is infinite or NaN.

    Of cosines, scores are those times |q|: over |x|, whose square passes no more than h roundings, so that it is off by
    half of these, and three more of the root, the quotient and the product. Rows whose square is out of range are not
    meant; in others, what underflows is less than 2**-24 of |x|, if |q| is not below 2**-60.
    """
    part = levels.kernels().rough_part
    h = min(n, part) + -(-n // part) + 2
    of_queries = (1.0 + 2.0**-20) * np.sqrt(np.square(Q.astype(np.float64)).sum(axis=1))
    if cosine:
        sound = (of_queries > 2.0**-60) & (of_queries < 2.0**60)
        return np.where(sound, (1.0 + 2.0**-9) * 1.5 * (h + 8) * 2.0**-24 * of_queries, np.inf)
    sizes = of_queries * np.sqrt(square * (1.0 + 2.0**-10) + 2.0**-128)
    bounds = (1.0 + 2.0**-9) * (h * 2.0**-24 * sizes + (n + 2) * 2.0**-149)
    return np.where(sizes < 2.0**126, bounds, np.inf)


def best_by_rough_scores(
    panels: Panels, Q: NDArray[Any], k: int
) -> tuple[NDArray[np.float32], NDArray[np.intp], NDArray[np.intp]]:
    """The k best by the law of each query among the rows whose rough scores are best, (scores, rows), and for which
    queries there may be others."""
    cosine = panels.by_law == "cosine"
    kept, square = _roughly_best(panels, Q, kept_besides(k))
    # k rows have at least this by the law, less one bound; a row of less, less another, is not among the best.
    known = np.where(kept.scores < np.inf, kept.scores, -np.inf)  # the law may rank the others last
    of_k = np.partition(known, -k, axis=1)[:, -k]
    least = of_k - 2.0 * bounds_of(Q.shape[1], square, Q, cosine)
    (undecided,) = np.nonzero(~(kept.least < least))
    least[undecided] = np.nan  # they are searched again
    rounded = np.nextafter(least.astype(np.float32), np.float32(-np.inf))
    rows = panels.rows_at(kept.places)
    scores, found = np.empty((len(Q), k), np.float32), np.zeros((len(Q), k), np.int64)

    def score(first: int, last: int) -> None:
        some = slice(first, last)
        of_some = (panels.X, Q[some], kept.scores[some], rows[some], rounded[some], scores[some], found[some])
        if cosine:
            _best_cosines(*of_some)
        else:
            levels.kernels().best_of_rows(*of_some)

    share(score, len(Q), max(1, GRAIN_BY_LAW // (k * Q.shape[1])))
    return scores, found, undecided


def _best_cosines(
    X: NDArray[Any],
    Q: NDArray[Any],
    scores: NDArray[np.float32],
    rows: NDArray[np.intp],
    least: NDArray[np.float32],
    best: NDArray[np.float32],
    found: NDArray[np.intp],
) -> None:
    """As `best_of_rows`, of cosines."""
    for s in range(len(Q)):
        some = np.sort(rows[s][scores[s] >= least[s]])
        if len(some):
            cosines = np.empty((1, len(some)), np.float32)
            fill_cosines(cosines, Q[s : s + 1], X[some], None)
            order = best_first(cosines[0], some)[: best.shape[1]]
            best[s], found[s] = cosines[0][order], some[order]


def _roughly_best(panels: Panels, Q: NDArray[Any], kept: int) -> tuple[Kept, float]:
    """So many rows of each query, or more, and the largest square of any row; of few rows where there is a NaN."""
    spare: list[Kept] = []  # at which no thread is at work
    squares: list[float] = []
    cosine = panels.by_law == "cosine"

    def keep(first: int, last: int) -> None:
        try:
            mine = spare.pop()
        except IndexError:
            mine = _none_kept(len(Q), 2 * kept + 64)
        X = panels.rows_of(slice(first, last))
        squares.append(levels.kernels().keep_above_roughly(X, Q, cosine, first, kept, *mine))
        spare.append(mine)

    share(keep, panels.rows, max(FEWEST, GRAIN // Q.size))
    for mine in spare:
        mine.scores[np.arange(mine.scores.shape[1]) >= mine.filled[:, None]] = -np.inf
    return _all_kept(spare), max(squares)


def _none_kept(queries: int, room: int) -> Kept:
    return Kept(
        np.empty((queries, room), np.float32),
        np.zeros((queries, room), np.int64),
        np.zeros(queries, np.int64),
        np.full(queries, -np.inf, np.float32),
    )


def _all_kept(parts: list[Kept]) -> Kept:
    if len(parts) == 1:
        return parts[0]
    scores, places = (np.concatenate(of, axis=1) for of in list(zip(*parts, strict=True))[:2])
    return Kept(
        scores, places, np.sum([part.filled for part in parts], axis=0), np.max([part.least for part in parts], axis=0)
    )
