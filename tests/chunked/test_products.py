"""Products of dask arrays have the bits of those in memory, whatever the chunks and wherever they are computed."""

import numpy as np
import pytest

import onedot
from onedot import levels
from onedot._reference.law import BLOCK
from onedot.levels.table import REFERENCE
from support.bits import array_bits

dask = pytest.importorskip("dask")
da = pytest.importorskip("dask.array")

from onedot.dask import products  # noqa: E402  # where Dask is
from onedot.dask.chunks import aligned  # noqa: E402

compiled = pytest.mark.skipif(levels.current() == REFERENCE, reason="takes minutes in pure Python; a part runs there")

N = 2 * BLOCK + 77
SHAPES = [
    ("dot", (N,), (N,)),
    ("vecdot", (N,), (N,)),
    ("vecdot", (3, 1, N), (2, N)),
    ("matvec", (4, N), (N,)),
    ("matvec", (3, N), (2, N)),
    ("matvec", (2, 1, 3, N), (2, N)),
    ("vecmat", (N,), (N, 4)),
    ("vecmat", (2, N), (2, N, 3)),
    ("matmul", (3, N), (N, 2)),
    ("matmul", (2, 3, N), (N, 2)),
    ("matmul", (N,), (N, 3)),
    ("matmul", (3, N), (N,)),
    ("matmul", (N,), (N,)),
]
DTYPES = {
    "law": [("f8", "f8"), ("f4", "f4"), ("f2", "f2"), ("f4", "f8"), ("f8", "i4"), ("i1", "i1"), ("i8", "?")],
    "exact": [("f8", "f8"), ("f4", "f4"), ("f2", "f4"), ("u1", "i8")],
    "single": [("f4", "f4"), ("f2", "f4")],
}


def in_memory(tier, name):
    if (tier, name) == ("exact", "vecmat"):
        return lambda x, A: onedot.exact.matmul(x[..., None, :], A)[..., 0, :]
    return getattr({"law": onedot, "exact": onedot.exact, "single": onedot.single}[tier], name)


def drawn(rng, shape, dtype):
    if np.dtype(dtype).kind in "iu?":
        return rng.integers(0, 2 if dtype == "?" else 100, shape).astype(dtype)
    return (rng.standard_normal(shape) * 2.0 ** rng.integers(-9, 9, shape)).astype(dtype)


def pieces_of(rng, n):
    """Random sizes that make up n, some of them zero."""
    cuts = np.sort(rng.integers(0, n + 1, rng.integers(0, 6)))
    return tuple(np.diff([0, *cuts, n]).tolist())


def chunked(rng, v):
    return da.from_array(v, chunks=tuple(pieces_of(rng, n) for n in v.shape))


def computed(lazy, **how):
    """What it gives, if that has the shape and the dtype that it says."""
    result = lazy.compute(**({"scheduler": "synchronous"} | how))
    assert (lazy.shape, lazy.dtype) == (np.shape(result), np.asarray(result).dtype)
    return np.asarray(result)


def same(lazy, wanted, **how):
    result = computed(lazy, **how)
    narrowed = np.asarray(wanted).astype(result.dtype)  # Python's float or int, which a dtype of the result's holds
    return array_bits(result) == array_bits(narrowed) and np.array_equal(
        narrowed, wanted, equal_nan=result.dtype != int
    )


@compiled
@pytest.mark.parametrize("tier", products.TIERS)
@pytest.mark.parametrize(("name", "first", "second"), SHAPES)
def test_any_chunks_give_the_bits_of_the_product_in_memory(tier, name, first, second):
    rng = np.random.default_rng([len(first), len(second), len(name)])
    for i, dtypes in enumerate(DTYPES[tier]):
        a, b = drawn(rng, first, dtypes[0]), drawn(rng, second, dtypes[1])
        lazy_a, lazy_b = chunked(rng, a), chunked(rng, b)
        operands = [(lazy_a, lazy_b), (lazy_a, b), (a, lazy_b)][i % 3]
        lazy = getattr(onedot.dask, name)(*operands, tier=tier)
        assert isinstance(lazy, da.Array)
        assert same(lazy, in_memory(tier, name)(a, b)), (dtypes, lazy_a.chunks, lazy_b.chunks)


