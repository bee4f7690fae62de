"""The fixed corpus that `onedot verify` runs: named operations on inputs made by integer arithmetic alone.

To add to it, write a module beside `dot` and `batched` with generators of results, and import it here:

    @operation("matvec float64")
    def matvec_float64(draw: Draw) -> Iterator[Result]:
        for m, n in SHAPES:
            yield onedot.matvec(draw.floats("float64", m * n).reshape(m, n), draw.floats("float64", n))

Each operation draws from a stream of its own, seeded by its name, so a new one changes no other's results.
`verify` says how its digest is then published.
"""

from onedot._corpus import (
    batched,
    dot,
    exact,
    logistic,
    narrow,
    networks,
    perceptron,
    search,
    single,
    sparse,
    units,
)  # imported because they register their operations
from onedot._corpus.draw import Draw
from onedot._corpus.registry import OPERATIONS, Result, operation

__all__ = [
    "OPERATIONS",
    "Draw",
    "Result",
    "batched",
    "dot",
    "exact",
    "logistic",
    "narrow",
    "networks",
    "operation",
    "perceptron",
    "search",
    "single",
    "sparse",
    "units",
]
