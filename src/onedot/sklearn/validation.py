"""What fit and predict are given, as arrays by NumPy's and SciPy's own classes, with no number rounded on the way."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array, csr_matrix
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import validate_data

from onedot._core.arrays import as_array, as_float64, base_array, fits_float64, number, read_floats
from onedot._core.csr import csr_parts, is_csr
from onedot._core.lossy import check_lossless
from onedot._training.epochs import Floats, Rows, are_ready, read_rows, stored_rows
from onedot._training.labels import unordered
from onedot._training.sample_weights import sample_weights
from onedot.levels.refusals import shown
from onedot.sklearn.sparse import check_sparse

__all__ = ["counted", "estimators_weights", "initial", "own", "samples_and_labels", "samples_of"]

# What training widens a piece at a time, so that scikit-learn need not make a float64 copy of it all.
NARROW = [np.dtype(t) for t in ("f2", "?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8")]
CLASSES = "iubU"  # kinds of labels any of which are classes
AS_READ = {"accept_sparse": "csr", "dtype": [np.float64, np.float32, *NARROW], "order": "C"}


def samples_of(estimator: Any, X: Any, finite: bool) -> Any:
    """X for an estimator that has been fitted; where it is ready, numbers that are finite only if so asked."""
    op = type(estimator).__name__
    _check_known_features(estimator)
    rows = None if finite else _ready_rows(op, X)
    if rows is not None and _has_known_features(estimator, rows):
        return rows
    return validate_data(estimator, own(op, "X", X), reset=False, **AS_READ)


def samples_and_labels(estimator: Any, X: Any, y: ArrayLike, reset: bool) -> tuple[Any, NDArray[Any]]:
    """X as rows or what they are read from, and y as an array.

    That X is finite is checked in training, when it is read anyway.
    """
    op = type(estimator).__name__
    if not reset:
        _check_known_features(estimator)
    rows = _ready_rows(op, X) if type(y) is np.ndarray else None
    if rows is not None and _are_ready_labels(y, rows.n) and (reset or _has_known_features(estimator, rows)):
        if reset:
            estimator.n_features_in_ = rows.d
            vars(estimator).pop("feature_names_in_", None)
        return rows, np.asarray(y)
    X, y = validate_data(estimator, own(op, "X", X), own(op, "y", y), ensure_all_finite=False, reset=reset, **AS_READ)
    labels: NDArray[Any] = np.asarray(y)
    if labels.dtype.kind not in CLASSES:  # of which any are classes; to ask takes a sixth of a millisecond
        try:
            check_classification_targets(labels)
        except TypeError as error:
            raise unordered("fit", "y") if "not supported between" in str(error) else error from None
    return X, labels


def _ready_rows(op: str, X: Any) -> Rows | None:
    """The rows of what scikit-learn's check returns as it is, but for what is not finite; None of anything else.

    The check takes a tenth of a millisecond, of a CSR matrix a third: longer than the margins of a thousand rows.
    """
    if are_ready(X):
        return read_rows(op, X) if len(X) else None
    if type(X) not in (csr_array, csr_matrix):
        return None
    parts = csr_parts(op, X)
    is_plain = parts.data.dtype in (np.float64, np.float32) and parts.n and parts.d
    return stored_rows(op, parts) if is_plain else None


def _are_ready_labels(y: Any, n: int) -> bool:
    return y.dtype.kind in CLASSES and y.shape == (n,)


def _has_known_features(estimator: Any, rows: Rows) -> bool:
    """Whether nothing is to be said of the number of features, or of names that they have not."""
    return not hasattr(estimator, "feature_names_in_") and getattr(estimator, "n_features_in_", 0) == rows.d


def _check_known_features(estimator: Any) -> None:
    """Refuse what is no number of features, where scikit-learn would compare X with it and print it."""
    known = getattr(estimator, "n_features_in_", 0)
    if not issubclass(type(known), numbers.Integral):
        name = type(estimator).__name__
        raise ValueError(f"{name}: n_features_in_ is {shown(known)}; want an integer, or a new fit")


def own(op: str, name: str, X: Any) -> Any:
    """X by NumPy's or SciPy's own class: scikit-learn and SciPy believe what a subclass says of itself, and that
    any dtype is one of NumPy's."""
    _check_lossless(op, name, X)
    if is_csr(X) and hasattr(X, "tocsr"):
        data, indices, indptr, n, d = csr_parts(op, X)
        index = indices.dtype if indptr[-1] <= np.iinfo(indices.dtype).max else np.int64  # SciPy wants one for both
        own = csr_array((n, d))
        own.data, own.indices, own.indptr = data, indices.astype(index, copy=False), indptr.astype(index)
        return own
    is_array = issubclass(type(X), np.ndarray) and not issubclass(type(X), np.matrix)  # which it refuses
    if is_array:
        return np.asarray(X)
    return _array_of(op, name, X) if _is_foreign(X) else X


