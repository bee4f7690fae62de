"""What `onedot.exact` must return: the real number, rounded once, where plain sums are right and where none is."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onedot import exact
from onedot._corpus.dot import BY_LAYOUT, SPECIALS
from onedot._corpus.draw import Draw
from onedot._corpus.registry import Result, operation

__all__ = ["ILL_CONDITIONED"]

LENGTHS = (*range(20), 31, 32, 33, 63, 64, 65, 100, 127, 129, 300, 513)
FORMATS = (("float64", (8, 30, 300)), ("float32", (8, 60)), ("float16", (4, 14)))

# Exponents of the terms that cancel, and of those that are left.
ILL_CONDITIONED = {"float64": ((20, -30), (100, -100), (250, -250), (500, -530)), "float32": ((10, -20), (60, -60))}


@operation("exact dot")
def dots(draw: Draw) -> Iterator[Result]:
    """Exponents from close together to so far apart that few terms overlap, and what results of fewer bits round to."""
    for (dtype, spreads), n in product(FORMATS, LENGTHS):
        for spread in spreads:
            x, y = draw.floats(dtype, n, -spread, spread), draw.floats(dtype, n, -spread, spread)
            yield exact.dot(x, y)
            yield np.asarray(exact.vecdot(x, y))
    for dtype in ("float64", "float32"):
        for n in (2047, 2048, 2049, 5000):
            yield exact.dot(draw.floats(dtype, n), draw.floats(dtype, n))


def _cancelling(draw: Draw, dtype: str, n: int, high: int, low: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Terms of large exponents that cancel in pairs, with small ones between and after them."""
    x, y = draw.floats(dtype, n, high - 8, high), draw.floats(dtype, n, -4, 4)
    rest = draw.floats(dtype, n, low, low + 20)
    ones = np.ones(n, dtype)
    return np.concatenate([x, rest, x[::-1]]), np.concatenate([y, ones, -y[::-1]])


@operation("exact cancellation")
def cancellation(draw: Draw) -> Iterator[Result]:
    """Condition numbers up to 1e300: no digit of the terms is left in the result."""
    for dtype, ranges in ILL_CONDITIONED.items():
        for (high, low), n in product(ranges, (1, 2, 3, 7, 16, 33, 100)):
            x, y = _cancelling(draw, dtype, n, high, low)
            yield exact.dot(x, y)
            yield exact.sign(x, y)
            yield np.asarray(exact.vecdot(x, y))
            yield exact.dot(np.delete(x, n), np.delete(y, n))
            yield exact.dot(x[::-1], -y[::-1])


@operation("exact range")
def at_the_ends_of_the_range(draw: Draw) -> Iterator[Result]:
    """Products and results that are subnormal or underflow, that overflow for a while or for good, and any bits."""
    for n in (1, 2, 3, 5, 8, 9, 17, 33, 70):
        for low, high in ((-540, -530), (-550, -536), (500, 511), (505, 512)):
            x, y = draw.floats("float64", n, low, high), draw.floats("float64", n, low, high)
            yield exact.dot(x, y)
            yield exact.dot(np.concatenate([x, x]), np.concatenate([y, -y]))
            yield exact.sign(x, y)
        for low, high in ((-75, -70), (60, 64)):
            yield np.asarray(exact.vecdot(draw.floats("float32", n, low, high), draw.floats("float32", n, low, high)))
        for dtype in ("float64", "float32", "float16"):
            x, y = draw.patterns(dtype, n), draw.patterns(dtype, n)
            yield exact.dot(x, y)
            yield np.asarray(exact.vecdot(x, y))


