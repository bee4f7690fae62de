"""Units and layers: f(w·x + b), for one sample or a whole batch, and layers one after the other.

A weighted sum is the law's dot in binary64; the bias is added to it in binary64, the activation is computed in
binary64, and what comes out is rounded once to the type of the result. So a unit, a layer, a batch of one and a
batch of a thousand give the same bits. In a layer of the single tier sum and bias are binary32, and activations that
are curves are computed in binary64 and rounded once.
"""

from onedot.units.layer import Layer
from onedot.units.network import Network
from onedot.units.unit import Unit

__all__ = ["Layer", "Network", "Unit"]


def __dir__() -> list[str]:
    return __all__
