"""One vector, one sum: at every level, in every layout and at every length, the bits of the reference."""

import math
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import onedot
from onedot import _reference as reference
from onedot._reference.law import BLOCK
from support.bits import bits
from support.cells import in_one_test
from support.samples import LAYOUTS, lying_at, memory_mapped, repeated, vector

FLOATS = ("float64", "float32", "float16")
AROUND_BLOCKS = [k * BLOCK + d for k in (1, 2, 3, 4, 5) for d in (-1, 0, 1)]
# 256 blocks are the most that one kernel call takes; beyond them threads may share the work.
AROUND_256_BLOCKS = [256 * BLOCK - 1, 256 * BLOCK, 256 * BLOCK + 1, 300 * BLOCK + 77]


def pair(n, dtype):
    return vector(n, dtype, 1), vector(n, dtype, 2)


@cache
def law_of_pair(n, dtype):
    """The reference's sum of pair(n, dtype), worked out once for all levels."""
    x, y = pair(n, dtype)
    return bits(reference.dot(x.tolist(), y.tolist()))


def law_of(x, y):
    return bits(reference.dot(np.asarray(x).tolist(), np.asarray(y).tolist()))


@pytest.mark.parametrize("dtype", FLOATS)
def test_every_length_to_300_obeys_the_law(level, dtype):
    for n in range(301):
        assert bits(onedot.dot(*pair(n, dtype))) == law_of_pair(n, dtype), n


@in_one_test("dtype", FLOATS)
@in_one_test("n", AROUND_BLOCKS)
def test_lengths_around_whole_blocks_obey_the_law(level, n, dtype):
    assert bits(onedot.dot(*pair(n, dtype))) == law_of_pair(n, dtype)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("n", AROUND_256_BLOCKS)
def test_more_blocks_than_one_kernel_call_takes_obey_the_law(level, n, dtype):
    assert bits(onedot.dot(*pair(n, dtype))) == law_of_pair(n, dtype)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("n", [1, 31, 33, 100, 513])
def test_no_alignment_changes_a_bit(level, n, dtype):
    x, y = pair(n, dtype)
    for offset in range(64):
        for other in (0, 1, 8, 63 - offset):
            assert bits(onedot.dot(lying_at(x, offset), lying_at(y, other))) == law_of_pair(n, dtype), (offset, other)


@in_one_test("dtype", ["float64", "float32", "float16"])
@in_one_test("n", [0, 1, 2, 31, 32, 33, 511, 512, 513, BLOCK + 1])
def test_every_layout_of_the_same_vector_gives_the_same_bits(level, n, dtype):
    x, y = pair(n, dtype)
    for name, lay_out in LAYOUTS.items():
        assert bits(onedot.dot(lay_out(x), y)) == law_of_pair(n, dtype), name
        assert bits(onedot.dot(x, lay_out(y))) == law_of_pair(n, dtype), name
        assert bits(onedot.dot(lay_out(x), lay_out(y))) == law_of_pair(n, dtype), name


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("lay_out", ["stride -3", "misaligned by a byte", "byte-swapped"])
def test_layouts_of_many_blocks_give_the_same_bits(level, lay_out, dtype):
    n = 257 * BLOCK + 3
    x, y = pair(n, dtype)
    assert bits(onedot.dot(LAYOUTS[lay_out](x), y)) == law_of_pair(n, dtype)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("n", [1, 2, 31, 33, 513, BLOCK + 1])
def test_a_stride_of_zero_is_the_vector_that_repeats_one_number(level, n, dtype):
    x, _ = pair(n, dtype)
    same, full = repeated(x[0], n), np.full(n, x[0])
    assert bits(onedot.dot(same, x)) == bits(onedot.dot(x, same)) == law_of(full, x)
    assert bits(onedot.dot(same, same)) == law_of(full, full)


@pytest.mark.parametrize("dtype", FLOATS)
def test_a_memory_mapped_vector_gives_the_same_bits(level, dtype, tmp_path):
    x, y = pair(2 * BLOCK + 9, dtype)
    mapped_x, mapped_y = memory_mapped(tmp_path / "x", x), memory_mapped(tmp_path / "y", y)
    assert bits(onedot.dot(mapped_x, mapped_y)) == law_of_pair(2 * BLOCK + 9, dtype)


@pytest.mark.parametrize("n", [1, 31, 33, 100, BLOCK + 1])
def test_mixed_widths_are_the_widened_vectors(level, n):
    for a in FLOATS:
        for b in FLOATS:
            x, y = vector(n, a, 1), vector(n, b, 2)
            assert bits(onedot.dot(x, y)) == bits(onedot.dot(x.astype("float64"), y.astype("float64"))), (a, b)


