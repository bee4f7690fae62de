"""Numbers that are none, or beyond float64, wherever one number is wanted: the error says what is wanted, always."""

import decimal
import fractions
import re

import numpy as np
import pytest

import onedot
from onedot import Hyperplane, Layer, Unit, activations, exact, geometry, levels
from support.cells import in_one_test
from support.producers import Measured, quantity

X, Y = [[0.0, 1.0], [1.0, 0.0], [2.0, 2.0]], [1, -1, 1]
HOSTILE = {
    "10**400": 10**400,
    "-10**400": -(10**400),
    "more digits than Python prints": 10**5000,
    "fewer": -(10**5000),
    "a large fraction": fractions.Fraction(10**400),
    "one that Python does not print": fractions.Fraction(10**5000, 3),
    "a large decimal": decimal.Decimal("1e500"),
    "no decimal": decimal.Decimal("sNaN"),
    "complex": 1j,
    "two numbers": np.array([1, 2]),
    "text": "1",
    "None": None,
    "NaN": float("nan"),
    "an object": object(),
    "the masked constant": np.ma.masked,
    "a quantity": quantity(2.0),
    "a quantity as pint has them": Measured(2.0),
}
HELD = {name: HOSTILE[name] for name in ("10**400", "-10**400", "more digits than Python prints", "fewer")}


def updated(function, x=(1.0, 2.0), y=1, rate=1.0):
    return function(np.zeros(2), x, y, rate=rate)


def fitted(function, **options):
    return function(X, Y, **options)


