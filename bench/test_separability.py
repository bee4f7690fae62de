"""separability and separation: the proof beside the bare linear program, true within a tolerance, a group a case."""

from functools import lru_cache

import numpy as np
import pytest
from scipy.optimize import linprog

import onedot

pytestmark = pytest.mark.benchmark(max_time=0.5, min_rounds=3)

SHAPES = [(100, 2), (1000, 2), (10000, 2), (1000, 10), (1000, 30), (1000, 100)]


@lru_cache(maxsize=2)
def labelled_samples(n, d, apart):
    """Normal samples, labelled by a plane or by chance."""
    draw = np.random.default_rng([n, d])
    X = draw.standard_normal((n, d))
    return X, np.where(X @ draw.standard_normal(d) > 0.1 if apart else draw.random(n) < 0.5, 1, -1)


def least_margin(X, y):
    """The greatest t with y_i (w[0] + w[1:]·x_i) >= t for all i and weights from -1 to 1."""
    n, d = X.shape
    z = np.column_stack([np.ones(n), X]) * y[:, None]
    return linprog(
        [0.0] * (d + 1) + [-1.0],
        A_ub=np.column_stack([-z, np.ones(n)]),
        b_ub=np.zeros(n),
        bounds=[(-1.0, 1.0)] * (d + 1) + [(None, None)],
        method="highs",
    ).x[-1]


@pytest.mark.parametrize("function", [onedot.separability, least_margin])
@pytest.mark.parametrize("apart", [True, False], ids=["separable", "inseparable"])
@pytest.mark.parametrize(("n", "d"), SHAPES)
def test_separability(benchmark, n, d, apart, function):
    X, y = labelled_samples(n, d, apart)
    answer = function(X, y)
    if function is least_margin:
        assert bool(answer > 1e-9) is apart
    else:
        assert bool(answer) is apart
        assert answer.verify(X, y)
    benchmark.group = f"{n} samples of {d} features, {'' if apart else 'in'}separable"
    benchmark(function, X, y)


def samples_of(kind, n, d):
    """Normal samples; where they are to be quasi-complete, an indicator of a class that only one label has."""
    X, y = labelled_samples(n, d, kind == "Complete")
    if kind == "QuasiComplete":
        X, y = X.copy(), y.copy()
        X[:, -1] = np.arange(n) % 5 == 0
        y[X[:, -1] == 1] = 1
    return X, y


@pytest.mark.parametrize("function", [onedot.separation, least_margin])
@pytest.mark.parametrize("kind", ["Complete", "QuasiComplete", "Overlap"])
@pytest.mark.parametrize(("n", "d"), [(1000, 10), (1000, 100)])
def test_separation(benchmark, n, d, kind, function):
    X, y = samples_of(kind, n, d)
    answer = function(X, y)
    if function is onedot.separation:
        assert type(answer).__name__ == kind
        assert answer.verify(X, y)
    benchmark.group = f"{n} samples of {d} features: {kind}"
    benchmark(function, X, y)
