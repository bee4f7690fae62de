"""The true answer, in fractions: every result is near it as `dot` is, and rounded once, to its own type."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import onedot
from support.bits import array_bits
from support.cells import in_one_test
from support.oracles.law import products, within_bound
from support.rows import PRODUCTS, every_product, stack

MIDDLING = st.builds(
    lambda significand, exponent: significand * 2.0**exponent, st.integers(-999, 999), st.integers(-99, 99)
)


def assert_within_bound(got, a, x):
    """Every element of got, in binary64, is as near to the true dot of its two rows as `dot` promises."""
    for index in np.ndindex(got.shape):
        assert within_bound(got[index], a[index[-1]], x[index[:-1]]), index


@every_product
@in_one_test("order", ["C", "F"])
@in_one_test("n", [1, 2, 7, 16, 31, 33, 200])
def test_the_error_of_every_result_is_within_the_bound_of_dot(level, n, order, product):
    for dtype in ("float64", "float32"):
        a, x = np.array(stack(6, n, dtype=dtype, seed=1), order=order), stack(3, n, dtype=dtype, seed=2)
        for vectors in (x, x[0]):
            out = np.empty((*vectors.shape[:-1], 6))
            assert_within_bound(PRODUCTS[product](a, vectors, out=out), a, vectors)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_error_of_rows_of_several_blocks_is_within_the_bound_of_dot(compiled_level, dtype):
    a, x = stack(2, 9001, dtype=dtype, seed=1), stack(2, 9001, dtype=dtype, seed=2)
    assert_within_bound(onedot.matvec(a, x, out=np.empty((2, 2))), a, x)
    assert_within_bound(onedot.matvec(np.asfortranarray(a), x[0], out=np.empty(2)), a, x[0])


@given(data=st.data(), product=st.sampled_from(list(PRODUCTS)), m=st.integers(1, 4), n=st.integers(1, 20))
def test_the_error_of_any_floats_is_within_the_bound_of_dot(level, data, product, m, n):
    numbers = st.lists(MIDDLING, min_size=n, max_size=n)
    a = np.array(data.draw(st.lists(numbers, min_size=m, max_size=m)))
    x = np.array(data.draw(numbers))
    assert_within_bound(PRODUCTS[product](a, x), a, x)


def nearest(dtype, exact):
    """The float nearest to a fraction that binary64 holds, a tie going to the one whose last bit is 0."""
    near = np.array([float(exact)]).astype(dtype)
    around = np.concatenate(
        [np.nextafter(near, near.dtype.type(-np.inf)), near, np.nextafter(near, near.dtype.type(np.inf))]
    )
    last_bits = around.view(f"u{near.itemsize}") & 1
    return min(zip(around, last_bits, strict=True), key=lambda pair: (abs(Fraction(float(pair[0])) - exact), pair[1]))[
        0
    ]


@every_product
@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_a_sum_that_binary64_holds_is_rounded_once(level, dtype, product):
    """Significands of 11 bits and magnitudes within 2**20 of one another: binary64 makes no error at all."""
    draw = np.random.default_rng(3)
    for n in (1, 2, 5, 16, 20, 33):
        a, x = (
            (draw.integers(-(2**10), 2**10, shape) * np.exp2(draw.integers(-14, -9, shape))).astype(dtype)
            for shape in ((7, n), (n,))
        )
        got = PRODUCTS[product](a, x)
        expected = np.array([nearest(dtype, sum(products(row, x))) for row in a], dtype)
        assert array_bits(got) == array_bits(expected)


# A row and a vector, their dot rounded once, and what rounding it to float32 first would have made of it: near
# a tie of float16, what decides is lost in float32.
TWICE_ROUNDED = {
    "just above a tie": ([1.0, 2.0**-11, 2.0**-24], [1.0, 1.0, 2.0**-3], 1.0 + 2.0**-10, 1.0),
    "just below a tie": (
        [1.0 + 2.0**-10, 2.0**-11, -(2.0**-24)],
        [1.0, 1.0, 2.0**-3],
        1.0 + 2.0**-10,
        1.0 + 2.0**-9,
    ),
    "negative": ([-1.0, -(2.0**-11), -(2.0**-24)], [1.0, 1.0, 2.0**-3], -1.0 - 2.0**-10, -1.0),
    "at a tie": ([1.0, 2.0**-11], [1.0, 1.0], 1.0, 1.0),
    "just below infinity": (
        [65504.0, 16.0, -(2.0**-24)],
        [1.0, 1.0, 1.0],
        65504.0,
        np.inf,
    ),
    "a subnormal": ([2.0**-23, 2.0**-24, 2.0**-24], [1.0, 0.5, 2.0**-24], 3 * 2.0**-24, 2.0**-23),
}


@every_product
@in_one_test("case", TWICE_ROUNDED)
def test_a_float16_result_is_not_first_rounded_to_float32(level, case, product):
    row, x, once, twice = TWICE_ROUNDED[case]
    row, x = np.array(row, "f2"), np.array(x, "f2")
    with np.errstate(over="ignore"):
        by_float32 = np.float32(onedot.dot(row, x)).astype("f2")
    assert by_float32 == twice
    for m in (1, 5):
        assert PRODUCTS[product](np.tile(row, (m, 1)), x).tolist() == [once] * m


ADDED_IN_FLOAT32 = {
    "small ones beside a large one": ([1.0] + [2.0**-24] * 8, [1.0] * 9, 1.0 + 2.0**-21),
    "a large one that cancels": ([2.0**30, 1.0, -(2.0**30)], [1.0] * 3, 1.0),
    "products of 48 bits": ([1.0 + 2.0**-23, -1.0], [1.0 + 2.0**-23, 1.0 + 2.0**-22], 2.0**-46),
    "products beyond float32": ([1e38, 3.0, -1e38], [10.0, 1.0, 10.0], 3.0),
    "products below float32": ([2.0**-100, 1.0], [2.0**-100, 2.0**-149], 2.0**-149),
    "just above a tie": ([1.0, 2.0**-24, 2.0**-40], [1.0, 1.0, 1.0], 1.0 + 2.0**-23),
    "at a tie": ([1.0, 2.0**-24], [1.0, 1.0], 1.0),
}


@every_product
@in_one_test("case", ADDED_IN_FLOAT32)
def test_a_float32_result_is_added_in_binary64(level, case, product):
    row, x, value = ADDED_IN_FLOAT32[case]
    for m in (1, 2, 4, 9):
        for batch in ((), (5,)):
            for padding in (0, 20):
                zeros = [0.0] * padding
                a = np.tile(np.array(row + zeros, "f4"), (m, 1))
                v = np.broadcast_to(np.array(x + zeros, "f4"), (*batch, len(x) + padding))
                for order in "CF":
                    got = PRODUCTS[product](np.array(a, order=order), v)
                    assert array_bits(got) == array_bits(np.full((*batch, m), value, "f4")), (m, batch, padding)


@every_product
def test_many_float32_ones_beside_a_large_one_are_all_counted(level, product):
    """2**24 + 1 is no float32: adding ones to 2**24 in float32 changes nothing."""
    for n in (33, 65, 100):
        a = np.ones((3, n), "f4")
        a[:, 0] = 2.0**24
        got = PRODUCTS[product](a, np.ones(n, "f4"))
        assert got.tolist() == [float(np.float32(2**24 + n - 1))] * 3


@every_product
@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_ties_go_to_even_and_subnormals_stay(level, dtype, product):
    info = np.finfo(dtype)
    eps, least = float(info.eps), float(info.smallest_subnormal)
    sums = [
        (1.0, eps / 2, 1.0),
        (1.0 + eps, eps / 2, 1.0 + 2 * eps),
        (-1.0, -eps / 2, -1.0),
        (-1.0 - eps, -eps / 2, -1.0 - 2 * eps),
        (least, least, 2 * least),
        (least, -least, 0.0),
        (-least, 0.0, -least),
    ]
    a = np.array([pair[:2] for pair in sums], dtype)
    expected = np.array([value for *_, value in sums], dtype)
    assert array_bits(PRODUCTS[product](a, np.ones(2, dtype))) == array_bits(expected)


@every_product
def test_ties_between_the_least_float32s_go_to_even_and_what_is_above_a_tie_does_not(level, product):
    least = 2.0**-149
    a = np.array([[2.0**-75, 0.0], [2.0**-75, 2.0**-100], [1.5 * 2.0**-74, 0.0]], "f4")
    x = np.array([2.0**-75, 2.0**-75], "f4")
    expected = np.array([0.0, least, 2 * least], "f4")
    for batch in (x, np.tile(x, (3, 1))):
        got = PRODUCTS[product](a, batch)
        assert array_bits(got) == array_bits(np.broadcast_to(expected, got.shape).copy())


def test_a_float64_out_holds_what_one_rounding_would_lose(level):
    a, x = np.array([[1.0, 2.0**-24, 2.0**-40]], "f4"), np.ones(3, "f4")
    assert onedot.matvec(a, x, out=np.empty(1)).tolist() == [1.0 + 2.0**-24 + 2.0**-40]
