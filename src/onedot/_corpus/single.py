"""What `onedot.single` must return: fused sums in binary32, on every way through its kernels and past their edges."""

from collections.abc import Iterator
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onedot import single
from onedot._corpus.batched import MATRIX_LAYOUTS
from onedot._corpus.dot import BY_LAYOUT, LENGTHS, LONG, SPECIALS
from onedot._corpus.draw import Draw, with_bits
from onedot._corpus.registry import Result, operation
from onedot._corpus.units import FIRST
from onedot._reference.law import BLOCK
from onedot.units import Layer, Network

__all__ = ["TIES"]

FORMATS = (("float32", (8, 62)), ("float16", (4, 14)), ("bfloat16", (8, 62)))

SHORT = (*range(34), 40, 63, 64, 65, 100, 129)
FEW = (1, 2, 3, 8, 13, 19)
SHAPES = (*product(FEW, SHORT), (7, 511), (19, 1000), (7, BLOCK - 1), (5, BLOCK + 1), (3, 9000))
LAYERS = (*product(range(1, 14), (1, 2, 5, 9, 13), (17, 70)), (40, 3, BLOCK + 1), (3, 70, BLOCK + 1), (120, 9, 600))


@operation("single dot")
def dots(draw: Draw) -> Iterator[Result]:
    """Every type, of exponents close together and far apart; mixed types; and enough blocks to share among threads."""
    for (dtype, spreads), n in product(FORMATS, LENGTHS):
        for spread in spreads:
            yield single.dot(draw.floats(dtype, n, -spread, spread), draw.floats(dtype, n, -spread, spread))
        yield single.dot(draw.floats(dtype, n, -4, 4), draw.floats("float32", n, -4, 4))
    yield single.dot(draw.floats("float32", LONG), draw.floats("float32", LONG))


@operation("single range")
def at_the_ends_of_the_range(draw: Draw) -> Iterator[Result]:
    """Products that underflow, sums that are subnormal or overflow, and any bits."""
    for n in (1, 2, 3, 7, 8, 15, 16, 17, 31, 32, 33, 64, 65, 100, 300):
        for low, high in ((-80, -70), (-76, -60), (-70, -62), (60, 63), (62, 64)):
            x, y = draw.floats("float32", 9 * n, low, high), draw.floats("float32", 9 * n, low, high)
            yield from _in_every_shape(x.reshape(9, n), y.reshape(9, n))
        for dtype in ("float32", "float16", "bfloat16"):
            x, y = draw.patterns(dtype, 18 * n).reshape(2, 9, n)
            yield from _in_every_shape(x, y)


# The exponent of c, and of the last place of sums near it: ordinary, subnormal, and where the next tie is infinity.
TIES = ((0, -23), (40, 17), (-126, -149), (-140, -149), (127, 104))


@operation("single ties")
def ties(draw: Draw) -> Iterator[Result]:
    """c, and 32 places on a product next to half of its last place, so that a sum rounded twice is another."""
    for (exponent, last), odd in product(TIES, (1, 3, 5)):
        n = 200
        c = draw.floats("float32", n, max(exponent, -126), max(exponent, -126))
        if exponent < -126:
            c = with_bits("float32", draw.bits(n) >> np.uint64(41))
        if exponent == 127:
            c[::2] = np.copysign(np.float32(np.finfo(np.float32).max), c[::2])
        little = (draw.bits(n) % np.uint64(200)).astype(np.float64) * 2.0**-22
        half = (last - 1) // 2
        sign = np.where(draw.bits(n) % np.uint64(2) == 0, 1.0, -1.0)
        A, X = np.zeros((2, n, 33), np.float32)
        A[:, 0], X[:, 0] = c, 1
        A[:, 32], X[:, 32] = (1 + little) * 2.0**half, sign * odd * (1 - little) * 2.0 ** (last - 1 - half)
        yield single.vecdot(A, X)
        yield single.matvec(A[:40], X[:40])
        yield single.vecmat(X[7], np.ascontiguousarray(A.T))


