"""What the weights of each class are multiplied with."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onedot._core.arrays import number
from onedot._training.epochs import Floats
from onedot.levels.refusals import shown

__all__ = ["class_factors"]


def class_factors(op: str, given: Any, classes: NDArray[Any], weight_of: Callable[[int | None], float]) -> Floats:
    """What the weight of each class is multiplied with: 1, as a mapping says, or what makes all weigh the same.

    `weight_of` says what the samples of a class weigh together, or those of all: None. An estimator's mapping may name
    classes that these samples lack, as one part of a cross-validation may, if it names all that they have.
    """
    if given is None:
        return np.ones(len(classes))
    if isinstance(given, str) and given == "balanced":
        counts = np.array([weight_of(c) for c in range(len(classes))])
        return weight_of(None) / (len(classes) * counts)
    if not isinstance(given, Mapping):
        raise TypeError(
            f"{op}: class_weight is {shown(given)}; want None, 'balanced' or a mapping of classes to numbers"
        )
    labels = classes.tolist()
    unknown = [key for key in given if key not in labels]
    if unknown and (op == "fit_logistic" or any(label not in given for label in labels)):
        raise ValueError(f"{op}: class_weight names {shown(unknown[0])}; want classes of y, {classes}")
    factors = np.array([number(op, "class_weight", given.get(label, 1.0), "a positive number") for label in labels])
    if not np.isfinite(factors).all() or (factors <= 0.0).any():
        raise ValueError(f"{op}: class_weight is {shown(given)}; want positive finite numbers")
    return factors
