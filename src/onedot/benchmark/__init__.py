"""`onedot bench`: who computes the same, checked against the exact answer, then timed in turn on one thread.

`operation` has the words: a contender computes a case, whose problems have exact answers. `dot`, `batched` and
`accuracy` say who competes and on what; another operation is a module like it and a line in `OPERATIONS`.
`measure` checks and times, `table`, `plot` and `record` show.
"""

from onedot.benchmark.accuracy import EXACT
from onedot.benchmark.activation import ACTIVATION
from onedot.benchmark.batched import LAYER, MATVEC, VECDOT, VECMAT
from onedot.benchmark.dot import DOT
from onedot.benchmark.geometry import GEOMETRY
from onedot.benchmark.operation import Operation
from onedot.benchmark.perceptron import PERCEPTRON
from onedot.benchmark.units import UNITS

__all__ = ["OPERATIONS"]

_ALL = (DOT, MATVEC, VECMAT, LAYER, VECDOT, ACTIVATION, GEOMETRY, UNITS, PERCEPTRON, EXACT)

OPERATIONS: dict[str, Operation] = {op.name: op for op in _ALL}
