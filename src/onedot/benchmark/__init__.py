"""`onedot bench`: who computes the same, checked against the exact answer, then timed in turn on one thread.

`operation` has the words: a contender computes a case, whose problems have exact answers. `dot` says who
competes and on what; another operation is a module like it and a line in `OPERATIONS`. `measure` checks
and times, `table`, `plot` and `record` show.
"""

from onedot.benchmark.dot import DOT
from onedot.benchmark.operation import Operation

__all__ = ["OPERATIONS"]

OPERATIONS: dict[str, Operation] = {DOT.name: DOT}
