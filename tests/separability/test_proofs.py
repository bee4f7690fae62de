"""A proof that has been tampered with fails its check."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onedot import Inseparable, Separable, separability

draw = np.random.default_rng(2)
X = draw.standard_normal((40, 3))
APART = np.where(X @ [1.0, -2.0, 0.5] > 0.1, 1, -1)
MIXED = np.where(draw.random(40) < 0.5, 1, -1)
PLANE, POINT = separability(X, APART), separability(X, MIXED)
HALF = Fraction(1, 2)


def test_both_proofs_hold_for_their_own_labels_only():
    assert isinstance(PLANE, Separable)
    assert isinstance(POINT, Inseparable)
    assert PLANE.verify(X, APART)
    assert not PLANE.verify(X, MIXED)
    assert POINT.verify(X, MIXED)
    assert not POINT.verify(X, APART)


def test_a_proof_is_of_samples_of_its_own_number_of_features():
    for rows in (X[:, :2], np.column_stack([X, X[::-1]])):
        assert not PLANE.verify(rows, APART)
        assert not POINT.verify(rows, MIXED)


def test_more_samples_change_a_plane_and_not_a_shared_point():
    assert not PLANE.verify(np.concatenate([X, X]), np.concatenate([APART, -APART]))
    assert POINT.verify(np.concatenate([X, X]), np.concatenate([MIXED, APART]))


@pytest.mark.parametrize(
    "weights",
    [
        -PLANE.weights,
        PLANE.weights[:3],
        PLANE.weights + np.array([100.0, 0, 0, 0]),
        PLANE.weights * 0,
        PLANE.weights * [1, np.nan, 1, 1],
        PLANE.weights * [1, np.inf, 1, 1],
        [],
    ],
)
def test_other_weights_fail(weights):
    assert not replace(PLANE, weights=weights).verify(X, APART)


@pytest.mark.parametrize("factor", [2.0, 0.25])
def test_the_same_plane_in_other_units_holds(factor):
    assert replace(PLANE, weights=PLANE.weights * factor).verify(X, APART)
    assert replace(PLANE, weights=(PLANE.weights * factor).tolist()).verify(X, APART)


def test_a_margin_that_is_off_by_an_ulp_fails():
    for margin in (np.nextafter(PLANE.margin, 0.0), np.nextafter(PLANE.margin, 1.0), -PLANE.margin, np.nan, np.inf):
        assert not replace(PLANE, margin=margin).verify(X, APART)


def test_a_sample_in_the_plane_fails():
    """The sign of a float sum would be right by luck alone: 0.1 + 0.2 - 0.3 is not 0, the true sum of the three is."""
    plane = Separable(np.array([0.0, 1.0, 1.0]), 0.0)
    assert not plane.verify([[0.1, -0.1], [1.0, 0.0]], [1, 1])
    tie = Separable(np.array([-(2.0**53), 1.0, 1.0]), 0.0)
    assert not tie.verify([[2.0**53 - 1, 1.0]], [1])
    assert replace(tie, margin=2**-0.5).verify([[2.0**53 - 1, 2.0]], [1])


def exchanged(items, k, item):
    return (*items[:k], item, *items[k + 1 :])


@given(st.integers(0, 4), st.fractions(-2, 2))
def test_one_coefficient_changed_fails(k, change):
    coefficients = exchanged(POINT.coefficients, k, POINT.coefficients[k] + change)
    assert replace(POINT, coefficients=coefficients).verify(X, MIXED) is (change == 0)


@given(st.integers(0, 4), st.integers(-45, 45))
def test_one_index_changed_fails(k, index):
    indices = np.array(exchanged(POINT.indices.tolist(), k, index))
    assert replace(POINT, indices=indices).verify(X, MIXED) is bool(index == POINT.indices[k])


def test_any_positive_multiple_of_the_coefficients_holds():
    assert replace(POINT, coefficients=tuple(c * 7 for c in POINT.coefficients)).verify(X, MIXED)
    assert not replace(POINT, coefficients=tuple(-c for c in POINT.coefficients)).verify(X, MIXED)


@pytest.mark.parametrize(
    ("indices", "coefficients"),
    [
        ([], ()),
        ([0, 1], (0, 0)),
        ([0, 0], (HALF, HALF)),
        ([0, 1], (HALF,)),
        ([0], (HALF, HALF)),
        ([0, 40], (HALF, HALF)),
        ([-1, 0], (HALF, HALF)),
        ([0, 1, 2, 3, 4, 5], (Fraction(1, 3),) * 6),
    ],
)
def test_what_is_no_list_of_samples_with_weights_fails(indices, coefficients):
    """Of 40 samples in one place, of which the even ones are positive; any equal weights on pairs would do."""
    rows, labels = np.ones((40, 3)), np.array([1, -1] * 20)
    answer = Inseparable(np.array(indices, int), tuple(map(Fraction, coefficients)))
    assert not answer.verify(rows, labels)
    assert Inseparable(np.array([0, 1]), (HALF, HALF)).verify(rows, labels)
