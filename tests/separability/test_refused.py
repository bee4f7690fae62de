"""What `separability` does not take, and what it says."""

import re
import sys

import numpy as np
import pytest

import onedot
from onedot import separability
from onedot._separation import search

X = [[0.0, 1.0], [2.0, 3.0], [4.0, 9.0]]
Y = [1, -1, 1]

REFUSED = {
    "one dimension": ([0.0, 1.0, 2.0], Y, ValueError, "X has shape (3,); want two dimensions"),
    "three dimensions": (np.zeros((3, 2, 2)), Y, ValueError, "X has shape (3, 2, 2); want two dimensions"),
    "no samples": (np.zeros((0, 2)), [], ValueError, "X has 0 samples of 2 features; want at least one of both"),
    "no features": (np.zeros((3, 0)), Y, ValueError, "X has 3 samples of 0 features; want at least one of both"),
    "NaN": ([[0.0, 1.0], [np.nan, 3.0], [4.0, 9.0]], Y, ValueError, "X[1, 0] is nan; want finite numbers"),
    "infinity": (np.array([[0.0, 1.0], [2.0, -np.inf], [4.0, 9.0]], "f4"), Y, ValueError, "X[1, 1] is -inf; want"),
    "an integer beside floats": ([[2**53 + 1, 0.5]], [1], OverflowError, "X holds 9007199254740993, which float64"),
    "too few labels": (X, [1, -1], ValueError, "X has 3 rows, y has shape (2,); want a label for each row"),
    "labels in a column": (
        X,
        [[1], [-1], [1]],
        ValueError,
        "X has 3 rows, y has shape (3, 1); want a label for each row",
    ),
    "labels 0 and 1": (X, [0, 1, 1], ValueError, "y[0] is 0; want labels 1 and -1; np.where(y == c, 1, -1)"),
    "a label of 2": (X, [1.0, -1.0, 2.0], ValueError, "y[2] is 2.0; want labels 1 and -1"),
    "a label of NaN": (X, [1.0, np.nan, 1.0], ValueError, "y[1] is nan; want labels 1 and -1"),
    "a giant label": (X, [1, 2**70, 1], ValueError, f"y[1] is {2**70}; want labels 1 and -1"),
    "bools": (X, [True, False, True], TypeError, "y has dtype bool; want labels 1 and -1; np.where"),
    "names": (X, ["a", "b", "a"], TypeError, f"y has dtype {np.dtype('U1')}; want"),
}


@pytest.mark.parametrize(("samples", "labels", "error", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_wrong_is_named(samples, labels, error, words):
    with pytest.raises(error, match=re.escape(f"separability: {words}")):
        separability(samples, labels)


@pytest.mark.parametrize("answer", [separability(X, [1, -1, -1]), separability([[0.0], [1.0], [2.0]], Y)])
def test_verify_refuses_the_same(answer):
    with pytest.raises(ValueError, match=re.escape("verify: y[0] is 0; want labels 1 and -1")):
        answer.verify(X, [0, 1, 1])


@pytest.mark.parametrize("budget", [-1.0, np.nan])
def test_a_budget_that_is_none_is_refused(budget):
    with pytest.raises(ValueError, match=f"separability: budget is {budget}; want 0 seconds or more"):
        separability(X, Y, budget=budget)


@pytest.mark.parametrize("budget", [60, np.inf])
def test_any_other_budget_will_do(budget):
    assert not separability([[0.0], [1.0], [2.0]], Y, budget=budget)


def test_what_the_budget_does_not_suffice_for_is_left_undecided(monkeypatch):
    monkeypatch.setattr(search, "guesses", lambda points, seconds_left: iter(()))
    with pytest.raises(TimeoutError, match="separability: undecided after 0 s; want a larger budget"):
        separability(X, Y, budget=0.0)


def test_a_proof_that_fails_its_check_is_not_returned(monkeypatch):
    monkeypatch.setattr(search, "circuit", lambda rows, go_on: [1] * len(rows))
    with pytest.raises(RuntimeError, match="separability: the proof found fails its check"):
        separability([[0.0], [0.5], [3.0]], Y)


def test_without_scipy_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    with pytest.raises(ImportError, match=re.escape('want it installed: pip install "onedot[separability]"')):
        separability(X, Y)


def test_it_is_documented():
    for wanted in ("Parameters", "Returns", "Raises", "TimeoutError", "Gordan", ">>> onedot.separability"):
        assert wanted in onedot.separability.__doc__
