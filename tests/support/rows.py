"""The batched products as what they are, a dot for every pair of rows, and matrices to try them on."""

import numpy as np
import pytest

import onedot
from support.cells import in_one_test
from support.samples import byte_swapped, lying_at, read_only, vector


def _matmul(a, x, out=None):
    """A matrix and a batch as a product of two matrices, any other pair row by row."""
    columns = np.swapaxes(a, -1, -2)
    if x.ndim == 1 or a.ndim == 2:
        return onedot.matmul(x, columns, out=out)
    return onedot.matmul(x[..., None, :], columns, out=None if out is None else out[..., None, :])[..., 0, :]


# Each takes a stack of rows a (..., m, n) and one of vectors x (..., n), and gives a[..., i, :]·x[..., :].
PRODUCTS = {
    "matvec": lambda a, x, **options: onedot.matvec(a, x, **options),
    "vecmat": lambda a, x, **options: onedot.vecmat(x, np.swapaxes(a, -1, -2), **options),
    "vecdot": lambda a, x, **options: onedot.vecdot(a, x[..., None, :], **options),
    "matmul": _matmul,
}
every_product = in_one_test("product", PRODUCTS)


def float16():
    return np.dtype("f2")


def bfloat16():
    return np.dtype(pytest.importorskip("ml_dtypes").bfloat16)


def stack(*shape, dtype="float64", seed=0):
    """Numbers of both signs, so far apart that another order of adding gives other bits."""
    return vector(int(np.prod(shape)), dtype, seed).reshape(shape)


def numbers(*shape, dtype="float64", seed=0):
    """Of any dtype; floats of both signs, so far apart that another order of adding gives other bits."""
    if dtype == "bfloat16":
        return stack(*shape, dtype="float32", seed=seed).astype(bfloat16())
    if np.dtype(dtype).kind == "f":
        return stack(*shape, dtype=dtype, seed=seed)
    low = 0 if dtype in ("bool", "uint16", "uint64") else -100
    return np.random.default_rng(seed).integers(low, 2 if dtype == "bool" else 100, shape).astype(dtype)


def binary64_dots(a, x):
    """onedot.dot of every pair of rows, one after the other."""
    x = x[..., None, :]
    shape = np.broadcast_shapes(a.shape[:-1], x.shape[:-1])
    a, x = (np.broadcast_to(v, (*shape, v.shape[-1])) for v in (a, x))
    values = np.empty(shape)
    for index in np.ndindex(shape):
        values[index] = onedot.dot(a[index], x[index])
    return values


def rounded(values, dtype):
    """Binary64 numbers rounded once to dtype."""
    with np.errstate(over="ignore"):
        return values.astype(dtype)


def row_dots(a, x):
    """What every product of a and x must be."""
    return rounded(binary64_dots(a, x), np.result_type(a, x))


def _misaligned(a):
    return lying_at(a.ravel(), 1).reshape(a.shape)


def _within(a, before, step):
    """a as every step-th element of each axis of larger ones full of NaN, `before` of whose elements come first."""
    room = np.full([before + max(size, 1) * abs(step) for size in a.shape], np.nan, a.dtype)
    view = room[tuple(slice(before, before + size * abs(step), abs(step)) for size in a.shape)]
    view = view[(slice(None, None, -1),) * a.ndim] if step < 0 else view
    view[...] = a
    return view


LAYOUTS = {
    "C": np.ascontiguousarray,
    "Fortran": np.asfortranarray,
    "C, sliced": lambda a: _within(a, 1, 1),
    "Fortran, sliced": lambda a: _within(a.T, 1, 1).T,
    "every other": lambda a: _within(a, 0, 2),
    "backwards": lambda a: _within(a, 0, -1),
    "backwards, Fortran": lambda a: _within(a.T, 0, -1).T,
    "every third, backwards": lambda a: _within(a, 2, -3),
    "rows in reverse": lambda a: np.ascontiguousarray(a[::-1])[::-1],
    "columns in reverse": lambda a: np.ascontiguousarray(a[..., ::-1])[..., ::-1],
    "between others": lambda a: np.stack([a + 1, a, a - 1], axis=-1)[..., 1],
    "misaligned": _misaligned,
    "misaligned, Fortran": lambda a: _misaligned(a.T).T,
    "byte-swapped": byte_swapped,
    "byte-swapped, Fortran": lambda a: byte_swapped(np.asfortranarray(a)),
    "read-only": read_only,
}
