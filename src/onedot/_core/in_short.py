"""What an object is made of, in one line: long arrays and numbers of many digits are shortened."""

from __future__ import annotations

import re
from dataclasses import fields
from numbers import Rational
from typing import Any, ClassVar

import numpy as np

__all__ = ["Shown", "in_short"]

MOST, ENDS = 8, 3  # elements that are shown whole; of more, so many at either end
LONG = 2**64  # beyond it a fraction says its value, not its two integers


class Shown:
    """A dataclass whose repr is a line that names its fields, or those in `_shown`; what is None is left out."""

    _shown: ClassVar[tuple[str, ...]] = ()

    def __repr__(self) -> str:
        names = self._shown or [field.name for field in fields(self)]  # type: ignore[arg-type]  # it is a dataclass
        held = {name: getattr(self, name) for name in names}
        said = ", ".join(f"{name}={in_short(value)}" for name, value in held.items() if value is not None)
        return f"{type(self).__name__}({said})"


def in_short(value: Any) -> str:
    """The repr of a value, on one line; of an array, a list or a tuple of more than 8 elements the ends."""
    if isinstance(value, np.ndarray):
        with np.printoptions(threshold=MOST, edgeitems=ENDS, linewidth=10**6):
            return re.sub(r"\s*\n\s*", " ", repr(value))
    if isinstance(value, list | tuple):
        opened, closed = "[]" if isinstance(value, list) else ("(", ",)" if len(value) == 1 else ")")
        return opened + ", ".join(_elements(value)) + closed
    if isinstance(value, Rational):
        numerator, denominator = int(value.numerator), int(value.denominator)
        if denominator > 1 and max(abs(numerator), denominator) > LONG:
            from decimal import Decimal  # which no quotient overflows

            return f"~{Decimal(numerator) / denominator:.6g}"
    return repr(value)


def _elements(values: list[Any] | tuple[Any, ...]) -> list[str]:
    if len(values) <= MOST:
        return [in_short(value) for value in values]
    return [*map(in_short, values[:ENDS]), "...", *map(in_short, values[-ENDS:])]
