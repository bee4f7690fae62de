"""perceptron: naive Python, every level and scikit-learn, in one group a case; and one update against its peers."""

from functools import lru_cache

import numpy as np
import pytest

import onedot
from onedot.benchmark.operation import DTYPES
from onedot.benchmark.perceptron import PERCEPTRON

pytestmark = pytest.mark.benchmark(max_time=0.2, min_rounds=5)

CONTENDERS = {contender.name: contender for contender in PERCEPTRON.contenders()}
CASES = {
    f"{dtype}, {label}": make_case
    for dtype in DTYPES
    for label, make_case in PERCEPTRON.cases(dtype, PERCEPTRON.sizes, real=True).items()
}


@lru_cache(maxsize=1)
def case_of(name):
    """A case, made once for all its contenders, which come one after the other."""
    return CASES[name]()


@pytest.mark.parametrize("contender", CONTENDERS)
@pytest.mark.parametrize("case", CASES)
def test_perceptron(race, case, contender):
    race(CONTENDERS[contender], case_of(case))


# One update, of 64 features ------------------------------------------------------------------------------------

X = np.random.default_rng(0).integers(-9, 10, (2, 64)).astype(float)
ONE_UPDATE = "one update, 64 features"


def onedots():
    """Weights, bias first, and what trains them on one sample."""
    w = np.zeros(65)
    return w, lambda x, y: onedot.perceptron_update(w, x, y)


def onedots_estimator():
    from onedot.sklearn import Perceptron

    model = Perceptron().partial_fit(X, [-1, 1], classes=[-1, 1])
    return model, lambda x, y: model.partial_fit(x[None], [y])


def scikit_learns():
    from sklearn.linear_model import Perceptron

    model = Perceptron().partial_fit(X, [-1, 1], classes=[-1, 1])
    return model, lambda x, y: model.partial_fit(x[None], [y])


def rivers():
    linear_model = pytest.importorskip("river.linear_model")
    model = linear_model.Perceptron()
    names = [f"x{i}" for i in range(64)]
    rows = {x.tobytes(): dict(zip(names, x.tolist(), strict=True)) for x in X}
    return model, lambda x, y: model.learn_one(rows[x.tobytes()], y > 0)


@pytest.mark.parametrize("make", [onedots, onedots_estimator, scikit_learns, rivers])
def test_update(benchmark, make):
    """The sample is on the right side after a few updates, so that what is timed is mostly the margin."""
    _, learn = make()
    benchmark.group = ONE_UPDATE
    benchmark(learn, X[0], 1)
