"""The single tier in Python: it converts, checks and allocates as the plain tier does, then calls other kernels."""

from __future__ import annotations

from typing import Any, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot import levels
from onedot._core.arrays import check_single, vectors
from onedot._core.dot import sums_of_blocks
from onedot._core.lazy import is_lazy, product
from onedot._core.matvec import matmul_by, matvec_by, vecdot_by, vecmat_by
from onedot._core.tiers import Tier

__all__ = ["SINGLE", "dot", "matmul", "matvec", "vecdot", "vecmat"]

FLOAT32 = np.dtype(np.float32)


def dot(x: ArrayLike, y: ArrayLike, /) -> Any:
    """x·y = x[0]*y[0] + x[1]*y[1] + ... + x[n-1]*y[n-1] in float32, with the same bits everywhere.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        float32, float16 or ml_dtypes' bfloat16: what `onedot.dot` takes of these types. Mixed widths are widened, which
        is exact. A list of Python's floats is float64, so it is refused: ``np.float32([0.5, 2.0])`` rounds one.

    Returns
    -------
    float
        A number that float32 holds, whatever the CPU, the layout and the number of threads; never -0.0.

    Raises
    ------
    ValueError
        If x or y is not one-dimensional, or their lengths differ.
    TypeError
        If either holds anything else: float64 and integers, which `onedot.dot` takes, and what it refuses, too.

    Notes
    -----
    The sum of the one-dot law in binary32: each product is fused with the sum of its lane, so that x*y + lane is
    rounded once; where a CPU cannot do so, it is emulated [1]_. With u = 2**-24 and b blocks the error is at most
    (c*u / (1 - c*u)) * sum(abs(x*y)) with c = min(n, 4096)/32 + 6 + ceil(log2(b)), plus what underflow loses.

    References
    ----------
    .. [1] S. Boldo, G. Melquiond, "Emulation of a FMA and correctly rounded sums: proved algorithms using rounding to
       odd", IEEE Trans. Comput. 57 (2008), 462-471. https://doi.org/10.1109/TC.2007.70819

    Examples
    --------
    >>> x = np.float32([0.1, 0.2, 0.3])
    >>> onedot.single.dot(x, x)
    0.14000000059604645
    >>> onedot.dot(x, x)
    0.14000000864267365
    """
    if is_lazy(x) or is_lazy(y):
        return product("single", "dot", x, y)
    a, b = vectors("single.dot", x, y, bfloat16=True)
    for name, v in (("x", a), ("y", b)):
        check_single("single.dot", name, v, "onedot.dot")
    return _float_dot(a, b, FLOAT32)


def matvec(A: ArrayLike, x: ArrayLike, /, *, out: NDArray[Any] | None = None) -> Any:
    """y[..., i] = A[..., i, :]·x[..., :] in float32, each with the bits of `single.dot`.

    Parameters
    ----------
    A : array_like, shape (..., m, n)
    x : array_like, shape (..., n)
        As for `onedot.matvec`, of the types that `single.dot` takes.
    out : ndarray, shape (..., m), optional
        Where the result goes: of float32 or float64. It may overlap A and x.

    Returns
    -------
    ndarray of float32, shape (..., m)
        float32 for float16 and bfloat16, too.

    Raises
    ------
    ValueError
        If shapes do not fit, or `out` has another shape, is read-only or has elements that share memory.
    TypeError
        If A, x or `out` has a dtype that does not fit; see `single.dot`.

    Examples
    --------
    >>> A = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], "float32")
    >>> onedot.single.matvec(A, np.array([1.0, 0.0, -1.0], "float32"))
    array([-2., -2.], dtype=float32)
    """
    return matvec_by(SINGLE, A, x, out)


def vecmat(x: ArrayLike, A: ArrayLike, /, *, out: NDArray[Any] | None = None) -> Any:
    """y[..., j] = x[..., :]·A[..., :, j] in float32, each with the bits of `single.dot`.

    Parameters
    ----------
    x : array_like, shape (..., m)
    A : array_like, shape (..., m, n)
        As for `onedot.vecmat`, of the types that `single.dot` takes.
    out : ndarray, shape (..., n), optional
        As in `single.matvec`.

    Returns
    -------
    ndarray of float32, shape (..., n)
        Errors are those of `single.matvec`.

    Examples
    --------
    >>> A = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]], "float32")
    >>> onedot.single.vecmat(np.array([1.0, -1.0], "float32"), A)
    array([-3., -3., -4.], dtype=float32)
    """
    return vecmat_by(SINGLE, x, A, out)


def matmul(A: ArrayLike, B: ArrayLike, /, *, out: NDArray[Any] | None = None) -> Any:
    """C[..., i, j] = A[..., i, :]·B[..., :, j] in float32, each with the bits of `single.dot`.

    Parameters
    ----------
    A : array_like, shape (..., m, k) or (k,)
    B : array_like, shape (..., k, n) or (k,)
        As for `onedot.matmul`, of the types that `single.dot` takes.
    out : ndarray, shape (..., m, n), optional
        As in `single.matvec`.

    Returns
    -------
    ndarray of float32, shape (..., m, n), (..., m) or (..., n), or a scalar for two vectors
        Errors are those of `single.matvec`.

    Examples
    --------
    >>> A = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], "float32")
    >>> onedot.single.matmul(A, A.T)
    array([[14., 32.],
           [32., 77.]], dtype=float32)
    """
    return matmul_by(SINGLE, A, B, out)


def vecdot(X: ArrayLike, Y: ArrayLike, /, *, axis: SupportsIndex = -1, out: NDArray[Any] | None = None) -> Any:
    """z[...] = X[..., :]·Y[..., :] in float32, each with the bits of `single.dot`.

    Parameters
    ----------
    X, Y : array_like, shape (..., n)
        Of the types that `single.dot` takes.
    axis : int, default -1
        As for `onedot.vecdot`.
    out : ndarray, shape (...), optional
        As in `single.matvec`.

    Returns
    -------
    ndarray of float32, shape (...), or a scalar for two vectors
        Errors are those of `single.matvec`.

    Examples
    --------
    >>> X = np.array([[1.0, 2.0], [3.0, 4.0]], "float32")
    >>> onedot.single.vecdot(X, np.array([10.0, 1.0], "float16"))
    array([12., 34.], dtype=float32)
    """
    return vecdot_by(SINGLE, X, Y, axis, out)


def _row_dots(a: NDArray[Any], x: NDArray[Any], out: NDArray[Any], dtype: np.dtype[Any]) -> None:
    levels.kernels().single_row_dots(a, x, out)


def _float_dot(x: NDArray[Any], y: NDArray[Any], dtype: np.dtype[Any]) -> float:
    kernels = levels.kernels()
    return kernels.single_fold(sums_of_blocks(kernels.single_block_sums, x, y, dtype))


SINGLE = Tier(
    name="single",
    row_dots=_row_dots,
    long_dot=_float_dot,
    grain=lambda: levels.kernels().single_grain,
    narrow=True,
    prefix="single.",
    gives=FLOAT32,
)
