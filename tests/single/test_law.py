"""The single tier at every level: the bits of its contract, in every layout, at every length and in every shape."""

import math
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import onedot
from onedot import _reference as reference
from onedot import single
from onedot._reference.law import BLOCK
from support.bits import array_bits, bits
from support.cells import in_one_test
from support.oracles import law
from support.oracles import single as oracle
from support.oracles.single_traps import KINDS, traps
from support.rows import LAYOUTS as MATRIX_LAYOUTS
from support.rows import bfloat16
from support.samples import LAYOUTS, lying_at, memory_mapped, repeated, vector

FLOATS = ("float32", "float16", "bfloat16")
AROUND_BLOCKS = [k * BLOCK + d for k in (1, 2, 3) for d in (-1, 0, 1)]
ANY_FLOAT = st.floats(width=32)
LEAST, LARGEST = np.float32(2.0**-149), np.float32(oracle.LARGEST)


def numbers(n, dtype, seed=0):
    return vector(n, "float32", seed).astype(bfloat16()) if dtype == "bfloat16" else vector(n, dtype, seed)


def pair(n, dtype="float32"):
    return numbers(n, dtype, 1), numbers(n, dtype, 2)


@cache
def dot_of_pair(n, dtype):
    """The dot of pair(n, dtype) by the contract, worked out once for all levels."""
    return bits(oracle.dot(*pair(n, dtype)))


def rows(a, x):
    """What a product must be whose rows a (..., n) meet those of x, one by one: the reference's dots as float32."""
    shape = np.broadcast_shapes(a.shape, x.shape)
    a, x = np.broadcast_to(a, shape), np.broadcast_to(x, shape)
    values = [reference.single_dot(a[i], x[i]) for i in np.ndindex(shape[:-1])]
    return array_bits(np.array(values, np.float32).reshape(shape[:-1]))


def float32(*shape, seed=0):
    return vector(math.prod(shape), "float32", seed).reshape(shape)


@pytest.mark.parametrize("dtype", FLOATS)
def test_every_length_to_200_obeys_the_contract(level, dtype):
    for n in range(200):
        assert bits(single.dot(*pair(n, dtype))) == dot_of_pair(n, dtype), n


@in_one_test("dtype", FLOATS)
@in_one_test("n", AROUND_BLOCKS)
def test_lengths_around_whole_blocks_obey_the_contract(level, n, dtype):
    assert bits(single.dot(*pair(n, dtype))) == dot_of_pair(n, dtype)


@cache
def long_dot(n):
    return bits(reference.single_dot(*pair(n)))


@pytest.mark.parametrize("n", [256 * BLOCK - 1, 256 * BLOCK, 257 * BLOCK + 77])
def test_more_blocks_than_one_kernel_call_takes_obey_the_contract(compiled_level, n):
    x, y = pair(n)
    assert bits(single.dot(x, y)) == long_dot(n)
    assert bits(single.dot(LAYOUTS["stride -3"](x), LAYOUTS["byte-swapped"](y))) == long_dot(n)
    assert bits(float(single.vecdot(x, y))) == bits(float(single.matvec(x[None], y)[0])) == long_dot(n)


@pytest.mark.usefixtures("num_threads_restored")
@pytest.mark.parametrize("count", [1, 2, 5])
def test_threads_leave_no_trace(compiled_level, count):
    onedot.set_num_threads(count)
    x, y = pair(300 * BLOCK + 1)
    assert bits(single.dot(x, y)) == long_dot(300 * BLOCK + 1)
    a = float32(300, 3700)
    assert single.matvec(a, a[7])[::50].tolist() == [single.dot(row, a[7]) for row in a[::50]]


@pytest.mark.parametrize("n", [1, 31, 33, 100, 513])
def test_no_alignment_changes_a_bit(level, n):
    x, y = pair(n)
    for offset in range(0, 64, 1 if level != "reference" else 9):
        for other in (0, 1, 8, 63 - offset):
            assert bits(single.dot(lying_at(x, offset), lying_at(y, other))) == dot_of_pair(n, "float32")


ARRAYS = {name: lay_out for name, lay_out in LAYOUTS.items() if name != "list"}


@pytest.mark.parametrize("dtype", ["float32", "float16"])
@pytest.mark.parametrize("n", [0, 1, 2, 31, 33, 513, BLOCK + 1])
def test_every_layout_of_the_same_vector_gives_the_same_bits(level, n, dtype):
    x, y = pair(n, dtype)
    for name, lay_out in ARRAYS.items():
        assert bits(single.dot(lay_out(x), y)) == dot_of_pair(n, dtype), name
        assert bits(single.dot(x, lay_out(y))) == dot_of_pair(n, dtype), name
        assert bits(single.dot(lay_out(x), lay_out(y))) == dot_of_pair(n, dtype), name


