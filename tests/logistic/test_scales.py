"""Weights of samples, of classes and columns on scales far apart: what is called converged is, and all else says so."""

import warnings

import numpy as np
import pytest

import onedot
from support.oracles.logistic import next_margins

pytest.importorskip("sklearn")

from sklearn.exceptions import ConvergenceWarning

from onedot.sklearn import LogisticRegression

DRAW = np.random.default_rng(0)
N = 40
X = DRAW.standard_normal((N, 2))
Y = (X[:, 0] + DRAW.logistic(size=N) > 0).astype(int)
HALF = np.arange(N) < N // 2
APART = X * np.column_stack([np.ones(N), ~HALF])  # column 1 is of the second half alone
ALIKE = np.column_stack([X[:, 0], np.where(HALF, X[:, 0], X[:, 1])])  # both columns are the same in the first half
POWERS = (4, 8, 12, 16, 40, 100, 200)

CASES = {
    **{f"half of them 1e{k}": (X, np.where(HALF, 10.0**k, 1.0)) for k in POWERS},
    **{f"a column of the light ones, 1e{k}": (APART, np.where(HALF, 10.0**k, 1.0)) for k in POWERS},
    **{f"columns alike but in the light ones, 1e{k}": (ALIKE, np.where(HALF, 10.0**k, 1.0)) for k in POWERS},
    **{f"class 0 1e-{k}": (X, np.where(Y, 1.0, 10.0**-k)) for k in POWERS},
    **{f"both ends, 1e{k}": (APART, np.where(HALF, 10.0**k, 10.0**-k)) for k in (50, 150, 200)},
    **{f"columns 1e{k} and 1e-{k}": (X * [10.0**k, 10.0**-k], np.ones(N)) for k in (8, 50, 150)},
    **{f"all of X 1e{k}": (X * 10.0**k, np.ones(N)) for k in (-150, -100, -20, 20, 50, 150)},
    "columns and weights": (APART * [1e-100, 1e100], np.where(HALF, 1e150, 1.0)),
}
LOST = {  # whose curvature rounding loses
    *(f"columns alike but in the light ones, 1e{k}" for k in (16, 40, 100, 200)),
    *(f"both ends, 1e{k}" for k in (200,)),
}


@pytest.mark.parametrize("solver", ["newton", "lbfgs", "auto"])
@pytest.mark.parametrize("name", CASES)
def test_without_a_penalty_converged_is_what_changes_no_margin(name, solver):
    samples, weights = CASES[name]
    fit = onedot.fit_logistic(samples, Y, penalty=None, sample_weight=weights, solver=solver)
    assert fit.converged == (name not in LOST)
    if fit.converged:
        assert np.abs(next_margins(samples, Y, fit.weights, weights)).max() < 2e-4
        assert np.isfinite(fit.standard_errors).all()


@pytest.mark.parametrize("shift", [1e3, 1e6, 3e6])
def test_where_rounding_leaves_long_steps_a_search_ends(shift):
    fit = onedot.fit_logistic(X + shift, Y, penalty=None)
    assert fit.iterations < 50
    np.testing.assert_allclose(fit.w, onedot.fit_logistic(X, Y, penalty=None).w, atol=1e-8)


@pytest.mark.parametrize("name", CASES)
def test_estimators_say_so_too(name):
    samples, weights = CASES[name]
    fit = onedot.fit_logistic(samples, Y, penalty=None, sample_weight=weights, tol=1e-4)
    model = LogisticRegression(penalty=None, max_iter=1000)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        model.fit(samples, Y, weights)
    assert np.column_stack([model.intercept_, model.coef_])[0].tobytes() == fit.weights.tobytes()
    assert [w.category for w in said] == [ConvergenceWarning] * (name in LOST)
    assert all("want weights of samples and features on one scale, or penalty='l2'" in str(w.message) for w in said)
    chunked(samples, weights, fit)


def chunked(samples, weights, fit):
    """Over dask arrays the same fit, or the error that nothing is proved."""
    da = pytest.importorskip("dask.array")
    from onedot.dask import LogisticRegression as Chunked

    model = Chunked(penalty=None, max_iter=1000)
    arrays = (da.from_array(v, chunks=(15, *v.shape[1:])) for v in (samples, Y, weights))
    refused = ""
    try:
        model.fit(*arrays)
    except ValueError as error:
        refused = str(error)
    if refused:
        assert "nothing proves that the likelihood has a maximum" in refused
        return
    assert fit.converged
    assert np.column_stack([model.intercept_, model.coef_])[0].tobytes() == fit.weights.tobytes()


def test_a_fit_that_gives_up_while_margins_change_says_so():
    with pytest.warns(
        ConvergenceWarning, match=r"^LogisticRegression: 100 of 100 iterations left .*, within tol = 0.0001, and m"
    ):
        LogisticRegression(penalty=None, class_weight={0: 1e-200}).fit(X, Y)


@pytest.mark.parametrize("solver", ["newton", "lbfgs", "auto"])
@pytest.mark.parametrize("power", [8, 20, 50, 100, 150])
@pytest.mark.parametrize("classes", [2, 3])
def test_with_a_penalty_the_gradient_is_what_rounding_leaves(power, solver, classes):
    """Of X so large that the penalty is lost: the weights are those without one."""
    y = np.where((X[:, 1] > 0.5) & HALF, 2, Y) if classes == 3 else Y
    fit = onedot.fit_logistic(X * 10.0**power, y, solver=solver)
    plain = onedot.fit_logistic(X, y, penalty=None)
    assert fit.converged
    assert np.abs(fit.margins(X * 10.0**power) - plain.margins(X)).max() < 1e-4
