"""Cosines and distances of all pairs: those of geometry, and distances by the stated formula."""

import math
from fractions import Fraction

import numpy as np
import pytest

import onedot
from onedot import geometry, search
from support.bits import array_bits


def drawn(dtype, n, seed):
    return np.random.default_rng(seed).standard_normal((n, 6)).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16, np.int8])
def test_cosines_are_those_of_geometry(level, dtype):
    X, Q = drawn(np.float64, 40, 0) * 9, drawn(np.float64, 3, 1) * 9
    X[4] = 0.0
    X, Q = X.astype(dtype), Q.astype(dtype)
    wide = np.float64 if dtype in (np.float64, np.int8) else np.float32
    wanted = geometry.cosine(X.astype(float), Q.astype(float)[:, None], zero="nan").astype(wide)
    assert array_bits(search.cosines(X, Q)) == array_bits(wanted)
    assert array_bits(search.cosines(Q=Q[1], X=X)) == array_bits(wanted[1])


def by_the_formula(x, q):
    """The distance of two vectors, one operation at a time."""
    together = onedot.dot(q, q) + onedot.dot(x, x)
    square = together - 2.0 * onedot.dot(q, x)
    if square >= together / 64 and 2.0**-480 <= together <= 2.0**480:
        return math.sqrt(square)
    return float(geometry.norm(x - q))


def hard_rows():
    """Rows far apart, close together, equal, huge, tiny, zero, infinite and NaN."""
    X = drawn(np.float64, 60, 2)
    X[10:20] = X[0] + X[10:20] * 2.0 ** -np.arange(0.0, 50.0, 5.0)[:, None]
    X[20:30] *= 2.0**600
    X[30:40] *= 2.0**-600
    X[40:44] = X[:4]
    X[44:46] = 0.0
    X[46, 1], X[47, 2], X[48, 3] = np.inf, -np.inf, np.nan
    return X


def test_distances_follow_the_formula(level):
    X = hard_rows()
    with np.errstate(all="ignore"):
        wanted = np.array([[by_the_formula(x, q) for x in X] for q in X])
    assert array_bits(search.distances(X, X)) == array_bits(wanted)
    assert array_bits(search.distances(X, X[12])) == array_bits(wanted[12])
    assert search.distances(X[:46], X[:46]).diagonal().tolist() == [0.0] * 46


def test_distances_are_off_by_little_where_rows_are_close(level):
    X = hard_rows()[:20]
    found = search.distances(X, X)
    for q, i in np.ndindex(found.shape):
        square = sum((Fraction(a) - Fraction(b)) ** 2 for a, b in zip(X[i].tolist(), X[q].tolist(), strict=True))
        assert abs(Fraction(found[q, i]) ** 2 - square) <= square * Fraction(2) ** -43  # six bits and the sums' own


def test_narrow_distances_are_rounded_once(level):
    X, Q = drawn(np.float32, 40, 0), drawn(np.float32, 3, 1)
    wanted = search.distances(X.astype(np.float64), Q.astype(np.float64)).astype(np.float32)
    assert array_bits(search.distances(X, Q)) == array_bits(wanted)
    for function in (search.cosines, search.distances):
        with pytest.raises(ValueError, match="Q has shape"):
            function(X, Q[:, :5])
        assert function(X, Q[:0]).shape == (0, 40)
        assert function(X[:0], Q).shape == (3, 0)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.uint16, np.int32, np.bool_])
@pytest.mark.parametrize("other", [None, np.int8, np.float32])
def test_of_integers_they_have_the_bits_that_the_same_floats_have(level, dtype, other):
    ends = [0, 1] if dtype is np.bool_ else [np.iinfo(dtype).min, 0, np.iinfo(dtype).max]
    draw = np.random.default_rng(3)
    X = np.concatenate([draw.choice(ends, (9, 70)), np.zeros((1, 70))]).astype(dtype)
    Q = X[::3] if other is None else draw.integers(-128, 128, (4, 70)).astype(other)
    index = search.Index(X, metric="cosine")
    for queries in (Q, Q[1]):
        wide = X.astype(np.float64), queries.astype(np.float64)
        assert array_bits(search.cosines(X, queries)) == array_bits(search.cosines(*wide))
        assert array_bits(search.distances(X, queries)) == array_bits(search.distances(*wide))
        found, wanted = index.search(queries, 10), search.top_k(*wide, 10, metric="cosine")
        assert [array_bits(v) for v in found] == [array_bits(v) for v in wanted]


def test_a_row_of_zeros_leaves_the_others_as_they_are(level):
    X = drawn(np.float32, 40, 0)
    wanted = search.cosines(X, X[:3])
    X[7] = 0.0
    wanted[:, 7] = np.nan
    assert array_bits(search.cosines(X, [*X[:3]])) == array_bits(wanted)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("measure", [search.cosines, search.distances])
def test_a_pair_by_itself_has_the_bits_that_it_has_among_others(compiled_level, dtype, measure):
    """Alone, most pairs need no face; among the hard ones, all take it."""
    with np.errstate(all="ignore"):
        X = hard_rows().astype(dtype)
    X[50:53] = X[:3] * np.array([[1.0], [-2.0], [0.5]], dtype)  # of cosines 1, -1 and 1
    wanted = measure(X, X)
    for q, i in np.ndindex(wanted.shape):
        assert array_bits(measure(X[i : i + 1], X[q])) == array_bits(wanted[q, i : i + 1]), (q, i)
    backwards, columns = X[10::-1, ::2], np.asfortranarray(X[:11, ::2])
    assert array_bits(measure(backwards, columns)) == array_bits(measure(columns, columns)[:, ::-1])
    assert array_bits(measure(X[:9], X[:2].astype(np.float64))) == array_bits(
        measure(X[:9].astype(np.float64), X[:2].astype(np.float64))
    )
