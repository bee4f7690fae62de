"""onedot as a contender: at every level that runs here."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from onedot import levels
from onedot._benchmark.model import ALL_DTYPES, DTYPES, HALVES, INTEGERS, Contender
from onedot.levels.table import REFERENCE

__all__ = ["BINARY32", "BINARY64", "cython_loop", "every_level"]

BINARY64 = dict.fromkeys(ALL_DTYPES, "float64") | dict(zip(INTEGERS, INTEGERS, strict=True))
"""The type that onedot and Python sum in, whatever floats they are given; integers they sum exactly."""

BINARY32 = dict.fromkeys(("float32", *HALVES), "float32")
"""The type that the single tier sums in, of those it takes."""


def every_level(
    function: Callable[..., Any],
    longest: int | None = None,
    only: str | None = None,
    sums: Mapping[str, str] = BINARY64,
) -> list[Contender]:
    """One contender a level, for the types in `sums`; the reference sits out of more than `longest` elements."""
    return [
        Contender(
            f"onedot {name}",
            "level",
            dict.fromkeys(sums, function),
            sums,
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
