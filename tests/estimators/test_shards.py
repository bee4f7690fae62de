"""Perceptron in shards: the functions' fits of several classes, of weighted samples, call by call, by threads."""

import warnings
from itertools import pairwise

import numpy as np
import pytest

import onedot
from support.bits import array_bits
from support.fits import integers, learned
from support.oracles import perceptron as oracle

pytest.importorskip("sklearn")

from joblib import parallel_config
from sklearn.base import clone
from sklearn.utils.estimator_checks import check_estimator

from onedot._reference import shard_bounds
from onedot._training import mixing as by_mixing
from onedot._training.mixing import mixed
from onedot.sklearn import Perceptron

SHARDED = [
    Perceptron(n_shards=2),
    Perceptron(n_shards=3, mixing="mistakes", average=True),
    Perceptron(n_shards=3, multi_class="joint", average=True),
    Perceptron(n_shards=2, update="pa1"),
]


def test_scikit_learns_checks_pass_but_for_three_that_are_explained():
    expected = {
        f"check_sample_weight_equivalence_on_{kind}_data": "the rule depends on the order of the samples"
        for kind in ("dense", "sparse")
    }
    expected["check_class_weight_classifiers"] = "a class of weight 1000 need not win after the mean of two shards"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(SHARDED[0], expected_failed_checks=expected, on_skip=None)
    assert sum(result["status"] == "passed" for result in results) > 40


@pytest.mark.parametrize("average", [False, True])
@pytest.mark.parametrize("mixing", ["uniform", "mistakes"])
def test_two_classes_are_fit_perceptron(level, average, mixing):
    X, y = oracle.clouds(40, 9, gap=2.0)
    fit = onedot.fit_perceptron(X, y, seed=3, rate=0.25, max_epochs=30, n_shards=3, mixing=mixing)
    parameters = {"random_state": 3, "eta0": 0.25, "tol": None, "max_iter": 30, "average": average, "mixing": mixing}
    ours = Perceptron(n_shards=3, **parameters).fit(X, y)
    wanted = fit.averaged if average else fit.weights
    assert array_bits(np.hstack([ours.intercept_, ours.coef_[0]])) == array_bits(wanted)
    assert ours.mistakes_.tolist() == fit.mistakes.tolist()
    assert (ours.converged_, ours.margin_bound_) == (fit.converged, fit.margin_bound)
    if not average:
        assert array_bits(np.float64(ours.margin_)) == array_bits(np.float64(fit.margin))


@pytest.mark.parametrize("estimator", SHARDED, ids=str)
@pytest.mark.parametrize("classes", [2, 4])
def test_threads_change_no_bit(level, estimator, classes):
    X, y = integers(50, 6, classes, seed=10)
    estimators = [clone(estimator).set_params(n_jobs=jobs, max_iter=6, tol=None) for jobs in (None, 1, 2, 16, -1)]
    found = [learned(each.fit(X, y)) for each in estimators]
    assert all(each == found[0] for each in found)


def test_without_n_jobs_joblibs_configuration_says_how_many_threads(monkeypatch):
    X, y = integers(50, 6, 2, seed=10)
    plain, jobs = by_mixing.run_together, []
    monkeypatch.setattr(by_mixing, "run_together", lambda *given: jobs.append(given[1]) or plain(*given))
    fit = Perceptron(n_shards=3, max_iter=1, tol=None).fit
    for n_jobs in (1, 2, 3):
        with parallel_config(n_jobs=n_jobs):
            assert learned(fit(X, y)) == learned(Perceptron(n_shards=3, max_iter=1, tol=None, n_jobs=1).fit(X, y))
    fit(X, y)
    assert jobs == [1, 1, 2, 1, 3, 1, 1]


def test_each_class_against_the_rest_is_mixed_by_itself(level):
    X, y = integers(40, 5, 3, seed=4)
    whole = Perceptron(n_shards=4, mixing="mistakes", max_iter=5, tol=None).fit(X, y)
    for k in range(3):
        alone = Perceptron(n_shards=4, mixing="mistakes", max_iter=5, tol=None).fit(X, y == k)
        assert array_bits(whole.coef_[k]) == array_bits(alone.coef_[0])
        assert whole.mistakes_[: len(alone.mistakes_), k].tolist() == alone.mistakes_.tolist()


