"""A bound on every separator's margin that no rounding can break (Novikoff's, from what training did).

Let w_exact be the sum of step * x~ over the mistakes, x~ = (1, x) with a bias and x without one, and step = y * |step|.
For any u of norm 1 that separates the samples with margin g > 0, that is y * u·x~ >= g for all of them, every
mistake adds at least |step| * g to u·w. So g * sum(|step|) <= u·w_exact <= ||w_exact||, in whatever order the
samples came, and g <= ||w_exact|| / sum(|step|). With rate 1 and M mistakes that is ||w|| / M.

The weights in memory differ from w_exact by what rounding did. A mistake rounds a product and a sum for each weight;
with `peak` the largest |weight| that training ever had, both are at most u * 2.01 * peak and u * peak off.
"""

import math

import numpy as np
from numpy.typing import NDArray

import onedot.reference as reference
from onedot import levels

__all__ = ["margin_bound", "norm_above"]

U = 2.0**-53


def norm_above(w: NDArray[np.float64]) -> float:
    """A number that is at least ||w||, and larger than it by some units in the last place."""
    largest = float(np.max(np.abs(w), initial=0.0))
    if largest == 0.0:
        return 0.0
    exponent = math.frexp(largest)[1]
    scaled = np.ldexp(w.ravel(), -exponent)  # the largest from 1/2 to 1: squares that underflow are nothing beside it
    squares = reference.fold([_square(scaled[start : start + _PIECE]) for start in range(0, len(scaled), _PIECE)])
    root = math.sqrt(squares * (1.0 + (w.size + 16) * 4.0 * U)) * (1.0 + 4.0 * U)
    return math.nextafter(math.ldexp(root, exponent), math.inf)


_PIECE = 2**20  # elements that a kernel takes at once


def _square(v: NDArray[np.float64]) -> float:
    return levels.kernels().dot(v, v)


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
    rounding = 4.0 * U * peak * mistakes * math.sqrt(change.size) * (1.0 + 8.0 * U)
    bound = (norm_above(change) + rounding) / (mistakes * step)
    return bound * (1.0 + 8.0 * U) if bound > 2.0**-1000 else bound + 2.0**-1000
