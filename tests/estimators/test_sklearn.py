"""The estimators: scikit-learn's checks, its Perceptron's weights, its tools, real data, and no trace of a failure."""

import math
import pickle
import warnings

import joblib
import numpy as np
import pytest

import onedot
from support.bits import array_bits
from support.fits import integers, learned
from support.oracles import perceptron as oracle

pytest.importorskip("sklearn")
sparse = pytest.importorskip("scipy.sparse")

from sklearn import linear_model  # noqa: E402
from sklearn.base import clone  # noqa: E402
from sklearn.datasets import load_breast_cancer, load_digits, load_iris  # noqa: E402
from sklearn.exceptions import ConvergenceWarning  # noqa: E402
from sklearn.model_selection import GridSearchCV, cross_val_score  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402
from sklearn.utils.estimator_checks import check_estimator  # noqa: E402

from onedot._training import run_together as together  # noqa: E402
from onedot.sklearn import Adaline, Perceptron  # noqa: E402

# One step of weight 2 is not two visits, nor another order the same: Perceptron's docstring says why none passes these.
EXPECTED = {
    "check_sample_weight_equivalence_on_dense_data": "the rule depends on the order of the samples",
    "check_sample_weight_equivalence_on_sparse_data": "the rule depends on the order of the samples",
}
ESTIMATORS = [Perceptron(), Perceptron(average=True), Perceptron(multi_class="joint"), Adaline()]


@pytest.mark.parametrize(
    "estimator", [*ESTIMATORS, Perceptron(penalty="elasticnet"), Perceptron(update="pa1")], ids=str
)
def test_scikit_learns_checks_pass_but_for_the_two_that_are_explained(face_level, estimator):
    if face_level == "reference" and estimator is not ESTIMATORS[0]:
        pytest.skip("the same face, slowly")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(estimator, expected_failed_checks=EXPECTED, on_skip=None)
    assert {result["check_name"] for result in results if result["status"] == "xfail"} == set(EXPECTED)
    assert sum(result["status"] == "passed" for result in results) > 40


# Against scikit-learn's Perceptron ---------------------------------------------------------------------------


@pytest.mark.parametrize("epochs", [1, 2, 7])
@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize("bias", [True, False])
def test_integer_data_gives_scikit_learns_weights_exactly(level, classes, epochs, bias):
    X, y = integers(classes=classes)
    options = {"shuffle": False, "max_iter": epochs, "tol": None, "fit_intercept": bias}
    theirs, ours = linear_model.Perceptron(**options).fit(X, y), Perceptron(**options).fit(X, y)
    assert np.array_equal(ours.coef_, theirs.coef_)
    assert np.array_equal(ours.intercept_, theirs.intercept_)
    assert np.array_equal(ours.predict(X), theirs.predict(X))
    assert ours.t_ == theirs.t_


@pytest.mark.parametrize("load", [load_iris, load_breast_cancer, load_digits])
def test_real_data_in_whole_numbers_gives_scikit_learns_weights_and_epochs(compiled_level, load):
    X, y = load(return_X_y=True)
    X = np.round(X)
    theirs = linear_model.Perceptron(shuffle=False).fit(X, y)
    ours = Perceptron(shuffle=False).fit(X, y)
    assert np.array_equal(ours.coef_, theirs.coef_)
    assert np.array_equal(ours.intercept_, theirs.intercept_)
    assert ours.n_iter_ == theirs.n_iter_


@pytest.mark.parametrize("classes", [2, 3])
def test_class_and_sample_weights_of_whole_numbers_give_scikit_learns_weights(level, classes):
    X, y = integers(classes=classes, seed=1)
    sample_weight = np.arange(len(y)) % 4
    options = {"shuffle": False, "max_iter": 3, "tol": None, "class_weight": {0: 3, 1: 5}, "eta0": 2.0}
    theirs = linear_model.Perceptron(**options).fit(X, y, sample_weight=sample_weight)
    ours = Perceptron(**options).fit(X, y, sample_weight=sample_weight)
    assert np.array_equal(ours.coef_, theirs.coef_)
    assert np.array_equal(ours.intercept_, theirs.intercept_)


