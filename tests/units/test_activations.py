"""Activations by name: any type, shape and layout, `out`, refusals, and softmax as its definition says."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest

import onedot
from onedot import _reference as reference
from onedot import activations, levels
from support.bits import array_bits
from support.cells import in_one_test
from support.rows import LAYOUTS, stack

NAMES = (*activations.NAMES, "exp", "log_expit", "logit")
ELEMENTWISE = tuple(name for name in NAMES if name not in activations.OVER_ROWS)

every_activation = in_one_test("name", NAMES)
elementwise = in_one_test("name", ELEMENTWISE)


def function(name):
    return getattr(activations, name)


def binary64(name, x):
    """What the reference makes of the numbers in binary64."""
    x = np.asarray(x, np.float64)
    if name in activations.OVER_ROWS:
        rows = x.reshape(-1, x.shape[-1])
        out = np.empty(rows.shape)
        getattr(reference, name)(rows, out)
        return out.reshape(x.shape)
    out = x.ravel().copy()
    if name != "identity":
        getattr(reference, name)(x.ravel(), out)
    return out.reshape(x.shape)


@every_activation
@in_one_test("dtype", ["float64", "float32", "float16"])
def test_a_result_is_that_in_binary64_rounded_once(level, name, dtype):
    x = (stack(5, 37, seed=3) % 8 - 4).astype(dtype)
    with np.errstate(over="ignore", under="ignore"):
        expected = binary64(name, x).astype(dtype)
    assert array_bits(function(name)(x)) == array_bits(expected)


@every_activation
@in_one_test("lay_out", LAYOUTS)
def test_the_layout_changes_no_bit(level, name, lay_out):
    for dtype in ("float64", "float32"):
        x = (stack(4, 9, seed=1) % 8 - 4).astype(dtype)
        expected = function(name)(x)
        assert array_bits(function(name)(LAYOUTS[lay_out](x))) == array_bits(expected)
        if lay_out not in ("byte-swapped", "byte-swapped, Fortran", "read-only"):
            out = LAYOUTS[lay_out](np.full(x.shape, np.nan, dtype))
            assert function(name)(x, out=out) is out
            assert array_bits(out) == array_bits(expected)


@elementwise
@pytest.mark.parametrize("dtype", ["float32", "float16", ">f4"])
def test_an_array_too_large_for_one_call_has_the_same_bits(compiled_level, name, dtype):
    x = np.resize((stack(9, 113, seed=7) % 8 - 4).astype(dtype), 2**18 + 5)
    expected = np.resize(function(name)(x[: 9 * 113].astype(x.dtype.newbyteorder("="))), len(x))
    assert array_bits(function(name)(x)) == array_bits(expected)
    same = x.copy()
    assert function(name)(same, out=same) is same
    assert array_bits(same.astype(expected.dtype)) == array_bits(expected)


@every_activation
def test_out_may_be_the_input_or_lie_over_a_part_of_it(level, name):
    x = stack(6, 11, seed=2) % 8 - 4
    expected = function(name)(x)
    same = x.copy()
    assert function(name)(same, out=same) is same
    assert array_bits(same) == array_bits(expected)
    for shift in (1, 5, 66):
        room = np.concatenate([x.ravel(), np.zeros(66)])
        out = room[shift : shift + 66].reshape(6, 11)
        function(name)(room[:66].reshape(6, 11), out=out)
        assert array_bits(out) == array_bits(expected)


@every_activation
def test_a_wider_out_keeps_what_the_inputs_type_could_not(level, name):
    x = (stack(3, 20, seed=4) % 8 - 4).astype("float32")
    out = np.empty((3, 20))
    function(name)(x, out=out)
    assert array_bits(out) == array_bits(binary64(name, x))


@elementwise
def test_a_number_gives_a_scalar_and_integers_give_float64(level, name):
    assert type(function(name)(0.5)) is np.float64
    assert array_bits(function(name)([1, 2, -3])) == array_bits(function(name)([1.0, 2.0, -3.0]))
    assert array_bits(function(name)(np.float32(0.5))) == array_bits(np.float32(binary64(name, 0.5)))


@every_activation
def test_nothing_is_made_of_nothing(level, name):
    for shape in ((0,), (3, 0), (0, 4)):
        assert function(name)(np.empty(shape, "float32")).shape == shape


@pytest.mark.usefixtures("num_threads_restored")
@pytest.mark.parametrize("name", ["tanh", "relu", "gelu", "softmax", "log_softmax"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_threads_change_no_bit(compiled_level, name, dtype):
    x = (stack(1400, 391, seed=5) % 8 - 4).astype(dtype)
    onedot.set_num_threads(1)
    expected = function(name)(x)
    onedot.set_num_threads(3)
    assert array_bits(function(name)(x)) == array_bits(expected)


def exact_softmax(row):
    e = [Fraction(math.exp(value - max(row))) for value in row]
    return [float(value / sum(e)) for value in e]


def test_softmax_is_near_the_exact_quotients_and_rows_do_not_touch(level):
    X = stack(20, 13, seed=6) % 16 - 8
    Y = activations.softmax(X)
    for row, result in zip(X, Y, strict=True):
        np.testing.assert_allclose(result, exact_softmax(row.tolist()), rtol=1e-14)
        assert array_bits(activations.softmax(row)) == array_bits(result)


def test_softmax_of_float32_is_that_of_float64_rounded_once(level):
    """Quick powers decide most rows; the rest hold a quotient near halfway, a subnormal one, or no number."""
    draw = np.random.default_rng(8)
    sizes = (1, 15, 16, 17, 100) if level == "reference" else (1, 15, 16, 17, 100, 2047, 2048, 2049, 5000)
    for n in sizes:
        X = (draw.normal(size=(24, n)) * np.array([0.01, 1.0, 5.0, 40.0] * 6)[:, None]).astype("f4")
        X[2, n // 2], X[3, n // 3] = math.nan, math.inf
        X[4:8, ::3], X[8] = -math.inf, -math.inf
        X[9:12, n // 2 :] -= np.float32([[80], [95], [103]])
        X[12] *= np.float32(1e37)
        with np.errstate(under="ignore"):
            expected = activations.softmax(X.astype(float)).astype("f4")
        assert array_bits(activations.softmax(X)) == array_bits(expected)
        again = X.copy()
        assert activations.softmax(again, out=again) is again
        assert array_bits(again) == array_bits(expected)
        assert array_bits(activations.softmax(X[1])) == array_bits(expected[1])
    X = draw.normal(size=(700, 200)).astype("f4")
    some = slice(20 if level == "reference" else None)
    assert array_bits(activations.softmax(X[some])) == array_bits(
        activations.softmax(X[some].astype(float)).astype("f4")
    )


def test_softmax_neither_overflows_nor_hides_nan(level):
    assert activations.softmax([1e308, 1e308, -1e308]).tolist() == [0.5, 0.5, 0.0]
    assert activations.softmax([-math.inf, 3.0]).tolist() == [0.0, 1.0]
    for row in ([math.nan, 1.0], [math.inf, 1.0], [-math.inf, -math.inf], [math.inf, math.inf]):
        assert np.isnan(activations.softmax(row)).all()


@pytest.mark.parametrize("name", activations.OVER_ROWS)
def test_a_row_too_long_for_a_kernel_is_by_the_same_definition(compiled_level, monkeypatch, name):
    X = stack(6, 5000, seed=7) % 16 - 8
    X[1, 77], X[2, 5], X[3, 9], X[4] = math.nan, -math.inf, math.inf, -math.inf
    X[5] = np.where(np.arange(5000) % 700 == 50, 60.0, X[5])  # several are the greatest
    expected = function(name)(X)
    monkeypatch.setattr(activations, "LONGEST", 4096)
    assert array_bits(function(name)(X)) == array_bits(expected)
    assert array_bits(function(name)(X.astype("f4"))) == array_bits(
        function(name)(X.astype("f4").astype(float)).astype("f4")
    )


def log_shares(row):
    """The logarithms of the softmax of a row, by mpmath."""
    with mpmath.workprec(1300):
        total = mpmath.log(mpmath.fsum(mpmath.exp(value) for value in row))
        return [mpmath.mpf(value) - total for value in row]


def test_log_softmax_is_near_the_logarithms_and_keeps_the_digits_of_the_greatest(level):
    rows = [row for size in (0.1, 3.0, 40.0) for row in (stack(6, 19, seed=9) % 2 - 1) * size]
    rows += [np.array([0.0, -40.0, -50.0]), np.array([3.5, -700.0]), np.zeros(7), np.array([1e-17, 0.0])]
    for row in rows:
        result = activations.log_softmax(row)
        for found, wanted in zip(result.tolist(), log_shares(row.tolist()), strict=True):
            assert abs(mpmath.mpf(found) - wanted) <= abs(wanted) * 12 * 2.0**-53
        assert array_bits(activations.log_softmax(row[None])[0]) == array_bits(result)


def test_log_softmax_of_rows_of_any_length_and_type_is_the_reference(compiled_level):
    draw = np.random.default_rng(4)
    for n in (1, 2, 7, 8, 9, 100, 2047, 2048, 2049, 5000):
        X = (draw.normal(size=(7, n)) * np.array([0.01, 1.0, 5.0, 40.0, 400.0, 1.0, 1.0])[:, None]).astype("f4")
        X[5, n // 2], X[6, ::3] = math.nan, -math.inf
        wide = X.astype(float)
        expected = binary64("log_softmax", wide)
        assert array_bits(activations.log_softmax(wide)) == array_bits(expected)
        assert array_bits(activations.log_softmax(wide, out=wide)) == array_bits(expected)
        with np.errstate(all="ignore"):
            assert array_bits(activations.log_softmax(X)) == array_bits(expected.astype("f4"))


def test_log_softmax_at_its_ends(level):
    inf, nan = math.inf, math.nan
    assert array_bits(activations.log_softmax([5.0])) == array_bits(np.array([0.0]))
    assert activations.log_softmax([-inf, 3.0]).tolist() == [-inf, 0.0]
    assert activations.log_softmax([1e308, -1e308]).tolist() == [0.0, -inf]
    assert activations.log_softmax([[1000.0, 0.0], [7.0, 7.0]]).tolist() == [[0.0, -1000.0], [-math.log(2)] * 2]
    for row in ([nan, 1.0], [inf, 1.0], [-inf, -inf], [inf, inf], [nan], [-inf], [inf], [nan, nan], [nan, -inf]):
        assert np.isnan(activations.log_softmax(row)).all()


@pytest.mark.parametrize("slope", [0.0, 0.01, 0.2, 1.0, -0.5, 3, np.float32(0.1), np.float32(0.01), np.float16(0.01)])
def test_leaky_relu_of_any_slope(level, slope):
    for dtype in ("float64", "float32", "float16"):
        x = np.concatenate([stack(4, 9, seed=1).ravel() % 8 - 4, [0.0, -0.0, math.inf, math.nan]]).astype(dtype)
        wanted = np.array([v if not v < 0 else float(slope) * v for v in x.astype(float).tolist()]).astype(dtype)
        assert array_bits(activations.leaky_relu(x, slope=slope)) == array_bits(wanted)
        assert array_bits(activations.leaky_relu(x[::-2], slope=slope)) == array_bits(wanted[::-2])
        assert activations.leaky_relu(x, slope=slope, out=x) is x
        assert array_bits(x) == array_bits(wanted)


def test_a_slope_that_is_no_number_is_refused(level):
    for slope in ("0.1", None, True, [0.1], 1j):
        with pytest.raises(TypeError, match=r"activations.leaky_relu: slope has type \w+; want a number, such as 0.01"):
            activations.leaky_relu([1.0], slope=slope)
    with pytest.raises(OverflowError, match=r"activations.leaky_relu: slope holds an integer of 1329 bits"):
        activations.leaky_relu([1.0], slope=10**400)


def test_every_name_is_a_function_and_a_kernel_of_every_level():
    for name in activations.NAMES:
        assert callable(function(name))
        assert name == "identity" or all(hasattr(levels.kernels(level), name) for level in levels.runnable())
