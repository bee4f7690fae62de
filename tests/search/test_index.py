"""An index: the same answers as top_k, in a file too, and from parts of its rows."""

import pickle

import ml_dtypes
import numpy as np
import pytest
from numpy.lib import format as npy

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


@pytest.mark.parametrize("how", [{"metric": "cosine"}, {}], ids=str)
@pytest.mark.parametrize("dtype", [*TYPES, np.float64, np.int16])
def test_an_index_that_a_machine_of_the_other_byte_order_wrote(tmp_path, dtype, how):
    index, path = search.Index(rows(dtype), **how), tmp_path / "rows.index"
    index.save(path)
    with open(path, "rb") as file:
        says, squares, X = (npy.read_array(file) for _ in range(3))
    with open(path, "wb") as file:
        for array in (says, squares, X):
            npy.write_array(file, array.astype(array.dtype.newbyteorder("S")))
    loaded = search.Index.load(path)
    assert (loaded.X.dtype, loaded.X.tobytes()) == (index.X.dtype, index.X.tobytes())
    assert not loaded.X.flags.writeable
    assert bits(loaded.search(rows(np.int8, 3), 7)) == bits(index.search(rows(np.int8, 3), 7))


def test_an_index_can_be_saved_over_the_file_that_its_rows_are_mapped_from(tmp_path):
    path = tmp_path / "rows.index"
    search.Index(rows(np.float32, 5000)).save(path)
    whole = path.read_bytes()
    loaded = search.Index.load(path)
    loaded.save(path)
    assert path.read_bytes() == whole
    assert loaded.X.tobytes() == rows(np.float32, 5000).tobytes()
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_nothing_makes_the_rows_of_an_index_writable_and_other_shapes_are_refused():
    index = search.Index(rows(np.float32), metric="cosine")
    with pytest.raises(ValueError, match="WRITEABLE"):
        index.X.flags.writeable = True
    vars(index)["X"] = index.X[:7]
    with pytest.raises(ValueError, match=r"Index\.search: X has shape \(7, 8\)"):
        index.search(rows(np.float32, 1), 1)


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
    yield whole.replace(b"'<f4'", b"'<f2'")
    yield whole.replace(b"'<f4'", b"'<c8'").replace(b"(90, 8)", b"(45, 8)")
    yield whole.replace(b"'<f4'", b"'<f16'").replace(b"(90, 8), }", b"(45, 4), }") + bytes(0)
    yield whole.replace(b"(90, 8)", b"(-9, -80)")
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


@pytest.mark.parametrize("shape", [5, 2**70])
def test_the_number_of_columns_is_no_index(shape):
    with pytest.raises(ValueError, match=r"^search\.Index: X has shape \(\); want two dimensions"):
        search.Index(shape)


def test_an_index_refuses_what_top_k_refuses():
    with pytest.raises(TypeError, match=r"^Index\.search: threshold is True; want a number"):
        search.Index([[1.0]]).search([1.0], threshold=True)
    with pytest.raises(TypeError, match=r"^Index\.search: mask has dtype object; want bool"):
        search.Index([[1.0]]).search([1.0], 1, mask={0})


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


def test_merging_integers_of_any_width_from_any_iterable():
    parts = [([5, -(2**63)], [0, 1]), ([2**63 - 1, 5], [2, 0])]
    scores, indices = search.merge(parts, 4, starts=[0, 5])
    assert (scores.tolist(), indices.tolist()) == ([2**63 - 1, 5, 5, -(2**63)], [7, 0, 5, 1])
    narrow = [(np.array([0, 5], np.uint8), np.array([3, 4], np.uint16))]
    assert [v.tolist() for v in search.merge(narrow, 2)] == [[5, 0], [4, 3]]
    assert [v.tolist() for v in search.merge(iter(parts), np.int8(1), starts=iter([0, 5]))] == [[2**63 - 1], [7]]
    assert [v.tolist() for v in search.merge([([], []), ([True], [0])], 1)] == [[1.0], [0]]


