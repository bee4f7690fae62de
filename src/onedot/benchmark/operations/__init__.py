"""What is measured. Another operation is a module beside these and a name in the table."""

from onedot.benchmark.model import Operation
from onedot.benchmark.operations.activation import ACTIVATION
from onedot.benchmark.operations.batched import LAYER, MATVEC, VECDOT, VECMAT
from onedot.benchmark.operations.dot import DOT
from onedot.benchmark.operations.exact import EXACT
from onedot.benchmark.operations.geometry import GEOMETRY
from onedot.benchmark.operations.perceptron import PERCEPTRON
from onedot.benchmark.operations.units import UNITS

__all__ = ["OPERATIONS"]

_ALL = (DOT, MATVEC, VECMAT, LAYER, VECDOT, ACTIVATION, GEOMETRY, UNITS, PERCEPTRON, EXACT)

OPERATIONS: dict[str, Operation] = {op.name: op for op in _ALL}
