"""Geometry of vectors: length, cosine, angle, projection, alignment, over the last axis, leading axes broadcast.

All of it is made of the one dot product and of operations that IEEE 754 rounds correctly, so the bits are the same at
every level and on every machine. Inside, everything is binary64; a result is rounded once.

>>> from onedot import geometry
>>> geometry.cosine([3.0, 4.0], [3.0, 4.0])
np.float64(1.0)
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot import levels
from onedot._core.arrays import as_array, as_float64, is_integer
from onedot._core.environment import in_default_environment
from onedot._core.exact_signs import signs
from onedot._core.signatures import Zero, of_pairs, of_vectors, sign_of_pairs
from onedot._entry import entered, projections, vecdot
from onedot.levels.refusals import shown

__all__ = ["alignment", "angle", "cosine", "norm", "project"]


def __dir__() -> list[str]:
    return __all__


# Squares within these bounds, and the product of two of them, neither overflow nor lose digits to underflow.
LOW, HIGH = 2.0**-480, 2.0**480
# Sums of products within these bounds, and what is made of them here, have lost nothing to overflow or underflow.
FAINT, GREAT = 2.0**-500, 2.0**500
ABSENT = -(2**12)  # the exponent of a product that is 0: below any other
WORKSPACE = 2**18  # elements of the sums and differences of unit vectors at a time: 2 MB
SMALL = 2**16  # elements that are widened as a whole
PI_LOW = 1.2246467991473532e-16  # pi - math.pi


class Scaled(NamedTuple):
    """Vectors v * 2**exponent whose squared lengths are within the bounds, unless they are 0, infinite or NaN."""

    v: NDArray[Any]
    squares: NDArray[np.float64]
    exponents: NDArray[np.intc]


@of_vectors
@entered
def norm(x: ArrayLike, /, *, keepdims: bool = False) -> Any:
    """|x| = sqrt(x·x), with no overflow or underflow in between.

    Parameters
    ----------
    x : array_like, shape (..., n)
        Floats, integers or bools.
    keepdims : bool
        Whether the last axis stays, with length 1.

    Returns
    -------
    ndarray, shape (...), or a scalar for one vector
        float64; float32 or float16 if x is, and float32 if it is bfloat16.

    Raises
    ------
    ValueError
        If x has no axis.
    TypeError, OverflowError
        If x holds what `dot` refuses beside floats.

    Notes
    -----
    x·x is the law's dot where it lies between 2**-480 and 2**480. Elsewhere x is first divided by the power of two
    that brings its largest element into [1/2, 1), and the root multiplied with it.

    Examples
    --------
    >>> onedot.geometry.norm([0.0, -1e200])
    np.float64(1e+200)
    >>> onedot.geometry.norm([[3.0, 4.0], [0.0, 0.0]])
    array([5., 0.])
    """
    if keepdims:
        return np.expand_dims(norm(x), -1)
    (v,), dtype = _vectors("geometry.norm", x=x)
    return _rounded(_norm(v), dtype)


@of_pairs
@entered
def cosine(x: ArrayLike, y: ArrayLike, /, *, zero: Zero = "raise", keepdims: bool = False) -> Any:
    """cos = x·y / sqrt((x·x) (y·y)), never outside [-1, 1], and exactly 1 for y = x and -1 for y = -x.

    Parameters
    ----------
    x, y : array_like, shape (..., n)
        Leading axes broadcast.
    zero : 'raise' or 'nan'
        What becomes of a vector of zeros, which has no direction: an error, or NaN in its place.
    keepdims : bool
        Whether the last axis stays, with length 1.

    Returns
    -------
    ndarray, shape (...), or a scalar for two vectors
        float64 if either holds float64 or integers; otherwise the wider of their types, bfloat16 taken for float32.

    Raises
    ------
    ValueError
        If a vector is zero and `zero` is 'raise', or shapes do not fit.
    TypeError, OverflowError
        If x or y holds what `dot` refuses beside floats.

    Notes
    -----
    It is symmetric, and the same to the last bit if x or y is multiplied with a power of two, as long as no
    element leaves the normal range. A vector that holds an infinity has the cosine NaN.

    Examples
    --------
    >>> onedot.geometry.cosine([1.0, 0.0], [1.0, 1.0])
    np.float64(0.7071067811865475)
    >>> onedot.geometry.cosine([[1.0, 2.0], [0.0, 0.0]], [1e300, 2e300], zero="nan")
    array([ 1., nan])
    """
    if keepdims:
        return np.expand_dims(cosine(x, y, zero=zero), -1)
    return _of_directions("geometry.cosine", _cosine, x, y, zero)


@of_pairs
@entered
def angle(x: ArrayLike, y: ArrayLike, /, *, zero: Zero = "raise", keepdims: bool = False) -> Any:
    """The angle between x and y in radians: 2 arctan(|x/|x| - y/|y|| / |x/|x| + y/|y||), from 0 to pi.

    Parameters, result and errors are those of `cosine`.

    Notes
    -----
    Near 0 and pi it is as good as elsewhere, off by a few times 2**-53, where the arccosine of the cosine is off by up
    to 2**-26: its cosine differs from 1 only by the square of the angle [1]_. It is exactly 0 for y = x and `math.pi`
    for y = -x.

    References
    ----------
    .. [1] W. Kahan, "How futile are mindless assessments of roundoff in floating-point computation?", 2006, section 12.
       https://people.eecs.berkeley.edu/~wkahan/Mindless.pdf

    Examples
    --------
    >>> onedot.geometry.angle([1.0, 0.0], [0.0, 2.0])
    np.float64(1.5707963267948966)
    >>> onedot.geometry.angle([1.0, 0.0], [1.0, 1e-9])
    np.float64(1e-09)
    """
    if keepdims:
        return np.expand_dims(angle(x, y, zero=zero), -1)
    return _of_directions("geometry.angle", _angle, x, y, zero)


@in_default_environment
def project(x: ArrayLike, onto: ArrayLike, /, *, zero: Zero = "raise") -> NDArray[Any]:
    """p = (x·u / u·u) u, the nearest point to x on the line through 0 and u = onto.

    Parameters
    ----------
    x, onto : array_like, shape (..., n)
        Leading axes broadcast.
    zero : 'raise' or 'nan'
        What becomes of an `onto` of zeros: an error, or NaN in the place of its result.

    Returns
    -------
    ndarray, shape (..., n)
        Of the dtype that `cosine` gives. Errors are those of `cosine`, too.

    Notes
    -----
    What is left, x - p, is orthogonal to u, to rounding.

    Examples
    --------
    >>> onedot.geometry.project([2.0, 3.0], [1.0, 0.0])
    array([2., 0.])
    """
    op = "geometry.project"
    found: NDArray[Any] | None = projections(x, onto)
    given = None if found is not None else _vectors(op, x=x, onto=onto)
    raises = _raises(op, zero)
    if given is None:
        return found  # type: ignore[return-value] # one of them is not None
    (a, u), dtype = given
    if dtype == np.float16 and max(a.size, u.size) <= SMALL:
        found = projections(a.astype(np.float64), u.astype(np.float64))
        if found is not None:
            return _rounded(found, dtype)
    with np.errstate(all="ignore"):
        line = scaled(u)
        _mark_zeros(op, "onto", line, raises)
        sums, exponents = dots(a, u)
        share, exponents = sums / line.squares, exponents - 2 * line.exponents
        if not exponents.any():
            return _multiples(share, u, dtype)
        fractions, powers = np.frexp(u)  # so that no element is out of range before all powers are together
        return _rounded(times_power_of_two(share[..., None] * fractions, exponents[..., None] + powers), dtype)


@sign_of_pairs
@entered
def alignment(x: ArrayLike, y: ArrayLike, /, *, keepdims: bool = False) -> Any:
    """The sign of x·y, never wrong: 1 if y points to the side that x points to, -1 if to the other, 0 if to neither.

    Parameters
    ----------
    x, y : array_like, shape (..., n)
        Floats, integers or bools; leading axes broadcast.
    keepdims : bool
        Whether the last axis stays, with length 1.

    Returns
    -------
    ndarray of int8, shape (...), or a scalar for two vectors
        The sign of the real number, whatever cancels, overflows or underflows on the way to it.

    Raises
    ------
    ValueError
        If a sum has no sign, as it holds NaN, infinity times 0 or infinities of both signs, or shapes do not fit.
    TypeError, OverflowError
        If x or y holds what `dot` refuses.

    Examples
    --------
    >>> x, y = [1e16, -1e16, 1.0], [1.0, 1.0, 1.0]
    >>> onedot.dot(x, y), onedot.geometry.alignment(x, y)
    (0.0, np.int8(1))
    """
    if keepdims:
        return np.expand_dims(alignment(x, y), -1)
    op = "geometry.alignment"
    a, b = as_array(op, "x", x), as_array(op, "y", y)
    if not (is_integer(a) and is_integer(b)):
        a, b = as_float64(op, "x", a), as_float64(op, "y", b)
    _check_shapes(op, ("x", "y"), [a, b])
    return signs(op, a, b)


def _vectors(op: str, **named: ArrayLike) -> tuple[list[NDArray[Any]], np.dtype[Any]]:
    """The arguments as arrays of floats whose shapes fit, and the dtype of the result."""
    arrays = [as_array(op, name, x) for name, x in named.items()]
    floats = [as_float64(op, name, v) for name, v in zip(named, arrays, strict=True)]
    _check_shapes(op, tuple(named), floats)
    return floats, np.result_type(*floats).newbyteorder("=")


def _check_shapes(op: str, names: tuple[str, ...], arrays: list[NDArray[Any]]) -> None:
    for name, v in zip(names, arrays, strict=True):
        if v.ndim == 0:
            raise ValueError(f"{op}: {name} is one number; want a vector, or an array of vectors")
    if len({v.shape[-1] for v in arrays}) > 1:
        held = " and ".join(f"{name} has vectors of {v.shape[-1]}" for name, v in zip(names, arrays, strict=True))
        raise ValueError(f"{op}: {held} elements; want as many of both")
    try:
        np.broadcast_shapes(*(v.shape[:-1] for v in arrays))
    except ValueError:
        axes = " and ".join(f"{name} has leading axes {v.shape[:-1]}" for name, v in zip(names, arrays, strict=True))
        raise ValueError(f"{op}: {axes}; want axes that broadcast") from None


def _rounded(values: NDArray[np.float64], dtype: np.dtype[Any]) -> NDArray[Any]:
    with np.errstate(over="ignore", under="ignore"):
        rounded: NDArray[Any] = values.astype(dtype, copy=False)[()]
    return rounded


def _multiples(shares: NDArray[np.float64], u: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """shares[...] u[...] in binary64, rounded once: a few elements at a time, as NumPy's loops convert them."""
    batch = np.broadcast_shapes(shares.shape, u.shape[:-1])
    products = np.empty((*batch, u.shape[-1]), dtype)
    np.multiply(shares[..., None], u, out=products, dtype=np.float64, casting="same_kind")
    return products


