"""partial_fit trains weights in place where nobody else has them, which nobody can tell."""

import copy
import pickle

import numpy as np
import pytest

pytest.importorskip("sklearn")

from scipy import sparse

from onedot.sklearn import Adaline, Perceptron
from support.bits import array_bits

draw = np.random.default_rng(4)
X = draw.integers(-9, 10, (60, 5)) * (draw.random((60, 5)) < 0.6) * 1.0
LABELS = {2: (X @ [1.0, -2.0, 3.0, 0.5, 0.0] > 1.0).astype(int), 3: X[:, :3].argmax(axis=1)}
FORMS = {"dense": np.asarray, "csr": sparse.csr_array}
ESTIMATORS = {
    "perceptron": Perceptron(),
    "without a bias": Perceptron(fit_intercept=False),
    "average": Perceptron(average=True),
    "joint": Perceptron(multi_class="joint"),
    "penalty": Perceptron(penalty="elasticnet"),
    "shards": Perceptron(n_shards=2),
    "adaline": Adaline(eta0=2.0**-10),
}
ALL = pytest.mark.parametrize("name", ESTIMATORS)
EVERY_FORM = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)


def after_batches(name, form, y, count=4):
    made = copy.deepcopy(ESTIMATORS[name])
    for k in range(count):
        rows = slice(10 * k, 10 * k + 10)
        made.partial_fit(form(X[rows]), y[rows], classes=np.unique(y))
    return made


def told(estimator):
    """What users see of it, arrays by their bits."""
    names = [name for name in vars(estimator) if name.endswith("_")] + ["margin_bound_"]
    return {name: array_bits(np.asarray(getattr(estimator, name, None), float)) for name in names}


@ALL
@EVERY_FORM
@pytest.mark.parametrize("classes", LABELS)
def test_a_batch_that_fails_leaves_nothing_half_fitted(level, name, form, classes, monkeypatch):
    y = LABELS[classes]
    made, other = after_batches(name, form, y), after_batches(name, form, y)
    before, spoilt = told(made), X[40:].copy()
    spoilt[-1, 2] = np.nan  # once all the others have been visited
    with pytest.raises(ValueError, match="holds NaN or infinity"):
        made.partial_fit(form(spoilt), y[40:])
    assert told(made) == before

    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(type(made), "_record", interrupted)
    with pytest.raises(KeyboardInterrupt):
        made.partial_fit(form(X[40:]), y[40:])
    monkeypatch.undo()
    assert told(made) == before
    assert told(made.partial_fit(form(X[40:]), y[40:])) == told(other.partial_fit(form(X[40:]), y[40:]))


@ALL
@EVERY_FORM
@pytest.mark.parametrize("classes", LABELS)
def test_others_who_hold_something_of_an_estimator_see_no_change(level, name, form, classes):
    y = LABELS[classes]
    made = after_batches(name, form, y)
    twins = copy.copy(made), copy.deepcopy(made), pickle.loads(pickle.dumps(made))
    held = made.coef_, made.intercept_, made._weights
    before, bits = told(made), [array_bits(v) for v in held]
    made.partial_fit(form(X[40:]), y[40:])
    assert [array_bits(v) for v in held] == bits
    wanted = told(made)
    for twin in twins:
        assert told(twin) == before
        assert told(twin.partial_fit(form(X[40:]), y[40:])) == wanted


def test_weights_are_not_copied_from_batch_to_batch(level):
    made = after_batches("perceptron", sparse.csr_array, LABELS[2])
    place = made._weights.ctypes.data
    made.partial_fit(sparse.csr_array(X[40:]), LABELS[2][40:])
    assert made._weights.ctypes.data == place


def test_weights_that_may_not_be_changed_are_copied(level):
    made, other = (after_batches("perceptron", sparse.csr_array, LABELS[2]) for _ in range(2))
    made._weights.flags.writeable = False  # as of a file that is mapped
    assert told(made.partial_fit(X[40:], LABELS[2][40:])) == told(other.partial_fit(X[40:], LABELS[2][40:]))
