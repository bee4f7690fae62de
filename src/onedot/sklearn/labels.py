"""The labels of samples: the classes, which of them each label is, and what a class weighs."""

import numbers
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.class_weight import compute_class_weight

from onedot._training.labels import unordered
from onedot.levels.refusals import shown

__all__ = ["as_integers", "class_weights", "codes_of"]


def as_integers(labels: Any) -> Any:
    """Python integers in an array of objects, which scikit-learn takes for no labels, as an array of integers."""
    is_objects = type(labels) is np.ndarray and labels.dtype == object
    integers = is_objects and all(isinstance(label, numbers.Integral) for label in labels.ravel())
    return np.array(labels.tolist()) if integers else labels


def codes_of(classes: NDArray[Any], labels: NDArray[Any]) -> NDArray[np.intp]:
    """The place of each label among the classes."""
    try:
        codes = np.searchsorted(classes, labels)
    except TypeError:
        raise unordered("fit", "y") from None
    codes[codes == len(classes)] = 0
    unknown = np.flatnonzero(classes[codes] != labels)
    if len(unknown):
        label = labels[unknown[:1]].tolist()[0]
        raise ValueError(
            f"partial_fit: y holds {shown(label)}; want labels among classes {classes}, or a new estimator whose first "
            "call names all that there will ever be: partial_fit(X, y, classes=...)"
        )
    return codes


def class_weights(class_weight: Any, classes: NDArray[Any], y: NDArray[Any]) -> NDArray[np.float64]:
    """What each class multiplies steps with: 1, as given, or 'balanced' by the labels y."""
    weights = np.ones(len(classes))
    if class_weight is None:
        return weights
    known = isinstance(class_weight, dict) or (isinstance(class_weight, str) and class_weight == "balanced")
    if not known:  # scikit-learn would print it, whatever it is
        raise ValueError(f"class_weight is {shown(class_weight)}; want a dict of numbers by class, 'balanced' or None")
    try:
        weights[:] = compute_class_weight(class_weight, classes=classes, y=y)
    except OverflowError:
        raise OverflowError("class_weight holds a number beyond float64; want finite ones of 0 or more") from None
    if not np.all(np.isfinite(weights)) or np.any(weights < 0.0):
        raise ValueError(f"class_weight is {shown(class_weight)}; want finite numbers of 0 or more")
    return weights
