"""`onedot.sklearn.LogisticRegression` as scikit-learn's users know theirs."""

import pickle

import numpy as np
import pytest

pytest.importorskip("sklearn")

from sklearn import config_context
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.linear_model import LogisticRegression as Theirs
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, scale
from sklearn.utils.estimator_checks import check_estimator

import onedot
from onedot import levels
from onedot.levels.table import REFERENCE
from onedot.sklearn import LogisticRegression

IRIS = load_iris(return_X_y=True)
CANCER = (scale(load_breast_cancer().data), load_breast_cancer(as_frame=False).target)


@pytest.mark.skipif(levels.current() == REFERENCE, reason="minutes in pure Python")
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_all_of_scikit_learns_checks():
    results = check_estimator(LogisticRegression(), on_skip=None)
    assert {result["status"] for result in results} <= {"passed", "skipped"}
    assert sum(result["status"] == "passed" for result in results) > 50


@pytest.mark.parametrize("data", [IRIS, CANCER], ids=["iris", "cancer"])
@pytest.mark.parametrize("C", [0.1, 10.0])
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_the_coefficients_are_scikit_learns(data, C, fit_intercept):
    X, y = data
    mine = LogisticRegression(C=C, tol=1e-10, fit_intercept=fit_intercept).fit(X, y)
    solver = "newton-cholesky" if len(mine.classes_) == 2 else "lbfgs"
    theirs = Theirs(C=C, tol=1e-10, fit_intercept=fit_intercept, solver=solver, max_iter=5000).fit(X, y)
    size = np.abs(theirs.coef_).max()
    allowed = 1e-6 if len(mine.classes_) == 2 else 1e-3  # where lbfgs stops
    assert np.abs(mine.coef_ - theirs.coef_).max() < allowed * size
    assert mine.coef_.shape == theirs.coef_.shape
    assert mine.intercept_.shape == theirs.intercept_.shape
    assert (mine.predict(X) == theirs.predict(X)).all()
    assert np.abs(mine.predict_proba(X) - theirs.predict_proba(X)).max() < 1e-3


def test_it_is_fit_logistic(level):
    X, y = IRIS
    model = LogisticRegression(C=0.5, tol=1e-6, max_iter=20).fit(X, y)
    fit = onedot.fit_logistic(X, y, C=0.5, tol=1e-6, max_iter=20)
    assert np.column_stack([model.intercept_, model.coef_]).tobytes() == fit.weights.tobytes()
    assert model.n_iter_.tolist() == [fit.iterations]
    assert model.predict_proba(X).tobytes() == fit.predict_proba(X).tobytes()


def test_logarithms_keep_their_digits():
    mp = pytest.importorskip("mpmath")
    model = LogisticRegression(C=1e3, max_iter=1000).fit(*IRIS)
    X = IRIS[0][::10] * 20
    with mp.workdps(1000):
        for margins, logs in zip(model.decision_function(X), model.predict_log_proba(X), strict=True):
            total = mp.fsum(mp.exp(mp.mpf(m)) for m in margins)
            for m, found in zip(margins, logs, strict=True):
                true = mp.log(mp.exp(mp.mpf(m)) / total)
                # A difference of margins is rounded, and so is each of its two sums: the exponential of it shows that.
                assert abs(found - true) <= 8 * 2.0**-52 * max(1.0, np.abs(margins).max()) * abs(true) + 5e-324
    two = LogisticRegression().fit(*CANCER)
    assert (two.predict_log_proba(CANCER[0]) <= 0).all()


def test_text_labels_and_class_weights():
    X, y = CANCER
    named = np.where(y == 1, "benign", "malignant")
    model = LogisticRegression(class_weight="balanced", tol=1e-8).fit(X, named)
    assert model.classes_.tolist() == ["benign", "malignant"]
    theirs = Theirs(class_weight="balanced", tol=1e-8, solver="newton-cholesky").fit(X, named)
    assert np.abs(model.coef_ - theirs.coef_).max() < 1e-6
    assert (model.predict(X) == theirs.predict(X)).all()