def test_a_stride_of_zero_is_the_vector_that_repeats_one_number(level):
    for n in (1, 33, BLOCK + 1):
        x, _ = pair(n)
        assert bits(single.dot(repeated(x[0], n), x)) == bits(single.dot(np.full(n, x[0]), x))


def test_a_memory_mapped_vector_gives_the_same_bits(level, tmp_path):
    x, y = pair(2 * BLOCK + 9)
    mapped = memory_mapped(tmp_path / "x", x), memory_mapped(tmp_path / "y", y)
    assert bits(single.dot(*mapped)) == bits(reference.single_dot(x, y))


@pytest.mark.parametrize("a", FLOATS)
@pytest.mark.parametrize("b", FLOATS)
def test_mixed_widths_are_the_widened_vectors(level, a, b):
    for n in (1, 31, 33, 100, BLOCK + 1):
        x, y = numbers(n, a, 1), numbers(n, b, 2)
        assert bits(single.dot(x, y)) == bits(single.dot(x.astype("f4"), y.astype("f4")))
    A, X = numbers(90, a, 1).reshape(9, 10), numbers(30, b, 2).reshape(3, 10)
    for product in (single.matvec(A, X), single.matmul(X, A.T), single.vecdot(A, X[:, None])):
        assert product.dtype == np.float32
        assert array_bits(product) == array_bits(single.matvec(A.astype("f4"), X.astype("f4")))


@given(st.lists(st.tuples(ANY_FLOAT, ANY_FLOAT), max_size=70))
def test_any_floats_obey_the_contract(level, pairs):
    x, y = (np.array(v, np.float32) for v in (list(zip(*pairs, strict=True)) or [[], []]))
    assert bits(single.dot(x, y)) == bits(oracle.dot(x, y))


def test_any_bits_obey_the_contract(level):
    draw = np.random.default_rng(3)
    for n in (1, 2, 5, 8, 16, 31, 40, 65):
        for dtype, word in (("f4", np.uint32), ("f2", np.uint16)):
            x, y = draw.integers(0, np.iinfo(word).max, (2, 20, n), dtype=word).view(dtype)
            assert array_bits(single.vecdot(x, y)) == rows(x, y)
            assert array_bits(single.matvec(x, y[:3])) == rows(x[None], y[:3, None])


def trap_rows(kind, n):
    """Rows that sum c, and then x·y in the same lane: as many columns as need be for that."""
    x, y, c = traps(kind, n)
    A, X = np.zeros((2, len(x), 33), np.float32)
    A[:, 0], X[:, 0] = c, 1
    A[:, 32], X[:, 32] = x, y
    return A, X, [oracle.fma(*of) for of in zip(x.tolist(), y.tolist(), c.tolist(), strict=True)]


@pytest.mark.parametrize("kind", KINDS)
def test_thousands_of_sums_next_to_a_tie_are_rounded_once(level, kind):
    A, X, wanted = trap_rows(kind, 6000)
    wanted = array_bits(np.array(wanted, np.float32))
    assert array_bits(single.vecdot(A, X)) == wanted
    assert array_bits(single.vecdot(np.asfortranarray(A), X)) == wanted
    assert array_bits(single.vecdot(A.T, X.T, axis=0)) == wanted
    assert array_bits(single.matmul(A[:, None], X[:, :, None])[:, 0, 0]) == wanted
    assert [single.dot(a, x) for a, x in zip(A[:300], X[:300], strict=True)] == single.vecdot(A, X)[:300].tolist()


@pytest.mark.parametrize("kind", KINDS)
def test_they_are_rounded_once_in_products_of_matrices(level, kind):
    """Every row with the y of some: most sums are ordinary, those of a row with its own y are traps."""
    A, X, wanted = trap_rows(kind, 150)
    of_own = np.arange(len(A))
    for product in (single.matvec(A, X), single.matmul(X, A.T), single.vecmat(X, np.ascontiguousarray(A.T))):
        assert product[of_own, of_own].tolist() == wanted
        assert array_bits(product[:7]) == rows(A[None], X[:7, None])
    for i in range(0, len(A), 10):
        assert array_bits(single.matvec(A, X[i])) == array_bits(single.matvec(A, X)[i])
        assert array_bits(single.vecmat(X[i], np.ascontiguousarray(A.T))) == array_bits(single.matvec(A, X)[i])


SIZES = [(1, 1), (3, 4), (9, 16), (19, 33), (8, 100), (40, 257), (2, 2 * BLOCK + 5)]


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(("m", "n"), SIZES)
def test_products_are_dots_of_their_rows(level, m, n, dtype):
    A, X = numbers(m * n, dtype, 1).reshape(m, n), numbers(3 * n, dtype, 2).reshape(3, n)
    wanted = rows(A[None], X[:, None])
    assert array_bits(single.matvec(A, X)) == wanted
    assert array_bits(single.vecmat(X, A.T)) == wanted
    assert array_bits(single.matmul(X, A.T)) == wanted
    assert array_bits(single.vecdot(A, X[:, None])) == wanted
    assert array_bits(np.stack([single.matvec(A, x) for x in X])) == wanted
    assert array_bits(np.stack([single.vecmat(x, np.ascontiguousarray(A.T)) for x in X])) == wanted
    assert [[single.dot(a, x) for a in A] for x in X] == single.matvec(A, X).tolist()


