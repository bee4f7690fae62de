"""Arrays of other libraries, masks and units, for everything that an estimator takes."""

import numpy as np
import pytest

from support.cells import in_one_test

pytest.importorskip("sklearn")

from onedot.sklearn import Adaline, Perceptron
from support.bits import array_bits
from support.producers import Array, DLPack, ForeignTensor, Measured, quantity

ESTIMATORS = [Perceptron, Adaline]
X = np.array([[0.0, 1.0], [1.0, -1.0], [2.0, 0.5], [-3.0, 1.0]])
Y, WEIGHTS = np.array([0, 1, 1, 0]), np.array([1.0, 2.0, 0.0, 1.0])

FORMS = {"a tensor": ForeignTensor, "__array__ alone": Array, "DLPack alone": DLPack}


@in_one_test("estimator", ESTIMATORS)
@in_one_test("form", FORMS.values(), ids=FORMS)
@in_one_test("dtype", ["f8", "f4", "i8", "?"])
def test_arrays_of_any_library_are_their_numbers(level, estimator, form, dtype):
    rows = X.astype(dtype)
    wanted = estimator(max_iter=5, tol=None).fit(rows, Y, sample_weight=WEIGHTS)
    found = estimator(max_iter=5, tol=None).fit(form(rows), form(Y), sample_weight=form(WEIGHTS))
    assert array_bits(found.coef_) == array_bits(wanted.coef_)
    assert found.predict(form(rows)).tolist() == wanted.predict(rows).tolist()
    assert array_bits(found.decision_function(form(rows))) == array_bits(wanted.decision_function(rows))
    assert found.score(form(rows), np.asarray(Y)) == wanted.score(rows, Y)
    step = estimator().partial_fit(form(rows), form(Y), classes=form(np.unique(Y)), sample_weight=form(WEIGHTS))
    assert array_bits(step.coef_) == array_bits(estimator().partial_fit(rows, Y, [0, 1], WEIGHTS).coef_)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_a_tensor_of_labels_is_scored(level, estimator):
    fit = estimator().fit(X, Y)
    assert fit.score(ForeignTensor(X), ForeignTensor(Y), sample_weight=ForeignTensor(WEIGHTS)) == fit.score(
        X, Y, sample_weight=WEIGHTS
    )


def test_labels_of_another_library_may_be_text(level):
    names = np.array(["no", "yes"])[Y]
    assert Perceptron().fit(X, Array(names)).classes_.tolist() == ["no", "yes"]


TAKE = {
    "fit: X": lambda e, X, Y, v: e().fit(v(X), Y),
    "fit: y": lambda e, X, Y, v: e().fit(X, v(Y)),
    "fit: sample_weight": lambda e, X, Y, v: e().fit(X, Y, sample_weight=v(WEIGHTS)),
    "fit: coef_init": lambda e, X, Y, v: e().fit(X, Y, coef_init=v(X[:1])),
    "fit: intercept_init": lambda e, X, Y, v: e().fit(X, Y, intercept_init=v(X[0, :1])),
    "partial_fit: X": lambda e, X, Y, v: e().partial_fit(v(X), Y, [0, 1]),
    "partial_fit: y": lambda e, X, Y, v: e().partial_fit(X, v(Y), [0, 1]),
    "partial_fit: classes": lambda e, X, Y, v: e().partial_fit(X, Y, v(Y[:2])),
    "partial_fit: sample_weight": lambda e, X, Y, v: e().partial_fit(X, Y, [0, 1], sample_weight=v(WEIGHTS)),
    "decision_function: X": lambda e, X, Y, v: e().fit(X, Y).decision_function(v(X)),
    "predict: X": lambda e, X, Y, v: e().fit(X, Y).predict(v(X)),
    "score: X": lambda e, X, Y, v: e().fit(X, Y).score(v(X), Y),
}
LOSSY = {
    "a masked array": (np.ma.array, "is a masked array, whose mask would be lost"),
    "__array__ of a masked array": (lambda v: Array(np.ma.array(v)), "is a masked array, whose mask would be lost"),
    "a list of masked arrays": (
        lambda v: list(np.ma.array(v, mask=v == v.flat[0])),
        "holds a masked array, whose mask",
    ),
    "lengths": (quantity, "is in the unit km, which would be lost"),
    "lengths as pint has them": (Measured, "is in the unit kilometer, which would be lost"),
    "a list of lengths": (
        lambda v: [Measured(row) for row in v],
        "holds a quantity in the unit kilometer, which would",
    ),
}


@in_one_test("estimator", ESTIMATORS)
@in_one_test("call", TAKE)
@in_one_test(("lossy", "words"), LOSSY.values(), ids=LOSSY)
def test_masks_and_units_are_refused_wherever_they_are(level, estimator, call, lossy, words):
    name = call.partition(": ")[2]
    with pytest.raises(TypeError, match=f"{name} {words}"):
        TAKE[call](estimator, X, Y, lossy)
