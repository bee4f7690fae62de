"""exp, sigmoid and what is made of it, gelu, tanh, arctangent: the same bits at every level, good to 1 ulp."""

import ast
import inspect
import math
import re
from pathlib import Path

import mpmath
import numpy as np
import pytest

from onedot import levels
from onedot._corpus import Draw
from onedot._reference import coefficients, elementary
from support.accuracy import arguments, largest_error
from support.bits import array_bits, bits

RISING = ("exp", "sigmoid", "log_expit", "logit", "tanh", "softplus", "arctangent")
CURVED = (*RISING, "gelu", "silu")
NAMES = (*CURVED, "relu", "leaky_relu", "step", "sign")
LARGEST = 0.8  # error in ulp
SPECIALS = [0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, -5e-324, 1.7976931348623157e308, -1.7976931348623157e308]
HEADER = Path(__file__).parents[2] / "cython_ext/elementary/coefficients.h"

every_function = pytest.mark.parametrize("name", NAMES)


def sample(name, n=1500):
    """Any bits, and ordinary numbers; from 0 to 1 for arctangent, and many of these for logit."""
    draw = Draw(f"sample {name}")
    if name == "arctangent":
        return np.concatenate([np.abs(draw.floats("float64", n, -40, -1)), [0.0, 1.0, 0.5, 5e-324]])
    ordinary = [draw.floats("float64", n, low, high) for low, high in ((-3, 5), (-30, 10))]
    if name == "logit":
        below_one = [np.abs(draw.floats("float64", n, low, -1)) for low in (-2, -60, -1022)]
        ordinary += [*below_one, *(1 - x for x in below_one), np.array([1.0, 1 - 2.0**-53, 1 + 2.0**-52, 0.5])]
    return np.concatenate([draw.patterns("float64", n), *ordinary, SPECIALS])


def called(level_name, name, x):
    out = np.full(x.shape, 7.0)
    getattr(levels.kernels(level_name), name)(x, out)
    return out


@pytest.fixture(scope="module")
def expected():
    """What the reference makes of every sample."""
    return {name: called("reference", name, sample(name)) for name in NAMES}


@every_function
def test_every_level_gives_the_bits_of_the_reference(compiled_level, name, expected):
    assert array_bits(called(compiled_level, name, sample(name))) == array_bits(expected[name])


@every_function
def test_a_number_has_the_same_bits_wherever_it_stands(compiled_level, name, expected):
    x = sample(name)
    for n in (*range(1, 40), 255, 256, 257, 300, 520):
        for start in (0, 1, 1501):
            assert array_bits(called(compiled_level, name, x[start : start + n])) == array_bits(
                expected[name][start : start + n]
            )


@pytest.mark.parametrize("other", [700.0, -700.0, 709.5, -745.0, 1e4, *SPECIALS])
def test_exp_of_moderate_numbers_is_the_same_beside_any_other(compiled_level, other):
    x = np.concatenate([Draw("moderate").floats("float64", 290, -4, 6), np.linspace(-60.0, 60.0, 10)])
    for n, place in ((3, 1), (8, 7), (33, 0), (256, 255), (300, 40), (300, 299)):
        given = x[:n].copy()
        given[place] = other
        result = called(compiled_level, "exp", given)
        assert array_bits(result) == array_bits(np.array([elementary.exp_of(v) for v in given.tolist()]))
        levels.kernels(compiled_level).exp(given, given)
        assert array_bits(given) == array_bits(result)


@every_function
def test_out_may_be_the_array_itself_and_nothing_beyond_it_is_written(level, name):
    for n in (0, 1, 7, 8, 259):
        x = sample(name)[: n + 5]
        room = x.copy()
        getattr(levels.kernels(level), name)(room[:n], room[:n])
        assert array_bits(room) == array_bits(np.concatenate([called(level, name, x[:n]), x[n:]]))


def rounded_once(name, x, level_name):
    with np.errstate(all="ignore"):
        return called(level_name, name, x.astype(np.float64)).astype(x.dtype)


def narrow_called(level_name, name, x):
    out = np.full(x.shape, 7.0, x.dtype)
    getattr(levels.kernels(level_name), name)(x, out)
    return out


@pytest.mark.parametrize("name", [name for name in NAMES if name != "arctangent"])
def test_every_float16_gives_the_result_in_binary64_rounded_once(compiled_level, name):
    x = np.arange(2**16, dtype=np.uint16).view(np.float16)
    expected = rounded_once(name, x, compiled_level)
    assert array_bits(narrow_called(compiled_level, name, x)) == array_bits(expected)
    for n in (1, 7, 15, 17, 33):
        for start in (0x3BF0, 0x8000, 0xFBF9):
            part = x[start : start + n].copy()
            getattr(levels.kernels(compiled_level), name)(part, part)
            assert array_bits(part) == array_bits(expected[start : start + n])


