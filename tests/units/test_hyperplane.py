"""Hyperplanes: exact sides, signed distances, through points, and lines there and back."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onedot import Hyperplane, geometry
from support.bits import array_bits
from support.rows import stack

few = settings(max_examples=25)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
COORDINATES = st.integers(-8, 8).map(float)


@few
@given(st.lists(st.tuples(FINITE, FINITE), min_size=1, max_size=6).filter(lambda v: any(w for w, _ in v)), FINITE)
def test_the_side_is_the_sign_of_the_real_number(level, pairs, b):
    w, x = zip(*pairs, strict=True)
    true = sum(Fraction(p) * Fraction(q) for p, q in pairs) + Fraction(b)
    plane = Hyperplane(w, b)
    assert plane.side(x) == (true > 0) - (true < 0)
    assert plane.contains(x) == (true == 0)


@pytest.mark.parametrize("last", [0.5, 0.5 + 2.0**-40, 1e300, 1e-300, 2.0**-149])
@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_many_narrow_points_have_the_sides_of_wide_ones(compiled_level, dtype, last):
    """More than are copied, and a normal vector that float32 may or may not hold."""
    points = np.resize((stack(31, 7, seed=8) % 4 - 2).astype(dtype), (20000, 7))
    points[::5] = [1, -1, 0, 0, 0, 0, 0]
    points[1::5, :6] = 0
    plane = Hyperplane([1.0, 1.0, -0.25, 3.0, 0.125, -7.0, last])
    wide = np.resize(plane.side(points[:217].astype(np.float64)), 217)
    assert plane.side(points)[:217].tolist() == wide.tolist()
    assert not plane.side(points)[::5].any()


def test_a_point_one_ulp_off_is_not_on_the_plane(level):
    plane = Hyperplane([1.0, 1.0], -1.0)
    X = np.array([[0.5, 0.5], [0.5, 0.5 + 2.0**-53], [0.5, 0.5 - 2.0**-54], [1e-300, 1.0]])
    assert plane.side(X).tolist() == [0, 1, -1, 1]
    assert plane.contains(X).tolist() == [True, False, False, False]


def test_the_side_and_the_distance_of_every_row_are_those_it_has_alone(level):
    plane, X = Hyperplane(stack(9, seed=1), 0.5), stack(20, 9, seed=2)
    assert plane.side(X).tolist() == [plane.side(x) for x in X]
    assert array_bits(plane.distance(X)) == array_bits(np.array([plane.distance(x) for x in X]))
    assert np.array_equal(np.sign(plane.distance(X)), plane.side(X))


def test_the_distance_is_that_to_the_foot_of_the_perpendicular(level):
    assert float(Hyperplane([3.0, 4.0], -10.0).distance([6.0, 8.0])) == 8.0
    for power in (-600, 0, 600):
        assert float(Hyperplane(np.ldexp([3.0, 4.0], power), -math.ldexp(10.0, power)).distance([0.0, 0.0])) == -2.0
    plane, X = Hyperplane(stack(5, seed=3), 2.0), stack(12, 5, seed=4)
    feet = X - plane.distance(X)[:, None] * plane.w / geometry.norm(plane.w)
    np.testing.assert_allclose(plane.distance(feet), 0.0, atol=1e-9 * np.abs(X).max())


def squares(n):
    """n points of n coordinates."""
    return st.lists(st.lists(COORDINATES, min_size=n, max_size=n), min_size=n, max_size=n)


@few
@given(st.integers(1, 4).flatmap(squares))
def test_a_plane_through_points_contains_them_exactly(level, points):
    if np.linalg.matrix_rank(np.array(points)[1:] - points[0]) < len(points) - 1:
        with pytest.raises(ValueError, match="less than a hyperplane"):
            Hyperplane.through(points)
    else:
        plane = Hyperplane.through(points)
        assert plane.contains(points).all()
        assert next(value for value in plane.w if value) > 0


def test_a_plane_through_large_and_small_points_is_right_to_rounding(level):
    points = [[0.1, 0.2, 0.3], [1e200, 1.0, -1.0], [1e-200, 5.0, 2.0]]
    plane = Hyperplane.through(points)
    sizes = np.abs(plane.w) * np.abs(points)
    assert np.all(
        np.abs(plane.distance(points)) * geometry.norm(plane.w) <= 2.0**-49 * (sizes.sum(axis=1) + abs(plane.b))
    )


@few
@given(st.floats(-1e100, 1e100), st.floats(-1e100, 1e100))
def test_a_line_comes_back_as_it_went(slope, intercept):
    line = Hyperplane.line(slope, intercept)
    assert (line.slope, line.intercept) == (slope, intercept)
    assert line.w.tolist() == [slope, -1.0]


def test_points_above_a_line_are_on_its_negative_side(level):
    line = Hyperplane.line(2.0, 1.0)
    assert line.side([[0.0, 1.0], [0.0, 2.0], [0.0, 0.0]]).tolist() == [0, -1, 1]
    twice = Hyperplane([4.0, -2.0], 2.0)
    assert (twice.slope, twice.intercept) == (2.0, 1.0)


def test_the_normal_cannot_be_changed():
    w = np.array([1.0, 2.0])
    plane = Hyperplane(w, 3)
    w[:] = 7
    assert repr(plane) == "Hyperplane([1.0, 2.0], b=3.0)"
    with pytest.raises(ValueError, match="read-only"):
        plane.w[0] = 1
