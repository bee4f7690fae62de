"""Dot products that are hard to round, after T. Ogita, S. M. Rump and S. Oishi, and their exact values in integers.

"Accurate sum and dot product", SIAM J. Sci. Comput. 26 (2005), 1955-1988, https://doi.org/10.1137/030601818,
algorithm 6.1: half of the terms are random and spread over half the exponents of the condition number, the other
half bring the sum back to about 1 step by step. Here the second half cancels the exact sum so far to within a rounding,
at exponents that go down evenly.
"""

import math
from fractions import Fraction

import numpy as np

POINT = 2148  # a product of two binary64 numbers is an integer times 2**-2148
DIGITS = {"float64": (53, 1074, 1024), "float32": (24, 149, 128), "float16": (11, 24, 16), "bfloat16": (8, 133, 128)}


def integer(a):
    """a * 2**1074."""
    numerator, denominator = a.as_integer_ratio()
    return numerator * 2**1074 // denominator


def exact_integer(x, y):
    """x·y * 2**2148 for finite vectors."""
    total = 0
    for a, b in zip(x.astype(float).tolist(), y.astype(float).tolist(), strict=True):
        total += integer(a) * integer(b)
    return total


def rounded(total, dtype="float64"):
    """total * 2**-2148 as Fraction rounds it: to the nearest number of a type, ties to even."""
    digits, least, largest = DIGITS[dtype]
    value = abs(Fraction(total, 2**POINT))
    if not value:
        return 0.0
    exponent = abs(total).bit_length() - POINT
    quantum = Fraction(2) ** max(exponent - digits, -least)
    near = round(value / quantum) * quantum
    result = math.inf if near >= 2**largest else float(near)
    return -result if total < 0 else result


def hard_pair(draw, n, exponent):
    """Vectors of n elements whose dot product has a condition number of about 2**exponent, in a random order."""
    half = max(n // 2, 1)
    spread = draw.integers(0, exponent // 4 + 1, half)
    spread[0] = exponent // 4
    x, y = (draw.uniform(-1, 1, half) * np.exp2(spread + draw.integers(-3, 4, half)) for _ in range(2))
    x, y = x.tolist(), y.tolist()
    total = sum(integer(a) * integer(b) for a, b in zip(x, y, strict=True))
    for top in np.linspace(exponent // 4, 0, n - half).astype(int):
        a = float(draw.uniform(-1, 1)) * 2.0 ** int(top) or 1.0
        b = (float(draw.uniform(-1, 1)) - rounded(total)) / a
        x.append(a)
        y.append(b)
        total += integer(a) * integer(b)
    order = draw.permutation(n)
    return np.array(x)[order], np.array(y)[order]


def cancelling_rows(draw, rows, n, dtype="float64"):
    """Rows of n elements of which most cancel in pairs: quick to make by the thousand, and as hard to round."""
    reach = {"float64": 240, "float32": 30, "float16": 5, "bfloat16": 30}[dtype]
    pairs = n // 2
    x, y = draw.standard_normal((rows, n)), draw.standard_normal((rows, n))
    scale = draw.integers(0, reach, (rows, 1))
    x[:, :pairs] *= np.exp2(draw.integers(-reach, reach, (rows, pairs)) * scale / reach)
    x[:, pairs : 2 * pairs], y[:, pairs : 2 * pairs] = x[:, :pairs], -y[:, :pairs]
    if pairs > 1:  # so that what is left is no more than a few bits
        y[:, pairs] = np.nextafter(y[:, pairs].astype(dtype), np.array(np.inf, dtype))
        x[:, -1] *= np.exp2(-2.0 * scale[:, 0])
    order = draw.permuted(np.tile(np.arange(n), (rows, 1)), axis=1)
    with np.errstate(over="ignore"):
        x, y = x.astype(dtype), y.astype(dtype)
    x, y = np.take_along_axis(x, order, 1), np.take_along_axis(y, order, 1)
    return np.where(np.isfinite(x), x, 1).astype(dtype), np.where(np.isfinite(y), y, 1).astype(dtype)


def any_rows(draw, rows, n, dtype="float64"):
    """Rows of any finite bits: every exponent, subnormals included, each row within a window of its own."""
    width = {"float64": (52, 2047), "float32": (23, 255), "float16": (10, 31), "bfloat16": (7, 255)}[dtype]
    word = f"u{np.dtype(dtype).itemsize}"
    window = draw.integers(1, width[1], (rows, 1))

    def numbers(middle):
        exponent = np.clip(middle + draw.integers(-40, 41, (rows, n)) * window // width[1], 0, width[1] - 1)
        sign = draw.integers(0, 2, (rows, n)) << (width[0] + width[1].bit_length())
        return (sign + (exponent << width[0]) + draw.integers(0, 2 ** width[0], (rows, n))).astype(word).view(dtype)

    middle = draw.integers(0, width[1], (rows, 1))
    return numbers(middle), numbers(np.clip(width[1] - middle + draw.integers(-300, 300, (rows, 1)), 0, width[1] - 1))