@operation("single specials")
def specials(draw: Draw) -> Iterator[Result]:
    """Each pair of special values alone and among ordinary numbers."""
    for dtype in ("float32", "float16"):
        for pair in product(SPECIALS, repeat=2):
            a, b = np.array(pair, dtype=float).astype(dtype)
            yield single.dot(np.array([a]), np.array([b]))
            x, y = draw.floats(dtype, 9 * 20, -4, 4).reshape(9, 20), draw.floats(dtype, 9 * 20, -4, 4).reshape(9, 20)
            x[:, 7], y[:, 7] = a, b
            yield from _in_every_shape(x, y)


def _in_every_shape(a: NDArray[Any], b: NDArray[Any]) -> Iterator[Result]:
    """Two matrices (9, n): rows that share x, pairs of rows, columns, and every row with three."""
    yield single.matvec(a, b[0])
    yield single.vecdot(a, b)
    yield single.vecmat(b[:, 0], a)
    yield single.matvec(a, b[::3])


def _matrix(draw: Draw, dtype: str, *shape: int, spread: int = 8) -> NDArray[Any]:
    return draw.floats(dtype, int(np.prod(shape)), -spread, spread).reshape(shape)


@operation("single rows")
def rows(draw: Draw) -> Iterator[Result]:
    """Matrices by vectors from either side and pairs of rows, of every short length and of several blocks; stacks."""
    drawn = partial(_matrix, draw)
    for m, n in SHAPES:
        A = drawn("float32", m, n)
        yield single.matvec(A, drawn("float32", n))
        yield single.vecmat(drawn("float32", m), A)
        yield single.vecmat(drawn("float32", n), np.ascontiguousarray(A.T))
        yield single.vecdot(A, drawn("float32", m, n))
    for dtype, (m, n) in product(("float16", "bfloat16"), ((1, 5), (9, 40), (19, 129), (3, BLOCK + 1))):
        A = drawn(dtype, m, n, spread=4)
        yield single.matvec(A, drawn(dtype, n, spread=4))
        yield single.vecmat(drawn("float32", m), A)
        yield single.vecdot(A, drawn("float32", m, n))
    for b, (m, n) in product((2, 5), ((4, 4), (16, 16), (3, 33), (9, 100))):
        yield single.matvec(drawn("float32", b, m, n), drawn("float32", b, n))
        yield single.vecmat(drawn("float32", m), drawn("float32", b, m, n))
        yield single.vecdot(drawn("float32", 3, 1, n), drawn("float32", 1, b, n))
    yield single.matvec(drawn("float32", 301, 4001), drawn("float32", 4001))


@operation("single products")
def products(draw: Draw) -> Iterator[Result]:
    """Every row with every row or column: all small tiles, ragged ones among them, several blocks, and every layout."""
    drawn = partial(_matrix, draw)
    for m, s, n in LAYERS:
        yield single.matvec(drawn("float32", m, n), drawn("float32", s, n))
    for m, k, n in product((1, 2, 3, 9), (1, 2, 3, 8, 16, 33, 100), (1, 3, 4, 19)):
        yield single.matmul(drawn("float32", m, k), drawn("float32", k, n))
        yield single.matmul(drawn("float32", 5, m, k), drawn("float32", 5, k, n))
    for dtype in ("float16", "bfloat16"):
        yield single.matmul(drawn(dtype, 37, 66, spread=4), drawn(dtype, 66, 41, spread=4))
    A, X, x = drawn("float32", 37, 41), drawn("float32", 9, 41), drawn("float32", 41)
    for lay_out in MATRIX_LAYOUTS.values():
        yield single.matvec(lay_out(A), X)
        yield single.matmul(X, lay_out(A).T)
        yield single.matvec(lay_out(A), BY_LAYOUT["misaligned"](x))
        yield single.matvec(A, lay_out(X), out=np.empty((9, 37)))


@operation("single layers")
def layers(draw: Draw) -> Iterator[Result]:
    """Layers of every activation, alone and in a network."""
    drawn = partial(_matrix, draw, "float32", spread=3)
    for name, (m, n, b) in product(FIRST, ((1, 3, 2), (7, 20, 5), (3, 100, 19), (12, 33, 40))):
        layer = Layer(drawn(m, n), draw.floats("float32", m, -6, 2), name, tier="single")
        X = drawn(b, n)
        yield layer(X)
        yield layer(X[0])
        yield layer(X.astype(np.float16))
        yield Network([layer, Layer(drawn(4, m), None, "tanh", tier="single")])(X)
