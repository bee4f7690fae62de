"""Matrices of few, long columns with nothing between their rows are summed as one vector: each number is a dot."""

import numpy as np
import pytest

import onedot
from support.bits import array_bits
from support.cells import in_one_test
from support.rows import LAYOUTS, row_dots, stack

both_dtypes = in_one_test("dtype", ["float64", "float32"])

LENGTHS = (1, 2, 17, 31, 32, 33, 63, 65, 255, 256, 257, 287, 289, 4095, 4096, 4097, 4352, 8192, 8229)


@both_dtypes
@pytest.mark.parametrize("m", range(1, 7))
def test_few_columns_of_every_length_are_dots(compiled_level, m, dtype):
    for n in LENGTHS:
        A, x = stack(n, m, dtype=dtype, seed=1), stack(n, dtype=dtype, seed=2)
        assert array_bits(onedot.vecmat(x, A)) == array_bits(row_dots(A.T, x)), n


@both_dtypes
@pytest.mark.parametrize("m", [2, 3, 4, 5])
@pytest.mark.parametrize("n", [40, 300])
def test_few_columns_in_every_layout_give_the_same_bits(level, n, m, dtype):
    A, x = stack(n, m, dtype=dtype, seed=1), stack(n, dtype=dtype, seed=2)
    expected = array_bits(row_dots(A.T, x))
    for name, lay_out in LAYOUTS.items():
        for other, lay_out_x in LAYOUTS.items():
            if "Fortran" not in other:
                assert array_bits(onedot.vecmat(lay_out_x(x), lay_out(A))) == expected, (name, other)


@both_dtypes
@pytest.mark.parametrize("m", [2, 3, 4])
def test_what_stands_in_one_of_few_columns_changes_no_other(compiled_level, m, dtype):
    """Not even in the last row, after which the spread vector holds zeros."""
    for n in (37, 256, 300, 4099):
        for special in (np.nan, np.inf, -np.inf, -0.0):
            A, x = stack(n, m, dtype=dtype, seed=1), stack(n, dtype=dtype, seed=2)
            A[n - 1, m - 1] = A[0, 0] = special
            with np.errstate(all="ignore"):
                assert array_bits(onedot.vecmat(x, A)) == array_bits(row_dots(A.T, x)), (n, special)


@both_dtypes
def test_no_sum_of_few_columns_is_negative_zero(compiled_level, dtype):
    for m in (2, 3, 4):
        got = onedot.vecmat(np.ones(300, dtype), np.full((300, m), -0.0, dtype))
        assert array_bits(got) == array_bits(np.zeros(m, dtype))


@both_dtypes
def test_a_stack_of_few_columns_is_dots(compiled_level, dtype):
    A, x = stack(5, 70, 3, dtype=dtype, seed=1), stack(5, 70, dtype=dtype, seed=2)
    assert array_bits(onedot.vecmat(x, A)) == array_bits(row_dots(np.swapaxes(A, -1, -2), x))
