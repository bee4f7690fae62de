"""What `matvec`, `vecmat`, `matmul` and `vecdot` must return, on every way through the kernels and past their edges."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

import onedot
from onedot._corpus.dot import BY_LAYOUT
from onedot._corpus.draw import Draw
from onedot._corpus.registry import Result, operation
from onedot._reference.law import BLOCK

__all__ = ["MATRIX_LAYOUTS"]

FLOATS = ("float64", "float32")
SPREADS = {"float64": (8, 300), "float32": (8, 62), "float16": (4, 14)}  # of the exponents, as for `dot`

# Rows that fit one register, two and so on, then those of more, of a block less or more than one, and of several.
SHORT = tuple(range(41))
MIDDLE = (63, 64, 65, 100, 127, 128, 129, 511, 1000)
LONG = (BLOCK - 1, BLOCK, BLOCK + 1, 9000, 3 * BLOCK + 17)

# As many rows as no, one or several groups of up to 16 take, with some left over.
FEW = (1, 2, 3, 8, 13, 19)
GROUPS = (1, 7, 19)

ONE_CALL = 2**20  # elements of a row that a kernel takes


def _matrix(draw: Draw, dtype: str, *shape: int, spread: int = 8) -> NDArray[Any]:
    size = 1
    for length in shape:
        size *= length
    return draw.floats(dtype, size, -spread, spread).reshape(shape)


def _for_both_floats(name: str, results: Callable[[str, Draw], Iterator[Result]]) -> None:
    for dtype in FLOATS:
        operation(f"{name} {dtype}")(partial(results, dtype))


def _matvec(dtype: str, draw: Draw) -> Iterator[Result]:
    """Rows that share x, stacks of them, and one matrix with enough products to share among threads."""
    for spread in SPREADS[dtype]:
        drawn = partial(_matrix, draw, dtype, spread=spread)
        for m, n in (*product(FEW, SHORT + MIDDLE), *product(GROUPS, LONG)):
            yield onedot.matvec(drawn(m, n), drawn(n))
        for b, (m, n) in product((2, 5), ((4, 4), (16, 16), (3, 33), (9, 100))):
            yield onedot.matvec(drawn(b, m, n), drawn(b, n))
            yield onedot.matvec(drawn(b, m, n), drawn(n))
            yield onedot.matvec(drawn(2, 1, m, n), drawn(b, n))
    yield onedot.matvec(_matrix(draw, dtype, 301, 4001), _matrix(draw, dtype, 4001))
    yield onedot.matvec(_matrix(draw, dtype, 2, ONE_CALL + 5), _matrix(draw, dtype, ONE_CALL + 5))


def _vecmat(dtype: str, draw: Draw) -> Iterator[Result]:
    """Columns side by side: strips of every width, ragged ones among them, and sums of several blocks."""
    widths = (*range(1, 10), 15, 16, 17, 31, 33, 64, 65, 100, 255, 256, 257, 300)
    for m, n in (*product((1, 2, 7, 31, 32, 33, 127, 128, 129), widths), *product(LONG, (3, 4, 5, 17, 37))):
        yield onedot.vecmat(_matrix(draw, dtype, m), _matrix(draw, dtype, m, n))
    yield onedot.vecmat(_matrix(draw, dtype, BLOCK + 1), _matrix(draw, dtype, BLOCK + 1, 261))
    for spread in SPREADS[dtype]:
        drawn = partial(_matrix, draw, dtype, spread=spread)
        for b, m, n in product((1, 3), (1, 8, 33, 140), (2, 5, 19, 40)):
            yield onedot.vecmat(drawn(b, m), drawn(b, m, n))
            yield onedot.vecmat(drawn(m), drawn(b, m, n))
            yield onedot.vecmat(drawn(b, m), drawn(m, n))


def _vecdot(dtype: str, draw: Draw) -> Iterator[Result]:
    """Pairs of rows, none of which is shared."""
    for spread in SPREADS[dtype]:
        drawn = partial(_matrix, draw, dtype, spread=spread)
        for m, n in (*product(FEW, SHORT + MIDDLE), *product(GROUPS, LONG)):
            yield onedot.vecdot(drawn(m, n), drawn(m, n))
        for n in SHORT + MIDDLE:
            yield onedot.vecdot(drawn(n), drawn(n))
            yield onedot.vecdot(drawn(2, 3, n), drawn(3, n))
            yield onedot.vecdot(drawn(3, 1, n), drawn(1, 4, n))


def _layer(dtype: str, draw: Draw) -> Iterator[Result]:
    """Every row with every row: all small tiles, ragged ones among them, and more rows than are packed at once."""
    for m, s, n in product(range(1, 14), range(1, 14), (17, 100)):
        yield onedot.matvec(_matrix(draw, dtype, m, n), _matrix(draw, dtype, s, n))
    # 40 rows of a block and 120 of 600 are more rows of A than are packed at once, 70 of a block more of X.
    long = product(((3, 3), (5, 7), (13, 4)), (BLOCK + 1, 9000))
    packed = ((40, 3, BLOCK + 1), (3, 70, BLOCK + 1), (120, 9, 600), (37, 41, 255), (67, 66, 33))
    for m, s, n in (*((m, s, n) for (m, s), n in long), *packed):
        yield onedot.matvec(_matrix(draw, dtype, m, n), _matrix(draw, dtype, s, n))
    for spread in SPREADS[dtype]:
        drawn = partial(_matrix, draw, dtype, spread=spread)
        for m, s, n in product((3, 10, 12), (4, 9, 21), (19, 64, 130)):
            yield onedot.matvec(drawn(m, n), drawn(s, n))
            yield onedot.vecmat(drawn(s, m), drawn(m, n))
            yield onedot.matvec(drawn(2, 1, m, n), drawn(2, s, n))


def _matmul(dtype: str, draw: Draw) -> Iterator[Result]:
    """Rows with columns: few and many of both, short ones and those of several blocks, stacks, and either a vector."""
    for spread in SPREADS[dtype]:
        drawn = partial(_matrix, draw, dtype, spread=spread)
        for m, k, n in product((1, 2, 3, 9), (*range(1, 20), 33, 100), (1, 3, 4, 19)):
            yield onedot.matmul(drawn(m, k), drawn(k, n))
        for m, k, n in product((3, 4, 8), (3, 16, 40), (3, 8)):
            yield onedot.matmul(drawn(5, m, k), drawn(5, k, n))
            yield onedot.matmul(drawn(2, 1, m, k), drawn(3, k, n))
            yield onedot.matmul(drawn(m, k), drawn(2, k, n))
            yield onedot.matmul(drawn(5, m, k), drawn(k))
            yield onedot.matmul(drawn(k), drawn(5, k, n))
            yield np.asarray(onedot.matmul(drawn(k), drawn(k)))
    for m, k, n in ((3, BLOCK + 1, 5), (13, 2 * BLOCK + 33, 4), (60, 600, 9), (37, 33, 130), (103, 103, 100)):
        yield onedot.matmul(_matrix(draw, dtype, m, k), _matrix(draw, dtype, k, n))


_for_both_floats("matvec", _matvec)
_for_both_floats("vecmat", _vecmat)
_for_both_floats("matmul", _matmul)
_for_both_floats("vecdot", _vecdot)
_for_both_floats("layer", _layer)


def _as_one_vector(lay_out: Callable[[NDArray[Any]], NDArray[Any]]) -> Callable[[NDArray[Any]], NDArray[Any]]:
    return lambda a: lay_out(a.ravel()).reshape(a.shape)


def _scattered(a: NDArray[Any]) -> NDArray[Any]:
    """Neither rows nor columns are contiguous, and rows run backwards."""
    buffer = np.zeros((2 * a.shape[0], 3 * a.shape[1]), a.dtype)
    view = buffer[::-2, 1::3]
    view[...] = a
    return view


ARRAYS = {name: f for name, f in BY_LAYOUT.items() if name not in ("array.array", "memoryview", "list")}

MATRIX_LAYOUTS: dict[str, Callable[[NDArray[Any]], NDArray[Any]]] = {
    **{name: _as_one_vector(f) for name, f in ARRAYS.items()},
    "columns": np.asfortranarray,
    "columns in reverse": lambda a: np.asfortranarray(a[:, ::-1])[:, ::-1],
    "columns, misaligned": lambda a: _as_one_vector(ARRAYS["misaligned"])(a.T).T,
    "scattered": _scattered,
    "one row for all": lambda a: np.broadcast_to(a[:1], a.shape),
    "one column for all": lambda a: np.broadcast_to(a[:, :1], a.shape),
}


@operation("batched layouts")
def layouts(draw: Draw) -> Iterator[Result]:
    """Every layout of a matrix beside every one of a vector, and of another matrix."""
    for dtype, (m, n) in product(FLOATS, ((7, 37), (19, 8))):
        A, B, X = (_matrix(draw, dtype, rows, n) for rows in (m, m, 3))
        x, y = draw.floats(dtype, n), draw.floats(dtype, m)
        for lay_out, lay_out_x in product(MATRIX_LAYOUTS.values(), ARRAYS.values()):
            yield onedot.matvec(lay_out(A), lay_out_x(x))
            yield onedot.vecmat(lay_out_x(y), lay_out(A))
        for lay_out, lay_out_other in product(MATRIX_LAYOUTS.values(), repeat=2):
            yield onedot.vecdot(lay_out(A), lay_out_other(B))
            yield onedot.matvec(lay_out(A), lay_out_other(X))
    for dtype, lay_out in product(FLOATS, MATRIX_LAYOUTS.values()):
        A, X = _matrix(draw, dtype, 9, BLOCK + 5), _matrix(draw, dtype, 3, BLOCK + 5)
        yield onedot.matvec(lay_out(A), X[0])
        yield onedot.matvec(lay_out(A), X)


@operation("matmul layouts and types")
def matmul_layouts_and_types(draw: Draw) -> Iterator[Result]:
    """Every layout of one matrix beside every one of another; halves, integers, two types at once, and no elements."""
    for dtype, (m, k, n) in product(FLOATS, ((7, 5, 3), (4, 37, 6))):
        A, B = _matrix(draw, dtype, m, k), _matrix(draw, dtype, k, n)
        for lay_out, lay_out_other in product(MATRIX_LAYOUTS.values(), repeat=2):
            yield onedot.matmul(lay_out(A), lay_out_other(B))
    for k, (one, other) in product((3, 16, 40), product(("float64", "float32", "float16"), repeat=2)):
        yield onedot.matmul(_matrix(draw, one, 9, k, spread=4), _matrix(draw, other, k, 5, spread=4))
    integers = ("int8", "uint8", "int16", "uint16", "int32", "uint32", "bool")
    for k, one, other in product((3, 16, 40), integers, ("int8", "uint16", "bool")):
        yield onedot.matmul(draw.integers(one, 9 * k).reshape(9, k), draw.integers(other, 5 * k).reshape(k, 5))
    for k, integer in product((3, 16, 40), ("int8", "uint16", "bool")):
        yield onedot.matmul(draw.integers(integer, 9 * k).reshape(9, k), _matrix(draw, "float32", k, 5))
    for m, k, n in product((0, 2), repeat=3):
        yield onedot.matmul(_matrix(draw, "float64", 3, m, k), _matrix(draw, "float64", k, n))


@operation("vecdot along an axis")
def along_an_axis(draw: Draw) -> Iterator[Result]:
    """Columns with columns, and the middle axis of three."""
    for dtype, (m, n) in product((*FLOATS, "float16"), ((3, 5), (33, 8), (100, 20), (BLOCK + 3, 2))):
        X, Y = _matrix(draw, dtype, m, n, spread=4), _matrix(draw, dtype, m, n, spread=4)
        yield onedot.vecdot(X, Y, axis=0)
        yield onedot.vecdot(X, np.asfortranarray(Y), axis=0)
        yield onedot.vecdot(np.stack([X, Y]), Y, axis=-2)
        yield np.asarray(onedot.vecdot(X[:, 0], Y[:, 1], axis=0))


@operation("batched out")
def out(draw: Draw) -> Iterator[Result]:
    """Results written where they are wanted: wider than they would be, between others, or over an input."""
    for m, n in ((3, 5), (9, 8), (19, 37), (40, 100)):
        A, X = _matrix(draw, "float32", m, n), _matrix(draw, "float32", 5, n)
        yield onedot.matvec(A, X[0], out=np.empty(m))
        yield onedot.matvec(A, X, out=np.empty((5, m)))
        yield onedot.vecmat(A[:, 0].copy(), A, out=np.empty(n))
        yield onedot.vecdot(A, A[::-1], out=np.empty(m))
        for dtype in FLOATS:
            buffer = np.zeros((15, 2 * m), dtype)
            onedot.matvec(A.astype("float32"), X, out=buffer[::-3, ::2])
            yield buffer
            square = _matrix(draw, dtype, m, m)
            onedot.matvec(square, square[0], out=square[0])
            yield square
            onedot.matvec(square, square, out=square)
            yield square


@operation("batched empty")
def empty(draw: Draw) -> Iterator[Result]:
    """Axes of length 0, and sums of no products."""
    for dtype, (b, m, n) in product(FLOATS, product((0, 1, 3), (0, 1, 9), (0, 1, 20))):
        A, B, X = _matrix(draw, dtype, 3, 9, 20), _matrix(draw, dtype, 3, 9, 20), _matrix(draw, dtype, 3, 20)
        yield onedot.matvec(A[:b, :m, :n], X[:b, :n])
        yield onedot.matvec(A[0, :m, :n], X[:b, :n])
        yield onedot.vecmat(X[:b, :n], A[:b, :m, :n].swapaxes(-1, -2))
        yield onedot.vecdot(A[:b, :m, :n], B[:b, :m, :n])


def _in_every_shape(a: NDArray[Any], b: NDArray[Any]) -> Iterator[Result]:
    """Two matrices (9, n): rows that share x, pairs of rows, columns, and every row with every row."""
    yield onedot.matvec(a, b[0])
    yield onedot.vecdot(a, b)
    yield onedot.vecmat(b[:, 0], a)
    yield onedot.matvec(a, b)


@operation("batched range")
def at_the_ends_of_the_range(draw: Draw) -> Iterator[Result]:
    """Products and results that underflow or overflow, in binary64 or only when rounded to float32, and any bits."""
    ranges = (("float64", -540, -530), ("float64", 500, 511), ("float32", -75, -60), ("float32", 58, 65))
    for n in (1, 2, 3, 5, 8, 11, 16, 17, 31, 32, 33, 40, 64, 100, 130, BLOCK + 1):
        for dtype, low, high in ranges:
            a, b = (draw.floats(dtype, 9 * n, low, high).reshape(9, n) for _ in range(2))
            yield from _in_every_shape(a, b)
        for dtype in FLOATS:
            yield from _in_every_shape(*(draw.patterns(dtype, 9 * n).reshape(9, n) for _ in range(2)))


@operation("batched specials")
def specials(draw: Draw) -> Iterator[Result]:
    """A special value in each place of a row: of ordinary numbers, of zeros, and of negative zeros."""
    values = ("0.0", "-0.0", "inf", "-inf", "nan", "5e-324", "1.7976931348623157e308", "1e-45", "3.4028235e38")
    for dtype, n in product(FLOATS, (3, 8, 19, 40)):
        for value, place in product(values, range(n)):
            a, b = _matrix(draw, dtype, 9, n), _matrix(draw, dtype, 9, n)
            a[3:6], a[6:] = 0.0, -0.0
            a[place % 3 :: 3, place] = np.array(value, dtype=float).astype(dtype)
            yield onedot.matvec(a, b[0])
            yield onedot.vecdot(a, b)
            yield onedot.matvec(a, b[:3])


@operation("batched types")
def types(draw: Draw) -> Iterator[Result]:
    """float16, two float types in one call, integers, and integers beside floats."""
    for n in (*SHORT, 100, 130, BLOCK + 1):
        for spread in SPREADS["float16"]:
            yield from _in_some_shapes(*(_matrix(draw, "float16", 9, n, spread=spread) for _ in range(2)))
        for a, b in (("float64", "float32"), ("float32", "float16"), ("float16", "float64")):
            yield from _in_some_shapes(_matrix(draw, a, 9, n), _matrix(draw, b, 9, n))
    for n in (0, 1, 7, 33, 130):
        # No sum of these is beyond int64.
        for a, b in product(
            ("int8", "uint8", "int16", "uint16", "int32", "uint32", "bool"), ("int8", "uint16", "bool")
        ):
            yield from _in_some_shapes(draw.integers(a, 9 * n).reshape(9, n), draw.integers(b, 9 * n).reshape(9, n))
        for integer, floating in product(("int8", "uint16", "int32", "bool"), FLOATS):
            yield from _in_some_shapes(draw.integers(integer, 9 * n).reshape(9, n), _matrix(draw, floating, 9, n))


def _in_some_shapes(a: NDArray[Any], b: NDArray[Any]) -> Iterator[Result]:
    """Both ways round: rows that share x, pairs of rows, and every row with every third one."""
    for left, right in ((a, b), (b, a)):
        yield onedot.matvec(left, right[-1])
        yield onedot.vecdot(left, right)
        yield onedot.matvec(left, right[::3])