@pytest.mark.parametrize("dtype", FLOATS)
def test_a_product_is_the_same_from_either_side(level, dtype):
    x, y = pair(1000, dtype)
    assert onedot.dot(x, y) == onedot.dot(y, x)


@st.composite
def laid_out(draw, n, dtype):
    """Any n values of dtype, anywhere in a cache line, at any small stride, in either byte order."""
    width = np.dtype(dtype).itemsize * 8
    values = np.array(draw(st.lists(st.floats(width=width), min_size=n, max_size=n)), dtype)
    step = draw(st.sampled_from([1, 1, 2, 3, -1, -2, -3, 0]))
    if step == 0:
        return repeated(values[0], n) if n else values
    order = draw(st.sampled_from("=S"))
    return lying_at(values.astype(values.dtype.newbyteorder(order)), draw(st.integers(0, 63)), step)


@given(data=st.data(), n=st.integers(0, 80), dtype=st.sampled_from(FLOATS))
def test_any_values_in_any_layout_obey_the_law(level, data, n, dtype):
    x, y = data.draw(laid_out(n, dtype)), data.draw(laid_out(n, dtype))
    assert bits(onedot.dot(x, y)) == law_of(x, y)


@given(
    n=st.integers(0, 3 * BLOCK),
    seed=st.integers(0, 2**32 - 1),
    dtypes=st.tuples(st.sampled_from(FLOATS), st.sampled_from(FLOATS)),
    steps=st.tuples(st.sampled_from([1, 2, -1, -3]), st.sampled_from([1, 2, -1, -3])),
    special=st.floats(),
    place=st.integers(0),
)
def test_any_length_in_any_layout_obeys_the_law(level, n, seed, dtypes, steps, special, place):
    x, y = (lying_at(vector(n, dtype, seed), 0, step) for dtype, step in zip(dtypes, steps, strict=True))
    if n:
        with np.errstate(over="ignore", under="ignore"):  # a large one is infinite in a narrow vector
            x[place % n] = special
    assert bits(onedot.dot(x, y)) == law_of(x, y)


SPECIALS = (0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan, 5e-324, 2.0**-1030, 1.7976931348623157e308)


@pytest.mark.parametrize("n", [1, 2, 33, 70])
def test_special_values_in_any_place_obey_the_law(level, n):
    x, y = vector(n, seed=1), vector(n, seed=2)
    for a in SPECIALS:
        for b in SPECIALS:
            for place in {0, n // 2, n - 1}:
                u, v = x.copy(), y.copy()
                u[place], v[place] = a, b
                assert bits(onedot.dot(u, v)) == law_of(u, v), (a, b, place)


@pytest.mark.parametrize("dtype", FLOATS)
def test_no_sum_is_negative_zero(level, dtype):
    for n in [*range(100), BLOCK, BLOCK + 1]:
        zeros, ones = np.full(n, -0.0, dtype), np.ones(n, dtype)
        assert bits(onedot.dot(zeros, ones)) == bits(0.0), n
        assert bits(onedot.dot(lying_at(zeros, 0, -2), ones)) == bits(0.0), n


@pytest.mark.parametrize("dtype", FLOATS)
def test_subnormal_operands_and_products_are_kept(level, dtype):
    least = np.nextafter(np.zeros(1, dtype), np.ones(1, dtype))
    for n in (1, 31, 33, 100):
        x, ones = np.repeat(least, n), np.ones(n, dtype)
        assert onedot.dot(x, ones) == n * float(least[0])
    assert onedot.dot([2.0**-537], [2.0**-537]) == 5e-324


# a * a is not a binary64, so a fused multiply-add of it leaves what rounding takes away.
A = 1.0 + 2.0**-30


@pytest.mark.parametrize("step", [1, 2, -1])
def test_a_float64_product_is_rounded_before_it_is_added(level, step):
    for lane in range(32):
        for n in (lane + 33, 64, 96, 127):  # the second product in the tail of a vector, and in the body of one
            x, y = np.zeros(n), np.zeros(n)
            x[lane], y[lane] = -(A * A), 1.0
            x[lane + 32] = y[lane + 32] = A
            assert onedot.dot(lying_at(x, 0, step), y) == 0.0, (lane, n)


def test_a_float32_product_is_exact(level):
    a = np.float32(1.0 + 2.0**-23)
    for n in (1, 31, 33, 64):
        x = np.zeros(n, np.float32)
        x[-1] = a
        assert onedot.dot(x, x) == 1.0 + 2.0**-22 + 2.0**-46, n


def test_a_float32_sum_keeps_what_float32_could_not(level):
    x = np.array([2.0**24, 1.0, -(2.0**24)], np.float32)
    assert onedot.dot(x, np.ones(3, np.float32)) == 1.0
    largest = np.full(100, np.finfo(np.float32).max)
    assert onedot.dot(largest, largest) == 100 * float(largest[0]) ** 2
