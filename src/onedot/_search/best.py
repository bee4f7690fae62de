"""The best of all scores, which are looked at a panel at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onedot import levels
from onedot._search import twice
from onedot._search.order import best_first
from onedot._search.panels import QUERIES, Panels

__all__ = ["best_of", "merged"]


def best_of(panels: Panels, Q: NDArray[Any], k: int) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """The k best scores of each query and the rows they are of, best first; k is at most the number of rows."""
    if not (panels.by_law and twice.worth_it(panels, Q, k)):
        return _best_of_all(panels, Q, k)
    scores, rows = np.empty((len(Q), k), np.float32), np.empty((len(Q), k), np.intp)
    for start in range(0, len(Q), QUERIES):
        some = slice(start, min(start + QUERIES, len(Q)))
        scores[some], rows[some], undecided = twice.best_by_rough_scores(panels, Q[some], k)
        if len(undecided):
            scores[start + undecided], rows[start + undecided] = _best_of_all(panels, Q[start + undecided], k)
    return scores, rows


def _best_of_all(panels: Panels, Q: NDArray[Any], k: int) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """The same from all scores."""
    scores, places = np.empty((len(Q), k), panels.dtype), np.empty((len(Q), k), np.int64)
    kernels = levels.kernels()
    for some, first, S in panels.of(Q):
        kernels.keep_best(S, first, scores[some], places[some], min(first, k))
    kernels.sort_best(scores, places)
    return scores, panels.rows_at(places)


def merged(parts: Sequence[tuple[NDArray[Any], NDArray[np.int64]]], k: int) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """The k best of parts (scores, rows), each (q, some): k is at most the number of them all."""
    scores, rows = (np.concatenate(of, axis=-1) for of in zip(*parts, strict=True))
    order = best_first(scores, rows)[..., :k]
    return np.take_along_axis(scores, order, -1), np.take_along_axis(rows, order, -1)