# Each takes one number.
NUMBERS = {
    "perceptron_update y": lambda v: updated(onedot.perceptron_update, y=v),
    "perceptron_update rate": lambda v: updated(onedot.perceptron_update, rate=v),
    "lms_update y": lambda v: updated(onedot.lms_update, y=v),
    "lms_update rate": lambda v: updated(onedot.lms_update, rate=v),
    "perceptron_epoch rate": lambda v: onedot.perceptron_epoch(np.zeros(2), X, Y, rate=v),
    "fit_perceptron rate": lambda v: fitted(onedot.fit_perceptron, rate=v),
    "fit_perceptron bias": lambda v: fitted(onedot.fit_perceptron, bias=v),
    "fit_lms rate": lambda v: fitted(onedot.fit_lms, rate=v),
    "fit_lms bias": lambda v: fitted(onedot.fit_lms, bias=v),
    "separability budget": lambda v: fitted(onedot.separability, budget=v),
    "separation budget": lambda v: fitted(onedot.separation, budget=v),
    "separation bias": lambda v: fitted(onedot.separation, bias=v),
    "fit_logistic C": lambda v: fitted(onedot.fit_logistic, C=v),
    "fit_logistic tol": lambda v: fitted(onedot.fit_logistic, tol=v),
    "fit_logistic bias": lambda v: fitted(onedot.fit_logistic, bias=v),
    "fit_logistic class_weight": lambda v: fitted(onedot.fit_logistic, class_weight={1: v}),
    "fit_logistic solver": lambda v: fitted(onedot.fit_logistic, solver=v),
    "fit_logistic penalty": lambda v: fitted(onedot.fit_logistic, penalty=v),
    "fit_logistic on_separation": lambda v: fitted(onedot.fit_logistic, on_separation=v),
    "Hyperplane b": lambda v: Hyperplane([1.0, 1.0], v),
    "Hyperplane.line slope": lambda v: Hyperplane.line(v, 1.0),
    "Hyperplane.line intercept": lambda v: Hyperplane.line(1.0, v),
    "Unit b": lambda v: Unit([1.0, 1.0], v),
    "cosine zero": lambda v: geometry.cosine([1.0], [1.0], zero=v),
    "angle zero": lambda v: geometry.angle([1.0], [1.0], zero=v),
    "project zero": lambda v: geometry.project([1.0], [1.0], zero=v),
    "Layer activation": lambda v: Layer([[1.0]], activation=v),
    "Unit activation": lambda v: Unit([1.0], activation=v),
    "levels.use": levels.use,
}
# What these take is counted, so that a large integer is as good as any.
COUNTS = {
    "fit_perceptron max_epochs": lambda v: fitted(onedot.fit_perceptron, max_epochs=v),
    "fit_lms epochs": lambda v: fitted(onedot.fit_lms, epochs=v),
    "fit_perceptron seed": lambda v: fitted(onedot.fit_perceptron, seed=v, max_epochs=2),
    "fit_lms seed": lambda v: fitted(onedot.fit_lms, seed=v, epochs=2),
    "fit_logistic max_iter": lambda v: fitted(onedot.fit_logistic, max_iter=v),
    "fit_logistic verbose": lambda v: fitted(onedot.fit_logistic, verbose=v),
    "fit_perceptron verbose": lambda v: fitted(onedot.fit_perceptron, verbose=v, max_epochs=2),
    "fit_lms verbose": lambda v: fitted(onedot.fit_lms, verbose=v, epochs=2),
    "set_num_threads": onedot.set_num_threads,
}
# Each takes it among others, which are no integers, or where no integer beyond float64 is one.
AMONG = {
    "perceptron_update x": lambda v: updated(onedot.perceptron_update, x=[v, 1]),
    "lms_update x": lambda v: updated(onedot.lms_update, x=[v, 1]),
    "perceptron_epoch X": lambda v: onedot.perceptron_epoch(np.zeros(2), [[v, 1]] * 3, Y),
    "perceptron_epoch y": lambda v: onedot.perceptron_epoch(np.zeros(2), X, [v, 1, -1]),
    "perceptron_epoch order": lambda v: onedot.perceptron_epoch(np.zeros(2), X, Y, order=[v, 1]),
    "fit_perceptron X": lambda v: onedot.fit_perceptron([[v, 1], [1, 2], [2, 3]], Y),
    "fit_perceptron y": lambda v: onedot.fit_perceptron(X, [v, 1, -1]),
    "fit_lms X": lambda v: onedot.fit_lms([[v, 1], [1, 2], [2, 3]], Y),
    "fit_lms y": lambda v: onedot.fit_lms(X, [v, 1, -1]),
    "margins": lambda v: onedot.fit_perceptron(X, Y, max_epochs=2).margins([[v, 1]]),
    "LmsFit.predict": lambda v: onedot.fit_lms(X, Y, epochs=2).predict([[v, 1]]),
    "separability y": lambda v: onedot.separability(X, [v, 1, -1]),
    "separation sample_weight": lambda v: onedot.separation(X, Y, sample_weight=[v, 1, 1]),
    "fit_logistic X": lambda v: onedot.fit_logistic([[v, 1], [1, 2], [2, 3]], Y),
    "fit_logistic sample_weight": lambda v: onedot.fit_logistic(X, Y, sample_weight=[v, 1, 1]),
    "fit_logistic start": lambda v: onedot.fit_logistic(X, Y, start=[v, 1, 1]),
    "LogisticFit.predict": lambda v: onedot.fit_logistic(X, Y).predict([[v, 1]]),
    "Hyperplane w": lambda v: Hyperplane([v, 1]),
    "Hyperplane.through": lambda v: Hyperplane.through([[v, 1], [1, 2]]),
    "side": lambda v: Hyperplane([1.0, 2.0]).side([v, 1]),
    "distance": lambda v: Hyperplane([1.0, 2.0]).distance([v, 1]),
    "norm": lambda v: geometry.norm([v, 1]),
    "cosine": lambda v: geometry.cosine([v, 1], [1, 2]),
    "project": lambda v: geometry.project([v, 1], [1, 2]),
    "alignment": lambda v: geometry.alignment([v, 1], [1.5, 2.0]),
    "sigmoid": lambda v: activations.sigmoid([v, 1]),
    "Layer W": lambda v: Layer([[v, 1]]),
    "Layer b": lambda v: Layer([[1, 1]], [v]),
    "Layer X": lambda v: Layer([[1, 1]])([v, 1]),
    "Unit w": lambda v: Unit([v, 1]),
    "dot": lambda v: onedot.dot([v, 1], [1.5, 2.0]),
    "matvec": lambda v: onedot.matvec([[v, 1]], [1.5, 2.0]),
    "matmul": lambda v: onedot.matmul([[0.5, 2.0]], [[1, 1], [v, 1]]),
    "vecdot": lambda v: onedot.vecdot([v, 1], [1.5, 2.0]),
    "vecdot of integers": lambda v: onedot.vecdot([v, 1], [1, 2]),
    "exact.dot": lambda v: exact.dot([v, 1], [1.5, 2.0]),
    "exact.sign": lambda v: exact.sign([v, 1], [1.5, 2.0]),
    "exact.fraction": lambda v: exact.fraction([v, 1], [1.5, 2.0]),
}
NEGATIVE = ("-10**400", "fewer")
TAKEN = {
    ("separability budget", "a large decimal"),
    ("separation budget", "a large decimal"),
    ("Unit b", "NaN"),
    ("fit_logistic penalty", "None"),
}
CASES = [(f, v) for f in NUMBERS for v in HOSTILE if (f, v) not in TAKEN]
CASES += [(f, v) for f in COUNTS for v in HOSTILE if v not in HELD and not (f.endswith("seed") and v == "None")]
CASES += [(f, v) for f in COUNTS for v in NEGATIVE if not f.endswith("seed")]
CASES += [(f, v) for f in AMONG for v in HELD]


@in_one_test(("function", "value"), CASES, ids=str)
def test_the_error_says_what_is_wanted_in_a_few_lines(level, num_threads_restored, function, value):
    call = (NUMBERS | COUNTS | AMONG)[function]
    with pytest.raises((ValueError, TypeError, OverflowError)) as refused:
        call(HOSTILE[value])
    assert re.search("want|there is no activation .*; there is:|is not a level; this machine runs", str(refused.value))
    assert len(str(refused.value)) < 700


@pytest.mark.parametrize("name", [name for name in COUNTS if name != "set_num_threads"])
def test_counts_and_seeds_may_be_of_any_size(level, name):
    if name == "fit_lms epochs":
        onedot.fit_lms([[1.0]], [0.0], epochs=10**400)  # whose first epoch has no error
    else:
        COUNTS[name](10**400)
