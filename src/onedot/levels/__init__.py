"""Which kernels run: the one place that knows, and the one that chooses.

A level is the same source compiled for another instruction set, or `reference`, the same functions in
pure Python. All give the same bits. The choice is the fastest level that this CPU runs, unless the
environment variable `ONEDOT_LEVEL` names another.

>>> from onedot import levels
>>> levels.names()
('reference', 'baseline', 'x86-64-v3', 'x86-64-v4')
>>> with levels.using("reference"):
...     levels.current()
'reference'
"""

import importlib.util
import os
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

from onedot import _reference
from onedot.levels.kernels import Kernels
from onedot.levels.refusals import refuse, shown
from onedot.levels.table import LEVELS, REFERENCE

__all__ = ["built", "byte_dots", "compiled", "compiler", "current", "names", "runnable", "use", "using", "why"]


def __dir__() -> list[str]:
    return __all__


_by_name = {level.name: level for level in LEVELS}
_choice = REFERENCE, "nothing has been chosen yet"  # the level in use, and why
_kernels = cast(Kernels, _reference)
_listeners: list[Callable[[Kernels], None]] = []
_turn = threading.RLock()  # held while the level changes, so that all listeners are told of changes in one order


def _forget_turn() -> None:
    """In a forked child: the thread whose turn it was is not there."""
    global _turn
    _turn = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_turn)


def _exists(module: str) -> bool:
    return importlib.util.find_spec(f"onedot._kernels.{module}") is not None


compiled = _exists("cpu")
"""Whether this installation has compiled kernels at all."""

if compiled:
    from onedot._kernels import cpu

    _cpu_level = cpu.x86_64_level()
    byte_dots: tuple[str, ...] = tuple(
        level.name for level in LEVELS if _exists(level.module) and cpu.byte_dots(level.x86_64_level)
    )
    """The levels that multiply int8 and uint8 here by instructions which not every CPU of the level has: AVX-512 VNNI
    at x86-64-v4, AVX-VNNI at x86-64-v3, and SDOT and UDOT at the baseline of aarch64."""
    compiler: str | None = cpu.compiler()
    """The compiler that built the kernels, None where nothing was built."""
else:
    _cpu_level, byte_dots, compiler = 0, (), None


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
        return cast(Kernels, _reference)
    return cast(Kernels, importlib.import_module(f"onedot._kernels.{_by_name[name].module}"))


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
    try:
        use(name)  # Ctrl-C may come when the level is in use
        yield
    finally:
        _switch(*before)


def on_use(listener: Callable[[Kernels], None]) -> None:
    """Call `listener` with the kernels in use, now and at every change."""
    with _turn:
        _listeners.append(listener)
        listener(_kernels)


def _switch(name: str, reason: str) -> None:
    chosen = kernels(name)
    with _turn:
        try:
            _publish(chosen, name, reason)
        except BaseException:  # Ctrl-C half-way: some would stay at the old level
            _publish(chosen, name, reason)
            raise


def _publish(chosen: Kernels, name: str, reason: str) -> None:
    global _choice, _kernels
    _kernels, _choice = chosen, (name, reason)
    for listener in _listeners:
        listener(chosen)


def _choose() -> tuple[str, str]:
    """The level to start with, and why."""
    asked = os.environ.get("ONEDOT_LEVEL")
    if asked:
        if obstacle := _obstacle(asked):
            refuse(f"ONEDOT_LEVEL: {obstacle}")
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
