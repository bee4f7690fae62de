"""Iterative parameter mixing: the arithmetic of the reference, one shard as ever, any number of threads, bounds."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import onedot
from onedot import _reference, levels
from onedot._corpus.perceptron import csr
from onedot._training import mixing
from onedot._training.order import Orders
from support.bits import array_bits
from support.fits import same
from support.oracles import perceptron as oracle

NUMBERS = st.floats(-1e6, 1e6, allow_subnormal=True)


def specified(X, y, epochs, shards, by_mistakes, seed, bias=True):
    """(weights, averaged, mistakes) in pure Python, by the reference alone."""
    n, d = X.shape
    bounds = list(pairwise(_reference.shard_bounds(n, shards)))
    orders = [list(range(a, b)) for a, b in bounds]
    states = [[(seed + k) % 2**64] for k in range(shards)] if seed is not None else []
    w, sums, seen, mistakes = [0.0] * (d + bias), [0.0] * (d + bias), 0.0, []
    for _ in range(epochs):
        found = []
        for k, order in enumerate(orders):
            if states:
                _reference.shuffle(order, states[k])
            own, own_sums, tally = list(w), [0.0] * len(w), [0.0, 0.0, float("inf"), 0.0, 0.0, 1.0]
            _reference.perceptron_epoch(X, order, y, own, own_sums, tally)
            found.append((own_sums, own, tally[4], int(tally[0])))
        mistakes.append(sum(count for *_, count in found))
        before, new = (sums, w, seen), w
        if mistakes[-1]:
            counts = [count if by_mistakes else 1 for *_, count in found]
            new = _reference.mixed([own for _, own, _, _ in found], counts)
        sums = _reference.mixed_sums(before, new, [each[:3] for each in found])
        w, seen = new, seen + sum(each[2] for each in found)
        if not mistakes[-1]:
            break
    return w, [(seen * a - b) / seen for a, b in zip(w, sums, strict=True)], mistakes


@given(st.integers(1, 6).flatmap(lambda k: st.lists(st.lists(NUMBERS, min_size=3, max_size=3), min_size=k, max_size=k)))
def test_mixtures_are_those_of_the_reference(weights):
    counts = [k % 3 + 1 for k in range(len(weights))]
    rows = [np.array(row) for row in weights]
    assert array_bits(mixing.mixed(rows, counts)) == array_bits(np.array(_reference.mixed(weights, counts)))
    before = weights[0], weights[-1], 7.0
    shards = [(row, row[::-1], 3.0) for row in weights]
    arrays = [(np.array(a), np.array(b), c) for a, b, c in shards]
    expected = _reference.mixed_sums(before, weights[-1], shards)
    assert array_bits(mixing.mixed_sums((rows[0], rows[-1], 7.0), rows[-1], arrays)) == array_bits(np.array(expected))


def test_a_shard_that_alone_counts_hands_on_its_weights():
    weights = [[0.1, -3.7, 1e300], [5.0, 6.0, 7.0]]
    assert _reference.mixed(weights, [3, 0]) == weights[0]
    assert _reference.mixed(weights[:1], [1]) == weights[0]


@pytest.mark.parametrize(("n", "shards"), [(0, 1), (5, 5), (7, 3), (100, 8), (10**12, 7)])
def test_shards_are_ranges_of_n_and_their_number_alone(n, shards):
    bounds = _reference.shard_bounds(n, shards)
    assert bounds[0] == 0
    assert bounds[-1] == n
    sizes = [b - a for a, b in pairwise(bounds)]
    assert max(sizes) - min(sizes) <= 1


def test_shards_are_shuffled_each_by_a_generator_of_its_own(level):
    orders, alone = Orders(23, 5, 3), [Orders(b - a, 5 + k) for k, (a, b) in enumerate([(0, 7), (7, 15), (15, 23)])]
    for _ in range(3):
        expected = np.concatenate([each.next() + first for each, first in zip(alone, (0, 7, 15), strict=True)])
        assert orders.next().tolist() == expected.tolist()


@pytest.mark.parametrize("seed", [None, 3])
@pytest.mark.parametrize("by_mistakes", [False, True])
@pytest.mark.parametrize("shards", [2, 3, 5])
def test_a_fit_in_shards_is_the_one_specified(level, shards, by_mistakes, seed):
    X, y = oracle.clouds(31, 5, gap=0.3)
    w, averaged, mistakes = specified(X, y, 9, shards, by_mistakes, seed)
    kind = "mistakes" if by_mistakes else "uniform"
    fit = onedot.fit_perceptron(X, y, max_epochs=9, seed=seed, n_shards=shards, mixing=kind)
    assert array_bits(fit.weights) == array_bits(np.array(w))
    assert array_bits(fit.averaged) == array_bits(np.array(averaged))
    assert fit.mistakes.tolist() == mistakes
    sparse = onedot.fit_perceptron(csr(X), y, max_epochs=9, seed=seed, n_shards=shards, mixing=kind)
    assert same(fit, sparse)


@pytest.mark.parametrize("kind", ["uniform", "mistakes"])
def test_one_shard_is_the_fit_as_ever_and_threads_change_no_bit(level, kind):
    X, y = oracle.clouds(60, 4, gap=0.5)
    plain = onedot.fit_perceptron(X, y, max_epochs=7, seed=1)
    assert same(plain, onedot.fit_perceptron(X, y, max_epochs=7, seed=1, n_shards=1, mixing=kind, n_jobs=2))
    fits = [onedot.fit_perceptron(X, y, max_epochs=7, seed=1, n_shards=4, mixing=kind, n_jobs=j) for j in (1, 2, 8)]
    assert same(fits[0], fits[1])
    assert same(fits[0], fits[2])
    assert not same(plain, fits[0])


@pytest.mark.parametrize("kind", ["uniform", "mistakes"])
@pytest.mark.parametrize("shards", [2, 3, 7])
def test_shards_converge_where_classes_are_separable_and_no_separator_has_a_margin_above_the_bound(level, shards, kind):
    X, y = oracle.clouds(40, 3, gap=4.0)
    best = onedot.fit_perceptron(X, y)
    fit = onedot.fit_perceptron(X, y, n_shards=shards, mixing=kind, seed=2)
    assert fit.converged
    assert (fit.predict(X) == y).all()
    assert 0.0 < max(fit.margin, best.margin) <= fit.margin_bound < np.inf


def test_the_bound_is_that_of_the_weights_exactly(level):
    """K * ||w|| / M, and above: of whole numbers the root alone is rounded."""
    X, y = oracle.clouds(40, 3, gap=1.0)
    fit = onedot.fit_perceptron(np.round(10 * X), y, n_shards=4, max_epochs=5)
    norm2 = sum(Fraction(v) ** 2 for v in fit.weights.tolist())
    assert Fraction(fit.margin_bound) ** 2 > 16 * norm2 / fit.updates**2
    assert Fraction(fit.margin_bound) ** 2 < 16 * norm2 / fit.updates**2 * Fraction(1001, 1000)


def test_averages_are_over_the_visits_in_all_shards(level):
    X, y = oracle.clouds(24, 3, gap=0.2)
    X = np.round(10 * X)
    shards, w, history = 2, np.zeros(4), []
    for _ in range(4):
        ends = []
        for k in range(shards):
            own = w.copy()
            for i in range(12 * k, 12 * k + 12):
                onedot.perceptron_update(own, X[i], float(y[i]))
                history.append(own.copy())
            ends.append(own)
        w = (ends[0] + ends[1]) / 2
    fit = onedot.fit_perceptron(X, y, n_shards=shards, max_epochs=4)
    assert fit.weights.tolist() == w.tolist()
    np.testing.assert_allclose(fit.averaged, np.mean(history, axis=0), rtol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ({"n_shards": 0}, ValueError, "n_shards is 0; want 1 or more"),
        ({"n_shards": 2.0}, TypeError, "n_shards is 2.0; want an integer"),
        ({"n_shards": 5}, ValueError, "n_shards is 5, and there are 4 samples"),
        ({"n_jobs": 0}, ValueError, "n_jobs is 0; want 1 or more"),
        ({"mixing": "mean"}, ValueError, "mixing is 'mean'; want 'uniform' or 'mistakes'"),
    ],
)
def test_what_is_no_number_of_shards_is_refused(arguments, error, text):
    with pytest.raises(error, match=text):
        onedot.fit_perceptron([[0.0], [1.0], [2.0], [3.0]], [1, -1, 1, -1], **arguments)


def test_an_error_in_one_shard_names_its_row_and_ends_the_fit(level):
    X, y = oracle.clouds(20, 3)
    X[17, 1] = np.nan
    for jobs in (1, 2):
        with pytest.raises(ValueError, match="row 17 of X holds NaN"):
            onedot.fit_perceptron(X, y, n_shards=3, n_jobs=jobs)


def test_orders_of_few_samples_are_right_at_every_level():
    for name in levels.runnable():
        with levels.using(name):
            assert Orders(3, None, 3).next().tolist() == [0, 1, 2]
