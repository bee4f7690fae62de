"""A proof of the kind of separation that has been tampered with fails its check; what `separation` does not take."""

import re
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from onedot import separation
from onedot._separation import separate

X = np.array([[0.0, 3.0], [1.0, 1.0], [1.0, 2.0], [1.0, 1.0], [1.0, 2.0], [1.0, 0.0], [2.0, 5.0]])
QUASI_Y, OVERLAP_Y, COMPLETE_Y = [0, 0, 1, 1, 0, 1, 1], [0, 1, 0, 1, 1, 0, 1], [0, 0, 0, 0, 0, 0, 1]
QUASI, OVERLAP, COMPLETE = (separation(X, y) for y in (QUASI_Y, [0, 1, 0, 0, 1, 1, 0], COMPLETE_Y))
OVERLAP_Y = [0, 1, 0, 0, 1, 1, 0]
THREE_Y = [0, 0, 1, 1, 0, 1, 2]
THREE = separation(X, THREE_Y)


def test_each_proof_holds_for_its_own_classes_only():
    proofs = {"quasi": (QUASI, QUASI_Y), "overlap": (OVERLAP, OVERLAP_Y), "complete": (COMPLETE, COMPLETE_Y)}
    for name, (answer, y) in proofs.items():
        assert type(answer).__name__.lower().startswith(name)
        assert answer.verify(X, y)
        assert not answer.verify(X, [1 - c for c in y]) or name == "overlap"
        for other, (_, labels) in proofs.items():
            assert answer.verify(X, labels) is (other == name)
    assert not QUASI.verify(X[:, :1], QUASI_Y)
    assert not COMPLETE.verify(X[:, [0, 1, 1]], COMPLETE_Y)


@pytest.mark.parametrize(
    "direction",
    [
        -QUASI.direction,
        QUASI.direction * 0,
        QUASI.direction * [1, np.nan, 1],
        QUASI.direction + np.array([0, 0, 2.0**-60]),
        QUASI.direction[:2],
        [],
        None,
    ],
)
def test_another_direction_fails(direction):
    assert not replace(QUASI, direction=direction).verify(X, QUASI_Y)
    assert replace(QUASI, direction=QUASI.direction * 4).verify(X, QUASI_Y)


def test_a_plane_that_holds_more_or_fewer_fails():
    for i in range(len(X)):
        mask = QUASI.on_plane.copy()
        mask[i] = not mask[i]
        assert not replace(QUASI, on_plane=mask).verify(X, QUASI_Y)
    assert not replace(QUASI, on_plane=np.flatnonzero(QUASI.on_plane)).verify(X, QUASI_Y)


def test_a_direction_that_is_not_the_largest_fails():
    """Beyond x0, x1 alone tells the classes apart, too: a plane with fewer points off it has no certificate."""
    rows, y = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]], [0, 1, 1, 1]
    answer = separation(rows, y)
    assert answer.on_plane.tolist() == [True, False, False, True]
    smaller = replace(answer, direction=np.array([0.0, 1.0, 0.0]), on_plane=np.array([True, False, True, True]))
    assert answer.verify(rows, y)
    assert not smaller.verify(rows, y)


@pytest.mark.parametrize("part", ["infinite", "finite", "undetermined", "names"])
def test_other_variables_fail(part):
    for value in ((), ("x1",), ("bias", "x0", "x1")):
        if value != getattr(QUASI.variables, part):
            forged = replace(QUASI, variables=replace(QUASI.variables, **{part: value}))
            assert not forged.verify(X, QUASI_Y) or (part == "names" and len(value) == 3)


@pytest.mark.parametrize(("answer", "y"), [(QUASI, QUASI_Y), (OVERLAP, OVERLAP_Y), (THREE, THREE_Y)])
def test_a_certificate_that_does_not_cancel_fails(answer, y):
    indices, c = answer.certificate.indices, answer.certificate.coefficients

    def holds(indices, coefficients):
        return replace(
            answer, certificate=replace(answer.certificate, indices=indices, coefficients=coefficients)
        ).verify(X, y)

    assert holds(indices, c)
    assert holds(indices[::-1], tuple(7 * each for each in c[::-1]))
    assert not holds(indices, tuple(-each for each in c))
    assert not holds(indices, (c[0] + Fraction(1, 10**30), *c[1:]))
    assert not holds(indices[1:], c[1:])
    assert not holds(indices[:0], ())
    assert not holds(indices + len(X), c)
    assert not holds(-indices - 1, c)
    assert not holds(np.concatenate([indices, indices]), c + c)
    assert not holds(indices.astype(float), c)
    assert not holds(indices, tuple(map(float, c)))
    assert not holds(indices.reshape(-1, 1, 1), c)


