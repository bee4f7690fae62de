"""One dot product: the same bits on every CPU, at every SIMD level, in every layout, fast.

>>> import onedot
>>> onedot.dot([0.5, -1.0, 2.0], [4.0, 3.0, 1.0])
1.0
"""

import importlib
import importlib.util
import sys
from typing import TYPE_CHECKING, Any

from onedot import activations, exact, geometry, levels, plot, search, single
from onedot._core import lazy
from onedot._core.threads import get_num_threads, set_num_threads
from onedot._entry import dot, matmul, matvec, perceptron_update, thread_limits, vecdot, vecmat
from onedot._logistic import LogisticFit, fit_logistic
from onedot._separation import Complete, Inseparable, Overlap, QuasiComplete, Separable, separability, separation
from onedot._training.delta_rule import LmsFit, fit_lms, lms_update
from onedot._training.perceptron import perceptron_epoch
from onedot._training.perceptron_fit import PerceptronFit, fit_perceptron
from onedot.hyperplane import Hyperplane
from onedot.units import Layer, Network, Unit

__version__ = "0.2.0"

thread_limits.register(__version__)
lazy.on_lazy(lambda: importlib.import_module("onedot.dask.products"))

__all__ = [
    "Complete",
    "Hyperplane",
    "Inseparable",
    "Layer",
    "LmsFit",
    "LogisticFit",
    "Network",
    "Overlap",
    "PerceptronFit",
    "QuasiComplete",
    "Separable",
    "Unit",
    "__version__",
    "activations",
    "dot",
    "exact",
    "fit_lms",
    "fit_logistic",
    "fit_perceptron",
    "geometry",
    "get_num_threads",
    "levels",
    "lms_update",
    "matmul",
    "matvec",
    "perceptron_epoch",
    "perceptron_update",
    "plot",
    "search",
    "separability",
    "separation",
    "set_num_threads",
    "single",
    "vecdot",
    "vecmat",
]

if TYPE_CHECKING:
    from onedot import dask as dask
    from onedot import sklearn as sklearn
else:  # a checker would take it for every name that there is not

    def __getattr__(name: str) -> Any:
        """onedot.sklearn and onedot.dask, loaded on first use, as that takes a second; where missing, how to get it."""
        if name not in ("dask", "sklearn"):
            said = f"module 'onedot' has no attribute {name!r}{_elsewhere(name)}"
            raise AttributeError(said, name=name, obj=sys.modules[__name__])
        try:
            return importlib.import_module(f"onedot.{name}")
        except ModuleNotFoundError as error:
            raise AttributeError(str(error)) from error


_ESTIMATORS = ("Adaline", "LogisticRegression", "Perceptron")


def _elsewhere(name: str) -> str:
    """Where a name that is not here is, if it is one of another module, for the end of a refusal."""
    spaces = activations, exact, geometry, levels, plot, search, single
    homes = [space.__name__ for space in spaces if name in dir(space)]
    homes += ["onedot.sklearn"] * (name in _ESTIMATORS)
    return f"; want {homes[0]}.{name}" if homes else ""


def __dir__() -> list[str]:
    """What users call, and nothing that they do not: for `help` and for completion."""
    extras = [name for name in ("dask", "sklearn") if importlib.util.find_spec(name) is not None]
    return sorted([*__all__, *extras])
