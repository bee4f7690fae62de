"""The delta rule: the law's bits, lines and planes found, divergence an error."""

import numpy as np
import pytest

import onedot
from support.bits import array_bits
from support.oracles import law
from support.oracles import perceptron as oracle
from support.samples import vector

sparse = pytest.importorskip("scipy.sparse")


def delta_rule(X, y, epochs, rate, bias):
    """Weights, and the sum of rate * error**2 of each epoch."""
    w, losses = [0.0] * (len(X[0]) + bias), []
    for _ in range(epochs):
        losses.append(0.0)
        for x, target in zip(X, y, strict=True):
            error = target - oracle.margin(w, x)
            losses[-1] += (rate * error) * error
            w = [v + (rate * error) * e for v, e in zip(w, [1.0] * bias + x, strict=True)]
    return np.array(w), losses


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("bias", [0, 1])
@pytest.mark.parametrize("d", [1, 3, 33, 100, 4099])
def test_updates_and_fits_are_those_of_the_oracle(level, d, bias, dtype):
    n = 3 if d > 4096 else 12
    X = np.stack([vector(d, dtype, seed) / 2.0**22 for seed in range(n)]).astype(dtype)
    y = vector(n, seed=99) / 2.0**20
    expected, losses = delta_rule(X.tolist(), y.tolist(), 2, 0.03, bias)
    w = np.zeros(d + bias)
    for _ in range(2):
        for x, target in zip(X, y.tolist(), strict=True):
            error = target - oracle.margin(w.tolist(), x.tolist())
            assert onedot.lms_update(w, x, target, rate=0.03) == error
    assert array_bits(w) == array_bits(expected)
    for rows in (X, sparse.csr_array(X)):
        fit = onedot.fit_lms(rows, y, rate=0.03, epochs=2, bias=bool(bias))
        assert array_bits(fit.weights) == array_bits(expected)
        assert fit.losses.tolist() == [loss / (0.03 * n) for loss in losses]


def test_a_plane_is_found_where_there_is_one(level):
    """The last epochs change nothing that matters: y = 3 + 2a - b, without noise."""
    X = np.array([[a, b] for a in (-1.0, 0.0, 1.0) for b in (-1.0, 0.0, 1.0)])
    fit = onedot.fit_lms(X, 3.0 + 2.0 * X[:, 0] - X[:, 1], rate=0.25, epochs=300, seed=1)
    assert np.allclose(fit.weights, [3.0, 2.0, -1.0], rtol=0, atol=1e-12)
    assert np.allclose(fit.predict(X), 3.0 + 2.0 * X[:, 0] - X[:, 1], rtol=0, atol=1e-12)
    assert fit.losses[-1] < 1e-24 < fit.losses[0]


def test_an_epoch_without_an_error_ends_training(level):
    fit = onedot.fit_lms([[1.0], [2.0]], [2.0, 4.0], rate=1.0, bias=False)
    assert fit.weights.tolist() == [2.0]
    assert len(fit.losses) == 2


def test_seeded_orders_are_those_of_the_perceptron(level):
    X, y = oracle.clouds(9, 3)
    order, _ = oracle.shuffled(range(9), 5)
    expected, _ = delta_rule(X[order].tolist(), y[order].tolist(), 1, 0.01, 1)
    assert array_bits(onedot.fit_lms(X, y, epochs=1, seed=5).weights) == array_bits(expected)


def test_the_averaged_weights_are_the_mean_over_all_visits(level):
    X, y = oracle.clouds(8, 2)
    w, history = np.zeros(3), []
    for x, target in zip(X, y, strict=True):
        onedot.lms_update(w, x, float(target), rate=0.125)
        history.append(w.copy())
    fit = onedot.fit_lms(X, y, rate=0.125, epochs=1)
    assert np.allclose(fit.averaged, np.mean(history, axis=0), rtol=0, atol=1e-14)


def test_divergence_is_an_error_that_says_what_to_do(level):
    with pytest.raises(OverflowError, match=r"fit_lms: .+; want a smaller rate or X on a smaller scale"):
        onedot.fit_lms([[100.0], [-50.0]], [1.0, 2.0], rate=1.0, epochs=10000)
    w = np.array([0.0, 1e300])
    with pytest.raises(OverflowError, match="lms_update: numbers overflow; want a smaller rate"):
        onedot.lms_update(w, [1e10], 0.0)
    assert w.tolist() == [0.0, 1e300]


def test_weights_that_overflow_are_refused_alike_whichever_row_meets_them_first(level):
    """Row 1 of the CSR matrix has no element for the infinite weight, that of the array has 0."""
    X = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    for rows in (X, sparse.csr_array(X)):
        with pytest.raises(OverflowError, match=r"^fit_lms: the weights overflow; want a smaller rate"):
            onedot.fit_lms(rows, [10.0, 0.0, 0.0], bias=False, rate=1e308)


def test_the_law_and_the_oracle_agree_on_what_a_margin_is():
    assert oracle.margin([1.0, 2.0], [3.0]) == law.dot([2.0], [3.0]) + 1.0
