"""Every number of matmul is the dot of its row and its column: for all dtypes, layouts, shapes, levels and threads."""

import itertools
import re

import numpy as np
import pytest

import onedot
from onedot import exact
from onedot._core import row_dots as jobs
from onedot._reference.law import BLOCK
from support.bits import array_bits
from support.cells import in_one_test
from support.rows import LAYOUTS, numbers

FLOATS = ("float64", "float32", "float16")
DTYPES = (*FLOATS, "bfloat16", "int8", "uint16", "int32", "int64", "uint64", "bool")
TIERS = {"plain": onedot, "exact": exact}
every_tier = in_one_test("tier", TIERS.values(), ids=TIERS)
every_dtype = in_one_test("dtype", DTYPES)

pytestmark = pytest.mark.usefixtures("num_threads_restored")


def dots(tier, A, B):
    """The dot of every row of A and every column of B, in the type that vecdot of the two gives."""
    rows, columns = np.atleast_2d(A), B if B.ndim > 1 else B[:, None]
    batch = np.broadcast_shapes(rows.shape[:-2], columns.shape[:-2])
    rows, columns = (np.broadcast_to(v, batch + v.shape[-2:]) for v in (rows, columns))
    dtype = tier.vecdot(np.ones(1, A.dtype), np.ones(1, B.dtype)).dtype
    results = np.empty((*batch, rows.shape[-2], columns.shape[-1]), dtype)
    once = tier is onedot and dtype.kind == "f"  # ml_dtypes rounds a float to bfloat16 twice, NumPy to float16 once
    for *stacks, i, j in np.ndindex(results.shape):
        row, column = rows[(*stacks, i)], columns[(*stacks, slice(None), j)]
        with np.errstate(over="ignore"):
            results[(*stacks, i, j)] = (tier.dot if once else tier.vecdot)(row, column)
    if B.ndim == 1:
        results = results[..., 0]
    return results[..., 0, :] if A.ndim == 1 and B.ndim > 1 else results[..., 0] if A.ndim == 1 else results


def assert_dots(tier, A, B):
    found, wanted = np.asarray(tier.matmul(A, B)), dots(tier, A, B)
    assert array_bits(found) == array_bits(wanted), (A.shape, B.shape, A.strides, B.strides)


# As many rows, elements and columns as every kernel takes: none, few, a tile and more than one, long and short rows.
SHAPES = [
    *itertools.product((0, 1, 2, 3, 5), (0, 1, 3, 16), (0, 1, 3, 9)),
    *((17, n, 5) for n in (3, 16, 17, 33)),
    *((3, n, 40) for n in (2, 16, 18, 70)),
    (4, 4, 4),
    (5, 16, 40),
    (6, 7, 80),
    (40, 5, 3),
    (20, 40, 2),
    (2, 40, 20),
    (33, 16, 1),
    (1, 40, 33),
    (2, 100, 2),
]


@every_tier
@every_dtype
def test_every_number_is_the_dot_of_its_row_and_its_column(level, tier, dtype):
    for m, k, n in SHAPES:
        assert_dots(tier, numbers(m, k, dtype=dtype, seed=1), numbers(k, n, dtype=dtype, seed=2))


@every_tier
@in_one_test("dtype", FLOATS)
@in_one_test(("m", "k", "n"), [(1, 1, 1), (3, 3, 3), (9, 8, 5), (5, 16, 36), (6, 33, 4)])
def test_every_layout_of_both_matrices_gives_the_same_bits(level, tier, dtype, m, k, n):
    A, B = numbers(m, k, dtype=dtype, seed=1), numbers(k, n, dtype=dtype, seed=2)
    wanted = array_bits(dots(tier, A, B))
    for name, lay_out in LAYOUTS.items():
        for other in (name, "C", "Fortran"):
            assert array_bits(tier.matmul(lay_out(A), LAYOUTS[other](B))) == wanted, (name, other)
            assert array_bits(tier.matmul(LAYOUTS[other](A), lay_out(B))) == wanted, (other, name)


@every_tier
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int8"])
def test_operands_that_repeat_in_memory_are_read_as_they_are(level, tier, dtype):
    for m, k, n in ((3, 3, 3), (5, 16, 9), (4, 20, 6)):
        A, B = numbers(m, k, dtype=dtype, seed=1), numbers(k, n, dtype=dtype, seed=2)
        for axis in (0, 1):
            one_A, one_B = (np.broadcast_to(v.take([0], axis), v.shape) for v in (A, B))
            assert_dots(tier, one_A, B)
            assert_dots(tier, A, one_B)
            assert_dots(tier, one_A, one_B)


@every_tier
@in_one_test("other", [*FLOATS, "int8", "bool"])
@in_one_test("one", [*FLOATS, "int8", "bool"])
def test_dtypes_mix(level, tier, one, other):
    for m, k, n in ((3, 3, 3), (4, 16, 5), (3, 18, 4)):
        assert_dots(tier, numbers(m, k, dtype=one, seed=1), numbers(k, n, dtype=other, seed=2))


STACKS = [((), (3,)), ((3,), ()), ((3,), (3,)), ((2, 1), (3,)), ((1, 3), (2, 1)), ((0,), (1,)), ((2, 3), (0, 1, 1))]


@every_tier
@in_one_test("dtype", ["float64", "float32", "float16", "int64"])
@in_one_test(("one", "other"), STACKS, ids=str)
def test_stacks_broadcast(level, tier, dtype, one, other):
    for m, k, n in ((2, 3, 4), (9, 16, 3), (3, 17, 4), (1, 2, 1), (2, 0, 2)):
        A, B = numbers(*one, m, k, dtype=dtype, seed=1), numbers(*other, k, n, dtype=dtype, seed=2)
        assert_dots(tier, A, B)
        assert_dots(tier, np.asfortranarray(A), B[..., ::-1])
        assert_dots(tier, A[..., ::-1, :], np.ascontiguousarray(B.swapaxes(-1, -2)).swapaxes(-1, -2))


