"""What each sample counts for: the weights that callers give, times those of its class."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot._core.arrays import number, read_floats
from onedot._entry import dot
from onedot._training.epochs import Floats
from onedot.levels.refusals import shown

__all__ = ["class_factors", "sample_weights"]


def sample_weights(op: str, given: ArrayLike | None, n: int) -> Floats:
    """A finite number of 0 or more for each of n samples, not all 0; ones by default."""
    if given is None:
        return np.ones(n)
    v = read_floats(op, "sample_weight", given)
    if v.shape != (n,):
        raise ValueError(f"{op}: X has {n} rows, sample_weight has shape {v.shape}; want a weight for each, ({n},)")
    weights = v.astype(np.float64)
    if not np.isfinite(weights).all() or (weights < 0.0).any():
        raise ValueError(f"{op}: sample_weight holds NaN, infinity or a negative number; want finite ones of 0 or more")
    if n and not weights.any():
        raise ValueError(f"{op}: sample_weight is 0 for all samples; want a positive weight for one of each class")
    return weights


def class_factors(op: str, given: Any, classes: NDArray[Any], codes: NDArray[np.intp], weights: Floats) -> Floats:
    """What the weight of each class is multiplied with: 1, as a mapping says, or what makes all weigh the same."""
    if given is None:
        return np.ones(len(classes))
    if isinstance(given, str) and given == "balanced":
        counts = np.array([dot(weights, (codes == c).astype(np.float64)) for c in range(len(classes))])
        return dot(weights, np.ones(len(weights))) / (len(classes) * counts)
    if not isinstance(given, Mapping):
        raise TypeError(
            f"{op}: class_weight is {shown(given)}; want None, 'balanced' or a mapping of classes to numbers"
        )
    labels = classes.tolist()
    unknown = [key for key in given if key not in labels]
    if unknown:
        raise ValueError(f"{op}: class_weight names {shown(unknown[0])}; want classes of y, {classes}")
    factors = np.array([number(op, "class_weight", given.get(label, 1.0), "a positive number") for label in labels])
    if not np.isfinite(factors).all() or (factors <= 0.0).any():
        raise ValueError(f"{op}: class_weight is {shown(given)}; want positive finite numbers")
    return factors
