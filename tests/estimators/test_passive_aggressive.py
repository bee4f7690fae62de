"""Passive-aggressive updates: scikit-learn's weights on a hundred problems, and one result at every level."""

import numpy as np
import pytest

sparse = pytest.importorskip("scipy.sparse")
pytest.importorskip("sklearn")

from sklearn.linear_model import SGDClassifier  # noqa: E402

from onedot import levels  # noqa: E402
from onedot.sklearn import Perceptron  # noqa: E402
from support.bits import array_bits  # noqa: E402

UPDATES = pytest.mark.parametrize("update", ["pa1", "pa2"])


def problem(seed, classes=2):
    """Samples, of which one is 0, and what training is to be like."""
    draw = np.random.default_rng(seed)
    n, d = int(draw.integers(10, 40)), int(draw.integers(1, 12))
    y = np.arange(n) % classes
    X = draw.normal(size=(n, d)) + 0.7 * (np.arange(d) % classes == y[:, None])
    X[3] = 0.0
    options = {"shuffle": False, "max_iter": int(draw.integers(1, 6)), "tol": None}
    options |= {
        "fit_intercept": bool(draw.integers(2)),
        "class_weight": [None, {0: 0.5, 1: 0.75}][int(draw.integers(2))],
    }
    return X, y, options, float(draw.choice([0.01, 0.3, 1.0, 100.0])), draw.integers(1, 4, n) / 4.0


def theirs(update, C, **options):
    """scikit-learn's, with which it replaces its PassiveAggressiveClassifier."""
    return SGDClassifier(loss="hinge", penalty=None, learning_rate=update, eta0=C, **options)


@UPDATES
@pytest.mark.parametrize("classes", [2, 3])
def test_a_hundred_problems_have_scikit_learns_weights(compiled_level, update, classes):
    for seed in range(100):
        X, y, options, C, weights = problem(seed, classes)
        ours = Perceptron(update=update, C=C, **options).fit(X, y, sample_weight=weights)
        reference = theirs(update, C, **options).fit(X, y, sample_weight=weights)
        assert np.allclose(ours.coef_, reference.coef_, rtol=1e-9, atol=1e-12), seed
        assert np.allclose(ours.intercept_, reference.intercept_, rtol=1e-9, atol=1e-12), seed
        assert ours.t_ == reference.t_ or (update == "pa1" and ours.t_ < reference.t_)  # where x is 0


@UPDATES
def test_fits_end_in_scikit_learns_epoch(level, update):
    X, y, _, C, _ = problem(5)
    X[3] = 1.0  # where x is 0, scikit-learn's loss has what no step can change
    options = {"shuffle": False, "max_iter": 200, "tol": 1e-2}
    ours = Perceptron(update=update, C=C, **options).fit(X, y)
    assert ours.n_iter_ == theirs(update, C, **options).fit(X, y).n_iter_ < 200


@UPDATES
@pytest.mark.parametrize("average", [False, True])
@pytest.mark.parametrize("form", [np.float32, sparse.csr_array, lambda X: X.astype("i1")], ids=["f4", "csr", "i1"])
def test_a_fit_has_the_bits_of_the_reference_and_of_the_dense_rows(compiled_level, update, average, form):
    X, y, options, C, _ = problem(7, 3)
    X = np.round(8.0 * X)
    estimator = Perceptron(update=update, C=C, average=average, **options | {"shuffle": True})
    found = estimator.fit(form(X), y)
    wanted = [array_bits(found.coef_), array_bits(found.intercept_), found.mistakes_.tolist()]
    for rows, name in ((X, compiled_level), (X, "reference"), (form(X), "reference")):
        with levels.using(name):
            estimator.fit(rows, y)
        assert [array_bits(estimator.coef_), array_bits(estimator.intercept_), estimator.mistakes_.tolist()] == wanted


@UPDATES
def test_an_epoch_without_a_loss_separates_by_a_margin_of_one(level, update):
    X, y = np.array([[-2.0], [-1.0], [1.0], [2.0]]), np.array([0, 0, 1, 1])
    fit = Perceptron(update=update, C=1e6, shuffle=False, tol=None, max_iter=200, fit_intercept=False).fit(X, y)
    signs = 2 * y - 1
    assert fit.converged_ == bool(np.min(signs * fit.decision_function(X)) >= 1.0)
    assert fit.converged_ or fit.mistakes_[-1] > 0
    assert fit.margin_bound_ == np.inf
    if fit.converged_:
        assert np.isclose(fit.margin_, 1.0)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"update": "pa3"}, "update is 'pa3'; want 'mistake', 'pa1' or 'pa2'"),
        ({"update": "pa1", "C": 0.0}, "C is 0.0; want a positive finite number"),
        ({"update": "pa1", "penalty": "l2"}, "penalty is 'l2', update 'pa1'; want penalty None"),
        (
            {"update": "pa2", "multi_class": "joint"},
            "multi_class is 'joint', penalty None, update 'pa2'; want None and",
        ),
        (
            {"penalty": "l1", "multi_class": "joint"},
            "multi_class is 'joint', penalty 'l1', update 'mistake'; want None",
        ),
    ],
)
def test_updates_that_are_none_are_refused(level, options, text):
    X, y, _, _, _ = problem(9, 3)
    with pytest.raises(ValueError, match=text):
        Perceptron(**options).fit(X, y)


@UPDATES
def test_samples_whose_square_overflows_are_an_error_that_names_them(level, update):
    with pytest.raises(OverflowError, match="row 2 overflows"):
        Perceptron(update=update).fit([[1.0], [2.0], [1e200], [3.0]], [0, 1, 1, 0])
