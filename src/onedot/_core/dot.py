"""The Python face of the kernels: it converts, checks and allocates, then calls one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot import levels
from onedot._core import threads
from onedot._core.arrays import as_floats, as_native, is_integer, result_dtype, vectors
from onedot._core.lazy import is_lazy, product
from onedot._reference import law
from onedot._reference.law import BLOCK
from onedot.levels.refusals import shown

__all__ = ["dot", "fitting", "float_dot", "integer_dot", "sums_of_blocks"]

# Blocks summed between two looks at Ctrl-C: a quarter of a millisecond, against 3 us to look.
GRAIN = 128
INTEGER_GRAIN = 2**17  # elements; the same for integers


def dot(x: ArrayLike, y: ArrayLike, /) -> Any:
    """x·y = x[0]*y[0] + x[1]*y[1] + ... + x[n-1]*y[n-1], with the same bits everywhere.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Floats (float64, float32, float16, ml_dtypes' bfloat16), integers or bools: NumPy arrays of any
        layout, whatever has the buffer protocol, ``__array__`` or DLPack on the CPU, lists, tuples,
        ranges. Mixed widths are widened, which is exact.

    Returns
    -------
    float or int
        For floats the binary64 sum in the order of the one-dot law, whatever the CPU, the layout and
        the number of threads. For integers and bools the exact integer.

    Raises
    ------
    ValueError
        If x or y is not one-dimensional, or their lengths differ.
    TypeError
        If either holds anything else: complex numbers, objects, strings, dates, long doubles, masks.
    OverflowError
        If an integer meets floats and binary64 cannot represent it.

    Notes
    -----
    The sum has 32 running lanes within blocks of 4096, folded in halves: a form of pairwise summation
    [1]_. With u = 2**-53 and b blocks the error is at most (c*u / (1 - c*u)) * sum(abs(x*y)) with
    c = min(n, 4096)/32 + 6 + ceil(log2(b)), plus what underflow loses.

    References
    ----------
    .. [1] N. J. Higham, "The accuracy of floating point summation", SIAM J. Sci. Comput. 14 (1993),
       783-799. https://doi.org/10.1137/0914050

    Examples
    --------
    >>> onedot.dot([1.0, 2.0, 3.0], [4.0, 5.0, 6.0])
    32.0
    >>> onedot.dot([2**62, 1], [2**62, 1])
    21267647932558653966460912964485513217
    """
    if is_lazy(x) or is_lazy(y):
        return product("law", "dot", x, y)
    a, b = vectors("dot", x, y, bfloat16=True)
    if is_integer(a) and is_integer(b):
        return integer_dot(a, b)
    return float_dot(*as_floats("dot", ("x", "y"), a, b))


def float_dot(x: NDArray[Any], y: NDArray[Any]) -> float:
    kernels = levels.kernels()
    return kernels.fold(sums_of_blocks(kernels.block_sums, x, y, np.dtype(np.float64)))


def sums_of_blocks(
    block_sums: Callable[[Any, Any, Any], None], x: NDArray[Any], y: NDArray[Any], dtype: np.dtype[Any]
) -> NDArray[Any]:
    """What a kernel of that name makes of vectors of floats of any length and layout, shared out to threads."""
    wide = result_dtype(x, y)
    sums = np.empty(-(-len(x) // BLOCK), dtype)

    def sum_blocks(first: int, last: int) -> None:
        span = slice(first * BLOCK, last * BLOCK)
        block_sums(as_native(x[span], wide), as_native(y[span], wide), sums[first:last])

    threads.share(sum_blocks, len(sums), GRAIN)
    return sums


def integer_dot(x: NDArray[Any], y: NDArray[Any]) -> int:
    kernels = levels.kernels()
    if x.dtype.kind == "O" or y.dtype.kind == "O":
        return law.integer_dot(x, y)
    a, b = (v if v.dtype.isnative else v.astype(v.dtype.newbyteorder("=")) for v in (x, y))
    sums: list[int] = []

    def add(first: int, last: int) -> None:
        sums.append(kernels.integer_dot(a[first:last], b[first:last]))

    threads.share(add, len(a), INTEGER_GRAIN)
    return sum(sums)


def fitting(op: str, value: int) -> int:
    """The value itself; OverflowError if int64 cannot hold it."""
    if not -(2**63) <= value < 2**63:
        raise OverflowError(f"{op}: a result is {shown(value)}; want results that int64 can hold")
    return value