@pytest.mark.parametrize("tier", products.TIERS)
def test_every_level_gives_the_bits_that_it_has_in_memory(level, tier):
    rng = np.random.default_rng(8)
    A, x = drawn(rng, (2, N), "f4"), drawn(rng, N, "f4")
    assert same(onedot.dask.matvec(chunked(rng, A), x, tier=tier), in_memory(tier, "matvec")(A, x))
    assert same(onedot.dask.dot(chunked(rng, x), A[0], tier=tier), in_memory(tier, "dot")(x, A[0]))


@pytest.mark.parametrize("axis", [0, 1, -2])
def test_vectors_may_lie_along_any_axis(axis):
    rng = np.random.default_rng(0)
    X, Y = (drawn(rng, (N, 3) if axis in (0, -2) else (3, N), "f8") for _ in range(2))
    lazy = onedot.dask.vecdot(chunked(rng, X), chunked(rng, Y), axis=axis)
    assert same(lazy, onedot.vecdot(X, Y, axis=axis))
    assert same(onedot.vecdot(chunked(rng, X), Y, axis=axis), onedot.vecdot(X, Y, axis=axis))


@compiled
@pytest.mark.parametrize("tier", products.TIERS)
def test_many_parts_are_folded_in_a_tree_with_the_same_bits(monkeypatch, tier):
    rng = np.random.default_rng(1)
    merged = []
    for n, weight, chunks in (
        (40 * BLOCK, 1, (3, BLOCK)),
        (37 * BLOCK + 1, 8, (3, BLOCK)),
        (37 * BLOCK + 1, 20, (2, 3 * BLOCK + 5)),
        (30 * BLOCK - 1, 3, (3, 17 * BLOCK)),
        (9 * BLOCK, 1, (3, BLOCK)),
        (9 * BLOCK, 9, (3, BLOCK)),
    ):
        a, x = (drawn(rng, shape, "f4") for shape in ((3, n), (n,)))
        monkeypatch.setattr(products, "AT_ONCE", weight * 3 * products.PARTS[tier].weight)  # of three results
        lazy = onedot.dask.matvec(da.from_array(a, chunks=chunks), x, tier=tier)
        assert same(lazy, in_memory(tier, "matvec")(a, x)), (n, weight, chunks)
        merged.append(sum(name.startswith("onedot-merged") for name in lazy.dask.layers))
    assert merged == ([1, 1, 0, 0, 1, 0] if tier == "exact" else [1, 1, 1, 1, 1, 0])


def test_integers_are_exact_where_parts_are_beyond_int64():
    largest = np.full(3 * BLOCK, 2**62, np.int64)
    signs = np.repeat(np.int64([1, -1, 1]), BLOCK)
    signs[-BLOCK:] = 0
    signs[-1] = 1
    lazy = onedot.dot(da.from_array(largest, chunks=BLOCK), signs)
    assert (lazy.dtype, int(lazy.compute())) == (np.int64, 2**62)
    least = onedot.matvec(da.from_array(largest[None], chunks=(1, BLOCK)), -(signs != 0).astype(np.int64))
    with pytest.raises(OverflowError, match=r"^matvec: a result is -\d+; want results that int64 can hold$"):
        least.compute(scheduler="synchronous")
    with pytest.raises(OverflowError, match=r"^dot: a result is 9223372036854775808; want"):
        onedot.dot(da.from_array(np.int64([2**62, 2**62]), chunks=1), [1, 1]).compute(scheduler="synchronous")
    for end in (-(2**63), 2**63 - 1):
        halves = np.zeros(2 * BLOCK, np.int64)
        halves[0], halves[-1] = end // 2, end - end // 2
        assert int(onedot.dot(da.from_array(halves, chunks=1000), np.ones(2 * BLOCK, np.int64))) == end


def test_integers_beside_floats_are_refused_where_they_would_round():
    x = np.zeros(2 * BLOCK, np.int64)
    x[-1] = 2**53 + 1
    lazy = onedot.matvec(da.ones((2, 2 * BLOCK), chunks=(2, 1000)), da.from_array(x, chunks=500))
    with pytest.raises(OverflowError, match=r"^matvec: x holds 9007199254740993, which float64 cannot represent"):
        lazy.compute(scheduler="synchronous")


