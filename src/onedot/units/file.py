"""What a file holds of a layer, or of the layers of a network."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onedot._training.model_file import Path

__all__ = ["LAYER", "NETWORK", "arguments_of", "arrays_of", "fields_of_layer", "fields_of_network", "of_a_whole_file"]

NETWORK, LAYER = "onedot network 1", "onedot layer 1"  # kinds of files
FIELDS = {"W": ("f4 f8", 2), "b": ("f8", 1), "activation": ("U", 0)}  # of a layer: types, numbers of dimensions
SINGLE_FIELDS = {"W": ("f4", 2), "b": ("f4", 1), "activation": ("U", 0), "tier": ("U", 0)}


def arrays_of(layer: Any, number: str = "") -> dict[str, NDArray[Any]]:
    """What a file holds of a layer, by names that end in its number in a network."""
    fields = FIELDS if layer.tier == "law" else SINGLE_FIELDS
    return {f"{name}{number}": np.asarray(getattr(layer, name)) for name in fields}


def fields_of_layer(held: Mapping[str, NDArray[Any]], number: str = "") -> dict[str, tuple[str, int]]:
    """What a file holds of a layer: only one of another tier than the law's says which."""
    fields = SINGLE_FIELDS if f"tier{number}" in held else FIELDS
    return {f"{name}{number}": of for name, of in fields.items()}


def arguments_of(held: Mapping[str, NDArray[Any]], number: str = "") -> dict[str, Any]:
    """What makes the layer that was saved, by the names of `Layer`'s parameters."""
    W, b, activation = (held[f"{name}{number}"] for name in FIELDS)
    return {"W": W, "b": b, "activation": str(activation), "tier": str(held.get(f"tier{number}", "law"))}


def fields_of_network(held: Mapping[str, NDArray[Any]]) -> dict[str, tuple[str, int]]:
    """What a saved network of as many layers as this one says holds: types and numbers of dimensions.

    A damaged file can lose arrays without a trace, so their number is in it.
    """
    layers = held.get("layers", np.array(0))
    count = int(layers) if layers.ndim == 0 and layers.dtype.kind == "i" else 0
    numbers = range(min(count, len(held)))
    return {"layers": ("i8", 0)} | {name: of for i in numbers for name, of in fields_of_layer(held, str(i)).items()}


@contextmanager
def of_a_whole_file(name: str, path: Path, kind: str) -> Iterator[None]:
    """What a constructor refuses is the file's fault."""
    try:
        yield
    except ValueError as error:
        said = f"{os.fspath(path)} is no whole {kind!r}: {error}"
        raise ValueError(f"{name}.load: {said}; want a file by {name}.save") from None
