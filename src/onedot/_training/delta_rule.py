"""The delta rule of Widrow and Hoff: a unit with identity activation, trained by the error of its output.

Weights, bias and margin are those of `perceptron.py`; the margin is here the prediction, and the target any number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot import levels
from onedot._core.arrays import as_array, as_float64, number
from onedot._core.environment import in_default_environment
from onedot._training.epochs import Floats, Rows, Tally, Training, read_rows
from onedot._training.linear_fit import LinearFit
from onedot._training.order import Orders
from onedot._training.perceptron import (
    as_index,
    check_finite,
    checked_flag,
    checked_rate,
    checked_verbosity,
    in_place,
    weights_and_sample,
)
from onedot._training.training_loop import training_loop
from onedot.levels.refusals import shown

__all__ = ["LmsFit", "fit_lms", "lms_update"]


@in_default_environment
def lms_update(w: NDArray[np.float64], x: ArrayLike, y: float, *, rate: float = 0.01) -> float:
    """e = y - w·x, then w += rate * e * x in place; returns the error e.

    Parameters
    ----------
    w : ndarray of float64, shape (d,) or (d + 1,)
        The weights; with d + 1 of them w[0] is the bias, as for `perceptron_update`.
    x : array_like, shape (d,)
        One sample.
    y : float
        Its target.
    rate : float, optional
        The size of the step.

    Returns
    -------
    float
        The error before the step: w[j] += (rate * e) * x[j], the product rounded, then added.

    Raises
    ------
    ValueError, TypeError
        As for `perceptron_update`, but for y, which is any finite number.
    OverflowError
        If numbers overflow; w is as it was before.

    References
    ----------
    B. Widrow and M. E. Hoff, "Adaptive switching circuits", IRE WESCON Convention Record 4 (1960), 96-104.

    Examples
    --------
    >>> w = np.array([0.0, 1.0])
    >>> onedot.lms_update(w, [2.0], 3.0, rate=0.25)
    1.0
    >>> w
    array([0.25, 1.5 ])
    """
    op = "lms_update"
    target, step = number(op, "y", y, "a finite number"), checked_rate(op, rate)
    if not np.isfinite(target):
        raise ValueError(f"{op}: y is {shown(y)}; want a finite number")
    base, v = weights_and_sample(op, w, x)
    weights = in_place(base)
    error = levels.kernels().lms_update(weights, v, target, step)
    if error != error:
        if not np.all(np.isfinite(v)):
            raise ValueError(f"{op}: x holds NaN or infinity; want finite numbers")
        check_finite(op, base)
        raise OverflowError(f"{op}: numbers overflow; want a smaller rate, or w and x on a smaller scale")
    if weights is not base:
        base[...] = weights
    return error


@dataclass(frozen=True, eq=False, repr=False)
class LmsFit(LinearFit):
    """What `fit_lms` found.

    Attributes
    ----------
    weights : ndarray of float64, shape (d,) or (d + 1,)
        The weights after the last epoch; with a bias, weights[0] is it.
    averaged : ndarray of float64, of the same shape
        The mean of the weights after every visit to a sample.
    losses : ndarray of float64, shape (epochs,)
        The mean squared error of each epoch, each error taken when its sample's turn came.
    bias : bool
        Whether weights[0] is a bias.
    w : ndarray of float64, shape (d,)
    b : float
        The weights without the bias, and the bias or 0.0: what a `Unit` or a `Hyperplane` takes.
    """

    weights: Floats
    averaged: Floats
    losses: Floats
    bias: bool

    _shown = ("weights", "losses", "bias")
    _format = "onedot lms 1"
    _fields: ClassVar = {"weights": ("f8", 1), "averaged": ("f8", 1), "losses": ("f8", 1), "bias": ("b1", 0)}

    @in_default_environment
    def predict(self, X: Any, *, averaged: bool = False) -> Floats:
        """w·x of every row x of X, plus the bias; by the averaged weights if so asked."""
        return self._margins("predict", X, averaged)

    def _is_consistent(self) -> bool:
        return super()._is_consistent() and len(self.losses) > 0 and bool((self.losses >= 0.0).all())


@in_default_environment
@np.errstate(all="ignore")
def fit_lms(
    X: Any,
    y: ArrayLike,
    *,
    bias: bool = True,
    rate: float = 0.01,
    epochs: int = 100,
    seed: int | None = None,
    verbose: int = 0,
) -> LmsFit:
    """Epochs of `lms_update` from w = 0: linear regression, one sample at a time.

    Parameters
    ----------
    X : array_like, or CSR or CSC matrix, shape (n, d)
        The samples, as for `fit_perceptron`.
    y : array_like, shape (n,)
        A target for each, any finite numbers.
    bias : bool, optional
        Whether the weights begin with a bias.
    rate : float, optional
        The size of the steps. They diverge if it is above 2 / ||(1, x)||**2 for a typical x.
    epochs : int, optional
        How many; fewer if an epoch has no error at all.
    seed : int, optional
        Shuffles the samples before each epoch, as for `fit_perceptron`.
    verbose : int, optional
        1 prints a line an epoch: its number, its mean squared error and its time.

    Returns
    -------
    LmsFit
        Every bit of it is the same on every machine.

    Raises
    ------
    ValueError
        If X has no samples or features, X or y holds NaN or infinity, or lengths or the parts of a sparse matrix do
        not fit.
    TypeError
        As for `fit_perceptron`.
    OverflowError
        If the weights overflow, which they do if the rate is too large.

    Examples
    --------
    >>> fit = onedot.fit_lms([[0.0], [1.0], [2.0], [3.0]], [1.0, 3.0, 5.0, 7.0], rate=0.125, epochs=200)
    >>> fit.weights.round(6)
    array([1., 2.])
    """
    op = "fit_lms"
    step, most = checked_rate(op, rate), as_index(op, "epochs", epochs, 1)
    has_bias = checked_flag(op, "bias", bias)
    rows = read_rows(op, X)
    targets = _targets(op, y, rows)
    w = np.zeros(rows.d + has_bias)
    samples = targets, np.full(rows.n, step)
    training = Training(op, levels.kernels().lms_epoch, rows, samples, w, np.zeros(len(w)))
    printed = "mean squared error {:.6g}" if checked_verbosity(op, verbose) else ""

    def loss(tally: Tally) -> float:
        return tally.loss / (step * rows.n)

    losses = [loss(tally) for tally in training_loop(training, Orders(rows.n, seed), most, loss, printed)]
    return LmsFit(w, training.averaged(), np.array(losses), has_bias)


def _targets(op: str, y: ArrayLike, rows: Rows) -> Floats:
    if rows.n == 0:
        raise ValueError(f"{op}: X has 0 samples; want 1 or more")
    v = as_array(op, "y", y)
    if v.shape != (rows.n,):
        raise ValueError(f"{op}: X has {rows.n} rows, y has shape {v.shape}; want a target for each row, ({rows.n},)")
    targets = np.ascontiguousarray(as_float64(op, "y", v), dtype=np.float64)
    if not np.all(np.isfinite(targets)):
        raise ValueError(f"{op}: y holds NaN or infinity; want finite numbers")
    return targets