def test_the_exact_tier_is_exact_whatever_cancels_underflows_or_is_infinite():
    hard = np.zeros(3 * BLOCK)
    hard[[0, 5000, -1]] = 1e308, 2.0**-1074, -1e308
    x = np.full(3 * BLOCK, 10.0)
    inf, nan = hard.copy(), hard.copy()
    inf[7], nan[[7, -7]] = np.inf, [np.inf, -np.inf]
    tiny = np.zeros(3 * BLOCK)
    tiny[[0, -1]] = 2.0**-1074
    rows = np.stack([hard, inf, nan, tiny, -tiny, np.zeros(3 * BLOCK)])
    for v in (x, np.full(3 * BLOCK, 2.0**-2), np.full(3 * BLOCK, 2.0**-1000)):
        wanted = onedot.exact.matvec(rows, v)
        assert array_bits(computed(onedot.exact.matvec(da.from_array(rows, chunks=(2, 1111)), v))) == array_bits(wanted)


def test_what_overflows_in_memory_overflows_in_the_same_way():
    big = np.full(4 * BLOCK, 1e308)
    big[2 * BLOCK :] = -1e308
    for x in (np.ones(4 * BLOCK), np.full(4 * BLOCK, 1e-3)):
        lazy = onedot.dot(da.from_array(big, chunks=3000), x)
        assert array_bits(computed(lazy)) == array_bits(np.array(onedot.dot(big, x)))


@compiled
@pytest.mark.parametrize("dtype", ["f4", "f8", "i4"])
@pytest.mark.parametrize("tier", ["law", "exact"])
def test_chunks_may_be_sparse(dtype, tier):
    sparse = pytest.importorskip("scipy.sparse")
    rng = np.random.default_rng(2)
    A = drawn(rng, (9, N), dtype) * (rng.random((9, N)) < 0.01)
    A = A.astype(dtype)
    x, X = drawn(rng, N, dtype), drawn(rng, (2, N), dtype)
    for chunks in ((4, N), (4, 3000), (9, 5000)):
        S = da.from_array(A, chunks=chunks).map_blocks(sparse.csr_array)
        assert same(onedot.dask.matvec(S, x, tier=tier), in_memory(tier, "matvec")(A, x)), chunks
        assert same(onedot.dask.matvec(X, S, tier=tier), in_memory(tier, "matvec")(X, A)), chunks
        assert same(onedot.dask.vecmat(x, S.T, tier=tier), in_memory(tier, "matvec")(A, x)), chunks
    dense = da.from_array(x, chunks=2000)
    assert same(onedot.dask.matvec(sparse.csr_array(A), dense, tier=tier), in_memory(tier, "matvec")(A, x))


def test_bfloat16_is_what_it_is_in_memory():
    bfloat16 = pytest.importorskip("ml_dtypes").bfloat16
    rng = np.random.default_rng(3)
    A, x = (drawn(rng, shape, "f4").astype(bfloat16) for shape in ((3, N), (N,)))
    for tier in products.TIERS:
        wanted = in_memory(tier, "matvec")(A, x)
        lazy = onedot.dask.matvec(da.from_array(A, chunks=(2, 3000)), x, tier=tier)
        assert array_bits(computed(lazy)) == array_bits(wanted)


@compiled
def test_plain_functions_are_these_where_an_operand_is_lazy():
    rng = np.random.default_rng(4)
    for name, first, second in SHAPES[::3]:
        for tier, space in (("law", onedot), ("exact", onedot.exact), ("single", onedot.single)):
            if hasattr(space, name):
                a, b = drawn(rng, first, "f4"), drawn(rng, second, "f4")
                for operands in ((chunked(rng, a), b), (a, chunked(rng, b))):
                    lazy = getattr(space, name)(*operands)
                    assert isinstance(lazy, da.Array)
                    assert same(lazy, getattr(space, name)(a, b))
                    assert lazy.name == getattr(onedot.dask, name)(*operands, tier=tier).name


def test_nothing_is_computed_before_it_is_asked_for():
    def refuse(block):
        raise AssertionError("computed")

    A = da.zeros((4, N), chunks=(2, 1000), dtype="f4").map_blocks(refuse, dtype="f4", meta=np.empty((0, 0), "f4"))
    x = A[0]
    for space in (onedot, onedot.exact, onedot.single):
        assert (space.matvec(A, x).dtype, space.matvec(A, x).shape) == (np.float32, (4,))
        assert space.dot(x, x).shape == ()
    assert onedot.dot(x, x).dtype == np.float64
    assert onedot.activations.tanh(A).dtype == np.float32