def test_samples_that_cancel_and_do_not_span_prove_nothing():
    """Two samples in one place, one of each class, cancel; the rest may be anything."""
    rows, y = [[0.0], [0.0], [1.0], [2.0], [3.0]], [0, 1, 0, 1, 0]
    answer = separation(rows, y)
    assert answer.verify(rows, y)
    pair = replace(answer.certificate, indices=np.array([0, 1]), coefficients=(Fraction(1), Fraction(1)))
    assert not replace(answer, certificate=pair).verify(rows, y)
    assert replace(answer, certificate=pair).verify(rows[:2], y[:2])


def test_weights_and_margin_are_checked():
    for weights in (
        -COMPLETE.weights,
        COMPLETE.weights[:2],
        COMPLETE.weights * 0,
        np.full(3, np.inf),
        np.array(["a"] * 3),
    ):
        assert not replace(COMPLETE, weights=weights).verify(X, COMPLETE_Y)
    assert not replace(COMPLETE, margin=np.nextafter(COMPLETE.margin, 1)).verify(X, COMPLETE_Y)
    assert not replace(COMPLETE, margin=np.nan).verify(X, COMPLETE_Y)
    assert not replace(COMPLETE, classes=(0, 2)).verify(X, COMPLETE_Y)


Y = [1, 0, 1]
ROWS = [[0.0, 1.0], [2.0, 3.0], [4.0, 9.0]]
REFUSED = {
    "NaN": ([[0.0, 1.0], [np.nan, 3.0], [4.0, 9.0]], Y, {}, ValueError, "X[1, 0] is nan; want finite numbers"),
    "infinity": ([[0.0, 1.0], [2.0, np.inf], [4.0, 9.0]], Y, {}, ValueError, "X[1, 1] is inf; want finite numbers"),
    "empty": (np.zeros((0, 2)), [], {}, ValueError, "X has 0 samples of 2 features; want at least one of both"),
    "one dimension": ([0.0, 1.0, 2.0], Y, {}, ValueError, "X has shape (3,); want two dimensions"),
    "text": ([["a"], ["b"], ["c"]], Y, {}, TypeError, "X has dtype <U1"),
    "one class": (ROWS, [1, 1, 1], {}, ValueError, "all samples are of one class, 1; want two classes or more"),
    "one class of weight": (
        ROWS,
        Y,
        {"sample_weight": [1, 0, 1]},
        ValueError,
        "all samples whose weight is not 0 are of",
    ),
    "few classes": (ROWS, [1, 0], {}, ValueError, "X has 3 rows, y has shape (2,); want a label for each row"),
    "a column": (ROWS, [[1], [0], [1]], {}, ValueError, "X has 3 rows, y has shape (3, 1); want a label for each row"),
    "a fraction": (ROWS, [0.5, 1.0, 2.0], {}, ValueError, "y holds 0.5; want classes: whole numbers, bools or text"),
    "a class of NaN": (ROWS, [0.0, np.nan, 1.0], {}, ValueError, "y[1] is nan; want labels of classes"),
    "a class missing": (ROWS, ["a", None, "b"], {}, ValueError, "y[1] is None; want labels of classes"),
    "no order": (ROWS, ["a", 1, "b"], {}, TypeError, "the labels in y have no order among them; want all of"),
    "few weights": (
        ROWS,
        Y,
        {"sample_weight": [1]},
        ValueError,
        "X has 3 rows, sample_weight has shape (1,); want one",
    ),
    "a negative weight": (ROWS, Y, {"sample_weight": [1, -1, 1]}, ValueError, "sample_weight[1] is -1.0; want finite"),
    "a weight of NaN": (ROWS, Y, {"sample_weight": [1, 1, np.nan]}, ValueError, "sample_weight[2] is nan; want finite"),
    "no weight": (ROWS, Y, {"sample_weight": [0, 0, 0]}, ValueError, "sample_weight is zero for all samples; want a p"),
    "a bias of text": (ROWS, Y, {"bias": "no"}, ValueError, "bias is 'no'; want True or False"),
    "a negative budget": (ROWS, Y, {"budget": -1.0}, ValueError, "budget is -1.0; want 0 seconds or more"),
}


@pytest.mark.parametrize(("rows", "y", "options", "error", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_wrong_is_named(rows, y, options, error, words):
    with pytest.raises(error, match=re.escape(f"separation: {words}")):
        separation(rows, y, **options)


def test_a_proof_that_fails_its_check_is_not_returned(monkeypatch):
    find = separate.largest_face
    monkeypatch.setattr(separate, "largest_face", lambda *args: find(*args)._replace(combination={0: 1, 1: 1}))
    with pytest.raises(RuntimeError, match="separation: the proof found fails its check"):
        separation([[0.0], [0.5], [3.0]], [0, 1, 0])


def test_what_the_budget_does_not_suffice_for_is_left_undecided():
    with pytest.raises(TimeoutError, match="separation: undecided after 0 s; want a larger budget"):
        separation([[0.0], [0.5], [3.0]], [0, 1, 0], budget=0.0)
