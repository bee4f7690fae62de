"""Training to convergence, and a record of what happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot import levels
from onedot._core.arrays import as_array, is_integer
from onedot._core.environment import in_default_environment
from onedot._training.certificate import margin_bound, relative_margin
from onedot._training.epochs import Floats, Training, read_rows
from onedot._training.labels import read_labels
from onedot._training.linear_fit import LinearFit
from onedot._training.mixing import MixedTraining
from onedot._training.perceptron import as_index, checked_flag, checked_rate, checked_verbosity
from onedot._training.training_loop import training_loop
from onedot.levels.refusals import shown

__all__ = ["PerceptronFit", "fit_perceptron"]


@dataclass(frozen=True, eq=False, repr=False)
class PerceptronFit(LinearFit):
    """What `fit_perceptron` found, and what happened on the way.

    Attributes
    ----------
    weights : ndarray of float64, shape (d,) or (d + 1,)
        The weights after the last epoch; with a bias, weights[0] is it.
    averaged : ndarray of float64, of the same shape
        The mean of the weights after every visit to a sample: (T*w - sum) / T after T visits, where `sum` adds up
        (t * step) * x over the mistakes, t the number of visits before one.
    mistakes : ndarray of int64, shape (epochs,)
        The mistakes of each epoch.
    converged : bool
        Whether the last epoch had none: then the weights separate the samples.
    margin : float
        min(y * (w·x)) / ||w|| over the samples if the fit converged, otherwise NaN. Like the bound it takes a
        bias for the weight of a constant input 1, whose square is in the norm.
    margin_bound : float
        No weights separate the samples by more: ||w|| / (rate * M) after M mistakes, times `n_shards`, rounded up so
        far that no rounding and no underflow in training can make it wrong. Infinite after no mistake.
    bias : bool
        Whether weights[0] is a bias.
    w : ndarray of float64, shape (d,)
    b : float
        The weights without the bias, and the bias or 0.0: what a `Unit` or a `Hyperplane` takes.
    """

    weights: Floats
    averaged: Floats
    mistakes: NDArray[np.int64]
    converged: bool
    margin: float
    margin_bound: float
    bias: bool

    _shown = ("weights", "mistakes", "converged", "margin", "margin_bound", "bias")
    _format = "onedot perceptron 1"
    _fields: ClassVar = {
        "weights": ("f8", 1),
        "averaged": ("f8", 1),
        "mistakes": ("i8", 1),
        "converged": ("b1", 0),
        "margin": ("f8", 0),
        "margin_bound": ("f8", 0),
        "bias": ("b1", 0),
    }

    @property
    def updates(self) -> int:
        """The number of updates, one a mistake."""
        mistakes = as_array("PerceptronFit.updates", "mistakes", self.mistakes)
        if not is_integer(mistakes):
            raise TypeError(f"PerceptronFit.updates: mistakes has dtype {mistakes.dtype}; want integers, or a new fit")
        return sum(mistakes.ravel().tolist())

    @in_default_environment
    def margins(self, X: Any, *, averaged: bool = False) -> Floats:
        """w·x of every row x of X, plus the bias, as training computed them; by the averaged weights if so asked."""
        return self._margins("margins", X, averaged)

    @in_default_environment
    def predict(self, X: Any, *, averaged: bool = False) -> NDArray[np.int64]:
        """1 where the margin is positive, otherwise -1; by the averaged weights if so asked."""
        return np.where(self.margins(X, averaged=averaged) > 0.0, 1, -1)

    def _is_consistent(self) -> bool:
        return bool(
            super()._is_consistent()
            and len(self.mistakes) > 0
            and (self.mistakes >= 0).all()
            and self.converged == (self.mistakes[-1] == 0)
            and self.converged != np.isnan(self.margin)
        )


@in_default_environment
@np.errstate(all="ignore")
def fit_perceptron(
    X: Any,
    y: ArrayLike,
    *,
    bias: bool = True,
    rate: float = 1.0,
    max_epochs: int = 1000,
    seed: int | None = None,
    verbose: int = 0,
    n_shards: int = 1,
    mixing: Literal["uniform", "mistakes"] = "uniform",
    n_jobs: int = 1,
) -> PerceptronFit:
    """Epochs of `perceptron_update` from w = 0 until one has no mistake, or `max_epochs` are done.

    Parameters
    ----------
    X : array_like, or CSR or CSC matrix, shape (n, d)
        The samples, as for `perceptron_epoch`: float64 and float32 are never copied, integers and
        float16 a piece at a time; all may be memory-mapped.
    y : array_like, shape (n,)
        Labels 1 and -1, both of which must occur.
    bias : bool, optional
        Whether the weights begin with a bias, the weight of a constant input 1.
    rate : float, optional
        The size of the steps. From w = 0 it scales the weights and changes no decision, but for rounding.
    max_epochs : int, optional
        When to give up.
    seed : int, optional
        Shuffles the samples before each epoch, by a generator that gives the same order on every machine. By default
        they are visited as given.
    verbose : int, optional
        1 prints a line an epoch: its number, its mistakes and its time.
    n_shards : int, optional
        Shard k is the samples from k*n // n_shards on, up to (k + 1)*n // n_shards. Every epoch trains each from the
        same weights, shuffled in itself by the seed plus k, and mixes what comes of them [3]_; the fit has converged
        when no shard makes a mistake.
    mixing : "uniform" or "mistakes", optional
        What a shard counts for: as much as any other, or in proportion to its mistakes in the epoch. The weights are
        the sum of share * weights of each shard, products rounded, then added in the order of the shards.
    n_jobs : int, optional
        Threads that train shards. It changes no bit.

    Returns
    -------
    PerceptronFit
        With averaged weights, too [2]_. Every bit of it is the same on every machine.

    Raises
    ------
    ValueError
        If X has no samples or features, or holds NaN or infinity; if y has other labels, one class or another length;
        if the parts of a sparse matrix do not fit each other.
    TypeError
        If X or y has a dtype that `dot` refuses, or another parameter is not what it should be.
    OverflowError
        If the weights overflow.

    Notes
    -----
    If weights u of norm 1 separate the samples by a margin g > 0, and all of them have norm R or less, there are at
    most (R/g)**2 mistakes [1]_. Turned round, after M mistakes every margin is at most ||w|| / M: each update adds
    g or more to u·w. That holds for any order of the samples, for weights that began at 0, and with a rate r for
    ||w|| / (r*M). With a bias the samples are (1, x), and so is their norm and margin.

    References
    ----------
    .. [1] A. B. J. Novikoff, "On convergence proofs on perceptrons", Symposium on the Mathematical Theory of
       Automata 12 (1962), 615-622.
    .. [2] Y. Freund and R. E. Schapire, "Large margin classification using the perceptron algorithm", Machine
       Learning 37 (1999), 277-296. https://doi.org/10.1023/A:1007662407062
    .. [3] R. McDonald, K. Hall and G. Mann, "Distributed training strategies for the structured perceptron", NAACL
       2010, 456-464. https://aclanthology.org/N10-1069

    Examples
    --------
    >>> X, y = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [-1, 1, 1, 1]
    >>> fit = onedot.fit_perceptron(X, y)
    >>> fit.converged, fit.weights, fit.mistakes
    (True, array([-1.,  2.,  2.]), array([3, 1, 2, 2, 1, 0]))
    >>> fit.margin <= fit.margin_bound
    True
    """
    op = "fit_perceptron"
    step, epochs = checked_rate(op, rate), as_index(op, "max_epochs", max_epochs, 1)
    has_bias = checked_flag(op, "bias", bias)
    shards, jobs = as_index(op, "n_shards", n_shards, 1), as_index(op, "n_jobs", n_jobs, 1)
    if not isinstance(mixing, str) or mixing not in ("uniform", "mistakes"):
        raise ValueError(f"{op}: mixing is {shown(mixing)}; want 'uniform' or 'mistakes'")
    rows = read_rows(op, X)
    labels = read_labels(op, y, rows.n)
    if rows.n == 0:
        raise ValueError(f"{op}: X has 0 samples; want 1 or more of each class")
    if np.all(labels == labels[0]):
        raise ValueError(f"{op}: all labels are {labels[0]}; want both classes, 1 and -1")
    w = np.zeros(rows.d + has_bias)
    arguments = op, levels.kernels().perceptron_epoch, rows, step * labels, w, np.zeros(len(w))
    training = Training(*arguments)
    if shards > 1:
        training = MixedTraining(*arguments, shards=shards, by_mistakes=mixing == "mistakes", jobs=jobs)
    printed = "{} mistakes" if checked_verbosity(op, verbose) else ""
    tallies = training_loop(training, training.orders(rows.n, seed), epochs, lambda tally: tally.mistakes, printed)
    mistakes = np.array([tally.mistakes for tally in tallies], dtype=np.int64)
    converged = not mistakes[-1]
    return PerceptronFit(
        weights=w,
        averaged=training.averaged(),
        mistakes=mistakes,
        converged=converged,
        margin=relative_margin(tallies[-1].least, w) if converged else float("nan"),
        margin_bound=margin_bound(w, int(np.add.reduce(mistakes)), step, training.peak, shards),
        bias=has_bias,
    )