@pytest.mark.parametrize("scheduler", ["synchronous", "threads"])
def test_rows_of_no_chunk_and_rows_of_no_elements(scheduler):
    x = np.arange(N, dtype="f8")
    for rows in ((0, 3, 0), (0,), (0, 0, 0)):
        A = da.ones((sum(rows), N), chunks=(rows, 3000))
        assert same(onedot.matvec(A, x), onedot.matvec(np.ones((sum(rows), N)), x), scheduler=scheduler)
    for tier in products.TIERS:
        empty = onedot.dask.matvec(da.ones((3, 0), chunks=(2, 1), dtype="f4"), np.empty(0, "f4"), tier=tier)
        assert same(empty, np.zeros(3, "f4"), scheduler=scheduler)
    assert int(onedot.dot(da.ones(0, chunks=1, dtype=int), da.ones(0, chunks=1, dtype=int))) == 0


@pytest.mark.parametrize(
    "name", ["exp", "log_expit", "logit", *(name for name in onedot.activations.NAMES if "softmax" not in name)]
)
def test_activations_are_lazy_chunk_by_chunk(name):
    activation = getattr(onedot.activations, name)
    for dtype in ("f8", "f4", "i4"):
        v = drawn(np.random.default_rng(5), (5, 7), dtype)
        assert same(activation(da.from_array(v, chunks=2)), activation(v))
    assert same(activation(da.from_array(v, chunks=2)[0, 0]), np.asarray(activation(v[0, 0])))
    with pytest.raises(TypeError, match=rf"activations.{name}: out is given"):
        activation(da.ones(3), out=np.empty(3))


@compiled
def test_two_processes_give_the_same_bits(client):
    rng = np.random.default_rng(6)
    lazy, wanted = [], []
    for i, (name, first, second) in enumerate(SHAPES[::2]):
        tier = products.TIERS[i % 3]
        a, b = drawn(rng, first, "f4"), drawn(rng, second, "f4")
        lazy.append(getattr(onedot.dask, name)(chunked(rng, a), b, tier=tier))
        wanted.append(in_memory(tier, name)(a, b))
    found = dask.compute(*lazy, scheduler=client)
    assert [np.all(a == b) for a, b in zip(found, wanted, strict=True)] == [True] * len(lazy)


@compiled
def test_integers_and_a_tree_in_two_processes(client, monkeypatch):
    monkeypatch.setattr(products, "AT_ONCE", 64)
    rng = np.random.default_rng(7)
    a, x = drawn(rng, (4, 30 * BLOCK), "f8"), drawn(rng, 30 * BLOCK, "f8")
    assert same(onedot.matvec(da.from_array(a, chunks=(2, 5 * BLOCK + 9)), x), onedot.matvec(a, x), scheduler=client)
    a, x = drawn(rng, (4, 3 * BLOCK), "i4"), drawn(rng, 3 * BLOCK, "i8")
    assert same(onedot.matvec(da.from_array(a, chunks=(2, 2500)), x), onedot.matvec(a, x), scheduler=client)


@compiled
def test_chunks_that_grow_to_whole_blocks_shrink_along_other_axes(monkeypatch):
    rng = np.random.default_rng(9)
    A, x = drawn(rng, (500, N), "f4"), drawn(rng, N, "f4")
    narrow = da.from_array(A, chunks=(500, 100))
    assert onedot.matvec(narrow, x).chunks == ((500,),)
    monkeypatch.setattr("onedot.dask.chunks.LARGE", 2**20)
    lazy = onedot.matvec(narrow, x)
    assert max(lazy.chunks[0]) * BLOCK * 4 <= 2**20
    assert same(lazy, onedot.matvec(A, x))


def test_what_nobody_can_write_to_is_not_copied(tmp_path):
    np.save(tmp_path / "A.npy", np.arange(3.0 * N).reshape(3, N))
    x = da.ones(N, chunks=BLOCK)
    for A in (np.load(tmp_path / "A.npy", mmap_mode="r"), np.broadcast_to(2.0, (3, N))):
        chunks, _ = aligned((A, x), (1, 0))
        assert chunks.numblocks == (1, 3)
        assert all(np.shares_memory(chunk, A) for chunk in chunks.dask.values())
        assert array_bits(onedot.matvec(A, x).compute()) == array_bits(onedot.matvec(A, np.ones(N)))
