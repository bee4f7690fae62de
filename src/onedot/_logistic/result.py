"""What a fit found: weights, what they predict, and how well they are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from onedot._core.arrays import as_array
from onedot._core.environment import in_default_environment
from onedot._logistic.objective import scores
from onedot._logistic.probabilities import probabilities
from onedot._logistic.summary import table
from onedot._separation import Complete, QuasiComplete
from onedot._training.epochs import Floats, fitted_margins, fitted_rows, fitted_weights
from onedot._training.model_file import Path
from onedot._training.saved_fit import SavedFit

__all__ = ["LogisticFit"]

LABELS = "b1 i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8 U"  # types of classes that a file can hold


@dataclass(frozen=True, eq=False, repr=False)
class LogisticFit(SavedFit):
    """What `fit_logistic` found.

    Attributes
    ----------
    weights : ndarray of float64, shape (d,) or (d + 1,), or of k classes (k, d) or (k, d + 1)
        Those of the margin of the second class or, of three classes or more, a row for each class, which add up to 0.
        With a bias it comes first.
    standard_errors : ndarray of float64, of the same shape
        The square roots of the diagonal of the inverse of the observed information; NaN with a penalty.
    classes : ndarray, shape (k,)
        The labels, in order.
    log_likelihood : float
        The sum over the samples of weight * log(probability of its class), without the penalty.
    parameters : int
        How many numbers were free: (k - 1) times the length of a row.
    gradient : float
        The largest component of the gradient of what was minimised, in magnitude.
    iterations : int
    converged : bool
        Whether `gradient` is at most `tol` or what rounding leaves; without a penalty, whether the next step of
        Newton's method is lost in rounding, too, and changes no margin by more than 1e-4.
    bias : bool
        Whether weights begin with a bias.
    separation : Complete, QuasiComplete or None
        With `on_separation="report"` why the likelihood has no maximum, if it has none: see `onedot.separation`.
    """

    weights: Floats
    standard_errors: Floats
    classes: NDArray[Any]
    log_likelihood: float
    parameters: int
    gradient: float
    iterations: int
    converged: bool
    bias: bool
    separation: Complete | QuasiComplete | None = None

    _shown = ("weights", "classes", "log_likelihood", "iterations", "converged", "bias", "separation")
    _format = "onedot logistic 1"
    _fields: ClassVar = {
        "weights": ("f8", 2),
        "standard_errors": ("f8", 2),
        "classes": (LABELS, 1),
        "log_likelihood": ("f8", 0),
        "parameters": ("i8", 0),
        "gradient": ("f8", 0),
        "iterations": ("i8", 0),
        "converged": ("b1", 0),
        "bias": ("b1", 0),
    }

    @property
    def w(self) -> Floats:
        """The weights without the biases."""
        return self.weights[..., 1:] if self.bias else self.weights

    @property
    def b(self) -> Any:
        """The bias or, of three classes or more, that of each; 0 without one."""
        return self.weights[..., 0] if self.bias else np.zeros(self.weights.shape[:-1])[()]

    @property
    @in_default_environment
    def deviance(self) -> float:
        """-2 log L."""
        return -2.0 * self.log_likelihood

    @property
    @in_default_environment
    def aic(self) -> float:
        """Akaike's criterion: 2 parameters - 2 log L."""
        return 2.0 * self.parameters + self.deviance

    @in_default_environment
    def margins(self, X: Any) -> Floats:
        """w·x of every row x of X, plus the bias: (n,) or, of k > 2 classes, (n, k)."""
        return self._margins("margins", X)

    @in_default_environment
    def predict_proba(self, X: Any) -> Floats:
        """The probability of each class, (n, k), for every row of X."""
        return probabilities(self._margins("predict_proba", X))

    @in_default_environment
    def predict(self, X: Any) -> NDArray[Any]:
        """The class of the greatest probability, the first of several, for every row of X."""
        M, classes = self._margins("predict", X), np.asarray(self.classes)
        if classes.shape != (M.shape[1] if M.ndim == 2 else 2,):
            wanted = "want a class for each row of weights, or two for one row"
            raise ValueError(f"LogisticFit.predict: classes has shape {classes.shape}; {wanted}")
        labels: NDArray[Any] = classes[M.argmax(axis=-1) if M.ndim == 2 else (M > 0.0).astype(np.intp)]
        return labels

    def _margins(self, method: str, X: Any) -> Floats:
        op = f"LogisticFit.{method}"
        weights = as_array(op, "weights", self.weights)
        if weights.ndim != 2 or not len(weights):
            return fitted_margins(op, X, "weights", weights, self.bias)
        W = np.stack([fitted_weights(op, "weights", w, self.bias) for w in weights])
        rows = fitted_rows(op, X, W.shape[1] - bool(self.bias))
        M = scores(rows, W, self.bias)
        if not np.isfinite(M).all():
            for w in W:
                rows.margins(op, w)  # which says why not
        return M

    def save(self, path: Path) -> None:
        """Write the fit to an .npz file of plain arrays; the path is taken as it is.

        Raises
        ------
        TypeError
            If the classes are neither numbers of up to 64 bits, bools nor text.
        ValueError
            If the fit has no maximum: its weights predict nothing, and of its proof a file would hold no part.
        """
        if self.separation is not None:
            wanted = "want a fit that has weights; pickle keeps all of this one"
            raise ValueError(f"LogisticFit.save: the likelihood has no maximum, so weights are infinite; {wanted}")
        kind = np.asarray(self.classes).dtype
        if kind.kind != "U" and f"{kind.kind}{kind.itemsize}" not in LABELS.split():
            raise TypeError(f"LogisticFit.save: classes has dtype {kind}; want numbers of up to 64 bits, bools or text")
        super().save(path)

    @classmethod
    def _wanted(cls, arrays: Mapping[str, Any]) -> Mapping[str, tuple[str, int]]:
        dimensions = 1 if np.size(arrays.get("classes", 0)) == 2 else 2
        return {**cls._fields, **dict.fromkeys(("weights", "standard_errors"), ("f8", dimensions))}

    def _is_consistent(self) -> bool:
        W, errors, k = np.atleast_2d(self.weights), np.atleast_2d(self.standard_errors), len(self.classes)
        return bool(
            k >= 2
            and (self.classes[:-1] < self.classes[1:]).all()
            and len(W) == (1 if k == 2 else k)
            and W.shape[1] > self.bias
            and np.isfinite(W).all()
            and errors.shape == W.shape
            and (np.isnan(errors).all() or ((errors >= 0.0) & (errors < np.inf)).all())
            and self.parameters == (k - 1) * W.shape[1]
            and self.iterations >= 0
            and self.gradient >= 0.0
            and self.log_likelihood <= 0.0
        )

    @in_default_environment
    def summary(self, names: Any = None) -> str:
        """The coefficients as a table: each with its standard error, z = coefficient / error, and p of Wald's test.

        A fit with a penalty has no errors: the rest of its lines is empty.

        Parameters
        ----------
        names : sequence of str, optional
            Those of the columns of X, as `columns` of a table; by default x0, x1, ...
        """
        W, errors = np.atleast_2d(self.weights), np.atleast_2d(self.standard_errors)
        d = W.shape[1] - self.bias
        known = [f"x{j}" for j in range(d)] if names is None else [str(name) for name in names]
        if len(known) != d:
            raise ValueError(f"LogisticFit.summary: names has length {len(known)}; want {d}, one for each column of X")
        known = ["bias", *known] if self.bias else known
        titles = [f"class {label}" for label in self.classes.tolist()] if len(W) > 1 else [""]
        blocks = [
            (title, list(zip(known, w.tolist(), e.tolist(), strict=True)))
            for title, w, e in zip(titles, W, errors, strict=True)
        ]
        return table(blocks, [(name, f"{getattr(self, name):.8g}") for name in ("log_likelihood", "deviance", "aic")])
