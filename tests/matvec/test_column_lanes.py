"""Columns whose lanes wait in memory, and are summed in the order of their fold: each number is a dot."""

import numpy as np
import pytest

import onedot
from support.bits import array_bits
from support.rows import row_dots, stack

both_dtypes = pytest.mark.parametrize("dtype", ["float64", "float32"])


@both_dtypes
@pytest.mark.parametrize("n", [257, 288, 500, 512, 513, 4096, 4097, 8200])
def test_columns_by_lanes_are_dots(compiled_level, n, dtype):
    widths = (1, 5, 63, 64, 127, 128, 129, 300, 511, 520) if n < 1024 else (7, 128, 129)
    A, x = stack(n, max(widths), dtype=dtype, seed=1), stack(n, dtype=dtype, seed=2)
    expected = row_dots(A.T, x)
    for m in widths:
        assert array_bits(onedot.vecmat(x, A[:, :m])) == array_bits(expected[:m]), m
        assert array_bits(onedot.vecmat(x, A[:, -m:])) == array_bits(expected[-m:]), m
        assert array_bits(onedot.vecmat(x, np.ascontiguousarray(A[:, :m]))) == array_bits(expected[:m]), m


@both_dtypes
@pytest.mark.parametrize("n", [255, 256, 259, 513, 4096, 4360])
def test_narrow_columns_are_dots_whatever_stands_beside_them(compiled_level, n, dtype):
    """Their registers reach past the ends of rows: what is there may not count."""
    A, x = stack(n, 66, dtype=dtype, seed=1), stack(n, dtype=dtype, seed=2)
    expected = row_dots(A.T, x)
    for m in (*range(1, 37), 48, 63, 64, 65) if n < 1024 else (5, 8, 11):
        beside = np.full((n, m + 3), np.nan, dtype)
        beside[:, 1 : m + 1] = A[:, :m]
        for layout in (A[:, :m], beside[:, 1 : m + 1], A[:, :m].copy(), A[::-1, :m].copy()[::-1]):
            assert array_bits(onedot.vecmat(x, layout)) == array_bits(expected[:m]), m


@both_dtypes
@pytest.mark.parametrize("m", [130, 530])
def test_columns_that_start_anywhere_in_a_cache_line_are_dots(compiled_level, m, dtype):
    """Those before the first whole line are summed by themselves; nothing that stands beside a row may count."""
    A, x = stack(300, m, dtype=dtype, seed=1), stack(300, dtype=dtype, seed=2)
    expected = array_bits(row_dots(A.T, x))
    for offset in range(17):
        wider = np.full((300, m + 32), np.nan, dtype)
        wider[:, offset : offset + m] = A
        assert array_bits(onedot.vecmat(x, wider[:, offset : offset + m])) == expected, offset


@both_dtypes
def test_stacks_of_columns_by_lanes_are_dots(compiled_level, dtype):
    A, x = stack(3, 270, 203, dtype=dtype, seed=1), stack(3, 540, dtype=dtype, seed=2)[:, ::2]
    expected = np.stack([row_dots(a.T, v) for a, v in zip(A, x, strict=True)])
    assert array_bits(onedot.vecmat(x, A)) == array_bits(expected)


@both_dtypes
def test_what_stands_in_one_column_by_lanes_changes_no_other(compiled_level, dtype):
    for special in (np.nan, np.inf, -np.inf, -0.0):
        A, x = stack(290, 203, dtype=dtype, seed=1), stack(290, dtype=dtype, seed=2)
        A[289, 202] = A[0, 3] = x[7] = special
        with np.errstate(all="ignore"):
            assert array_bits(onedot.vecmat(x, A)) == array_bits(row_dots(A.T, x))
