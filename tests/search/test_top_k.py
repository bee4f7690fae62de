"""The best rows of a query: those that sorting all scores gives, whoever asks with it and however rows are split."""

import ml_dtypes
import numpy as np
import pytest

import onedot
from onedot import geometry, search
from onedot._search import panels
from support.bits import array_bits

DOTS = {"law": onedot.dot, "single": onedot.single.dot, "exact": onedot.exact.dot}
TYPES = (np.float64, np.float32, np.float16, ml_dtypes.bfloat16, np.int8, np.uint8, np.int64, np.bool_)
TAKEN = [(dtype, tier) for dtype in TYPES for tier in DOTS if tier != "single" or np.dtype(dtype).itemsize in (2, 4)]


def drawn(dtype, shape, seed=0):
    """Small multiples of a number: many scores are equal, and some are not exact."""
    values = np.random.default_rng(seed).integers(-3, 4, shape)
    if np.dtype(dtype).kind in "fV":
        values = values * 0.37
    return (abs(values) if np.dtype(dtype).kind == "u" else values).astype(dtype)


def wide(dtype):
    """The type of scores."""
    if np.dtype(dtype).kind in "iub":
        return np.int64
    return np.float64 if dtype == np.float64 else np.float32


def sorted_scores(scores, k):
    """The k first of (scores, indices) in order."""
    order = sorted(range(len(scores)), key=lambda i: (scores[i] != scores[i], -float(scores[i]), i))[:k]
    return scores[order], np.array(order)


def check(X, Q, k, scores_of, **how):
    """Small searches in one call of the entry, and by panels, which a mask asks for."""
    ways = [search.top_k(X, Q, k, **how), search.top_k(X, Q, k, mask=np.ones(len(X), np.bool_), **how)]
    for q, query in enumerate(Q):
        best, order = sorted_scores(scores_of(query), k)
        for scores, indices in [*ways, [v[None] for v in search.top_k(X, query, k, **how)]]:
            at = q if len(scores) > 1 else 0
            assert array_bits(scores[at]) == array_bits(best)
            assert indices[at].tolist() == order.tolist()


@pytest.mark.parametrize(("dtype", "tier"), TAKEN)
def test_best_rows_are_those_of_a_sort_of_all_dots(level, dtype, tier):
    X, Q = drawn(dtype, (70, 9)), drawn(dtype, (3, 9), 1)
    for k in (1, 5, 70):
        check(X, Q, k, lambda q: np.array([DOTS[tier](x, q) for x in X], wide(dtype)), tier=tier)


@pytest.mark.parametrize("dtype", TYPES)
def test_best_cosines_are_those_of_geometry(level, dtype):
    X, Q = drawn(dtype, (70, 9)), drawn(dtype, (3, 9), 1)
    X[3] = 0
    dtype_of_scores = np.float32 if wide(dtype) == np.float32 else np.float64

    def cosines(q):
        return geometry.cosine(X.astype(np.float64), q.astype(np.float64), zero="nan").astype(dtype_of_scores)

    for k in (1, 5, 70):
        check(X, Q, k, cosines, metric="cosine")


def test_cosines_of_extreme_rows_are_those_of_geometry(level):
    rng = np.random.default_rng(4)
    X = rng.standard_normal((60, 5)) * 2.0 ** rng.integers(-1060, 1000, (60, 1))
    X[::7, 1:] = 0.0
    X[5] = np.inf
    X[6] = [0.0, 0.0, 1e-300, 0.0, 0.0]
    Q = np.concatenate([X[:4] * 3.0, [[0.0, 1e-300, 1.0, 0.0, 0.0], [1e300, -1e-300, 0.0, 0.0, 5e-324]]])
    check(X, Q, 60, lambda q: geometry.cosine(X, q, zero="nan"), metric="cosine")
    check(X, Q[:1], 60, lambda q: geometry.cosine(X, q, zero="nan"), metric="cosine")


def test_nan_is_last_and_infinities_are_where_they_belong(level):
    X = np.array([[np.nan], [1.0], [np.inf], [np.nan], [-np.inf], [0.0], [-0.0], [1.0]])
    scores, indices = search.top_k(X, [1.0], 8)
    assert indices.tolist() == [2, 1, 7, 5, 6, 4, 0, 3]
    assert scores[:6].tolist() == [np.inf, 1.0, 1.0, 0.0, 0.0, -np.inf]
    assert np.isnan(scores[6:]).all()


