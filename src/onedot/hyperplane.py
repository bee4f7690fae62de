"""The hyperplane w·x + b = 0, and the two half-spaces into which it divides all x."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot._core.arrays import number, read_floats
from onedot._core.attributes import Fixed, floats_of
from onedot._core.environment import in_default_environment
from onedot._core.exact_signs import signs
from onedot._core.in_short import in_short
from onedot._core.signatures import Batch, Row, Rows, Vector
from onedot._entry import hyperplane_distance, hyperplane_side
from onedot.geometry import dots, scaled, times_power_of_two
from onedot.levels.refusals import shown

if TYPE_CHECKING:
    from fractions import Fraction

__all__ = ["Hyperplane"]


def __dir__() -> list[str]:
    return __all__


class Hyperplane(Fixed):
    """All x with w·x + b = 0: a line in the plane, a plane in space.

    Parameters
    ----------
    w : array_like, shape (n,)
        The normal vector, finite and not zero: it points to the positive side. Kept in float64.
    b : float
        The bias, finite. The hyperplane's distance from 0 is -b/|w| in the direction of w.

    Attributes
    ----------
    w : ndarray of float64, shape (n,), read-only
    b : float

    Raises
    ------
    ValueError
        If w is not one-dimensional, is zero or is not finite, or b is not finite.
    TypeError, OverflowError
        If w or b holds what `dot` refuses beside floats.

    Examples
    --------
    >>> plane = onedot.Hyperplane([1.0, 1.0], b=-1.0)
    >>> plane.side([[0.0, 0.0], [0.5, 0.5], [1.0, 1.0]])
    array([-1,  0,  1], dtype=int8)
    >>> plane.distance([1.0, 1.0])
    np.float64(0.7071067811865475)
    """

    _fixed = ("w", "b")

    @in_default_environment
    def __init__(self, w: ArrayLike, b: float = 0.0) -> None:
        self.w = np.array(read_floats("Hyperplane", "w", w), np.float64)
        bias = read_floats("Hyperplane", "b", b)
        if self.w.ndim != 1 or not self.w.any():
            raise ValueError(f"Hyperplane: w is {self.w.tolist()}; want a vector that is not zero")
        if bias.ndim != 0:
            raise ValueError(f"Hyperplane: b has shape {bias.shape}; want one number")
        self.b = float(bias)
        if not (np.isfinite(self.w).all() and math.isfinite(self.b)):
            raise ValueError(f"Hyperplane: w is {self.w.tolist()}, b is {self.b}; want finite numbers")
        self.w.flags.writeable = False

    def __repr__(self) -> str:
        return f"Hyperplane({in_short(self.w.tolist())}, b={self.b})"

    @classmethod
    def line(cls, slope: float, intercept: float) -> Hyperplane:
        """y = slope*x + intercept as (slope, -1)·(x, y) + intercept = 0. The positive side is below the line.

        Examples
        --------
        >>> line = onedot.Hyperplane.line(slope=2.0, intercept=1.0)
        >>> line.w, line.b, line.slope, line.intercept
        (array([ 2., -1.]), 1.0, 2.0, 1.0)
        """
        a, b = (
            number("Hyperplane.line", name, value, "a number")
            for name, value in (("slope", slope), ("intercept", intercept))
        )
        return cls([a, -1.0], b)

    @property
    @in_default_environment
    def slope(self) -> float:
        """The a of the line y = ax + b; a ValueError where there is none."""
        (across, up), _ = self._line("slope")
        return -across / up

    @property
    @in_default_environment
    def intercept(self) -> float:
        """The b of the line y = ax + b; a ValueError where there is none."""
        (_, up), b = self._line("intercept")
        return -b / up

    def _line(self, name: str) -> tuple[list[float], float]:
        """w and b of a line in the plane that is not vertical."""
        w, b = self._checked(name)
        if len(w) != 2 or w[1] == 0:
            raise ValueError(f"Hyperplane: w is {w.tolist()}; want a line in the plane that is not vertical")
        return w.tolist(), b

    @classmethod
    @in_default_environment
    def through(cls, points: ArrayLike) -> Hyperplane:
        """The hyperplane through n points of n coordinates, computed exactly.

        w and b are integers without a common divisor, the first one of w that is not 0 is positive. Where 53 bits do
        not hold them, they are divided by a power of two and rounded.

        Parameters
        ----------
        points : array_like, shape (n, n)
            A point a row, finite.

        Raises
        ------
        ValueError
            If the points are not n, or lie in something smaller than a hyperplane.

        Examples
        --------
        >>> onedot.Hyperplane.through([[0.0, 1.0], [2.0, 5.0]])
        Hyperplane([2.0, -1.0], b=1.0)
        """
        p = read_floats("Hyperplane.through", "points", points)
        if p.ndim != 2 or p.shape[0] != p.shape[1] or not p.size:
            raise ValueError(f"Hyperplane.through: points has shape {p.shape}; want (n, n), n points of n coordinates")
        if not np.isfinite(p).all():
            raise ValueError("Hyperplane.through: a coordinate is not finite; want numbers")
        *w, b = _plane_through(p.tolist())
        return cls(w, b)

    @overload
    def side(self, X: Batch[Any] | Rows, /) -> NDArray[np.int8]: ...
    @overload
    def side(self, X: Vector[Any] | Row, /) -> np.int8: ...
    @overload
    def side(self, X: ArrayLike, /) -> Any: ...
    @in_default_environment
    def side(self, X: ArrayLike, /) -> Any:
        """The exact sign of w·x + b for points (..., n): 1, 0 or -1 as int8, (...) or a scalar.

        Raises
        ------
        ValueError
            If points do not have n coordinates, or a sum has no sign: see `geometry.alignment`.
        """
        found = hyperplane_side(X, self.w, self.b)
        if found is not None:
            return found
        x, w = self._points("side", X), self.w
        if x.dtype.kind == "f" and x.dtype.itemsize <= 4:
            w = _narrowed(w)
        return signs("Hyperplane.side", x, w, self.b)

    @overload
    def contains(self, X: Batch[Any] | Rows, /) -> NDArray[np.bool]: ...
    @overload
    def contains(self, X: Vector[Any] | Row, /) -> np.bool: ...
    @overload
    def contains(self, X: ArrayLike, /) -> Any: ...
    @in_default_environment
    def contains(self, X: ArrayLike, /) -> Any:
        """Whether w·x + b is exactly 0, for points (..., n); errors are those of `side`."""
        return self.side(X) == 0

    @overload
    def distance(self, X: Batch[Any] | Rows, /) -> NDArray[np.float64]: ...
    @overload
    def distance(self, X: Vector[Any] | Row, /) -> np.float64: ...
    @overload
    def distance(self, X: ArrayLike, /) -> Any: ...
    @in_default_environment
    def distance(self, X: ArrayLike, /) -> Any:
        """(w·x + b) / |w| for points (..., n) as float64: the distance, negative on the negative side."""
        found = hyperplane_distance(X, self.w, self.b)
        if found is not None:
            return found
        x = self._points("distance", X)
        with np.errstate(all="ignore"):
            of = scaled(self.w[None])
            sums, exponents = dots(x, self.w, self.b)
            return times_power_of_two(sums / np.sqrt(of.squares[0]), exponents - of.exponents[0])[()]

    def _checked(self, name: str) -> tuple[NDArray[np.float64], float]:
        """w and b, whatever has become of them since they were set."""
        op = f"Hyperplane.{name}"
        w = floats_of(op, "w", self.w, (np.size(self.w),), "a new Hyperplane")
        if not (type(self.b) is float and math.isfinite(self.b)):
            raise ValueError(f"{op}: b is {shown(self.b)}; want a finite number, or a new Hyperplane")
        return w, self.b

    def _points(self, name: str, X: ArrayLike) -> NDArray[Any]:
        op, n = f"Hyperplane.{name}", len(self._checked(name)[0])
        x = read_floats(op, "X", X)
        if x.ndim == 0 or x.shape[-1] != n:
            raise ValueError(f"{op}: w has {n} elements, X has shape {x.shape}; want ({n},) or (..., {n})")
        return x


def _narrowed(w: NDArray[np.float64]) -> NDArray[Any]:
    """w as float32 if that holds it, so that points of float32 are read as they lie."""
    with np.errstate(all="ignore"):
        narrow = w.astype(np.float32)
    return narrow if np.array_equal(narrow, w) else w


def _plane_through(points: list[list[float]]) -> list[float]:
    """w and then b with w·p + b = 0 for all points: whole numbers without a common divisor, rounded if need be.

    Raises
    ------
    ValueError
        If the points do not span a hyperplane.
    """
    from fractions import Fraction  # here because it costs the import 4 ms

    rows = [[Fraction(value) for value in point] + [Fraction(1)] for point in points]
    return _as_floats(_orthogonal(rows))


def _orthogonal(rows: list[list[Fraction]]) -> list[Fraction | int]:
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
    result: list[Fraction | int] = [0] * (n + 1)
    result[free[0]] = 1
    for row, column in zip(rows, pivots, strict=True):
        result[column] = -row[free[0]]
    return result


def _as_floats(v: list[Fraction | int]) -> list[float]:
    """v times whatever makes integers of it that have no common divisor, the first positive; rounded if need be."""
    whole = math.lcm(*(value.denominator for value in v))
    integers = [int(value * whole) for value in v]
    divisor = math.gcd(*integers) * (1 if next(value for value in integers if value) > 0 else -1)
    shift = max(max(abs(value // divisor) for value in integers).bit_length() - 1000, 0)
    return [value // divisor / 2**shift for value in integers]
