"""Searches by rough scores first: what they find is what all scores by the law give."""

import math
from fractions import Fraction

import numpy as np
import pytest

import onedot
from onedot import _reference, levels, search
from onedot._search import best, twice
from support.bits import array_bits


@pytest.fixture
def small(monkeypatch):
    """Searches of any size are made so; returns how many queries have had all their scores by the law, and k."""
    for name in ("QUERIES", "PRODUCTS", "ROWS"):
        monkeypatch.setattr(twice, name, 1)
    passes = []
    of_all = best._best_of_all

    def counted(panels, Q, k):
        if k < panels.rows:  # else it is what `check` compares with
            passes.append((len(Q), k))
        return of_all(panels, Q, k)

    monkeypatch.setattr(best, "_best_of_all", counted)
    return passes


def check_cosines(X, Q, k):
    mask = np.ones(len(X), np.bool_)
    scores, rows = search.top_k(X, Q, k, metric="cosine", mask=mask)
    for i, q in enumerate(Q):
        all_scores, all_rows = search.top_k(X, q, len(X), metric="cosine", mask=mask)  # of which none is left out
        assert array_bits(scores[i]) == array_bits(all_scores[:k])
        assert rows[i].tolist() == all_rows[:k].tolist()


def check(X, Q, k):
    mask = np.ones(len(X), np.bool_)  # no small search by the entry
    found = search.top_k(X, Q, k, mask=mask)
    for i, q in enumerate(Q):
        scores, rows = search.top_k(X.astype(np.float64), q.astype(np.float64), len(X), mask=mask)
        with np.errstate(over="ignore"):
            rounded = scores.astype(np.float32)
        order = np.lexsort((rows, -rounded, np.isnan(rounded)))[:k]
        assert array_bits(found[0][i]) == array_bits(rounded[order])
        assert found[1][i].tolist() == rows[order].tolist()


def rows_of(kind, draw):
    """Rows and queries, of most of which scores are close, or of which some are no numbers, or nearly none."""
    X, Q = (draw.standard_normal((n, 40)).astype(np.float32) for n in (300, 8))
    if kind == "near ties":  # rows of the last 24 bits
        X = X[:6][draw.integers(0, 6, 300)] * (np.float32(1) + np.float32(2.0**-23) * draw.integers(-2, 3, (300, 40)))
    elif kind == "ties":
        X = X[:3][draw.integers(0, 3, 300)]
    elif kind == "cancelled":
        X[:, 1::2], Q[:, 1::2] = X[:, ::2] * np.float32(1 + 2.0**-20), -Q[:, ::2]
    elif kind == "subnormal":
        X *= np.float32(2.0**-140)
    elif kind == "products that underflow":
        X, Q = X * np.float32(2.0**-80), Q * np.float32(2.0**-66)
    elif kind == "one great row":
        X[77] *= np.float32(2.0**40)
    elif kind == "overflow":
        X, Q = X * np.float32(2.0**64), Q * np.float32(2.0**62)
    elif kind == "infinite and NaN":
        X[3, 5], X[9, 0], Q[1, 7] = np.inf, np.nan, -np.inf
    elif kind == "zeros":
        X[:], Q[:] = 0.0, -0.0
    elif kind == "some zeros":
        X[::60], Q[3] = 0.0, 0.0
    return X.astype(np.float32), Q


KINDS = ("ordinary", "near ties", "ties", "cancelled", "subnormal", "products that underflow", "one great row")
UNSOUND = ("overflow", "infinite and NaN")


@pytest.mark.parametrize("kind", [*KINDS, *UNSOUND, "zeros"])
def test_what_is_found_is_what_all_scores_by_the_law_give(compiled_level, small, kind):
    X, Q = rows_of(kind, np.random.default_rng(0))
    for k in (1, 10, 100, 240):
        check(X, Q, k)
    if kind == "ordinary":
        assert small == []
    if kind in UNSOUND:
        assert len(small) == 4


@pytest.mark.parametrize("kind", [*KINDS, *UNSOUND, "zeros", "some zeros"])
def test_cosines_that_are_found_are_what_all_by_the_law_give(compiled_level, small, kind):
    X, Q = rows_of(kind, np.random.default_rng(0))
    for k in (1, 10, 100, 240):
        check_cosines(X, Q, k)
    if kind in ("ordinary", "one great row", "some zeros"):
        assert small == [(1, 1), (1, 10), (1, 100), (1, 240)] if kind == "some zeros" else small == []


