"""The parts of a CSR or CSC matrix: arrays that anybody may have changed.

So they are checked before anything follows them.
"""

import operator
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onedot._core.lossy import check_lossless
from onedot.levels.refusals import shown

__all__ = [
    "Parts",
    "canonical",
    "csc_parts",
    "csr_parts",
    "integers",
    "is_csc",
    "is_csr",
    "is_sparse",
    "part",
    "shape_of",
]

LONGEST = int(np.iinfo(np.intp).max)
MADE = "as SciPy makes it"


class Parts(NamedTuple):
    """Row i has the elements data[k] in the columns indices[k], for k from indptr[i] to indptr[i + 1] - 1."""

    data: NDArray[Any]  # of any dtype
    indices: NDArray[Any]  # int32 or int64; their range is not yet checked
    indptr: NDArray[np.int64]
    n: int
    d: int


def is_csr(X: Any) -> bool:
    """Whether X says that it is a CSR matrix, of SciPy or of anybody else. No array of NumPy's is one."""
    return not _is_array(X) and hasattr(X, "indptr") and getattr(X, "format", None) == "csr"


def is_csc(X: Any) -> bool:
    """Whether X says that it is a CSC matrix."""
    return not _is_array(X) and hasattr(X, "indptr") and getattr(X, "format", None) == "csc"


def is_sparse(v: Any) -> bool:
    """Whether v says that it is a sparse matrix, of SciPy or of anybody else."""
    return not _is_array(v) and (hasattr(v, "indptr") or hasattr(v, "tocsr"))


def _is_array(v: Any) -> bool:
    """Whether v is an array, whatever attributes its class adds: what they say may change from one look to the next."""
    return issubclass(type(v), np.ndarray)


def csr_parts(op: str, X: Any) -> Parts:
    """The parts of X, each read once, as arrays of NumPy's own class. What lies behind the last row is left out.

    Raises
    ------
    ValueError
        If the parts do not fit each other and the shape, or indices or indptr are no integers.
    TypeError
        If a part is masked.
    """
    n, d = shape_of(op, X)
    data, indices, indptr = (part(op, X, name) for name in ("data", "indices", "indptr"))
    if len(data) != len(indices):
        raise ValueError(
            f"{op}: the data of X has {len(data)} elements, its indices {len(indices)}; want as many of both, {MADE}"
        )
    indices, indptr = integers(op, "indices", indices), integers(op, "indptr", indptr).astype(np.int64, copy=False)
    wrong = _broken(indptr, n, len(data))
    if wrong:
        raise ValueError(f"{op}: the indptr of X is broken: {wrong}, {MADE}")
    return Parts(data[: indptr[-1]], indices[: indptr[-1]], indptr, n, d)


def csc_parts(op: str, X: Any) -> Parts:
    """The parts that X has as CSR, checked before they are put in order: elements of a row in the order of columns.

    Raises
    ------
    ValueError, TypeError
        As for `csr_parts`, and if a row is none of X.
    """
    n, d = shape_of(op, X)
    held = {name: getattr(X, name, None) for name in ("data", "indices", "indptr")}
    data, rows, indptr, _, _ = csr_parts(op, SimpleNamespace(shape=(d, n), **held))
    if rows.size and not 0 <= rows.min() <= rows.max() < n:
        raise ValueError(f"{op}: the indices of X hold {rows.min()} to {rows.max()}; want rows, 0 to {n - 1}")
    order = np.argsort(rows, kind="stable")
    columns = np.repeat(np.arange(d), np.diff(indptr))
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=n))]).astype(np.int64)
    return Parts(data[order], columns[order], starts, n, d)


def shape_of(op: str, X: Any) -> tuple[int, int]:
    """How many rows and columns X says it has."""
    shape = getattr(X, "shape", None)
    try:
        n, d = (operator.index(size) for size in shape)  # type: ignore[union-attr]
    except (TypeError, ValueError):
        raise ValueError(f"{op}: X has shape {shown(shape)}; want two integers, how many rows and columns") from None
    if not (0 <= n < LONGEST and 0 <= d < LONGEST):
        raise ValueError(f"{op}: X has shape {(n, d)}; want sizes of 0 or more that memory can have")
    return n, d


def part(op: str, X: Any, name: str, dimensions: int = 1) -> NDArray[Any]:
    """An attribute of X that is to be an array, as one of NumPy's own class: a subclass may say of itself anything."""
    held = getattr(X, name, None)
    check_lossless(op, f"the {name} of X", held)
    if not isinstance(held, np.ndarray):
        raise ValueError(f"{op}: the {name} of X has type {type(held).__name__}; want a NumPy array, {MADE}")
    v = np.asarray(held)
    if v.ndim != dimensions:
        raise ValueError(f"{op}: the {name} of X has shape {v.shape}; want {dimensions} for dimensions, {MADE}")
    return v


def integers(op: str, name: str, v: NDArray[Any]) -> NDArray[Any]:
    """v as int32 or int64, as a kernel reads it; of uint64, what int64 cannot hold becomes negative: out of range."""
    if v.dtype.kind not in "iu":
        raise ValueError(f"{op}: the {name} of X has dtype {v.dtype}; want integers, {MADE}")
    return np.require(v, v.dtype if v.dtype in (np.int32, np.int64) else np.int64, ["C", "A"])


def _broken(indptr: NDArray[np.int64], n: int, elements: int) -> str:
    """What is wrong with it, and what is wanted; nothing if all is well."""
    if len(indptr) != n + 1:
        return f"it has {len(indptr)} elements; want {n + 1}"
    if indptr[0] != 0:
        return f"it begins with {indptr[0]}; want 0"
    falls = np.flatnonzero(indptr[1:] < indptr[:-1])  # a difference might overflow
    if len(falls):
        i = int(falls[0])
        return f"it falls from {indptr[i]} to {indptr[i + 1]} at {i}; want it to rise"
    if indptr[-1] > elements:
        return f"it ends with {indptr[-1]}, beyond the {elements} elements of data and indices; want at most as many"
    return ""


def canonical(data: NDArray[Any], indices: NDArray[Any], indptr: NDArray[np.int64]) -> tuple[NDArray[Any], ...]:
    """Columns of each row in order, duplicates added up in the order in which they are stored, in the data's type.

    Of bools that is "or", as SciPy's `toarray` has it.
    """
    rows = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    order = np.lexsort((indices, rows))
    rows, columns = rows[order], indices[order]
    first = np.ones(len(order), bool)
    first[1:] = (np.diff(rows) != 0) | (np.diff(columns) != 0)
    sums = np.zeros(int(first.sum()), data.dtype)
    with np.errstate(all="ignore"):
        np.add.at(sums, np.cumsum(first) - 1, data[order])
    counts = np.bincount(rows[first], minlength=len(indptr) - 1)
    return sums, columns[first], np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
