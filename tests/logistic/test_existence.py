"""Without a penalty: weights where there is a maximum of the likelihood, an error where there is none."""

from itertools import product

import numpy as np
import pytest

import onedot
from support.cells import in_one_test
from support.hostile import frozen

HOURS = np.arange(1.0, 9.0)[:, None]


def directions(d):
    """Enough of them in few dimensions and of small integers: every separating one is near one of these."""
    return np.array([v for v in product(range(-6, 7), repeat=d) if any(v)])


def has_no_maximum(X, y):
    """Whether some direction takes no sample to the wrong side, and one to the right: by trying them."""
    Z = np.column_stack([np.ones(len(X)), X]) * np.where(y, 1, -1)[:, None]
    leads = Z @ directions(Z.shape[1]).T
    return bool(((leads >= 0).all(axis=0) & (leads > 0).any(axis=0)).any())


@in_one_test("seed", range(150))
def test_small_integers_against_every_direction(seed):
    draw = np.random.default_rng(seed)
    n, d = int(draw.integers(4, 12)), int(draw.integers(1, 3))
    X, y = draw.integers(-2, 3, (n, d)), draw.integers(0, 2, n)
    y[:2] = 0, 1
    Z = np.column_stack([np.ones(n), X])
    if np.linalg.matrix_rank(Z) < d + 1:
        with pytest.raises(ValueError, match="a combination of those before it"):
            onedot.fit_logistic(X, y, penalty=None)
    elif has_no_maximum(X, y):
        with pytest.raises(ValueError, match="the likelihood has no maximum"):
            onedot.fit_logistic(X, y, penalty=None)
    else:
        fit = onedot.fit_logistic(X, y, penalty=None)
        assert fit.converged
        assert np.abs(Z.T @ (fit.predict_proba(X)[:, 1] - y)).max() < 1e-7 * n


@pytest.mark.parametrize("solver", ["newton", "lbfgs"])
@pytest.mark.parametrize(
    ("X", "y"),
    [
        (HOURS, [0, 0, 0, 0, 1, 1, 1, 1]),  # complete
        ([[1.0], [2.0], [3.0], [4.0], [4.0], [5.0]], [0, 0, 0, 0, 1, 1]),  # quasi-complete
        (HOURS, [0, 0, 0, 1, 1, 1, 2, 2]),  # of three classes in a row
        (HOURS, [0, 1, 0, 1, 2, 2, 2, 2]),  # one of three away from the others
        (HOURS * 1e-8, [0, 0, 0, 0, 1, 1, 1, 1]),
        (HOURS * 1e8, [0, 0, 0, 0, 1, 1, 1, 1]),
    ],
)
def test_separated_classes_have_no_maximum(X, y, solver):
    for tol in (1e-2, 1e-8, 1e-14):  # however soon or late the search ends
        with pytest.raises(ValueError, match=r"the likelihood has no maximum: a plane separates.*want penalty='l2'"):
            onedot.fit_logistic(X, y, penalty=None, tol=tol, solver=solver)
    assert onedot.fit_logistic(X, y, solver=solver).converged


@pytest.mark.parametrize("scale", [1.0, 1e3, 2e5, 1e7, 1e-7])
@pytest.mark.parametrize("tol", [1e-3, 1e-8])
def test_three_classes_without_a_maximum_whatever_the_scale(scale, tol):
    X = np.array([[1.0], [-1], [-0.5], [-1], [1]]) * scale
    assert isinstance(onedot.separation(X, [0, 1, 2, 2, 1]), onedot.QuasiComplete)
    with pytest.raises(ValueError, match="the likelihood has no maximum"):
        onedot.fit_logistic(X, [0, 1, 2, 2, 1], penalty=None, tol=tol)