def test_what_thresholds_find_in_parts_is_merged_a_query_at_a_time(level):
    X, q = rows(np.float32), rows(np.float32, 1)[0]
    parts = [search.top_k(X[:40], q, threshold=0.1), search.top_k(X[40:], q, threshold=0.1)]
    most = sum(len(scores) for scores, _ in parts)
    assert bits(search.merge(parts, most, starts=[0, 40])) == bits(search.top_k(X, q, threshold=0.1))


MASKED = np.ma.array([1.0], mask=[True])
ONE = ([1.0], [0])
REFUSED = [
    ([], 1, None, ValueError, "there are 0 parts"),
    ([ONE], 2, None, ValueError, "k is 2"),
    ([ONE], 0, None, ValueError, "k is 0"),
    ([ONE], True, None, ValueError, "k is True"),
    ([ONE], 1.0, None, TypeError, "k is 1.0"),
    ([ONE, ONE], 1, [0], ValueError, "2 parts and 1 starts"),
    ([([1.0], [0, 1])], 1, None, ValueError, "a part has scores"),
    ([ONE, ([[1.0]], [[0]])], 1, None, ValueError, r"scores \(1, 1\), and the first one \(1,\); want .* same queries"),
    ([([[1.0]] * 2, [[0]] * 2), ([[1.0]], [[1]])], 1, None, ValueError, r"scores \(1, 1\), and the first one \(2, 1\)"),
    ([(1.0, 0)], 1, None, ValueError, "a part has scores"),
    (None, 1, None, TypeError, "parts is None"),
    ([ONE], 1, 5, TypeError, "starts is 5"),
    ([([1.0],)], 1, None, TypeError, "a part is"),
    ([ONE], 1, [0.5], TypeError, "starts at 0.5; want an int"),
    ([np.arange(30.0)], 1, None, TypeError, r"a part is array\(\[ 0\.,.*\.\.\..*; want \(scores, indices\)"),
    ([ONE, ([2.0], [1]), ([0.5], [0])], 1, None, ValueError, "row 0 is in two parts; want .* starts"),
    ([ONE, ONE], 1, [4, 4], ValueError, "row 4 is in two parts; want .* starts"),
    (
        [([2.0], [4]), ONE],
        1,
        [3, 7],
        ValueError,
        "at 3 has row 4 of its own, and another starts at 7; want",
    ),
    ([([[1.0], [1.0]], [[0], [1]]), ([[1.0], [1.0]], [[1], [1]])], 1, None, ValueError, "row 1 is in two parts"),
    ([search.top_k([[1.0], [2.0]], [[1.0], [0.5]], threshold=0.7)], 1, None, ValueError, "a threshold .* each query"),
    ([([1.0], [0.5])], 1, None, TypeError, "indices has dtype float64"),
    ([([1.0], [True])], 1, None, TypeError, "indices has dtype bool"),
    ([([1.0], [-1])], 1, None, ValueError, "negative"),
    ([ONE], 1, [-1], ValueError, "negative"),
    ([([1.0], [2**63 - 1])], 1, [1], OverflowError, "a row is 9223372036854775808"),
    ([(["a"], [0])], 1, None, TypeError, "scores has dtype"),
    ([([1j], [0])], 1, None, TypeError, "scores has dtype"),
    ([(MASKED, [0])], 1, None, TypeError, "scores is a masked array"),
    ([([1.0], MASKED.astype(int))], 1, None, TypeError, "indices is a masked array"),
    ([([2**63], [0])], 1, None, OverflowError, "scores holds integers beyond int64"),
    ([([2**53 + 1], [0]), ONE], 1, [0, 1], OverflowError, "scores holds 9007199254740993"),
]


@pytest.mark.parametrize(("wrong", "k", "starts", "error", "match"), REFUSED)
def test_parts_that_are_refused(wrong, k, starts, error, match):
    with pytest.raises(error, match=rf"search\.merge: .*{match}"):
        search.merge(wrong, k, starts=starts)
