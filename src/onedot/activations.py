"""Activations: functions of a weighted sum, in arithmetic of our own, so that their bits are the same everywhere.

Each takes numbers of any shape and layout, as `dot` takes vectors. Those in `NAMES`, all but exp, log_expit and logit,
are known by that name to a `Unit` or a `Layer`. Results are float64, float32 or float16 as the numbers are (float64 for
integers, float32 for bfloat16); inside, everything is binary64, rounded once.

>>> from onedot import activations
>>> activations.relu([-1.5, 0.0, 2.0])
array([0., 0., 2.])
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot import levels
from onedot._core import threads
from onedot._core.arrays import number, read_floats
from onedot._core.dot import float_dot
from onedot._core.environment import in_default_environment
from onedot._core.lazy import elementwise, is_lazy
from onedot._core.matvec import checked_out
from onedot._entry import entered
from onedot._reference.elementary import SLOPE
from onedot._reference.law import BLOCK

__all__ = [
    "NAMES",
    "exp",
    "gelu",
    "identity",
    "leaky_relu",
    "log_expit",
    "log_softmax",
    "logit",
    "relu",
    "sigmoid",
    "sign",
    "silu",
    "softmax",
    "softplus",
    "step",
    "tanh",
]


def __dir__() -> list[str]:
    return __all__


OfOne = Literal["identity", "step", "sign", "relu", "leaky_relu", "sigmoid", "tanh", "softplus", "gelu", "silu"]
Name = Literal[OfOne, "softmax", "log_softmax"]  # of a whole layer, too
NAMES: tuple[Name, ...] = get_args(Name)
OVER_ROWS = ("softmax", "log_softmax")

GRAIN = 2**18  # numbers between two looks at Ctrl-C, and a thread's share: half a millisecond
WORKSPACE = 2**14  # numbers converted at a time, 128 KB of binary64: they stay in L2
LONGEST = 256 * BLOCK  # a row that a kernel takes at once


@in_default_environment
def identity(x: ArrayLike, /, *, out: NDArray[Any] | None = None) -> Any:
    """f(x) = x.

    Parameters
    ----------
    x : array_like
        Floats, integers or bools, of any shape.
    out : ndarray, optional
        Where the result goes: of x's shape, of the result's dtype or a wider float. It may be x.

    Returns
    -------
    ndarray, or a scalar for a number
        Of x's dtype; float64 for integers and bools.

    Raises
    ------
    TypeError
        If x holds anything else, or `out` has a dtype that does not fit.
    ValueError
        If `out` has another shape, is read-only or has elements that share memory.
    OverflowError
        If binary64 cannot represent an integer.

    Examples
    --------
    >>> onedot.activations.identity([1, -2])
    array([ 1., -2.])
    """
    return _elementwise("identity", x, out)


@entered
def step(x: ArrayLike, /, *, out: NDArray[Any] | None = None) -> Any:
    """f(x) = 1 where x >= 0, otherwise 0; NaN for NaN. Parameters, result and errors are those of `identity`.

    Examples
    --------
    >>> onedot.activations.step([-0.5, 0.0, 3.0])
    array([0., 1., 1.])
    """
    return _elementwise("step", x, out)


@entered
def sign(x: ArrayLike, /, *, out: NDArray[Any] | None = None) -> Any:
    """f(x) = -1, 0 or 1; NaN for NaN. Parameters, result and errors are those of `identity`.

    Examples
    --------
    >>> onedot.activations.sign([-0.5, 0.0, 3.0])
    array([-1.,  0.,  1.])
    """
    return _elementwise("sign", x, out)


@entered
def relu(x: ArrayLike, /, *, out: NDArray[Any] | None = None) -> Any:
    """f(x) = x where x >= 0, otherwise 0; NaN for NaN. Parameters, result and errors are those of `identity`.

    Examples
    --------
    >>> onedot.activations.relu(np.array([-2.0, 5.0], "float32"))
    array([0., 5.], dtype=float32)
    """
    return _elementwise("relu", x, out)


@entered
def leaky_relu(x: ArrayLike, /, *, slope: float = 0.01, out: NDArray[Any] | None = None) -> Any:
    """f(x) = x where x >= 0, otherwise slope * x, rounded once from binary64; NaN for NaN.

    By its name, a `Unit` or a `Layer` has the slope of 0.01. Parameters, result and errors are those of `identity`; a
    TypeError, too, if the slope is no number.

    Source: A. L. Maas, A. Y. Hannun and A. Y. Ng, "Rectifier nonlinearities improve neural network acoustic models",
    ICML 30 (2013).

    Examples
    --------
    >>> onedot.activations.leaky_relu([-2.0, 0.0, 5.0])
    array([-0.02,  0.  ,  5.  ])
    >>> onedot.activations.leaky_relu([-2.0, 5.0], slope=0.25)
    array([-0.5,  5. ])
    """
    if isinstance(slope, bool | np.bool_) or not isinstance(slope, float | int | np.floating | np.integer):
        raise TypeError(f"activations.leaky_relu: slope has type {type(slope).__name__}; want a number, such as 0.01")
    leak = number("activations.leaky_relu", "slope", slope, "a number, such as 0.01")
    # np.float32(0.01) == 0.01 to NumPy, though their values differ: so floats are compared.
    return _elementwise("leaky_relu", x, out, slope=None if leak == SLOPE else leak)


@entered
def gelu(x: ArrayLike, /, *, out: NDArray[Any] | None = None) -> Any:
    """f(x) = x * (1 + erf(x / sqrt(2))) / 2, at most 1 ulp from the true value, in the tail too.

    That is x times how often a normal number is below it, by no approximation. Parameters, result and errors are those
    of `identity`; f(-infinity) is -0.0, the limit.

    Source: D. Hendrycks and K. Gimpel, "Gaussian error linear units (GELUs)", 2016.
    https://doi.org/10.48550/arXiv.1606.08415

    Examples
    --------
    >>> onedot.activations.gelu([-30.0, -1.0, 0.0, 1.0])
    array([-1.47201418e-196, -1.58655254e-001,  0.00000000e+000,
            8.41344746e-001])
    """
    return _elementwise("gelu", x, out)


@entered
def silu(x: ArrayLike, /, *, out: NDArray[Any] | None = None) -> Any:
    """f(x) = x / (1 + e**-x), within 1 ulp where it was measured, in the tail too.

    Others call it swish. Parameters, result and errors are those of `identity`; f(-infinity) is -0.0, the limit.

    Source: S. Elfwing, E. Uchibe and K. Doya, "Sigmoid-weighted linear units for neural network function approximation
    in reinforcement learning", Neural Networks 107 (2018), 3-11. https://doi.org/10.1016/j.neunet.2017.12.012

    Examples
    --------
    >>> onedot.activations.silu([-700.0, -1.0, 0.0, 1.0])
    array([-6.90177358e-302, -2.68941421e-001,  0.00000000e+000,
            7.31058579e-001])
    """
    return _elementwise("silu", x, out)


@entered
def exp(x: ArrayLike, /, *, out: NDArray[Any] | None = None) -> Any:
    """f(x) = e**x, at most 1 ulp from the true value. Parameters, result and errors are those of `identity`.

    It is infinite from 709.79 on and 0 below -745.14; in between, subnormal results are as good as others.

    Examples
    --------
    >>> onedot.activations.exp([0.0, 1.0, -745.0])
    array([1.00000000e+000, 2.71828183e+000, 4.94065646e-324])
    """
    return _elementwise("exp", x, out)


@entered
def sigmoid(x: ArrayLike, /, *, out: NDArray[Any] | None = None) -> Any:
    """f(x) = 1 / (1 + e**-x), at most 1 ulp from the true value, in the tails too.

    Parameters, result and errors are those of `identity`.

    Examples
    --------
    >>> onedot.activations.sigmoid([-700.0, 0.0, 1.0])
    array([9.85967654e-305, 5.00000000e-001, 7.31058579e-001])
    """
    return _elementwise("sigmoid", x, out)


@entered
def log_expit(x: ArrayLike, /, *, out: NDArray[Any] | None = None) -> Any:
    """f(x) = log(sigmoid(x)) = -log(1 + e**-x), at most 0.75 ulp from the true value, in the tails too.

    Parameters, result and errors are those of `identity`.

    Examples
    --------
    >>> onedot.activations.log_expit([-800.0, 0.0, 100.0])
    array([-8.00000000e+02, -6.93147181e-01, -3.72007598e-44])
    """
    return _elementwise("log_expit", x, out)


@entered
def logit(x: ArrayLike, /, *, out: NDArray[Any] | None = None) -> Any:
    """f(x) = log(x / (1 - x)), the x that `sigmoid` makes it of, at most 0.75 ulp from the true value.

    It is -infinity at 0, infinity at 1 and NaN outside. Parameters, result and errors are those of `identity`.

    Examples
    --------
    >>> onedot.activations.logit([0.0, 1e-300, 0.5, 0.75])
    array([         -inf, -690.7755279 ,    0.        ,    1.09861229])
    """
    return _elementwise("logit", x, out)


@entered
def tanh(x: ArrayLike, /, *, out: NDArray[Any] | None = None) -> Any:
    """f(x) = (e**x - e**-x) / (e**x + e**-x), at most 1 ulp from the true value.

    Parameters, result and errors are those of `identity`.

    Examples
    --------
    >>> onedot.activations.tanh([-20.0, 1e-300, 0.5])
    array([-1.00000000e+000,  1.00000000e-300,  4.62117157e-001])
    """
    return _elementwise("tanh", x, out)


@entered
def softplus(x: ArrayLike, /, *, out: NDArray[Any] | None = None) -> Any:
    """f(x) = log(1 + e**x), at most 1 ulp from the true value, in the tails too.

    Parameters, result and errors are those of `identity`.

    Examples
    --------
    >>> onedot.activations.softplus([-100.0, 0.0, 100.0])
    array([3.72007598e-44, 6.93147181e-01, 1.00000000e+02])
    """
    return _elementwise("softplus", x, out)


@entered
def softmax(x: ArrayLike, /, *, out: NDArray[Any] | None = None) -> Any:
    """f(x)[..., i] = e**x[..., i] / sum(e**x[..., j] over j), over the last axis.

    Parameters
    ----------
    x : array_like, shape (..., n)
    out : ndarray, shape (..., n), optional
        As in `identity`.

    Returns
    -------
    ndarray, shape (..., n)
        Of the dtype that `identity` gives. Errors are those of `identity`, too.

    Notes
    -----
    The greatest number of a row is subtracted from it first, so nothing overflows. The sum is that of the one-dot
    law: the dot of the exponentials with ones. A row that holds NaN or +infinity, or nothing above -infinity, is NaN.

    Examples
    --------
    >>> onedot.activations.softmax([[0.0, 0.0], [1000.0, 0.0]])
    array([[0.5, 0.5],
           [1. , 0. ]])
    """
    return _over_rows("softmax", x, out)


@entered
def log_softmax(x: ArrayLike, /, *, out: NDArray[Any] | None = None) -> Any:
    """f(x)[..., i] = x[..., i] - log(sum(e**x[..., j] over j)), over the last axis: the logarithm of `softmax`.

    Parameters, result and errors are those of `softmax`.

    Notes
    -----
    It is (x - m) - log(1 + s), where m is the greatest number of a row and s the dot with ones of the other
    exponentials e**(x - m), so where nearly all is the greatest number's, its logarithm has its digits, too. A row that
    holds NaN or +infinity, or nothing above -infinity, is NaN. How far off results are: docs/accuracy.md.

    Examples
    --------
    >>> onedot.activations.log_softmax([[0.0, 0.0], [1000.0, 0.0], [0.0, -40.0]])
    array([[-6.93147181e-01, -6.93147181e-01],
           [ 0.00000000e+00, -1.00000000e+03],
           [-4.24835426e-18, -4.00000000e+01]])
    """
    return _over_rows("log_softmax", x, out)


def fill(name: str, X: NDArray[np.float64]) -> None:
    """Apply the activation of that name in place to a contiguous float64 array (m, n), whose rows are softmax's."""
    if name in OVER_ROWS:
        _softmax_rows(name, X, X)
    elif name != "identity" and X.size:
        flat = X.reshape(-1)
        getattr(levels.kernels(), name)(flat, flat)


