"""What each sample counts for."""

import numpy as np
from numpy.typing import ArrayLike

from onedot._core.arrays import read_floats
from onedot._training.epochs import Floats
from onedot.levels.refusals import shown

__all__ = ["sample_weights"]


def sample_weights(op: str, given: ArrayLike | None, n: int) -> Floats:
    """A finite number of 0 or more for each of n samples, not all 0, as float64; ones by default."""
    if given is None:
        return np.ones(n)
    weights = np.array(read_floats(op, "sample_weight", given), dtype=np.float64)
    if weights.shape != (n,):
        raise ValueError(f"{op}: X has {n} rows, sample_weight has shape {weights.shape}; want one for each, ({n},)")
    wrong = np.flatnonzero(~((weights >= 0.0) & (weights < np.inf)))
    if len(wrong):
        said = f"sample_weight[{wrong[0]}] is {shown(weights[wrong[0]], str)}"
        raise ValueError(f"{op}: {said}; want finite numbers of 0 or more")
    if n and not weights.any():
        raise ValueError(f"{op}: sample_weight is zero for all samples; want a positive one for some of each class")
    return weights