def test_csr_gives_scikit_learns_weights_where_there_is_no_bias(level):
    X, y = integers(seed=2)
    options = {"shuffle": False, "max_iter": 3, "tol": None, "fit_intercept": False}
    S = sparse.csr_matrix(X)
    assert np.array_equal(Perceptron(**options).fit(S, y).coef_, linear_model.Perceptron(**options).fit(S, y).coef_)


def test_other_data_gives_scikit_learns_weights_to_rounding(level):
    X, y = oracle.clouds(60, 20, gap=1.0, seed=8)
    options = {"shuffle": False, "max_iter": 5, "tol": None}
    theirs, ours = linear_model.Perceptron(**options).fit(X, y), Perceptron(**options).fit(X, y)
    assert np.allclose(ours.coef_, theirs.coef_, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("classes", [2, 3])
def test_a_warm_start_and_initial_weights_go_on_as_scikit_learns_do(level, classes):
    X, y = integers(classes=classes, seed=3)
    pair = [
        make(shuffle=False, max_iter=2, tol=None, warm_start=True) for make in (Perceptron, linear_model.Perceptron)
    ]
    for estimator in pair:
        estimator.fit(X, y).fit(X, y)
    assert np.array_equal(pair[0].coef_, pair[1].coef_)
    for estimator in pair:
        estimator.set_params(warm_start=False).fit(X, y, pair[1].coef_ + 1, pair[1].intercept_ - 2)
    assert np.array_equal(pair[0].coef_, pair[1].coef_)
    assert np.array_equal(pair[0].intercept_, pair[1].intercept_)


# Against onedot's functions and oracles ----------------------------------------------------------------------


@pytest.mark.parametrize("average", [False, True])
def test_two_classes_are_fit_perceptron(level, average):
    X, y = oracle.clouds(40, 9, gap=2.0)
    fit = onedot.fit_perceptron(X, y, seed=3, rate=0.25, max_epochs=30)
    ours = Perceptron(random_state=3, eta0=0.25, tol=None, max_iter=30, average=average).fit(X, y)
    wanted = fit.averaged if average else fit.weights
    assert array_bits(np.hstack([ours.intercept_, ours.coef_[0]])) == array_bits(wanted)
    assert ours.mistakes_.tolist() == fit.mistakes.tolist()
    assert ours.converged_ == fit.converged
    assert ours.margin_bound_ == fit.margin_bound
    if not average:
        assert array_bits(np.float64(ours.margin_)) == array_bits(np.float64(fit.margin))


def joint(X, y, classes, epochs, steps):
    """Weights, bias first, of the joint rule; the steps' weights by sample."""
    W, mistakes = [[0.0] * (X.shape[1] + 1) for _ in range(classes)], []
    for _ in range(epochs):
        mistakes.append(0)
        for x, right, step in zip(X.tolist(), y.tolist(), steps, strict=True):
            margins = [oracle.margin(w, x) for w in W]
            wrong = max((k for k in range(classes) if k != right), key=margins.__getitem__)
            if margins[right] <= margins[wrong]:
                mistakes[-1] += 1
                W[right] = [w + step * v for w, v in zip(W[right], [1.0, *x], strict=True)]
                W[wrong] = [w - step * v for w, v in zip(W[wrong], [1.0, *x], strict=True)]
    return np.array(W), mistakes


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array, lambda X: X.astype("f4")], ids=["dense", "csr", "f4"])
def test_the_joint_rule_is_that_of_the_oracle(level, form):
    X, y = integers(40, 6, 3, seed=4)
    weights = np.arange(40) % 3 + 0.5
    W, mistakes = joint(X, y, 3, 4, 0.5 * weights)
    ours = Perceptron(multi_class="joint", shuffle=False, tol=None, max_iter=4, eta0=0.5)
    ours.fit(form(X), y, sample_weight=weights)
    assert array_bits(np.hstack([ours.intercept_[:, None], ours.coef_])) == array_bits(W)
    assert ours.mistakes_.tolist() == mistakes


