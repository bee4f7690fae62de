"""Samples of integers and halves are read a piece at a time: the fit of their float64 copy, and no such copy."""

import numpy as np
import pytest

import onedot
from onedot import levels
from onedot._training import epochs
from support.bits import array_bits
from support.cells import in_one_test
from support.memory import peak_of

NARROW = ("bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float16")
every_dtype = in_one_test("dtype", NARROW)


def samples(n, d, dtype):
    """Numbers that the dtype holds, its largest among them, and labels."""
    draw = np.random.default_rng(5)
    X = draw.integers(0, 2 if dtype == "bool" else 100, (n, d)).astype(dtype)
    if np.dtype(dtype).kind in "iu":
        X[0, 0] = min(np.iinfo(dtype).max, 2**40)
    return X, np.where(draw.random(n) < 0.5, 1, -1)


def assert_same_fit(a, b):
    assert array_bits(a.weights) == array_bits(b.weights)
    assert array_bits(a.averaged) == array_bits(b.averaged)


@every_dtype
@in_one_test("grain", [1, 50, 2**17])
def test_a_fit_of_narrow_samples_is_that_of_their_float64_copy(level, dtype, grain, monkeypatch):
    """However many rows make a piece, and however they lie."""
    monkeypatch.setattr(epochs, "GRAIN_WIDENED", grain)
    X, y = samples(23, 7, dtype)
    wide = X.astype(np.float64)
    expected = onedot.fit_perceptron(wide, y, max_epochs=4, seed=1)
    targets = np.linspace(-1.0, 1.0, 23)
    expected_lms = onedot.fit_lms(wide, targets, rate=1e-30, epochs=3, seed=2)
    for laid_out in (X, np.asfortranarray(X), np.repeat(X, 2, axis=1)[:, ::2]):
        fit = onedot.fit_perceptron(laid_out, y, max_epochs=4, seed=1)
        assert_same_fit(fit, expected)
        assert fit.mistakes.tolist() == expected.mistakes.tolist()
        assert array_bits(fit.margins(laid_out)) == array_bits(expected.margins(wide))
        assert_same_fit(onedot.fit_lms(laid_out, targets, rate=1e-30, epochs=3, seed=2), expected_lms)


@every_dtype
def test_an_epoch_of_narrow_samples_in_any_order_is_that_of_their_float64_copy(level, dtype, monkeypatch):
    monkeypatch.setattr(epochs, "GRAIN_WIDENED", 20)
    X, y = samples(11, 5, dtype)
    order = np.random.default_rng(3).integers(0, 11, 40)
    w, expected = np.zeros(6), np.zeros(6)
    mistakes = onedot.perceptron_epoch(w, X, y, order=order)
    assert mistakes == onedot.perceptron_epoch(expected, X.astype(np.float64), y, order=order)
    assert array_bits(w) == array_bits(expected)


@every_dtype
def test_an_estimator_of_narrow_samples_is_that_of_their_float64_copy(compiled_level, dtype):
    estimators = pytest.importorskip("onedot.sklearn")
    X, _ = samples(40, 6, dtype)
    wide = X.astype(np.float64)
    for classes in (2, 3):
        y = np.arange(40) % classes
        for options in ({}, {"average": True}, {"early_stopping": True}):
            a = estimators.Perceptron(max_iter=5, tol=None, **options).fit(X, y)
            b = estimators.Perceptron(max_iter=5, tol=None, **options).fit(wide, y)
            assert array_bits(a.coef_) == array_bits(b.coef_), options
            assert array_bits(a.intercept_) == array_bits(b.intercept_)
            assert array_bits(a.decision_function(X)) == array_bits(b.decision_function(wide))


def test_duplicates_of_a_sparse_row_are_added_as_before_whatever_they_come_to(level):
    sparse = pytest.importorskip("scipy.sparse")
    data, columns = np.full(1100, 32767, np.int16), np.zeros(1100, np.int32)
    X = sparse.csr_array((np.append(data, np.int16(-1)), np.append(columns, 1), [0, 1100, 1101]), shape=(2, 2))
    dense = np.array([[1100 * 32767.0, 0.0], [0.0, -1.0]])
    y = [1, -1]
    assert_same_fit(onedot.fit_perceptron(X, y, max_epochs=3), onedot.fit_perceptron(dense, y, max_epochs=3))


@pytest.mark.parametrize("place", [0, 16])
def test_a_narrow_row_that_is_not_finite_is_named(level, place):
    X = np.ones((20, 3), np.float16)
    X[place, 1] = np.inf
    with pytest.raises(ValueError, match=f"row {place} of X holds NaN or infinity"):
        onedot.fit_perceptron(X, np.where(np.arange(20) % 2, 1, -1))


@pytest.mark.skipif(not levels.compiled, reason="the reference makes lists, which take more")
@pytest.mark.parametrize("dtype", ["bool", "int8", "uint16", "int32", "int64", "float16"])
def test_a_fit_of_narrow_samples_makes_no_copy_of_them(dtype):
    """Of 4 million numbers the float64 copy is 32 MB, and pieces are 1 MB with what they are gathered from."""
    X, y = samples(4000, 1000, dtype)
    onedot.fit_perceptron(X[:50], y[:50], max_epochs=1)
    assert peak_of(lambda: onedot.fit_perceptron(X, y, max_epochs=2, seed=0)) < 4_000_000


@pytest.mark.skipif(not levels.compiled, reason="the reference makes lists, which take more")
@pytest.mark.parametrize("dtype", ["bool", "int8", "uint16", "int32", "int64", "uint64", "float16"])
def test_an_estimator_makes_no_wide_copy_of_narrow_samples(dtype):
    estimators = pytest.importorskip("onedot.sklearn")
    X, y = samples(4000, 1000, dtype)
    model = estimators.Perceptron(max_iter=2, tol=None).fit(X[:50], y[:50])
    assert peak_of(lambda: model.fit(X, y)) < 12_000_000
    assert peak_of(lambda: model.decision_function(X)) < 16_000_000
