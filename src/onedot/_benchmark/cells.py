"""One call of onedot's beside one of NumPy's, as people write them: both checked, then timed in turn.

They are expressions and not functions, as a function around a call takes as long as the call.
"""

import timeit
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onedot import levels
from onedot._benchmark.compare import times_faster
from onedot._benchmark.measure import Effort, Row, time_in_turn
from onedot._benchmark.model import UNIT, Case, Contender, Problem

__all__ = ["BRIEF", "FULL", "PLAIN", "QUICK", "Cell", "Pair", "Walk", "behind", "race"]

FULL = Effort(repeats=40, seconds=0.0005, longest=0.05)  # short ones, of which some fall between what else runs
QUICK = Effort(repeats=3, seconds=0.0005, longest=0.01)
BRIEF = Effort(repeats=3, seconds=0.0002, longest=0.002)  # to see where to look longer
PLAIN = "plain"  # the form of arrays of float64, which lie side by side


class Cell(NamedTuple):
    """A function in a form and a size."""

    function: str
    form: str
    size: int
    names: Callable[[], dict[str, Any]]  # what makes the arguments, and all else that the expressions name
    operands: tuple[str, ...]
    call: str  # of onedot
    numpy: str  # what one would write instead; empty where nothing compares
    wanted: str  # NumPy's formula for the result
    changes: str = ""  # the operand that is changed in place
    sums_in: str = "float64"  # of onedot's sums

    @property
    def label(self) -> str:
        """What it is, in words."""
        return f"{self.function}, {self.form}, {self.size}"


class Pair(NamedTuple):
    """What onedot and NumPy did in a cell."""

    cell: Cell
    onedot: Row
    numpy: Row | None

    @property
    def ahead(self) -> float | None:
        """How many times as fast as NumPy's call onedot's is; None where nothing compares."""
        return times_faster(self.onedot, self.numpy)


class Walk(NamedTuple):
    """An operation of `onedot bench` that is made of cells."""

    name: str
    cells: Callable[[], Iterator[Cell]]
    dtypes: tuple[str, ...] = ()  # the forms say which, so none can be asked for
    below: float | None = None  # of NumPy's speed: then only what is slower is shown


def behind(pair: Pair) -> bool:
    """Whether NumPy's call takes less time."""
    return pair.ahead is not None and pair.ahead < 1


def race(cell: Cell, effort: Effort) -> Pair:
    """Both calls, each timed only if its result is right, in turn."""
    nothing = Problem((), {})
    case = Case(cell.label, "", _dtypes(cell), cell.size, nothing, nothing)
    ours = Row(Contender(f"onedot {levels.current()}", "level", {}, {}), case)
    numpys = Row(Contender("NumPy", "peer", {}, {}), case) if cell.numpy else None
    timers = []
    with np.errstate(all="ignore"):  # as of halves, of which NumPy's sums are beyond float16
        for row, expression, sums_in in ((ours, cell.call, cell.sums_in), (numpys, cell.numpy, _narrowest(cell))):
            if row is not None:
                row.result = _result(cell, expression)
                row.wrong = _fault(cell, row.result, sums_in)
                if row.wrong is None:
                    timers.append((row, timeit.Timer(expression, globals=cell.names())))
        time_in_turn(timers, effort)
    return Pair(cell, ours, numpys)


def _arrays(cell: Cell, names: dict[str, Any]) -> dict[str, NDArray[Any]]:
    return {name: np.asarray(names[name]) for name in cell.operands}


def _narrowest(cell: Cell) -> str:
    """The float type of operands that has the fewest digits; float64 where there is none."""
    floats = [v.dtype.name for v in _arrays(cell, cell.names()).values() if v.dtype.kind == "f"]
    return max(floats, key=lambda dtype: UNIT[dtype], default="float64")


def _dtypes(cell: Cell) -> str:
    """The dtypes of the operands, each once."""
    return ", ".join(dict.fromkeys(v.dtype.name for v in _arrays(cell, cell.names()).values()))


def _result(cell: Cell, expression: str) -> Any:
    names = cell.names()
    result = eval(expression, names)
    return names[cell.changes] if cell.changes else result


def _fault(cell: Cell, result: Any, sums_in: str) -> str | None:
    """What is wrong with a result, beyond rounding in the type that sums are in and to its own; integers are exact."""
    names = cell.names()
    wide = {name: v.astype(np.longdouble) for name, v in _arrays(cell, names).items()}
    wanted, got = np.ravel(eval(cell.wanted, names | wide)), np.ravel(result)
    if wanted.size != got.size:
        return f"{got.size} numbers, not {wanted.size}"
    largest = float(np.max(np.abs(wanted)))
    allowed = 4 * UNIT[got.dtype.name] * largest + (cell.size + 8) * UNIT[sums_in] * max(1.0, largest)
    error = np.abs(got.astype(np.longdouble) - wanted)
    worst = int(np.argmax(error))
    if error[worst] <= (0.0 if got.dtype.kind in "iu" else allowed):
        return None
    return f"{got[worst]}, not {wanted[worst]}"
