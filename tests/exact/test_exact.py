"""The exact tier is right: every result is the real number, rounded once, and `==` says so."""

import importlib
import importlib.util
import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

import onedot
from onedot import exact, levels
from support.bits import array_bits, bits
from support.cells import in_one_test
from support.ill_conditioned import any_rows, cancelling_rows, exact_integer, hard_pair, rounded
from support.rows import LAYOUTS as MATRIX_LAYOUTS
from support.samples import LAYOUTS, vector

DTYPES = ("float64", "float32", "float16")
if importlib.util.find_spec("ml_dtypes"):
    importlib.import_module("ml_dtypes")  # by which NumPy knows the name
    DTYPES += ("bfloat16",)
HALVES = DTYPES[2:]


def products(x, y):
    """What the products that are infinite or NaN add up to, 0.0 if there are none."""
    total = 0.0
    for a, b in zip(np.asarray(x, float).tolist(), np.asarray(y, float).tolist(), strict=True):
        if not (math.isfinite(a) and math.isfinite(b)):
            total += a * b
    return total


def expected(x, y, dtype="float64"):
    """x·y rounded once, from integers; as IEEE 754 has it where an element is not finite."""
    return products(x, y) or rounded(exact_integer(x, y), dtype)


def assert_rows_are_right(x, y):
    """vecdot in the type of the rows, and in wider ones, against integers."""
    dtype = x.dtype.name
    totals = [exact_integer(a, b) for a, b in zip(x, y, strict=True)]
    for out in {dtype, "float64"} | ({"float32"} if dtype in HALVES else set()):
        want = np.array([rounded(total, out) for total in totals]).astype(out)
        assert array_bits(exact.vecdot(x, y, out=np.empty(len(x), out))) == array_bits(want)
    return totals


