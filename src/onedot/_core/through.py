"""The hyperplane through points, in rational arithmetic: no coordinate is rounded before the last step."""

import math
from fractions import Fraction

__all__ = ["plane_through"]


def plane_through(points: list[list[float]]) -> list[float]:
    """w and then b with w·p + b = 0 for all points: whole numbers without a common divisor, rounded if need be.

    Raises
    ------
    ValueError
        If the points do not span a hyperplane.
    """
    rows = [[Fraction(value) for value in point] + [Fraction(1)] for point in points]
    return _as_floats(_orthogonal(rows))


def _orthogonal(rows: list[list[Fraction]]) -> list[Fraction]:
    """The vector, but for a factor, that is orthogonal to n rows of n + 1 elements, by elimination."""
    n = len(rows)
    pivots: list[int] = []
    for column in range(n + 1):
        top = len(pivots)
        found = next((i for i in range(top, n) if rows[i][column]), None)
        if found is None:
            continue
        rows[top], rows[found] = rows[found], rows[top]
        rows[top] = [value / rows[top][column] for value in rows[top]]
        for i in range(n):
            if i != top and rows[i][column]:
                factor = rows[i][column]
                rows[i] = [value - factor * above for value, above in zip(rows[i], rows[top], strict=True)]
        pivots.append(column)
    free = [column for column in range(n + 1) if column not in pivots]
    if len(free) > 1:
        raise ValueError("Hyperplane.through: the points lie in less than a hyperplane; want points that span one")
    result = [Fraction(0)] * (n + 1)
    result[free[0]] = Fraction(1)
    for row, column in zip(rows, pivots, strict=True):
        result[column] = -row[free[0]]
    return result


def _as_floats(v: list[Fraction]) -> list[float]:
    """v times whatever makes integers of it that have no common divisor, the first positive; rounded if need be."""
    whole = math.lcm(*(value.denominator for value in v))
    integers = [int(value * whole) for value in v]
    divisor = math.gcd(*integers) * (1 if next(value for value in integers if value) > 0 else -1)
    shift = max(max(abs(value // divisor) for value in integers).bit_length() - 1000, 0)
    return [float(Fraction(value // divisor, 2**shift)) for value in integers]
