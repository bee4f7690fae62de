"""Elementary functions from additions, products and quotients alone: the specification of their kernels.

No platform's libm is asked, as no two of them agree to the last bit. Everything is IEEE binary64, every operation is
rounded by itself, and bits are only moved, so a kernel that does the same operations in the same order gives the same
bits on any CPU. A number that must be known better than binary64 can hold is a pair: high + low, with low small.

The method is the classical one: x = k*ln(2) + r, a near-minimax polynomial for exp(r), and a quotient whose rest is
found exactly, by parts of 26 bits (T. J. Dekker, "A floating-point technique for extending the available precision",
Numer. Math. 18 (1971), 224-242. https://doi.org/10.1007/BF01397083). No result is further than one unit in the
last place from the true value; docs/accuracy.md has the errors that were measured.
"""

import struct
from collections.abc import Callable, Iterable, MutableSequence, Sequence
from math import inf, ldexp, nan
from typing import Any

from onedot._reference.coefficients import (
    ARCTAN,
    ARTANH,
    EXP,
    INVERSE_LN2,
    LN2_HIGH,
    LN2_LOW,
    MILLS,
    MILLS_LIMIT,
    MILLS_MIDDLE,
    MILLS_SHIFT,
    QUARTER_PI,
    QUARTER_PI_LOW,
    TURN,
)

__all__ = [
    "arctangent",
    "exp",
    "gelu",
    "leaky_relu",
    "log_expit",
    "log_one_plus",
    "logit",
    "relu",
    "sigmoid",
    "sign",
    "silu",
    "softplus",
    "step",
    "tanh",
]

INTEGER_BITS = 1.5 * 2.0**52  # whatever is added to it is rounded to an integer
OVER_ROOT_HALF = 0x3FF0000000000000 - 0x3FE6A09E667F3BCD  # the bits of 1 less those of sqrt(1/2)
HEAD_BITS = 0xFFFFFFFFF8000000
UP, DOWN = 2.0**64, 2.0**-64  # the way into the subnormal numbers, where only the last product may round
SLOPE = 0.01  # of leaky_relu

Pair = tuple[float, float]


def head(v: float) -> float:
    """v without the last 27 bits of its fraction: a product of two such numbers is exact."""
    (bits,) = struct.unpack("<Q", struct.pack("<d", v))
    (result,) = struct.unpack("<d", struct.pack("<Q", bits & HEAD_BITS))
    return float(result)


def exponent(v: float) -> int:
    """The k with sqrt(1/2) <= v / 2**k < sqrt(2)."""
    (bits,) = struct.unpack("<Q", struct.pack("<d", v))
    return int((bits + OVER_ROOT_HALF) >> 52) - 1023


