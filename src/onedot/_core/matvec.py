"""Batched products: matvec, vecmat, matmul and vecdot, with NumPy's signatures and broadcasting.

All four are one operation: a dot for every pair of rows. An operand that several rows share is never
copied for each of them. Its stride along that axis is 0, by which the kernels know it.
"""

from __future__ import annotations

import math
import operator
from itertools import zip_longest
from typing import Any, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot._core.arrays import (
    as_array,
    as_floats,
    base_array,
    check_single,
    is_bfloat16,
    is_integer,
    overlaps_itself,
    result_dtype,
    rounded_to,
)
from onedot._core.csr import Parts, is_sparse
from onedot._core.dot import fitting, integer_dot
from onedot._core.lazy import is_lazy, product
from onedot._core.row_dots import fill_dots, fill_integers, for_two_axes
from onedot._core.sparse import dots_dtype, sparse_dots, stored_rows
from onedot._core.tiers import LAW, Tier
from onedot.levels.refusals import shown

__all__ = [
    "axis_of",
    "checked_out",
    "matmul",
    "matmul_by",
    "matvec",
    "matvec_by",
    "vecdot",
    "vecdot_by",
    "vecmat",
    "vecmat_by",
]


def matvec(A: ArrayLike, x: ArrayLike, /, *, out: NDArray[Any] | None = None) -> Any:
    """y[..., i] = A[..., i, :]·x[..., :], each with the bits of `dot`.

    Parameters
    ----------
    A : array_like, shape (..., m, n)
    x : array_like, shape (..., n)
        Leading axes broadcast: one matrix and one vector, a stack of pairs, a stack of matrices and one
        vector, or one matrix and a batch X (b, n), which is a dense layer and runs as a matrix product.
        One of A and x may be a CSR or CSC matrix, (m, n) or (b, n): see Notes.
    out : ndarray, shape (..., m), optional
        Where the result goes: of the result's dtype or a wider float. It may overlap A and x.

    Returns
    -------
    ndarray, shape (..., m)
        Of the dtype of A and x if that is one, otherwise the narrowest that holds both: float32 for float16
        and bfloat16, float64 beside integers; binary64 inside, rounded once. int64 for integers and bools.

    Raises
    ------
    ValueError
        If shapes do not fit, or `out` has another shape, is read-only or has elements that share memory.
    TypeError
        If A, x or `out` has a dtype that does not fit; see `dot`.
    OverflowError
        If an integer result does not fit int64, or an integer beside floats does not fit binary64.

    Notes
    -----
    Each number equals `dot` of its two rows, rounded once to the dtype of the result. bfloat16 by DLPack is
    float32 where ml_dtypes is not installed.

    Of a sparse matrix, too, the numbers are those of the dense one: a zero that is not stored makes a NaN of an
    infinity that it meets. Elements stored twice are added up in the order in which they are stored, in their own
    type, as `toarray` does, but integers exactly. ``matvec(W, X)`` of a sparse X, (b, m), are the scores of several
    classes; it reads each row once.

    Examples
    --------
    >>> A = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    >>> onedot.matvec(A, [1.0, 0.0, -1.0])
    array([-2., -2.])
    >>> onedot.matvec(A, np.eye(3))
    array([[1., 4.],
           [2., 5.],
           [3., 6.]])
    >>> onedot.matvec(np.full((1, 300), 100, np.int8), np.full(300, 100, np.int8))
    array([3000000])
    """
    return matvec_by(LAW, A, x, out)


def matvec_by(tier: Tier, A: ArrayLike, x: ArrayLike, out: NDArray[Any] | None) -> Any:
    """`matvec` by a certain tier."""
    if is_lazy(A) or is_lazy(x):
        return product(tier.name, "matvec", A, x, out=out)
    op = f"{tier.prefix}matvec"
    if is_sparse(A) or is_sparse(x):
        return _sparse_matvec(tier, op, A, x, out)
    a, v = _operands(tier, op, ("A", A, 2), ("x", x, 1))
    if a.shape[-1] != v.shape[-1]:
        raise ValueError(f"{op}: A has {a.shape[-1]} columns, x has {v.shape[-1]} elements; want as many of both")
    return _row_dots(tier, op, ("A", "x"), a, v[..., None, :], out)


def vecmat(x: ArrayLike, A: ArrayLike, /, *, out: NDArray[Any] | None = None) -> Any:
    """y[..., j] = x[..., :]·A[..., :, j], each with the bits of `dot`.

    Parameters
    ----------
    x : array_like, shape (..., m)
    A : array_like, shape (..., m, n), or a CSC or CSR matrix, shape (m, n)
        Leading axes broadcast. CSC is read as it lies, of CSR a copy is put in the order of columns.
    out : ndarray, shape (..., n), optional
        As in `matvec`.

    Returns
    -------
    ndarray, shape (..., n)
        Of the dtype that `matvec` gives. Errors are those of `matvec`, too.

    Examples
    --------
    >>> onedot.vecmat([1.0, -1.0], [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]])
    array([-3., -3., -4.])
    """
    return vecmat_by(LAW, x, A, out)


