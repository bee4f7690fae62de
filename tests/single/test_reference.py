"""The reference of the single tier is its contract: each step rounded once, as exact fractions say."""

import ast
import inspect
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onedot import _reference as reference
from onedot._reference import single
from support.bits import bits
from support.oracles import single as oracle
from support.oracles.single_traps import KINDS, traps
from support.samples import vector

ANY_FLOAT = st.floats(width=32)
INF, NAN = math.inf, math.nan
LEAST, LEAST_NORMAL, LARGEST = 2.0**-149, 2.0**-126, oracle.LARGEST


def rounded_twice(x, y, c):
    """The sum in binary64, rounded again."""
    with np.errstate(over="ignore"):
        return float(np.float32(x * y + c))


def test_the_reference_neither_compensates_nor_fuses_nor_asks_numpy():
    tree = ast.walk(ast.parse(inspect.getsource(single)))
    names = {getattr(node, "id", None) or getattr(node, "attr", None) or getattr(node, "name", None) for node in tree}
    assert {"fma32", "single_dot", "nextafter"} <= names
    assert not names & {"sum", "fma", "fsum", "sumprod", "numpy", "np"}


@given(ANY_FLOAT, ANY_FLOAT, ANY_FLOAT)
def test_fma32_rounds_any_sum_once(x, y, c):
    assert bits(single.fma32(x, y, c)) == bits(oracle.fma(x, y, c))


@pytest.mark.parametrize("kind", KINDS)
def test_thousands_of_sums_next_to_a_tie_are_rounded_once(kind):
    wrong = 0
    for x, y, c in zip(*(v.tolist() for v in traps(kind, 6000)), strict=True):
        wanted = oracle.fma(x, y, c)
        assert bits(single.fma32(x, y, c)) == bits(wanted), (x, y, c)
        wrong += bits(rounded_twice(x, y, c)) != bits(wanted)
    assert wrong > 500  # what is caught, or this would be no trap


def test_any_bits_are_rounded_once():
    draw = np.random.default_rng(1)
    x, y, c = draw.integers(0, 2**32, (3, 5000), dtype=np.uint32).view("f4")
    with np.errstate(all="ignore"):
        near = (x.astype(float) * y * draw.uniform(-2, 2, len(x))).astype("f4")
    for third in (c, near):
        for triple in zip(x.tolist(), y.tolist(), third.tolist(), strict=True):
            assert bits(single.fma32(*triple)) == bits(oracle.fma(*triple)), triple


# x, y, c and x·y + c: what a reader would check by hand.
BY_HAND = {
    "the least product is lost": (LEAST, LEAST, 1.0, 1.0),
    "but decides a tie": (2.0**-12, 2.0**-12 * (1 + 2.0**-23), 1.0, 1 + 2.0**-23),
    "from below, too": (2.0**-12 * (1 - 2.0**-23), 2.0**-12 * (1 + 2.0**-23), 1 + 2.0**-23, 1 + 2.0**-23),
    "a tie to even": (2.0**-12, 2.0**-12, 1.0, 1.0),
    "a tie to even, up": (2.0**-12, 2.0**-12, 1 + 2.0**-23, 1 + 2.0**-22),
    "an exact zero": (1.0, -1.0, 1.0, 0.0),
    "negative zeros": (-1.0, 0.0, -0.0, -0.0),
    "a product that underflows keeps its sign": (-LEAST, LEAST, 0.0, -0.0),
    "also beside a negative zero": (LEAST, LEAST, -0.0, 0.0),
    "half of the least number": (2.0**-75, 2.0**-75, 0.0, 0.0),
    "a little more": (2.0**-75, 2.0**-75 * (1 + 2.0**-23), 0.0, LEAST),
    "a subnormal result": (LEAST_NORMAL, 0.5, LEAST, LEAST_NORMAL / 2 + LEAST),
    "intermediate overflow": (2.0**127, 2.0, -LARGEST, 2.0**104),
    "halfway to infinity": (2.0**100, 8.0, LARGEST, INF),
    "less than that": (2.0**100 * (1 - 2.0**-24), 8.0, LARGEST, LARGEST),
    "overflow": (-LARGEST, LARGEST, LARGEST, -INF),
    "infinity": (INF, 1.0, -LARGEST, INF),
    "opposite infinities": (INF, 1.0, -INF, NAN),
    "infinity times zero": (INF, 0.0, 1.0, NAN),
    "not a number": (NAN, 0.0, 1.0, NAN),
}


