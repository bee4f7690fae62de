"""Columns of a few elements to each lane are summed in registers, panel by panel: each number is a dot."""

import numpy as np
import pytest

import onedot
from support.bits import array_bits
from support.cells import in_one_test
from support.rows import LAYOUTS, binary64_dots, row_dots, stack

both_dtypes = in_one_test("dtype", ["float64", "float32"])

COLUMNS = (3, 4, 7, 8, 15, 16, 17, 31, 33, 63, 65, 511, 513, 521)


@both_dtypes
@pytest.mark.parametrize("n", [31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257])
def test_columns_in_panels_are_dots(compiled_level, n, dtype):
    A, x = stack(n, max(COLUMNS), dtype=dtype, seed=1), stack(n, dtype=dtype, seed=2)
    expected = row_dots(A.T, x)
    for m in COLUMNS:
        assert array_bits(onedot.vecmat(x, A[:, :m])) == array_bits(expected[:m]), m
        assert array_bits(onedot.vecmat(x, A[:, 521 - m :])) == array_bits(expected[521 - m :]), m


@both_dtypes
@pytest.mark.parametrize("n", [511, 1024, 1025])
def test_long_columns_of_narrow_matrices_are_dots(compiled_level, n, dtype):
    A, x = stack(n, 260, dtype=dtype, seed=1), stack(n, dtype=dtype, seed=2)
    for m in (16, 63, 64, 65, 127, 128, 129, 256, 257):
        B = np.ascontiguousarray(A[:, :m])
        assert array_bits(onedot.vecmat(x, B)) == array_bits(row_dots(B.T, x)), m


@both_dtypes
@pytest.mark.parametrize("m", [16, 70, 520])
def test_panels_are_rounded_and_spread_into_any_out(compiled_level, m, dtype):
    A, x = stack(2, 40, m, dtype=dtype, seed=1), stack(2, 40, dtype=dtype, seed=2)
    expected = binary64_dots(np.swapaxes(A, -1, -2), x)
    for out in (dtype, "float64"):
        for place in (np.zeros((2, m), out), np.zeros((m, 2), out).T, np.zeros((2, 2 * m), out)[:, ::2]):
            assert array_bits(onedot.vecmat(x, A, out=place)) == array_bits(expected.astype(out))


@both_dtypes
def test_panels_in_every_layout_give_the_same_bits(level, dtype):
    A, x = stack(66, 67, dtype=dtype, seed=1), stack(66, dtype=dtype, seed=2)
    expected = array_bits(row_dots(A.T, x))
    for name, lay_out in LAYOUTS.items():
        for other, lay_out_x in LAYOUTS.items():
            if "Fortran" not in other:
                assert array_bits(onedot.vecmat(lay_out_x(x), lay_out(A))) == expected, (name, other)


@both_dtypes
def test_what_stands_in_one_column_of_a_panel_changes_no_other(compiled_level, dtype):
    for special in (np.nan, np.inf, -np.inf, -0.0):
        A, x = stack(65, 130, dtype=dtype, seed=1), stack(65, dtype=dtype, seed=2)
        A[64, 129] = A[0, 3] = x[7] = special
        with np.errstate(all="ignore"):
            assert array_bits(onedot.vecmat(x, A)) == array_bits(row_dots(A.T, x))


def test_zeros_with_signs_sum_to_plus_zero_in_a_panel(compiled_level):
    assert not np.signbit(onedot.vecmat(np.full(40, -0.0), np.ones((40, 70)))).any()
