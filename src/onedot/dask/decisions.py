"""What fitted estimators answer about the samples of a dask array: lazily, a chunk of rows at a time."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

import dask
import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from onedot.dask.chunks import is_chunked
from onedot.dask.samples import features_whole, label_chunks, loaded, plain
from onedot.dask.tasks import computed

__all__ = ["ChunkedDecisions"]

FITTED = ("classes_", "coef_", "intercept_", "n_features_in_")


class ChunkedDecisions:
    """Answers to samples in dask arrays are dask arrays; those to samples in memory are as in memory."""

    _of_memory: ClassVar[type]  # the estimator of samples in memory

    def decision_function(self, X: Any) -> Any:
        """The margins w·x + b: of a dask array a dask array, of as many chunks."""
        return self._answered("decision_function", X, np.dtype(np.float64), self._width(0))

    def predict(self, X: Any) -> Any:
        """The class of the largest margin: of a dask array a dask array, of as many chunks."""
        return self._answered("predict", X, np.asarray(getattr(self, "classes_", 0.0)).dtype, 0)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """The part of the samples whose class is predicted, or of their weight.

        Parameters
        ----------
        X : array_like, CSR matrix or dask array, shape (n_samples, n_features)
        y : array_like or dask array, shape (n_samples,)
        sample_weight : array_like or dask array, shape (n_samples,), optional

        Returns
        -------
        float
            The same number as of arrays in memory.
        """
        op = type(self).__name__
        if not is_chunked(op, "X", X):
            y, sample_weight = loaded(op, "y", y), loaded(op, "sample_weight", sample_weight)
            return float(super().score(X, y, sample_weight))  # type: ignore[misc]
        y = y if is_chunked(op, "y", y) else plain(op, "y", y)
        known = not np.isnan(X.shape[0]) and not any(np.isnan(length) for length in y.shape)
        if known and y.shape != X.shape[:1]:
            raise ValueError(f"{op}: X has {X.shape[0]} rows, y has shape {y.shape}; want ({X.shape[0]},)")
        right = self.predict(X) == y
        if sample_weight is not None:
            right, weights = dask.compute(right, sample_weight)
            return float(np.average(plain(op, "y", right), weights=plain(op, "sample_weight", weights)))
        counts = computed(label_chunks(_counts, right))
        hits, samples = (sum(each) for each in zip(*counts, strict=True))
        if not samples:
            raise ValueError(f"{op}: X has 0 samples; want 1 or more")
        return float(hits / samples)

    def _width(self, of_two: int) -> int:
        """How many columns an answer has: as many as classes, or for two of them so many; 0 is one dimension."""
        classes = len(getattr(self, "classes_", ()))
        return classes if classes > 2 else of_two

    def _answered(self, method: str, X: Any, dtype: np.dtype[Any], width: int) -> Any:
        op = type(self).__name__
        if not is_chunked(op, "X", X):
            return getattr(super(), method)(X)
        check_is_fitted(self)
        X = features_whole(op, X)
        known = getattr(self, "n_features_in_", X.shape[1])
        if X.shape[1] != known:
            raise ValueError(f"X has {X.shape[1]} features, but {op} is expecting {known} features as input.")
        shape = (0, width) if width else (0,)
        answer = partial(_answer, self._in_memory(), method, dtype, width)
        form = {"chunks": (X.chunks[0], (width,))} if width else {"drop_axis": 1}
        return X.map_blocks(answer, dtype=dtype, meta=np.empty(shape, dtype), token=f"onedot-{method}", **form)

    def _in_memory(self) -> Any:
        """An estimator in memory that answers as this one does now, whatever becomes of it."""
        fitted = self._of_memory()
        for name in FITTED:
            if hasattr(self, name):
                value = getattr(self, name)
                setattr(fitted, name, value.copy() if hasattr(value, "copy") else value)
        return fitted


def _answer(fitted: Any, method: str, dtype: np.dtype[Any], width: int, X: Any) -> NDArray[Any]:
    """The estimator's answer to a chunk, which may have no rows."""
    if not X.shape[0]:
        return np.empty((0, width) if width else (0,), dtype)
    return np.asarray(getattr(fitted, method)(X.tocsr() if hasattr(X, "tocsr") else X))


def _counts(right: NDArray[np.bool_]) -> tuple[int, int]:
    return int(np.count_nonzero(plain("score", "y", right))), right.size
