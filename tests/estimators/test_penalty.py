"""Penalties: scikit-learn's weights, one result at every level and for sparse rows, and what is claimed of fits."""

import warnings

import numpy as np
import pytest

from support.cells import in_one_test

sparse = pytest.importorskip("scipy.sparse")
pytest.importorskip("sklearn")

from sklearn.exceptions import ConvergenceWarning  # noqa: E402
from sklearn.linear_model import Perceptron as TheirPerceptron  # noqa: E402

from onedot import levels  # noqa: E402
from onedot.sklearn import Perceptron  # noqa: E402
from support.fits import learned  # noqa: E402

PENALTIES = in_one_test("penalty", ["l2", "l1", "elasticnet"])
IN_ORDER = {"shuffle": False, "tol": None}
# By which arithmetic is exact: l2 shrinks weights to halves, which lasts for some thirty visits, elasticnet to 64ths.
EXACT = {
    "l2": {"alpha": 0.5, "max_iter": 2},
    "l1": {"alpha": 0.125, "max_iter": 6},
    "elasticnet": {"alpha": 1.0, "l1_ratio": 2.0**-6, "max_iter": 2},
}


def integers(n=40, d=6, classes=2, seed=0):
    draw = np.random.default_rng(seed)
    y = np.arange(n) % classes
    X = draw.integers(-3, 4, (n, d)) + 1.0 * (np.arange(d) % classes == y[:, None])
    X[draw.random(X.shape) < 0.4] = 0.0
    return X, y


@PENALTIES
@in_one_test("classes", [2, 3])
@in_one_test("bias", [True, False])
@in_one_test("seed", range(3))
def test_integers_give_scikit_learns_weights_exactly(level, penalty, classes, bias, seed):
    n = 40 if penalty == "l1" else 14
    X, y = integers(n, classes=classes, seed=seed)
    options = IN_ORDER | EXACT[penalty] | {"penalty": penalty, "fit_intercept": bias}
    theirs, ours = TheirPerceptron(**options).fit(X, y), Perceptron(**options).fit(X, y)
    assert np.array_equal(ours.coef_, theirs.coef_)
    assert np.array_equal(ours.intercept_, theirs.intercept_)
    assert np.any(ours.coef_)


@PENALTIES
def test_sparse_integers_give_scikit_learns_weights_exactly_where_there_is_no_bias(level, penalty):
    X, y = integers(40 if penalty == "l1" else 14, seed=4)
    S = sparse.csr_matrix(X)
    options = IN_ORDER | EXACT[penalty] | {"penalty": penalty, "fit_intercept": False}
    assert np.array_equal(Perceptron(**options).fit(S, y).coef_, TheirPerceptron(**options).fit(S, y).coef_)


@PENALTIES
@pytest.mark.parametrize("alpha", [1e-4, 0.01, 0.3])
@pytest.mark.parametrize("form", [np.asarray, sparse.csr_matrix])
def test_other_data_gives_scikit_learns_weights_to_rounding(level, penalty, alpha, form):
    draw = np.random.default_rng(5)
    X, y = draw.normal(size=(60, 5)), np.arange(60) % 2
    X[:, 0] += y
    bias = form is np.asarray  # scikit-learn's takes hundredths of a step on sparse matrices
    options = IN_ORDER | {"penalty": penalty, "alpha": alpha, "eta0": 0.7, "max_iter": 4, "fit_intercept": bias}
    theirs, ours = TheirPerceptron(**options).fit(form(X), y), Perceptron(**options).fit(form(X), y)
    assert np.allclose(ours.coef_, theirs.coef_, rtol=1e-10, atol=1e-12)
    assert np.allclose(ours.intercept_, theirs.intercept_, rtol=1e-12, atol=1e-12)


@PENALTIES
@pytest.mark.parametrize("classes", [2, 3])
def test_fits_end_in_scikit_learns_epoch(level, penalty, classes):
    draw = np.random.default_rng(6)
    X, y = draw.normal(size=(60, 6)), np.arange(60) % classes
    options = {"shuffle": False, "penalty": penalty, "alpha": 0.01, "max_iter": 60, "n_iter_no_change": 3}
    theirs, ours = TheirPerceptron(**options).fit(X, y), Perceptron(**options).fit(X, y)
    assert ours.n_iter_ == theirs.n_iter_ < 60
    assert np.allclose(ours.coef_, theirs.coef_, rtol=1e-10, atol=1e-12)


@PENALTIES
def test_whole_numbers_weights_of_classes_and_starts_are_scikit_learns(level, penalty):
    X, y = integers(12, seed=7)
    options = IN_ORDER | EXACT[penalty] | {"penalty": penalty, "class_weight": {0: 2, 1: 4}, "warm_start": True}
    pair = [Perceptron(**options), TheirPerceptron(**options)]
    for estimator in pair:  # scikit-learn trains in the array that it is given
        start = {"coef_init": np.arange(6.0)[None], "intercept_init": np.ones(1)}
        estimator.fit(X, y, sample_weight=np.arange(12) % 3 + 1.0, **start)
    ours, theirs = pair
    assert np.array_equal(ours.coef_, theirs.coef_)
    ours.partial_fit(X, y)
    theirs.partial_fit(X, y)
    assert np.allclose(ours.coef_, theirs.coef_, rtol=1e-12, atol=1e-12)


