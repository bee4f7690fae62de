"""From a form on the grid to weights that users read: floats if they will do, otherwise Python integers."""

from math import gcd, ldexp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onedot._separation.points import Form, Points, rounded, times

__all__ = ["exact_weights", "separating_weights"]

# Roundings of one direction, tried in turn: between two floats there is none, between their multiples there may be.
FACTORS = (4, 5, 6, 7)


def separating_weights(points: Points, form: Form) -> NDArray[Any]:
    """Weights that are positive at every point, as those of the form are."""
    weights = _as_floats(points, form)
    return _read_only(np.array(_as_integers(points, form.g), dtype=object) if weights is None else weights)


def exact_weights(points: Points, g: list[int]) -> NDArray[Any]:
    """The weights of a form but for a positive factor: float64 if that holds them all, the largest from 1 to 2."""
    integers = _as_integers(points, g)
    largest = max(abs(integer) for integer in integers).bit_length() - 1
    floats = [_quotient(integer, largest) for integer in integers]
    if all(value is not None for value in floats):
        return _read_only(np.array(floats, dtype=np.float64))
    return _read_only(np.array(integers, dtype=object))


def _quotient(integer: int, exponent: int) -> float | None:
    """integer / 2**exponent if a float is that."""
    zeros = (integer & -integer).bit_length() - 1 if integer else 0
    odd = integer >> zeros
    if odd.bit_length() > 53 or zeros - exponent < -1074:
        return None
    return ldexp(float(odd), zeros - exponent)


def _as_integers(points: Points, g: list[int]) -> list[int]:
    finest = max(points.grid)
    integers = [each << (finest - grid) for each, grid in zip(g, points.grid, strict=True)]
    common = gcd(*integers)
    return [integer // common for integer in integers]


def _read_only(weights: NDArray[Any]) -> NDArray[Any]:
    weights.flags.writeable = False
    return weights


def _as_floats(points: Points, form: Form) -> NDArray[np.float64] | None:
    """The form's plane with float64 weights, the largest from 1 to 2 if none underflows then; None if it fails."""
    shifts = [-grid for grid in points.grid]
    sizes = [g.bit_length() + shift for g, shift in zip(form.g, shifts, strict=True) if g]
    top = min(max(1, max(sizes) - min(sizes) - 1021), 1022)
    for factor in FACTORS:
        weights, _ = rounded([factor * g for g in form.g], shifts, top)
        if points.bias and any(form.g[1:]):
            plane, _ = points.with_best_bias(points.form(weights.tolist()))
            try:
                weights[0] = times(plane.g[0], plane.exponent)
            except OverflowError:  # weights that lose bits to underflow can want a bias far beyond that of the form
                continue
        least, _ = points.least(points.form(weights.tolist()).g)
        if least > 0:
            return weights
    return None
