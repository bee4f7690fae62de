"""Integers beside floats: what is widened a block at a time, or by a shift of bits, is what float64 of it is."""

import numpy as np
import pytest

import onedot
from support.cells import in_one_test

LONG = 2**17 + 4097  # elements: more than are widened as a whole
EDGES = (0, 1, -1, 2**51 - 1, -(2**51), 2**51, -(2**51) - 1, 2**53, -(2**53), 2**53 - 1)


def wide(n, seed=0):
    return np.random.default_rng(seed).standard_normal(n)


def numbers(n, dtype):
    draw = np.random.default_rng(n)
    return draw.standard_normal(n).astype(dtype) if dtype == "f4" else draw.integers(-(2**30), 2**30, n).astype(dtype)


@in_one_test("n", [1, 7, 4096, LONG, 2**20, 2**20 + 1])
@in_one_test("dtype", ["f4", "i4", "i8", ">i8", "i2", "u4"])
def test_the_dot_is_that_of_float64(compiled_level, n, dtype):
    x, y = numbers(n, dtype), wide(n)
    wanted = onedot.dot(x.astype("f8"), y)
    assert onedot.dot(x, y) == wanted
    assert onedot.dot(y, x) == wanted
    assert onedot.dot(x, np.repeat(y, 2)[::2]) == wanted
    assert onedot.dot(x[::-1], y[::-1].copy()) == onedot.dot(x[::-1].astype("f8"), y[::-1])


@pytest.mark.parametrize("n", [3, LONG])
@pytest.mark.parametrize("edge", EDGES)
def test_every_integer_that_float64_holds_is_taken(compiled_level, n, edge):
    for place in (0, n - 1):
        x = np.ones(n, np.int64)
        x[place] = edge
        assert onedot.dot(x, wide(n)) == onedot.dot(x.astype("f8"), wide(n))
        assert onedot.vecdot(x, wide(n)) == onedot.vecdot(x.astype("f8"), wide(n))
        assert onedot.activations.relu(x[-3:]).tolist() == [max(float(v), 0.0) for v in x[-3:].tolist()]


@pytest.mark.parametrize("n", [3, LONG])
@pytest.mark.parametrize("integer", [2**53 + 1, -(2**53) - 1, 2**63 - 1])
def test_an_integer_that_float64_would_round_is_refused(compiled_level, n, integer):
    x = np.ones(n, np.int64)
    x[-1] = integer
    for call in (lambda: onedot.dot(x, wide(n)), lambda: onedot.dot(wide(n), x)):
        with pytest.raises(OverflowError, match=f"holds {integer}, which float64 cannot represent"):
            call()
    assert onedot.dot(np.full(n, -(2**63)), wide(n)) == onedot.dot(np.full(n, -(2.0**63)), wide(n))


def test_lengths_that_differ_are_refused(compiled_level):
    with pytest.raises(ValueError, match="want as many of both"):
        onedot.dot(np.ones(LONG, np.int64), np.ones(LONG + 1))