@pytest.mark.parametrize("dtype", [np.float16, "bfloat16"])
def test_halves_find_what_all_scores_by_the_law_give(compiled_level, small, dtype):
    ml_dtypes = pytest.importorskip("ml_dtypes")
    draw = np.random.default_rng(1)
    X, Q = (draw.standard_normal((n, 300)).astype(getattr(ml_dtypes, str(dtype), dtype)) for n in (300, 8))
    for k in (1, 10, 100):
        check(X, Q, k)
        check_cosines(X, Q, k)
    assert small == []


def test_queries_whose_last_row_is_not_certain_alone_are_searched_again(compiled_level, small):
    draw = np.random.default_rng(0)
    X, Q = (draw.standard_normal((n, 40)).astype(np.float32) for n in (300, 8))
    X[80:280] = X[0]
    Q[3] = X[0] + np.float32(0.1)  # whose best rows are more than are kept
    check(X, Q, 10)
    assert small == [(1, 10)]


def test_threads_that_keep_a_heap_each_find_the_same(compiled_level, small, monkeypatch, num_threads_restored):
    draw = np.random.default_rng(0)
    X, Q = (draw.standard_normal((n, 40)).astype(np.float32) for n in (700, 20))
    monkeypatch.setattr(twice, "FEWEST", 3)
    monkeypatch.setattr(twice, "GRAIN", 1)
    for threads in (1, 2, 5):
        onedot.set_num_threads(threads)
        check(X, Q, 30)
        check_cosines(X, Q, 30)
    assert small == []


def test_a_mask_and_an_index_find_the_same(compiled_level, small):
    draw = np.random.default_rng(0)
    X, Q = (draw.standard_normal((n, 40)).astype(np.float32) for n in (300, 8))
    X[7] = np.nan  # which the mask hides, and the bounds see
    mask = draw.random(300) < 0.7
    mask[7] = False
    scores, rows = search.top_k(X, Q, 10, mask=mask)
    places = np.flatnonzero(mask)
    for given in (search.top_k(X[mask], Q, 10), search.Index(X[mask]).search(Q, 10)):
        assert given[0].tobytes() == scores.tobytes()
        assert places[given[1]].tolist() == rows.tolist()


def rough_and_law(X, Q, cosine):
    """Pairs of a rough score and that of the law, and the bound of their query, as fractions."""
    n, m = X.shape[1], len(X)
    kept = twice._none_kept(len(Q), m + 5)
    square = levels.kernels().keep_above_roughly(X, Q, cosine, 0, m, *kept)
    assert kept.filled.tolist() == [m] * len(Q)
    bounds = twice.bounds_of(n, square, Q, cosine)
    for q in range(len(Q)):
        for score, row in zip(kept.scores[q, :m].tolist(), kept.places[q].tolist(), strict=False):
            if cosine:
                size = Fraction(math.sqrt(sum(Fraction(v) ** 2 for v in Q[q].tolist())))
                law = Fraction(onedot.geometry.cosine(X[row][None], Q[q]).item()) * size
            else:
                law = Fraction(onedot.matvec(X[row][None], Q[q]).item())
            yield Fraction(score), law, Fraction(bounds[q].item())


@pytest.mark.parametrize("n", [1, 31, 33, 100, 256, 257, 4097, 9000])
def test_rough_scores_and_those_by_the_law_differ_by_no_more_than_the_bound(level, n):
    draw = np.random.default_rng(n)
    for scale in (1.0, 2.0**-41, 2.0**-70, 2.0**-75):
        for low in (-1.0, 0.0, 1.0 - 2.0**-20):  # of one sign, and nearly equal, errors add up
            X, Q = ((draw.uniform(low, 1.0, (3, n)) * scale).astype(np.float32) for _ in range(2))
            for cosine in (False, True) if scale > 2.0**-60 else (False,):
                for score, law, bound in rough_and_law(X, Q, cosine):
                    assert abs(score - law) <= bound