def _filled(name: str, v: NDArray[Any], out: Any, work: Callable[[NDArray[Any], NDArray[Any]], None]) -> Any:
    """What `work` makes of floats v and a contiguous array for the result: a new array, or `out`."""
    dtype = v.dtype.newbyteorder("=")
    to = np.empty(v.shape, dtype) if out is None else checked_out(f"activations.{name}", out, v.shape, dtype)
    result = to if out is None or _is_written_in_place(to, v) else np.empty(to.shape, to.dtype)
    with np.errstate(over="ignore", under="ignore"):
        work(v, result)
        if result is not to:
            to[...] = result
    return result[()] if out is None else out


def _is_written_in_place(to: NDArray[Any], v: NDArray[Any]) -> bool:
    """Whether what is made of v can be written straight to where it goes."""
    same = to.ctypes.data == v.ctypes.data and to.strides == v.strides and to.dtype == v.dtype
    return to.flags.c_contiguous and to.flags.aligned and (same or not np.may_share_memory(to, v))


def _elementwise(name: str, x: ArrayLike, out: NDArray[Any] | None, slope: float | None = None) -> Any:
    if is_lazy(x):
        function = globals()[name] if slope is None else partial(leaky_relu, slope=slope)
        return elementwise(function, f"activations.{name}", x, out)
    kernel = None if name == "identity" else getattr(levels.kernels(), name)
    if slope is not None:
        kernel = partial(_leak, slope)
    v = read_floats(f"activations.{name}", "x", x)
    return _filled(name, v, out, lambda v, result: _fill(kernel, v.reshape(-1), result.reshape(-1)))


