"""What is measured. Another operation is a module beside these and a name in the table."""

from onedot._benchmark.cells import Walk
from onedot._benchmark.model import Operation
from onedot._benchmark.operations.activation import ACTIVATION
from onedot._benchmark.operations.batched import LAYER, MATMUL, MATVEC, SINGLE, VECDOT, VECMAT
from onedot._benchmark.operations.calls import CALLS
from onedot._benchmark.operations.cliffs import CLIFFS
from onedot._benchmark.operations.dot import DOT, SINGLE_DOT
from onedot._benchmark.operations.drop_in import DROP_IN
from onedot._benchmark.operations.exact import EXACT
from onedot._benchmark.operations.geometry import GEOMETRY
from onedot._benchmark.operations.logistic import LOGISTIC
from onedot._benchmark.operations.perceptron import PERCEPTRON
from onedot._benchmark.operations.search import SEARCH, SINGLE_SEARCH
from onedot._benchmark.operations.sparse import SPARSE
from onedot._benchmark.operations.units import UNITS

__all__ = ["OPERATIONS", "TIERS", "WALKS"]

_ALL = (
    *(DOT, MATVEC, VECMAT, MATMUL, LAYER, VECDOT, ACTIVATION, GEOMETRY, UNITS, EXACT),
    *(PERCEPTRON, DROP_IN, LOGISTIC, SPARSE, SEARCH),
)

WALKS: dict[str, Walk] = {walk.name: walk for walk in (CALLS, CLIFFS)}

OPERATIONS: dict[str, Operation] = {op.name: op for op in _ALL}

TIERS: dict[str, dict[str, Operation]] = {
    "law": OPERATIONS,
    "single": {op.name: op for op in (SINGLE_DOT, *SINGLE, SINGLE_SEARCH)},
}
"""The operations of each tier, by name; onedot.exact is an operation of its own, on data that is hard to sum."""
