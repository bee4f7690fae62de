"""A bound on every separator's margin that no rounding can break (Novikoff's, from what training did).

The bound. Training starts from any weights w_0, and its k-th mistake adds step_k * x_k, step_k = y_k * |step_k|; with
a bias x_k begins with 1. Let E be the exact sum of these steps. For any u of norm 1 that separates the samples with
margin g > 0, that is y * u·x >= g for each of them, every mistake adds at least |step_k| * g to u·E. So
g * sum(|step_k|) <= u·E <= ||E||, and after M mistakes g <= ||E|| / (M * s), s the least |step_k|: for w_0 = 0 and
rate 1 that is ||w|| / M. Nothing else is asked of the samples, of their order, of w_0, or of how mistakes were found.
So the bound is one for every set of samples that holds all those which were mistaken, such as all the samples that
training has visited since w_0. Jointly, u and E are the weights of all classes, a mistake adds step_k * x_k to those of
the right class and takes it from those of the wrong one, and g is the least lead.

Shards. Where epochs of K shards start from the same weights and are mixed, a mistake's step has the share of its shard
in E: 1/K, or that of the shard's mistakes among those of the epoch, m_k / m. The sum over the mistakes of their shares,
of m_k * m_k / m over the shards then, is at least m/K either way (Cauchy and Schwarz). So g <= K * ||E|| / (M * s).

Rounding in training. What is known of E is `change`, the weights less w_0, each of them rounded. Let d weights, those
of all classes, never exceed P, at the start neither; P is at least 2**-1022, the least normal number, and u = 2**-53.
A sum of two doubles is off by u times itself at most, however small: it never underflows, since both are multiples of
2**-1074. A product is off by u times itself or, where it underflows, by 2**-1075 = u * 2**-1022. Per mistake and
weight, then: the sum is off by u * P; the product, which takes one weight to the next, is at most (2 + u) * P, and off
by 2.01 * u * P, underflow or not. To take the difference from w_0 is off by 2 * u * P, once. In all, since M >= 1,

    ||change - E|| <= sqrt(d) * (M * 3.01 * u * P + 2 * u * P) <= M * sqrt(d) * 5.01 * u * P,

where the code has 8. Mixing K > 1 shards adds, per weight and epoch: 2.01 * u * P in all by shares and products that
are rounded, K * u * P by products that underflow, 1.01 * K * u * P by sums; at most 4.1 * K * u * P, and only where
there was a mistake. With 5.01 * u * P per mistake that is below 8 * K * u * P, which the code has. A step is what
training adds: that eta0 times weights was rounded before, up or down or to a subnormal number, changes nothing; where
it became 0, the sample was passed over.

Rounding in this file. Weights are scaled by the power of two that brings P to 1/2 or more and below 1, steps likewise.
So nothing overflows, M * s and the ratio are far from underflow, and scaled weights that underflow are off by 2**-1075,
for which the 8 has room. Six roundings, u each, lie between the terms and the ratio: the factor 1 + 8 * u is more.
To scale back is exact but for results below 2**-1022, where the next number up is taken.
"""

import math

import numpy as np
from numpy.typing import NDArray

from onedot import levels
from onedot._core.dot import float_dot
from onedot._reference.law import BLOCK

__all__ = ["margin_bound", "norm_above", "relative_margin", "scaled_norm"]

U = 2.0**-53
NORMAL = 2.0**-1022  # the least number of full precision: a product below it is off by U * NORMAL at most
NORMAL_EXPONENT = 1022


def relative_margin(least: float, w: NDArray[np.float64]) -> float:
    """least / ||w||, within some units in the last place, whatever the norm; NaN if either says nothing."""
    root, exponent = scaled_norm(w)
    if root == 0.0 or not math.isfinite(least):
        return math.nan
    mantissa, power = math.frexp(least)
    return _times_power(mantissa / root, power - exponent)


def norm_above(w: NDArray[np.float64]) -> float:
    """A number that is at least ||w||, and larger than it by some units in the last place."""
    root, exponent = scaled_norm(w)
    # Each square, and each of the w.size sums at most, rounds once, the root and this product three times.
    above = _times_power(root * (1.0 + (w.size + 16) * 2.0 * U), exponent)
    return math.nextafter(above, math.inf) if root else 0.0


def scaled_norm(w: NDArray[np.float64]) -> tuple[float, int]:
    """||w|| as a number from 1/2 up and the power of two that is to multiply it; 0 and 0 for zeros.

    The number is the root of w·w by the one-dot law, out of reach of overflow.
    """
    largest = max(float(w.max(initial=0.0)), -float(w.min(initial=0.0)))
    exponent = math.frexp(largest)[1]
    scaled = _scaled(w, -exponent)  # the largest from 1/2 to 1: squares that underflow are nothing beside it
    dot = levels.kernels().dot if scaled.size <= BLOCK else float_dot  # which threads may share
    return math.sqrt(dot(scaled, scaled)), exponent


def margin_bound(change: NDArray[np.float64], mistakes: int, step: float, peak: float, shards: int = 1) -> float:
    """An upper bound of the margin of every separator, infinite where there was no mistake.

    Parameters
    ----------
    change : ndarray
        The weights, less those that training started with. Where a difference overflows, nothing is known.
    mistakes : int
        How many steps they are the sum of.
    step : float
        The least |step|: the rate, times the least weight of a sample.
    peak : float
        The largest |weight| that training ever had, at the start or later.
    shards : int, optional
        How many shards' weights were mixed after each epoch, or the most that ever were.
    """
    if mistakes == 0 or step == 0.0:
        return math.inf
    p, exponent = math.frexp(max(peak, NORMAL))
    s, step_exponent = math.frexp(step)
    length = norm_above(_scaled(change, -exponent))
    rounding = 8.0 * U * p * shards * mistakes * math.sqrt(change.size) * (1.0 + 8.0 * U)
    ratio = (length + rounding) * shards / (mistakes * s) * (1.0 + 8.0 * U)
    bound = _times_power(ratio, exponent - step_exponent)
    return math.nextafter(bound, math.inf) if bound < NORMAL else bound


def _scaled(w: NDArray[np.float64], exponent: int) -> NDArray[np.float64]:
    """w * 2**exponent."""
    with np.errstate(under="ignore"):
        if abs(exponent) < NORMAL_EXPONENT:  # a product has the same bits, and takes a third of the time
            return np.asarray(w.ravel() * 2.0**exponent)
        return np.asarray(np.ldexp(w.ravel(), exponent))


def _times_power(value: float, exponent: int) -> float:
    """value * 2**exponent, infinite where that overflows."""
    try:
        return math.ldexp(value, exponent)
    except OverflowError:
        return math.inf
