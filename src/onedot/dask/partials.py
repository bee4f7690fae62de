"""What a chunk hands on of the dots that it has a part in, and what the parts make: the tasks of a graph.

Of a dot of floats they are the sums of its blocks; of integers, the exact integer; in the exact tier, the real number
as an integer. Parts stand along a first axis, before those of the results, and merging some of them gives fewer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onedot._core.arrays import as_floats, rounded_to
from onedot._core.csr import is_sparse
from onedot._core.dot import fitting, integer_dot
from onedot._core.environment import in_default_environment
from onedot._core.exact import exact_sum
from onedot._reference.exact import rounded
from onedot._reference.law import BLOCK
from onedot.dask.forms import SUMMED, Form

__all__ = ["PARTS", "Parts"]

DENSE = 2**22  # elements of a sparse matrix that become dense at once: 32 MB
LOW = 2**32  # integers are added up in two words, so that no sum of them wraps


class Parts(NamedTuple):
    """Parts of one kind."""

    of: Callable[[Form, Any, Any], NDArray[Any]]  # the parts of the dots of two blocks
    merged: Callable[[Sequence[NDArray[Any]], int], NDArray[Any]]  # those of a list, in order, as so many or less
    result: Callable[[Form, NDArray[Any], np.dtype[Any]], NDArray[Any]]  # what one part is, as a number of this type
    blocks: bool  # whether there is one for each block, or one for each chunk
    weight: int  # bytes of one


@in_default_environment
def block_sums(form: Form, first: Any, second: Any) -> NDArray[Any]:
    """The sums of the blocks of each dot, of which the last may be short."""
    if not is_sparse(first) and not is_sparse(second):
        first, second = as_floats(form.op, form.names, first, second)
    n, shape = form.sizes(first, second)
    whole, rest = divmod(n, BLOCK)
    wide = np.dtype(np.float32 if form.tier == "single" else np.float64)
    sums = np.empty((whole + (rest > 0), *shape), wide)
    if is_sparse(first) or is_sparse(second):
        for k in range(len(sums)):
            sums[k] = form.stacked(*form.columns(first, second, slice(k * BLOCK, (k + 1) * BLOCK), wide))
        return sums
    for span, stack in ((slice(0, whole), slice(0, whole * BLOCK)), (slice(whole, None), slice(whole * BLOCK, None))):
        if len(sums[span]):
            form.stacked(*form.stacks(first, second, stack, len(sums[span])), out=sums[span])
    return sums


@in_default_environment
def folded(sums: Sequence[NDArray[Any]], width: int) -> NDArray[Any]:
    """Sums of blocks one after the other, padded with zeros to a power of two, then folded in half to this width."""
    v = np.concatenate(sums) if len(sums) > 1 else sums[0]
    half = 1 << max(len(v) - 1, 0).bit_length() >> 1
    with np.errstate(all="ignore"):
        while half >= width and half:
            near, far = v[:half], v[half:]
            v = near + 0.0  # a sum of blocks may be another task's, too
            v[: len(far)] += far
            half //= 2
    return v


@in_default_environment
def rounded_sums(form: Form, sums: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """The fold, rounded once."""
    if not len(sums):
        return np.zeros(sums.shape[1:], dtype)
    return sums[0] + np.float32(0.0) if form.tier == "single" else np.asarray(rounded_to(dtype, sums[0]))


@in_default_environment
def integers(form: Form, first: Any, second: Any) -> NDArray[Any]:
    """The exact integers: int64 or, where one of them is beyond that, Python's."""
    try:
        return np.asarray(form.in_memory(first, second), np.int64)[None]
    except OverflowError:
        return _each(form, first, second, integer_dot)


def added_integers(parts: Sequence[NDArray[Any]], width: int) -> NDArray[Any]:
    """Their sum: int64 where it fits, otherwise Python's integers."""
    v = np.concatenate(parts)
    if v.dtype == np.int64:
        high, low = (v >> 32).sum(axis=0), (v & (LOW - 1)).sum(axis=0)
        high += low >> 32
        if ((high >= -(2**31)) & (high < 2**31)).all():
            return np.asarray((high << 32) | (low & (LOW - 1)))[None]
    return np.asarray(v.astype(object).sum(axis=0), object)[None]


def fitting_integers(form: Form, parts: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """int64; OverflowError where a result does not fit."""
    if parts.dtype != np.int64:
        for value in parts.flat:
            fitting(form.op, value)
    return np.asarray(parts[0], np.int64)


@in_default_environment
def real_numbers(form: Form, first: Any, second: Any) -> NDArray[Any]:
    """The real numbers times 2**2148, as Python's integers; a float where a product is infinite or NaN."""

    def real_number(x: NDArray[Any], y: NDArray[Any]) -> int | float:
        total, special = exact_sum(*as_floats(form.op, form.names, x, y))
        return special or total

    return _each(form, first, second, real_number)


def _plus(a: int | float, b: int | float) -> int | float:
    """The sum of two such numbers: what is infinite or NaN hides what is finite."""
    if isinstance(a, float) == isinstance(b, float):
        return a + b
    return a if isinstance(a, float) else b


def added_numbers(parts: Sequence[NDArray[Any]], width: int) -> NDArray[Any]:
    """Their sum."""
    with np.errstate(all="ignore"):
        return np.asarray(np.frompyfunc(_plus, 2, 1).reduce(np.concatenate(parts), axis=0), object)[None]


def rounded_numbers(form: Form, parts: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """The real numbers, each rounded once."""
    values = [value if isinstance(value, float) else rounded(value, dtype.name) for value in parts.flat]
    return np.array(values, np.float64).astype(dtype).reshape(parts.shape[1:])


def _each(form: Form, first: Any, second: Any, dot: Callable[[Any, Any], Any]) -> NDArray[Any]:
    """What dot makes of each pair of rows, as objects; of a sparse matrix, some rows at a time become dense."""
    for i, v in enumerate((first, second)):
        label = form.labels[i][0]
        if not is_sparse(v):
            continue
        if label == SUMMED or v.shape[0] == 1 or v.shape[0] * v.shape[1] <= DENSE:
            first, second = (v.toarray(), second) if i == 0 else (first, v.toarray())
            break
        half = v.shape[0] // 2
        pairs = [(part, second) if i == 0 else (first, part) for part in (v[:half], v[half:])]
        return np.concatenate([_each(form, *pair, dot) for pair in pairs], axis=1 + form.out.index(label))
    rows, others = form.rows(first, second)
    found = np.empty(rows.shape[:-1], object)
    for index in np.ndindex(found.shape):
        found[index] = dot(rows[index], others[index])
    return found[None]


PARTS = {
    "law": Parts(block_sums, folded, rounded_sums, blocks=True, weight=8),
    "single": Parts(block_sums, folded, rounded_sums, blocks=True, weight=4),
    "integers": Parts(integers, added_integers, fitting_integers, blocks=False, weight=8),
    "exact": Parts(real_numbers, added_numbers, rounded_numbers, blocks=False, weight=600),
}
