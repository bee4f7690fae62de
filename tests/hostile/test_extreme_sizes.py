"""Numbers of every exponent: what has an answer that float64 holds gets it, near the truth, whatever lies between."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import onedot
from onedot import Hyperplane, geometry

LEAST, MOST = 5e-324, np.finfo(np.float64).max
U = Fraction(1, 2**53)

any_size = st.builds(math.ldexp, st.floats(-1, 1), st.integers(-1073, 1024).filter(lambda e: e < 1024))
numbers = st.one_of(any_size, st.just(0.0), st.sampled_from([1.0, -1.0, LEAST, -LEAST, MOST, -MOST, 2.0**-1022, 1e308]))


def vectors(n):
    return st.lists(numbers, min_size=n, max_size=n)


pairs = st.integers(1, 4).flatmap(lambda n: st.tuples(vectors(n), vectors(n)))


def dot(x, y):
    return sum((Fraction(a) * Fraction(b) for a, b in zip(x, y, strict=True)), Fraction(0))


def sizes(x, y):
    return dot(map(abs, x), map(abs, y))


def root(square):
    """The square root of a fraction, to 2**-120 of it."""
    if not square:
        return Fraction(0)
    shift = 2 * max(0, 130 - (square.numerator.bit_length() - square.denominator.bit_length()) // 2)
    return Fraction(math.isqrt(square.numerator * 2**shift // square.denominator), 2 ** (shift // 2))


# An element that scaling makes subnormal loses half the least number. Of cosines the lengths that divide are 1/2 at
# least, so that of two vectors of four elements, both scaled, the dot may be off by 4 of them, and its rounding by 1/2.
OF_COSINES = Fraction(9, 2)


def is_near(found, true, size, units=20, least=1):
    """Whether a float is a number rounded, to some units in the last place of `size`, of which |true| is a part."""
    room = units * U * size + least * Fraction(LEAST)
    if math.isinf(found):
        return abs(true) + room >= 2**1024 and (found > 0) == (true > 0)
    return abs(Fraction(float(found)) - true) <= room


@given(pair=pairs, b=numbers)
def test_the_distance_is_that_of_real_numbers(level, pair, b):
    x, w = pair
    assume(any(w))
    length = root(dot(w, w))
    true, size = (dot(x, w) + Fraction(b)) / length, (sizes(x, w) + abs(Fraction(b))) / length
    assert is_near(Hyperplane(w, b).distance(x), true, size)
    assert is_near(Hyperplane(w, b).distance([x, w])[0], true, size)


@given(pair=pairs)
def test_the_projection_is_that_of_real_numbers(level, pair):
    x, u = pair
    assume(any(u))
    square = dot(u, u)
    for found, element in zip(geometry.project(x, u), u, strict=True):
        share = Fraction(element) / square
        assert is_near(found, dot(x, u) * share, sizes(x, u) * abs(share))


@given(pair=pairs)
def test_norm_and_cosine_are_those_of_real_numbers(level, pair):
    x, y = pair
    assume(any(x) and any(y))
    lengths = root(dot(x, x)) * root(dot(y, y))
    assert is_near(geometry.norm(x), root(dot(x, x)), root(dot(x, x)))
    assert is_near(geometry.cosine(x, y), dot(x, y) / lengths, sizes(x, y) / lengths, least=OF_COSINES)


@pytest.mark.parametrize(
    ("w", "b", "x", "wanted"),
    [
        ([3.0, 4.0], 0.0, [1e308, 1e308], 1.4e308),
        ([1e-70], 0.0, [1e-260], 1e-260),
        ([1e300, 1e300], 0.0, [1e300, 0.0], 1e300 / math.sqrt(2)),
        ([1e-300], 1e-20, [0.0], 1e280),
        ([1e308], 1e-10, [0.0], 1e-318),
        ([0.0, 1e-200], 0.0, [1e300, 1e-250], 1e-250),
        ([1.0, 1.0], 0.0, [MOST, -MOST], 0.0),
        ([LEAST], 0.0, [1.0], 1.0),
        ([LEAST], 1.0, [0.0], np.inf),
        ([1.0], 0.0, [-np.inf], -np.inf),
    ],
)
def test_distances_that_overflowed_or_underflowed_on_the_way(level, w, b, x, wanted):
    assert Hyperplane(w, b).distance(x) == pytest.approx(wanted, rel=1e-15, abs=LEAST)


def test_a_projection_that_underflowed_on_the_way(level):
    found = geometry.project([1e300, 0.0, 1e-5], [0.0, 1.0, 1e-5])
    assert found.tolist() == pytest.approx([0.0, 1e-10, 1e-15], rel=1e-15)


def test_rows_beyond_range_change_no_bit_of_others(level):
    X = np.array([[1.0, 2.0], [1e308, 1e308], [1e-300, 0.0], [0.1, -0.3], [0.0, 0.0]])
    plane = Hyperplane([3.0, 4.0], 0.1)
    together = plane.distance(X).tolist()
    assert together == [plane.distance(x).item() for x in X]
    assert together[0] == (onedot.dot(X[0], plane.w) + 0.1) / 5.0
    u = [0.3, 0.7]
    assert geometry.project(X, u).tolist() == [geometry.project(x, u).tolist() for x in X]
    assert geometry.project(X[3], u).tolist() == (onedot.dot(X[3], u) / onedot.dot(u, u) * np.array(u)).tolist()


samples = st.integers(1, 3).flatmap(
    lambda d: st.lists(st.tuples(vectors(d), st.sampled_from([1, -1])), min_size=1, max_size=6)
)


def is_proof(answer, X, y):
    """Whether the answer proves itself, in Fraction alone."""
    if isinstance(answer, onedot.Inseparable):
        c = answer.coefficients
        terms = [(each * y[i], X[i]) for each, i in zip(c, answer.indices.tolist(), strict=True)]
        columns = zip(*(x for _, x in terms), strict=True)
        return (
            any(c)
            and min(c) >= 0
            and sum(term for term, _ in terms) == 0
            and all(dot([term for term, _ in terms], column) == 0 for column in columns)
        )
    bias, *w = map(Fraction, answer.weights.tolist())
    least = min(label * (bias + dot(w, x)) for x, label in zip(X, y, strict=True))
    if not any(w):
        return least > 0 and answer.margin == np.inf
    true = least / root(dot(w, w))
    return least > 0 and is_near(answer.margin, true, true, 1)


@given(samples=samples)
def test_whether_samples_are_separable_is_proved_whatever_their_exponents(samples):
    X, y = [x for x, _ in samples], [label for _, label in samples]
    answer = onedot.separability(X, y)
    assert is_proof(answer, X, y)
    assert answer.verify(X, y)


WIDE = [
    (
        [
            [-9.785978320356312e-296, 5.109351192408883e294, -3.033987341645107e168],
            [0.0, 0.0, 0.0],
            [1.4458951468586074e222, 0.0, 1.488565707357403e138],
            [-3.281194136049247e178, 0.0, -0.125],
        ],
        [1, 1, 1, -1],
    ),
    (
        [
            [0.9546405218296945, 0.0, -1.165742150950261, 6.070840288205404e82],
            [-1.4382214961898926e-224, 0.0, -1.1654087829149575, -2.1729236899484e-311],
            [0.0, 1.0188898567941487, 1.5312725078892623e75, 4.804810770435008e257],
            [LEAST, -0.13582985902859956, MOST, 0.0],
            [MOST, -1.3769468052935552, 0.7694614716996759, 0.0],
        ],
        [-1, 1, -1, 1, 1],
    ),
]


@pytest.mark.parametrize(("X", "y"), WIDE)
def test_a_bias_beyond_float64_makes_the_weights_integers(level, X, y):
    answer = onedot.separability(X, y)
    assert answer.weights.dtype == object
    assert is_proof(answer, X, y)
    assert answer.verify(X, y)


@given(exponents=st.lists(st.integers(0, 4000), min_size=4, max_size=4), y=st.permutations([1, -1, 1, -1]))
def test_integers_of_any_size_are_proved_too(exponents, y):
    a, b, c, d = (2**e for e in exponents)
    X = [[a, -b], [c, d], [-d, a], [b, c]]
    answer = onedot.separability(X, y)
    assert is_proof(answer, X, y)
    assert answer.verify(X, y)


@pytest.mark.parametrize("bias", [False, True])
def test_weights_whose_norm_is_beyond_float64_are_no_bare_error(level, bias):
    X, y = [[1.5e308] * 2, [-1e-300] * 2], [1, -1]
    with pytest.raises(OverflowError, match="the averaged weights overflow; want X on a smaller scale"):
        onedot.fit_perceptron(X, y, bias=bias, max_epochs=1)
    fit = onedot.fit_perceptron([[0.8e308] * 9, [-1e-300] * 9], y, bias=bias, max_epochs=1)
    assert fit.margin_bound > 1e307
    sklearn = pytest.importorskip("onedot.sklearn")
    learned = sklearn.Perceptron(max_iter=1, tol=None, shuffle=False, fit_intercept=bias).fit(X, y)
    assert learned.coef_[0, 0] == 1.5e308
    assert learned.margin_bound_ > 1e307
