"""Iterative parameter mixing: every epoch trains each shard of the samples from the same weights, and mixes what comes
of them in the order of the shards.

`_reference/mixing.py` says what a shard is, and the arithmetic. Neither depends on who trains the shards, so their
number is a parameter of the fit, and that of threads, processes or machines is not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onedot._reference.mixing import shard_bounds
from onedot._training.epochs import Floats, Rows, Tally, Training
from onedot._training.order import Orders
from onedot._training.run_together import run_together

__all__ = ["MixedTraining", "ShardEpoch", "Start", "epoch_of_shard", "mixed", "mixed_sums", "training_from"]


class Start(NamedTuple):
    """What an epoch over a shard starts from."""

    w: Floats
    sums: Floats
    seen: float
    bias_input: float


class ShardEpoch(NamedTuple):
    """What an epoch over one shard has made of the weights that all of them start from."""

    w: Floats
    sums: Floats  # of its steps, each times the number of its samples before it; empty if nobody asks
    seen: float  # of its samples
    peak: float
    tally: Tally


def mixed(weights: Sequence[Floats], counts: Sequence[int]) -> Floats:
    """The sum of (counts[k] / sum(counts)) * weights[k], in the order of k."""
    total = float(sum(counts))
    w = np.zeros_like(weights[0])
    for of_shard, count in zip(weights, counts, strict=True):
        w += count / total * of_shard
    return w


def mixed_sums(
    before: tuple[Floats, Floats, float], w: Floats, shards: Sequence[tuple[Floats, Floats, float]]
) -> Floats:
    """What seen * w is to be less by to give the sum of the weights over all visits."""
    sums, start, seen = before
    total = sums + seen * (w - start)
    for own, weights, count in shards:
        total += own - count * (weights - w)
    return total


def epoch_of_shard(training: Training, order: NDArray[np.intp]) -> ShardEpoch:
    """An epoch over the samples of one shard, by a training of its own that has seen none."""
    tally = training.epoch(order)
    return ShardEpoch(training.w, training.sums, training.seen, training.peak, tally)


def training_from(start: Start, op: str, kernel: Any, rows: Rows, samples: Any) -> Training:
    """A training of one shard, with weights of its own."""
    training = Training(op, kernel, rows, samples, start.w.copy(), start.sums.copy(), start.seen)
    training.bias_input = start.bias_input
    return training


@dataclass
class MixedTraining(Training):
    """Training whose epochs are those of shards, mixed. One shard goes on from where it was: that is Training itself.

    Who trains shards elsewhere takes `start` and hands what was found to `mix`.
    """

    shards: int = field(kw_only=True)
    by_mistakes: bool = field(kw_only=True)  # whether a shard counts as much as it has mistakes, or all count the same
    jobs: int = field(default=1, kw_only=True)  # threads

    def orders(self, n: int, seed: int | None) -> Orders:
        return Orders(n, seed, self.shards)

    def epoch(self, order: NDArray[np.intp]) -> Tally:
        bounds = shard_bounds(len(order), self.shards)
        parts = [order[a:b] for a, b in pairwise(bounds)]
        epochs = [partial(epoch_of_shard, self._of_shard(), part) for part in parts]
        return self.mix(run_together(epochs, self.jobs, self.stopped.set))

    def _of_shard(self) -> Training:
        training = training_from(self.start(), self.op, self.kernel, self.rows, self.samples)
        training.stopped = self.stopped
        return training

    def start(self) -> Start:
        """What every shard starts from."""
        if self.shards == 1:
            return Start(self.w, self.sums, self.seen, self.bias_input)
        return Start(self.w, np.zeros_like(self.sums), 0.0, self.bias_input)

    def mix(self, epochs: Sequence[ShardEpoch]) -> Tally:
        """Go on from what the shards have found. An epoch without a mistake leaves the weights as they are."""
        if self.shards == 1:
            (epoch,) = epochs
            self.w[...], self.sums[...], self.seen = epoch.w, epoch.sums, epoch.seen
            self.peak = max(self.peak, epoch.peak)
            return epoch.tally
        mistakes = [epoch.tally.mistakes for epoch in epochs]
        w = self.w
        if any(mistakes):
            with np.errstate(all="ignore"):
                w = mixed([epoch.w for epoch in epochs], mistakes if self.by_mistakes else [1] * self.shards)
        if not self.bias_input:
            w[..., 0] = self.w[..., 0]  # which shares of it would round
        if self.sums.size:
            with np.errstate(all="ignore"):
                of_shards = [(epoch.sums, epoch.w, epoch.seen) for epoch in epochs]
                self.sums[...] = mixed_sums((self.sums, self.w, self.seen), w, of_shards)
            if not np.isfinite(self.sums).all():
                raise self._overflow()
        self.w[...] = w
        self.seen += sum(epoch.seen for epoch in epochs)
        self.peak = max(self.peak, float(np.abs(w).max(initial=0.0)), *(epoch.peak for epoch in epochs))
        loss = 0.0
        for epoch in epochs:
            loss += epoch.tally.loss
        return Tally(sum(mistakes), loss, min(epoch.tally.least for epoch in epochs))