def polynomial(x: float, coefficients: Iterable[float]) -> float:
    """The sum of coefficients[i] * x**i: neighbours are joined, then neighbours of those with x*x, and so on."""
    v = list(coefficients)
    while len(v) > 1:
        odd = v[len(v) // 2 * 2 :]
        v = [near + far * x for near, far in zip(v[::2], v[1::2], strict=False)] + odd
        x = x * x
    return v[0]


def reduce(x: float) -> tuple[int, float, float]:
    """k, r and tail: x = k*ln(2) + r with |r| <= ln(2)/2, and exp(r) = 1 + r + tail.

    k*LN2_HIGH is exact, and so is its difference from x. What r loses by rounding is in the tail.
    """
    k = (x * INVERSE_LN2 + INTEGER_BITS) - INTEGER_BITS
    a, c = x - k * LN2_HIGH, k * LN2_LOW
    r = a - c
    r_low = (a - r) - c
    square = r * r
    tail = (square * 0.5 + (square * r) * polynomial(r, EXP)) + r_low
    return int(k), r, tail


def mantissa(r: float, tail: float) -> Pair:
    """exp(r) = 1 + r + tail."""
    high = 1.0 + r
    return high, ((1.0 - high) + r) + tail


def quotient(numerator: Pair, denominator: Pair) -> Pair:
    """The quotient, for a denominator whose high part is a head: what the head of the quotient leaves is exact."""
    inverse = 1.0 / (denominator[0] + denominator[1])
    high = head(numerator[0] * inverse)
    rest = (numerator[0] - high * denominator[0]) - high * denominator[1]
    return high, (rest + numerator[1]) * inverse


def denominator(base: float, v: Pair) -> Pair:
    """base + v, the high part a head."""
    high = head(base + v[0])
    return high, ((base - high) + v[0]) + v[1]


def scaled(v: Pair, k: int) -> Pair:
    """v * 2**k, for k down to -1086."""
    return v[0] * ldexp(1.0, k + 64) * DOWN, v[1] * ldexp(1.0, k + 64) * DOWN


def exp_of(x: float) -> float:
    """e**x."""
    if x != x:
        return x
    k, r, tail = reduce(min(710.0, max(-746.0, x)))
    high, low = mantissa(r, tail)
    if x < 0.0:
        return (high + low) * ldexp(1.0, k + 64) * DOWN
    return (high + low) * ldexp(1.0, k - 64) * UP


def logistic(x: float, least: float) -> tuple[Pair, float]:
    """q and s, sigmoid(x) = q*s*DOWN: 1 / (1 + E) for x >= 0, E / (1 + E) for x < 0, with E = exp(max(least, -|x|))."""
    k, r, tail = reduce(max(least, -abs(x)))
    m = mantissa(r, tail)
    q = quotient(m if x < 0.0 else (1.0, 0.0), denominator(1.0, scaled(m, k)))
    return q, ldexp(1.0, k + 64) if x < 0.0 else UP


def sigmoid_of(x: float) -> float:
    """1 / (1 + exp(-x))."""
    if x != x:
        return x
    (high, low), scale = logistic(x, -746.0)
    return (high + low) * scale * DOWN


def silu_of(x: float) -> float:
    """x / (1 + exp(-x)): x in parts, whose products with the quotient's head are exact; x itself where it is large."""
    if x != x or x == 0.0 or x > 38.0:
        return x
    q, scale = logistic(x, -752.0)
    raised = max(-752.0, x) * UP
    near = head(raised)
    return (near * q[0] + ((raised - near) * q[0] + raised * q[1])) * scale * (DOWN * DOWN)


def tanh_of(x: float) -> float:
    """With the sign of x: (1 - E) / (1 + E), where E = exp(-2|x|); x itself where x**3/3 is nothing beside it."""
    if x != x or -abs(x) > -(2.0**-28):
        return x
    k, r, tail = reduce(2.0 * max(-25.0, -abs(x)))
    scale = ldexp(1.0, k)
    less_one = r + tail
    less_one_low = (r - less_one) + tail
    far, near = 1.0 - scale, scale * less_one
    high = far - near
    low = ((far - high) - near) + (((1.0 - far) - scale) - scale * less_one_low)
    high, low = quotient((high, low), denominator(2.0, (-high, -low)))
    return high + low if x > 0.0 else -(high + low)


def normal_power(t: float, near: float, far: float) -> tuple[int, Pair]:
    """k and p, exp(-t**2/2) = p * 2**k, for t = near + far of which near is a head."""
    high, low = near * near, far * (near + t)
    square = high + low
    k, r, tail = reduce(-0.5 * square)
    high_power, low_power = mantissa(r, tail)
    power = high_power + low_power
    return k, (power, ((high_power - power) + low_power) - 0.5 * ((high - square) + low) * power)


def normal_tail(t: float) -> Pair:
    """R(t) = exp(t**2/2) * Q(t), where Q(t) is how often a normal number exceeds t, for t from 0 to 38.75.

    R(t)*(t + B) lies between 0.39 and 0.48: it is B/2 + w*(v*(1/16 + 5/8*v**2 + a polynomial in 2*w - 1) + a constant)
    for w = t / (t + C) and v = 1 - w. The polynomial, below 0.05, is all that is no pair: its roundings are a sixth of
    an ulp at most, which tests/units/test_gelu.py derives.
    """
    q = quotient((t, 0.0), denominator(MILLS_MIDDLE, (t, 0.0)))
    w, v = q[0] + q[1], 1.0 - q[0]
    near = head(v)
    far, v = (v - near) - q[1], v - q[1]
    area, area_low = q[0] * near, q[0] * far + q[1] * v
    area_near = head(area)
    square = near * near
    slope = head(0.0625 + 0.625 * square)
    slope_low = ((0.5 * square - (slope - 0.0625)) + 0.125 * square) + 0.625 * (far * (near + v))
    main = area_near * slope
    rest = (area - area_near) * slope + (area * slope_low + area_low * (slope + slope_low))
    rest = rest + w * (v * polynomial((2.0 * q[0] - 1.0) + 2.0 * q[1], MILLS) + MILLS_LIMIT)
    base = 0.5 * MILLS_SHIFT
    high = base + main
    low = ((base - high) + main) + rest
    total = high + low
    return quotient((total, (high - total) + low), denominator(MILLS_SHIFT, (t, 0.0)))


def gelu_of(x: float) -> float:
    """x times how often a normal number is below x: -t*Q(t) for x < 0, t - t*Q(t) otherwise, where t = |x|."""
    if x != x or x == 0.0 or x > 38.0:
        return x
    t = min(38.75, abs(x))
    raised = t * UP
    near = head(raised)
    far = raised - near
    k, p = normal_power(t, near * DOWN, far * DOWN)
    q = normal_tail(t)
    p_near = head(p[0])
    main, rest = p_near * q[0], p_near * q[1] + ((p[0] - p_near) + p[1]) * (q[0] + q[1])
    high = head(main + rest)
    low = (main - high) + rest
    scale = ldexp(1.0, k + 64)
    product = near * high * scale * DOWN
    product_low = (far * high + raised * low) * scale * DOWN
    base = 0.0 if x < 0.0 else raised
    total = base - product
    return (total + (((base - total) - product) - product_low)) * DOWN


def softplus_of(x: float) -> float:
    """max(x, 0) + 2*artanh(E / (2 + E)), where E = exp(-|x|): the logarithm of 1 + E."""
    if x != x or x > 64.0:
        return x
    k, r, tail = reduce(max(-746.0, -abs(x)))
    m = mantissa(r, tail)
    high, low = quotient(m, denominator(2.0, scaled(m, k)))
    s = high + low
    scale = ldexp(1.0, k + 64)
    square = (s * scale * DOWN) * (s * scale * DOWN)
    low = low + (s * square) * polynomial(square, ARTANH)
    if x < 0.0:
        return (high + low) * scale * (2.0 * DOWN)
    near = high * scale * (2.0 * DOWN)
    total = x + near
    part = total - x
    error = (x - (total - part)) + (near - part)
    return total + (error + low * scale * (2.0 * DOWN))


def log_expit_of(x: float) -> float:
    """log(sigmoid(x)) = -log(1 + exp(-x))."""
    return -softplus_of(-x)


def logarithm(b: Pair, near: float, times: float) -> float:
    """times*ln(2) + 2*artanh((b - near) / (b + near)) = log(b / near * 2**times), for near close to b."""
    total = head(b[0] + near)
    q = quotient((b[0] - near, b[1]), (total, ((max(b[0], near) - total) + min(b[0], near)) + b[1]))
    s = q[0] + q[1]
    square = s * s
    low = q[1] + (s * square) * polynomial(square, ARTANH)
    base = times * LN2_HIGH
    high = base + 2.0 * q[0]
    return high + (((base - high) + 2.0 * q[0]) + (times * LN2_LOW + 2.0 * low))


def log_one_plus(x: float) -> float:
    """log(1 + x) for x >= 0."""
    if x != x:
        return x
    b = 1.0 + x
    k = exponent(b)
    return logarithm((b, (max(1.0, x) - b) + min(1.0, x)), ldexp(1.0, k), float(k))


def logit_of(x: float) -> float:
    """log(x / (1 - x)) = ±log(b / a), a the lesser of x and 1 - x, b the other.

    With the k that brings a*2**k nearest to b, their difference is exact. Of 1 - x, what it loses by rounding is kept.
    """
    if not 0.0 < x < 1.0:
        return -inf if x == 0.0 else inf if x == 1.0 else nan
    a = x if x < 0.5 else 1.0 - x
    b = 1.0 - a
    b_low = (1.0 - b) - a
    raised = a * UP
    k = exponent(b / raised)
    size = logarithm((b, b_low), raised * ldexp(1.0, k), k + 64.0)
    return -size if x < 0.5 else size


def arctangent_of(x: float) -> float:
    """arctan(x) for x from 0 to 1: that of (x - 1) / (x + 1), and a quarter of a half turn, from tan(pi/8) on."""
    far = x > TURN
    less_one = x - 1.0
    numerator = (less_one, x - (less_one + 1.0)) if far else (x, 0.0)
    q = quotient(numerator, denominator(1.0, (x if far else 0.0, 0.0)))
    z = q[0] + q[1]
    square = z * z
    rest = (z * square) * polynomial(square, ARCTAN)
    base, base_low = (QUARTER_PI, QUARTER_PI_LOW) if far else (0.0, 0.0)
    high = base + q[0]
    return high + (((((base - high) + q[0]) + base_low) + q[1]) + rest)


def relu_of(x: float) -> float:
    """x where x >= 0, otherwise 0."""
    return 0.0 if x < 0.0 else x


def leaky_relu_of(x: float) -> float:
    """x where x >= 0, otherwise a hundredth of it."""
    return SLOPE * x if x < 0.0 else x


def step_of(x: float) -> float:
    """1 where x >= 0, otherwise 0."""
    return x if x != x else 1.0 if x >= 0.0 else 0.0


def sign_of(x: float) -> float:
    """-1, 0 or 1."""
    return x if x != x else float((x > 0.0) - (x < 0.0))


def over_array(function: Callable[[float], float]) -> Callable[[Sequence[Any], MutableSequence[Any]], None]:
    """The function over a whole array: out[i] = function(x[i]); out may be x."""

    def whole(x: Sequence[Any], out: MutableSequence[Any]) -> None:
        for i, value in enumerate(x):
            out[i] = function(float(value))

    return whole


exp = over_array(exp_of)
sigmoid = over_array(sigmoid_of)
silu = over_array(silu_of)
gelu = over_array(gelu_of)
tanh = over_array(tanh_of)
softplus = over_array(softplus_of)
log_expit = over_array(log_expit_of)
logit = over_array(logit_of)
arctangent = over_array(arctangent_of)
relu = over_array(relu_of)
leaky_relu = over_array(leaky_relu_of)
step = over_array(step_of)
sign = over_array(sign_of)
