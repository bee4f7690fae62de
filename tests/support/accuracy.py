"""How far a result is from the true value, by mpmath, and the arguments at which that is hardest to keep small."""

import math

import mpmath
import numpy as np

mpmath.mp.prec = 160

TRUE = {
    "exp": mpmath.exp,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "tanh": lambda x: mpmath.tanh(x) if abs(x) > 1e-9 else x - x**3 / 3,
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
    "log_expit": lambda x: -mpmath.log1p(mpmath.exp(-x)),
    "logit": lambda x: mpmath.log(x) - mpmath.log1p(-x),
    "arctangent": mpmath.atan,
    "gelu": lambda x: x * mpmath.erfc(-x / mpmath.sqrt(2)) / 2,
    "silu": lambda x: x / (1 + mpmath.exp(-x)),
}
LARGEST = mpmath.mpf(2) ** 1024 * (1 - mpmath.mpf(2) ** -54)  # from here on, the right answer is infinity


def ulps(name, x, value):
    """The error of value as name(x), in units in the last place of the true value."""
    true = TRUE[name](mpmath.mpf(x))
    if abs(true) >= LARGEST or true == 0:
        return 0.0 if value == (math.copysign(math.inf, true) if true else 0.0) else math.inf
    exponent = max(mpmath.frexp(abs(true))[1] - 53, -1074)
    return float(abs(mpmath.mpf(value) - true) / mpmath.ldexp(1, exponent))


def largest_error(name, x, values):
    return max(ulps(name, a, b) for a, b in zip(x.tolist(), values.tolist(), strict=True))


def arguments(name, n, seed=0):
    """About n arguments, and those where the method changes: at halves of multiples of ln(2) and at its ends."""
    draw = np.random.default_rng([seed, n])
    if name == "arctangent":
        turn = math.sqrt(2) - 1 + np.arange(-50, 50) * 2.0**-54
        return np.concatenate([draw.random(n // 2), np.exp(-30 * draw.random(n // 2)), turn, [0.0, 1.0]])
    if name == "logit":
        return _probabilities(draw, n)
    if name == "gelu":
        return _normal(draw, n)
    reach = 20.0 if name == "tanh" else 750.0
    edges = (np.arange(-1077, 1025) + 0.5) * (math.log(2) / (2 if name == "tanh" else 1))
    edges = draw.permutation(edges[abs(edges) < reach])[: n // 8]
    small = np.exp(draw.uniform(-45, 4, n // 8)) * draw.choice([-1.0, 1.0], n // 8)
    ends = [
        -745.14,
        -745.13,
        -745.0,
        -710.0,
        -708.5,
        709.78,
        709.79,
        5e-324,
        1e-310,
        2.0**-28,
        64.0,
        20.0,
        -800.0,
        800.0,
    ]
    spread = [draw.uniform(-width, width, n // 4) for width in (1, 40, reach)]
    return np.concatenate([*spread, small, edges, np.nextafter(edges, 999), np.nextafter(edges, -999), ends])


def _normal(draw, n):
    """Near 0, over the tails, and where the power of two of exp(-x**2 / 2) changes."""
    steps = np.sqrt((2 * np.arange(1076) + 1) * math.log(2))
    steps = draw.permutation(steps)[: n // 8]
    near_steps = [-steps, np.nextafter(-steps, 0), np.nextafter(-steps, -99), steps]
    small = np.exp(draw.uniform(-45, 1, n // 8)) * draw.choice([-1.0, 1.0], n // 8)
    spread = [draw.uniform(low, high, n // 8) for low, high in ((-1, 1), (-4, 4), (-10, 0), (-38.6, 0))]
    ends = [-38.58, -38.5, -37.5, -8.3, 8.2, 8.3, 38.0, 64.0, 65.0, 5e-324, -5e-324, 1e-310, -1e-310, -39.0, 1e300]
    return np.concatenate([*spread, small, *near_steps, ends])


def _probabilities(draw, n):
    """From 0 to 1, near their ends and their middle, and on either side of where the power of two changes."""
    small = np.exp(draw.uniform(-744, 0, n // 6))
    near_half = 0.5 + np.exp(draw.uniform(-36, -1, n // 6)) * draw.choice([-1.0, 1.0], n // 6)
    steps = np.exp((np.arange(-1074, 0) + 0.5) * math.log(2))
    steps = draw.permutation(steps / (1 + steps))[: n // 8]
    near_steps = [np.nextafter(steps, 0), steps, np.nextafter(steps, 1), 1 - steps]
    ends = [5e-324, 1e-310, 2.0**-1022, 0.5 - 2.0**-54, 0.5, 0.5 + 2.0**-53, 1 - 2.0**-53]
    return np.clip(
        np.concatenate([draw.random(n // 3), small, 1 - small, near_half, *near_steps, ends]), 5e-324, 1 - 2.0**-53
    )