def _dots(x: NDArray[Any], y: NDArray[Any]) -> NDArray[np.float64]:
    """x[...]·y[...] in binary64. A few elements are widened first, as float64 takes the shortest way to a kernel."""
    x, y = (v.astype(np.float64, copy=False) if v.size <= SMALL else v for v in (x, y))
    if x.dtype == y.dtype == np.float64:
        return np.asarray(vecdot(x, y))
    batch = np.broadcast_shapes(x.shape[:-1], y.shape[:-1])
    return np.asarray(vecdot(x, y, out=np.empty(batch)))


def dots(x: NDArray[Any], y: NDArray[Any], b: float = 0.0) -> tuple[NDArray[np.float64], NDArray[np.intc]]:
    """x[...]·y[...] + b as numbers and the powers of two that are to multiply them.

    The power is 0 where the plain sum is within bounds. Elsewhere each product and b lose the exponent of the largest.
    """
    sums = np.asarray(_dots(x, y) + b)
    exponents = np.zeros(sums.shape, np.intc)
    beyond = np.asarray(~((np.abs(sums) >= FAINT) & (np.abs(sums) <= GREAT)))
    if beyond.any():
        beyond &= np.isfinite(x).all(axis=-1) & np.isfinite(y).all(axis=-1)
        rows, others = (np.broadcast_to(v, (*sums.shape, v.shape[-1]))[beyond].astype(np.float64) for v in (x, y))
        sums[beyond], exponents[beyond] = _by_exponents(rows, others, b)
    return sums, exponents


