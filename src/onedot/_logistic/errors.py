"""Standard errors of coefficients: the inverse of the observed information."""

import numpy as np

from onedot._entry import vecdot
from onedot._logistic.objective import Point
from onedot._training.epochs import Floats

__all__ = ["standard_errors"]


def standard_errors(point: Point, total: float) -> Floats:
    """sqrt of the diagonal of (total * H)^-1 in the shape of the weights; total is that of the samples' weights.

    Of several units, whose weights add up to zero, it is the inverse among those that do.
    """
    if point.inverse is None:
        return np.full(point.W.shape, np.nan)
    variances = vecdot(point.inverse.T, point.inverse.T).reshape(point.W.shape)
    k = len(point.W)
    if k > 1:
        variances = variances - 1.0 / (point.fixing * k * k)
    return np.sqrt(variances / total)