def test_class_weights_may_name_classes_that_a_fold_lacks():
    X, y = IRIS
    some = y > 0
    model, plain = LogisticRegression(class_weight={0: 9.0, 1: 2.0, 2: 1.0}), LogisticRegression(class_weight={1: 2.0})
    assert (model.fit(X[some], y[some]).coef_ == plain.fit(X[some], y[some]).coef_).all()
    assert model.converged_ is True
    with pytest.raises(ValueError, match="class_weight names 0; want classes of y"):
        LogisticRegression(class_weight={0: 9.0, 1: 2.0}).fit(X[some], y[some])


def test_what_has_no_maximum_is_said_by_the_names_of_columns():
    pandas = pytest.importorskip("pandas")
    X, y = IRIS
    frame = pandas.DataFrame(X, columns=["sepal length", "sepal width", "petal length", "petal width"])
    with pytest.raises(ValueError, match=r"on it, and the weights of .*petal length.* go to infinity"):
        LogisticRegression(penalty=None).fit(frame, y)
    with pytest.raises(ValueError, match="column 'petal width' of X is, to rounding, a combination of those before it"):
        LogisticRegression(penalty=None).fit(frame.assign(**{"petal width": frame["petal length"]}), y == 1)
    with pytest.raises(ValueError, match="column 'sepal length' of X is, to rounding, constant, as the bias is, so"):
        LogisticRegression(penalty=None).fit(frame.assign(**{"sepal length": 3.0}), y == 1)
    with pytest.raises(ValueError, match="column 'petal length' of X holds no number above"):
        LogisticRegression(penalty=None).fit(frame.assign(**{"petal length": frame["petal length"] * 1e-200}), y == 1)
    with pytest.raises(ValueError, match="column 0 of X is, to rounding, zero, so"):
        LogisticRegression(penalty=None, fit_intercept=False).fit(X * [0.0, 1.0, 1.0, 1.0], y == 1)
    with pytest.raises(ValueError, match="column 0 of X is, to rounding, constant"):
        LogisticRegression(penalty=None).fit(np.ones((150, 1)), y == 1)


def test_within_pipelines_and_searches():
    search = GridSearchCV(make_pipeline(StandardScaler(), LogisticRegression()), {"logisticregression__C": [0.1, 1.0]})
    search.fit(*IRIS)
    assert search.best_score_ > 0.9


def test_metadata_routing():
    X, y = CANCER
    weights = np.where(y == 1, 5.0, 1.0)
    with config_context(enable_metadata_routing=True):
        model = LogisticRegression().set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
        found = cross_validate(model, X, y, params={"sample_weight": weights}, return_estimator=True, cv=2)
    plain = cross_validate(LogisticRegression(), X, y, return_estimator=True, cv=2)
    assert found["estimator"][0].coef_.tobytes() != plain["estimator"][0].coef_.tobytes()


def test_warm_start_goes_on():
    model = LogisticRegression(warm_start=True, max_iter=500).fit(*IRIS)
    assert model.n_iter_[0] > 1
    assert model.fit(*IRIS).n_iter_[0] <= 1


def test_no_penalty_has_two_spellings():
    X, y = IRIS[0][50:, :2], IRIS[1][50:]
    a, b = LogisticRegression(penalty=None).fit(X, y), LogisticRegression(C=np.inf).fit(X, y)
    assert a.coef_.tobytes() == b.coef_.tobytes()


def test_giving_up_warns_and_failing_leaves_no_trace():
    model = LogisticRegression(max_iter=1)
    with pytest.warns(ConvergenceWarning, match=r"1 of 1 iterations .* above tol = 0.0001; want a larger") as warned:
        model.fit(*IRIS)
    assert [warning.filename for warning in warned] == [__file__]  # the line that called fit
    before = model.coef_.copy()
    with pytest.raises(ValueError, match=r"^LogisticRegression: row 102 of X holds NaN"):
        model.fit(np.where(IRIS[0] > 7, np.nan, IRIS[0]), IRIS[1])
    with pytest.raises(ValueError, match="C is -1"):
        model.set_params(C=-1).fit(*IRIS)
    assert model.coef_.tobytes() == before.tobytes()
    with pytest.raises(NotFittedError):
        clone(model).predict(IRIS[0])


def test_copies():
    model = LogisticRegression().fit(*CANCER)
    again = pickle.loads(pickle.dumps(model))
    assert again.predict_proba(CANCER[0]).tobytes() == model.predict_proba(CANCER[0]).tobytes()
    assert clone(model).get_params() == model.get_params()
