"""scikit-learn's tests of its Perceptron, and those of SGDClassifier with loss="perceptron", with ours in its place.

Those of SGDClassifier that do not pass are below, with the reason; docs/scikit_learn.md has the same list.
"""

import importlib.util
from pathlib import Path
from types import FunctionType

import pytest

sklearn = pytest.importorskip("sklearn")

import onedot.sklearn  # noqa: E402

ROOT = Path(__file__).parents[2]
OF_SGD = {
    "alpha", "l1_ratio", "fit_intercept", "max_iter", "tol", "shuffle", "verbose", "n_jobs", "random_state", "eta0",
    "early_stopping", "validation_fraction", "n_iter_no_change", "class_weight", "warm_start", "average",
}  # fmt: skip


class SGD(onedot.sklearn.Perceptron):
    """Our Perceptron with SGDClassifier's parameters, of which those of other losses and rates say nothing."""

    def __init__(
        self, loss="perceptron", *, penalty="l2", alpha=0.0001, l1_ratio=0.15, fit_intercept=True, max_iter=1000,
        tol=1e-3, shuffle=True, verbose=0, epsilon=0.1, n_jobs=None, random_state=None, learning_rate="constant",
        eta0=1.0, power_t=0.5, early_stopping=False, validation_fraction=0.1, n_iter_no_change=5, class_weight=None,
        warm_start=False, average=False,
    ):  # fmt: skip
        given = dict(locals())
        super().__init__(penalty=penalty, **{name: given[name] for name in OF_SGD})
        self.loss, self.learning_rate = "perceptron", "constant"
        self.epsilon, self.power_t = epsilon, power_t


def own_tests(module, replaced, by):
    """The functions that are tests in a module of scikit-learn's, in which a class is replaced."""
    source = Path(importlib.util.find_spec(f"sklearn.linear_model.tests.{module}").origin)
    names = {"replaced_by": by, "__name__": __name__, "__file__": str(source)}
    text = source.read_text().replace("@pytest.mark.no_check_spmatrix", "")  # a mark of scikit-learn's own runs
    text = text.replace(f"from sklearn.linear_model import {replaced}\n", f"{replaced} = replaced_by\n")
    exec(compile(text.replace(f"linear_model.{replaced}", "replaced_by"), source, "exec"), names)
    globals().update({name: names[name] for name in ("_SparseSGDClassifier",) if name in names})  # which is pickled
    return {name: each for name, each in names.items() if name.startswith("test_") and isinstance(each, FunctionType)}


def arguments_of(test):
    """What a test of classifiers is called with, each time: nothing for a test of another model or rate."""
    calls = [{"global_random_seed": 0} if "global_random_seed" in test.__code__.co_varnames else {}]
    for mark in getattr(test, "pytestmark", []):
        names, values = mark.args[0].replace(" ", "").split(","), mark.args[1]
        sets = [dict(zip(names, value if len(names) > 1 else [value], strict=True)) for value in values]
        calls = [call | each for call in calls for each in sets]
    return [call for call in calls if all(is_ours(value) for value in call.values())]


def is_ours(value):
    """Whether an argument is no other model, and no other loss or rate than a perceptron's."""
    name = getattr(value, "__name__", value)
    others = ("SGDRegressor", "SparseSGDRegressor", "SGDOneClassSVM", "SparseSGDOneClassSVM")
    return not (isinstance(name, str) and name in (*others, "optimal", "invscaling", "adaptive", "pa1", "pa2"))


def cases():
    for name, test in own_tests("test_sgd", "SGDClassifier", SGD).items():
        uses = {*test.__code__.co_names, *test.__code__.co_varnames[: test.__code__.co_argcount]}
        if not uses & {"klass", "Estimator", "SGDClassifier", "replaced_by"} or name in OTHER:
            continue
        marks = [pytest.mark.xfail(reason=NOT_PASSED[name], strict=True)] if name in NOT_PASSED else []
        for call in arguments_of(test):
            words = [str(getattr(value, "__name__", value)) for value in call.values()]
            yield pytest.param(test, call, id="-".join([name, *words]), marks=marks)


OF_PERCEPTRON = own_tests("test_perceptron", "Perceptron", onedot.sklearn.Perceptron)
globals().update(OF_PERCEPTRON)

# Tests of other losses, rates and models, and some that take seconds.
OTHER = {
    "test_adaptive_longer_than_constant", "test_sgd_predict_proba_method_access", "test_sgd_proba",
    "test_regression_losses", "test_multi_core_gridsearch_and_early_stopping",
    "test_SGDClassifier_fit_for_all_backends", "test_multi_thread_multi_class_and_early_stopping",
    "test_learning_rate_PA_raises", "test_elasticnet_convergence", "test_l1_ratio",
}  # fmt: skip
NOT_PASSED = {
    "test_average_binary_computed_correctly": "scikit-learn's own fails it with this loss",
    "test_balanced_weight": "scikit-learn's own fails it with this loss",
    "test_class_weights": "scikit-learn's own fails it with this loss",
    "test_late_onset_averaging_reached": "scikit-learn's own fails it with this loss",
    "test_sample_weights": "scikit-learn's own fails it with this loss",
    "test_sgd_multiclass_average": "scikit-learn's own fails it with this loss",
    "test_late_onset_averaging_not_reached": "average is True or False, not the visit from which on to average",
    "test_partial_fit_multiclass_average": "average is True or False, not the visit from which on to average",
    "test_plain_has_no_average_attr": "looks for private attributes",
    "test_validation_mask_correctly_subsets": "replaces a private method",
    "test_validation_set_not_used_for_training": "draws the samples that scikit-learn's generator holds out",
    "test_underflow_or_overflow": "OverflowError where scikit-learn has a ValueError",
    "test_tol_parameter": "another text of the warning that max_iter was reached",
    "test_provide_coef": "another text of the error",
    "test_set_intercept_offset": "another text of the error",
    "test_partial_fit_weight_class_balanced": "another text of the error",
    "test_sgd_error_on_zero_validation_weight": "another text of the error: samples of weight 0 are dropped first",
    "test_sgd_failing_penalty_validation": "l1_ratio is a number, as in scikit-learn's Perceptron",
    "test_sgd_l1_ratio_not_used": "l1_ratio is a number, as in scikit-learn's Perceptron",
    "test_power_t_limits": "power_t is no parameter of a perceptron",
}


@pytest.mark.skipif(not sklearn.__version__.startswith("1.9"), reason="the list is of the tests of scikit-learn 1.9")
@pytest.mark.parametrize(("test", "arguments"), list(cases()))
def test_of_sgd_classifier(test, arguments):
    test(**arguments)


def test_the_docs_have_the_list_of_those_that_do_not_pass():
    text = " ".join((ROOT / "docs" / "scikit_learn.md").read_text().split())
    for name, reason in NOT_PASSED.items():
        assert f"`{name}`" in text
        assert reason in text