def _check_lossless(op: str, name: str, v: Any) -> None:
    """Refuse what scikit-learn would take without its mask or unit, as the floats next to its integers, or in parts
    that lead out of bounds."""
    if name == "X":
        check_sparse(op, v)
    check_lossless(op, name, v)
    base = base_array(v)  # what a subclass says of itself may hide its integers
    for part in _parts(v if base is None else base) if name == "X" else []:
        integers = _integers(op, name, part)
        if not fits_float64(integers):  # which makes no copy
            as_float64(op, name, integers)


def _parts(X: Any) -> list[Any]:
    """What holds the numbers of X: the columns of a table, which NumPy would bring to one type, or what is stored."""
    if hasattr(X, "columns"):
        return [X.iloc[:, j] for j in range(X.shape[1])] if hasattr(X, "iloc") else [X[name] for name in X.columns]
    if not hasattr(X, "tocoo"):
        return [X]
    if is_csr(X):  # whose parts are checked hereafter: SciPy would believe that they are arrays
        return [getattr(X, "data", None)]
    return [X.data if isinstance(getattr(X, "data", None), np.ndarray) and X.format != "lil" else X.tocoo().data]


def _is_foreign(v: Any) -> bool:
    """Whether v is an array of another library, as a tensor is: not NumPy's, no table or its column, nor sparse."""
    others = isinstance(v, np.ndarray | np.generic) or any(hasattr(v, name) for name in ("columns", "iloc", "tocsr"))
    return not others and (hasattr(v, "__array__") or hasattr(v, "__dlpack__"))


def _array_of(op: str, name: str, v: Any) -> NDArray[Any]:
    """The array of a foreign one; labels may be text."""
    if name == "X" or not hasattr(v, "__array__"):
        return as_array(op, name, v)
    labels = np.asanyarray(v)
    check_lossless(op, name, labels)
    return np.asarray(labels)


def _integers(op: str, name: str, part: Any) -> NDArray[Any]:
    """The integers among numbers, none of them rounded; whatever else is wrong is for scikit-learn to say.

    But for fractions beyond float64, of which it would say nothing.
    """
    kind = getattr(getattr(part, "dtype", None), "kind", "O")
    none = np.empty(0, np.int64)
    if kind not in "iuO":
        return none
    try:
        v = np.array(part, dtype=object) if kind == "O" else np.asarray(part)
    except (TypeError, ValueError):
        return none
    if v.dtype.kind in "iu":
        return v
    leaves = [leaf for leaf in v.ravel().tolist() if isinstance(leaf, numbers.Rational)]
    integers = [int(leaf) for leaf in leaves if isinstance(leaf, numbers.Integral)]
    for leaf in leaves if len(integers) < len(leaves) else []:
        number(op, name, leaf, "numbers within its range")
    return np.array(integers, dtype=object)


def counted(X: Any, y: NDArray[Any], sample_weight: ArrayLike | None) -> tuple[Any, NDArray[Any], Floats]:
    """The samples whose weight is not 0, and their weights: nothing that follows can tell that there were others."""
    n = len(y)
    if sample_weight is None:
        return X, y, np.ones(n)
    weights = estimators_weights(sample_weight, n)
    counted = weights != 0.0
    if counted.all():
        return X, y, weights
    return X.taken(counted) if isinstance(X, Rows) else X[counted], y[counted], weights[counted]


def estimators_weights(sample_weight: ArrayLike, n: int) -> Floats:
    """What each sample counts for, by scikit-learn's words where their shape does not fit."""
    weights = _floats("sample_weight", sample_weight)
    if weights.ndim == 0:
        weights = np.full(n, weights)
    if weights.ndim != 1:
        raise ValueError(f"Sample weights must be 1D array or scalar, got {weights.ndim}D array; want shape ({n},)")
    if weights.shape != (n,):
        raise ValueError(f"sample_weight.shape == {weights.shape}, expected ({n},)")
    return sample_weights("fit", weights, n)


def _floats(name: str, given: ArrayLike) -> Floats:
    """Numbers as float64, a copy; none of them rounded, and no text read as one."""
    return np.array(read_floats("fit", name, given), dtype=np.float64)


def initial(name: str, given: ArrayLike, shape: tuple[int, ...]) -> Floats:
    v = _floats(name, given)
    if v.size != int(np.prod(shape)):
        raise ValueError(f"{name} has shape {v.shape}; want {shape}")
    if not np.all(np.isfinite(v)):
        raise ValueError(f"{name} holds NaN or infinity; want finite numbers")
    return v.reshape(shape)