def test_the_joint_rule_for_two_classes_is_the_plain_one(level):
    X, y = integers(seed=5)
    assert learned(Perceptron(multi_class="joint", tol=None, max_iter=5).fit(X, y)) == learned(
        Perceptron(tol=None, max_iter=5).fit(X, y)
    )


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=str)
@pytest.mark.parametrize("classes", [2, 3])
def test_sparse_data_gives_the_bits_of_dense_data_whatever_its_indices(level, estimator, classes):
    X, y = integers(40, 9, classes, seed=6)
    X[np.random.default_rng(0).random(X.shape) < 0.6] = 0.0
    estimator = clone(estimator).set_params(max_iter=5, tol=None)
    wanted = None
    for index in (np.int32, np.int64):
        S = sparse.csr_matrix(X)
        S.indices, S.indptr = S.indices.astype(index), S.indptr.astype(index)
        backwards = S.copy()
        for i in range(40):
            span = slice(S.indptr[i], S.indptr[i + 1])
            backwards.indices[span], backwards.data[span] = S.indices[span][::-1], S.data[span][::-1]
        backwards.has_sorted_indices = False
        for rows in (X, S, backwards, S.tocsc()):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                ours = clone(estimator).fit(rows, y)
            found = learned(ours) | {"scores": array_bits(ours.decision_function(rows))}
            wanted = wanted or found
            assert found == wanted


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=str)
def test_float32_data_gives_the_bits_of_the_same_numbers_in_float64(level, estimator):
    X, y = oracle.clouds(30, 11)
    X = X.astype(np.float32)
    estimator = clone(estimator).set_params(max_iter=4, tol=None)
    pair = [clone(estimator).fit(rows, y) for rows in (X, X.astype(np.float64))]
    assert learned(pair[0]) == learned(pair[1])
    assert array_bits(pair[0].decision_function(X)) == array_bits(pair[1].decision_function(X.astype(np.float64)))


@pytest.mark.parametrize("classes", [2, 3])
def test_scores_are_the_margins_that_training_saw(level, classes):
    X, y = integers(30, 8, classes, seed=7)
    ours = Perceptron(max_iter=3, tol=None).fit(X / 7, y)
    scores = ours.decision_function(X / 7)
    for i, x in enumerate((X / 7).tolist()):
        margins = [oracle.margin([b, *w], x) for b, w in zip(ours.intercept_, ours.coef_.tolist(), strict=True)]
        assert np.atleast_1d(scores[i]).tolist() == margins


@pytest.mark.parametrize("estimator", [*ESTIMATORS, Adaline(average=True)], ids=str)
@pytest.mark.parametrize("classes", [2, 3])
def test_epochs_one_by_one_are_a_fit(level, estimator, classes):
    X, y = integers(30, 5, classes, seed=8)
    estimator = clone(estimator).set_params(shuffle=False, tol=None, max_iter=3)
    whole, parts = clone(estimator).fit(X, y), clone(estimator)
    for _ in range(3):
        parts.partial_fit(X, y, classes=np.arange(classes))
    for name in ("coef_", "intercept_", "t_"):
        assert array_bits(np.asarray(getattr(whole, name))) == array_bits(np.asarray(getattr(parts, name)))
    if isinstance(whole, Perceptron):
        assert np.all(np.abs(whole.margin_bound_ - parts.margin_bound_) <= 1e-12 * np.abs(whole.margin_bound_))


def test_the_number_of_jobs_changes_no_bit(level):
    X, y = integers(50, 6, 5, seed=10)
    found = [learned(Perceptron(n_jobs=jobs, max_iter=6, tol=None).fit(X, y)) for jobs in (None, 1, 3, -1)]
    assert all(each == found[0] for each in found)


# What happened -----------------------------------------------------------------------------------------------


def test_separable_classes_converge_and_the_margins_are_within_their_bounds(level):
    X, y = oracle.clouds(40, 3, gap=8.0)
    ours = Perceptron(tol=None).fit(X, y)
    assert ours.converged_
    assert ours.mistakes_[-1] == 0
    assert ours.n_iter_ == len(ours.mistakes_) < 1000
    assert 0.0 < ours.margin_ <= ours.margin_bound_
    scores = y * ours.decision_function(X)
    norm = math.sqrt(float(ours.intercept_[0]) ** 2 + float(np.sum(ours.coef_**2)))
    assert math.isclose(ours.margin_, scores.min() / norm, rel_tol=1e-12)


