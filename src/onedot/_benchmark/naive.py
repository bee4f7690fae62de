"""What one writes in Python itself, on lists."""

from collections.abc import Callable
from typing import Any

from onedot._benchmark.levels import BINARY64
from onedot._benchmark.model import ALL_DTYPES, Contender
from onedot._benchmark.vectors import as_list

__all__ = ["naive_dot", "naive_python"]


def naive_dot(x: list[float], y: list[float]) -> float:
    """x·y as one writes it in Python."""
    return sum(a * b for a, b in zip(x, y))  # noqa: B905 (strict=True would not be naive)


def naive_python(
    function: Callable[..., Any], longest: int | None = None, only: str | None = None, dimensions: int | None = None
) -> Contender:
    """A function of lists as a contender, which sits out where there are more than `longest` elements."""
    return Contender(
        "naive Python",
        "naive",
        dict.fromkeys(ALL_DTYPES, function),
        BINARY64,
        convert=as_list,
        longest=longest,
        dimensions=dimensions,
        only=only,
    )
