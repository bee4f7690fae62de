"""The single tier as its contract states it, each step a Fraction rounded once: it shares no line with the package.

Numbers are Python's floats that binary32 holds.
"""

import math
from fractions import Fraction

import numpy as np

LANES = 32
BLOCK = 4096
LARGEST = 2.0**128 - 2.0**104


def to_binary32(value):
    """A Fraction as the nearest binary32 number, ties to even; zero is +0.0."""
    magnitude = abs(value)
    if not magnitude:
        return 0.0
    exponent = magnitude.numerator.bit_length() - magnitude.denominator.bit_length()  # of its first digit, or one more
    exponent -= magnitude < Fraction(2) ** exponent
    quantum = Fraction(2) ** max(exponent - 23, -149)
    near = round(magnitude / quantum) * quantum
    result = math.inf if near > LARGEST else float(near)
    return -result if value < 0 else result


def fma(x, y, c):
    """x·y + c rounded once; the sign of an exact zero, infinities and NaN are those of the same in binary64."""
    if not all(map(math.isfinite, (x, y, c))):
        return x * y + c
    value = Fraction(x) * Fraction(y) + Fraction(c)
    return to_binary32(value) if value else x * y + c


def add(a, b):
    return fma(a, 1.0, b)


def fold(v):
    width = 1
    while width < len(v):
        width *= 2
    v = v + [0.0] * (width - len(v))
    while len(v) > 1:
        h = len(v) // 2
        v = [add(a, b) for a, b in zip(v[:h], v[h:], strict=True)]
    return v[0]


def dot(x, y):
    """x·y of vectors of floats no wider than binary32, or of lists of such numbers."""
    x, y = (np.asarray(v).astype(np.float64).tolist() for v in (x, y))
    partials = []
    for start in range(0, len(x), BLOCK):
        lanes = [0.0] * LANES
        for i in range(start, min(start + BLOCK, len(x))):
            lanes[(i - start) % LANES] = fma(x[i], y[i], lanes[(i - start) % LANES])
        partials.append(fold(lanes))
    return fold(partials) + 0.0
