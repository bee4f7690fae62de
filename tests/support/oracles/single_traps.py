"""Sums x·y + c of binary32 numbers next to a tie, which binary64 takes for the tie: rounded twice, they are wrong."""

from typing import NamedTuple

import numpy as np


class Traps(NamedTuple):
    """Vectors of float32, of which each place is a sum."""

    x: np.ndarray
    y: np.ndarray
    c: np.ndarray


def _near_ties(c, quantum, draw):
    """Products of an odd number of halves of a quantum, a little more or less, or just that, to be added to each c."""
    j = draw.integers(0, 200, len(c)) * 2.0**-23
    odd = draw.choice([1.0, 3.0, 5.0, 7.0, 11.0], len(c))
    scale = np.exp2(draw.integers(-30, 30, len(c)))
    sign = draw.choice([-1.0, 1.0], len(c))
    x = (1 + j) * scale
    y = sign * odd * (1 - j) / scale
    half = quantum / 2
    root = np.exp2(np.round(np.log2(half) / 2))
    x, y = x * root, y * (half / root)  # whose product is odd * half * (1 - j**2), and j**2 < 2**-30
    fits = (x.astype("f4") == x) & (y.astype("f4") == y)
    return Traps(*(v[fits].astype("f4") for v in (x, y, c)))


def ordinary(draw, n):
    """To c between 2**-60 and 2**60."""
    exponent = draw.integers(-60, 60, n)
    c = draw.integers(2**23, 2**24, n) * np.exp2(exponent - 23.0) * draw.choice([-1.0, 1.0], n)
    return _near_ties(c, np.exp2(exponent - 23.0), draw)


def subnormal(draw, n):
    """To c below the least normal number or close to it, where the last place stays."""
    c = draw.integers(1, 2**24, n) * 2.0**-149 * draw.choice([-1.0, 1.0], n)
    return _near_ties(c, np.full(n, 2.0**-149), draw)


def overflowing(draw, n):
    """To c at the end of the range, where the next tie is with infinity."""
    c = (2.0**24 - draw.integers(1, 6, n)) * 2.0**104 * draw.choice([-1.0, 1.0], n)
    return _near_ties(c, np.full(n, 2.0**104), draw)


KINDS = {"ordinary": ordinary, "subnormal": subnormal, "overflowing": overflowing}


def traps(kind, n):
    """Some n of a kind, the same each time."""
    return KINDS[kind](np.random.default_rng([n, *kind.encode()]), n)
