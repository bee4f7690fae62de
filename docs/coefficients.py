"""Write the constants of the elementary functions, to 60 digits rounded once: needs mpmath, from the repository's root.

    python docs/coefficients.py

They stand twice, for Python and for C, and a test compares the two; those of quick ways stand in C alone.
"""

import math
import struct
from pathlib import Path

import mpmath as mp

mp.mp.dps = 60

HALF_LN2 = mp.log(2) / 2 * (1 + mp.mpf(2) ** -20)  # a little more, as k is found by a rounded product
TURN = mp.sqrt(2) - 1  # the tangent of a quarter of a right angle
MILLS_SHIFT, MILLS_MIDDLE = mp.mpf(51) / 64, mp.mpf(4)  # of few bits, the first near 2/sqrt(2*pi)
LAST_TAIL = mp.mpf("38.75")  # beyond it nothing of the normal distribution is left


def series(coefficient):
    """The function with these Taylor coefficients: 200 of them are good to 60 digits on every interval below."""
    return lambda z: mp.fsum(coefficient(j) * z**j for j in range(200))


def near_minimax(coefficient, low, high, terms):
    """The interpolation at Chebyshev's points, the constant term first."""
    return [float(c) for c in mp.chebyfit(series(coefficient), [low, high], terms)[::-1]]


def of_normal_tail(z):
    """normal_tail's polynomial, by its definition there, at z = 2*w - 1."""
    w = (1 + z) / 2
    t = MILLS_MIDDLE * w / (1 - w)
    found = mp.exp(t * t / 2) * mp.erfc(t / mp.sqrt(2)) / 2 * (t + MILLS_SHIFT)
    slope = ((found - MILLS_SHIFT / 2) / w - float(mills_limit())) / (1 - w)
    return slope - mp.mpf(1) / 16 - mp.mpf(5) / 8 * (1 - w) ** 2


def mills_limit():
    """What is left of normal_tail's numerator at the end, where 1 - w is nothing."""
    return 1 / mp.sqrt(2 * mp.pi) - MILLS_SHIFT / 2


def constants():
    """Names with a number or a tuple of them."""
    ln2, quarter_pi = mp.log(2), mp.pi / 4
    last = (LAST_TAIL - MILLS_MIDDLE) / (LAST_TAIL + MILLS_MIDDLE)
    high = mp.floor(ln2 * 2**42) / 2**42  # 42 bits, so that its product with any k, of 11, is exact
    return {
        "INVERSE_LN2": float(1 / ln2),
        "LN2_HIGH": float(high),
        "LN2_LOW": float(ln2 - high),
        # (e^r - 1 - r - r^2/2) / r^3 for |r| <= ln(2)/2, to 2^-57 of its part in e^r
        "EXP": near_minimax(lambda j: 1 / mp.factorial(j + 3), -HALF_LN2, HALF_LN2, 10),
        # (artanh(s) - s) / s^3 in powers of s^2 for 0 <= s <= 1/3
        "ARTANH": near_minimax(lambda j: mp.mpf(1) / (2 * j + 3), 0, mp.mpf(1) / 9, 10),
        "MILLS_SHIFT": float(MILLS_SHIFT),
        "MILLS_MIDDLE": float(MILLS_MIDDLE),
        "MILLS_LIMIT": float(mills_limit()),
        # of normal_tail for t up to LAST_TAIL, to 2^-60 of its part in R(t)*(t + MILLS_SHIFT)
        "MILLS": tuple(float(c) for c in mp.chebyfit(of_normal_tail, [-1, last], 24)[::-1]),
        "TURN": float(TURN),
        # (arctan(z) - z) / z^3 in powers of z^2 for |z| <= TURN
        "ARCTAN": near_minimax(lambda j: mp.mpf(-1) ** (j + 1) / (2 * j + 3), 0, TURN**2 * (1 + mp.mpf(2) ** -20), 12),
        "QUARTER_PI": float(quarter_pi),
        "QUARTER_PI_LOW": float(quarter_pi - float(quarter_pi)),
    }


def single(value):
    """Rounded once more, to float32."""
    return struct.unpack("<f", struct.pack("<f", float(value)))[0]


def less_one(j):
    """The coefficient of r^j in (e^r - 1) / r."""
    return 1 / mp.factorial(j + 1)


def quick_constants():
    """Those that C alone has, for results that are rounded to float32: the bounds in quick.h hold for them."""
    rough_high = mp.floor(mp.log(2) * 2**14) / 2**14  # 14 bits, so that its product with a k of float16 is exact
    return {
        "MINUS_LN2": float(-mp.log(2)),
        # e^r for |r| <= ln(2)/2, to 2^-40.1
        "QUICK_EXP": near_minimax(lambda j: 1 / mp.factorial(j), -HALF_LN2, HALF_LN2, 9),
        # (e^r - 1) / (r/2) for |r| <= ln(2)/2 in powers of r/2, to 2^-43.5
        "QUICK_LESS_ONE": tuple(
            math.ldexp(c, j + 1) for j, c in enumerate(near_minimax(less_one, -HALF_LN2, HALF_LN2, 9))
        ),
        "ROUGH_LN2_HIGH": float(rough_high),
        "ROUGH_LN2_LOW": single(mp.log(2) - rough_high),
        # (e^r - 1) / r to 2^-26.4, in floats
        "ROUGH_LESS_ONE": tuple(map(single, near_minimax(less_one, -HALF_LN2, HALF_LN2, 6))),
    }


def python_text():
    lines = ['"""Constants of the elementary functions, written by docs/coefficients.py."""\n']
    for name, value in constants().items():
        if isinstance(value, float):
            lines.append(f"{name} = {value!r}")
        else:
            lines += [f"{name} = (", *(f"    {c!r}," for c in value), ")"]
    return "\n".join(lines) + "\n"


def c_text():
    lines = ["/* Constants of the elementary functions, written by docs/coefficients.py. */"]
    for name, value in (constants() | quick_constants()).items():
        if isinstance(value, float):
            lines.append(f"#define {name} {value!r}")
        else:
            body = "".join(f"    {c!r},\n" for c in value)
            lines.append(f"#define {name}_TERMS {len(value)}\nstatic const double {name}[] = {{\n{body}}};")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    Path("src/onedot/_reference/coefficients.py").write_text(python_text(), encoding="utf-8")
    Path("cython_ext/elementary/coefficients.h").write_text(c_text(), encoding="utf-8")
