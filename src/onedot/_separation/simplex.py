"""Gordan's alternative decided in integers: the simplex method, with every number exact.

The linear program is to find c >= 0 with sum c_i row(i) = 0 and sum c_i = 1, from a basis of artificial
columns whose sum is to be driven to 0 (phase 1). If it gets there, the basis holds the coefficients, at most
d+2 of them because it has d+2 rows: that is Caratheodory's theorem. If it does not, the prices are a plane
that separates.

The inverse of the basis is kept as integers over one common determinant [1]_, and the row that leaves is chosen
lexicographically [2]_, so that no basis comes twice and the method ends.

.. [1] J. Edmonds, "Systems of distinct representatives and linear algebra", J. Res. Natl. Bur. Stand. 71B (1967),
   241-245. https://doi.org/10.6028/jres.071b.033
.. [2] G. B. Dantzig, A. Orden, P. Wolfe, "The generalized simplex method for minimizing a linear form under linear
   inequality restraints", Pacific J. Math. 5 (1955), 183-195. https://doi.org/10.2140/pjm.1955.5.183
"""

from collections.abc import Callable
from functools import cmp_to_key
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onedot._separation.points import Form, Points

__all__ = ["alternative"]

ARTIFICIAL = -1


class _Basis:
    """m columns of which the inverse is `inverse / determinant`, in integers; the artificial ones cost 1 each."""

    def __init__(self, m: int) -> None:
        self.columns = [ARTIFICIAL] * m
        self.inverse: NDArray[Any] = np.array([[int(i == j) for j in range(m)] for i in range(m)], dtype=object)
        self.determinant = 1

    def prices(self) -> list[int]:
        artificial = [row for row, column in enumerate(self.columns) if column == ARTIFICIAL]
        return [int(price) for price in self.inverse[artificial].sum(axis=0)] if artificial else [0] * len(self.columns)

    def levels(self) -> dict[int, int]:
        """How much of each point is in the solution, over the determinant."""
        return {
            column: int(self.inverse[row, -1])
            for row, column in enumerate(self.columns)
            if column != ARTIFICIAL and self.inverse[row, -1]
        }

    def enter(self, point: int, column: list[int]) -> None:
        """Exchange the column of `point` for the one that bounds its growth."""
        entering = self.inverse @ np.array(column, dtype=object)
        leaving = self._leaving(entering)
        pivot, pivot_row = entering[leaving], self.inverse[leaving].copy()
        self.inverse = (self.inverse * pivot - np.outer(entering, pivot_row)) // self.determinant  # without remainder
        self.inverse[leaving] = pivot_row
        self.determinant = int(pivot)
        self.columns[leaving] = point

    def _leaving(self, entering: NDArray[Any]) -> int:
        """Of the rows where entering > 0 the one whose (level, inverse) / entering is lexicographically least."""

        def compare(a: int, b: int) -> int:
            for column in (-1, *range(len(self.columns))):
                difference = self.inverse[a, column] * entering[b] - self.inverse[b, column] * entering[a]
                if difference:
                    return 1 if difference > 0 else -1
            return 0

        return min(np.flatnonzero(entering > 0).tolist(), key=cmp_to_key(compare))


def alternative(
    points: Points, first: NDArray[np.intp], go_on: Callable[[], None]
) -> tuple[Form | None, dict[int, int]]:
    """A form that is positive at every point, or None and coefficients by point with sum c_i row(i) = 0.

    Columns come from the points `first`, a guess at where the answer lies, until those have no more to say.
    `go_on` is called before every step and may raise.
    """
    basis = _Basis(points.width + 1)
    among: NDArray[np.intp] | None = first if len(first) else None
    while True:
        go_on()
        *prices, objective = basis.prices()
        if objective == 0:
            return None, basis.levels()
        form = [-price for price in prices]
        value, point = points.least(form, among)
        if value < objective:
            basis.enter(point, [*points.row(point), 1])
        elif among is None:
            return Form(form, 0), {}
        else:
            among = None
