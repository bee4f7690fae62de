"""One update: in place on a mistake, the law's bits, and nothing changed where it is refused."""

import math

import numpy as np
import pytest

import onedot
from support.bits import array_bits
from support.cells import in_one_test
from support.oracles import perceptron as oracle
from support.samples import LAYOUTS, lying_at, vector

LENGTHS = [1, 2, 3, 7, 8, 9, 31, 32, 33, 64, 100, 4095, 4096, 4097, 9000]
ARRAYS = {name: f for name, f in LAYOUTS.items() if name not in ("memoryview", "list")}


@in_one_test("dtype", ["float64", "float32", "float16"])
@in_one_test("bias", [0, 1])
@in_one_test("n", LENGTHS)
def test_an_update_is_that_of_the_oracle(level, n, bias, dtype):
    x = vector(n, dtype, 1)
    for seed, y in ((2, 1), (3, -1), (4, 1.0)):
        w = vector(n + bias, seed=seed)
        mistake = y * oracle.margin(w.tolist(), x.tolist()) <= 0
        expected = [v + (1.0 * y) * e for v, e in zip(w.tolist(), [1.0] * bias + x.tolist(), strict=True)]
        before = w.copy()
        assert onedot.perceptron_update(w, x, y) is mistake
        assert array_bits(w) == array_bits(np.array(expected) if mistake else before)


@pytest.mark.parametrize("dtype", ["float64", "float32", "int8"])
@pytest.mark.parametrize("bias", [0, 1])
@pytest.mark.parametrize("n", [2**20, 2**20 + 1, 2**21 + 4097])
def test_a_row_of_any_length_has_the_margin_that_is_its_dot(compiled_level, n, bias, dtype):
    x, w = (np.sign(vector(n, seed=1)) * 5).astype(dtype), vector(n + bias, seed=2)
    margin = onedot.dot(w[bias:], x.astype("f8")) + (w[0] if bias else 0.0)
    assert onedot.lms_update(w.copy(), x, 3.0, rate=2.0**-60) == 3.0 - margin
    for y in (1, -1):
        v, expected = w.copy(), w.copy()
        assert onedot.perceptron_update(v, x, y) is bool(y * margin <= 0)
        onedot.perceptron_epoch(expected, x[None], [y])
        assert array_bits(v) == array_bits(expected)


@pytest.mark.parametrize("rate", [0.1, 3.0, 1e-300, 1e300])
def test_the_rate_times_the_label_is_rounded_first_then_the_product_then_the_sum(level, rate):
    x = vector(50, seed=1)
    w = vector(51, seed=2)
    y = -1 if oracle.margin(w.tolist(), x.tolist()) > 0 else 1
    expected = np.array([v + (rate * y) * e for v, e in zip(w.tolist(), [1.0, *x.tolist()], strict=True)])
    assert onedot.perceptron_update(w, x, y, rate=rate)
    assert array_bits(w) == array_bits(expected)


def test_a_margin_of_zero_is_a_mistake_for_either_label(level):
    for y in (1, -1):
        w = np.zeros(3)
        assert onedot.perceptron_update(w, [1.0, 2.0], y) is True
        assert w.tolist() == [y, y, 2 * y]
        assert onedot.perceptron_update(w, [1.0, 2.0], y) is False


@in_one_test("layout", LAYOUTS)
@in_one_test("dtype", ["float64", "float32"])
def test_the_layout_of_x_changes_no_bit(level, layout, dtype):
    x = vector(77, dtype, 1)
    expected, w = np.zeros(78), np.zeros(78)
    onedot.perceptron_update(expected, x, 1)
    onedot.perceptron_update(w, LAYOUTS[layout](x), 1)
    assert array_bits(w) == array_bits(expected)


@pytest.mark.parametrize("offset_and_step", [(0, 2), (0, -1), (1, 1), (3, -2)])
def test_weights_of_any_layout_are_changed_where_they_lie(level, offset_and_step):
    x = vector(33, seed=1)
    w = lying_at(np.zeros(34), *offset_and_step)
    assert onedot.perceptron_update(w, x, -1)
    assert w.tolist() == [-1.0, *(-x).tolist()]


def test_integers_are_taken_as_floats(level):
    w = np.zeros(3)
    assert onedot.perceptron_update(w, np.array([3, -4], np.int8), np.int64(-1))
    assert w.tolist() == [-1.0, -3.0, 4.0]


@pytest.mark.parametrize("shift", [0, 1])
def test_x_may_be_a_part_of_w(level, shift):
    w = np.arange(1.0, 7.0)
    x = w[shift : shift + 5]
    expected = -np.concatenate([[1.0], x]) + w
    assert onedot.perceptron_update(w, x, -1)
    assert w.tolist() == expected.tolist()


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("place", [0, 40])
def test_a_sample_that_is_not_finite_is_refused_and_changes_nothing(level, value, place):
    x = np.ones(41)
    x[place] = value
    for w in (np.zeros(42), np.arange(41.0)):
        before = w.copy()
        with pytest.raises(ValueError, match="x holds NaN or infinity; want finite numbers"):
            onedot.perceptron_update(w, x, 1)
        assert array_bits(w) == array_bits(before)


@pytest.mark.parametrize("place", [0, 1, 36])
def test_weights_that_would_overflow_are_refused_and_nothing_changes(level, place):
    """The margin is 0, a mistake; one weight of all would overflow, the bias or that of the first or last feature."""
    w, x = np.zeros(37), np.zeros(36)
    other = 0 if place else 1
    w[place], w[other] = 1.7e308, -1.7e308
    x[max(place, other) - 1] = 1.0
    before = w.copy()
    with pytest.raises(OverflowError, match="numbers overflow; want a smaller rate"):
        onedot.perceptron_update(w, x, 1, rate=1.7e308)
    assert array_bits(w) == array_bits(before)


def test_a_margin_that_overflows_is_refused_and_nothing_changes(level):
    w = np.array([0.0, 1e308, 1e308])
    with pytest.raises(OverflowError, match="numbers overflow"):
        onedot.perceptron_update(w, [10.0, -10.0], 1)
    assert w.tolist() == [0.0, 1e308, 1e308]