def vecmat_by(tier: Tier, x: ArrayLike, A: ArrayLike, out: NDArray[Any] | None) -> Any:
    """`vecmat` by a certain tier."""
    if is_lazy(x) or is_lazy(A):
        return product(tier.name, "vecmat", x, A, out=out)
    op = f"{tier.prefix}vecmat"
    if is_sparse(A):
        return _sparse_product(tier, op, ("A", "x"), _stored(tier, op, "A", A, of_columns=True), x, out)
    v, a = _operands(tier, op, ("x", x, 1), ("A", A, 2))
    if a.shape[-2] != v.shape[-1]:
        raise ValueError(f"{op}: x has {v.shape[-1]} elements, A has {a.shape[-2]} rows; want as many of both")
    return _row_dots(tier, op, ("A", "x"), a.swapaxes(-1, -2), v[..., None, :], out)


def matmul(A: ArrayLike, B: ArrayLike, /, *, out: NDArray[Any] | None = None) -> Any:
    """C[..., i, j] = A[..., i, :]·B[..., :, j], each with the bits of `dot`.

    Parameters
    ----------
    A : array_like, shape (..., m, k) or (k,)
    B : array_like, shape (..., k, n) or (k,)
        Leading axes broadcast. A vector is one row of A, or one column of B, and its axis is not in the result.
        One of them may be a CSR or CSC matrix, as in `matvec`; the result is dense.
    out : ndarray, shape (..., m, n), optional
        As in `matvec`.

    Returns
    -------
    ndarray, shape (..., m, n), (..., m) or (..., n), or a scalar for two vectors
        Of the dtype that `matvec` gives. Errors are those of `matvec`, too: numbers without an axis are refused.

    Notes
    -----
    B is read column by column where it lies. ``matvec(A, X)`` is the product of A with the rows of X.

    Examples
    --------
    >>> A = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    >>> onedot.matmul(A, [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.5]])
    array([[-2. ,  3.5],
           [-2. ,  8. ]])
    >>> onedot.matmul(A, A.T).tolist() == [[onedot.dot(a, b) for b in A] for a in A]
    True
    """
    return matmul_by(LAW, A, B, out)


def matmul_by(tier: Tier, A: ArrayLike, B: ArrayLike, out: NDArray[Any] | None) -> Any:
    """`matmul` by a certain tier."""
    if is_lazy(A) or is_lazy(B):
        return product(tier.name, "matmul", A, B, out=out)
    op = f"{tier.prefix}matmul"
    if is_sparse(A) or is_sparse(B):
        return _sparse_matmul(tier, op, A, B, out)
    a, b = _operands(tier, op, ("A", A, 1), ("B", B, 1))
    k = b.shape[max(b.ndim - 2, 0)]
    if a.shape[-1] != k:
        given = f"A has {a.shape[-1]} {'columns' if a.ndim > 1 else 'elements'}"
        raise ValueError(f"{op}: {given}, B has {k} {'rows' if b.ndim > 1 else 'elements'}; want as many of both")
    if b.ndim == 1:
        return _row_dots(tier, op, ("A", "B"), a, b, out)
    columns = b.swapaxes(-1, -2)
    if a.ndim > 1:
        _broadcast(op, ("A", "B"), a.shape[:-2], b.shape[:-2])
        a, columns = a[..., None, :], columns[..., None, :, :]
    return _row_dots(tier, op, ("B", "A"), columns, a, out)


def vecdot(X: ArrayLike, Y: ArrayLike, /, *, axis: SupportsIndex = -1, out: NDArray[Any] | None = None) -> Any:
    """z[...] = X[..., :]·Y[..., :], each with the bits of `dot`.

    Parameters
    ----------
    X, Y : array_like, shape (..., n)
        Leading axes broadcast.
    axis : int, default -1
        The axis of n elements, of X and of Y; one that is not negative is counted from the first of each. The others
        broadcast.
    out : ndarray, shape (...), optional
        As in `matvec`.

    Returns
    -------
    ndarray, shape (...), or a scalar for two vectors
        Of the dtype that `matvec` gives. Errors are those of `matvec`, too.

    Examples
    --------
    >>> onedot.vecdot([[1.0, 2.0], [3.0, 4.0]], [10.0, 1.0])
    array([12., 34.])
    >>> onedot.vecdot([[1.0, 2.0], [3.0, 4.0]], [[10.0, 1.0], [1.0, 1.0]], axis=0)
    array([13.,  6.])
    """
    return vecdot_by(LAW, X, Y, axis, out)