@np.errstate(all="ignore")  # the product of infinity and 0, of x >= 0, where it is not the result
def _leak(slope: float, x: NDArray[Any], out: NDArray[Any]) -> None:
    """leaky_relu of another slope than the kernels': a product in binary64."""
    out[...] = np.where(x < 0.0, np.multiply(x, slope, dtype=np.float64), x)


def _fill(kernel: Any, x: NDArray[Any], out: NDArray[Any]) -> None:
    """out = kernel(x) for one dimension and contiguous out; no kernel leaves numbers as they are."""
    direct = x.dtype == out.dtype and x.dtype.isnative and x.flags.c_contiguous and x.flags.aligned

    @np.errstate(over="ignore", under="ignore")  # a thread has its own error state
    def work(first: int, last: int) -> None:
        if kernel is None:
            out[first:last] = x[first:last]
        elif direct:
            kernel(x[first:last], out[first:last])
        else:
            for start in range(first, last, WORKSPACE):
                span = slice(start, min(start + WORKSPACE, last))
                workspace = x[span].astype(np.float64)
                kernel(workspace, workspace)
                out[span] = workspace

    threads.share(work, len(x), GRAIN)


def _over_rows(name: str, x: ArrayLike, out: NDArray[Any] | None) -> Any:
    v = read_floats(f"activations.{name}", "x", x)
    if v.ndim == 0:
        raise ValueError(f"activations.{name}: x is one number; want one dimension or more")
    return _filled(name, v, out, partial(_fill_rows, name))


