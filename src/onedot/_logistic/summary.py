"""A fit as a table, as people who fit one unit want to see it."""

import math
from collections.abc import Sequence
from typing import Any

__all__ = ["table"]

HEADS = ("", "coefficient", "std. error", "z", "p")


def table(blocks: Sequence[tuple[str, Sequence[tuple[str, float, float]]]], facts: Sequence[tuple[str, Any]]) -> str:
    """Rows (name, coefficient, standard error) under a title for each block, then facts, one a line."""
    rows: list[tuple[str, ...]] = []
    for title, coefficients in blocks:
        rows += [(title, "", "", "", "")] if title else []
        rows += [_row(*coefficient) for coefficient in coefficients]
    widths = [max(len(row[i]) for row in [HEADS, *rows]) for i in range(len(HEADS))]
    lines = [_line(HEADS, widths), "-" * (sum(widths) + 2 * (len(widths) - 1)), *(_line(row, widths) for row in rows)]
    left = max(len(name) for name, _ in facts)
    return "\n".join([*lines, "", *(f"{name:{left}}  {value}" for name, value in facts)])


def _row(name: str, coefficient: float, error: float) -> tuple[str, ...]:
    if not math.isfinite(error):
        return name, f"{coefficient:.6g}", "", "", ""
    z = coefficient / error if error else math.inf
    p = math.erfc(abs(z) / math.sqrt(2.0))
    return name, f"{coefficient:.6g}", f"{error:.4g}", f"{z:.3f}", f"{p:.4f}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (
        f"{cell:<{width}}" if i == 0 else f"{cell:>{width}}"
        for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join([first, *others]).rstrip()