def hard_singles():
    """Results near halfway between two floats, subnormal, beyond float32 or of tiny, huge and any numbers."""
    draw = Draw("hard singles")
    odd = 2.0 * np.arange(700) + 1.0
    edges = np.concatenate([np.linspace(-106, -86, 900), np.linspace(86, 90, 300), np.linspace(8.5, 17.5, 300)])
    near = np.concatenate([odd * 2.0**-23, odd * 2.0**-24, odd * 2.0**-25, edges, SPECIALS[:5]])
    near = np.concatenate([near, -near]).astype(np.float32)
    return np.concatenate([draw.patterns("float32", 4000), near, draw.floats("float32", 4000, -12, 4)])


@pytest.mark.parametrize("name", [name for name in NAMES if name != "arctangent"])
def test_float32_gives_the_result_in_binary64_rounded_once(compiled_level, name):
    x = hard_singles()
    expected = rounded_once(name, x, compiled_level)
    assert array_bits(narrow_called(compiled_level, name, x)) == array_bits(expected)
    for n in (*range(1, 36), 127, 128, 129, 300):
        for start in (0, 4001, len(x) - 300):
            room = x[start : start + n + 3].copy()
            getattr(levels.kernels(compiled_level), name)(room[:n], room[:n])
            assert array_bits(room) == array_bits(np.concatenate([expected[start : start + n], x[start:][n : n + 3]]))


@pytest.mark.parametrize("name", CURVED)
def test_no_result_is_further_than_one_ulp_from_the_true_value(name):
    x = arguments(name, 6000)
    assert largest_error(name, x, called(levels.current(), name, x)) < LARGEST


@pytest.mark.long
@pytest.mark.parametrize("name", CURVED)
def test_no_result_of_a_million_is_further_than_one_ulp_from_the_true_value(name):
    error = 0.0
    for seed in range(10):
        x = arguments(name, 100_000, seed + 1)
        error = max(error, largest_error(name, x, called(levels.current(), name, x)))
    print(f"{name}: {error:.3f} ulp")  # what docs/accuracy.md records
    assert error < LARGEST


def test_log_one_plus_is_within_one_ulp(level):
    """Small, where the power of two changes, and large."""
    steps = np.sqrt(2.0) * 2.0 ** np.arange(0, 21) - 1
    x = [0.0, 5e-324, 1e-310, *np.exp(np.linspace(-700, 14, 500)), *np.nextafter(steps, 0), *np.nextafter(steps, 1e9)]
    for v in map(float, x):
        found = levels.kernels(level).log_one_plus(v)
        assert bits(found) == bits(elementary.log_one_plus(v))
        assert abs(mpmath.mpf(found) - mpmath.log1p(v)) <= 0.6 * math.ulp(found)
    assert math.isnan(levels.kernels(level).log_one_plus(math.nan))


STEPS = [(k + 0.5) * math.log(2) for k in (-1060, -600, -54, -53, -3, -2, -1, 0, 1, 2, 53)]
SMALL = (-1.0, -(2.0**-28), -1e-9, 0.0, 1e-9, 2.0**-28, 0.3, 1.0)
PLACES = (*STEPS, *(x / 2 for x in STEPS), -745.0, -720.0, -708.0, -37.0, -18.7, *SMALL, 18.7, 64.0, 700.0)

CHANCES = (*(1 / (1 + math.exp(x)) for x in STEPS if x > -36), 1e-300, 2.0**-1022, 0.1, 0.25, 0.5, 0.75, 0.999)


@pytest.mark.parametrize("name", RISING)
def test_no_result_is_less_than_that_of_the_next_smaller_number(level, name):
    """Around where the method changes, where results are subnormal, and anywhere."""
    starts = {"arctangent": (0.0, 0.1, 0.25, 0.414213562373, 0.5, 0.99), "logit": CHANCES}.get(name, PLACES)
    n = 60 if level == "reference" else 2000
    for start in starts:
        bits_of_start = np.array(start).view(np.int64)
        x = (bits_of_start + np.arange(-n if start else 0, n)).astype(np.int64).view(np.float64)
        x = x if start >= 0 else x[::-1]
        assert np.all(np.diff(called(level, name, np.ascontiguousarray(x))) >= 0), start


def test_log_expit_is_minus_softplus_of_minus_x_and_logit_is_odd_around_one_half(level):
    x = sample("log_expit")
    assert array_bits(called(level, "log_expit", x)) == array_bits(-called(level, "softplus", -x))
    p = np.abs(Draw("logit").floats("float64", 500, -2, -2))  # 1 - p is exact from 1/2 on
    assert array_bits(called(level, "logit", 1 - (1 - p))) == array_bits(-called(level, "logit", 1 - p))