@PENALTIES
@in_one_test("average", [False, True])
@in_one_test("alpha", [0.01, 0.9, 5.0])
@in_one_test("form", [np.asarray, np.float32, sparse.csr_array, lambda X: X.astype("i1")])
def test_a_fit_has_the_bits_of_the_reference(compiled_level, penalty, average, alpha, form):
    X, y = integers(40, 11, classes=3, seed=8)
    estimator = Perceptron(penalty=penalty, alpha=alpha, average=average, eta0=0.7, max_iter=4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        ours = learned(estimator.fit(form(X), y))
        with levels.using("reference"):
            assert learned(estimator.fit(form(X), y)) == ours


@pytest.mark.parametrize("average", [False, True])
@pytest.mark.parametrize("stored", [False, True])
def test_sparse_rows_give_the_bits_of_dense_ones_but_by_l1_where_not_all_is_stored(level, average, stored):
    X, y = integers(30, 9, seed=9)
    S = sparse.csr_array(np.ones_like(X))
    S.data[:] = X.ravel()
    for penalty in ("l2", "l1", "elasticnet"):
        estimator = Perceptron(penalty=penalty, alpha=0.03, average=average, max_iter=5, n_iter_no_change=9)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            dense = learned(estimator.fit(X, y))
            same = learned(estimator.fit(S if stored else sparse.csr_array(X), y)) == dense
        assert same == (stored or penalty == "l2")


@PENALTIES
@pytest.mark.parametrize("alpha", [0.02, 0.9])
def test_averages_are_the_means_over_visits(level, penalty, alpha):
    X, y = integers(16, seed=10)
    start = {"coef_init": np.arange(1.0, 7.0)[None], "intercept_init": [0.5]}
    options = IN_ORDER | {"penalty": penalty, "alpha": alpha, "max_iter": 1}
    sums, weights = [], []
    for n in range(2, 17):
        for average, found in ((True, sums), (False, weights)):
            fit = Perceptron(average=average, **options).fit(X[:n], y[:n], **start)
            found.append((n if average else 1) * np.hstack([fit.intercept_, fit.coef_[0]]))
    # The sums are of numbers in units of a scale that is small in the end.
    assert np.allclose(np.diff(sums, axis=0), weights[1:], rtol=1e-9, atol=1e-6)


@PENALTIES
def test_averages_go_on_from_call_to_call(level, penalty):
    X, y = integers(16, seed=10)
    options = IN_ORDER | {"penalty": penalty, "alpha": 0.02, "max_iter": 1}
    plain, averaged = Perceptron(**options), Perceptron(average=True, **options)
    first = averaged.partial_fit(X, y, classes=[0, 1]).coef_
    plain.fit(X, y)
    start = {"coef_init": plain.coef_, "intercept_init": plain.intercept_}
    second = Perceptron(average=True, **options).fit(X, y, **start).coef_
    assert np.allclose(averaged.partial_fit(X, y).coef_, (first + second) / 2.0, rtol=1e-9, atol=1e-9)


def test_a_penalised_fit_claims_what_its_weights_do(level):
    X = np.array([[-2.0, 1.0], [-1.0, 0.0], [1.0, 0.0], [2.0, 1.0]])
    y = np.array([0, 0, 1, 1])
    right = Perceptron(penalty="l2", alpha=0.25, max_iter=8, tol=None, shuffle=False).fit(X, y)
    assert right.converged_ == (np.min((2 * y - 1) * right.decision_function(X)) > 0.0)
    assert right.converged_
    assert 0.0 < right.margin_ <= 1.0
    assert right.margin_bound_ == np.inf
    assert right.n_iter_ == 8  # though there was no mistake for long
    # So large a penalty leaves no weights, and decisions by the bias alone: whatever the last epoch saw, no separation.
    wrong = Perceptron(penalty="l2", alpha=2.0, max_iter=8, tol=None, shuffle=False).fit(X, y)
    assert not wrong.converged_
    assert np.isnan(wrong.margin_)


def test_bounds_after_a_penalty_are_of_the_calls_without_one(level):
    X, y = integers(20, seed=11)
    fit = Perceptron(penalty="l2", alpha=0.1).partial_fit(X, y, classes=[0, 1])
    assert fit.margin_bound_ == np.inf
    start = np.hstack([fit.intercept_, fit.coef_[0]])
    fit.set_params(penalty=None).partial_fit(X, y)
    change = np.hstack([fit.intercept_, fit.coef_[0]]) - start
    assert np.isclose(fit.margin_bound_, np.linalg.norm(change) / fit.mistakes_.sum(), rtol=1e-9)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"penalty": "l3"}, "penalty is 'l3'; want None, 'l2', 'l1' or 'elasticnet'"),
        ({"alpha": -1.0}, "alpha is -1.0; want a finite number of 0 or more"),
        ({"alpha": np.inf}, "alpha is inf; want a finite number of 0 or more"),
        ({"l1_ratio": 1.5}, "l1_ratio is 1.5; want a number from 0 to 1"),
        (
            {"penalty": "l2", "multi_class": "joint"},
            "multi_class is 'joint', penalty 'l2', update 'mistake'; want None and",
        ),
    ],
)
def test_penalties_that_are_none_are_refused(level, options, text):
    X, y = integers(12, classes=3)
    with pytest.raises(ValueError, match=text):
        Perceptron(**options).fit(X, y)


@PENALTIES
def test_weights_that_overflow_are_an_error_and_leave_no_trace(level, penalty):
    estimator = Perceptron(penalty=penalty, alpha=0.5, max_iter=3)
    with pytest.raises(OverflowError, match=r"the weights overflow|the margin of row . overflows"):
        estimator.fit([[1e308], [-1e308], [1e308], [1e308]], [0, 1, 1, 0])
    assert not hasattr(estimator, "coef_")