def test_one_query_has_the_answer_that_it_has_among_many(level):
    X, Q = drawn(np.float32, (300, 17)), drawn(np.float32, (9, 17), 1)
    for how in ({}, {"tier": "single"}, {"tier": "exact"}, {"metric": "cosine"}):
        scores, indices = search.top_k(X, Q, 20, **how)
        for q, query in enumerate(Q):
            alone, rows = search.top_k(X, query, 20, **how)
            assert array_bits(alone) == array_bits(scores[q])
            assert rows.tolist() == indices[q].tolist()


def test_panels_and_groups_of_queries_change_nothing(level, monkeypatch):
    X, Q = drawn(np.float64, (200, 6)), drawn(np.float64, (7, 6), 1)
    whole = search.top_k(X, Q, 30)
    lists = search.top_k(X, Q, threshold=0.5)
    monkeypatch.setattr(panels, "PANEL", 1)
    monkeypatch.setattr(panels, "FEWEST", 7)
    monkeypatch.setattr(panels, "QUERIES", 2)
    for found, before in zip(search.top_k(X, Q, 30, mask=np.ones(200, np.bool_)), whole, strict=True):
        assert found.tobytes() == before.tobytes()
    for found, before in zip(search.top_k(X, Q, threshold=0.5), lists, strict=True):
        assert [v.tobytes() for v in found] == [v.tobytes() for v in before]


def test_a_threshold_gives_all_that_reach_it_best_first(level):
    X = np.array([[1.0], [3.0], [2.0], [3.0], [np.nan]])
    scores, indices = search.top_k(X, [[1.0], [-1.0]], threshold=2.0)
    assert [s.tolist() for s in scores] == [[3.0, 3.0, 2.0], []]
    assert [i.tolist() for i in indices] == [[1, 3, 2], []]
    scores, indices = search.top_k(X.astype(np.float32), [1.0], threshold=-np.inf)
    assert indices.tolist() == [1, 3, 2, 0]


def test_a_threshold_is_not_rounded_to_the_type_of_the_scores(level):
    above = np.nextafter(np.float64(np.float32(0.1)), 1.0)
    X = np.float32([[0.1]])
    assert len(search.top_k(X, np.float32([1.0]), threshold=above)[0]) == 0
    assert len(search.top_k(X, np.float32([1.0]), threshold=float(np.float32(0.1)))[0]) == 1
    large = np.array([[2**62 + 1]])
    assert len(search.top_k(large, [1], threshold=2.0**62)[0]) == 1
    assert len(search.top_k(large, [1], threshold=np.nextafter(2.0**62, np.inf))[0]) == 0
    assert len(search.top_k(large, [1], threshold=np.inf)[0]) == 0
    assert len(search.top_k(-large, [1], threshold=-np.inf)[0]) == 1
    for threshold, count in ((2**62 + 1, 1), (np.int64(2**62 + 2), 0), (-(2**2000), 1), (2**2000, 0)):
        assert len(search.top_k(large, [1], threshold=threshold)[0]) == count


def test_a_mask_leaves_rows_out_and_keeps_their_numbers(level):
    X, q = np.arange(10.0)[:, None], [1.0]
    mask = np.arange(10) % 3 == 0
    assert search.top_k(X, q, 2, mask=mask)[1].tolist() == [9, 6]
    assert search.top_k(X, q, threshold=4, mask=mask)[1].tolist() == [9, 6]
    with pytest.raises(ValueError, match="want 1 to the number of rows to look at, 4"):
        search.top_k(X, q, 5, mask=mask)


def test_exact_scores_of_integers_and_what_does_not_fit(level):
    X = np.array([[2**62, 2**62 - 1], [-(2**62), 0], [1, 1]])
    assert search.top_k(X, [1, 1], 3)[0].tolist() == [2**63 - 1, 2, -(2**62)]
    with pytest.raises(OverflowError):
        search.top_k(X, [2, 1], 1)


