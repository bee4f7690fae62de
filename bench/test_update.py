"""One update of a perceptron of 64 features, and its peers that learn one sample at a time."""

import numpy as np
import pytest

import onedot

X = np.random.default_rng(0).integers(-9, 10, (2, 64)).astype(float)


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
    benchmark.group = "one update, 64 features"
    benchmark(learn, X[0], 1)
