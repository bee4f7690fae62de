"""Data that is not computed yet, as Dask has it: products of it are lazy, too, and all else refuses to load it.

Dask need not be installed. What computes lazily, `onedot.dask`, stands above this: the root says how to load it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["elementwise", "is_lazy", "on_lazy", "product", "refuse_lazy"]

_load: Callable[[], Any]  # what is to be done with lazy data


def on_lazy(load: Callable[[], Any]) -> None:
    """Have load() give the module whose `product` and `elementwise` take lazy data."""
    global _load
    _load = load


def is_lazy(v: Any) -> bool:
    """Whether v is a collection of Dask's or, as xarray's arrays may, holds one."""
    kind = type(v)
    if not hasattr(kind, "__dask_graph__"):
        return False
    return kind.__module__.partition(".")[0] == "dask" or v.__dask_graph__() is not None


def product(tier: str, op: str, *operands: Any, **keywords: Any) -> Any:
    """A product one of whose operands is lazy, by the tier of this name."""
    return _load().product(tier, op, *operands, **keywords)


def elementwise(function: Callable[..., Any], op: str, x: Any, out: Any) -> Any:
    """What a public function makes of each number of x, lazily."""
    return _load().elementwise(function, op, x, out)


def refuse_lazy(op: str, name: str, v: Any, or_else: str = "") -> None:
    """Raise TypeError if v is lazy: NumPy would load it whole. `or_else` ends the text: what else can be done."""
    if is_lazy(v):
        kind = f"{type(v).__module__.partition('.')[0]}'s {type(v).__name__}"
        raise TypeError(f"{op}: {name} is not in memory, but {kind}; want it there, as its compute() gives it{or_else}")