@pytest.mark.parametrize(
    ("arguments", "how", "error", "match"),
    [
        (([1.0], [1.0], 1), {}, ValueError, r"X has shape \(1,\); want two dimensions, \(n, d\): the rows"),
        (([[1.0]], [1.0, 2.0], 1), {}, ValueError, r"Q has shape \(2,\); want \(1,\) or \(q, 1\)"),
        (([[1.0]], 1.0, 1), {}, ValueError, r"Q has shape \(\)"),
        (([[1.0]], [1.0], 2), {}, ValueError, "k is 2; want 1 to the number of rows to look at, 1"),
        (([[1.0]], [1.0], 0), {}, ValueError, "k is 0"),
        (([[1.0]], [1.0], True), {}, ValueError, "k is True"),
        (([[1.0]], [1.0], 1.0), {}, TypeError, "k is 1.0; want an int"),
        (([[1.0]], [1.0]), {}, ValueError, "k is None and threshold is None; want one of them"),
        (([[1.0]], [1.0], 1), {"threshold": 1.0}, ValueError, "k is 1 and threshold is 1.0"),
        (([[1.0]], [1.0]), {"threshold": np.nan}, ValueError, "threshold is nan"),
        (([[1.0]], [1.0]), {"threshold": "1"}, TypeError, "threshold is '1'"),
        (([[1.0]], [1.0]), {"threshold": True}, TypeError, "threshold is True; want a number"),
        (([[1]], [1]), {"threshold": np.False_}, TypeError, "threshold is np.False_; want a number"),
        (([[1]], [1]), {"threshold": np.array(True)}, TypeError, r"threshold is array\(True\); want a number"),
        (([[1.0]], 3, 1), {}, ValueError, r"Q has shape \(\)"),
        (([[1.0]], [1.0], 1), {"mask": {0}}, TypeError, r"mask has dtype object; want bool; list\(mask\)"),
        (([[1.0]], [1.0], 1), {"mask": [None]}, TypeError, "mask has dtype object; want bool$"),
        (([[1.0]], [1.0], 1), {"metric": "euclid"}, ValueError, "metric is 'euclid'; .* search.distances"),
        (([[1.0]], [1.0], 1), {"tier": "plain"}, ValueError, "tier is 'plain'; want 'law', 'single' or 'exact'"),
        (([[1.0]], [1.0], 1), {"tier": "single", "metric": "cosine"}, ValueError, "the only one of cosines"),
        (([[1.0]], [1.0], 1), {"tier": "single"}, TypeError, "X has dtype float64; want float32, float16 or bfloat16"),
        (([[1.0]], [1.0], 1), {"mask": [1]}, TypeError, r"mask has dtype int64; .*; mask.astype\(bool\) makes"),
        (([[1.0], [2.0]], [1.0], 1), {"mask": [2, 1]}, TypeError, r"want bool; np.isin\(np.arange\(2\), mask\) makes"),
        (([[1.0]], [1.0], 1), {"mask": [0, 0]}, TypeError, r"; np.isin\(np.arange\(1\), mask\) makes"),
        ((search.Index([[1.0]]), [1.0], 1), {}, TypeError, "X is an Index; want its rows, which are its X, or its own"),
        (("rows.index", [1.0], 1), {}, TypeError, "X is 'rows.index'; want rows, .* search.Index.load reads"),
        (([[1.0]], [1.0], 1), {"mask": [False]}, ValueError, "the number of rows to look at is 0; want one or more"),
        (([["a"]], [1.0], 1), {}, TypeError, "X has dtype"),
        ((np.ma.array([[1.0]], mask=[[True]]), [1.0], 1), {}, TypeError, "mask would be lost"),
        (([[2**70]], [1], 1), {}, OverflowError, "X holds integers beyond 64 bits"),
        ((np.empty((0, 3)), np.ones(3), 1), {}, ValueError, "the number of rows to look at is 0; want one or more"),
        (([[1.0]], [1.0], 1), {"mask": [True, False]}, ValueError, r"mask has shape \(2,\); want \(1,\)"),
        (([[1]], [2**70], 1), {}, OverflowError, "Q holds integers beyond 64 bits"),
        (([[2**62]], [2], 1), {}, OverflowError, r"^search\.top_k: a result is"),
        (([[2**62]], [[2], [1]], 1), {}, OverflowError, r"^search\.top_k: a result is"),
        (([[2**53 + 1]], [1.0], 1), {}, OverflowError, r"^search\.top_k: X holds 9007199254740993"),
        (([[1.0]], [2**53 + 1], 1), {}, OverflowError, r"^search\.top_k: Q holds 9007199254740993"),
        (([[1.0]], [1.0]), {"threshold": np.array(2**53 + 1)}, OverflowError, "threshold holds 9007199254740993"),
    ],
)
def test_what_is_refused(level, arguments, how, error, match):
    with pytest.raises(error, match=match):
        search.top_k(*arguments, **how)


def test_no_queries_and_rows_of_nothing(level):
    scores, indices = search.top_k(np.ones((4, 2)), np.empty((0, 2)), 3)
    assert (scores.shape, indices.shape) == ((0, 3), (0, 3))
    scores, indices = search.top_k(np.empty((4, 0)), np.empty(0), 3)
    assert (scores.tolist(), indices.tolist()) == ([0.0, 0.0, 0.0], [0, 1, 2])
    assert search.top_k(np.ones((4, 2)), np.empty((0, 2)), threshold=0.0) == ([], [])
