"""Vectors, rows and columns that run backwards in memory give the bits of copies that do not."""

import numpy as np
import pytest

import onedot
from onedot import single
from support.bits import array_bits
from support.cells import in_one_test
from support.rows import stack

both_dtypes = in_one_test("dtype", ["float64", "float32"])
LENGTHS = [*range(1, 70), 127, 128, 129, 4095, 4096, 4097, 8195]


@both_dtypes
def test_dots_of_two_vectors_backwards(compiled_level, dtype):
    x, y = stack(8200, dtype=dtype, seed=1), stack(8200, dtype=dtype, seed=2)
    for n in LENGTHS:
        a, b = x[:n][::-1], y[5 : n + 5][::-1]
        assert onedot.dot(a, b) == onedot.dot(a.copy(), b.copy()), n
        assert onedot.dot(a, y[:n]) == onedot.dot(a.copy(), y[:n]), n


def give_the_bits_of_copies(shape, dtype):
    A, X, V = stack(*shape, dtype=dtype, seed=1), stack(4, shape[1], dtype=dtype, seed=2), stack(shape[0], dtype=dtype)
    for turned in (A[:, ::-1], A[::-1], A[::-1, ::-1], np.asfortranarray(A)[::-1], np.asfortranarray(A)[:, ::-1]):
        copy = turned.copy()
        for tier in (onedot, single) if dtype == "float32" else (onedot,):
            for x in (X, X[:, ::-1], X[::-1], X[0], X[0, ::-1]):
                assert array_bits(tier.matvec(turned, x)) == array_bits(tier.matvec(copy, x.copy()))
            for v in (V, V[::-1]):
                assert array_bits(tier.vecmat(v, turned)) == array_bits(tier.vecmat(v.copy(), copy))
            assert array_bits(tier.vecdot(turned, A)) == array_bits(tier.vecdot(copy, A))
            assert array_bits(tier.vecdot(turned, turned)) == array_bits(tier.vecdot(copy, copy))
            out = np.zeros(shape[1], dtype)[::-1]
            assert array_bits(tier.vecmat(V, turned, out=out)) == array_bits(tier.vecmat(V, copy))


@both_dtypes
@pytest.mark.parametrize("shape", [(5, 3), (7, 33), (64, 65), (3, 130), (130, 3), (40, 300)], ids=str)
def test_matrices_that_run_backwards_along_either_axis_or_both(compiled_level, shape, dtype):
    give_the_bits_of_copies(shape, dtype)


@both_dtypes
def test_they_do_in_pure_python(level, dtype):
    give_the_bits_of_copies((5, 33), dtype)


@both_dtypes
def test_what_stands_in_one_place_of_vectors_backwards(compiled_level, dtype):
    for n in (5, 32, 45):
        for special in (np.nan, np.inf, -0.0):
            x, y = stack(n, dtype=dtype, seed=1), stack(n, dtype=dtype, seed=2)
            x[0] = y[-1] = special
            got, expected = onedot.dot(x[::-1], y[::-1]), onedot.dot(x[::-1].copy(), y[::-1].copy())
            assert array_bits(np.array(got)) == array_bits(np.array(expected))