@pytest.mark.parametrize("seed", range(60))
def test_three_classes_against_the_proof(seed):
    """Few samples of one feature, on scales up to 1e7: what is called a maximum overlaps, exactly."""
    draw = np.random.default_rng(seed)
    n = int(draw.integers(4, 9))
    X = draw.integers(-2, 3, (n, 1)) * 10.0 ** draw.integers(-7, 8)
    y = np.concatenate([[0, 1, 2], draw.integers(0, 3, n - 3)])
    if not np.ptp(X):
        return
    answer = onedot.separation(X, y)
    fit = onedot.fit_logistic(X, y, penalty=None, on_separation="report")
    assert isinstance(answer, onedot.Overlap) == (fit.separation is None)
    if fit.separation is None:
        assert fit.converged
        Z = np.column_stack([np.ones(n), X / np.abs(X).max()])
        assert np.abs((fit.predict_proba(X) - np.eye(3)[y]).T @ Z).max() < 1e-6


@pytest.mark.parametrize("scale", [1e-310, 1e-200, 1e-155, 1e-150, 1e-12, 1e-7, 1e7, 1e150])
@pytest.mark.parametrize("y", [[0, 0, 1, 0, 1, 1], [0, 2, 1, 0, 2, 1]])
def test_weights_and_errors_do_not_depend_on_the_scale(scale, y):
    X = np.arange(1.0, 7.0)[:, None]
    plain = onedot.fit_logistic(X, y, penalty=None)
    if scale < 1e-150:  # whose squares are 0, or have lost digits
        with pytest.raises(ValueError, match=r"column 0 of X holds no number above .*; want it on a larger scale"):
            onedot.fit_logistic(X * scale, y, penalty=None)
        return
    fit = onedot.fit_logistic(X * scale, y, penalty=None)
    assert fit.converged
    assert np.abs(fit.w * scale - plain.w).max() < 1e-6 * np.abs(plain.w).max()
    assert np.abs(fit.b - plain.b).max() < 1e-6 * np.abs(plain.b).max()
    errors = fit.standard_errors * [1.0, scale]
    assert np.abs(errors / plain.standard_errors - 1).max() < 1e-6


@pytest.mark.parametrize("start", [[116.7, 12.5], [50.0, -50.0]])
def test_a_start_far_from_the_maximum(start):
    X, y = [[-2.0], [-1], [1], [2]], [0, 1, 0, 1]
    plain = onedot.fit_logistic(X, y, penalty=None)
    fit = onedot.fit_logistic(X, y, penalty=None, start=start)
    assert fit.converged
    assert np.abs(fit.weights - plain.weights).max() < 1e-6


def test_a_plane_of_zeros_determines_nothing():
    fit = onedot.fit_logistic([[1.0], [0.0]], [1, 0], bias=False, penalty=None, on_separation="report")
    assert fit.weights.tolist() == [np.inf]
    assert abs(fit.log_likelihood + np.log(2)) < 1e-15


@pytest.mark.parametrize("scales", [[1, 1], [1e6, 1e-6], [1e-150, 1e100]])
def test_a_maximum_is_shown_whatever_the_scales(scales):
    draw = np.random.default_rng(0)
    X, y = draw.standard_normal((60, 2)), draw.integers(0, 2, 60)
    fit = onedot.fit_logistic(X * scales, y, penalty=None, tol=0.0 if scales[0] != 1 else 1e-10)
    plain = onedot.fit_logistic(X, y, penalty=None, tol=1e-10)
    assert np.abs(fit.w * scales / plain.w - 1).max() < 1e-5


def test_nearly_separated_classes_still_have_a_maximum():
    """One sample of a thousand on the wrong side, and only just."""
    X = np.linspace(-1, 1, 1000)[:, None]
    y = (X[:, 0] > 0).astype(int)
    y[[499, 500]] = 1, 0
    fit = onedot.fit_logistic(X, y, penalty=None)
    assert fit.converged
    assert fit.w[0] > 600


