"""Samples and labels in dask arrays: what is asked of them before anything is computed, and ranges of their rows."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import dask
import dask.array as da
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse, vstack
from sklearn.utils.multiclass import check_classification_targets

from onedot._core.lossy import check_lossless
from onedot._training.epochs import Floats
from onedot._training.labels import distinct
from onedot.dask.chunks import check_known, is_chunked
from onedot.dask.tasks import calls, computed, is_held
from onedot.levels.refusals import shown
from onedot.sklearn.labels import codes_of
from onedot.sklearn.validation import estimators_weights

__all__ = [
    "Chunked",
    "class_counts",
    "features_whole",
    "gathered",
    "label_chunks",
    "label_tasks",
    "loaded",
    "plain",
    "read_chunked",
    "row_ranges",
]


class Chunked(NamedTuple):
    """Samples whose rows lie in chunks."""

    X: Any
    y: Any
    weights: Any  # None for ones

    @property
    def shape(self) -> tuple[int, int]:
        return int(self.X.shape[0]), int(self.X.shape[1])


def read_chunked(op: str, X: Any, y: Any, sample_weight: Any) -> Chunked:
    """Samples, labels and weights with rows of one number, which is known; X is one chunk wide.

    Raises
    ------
    ValueError
        If shapes do not fit, or sizes of chunks are not known.
    TypeError
        If X does not hold numbers.
    """
    X = features_whole(op, X)
    check_known(op, "X", X.shape)
    if X.shape[0] == 0:
        raise ValueError(f"Found array with 0 sample(s) (shape={X.shape}) while a minimum of 1 is required by {op}.")
    y = _of_rows(op, "y", y, X)
    weights = sample_weight
    if weights is not None:
        lazy = is_chunked(op, "sample_weight", weights)
        weights = np.full(X.shape[0], weights) if not lazy and np.ndim(weights) == 0 else weights
        weights = _of_rows(op, "sample_weight", weights, X)
    return Chunked(X, y, weights)


def features_whole(op: str, X: Any) -> Any:
    """X with all features of a sample in one chunk."""
    if X.ndim != 2:
        raise ValueError(f"{op}: X has shape {X.shape}; want two dimensions, a row for each sample")
    if X.dtype.kind not in "fiub":
        raise TypeError(f"{op}: X has dtype {X.dtype}; want float64, float32, float16, integers or bools")
    check_known(op, "X", X.shape[1:])
    return X.rechunk({1: -1}) if X.numblocks[1] > 1 else X


def _of_rows(op: str, name: str, v: Any, X: Any) -> Any:
    """v as a dask array with an element for each row of X."""
    if not is_chunked(op, name, v):
        v = da.from_array(plain(op, name, v), chunks="auto" if np.ndim(v) != 1 or not len(v) else (len(v),))
    check_known(op, name, v.shape)
    if v.shape != (X.shape[0],):
        raise ValueError(f"{op}: X has {X.shape[0]} rows, {name} has shape {v.shape}; want ({X.shape[0]},)")
    return v


def row_ranges(v: Any, bounds: list[int]) -> list[list[Any]]:
    """The parts, one a chunk, of each range of rows from one bound to the next."""
    return [v[a:b].to_delayed().ravel().tolist() for a, b in pairwise(bounds)]


def gathered(parts: list[Any]) -> Any:
    """The rows of all parts, dense or CSR; those of one part are not copied."""
    parts = [part for part in parts if part.shape[0]] or parts[:1]
    if any(hasattr(part, "tocsr") for part in parts):
        if not all(issparse(part) for part in parts):
            raise TypeError("X has chunks of which some are sparse; want all of one kind")
        return parts[0].tocsr() if len(parts) == 1 else vstack(parts, format="csr")
    arrays = [plain("fit", "X", part) for part in parts]
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def plain(op: str, name: str, v: Any) -> NDArray[Any]:
    """v as an array; TypeError if it has a mask or a unit, which would be lost."""
    check_lossless(op, name, v)
    return np.asarray(v)


def class_counts(op: str, y: Any) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """The classes that labels name, in order, and how many samples each has."""
    found = [pair for pair in computed(label_chunks(_counted, y)) if len(pair[0])]
    if not found:
        raise ValueError(f"{op}: y is empty; want a label for each sample")
    labels = np.concatenate([classes for classes, _ in found])
    classes, codes = distinct("fit", "y", labels)
    if classes.dtype.kind == y.dtype.kind:
        classes = classes.astype(y.dtype, copy=False)
    check_classification_targets(classes)
    counts = np.zeros(len(classes), np.int64)
    np.add.at(counts, codes, np.concatenate([of_each for _, of_each in found]))
    return classes, counts


def label_chunks(function: Any, *arrays: Any) -> list[Any]:
    """The function of every chunk, of arrays whose chunks are those of the first."""
    task = dask.delayed(function, pure=True)
    parts = [v.rechunk(arrays[0].chunks).to_delayed().ravel().tolist() for v in arrays]
    return [task(*each) for each in zip(*parts, strict=True)]


def _counted(labels: Any) -> tuple[NDArray[Any], NDArray[np.int64]]:
    labels = plain("fit", "y", labels)
    if labels.dtype.kind == "f" and not np.isfinite(labels).all():
        raise ValueError(f"y holds {shown(labels[~np.isfinite(labels)][0], str)}; want labels of classes")
    classes, codes = distinct("fit", "y", labels)
    return classes, np.bincount(codes, minlength=len(classes)).astype(np.int64)


def label_tasks(classes: NDArray[Any], samples: Chunked, bounds: list[int]) -> list[Any]:
    """A task for each range of rows, that reads its labels: where X is, if a worker has it, as both are needed then."""
    labels = row_ranges(samples.y, bounds)
    none = [None] * len(labels)
    weights = none if samples.weights is None else row_ranges(samples.weights, bounds)
    near = row_ranges(samples.X, bounds) if is_held(samples.X) else none
    return calls(_read_labels, classes, classes.nbytes, zip(labels, weights, near, strict=True))


def _read_labels(classes: NDArray[Any], labels: list[Any], weights: list[Any] | None, _: Any) -> tuple[Any, Floats]:
    """The places of a shard's labels among the classes, and the weights of its samples."""
    codes = codes_of(classes, np.concatenate([plain("fit", "y", part) for part in labels]))
    if weights is None:
        return codes.astype(np.intp, copy=False), np.ones(len(codes))
    given = np.concatenate([plain("fit", "sample_weight", part) for part in weights])
    of_each = estimators_weights(given, len(codes))
    if not of_each.all():
        raise ValueError("sample_weight holds 0 for some samples; want them left out of dask arrays")
    return codes.astype(np.intp, copy=False), of_each


def loaded(op: str, name: str, v: Any) -> Any:
    """v in memory."""
    return v.compute() if is_chunked(op, name, v) else v
