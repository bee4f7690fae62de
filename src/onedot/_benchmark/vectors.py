"""The vectors that are timed: synthetic ones of any length, and images of handwritten digits."""

import importlib
import importlib.util
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "IMAGE",
    "RANGES",
    "Pair",
    "as_list",
    "digits",
    "has_digits",
    "on_a_line",
    "ones_and_zeros",
    "ordinary",
    "random_pair",
    "small_integers",
]

Pair = tuple[NDArray[Any], NDArray[Any]]

IMAGE = 64  # pixels of an image of a digit, 8 x 8
LINE = 64  # bytes of a cache line

# The integers that are drawn: all there are of int8 and int16, and of the others so small ones that peers that sum in
# 32 or 64 bits do not wrap.
RANGES = {"int8": (-128, 127), "int16": (-(2**15), 2**15 - 1), "uint8": (0, 16), "int32": (-256, 256)}
RANGES["int64"] = (-(2**20), 2**20)


def random_pair(n: int, dtype: str) -> Pair:
    """Two vectors of n numbers as `ordinary` draws them."""
    v = ordinary((2, n), dtype, n)
    return on_a_line(v[0]), on_a_line(v[1])


def ordinary(shape: tuple[int, ...], dtype: str, seed: int) -> NDArray[Any]:
    """Numbers spread evenly over [-1, 1), with all the bits the type has there, or over a range of integers."""
    draw = np.random.default_rng(seed)
    if dtype in RANGES:
        return draw.integers(*RANGES[dtype], shape, dtype, endpoint=True)
    v = draw.random(shape, dtype=np.float64 if dtype == "float64" else np.float32)
    v *= 2
    v -= 1
    return v.astype(dtype)


def small_integers(n: int, dtype: str) -> Pair:
    """Two vectors of n numbers out of -1, 0, 1: 2**24 products sum without rounding, in any order and either type."""
    v = ones_and_zeros((2, n), dtype, n)
    return on_a_line(v[0]), on_a_line(v[1])


def ones_and_zeros(shape: tuple[int, ...], dtype: str, seed: int) -> NDArray[Any]:
    """Numbers out of -1, 0, 1, or 0 and 1 where there are no negative ones."""
    v = np.random.default_rng(seed).integers(-1, 1, shape, dtype=np.int8, endpoint=True)
    return (abs(v) if dtype == "uint8" else v).astype(dtype)


def has_digits() -> bool:
    """Whether scikit-learn is installed, which brings the digits."""
    return importlib.util.find_spec("sklearn") is not None


def digits(count: int, dtype: str) -> Pair:
    """Two vectors of `count` images of handwritten digits end to end, with pixels from 0 to 16.

    The second vector is the first one image later in scikit-learn's bundled data. In float16, whose largest number is
    65504, pixels go up to 1.
    """
    images = importlib.import_module("sklearn.datasets").load_digits().data
    images = (images / 16 if dtype == "float16" else images).astype(dtype)
    return on_a_line(images[:count].ravel()), on_a_line(images[1 : count + 1].ravel())


def as_list(v: NDArray[Any]) -> Any:
    """Lists of Python's own numbers."""
    return (v.astype(np.float32) if v.dtype.kind == "V" else v).tolist()  # bfloat16 has scalars of its own


def on_a_line(v: NDArray[Any]) -> NDArray[Any]:
    """A copy of v that starts on a cache line: where malloc starts one varies, and the times with it."""
    buffer = np.empty(v.nbytes + LINE, np.uint8)
    start = -buffer.ctypes.data % LINE
    copy = buffer[start : start + v.nbytes].view(v.dtype).reshape(v.shape)
    copy[...] = v
    return copy