@operation("exact ties")
def ties(draw: Draw) -> Iterator[Result]:
    """Sums halfway between two results, and those next to them, of either sign."""
    for dtype, digits, tiny in (("float64", 53, -1000), ("float32", 24, -140), ("float16", 11, -20)):
        for odd, sign in product((0, 1), (-1.0, 1.0)):
            for nudge in (0.0, 1.0, -1.0):
                x = np.array([1.0, odd * 2.0 ** (1 - digits), 2.0**-digits, nudge * 2.0 ** (tiny // 2)]).astype(dtype)
                y = np.array([sign, sign, sign, 2.0 ** (tiny - tiny // 2)]).astype(dtype)
                yield exact.dot(x, y)
                yield np.asarray(exact.vecdot(x, y))
                yield np.asarray(exact.matvec(np.tile(x, (9, 1)), y))


@operation("exact specials")
def specials(draw: Draw) -> Iterator[Result]:
    """Each pair of special values alone and among ordinary numbers."""
    for dtype in ("float64", "float32"):
        for pair in product(SPECIALS, repeat=2):
            a, b = np.array(pair, dtype=float).astype(dtype)
            yield exact.dot(np.array([a]), np.array([b]))
            x, y = draw.floats(dtype, 20), draw.floats(dtype, 20)
            x[7], y[7] = a, b
            yield exact.dot(x, y)
            yield np.asarray(exact.vecdot(x, y))


@operation("exact rows")
def rows(draw: Draw) -> Iterator[Result]:
    """Matrices of every layout and shape, whose rows are decided by one bound or one by one, and every type of out."""
    for dtype, (m, n) in product(("float64", "float32", "float16"), ((1, 5), (3, 1), (9, 8), (19, 33), (4, 100))):
        A, x = draw.floats(dtype, m * n).reshape(m, n), draw.floats(dtype, n)
        A[m // 2] *= draw.floats(dtype, n, -4, 4)
        yield exact.matvec(A, x)
        yield exact.matvec(np.asfortranarray(A), x)
        yield exact.vecdot(A, A[::-1])
        yield exact.matvec(A[:, ::-1], BY_LAYOUT["misaligned"](x))
        yield exact.matvec(A, x, out=np.empty(m))
        yield exact.matvec(A, draw.floats(dtype, 3 * n).reshape(3, n))
    yield exact.matvec(np.arange(12).reshape(3, 4), np.arange(4))
    yield exact.dot([2**62, 1], [2**62, 1])


@operation("exact matmul")
def products(draw: Draw) -> Iterator[Result]:
    """Rows with columns, of every type, with sums that cancel, stacks and vectors; and columns with columns."""
    for (dtype, spreads), (m, k, n) in product(FORMATS, ((1, 5, 2), (3, 3, 3), (9, 16, 4), (5, 33, 20), (2, 100, 3))):
        for spread in spreads:
            A, B = (draw.floats(dtype, r * c, -spread, spread).reshape(r, c) for r, c in ((m, k), (k, n)))
            yield exact.matmul(A, B)
            yield exact.matmul(np.asfortranarray(A), B[:, ::-1])
            yield exact.matmul(np.hstack([A, A]), np.vstack([B, -B]))
            yield exact.matmul(np.stack([A, A[::-1]]), B)
            yield exact.matmul(A, B[:, 0])
            yield exact.matmul(A[0], B)
            yield exact.vecdot(A, A[::-1], axis=0)
    yield exact.matmul(np.arange(12).reshape(3, 4), np.arange(8).reshape(4, 2))


@operation("exact halves")
def halves(draw: Draw) -> Iterator[Result]:
    """Sums that cancel, and any bits, with results of the types that are there without ml_dtypes, too."""
    for dtype, n in product(("float16", "bfloat16"), (*range(1, 12), 17, 33, 64, 130)):
        spread = 14 if dtype == "float16" else 60
        x, y = draw.floats(dtype, 4 * n, -spread, spread).reshape(2, 2 * n)
        x[n:], y[n:-1] = x[:n], -y[: n - 1]
        for a, b in ((x, y), draw.patterns(dtype, 4 * n).reshape(2, 2 * n)):
            yield exact.dot(a, b)
            for out in ("float32", "float64"):
                yield exact.matvec(a.reshape(2, n), b[:n], out=np.empty(2, out))
                yield exact.vecdot(a, b, out=np.empty((), out))
        yield exact.sign(x, y)