@pytest.mark.parametrize("case", BY_HAND)
def test_sums_worked_out_by_hand(case):
    x, y, c, value = BY_HAND[case]
    assert bits(single.fma32(x, y, c)) == bits(oracle.fma(x, y, c)) == bits(value)


@given(st.lists(st.tuples(ANY_FLOAT, ANY_FLOAT), max_size=80))
def test_dot_is_the_contract_for_any_floats(pairs):
    x, y = [a for a, _ in pairs], [b for _, b in pairs]
    assert bits(reference.single_dot(x, y)) == bits(oracle.dot(x, y))


@pytest.mark.parametrize("n", [0, 1, 31, 32, 33, 300, 4095, 4096, 4097, 3 * 4096, 5 * 4096 + 77])
def test_dot_is_the_contract_for_any_number_of_blocks(n):
    x, y = vector(n, "float32", 1), vector(n, "float32", 2)
    value = reference.single_dot(x, y)
    assert bits(value) == bits(oracle.dot(x, y))
    assert value == np.float32(value)


@given(st.lists(ANY_FLOAT, max_size=70))
def test_fold_is_that_of_numbers_padded_with_zeros(v):
    assert bits(reference.single_fold(v)) == bits(oracle.fold(v or [0.0]) + 0.0)


def test_fold_adds_the_far_half_to_the_near_half_in_binary32():
    assert reference.single_fold([1e8, 1.0, -1e8, 1.0]) == 2.0  # (1e8 - 1e8) + (1 + 1)
    assert reference.single_fold([1e8, -1e8, 1.0, 1.0]) == 0.0  # (1e8 + 1) + (-1e8 + 1), and 1e8 + 1 == 1e8
    assert reference.single_fold([LARGEST, LARGEST]) == INF


def test_no_result_is_a_negative_zero():
    assert bits(reference.single_fold([-0.0])) == bits(0.0)
    for n in (1, 2, 31, 32, 33, 64, 100):
        assert bits(reference.single_dot([-LEAST] * n, [LEAST] * n)) == bits(0.0)
        assert bits(reference.single_dot([-0.0] * n, [1.0] * n)) == bits(0.0)


def test_block_sums_writes_one_sum_for_each_block():
    x, y = vector(8197, "float32", 1), vector(8197, "float32", 2)
    out = np.full(3, NAN, "f4")
    reference.single_block_sums(x, y, out)
    assert out.tolist() == [oracle.dot(x[k : k + 4096], y[k : k + 4096]) for k in (0, 4096, 8192)]


def test_a_product_joins_its_lane_unrounded():
    """(1 + 2**-12)**2 - 1 has a last bit that no binary32 product has."""
    a = 1 + 2.0**-12
    x, y = [1.0] + [0.0] * 31 + [a], [-1.0] + [0.0] * 31 + [a]
    assert reference.single_dot(x, y) == 2.0**-11 + 2.0**-24


def test_halves_are_widened_exactly():
    x, y = vector(70, "float16", 1), vector(70, "float16", 2)
    assert reference.single_dot(x, y) == oracle.dot(x, y) == reference.single_dot(x.astype("f4"), y.astype("f4"))


def test_row_dots_are_dots_of_rows():
    A, X = vector(60, "float32", 1).reshape(2, 3, 10), vector(60, "float32", 2).reshape(2, 3, 10)
    out = np.empty((2, 3), "f4")
    reference.single_row_dots(A, X, out)
    assert out.tolist() == [[oracle.dot(A[s, m], X[s, m]) for m in range(3)] for s in range(2)]
