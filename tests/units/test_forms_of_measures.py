"""Geometry and activations take every form of a call by one way: its bits, types and refusals are those of the face."""

import itertools

import numpy as np
import pytest

from onedot import activations, geometry, levels
from support.cells import in_one_test
from support.forms import DTYPES, assert_as_face, numbers, ways

if not levels.compiled:
    pytest.skip("a pure build has the faces alone", allow_module_level=True)

PAIRS = ("cosine", "angle", "alignment")
MEASURES = ("norm", *PAIRS)
MAPS = ("exp", "logit", "log_expit", *(name for name in activations.NAMES if name != "identity"))
SHAPES = ((5,), (3, 5), (1, 5), (2, 3, 5), (2, 1, 5), (3, 1, 5), (0, 5), (3, 0), (4,), (), (2, 2, 3, 5))


def function_of(name):
    return getattr(geometry, name, None) or getattr(activations, name)


def assert_same(name, *args, **keywords):
    assert_as_face(function_of(name), *args, **keywords)


@in_one_test("name", [*MEASURES, *MAPS])
@in_one_test("dtype", DTYPES)
def test_dtypes(level, name, dtype):
    first = numbers((3, 5), dtype, 1)
    if name not in PAIRS:
        assert_same(name, first)
        assert_same(name, first[0])
        return
    for other in DTYPES:
        assert_same(name, first, numbers((3, 5), other, 2), **({} if name == "alignment" else {"zero": "nan"}))
        assert_same(name, first[0], numbers(5, other, 2))


@in_one_test("name", [*MEASURES, *MAPS])
@in_one_test("shape", [(5,), (3, 5), (2, 3, 5)])
def test_layouts_lists_and_objects(level, name, shape):
    rest = [numbers(shape, seed=2)] if name in PAIRS else []
    for given in ways(numbers(shape, seed=1)):
        assert_same(name, given, *rest)
        if rest:
            assert_same(name, *rest, given)


@pytest.mark.parametrize("name", PAIRS)
def test_leading_axes_broadcast(level, name):
    for first, second in itertools.product(SHAPES, SHAPES):
        assert_same(name, numbers(first, seed=1), numbers(second, seed=2))
        assert_same(name, numbers(first, "f4", 1), numbers(second, "f4", 2), keepdims=True)


@pytest.mark.parametrize("name", [*MEASURES, *MAPS])
def test_shapes(level, name):
    for shape in SHAPES:
        assert_same(name, *[numbers(shape, seed=seed) for seed in range(1 + (name in PAIRS))])


@pytest.mark.parametrize("name", MEASURES)
def test_keywords(level, name):
    rows = [numbers((2, 3, 5), seed=seed) for seed in range(1 + (name in PAIRS))]
    for v in (rows, [row[0] for row in rows], [row[0, 0] for row in rows]):
        for keywords in (
            {"keepdims": True},
            {"keepdims": False},
            {"keepdims": 1},
            {"keepdims": None},
            {"zero": "nan"},
            {"zero": "raise", "keepdims": True},
            {"zero": "x"},
            {"zero": None},
            {"axis": 0},
            {"out": None},
        ):
            assert_same(name, *v, **keywords)
            assert_same(name, *(0 * row for row in v), **keywords)


@in_one_test("name", [*MEASURES, *MAPS])
@in_one_test("value", [1e-300, 1e300, np.inf, np.nan, -0.0, 5e-324, 2.0**-30, 65520.0, 2**53 + 1, -(2**63)])
def test_extremes(level, name, value):
    for v in (np.full(3, value), np.array([value] * 3), [value] * 3, np.array([1, value, 2.0])):
        assert_same(name, *[v] * (1 + (name in PAIRS)))
        if name in PAIRS:
            assert_same(name, v, [1, 2, 3])
            assert_same(name, [1.5, 2, 3], v)


@pytest.mark.parametrize("name", [*MEASURES, *MAPS])
def test_halves_round_once_and_no_error_state_notices(level, name):
    for scale in (1, 2**-14, 2**-24, 4096, 60000):
        with np.errstate(all="ignore"):
            v = (numbers((4, 5), "f8") * scale).clip(-65504, 65504).astype(np.float16)
        with np.errstate(all="raise"):
            assert_same(name, *[v, v[::-1]][: 1 + (name in PAIRS)])


@pytest.mark.parametrize("name", ["norm", "exp", "softplus"])
def test_numbers_that_are_no_numbers_are_refused_alike(level, name):
    class Broken:
        def __array__(self, dtype=None, copy=None):
            raise RuntimeError("broken")

    for given in (None, "text", [1, "2"], [[1, 2], [3]], np.ones(2, complex), {1: 2}, Broken(), [Broken()], 10**400):
        assert_same(name, given)
    assert_same(name)
    assert_same(name, 1.0, 2.0)


@pytest.mark.parametrize("name", MAPS)
def test_one_number_is_a_scalar(level, name):
    for given in (0.5, 1, True, np.float32(0.5), np.float16(0.5), np.array(0.5), np.int8(1), 10**20):
        assert_same(name, given)


@in_one_test("name", MAPS)
@in_one_test("dtype", ["f8", "f4", "f2"])
def test_out_is_filled_and_returned(level, name, dtype):
    function, v = function_of(name), abs(numbers((4, 6), dtype)) / 2  # of which none becomes NaN
    wanted = function(v)
    aside = np.zeros((4, 12), dtype)
    for out in (np.empty_like(v), v.copy(), np.empty_like(v, order="F"), aside[:, ::2], np.empty((4, 6))):
        assert function(v, out=out) is out
        assert out.tolist() == function(v.astype(out.dtype)).tolist()
    assert not aside[:, 1::2].any()
    assert function(v.tolist(), out=(out := np.empty((4, 6)))) is out
    assert out.tolist() == function(v.astype("f8")).tolist()
    own = v.copy()
    assert function(own, out=own) is own
    assert own.tolist() == wanted.tolist()
    shifted = np.concatenate([v, v[:1]])
    function(shifted[:-1], out=shifted[1:])
    assert shifted[1:].tolist() == wanted.tolist()


@pytest.mark.parametrize("name", MAPS)
def test_an_out_that_does_not_fit_is_refused_alike(level, name):
    v = numbers((4, 6))
    fixed = np.empty_like(v)
    fixed.flags.writeable = False
    for out in (fixed, np.empty(24), np.empty((4, 6), "f4"), np.empty((4, 6), ">f8"), [1.0], None):
        assert_same(name, v, out=out)
    assert_same(name, v, out=np.broadcast_to(np.empty(6), (4, 6)))
