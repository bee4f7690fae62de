"""The true answer, in fractions: how far a sum of floats may be from it, and that one of integers never is."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import onedot
from onedot._reference.law import BLOCK
from support.cells import in_one_test
from support.oracles.law import products, within_bound
from support.samples import vector

INTEGERS = ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64")


def assert_within_bound(x, y):
    assert within_bound(onedot.dot(x, y), x, y)


# So far from the ends of the range that no product underflows and no sum overflows.
MIDDLING = st.builds(
    lambda fraction, exponent: fraction * 2.0**exponent, st.integers(-(2**53), 2**53), st.integers(-250, 140)
)


@given(st.lists(st.tuples(MIDDLING, MIDDLING), max_size=100))
def test_the_error_of_any_floats_is_within_the_documented_bound(level, pairs):
    assert_within_bound([a for a, _ in pairs], [b for _, b in pairs])


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("n", [1, 2, 31, 32, 33, 1000, 4095, 4096, 4097, 5 * BLOCK + 3])
def test_the_error_at_any_length_is_within_the_documented_bound(level, n, dtype):
    assert_within_bound(vector(n, dtype, 1), vector(n, dtype, 2))


@pytest.mark.parametrize("n", [1, 2, 33, 64, 1000, BLOCK, BLOCK + 1, 3 * BLOCK])
def test_the_bound_holds_where_every_rounding_errs_the_same_way(level, n):
    """Each lane starts with 1 and then loses every term: half a unit in its last place, and a tie goes to even."""
    x = np.full(n, 2.0**-53)
    x[np.arange(n) % BLOCK < 32] = 1.0
    assert_within_bound(x, np.ones(n))
    assert_within_bound(np.nextafter(x, 0.0), np.ones(n))


def test_the_bound_holds_where_all_but_rounding_cancels(level):
    x, y = vector(2000, seed=1), vector(2000, seed=2)
    assert_within_bound(np.concatenate([x, x[::-1]]), np.concatenate([y, -y[::-1]]))


@pytest.mark.parametrize("n", [1, 31, 33, 1000, BLOCK, 3 * BLOCK + 1])
def test_a_float64_sum_is_exact_where_every_partial_sum_fits(level, n):
    draw = np.random.default_rng(n)
    x, y = (draw.integers(-(2**19), 2**19, n).astype(float) for _ in range(2))
    assert onedot.dot(x, y) == sum(products(x, y))


@pytest.mark.parametrize("n", [1, 16, 31, 32])
def test_a_float32_sum_is_exact_where_products_and_sums_fit(level, n):
    """Fractions of 24 bits make products of 48, of which binary64 adds 32 without rounding."""
    draw = np.random.default_rng(n)
    x, y = ((draw.integers(-(2**24), 2**24, n) * 2.0**-30).astype("float32") for _ in range(2))
    assert onedot.dot(x, y) == sum(products(x, y))


@given(st.floats(width=32), st.floats(width=32))
def test_one_float32_product_is_never_rounded(level, a, b):
    if np.isfinite(a) and np.isfinite(b):
        assert onedot.dot(np.array([a], "float32"), np.array([b], "float32")) == Fraction(a) * Fraction(b)


def assert_exact_integer(x, y):
    got = onedot.dot(x, y)
    assert type(got) is int
    assert got == sum(int(a) * int(b) for a, b in zip(x, y, strict=True))


@in_one_test("b", [*INTEGERS, "bool"])
@in_one_test("a", [*INTEGERS, "bool"])
def test_every_pair_of_integer_types_gives_the_exact_integer(level, a, b):
    def draw(dtype, seed):
        low, high = (0, 1) if dtype == "bool" else (np.iinfo(dtype).min, np.iinfo(dtype).max)
        dtype_drawn = "uint8" if dtype == "bool" else dtype
        return np.random.default_rng(seed).integers(low, high, 100, dtype_drawn, endpoint=True).astype(dtype)

    for n in (0, 1, 7, 33, 100):
        assert_exact_integer(draw(a, 1)[:n], draw(b, 2)[:n])


def test_bools_count_where_both_are_true(level):
    x, y = np.arange(5000) % 2 == 0, np.arange(5000) % 3 == 0
    got = onedot.dot(x, y)
    assert type(got) is int
    assert got == 834


@pytest.mark.parametrize("dtype", INTEGERS)
def test_the_layout_of_integers_changes_nothing(level, dtype):
    x = np.arange(-50, 51).astype(dtype)
    expected = sum(int(a) * int(b) for a, b in zip(x, x[::-1], strict=True))
    for same in (x, x.astype(x.dtype.newbyteorder()), np.repeat(x, 3)[::3], memoryview(x), x.tolist(), tuple(x)):
        assert onedot.dot(same, x[::-1]) == expected


@given(st.lists(st.tuples(st.integers(), st.integers()), min_size=1))
def test_python_integers_of_any_size_are_exact(level, pairs):
    assert_exact_integer([a for a, _ in pairs], [b for _, b in pairs])


@given(st.lists(st.tuples(st.integers(-(2**80), 2**80), st.integers(-(2**63), 2**64 - 1)), min_size=1))
def test_python_integers_around_64_bits_are_exact(level, pairs):
    assert_exact_integer([a for a, _ in pairs], tuple(b for _, b in pairs))


@given(st.lists(st.integers(-(2**53), 2**53), min_size=1, max_size=1), st.floats(allow_nan=False, allow_infinity=False))
def test_an_integer_beside_a_float_is_that_integer_as_a_float(level, integers, number):
    assert onedot.dot(integers, [number]) == onedot.dot([float(integers[0])], [number])
    assert onedot.dot(np.array(integers), [number]) == onedot.dot([float(integers[0])], [number])


@given(st.integers(-(2**70), 2**70))
def test_an_integer_that_a_float_cannot_hold_is_refused_beside_one(level, integer):
    for x, y in (([integer], [0.5]), ([integer, 0.5], [1.0, 0.0])):
        if int(float(integer)) == integer:
            assert onedot.dot(x, y) == float(integer) * y[0]
        else:
            with pytest.raises(OverflowError, match=f"x holds {integer}, which float64 cannot represent"):
                onedot.dot(x, y)
