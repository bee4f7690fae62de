"""scikit-learn estimators on onedot's kernels: the extra `sklearn`, scikit-learn 1.6 or newer.

>>> from onedot.sklearn import Perceptron
>>> Perceptron().fit([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], ["no", "no", "no", "yes"]).converged_
True
"""

import importlib.util

from onedot._core.extras import missing

if importlib.util.find_spec("sklearn") is None:
    raise missing("onedot.sklearn", "scikit-learn", "sklearn")

from onedot.sklearn.adaline import Adaline
from onedot.sklearn.logistic import LogisticRegression
from onedot.sklearn.perceptron import Perceptron

__all__ = ["Adaline", "LogisticRegression", "Perceptron"]


def __dir__() -> list[str]:
    return __all__
