"""The exact tier in Python: it converts, checks and allocates as the plain tier does, then calls other kernels."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot import levels
from onedot._core import threads
from onedot._core.arrays import as_float64, as_floats, as_native, is_integer, rounded_to, vectors, wide_dtype
from onedot._core.dot import integer_dot
from onedot._core.environment import in_default_environment
from onedot._core.lazy import is_lazy, product
from onedot._core.matvec import matmul_by, matvec_by, vecdot_by
from onedot._core.tiers import Tier
from onedot._reference.exact import POINT, exact_integer, rounded

if TYPE_CHECKING:
    from fractions import Fraction

__all__ = ["dot", "exact_sum", "fraction", "matmul", "matvec", "sign", "vecdot"]

RANGE = 2**19  # elements that a kernel takes at once: 0.2 ms, and 3 ms where their exact sum is needed
PIECE = 2**16  # elements that become lists at once: 2 ms
GRAIN = 2**23  # products between two looks at Ctrl-C: at most 50 ms

FLOAT64 = np.dtype(np.float64)


def dot(x: ArrayLike, y: ArrayLike, /) -> Any:
    """x·y = x[0]*y[0] + ... + x[n-1]*y[n-1] as a real number, rounded once, to binary64.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        As for `onedot.dot`.

    Returns
    -------
    float or int
        For floats the binary64 number nearest to the real dot product of the inputs as given, ties to even:
        whatever cancels, underflows or overflows on the way. NaN if an input is NaN, an infinity meets a
        zero, or there are infinite products of both signs; otherwise those of one sign are the result. An
        exact zero is +0.0, what rounds to zero has its sign, and a sum beyond the largest number is an
        infinity. For integers and bools the exact integer.

    Raises
    ------
    ValueError, TypeError, OverflowError
        As `onedot.dot`.

    Notes
    -----
    A sum in twice the precision [1]_ with a bound on its error decides the rounding nearly always. An exact
    sum in integers [2]_ decides the rest, at about 3 ns an element.

    References
    ----------
    .. [1] T. Ogita, S. M. Rump, S. Oishi, "Accurate sum and dot product", SIAM J. Sci. Comput. 26 (2005),
       1955-1988. https://doi.org/10.1137/030601818
    .. [2] R. M. Neal, "Fast exact summation using small and large superaccumulators", 2015.
       https://arxiv.org/abs/1505.05571

    Examples
    --------
    >>> x, y = [1e200, 1.0, -1e200], [1e200, 1.0, 1e200]
    >>> onedot.exact.dot(x, y)
    1.0
    >>> onedot.dot(x, y)
    nan
    """
    if is_lazy(x) or is_lazy(y):
        return product("exact", "dot", x, y)
    a, b = vectors("dot", x, y, bfloat16=True)
    if is_integer(a) and is_integer(b):
        return integer_dot(a, b)
    return _float_dot(*as_floats("dot", ("x", "y"), a, b), FLOAT64)


def sign(x: ArrayLike, y: ArrayLike, /) -> int:
    """The sign of x·y as a real number: -1, 0 or 1, never a guess.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        As for `dot`.

    Returns
    -------
    int
        Also where x·y is so small that it rounds to zero.

    Raises
    ------
    ValueError
        If x·y is NaN, which has no sign, or as `dot`.
    TypeError, OverflowError
        As `dot`.

    Examples
    --------
    >>> onedot.exact.sign([1e-200], [-1e-200]), onedot.exact.dot([1e-200], [-1e-200])
    (-1, -0.0)
    """
    a, b = vectors("sign", x, y, bfloat16=True)
    if is_integer(a) and is_integer(b):
        total = integer_dot(a, b)
        return (total > 0) - (total < 0)
    a, b = as_floats("sign", ("x", "y"), a, b)
    below, above = _ends(a, b)
    if below > 0 or above < 0:
        return 1 if below > 0 else -1
    total, special = exact_sum(a, b)
    if math.isnan(special):
        raise ValueError("sign: x·y is NaN; want inputs without NaN, infinity times zero, or opposite infinities")
    value = special or total
    return (value > 0) - (value < 0)


@in_default_environment
def fraction(x: ArrayLike, y: ArrayLike, /) -> Fraction:
    """x·y as a real number, exactly, in pure Python: the oracle of this module.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        As for `dot`, all finite.

    Returns
    -------
    fractions.Fraction

    Raises
    ------
    ValueError
        If an element is infinite or NaN, or as `dot`.
    TypeError, OverflowError
        As `dot`.

    Examples
    --------
    >>> onedot.exact.fraction([0.5, 2.0], [0.25, 3.0])
    Fraction(49, 8)
    """
    from fractions import Fraction  # here because it costs the import 4 ms

    a, b = vectors("fraction", x, y)
    if is_integer(a) and is_integer(b):
        return Fraction(integer_dot(a, b))
    a, b = as_float64("fraction", "x", a), as_float64("fraction", "y", b)
    for name, v in (("x", a), ("y", b)):
        if not np.isfinite(v).all():
            raise ValueError(f"fraction: {name} holds an infinity or a NaN; want finite numbers")
    total = 0
    for first in range(0, len(a), PIECE):
        span = slice(first, first + PIECE)
        total += exact_integer(a[span].tolist(), b[span].tolist())[0]
    return Fraction(total, 2**POINT)


def matvec(A: ArrayLike, x: ArrayLike, /, *, out: NDArray[Any] | None = None) -> Any:
    """y[..., i] = A[..., i, :]·x[..., :] as a real number, rounded once, to the dtype of the result.

    Parameters
    ----------
    A : array_like, shape (..., m, n)
    x : array_like, shape (..., n)
    out : ndarray, shape (..., m), optional
        As for `onedot.matvec`.

    Returns
    -------
    ndarray, shape (..., m)
        Of the dtype that `onedot.matvec` gives. Errors are those of `onedot.matvec`, too.

    Examples
    --------
    >>> onedot.exact.matvec([[1e16, 1.0, -1e16], [0.0, 0.1, 0.0]], [1.0, 1.0, 1.0])
    array([1. , 0.1])
    """
    return matvec_by(EXACT, A, x, out)


def matmul(A: ArrayLike, B: ArrayLike, /, *, out: NDArray[Any] | None = None) -> Any:
    """C[..., i, j] = A[..., i, :]·B[..., :, j] as a real number, rounded once, to the dtype of the result.

    Parameters
    ----------
    A : array_like, shape (..., m, k) or (k,)
    B : array_like, shape (..., k, n) or (k,)
    out : ndarray, shape (..., m, n), optional
        As for `onedot.matmul`.

    Returns
    -------
    ndarray, shape (..., m, n), (..., m) or (..., n), or a scalar for two vectors
        Of the dtype that `onedot.matmul` gives. Errors are those of `onedot.matmul`, too.

    Examples
    --------
    >>> onedot.exact.matmul([[1e16, 1.0, -1e16], [0.0, 0.1, 0.0]], [[1.0, 2.0], [1.0, 0.0], [1.0, 2.0]])
    array([[1. , 0. ],
           [0.1, 0. ]])
    """
    return matmul_by(EXACT, A, B, out)


def vecdot(X: ArrayLike, Y: ArrayLike, /, *, axis: SupportsIndex = -1, out: NDArray[Any] | None = None) -> Any:
    """z[...] = X[..., :]·Y[..., :] as a real number, rounded once, to the dtype of the result.

    Parameters
    ----------
    X, Y : array_like, shape (..., n)
    axis : int, default -1
    out : ndarray, shape (...), optional
        As for `onedot.vecdot`.

    Returns
    -------
    ndarray, shape (...), or a scalar for two vectors
        Of the dtype that `onedot.vecdot` gives. Errors are those of `onedot.vecdot`, too.

    Examples
    --------
    >>> onedot.exact.vecdot([[1e16, 1.0, -1e16], [3.0, 4.0, 0.0]], [1.0, 1.0, 1.0])
    array([1., 7.])
    >>> float(onedot.exact.vecdot(np.float16([2048.0, 1.0, 2.0**-24]), np.float16([1.0, 1.0, 2.0**-24])))
    2050.0
    """
    return vecdot_by(EXACT, X, Y, axis, out)


def _row_dots(a: NDArray[Any], x: NDArray[Any], out: NDArray[Any], dtype: np.dtype[Any]) -> None:
    levels.kernels().exact_row_dots(a, x, out, dtype.name)


def _float_dot(x: NDArray[Any], y: NDArray[Any], dtype: np.dtype[Any]) -> float:
    """x·y rounded once to a float type."""
    below, above = _ends(x, y)
    if dtype != FLOAT64:  # rounded once more, so they have to be ends as they stand
        below, above = math.nextafter(below, -math.inf), math.nextafter(above, math.inf)
    below, above = map(float, rounded_to(dtype, np.array([below, above])))
    if below == above and math.copysign(1.0, below) == math.copysign(1.0, above):
        return below
    total, special = exact_sum(x, y)
    return special or rounded(total, dtype.name)


EXACT = Tier(name="exact", row_dots=_row_dots, long_dot=_float_dot, grain=lambda: GRAIN, narrow=False)


def _ends(x: NDArray[Any], y: NDArray[Any]) -> tuple[float, float]:
    """The ends of an interval that holds x·y, each rounded to binary64; NaN where no bound is known."""
    kernels = levels.kernels()
    dtype = wide_dtype(x, y)
    bounds = np.empty((-(-len(x) // RANGE), 3))

    def bound(first: int, last: int) -> None:
        span = slice(first * RANGE, last * RANGE)
        kernels.exact_bounds(as_native(x[span], dtype), as_native(y[span], dtype), bounds[first])

    threads.share(bound, len(bounds), 1)
    if not np.isfinite(bounds).all():
        return math.nan, math.nan
    parts, errors = bounds[:, :2].ravel().tolist(), bounds[:, 2].tolist()
    try:  # fsum rounds an exact sum once
        return math.fsum([*parts, *(-error for error in errors)]), math.fsum([*parts, *errors])
    except OverflowError:
        return math.nan, math.nan


def exact_sum(x: NDArray[Any], y: NDArray[Any]) -> tuple[int, float]:
    """x·y times 2**2148, and what its infinite and NaN products add up to, 0.0 if there are none."""
    kernels = levels.kernels()
    dtype = wide_dtype(x, y)
    sums: list[tuple[int, float]] = [(0, 0.0)] * -(-len(x) // RANGE)

    def add(first: int, last: int) -> None:
        span = slice(first * RANGE, last * RANGE)
        sums[first] = kernels.exact_integer(as_native(x[span], dtype), as_native(y[span], dtype))

    threads.share(add, len(sums), 1)
    total, special = 0, 0.0
    for part, part_special in sums:
        total += part
        special += part_special
    return total, special
