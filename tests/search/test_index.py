"""An index: the same answers as top_k, in a file too, and from parts of its rows."""

import pickle

import ml_dtypes
import numpy as np
import pytest

from onedot import search


def bits(found):
    """Of (scores, indices)."""
    return [v.tobytes() for v in found]


HOW = [{"metric": "cosine"}, {"tier": "single"}, {"tier": "exact"}, {}]
TYPES = (np.float32, np.float16, ml_dtypes.bfloat16)


def rows(dtype, n=90):
    return np.random.default_rng(2).standard_normal((n, 8)).astype(dtype)


@pytest.mark.parametrize("how", HOW, ids=str)
@pytest.mark.parametrize("dtype", TYPES)
def test_an_index_finds_what_top_k_finds_also_from_its_file(level, tmp_path, dtype, how):
    X, Q, mask = rows(dtype), rows(dtype, 3), np.arange(90) % 2 == 0
    index = search.Index(X, **how)
    index.save(tmp_path / "rows.index")
    loaded = search.Index.load(tmp_path / "rows.index")
    assert (loaded.metric, loaded.tier, loaded.X.dtype) == (index.metric, index.tier, X.dtype)
    for of in (index, loaded, pickle.loads(pickle.dumps(index))):
        assert bits(of.search(Q, 7)) == bits(search.top_k(X, Q, 7, **how))
        assert bits(of.search(Q[0], 7)) == bits(search.top_k(X, Q[0], 7, **how))
        assert bits(of.search(Q, 7, mask=mask)) == bits(search.top_k(X, Q, 7, mask=mask, **how))
        assert bits(of.search(Q[0], threshold=0.1)) == bits(search.top_k(X, Q[0], threshold=0.1, **how))


def test_an_index_of_integers_of_other_byte_order_and_of_few_rows(level, tmp_path):
    for X in (np.arange(12, dtype=">i2").reshape(4, 3), np.ones((4, 0)), np.ones((1, 2), bool), np.empty((0, 2))):
        index = search.Index(X)
        index.save(tmp_path / "rows.index")
        loaded = search.Index.load(tmp_path / "rows.index")
        q = np.ones(X.shape[1], X.dtype)
        assert loaded.X.tobytes() == index.X.tobytes()
        assert (loaded.X.shape, loaded.X.dtype) == (index.X.shape, index.X.dtype)
        if len(X):
            assert bits(loaded.search(q, 1)) == bits(search.top_k(X, q, 1))


def test_an_index_keeps_its_own_rows():
    X = np.ones((3, 2))
    index = search.Index(X)
    X[:] = 0.0
    assert index.search([1.0, 1.0], 1)[0].tolist() == [2.0]
    with pytest.raises(ValueError, match="read-only"):
        index.X[0] = 1.0
    assert len(index) == 3


def test_rows_of_a_file_are_mapped_not_read(tmp_path):
    index = search.Index(rows(np.float32))
    index.save(tmp_path / "rows.index")
    loaded = search.Index.load(tmp_path / "rows.index")
    assert isinstance(loaded.X.base, np.memmap)
    assert not loaded.X.flags.writeable


def spoilt(whole, tmp_path):
    """Files that are no index."""
    yield b""
    yield b"PK\x03\x04" + whole
    yield whole[:-1]
    yield whole + b"\0"
    yield whole[:200]
    yield whole.replace(b"cosine".decode().encode("utf-32-le"), "euclid".encode("utf-32-le"))
    yield whole.replace("law".encode("utf-32-le"), "any".encode("utf-32-le"))
    yield whole.replace(b"'<f4'", b"'|O4'")
    yield whole.replace(b"(90, 8)", b"(91, 8)")
    yield whole.replace(b"(90, 8)", b"(720,)")
    yield whole.replace(b"(90,)", b"(89,)")
    np.save(tmp_path / "x.npy", np.ones((3, 2)))
    yield (tmp_path / "x.npy").read_bytes()
    np.save(tmp_path / "x.npy", np.array([object()]), allow_pickle=True)
    yield (tmp_path / "x.npy").read_bytes()


def test_a_file_that_is_no_index_is_refused(tmp_path):
    path = tmp_path / "rows.index"
    search.Index(rows(np.float32), metric="cosine").save(path)
    whole = path.read_bytes()
    for number, data in enumerate(spoilt(whole, tmp_path)):
        assert data != whole, number
        path.write_bytes(data)
        with pytest.raises(ValueError, match=r"Index\.load: "):
            search.Index.load(path)
    with pytest.raises(FileNotFoundError):
        search.Index.load(tmp_path / "none")


def test_merged_parts_are_the_search_of_the_whole(level):
    X = np.round(rows(np.float32, 100))  # of which many have equal scores
    X[[3, 40, 99]] = np.nan
    Q = rows(np.float32, 4)
    for k in (1, 9, 100):
        for cuts in ([], [50], [1, 2, 60], [10, 99]):
            starts = [0, *cuts]
            shards = [X[a:b] for a, b in zip(starts, [*cuts, 100], strict=True)]
            for queries in (Q, Q[0]):
                parts = [search.top_k(shard, queries, min(k, len(shard))) for shard in shards]
                assert bits(search.merge(parts, k, starts=starts)) == bits(search.top_k(X, queries, k))


def test_merging_integers_and_what_does_not_fit_each_other():
    parts = [([5, -(2**63)], [0, 1]), ([2**63 - 1, 5], [2, 0])]
    scores, indices = search.merge(parts, 4, starts=[0, 5])
    assert (scores.tolist(), indices.tolist()) == ([2**63 - 1, 5, 5, -(2**63)], [7, 0, 5, 1])
    for wrong, k, starts in (
        ([], 1, None),
        (parts, 5, None),
        (parts, 0, None),
        (parts, 1, [0]),
        ([([1.0], [0, 1])], 1, None),
        ([([1.0], [0]), ([[1.0]], [[0]])], 1, None),
    ):
        with pytest.raises(ValueError, match=r"search\.merge: "):
            search.merge(wrong, k, starts=starts)
