"""Fits: the oracle's weights and averages, convergence where it exists, certificates that hold in exact arithmetic."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import onedot
from onedot import levels
from onedot._training.certificate import margin_bound, norm_above, scaled_norm
from support.bits import array_bits
from support.cells import in_one_test
from support.fits import FIELDS, same
from support.interpreter import printed
from support.oracles import perceptron as oracle
from support.samples import memory_mapped

AND = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [-1, -1, -1, 1]
OR = AND[0], [-1, 1, 1, 1]
XNOR = AND[0], [1, -1, -1, 1]


def orders(n, seed, epochs):
    order, state, found = list(range(n)), seed, []
    for _ in range(epochs):
        order, state = oracle.shuffled(order, state)
        found.append(order)
    return found


@in_one_test("seed", [None, 0, 77])
@in_one_test("bias", [False, True])
@in_one_test("dtype", ["float64", "float32"])
@in_one_test(("n", "d"), [(20, 1), (25, 6), (12, 40)])
def test_a_fit_is_that_of_the_oracle(level, n, d, dtype, bias, seed):
    X, y = oracle.clouds(n, d, gap=2.0)
    X = X.astype(dtype)
    given_orders = None if seed is None else orders(n, seed, 12)
    w, mistakes, _ = oracle.perceptron(X.tolist(), y, 12, bias=bias, rate=0.5, orders=given_orders)
    fit = onedot.fit_perceptron(X, y, bias=bias, rate=0.5, max_epochs=12, seed=seed)
    assert array_bits(fit.weights) == array_bits(w)
    assert fit.mistakes.tolist() == mistakes
    assert fit.updates == sum(mistakes)
    assert fit.converged == (mistakes[-1] == 0)


@pytest.mark.parametrize("bias", [False, True])
def test_averaged_weights_are_the_mean_over_all_visits_rounded_once_for_integers(level, bias):
    X, y = oracle.clouds(17, 5, gap=0.5)
    X = np.round(X * 10)
    _, _, history = oracle.perceptron(X.tolist(), y, 6, bias=bias)
    fit = onedot.fit_perceptron(X, y, bias=bias, max_epochs=6)
    means = [float(sum(map(Fraction, column)) / len(history)) for column in zip(*history, strict=True)]
    assert fit.averaged.tolist() == means


def test_averaged_weights_are_near_the_mean_over_all_visits_for_any_numbers(level):
    """Each of some 100 steps rounds a few times, in sums no larger than those of the magnitudes."""
    X, y = oracle.clouds(17, 5, gap=0.5)
    _, mistakes, history = oracle.perceptron(X.tolist(), y, 6)
    fit = onedot.fit_perceptron(X, y, max_epochs=6)
    means = np.array([float(sum(map(Fraction, column)) / len(history)) for column in zip(*history, strict=True)])
    scale = sum(mistakes) * np.abs(np.vstack([np.ones(17), X.T])).max(axis=1)
    assert np.all(np.abs(fit.averaged - means) <= 4 * sum(mistakes) * 2.0**-53 * scale)
    assert np.any(fit.averaged != fit.weights)


@pytest.mark.parametrize("data", [AND, OR])
def test_and_and_or_are_learned(level, data):
    fit = onedot.fit_perceptron(*data)
    assert fit.converged
    assert fit.predict(data[0]).tolist() == data[1]
    assert 0.0 < fit.margin <= fit.margin_bound


def test_xnor_is_not_learned(level):
    fit = onedot.fit_perceptron(*XNOR, max_epochs=50)
    assert not fit.converged
    assert math.isnan(fit.margin)
    assert len(fit.mistakes) == 50
    assert np.all(fit.mistakes > 0)


def test_the_bound_of_a_hopeless_fit_sinks(compiled_level):
    """Of clouds that overlap the weights stay short, so the bound sinks with the number of mistakes."""
    X, y = oracle.clouds(50, 2, gap=0.2)
    bounds = [onedot.fit_perceptron(X, y, max_epochs=epochs).margin_bound for epochs in (10, 100, 1000)]
    assert bounds[0] > 3 * bounds[1] > 9 * bounds[2] > 0.0


def test_the_bound_of_xnor_is_0_but_for_rounding(level):
    """Every epoch ends where it began, so the exact sum of the steps is 0, and no margin is possible at all."""
    assert 0.0 < onedot.fit_perceptron(*XNOR, max_epochs=10).margin_bound < 1e-14


@pytest.mark.parametrize("d", [2, 10, 50])
def test_separable_data_converges_within_novikoffs_bound(level, d):
    X, y = oracle.clouds(40, d, gap=2.0, seed=5)
    u = np.ones(d) / np.sqrt(d)
    keep = y * (X @ u) > 0.5  # a separator through the origin, with a margin of 0.5
    X, y = X[keep], y[keep]
    fit = onedot.fit_perceptron(X, y, bias=False, seed=1)
    assert fit.converged
    assert np.all(y * fit.margins(X) > 0.0)
    assert fit.updates <= max(x @ x for x in X) / 0.25
    assert np.min(y * (X @ u)) <= fit.margin_bound
    assert fit.margin <= fit.margin_bound


points = st.integers(1, 4).flatmap(
    lambda d: st.tuples(
        st.lists(st.integers(-3, 3), min_size=d, max_size=d),
        st.lists(st.lists(st.integers(-20, 20), min_size=d, max_size=d), min_size=2, max_size=12),
        st.integers(0, 5),
        st.sampled_from([1.0, 0.5, 0.1, 3.0]),
    )
)


@given(points)
@settings(max_examples=40)
def test_mistakes_and_margins_keep_novikoffs_bounds_exactly(level, drawn):
    """Integer points that u separates, through the origin: the bounds, squared, in rational numbers."""
    u, candidates, seed, rate = drawn
    scores = [sum(a * b for a, b in zip(u, x, strict=True)) for x in candidates]
    X = [x for x, score in zip(candidates, scores, strict=True) if score]
    y = [1 if score > 0 else -1 for score in scores if score]
    if len(set(y)) < 2:
        return
    fit = onedot.fit_perceptron(X, y, bias=False, rate=rate, seed=seed)
    least = min(abs(score) for score in scores if score)
    margin_squared = Fraction(least * least, sum(a * a for a in u))
    radius_squared = max(sum(a * a for a in x) for x in X)
    if rate in (1.0, 0.5, 3.0):  # then nothing rounds
        assert fit.converged
        assert fit.updates * margin_squared <= radius_squared
    assert margin_squared <= Fraction(fit.margin_bound) ** 2


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=40))
def test_the_norm_is_never_below_the_exact_one_and_hardly_above(level, values):
    exact = sum(Fraction(v) ** 2 for v in values)
    norm = Fraction(norm_above(np.array(values)))
    assert norm**2 >= exact
    assert norm**2 <= exact * (1 + Fraction(1, 2**40)) + Fraction(1, 2**2000)


@pytest.mark.parametrize("seed", [3, 4, 7, 8, 9])  # of which each tells the two orders apart
def test_the_norm_of_more_than_a_million_weights_is_the_root_of_their_dot(compiled_level, seed):
    """The sums of all blocks are folded once: of pieces folded one by one the bits would be others."""
    w = np.random.default_rng(seed).random(387 * 4096 + 5)
    w[0] = 0.75  # the largest is from 1/2 to 1, so that nothing is scaled
    assert scaled_norm(w) == (math.sqrt(onedot.dot(w, w)), 0)


@pytest.mark.parametrize("rate", [1.0, 0.1, 1e-3])
def test_the_bound_covers_what_rounding_does_to_the_weights(level, rate):
    """The exact sum of the steps, by replaying the mistakes, against the bound from rounded weights."""
    X, y = oracle.clouds(30, 4, gap=0.2, seed=2)
    fit = onedot.fit_perceptron(X, y, rate=rate, max_epochs=20)
    w, exact = np.zeros(5), [Fraction(0)] * 5
    for _ in range(20):
        for x, label in zip(X, y.tolist(), strict=True):
            if onedot.perceptron_update(w, x, label, rate=rate):
                exact = [e + label * Fraction(v) for e, v in zip(exact, [1.0, *x.tolist()], strict=True)]
    assert array_bits(w) == array_bits(fit.weights)
    assert Fraction(fit.margin_bound) ** 2 * fit.updates**2 >= sum(e * e for e in exact)
    assert fit.margin_bound <= float(np.linalg.norm(w)) / (rate * fit.updates) * (1 + 1e-9)


def test_after_no_mistake_nothing_is_known(level):
    assert margin_bound(np.zeros(3), 0, 1.0, 0.0) == math.inf


@pytest.mark.parametrize("scale", [1e-150, 1e-100, 1e150])
def test_bounds_hold_at_the_ends_of_the_range(level, scale):
    X = np.array([[1.0, 2.0], [-1.0, -1.0]]) * scale
    fit = onedot.fit_perceptron(X, [1, -1], bias=False)
    assert fit.converged
    best = Fraction(scale) ** 2 * 2  # of the squared margin: the second point's norm
    assert fit.margin <= fit.margin_bound
    assert Fraction(fit.margin_bound) ** 2 >= best * Fraction(999, 1000)


def test_an_epoch_without_a_mistake_ends_training_and_one_line_is_printed_for_each(level, capsys):
    fit = onedot.fit_perceptron(*AND, verbose=1)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" in ")[0] for line in lines] == [
        f"epoch {k + 1}: {count} mistakes" for k, count in enumerate(fit.mistakes.tolist())
    ]
    assert fit.mistakes.tolist() == [2, 3, 3, 2, 2, 3, 2, 1, 0]


@pytest.mark.parametrize("bias", [False, True])
def test_a_fit_that_is_saved_and_loaded_is_the_same_to_the_last_bit(tmp_path, bias):
    for data in (AND, XNOR):
        fit = onedot.fit_perceptron(*data, bias=bias, max_epochs=7)
        path = tmp_path / "fit with any name"
        fit.save(path)
        loaded = onedot.PerceptronFit.load(path)
        assert same(fit, loaded)
        assert [type(getattr(loaded, name)) for name in FIELDS] == [type(getattr(fit, name)) for name in FIELDS]
        assert loaded.margins(data[0]).tolist() == fit.margins(data[0]).tolist()


def test_a_memory_mapped_matrix_gives_the_same_fit(level, tmp_path):
    X, y = oracle.clouds(40, 9, seed=3)
    mapped = memory_mapped(tmp_path / "X", X).reshape(X.shape)
    assert same(
        onedot.fit_perceptron(mapped, y, max_epochs=5, seed=1), onedot.fit_perceptron(X, y, max_epochs=5, seed=1)
    )


MEMORY = """
import resource, numpy, onedot
X = numpy.lib.format.open_memmap({path!r}, mode="r")
y = numpy.where(numpy.arange(len(X)) % 2, 1, -1)
limit = X.nbytes // 4
import onedot._training.epochs, onedot._training.perceptron_fit
import tracemalloc
tracemalloc.start()
onedot.fit_perceptron(X, y, max_epochs=2, seed=0)
print(tracemalloc.get_traced_memory()[1] < limit)
"""


@pytest.mark.skipif(not levels.compiled, reason="the reference makes lists, which take more")
def test_a_fit_takes_little_memory_beside_its_data(tmp_path):
    """Of 8 MB of samples nothing is copied: what is new grows with samples plus features alone."""
    path = str(tmp_path / "X.npy")
    np.save(path, np.random.default_rng(0).standard_normal((2000, 500)))
    assert printed(MEMORY.format(path=path)) == "True\n"
