"""Searches of arbitrary bytes: rows and queries of every type and layout, and forged ones; files of an index."""

import numpy as np

from onedot import search
from support.fuzz.arrays import DTYPES, Bytes, array
from support.fuzz.forged import forged
from support.fuzz.objects import ROOM
from support.fuzz.outcome import outcome, same_at_every_level

TIERS = ("law", "law", "exact", "single", "plain")
COUNTS = (1, 1, 2, 3, 4, 5, 0, -1, 2**70, 1.0, None, True)


def given(data):
    """Rows and queries that nearly fit each other."""
    n, d = data.one_of((1, 2, 3, 5, 8)), data.one_of((0, 1, 2, 3, 17))
    X = array(data, (n, d), DTYPES)
    width = d + (data.one_of(range(12)) == 0)
    Q = array(data, data.one_of(((width,), (1, width), (3, width))), DTYPES)
    which = data.one_of((0, 0, 0, 1, 2))
    if which == 1:
        X = forged(data, X)[0]
    if which == 2:
        Q = forged(data, Q)[0]
    return X, Q, n


def top_k(data):
    X, Q, n = given(data)
    how = {"metric": data.one_of(("dot", "dot", "cosine", "x")), "tier": data.one_of(TIERS)}
    k, threshold = data.one_of(COUNTS), data.one_of((None, None, 0.5, -np.inf, np.nan, 2**70, "x"))
    mask = data.one_of((None, None, np.arange(n) % 2 == 0, np.ones(n + 1, bool), np.arange(n)))
    kept = data.one_of((False, True))

    def call():
        if kept:
            return search.Index(X, **how).search(Q, k, threshold=threshold, mask=mask)
        return search.top_k(X, Q, k, threshold=threshold, mask=mask, **how)

    return "top_k", call


def pairs(data):
    X, Q, _ = given(data)
    function = data.one_of((search.cosines, search.distances))
    return function.__name__, lambda: function(X, Q)


def merge(data):
    parts = [(array(data, (data.one_of((1, 2, 3)),), DTYPES), np.arange(data.one_of((1, 2, 3)))) for _ in range(2)]
    k, starts = data.one_of(COUNTS), data.one_of(([0, 3], [3, 0], None, [0], ["a", "b"]))
    return "merge", lambda: search.merge(parts, k, starts=starts)


def file(data):
    """A file of an index, a few of whose bytes are others."""
    path = ROOM / "index"
    search.Index(np.arange(12.0).reshape(4, 3), metric=data.one_of(("dot", "cosine"))).save(path)
    held = bytearray(path.read_bytes())
    for at, byte in zip(data.patterns(3).tolist(), data.patterns(3).tolist(), strict=True):
        held[at % len(held)] = byte % 256
    path.write_bytes(bytes(held[: len(held) - data.one_of((0, 0, 1, 9))]))

    def call():
        index = search.Index.load(path)
        return index.metric, index.tier, index.search(np.ones(index.X.shape[1]), 1)

    return "Index.load", call


CALLS = (top_k, top_k, pairs, merge, file)


def check(data):
    """What becomes of the call, the same at every level. Its name, and what it gives or raises."""

    def call():
        taken = Bytes(data)
        return taken.one_of(CALLS)(taken)

    return call()[0], same_at_every_level(lambda: outcome(call()[1]), lambda: f"{call()[0]} of {data.hex()}")