@every_tier
@pytest.mark.parametrize("dtype", ["float64", "float16", "int8"])
def test_a_vector_is_one_row_or_one_column_without_its_axis(level, tier, dtype):
    for k in (0, 1, 3, 16, 33):
        x, A = numbers(k, dtype=dtype, seed=1), numbers(2, 5, k, dtype=dtype, seed=2)
        assert array_bits(tier.matmul(A, x)) == array_bits(tier.matvec(A, x))
        assert array_bits(tier.matmul(x, A.swapaxes(-1, -2))) == array_bits(tier.matvec(A, x))
        assert array_bits(np.asarray(tier.matmul(x, x))) == array_bits(np.asarray(tier.vecdot(x, x)))
        assert type(tier.matmul(x, x)) is type(tier.vecdot(x, x))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_sums_of_several_blocks_are_dots(compiled_level, dtype):
    for m, k, n in ((4, BLOCK + 1, 5), (2, 2 * BLOCK + 7, 3), (1, BLOCK, 6), (9, BLOCK + 3, 2)):
        assert_dots(onedot, numbers(m, k, dtype=dtype, seed=1), numbers(k, n, dtype=dtype, seed=2))


@every_tier
def test_rows_longer_than_a_kernel_takes_are_dots(compiled_level, tier):
    A, B = numbers(2, 257 * BLOCK, seed=1), numbers(257 * BLOCK, 2, seed=2)
    assert_dots(tier, A, B)


@every_tier
@pytest.mark.parametrize("order", "CF")
def test_no_number_of_threads_changes_a_bit(level, tier, order, monkeypatch):
    """A small grain splits a small product as a large one is split."""
    A, B = np.array(numbers(13, 37, seed=1), order=order), np.array(numbers(3, 37, 11, seed=2), order=order)
    wanted = array_bits(tier.matmul(A, B))
    monkeypatch.setattr(jobs, "WORTH_A_THREAD", 37)
    for count in (1, 2, 5, 16):
        onedot.set_num_threads(count)
        monkeypatch.setattr(jobs, "GRAIN", 37 * count)
        assert array_bits(tier.matmul(A, B, out=np.empty((3, 13, 11)))) == wanted, count


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int8"])
@pytest.mark.parametrize("order", "CF")
def test_large_products_are_dots_in_a_result_in_c_order(compiled_level, dtype, order):
    """More products than are made in one call, of which some are looked at."""
    for count in (1, 3):
        onedot.set_num_threads(count)
        A, B = (np.array(numbers(150, 150, dtype=dtype, seed=seed), order=order) for seed in (1, 2))
        C = onedot.matmul(A, B)
        assert C.flags.c_contiguous
        for i, j in itertools.product((0, 1, 77, 149), repeat=2):
            assert array_bits(C[i, j]) == array_bits(onedot.vecdot(A[i], B[:, j]))


@every_tier
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int64"])
def test_out_of_any_layout_is_filled(level, tier, dtype):
    for m, k, n in ((3, 3, 3), (5, 16, 9), (4, 20, 6)):
        A, B = numbers(2, m, k, dtype=dtype, seed=1), numbers(k, n, dtype=dtype, seed=2)
        wanted = array_bits(tier.matmul(A, B))
        room = np.full((4, 2 * m, 3 * n), 7, dtype)
        for out in (np.empty((n, m, 2), dtype).T, room[::-2, ::2, ::3], room[1:3, :m, :n], np.empty((2, m, n), dtype)):
            assert tier.matmul(A, B, out=out) is out
            assert array_bits(np.ascontiguousarray(out)) == wanted


REFUSED = {
    "matmul: A has shape (); want 1 dimension or more": (1.0, [1.0]),
    "matmul: B has shape (); want 1 dimension or more": ([1.0], 1.0),
    "matmul: A has 3 columns, B has 2 rows; want as many of both": (np.ones((2, 3)), np.ones((2, 3))),
    "matmul: A has 3 elements, B has 2 rows; want as many of both": (np.ones(3), np.ones((2, 3))),
    "matmul: A has 3 columns, B has 2 elements; want as many of both": (np.ones((2, 3)), np.ones(2)),
    "matmul: A has 3 elements, B has 0 elements; want as many of both": (np.ones(3), []),
    "matmul: A has leading axes (2,), B (4,); want axes that broadcast": (np.ones((2, 2, 3)), np.ones((4, 3, 2))),
}


@every_tier
@pytest.mark.parametrize("words", REFUSED)
def test_what_does_not_fit_is_refused_in_words(level, tier, words):
    with pytest.raises(ValueError, match=f"{re.escape(words)}$"):
        tier.matmul(*REFUSED[words])


def test_a_result_that_int64_cannot_hold_is_refused_and_out_is_as_it_was(level):
    A, B = np.full((3, 2), 2**62), np.array([[1, 1, 1], [0, 0, 1]])
    out = np.full((3, 3), 7)
    for tier in TIERS.values():
        with pytest.raises(OverflowError, match=f"matmul: a result is {2**63}; want results that int64 can hold"):
            tier.matmul(A, B, out=out)
        assert (out == 7).all()


def test_more_axes_than_numpys_own_helpers_take(level):
    A = np.ones((1,) * 40 + (2, 3))
    assert onedot.matmul(A, np.ones((3, 4))).shape == (1,) * 40 + (2, 4)
    assert onedot.matvec(A, np.ones(3)).shape == (1,) * 40 + (2,)
