"""Labelled points as exact integers, and the exact least value of a linear form on them.

Every finite float is a rational number whose denominator is a power of two. So a column times a power of
two is a column of integers, and whether a plane separates is a matter of integers. They are slow, so
floats go first: the plain `dot` with the bound of its error decides nearly always, integers the rest.
"""

from collections.abc import Sequence
from operator import mul
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onedot._core.arrays import is_integer
from onedot._core.matvec import matvec
from onedot._reference.law import BLOCK, LANES

__all__ = ["Form", "Points", "rounded", "times"]


class Form(NamedTuple):
    """A linear form on the points, whose value at point i is 2**exponent * g·row(i)."""

    g: list[int]
    exponent: int


class Points:
    """The vectors z_i = y_i (1, x_i) of labelled points, twice: as integers, and rounded to floats.

    X (n, d) is finite, an array of floats, integers or bools, or of Python integers; y (n,) holds ±1. Without a bias
    z_i is y_i x_i.

    With powers of two that depend on the column alone, ``z[i, j] == 2**grid[j] * row(i)[j]`` exactly, and
    ``floats[i, j]`` is ``2**-top[j] * z[i, j]`` rounded, at most 1 in magnitude.
    """

    def __init__(self, X: NDArray[Any], y: NDArray[np.int8], bias: bool = True) -> None:
        self.X, self.y, self.bias = X, y, bias
        self.n, self.width = X.shape[0], X.shape[1] + bias
        grid, top, scaled = _scaled_integers(X) if is_integer(X) else _scaled_floats(X)
        self.grid, self.top = [0] * bias + grid, [0] * bias + top
        self.floats = np.ones((self.n, self.width))
        self.floats[:, int(bias) :] = scaled
        self.floats *= y[:, None]
        self._sizes = np.abs(self.floats)
        self._positive, self._negative = np.flatnonzero(y > 0), np.flatnonzero(y < 0)
        self._rows: dict[int, list[int]] = {}

    def row(self, i: int) -> list[int]:
        """z_i as integers, on the grid."""
        if i not in self._rows:
            label = int(self.y[i])
            values = zip(self.X[i].tolist(), self.grid[int(self.bias) :], strict=True)
            self._rows[i] = [label] * self.bias + [label * _on_grid(value, grid) for value, grid in values]
        return self._rows[i]

    def form(self, weights: Sequence[float | int], exponents: Sequence[int] | None = None) -> Form:
        """The form sum_j weights[j] * 2**exponents[j] * z[i, j]."""
        ratios = [weight.as_integer_ratio() for weight in weights]
        shifts = [
            grid + exponent - (denominator.bit_length() - 1)
            for grid, exponent, (_, denominator) in zip(self.grid, exponents or [0] * self.width, ratios, strict=True)
        ]
        e = min(shifts)
        return Form([numerator << (shift - e) for (numerator, _), shift in zip(ratios, shifts, strict=True)], e)

    def with_best_bias(self, form: Form) -> tuple[Form, int]:
        """The form with the bias of the greatest least value, and the integer of that value; both classes are there.

        Without a bias it is the form itself.
        """
        if not self.bias:
            return form, self.least(form.g)[0]
        direction = [0, *form.g[1:]]
        above, _ = self.least(direction, self._positive)
        below, _ = self.least(direction, self._negative)
        return Form([below - above, *(2 * g for g in form.g[1:])], form.exponent - 1), above + below

    def least(self, g: Sequence[int], among: NDArray[np.intp] | None = None) -> tuple[int, int]:
        """The least value of g·row(i), exactly, and an i that has it; over all points, or over `among` them."""
        if not any(g):  # where every point would be a candidate
            return 0, 0 if among is None else int(among[0])
        values, errors, _ = self._estimates(g, slice(None) if among is None else among)
        near = np.flatnonzero(values - errors <= np.min(values + errors))
        candidates = near if among is None else among[near]
        return min((_dot(g, self.row(i)), i) for i in candidates.tolist())

    def signs(self, g: Sequence[int]) -> NDArray[np.int8]:
        """The sign of g·row(i) for every i, exactly."""
        values, errors, _ = self._estimates(g, slice(None))
        signs = np.sign(values).astype(np.int8)
        near = np.flatnonzero(np.abs(values) <= errors)
        first = int(self.bias)
        used = [j for j in range(first, self.width) if g[j]]
        factors, grids = [g[j] for j in used], [self.grid[j] for j in used]
        for i, row in zip(near.tolist(), self.X[near][:, [j - first for j in used]].tolist(), strict=True):
            value = first and g[0]
            value += sum(factor * _on_grid(x, grid) for factor, x, grid in zip(factors, row, grids, strict=True))
            signs[i] = int(self.y[i]) * ((value > 0) - (value < 0))
        return signs

    def up_to(self, g: Sequence[int], limit: int) -> list[tuple[int, int]]:
        """(g·row(i), i) for every i where that is at most `limit`."""
        values, errors, exponent = self._estimates(g, slice(None))
        everything = limit.bit_length() + exponent > self.width.bit_length()
        near = values - errors <= (np.inf if everything else 2 * times(limit, exponent))
        values_and_points = ((_dot(g, self.row(i)), i) for i in np.flatnonzero(near).tolist())
        return [(value, i) for value, i in values_and_points if value <= limit]

    def _estimates(self, g: Sequence[int], rows: Any) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
        """g·row(i) * 2**exponent as floats, bounds on their errors, and the exponent.

        With u = 2**-53 and c as in the notes of `dot`, a sum of products errs by c*u of the sum of their sizes at
        most, the weights and integers have been rounded before (u each), and numbers that underflow err by
        2**-1075 each. The bound is twice that, which covers its own rounding.
        """
        v, exponent = rounded(g, [top - grid for top, grid in zip(self.top, self.grid, strict=True)], 0)
        blocks = -(-self.width // BLOCK)
        c = min(self.width, BLOCK) / LANES + 6 + (blocks - 1).bit_length()
        sizes = matvec(self._sizes[rows], np.abs(v))
        errors = sizes * ((c + 4) * 2.0**-52) + self.width * 2.0**-1070
        return matvec(self.floats[rows], v), errors, exponent


def rounded(integers: Sequence[int], shifts: Sequence[int], top: int) -> tuple[NDArray[np.float64], int]:
    """integers[j] * 2**(shifts[j] + e), each rounded, and the e that puts the largest just below 2**top."""
    sizes = [integer.bit_length() + shift for integer, shift in zip(integers, shifts, strict=True) if integer]
    e = top - max(sizes, default=0)
    return np.array([times(integer, shift + e) for integer, shift in zip(integers, shifts, strict=True)]), e


def times(integer: int, exponent: int) -> float:
    """integer * 2**exponent, rounded to nearest even; below the normal range, too."""
    return float(integer << exponent) if exponent >= 0 else integer / (1 << -exponent)


def _dot(g: Sequence[int], row: Sequence[int]) -> int:
    return sum(map(mul, g, row))


def _on_grid(value: float | int, grid: int) -> int:
    numerator, denominator = value.as_integer_ratio()
    shift = -grid - (denominator.bit_length() - 1)
    return numerator << shift if shift >= 0 else numerator >> -shift


def _scaled_floats(X: NDArray[Any]) -> tuple[list[int], list[int], NDArray[np.float64]]:
    """For every column of floats the exponents of its lowest bit and above its highest; X over the latter."""
    wide = X.astype(np.float64)
    fractions, exponents = np.frexp(wide)
    bits = np.ldexp(fractions, 53).astype(np.int64)  # exactly, so that X == bits * 2**(exponents - 53)
    lowest = np.frexp((bits & -bits).astype(np.float64))[1] - 1 + exponents - 53
    some = bits.any(axis=0)  # a column of zeros is on every grid
    grid = np.where(some, np.where(bits == 0, 1024, lowest).min(axis=0), 0)
    top = np.where(some, np.where(bits == 0, -1074, exponents).max(axis=0), 0)
    return grid.tolist(), top.tolist(), np.ldexp(wide, -top)


def _scaled_integers(X: NDArray[Any]) -> tuple[list[int], list[int], NDArray[np.float64]]:
    """The same for columns of integers, of any size."""
    grid, top, scaled = [], [], np.empty(X.shape)
    for j in range(X.shape[1]):
        column = [int(value) for value in X[:, j].tolist()]
        union = 0
        for value in column:
            union |= abs(value)
        grid.append((union & -union).bit_length() - 1 if union else 0)
        top.append(union.bit_length())
        scaled[:, j] = [times(value, -union.bit_length()) for value in column]
    return grid, top, scaled
