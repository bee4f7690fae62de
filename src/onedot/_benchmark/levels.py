"""onedot as a contender: at every level that runs here."""

from collections.abc import Callable
from functools import partial
from typing import Any

from onedot import levels
from onedot._benchmark.model import ALL_DTYPES, DTYPES, INTEGERS, Contender
from onedot.levels.table import REFERENCE

__all__ = ["BINARY64", "cython_loop", "every_level"]

BINARY64 = dict.fromkeys(ALL_DTYPES, "float64") | dict(zip(INTEGERS, INTEGERS, strict=True))
"""The type that onedot and Python sum in, whatever floats they are given; integers they sum exactly."""


def every_level(function: Callable[..., Any], longest: int | None = None, only: str | None = None) -> list[Contender]:
    """One contender a level; the reference sits out where there are more than `longest` elements."""
    return [
        Contender(
            f"onedot {name}",
            "level",
            dict.fromkeys(ALL_DTYPES, function),
            BINARY64,
            setting=partial(levels.using, name),
            longest=longest if name == REFERENCE else None,
            only=only,
        )
        for name in levels.runnable()
    ]


def cython_loop() -> list[Contender]:
    """The plain loop, compiled for the level in use: what the kernels of that level are to beat, with the same bits."""
    loop = getattr(levels.kernels(), "loop_dot", None)  # no kernel that a face calls, so the reference has none
    if loop is None:
        return []
    functions = {"float64": loop["double"], "float32": loop["float"]}
    return [Contender("Cython loop", "level", functions, dict.fromkeys(DTYPES, "float64"))]
