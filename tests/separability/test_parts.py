"""The parts of the search alone: the exact least value, the exact simplex method, the dependency by lifting."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onedot import separability
from onedot._separation import search
from onedot._separation.dixon import LARGEST, PRIME, _product, circuit, kernel, rank_modulo
from onedot._separation.points import Points
from onedot._separation.simplex import alternative
from support.oracles.kinds import null_space
from support.proofs import proves, separable

FINITE = st.floats(allow_nan=False, allow_infinity=False)
ANY_INTEGER = st.one_of(st.integers(-3, 3), st.integers(-(2**200), 2**200))


def keep_going():
    pass


def labels_of(n):
    return np.where(np.arange(n) % 3 == 0, -1, 1).astype(np.int8)


@given(st.lists(st.tuples(FINITE, FINITE), min_size=1, max_size=5), st.tuples(FINITE, FINITE, FINITE))
def test_a_form_on_the_grid_is_the_form_itself(level, rows, weights):
    y = labels_of(len(rows))
    points = Points(np.array(rows), y)
    form = points.form(weights)
    for i, (label, row) in enumerate(zip(y.tolist(), rows, strict=True)):
        value = sum(g * z for g, z in zip(form.g, points.row(i), strict=True)) * Fraction(2) ** form.exponent
        assert value == label * sum(Fraction(w) * Fraction(x) for w, x in zip(weights, (1.0, *row), strict=True))


@given(st.lists(st.tuples(FINITE, FINITE), min_size=1, max_size=8), st.tuples(ANY_INTEGER, ANY_INTEGER, ANY_INTEGER))
def test_the_least_value_is_the_least_of_all(level, rows, g):
    points = Points(np.array(rows), labels_of(len(rows)))
    values = [sum(a * b for a, b in zip(g, points.row(i), strict=True)) for i in range(len(rows))]
    value, i = points.least(g)
    assert value == values[i] == min(values)
    value, i = points.least(g, np.arange(0, len(rows), 2))
    assert value == values[i] == min(values[::2])


@given(st.lists(st.tuples(FINITE, FINITE), min_size=1, max_size=8), st.tuples(ANY_INTEGER, ANY_INTEGER), ANY_INTEGER)
def test_all_values_up_to_a_limit_are_found(rows, g, limit):
    points = Points(np.array(rows), labels_of(len(rows)))
    limit = abs(limit)
    values = {i: sum(a * b for a, b in zip((1, *g), points.row(i), strict=True)) for i in range(len(rows))}
    found = {i: value for value, i in points.up_to((1, *g), limit)}
    assert found == {i: value for i, value in values.items() if value <= limit}


@pytest.mark.parametrize("n", [3, 33, 5000])
def test_the_bound_on_the_error_of_a_value_holds(n):
    """Long rows that all but cancel, so that the error is all there is to see."""
    draw = np.random.default_rng(n)
    row = draw.standard_normal(n) * np.exp2(draw.integers(-20, 20, n))
    weights = draw.standard_normal(n)
    points = Points(np.array([[*row, *row], [*row, 1.0, *row[1:]]]), np.array([1, -1], np.int8))
    form = points.form([0.0, *weights, *-weights])
    values, errors, exponent = points._estimates(form.g, slice(None))
    for i, (value, error) in enumerate(zip(values.tolist(), errors.tolist(), strict=True)):
        exact = sum(a * b for a, b in zip(form.g, points.row(i), strict=True)) * Fraction(2) ** exponent
        assert abs(Fraction(value) - exact) <= Fraction(error) / 2


def samples(d):
    point = st.tuples(*[st.integers(-2, 2)] * d)
    return st.lists(st.tuples(point, st.sampled_from([-1, 1])), min_size=1, max_size=9)


@settings(max_examples=150)
@given(st.one_of(*map(samples, (1, 2, 3))), st.lists(st.integers(0, 8)))
def test_the_exact_simplex_method_alone_decides(drawn, first):
    X, y = np.array([x for x, _ in drawn]), np.array([label for _, label in drawn], np.int8)
    points = Points(X, y)
    form, coefficients = alternative(points, np.array([i for i in first if i < len(y)], np.intp), keep_going)
    if form is None:
        assert not separable(X, y)
        assert min(coefficients.values()) > 0
        assert len(coefficients) <= points.width + 1
        sums = [sum(c * points.row(i)[j] for i, c in coefficients.items()) for j in range(points.width)]
        assert not any(sums)
    else:
        assert separable(X, y)
        assert points.least(form.g)[0] > 0


@pytest.mark.parametrize("seed", range(4))
def test_without_any_guess_the_answer_is_as_sure(monkeypatch, seed):
    monkeypatch.setattr(search, "guesses", lambda points, seconds_left: iter(()))
    draw = np.random.default_rng(seed)
    X = draw.standard_normal((60, 6))
    for y in (np.where(draw.random(60) < 0.5, 1, -1), np.where(X @ draw.standard_normal(6) > 0, 1, -1)):
        answer = separability(X, y)
        assert answer.verify(X, y)
        assert proves(answer, X, y)


def circuit_rows(draw, k, width, bits):
    """k random integer rows with a known dependency of positive coefficients, and these."""
    c = draw.integers(1, 50, k)
    rows = draw.integers(-(2**bits), 2**bits, (k, width)).astype(object)
    rows[-1] = -(c[:-1].astype(object) @ rows[:-1])
    rows[:-1] *= int(c[-1])
    return rows.tolist(), c


@pytest.mark.parametrize("bits", [1, 20, 60])
@pytest.mark.parametrize(("k", "width"), [(2, 1), (2, 5), (3, 2), (7, 6), (12, 30), (41, 40)])
def test_a_circuit_is_found_with_its_coefficients(k, width, bits):
    rows, c = circuit_rows(np.random.default_rng([k, width, bits]), k, width, bits)
    found = circuit(rows, keep_going)
    assert found is None or [Fraction(a, found[0]) for a in found] == [Fraction(int(a), int(c[0])) for a in c]
    assert found is not None or bits == 1  # rows of few bits may depend on each other otherwise


def test_what_is_no_circuit_gives_none():
    for rows in (
        [],
        [[1, 2]],
        [[1, 0], [0, 1]],
        [[1, 0], [0, 1], [1, 1]],
        [[1, 0], [1, 0], [-2, 0]],
        [[0, 0], [1, 0]],
        [[1, 0], [0, 1], [-1, -1], [1, -1]],
    ):
        assert circuit(rows, keep_going) is None


def test_an_unlucky_prime_misleads_nobody():
    """Modulo the prime these depend on each other, or vanish; as integers they do not."""
    assert circuit([[1, 0], [-1, PRIME]], keep_going) is None
    assert circuit([[PRIME, 0], [-1, 0]], keep_going) in (None, [1, PRIME])
    assert circuit([[1, PRIME], [-1, -PRIME]], keep_going) == [1, 1]


@pytest.mark.parametrize("bits", [1, 60])
def test_the_kernel_is_that_of_elimination(bits):
    draw = np.random.default_rng(bits)
    for m, w, rank in [(1, 1, 1), (3, 5, 2), (6, 4, 3), (20, 6, 4), (5, 5, 5), (0, 3, 0), (4, 3, 0)]:
        A = draw.integers(-(2**bits), 2**bits, (m, rank)).astype(object) @ draw.integers(-2, 3, (rank, w)).astype(
            object
        )
        A = A.reshape(m, w) + np.zeros((m, w), dtype=object)
        found, wanted = kernel(A, keep_going), null_space([list(map(Fraction, row)) for row in A.tolist()], w)
        assert not (A @ found.vectors).any()
        assert len(found.rows) == len(found.pivots) == rank_modulo(A, keep_going) == w - len(wanted)
        assert sorted([*found.pivots, *found.free]) == list(range(w))
        for column, v, u in zip(found.free, found.vectors.T.tolist(), wanted, strict=True):
            assert v[column] > 0
            assert [Fraction(each, v[column]) for each in v] == u


def test_an_unlucky_prime_is_passed_over():
    A = np.array([[PRIME, 0, 1], [0, 0, PRIME]], dtype=object)
    found = kernel(A, keep_going)
    assert (found.pivots, found.free, found.vectors.tolist()) == ([0, 2], [1], [[0], [1], [0]])
    assert rank_modulo(A, keep_going) == 1


def test_long_products_do_not_overflow():
    n = 2 * LARGEST + 3
    a = np.full((1, n), PRIME - 1)
    assert _product(a, a.T).tolist() == [[n * (PRIME - 1) ** 2]]


def test_the_search_can_be_stopped_in_every_part():
    def stop():
        raise TimeoutError

    rows, _ = circuit_rows(np.random.default_rng(0), 5, 4, 30)
    with pytest.raises(TimeoutError):
        circuit(rows, stop)
    with pytest.raises(TimeoutError):
        alternative(Points(np.array([[0.0], [1.0]]), np.array([1, -1], np.int8)), np.empty(0, np.intp), stop)
