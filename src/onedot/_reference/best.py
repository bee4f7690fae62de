"""Which of many scores are the best: the largest first, of equal ones that of the lower row, NaN after all numbers."""

from collections.abc import MutableSequence, Sequence
from typing import Any

__all__ = ["keep_best", "ranks_below", "sort_best"]


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