def vecdot_by(tier: Tier, X: ArrayLike, Y: ArrayLike, axis: SupportsIndex, out: NDArray[Any] | None) -> Any:
    """`vecdot` by a certain tier."""
    if is_lazy(X) or is_lazy(Y):
        return product(tier.name, "vecdot", X, Y, axis=axis, out=out)
    op = f"{tier.prefix}vecdot"
    along = axis_of(op, axis)
    a, b = _operands(tier, op, ("X", X, 1), ("Y", Y, 1))
    vectors = "rows"
    if along != -1:
        a, b = _with_last(op, "X", a, along), _with_last(op, "Y", b, along)
        vectors = f"vectors along axis {along}"
    if a.shape[-1] != b.shape[-1]:
        given = f"{vectors} of X have {a.shape[-1]} elements, of Y {b.shape[-1]}"
        raise ValueError(f"{op}: {given}; want as many of both")
    if along != -1:
        _broadcast(op, ("X", "Y"), a.shape[:-1], b.shape[:-1], "other axes")
    return _row_dots(tier, op, ("X", "Y"), a, b, out)


def _sparse_matvec(tier: Tier, op: str, A: Any, x: Any, out: NDArray[Any] | None) -> Any:
    """`matvec` where A or x is sparse; of x, whose rows are a batch, it is the scores (b, m)."""
    if not is_sparse(x):
        return _sparse_product(tier, op, ("A", "x"), _stored(tier, op, "A", A), x, out)
    if is_sparse(A):
        raise TypeError(f"{op}: A and x are sparse; want one of them dense")
    return _sparse_product(tier, op, ("x", "A"), _stored(tier, op, "x", x), A, out, by_rows=True)


def _sparse_matmul(tier: Tier, op: str, A: Any, B: Any, out: NDArray[Any] | None) -> Any:
    if not is_sparse(B):
        b = _operand(op, "B", B, 1)
        columns = b if b.ndim == 1 else b.swapaxes(-1, -2)
        return _sparse_product(tier, op, ("A", "B"), _stored(tier, op, "A", A), columns, out, by_rows=b.ndim > 1)
    if is_sparse(A):
        raise TypeError(f"{op}: A and B are sparse; want one of them dense")
    return _sparse_product(tier, op, ("B", "A"), _stored(tier, op, "B", B, of_columns=True), A, out)


def _stored(tier: Tier, op: str, name: str, S: Any, *, of_columns: bool = False) -> Parts:
    """The rows or the columns of a sparse S, if the tier takes its dtype."""
    parts = stored_rows(op, name, S, of_columns=of_columns)
    _check_dtype(tier, op, name, parts.data)
    return parts


def _sparse_product(
    tier: Tier, op: str, names: tuple[str, str], S: Parts, V: Any, out: NDArray[Any] | None, *, by_rows: bool = False
) -> Any:
    """The dots of the rows of S and the vectors V (..., d): (..., n) or, `by_rows`, (n, b)."""
    v = _operand(op, names[1], V, 2 if by_rows else 1)
    _check_dtype(tier, op, names[1], v)
    if v.shape[-1] != S.d:
        raise ValueError(
            f"{op}: vectors of {names[0]} have {S.d} elements, {names[1]} has shape {v.shape}; want as many of both"
        )
    if by_rows and v.ndim != 2:
        raise ValueError(f"{op}: {names[0]} is sparse, {names[1]} has shape {v.shape}; want two dimensions")
    shape = (S.n, len(v)) if by_rows else (*v.shape[:-1], S.n)
    to = None if out is None else checked_out(op, out, shape, dots_dtype(tier, S, v))
    dots = sparse_dots(tier, op, names[1], S, v.reshape(math.prod(v.shape[:-1]), S.d))
    result = dots if by_rows else np.ascontiguousarray(dots.T).reshape(shape)
    if to is None:
        return result
    to[...] = result
    return out


def axis_of(op: str, axis: SupportsIndex) -> int:
    """An axis as an integer, which no bool is."""
    try:
        if isinstance(axis, bool | np.bool):
            raise TypeError
        return operator.index(axis)
    except TypeError:
        raise TypeError(f"{op}: axis is {shown(axis)}; want an integer") from None


def _with_last(op: str, name: str, v: NDArray[Any], axis: int) -> NDArray[Any]:
    """A view of v whose last axis is this one."""
    if not -v.ndim <= axis < v.ndim:
        raise ValueError(f"{op}: axis is {shown(axis)}, {name} has shape {v.shape}; want {-v.ndim} to {v.ndim - 1}")
    return np.moveaxis(v, axis, -1)


