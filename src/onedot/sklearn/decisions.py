"""Decisions by linear margins, whoever has set or trained the weights: what every classifier here answers."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, issparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from onedot import levels
from onedot._core.attributes import floats_of
from onedot._core.environment import in_default_environment
from onedot._entry import matmul, matvec
from onedot._training.epochs import Floats, Rows, read_rows
from onedot.sklearn.validation import samples_of

__all__ = ["Decisions", "dense"]


class Decisions(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Margins by coef_ and intercept_, and the class of the largest."""

    classes_: NDArray[Any]
    coef_: Floats
    intercept_: Floats

    @np.errstate(all="ignore")
    @in_default_environment
    def decision_function(self, X: Any) -> Floats:
        """The margins w·x + b, each rounded as in training: the dot by the one-dot law, then the sum.

        Parameters
        ----------
        X : array_like or CSR matrix, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples,) for two classes, otherwise (n_samples, n_classes)

        Raises
        ------
        ValueError
            If X is not what it should be, or coef_, intercept_ or classes_ were set and do not fit.
        OverflowError
            If a margin overflows: it would be no basis for a decision.
        """
        check_is_fitted(self)
        return self._scores(X, read_rows(type(self).__name__, samples_of(self, X, finite=False)))

    def _scores(self, X: Any, rows: Rows) -> Floats:
        op, (coef, intercept) = type(self).__name__, self._used_weights(rows.d)
        if isinstance(rows.parts, tuple):
            margins = rows.scores(coef) if len(coef) > 1 else rows.margins(op, coef[0])[:, None]
        else:
            margins = matmul(coef, rows.parts.T).T if len(coef) > 1 else matvec(rows.parts, coef[0])[:, None]
        with np.errstate(over="ignore", invalid="ignore"):
            scores = margins + intercept
        if not np.isfinite(scores).all():
            samples_of(self, X, finite=True)  # which says so if it is X that is not
            row = np.flatnonzero(~np.isfinite(scores).all(axis=1))[0]
            raise OverflowError(f"{op}: the margin of row {row} overflows; want X on a smaller scale")
        return np.asarray(scores if len(coef) > 1 else scores[:, 0])

    @np.errstate(all="ignore")
    @in_default_environment
    def predict(self, X: Any) -> NDArray[Any]:
        """The class of the largest margin, the first if several are; of two classes the second if it is positive.

        Parameters
        ----------
        X : array_like or CSR matrix, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples,)
        """
        check_is_fitted(self)
        rows = read_rows(type(self).__name__, samples_of(self, X, finite=False))
        places = self._places(rows)
        if places is None:
            scores = self._scores(X, rows)
            places = scores > 0.0 if scores.ndim == 1 else scores.argmax(axis=1)
        return np.asarray(self._known_classes()[places.astype(np.intp, copy=False)])

    def _places(self, rows: Rows) -> NDArray[Any] | None:
        """The places of the classes where they are found without the scores; None if one of these is not finite."""
        op, is_sparse = type(self).__name__, isinstance(rows.parts, tuple)
        if len(self._known_classes()) > 2:
            if is_sparse:
                return rows.places(*self._used_weights(rows.d, finite=False))  # which sees whether they are
            coef, intercept = self._used_weights(rows.d)
            scores, out = matmul(coef, rows.parts.T), np.empty(rows.n, np.intp)
            return out if levels.kernels().largest_places(scores, intercept, out) else None
        if not is_sparse:
            return None
        coef, intercept = self._used_weights(rows.d)
        return np.asarray(rows.sides(op, coef[0], intercept[0]) > 0.0)

    def sparsify(self) -> Self:
        """Hold coef_ as a CSR matrix: smaller where most weights are 0, as after training with an l1 penalty."""
        check_is_fitted(self)
        self.coef_ = csr_matrix(self.coef_)
        return self

    def densify(self) -> Self:
        """Hold coef_ as an array again."""
        check_is_fitted(self)
        self.coef_ = dense(self.coef_)
        return self

    def _used_weights(self, d: int, finite: bool = True) -> tuple[Floats, Floats]:
        """coef_ and intercept_ as they are now, whoever has set them, for d features; finite, if so asked."""
        classes = len(self._known_classes())
        units = 1 if classes == 2 else classes
        coef = self._floats("coef_", dense(self.coef_), (units, d), finite)
        return coef, self._floats("intercept_", self.intercept_, (units,), finite)

    def _known_classes(self) -> NDArray[Any]:
        classes = np.asarray(self.classes_)
        if classes.ndim != 1 or len(classes) < 2:
            name = type(self).__name__
            raise ValueError(f"{name}: classes_ has shape {classes.shape}; want two classes or more, or a new fit")
        return classes

    def _floats(self, name: str, value: Any, shape: tuple[int, ...], finite: bool = True) -> Floats:
        return floats_of(type(self).__name__, name, value, shape, "a new fit", finite)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def dense(coef: Any) -> Any:
    """Weights as an array, if `sparsify` made a sparse matrix of them."""
    return coef.toarray() if issparse(coef) else coef
