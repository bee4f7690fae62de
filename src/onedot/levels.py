"""Which kernels run: the one place that knows, and the one that chooses.

A level is the same source compiled for another instruction set, or `reference`, the same functions in
pure Python. All give the same bits. The choice is the fastest level that this CPU runs, unless the
environment variable `ONEDOT_LEVEL` names another.

>>> from onedot import levels
>>> levels.names()
('reference', 'baseline', 'x86-64-v3', 'x86-64-v4')
>>> levels.kernels("reference").dot([1.0, 2.0], [3.0, 4.0])
11.0
"""

import importlib.util
import os
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, cast

from onedot import reference
from onedot.arrays import shown
from onedot.level_table import LEVELS, REFERENCE

__all__ = ["Kernels", "built", "compiled", "compiler", "current", "kernels", "names", "runnable", "use", "using", "why"]


class Kernels(Protocol):
    """The functions of `onedot.reference`, as each level has them. They trust their caller: no shape is checked."""

    def dot(self, x: Any, y: Any) -> float:
        """x·y of one-dimensional float arrays of one dtype and length, up to 2**20 elements."""

    def block_sums(self, x: Any, y: Any, out: Any) -> None:
        """out[k] = the sum of x * y over block k."""

    def fold(self, v: Any) -> float:
        """The fold of v, which may be used as scratch."""

    def row_dots(self, A: Any, X: Any, out: Any) -> None:
        """out[s, m] = A[s, m]·X[s, m] for rows of up to 2**20 elements, rounded once to float64 or float32."""

    def integer_dot(self, x: Any, y: Any) -> int:
        """x·y of one-dimensional arrays of integers and bools, of one length: the exact integer."""

    def integer_row_dots(self, A: Any, X: Any, out: Any) -> int | None:
        """out[s, m] = A[s, m]·X[s, m] in int64; a result that does not fit is returned at once, or None."""

    def exp(self, x: Any, out: Any) -> None:
        """out[i] = exp(x[i]); one-dimensional contiguous float64, and out may be x."""

    def sigmoid(self, x: Any, out: Any) -> None:
        """out[i] = 1 / (1 + exp(-x[i])); one-dimensional contiguous float64, and out may be x."""

    def tanh(self, x: Any, out: Any) -> None:
        """out[i] = tanh(x[i]); one-dimensional contiguous float64, and out may be x."""

    def softplus(self, x: Any, out: Any) -> None:
        """out[i] = log(1 + exp(x[i])); one-dimensional contiguous float64, and out may be x."""

    def arctangent(self, x: Any, out: Any) -> None:
        """out[i] = arctan(x[i]) for x[i] from 0 to 1; one-dimensional contiguous float64, and out may be x."""

    def relu(self, x: Any, out: Any) -> None:
        """out[i] = x[i] where x[i] >= 0, otherwise 0; one-dimensional contiguous float64, and out may be x."""

    def step(self, x: Any, out: Any) -> None:
        """out[i] = 1 where x[i] >= 0, otherwise 0; one-dimensional contiguous float64, and out may be x."""

    def sign(self, x: Any, out: Any) -> None:
        """out[i] = -1, 0 or 1; one-dimensional contiguous float64, and out may be x."""

    def softmax(self, X: Any, out: Any) -> None:
        """out[i] = exp(X[i] - max(X[i])) over the sum of these, for contiguous float64 rows of up to 2**20 elements."""

    def add_bias(self, Z: Any, b: Any) -> None:
        """Z[i, j] += b[j], for contiguous float64."""

    def exact_row_dots(self, A: Any, X: Any, out: Any, name: str) -> int:
        """The same from the real number, to the float type `name`; how many results took the exact sum."""

    def exact_bounds(self, x: Any, y: Any, out: Any) -> None:
        """abs(x·y - (out[0] + out[1])) <= out[2] for up to 2**20 elements; NaN where no bound is known."""

    def exact_integer(self, x: Any, y: Any) -> tuple[int, float]:
        """x·y times 2**2148, and what its infinite and NaN products add up to, 0.0 if there are none."""

    def perceptron_update(self, w: Any, x: Any, step: float) -> int:
        """w += step * (1, x) if x is on the wrong side or on none: 1; otherwise 0; -1 if numbers overflow."""

    def lms_update(self, w: Any, x: Any, target: float, rate: float) -> float:
        """w += rate * error * (1, x); the error, NaN if numbers overflow."""

    def perceptron_epoch(self, X: Any, order: Any, steps: Any, w: Any, sums: Any, tally: Any) -> int:
        """perceptron_update for each row in order; how many rows are done."""

    def joint_epoch(self, X: Any, order: Any, samples: Any, W: Any, sums: Any, tally: Any) -> int:
        """The same for a row of weights a class."""

    def lms_epoch(self, X: Any, order: Any, samples: Any, w: Any, sums: Any, tally: Any) -> int:
        """lms_update for each row in order; how many rows are done."""

    def margins(self, X: Any, w: Any, out: Any) -> None:
        """out[i] = the margin of row i."""

    def squares(self, X: Any, out: Any) -> None:
        """out[i] = x·x for row x = X[i]."""

    def csr_order(self, indices: Any, indptr: Any, d: int) -> int:
        """0 if the columns of each row rise strictly, 1 if they do not, -1 if one of them is not a column."""

    def shuffle(self, order: Any, state: Any) -> None:
        """Every order of `order` with the same probability, drawn from the generator whose state is given."""


