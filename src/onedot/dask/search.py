"""Search among the rows of a dask array: the best of each chunk, merged."""

from __future__ import annotations

from itertools import accumulate
from typing import Any, SupportsIndex

import dask
import dask.array as da
import numpy as np

from onedot import search
from onedot.dask.chunks import known

__all__ = ["top_k"]


def top_k(
    X: Any, Q: Any, k: SupportsIndex, *, metric: search.Metric = "dot", tier: search.Tier = "law"
) -> tuple[da.Array, da.Array]:
    """The k best rows of each query, (scores, indices), lazily: what `onedot.search.top_k` finds, for any chunks.

    Parameters
    ----------
    X : dask array, shape (n, d)
        A chunk is to hold whole rows; others are put together.
    Q : array_like, shape (d,) or (q, d)
        In memory, as every chunk meets all queries.
    k, metric, tier
        As for `onedot.search.top_k`.

    Returns
    -------
    scores, indices : dask array, shape (k,) or (q, k)

    Raises
    ------
    ValueError, TypeError
        As `onedot.search.top_k`; ValueError, too, if X has chunks of unknown sizes.

    Examples
    --------
    >>> import dask.array as da
    >>> X = da.from_array([[1.0, 0.0], [0.0, 1.0], [2.0, 1.0]], chunks=(2, 1))
    >>> scores, indices = onedot.dask.top_k(X, [3.0, 1.0], 2)
    >>> scores.compute(), indices.compute()
    (array([7., 3.]), array([2, 0]))
    """
    op = "dask.top_k"
    if not isinstance(X, da.Array):
        raise TypeError(f"{op}: X has type {type(X).__name__}; want a dask array, or onedot.search.top_k")
    if X.ndim != 2:
        raise ValueError(f"{op}: X has shape {X.shape}; want two dimensions, (n, d)")
    rows = known(op, "X", X)
    queries = search.numbers(op, "Q", Q)
    few = np.zeros((1, rows.shape[1]), rows.dtype)
    scores, _ = search.top_k(few, queries, 1, metric=metric, tier=tier)  # what it would refuse, and the type of scores
    k = search.check_k(op, k, rows.shape[0], "the number of rows")
    parts = rows.rechunk({1: -1}).to_delayed().ravel().tolist() if rows.shape[1] else [dask.delayed(rows)]
    task, starts = dask.delayed(search.top_k, pure=True), accumulate((0, *rows.chunks[0]))
    sizes = rows.chunks[0] if rows.shape[1] else (rows.shape[0],)
    found = [
        task(part, queries, min(k, size), metric=metric, tier=tier) for part, size in zip(parts, sizes, strict=True)
    ]
    merged = dask.delayed(search.merge, pure=True)(found, k, starts=list(starts)[: len(found)])
    shape = (*queries.shape[:-1], k)
    first, second = (da.from_delayed(merged[i], shape, dtype) for i, dtype in enumerate((scores.dtype, np.int64)))
    return first, second
