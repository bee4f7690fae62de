from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot._core.signatures import (
    ProductOfMatrices,
    ProductOfMatrix,
    ProductOfRows,
    SingleOfMatrices,
    SingleOfMatrix,
    SingleOfRows,
)
from onedot.levels.kernels import Kernels

Function = TypeVar("Function", bound=Callable[..., Any])

def dot(x: ArrayLike, y: ArrayLike, /) -> float | int: ...
def exact_dot(x: ArrayLike, y: ArrayLike, /) -> float | int: ...
def exact_sign(x: ArrayLike, y: ArrayLike, /) -> int: ...
def single_dot(x: ArrayLike, y: ArrayLike, /) -> float: ...
def perceptron_update(w: NDArray[np.float64], x: ArrayLike, y: float, *, rate: float = 1.0) -> bool: ...

matvec: ProductOfMatrix
vecmat: ProductOfMatrix
matmul: ProductOfMatrices
vecdot: ProductOfRows
exact_matvec: ProductOfMatrix
exact_matmul: ProductOfMatrices
exact_vecdot: ProductOfRows
single_matvec: SingleOfMatrix
single_vecmat: SingleOfMatrix
single_matmul: SingleOfMatrices
single_vecdot: SingleOfRows

def best_rows(X: Any, Q: Any, k: Any, metric: Any, tier: Any, threshold: Any, mask: Any) -> Any: ...
def hyperplane_distance(X: ArrayLike, w: Any, b: Any) -> Any: ...
def hyperplane_side(X: ArrayLike, w: Any, b: Any) -> Any: ...
def layer_outputs(W: Any, wide: Any, b: Any, activation: Any, X: ArrayLike, out: Any) -> Any: ...
def single_layer_outputs(W: Any, b: Any, activation: Any, X: ArrayLike, out: Any) -> Any: ...
def projections(x: ArrayLike, onto: ArrayLike) -> Any: ...
def entered(function: Function, /) -> Function: ...
def use(module: Kernels) -> None: ...