@in_one_test("layout", MATRIX_LAYOUTS)
@in_one_test("shape", [(3, 7), (11, 40), (70, 66)])
def test_the_layout_of_a_matrix_changes_nothing(level, layout, shape):
    A, X = float32(*shape, seed=1), float32(9, shape[1], seed=2)
    lay_out = MATRIX_LAYOUTS[layout]
    wanted = rows(A[None], X[:, None])
    assert array_bits(single.matvec(lay_out(A), X)) == wanted
    assert array_bits(single.matvec(A, lay_out(X))) == wanted
    assert array_bits(single.vecmat(lay_out(X), lay_out(A.T))) == wanted
    assert array_bits(single.matmul(X, lay_out(A.T))) == wanted
    assert array_bits(np.stack([single.matvec(lay_out(A), x) for x in X])) == wanted
    assert array_bits(np.stack([single.vecmat(x, lay_out(A.T)) for x in X])) == wanted
    assert array_bits(single.vecdot(lay_out(A), A[::-1])) == rows(A, A[::-1])


def test_stacks_broadcast(level):
    A, B, X = float32(2, 1, 5, 20, seed=1), float32(3, 20, 4, seed=2), float32(3, 20, seed=3)
    assert array_bits(single.matvec(A, X)) == rows(A, X[:, None])
    assert array_bits(single.matmul(A, B)) == rows(A[..., None, :], B.swapaxes(1, 2)[:, None])
    assert array_bits(single.vecdot(A, X[:, None])) == rows(A, X[:, None])
    assert array_bits(single.vecmat(X, B)) == rows(B.swapaxes(1, 2), X[:, None])


@pytest.mark.parametrize("batch", [1, 7, 64, 1000])
def test_a_row_has_the_same_bits_alone_and_in_any_batch(compiled_level, batch):
    W, X = float32(50, 90, seed=1), float32(1000, 90, seed=2)
    whole = single.matvec(W, X)
    assert array_bits(np.concatenate([single.matvec(W, X[i : i + batch]) for i in range(0, 1000, batch)])) == (
        array_bits(whole)
    )
    assert array_bits(whole[::111]) == rows(W[None], X[::111, None])


def test_no_result_is_a_negative_zero(level):
    for n in (1, 2, 7, 16, 31, 32, 33, 64, 100):
        for a, b in ((-LEAST, LEAST), (np.float32(-0.0), np.float32(1.0))):
            x, y = np.full((9, n), a), np.full((9, n), b)
            assert bits(single.dot(x[0], y[0])) == bits(0.0)
            zeros = array_bits(np.zeros(9, np.float32))
            for product in (
                single.vecdot(x, y),
                single.matvec(x, y[0]),
                single.vecmat(y[0], x.T),
                single.matvec(x, y)[0],
            ):
                assert array_bits(product) == zeros


def test_overflow_infinities_and_nans_follow_from_the_order(level):
    inf, nan = np.float32(np.inf), np.float32(np.nan)
    for x, y, wanted in (
        ([LARGEST, LARGEST], [2, -2], math.nan),  # in two lanes, both of which overflow
        ([LARGEST] + [0] * 31 + [LARGEST], [1] + [0] * 31 + [-2], -float(LARGEST)),  # in one, fused
        ([inf, 1], [1, -LARGEST], math.inf),
        ([1, inf], [0, 0], math.nan),
        ([inf, inf], [1, -1], math.nan),
        ([nan, 1], [0, 1], math.nan),
    ):
        x, y = np.array(x, np.float32), np.array(y, np.float32)
        assert bits(single.dot(x, y)) == bits(wanted) == bits(oracle.dot(x, y))
        assert array_bits(single.matvec(np.tile(x, (9, 1)), np.tile(y, (9, 1)))) == (
            array_bits(np.full((9, 9), wanted, np.float32))
        )


@pytest.mark.parametrize("n", [10, 300, 5000, 3 * BLOCK])
def test_the_error_is_within_the_bound(level, n):
    x, y = pair(n)
    exact = law.products(x, y)
    c = Fraction(min(n, BLOCK), 32) + 6 + (max(1, -(-n // BLOCK)) - 1).bit_length()
    u = Fraction(1, 2**24)
    assert abs(Fraction(single.dot(x, y)) - sum(exact)) <= c * u / (1 - c * u) * sum(map(abs, exact))
