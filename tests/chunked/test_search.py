"""Search among the rows of dask arrays: the answer of the search in memory, for any chunks."""

import numpy as np
import pytest

import onedot
from onedot import search

da = pytest.importorskip("dask.array")


def rows(dtype, n=120):
    """Of which some are equal."""
    X = np.round(np.random.default_rng(2).standard_normal((n, 8)) * 2).astype(dtype)
    if np.dtype(dtype).kind == "f":
        X[[3, 77]] = np.nan
    return X


@pytest.mark.parametrize("chunks", [(120, 8), (50, 3), (7, 8), ((1, 119), (5, 3)), ((0, 60, 0, 60), 8)], ids=str)
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int8])
def test_the_best_rows_are_those_in_memory(chunks, dtype):
    X = rows(dtype)
    lazy = da.from_array(X, chunks=chunks)
    for queries in (X[:4], X[9]):
        for k in (1, 9, 120):
            for how in ({}, {"tier": "exact"}, {"metric": "cosine"}):
                scores, indices = onedot.dask.top_k(lazy, queries, k, **how)
                wanted = search.top_k(X, queries, k, **how)
                assert (scores.shape, scores.dtype, indices.shape) == (
                    wanted[0].shape,
                    wanted[0].dtype,
                    wanted[1].shape,
                )
                found = [v.compute(scheduler="threads") for v in (scores, indices)]
                assert [v.tobytes() for v in found] == [v.tobytes() for v in wanted]


def test_it_is_called_as_the_search_in_memory():
    X = rows(np.float64)
    for call in ({"X": X, "Q": X[9], "k": 3}, {"X": X, "Q": X[9], "k": np.array(3)}):
        scores, indices = onedot.dask.top_k(**call | {"X": da.from_array(X, chunks=50)})
        wanted = search.top_k(**call)
        assert [v.compute(scheduler="threads").tobytes() for v in (scores, indices)] == [v.tobytes() for v in wanted]


def test_the_search_in_memory_names_this_one():
    X = rows(np.float64)
    lazy = da.from_array(X, chunks=50)
    with pytest.raises(TypeError, match=r"^search\.top_k: X is not in memory.* gives it, or onedot\.dask\.top_k$"):
        search.top_k(lazy, X[9], 1)
    for call in (lambda: search.Index(lazy), lambda: search.top_k(X, lazy[9], 1)):  # which has no other place
        with pytest.raises(TypeError, match=r" is not in memory.* gives it$"):
            call()


def test_what_is_refused():
    lazy = da.from_array(rows(np.float64), chunks=50)
    for arguments, error, match in (
        ((rows(np.float64), np.ones(8), 1), TypeError, "X has type ndarray; want a dask array"),
        ((lazy[0], np.ones(8), 1), ValueError, r"X has shape \(8,\)"),
        ((lazy[lazy[:, 0] > 0], np.ones(8), 1), ValueError, r"X\.compute_chunk_sizes\(\)"),
        ((lazy, np.ones(7), 1), ValueError, r"Q has shape \(7,\)"),
        ((lazy, np.ones(8), 121), ValueError, "want 1 to the number of rows, 120"),
        ((lazy, np.ones(8), 1.5), TypeError, "k is 1.5"),
        ((lazy, np.ma.masked_equal(np.arange(8.0), 3), 1), TypeError, "Q is a masked array, whose mask would be lost"),
        ((lazy, lazy[0], 1), TypeError, "Q is not in memory"),
        ((lazy, [2**53 + 1, *[0.5] * 7], 1), OverflowError, "Q holds 9007199254740993"),
        ((lazy, [2**70] * 8, 1), OverflowError, "Q holds integers beyond 64 bits"),
    ):
        with pytest.raises(error, match=match):
            onedot.dask.top_k(*arguments)
    with pytest.raises(TypeError, match="X has dtype float64; want float32"):
        onedot.dask.top_k(lazy, np.ones(8, np.float32), 1, tier="single")
    with pytest.raises(ValueError, match="metric is 'euclid'"):
        onedot.dask.top_k(lazy, np.ones(8), 1, metric="euclid")
