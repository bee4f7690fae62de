"""Predictions of dense rows among several classes are the first largest of their scores."""

import numpy as np
import pytest

from onedot import levels
from support.cells import in_one_test

pytest.importorskip("sklearn")

from onedot.sklearn import Perceptron


@in_one_test(("classes", "n"), [(1, 1), (2, 63), (3, 64), (5, 65), (40, 3), (3, 200)])
def test_the_first_largest_place_is_that_of_argmax(level, classes, n):
    draw = np.random.default_rng(n)
    for scores in (
        draw.integers(-2, 3, (classes, n)) * 1.0,
        draw.standard_normal((classes, n)),
        -np.zeros((classes, n)),
    ):
        bias = draw.integers(-1, 2, classes) * 1.0
        out = np.full(n, -1)
        assert levels.kernels().largest_places(scores, bias, out)
        assert out.tolist() == (scores + bias[:, None]).argmax(axis=0).tolist()


@in_one_test("wrong", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_told_wherever_it_is(level, wrong):
    for place in ((0, 0), (2, 64), (1, 129), (2, 129)):
        scores = np.zeros((3, 130))
        scores[place] = wrong
        assert not levels.kernels().largest_places(scores, np.ones(3), np.empty(130, np.intp))
    assert not levels.kernels().largest_places(np.full((1, 1), 1e308), np.full(1, 1e308), np.empty(1, np.intp))


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int8", "bool"])
def test_predictions_are_the_largest_scores(level, dtype):
    """Of clear ones, ties, and scores that are nearly equal."""
    draw = np.random.default_rng(1)
    n, d = (7, 5) if level == "reference" else (1500, 100)
    X = draw.integers(0, 3, (n, d)).astype(dtype)
    model = Perceptron(max_iter=1, tol=None).fit(X[:4], np.arange(4))
    whole = draw.integers(-2, 3, (4, d)) * 1.0
    for coef in (whole, whole[[0, 0, 1, 1]], whole[[0, 0, 1, 1]] * (1 + 1e-16 * np.arange(4))[:, None]):
        model.coef_, model.intercept_ = coef, np.zeros(4)
        for rows in (X, np.asfortranarray(X), X.tolist()):
            assert model.predict(rows).tolist() == model.decision_function(X).argmax(axis=1).tolist()


def test_a_score_that_overflows_is_no_basis_for_a_class(level):
    model = Perceptron(max_iter=1, tol=None).fit(np.eye(3), [0, 1, 2])
    model.coef_ = np.full((3, 3), 1e308)
    with pytest.raises(OverflowError, match="row 1 overflows"):
        model.predict([[0.0, 1.0, 0.0], [1.0, 1.0, 1.0]])
    with pytest.raises(ValueError, match="NaN"):
        model.predict([[0.0, np.nan, 0.0]])
