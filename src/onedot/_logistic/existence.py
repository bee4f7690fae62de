"""Whether there is a maximum of the likelihood at all, told from the point where a search for it ended.

Let H be the Hessian at W, s = sqrt(g' H^-1 g) the length of Newton's step in its norm, and R the greatest difference
between the margins of one sample (of two classes: the greatest margin) over all directions v with v'Hv = 1. Along such
a direction f(W + t v) has the derivatives p(t), p'(t) with p(0) >= -s, p'(0) = 1 and |p''| <= R p', as the third
central moment of the margins is at most their range times their variance [1]_. So p'(t) >= e**(-R t), and p(t) >=
-s + (1 - e**(-R t)) / R, which is positive for some t if s R < 1. Then f rises at last in every direction, and as it
is convex it has a least value. On data without one H shrinks along with the gradient, and s R never falls below 1.

.. [1] F. Bach, "Self-concordant analysis for logistic regression", Electronic Journal of Statistics 4 (2010), 384-414.
   https://doi.org/10.1214/09-EJS521
"""

import numpy as np

from onedot._entry import dot, matvec, vecdot
from onedot._logistic.objective import Point
from onedot._training.epochs import Floats

__all__ = ["has_a_maximum"]

ENOUGH = 0.25  # where 1 would do: room for rounding
LEAST = 2.0**-32  # times the number of weights: of pivots above, more than half of the digits are not rounding's


def has_a_maximum(point: Point, sizes: Floats) -> bool:
    """True if the criterion shows it, of columns of these sizes; False leaves the question open."""
    L, inverse = point.factor, point.inverse
    if L is None or inverse is None or (np.diag(L) ** 2 < len(L) * LEAST * vecdot(L, L)).any():
        return False
    step = matvec(inverse, point.gradient.reshape(-1))
    objective = point.objective
    # A margin x·v is at most ||x / sizes|| * ||inverse * sizes||, and x / sizes has at most 1 in each of its places.
    scaled = (inverse * np.tile(sizes, objective.units)).reshape(-1)
    spread = np.sqrt(objective.shape[1] * dot(scaled, scaled)) * (1.0 if objective.units == 1 else 2.0)
    return bool(np.sqrt(dot(step, step)) * spread <= ENOUGH)