def _by_exponents(
    x: NDArray[np.float64], y: NDArray[np.float64], b: float
) -> tuple[NDArray[np.float64], NDArray[np.intc]]:
    (fractions, powers), (others, other_powers) = np.frexp(x), np.frexp(y)
    powers = np.where((x != 0.0) & (y != 0.0), powers + other_powers, ABSENT)
    most = np.max(powers, axis=-1, initial=math.frexp(b)[1] if b else ABSENT)
    sums = _dots(times_power_of_two(fractions, powers - most[..., None]), others)
    return sums + times_power_of_two(np.full(sums.shape, b), -most) if b else sums, most


def scaled(v: NDArray[Any]) -> Scaled:
    """v as it is where its squares are within the bounds, elsewhere with its largest element in [1/2, 1)."""
    squares = _dots(v, v)
    exponents = np.zeros(squares.shape, np.intc)
    outside = ~((squares >= LOW) & (squares <= HIGH))
    if outside.any() and np.any(v[outside]):  # a row of zeros is as it is
        v = np.array(v, np.float64)
        largest = np.max(np.abs(v[outside]), axis=-1, initial=0.0)
        exponents[outside] = np.where(np.isfinite(largest), np.frexp(largest)[1], 0)
        v[outside] = times_power_of_two(v[outside], -exponents[outside][..., None])
        squares[outside] = _dots(v[outside], v[outside])
    return Scaled(v, squares, exponents)


