"""onedot as a contender: at every level that runs here."""

from collections.abc import Callable
from functools import partial
from typing import Any

from onedot import levels
from onedot._benchmark.model import ALL_DTYPES, INTEGERS, Contender
from onedot.levels.table import REFERENCE

__all__ = ["BINARY64", "every_level"]

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