def _operand(op: str, name: str, x: ArrayLike, least: int) -> NDArray[Any]:
    v = as_array(op, name, x, bfloat16=True)
    if v.ndim < least:
        raise ValueError(f"{op}: {name} has shape {v.shape}; want {least} dimension{'s' * (least > 1)} or more")
    return v


def _operands(
    tier: Tier, op: str, first: tuple[str, ArrayLike, int], second: tuple[str, ArrayLike, int]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Two operands, each given by its name and the dimensions that it has at least, of types that the tier takes."""
    a, b = _operand(op, *first), _operand(op, *second)
    _check_dtype(tier, op, first[0], a)
    _check_dtype(tier, op, second[0], b)
    return a, b


def _check_dtype(tier: Tier, op: str, name: str, v: NDArray[Any]) -> None:
    if tier.gives is not None:
        check_single(op, name, v, f"onedot.{op.removeprefix(tier.prefix)}")


def _broadcast(
    op: str, names: tuple[str, str], first: tuple[int, ...], second: tuple[int, ...], which: str = "leading axes"
) -> tuple[int, ...]:
    """The shape that axes of both operands broadcast to."""
    pairs = list(zip_longest(reversed(first), reversed(second), fillvalue=1))  # np.broadcast_shapes takes 32 at most
    if not all(one == other or 1 in (one, other) for one, other in pairs):
        given = f"{names[0]} has {which} {first}, {names[1]} {second}"
        raise ValueError(f"{op}: {given}; want axes that broadcast")
    return tuple(other if one == 1 else one for one, other in reversed(pairs))


def _row_dots(
    tier: Tier, op: str, names: tuple[str, str], a: NDArray[Any], x: NDArray[Any], out: NDArray[Any] | None
) -> NDArray[Any]:
    """The dot of every pair of rows of a and x, their leading axes broadcast."""
    batch = _broadcast(op, names, a.shape[:-1], x.shape[:-1])
    integers = is_integer(a) and is_integer(x)
    if not integers:
        a, x = as_floats(op, names, a, x)
    dtype = np.dtype(np.int64) if integers else tier.gives or result_dtype(a, x)
    to = np.empty(batch, dtype) if out is None else checked_out(op, out, batch, dtype)
    held = tier.gives or to.dtype
    needs_room = out is not None and (held != to.dtype or _needs_room(to, a, x))
    result = np.empty(batch, held) if needs_room else to
    a, x = (np.broadcast_to(v, (*batch, v.shape[-1])) for v in (a, x))
    if integers:
        result[...] = _integer_results(op, a, x, batch)
    elif result.dtype.itemsize == 2:
        result[...] = rounded_to(result.dtype, fill_dots(tier, a, x, np.empty(batch), result.dtype))
    else:
        fill_dots(tier, a, x, result, result.dtype)
    if out is None:
        return result[()]
    if result is not to:
        to[...] = result
    return out


def checked_out(op: str, out: Any, shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
    """The base array of out; an error if a result of this shape and dtype cannot be written to it."""
    to = base_array(out)
    if to is None:
        raise TypeError(f"{op}: out has type {type(out).__name__}; want a NumPy array")
    floating = dtype.kind == "f" or is_bfloat16(dtype)
    wider = [t for t in (np.float64, np.float32) if floating and np.dtype(t).itemsize > dtype.itemsize]
    if to.dtype not in (dtype, *wider):
        names = " or ".join(np.dtype(t).name for t in (dtype, *wider))
        raise TypeError(f"{op}: out has dtype {to.dtype}; want {names}")
    if to.shape != shape:
        raise ValueError(f"{op}: out has shape {to.shape}; want {shape}")
    if not to.flags.writeable:
        raise ValueError(f"{op}: out is read-only; want an array that can be written to")
    if overlaps_itself(to):
        raise ValueError(f"{op}: elements of out share memory; want an array of {to.size} elements of their own")
    return to


def _needs_room(out: NDArray[Any], a: NDArray[Any], x: NDArray[Any]) -> bool:
    """Whether the result cannot be written straight into out."""
    return np.may_share_memory(out, a) or np.may_share_memory(out, x) or not out.flags.aligned


def _integer_results(op: str, a: NDArray[Any], x: NDArray[Any], batch: tuple[int, ...]) -> NDArray[Any]:
    """New int64 results, so that nothing is written where one does not fit."""
    results = np.empty(batch, np.int64)
    if results.size == 0:
        return results
    if a.dtype.kind != "O" and x.dtype.kind != "O":
        for_two_axes(a, x, results, lambda *parts: fill_integers(op, *parts))
        return results
    for index in np.ndindex(batch):
        results[index] = fitting(op, integer_dot(a[index], x[index]))
    return results
