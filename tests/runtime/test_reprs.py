"""What an object says of itself: one line that names it and what it is made of, however large that is."""

import inspect
from fractions import Fraction

import numpy as np
import pytest

import onedot
from onedot._core.in_short import in_short

DRAW = np.random.default_rng(0)
X, Y = DRAW.standard_normal((200, 30)), DRAW.integers(0, 2, 200) * 2 - 1
FAR = X + 9.0 * Y[:, None]  # a plane separates these
FEW, SOME = X[:, :6], [[0.0], [1.0], [1.0], [2.0]]

OBJECTS = {
    "Complete": lambda: onedot.separation(FAR, Y),
    "Hyperplane": lambda: onedot.Hyperplane(X[0]),
    "Index": lambda: onedot.search.Index(X),
    "Inseparable": lambda: onedot.separability(FEW, Y),
    "Layer": lambda: onedot.Layer(X),
    "LmsFit": lambda: onedot.fit_lms(X, Y),
    "LogisticFit": lambda: onedot.fit_logistic(X, Y),
    "Network": lambda: onedot.Network([onedot.Layer(X)]),
    "Overlap": lambda: onedot.separation(FEW, Y),
    "PerceptronFit": lambda: onedot.fit_perceptron(FAR, Y),
    "QuasiComplete": lambda: onedot.separation(SOME, [0, 0, 1, 1]),
    "Separable": lambda: onedot.separability(FAR, Y),
    "Unit": lambda: onedot.Unit(X[0]),
}


def classes_of(space):
    return {name for name in space.__all__ if inspect.isclass(getattr(space, name))}


def test_every_public_class_is_here():
    assert classes_of(onedot) | classes_of(onedot.search) == OBJECTS.keys()


@pytest.mark.parametrize("name", OBJECTS)
def test_a_repr_is_a_line_that_names_the_class_and_fills_no_screen(name):
    said = repr(OBJECTS[name]())
    assert said.startswith(f"{name}(")
    assert "object at 0x" not in said
    assert "\n" not in said
    assert len(said) < 600


@pytest.mark.parametrize("extra", ["sklearn", "dask"])
def test_estimators_say_which_parameters_were_given(extra):
    for module in ("sklearn", extra):
        pytest.importorskip(module)
    space = getattr(onedot, extra)
    for name in classes_of(space):
        assert repr(getattr(space, name)(tol=0.5)) == f"{name}(tol=0.5)"


def test_small_things_are_said_whole_and_what_is_none_is_left_out():
    assert repr(onedot.separation(SOME, [0, 0, 1, 1]).certificate) == (
        "Certificate(indices=array([1, 2]), coefficients=(Fraction(1, 2), Fraction(1, 2)))"
    )
    fit = onedot.fit_logistic(SOME, [0, 0, 1, 1])
    assert "separation" not in repr(fit)
    report = onedot.fit_logistic(SOME, [0, 0, 1, 1], penalty=None, on_separation="report")
    assert "separation=QuasiComplete(direction=array([-1.,  1.])" in repr(report)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (list(range(8)), "[0, 1, 2, 3, 4, 5, 6, 7]"),
        (tuple(range(9)), "(0, 1, 2, ..., 6, 7, 8)"),
        (("a",), "('a',)"),
        ((), "()"),
        (np.eye(2), "array([[1., 0.], [0., 1.]])"),
        (Fraction(1, 3), "Fraction(1, 3)"),
        (Fraction(10**400, 3 * 10**400 + 1), "~0.333333"),
        (Fraction(10**400, 3), "~3.33333e+399"),
        (10**30, str(10**30)),
    ],
)
def test_values_in_short(value, said):
    assert in_short(value) == said