def cases(level, count):
    """How many cases a level gets: all of them at the fastest, few at the reference."""
    return count if level == levels.runnable()[-1] else max(count // (100 if level == "reference" else 10), 3)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("make", [cancelling_rows, any_rows])
def test_100000_hard_rows_are_rounded_once(level, make, dtype):
    """With both makers and all types some 140,000 at the fastest level."""
    draw = np.random.default_rng([1, DTYPES.index(dtype)])
    for n, count in ((1, 3000), (2, 3500), (3, 3500), (5, 3000), (8, 2000), (9, 1500), (17, 900), (33, 300), (65, 100)):
        assert_rows_are_right(*make(draw, cases(level, count), n, dtype))
    if level == levels.runnable()[-1]:
        assert_rows_are_right(*make(draw, 10, 1000, dtype))


def test_dot_products_of_every_condition_number_are_rounded_once(level):
    draw = np.random.default_rng(2)
    for _ in range(cases(level, 1500)):
        n, exponent = int(draw.integers(2, 60)), int(draw.integers(0, 1000))
        x, y = hard_pair(draw, n, exponent)
        total = exact_integer(x, y)
        assert bits(exact.dot(x, y)) == bits(rounded(total))
        assert exact.sign(x, y) == (total > 0) - (total < 0)


def test_long_ones_too(compiled_level):
    draw = np.random.default_rng(3)
    for n, exponent in ((1000, 60), (1000, 900), (5000, 300), (20000, 100)):
        x, y = hard_pair(draw, n, exponent)
        assert bits(exact.dot(x, y)) == bits(expected(x, y))
        assert bits(exact.dot(x[::-1], -y[::-1])) == bits(-expected(x, y))


@pytest.mark.long
def test_a_million_hard_rows_are_rounded_once():
    draw = np.random.default_rng(4)
    with levels.using(levels.runnable()[-1]):
        for round_number in range(40):
            dtype = DTYPES[round_number % len(DTYPES)]
            for make, (n, count) in itertools.product(
                (cancelling_rows, any_rows),
                ((1, 3000), (2, 4000), (3, 3000), (5, 2000), (9, 1500), (20, 500), (50, 100)),
            ):
                assert_rows_are_right(*make(draw, count, n, dtype))


# Values at and around every edge: zeros, subnormals, powers and their neighbours, the largest, what is no number.
NASTY = [0.0, 5e-324, 2.0**-1022, 2.0**-540, 1e-160, 2.0**-53, 1 - 2.0**-53, 1.0, 1 + 2.0**-52, 3.0, 2.0**53 - 1]
NASTY += [2.0**511, 1e160, 2.0**1023, 1.7976931348623157e308]
NASTY += [-a for a in NASTY]
SPECIAL = [math.inf, -math.inf, math.nan]


def test_all_pairs_of_nasty_values_are_right(level):
    """Two products each: all pairs of pairs at the fastest level, some at the others."""
    pairs = list(itertools.product(NASTY, repeat=2))
    draw = np.random.default_rng(5)
    for a, b in pairs[:: 1 if level == levels.runnable()[-1] else 30]:
        others = draw.choice(len(pairs), cases(level, 60), replace=False)
        x = np.array([[a, pairs[i][0]] for i in others])
        y = np.array([[b, pairs[i][1]] for i in others])
        assert_rows_are_right(x, y)


@pytest.mark.long
def test_ten_million_sums_of_nasty_products_are_right():
    """Every sum of three products of a pool of products, against Python's integers."""
    pool = [(a, b) for a in NASTY[:15] for b in NASTY]
    x, y = np.array(pool).T
    integers = [exact_integer(x[i : i + 1], y[i : i + 1]) for i in range(len(pool))]
    draw = np.random.default_rng(6)
    with levels.using(levels.runnable()[-1]):
        for _ in range(1000):
            index = draw.integers(0, len(pool), (10000, 3))
            got = exact.vecdot(x[index], y[index])
            want = [rounded_quickly(integers[i] + integers[j] + integers[k]) for i, j, k in index.tolist()]
            assert array_bits(got) == array_bits(np.array(want))


def rounded_quickly(total):
    """Python divides integers correctly rounded."""
    try:
        return total / 2**2148
    except OverflowError:
        return math.inf if total > 0 else -math.inf


@pytest.mark.parametrize("dtype", DTYPES)
def test_infinities_and_nans_are_as_ieee_754_has_them(level, dtype):
    for a, b in itertools.product([*SPECIAL, 0.0, -0.0, 1.0, -2.0, 1e300], SPECIAL):
        for n, c in ((1, 0.0), (2, 1.0), (3, math.inf), (40, -math.inf), (40, 5.0)):
            x, y = np.ones(n, dtype), np.ones(n, dtype)
            with np.errstate(over="ignore"):
                x[n // 2], y[n // 2], x[0] = a, b, (a if n == 1 else c)
            want = expected(x, y)
            assert bits(exact.dot(x, y)) == bits(want)
            assert array_bits(exact.vecdot(x, y)) == array_bits(np.array(want, dtype)[()])
            if math.isnan(want):
                with pytest.raises(ValueError, match="sign: x·y is NaN; want inputs without NaN"):
                    exact.sign(x, y)
            else:
                assert exact.sign(x, y) == math.copysign(1, want)


# x, y and x·y: what a reader would check by hand.
BY_HAND = {
    "nothing": ([], [], 0.0),
    "an exact zero is positive": ([1.0, -1.0], [1.0, 1.0], 0.0),
    "also of negative zeros": ([-0.0, 0.0], [1.0, -1.0], 0.0),
    "what rounds to zero has its sign": ([1e-200], [-1e-200], -0.0),
    "cancellation of any depth": ([1e300, 1e-300, -1e300], [1e300, 1.0, 1e300], 1e-300),
    "intermediate overflow": ([1e200, 1.0, -1e200], [1e200, 1.0, 1e200], 1.0),
    "overflow for good": ([1e200, 1.0], [1e200, 1.0], math.inf),
    "negative overflow": ([-1e200, 1.0], [1e200, 1.0], -math.inf),
    "the largest number": ([2.0**1023, 2.0**1023, -(2.0**971)], [1.0, 1.0, 1.0], 1.7976931348623157e308),
    "halfway to infinity": ([2.0**1023, 2.0**1023, -(2.0**970)], [1.0, 1.0, 1.0], math.inf),
    "a tie to even, down": ([1.0, 2.0**-53], [1.0, 1.0], 1.0),
    "a tie to even, up": ([1.0 + 2.0**-52, 2.0**-53], [1.0, 1.0], 1.0 + 2.0**-51),
    "just above a tie": ([1.0, 2.0**-53, 2.0**-600], [1.0, 1.0, 2.0**-400], 1.0 + 2.0**-52),
    "just below a tie": ([1.0, 2.0**-53, 2.0**-600], [1.0, 1.0, -(2.0**-400)], 1.0),
    "a tie between subnormals": ([2.0**-537, 2.0**-538], [2.0**-537, 2.0**-537], 1e-323),
    "half of the least number": ([2.0**-538], [2.0**-537], 0.0),
    "a little more": ([2.0**-538, 2.0**-1000], [2.0**-537, 2.0**-1000], 5e-324),
    "two halves of the least number": ([2.0**-538, 2.0**-538], [2.0**-537, 2.0**-537], 5e-324),
}


@pytest.mark.parametrize("case", BY_HAND)
def test_sums_worked_out_by_hand(level, case):
    x, y, value = BY_HAND[case]
    assert bits(exact.dot(x, y)) == bits(value)
    assert bits(exact.dot(np.array(x, float), np.array(y, float))) == bits(value)
    padded = np.zeros(100)
    padded[: len(x)] = x
    assert bits(exact.dot(padded, np.concatenate([y, np.ones(100 - len(y))]))) == bits(value)


def test_narrow_results_are_rounded_once_from_the_real_number(level):
    """1 + 2**-24 + 2**-60 is a tie of float32 as binary64 has it, and above one in truth."""
    x, y = np.array([1.0, 2.0**-24, 2.0**-30], "f4"), np.array([1.0, 1.0, 2.0**-30], "f4")
    assert exact.vecdot(x, y) == np.float32(1 + 2.0**-23)
    assert exact.vecdot(x, y * np.array([1, 1, -1], "f4")) == np.float32(1)
    assert onedot.vecdot(x, y) == np.float32(1)  # which rounds twice


# A tie of each type, and the next number above it.
HALF_TIES = {"float16": (1 + 2.0**-11, 1 + 2.0**-10), "bfloat16": (1 + 2.0**-8, 1 + 2.0**-7)}


@pytest.mark.parametrize("dtype", HALVES)
@pytest.mark.parametrize("n", [3, 100, 2**20 + 77])
def test_halves_are_rounded_once_from_the_real_number(compiled_level, n, dtype):
    """A nudge of 2**-48 is lost in float32, one of 2**-80 in float64, too; both decide."""
    tie, above = HALF_TIES[dtype]
    for nudge in (2.0**-24, 2.0**-40) if dtype == "bfloat16" else (2.0**-24,):
        x, y = np.zeros(n, dtype), np.ones(n, dtype)
        x[0], x[n // 2], x[-1] = 1, tie - 1, nudge
        for sign, want in ((1, above), (0, 1), (-1, 1)):
            y[-1] = sign * nudge
            assert float(exact.vecdot(x, y)) == want
            assert exact.matvec(-x[None], y).tolist() == [-want]
            assert exact.dot(x, y) == (tie if not sign or nudge == 2.0**-40 else tie + sign * 2.0**-48)


@pytest.mark.parametrize("dtype", [*HALVES, "float32"])
@in_one_test("layout", MATRIX_LAYOUTS)
def test_rows_that_their_common_bound_decides_stand_beside_some_that_it_does_not(level, layout, dtype):
    """Every seventh row is a tie but for a nudge, zero, or neither."""
    tie = {**HALF_TIES, "float32": (1 + 2.0**-24, 1 + 2.0**-23)}[dtype]
    a, x = vector(30 * 40, dtype, 1).reshape(30, 40), np.ones(40, dtype)
    a[::7] = 0
    a[7::14, 0], a[7::14, 5], a[7::14, -1] = 1, tie[0] - 1, 2.0**-24
    x[-1] = 2.0**-24
    want = np.array([expected(row, x, dtype) for row in a]).astype(dtype)
    assert float(want[7]) == tie[1]
    for vectors, results in ((x, want), (np.stack([x, -x]), np.stack([want, np.where(want == 0, want, -want)]))):
        assert array_bits(exact.matvec(MATRIX_LAYOUTS[layout](a), vectors)) == array_bits(results)
        assert array_bits(exact.matmul(vectors, MATRIX_LAYOUTS[layout](a).T)) == array_bits(results)


# The largest number of each type, and half of its last place.
HALF_ENDS = {"float16": (65504.0, 16.0), "bfloat16": (255 * 2.0**120, 2.0**119)}


@pytest.mark.parametrize("dtype", HALVES)
def test_halves_overflow_from_halfway_on(level, dtype):
    largest, half = HALF_ENDS[dtype]
    ones = np.ones(3, dtype)
    for rest, want in ((half, math.inf), (float(np.nextafter(*np.array([half, 0], dtype))), largest)):
        x = np.array([largest, rest, 0]).astype(dtype)
        assert float(exact.vecdot(x, ones)) == want
        assert exact.matvec(-x[None], ones).tolist() == [-want]
        assert exact.vecdot(x, ones, out=np.empty((), "f4")) == largest + rest


@in_one_test("dtype", ["float64", "float32"])
@in_one_test("layout", LAYOUTS)
def test_the_layout_changes_nothing(level, layout, dtype):
    for n in (0, 1, 4, 33, 700):
        x, y = vector(n, dtype, 1), vector(n, dtype, 2)
        assert bits(exact.dot(LAYOUTS[layout](x), LAYOUTS[layout](y))) == bits(expected(x, y))


@in_one_test("dtype", DTYPES)
@in_one_test("layout", MATRIX_LAYOUTS)
def test_the_layout_of_a_matrix_changes_nothing(level, layout, dtype):
    for m, n in ((3, 7), (11, 40)):
        a, x = vector(m * n, dtype, 1).reshape(m, n), vector(n, dtype, 2)
        want = np.array([expected(row, x, dtype) for row in a]).astype(dtype)
        assert array_bits(exact.matvec(MATRIX_LAYOUTS[layout](a), x)) == array_bits(want)
        assert array_bits(exact.vecdot(MATRIX_LAYOUTS[layout](a), np.tile(x, (m, 1)))) == array_bits(want)


@pytest.mark.parametrize("dtype", DTYPES)
def test_stacks_and_products_are_dots_of_their_rows(level, dtype):
    a, x = vector(2 * 5 * 20, dtype, 1).reshape(2, 5, 20), vector(4 * 20, dtype, 2).reshape(4, 20)
    assert array_bits(exact.matvec(a[0], x)) == array_bits(np.stack([exact.matvec(a[0], v) for v in x]))
    assert array_bits(exact.matvec(a, x[:2])) == array_bits(np.stack([exact.matvec(a[i], x[i]) for i in (0, 1)]))
    assert array_bits(exact.vecdot(a[:, :4], x)) == array_bits(
        np.stack([[exact.vecdot(a[i, j], x[j]) for j in range(4)] for i in (0, 1)])
    )


@pytest.mark.parametrize("dtype", DTYPES)
def test_rows_of_zeros_among_others_are_zero(level, dtype):
    a, x = vector(12 * 30, dtype, 1).reshape(12, 30), vector(30, dtype, 2)
    a[::3] = 0
    assert array_bits(exact.matvec(a, x)) == array_bits(np.array([expected(row, x, dtype) for row in a]).astype(dtype))


def test_integers_are_exact_and_stay_integers(level):
    assert exact.dot([2**62, 1], [2**62, 1]) == 2**124 + 1
    assert exact.sign([2**62, -1], [1, 2**62 + 1]) == -1
    assert exact.fraction([3], [4]) == 12
    assert exact.matvec([[1, 2], [3, 4]], [1, 1]).tolist() == [3, 7]
    assert exact.dot([2**53], [0.5]) == 2.0**52


def test_sign_is_right_where_the_value_rounds_to_zero(level):
    assert [exact.sign([1e-200, 0.0], [a, 1.0]) for a in (1e-200, -1e-200, 0.0)] == [1, -1, 0]
    assert exact.sign(np.float32([1e-30, 1e30, -1e30]), np.float32([-1e-30, 1e30, 1e30])) == -1


def test_fraction_is_the_real_number_and_refuses_what_is_none(level):
    x, y = vector(50, seed=1), vector(50, seed=2)
    assert exact.fraction(x, y) == sum(Fraction(a) * Fraction(b) for a, b in zip(x.tolist(), y.tolist(), strict=True))
    for value in SPECIAL:
        with pytest.raises(ValueError, match="fraction: y holds an infinity or a NaN; want finite numbers"):
            exact.fraction([1.0, 2.0], [1.0, value])


def test_inputs_are_refused_as_in_the_plain_tier(level):
    for plain, other, arguments in (
        (onedot.dot, exact.dot, ([1.0], [1.0, 2.0])),
        (onedot.dot, exact.dot, ([1j], [1.0])),
        (onedot.dot, exact.dot, ([2**53 + 1], [0.5])),
        (onedot.matvec, exact.matvec, (np.ones((2, 3)), np.ones(4))),
        (onedot.matvec, exact.matvec, (np.ones(3), np.ones(3))),
        (onedot.vecdot, exact.vecdot, (np.ones((2, 3)), np.ones((3, 3)))),
        (onedot.vecdot, exact.vecdot, (np.ma.ones(3), np.ones(3))),
    ):
        with pytest.raises((TypeError, ValueError, OverflowError)) as of_plain:
            plain(*arguments)
        with pytest.raises(of_plain.type) as of_exact:
            other(*arguments)
        assert str(of_exact.value) == str(of_plain.value)


def test_out_may_be_wider_and_may_overlap(level):
    a, x = vector(6 * 6, "float32", 1).reshape(6, 6), vector(6, "float32", 2)
    wide = exact.matvec(a, x, out=np.empty(6))
    assert wide.tolist() == [expected(row, x) for row in a]
    want = exact.matvec(a, a[0])
    exact.matvec(a, a[0], out=a[0])
    assert array_bits(a[0].copy()) == array_bits(want)
    with pytest.raises(ValueError, match="matvec: out has shape"):
        exact.matvec(a, x, out=np.empty(5))


@pytest.mark.usefixtures("num_threads_restored")
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_long_vectors_are_split_without_a_trace(compiled_level, dtype):
    n = 2**20 + 77
    draw = np.random.default_rng(7)
    x, y = draw.integers(-(2**20), 2**20, (2, n)).astype(dtype)
    want = float(np.dot(x.astype(np.int64), y.astype(np.int64)))
    for count in (1, 3):
        onedot.set_num_threads(count)
        assert exact.dot(x, y) == want
        assert exact.dot(np.concatenate([x, x]), np.concatenate([y, -y])) == 0.0
        assert exact.sign(np.concatenate([x, x]), np.concatenate([y, -y])) == 0
        tiny = np.concatenate([x, x, [2.0**-60]]).astype(dtype), np.concatenate([y, -y, [2.0**-60]]).astype(dtype)
        assert exact.dot(*tiny) == 2.0**-120
        assert exact.vecdot(*tiny) == 2.0**-120
    assert exact.dot(np.concatenate([x, [math.inf]]).astype(dtype), np.ones(n + 1, dtype)) == math.inf


def exact_sums(x, y, dtype):
    """How many of the rows took the exact sum."""
    out = np.empty((1, len(x)), "float64" if dtype in HALVES else dtype)
    return levels.kernels().exact_row_dots(x[None], y[None], out, dtype)


@pytest.mark.parametrize(("dtype", "final"), [("float64", "float64"), *(("float32", final) for final in DTYPES)])
def test_rows_without_elements_are_positive_zeros_without_an_exact_sum(compiled_level, dtype, final):
    out = np.full((3, 5), math.nan, "float64" if final in HALVES else final)
    assert levels.kernels().exact_row_dots(np.empty((3, 5, 0), dtype), np.empty((3, 5, 0), dtype), out, final) == 0
    assert not out.any()
    assert not np.signbit(out).any()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("n", [3, 8, 20, 200, 3000])
def test_ordinary_data_hardly_ever_takes_the_exact_sum(compiled_level, n, dtype):
    draw = np.random.default_rng(8)
    x, y = draw.standard_normal((2, 1000, n)).astype(dtype)
    for out in {dtype, "float64", *(HALVES if dtype == "float32" else ())}:
        assert exact_sums(x, y, out) <= 2


def test_hard_cases_do_take_it(compiled_level):
    draw = np.random.default_rng(9)
    pairs = [hard_pair(draw, 40, 300) for _ in range(100)]
    x, y = (np.stack(side) for side in zip(*pairs, strict=True))
    assert exact_sums(x, y, "float64") >= 95


def test_integers_and_zeros_do_not_take_it(compiled_level):
    """Their bound is smaller than their last digit, so the sum is known to be exact."""
    draw = np.random.default_rng(10)
    x, y = draw.integers(-9, 10, (2, 500, 64)).astype(float)
    y[::2, 32:], x[::2, 32:] = -y[::2, :32], x[::2, :32]  # zero
    y[::5] = 0
    assert exact_sums(x, y, "float64") == 0
    assert exact_sums(x.astype("f4"), y.astype("f4"), "float32") == 0