_by_name = {level.name: level for level in LEVELS}
_choice = REFERENCE, "nothing has been chosen yet"  # the level in use, and why
_kernels = cast(Kernels, reference)
_listeners: list[Callable[[Kernels], None]] = []
_turn = threading.RLock()  # one thread after the other changes the level, or its listeners could be of two minds


def _forget_turn() -> None:
    """In a forked child: the thread whose turn it was is not there."""
    global _turn
    _turn = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_turn)


def _exists(module: str) -> bool:
    return importlib.util.find_spec(f"onedot.{module}") is not None


compiled = _exists("_cpu")
"""Whether this installation has compiled kernels at all."""

if compiled:
    from onedot import _cpu

    _cpu_level = _cpu.x86_64_level()
    compiler: str | None = _cpu.compiler()
    """The compiler that built the kernels, None where nothing was built."""
else:
    _cpu_level, compiler = 0, None


def names() -> tuple[str, ...]:
    """All levels onedot knows, the slowest first."""
    return (REFERENCE, *_by_name)


def built() -> tuple[str, ...]:
    """The levels this installation holds, the slowest first."""
    return (REFERENCE, *(level.name for level in LEVELS if _exists(level.module)))


def runnable() -> tuple[str, ...]:
    """The levels this installation holds and this CPU can run, the slowest first."""
    return tuple(name for name in built() if _cpu_suits(name))


def _cpu_suits(name: str) -> bool:
    return name == REFERENCE or _cpu_level >= _by_name[name].x86_64_level


def _obstacle(name: str) -> str | None:
    """Why the level `name` cannot run here; None if it can."""
    choices = ", ".join(runnable())
    if not isinstance(name, str) or name not in names():
        return f"{shown(name)} is not a level; this machine runs: {choices}"
    if name not in built():
        return f"level {name!r} is not built here; this machine runs: {choices}"
    if not _cpu_suits(name):
        return f"level {name!r} needs instructions that this CPU lacks; it runs: {choices}"
    return None


def kernels(name: str | None = None) -> Kernels:
    """The kernels of the level `name`, by default of the level in use.

    Raises
    ------
    ValueError
        If there is no such level, or it cannot run here. The message names those that can.
    """
    if name is None:
        return _kernels
    obstacle = _obstacle(name)
    if obstacle is not None:
        raise ValueError(f"levels: {obstacle}")
    if name == REFERENCE:
        return cast(Kernels, reference)
    return cast(Kernels, importlib.import_module(f"onedot.{_by_name[name].module}"))


def current() -> str:
    """The name of the level in use."""
    return _choice[0]


def why() -> str:
    """Why that level is in use."""
    return _choice[1]


def use(name: str) -> None:
    """Run the level `name` from now on, in the whole process. The bits stay the same.

    Raises
    ------
    ValueError
        If there is no such level, or it cannot run here. The message names those that can.
    """
    if name is None:  # which `kernels` takes for the level in use
        raise ValueError(f"levels: None is not a level; this machine runs: {', '.join(runnable())}")
    _switch(name, "onedot.levels.use asked for it")


@contextmanager
def using(name: str) -> Iterator[None]:
    """Run the level `name` within a `with` block, in the whole process.

    >>> with onedot.levels.using("reference"):
    ...     onedot.levels.current()
    'reference'
    """
    before = _choice
    use(name)
    try:
        yield
    finally:
        _switch(*before)


def on_use(listener: Callable[[Kernels], None]) -> None:
    """Call `listener` with the kernels in use, now and at every change."""
    with _turn:
        _listeners.append(listener)
        listener(_kernels)


def _switch(name: str, reason: str) -> None:
    global _choice, _kernels
    chosen = kernels(name)
    with _turn:
        _kernels, _choice = chosen, (name, reason)
        for listener in _listeners:
            listener(chosen)


def _choose() -> tuple[str, str]:
    """The level to start with, and why."""
    asked = os.environ.get("ONEDOT_LEVEL")
    if asked:
        return asked, "ONEDOT_LEVEL asks for it"
    if not compiled:
        reason = "no extension module was built (a pure build, or an install without a C compiler)"
        warnings.warn(
            f"onedot runs in pure Python, hundreds of times slower: {reason}. Reinstall it with a C "
            "compiler at hand, or set ONEDOT_LEVEL=reference if this is what you want.",
            RuntimeWarning,
            stacklevel=2,
        )
        return REFERENCE, reason
    return runnable()[-1], "the fastest that this CPU runs"


_switch(*_choose())
