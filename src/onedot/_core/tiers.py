"""Tiers: the ways in which a dot of floats is rounded, behind the same functions.

That of the law is here; those of `onedot.exact` and `onedot.single` stand beside their faces in exact.py and single.py,
and signs in exact_signs.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onedot import levels
from onedot._core.dot import float_dot

__all__ = ["GRAIN", "LAW", "LONGEST", "Tier"]

LONGEST = 2**20  # elements of a row that a kernel takes; longer ones are dots of their own
GRAIN = 2**26  # products of the law between two looks at Ctrl-C: at most 10 ms at the baseline


class Tier(NamedTuple):
    """How dots of float rows are computed; the dtype each takes last is the one that a result is rounded to."""

    name: str
    row_dots: Callable[[NDArray[Any], NDArray[Any], NDArray[Any], np.dtype[Any]], None]  # a kernel for (s, m, n)
    long_dot: Callable[[NDArray[Any], NDArray[Any], np.dtype[Any]], float]  # rows longer than a kernel takes
    grain: Callable[[], int]  # products between two looks at Ctrl-C, at the level in use
    narrow: bool  # whether row_dots reads float16 and bfloat16
    prefix: str = ""  # of the names of its functions in errors
    gives: np.dtype[Any] | None = None  # the type of all results, than which no operand is wider; None for theirs


LAW = Tier(
    name="law",
    row_dots=lambda a, x, out, dtype: levels.kernels().row_dots(a, x, out),
    long_dot=lambda x, y, dtype: float_dot(x, y),
    grain=lambda: GRAIN,
    narrow=True,
)
