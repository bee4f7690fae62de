"""Which of many scores are the best: the largest first, of equal ones that of the lower row, NaN after all numbers."""

import math
from collections.abc import MutableSequence, Sequence
from typing import Any

from onedot._reference.law import dot

__all__ = ["best_of_rows", "keep_above_roughly", "keep_best", "ranks_below", "rough_part", "sort_best"]

rough_part = 1  # products of a rough score that are summed before others join them


def ranks_below(score: Any, row: int, other: Any, other_row: int) -> bool:
    """Whether a row with a score comes after another."""
    if score == other or (score != score and other != other):
        return row > other_row
    return bool(score != score or score < other)


def keep_best(
    S: Sequence[Sequence[Any]],
    first: int,
    best: Sequence[MutableSequence[Any]],
    rows: Sequence[MutableSequence[int]],
    filled: int,
) -> None:
    """Let best[q] and rows[q] hold the best k of their first `filled` and of S[q], the scores of rows from `first` on.

    They are heaps, as `heapq` keeps them: the worst is at 0, and none at i is after those at 2i + 1 and 2i + 2.
    """
    for scores, of_best, of_rows in zip(S, best, rows, strict=True):
        _keep(scores, first, of_best, of_rows, filled)


def _keep(
    scores: Sequence[Any], first: int, best: MutableSequence[Any], rows: MutableSequence[int], filled: int
) -> None:
    for row, score in enumerate(scores, first):
        if filled < len(best):
            best[filled], rows[filled] = score, row
            filled += 1
            if filled == len(best):
                for at in range(filled // 2 - 1, -1, -1):
                    _sift(best, rows, at, filled)
        elif ranks_below(best[0], rows[0], score, row):
            best[0], rows[0] = score, row
            _sift(best, rows, 0, filled)


def sort_best(best: Sequence[MutableSequence[Any]], rows: Sequence[MutableSequence[int]]) -> None:
    """Order each heap: the best is then at 0."""
    for of_best, of_rows in zip(best, rows, strict=True):
        for last in range(len(of_best) - 1, 0, -1):
            _exchange(of_best, of_rows, 0, last)
            _sift(of_best, of_rows, 0, last)


def keep_above_roughly(
    X: Sequence[Any],
    Q: Sequence[Any],
    cosine: bool,
    first: int,
    k: int,
    scores: Sequence[MutableSequence[float]],
    places: Sequence[MutableSequence[int]],
    filled: MutableSequence[int],
    least: MutableSequence[float],
) -> float:
    """Add rows of X, numbered from `first` on, to those kept of each query: all whose score is above least[q].

    Scores are X[i]·Q[q], or cosines times |Q[q]|, infinite where the square of a row is out of range, and need not be
    the law's. Where there is no more room for them, k are left. Returns the largest X[i]·X[i], infinite if one is NaN.
    """
    squares = [dot(x, x) for x in X]
    for q in range(len(Q)):
        kept = list(zip(scores[q][: filled[q]], places[q][: filled[q]], strict=True))
        for row, (x, square) in enumerate(zip(X, squares, strict=True), first):
            score = dot(x, Q[q])
            if cosine:
                score = score / math.sqrt(square) if 2.0**-90 < square < 2.0**126 else math.inf
            if score > least[q]:
                kept.append((score, row))
            if len(kept) == len(scores[q]):
                kept = sorted(kept, reverse=True)[:k]
                least[q] = kept[-1][0]
        filled[q] = len(kept)
        for i, (score, row) in enumerate(kept):
            scores[q][i], places[q][i] = score, row
    return max(squares, default=0.0) if all(square < math.inf for square in squares) else math.inf


def best_of_rows(
    X: Sequence[Any],
    Q: Sequence[Any],
    scores: Sequence[Sequence[float]],
    places: Sequence[Sequence[int]],
    least: Sequence[float],
    best: Sequence[MutableSequence[Any]],
    rows: Sequence[MutableSequence[int]],
) -> None:
    """best[q], rows[q] = the best by dots with Q[q] of the rows places[q] whose scores[q] are least[q] or more."""
    for s, q in enumerate(Q):
        filled = 0
        for score, row in zip(scores[s], places[s], strict=True):
            if score >= least[s]:
                _keep([dot(X[row], q)], row, best[s], rows[s], filled)
                filled = min(filled + 1, len(best[s]))
        if filled == len(best[s]):
            sort_best([best[s]], [rows[s]])


def _sift(best: MutableSequence[Any], rows: MutableSequence[int], at: int, count: int) -> None:
    """Move what is at `at` down to where none below it is after it, in a heap of so many."""
    while 2 * at + 1 < count:
        child = 2 * at + 1
        if child + 1 < count and ranks_below(best[child + 1], rows[child + 1], best[child], rows[child]):
            child += 1
        if not ranks_below(best[child], rows[child], best[at], rows[at]):
            return
        _exchange(best, rows, at, child)
        at = child


def _exchange(best: MutableSequence[Any], rows: MutableSequence[int], i: int, j: int) -> None:
    best[i], best[j] = best[j], best[i]
    rows[i], rows[j] = rows[j], rows[i]
