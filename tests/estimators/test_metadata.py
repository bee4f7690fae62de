"""Metadata routing: scikit-learn hands weights of samples to the estimators, as it does to its own."""

import inspect

import numpy as np
import pytest

pytest.importorskip("sklearn")

import sklearn
from sklearn import linear_model
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import KFold, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from onedot.sklearn import Adaline, Perceptron

ESTIMATORS = [Perceptron, Adaline]
METHODS = ["fit", "partial_fit", "decision_function", "predict", "score"]


@pytest.fixture
def routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


def samples(n=60):
    draw = np.random.default_rng(0)
    X = draw.normal(size=(n, 3))
    y = (X[:, 0] + draw.normal(size=n) > 0).astype(int)
    return X, y, draw.integers(0, 4, n).astype(float)


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("method", METHODS)
def test_methods_are_functions_with_the_signatures_of_scikit_learns(estimator, method):
    ours, theirs = getattr(estimator, method), getattr(SGDClassifier, method)
    assert inspect.isfunction(ours)
    assert list(inspect.signature(ours).parameters) == list(inspect.signature(theirs).parameters)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_requests_can_be_set_as_for_scikit_learns_perceptron(routing, estimator):
    names = [name for name in dir(linear_model.Perceptron()) if name.startswith("set_") and name.endswith("_request")]
    assert {"set_fit_request", "set_partial_fit_request", "set_score_request"} <= set(names)
    assert [name for name in dir(estimator()) if name.startswith("set_") and name.endswith("_request")] == names


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("in_pipeline", [False, True])
def test_cross_validation_trains_with_the_weights(level, routing, estimator, in_pipeline):
    X, y, w = samples()
    folds = KFold(3)
    asked = estimator(max_iter=3, tol=None).set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
    model = make_pipeline(StandardScaler().set_fit_request(sample_weight=False), asked) if in_pipeline else asked
    found = cross_validate(model, X, y, cv=folds, params={"sample_weight": w}, return_estimator=True)["estimator"]
    for fitted, (train, _) in zip(found, folds.split(X), strict=True):
        rows = StandardScaler().fit(X[train]).transform(X[train]) if in_pipeline else X[train]
        wanted = estimator(max_iter=3, tol=None).fit(rows, y[train], sample_weight=w[train])
        last = fitted[-1] if in_pipeline else fitted
        assert np.array_equal(last.coef_, wanted.coef_)
        assert not np.array_equal(last.coef_, estimator(max_iter=3, tol=None).fit(rows, y[train]).coef_)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_weights_that_nobody_asked_for_are_refused(routing, estimator):
    X, y, w = samples()
    with pytest.raises(sklearn.exceptions.UnsetMetadataPassedError):
        cross_validate(estimator(), X, y, params={"sample_weight": w})
