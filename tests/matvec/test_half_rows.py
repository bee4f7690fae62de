"""Rows of float16 and bfloat16: dots of their own, products that pass through memory, and results rounded in a row."""

import numpy as np
import pytest

import onedot
from onedot.arrays import rounded_to
from support.bits import array_bits, bits
from support.rows import bfloat16, float16

STORED = 256  # products that pass through memory at a time, from 1024 elements on


def spread(shape, dtype, seed):
    """Numbers so far apart that another order of adding gives other bits; their products are floats."""
    draw = np.random.default_rng(seed)
    reach = 4 if dtype == float16() else 30
    return (draw.standard_normal(shape) * np.exp2(draw.integers(-reach, reach, shape))).astype(dtype)


def dots(A, X):
    return np.array([[onedot.dot(a.astype("f8"), x.astype("f8")) for a in A] for x in X])


@pytest.mark.parametrize("place", [0, STORED - 1, STORED, 700, 1279, 1280, 4095])
def test_one_product_of_bfloat16_beyond_float_amid_a_block_is_exact(compiled_level, place):
    for value in (2.0**70, 2.0**-75, 2.0**127, 2.0**-133):
        for n in (1281, 4096):
            if place < n:
                x, y = spread(n, bfloat16(), 1), spread(n, bfloat16(), 2)
                x[place] = y[place] = value
                assert bits(onedot.dot(x, y)) == bits(onedot.dot(x.astype("f8"), y.astype("f8")))


@pytest.mark.parametrize("dtype", [float16, bfloat16])
@pytest.mark.parametrize("place", [0, 400, 1500])
def test_infinities_and_nans_amid_a_block_are_found(compiled_level, dtype, place):
    for value in (np.inf, -np.inf, np.nan):
        x, y = spread(1600, dtype(), 1), np.ones(1600, dtype())
        x[place] = value
        result = onedot.dot(x, y)
        assert result == value or (np.isnan(value) and np.isnan(result))


@pytest.mark.parametrize("dtype", [float16, bfloat16])
@pytest.mark.parametrize("n", [16, 17, 33, 100, 1300, 4097])
def test_every_row_of_halves_is_its_dot_rounded_once(compiled_level, dtype, n):
    A, X = spread((5, n), dtype(), 1), spread((2, n), dtype(), 2)
    wide = dots(A, X)
    with np.errstate(over="ignore"):
        expected = rounded_to(dtype(), wide)
    for out, values in ((None, expected), (np.empty((2, 5)), wide), (np.empty((2, 5), "f4"), wide.astype("f4"))):
        assert array_bits(onedot.matvec(A, X, out=out)) == array_bits(values)
    assert array_bits(onedot.matvec(A, X[0])) == array_bits(expected[0])
    pairs = onedot.vecdot(A, np.broadcast_to(X[0], A.shape).copy())
    assert array_bits(pairs) == array_bits(expected[0])


def test_a_row_of_bfloat16_beyond_float_leaves_those_beside_it_as_they_are(compiled_level):
    for rows in (3, 257, 600):
        A, x = spread((rows, 40), bfloat16(), 1), spread(40, bfloat16(), 2)
        A[rows // 2, 7] = x[7] = 2.0**100
        out = np.empty(rows)
        assert array_bits(onedot.matvec(A, x, out=out)) == array_bits(dots(A, x[None])[0])


@pytest.mark.parametrize("dtype", [float16, bfloat16])
def test_one_result_that_is_not_usual_is_rounded_as_alone(compiled_level, dtype):
    """Zero, subnormal numbers, overflow and NaN are rounded elsewhere than the rest of a row of results."""
    one = np.ones((1, 20), dtype())
    limits = [6e-8, 3e-8, 6.1e-5, 65504.0] if dtype is float16 else [1e-40, 1e-38, 3.3e38, 4.6e-41]
    for value in (0.0, *limits, -limits[0], np.inf, -np.inf, np.nan):
        for place in (0, 5, 8):
            A = np.zeros((9, 20), dtype())
            A[:, 3] = np.arange(1, 10)
            A[place, 3] = value
            A[place, 4] = value
            expected = rounded_to(dtype(), dots(A, one))[0] if not np.isnan(value) else None
            result = onedot.matvec(A, one[0])
            if expected is None:
                assert np.isnan(result[place].astype("f8"))
                assert np.isnan(result.astype("f8")).sum() == 1
            else:
                assert array_bits(result) == array_bits(expected)


@pytest.mark.parametrize("dtype", [float16, bfloat16])
@pytest.mark.parametrize("layout", [np.ascontiguousarray, np.asfortranarray])
def test_a_large_product_of_halves_has_the_bits_of_its_rows(compiled_level, dtype, layout):
    A, X = layout(spread((130, 128), dtype(), 1)), spread((70, 128), dtype(), 2)  # more than is made in one go
    result = onedot.matvec(A, X)
    with np.errstate(over="ignore"):
        expected = rounded_to(
            dtype(), np.array([[onedot.dot(A[i].copy(), X[j]) for i in (0, 65, 129)] for j in (0, 69)])
        )
    assert array_bits(np.ascontiguousarray(result[[0, 69]][:, [0, 65, 129]])) == array_bits(expected)
