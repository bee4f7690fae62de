"""The order in which training visits samples: given, or shuffled by a generator that is part of the contract.

An epoch shuffles the order of the one before; the first shuffles 0, 1, ..., n - 1. `_reference/order.py` says how:
splitmix64, started at the seed, and the exchanges of Fisher and Yates. No library's generator takes part, so
a seed means the same order on every machine and with every version of NumPy.
"""

import operator

import numpy as np
from numpy.typing import NDArray

from onedot import levels
from onedot.levels.refusals import shown

__all__ = ["Orders"]

LONGEST = 2**32 - 1  # samples that 32 bits can tell apart


class Orders:
    """The orders of n samples, epoch by epoch; with seed None always the given one."""

    def __init__(self, n: int, seed: int | None) -> None:
        if n > LONGEST:
            raise ValueError(f"shuffle: there are {n} samples; want at most {LONGEST}")
        self._order = np.arange(n, dtype=np.intp)
        try:
            self._state = None if seed is None else np.array([operator.index(seed) % 2**64], dtype=np.uint64)
        except TypeError:
            raise TypeError(f"shuffle: seed is {shown(seed)}; want an integer, or None for the order given") from None

    def next(self) -> NDArray[np.intp]:
        """The order of the next epoch, in memory that the one after it overwrites."""
        if self._state is not None:
            levels.kernels().shuffle(self._order, self._state)
        return self._order
