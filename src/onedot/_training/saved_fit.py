"""A fit in a file of plain arrays."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np

from onedot._core.in_short import Shown
from onedot._training.model_file import Path, read, write

__all__ = ["SavedFit"]


class SavedFit(Shown):
    """What is made of the fields that it holds, and of nothing else."""

    _format: ClassVar[str]  # of a saved fit
    _fields: ClassVar[dict[str, tuple[str, int]]]  # what it holds: types and numbers of dimensions

    def save(self, path: Path) -> None:
        """Write the fit to an .npz file of plain arrays; the path is taken as it is."""
        write(path, self._format, {name: np.asarray(getattr(self, name)) for name in self._fields})

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote. Nothing in the file is executed: it holds no objects.

        Raises
        ------
        ValueError
            If the file holds anything else.
        """
        name = cls.__name__
        held = read(f"{name}.load", path, cls._format, cls._wanted, f"{name}.save")
        values: dict[str, Any] = {field: value if value.ndim else value.item() for field, value in held.items()}
        try:
            fit = cls(**values)
            consistent = fit._is_consistent()
        except ValueError:
            consistent = False
        if not consistent:
            said = f"{os.fspath(path)} is no whole {cls._format!r}: its numbers contradict each other"
            raise ValueError(f"{name}.load: {said}; want a file by {name}.save")
        return fit

    @classmethod
    def _wanted(cls, arrays: Mapping[str, Any]) -> Mapping[str, tuple[str, int]]:
        """Which arrays there must be, told from those found."""
        return cls._fields

    def _is_consistent(self) -> bool:
        """Whether a fit can have such numbers beside each other."""
        raise NotImplementedError