def test_tanh_is_odd_and_sigmoids_of_opposite_numbers_add_up_to_one(level):
    x = np.abs(sample("tanh"))
    assert array_bits(called(level, "tanh", -x)) == array_bits(-called(level, "tanh", x))
    total = called(level, "sigmoid", x) + called(level, "sigmoid", -x)
    assert np.nanmax(abs(total - 1)) <= 2.0**-52


INF, NAN = math.inf, math.nan
LIMITS = {
    "exp": ((0.0, 1.0), (-0.0, 1.0), (INF, INF), (-INF, 0.0), (709.79, INF), (-745.14, 0.0), (-745.13, 5e-324)),
    "sigmoid": ((0.0, 0.5), (-0.0, 0.5), (INF, 1.0), (-INF, 0.0), (800.0, 1.0), (-800.0, 0.0), (-745.13, 5e-324)),
    "tanh": ((0.0, 0.0), (-0.0, -0.0), (INF, 1.0), (-INF, -1.0), (5e-324, 5e-324), (-20.0, -1.0)),
    "softplus": ((INF, INF), (-INF, 0.0), (1e308, 1e308), (-800.0, 0.0), (-745.13, 5e-324)),
    "log_expit": ((INF, -0.0), (-INF, -INF), (-1e308, -1e308), (800.0, -0.0), (745.13, -5e-324), (-800.0, -800.0)),
    "logit": ((0.0, -INF), (-0.0, -INF), (1.0, INF), (0.5, 0.0), (-5e-324, NAN), (1 + 2.0**-52, NAN), (INF, NAN)),
    "arctangent": ((0.0, 0.0), (1.0, math.pi / 4), (5e-324, 5e-324)),
    "gelu": (
        *((0.0, 0.0), (-0.0, -0.0), (INF, INF), (-INF, -0.0), (1e308, 1e308), (-1e308, -0.0), (-40.0, -0.0)),
        *((-38.59, -0.0), (-38.57, -5e-324), (5e-324, 0.0), (-5e-324, -0.0), (1e-323, 5e-324), (9.0, 9.0)),
    ),
    "silu": (
        *((0.0, 0.0), (-0.0, -0.0), (INF, INF), (-INF, -0.0), (1e308, 1e308), (-1e308, -0.0), (-751.8, -0.0)),
        *((-751.7, -5e-324), (5e-324, 0.0), (-5e-324, -0.0), (1e-323, 5e-324), (40.0, 40.0)),
    ),
    "leaky_relu": ((0.0, 0.0), (-0.0, -0.0), (-1.0, -0.01), (2.5, 2.5), (INF, INF), (-INF, -INF), (-5e-324, -0.0)),
    "relu": ((0.0, 0.0), (-1.0, 0.0), (2.5, 2.5), (INF, INF), (-INF, 0.0), (-5e-324, 0.0)),
    "step": ((0.0, 1.0), (-0.0, 1.0), (5e-324, 1.0), (-5e-324, 0.0), (INF, 1.0), (-INF, 0.0)),
    "sign": ((0.0, 0.0), (-0.0, 0.0), (5e-324, 1.0), (-5e-324, -1.0), (INF, 1.0), (-INF, -1.0)),
}


@every_function
def test_the_limits_are_reached_exactly(level, name):
    for x, value in LIMITS[name]:
        assert bits(float(called(level, name, np.array([x]))[0])) == bits(value), x


@every_function
def test_nan_stays_nan(level, name):
    if name != "arctangent":
        assert np.isnan(called(level, name, np.full(9, math.nan))).all()


@pytest.mark.skipif(not HEADER.exists(), reason="the source of the kernels is not here")
def test_c_and_python_have_the_same_constants():
    text = HEADER.read_text(encoding="utf-8")
    arrays = dict(re.findall(r"static const double (\w+)\[\] = \{([^}]*)\};", text))
    numbers = dict(re.findall(r"#define (\w+) ([-\d.e]+)$", text, re.MULTILINE))
    names = [name for name in vars(coefficients) if name.isupper()]
    assert len(names) == 13
    for name in names:
        value = getattr(coefficients, name)
        if isinstance(value, tuple):
            assert tuple(float(c) for c in arrays[name].split(",") if c.strip()) == value
            assert int(numbers[f"{name}_TERMS"]) == len(value)
        else:
            assert float(numbers[name]) == value


def test_the_reference_asks_no_mathematical_library():
    tree = list(ast.walk(ast.parse(inspect.getsource(elementary))))
    imported = {alias.name for node in tree if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names}
    assert imported & {"math", "numpy", "exp", "log", "fma", "ldexp"} == {"ldexp"}  # ldexp(1.0, k) is a power of two
    assert not any(isinstance(node, ast.Pow) for node in tree if node not in constant_powers(tree))


def constant_powers(tree):
    """The operators of powers of two with a constant exponent, which Python folds when it compiles."""
    powers = [node for node in tree if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)]
    return [node.op for node in powers if ast.unparse(node).startswith("2.0 ** ")]
