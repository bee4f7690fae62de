"""Sums of few products in matrices that run along their columns, and small matrices with many rows: all are dots."""

import numpy as np
import pytest

import onedot
from onedot import single
from support.bits import array_bits
from support.cells import in_one_test
from support.rows import LAYOUTS, PRODUCTS, every_product, row_dots, stack

both_dtypes = in_one_test("dtype", ["float64", "float32"])

COUNTS = (1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 511, 512, 513, 521)


@both_dtypes
@in_one_test("n", range(1, 19))
def test_columns_of_every_shortness_are_dots(compiled_level, n, dtype):
    for m in COUNTS:
        a, b = (np.asfortranarray(stack(m, n, dtype=dtype, seed=seed)) for seed in (1, 2))
        x = stack(n, dtype=dtype, seed=3)
        assert array_bits(onedot.matvec(a, x)) == array_bits(row_dots(a, x)), m
        expected = row_dots(a[:, None, :], b)[:, 0]
        assert array_bits(onedot.vecdot(a, b)) == array_bits(expected), m


@every_product
@both_dtypes
@in_one_test("n", [1, 2, 3, 4, 7, 16, 17])
@in_one_test("m", [1, 2, 3, 4, 5, 8, 9, 17])
def test_every_stack_of_short_columns_is_dots(compiled_level, m, n, dtype, product):
    for stacks in (1, 2, 3, 40):
        a = np.swapaxes(stack(stacks, n, m, dtype=dtype, seed=1), -1, -2)
        x = stack(stacks, n, dtype=dtype, seed=2)
        for vectors in (x, x[:, ::-1], np.asfortranarray(x), x[0]):
            assert array_bits(PRODUCTS[product](a, vectors)) == array_bits(row_dots(a, vectors)), stacks


@both_dtypes
@pytest.mark.parametrize("n", [2, 3, 5])
def test_short_columns_in_every_layout_give_the_same_bits(level, n, dtype):
    a, b, x = stack(21, n, dtype=dtype, seed=1), stack(21, n, dtype=dtype, seed=2), stack(n, dtype=dtype, seed=3)
    shared, paired = array_bits(row_dots(a, x)), array_bits(row_dots(a[:, None, :], b)[:, 0])
    for name, lay_out in LAYOUTS.items():
        assert array_bits(onedot.matvec(lay_out(a), x)) == shared, name
        for other, lay_out_other in LAYOUTS.items():
            assert array_bits(onedot.vecdot(lay_out(a), lay_out_other(b))) == paired, (name, other)


@both_dtypes
@pytest.mark.parametrize("n", [1, 2, 3, 4, 9, 16])
def test_what_stands_in_one_short_column_changes_no_other(compiled_level, n, dtype):
    for special in (np.nan, np.inf, -np.inf, -0.0):
        a, b = (np.asfortranarray(stack(13, n, dtype=dtype, seed=seed)) for seed in (1, 2))
        a[5, n - 1] = b[12, 0] = special
        with np.errstate(all="ignore"):
            assert array_bits(onedot.vecdot(a, b)) == array_bits(row_dots(a[:, None, :], b)[:, 0])
            assert array_bits(onedot.matvec(a, b[12])) == array_bits(row_dots(a, b[12]))


@both_dtypes
@in_one_test("n", range(1, 18))
def test_no_sum_of_a_short_column_is_negative_zero(compiled_level, n, dtype):
    a = np.full((n, 9), -0.0, dtype).T
    expected = array_bits(np.zeros(9, dtype))
    assert array_bits(onedot.matvec(a, np.ones(n, dtype))) == expected
    assert array_bits(onedot.vecdot(a, np.ones((n, 9), dtype).T)) == expected


@both_dtypes
def test_short_columns_are_written_to_any_out(compiled_level, dtype):
    a, x = np.asfortranarray(stack(700, 3, dtype=dtype, seed=1)), stack(3, dtype=dtype, seed=2)
    for wide in {dtype, "float64"}:
        expected = np.array([onedot.dot(row, x) for row in a]).astype(wide)
        for step in (1, 2, -1):
            room = np.full(1400, np.nan, wide)
            out = room[:: 1 if step > 0 else -1][:: abs(step)][:700]
            onedot.matvec(a, x, out=out)
            assert array_bits(out.copy()) == array_bits(expected)
            assert np.isnan(room).sum() == 700


@both_dtypes
@pytest.mark.parametrize(("n", "rows"), [(16, 4099), (9, 7290), (2, 32771), (1, 65543)])
@pytest.mark.parametrize("m", [3, 8, 11])
def test_a_small_matrix_and_many_rows_make_dots(compiled_level, m, n, rows, dtype):
    A, X = stack(m, n, dtype=dtype, seed=1), stack(rows, n, dtype=dtype, seed=2)
    expected = np.stack([onedot.vecdot(X, row) for row in A], axis=-1)
    for got in (onedot.matvec(A, X), onedot.matvec(np.asfortranarray(A), X), onedot.matvec(X, A).T):
        assert array_bits(np.ascontiguousarray(got)) == array_bits(expected)
    for s in (0, rows // 2, 65536 // n - 1, rows - 1):
        assert array_bits(expected[s]) == array_bits(row_dots(A, X[s]))


TIERS = {"float64": (onedot, "float64"), "float32": (onedot, "float32"), "single": (single, "float32")}


@in_one_test("tier", TIERS)
@in_one_test("n", [1, 2, 3, 4, 5])
def test_small_matrices_each_with_its_vector_write_nothing_beside_their_results(compiled_level, n, tier):
    module, dtype = TIERS[tier]
    for stacks, m in ((8, 2), (9, 3), (33, 3), (40, 4), (40, 7)):
        A, x = stack(stacks, n, m, dtype=dtype, seed=1), stack(stacks, n, dtype=dtype, seed=2)
        for vectors in (x, x[:, ::-1], np.broadcast_to(x[0], x.shape)):
            expected = np.empty((stacks, m), dtype)
            for row, a, v in zip(expected, A, vectors, strict=True):
                row[:] = [module.dot(column, v) for column in a.T]
            room = np.full((stacks + 4) * m, np.nan, dtype)
            out = room[2 * m : -2 * m].reshape(stacks, m)
            module.vecmat(vectors, A, out=out)
            assert array_bits(out) == array_bits(expected), (stacks, m)
            assert np.isnan(room[: 2 * m]).all(), (stacks, m)
            assert np.isnan(room[-2 * m :]).all(), (stacks, m)
