"""The reference is the law: word for word, in pure Python, with nothing that rounds less or adds in another order."""

import ast
import inspect
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onedot import _reference as reference
from onedot._reference.law import BLOCK, LANES
from support.bits import bits
from support.oracles import law
from support.samples import vector

ANY_FLOAT = st.floats(width=64)


def test_a_block_is_4096_elements_and_has_32_lanes():
    assert (BLOCK, LANES) == (4096, 32) == (law.BLOCK, law.LANES)


def test_the_reference_neither_compensates_nor_fuses():
    """Since Python 3.12 `sum` compensates; `fma`, `fsum` and `sumprod` round less often than the law does."""
    tree = ast.walk(ast.parse(inspect.getsource(reference)))
    names = {getattr(node, "id", None) or getattr(node, "attr", None) or getattr(node, "name", None) for node in tree}
    assert {"dot", "block_sums", "fold"} <= names
    assert not names & {"sum", "fma", "fsum", "sumprod", "math", "numpy"}


@given(st.lists(st.tuples(ANY_FLOAT, ANY_FLOAT), max_size=150))
def test_dot_is_the_law_for_any_floats(pairs):
    x, y = [a for a, _ in pairs], [b for _, b in pairs]
    assert bits(reference.dot(x, y)) == bits(law.dot(x, y))


@pytest.mark.parametrize("n", [0, 1, 31, 32, 33, 300, 4095, 4096, 4097, 8191, 8192, 8193, 3 * 4096, 5 * 4096 + 77])
def test_dot_is_the_law_for_any_number_of_blocks(n):
    x, y = vector(n, seed=1).tolist(), vector(n, seed=2).tolist()
    assert reference.dot(x, y) == law.dot(x, y)


@given(st.lists(ANY_FLOAT, max_size=70))
def test_fold_is_the_law_on_numbers_padded_with_zeros(v):
    assert bits(reference.fold(v)) == bits(law.fold(law.padded(v)))


def test_fold_adds_the_far_half_to_the_near_half():
    assert reference.fold([1e16, 1.0, -1e16, 1.0]) == 2.0  # (1e16 - 1e16) + (1 + 1)
    assert reference.fold([1e16, -1e16, 1.0, 1.0]) == 0.0  # (1e16 + 1) + (-1e16 + 1), and 1e16 + 1 == 1e16
    assert reference.fold([1.0, 1e16, -1e16]) == 0.0  # (1 - 1e16) + (1e16 + 0)


def test_fold_of_nothing_is_zero_and_of_one_number_that_number():
    assert bits(reference.fold([])) == bits(0.0)
    assert reference.fold([2.5]) == 2.5


def test_fold_leaves_its_argument_alone():
    v = [1.0, 2.0, 3.0]
    assert reference.fold(v) == 6.0
    assert v == [1.0, 2.0, 3.0]


def test_block_sums_writes_one_sum_for_each_block():
    n = 2 * BLOCK + 5
    x, y = vector(n, seed=1).tolist(), vector(n, seed=2).tolist()
    out = [math.nan] * 3
    reference.block_sums(x, y, out)
    assert out == [law.dot(x[k : k + BLOCK], y[k : k + BLOCK]) for k in (0, BLOCK, 2 * BLOCK)]


@given(st.lists(st.tuples(st.integers(-(2**20), 2**20), st.integers(-(2**20), 2**20)), max_size=200))
def test_dot_is_exact_where_every_partial_sum_is_an_integer_that_binary64_holds(pairs):
    x, y = [float(a) for a, _ in pairs], [float(b) for _, b in pairs]
    assert reference.dot(x, y) == sum(a * b for a, b in pairs)


def test_no_sum_of_signed_zeros_is_negative():
    for n in range(100):
        assert bits(reference.dot([-0.0] * n, [1.0] * n)) == bits(0.0)


def test_infinities_and_nans_follow_from_the_order():
    inf, nan = math.inf, math.nan
    assert reference.dot([inf, 1.0], [1.0, -1e308]) == inf
    assert reference.dot([1.0, 2.0], [1.0, -inf]) == -inf
    assert math.isnan(reference.dot([inf, inf], [1.0, -1.0]))
    assert math.isnan(reference.dot([inf, 1.0], [0.0, 1.0]))
    assert math.isnan(reference.dot([nan, 1.0], [0.0, 1.0]))


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_narrower_floats_are_widened_before_they_are_multiplied(dtype):
    x, y = np.abs(vector(40, "float16", 1)).astype(dtype), np.abs(vector(40, "float16", 2)).astype(dtype)
    assert reference.dot(x, y) == law.dot(x.tolist(), y.tolist())


@given(st.lists(st.tuples(st.integers(), st.integers())))
def test_integer_dot_is_the_exact_integer(pairs):
    expected = sum(a * b for a, b in pairs)
    assert reference.integer_dot([a for a, _ in pairs], [b for _, b in pairs]) == expected


def test_integer_dot_does_not_wrap_where_numpy_integers_would():
    extremes = np.array([-(2**63), -(2**63)])
    assert reference.integer_dot(extremes, extremes) == 2**127
    assert reference.integer_dot(np.array([True, True]), np.array([True, True])) == 2
