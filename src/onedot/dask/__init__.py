"""Products and estimators over dask arrays: the bits of those in memory, whatever the chunks and the workers.

The extra `dask`. Results are lazy; `onedot.dot` and its like are these functions wherever an operand is a dask array.

>>> import dask.array as da
>>> A = da.ones((1000, 10_000), chunks=(300, 3000))
>>> onedot.dask.matvec(A, np.full(10_000, 0.1))
dask.array<onedot-matvec, shape=(1000,), dtype=float64, chunksize=(300,), chunktype=numpy.ndarray>
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any, Literal, SupportsIndex

from onedot._core.extras import missing

if importlib.util.find_spec("dask") is None:
    raise missing("onedot.dask", "Dask", "dask")

import dask.array as da

from onedot.dask.products import product
from onedot.dask.search import top_k

__all__ = ["LogisticRegression", "Perceptron", "dot", "matmul", "matvec", "top_k", "vecdot", "vecmat"]

Tier = Literal["law", "exact", "single"]

_HOMES = {"LogisticRegression": "logistic", "Perceptron": "perceptron"}


def __getattr__(name: str) -> Any:
    """The estimators, loaded on first use, as they load scikit-learn."""
    if name not in _HOMES:
        raise AttributeError(f"module 'onedot.dask' has no attribute {name!r}")
    return getattr(importlib.import_module(f"onedot.dask.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__


def dot(x: Any, y: Any, /, *, tier: Tier = "law") -> da.Array:
    """x·y = x[0]*y[0] + ... + x[n-1]*y[n-1], lazily.

    Parameters
    ----------
    x, y : dask array or array_like, shape (n,)
        What `onedot.dot` takes, or, of the tier, `onedot.exact.dot` or `onedot.single.dot`.
    tier : "law", "exact" or "single"
        Whose bits the result has: `onedot.dot`'s, `onedot.exact.dot`'s or `onedot.single.dot`'s.

    Returns
    -------
    dask array, shape ()
        float64; float32 in the single tier; int64 for integers and bools.

    Raises
    ------
    ValueError
        If shapes do not fit, there is no such tier, or a dask array has chunks of unknown sizes.
    TypeError
        If x or y has a dtype that the tier does not take, or is lazy without being a dask array.
    OverflowError
        When it is computed: if an integer result does not fit int64, or an integer beside floats binary64.

    Notes
    -----
    Along the axis that is summed, chunks are split where blocks of 4096 elements end. Each chunk hands on the sums of
    its blocks, 2 MB for 2**30 elements, which are put in order and folded once, as in memory. In the exact tier it
    hands on the real number, of up to 600 bytes, which takes thirty times the time of a plain product; where each
    chunk holds the axis whole, all tiers run at the speed that they have in memory.

    Examples
    --------
    >>> x = da.arange(10_000, chunks=700) / 7
    >>> float(onedot.dask.dot(x, x)) == onedot.dot(x.compute(), x.compute())
    True
    """
    return product(tier, "dot", x, y)


def matvec(A: Any, x: Any, /, *, tier: Tier = "law") -> da.Array:
    """y[..., i] = A[..., i, :]·x[..., :], lazily, each with the bits of `dot`.

    Parameters
    ----------
    A : dask array or array_like, shape (..., m, n)
    x : dask array or array_like, shape (..., n)
        As for `onedot.matvec`: leading axes broadcast. Chunks of one of them may be CSR matrices, too.
    tier : "law", "exact" or "single"
        As in `dot`.

    Returns
    -------
    dask array, shape (..., m)
        Of the dtype that `onedot.matvec` gives. Errors are those of `dot`.

    Examples
    --------
    >>> A = da.ones((3, 5000), chunks=(2, 1000), dtype="float32")
    >>> onedot.dask.matvec(A, np.ones(5000, "float32"), tier="single").compute()
    array([5000., 5000., 5000.], dtype=float32)
    """
    return product(tier, "matvec", A, x)


def vecmat(x: Any, A: Any, /, *, tier: Tier = "law") -> da.Array:
    """y[..., j] = x[..., :]·A[..., :, j], lazily, each with the bits of `dot`.

    Parameters
    ----------
    x : dask array or array_like, shape (..., m)
    A : dask array or array_like, shape (..., m, n)
        As for `onedot.vecmat`.
    tier : "law", "exact" or "single"
        As in `dot`.

    Returns
    -------
    dask array, shape (..., n)
        Of the dtype that `onedot.vecmat` gives. Errors are those of `dot`.

    Examples
    --------
    >>> onedot.dask.vecmat([1.0, -1.0], da.ones((2, 3), chunks=1)).compute()
    array([0., 0., 0.])
    """
    return product(tier, "vecmat", x, A)


def matmul(A: Any, B: Any, /, *, tier: Tier = "law") -> da.Array:
    """C[..., i, j] = A[..., i, :]·B[..., :, j], lazily, each with the bits of `dot`.

    Parameters
    ----------
    A : dask array or array_like, shape (..., m, k) or (k,)
    B : dask array or array_like, shape (..., k, n) or (k,)
        As for `onedot.matmul`.
    tier : "law", "exact" or "single"
        As in `dot`.

    Returns
    -------
    dask array, shape (..., m, n), (..., m), (..., n) or ()
        Of the dtype that `onedot.matmul` gives. Errors are those of `dot`.

    Examples
    --------
    >>> onedot.dask.matmul(da.ones((2, 5000), chunks=1000), np.ones((5000, 2))).compute()
    array([[5000., 5000.],
           [5000., 5000.]])
    """
    return product(tier, "matmul", A, B)


def vecdot(X: Any, Y: Any, /, *, axis: SupportsIndex = -1, tier: Tier = "law") -> da.Array:
    """z[...] = X[..., :]·Y[..., :], lazily, each with the bits of `dot`.

    Parameters
    ----------
    X, Y : dask array or array_like, shape (..., n)
    axis : int, default -1
        As for `onedot.vecdot`.
    tier : "law", "exact" or "single"
        As in `dot`.

    Returns
    -------
    dask array, shape (...)
        Of the dtype that `onedot.vecdot` gives. Errors are those of `dot`.

    Examples
    --------
    >>> onedot.dask.vecdot(da.ones((2, 3), chunks=1), [1.0, 2.0, 3.0]).compute()
    array([6., 6.])
    """
    return product(tier, "vecdot", X, Y, axis=axis)
