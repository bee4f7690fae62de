"""The law of onedot word for word as its contract states it: an oracle that shares no line with the package."""

from fractions import Fraction

import numpy as np

LANES = 32
BLOCK = 4096


def fold(v):
    while len(v) > 1:
        h = len(v) // 2
        v = [a + b for a, b in zip(v[:h], v[h:], strict=True)]
    return v[0]


def padded(v):
    """v with 0.0 up to a power of two; an empty sum is 0.0."""
    width = 1
    while width < len(v):
        width *= 2
    return v + [0.0] * (width - len(v))


def dot(x, y):
    partials = []
    for start in range(0, len(x), BLOCK):
        lanes = [0.0] * LANES
        for i in range(start, min(start + BLOCK, len(x))):
            lanes[(i - start) % LANES] += x[i] * y[i]
        partials.append(fold(lanes))
    return fold(padded(partials))


def products(x, y):
    """The products of the elements as given, exactly."""
    return [Fraction(a) * Fraction(b) for a, b in zip(np.asarray(x).tolist(), np.asarray(y).tolist(), strict=True)]


def bound(n):
    """The bound of `dot`'s notes: the error over sum(abs(x * y))."""
    blocks = max(1, -(-n // BLOCK))
    c = Fraction(min(n, BLOCK), 32) + 6 + (blocks - 1).bit_length()
    u = Fraction(1, 2**53)
    return c * u / (1 - c * u)


def within_bound(value, x, y):
    """Whether a sum in binary64 is as near to the true dot as `dot` promises."""
    exact = products(x, y)
    return abs(Fraction(float(value)) - sum(exact)) <= bound(len(x)) * sum(map(abs, exact))
