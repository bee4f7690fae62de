"""What searches among rows must find: scores, and where they are."""

from collections.abc import Iterator

import numpy as np

from onedot import search
from onedot._corpus.draw import Draw
from onedot._corpus.registry import Result, operation

__all__ = ["TYPES"]

TYPES = ("float64", "float32", "float16", "bfloat16", "int8", "uint8", "bool")


@operation("search")
def searches(draw: Draw) -> Iterator[Result]:
    """Every type by every metric and tier that takes it; rows twice, so that scores are equal; one query and many."""
    for dtype in TYPES:
        floats = np.dtype(dtype).kind == "f" if dtype != "bfloat16" else True
        for d in (1, 5, 40):
            drawn = (draw.floats(dtype, 24 * d, -3, 3) if floats else draw.integers(dtype, 24 * d)).reshape(24, d)
            X, Q = np.concatenate([drawn, drawn]), drawn[::7]
            for tier in ("law", "exact", "single") if floats and dtype != "float64" else ("law", "exact"):
                yield from search.top_k(X, Q, 5, tier=tier)
            yield from search.top_k(X, Q[0], 48, metric="cosine")
            yield from search.Index(X, metric="cosine").search(Q, 9, mask=np.arange(48) % 3 > 0)
            for found in search.top_k(X, Q, threshold=0.25):
                yield from found