@pytest.mark.parametrize("k", [1, 2, 9, 30])
def test_what_is_kept_is_all_above_the_least(level, k):
    draw = np.random.default_rng(k)
    X, Q = (draw.integers(-3, 4, (n, 20)).astype(np.float32) for n in (200, 9))  # whose rough scores are whole numbers
    X[::7] = X[3]
    scores = (Q.astype(np.float64) @ X.T.astype(np.float64)).astype(np.float32)
    kept = twice._none_kept(9, k + 5)
    for first, last in ((0, 1), (1, 60), (60, 200)):
        levels.kernels().keep_above_roughly(X[first:last], Q, False, first, k, *kept)
        for q in range(9):
            of_q = scores[q, :last]
            places, filled, least = kept.places[q, : kept.filled[q]], kept.filled[q], kept.least[q]
            assert kept.scores[q, :filled].tolist() == of_q[places].tolist()
            assert len(set(places.tolist())) == filled < k + 5
            assert filled >= min(k, last)
            assert set(np.flatnonzero(of_q > least)) <= set(places.tolist())
            assert np.count_nonzero(of_q > least) < k + 5
            assert (least == -np.inf) == (last < k + 5)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_the_best_of_some_rows_are_those_of_the_reference(level, dtype):
    draw = np.random.default_rng(0)
    X, Q = (draw.integers(-2, 3, (n, 5)).astype(dtype) for n in (60, 4))  # of which many scores are equal
    X[7], Q[1, 0] = np.nan, np.inf
    places = np.stack([draw.permutation(60)[:40] for _ in Q])
    scores, least = draw.integers(0, 5, (4, 40)).astype(np.float32), np.array([0, 1, 2, 4], np.float32)
    for k in (1, 2, 5):
        found = [(np.empty((4, k), np.float32), np.empty((4, k), np.int64)) for _ in range(2)]
        for module, of in zip((_reference, levels.kernels()), found, strict=True):
            module.best_of_rows(X, Q, scores, places, least, *of)
        assert array_bits(found[0][0]) == array_bits(found[1][0])
        assert found[0][1].tolist() == found[1][1].tolist()


def check_one(X, q, k):
    """One query, by the entry."""
    law = onedot.matvec(X, q)
    order = np.lexsort((-law, np.isnan(law)))[:k]
    scores, rows = search.top_k(X, q, k)
    assert array_bits(scores) == array_bits(law[order])
    assert rows.tolist() == order.tolist()


@pytest.mark.parametrize("kind", [*KINDS, *UNSOUND, "zeros"])
def test_one_query_finds_what_all_scores_by_the_law_give(compiled_level, kind):
    X, Q = rows_of(kind, np.random.default_rng(0))
    for q in Q:
        for k in (1, 10, 37, 38, 300):
            check_one(X, q, k)


@pytest.mark.parametrize("d", [1, 4, 7, 8, 15, 16, 17, 31, 33, 64, 100, 385, 4099])
def test_one_query_among_rows_of_any_number_and_length(compiled_level, d):
    draw = np.random.default_rng(d)
    for n in (8, 9, 15, 16, 17, 40, 100, 255):
        X, q = draw.standard_normal((2 * n, d + 3)).astype(np.float32), draw.standard_normal(d).astype(np.float32)
        for rows in (X[:n, :d].copy(), X[::2, 1 : d + 1], X[::-1, 3:], X[:n, 0:0:-1]):
            for k in (1, 3, n // 8):
                check_one(rows[:, :d], q[: rows.shape[1]], max(1, k))


def test_one_query_whose_best_rows_are_too_many_to_be_scored_again(compiled_level):
    X = np.random.default_rng(0).standard_normal((300, 40)).astype(np.float32)
    X[::3] = X[0]
    X[30] *= np.float32(2.0**30)  # which makes the bound useless
    for k in (1, 2, 30):
        check_one(X, X[0], k)
        check_one(X[:30], X[0], min(k, 3))


@pytest.mark.parametrize("scale", [2.0**-140, 2.0**-70, 2.0**-30, 1.0, 2.0**30, 2.0**61])
def test_one_query_of_numbers_of_any_size(compiled_level, scale):
    draw = np.random.default_rng(1)
    for other in (2.0**-140, 2.0**-70, 1.0, 2.0**62):
        X = (draw.uniform(1.0 - 2.0**-20, 1.0, (400, 64)) * scale).astype(np.float32)
        check_one(X, (draw.uniform(0.5, 1.0, 64) * other).astype(np.float32), 10)
