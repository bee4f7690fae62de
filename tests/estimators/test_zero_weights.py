"""A sample of weight 0 is as if it were not there, to the last bit, whatever it holds and whatever follows."""

import numpy as np
import pytest

from support.cells import in_one_test

pytest.importorskip("sklearn")

from scipy import sparse
from sklearn.base import clone

from onedot.sklearn import Adaline, Perceptron
from support.fits import learned

ESTIMATORS = [Perceptron(), Perceptron(multi_class="joint"), Adaline()]
OPTIONS = {
    "as it comes": {},
    "without shuffling": {"shuffle": False},
    "without a tolerance": {"tol": None, "max_iter": 4},
    "averaged": {"average": True},
    "a part held out": {"early_stopping": True, "validation_fraction": 0.3},
    "balanced classes": {"class_weight": "balanced"},
    "another seed": {"random_state": 7},
}


def samples(classes, n=48, d=4):
    """Samples, and weights of which every third is 0."""
    draw = np.random.default_rng(classes)
    y = np.arange(n) % classes
    X = draw.normal(size=(n, d)) + (np.arange(d) % classes == y[:, None])
    return X, y, np.where(np.arange(n) % 3 == 1, 0.0, draw.integers(1, 4, n))


@in_one_test("estimator", ESTIMATORS, ids=str)
@in_one_test("options", OPTIONS.values(), ids=OPTIONS)
@in_one_test("classes", [2, 4])
@in_one_test("form", [np.asarray, sparse.csr_array])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_fit_is_that_without_them(compiled_level, estimator, options, classes, form):
    X, y, w = samples(classes)
    some = w > 0.0
    estimator = clone(estimator).set_params(**{"max_iter": 40, **options})
    weighted = clone(estimator).fit(form(X), y, sample_weight=w)
    assert learned(weighted) == learned(clone(estimator).fit(form(X[some]), y[some], sample_weight=w[some]))


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=str)
def test_partial_fits_are_those_without_them(level, estimator):
    X, y, w = samples(3)
    some = w > 0.0
    weighted, removed = clone(estimator), clone(estimator)
    for _ in range(3):
        weighted.partial_fit(X, y, classes=[0, 1, 2], sample_weight=w)
        removed.partial_fit(X[some], y[some], classes=[0, 1, 2], sample_weight=w[some])
    assert learned(weighted) == learned(removed)
    assert weighted.t_ == 1.0 + 3 * np.count_nonzero(some)


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=str)
@pytest.mark.parametrize("feature", [np.nan, np.inf, 1e308])
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_they_may_hold_what_no_other_may(level, estimator, feature, method):
    X, y, w = samples(2)
    some, beyond = w > 0.0, {} if method == "fit" else {"classes": [0, 1]}
    X[~some], y[~some] = feature, 5
    weighted = getattr(clone(estimator), method)(X, y, sample_weight=w, **beyond)
    removed = getattr(clone(estimator), method)(X[some], y[some], sample_weight=w[some], **beyond)
    assert learned(weighted) == learned(removed)
    assert weighted.classes_.tolist() == [0, 1]


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=str)
def test_a_class_of_none_but_them_is_no_class(level, estimator):
    with pytest.raises(ValueError, match="The number of classes has to be greater than one; got 1 class"):
        clone(estimator).fit([[0.0], [1.0], [2.0]], [0, 1, 1], sample_weight=[0, 1, 1])


def test_the_samples_visited_are_counted_without_them_and_without_those_held_out(level):
    X = np.arange(8.0)[:, None]
    y, w = np.repeat([0, 1], 4), np.array([1, 1, 0, 0, 1, 1, 0, 0])
    fit = Perceptron().fit(X, y, sample_weight=w)
    assert fit.coef_.tolist() == Perceptron().fit(X[w > 0], y[w > 0]).coef_.tolist() == [[1.0]]
    assert Perceptron().partial_fit(X[:4], y[1:5], [0, 1], sample_weight=[1, 1, 1, 0]).t_ == 4.0
    options = {"early_stopping": True, "validation_fraction": 0.25, "max_iter": 2, "tol": None}
    held_out = Perceptron(**options).fit(X, y)
    assert held_out.t_ == 1.0 + 6 * held_out.n_iter_
    assert Perceptron(class_weight={0: 0.0}).partial_fit(X, y, [0, 1]).t_ == 5.0
