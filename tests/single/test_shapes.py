"""Products in binary32 by the kernels that shapes are for, panels of columns, few columns, few rows: all are dots."""

import numpy as np
import pytest

from onedot import single
from support.bits import array_bits
from support.rows import LAYOUTS, stack


def floats(*shape, seed):
    return stack(*shape, dtype="float32", seed=seed)


def dots(A, x):
    """single.dot of each row."""
    return np.array([single.dot(row, x) for row in A], np.float32)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 7, 16, 17])
def test_short_columns_are_dots(compiled_level, n):
    for m in (2, 3, 4, 5, 8, 15, 17, 33, 511, 513, 530):
        A, B, x = floats(n, m, seed=1), floats(n, m, seed=2), floats(n, seed=3)
        assert array_bits(single.vecmat(x, A)) == array_bits(dots(A.T, x)), m
        expected = [single.dot(a, b) for a, b in zip(A.T, B.T, strict=True)]
        assert array_bits(single.vecdot(A.T, B.T)) == array_bits(np.array(expected, np.float32)), m


@pytest.mark.parametrize("n", [1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 65])
def test_short_rows_are_dots(compiled_level, n):
    for m in (1, 3, 4, 7, 8, 9, 15, 16, 17, 511, 513, 1030):
        A, B, x = floats(m, n + 1, seed=1), floats(m, n, seed=2), floats(n, seed=3)
        for rows in (A[:, :n], A[:, :n].copy()):
            assert array_bits(single.matvec(rows, x)) == array_bits(dots(rows, x)), m
            expected = [single.dot(a, b) for a, b in zip(rows, B, strict=True)]
            assert array_bits(single.vecdot(rows, B)) == array_bits(np.array(expected, np.float32)), m
        out = np.zeros((m, 2), np.float32)[:, 1]
        assert array_bits(single.matvec(B, x[::-1], out=out).copy()) == array_bits(dots(B, x[::-1])), m


@pytest.mark.parametrize("n", [1, 2, 3, 5])
@pytest.mark.parametrize("m", [1, 2, 3, 4, 9])
def test_stacks_of_small_matrices_are_dots(compiled_level, m, n):
    for stacks in (1, 2, 9, 40):
        A, x = floats(stacks, n, m, seed=1), floats(stacks, n, seed=2)
        for vectors in (x, x[:, ::-1], np.broadcast_to(x[0], x.shape)):
            expected = np.stack([dots(a.T, v) for a, v in zip(A, vectors, strict=True)])
            assert array_bits(single.vecmat(vectors, A)) == array_bits(expected), stacks
            assert array_bits(single.matvec(A.swapaxes(-1, -2), vectors)) == array_bits(expected), stacks
            assert array_bits(single.matvec(A.swapaxes(-1, -2).copy(), vectors)) == array_bits(expected), stacks


@pytest.mark.parametrize("n", [31, 32, 33, 64, 65, 128, 129])
def test_columns_in_panels_are_dots(compiled_level, n):
    A, x = floats(n, 521, seed=1), floats(n, seed=2)
    expected = dots(A.T, x)
    for m in (4, 7, 8, 15, 16, 17, 31, 33, 63, 65, 129, 511, 513, 521):
        assert array_bits(single.vecmat(x, A[:, :m])) == array_bits(expected[:m]), m
        assert array_bits(single.vecmat(x, A[:, 521 - m :])) == array_bits(expected[521 - m :]), m
    out = np.zeros((521, 2), np.float32)[:, 0]
    assert array_bits(single.vecmat(x[::-1], A[::-1], out=out)) == array_bits(dots(A[::-1].T, x[::-1]))


@pytest.mark.parametrize("m", [1, 2, 3, 4, 5])
def test_few_columns_of_every_length_are_dots(compiled_level, m):
    for n in (1, 31, 32, 33, 63, 65, 255, 256, 257, 289, 4095, 4096, 4097, 4352, 8229):
        A, x = floats(n, m, seed=1), floats(n, seed=2)
        assert array_bits(single.vecmat(x, A)) == array_bits(dots(A.T, x)), n
        assert array_bits(single.vecmat(x[::-1], A)) == array_bits(dots(A.T, x[::-1])), n


@pytest.mark.parametrize("n", [257, 287, 512, 683, 1024, 1031, 4096, 4097])
def test_few_rows_with_many_are_dots(compiled_level, n):
    A, X = floats(13, n, seed=1), floats(9, n, seed=2)
    expected = np.stack([dots(A, x) for x in X])
    for few in (3, 4, 5, 8, 9):
        for many in (3, 5, 6, 7, 12, 13):
            got = single.matvec(A[:many], X[:few])
            assert array_bits(got) == array_bits(expected[:few, :many].copy()), (few, many)
    out = np.zeros((13, 9), np.float32).T
    assert array_bits(single.matvec(A, X, out=out)) == array_bits(expected)


