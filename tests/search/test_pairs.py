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
    assert array_bits(search.cosines(X, Q[1])) == array_bits(wanted[1])


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
