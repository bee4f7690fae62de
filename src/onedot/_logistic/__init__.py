"""Logistic regression: a unit with a sigmoid, or several with a softmax, fitted to the greatest likelihood.

>>> import onedot
>>> fit = onedot.fit_logistic([[0.0], [1.0], [2.0], [3.0]], ["no", "yes", "no", "yes"], penalty=None)
>>> fit.converged, fit.weights.round(6)
(True, array([-1.362276,  0.908184]))
"""

from onedot._logistic.fit import fit_logistic
from onedot._logistic.result import LogisticFit

__all__ = ["LogisticFit", "fit_logistic"]