def test_of_iris_one_class_is_separable_and_the_others_are_not(compiled_level):
    ours = Perceptron(tol=None, max_iter=100).fit(*load_iris(return_X_y=True))
    assert not ours.converged_
    assert ours.mistakes_.shape == (100, 3)
    assert (ours.margin_ > 0.0).tolist() == [True, False, False]
    assert np.isnan(ours.margin_[1:]).all()
    assert np.all(ours.margin_bound_ > 0.0)
    assert ours.margin_bound_[0] >= ours.margin_[0]


def test_the_margin_of_averaged_weights_is_theirs(level):
    X, y = oracle.clouds(40, 3, gap=8.0)
    ours = Perceptron(tol=None, average=True).fit(X, y)
    least = (y * ours.decision_function(X)).min()
    assert ours.margin_ == least / np.linalg.norm(np.hstack([ours.intercept_, ours.coef_[0]])) or math.isclose(
        ours.margin_, least / np.linalg.norm(np.hstack([ours.intercept_, ours.coef_[0]])), rel_tol=1e-14
    )
    assert ours.margin_ <= ours.margin_bound_


def test_the_joint_margin_is_the_least_lead_and_within_its_bound(level):
    X, y = integers(45, 3, 3, seed=11)
    X += 40.0 * (np.arange(3) == y[:, None])
    for average in (False, True):
        ours = Perceptron(multi_class="joint", tol=None, average=average).fit(X, y)
        scores = ours.decision_function(X)
        own = scores[np.arange(45), y].copy()
        scores[np.arange(45), y] = -np.inf
        norm = math.sqrt(float(np.sum(ours.intercept_**2) + np.sum(ours.coef_**2)))
        assert ours.converged_
        assert math.isclose(ours.margin_, (own - scores.max(axis=1)).min() / norm, rel_tol=1e-12)
        assert 0.0 < ours.margin_ <= ours.margin_bound_


def test_too_few_epochs_are_a_warning_unless_tol_is_none(level):
    X, y = integers(seed=12)
    with pytest.warns(ConvergenceWarning, match="Perceptron: 2 epochs were not enough to converge; want a larger max"):
        Perceptron(max_iter=2).fit(X, y)
    with pytest.warns(ConvergenceWarning, match="1 epoch was not enough") as warned:
        Perceptron(max_iter=1).fit(X, y)
    assert [warning.filename for warning in warned] == [__file__]  # the line that called fit
    Perceptron(max_iter=2, tol=None).fit(X, y)
    Perceptron().partial_fit(X, y, classes=[0, 1])


def test_what_has_no_probabilities_says_what_has():
    for estimator in (Perceptron(), Adaline()):
        assert not hasattr(estimator, "predict_proba")
        with pytest.raises(AttributeError, match=r"has no predict_proba: .*; want onedot.sklearn.Logistic"):
            _ = estimator.predict_proba


def test_progress_is_printed_for_each_epoch_and_class(level, capsys):
    X, y = integers(30, 5, 3, seed=13)
    Perceptron(verbose=1, max_iter=2, tol=None).fit(X, y)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6
    assert lines[0].startswith("class 0, epoch 1: ")
    assert " mistakes, loss " in lines[0]


# Early stopping ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=str)
@pytest.mark.parametrize("classes", [2, 3])
def test_early_stopping_trains_on_what_is_not_held_out(level, estimator, classes):
    X, y = integers(60, 5, classes, seed=14)
    options = {"early_stopping": True, "validation_fraction": 0.25, "n_iter_no_change": 3, "random_state": 5}
    ours = clone(estimator).set_params(**options).fit(X, y)
    again = clone(estimator).set_params(**options).fit(sparse.csr_matrix(X), y)
    assert learned(ours) == learned(again)
    assert ours.n_iter_ < 1000
    other = clone(estimator).set_params(max_iter=ours.n_iter_, tol=None, random_state=5).fit(X, y)
    assert not np.array_equal(ours.coef_, other.coef_)


def test_the_samples_held_out_are_a_fraction_of_each_class():
    from onedot.sklearn.training_loop import validation_split

    codes = np.repeat([0, 1, 2], [10, 20, 31])
    mask = validation_split(codes, 0.2, 3)
    assert np.bincount(codes[mask]).tolist() == [2, 4, 6]
    assert not np.array_equal(mask, validation_split(codes, 0.2, 4))


