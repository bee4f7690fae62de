"""Sparse matrices of any format, checked before SciPy makes CSR of them, which follows their parts wherever they go."""

from types import SimpleNamespace
from typing import Any

from numpy.typing import NDArray

from onedot._core.csr import csr_parts, integers, is_sparse, part, shape_of

__all__ = ["check_sparse"]


def check_sparse(op: str, X: Any) -> None:
    """Refuse a sparse matrix whose parts do not fit each other.

    Raises
    ------
    ValueError
        If they do not.
    TypeError
        If one of them is masked.
    """
    if is_sparse(X):
        check = _CHECKS.get(str(getattr(X, "format", "")))
        if check is not None:
            check(op, X)


def _csr(op: str, X: Any) -> None:
    csr_parts(op, X)


def _csc(op: str, X: Any) -> None:
    n, d = shape_of(op, X)
    _compressed(op, X, part(op, X, "data"), (d, n))


def _bsr(op: str, X: Any) -> None:
    n, d = shape_of(op, X)
    data = part(op, X, "data", 3)
    _, height, width = data.shape
    if not height or not width or n % height or d % width:
        raise ValueError(f"{op}: X has shape {(n, d)}, its data {data.shape}; want blocks that fill it")
    _compressed(op, X, data[:, 0, 0], (n // height, d // width))


def _compressed(op: str, X: Any, data: NDArray[Any], shape: tuple[int, int]) -> None:
    """Parts as those of a CSR matrix of this shape."""
    _, indices, _, _, d = csr_parts(op, SimpleNamespace(data=data, indices=X.indices, indptr=X.indptr, shape=shape))
    _check_range(op, "indices", indices, d)


def _coo(op: str, X: Any) -> None:
    data = part(op, X, "data")
    for name, size in zip(("row", "col"), shape_of(op, X), strict=True):
        places = integers(op, name, part(op, X, name))
        if len(places) != len(data):
            raise ValueError(f"{op}: the data of X has {len(data)} elements, its {name} {len(places)}; want as many")
        _check_range(op, name, places, size)


def _check_range(op: str, name: str, places: NDArray[Any], size: int) -> None:
    if places.size and not 0 <= places.min() <= places.max() < size:
        raise ValueError(f"{op}: the {name} of X holds {places.min()} to {places.max()}; want 0 to {size - 1}")


def _dia(op: str, X: Any) -> None:
    shape_of(op, X)
    data, offsets = part(op, X, "data", 2), integers(op, "offsets", part(op, X, "offsets"))
    if len(data) != len(offsets):
        raise ValueError(f"{op}: the data of X has {len(data)} diagonals, its offsets {len(offsets)}; want as many")


def _lil(op: str, X: Any) -> None:
    n, d = shape_of(op, X)
    rows, data = part(op, X, "rows"), part(op, X, "data")
    pairs = list(zip(rows, data, strict=False))
    fit = all(isinstance(row, list) and isinstance(of, list) and len(row) == len(of) for row, of in pairs)
    if not fit or len(rows) != n or len(data) != n:
        raise ValueError(f"{op}: the rows of X do not fit its data or its shape; want {n} lists, as long in both")
    if any(not 0 <= column < d for row in rows for column in row):
        raise ValueError(f"{op}: X has a column index outside 0 to {d - 1}; want all within")


_CHECKS = {"csr": _csr, "csc": _csc, "bsr": _bsr, "coo": _coo, "dia": _dia, "lil": _lil}
