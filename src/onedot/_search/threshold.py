"""All scores that reach a threshold."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onedot._search.order import best_first
from onedot._search.panels import Panels

__all__ = ["at_least"]

LARGEST = 2**63 - 1


def at_least(panels: Panels, Q: NDArray[Any], threshold: float | int) -> list[tuple[NDArray[Any], NDArray[np.intp]]]:
    """For each query the scores that are not below the threshold, and the rows they are of, best first."""
    found: list[list[tuple[NDArray[Any], NDArray[np.int64]]]] = [[] for _ in Q]
    least = _least(threshold, panels.dtype)
    for some, first, S in panels.of(Q):
        q, places = np.nonzero(least <= S)
        ends = np.searchsorted(q, np.arange(len(S) + 1))
        for i in np.flatnonzero(np.diff(ends)):
            span = slice(ends[i], ends[i + 1])
            found[some.start + i].append((S[i, places[span]], places[span] + first))
    return [_in_order(panels, of) for of in found]


def _least(threshold: float | int, dtype: np.dtype[Any]) -> Any:
    """The threshold as a number with which scores are compared as they are: Python's would be rounded to their type."""
    if dtype.kind != "i":
        return np.float64(threshold)
    if isinstance(threshold, float) and math.isinf(threshold):
        return -LARGEST - 1 if threshold < 0 else LARGEST + 1  # NumPy compares any Python integer exactly
    return math.ceil(threshold)


def _in_order(
    panels: Panels, found: list[tuple[NDArray[Any], NDArray[np.int64]]]
) -> tuple[NDArray[Any], NDArray[np.intp]]:
    if not found:
        return np.empty(0, panels.dtype), np.empty(0, np.intp)
    scores, places = (np.concatenate(of) for of in zip(*found, strict=True))
    order = best_first(scores, places)
    return scores[order], panels.rows_at(places[order])