def times_power_of_two(v: NDArray[np.float64], exponents: NDArray[np.intc]) -> NDArray[np.float64]:
    """v * 2**exponents, in two steps, as an exponent may be beyond those of one float; 2046 stands for larger ones."""
    if not exponents.any():
        return v
    exponents = np.minimum(exponents, 2046)  # so that 0 stays 0, and no result that is finite is another
    half = exponents // 2
    product: NDArray[np.float64] = v * np.ldexp(1.0, half) * np.ldexp(1.0, exponents - half)
    return product


def _norm(v: NDArray[Any]) -> NDArray[np.float64]:
    with np.errstate(all="ignore"):
        of = scaled(v)
        return times_power_of_two(np.sqrt(of.squares), of.exponents)


def _raises(op: str, zero: str) -> bool:
    """Whether a vector of zeros is an error."""
    if not isinstance(zero, str) or zero not in ("raise", "nan"):
        raise ValueError(f"{op}: zero is {shown(zero)}; want 'raise' or 'nan'")
    return zero == "raise"


def _mark_zeros(op: str, name: str, of: Scaled, raises: bool) -> None:
    """Set the square of a vector of zeros to NaN, which makes NaN of what follows, or raise."""
    without = of.squares == 0
    if not without.any():
        return
    if raises:
        place = f"{name}{np.argwhere(without)[0].tolist()}" if without.ndim else name
        raise ValueError(f"{op}: {place} is a zero vector, which has no direction; want zero='nan' or no such vector")
    of.squares[without] = math.nan


def _of_directions(
    op: str, work: Callable[[Scaled, Scaled], NDArray[np.float64]], x: ArrayLike, y: ArrayLike, zero: str
) -> Any:
    """What work(x, y) gives for the directions of two vectors, rounded to their dtype."""
    (a, b), dtype = _vectors(op, x=x, y=y)
    raises = _raises(op, zero)
    with np.errstate(all="ignore"):
        pair = scaled(a), scaled(b)
    for name, of in zip(("x", "y"), pair, strict=True):
        _mark_zeros(op, name, of, raises)
    return _rounded(_by_pieces(work, pair), dtype)


def _by_pieces(work: Callable[[Scaled, Scaled], NDArray[np.float64]], pair: tuple[Scaled, Scaled]) -> Any:
    """work(x, y) for all pairs of vectors, a few at a time along the first axis."""
    x, y = pair
    batch = np.broadcast_shapes(x.squares.shape, y.squares.shape)
    n = x.v.shape[-1]
    result = np.empty(batch)
    with np.errstate(all="ignore"):
        if not batch or result.size * n <= WORKSPACE:
            result[...] = work(x, y)
            return result
        rows = max(1, WORKSPACE * batch[0] // (result.size * n))
        for first in range(0, batch[0], rows):
            span = slice(first, first + rows)
            result[span] = work(*(_part(of, span, len(batch)) for of in (x, y)))
    return result


def _part(of: Scaled, span: slice, axes: int) -> Scaled:
    """The vectors within a span of the first of so many axes, unless they are shared along it."""
    if of.squares.ndim < axes or of.squares.shape[0] == 1:
        return of
    return Scaled(of.v[span], of.squares[span], of.exponents[span])


def _cosine(x: Scaled, y: Scaled) -> NDArray[np.float64]:
    sums, exponents = dots(x.v, y.v)
    return quotients(sums, x.squares * y.squares, exponents)


def quotients(
    sums: NDArray[np.float64], squares: NDArray[np.float64], exponents: NDArray[np.intc]
) -> NDArray[np.float64]:
    """Cosines of sums, which lack powers of two, and products of squares; equal squares have themselves for a root."""
    bounded: NDArray[np.float64] = np.minimum(
        np.maximum(times_power_of_two(sums / np.sqrt(squares), exponents), -1.0), 1.0
    )
    return bounded


def _angle(x: Scaled, y: Scaled) -> NDArray[np.float64]:
    u, v = (of.v / np.sqrt(of.squares)[..., None] for of in (x, y))
    apart, along = _norm(u - v), _norm(u + v)
    tangents = np.minimum(apart, along) / np.maximum(apart, along)
    halves = np.empty(tangents.shape)
    levels.kernels().arctangent(tangents.reshape(-1), halves.reshape(-1))
    twice = 2.0 * halves
    return np.where(apart <= along, twice, math.pi - (twice - PI_LOW))
