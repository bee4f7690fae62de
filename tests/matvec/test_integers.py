"""Integers and bools: every result is the exact integer in int64, or nothing is written and it is said why."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import onedot
from support.bits import array_bits
from support.cells import in_one_test
from support.rows import LAYOUTS, PRODUCTS, every_product

DTYPES = ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "bool")
TOO_BIG = 2**53 + 1  # the least integer that binary64 cannot hold


def of_all_sizes(shape, dtype, seed):
    """Integers over the whole range of a dtype, or 28 bits of it, so that no sum of few products passes 64."""
    low, high = (0, 2) if dtype == "bool" else (np.iinfo(dtype).min, np.iinfo(dtype).max + 1)
    return np.random.default_rng(seed).integers(max(low, -(2**28)), min(high, 2**28), shape).astype(dtype)


def exact_dots(a, x):
    """The same in Python's integers."""
    values = np.array([sum(map(int.__mul__, row, x.tolist())) for row in a.tolist()], object)
    assert all(-(2**63) <= value < 2**63 for value in values)
    return values.astype("i8")


def int64s(v):
    return np.array(v, "i8")


@every_product
@in_one_test("a_dtype", DTYPES)
@in_one_test("x_dtype", DTYPES)
def test_integers_of_any_two_types_give_exact_int64s(level, a_dtype, x_dtype, product):
    for m, n in ((1, 1), (3, 5), (4, 0), (0, 4), (2, 33)):
        a, x = of_all_sizes((m, n), a_dtype, 1), of_all_sizes(n, x_dtype, 2)
        expected = array_bits(exact_dots(a, x))
        for out in (None, np.full(m, 7)):
            assert array_bits(PRODUCTS[product](a, x, out=out)) == expected


@every_product
def test_every_layout_of_integers_gives_the_same(level, product):
    a, x = of_all_sizes((5, 7), "int32", 1), of_all_sizes(7, "int32", 2)
    expected = array_bits(exact_dots(a, x))
    for name, lay_out in LAYOUTS.items():
        if name not in ("C, sliced", "Fortran, sliced") and "every" not in name and not name.startswith("backwards"):
            assert array_bits(PRODUCTS[product](lay_out(a), lay_out(x))) == expected, name


@every_product
def test_bools_are_counted(level, product):
    a, x = np.arange(60).reshape(4, 15) % 3 == 0, np.arange(15) % 2 == 0
    assert array_bits(PRODUCTS[product](a, x)) == array_bits(np.array([(row & x).sum() for row in a], "i8"))


@every_product
@in_one_test("other", ["bool", "uint8", "int8", "int32"])
def test_a_bool_counts_as_one_whatever_its_byte(level, product, other):
    """Those that are 0 and 1 in memory are read as bytes, in any layout; others are not."""
    draw = np.random.default_rng(1)
    for m, n in ((1, 5), (3, 40), (20, 40), (3, 700), (17, 3)):
        plain, x = draw.integers(0, 2, (m, n), "u1"), of_all_sizes(n, other, 2)
        odd = plain.copy()
        odd[-1, -1] = 254
        for values in (plain, odd):
            a = values.view("?")
            expected = array_bits(a.astype("i8") @ x.astype("i8"))
            for laid in (a, np.asfortranarray(a), np.repeat(a, 2, 1)[:, ::2], np.repeat(a, 2, 0)[::2]):
                assert array_bits(PRODUCTS[product](laid, x)) == expected
            assert array_bits(PRODUCTS[product](x[None], a[0])) == array_bits(expected_of_one(x, a[0]))


def expected_of_one(x, a):
    return np.array([x.astype("i8") @ a.astype("i8")])


@every_product
@in_one_test("dtype", DTYPES)
def test_rows_that_are_scattered_are_those_side_by_side(level, product, dtype):
    for m, n in ((2, 9), (4, 600), (15, 70), (16, 70), (17, 70), (300, 7)):
        a, x = of_all_sizes((m, n), dtype, 1), (of_all_sizes((3, n), dtype, 2) % 64).astype(dtype)
        wide = np.repeat(np.repeat(a, 2, 0), 3, 1)
        for laid in (a[:, ::-1].copy()[:, ::-1], wide[::2, ::3], np.asfortranarray(a), wide.copy("F")[::2, ::3]):
            for vectors in (x[0], x, np.asfortranarray(x), x[:, ::-1].copy()[:, ::-1]):
                expected = PRODUCTS["vecdot"](np.ascontiguousarray(a), vectors.copy())
                assert array_bits(PRODUCTS[product](laid, vectors)) == array_bits(expected)


@every_product
def test_sums_of_which_binary64_would_lose_the_end_are_exact(level, product):
    a = int64s([[2**61, 2**61, -(2**61), 1], [2**31 - 1, 2**30 + 1, 3, -1]])
    x = int64s([1, 1, 1, 1])
    assert PRODUCTS[product](a, x).tolist() == [2**61 + 1, 2**31 - 1 + 2**30 + 1 + 2]


