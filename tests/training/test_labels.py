"""Labels 1 and -1: read alike by all that tells two classes apart."""

import re
from fractions import Fraction

import numpy as np
import pytest

import onedot
from support.cells import in_one_test

X = [[0.0], [1.0], [2.0]]
TAKE_LABELS = {
    "perceptron_epoch": lambda y: onedot.perceptron_epoch(np.zeros(2), X, y),
    "fit_perceptron": lambda y: onedot.fit_perceptron(X, y, max_epochs=9).weights.tolist(),
    "separability": lambda y: onedot.separability(X, y).weights.tolist(),
    "Separable.verify": lambda y: onedot.Separable(np.array([-1.5, 1.0]), 0.5).verify(X, y),
    "Inseparable.verify": lambda y: onedot.Inseparable(np.array([0]), (Fraction(1),)).verify(X, y),
}
SIGNS = [-1, -1, 1]
HOW = "want labels 1 and -1; np.where(y == c, 1, -1) maps the class c to 1 and all others to -1"
REFUSED = {
    "text": (["no", "no", "yes"], TypeError, HOW),
    "objects": (np.array(["no", "no", None], object), TypeError, HOW),
    "bools": ([False, False, True], TypeError, "y has dtype bool; " + HOW),
    "0 and 1": ([0, 0, 1], ValueError, "y[0] is 0; " + HOW),
    "NaN": ([-1.0, np.nan, 1.0], ValueError, "y[1] is nan; " + HOW),
    "a giant": ([-1, 2**70, 1], ValueError, f"y[1] is {2**70}; " + HOW),
    "uint8 of -1": (np.array([255, 255, 1], np.uint8), ValueError, "y[0] is 255; " + HOW),
    "a column": (
        [[-1], [-1], [1]],
        ValueError,
        "X has 3 rows, y has shape (3, 1); want a label for each row, shape (3,)",
    ),
    "too few": ([-1, 1], ValueError, "X has 3 rows, y has shape (2,); want a label for each row, shape (3,)"),
}


@in_one_test("function", TAKE_LABELS)
@in_one_test("dtype", ["i1", "i8", "f2", "f4", "f8", ">f8", ">i2"])
def test_labels_of_any_dtype_are_the_same_labels(level, function, dtype):
    assert TAKE_LABELS[function](np.array(SIGNS, dtype)) == TAKE_LABELS[function](SIGNS)


@in_one_test("function", TAKE_LABELS)
@in_one_test(("labels", "error", "words"), REFUSED.values(), ids=REFUSED)
def test_other_labels_are_refused_in_the_same_words(level, function, labels, error, words):
    op = function.partition(".")[2] or function
    with pytest.raises(error, match=re.escape(words)) as refused:
        TAKE_LABELS[function](labels)
    assert str(refused.value).startswith(f"{op}: ")
