"""One dot product: the same bits on every CPU, at every SIMD level, in every layout, fast.

>>> import onedot
>>> onedot.dot([0.5, -1.0, 2.0], [4.0, 3.0, 1.0])
1.0
"""

from onedot import activations, exact, geometry, levels
from onedot._core import thread_limits
from onedot._core.threads import get_num_threads, set_num_threads
from onedot._entry import dot, matvec, perceptron_update, vecdot, vecmat
from onedot._training.delta_rule import LmsFit, fit_lms, lms_update
from onedot._training.perceptron import perceptron_epoch
from onedot._training.perceptron_fit import PerceptronFit, fit_perceptron
from onedot.hyperplane import Hyperplane
from onedot.separation import Inseparable, Separable, separability
from onedot.units import Layer, Network, Unit

__version__ = "0.1.0"

thread_limits.register(__version__)

__all__ = [
    "Hyperplane",
    "Inseparable",
    "Layer",
    "LmsFit",
    "Network",
    "PerceptronFit",
    "Separable",
    "Unit",
    "__version__",
    "activations",
    "dot",
    "exact",
    "fit_lms",
    "fit_perceptron",
    "geometry",
    "get_num_threads",
    "levels",
    "lms_update",
    "matvec",
    "perceptron_epoch",
    "perceptron_update",
    "separability",
    "set_num_threads",
    "vecdot",
    "vecmat",
]
