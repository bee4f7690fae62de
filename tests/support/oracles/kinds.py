"""An oracle of the kinds of separation that shares nothing with the search: every circuit of a few points."""

from fractions import Fraction
from itertools import combinations

import numpy as np


def vectors(X, y, bias=True):
    """The z of `separation` as fractions, and (sample, class) of each; classes in order, the first one's weights 0."""
    classes = sorted(set(y))
    x = [[Fraction(1)] * bias + [Fraction(value) for value in row] for row in np.asarray(X).tolist()]
    if len(classes) == 2:
        return [[v if c == classes[1] else -v for v in row] for row, c in zip(x, y, strict=True)], None
    z, places = [], []
    for i, (row, own) in enumerate(zip(x, y, strict=True)):
        for other in (c for c in classes if c != own):
            signs = [(c == own) - (c == other) for c in classes[1:]]
            z.append([sign * v for sign in signs for v in row])
            places.append((i, classes.index(other)))
    return z, places


def null_space(rows, width):
    """A basis of the v with row·v = 0 for every row, by elimination."""
    rows, pivots = [list(row) for row in rows], []
    for column in range(width):
        at = next((r for r in range(len(pivots), len(rows)) if rows[r][column]), None)
        if at is None:
            continue
        k = len(pivots)
        rows[k], rows[at] = rows[at], rows[k]
        rows[k] = [value / rows[k][column] for value in rows[k]]
        for r in range(len(rows)):
            if r != k and rows[r][column]:
                rows[r] = [a - rows[r][column] * b for a, b in zip(rows[r], rows[k], strict=True)]
        pivots.append(column)
    basis = []
    for free in (j for j in range(width) if j not in pivots):
        v = [Fraction(int(j == free)) for j in range(width)]
        for k, column in enumerate(pivots):
            v[column] = -rows[k][free]
        basis.append(v)
    return basis


def rank(rows, width):
    return width - len(null_space(rows, width))


def on_plane(z):
    """The points that every direction with b·z >= 0 has in its plane: those of a circuit with positive coefficients."""
    width, found = len(z[0]), set()
    for size in range(1, width + 2):
        for chosen in combinations(range(len(z)), size):
            if found.issuperset(chosen):
                continue
            relations = null_space(list(zip(*(z[i] for i in chosen), strict=True)), size)
            if len(relations) == 1 and (min(relations[0]) > 0 or max(relations[0]) < 0):
                found.update(chosen)
    return found


def parts(z, plane):
    """Columns that go to infinity, stay finite, and depend on those to the left of them."""
    width = len(z[0])
    columns = [[row[: j + 1] for row in z] for j in range(width)]
    kept = [j for j in range(width) if rank(columns[j], j + 1) > rank([row[:j] for row in z], j)]
    inside = [[z[i][j] for j in kept] for i in plane]
    finite = [
        j
        for at, j in enumerate(kept)
        if rank([*inside, [int(k == at) for k in range(len(kept))]], len(kept)) == rank(inside, len(kept))
    ]
    return [j for j in kept if j not in finite], finite, [j for j in range(width) if j not in kept]
