"""The two answers, each a proof that can be checked without trusting how it was found.

They are no tuples: checkers of types take those for true, and who unpacks one answer may have got the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt, lcm
from numbers import Rational
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot._core.environment import in_default_environment
from onedot._core.in_short import Shown
from onedot._separation.points import Points, times
from onedot._separation.validation import samples_and_labels

if TYPE_CHECKING:
    from fractions import Fraction

__all__ = ["Inseparable", "Separable", "cancels", "distance", "margin"]


@dataclass(frozen=True, eq=False, repr=False)
class Separable(Shown):
    """y_i (w[0] + w[1:]·x_i) > 0 for every sample: the weights of a plane that separates, and its distance.

    Attributes
    ----------
    weights : ndarray, shape (d+1,)
        The bias first. float64; Python integers (dtype object) for the rare set that no rounding of the plane
        found separates.
    margin : float
        min_i y_i (w[0] + w[1:]·x_i) / ||w[1:]||, the distance of the plane from the sample next to it, as a real
        number, rounded once to nearest even. ``inf`` where all samples have one label and no plane is needed.
        It is the margin of these weights, and not the largest there is.
    """

    weights: NDArray[Any]
    margin: float

    def __bool__(self) -> Literal[True]:
        return True

    @in_default_environment
    @np.errstate(all="ignore")
    def verify(self, X: ArrayLike, y: ArrayLike) -> bool:
        """Whether the weights separate X by y, every margin's sign taken exactly, and `margin` is theirs.

        Examples
        --------
        >>> answer = onedot.Separable(np.array([-1.0, 1.0]), 1.0)
        >>> answer.verify([[0.0], [2.0]], [-1, 1]), answer.verify([[0.0], [1.0]], [-1, 1])
        (True, False)
        """
        points = Points(*samples_and_labels("verify", X, y))
        weights = np.asarray(self.weights).ravel().tolist()
        if len(weights) != points.width or not all(isinstance(w, int | float) and abs(w) < np.inf for w in weights):
            return False
        return margin(points, weights) == self.margin


@dataclass(frozen=True, eq=False, repr=False)
class Inseparable(Shown):
    """sum_k c_k y_i (1, x_i) = 0 over i = indices[k]: what no plane can meet. It is false, ``bool(answer) is False``.

    Attributes
    ----------
    indices : ndarray, shape (k,), k <= d+2
        Ascending numbers of samples.
    coefficients : tuple of Fraction
        c > 0 of those samples. As `separability` gives them they sum to 1 in each class, so that the classes' hulls
        share the point sum c_k x_i, the sum over either class; any multiple proves the same, and `verify` takes it.
    """

    indices: NDArray[np.intp]
    coefficients: tuple[Fraction, ...]

    def __bool__(self) -> Literal[False]:
        return False

    @in_default_environment
    @np.errstate(all="ignore")
    def verify(self, X: ArrayLike, y: ArrayLike) -> bool:
        """Whether the coefficients, not all zero and none negative, sum the samples y_i (1, x_i) to 0 exactly.

        Their scale is not looked at: a sum of 0 is one in any.

        Examples
        --------
        >>> from fractions import Fraction
        >>> answer = onedot.Inseparable(np.array([0, 1, 2]), (Fraction(1, 2), Fraction(1), Fraction(1, 2)))
        >>> answer.verify([[0.0], [1.0], [2.0]], [1, -1, 1]), answer.verify([[0.0], [1.5], [2.0]], [1, -1, 1])
        (True, False)
        """
        return cancels(self, *samples_and_labels("verify", X, y))


def cancels(answer: Inseparable, rows: NDArray[Any], labels: NDArray[np.int8]) -> bool:
    """What `Inseparable.verify` asks, of arrays that have been read already; nothing of the search is used."""
    indices, c = np.asarray(answer.indices).ravel().tolist(), answer.coefficients
    n, d = rows.shape
    if not all(isinstance(i, int) for i in indices) or not all(isinstance(each, Rational) for each in c):
        return False
    if len(indices) != len(c) or len(set(indices)) != len(indices) or len(indices) > d + 2:
        return False
    if not all(0 <= i < n for i in indices) or min(c, default=0) < 0 or not any(c):
        return False
    scale = lcm(*(coefficient.denominator for coefficient in c))
    terms = [int(coefficient * scale) * int(labels[i]) for coefficient, i in zip(c, indices, strict=True)]
    return sum(terms) == 0 and all(_is_zero(terms, column) for column in rows[indices].T.tolist())


def _is_zero(terms: list[int], column: list[float | int]) -> bool:
    """Whether sum(terms * column) is 0; every denominator of a float is a power of two, so the largest is common."""
    ratios = [value.as_integer_ratio() for value in column]
    common = max(denominator for _, denominator in ratios)
    pairs = zip(terms, ratios, strict=True)
    return sum(term * numerator * (common // denominator) for term, (numerator, denominator) in pairs) == 0


def margin(points: Points, weights: list[float | int]) -> float:
    """min_i weights·z_i / ||weights but the bias||, rounded once to nearest even, if that is positive; else NaN."""
    form, exponent = points.form(weights)
    least, _ = points.least(form)
    return distance(least, exponent, weights[int(points.bias) :])


def distance(least: int, exponent: int, weights: list[Any]) -> float:
    """least * 2**exponent / ||weights||, rounded once to nearest even, if that is positive; otherwise NaN."""
    if least <= 0:
        return np.nan
    ratios = [weight.as_integer_ratio() for weight in weights]
    common = max(denominator for _, denominator in ratios)
    square = sum((numerator * (common // denominator)) ** 2 for numerator, denominator in ratios)
    if square == 0:
        return np.inf
    return _over_root(least, square, exponent + common.bit_length() - 1)


def _over_root(a: int, square: int, exponent: int) -> float:
    """a / sqrt(square) * 2**exponent, rounded to nearest even."""
    shift = max(0, 70 + square.bit_length() // 2 - a.bit_length())
    numerator = a * a << 2 * shift
    root = isqrt(numerator // square)
    # One bit more says whether something was cut off, so that rounding the integer rounds the real number.
    root = 2 * root + (root * root * square != numerator)
    try:
        return times(root, exponent - shift - 1)
    except OverflowError:
        return np.inf
