"""Fits and proofs that were saved, pickled or copied: to the bit what they were."""

import copy
import pickle

import numpy as np
import pytest

import onedot
from support.hostile import frozen

X = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 2.0], [3.0, 1.0], [1.0, 3.0], [2.0, 0.5]])
TWO, THREE = np.array([0, 1, 0, 1, 1, 0]), np.array([0, 1, 2, 0, 1, 2])
HOURS = np.arange(1.0, 7.0)[:, None]


def named(y):
    return np.array(["no", "yes", "perhaps"])[y]


FITS = {
    "two classes": onedot.fit_logistic(X, TWO),
    "three classes": onedot.fit_logistic(X, THREE),
    "no bias": onedot.fit_logistic(X, THREE, bias=False),
    "no penalty": onedot.fit_logistic(X, TWO, penalty=None),
    "text": onedot.fit_logistic(X, named(THREE)),
    "bools": onedot.fit_logistic(X, TWO == 1),
    "fractions": onedot.fit_logistic(X, TWO / 2),
    "uint8": onedot.fit_logistic(X, TWO.astype("u1")),
    "given up": onedot.fit_logistic(X, TWO, max_iter=1, C=1e9),
}
LIMITS = {
    name: onedot.fit_logistic(HOURS, y, penalty=None, on_separation="report")
    for name, y in {"complete": [0, 0, 0, 1, 1, 1], "three, quasi-complete": [0, 1, 0, 1, 2, 2]}.items()
}
GIVEN = {"two": (HOURS, [0, 0, 0, 1, 1, 1]), "one plane": ([[1.0], [2], [2], [3]], [0, 0, 1, 1]), "mixed": (X, TWO)}
ANSWERS = {
    **{f"separation, {name}": onedot.separation(*given) for name, given in GIVEN.items()},
    "a plane": onedot.separability(HOURS, [-1, -1, -1, 1, 1, 1]),
    "no plane": onedot.separability(HOURS, [-1, 1, -1, 1, -1, 1]),
    "integers": onedot.separation([[2**70, 1], [2**70 + 1, 0], [2**70 + 1, 1]], [0, 1, 1]),
}
KINDS = {
    "perceptron": onedot.fit_perceptron(X, np.where(TWO, 1, -1), max_epochs=3),
    "lms": onedot.fit_lms(X, TWO, epochs=3),
    **FITS,
    **LIMITS,
    **ANSWERS,
}


def test_there_is_one_of_each_kind():
    wanted = {"Complete", "QuasiComplete", "Overlap", "Separable", "Inseparable"}
    assert {type(answer).__name__ for answer in ANSWERS.values()} == wanted
    assert {type(fit.separation).__name__ for fit in LIMITS.values()} == {"Complete", "QuasiComplete"}


@pytest.mark.parametrize("name", FITS)
def test_a_fit_that_was_saved_is_loaded_to_the_bit(level, tmp_path, name):
    fit = FITS[name]
    fit.save(tmp_path / "fit")
    again = onedot.LogisticFit.load(tmp_path / "fit")
    assert frozen(again) == frozen(fit)
    assert again.predict(X).tolist() == fit.predict(X).tolist()
    assert again.predict_proba(X).tobytes() == fit.predict_proba(X).tobytes()


@pytest.mark.parametrize("name", KINDS)
def test_what_was_pickled_or_copied_is_the_same(name):
    result = KINDS[name]
    copies = [pickle.loads(pickle.dumps(result, protocol)) for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1)]
    for again in (*copies, copy.copy(result), copy.deepcopy(result)):
        assert frozen(again) == frozen(result)


def test_a_proof_that_was_pickled_still_holds():
    for name, (samples, labels) in GIVEN.items():
        answer = pickle.loads(pickle.dumps(ANSWERS[f"separation, {name}"]))
        assert answer.verify(samples, labels)
        assert not answer.verify(samples, labels[::-1] if name != "mixed" else [0, 0, 0, 0, 0, 1])


def test_a_fit_without_a_maximum_is_not_saved(tmp_path):
    for fit in LIMITS.values():
        with pytest.raises(ValueError, match=r"LogisticFit\.save: the likelihood has no maximum, so weights are"):
            fit.save(tmp_path / "fit")
    assert not (tmp_path / "fit").exists()


@pytest.mark.parametrize("labels", [[2**70, 1, 2**70, 1, 1, 2**70], np.array(["a", "b"] * 3, "S1")])
def test_classes_that_no_file_holds_are_not_saved(tmp_path, labels):
    with pytest.raises(TypeError, match=r"LogisticFit\.save: classes has dtype .*; want numbers of up to 64"):
        onedot.fit_logistic(X, labels).save(tmp_path / "fit")
    assert not (tmp_path / "fit").exists()
