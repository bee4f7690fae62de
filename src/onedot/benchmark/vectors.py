"""The vectors that are timed: synthetic ones of any length, and images of handwritten digits."""

import importlib
import importlib.util
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["IMAGE", "Pair", "digits", "has_digits", "on_a_line", "random_pair", "small_integers"]

Pair = tuple[NDArray[Any], NDArray[Any]]

IMAGE = 64  # pixels of an image of a digit, 8 x 8
LINE = 64  # bytes of a cache line


def random_pair(n: int, dtype: str) -> Pair:
    """Two vectors of n numbers spread evenly over [-1, 1), with all the bits the type has there."""
    v = np.random.default_rng(n).random((2, n), dtype=np.dtype(dtype).type)
    v *= 2
    v -= 1
    return on_a_line(v[0]), on_a_line(v[1])


def small_integers(n: int, dtype: str) -> Pair:
    """Two vectors of n numbers out of -1, 0, 1: 2**24 products sum without rounding, in any order and either type."""
    v = np.random.default_rng(n).integers(-1, 1, (2, n), dtype=np.int8, endpoint=True).astype(dtype)
    return on_a_line(v[0]), on_a_line(v[1])


def has_digits() -> bool:
    """Whether scikit-learn is installed, which brings the digits."""
    return importlib.util.find_spec("sklearn") is not None


def digits(count: int, dtype: str) -> Pair:
    """Two vectors of `count` images of handwritten digits end to end, with pixels from 0 to 16.

    The second vector is the first one image later in scikit-learn's bundled data.
    """
    images = importlib.import_module("sklearn.datasets").load_digits().data.astype(dtype)
    return on_a_line(images[:count].ravel()), on_a_line(images[1 : count + 1].ravel())


def on_a_line(v: NDArray[Any]) -> NDArray[Any]:
    """A copy of v that starts on a cache line: where malloc starts one varies, and the times with it."""
    room = np.empty(v.nbytes + LINE, np.uint8)
    start = -room.ctypes.data % LINE
    copy = room[start : start + v.nbytes].view(v.dtype)
    copy[:] = v
    return copy
