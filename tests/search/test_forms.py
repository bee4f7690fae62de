"""Small searches of any form: two types, swapped bytes, odd places, lists; and rows that are at right angles."""

import ml_dtypes
import numpy as np
import pytest

from onedot import levels, search
from support.bits import array_bits
from support.cells import in_one_test

K = 5


def placed(v, form):
    """The same numbers in another form."""
    if form == "swapped":
        return v.astype(v.dtype.newbyteorder())
    if form == "misaligned":
        memory = np.empty(v.nbytes + 1, np.uint8)[1:]
        memory[:] = np.frombuffer(v.tobytes(), np.uint8)
        return memory.view(v.dtype).reshape(v.shape)
    if form == "strided":
        return np.repeat(v, 3, axis=-1)[..., ::3]
    if form == "columns":
        return np.asfortranarray(v)
    return v.tolist() if form == "lists" else v


def drawn(shape, dtype, seed):
    """Numbers with ties and zeros among them, so that some dots are 0 and some scores equal."""
    return np.random.default_rng(seed).integers(-2 if np.dtype(dtype).kind in "if" else 0, 3, shape).astype(dtype)


def answers(X, Q):
    """What each search of these gives: arrays, or the type of its error."""
    calls = {
        "dot": lambda: search.top_k(X, Q, K),
        "single": lambda: search.top_k(X, Q, K, tier="single"),
        "cosine": lambda: search.top_k(X, Q, K, metric="cosine"),
        "index": lambda: search.Index(X).search(Q, K),
        "index of cosines": lambda: search.Index(X, metric="cosine").search(Q, K),
        "cosines": lambda: (search.cosines(X, Q),),
        "distances": lambda: (search.distances(X, Q),),
    }
    found = {}
    for name, call in calls.items():
        try:
            found[name] = [(v.dtype, v.shape, array_bits(v)) for v in call()]
        except (TypeError, ValueError, OverflowError) as error:
            found[name] = type(error), str(error)
    return found


def same_as_reference(X, Q):
    """The answers, which are those of the reference."""
    found = answers(X, Q)
    with levels.using("reference"):
        assert found == answers(X, Q)
    return found


DTYPES = ["f8", "f4", "f2", "i1", "u1", "i4", "u8", "?", ml_dtypes.bfloat16]


@in_one_test("of_Q", DTYPES)
@in_one_test("of_X", DTYPES)
@in_one_test("vector", [False, True])
def test_two_types_give_what_the_reference_gives(compiled_level, of_X, of_Q, vector):
    X, Q = drawn((12, 7), of_X, 0), drawn((3, 7), of_Q, 1)
    same_as_reference(X, Q[1] if vector else Q)


@in_one_test("dtype", ["f8", "f4", "f2", "i4", "u8", "?"])
@in_one_test("of_X", ["plain", "swapped", "misaligned", "strided", "columns", "lists"])
@in_one_test("of_Q", ["plain", "swapped", "misaligned", "strided", "columns", "lists"])
def test_a_form_gives_what_plain_arrays_give(compiled_level, dtype, of_X, of_Q):
    X, Q = drawn((12, 7), dtype, 2), drawn((3, 7), dtype, 3)
    if "lists" in (of_X, of_Q):  # of float64 or int64
        X, Q = (v.astype("f8" if np.dtype(dtype).kind == "f" else "i8") for v in (X, Q))
    found, wanted = same_as_reference(placed(X, of_X), placed(Q, of_Q)), answers(X, Q)
    refused = {name for name, answer in wanted.items() if isinstance(answer, tuple)}  # by messages that name the form
    assert refused == {name for name, answer in found.items() if isinstance(answer, tuple)}
    assert all(found[name] == wanted[name] for name in wanted.keys() - refused)


@pytest.mark.parametrize("dtype", ["f8", "f4"])
@pytest.mark.parametrize("scale", [1.0, 2.0**-40, 2.0**-140, 2.0**-300, 2.0**300])
def test_right_angles_and_rows_of_zeros(compiled_level, dtype, scale):
    with np.errstate(over="ignore"):
        X = (np.eye(8) * scale).astype(dtype)
    X[2], X[3, 4] = 0.0, X[0, 0]
    same_as_reference(X, X[:5])
    same_as_reference(np.delete(X, 2, axis=0), X[3])
    X[:, 5] *= 2.0**-60
    same_as_reference(np.delete(X, 2, axis=0), X[5:])


@pytest.mark.parametrize("k", [0, 13, True, 2.0, 2**70])
def test_a_k_that_is_refused_is_refused_of_any_form(compiled_level, k):
    X, Q = drawn((12, 7), "f4", 4), drawn((3, 7), "f8", 5)
    for rows, queries in ((X, Q), (X.tolist(), Q), (X, Q.tolist())):
        for metric in ("dot", "cosine"):
            with pytest.raises((TypeError, ValueError), match=r"search\.top_k: k is"):
                search.top_k(rows, queries, k, metric=metric)


def test_integers_that_floats_do_not_hold_are_refused_of_any_form(compiled_level):
    X, Q = np.full((K, 2), 2**53 + 1), np.ones((1, 2))
    for rows in (X, X.tolist(), X.astype(">i8")):
        found = same_as_reference(rows, Q)
        assert all(found[name][0] is OverflowError for name in ("dot", "index", "cosines", "distances"))
