"""A bound on every separator's margin that no rounding can break (Novikoff's, from what training did).

Let w_exact be the sum of step * x~ over the mistakes, x~ = (1, x) with a bias and x without one, and step = y * |step|.
For any u of norm 1 that separates the samples with margin g > 0, that is y * u·x~ >= g for all of them, every
mistake adds at least |step| * g to u·w. So g * sum(|step|) <= u·w_exact <= ||w_exact||, in whatever order the
samples came, and g <= ||w_exact|| / sum(|step|). With rate 1 and M mistakes that is ||w|| / M.

The weights in memory differ from w_exact by what rounding did. A mistake rounds a product and a sum for each weight:
with `peak` the largest |weight| that training ever had, they are at most 2.01 * u * peak and u * peak off. To take
the difference from the weights that training started with adds at most 2.01 * u * peak once more.
"""

import math

import numpy as np
from numpy.typing import NDArray

from onedot.face import float_dot

__all__ = ["margin_bound", "norm", "norm_above"]

U = 2.0**-53


def norm(w: NDArray[np.float64]) -> float:
    """||w||, within some units in the last place: the root of w·w by the one-dot law, out of reach of overflow."""
    root, exponent = _scaled_norm(w)
    return math.ldexp(root, exponent)


def norm_above(w: NDArray[np.float64]) -> float:
    """A number that is at least ||w||, and larger than it by some units in the last place."""
    root, exponent = _scaled_norm(w)
    # Each square, and each of the w.size sums at most, rounds once, the root and this product three times.
    above = math.ldexp(root * (1.0 + (w.size + 16) * 2.0 * U), exponent)
    return math.nextafter(above, math.inf) if root else 0.0


def _scaled_norm(w: NDArray[np.float64]) -> tuple[float, int]:
    """||w|| as a number from 1/2 up and the power of two that is to multiply it; 0 and 0 for zeros."""
    largest = float(np.max(np.abs(w), initial=0.0))
    exponent = math.frexp(largest)[1]
    scaled = np.ldexp(w.ravel(), -exponent)  # the largest from 1/2 to 1: squares that underflow are nothing beside it
    return math.sqrt(float_dot(scaled, scaled)), exponent


def margin_bound(change: NDArray[np.float64], mistakes: int, step: float, peak: float) -> float:
    """An upper bound of the margin of every separator, infinite where there was no mistake.

    Parameters
    ----------
    change : ndarray
        The weights, less those that training started with.
    mistakes : int
        How many steps they are the sum of.
    step : float
        The least |step|: the rate, times the least weight of a sample.
    peak : float
        The largest |weight| that training ever had.
    """
    if mistakes == 0 or step == 0.0:
        return math.inf
    rounding = 8.0 * U * peak * mistakes * math.sqrt(change.size) * (1.0 + 8.0 * U)
    bound = (norm_above(change) + rounding) / (mistakes * step)
    return bound * (1.0 + 8.0 * U) if bound > 2.0**-1000 else bound + 2.0**-1000
