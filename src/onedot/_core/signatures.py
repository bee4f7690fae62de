"""What a type checker knows of functions whose results depend on how many axes their arguments have.

It is told that of an array at best: where it is not, it is to take the array for a batch, and the result for an array.
Other arguments give Any.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol, SupportsIndex, TypeVar, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Batch",
    "Out",
    "ProductOfMatrices",
    "ProductOfMatrix",
    "ProductOfRows",
    "Row",
    "Rows",
    "SingleOfMatrices",
    "SingleOfMatrix",
    "SingleOfRows",
    "Vector",
    "Zero",
    "of_pairs",
    "of_vectors",
    "sign_of_pairs",
]

Float = TypeVar("Float", bound=np.floating[Any])
Out = TypeVar("Out", bound=np.ndarray[Any, Any])
Vector = np.ndarray[tuple[int], np.dtype[Float]]
Batch = np.ndarray[tuple[int, int, *tuple[int, ...]], np.dtype[Float]]

Row = Sequence[float]
Rows = Sequence[Sequence[float]]
Zero = Literal["raise", "nan"]
No = Literal[False]


class ProductOfMatrix(Protocol):
    """matvec, vecmat: an array always."""

    @overload
    def __call__(self, a: ArrayLike, b: ArrayLike, /, *, out: Out) -> Out: ...
    @overload
    def __call__(self, a: NDArray[Float], b: NDArray[Float], /, *, out: None = None) -> NDArray[Float]: ...
    @overload
    def __call__(self, a: ArrayLike, b: ArrayLike, /, *, out: None = None) -> NDArray[Any]: ...


class ProductOfMatrices(Protocol):
    """matmul: a scalar for two vectors."""

    @overload
    def __call__(self, A: ArrayLike, B: ArrayLike, /, *, out: Out) -> Out: ...
    @overload
    def __call__(self, A: Batch[Float], B: NDArray[Float], /, *, out: None = None) -> NDArray[Float]: ...
    @overload
    def __call__(self, A: NDArray[Float], B: Batch[Float], /, *, out: None = None) -> NDArray[Float]: ...
    @overload
    def __call__(self, A: Vector[Float], B: Vector[Float], /, *, out: None = None) -> Float: ...
    @overload
    def __call__(self, A: ArrayLike, B: ArrayLike, /, *, out: None = None) -> Any: ...


class ProductOfRows(Protocol):
    """vecdot: a scalar for two vectors."""

    @overload
    def __call__(self, X: ArrayLike, Y: ArrayLike, /, *, axis: SupportsIndex = -1, out: Out) -> Out: ...
    @overload
    def __call__(
        self, X: Batch[Float], Y: NDArray[Float], /, *, axis: SupportsIndex = -1, out: None = None
    ) -> NDArray[Float]: ...
    @overload
    def __call__(
        self, X: NDArray[Float], Y: Batch[Float], /, *, axis: SupportsIndex = -1, out: None = None
    ) -> NDArray[Float]: ...
    @overload
    def __call__(
        self, X: Vector[Float], Y: Vector[Float], /, *, axis: SupportsIndex = -1, out: None = None
    ) -> Float: ...
    @overload
    def __call__(self, X: ArrayLike, Y: ArrayLike, /, *, axis: SupportsIndex = -1, out: None = None) -> Any: ...


class SingleOfMatrix(Protocol):
    """single.matvec, single.vecmat: an array of float32 always."""

    @overload
    def __call__(self, a: ArrayLike, b: ArrayLike, /, *, out: Out) -> Out: ...
    @overload
    def __call__(self, a: ArrayLike, b: ArrayLike, /, *, out: None = None) -> NDArray[np.float32]: ...


class SingleOfMatrices(Protocol):
    """single.matmul: a scalar for two vectors."""

    @overload
    def __call__(self, A: ArrayLike, B: ArrayLike, /, *, out: Out) -> Out: ...
    @overload
    def __call__(self, A: Batch[Any], B: NDArray[Any], /, *, out: None = None) -> NDArray[np.float32]: ...
    @overload
    def __call__(self, A: NDArray[Any], B: Batch[Any], /, *, out: None = None) -> NDArray[np.float32]: ...
    @overload
    def __call__(self, A: Vector[Any], B: Vector[Any], /, *, out: None = None) -> np.float32: ...
    @overload
    def __call__(self, A: ArrayLike, B: ArrayLike, /, *, out: None = None) -> Any: ...


class SingleOfRows(Protocol):
    """single.vecdot: a scalar for two vectors."""

    @overload
    def __call__(self, X: ArrayLike, Y: ArrayLike, /, *, axis: SupportsIndex = -1, out: Out) -> Out: ...
    @overload
    def __call__(
        self, X: Batch[Any], Y: NDArray[Any], /, *, axis: SupportsIndex = -1, out: None = None
    ) -> NDArray[np.float32]: ...
    @overload
    def __call__(
        self, X: NDArray[Any], Y: Batch[Any], /, *, axis: SupportsIndex = -1, out: None = None
    ) -> NDArray[np.float32]: ...
    @overload
    def __call__(
        self, X: Vector[Any], Y: Vector[Any], /, *, axis: SupportsIndex = -1, out: None = None
    ) -> np.float32: ...
    @overload
    def __call__(self, X: ArrayLike, Y: ArrayLike, /, *, axis: SupportsIndex = -1, out: None = None) -> Any: ...


class OfVectors(Protocol):
    """norm: a number for each vector."""

    @overload
    def __call__(self, x: Batch[Float], /, *, keepdims: bool = False) -> NDArray[Float]: ...
    @overload
    def __call__(self, x: Vector[Float], /, *, keepdims: No = False) -> Float: ...
    @overload
    def __call__(self, x: Row, /, *, keepdims: No = False) -> np.float64: ...
    @overload
    def __call__(self, x: Rows, /, *, keepdims: bool = False) -> NDArray[np.float64]: ...
    @overload
    def __call__(self, x: ArrayLike, /, *, keepdims: bool = False) -> Any: ...


class OfPairs(Protocol):
    """cosine, angle: a number for each pair of vectors."""

    @overload
    def __call__(
        self, x: Batch[Float], y: NDArray[Float], /, *, zero: Zero = ..., keepdims: bool = False
    ) -> NDArray[Float]: ...
    @overload
    def __call__(
        self, x: NDArray[Float], y: Batch[Float], /, *, zero: Zero = ..., keepdims: bool = False
    ) -> NDArray[Float]: ...
    @overload
    def __call__(self, x: Vector[Float], y: Vector[Float], /, *, zero: Zero = ..., keepdims: No = False) -> Float: ...
    @overload
    def __call__(self, x: Row, y: Row, /, *, zero: Zero = ..., keepdims: No = False) -> np.float64: ...
    @overload
    def __call__(
        self, x: Rows, y: Row | Rows, /, *, zero: Zero = ..., keepdims: bool = False
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(self, x: ArrayLike, y: ArrayLike, /, *, zero: Zero = ..., keepdims: bool = False) -> Any: ...


class SignOfPairs(Protocol):
    """alignment: a sign for each pair of vectors."""

    @overload
    def __call__(self, x: Batch[Any], y: NDArray[Any], /, *, keepdims: bool = False) -> NDArray[np.int8]: ...
    @overload
    def __call__(self, x: NDArray[Any], y: Batch[Any], /, *, keepdims: bool = False) -> NDArray[np.int8]: ...
    @overload
    def __call__(self, x: Vector[Any] | Row, y: Vector[Any] | Row, /, *, keepdims: No = False) -> np.int8: ...
    @overload
    def __call__(self, x: Rows, y: Row | Rows, /, *, keepdims: bool = False) -> NDArray[np.int8]: ...
    @overload
    def __call__(self, x: ArrayLike, y: ArrayLike, /, *, keepdims: bool = False) -> Any: ...


def of_vectors(function: Callable[..., Any]) -> OfVectors:
    """The function itself."""
    return function


def of_pairs(function: Callable[..., Any]) -> OfPairs:
    """The function itself."""
    return function


def sign_of_pairs(function: Callable[..., Any]) -> SignOfPairs:
    """The function itself."""
    return function