# Errors leave no trace ---------------------------------------------------------------------------------------


def test_a_partial_fit_that_fails_leaves_the_estimator_as_it_was(level):
    X, y = integers(20, 4, 2, seed=15)
    bad = X.copy()
    bad[19] = np.inf
    estimator = Perceptron(average=True).partial_fit(X, y, classes=[0, 1])
    before = pickle.dumps(estimator)
    for arguments, text in (
        ((bad, y), "row 19 of X holds NaN"),
        ((X[:, :3], y), "features"),
        (
            (X, y + 1),
            r"y holds 2; want labels among classes \[0 1\], or a new estimator whose first call names all .+classes=",
        ),
        ((X, y, [0, 1, 2]), "classes are .+; want those of the first call"),
    ):
        with pytest.raises(ValueError, match=text):
            estimator.partial_fit(*arguments)
        assert pickle.dumps(estimator) == before


@pytest.mark.parametrize(("classes", "shards"), [(3, 1), (3, 2), (2, 4)])
def test_ctrl_c_while_threads_are_started_stops_those_that_have_been(monkeypatch, classes, shards):
    def begin_and_be_interrupted(begin):
        plain(begin)
        raise KeyboardInterrupt

    plain = together.apart
    monkeypatch.setattr(together, "apart", begin_and_be_interrupted)
    X, _ = integers(20, 4, 3, seed=15)
    X[1::2] = X[::2]  # not separable, so that a fit has no other end
    with pytest.raises(KeyboardInterrupt):
        Perceptron(max_iter=10**9, tol=None, n_jobs=2, n_shards=shards).fit(X, np.arange(20) % classes)


# In scikit-learn's tools -------------------------------------------------------------------------------------


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=str)
def test_estimators_are_cloned_pickled_and_kept_by_joblib(tmp_path, estimator):
    X, y = integers(30, 5, 3, seed=16)
    ours = clone(estimator).set_params(max_iter=3, tol=None).fit(X, y)
    joblib.dump(ours, tmp_path / "ours")
    for other in (pickle.loads(pickle.dumps(ours)), joblib.load(tmp_path / "ours")):
        assert learned(other) == learned(ours)
        assert np.array_equal(other.predict(X), ours.predict(X))
        assert learned(other.partial_fit(X, y)) == learned(pickle.loads(pickle.dumps(ours)).partial_fit(X, y))
    assert not hasattr(clone(ours), "coef_")


def test_pipelines_and_grid_searches_work(compiled_level):
    X, y = load_iris(return_X_y=True)
    search = GridSearchCV(
        make_pipeline(StandardScaler(), Perceptron()),
        {"perceptron__average": [False, True], "perceptron__multi_class": ["ovr", "joint"]},
    )
    assert search.fit(X, y).best_score_ > 0.9


def test_seeds_may_be_integers_generators_or_none():
    X, y = integers()

    def shuffled_by(seed):
        return learned(Perceptron(random_state=seed, max_iter=2, tol=None).fit(X, y))

    assert shuffled_by(0) == shuffled_by(np.int64(0)) != shuffled_by(3)
    assert shuffled_by(np.random.RandomState(1)) == shuffled_by(np.random.RandomState(1))
    assert shuffled_by(None).keys() == shuffled_by(0).keys()


# The accuracies that the docstring states: 5 folds, features standardised.
STATED = {load_iris: (0.9667, 0.9067), load_breast_cancer: (0.9719, 0.9719), load_digits: (0.9126, 0.9104)}


@pytest.mark.parametrize("load", STATED)
def test_the_accuracies_stated_in_the_docs_are_those_of_real_data(compiled_level, load):
    X, y = load(return_X_y=True)
    for multi_class, stated in zip(("joint", "ovr"), STATED[load], strict=True):
        model = make_pipeline(StandardScaler(), Perceptron(average=True, multi_class=multi_class))
        assert round(cross_val_score(model, X, y).mean(), 4) == stated
        assert f"{stated:.3f}" in Perceptron.__doc__
