"""Layers, hyperplanes and updates take every form of a call by one way: its bits and refusals are those of the face."""

import numpy as np
import pytest

import onedot
from onedot import activations, levels
from support.cells import in_one_test
from support.forms import DTYPES, assert_as_face, numbers, outcome, ways

if not levels.compiled:
    pytest.skip("a pure build has the faces alone", allow_module_level=True)

SHAPES = ((5,), (3, 5), (2, 3, 5), (0, 5), (4,), (5, 4), (), (3, 0), (2, 0, 5))
METHODS = ("side", "distance", "contains")


def layer(activation="tanh", dtype="f8"):
    return onedot.Layer(numbers((3, 5), dtype, 1), numbers(3, "f8", 2), activation)


def plane(b=0.25):
    return onedot.Hyperplane(numbers(5, "f8", 1), b)


CALLABLES = {
    **{f"{name} {dtype}": layer(name, dtype) for name in activations.NAMES for dtype in ("f8", "f4")},
    **{method: getattr(plane(), method) for method in METHODS},
    "unit": onedot.Unit(numbers(5, "f4", 1), 0.5, "sigmoid"),
}
every = in_one_test("function", CALLABLES.values(), ids=CALLABLES)


@every
def test_dtypes(level, function):
    for dtype in DTYPES:
        assert_as_face(function, numbers((3, 5), dtype, 3))
        assert_as_face(function, numbers(5, dtype, 3))


@every
def test_shapes_layouts_and_lists(level, function):
    for shape in SHAPES:
        assert_as_face(function, numbers(shape, seed=3))
    for given in [*ways(numbers((4, 5), seed=3)), *ways(numbers(5, seed=3)), *ways(numbers((2, 3, 5), seed=3))]:
        assert_as_face(function, given)


@every
@in_one_test("value", [1e-300, 1e300, np.inf, np.nan, -0.0, 5e-324, 3e38, 1e39, 2**53 + 1, -(2**63), 10**400])
def test_extremes(level, function, value):
    for given in ([value] * 5, [[1.0, 2.0, 3.0, 4.0, value], [1.0] * 5], [1, 2, 3, 4, value]):
        assert_as_face(function, given)


@every
def test_what_holds_no_numbers_is_refused_alike(level, function):
    for given in (
        None,
        "text",
        ["1"] * 5,
        [[1.0] * 5, [1.0]],
        np.ones(5, complex),
        {1: 2},
        np.ma.array([1.0] * 5, mask=1),
    ):
        assert_as_face(function, given)


@pytest.mark.parametrize("w", [[1e-200, 1e-200], [1e200, 1.0], [1.0, 2.0**-1074], [2.0**500, 0.0]])
@pytest.mark.parametrize("b", [0.0, 1e-320, -1e300, 2.0**-600])
def test_hyperplanes_of_any_exponents(level, w, b):
    X = np.array([[0.0, 0.0], [1e200, 1e200], [1e-200, -1e-200], [1.0, -1.0], [1e-320, 0.0]])
    for method in METHODS:
        for given in (X, X[0], X[3], X[1:2]):
            assert_as_face(getattr(onedot.Hyperplane(w, b), method), given)


def test_the_side_is_exact(level):
    third = onedot.Hyperplane([3.0, -1.0], b=2.0**-60)
    assert third.side([[1 / 3, 1.0], [1.0, 3.0], [1.0, 3.0 + 2**-51]]).tolist() == [-1, 1, -1]


@pytest.mark.parametrize("dtype", ["f8", "f4"])
def test_out_of_a_layer(level, dtype):
    made, X = layer("tanh", dtype), numbers((3, 5), dtype, 3)
    wanted = made(X)
    aside = np.zeros((3, 6), dtype)
    own = np.array(X[:, :3], order="C")
    for out in (np.empty((3, 3), dtype), np.empty((3, 3), dtype, order="F"), aside[:, ::2], own):
        assert made(X, out=out) is out
        assert out.tolist() == wanted.tolist()
    square = onedot.Layer(numbers((5, 5), dtype, 4), activation="relu")
    inside = X.copy()
    wanted = square(X)
    assert square(inside, out=inside) is inside
    assert inside.tolist() == wanted.tolist()
    for out in (np.empty((3, 4)), np.empty(3), np.empty((3, 3), "f2"), np.empty((3, 3), ">f4"), [1.0]):
        assert_as_face(made, X, out=out)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_layer_of_many_weights(compiled_level, dtype):
    made = onedot.Layer(numbers((9, 1000), "f4", 1) / 64, numbers(9, "f8", 2), "softplus")
    X = numbers((2, 2, 1000), dtype, 3)
    for given in (X, X[0], X[0, 0], X[..., ::-1], list(X)):
        assert_as_face(made, given)
    out = np.empty((2, 2, 9), made(X).dtype)
    assert made(X, out=out) is out
    assert out.tolist() == made(X).tolist()


def test_a_layer_whose_attributes_were_changed_is_refused_alike(level):
    for name, value in (
        ("W", np.ones((2, 5))),
        ("W", None),
        ("b", np.ones(4)),
        ("b", np.ones(3, "f4")),
        ("b", np.ones(6)[::2]),
        ("_wide", np.ones((3, 6))),
        ("_wide", np.ones((3, 5), "f4")),
        ("activation", "none"),
        ("activation", None),
    ):
        changed = layer()
        vars(changed)[name] = value
        assert_as_face(changed, numbers((2, 5)))


@pytest.mark.parametrize("method", METHODS)
def test_a_hyperplane_whose_attributes_were_changed_is_refused_alike(level, method):
    for name, value in (
        ("w", np.array([1.0, 2, 3, 4, np.inf])),
        ("w", np.full(5, np.nan)),
        ("w", np.ones(4)),
        ("w", [1.0] * 5),
        ("w", np.ones((1, 5))),
        ("w", np.zeros(5)),
        ("w", np.ones(5, "f4")),
        ("w", np.ones(10)[::2]),
        ("b", None),
        ("b", np.inf),
        ("b", 1),
        ("b", np.float64(1)),
    ):
        changed = plane()
        vars(changed)[name] = value
        assert_as_face(getattr(changed, method), numbers((2, 5)))


def updated(x, y, rate, w):
    """The outcome of an update and the weights after it."""
    weights = w.copy()
    return outcome(onedot.perceptron_update, weights, x, y, rate=rate), weights.tolist()


@pytest.mark.parametrize("y", [1, -1])
@pytest.mark.parametrize("bias", [0, 1])
def test_updates(level, y, bias):
    w = numbers(5 + bias, seed=9)
    samples = (
        [numbers(5, dtype, 3) for dtype in DTYPES] + list(ways(numbers(5, seed=3))) + [numbers(4), numbers((1, 5))]
    )
    samples += [[np.inf] * 5, [np.nan] * 5, [1e308] * 5, [2**53 + 1] * 5, "text", [1, "2", 3, 4, 5], [], 1.0]
    for x in samples:
        for rate in (1.0, 0.5, 2.0**1000):
            got = updated(x, y, rate, w)
            with levels.using("reference"):
                assert got == updated(x, y, rate, w)


def test_an_update_by_the_weights_themselves(level):
    for step in (1, -1):
        w, same = numbers(5, seed=9), numbers(5, seed=9)
        changed = onedot.perceptron_update(w, w[::step], -1)
        assert changed == onedot.perceptron_update(same, same[::step].copy(), -1)
        assert w.tolist() == same.tolist()
