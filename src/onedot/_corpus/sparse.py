"""What products with CSR matrices must return: blocks of one element, of two, of three in every order, and of many."""

from collections.abc import Iterator
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

import onedot
from onedot._corpus.draw import Draw
from onedot._corpus.perceptron import csr
from onedot._corpus.registry import Result, operation
from onedot._reference.law import BLOCK

__all__: list[str] = []

LENGTHS = (1, 2, 33, 150)
LONG = 2 * BLOCK + 700


def _csr(X: NDArray[Any], index: str = "int32") -> Any:  # which no type of arrays has
    return csr(X, index)


def _rows(draw: Draw, dtype: str, m: int, d: int, keep: int) -> NDArray[Any]:
    return draw.thinned(draw.floats(dtype, m * d).reshape(m, d), keep)


def _runs(draw: Draw, dtype: str) -> NDArray[Any]:
    """Few elements in each block, and runs that are as long as what a kernel takes at a time, or longer."""
    X = _rows(draw, dtype, 5, LONG, BLOCK)
    for i, (start, count) in enumerate(((0, 63), (BLOCK - 3, 64), (BLOCK, 65), (BLOCK - 1, 200), (7, 3))):
        X[i, start : start + count] = draw.floats(dtype, count)
    return X


def _sparse(dtype: str, index: str, draw: Draw) -> Iterator[Result]:
    """One vector, several that share each row, and columns, plain and exact."""
    for tier, d in product((onedot, onedot.exact), LENGTHS):
        for keep in (1, 3):
            S = _csr(_rows(draw, dtype, 3, d, keep), index)
            yield tier.matvec(S, draw.floats(dtype, d))
            yield tier.matvec(draw.floats(dtype, 3 * d).reshape(3, d), S)
            yield tier.matmul(draw.floats(dtype, 3), S)
    S = _csr(_runs(draw, dtype), index)
    yield onedot.matvec(S, draw.floats(dtype, LONG))
    yield onedot.matvec(draw.floats(dtype, 2 * LONG).reshape(2, LONG), S)
    yield onedot.exact.matvec(S, draw.floats(dtype, LONG))
    yield onedot.vecmat(draw.floats(dtype, 3), _csr(_rows(draw, dtype, 3, 70, 3), index))


for _dtype, _index in (("float64", "int32"), ("float64", "int64"), ("float32", "int32")):
    operation(f"sparse {_dtype} {_index}")(partial(_sparse, _dtype, _index))


@operation("sparse integers")
def _integers(draw: Draw) -> Iterator[Result]:
    """Of integers the exact ones; beside floats, whole numbers whose sums no order rounds, and some that are not."""
    for dtype in ("int8", "int64"):
        for d in LENGTHS:
            X = draw.thinned(draw.integers("int8", 3 * d).reshape(3, d), 3).astype(dtype)
            w = draw.integers("int8", 3 * d).reshape(3, d)
            for of in (w, w.astype(np.float64), w / 3):
                yield onedot.matvec(_csr(X), of[0])
                yield onedot.matvec(of, _csr(X))
