"""What `onedot.dot` must return, in every length, layout, type and range that could tell two levels apart."""

import array
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

import onedot
from onedot._corpus.draw import Draw
from onedot._corpus.registry import Result, operation
from onedot._reference.law import BLOCK

__all__ = ["BY_LAYOUT", "INTEGERS", "LENGTHS", "LONG", "SPECIALS"]

# Every length up to four times the lanes, and those around whole blocks.
AROUND_BLOCKS = (4095, 4096, 4097, 8191, 8192, 8193, 3 * BLOCK + 17, 5 * BLOCK, 6 * BLOCK + 31, 20 * BLOCK + 5)
LENGTHS = (*range(131), *AROUND_BLOCKS)

LONG = 257 * BLOCK + 5  # more blocks than a kernel takes in one call, and enough to share among threads


@operation("dot float64")
def float64(draw: Draw) -> Iterator[Result]:
    """Exponents from close together to so far apart that few terms overlap."""
    return _dots(draw, "float64", (8, 30, 300))


@operation("dot float32")
def float32(draw: Draw) -> Iterator[Result]:
    """The same for float32; 62 keeps every product in the range of float32 itself."""
    return _dots(draw, "float32", (8, 30, 62))


@operation("dot float16")
def float16(draw: Draw) -> Iterator[Result]:
    """The same for float16, whose exponents end at 15."""
    return _dots(draw, "float16", (4, 14))


def _dots(draw: Draw, dtype: str, spreads: tuple[int, ...]) -> Iterator[Result]:
    for spread, n in product(spreads, LENGTHS):
        yield onedot.dot(draw.floats(dtype, n, -spread, spread), draw.floats(dtype, n, -spread, spread))
    yield onedot.dot(draw.floats(dtype, LONG), draw.floats(dtype, LONG))


@operation("dot mixed widths")
def mixed_widths(draw: Draw) -> Iterator[Result]:
    """Two float types in one call, the narrower widened."""
    for a, b in (("float64", "float32"), ("float32", "float16"), ("float16", "float64")):
        for n in LENGTHS:
            x, y = draw.floats(a, n), draw.floats(b, n)
            yield onedot.dot(x, y)
            yield onedot.dot(y, x)


@operation("dot cancellation")
def cancellation(draw: Draw) -> Iterator[Result]:
    """Sums whose exact value is 0: what comes out is rounding alone, and shows any other order of adding."""
    for dtype, n in product(("float64", "float32"), LENGTHS):
        x, y = draw.floats(dtype, n), draw.floats(dtype, n)
        yield onedot.dot(np.concatenate([x, x[::-1]]), np.concatenate([y, -y[::-1]]))


@operation("dot range")
def at_the_ends_of_the_range(draw: Draw) -> Iterator[Result]:
    """Products that are subnormal or underflow, that overflow, and operands of any bit pattern."""
    for n in LENGTHS:
        yield onedot.dot(draw.floats("float64", n, -540, -530), draw.floats("float64", n, -540, -530))
        yield onedot.dot(draw.floats("float64", n, 500, 512), draw.floats("float64", n, 500, 511))
        for dtype in ("float64", "float32", "float16"):
            yield onedot.dot(draw.patterns(dtype, n), draw.patterns(dtype, n))


SPECIALS = ("0.0", "-0.0", "1.0", "-1.0", "inf", "-inf", "nan", "5e-324", "-5e-324", "1.7976931348623157e308")


@operation("dot specials")
def specials(draw: Draw) -> Iterator[Result]:
    """Each pair of special values alone, then in each of 40 places among ordinary numbers and among zeros."""
    for dtype in ("float64", "float32"):
        # As float32 a few of them are infinite or zero.
        pairs = [np.array(pair, dtype=float).astype(dtype) for pair in product(SPECIALS, repeat=2)]
        for a, b in pairs:
            yield onedot.dot(np.array([a]), np.array([b]))
        for (a, b), place in product(pairs, range(40)):
            for x, y in ((draw.floats(dtype, 40), draw.floats(dtype, 40)), (np.zeros((2, 40), dtype))):
                x[place], y[place] = a, b
                yield onedot.dot(x, y)


def _strided(step: int) -> Callable[[NDArray[Any]], NDArray[Any]]:
    def lay_out(v: NDArray[Any]) -> NDArray[Any]:
        buffer = np.zeros(max(1, len(v) * abs(step)), v.dtype)
        view = buffer[:: abs(step)][: len(v)]
        view = view[::-1] if step < 0 else view
        view[:] = v
        return view

    return lay_out


def _misaligned(v: NDArray[Any]) -> NDArray[Any]:
    view = np.zeros(v.nbytes + 1, np.uint8)[1:].view(v.dtype)
    view[:] = v
    return view


def _read_only(v: NDArray[Any]) -> NDArray[Any]:
    view = v.copy()
    view.flags.writeable = False
    return view


BY_LAYOUT: dict[str, Callable[[NDArray[Any]], Any]] = {
    **{f"stride {step}": _strided(step) for step in (1, -1, 2, 3, -3)},
    "stride 0": lambda v: np.broadcast_to(v[:1], v.shape),
    "misaligned": _misaligned,
    "byte-swapped": lambda v: v.astype(v.dtype.newbyteorder()),
    "read-only": _read_only,
    "array.array": lambda v: array.array(v.dtype.char, v.tolist()),
    "memoryview": lambda v: v.data,
    "list": lambda v: v.tolist(),
}


@operation("dot layouts")
def layouts(draw: Draw) -> Iterator[Result]:
    """Every layout of x beside every layout of y."""
    for dtype, n in product(("float64", "float32"), (1, 2, 31, 32, 33, 64, 130, 511, 513, BLOCK + 1)):
        x, y = draw.floats(dtype, n), draw.floats(dtype, n)
        for lay_out_x, lay_out_y in product(BY_LAYOUT.values(), repeat=2):
            yield onedot.dot(lay_out_x(x), lay_out_y(y))


INTEGERS = ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "bool")


@operation("dot integers")
def integers(draw: Draw) -> Iterator[Result]:
    """Every pair of integer types, their extremes, and Python integers of any size."""
    for (a, b), n in product(product(INTEGERS, repeat=2), (0, 1, 2, 7, 31, 64, 257, BLOCK + 1)):
        yield onedot.dot(draw.integers(a, n), draw.integers(b, n))
    for dtype, n in product(INTEGERS[:-1], (1, 255, BLOCK + 1)):
        ends = np.iinfo(dtype)
        for value in (ends.min, ends.max):
            yield onedot.dot(np.full(n, value, dtype), np.full(n, value, dtype))
    for n in (1, 2, 100):
        x, y = draw.integers("int64", n).tolist(), draw.integers("uint64", n).tolist()
        yield onedot.dot(x, y)
        yield onedot.dot([a**7 for a in x], [b**5 for b in y])


@operation("dot integers and floats")
def integers_and_floats(draw: Draw) -> Iterator[Result]:
    """Integers that binary64 represents beside floats."""
    for integer, floating, n in product(INTEGERS[:6], ("float64", "float32"), LENGTHS[::7]):
        yield onedot.dot(draw.integers(integer, n), draw.floats(floating, n))