def _fill_rows(name: str, v: NDArray[Any], result: NDArray[Any]) -> None:
    if not result.size:
        return
    n = v.shape[-1]
    rows, to = v.reshape(-1, n), result.reshape(-1, n)
    if n > LONGEST:
        for row, out in zip(rows, to, strict=True):
            _long_softmax(name, row, out)
        return
    direct = rows.dtype == to.dtype and rows.dtype in (np.float64, np.float32)
    direct = direct and rows.flags.c_contiguous and rows.flags.aligned

    @np.errstate(over="ignore", under="ignore")
    def work(first: int, last: int) -> None:
        if direct:
            _softmax_rows(name, rows[first:last], to[first:last])
            return
        workspace = rows[first:last].astype(np.float64, order="C")
        _softmax_rows(name, workspace, workspace)
        to[first:last] = workspace

    threads.share(work, len(rows), max(1, WORKSPACE // n))


def _softmax_rows(name: str, X: NDArray[Any], out: NDArray[Any]) -> None:
    """The softmax of each row or its logarithms, in float64 or float32."""
    if X.shape[1] <= LONGEST:
        getattr(levels.kernels(), name)(X, out)
        return
    for row, result in zip(X, out, strict=True):
        _long_softmax(name, row, result)


def _long_softmax(name: str, row: NDArray[Any], out: NDArray[Any]) -> None:
    """That of a row that is too long for a kernel, in the same steps: a piece at a time, which threads share."""
    exp, n, logarithms = levels.kernels().exp, len(row), name == "log_softmax"
    greatest = np.empty(-(-n // GRAIN))
    workspace = out if out.dtype == np.float64 and not logarithms else np.empty(n)

    def compare(first: int, last: int) -> None:
        greatest[first // GRAIN] = np.fmax.reduce(row[first:last])

    def exponentiate(first: int, last: int) -> None:
        piece = workspace[first:last]
        with np.errstate(invalid="ignore"):
            np.subtract(row[first:last], most, out=piece, dtype=np.float64)
        exp(piece, piece)

    def divide(first: int, last: int) -> None:
        with np.errstate(all="ignore"):
            out[first:last] = workspace[first:last] / total

    def subtract(first: int, last: int) -> None:
        with np.errstate(all="ignore"):
            out[first:last] = np.subtract(row[first:last], most, dtype=np.float64) - total

    threads.share(compare, n, GRAIN)
    most = np.fmax.reduce(greatest)
    threads.share(exponentiate, n, GRAIN)
    if logarithms:
        workspace[np.argmax(row == most)] = 0.0
    total = float_dot(workspace, np.broadcast_to(np.ones(()), n))
    if logarithms:
        total = levels.kernels().log_one_plus(total)
    threads.share(subtract if logarithms else divide, n, GRAIN)
