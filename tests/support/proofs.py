"""Proofs of separability checked in fractions, and an oracle that shares nothing with the search: elimination."""

from fractions import Fraction
from itertools import product

import numpy as np

from onedot import Inseparable, Separable


def forms(X, y):
    """y_i (1, x_i) as fractions."""
    X = [[Fraction(value) for value in row] for row in np.asarray(X).tolist()]
    return [[label, *(label * value for value in row)] for row, label in zip(X, np.asarray(y).tolist(), strict=True)]


def proves(answer, X, y):
    """Whether the answer is a proof, in plain fractions: every sign, or the sum."""
    z = forms(X, y)
    if isinstance(answer, Separable):
        w = [Fraction(weight) for weight in answer.weights.tolist()]
        return all(sum(a * b for a, b in zip(w, row, strict=True)) > 0 for row in z)
    assert isinstance(answer, Inseparable)
    indices, c = answer.indices.tolist(), answer.coefficients
    assert all(type(value) is Fraction and value > 0 for value in c)
    assert indices == sorted(set(indices))
    assert len(indices) == len(c) <= len(z[0]) + 1
    return all(sum(a * z[i][j] for a, i in zip(c, indices, strict=True)) == 0 for j in range(len(z[0])))


def can_be_met(rows):
    """Whether w·row > 0 for every row has a solution w, by the elimination of one unknown after the other.

    Fourier's method: what bounds an unknown from below must be less than what bounds it from above.
    """
    if any(not any(row) for row in rows):
        return False
    if not rows or not rows[0]:
        return True
    below = [row for row in rows if row[-1] > 0]
    above = [row for row in rows if row[-1] < 0]
    free = [row[:-1] for row in rows if row[-1] == 0]
    between = [
        [a / low[-1] - b / high[-1] for a, b in zip(low[:-1], high[:-1], strict=True)]
        for low, high in product(below, above)
    ]
    return can_be_met([list(row) for row in {tuple(row) for row in free + between}])


def separable(X, y):
    return can_be_met(forms(X, y))
