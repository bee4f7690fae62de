"""The order in which training visits samples: given, or shuffled by a generator that is part of the contract.

An epoch shuffles the order of the one before; the first shuffles 0, 1, ..., n - 1. `_reference/order.py` says how:
splitmix64, started at the seed, and the exchanges of Fisher and Yates. No library's generator takes part, so
a seed means the same order on every machine and with every version of NumPy. Shards are each shuffled in themselves, by
a generator that starts at the seed plus the number of the shard.
"""

import operator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from onedot import levels
from onedot._reference.mixing import shard_bounds
from onedot.levels.refusals import shown

__all__ = ["Orders"]

LONGEST = 2**32 - 1  # samples that 32 bits can tell apart


class Orders:
    """The orders of n samples, epoch by epoch, shard by shard; with seed None always the given one."""

    def __init__(self, n: int, seed: int | None, shards: int = 1) -> None:
        if n > LONGEST:
            raise ValueError(f"shuffle: there are {n} samples; want at most {LONGEST}")
        if shards > max(n, 1):
            raise ValueError(f"n_shards is {shards}, and there are {n} samples; want at least one for each shard")
        self._order = np.arange(n, dtype=np.intp)
        self._shards = [self._order[a:b] for a, b in pairwise(shard_bounds(n, shards))]
        try:
            seeds = [] if seed is None else [(operator.index(seed) + k) % 2**64 for k in range(shards)]
        except TypeError:
            raise TypeError(f"shuffle: seed is {shown(seed)}; want an integer, or None for the order given") from None
        self._states = [np.array([start], dtype=np.uint64) for start in seeds]

    def next(self) -> NDArray[np.intp]:
        """The order of the next epoch, in memory that the one after it overwrites."""
        for part, state in zip(self._shards, self._states, strict=False):  # of a given order there are no states
            levels.kernels().shuffle(part, state)
        return self._order
