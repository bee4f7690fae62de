"""What float16, bfloat16 and integers must give: in rows, around the blocks of kernels, at the ends of their ranges.

Where ml_dtypes is not installed, bfloat16 is drawn as the same numbers in float32. Its rows give float32 and float64,
which they can either way.
"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

import onedot
from onedot._corpus.batched import ARRAYS, MATRIX_LAYOUTS
from onedot._corpus.dot import INTEGERS, LENGTHS
from onedot._corpus.draw import Draw, with_bits
from onedot._corpus.registry import Result, operation
from onedot._reference.law import BLOCK

__all__ = ["AROUND_INTEGER_BLOCKS", "ENDS"]

WIDTHS = (*range(1, 34), 40, 63, 64, 65, 100, 129, 257, BLOCK + 1)

# Integer kernels sum 2**15 products of one type at a time, and gather 2**9 elements.
AROUND_INTEGER_BLOCKS = (2**9 - 1, 2**9 + 1, 2**12 + 1, 2**15 - 1, 2**15 + 1, 2**16 + 33)


@operation("dot bfloat16")
def bfloat16(draw: Draw) -> Iterator[Result]:
    """Exponents so far apart that products leave the range of float32; any bits; and beside other types."""
    for n in LENGTHS:
        yield onedot.dot(draw.floats("bfloat16", n, -120, 120), draw.floats("bfloat16", n, -120, 120))
        yield onedot.dot(draw.patterns("bfloat16", n), draw.patterns("bfloat16", n))
    for other, n in product(("float16", "float32", "float64"), LENGTHS[::5]):
        x, y = draw.floats("bfloat16", n), draw.floats(other, n)
        yield onedot.dot(x, y)
        yield onedot.dot(y, x)


def _in_every_shape(a: NDArray[Any], b: NDArray[Any], out: str) -> Iterator[Result]:
    """Two matrices (9, n): rows that share x, pairs of rows, columns, and every row with three, in the type of out."""
    yield onedot.matvec(a, b[0], out=np.empty(9, out))
    yield onedot.vecdot(a, b, out=np.empty(9, out))
    yield onedot.vecmat(b[:, 0], a, out=np.empty(a.shape[1], out))
    yield onedot.matvec(a, b[::3], out=np.empty((3, 9), out))


def _halves(dtype: str, spread: int, out: str, draw: Draw) -> Iterator[Result]:
    """Ordinary numbers, whole ones that add up to ties, and any bits; and more rows than are widened at once."""
    for n in WIDTHS:
        numbers = draw.floats(dtype, 18 * n, -spread, spread)
        integers = draw.integers("int8", 18 * n).astype(numbers.dtype)
        for v, wanted in ((numbers, "float64"), (integers, out), (draw.patterns(dtype, 18 * n), out)):
            a, b = v.reshape(2, 9, n)
            yield from _in_every_shape(a, b, wanted)
    A, X = draw.floats(dtype, 67 * 1030).reshape(67, 1030), draw.floats(dtype, 2 * 1030).reshape(2, 1030)
    yield onedot.matvec(A, X, out=np.empty((2, 67), out))
    yield onedot.vecmat(A[:, 0], A, out=np.empty(1030, out))


operation("rows float16")(partial(_halves, "float16", 14, "float16"))
operation("rows bfloat16")(partial(_halves, "bfloat16", 60, "float32"))

# As bits: zeros, infinities, NaN, the least and the largest subnormal, the largest number.
SPECIALS = {
    "float16": (0, 0x8000, 0x7C00, 0xFC00, 0x7E00, 1, 0x83FF, 0x7BFF),
    "bfloat16": (0, 0x8000, 0x7F80, 0xFF80, 0x7FC0, 1, 0x807F, 0x7F7F),
}


@operation("rows of special halves")
def special_halves(draw: Draw) -> Iterator[Result]:
    """A special value in some places of a row: of ordinary numbers, of zeros, and of negative zeros."""
    for (dtype, out), n in product((("float16", "float16"), ("bfloat16", "float32")), (3, 19, 40)):
        specials = with_bits(dtype, np.array(SPECIALS[dtype], np.uint64))
        for special, place in product(specials, range(0, n, 7)):
            a, b = draw.floats(dtype, 18 * n, -4, 4).reshape(2, 9, n)
            a[3:6], a[6:] = 0.0, -0.0
            a[place % 3 :: 3, place] = special
            yield from _in_every_shape(a, b, out)


@operation("dot integer blocks")
def integer_blocks(draw: Draw) -> Iterator[Result]:
    """Extremes, and integers of any size, at lengths around the blocks of the kernels."""
    for dtype, n in product(INTEGERS[:-1], AROUND_INTEGER_BLOCKS):
        ends = np.iinfo(dtype)
        least, most = np.full(n, ends.min, dtype), np.full(n, ends.max, dtype)
        yield onedot.dot(least, least) if ends.min else onedot.dot(most, most)
        if n < 2**15:
            yield onedot.dot(most, least if ends.min else most - 1)
            yield onedot.dot(draw.integers(dtype, n), draw.integers(dtype, n))


@operation("dot small integers")
def small_integers(draw: Draw) -> Iterator[Result]:
    """64-bit integers that are small, but for one, wherever it stands; and of every size between."""
    for dtype, n in product(("int64", "uint64"), (1, 7, 8, 33, 100, 511, 513)):
        for shift in (8, 24, 31, 32, 33, 40, 48, 56):
            x, y = draw.integers(dtype, n) >> shift, draw.integers(dtype, n) >> shift
            yield onedot.dot(x, y)
            for place in (0, n // 2, n - 1):
                large = x.copy()
                large[place] = np.iinfo(dtype).max - place
                yield onedot.dot(large, y)
                yield onedot.dot(y, large)


def _integers(draw: Draw, dtype: str, shape: tuple[int, ...], bits: int = 28) -> NDArray[Any]:
    """Integers of at most so many bits, so that sums of 100 products, or with 24 of 10000, are within int64."""
    v = draw.integers(dtype, int(np.prod(shape))).reshape(shape)
    return v if dtype == "bool" else v >> max(np.iinfo(dtype).bits - bits, 0)


@operation("rows of integers")
def integer_rows(draw: Draw) -> Iterator[Result]:
    """Every pair of integer types in every shape, long rows, and integers beside halves."""
    for (one, other), n in product(product(INTEGERS, repeat=2), (1, 7, 33)):
        yield from _in_every_shape(_integers(draw, one, (9, n)), _integers(draw, other, (9, n)), "int64")
    for dtype, n in product(INTEGERS, (2, 65, 129, 600)):
        a, b = _integers(draw, dtype, (2, 9, n), 24)
        yield from _in_every_shape(a, b, "int64")
    for integer, half, n in product(("int8", "uint16", "bool"), ("float16", "bfloat16"), (1, 9, 40)):
        a, b = draw.integers(integer, 9 * n).reshape(9, n), draw.floats(half, 9 * n).reshape(9, n)
        yield from _in_every_shape(a, b, "float64")
        yield from _in_every_shape(b, a, "float64")


# Two rows of which the first gives the largest int64 there is, or the least, and the second that and one more.
ENDS = (
    ("int64", [[2**62, 2**62 - 1, 0], [2**62, 2**62 - 1, 1]], "int64", [1, 1, 1]),
    ("int64", [[-(2**62), -(2**62), 0], [-(2**62), -(2**62), -1]], "int8", [1, 1, 1]),
    (
        "int64",
        [[2**63 - 1, 2**63 - 1, -(2**63)], [2**63 - 1, 2**63 - 2, -(2**63)]],
        "uint64",
        [2**64 - 1, 1, 2**64 - 1],
    ),
    ("uint64", [[2**63 - 1, 0, 0], [2**63, 0, 0]], "bool", [True, True, True]),
    ("uint64", [[2**63, 0, 0], [2**63, 1, 0]], "int8", [-1, -1, 0]),
    ("uint64", [[2**64 - 1, 2**64 - 3, 1], [2**64 - 1, 2**64 - 3, 0]], "int64", [2**62, -(2**62), -1]),
    ("int32", [[-(2**31), -(2**31), -1], [-(2**31), -(2**31), 0]], "int32", [-(2**31), -(2**31), 1]),
    ("uint32", [[2**32 - 1, 2**31 - 1, 0], [2**32 - 1, 2**31 - 1, 1]], "uint32", [2**31, 1, 1]),
)


def _or_overflow(call: Callable[[], Any]) -> Result:
    """The result, or 2**64 where one does not fit int64."""
    try:
        return np.asarray(call())
    except OverflowError:
        return 2**64


@operation("rows at the ends of int64")
def ends_of_int64(draw: Draw) -> Iterator[Result]:
    """Results that just fit and that just do not, alone and at the end of zeros that fill registers and blocks."""
    for (a_type, a, x_type, x), n in product(ENDS, (3, 16, 40, 600)):
        A, v = np.zeros((2, n), a_type), np.zeros(n, x_type)
        A[:, -3:], v[-3:] = np.array(a, a_type), np.array(x, x_type)
        for rows in (A[:1], A):
            yield _or_overflow(partial(onedot.matvec, rows, v))
            yield _or_overflow(partial(onedot.vecdot, v, rows))
            yield _or_overflow(partial(onedot.vecmat, v, rows.T))
            yield _or_overflow(partial(onedot.matvec, rows, np.stack([v, v, v])))


@operation("narrow layouts")
def layouts(draw: Draw) -> Iterator[Result]:
    """Every layout of a matrix beside every one of a vector, and of another matrix."""
    for dtype in ("float16", "int8", "uint16", "int32", "uint64", "bool"):
        whole = dtype != "float16"
        A, x = (
            _integers(draw, dtype, shape) if whole else draw.floats(dtype, int(np.prod(shape)), -3, 3).reshape(shape)
            for shape in ((7, 37), (37,))
        )
        for lay_out, lay_out_x in product(MATRIX_LAYOUTS.values(), ARRAYS.values()):
            yield onedot.matvec(lay_out(A), lay_out_x(x))
            yield onedot.vecmat(lay_out_x(x[:7]), lay_out(A))
            yield onedot.dot(lay_out(A)[-1], lay_out_x(x))
        for lay_out in MATRIX_LAYOUTS.values():
            yield onedot.vecdot(lay_out(A), A[::-1])
            yield onedot.matvec(A[::-1], lay_out(A)[:3])


@operation("narrow threads")
def threads(draw: Draw) -> Iterator[Result]:
    """Enough rows to share among threads, and vectors of as many elements."""
    A = draw.floats("float16", 301 * 3501, -3, 3).reshape(301, 3501)
    yield onedot.matvec(A, A[7])
    B = draw.integers("int8", 301 * 3501).reshape(301, 3501)
    yield onedot.matvec(B, B[7])
    yield onedot.dot(B[:50].ravel(), B[50:100].ravel())
