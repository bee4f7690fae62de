"""Distances of all pairs of rows of two matrices, by one matrix product where that loses nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from onedot import geometry
from onedot._search.cosines import all_dots, own_dots, some_pairs

__all__ = ["fill_distances"]

CANCELLED = 2.0**-6  # of |x|**2 + |q|**2: a smaller square of a distance would have lost more than 6 bits


def fill_distances(S: NDArray[Any], Q: NDArray[Any], X: NDArray[Any]) -> None:
    """S[q, i] = |X[i] - Q[q]|, the root of |x|**2 + |q|**2 - 2 x·q; where these cancel, the norm of x - q."""
    sums, of_queries, of_rows = all_dots(Q, X), own_dots(Q), own_dots(X)
    together = of_queries[:, None] + of_rows
    squares = together - 2.0 * sums
    sound = (squares >= CANCELLED * together) & (together >= geometry.LOW) & (together <= geometry.HIGH)
    distances = np.sqrt(squares)
    q, i = np.nonzero(~sound)
    for at in some_pairs(q, i, X.shape[1]):
        distances[at] = geometry.norm(X[at[1]].astype(np.float64) - Q[at[0]])
    S[...] = distances
