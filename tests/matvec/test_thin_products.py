"""Products of few long rows with many, which are read in place or packed: each number is a dot."""

import numpy as np
import pytest

import onedot
from support.bits import array_bits
from support.cells import in_one_test
from support.rows import LAYOUTS, binary64_dots, row_dots, stack

both_dtypes = in_one_test("dtype", ["float64", "float32"])


@both_dtypes
@in_one_test("n", [257, 271, 272, 287, 512, 513, 683, 1024, 1031, 4096])
@in_one_test("few", [3, 4, 5, 8, 9])
def test_thin_products_are_dots(compiled_level, few, n, dtype):
    X = stack(few, n, dtype=dtype, seed=2)
    for many in (3, 5, 6, 7, 12, 17) if n < 1024 else (6, 11):
        A = stack(many, n, dtype=dtype, seed=1)
        expected = np.stack([row_dots(A, x) for x in X])
        assert array_bits(onedot.matvec(A, X)) == array_bits(expected), many
        assert array_bits(onedot.matvec(X, A)) == array_bits(expected.T), many


@both_dtypes
def test_as_many_as_are_thin_and_one_more(compiled_level, dtype):
    A, X = stack(40, 257, dtype=dtype, seed=1), stack(35, 257, dtype=dtype, seed=2)
    expected = np.stack([row_dots(A, x) for x in X])
    for few in (15, 16, 17, 31, 32, 33, 35):
        assert array_bits(onedot.matvec(A, X[:few])) == array_bits(expected[:few]), few


@both_dtypes
@pytest.mark.parametrize("n", [96, 97, 192, 193, 256])
def test_rows_about_as_long_as_panels_pay_for_are_dots(compiled_level, n, dtype):
    A, X = stack(35, n, dtype=dtype, seed=1), stack(33, n, dtype=dtype, seed=2)
    expected = np.stack([row_dots(A, x) for x in X])
    for few in (31, 32, 33):
        assert array_bits(onedot.matvec(A, X[:few])) == array_bits(expected[:few]), few


@both_dtypes
def test_thin_products_in_every_layout_give_the_same_bits(level, dtype):
    A, X = stack(13, 300, dtype=dtype, seed=1), stack(4, 300, dtype=dtype, seed=2)
    expected = np.stack([row_dots(A, x) for x in X])
    for name, lay_out in LAYOUTS.items():
        for other, lay_out_X in LAYOUTS.items():
            assert array_bits(onedot.matvec(lay_out(A), lay_out_X(X))) == array_bits(expected), (name, other)


@both_dtypes
def test_what_stands_in_one_row_changes_no_other(compiled_level, dtype):
    for special in (np.nan, np.inf, -np.inf, -0.0):
        A, X = stack(13, 299, dtype=dtype, seed=1), stack(5, 299, dtype=dtype, seed=2)
        A[12, 298] = A[3, 0] = X[4, 298] = special
        with np.errstate(all="ignore"):
            assert array_bits(onedot.matvec(A, X)) == array_bits(np.stack([row_dots(A, x) for x in X]))


@both_dtypes
def test_thin_products_go_into_any_out(compiled_level, dtype):
    A, X = stack(9, 300, dtype=dtype, seed=1), stack(5, 300, dtype=dtype, seed=2)
    expected = np.stack([binary64_dots(A, x) for x in X])
    for out in (dtype, "float64"):
        for place in (np.zeros((5, 9), out), np.zeros((9, 5), out).T, np.zeros((10, 18), out)[::2, ::2]):
            assert array_bits(onedot.matvec(A, X, out=place)) == array_bits(expected.astype(out))


@both_dtypes
@pytest.mark.parametrize("n", [288, 496, 504, 1024])
def test_rows_that_start_anywhere_in_a_cache_line_are_dots(compiled_level, n, dtype):
    """Rows in place are read from the last whole register before them: nothing of what stands there may count."""
    A, X = stack(13, n, dtype=dtype, seed=1), stack(5, n, dtype=dtype, seed=2)
    expected = np.stack([row_dots(A, x) for x in X])
    memory = np.full(A.size + 32, np.nan, dtype)
    for offset in range(1, 17):
        moved = memory[offset : offset + A.size].reshape(A.shape)
        moved[...] = A
        assert array_bits(onedot.matvec(moved, X)) == array_bits(expected), offset
        assert array_bits(onedot.matvec(X, moved)) == array_bits(expected.T), offset
        memory[...] = np.nan


@both_dtypes
def test_few_rows_of_several_blocks_are_dots(compiled_level, dtype):
    A, X = stack(5, 8200, dtype=dtype, seed=1), stack(20, 8200, dtype=dtype, seed=2)
    expected = np.stack([row_dots(A, x) for x in X])
    assert array_bits(onedot.matvec(A, X)) == array_bits(expected)
    assert array_bits(onedot.matvec(X, A)) == array_bits(expected.T)


@both_dtypes
@pytest.mark.parametrize("n", [257, 4096, 4100])
def test_no_sum_of_panels_is_negative_zero(compiled_level, n, dtype):
    """Lanes of packed panels start from their first product, which may be -0.0."""
    zeros, ones = np.full((35, n), -0.0, dtype), np.ones((35, n), dtype)
    expected = array_bits(np.zeros((35, 35), dtype))
    for A, X in ((zeros, ones), (ones, zeros)):
        assert array_bits(onedot.matvec(A, X)) == expected, A[0, 0]