def test_as_few_rows_as_are_read_in_place_and_one_more(compiled_level):
    A, X = floats(40, 257, seed=1), floats(35, 257, seed=2)
    expected = np.stack([dots(A, x) for x in X])
    for few in (15, 16, 17, 31, 32, 33, 35):
        assert array_bits(single.matvec(A, X[:few])) == array_bits(expected[:few]), few


@pytest.mark.parametrize("n", [255, 256, 259, 513, 4360])
def test_narrow_columns_are_dots_whatever_stands_beside_them(compiled_level, n):
    A, x = floats(n, 67, seed=1), floats(n, seed=2)
    expected = dots(A.T, x)
    for m in (*range(1, 67, 4), 6, 8, 16, 32, 64) if n < 1024 else (5, 8, 11):
        beside = np.full((n, m + 3), np.nan, np.float32)
        beside[:, 1 : m + 1] = A[:, :m]
        for layout in (A[:, :m], beside[:, 1 : m + 1], A[:, :m].copy()):
            assert array_bits(single.vecmat(x, layout)) == array_bits(expected[:m]), m


@pytest.mark.parametrize("n", [272, 496, 1024])
def test_rows_that_start_anywhere_in_a_cache_line_are_dots(compiled_level, n):
    """Rows in place are read from the last whole register before them: nothing of what stands there may count."""
    A, X = floats(13, n, seed=1), floats(5, n, seed=2)
    expected = array_bits(np.stack([dots(A, x) for x in X]))
    memory = np.full(A.size + 32, np.nan, np.float32)
    for offset in range(1, 17):
        moved = memory[offset : offset + A.size].reshape(A.shape)
        moved[...] = A
        assert array_bits(single.matvec(moved, X)) == expected, offset
        memory[...] = np.nan


@pytest.mark.parametrize("shape", [(66, 67), (300, 3)])
def test_columns_in_every_layout_give_the_same_bits(level, shape):
    A, x = floats(*shape, seed=1), floats(shape[0], seed=2)
    expected = array_bits(dots(A.T, x))
    for name, lay_out in LAYOUTS.items():
        for other, lay_out_x in LAYOUTS.items():
            if "Fortran" not in other:
                assert array_bits(single.vecmat(lay_out_x(x), lay_out(A))) == expected, (name, other)


def test_few_rows_in_every_layout_give_the_same_bits(compiled_level):
    A, X = floats(13, 300, seed=1), floats(4, 300, seed=2)
    expected = array_bits(np.stack([dots(A, x) for x in X]))
    for name, lay_out in LAYOUTS.items():
        for other, lay_out_X in LAYOUTS.items():
            assert array_bits(single.matvec(lay_out(A), lay_out_X(X))) == expected, (name, other)


@pytest.mark.parametrize("special", [np.nan, np.inf, -np.inf, -0.0])
def test_what_stands_in_one_place_changes_no_other(compiled_level, special):
    A, X = floats(13, 299, seed=1), floats(5, 299, seed=2)
    A[12, 298] = A[3, 0] = X[4, 298] = special
    for shape in ((65, 130), (299, 3)):
        B, x = floats(*shape, seed=3), floats(shape[0], seed=4)
        B[-1, -1] = B[0, 1] = x[7] = special
        with np.errstate(all="ignore"):
            assert array_bits(single.vecmat(x, B)) == array_bits(dots(B.T, x))
    with np.errstate(all="ignore"):
        assert array_bits(single.matvec(A, X)) == array_bits(np.stack([dots(A, x) for x in X]))


def test_no_sum_is_minus_zero(compiled_level):
    for n in (1, 2, 3, 4, 9, 17):
        for a, b in ((1e-30, -1e-30), (-0.0, 1.0)):
            A, B = np.full((20, n), a, "f4"), np.full((20, n), b, "f4")
            for got in (single.matvec(A, B[0]), single.vecdot(A, B), single.vecmat(B[0], A.T)):
                assert array_bits(got) == array_bits(np.zeros(20, "f4"))
    for rows, columns in ((40, 300), (40, 2)):
        assert not np.signbit(single.vecmat(np.full(rows, -1e-30, "f4"), np.full((rows, columns), 1e-30, "f4"))).any()
    assert not np.signbit(single.matvec(np.full((7, 300), 1e-30, "f4"), np.full((4, 300), -1e-30, "f4"))).any()
