"""gelu is within 1 ulp: what docs/accuracy.md says of its roundings is derived here."""

import math
from itertools import pairwise

import mpmath
import numpy as np
import pytest

from onedot._reference import elementary
from onedot._reference.coefficients import EXP, MILLS, MILLS_LIMIT, MILLS_MIDDLE, MILLS_SHIFT
from support.roundings import Rounded

mpmath.mp.prec = 160

UNIT = 2.0**-53  # to be off by so much of the result is to be off by an ulp at most
BESIDE = 2.0**-26  # the size of what stands beside heads, at most
HALF_LN2 = math.log(2) / 2 * (1 + 2.0**-20)
LAST = 38.75 / 42.75
SLICES, POINTS = 200, 600


def shifted_tail(t):
    """R(t)*(t + B)."""
    return mpmath.exp(t * t / 2) * mpmath.erfc(t / mpmath.sqrt(2)) / 2 * (t + MILLS_SHIFT)


def tail_of(w):
    return shifted_tail(MILLS_MIDDLE * mpmath.mpf(w) / (1 - mpmath.mpf(w)))


def power_sum(coefficients, x):
    return mpmath.fsum(c * x**i for i, c in enumerate(coefficients))


def fitted_tail(w):
    """The formula of normal_tail, without rounding."""
    w = mpmath.mpf(w)
    v = 1 - w
    slope = mpmath.mpf(1) / 16 + mpmath.mpf(5) / 8 * v * v + power_sum(MILLS, 2 * w - 1)
    return mpmath.mpf(MILLS_SHIFT) / 2 + w * (v * slope + MILLS_LIMIT)


def fitted_power(r):
    """The formula of reduce and mantissa, without rounding."""
    r = mpmath.mpf(r)
    return 1 + r + r * r / 2 + r**3 * power_sum(EXP, r)


def off_by_fit(fitted, true, low, high):
    """The largest relative difference: it is a polynomial, but for 2**-100, and its degree is below 60.

    So it is nowhere more than 1 / cos(60*pi / (2*POINTS)) times as great as at so many points of Chebyshev's
    (H. Ehlich, K. Zeller, "Schwankung von Polynomen zwischen Gitterpunkten", Math. Z. 86 (1964), 41-44).
    """
    turns = np.cos(np.pi * (np.arange(POINTS) + 0.5) / POINTS)
    at = 0.5 * (low + high) + 0.5 * (high - low) * turns
    between = math.cos(60 * math.pi / (2 * POINTS))
    return max(float(abs(fitted(x) / true(x) - 1)) for x in at.tolist()) / between


def slices(low, high):
    return pairwise(np.linspace(low, high, SLICES + 1).tolist())


def off_by_rounding_of_tail(low, high):
    """normal_tail for w from low to high: its line that is no pair, and the sum that takes it in."""
    w = Rounded(low, high, 0.5 * math.ulp(high))
    v = Rounded(1.0 - high, 1.0 - low, 0.5 * math.ulp(1.0 - low))
    ends = 2.0 * low - 1.0, 2.0 * high - 1.0
    z = Rounded(*ends, 0.5 * math.ulp(max(map(abs, ends))))
    rest = Rounded(-BESIDE, BESIDE, 2.0**-76) + w * (v * elementary.polynomial(z, MILLS) + MILLS_LIMIT)
    return (Rounded(-0.5 * UNIT, 0.5 * UNIT) + rest).error / float(min(tail_of(low), tail_of(high)))


def off_by_rounding_of_power(low, high):
    """Reduce and mantissa for r from low to high."""
    r, lost = Rounded(low, high), Rounded(-0.5 * UNIT, 0.5 * UNIT, 2.0**-86)
    square = r * r
    tail = (square * 0.5 + (square * r) * elementary.polynomial(r, EXP)) + lost
    return (Rounded(-UNIT, UNIT) + tail).error / math.exp(low)


def test_gelu_is_within_one_ulp():
    tail = max(off_by_rounding_of_tail(*ends) for ends in slices(0.0, LAST)) / UNIT
    power = max(off_by_rounding_of_power(*ends) for ends in slices(-HALF_LN2, HALF_LN2)) / UNIT
    fits = (
        off_by_fit(fitted_tail, tail_of, 0.0, LAST) / UNIT,
        off_by_fit(fitted_power, mpmath.exp, -HALF_LN2, HALF_LN2) / UNIT,
    )
    assert tail < 0.16
    assert power < 0.27
    assert sum(fits) < 0.05
    normal = 0.5 + tail + power + sum(fits)
    assert normal < 0.96
    assert 0.5 + normal / 2.0 < 0.98  # of subnormal results, which are rounded twice


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (1.0, 5.0), (5.0, 38.75)])
def test_what_is_a_pair_in_gelu_is_good_to_twenty_bits_more_than_binary64_has(monkeypatch, low, high):
    """normal_tail without its polynomial and constant, whose errors the other test bounds."""
    monkeypatch.setattr(elementary, "polynomial", lambda x, coefficients: 0.0)
    monkeypatch.setattr(elementary, "MILLS_LIMIT", 0.0)
    for t in np.linspace(low, high, 500).tolist():
        w = t / (t + mpmath.mpf(MILLS_MIDDLE))
        v = 1 - w
        true = mpmath.mpf(MILLS_SHIFT) / 2 + w * v * (1 + 10 * v * v) / 16
        found = mpmath.fsum(elementary.normal_tail(t)) * (t + mpmath.mpf(MILLS_SHIFT))
        assert abs(found / true - 1) < 2.0**-73, t
