"""Weights and biases as units keep them, and the tier that they are of."""

from __future__ import annotations

import math
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from onedot._core.arrays import as_array, as_float64, check_single
from onedot.levels.refusals import shown

__all__ = ["FLOAT32", "FLOAT64", "Tier", "is_single", "narrowed", "of_the_law", "tier_in_words", "weights_of"]

Tier = Literal["law", "single"]
TIERS: tuple[Tier, ...] = get_args(Tier)

FLOAT64, FLOAT32 = np.dtype(np.float64), np.dtype(np.float32)  # a dtype is soon compared with a dtype, not with a type


def is_single(op: str, tier: Any) -> bool:
    """Whether it is the single tier; an error if it is none."""
    if not isinstance(tier, str) or tier not in TIERS:
        raise ValueError(f"{op}: tier is {shown(tier)}; want 'law' or 'single'")
    return tier == "single"


def tier_in_words(tier: Any) -> str:
    """What stands of a tier in the picture of an object in words: nothing of that which is the default."""
    return "" if isinstance(tier, str) and tier == "law" else f", tier={tier!r}"


def of_the_law(op: str) -> str:
    """What takes all that the single tier refuses."""
    return f"a {op.lower()} of the tier 'law'"


def narrowed(op: str, name: str, value: float) -> np.float32:
    """The number as float32 holds it; a ValueError if it does not."""
    with np.errstate(over="ignore", under="ignore"):
        narrow = np.float32(value)
    if float(narrow) != value and not math.isnan(value):
        wanted = f"want np.float32({value!r}), which rounds it, or {of_the_law(op)}"
        raise ValueError(f"{op}: {name} is {value!r}, which float32 does not hold; {wanted}")
    return narrow


def weights_of(
    op: str, name: str, values: Any, wanted: str, dimensions: int, dtype: Any = None, *, single: bool = False
) -> NDArray[Any]:
    """A copy as contiguous float64 or float32 that nobody can change."""
    v = as_array(op, name, values)
    if single:
        check_single(op, name, v, of_the_law(op))
    if v.ndim != dimensions:
        raise ValueError(f"{op}: {name} has shape {v.shape}; want {wanted}")
    v = as_float64(op, name, v)
    kept = np.array(v, dtype or np.result_type(v, np.float32).newbyteorder("="), order="C")
    kept.flags.writeable = False
    return kept[...]  # a view, whose size nobody can change, and which nobody can make writable again
