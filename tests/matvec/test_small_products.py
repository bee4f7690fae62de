"""Products of small matrices, which have tiles of their own: each number is the dot of its row and column."""

import numpy as np
import pytest

import onedot
from support.bits import array_bits
from support.cells import in_one_test
from support.rows import LAYOUTS, row_dots, stack

LENGTHS = (1, 2, 7, 8, 9, 15, 16, 17, 18, 23, 24, 25, 31, 32, 33, 47, 48, 49, 63, 64, 65, 97, 255, 256, 257)

both_dtypes = in_one_test("dtype", ["float64", "float32"])


def products(A, B):
    """A @ B of two stacks, the operands of matvec in both orders: columns of B, or of A's transpose, are contiguous."""
    columns = np.swapaxes(B, -1, -2)
    yield onedot.matvec(columns[..., None, :, :], A)
    yield np.swapaxes(onedot.matvec(A[..., None, :, :], columns), -1, -2)


def dots(A, B):
    return row_dots(np.swapaxes(B, -1, -2)[..., None, :, :], A)


@both_dtypes
@in_one_test("n", LENGTHS)
def test_every_number_of_a_stack_of_products_is_a_dot(compiled_level, n, dtype):
    A, B = stack(2, 7, n, dtype=dtype, seed=1), stack(2, n, 19, dtype=dtype, seed=2)
    expected = dots(A, B)
    for got in products(A, B):
        assert array_bits(np.ascontiguousarray(got)) == array_bits(expected)


@both_dtypes
@pytest.mark.parametrize("n", [3, 20, 33, 70])
def test_every_edge_of_a_small_product_is_dots(compiled_level, n, dtype):
    A, B = stack(9, n, dtype=dtype, seed=1), stack(n, 18, dtype=dtype, seed=2)
    expected = dots(A, B)
    for s in range(1, 10):
        for m in range(1, 19):
            for got in products(A[:s], B[:, :m]):
                assert array_bits(np.ascontiguousarray(got)) == array_bits(expected[:s, :m].copy()), (s, m)


@both_dtypes
@pytest.mark.parametrize("n", [5, 21, 40])
def test_every_layout_of_a_small_product_gives_the_same_bits(level, n, dtype):
    A, B = stack(5, n, dtype=dtype, seed=1), stack(n, 9, dtype=dtype, seed=2)
    expected = array_bits(dots(A, B))
    for name, lay_out_A in LAYOUTS.items():
        for other, lay_out_B in LAYOUTS.items():
            for got in products(lay_out_A(A), lay_out_B(B)):
                assert array_bits(np.ascontiguousarray(got)) == expected, (name, other)


@both_dtypes
def test_a_small_product_is_written_to_any_out(compiled_level, dtype):
    A, B = stack(5, 21, dtype=dtype, seed=1), stack(21, 19, dtype=dtype, seed=2)
    for wide in {dtype, "float64"}:
        expected = np.empty((5, 19), wide)
        for i, row in enumerate(A):
            expected[i] = [onedot.dot(row, column) for column in B.T]
        for step in (1, 3):
            room = np.full((5, 19 * step), np.nan, wide)
            onedot.matvec(B.T, A, out=room[:, ::step])
            assert array_bits(room[:, ::step].copy()) == array_bits(expected)
            assert np.isnan(np.delete(room, np.s_[::step], axis=1)).all()
        out = np.full((19, 5), np.nan, wide).T
        onedot.matvec(B.T, A, out=out)
        assert array_bits(out.copy()) == array_bits(expected)


@both_dtypes
@pytest.mark.parametrize("n", [3, 17, 40])
@pytest.mark.parametrize("special", [np.nan, np.inf, -np.inf, -0.0])
def test_what_stands_in_one_row_or_column_changes_no_other(compiled_level, special, n, dtype):
    A, B = stack(6, n, dtype=dtype, seed=1), stack(n, 18, dtype=dtype, seed=2)
    A[2, n - 1] = B[0, 9] = special
    with np.errstate(all="ignore"):
        expected = array_bits(dots(A, B))
        for got in products(A, B):
            assert array_bits(np.ascontiguousarray(got)) == expected


@both_dtypes
@pytest.mark.parametrize("n", [1, 3, 16, 17, 32, 33, 100])
def test_no_sum_of_a_small_product_is_negative_zero(compiled_level, n, dtype):
    for got in products(np.full((5, n), -0.0, dtype), np.ones((n, 9), dtype)):
        assert array_bits(np.ascontiguousarray(got)) == array_bits(np.zeros((5, 9), dtype))