def quasi_complete():
    """Where x0 is 1 the label is 1; elsewhere x1 tells what it may."""
    draw = np.random.default_rng(3)
    X = np.column_stack([np.repeat([0.0, 1.0], 40), draw.standard_normal(80)])
    y = np.where(X[:, 0] == 1, 1, (X[:, 1] + draw.logistic(size=80) > 0).astype(int))
    return X, y


def test_finite_weights_are_those_of_the_samples_on_the_plane(level):
    X, y = quasi_complete()
    weights = np.arange(80) % 3 + 1.0
    fit = onedot.fit_logistic(X, y, penalty=None, sample_weight=weights, on_separation="report", tol=1e-12)
    rest = X[:, 0] == 0
    plain = onedot.fit_logistic(X[rest, 1:], y[rest], penalty=None, sample_weight=weights[rest], tol=1e-12)
    assert isinstance(fit.separation, onedot.QuasiComplete)
    assert fit.separation.verify(X, y)
    assert fit.separation.variables.infinite == ("x0",)
    assert (fit.w[0], fit.converged) == (np.inf, False)
    assert np.abs(fit.weights[[0, 2]] / plain.weights - 1).max() < 1e-9
    assert np.abs(fit.standard_errors[[0, 2]] / plain.standard_errors - 1).max() < 1e-9
    assert abs(fit.log_likelihood / plain.log_likelihood - 1) < 1e-12
    assert "inf" in fit.summary()
    with pytest.raises(ValueError, match="weights holds"):
        fit.predict(X)


def test_of_complete_separation_all_weights_are_infinite():
    fit = onedot.fit_logistic(HOURS, [0, 0, 0, 0, 1, 1, 1, 1], penalty=None, on_separation="report")
    assert isinstance(fit.separation, onedot.Complete)
    assert fit.weights.tolist() == [-np.inf, np.inf]
    assert fit.log_likelihood == 0.0


def test_a_report_of_three_classes_has_a_proof():
    y = [0, 1, 0, 1, 2, 2, 2, 2]
    fit = onedot.fit_logistic(HOURS, y, penalty=None, on_separation="report")
    assert fit.separation.verify(HOURS, y)
    assert not np.isfinite(fit.weights).any()


@pytest.mark.parametrize("names", [["no", "yes", "other"], [False, True, True], [3.0, 7.0, 9.0], [-1, 2**70, 2**80]])
def test_a_report_is_of_the_samples_and_labels_that_were_given(names, level):
    """Some of which have weight 0; what is said of them is what `separation` says."""
    X = np.array([[1.0], [2], [2], [3], [9], [4]])
    y = np.array([names[code] for code in (0, 0, 1, 1, 2, 0)], object).tolist()
    weights = [1, 1, 2, 1, 0, 0]
    fit = onedot.fit_logistic(X, y, penalty=None, sample_weight=weights, on_separation="report")
    assert fit.separation.verify(X, y, sample_weight=weights)
    assert frozen(fit.separation) == frozen(onedot.separation(X, y, sample_weight=weights))
    three = onedot.fit_logistic(X, y, penalty=None, sample_weight=[1, 1, 1, 1, 1, 0], on_separation="report").separation
    assert three.verify(X, y, sample_weight=[1, 1, 1, 1, 1, 0])


def test_a_report_of_classes_that_overlap_is_a_fit():
    y = [0, 1, 0, 1, 0, 1, 1, 1]
    fit = onedot.fit_logistic(HOURS, y, penalty=None, on_separation="report")
    assert fit.converged
    assert fit.separation is None
    with pytest.raises(ValueError, match="want 'raise' or 'report'"):
        onedot.fit_logistic(HOURS, y, penalty=None, on_separation="ignore")


def test_too_many_weights_for_a_proof_are_refused():
    wide = np.eye(6, 4001)
    with pytest.raises(ValueError, match=r"without a penalty 4002 weights want a Hessian.*at most 4000"):
        onedot.fit_logistic(wide, [0, 1, 0, 1, 0, 1], penalty=None)
    assert onedot.fit_logistic(wide, [0, 1, 0, 1, 0, 1]).converged