def test_an_epoch_of_the_joint_rule_is_mixed_of_epochs_over_its_shards(level):
    X, y = integers(31, 5, 3, seed=4)
    parameters = {"multi_class": "joint", "shuffle": False, "max_iter": 1, "tol": None}
    weights, mistakes = [], []
    bounds = shard_bounds(31, 3)
    for a, b in pairwise(bounds):
        alone = Perceptron(**parameters).partial_fit(X[a:b], y[a:b], classes=[0, 1, 2])
        weights.append(np.column_stack([alone.intercept_, alone.coef_]))
        mistakes.append(int(alone.mistakes_[0]))
    for mixing, counts in (("uniform", [1, 1, 1]), ("mistakes", mistakes)):
        ours = Perceptron(n_shards=3, mixing=mixing, **parameters).fit(X, y)
        assert array_bits(np.column_stack([ours.intercept_, ours.coef_])) == array_bits(mixed(weights, counts))


@pytest.mark.parametrize("estimator", SHARDED, ids=str)
@pytest.mark.parametrize("classes", [2, 3])
def test_epochs_one_by_one_are_a_fit(level, estimator, classes):
    X, y = integers(30, 5, classes, seed=8)
    estimator = clone(estimator).set_params(shuffle=False, tol=None, max_iter=3)
    whole, parts = clone(estimator).fit(X, y), clone(estimator)
    for _ in range(3):
        parts.partial_fit(X, y, classes=np.arange(classes))
    for name in ("coef_", "intercept_", "t_", "margin_bound_"):
        assert array_bits(np.asarray(getattr(whole, name))) == array_bits(np.asarray(getattr(parts, name)))


def test_a_bound_over_calls_with_other_numbers_of_shards_is_of_the_largest(level):
    X, y = oracle.clouds(40, 3, gap=4.0)
    best = onedot.fit_perceptron(X, y)
    ours = Perceptron(n_shards=5, shuffle=False).partial_fit(X, y, classes=[-1, 1])
    first = ours.margin_bound_
    ours.set_params(n_shards=1).partial_fit(X[::-1], y[::-1])
    assert best.margin <= ours.margin_bound_
    assert best.margin <= first


def test_weights_of_samples_count_and_those_of_zero_are_in_no_shard(level):
    X, y = integers(40, 5, 2, seed=5)
    weights = np.where(np.arange(40) % 3 == 0, 0.0, 2.0)
    kept = weights != 0.0
    parameters = {"n_shards": 3, "class_weight": {0: 0.5}, "max_iter": 6, "tol": None}
    ours = Perceptron(**parameters).fit(X, y, sample_weight=weights)
    assert learned(ours) == learned(Perceptron(**parameters).fit(X[kept], y[kept], sample_weight=weights[kept]))
    assert learned(ours) != learned(Perceptron(**parameters).fit(X[kept], y[kept]))


def test_early_stopping_shards_what_is_not_held_out(level):
    X, y = integers(50, 5, 2, seed=12)
    ours = Perceptron(n_shards=4, early_stopping=True, max_iter=8).fit(X, y)
    assert ours.t_ - 1 == ours.n_iter_ * 45


def test_a_bias_that_is_given_and_not_trained_stays_as_it_is(level):
    X, y = integers(30, 4, 2, seed=6)
    ours = Perceptron(n_shards=3, fit_intercept=False, average=True, max_iter=5, tol=None)
    assert ours.fit(X, y, intercept_init=[0.1]).intercept_.tolist() == [0.1]


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ({"n_shards": 2, "penalty": "l2"}, "penalty is 'l2', n_shards 2; want None, or 1"),
        ({"n_shards": 0}, "n_shards is 0; want an integer of 1 or more"),
        ({"n_shards": 2.0}, "n_shards is 2.0; want an integer of 1 or more"),
        ({"n_shards": 41}, "n_shards is 41, and there are 40 samples; want at least one for each shard"),
        ({"mixing": "mean"}, "mixing is 'mean'; want 'uniform' or 'mistakes'"),
    ],
)
def test_what_cannot_be_mixed_is_refused_by_name(parameters, text):
    X, y = integers(40, 5, 2, seed=5)
    with pytest.raises(ValueError, match=text):
        Perceptron(**parameters).fit(X, y)
