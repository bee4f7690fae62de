"""The best of all scores, which are looked at a panel at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onedot import levels
from onedot._search import twice
from onedot._search.panels import Panels

__all__ = ["best_first", "best_of", "merged"]


def best_of(panels: Panels, Q: NDArray[Any], k: int) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """The k best scores of each query and the rows they are of, best first; k is at most the number of rows."""
    if panels.rough is None or not twice.worth_it(panels.X, Q, panels.rows, k):
        return _best_of_all(panels, Q, k)
    bounds = twice.bounds_of(panels.X, Q)
    if not bounds.sound:
        return _best_of_all(panels, Q, k)
    rough, rows = _best_of_all(panels.rough, Q, twice.kept_besides(k))
    scores, found = merged([(twice.scores_of(Q, panels.X, rows), rows)], k)
    # Rows that were not kept may be among the best where the last one kept is not certainly below k of them.
    (open_,) = np.nonzero(~(rough[:, -1] < rough[:, k - 1].astype(np.float64) - 2.0 * bounds.bounds))
    if len(open_):
        scores[open_], found[open_] = _best_of_all(panels, Q[open_], k)
    return scores, found


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


def best_first(scores: NDArray[Any], rows: NDArray[np.int64]) -> NDArray[np.intp]:
    """The places of scores along the last axis in the order that is promised."""
    descending = ~scores if scores.dtype.kind == "i" else -scores  # the least integer has no opposite
    return np.lexsort((rows, descending, np.isnan(scores)), axis=-1)