EDGES = {
    "the greatest int64": ([[2**62, 2**62 - 1]], [1, 1], 2**63 - 1),
    "one more": ([[2**62, 2**62]], [1, 1], 2**63),
    "the least int64": ([[-(2**62), -(2**62)]], [1, 1], -(2**63)),
    "one less": ([[-(2**62), -(2**62), -1]], [1, 1, 1], -(2**63) - 1),
    "minima": ([[-(2**63)]], [-(2**63)], 2**126),
    "a sum that returns from beyond": ([[2**63 - 1, 2**63 - 1, -(2**63) + 1]], [1, 1, 1], 2**63 - 1),
    "a square": ([[2**40]], [2**40], 2**80),
}


@every_product
@in_one_test("edge", EDGES)
def test_a_result_beyond_int64_is_refused_and_nothing_is_written(level, edge, product):
    a, x, value = EDGES[edge]
    a = np.concatenate([np.ones((2, len(x)), "i8"), int64s(a)])
    out = np.full(3, 7)
    if -(2**63) <= value < 2**63:
        assert PRODUCTS[product](a, int64s(x), out=out) is out
        assert out.tolist() == [sum(x), sum(x), value]
        return
    words = re.escape(f"{product}: a result is {value}; want results that int64 can hold")
    for options in ({}, {"out": out}):
        with pytest.raises(OverflowError, match=words):
            PRODUCTS[product](a, int64s(x), **options)
    assert out.tolist() == [7, 7, 7]


def test_the_greatest_uint64_is_exact_or_refused(level):
    a = np.array([[2**64 - 1, 2**64 - 1]], "u8")
    assert onedot.matvec(a, [1, -1]).tolist() == [0]
    assert onedot.matvec(a[:, :1], [0]).tolist() == [0]
    with pytest.raises(OverflowError, match=f"matvec: a result is {2**64 - 1}; want .+"):
        onedot.matvec(a[:, :1], [1])


def test_python_integers_of_any_size_are_exact(level):
    assert array_bits(onedot.matvec([[2**70, 1]], [1, -(2**70)])) == array_bits(int64s([0]))
    assert array_bits(onedot.vecmat([2**70, 1], [[1], [-(2**70)]])) == array_bits(int64s([0]))
    assert array_bits(onedot.vecdot([[2**70, 5], [0, 2]], [0, 3])) == array_bits(int64s([15, 6]))
    with pytest.raises(OverflowError, match=f"vecdot: a result is {2**70}; want results that int64 can hold"):
        onedot.vecdot([2**70], [1])


@given(
    rows=st.lists(st.tuples(*[st.integers(-(2**40), 2**40)] * 3), min_size=1, max_size=4),
    x=st.tuples(*[st.integers(-(2**30), 2**30)] * 3),
)
def test_any_integers_are_exact_or_refused(level, rows, x):
    values = [sum(map(int.__mul__, row, x)) for row in rows]
    if all(-(2**63) <= value < 2**63 for value in values):
        assert onedot.matvec(rows, x).tolist() == onedot.vecdot(int64s(rows), int64s(x)).tolist() == values
    else:
        with pytest.raises(OverflowError):
            onedot.matvec(rows, x)


@every_product
def test_integers_beside_floats_are_those_integers_as_floats(level, product):
    a, x = of_all_sizes((3, 20), "int32", 1), np.random.default_rng(2).standard_normal(20)
    for dtype in ("int32", "int64", "int8", "bool"):
        integers = a.astype(dtype)
        assert array_bits(PRODUCTS[product](integers, x)) == array_bits(PRODUCTS[product](integers.astype("f8"), x))
        narrow = PRODUCTS[product](integers, x.astype("f4"))
        assert array_bits(narrow) == array_bits(PRODUCTS[product](integers.astype("f8"), x.astype("f4")))
        assert narrow.dtype == np.float64


@pytest.mark.parametrize("integer", [TOO_BIG, -TOO_BIG, 2**63 - 1, 2**64 - 1, 2**64 + 1, 10**30])
def test_an_integer_that_a_float_cannot_hold_is_refused_and_nothing_is_written(level, integer):
    calls = {
        ("matvec", "A"): lambda out: onedot.matvec([[1, integer]], np.ones(2), out=out),
        ("matvec", "x"): lambda out: onedot.matvec(np.ones((1, 2)), [1, integer], out=out),
        ("vecmat", "A"): lambda out: onedot.vecmat(np.ones(2, "f4"), [[1], [integer]], out=out),
        ("vecmat", "x"): lambda out: onedot.vecmat([1, integer], np.ones((2, 1)), out=out),
        ("vecdot", "X"): lambda out: onedot.vecdot([[integer]], np.ones(1), out=out),
        ("vecdot", "Y"): lambda out: onedot.vecdot(np.ones((1, 1)), [integer], out=out),
    }
    for (function, name), call in calls.items():
        out = np.array([7.0])
        words = f"{function}: {name} holds {re.escape(str(integer))}, which float64 cannot represent; want .+"
        for place in (out, None):
            with pytest.raises(OverflowError, match=words):
                call(place)
        assert out.tolist() == [7.0]


def test_a_great_integer_that_a_float_holds_is_taken_beside_one(level):
    assert onedot.matvec([[2**70, 2**53 + 2]], [0.5, 1.0]).tolist() == [2.0**69 + 2**53 + 2]
    assert onedot.vecdot(np.array([2**63], "u8"), [0.5]) == 2.0**62
