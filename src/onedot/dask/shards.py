"""Shards of a perceptron's samples as tasks: whatever the chunks, a shard is rows from one bound to the next.

A task gathers the rows of its shard, so a worker holds the shards that it trains just then. What a task computes
depends on its arguments alone: where a worker dies, others do the same again.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onedot import levels
from onedot._core.environment import in_default_environment
from onedot._reference.mixing import shard_bounds
from onedot._training.epochs import Floats, Rows, read_rows
from onedot._training.mixing import ShardEpoch, Start, epoch_of_shard, training_from
from onedot.dask.samples import Chunked, gathered, label_tasks, row_ranges
from onedot.dask.tasks import calls, computed, kept, let_go
from onedot.sklearn.perceptron import steps_of
from onedot.sklearn.problem import Problem, least_lead

__all__ = ["ShardedProblem", "Shards", "Steps"]

Order = tuple[NDArray[np.intp], NDArray[np.uint64]]  # of samples, and the state of the generator that shuffles them


class Steps(NamedTuple):
    """Of the samples that a unit does not pass over: how many there are, and the least size of their steps."""

    samples: int
    least: float


class ShardedProblem(NamedTuple):
    """What is to be learned, as far as the one who mixes has to know it."""

    rows: Rows  # without parts
    shards: Shards
    steps: dict[int | None, Steps]  # of each unit


class Shards:
    """The samples of an estimator in shards, and the tasks that train on them."""

    def __init__(self, learner: Any, samples: Chunked, class_weights: Floats, count: int) -> None:
        self.learner, self.class_weights = learner, class_weights
        self.bounds = shard_bounds(samples.shape[0], count)
        if count > samples.shape[0]:
            said = f"n_shards is {count}, and there are {samples.shape[0]} samples"
            raise ValueError(f"{said}; want at least one for each shard")
        self._rows = row_ranges(samples.X, self.bounds)
        self._labels = kept(label_tasks(learner.classes_, samples, self.bounds))
        self._orders: list[Any] = []

    def steps(self, units: Sequence[int | None]) -> dict[int | None, Steps]:
        """How the units' steps are, of all shards."""
        needed = self._rows if self.learner.update != "mistake" else [None] * len(self._labels)
        given = self.learner, tuple(units), self.class_weights
        found = computed(calls(_steps, given, 0, zip(needed, self._labels, strict=True)))
        return {
            unit: Steps(sum(each[i].samples for each in found), min(each[i].least for each in found))
            for i, unit in enumerate(units)
        }

    def shuffle(self, seed: int | None, epochs: int = 0) -> None:
        """Begin with the orders given, or with those that are shuffled so often already."""
        self._orders = [None] * (len(self.bounds) - 1)
        if seed is not None:
            sizes = [b - a for a, b in pairwise(self.bounds)]
            each = enumerate(zip(sizes, self._labels, strict=True))
            firsts = [(size, (seed + k) % 2**64, labels) for k, (size, labels) in each]
            self._orders = calls(_first_order, epochs, 0, firsts)

    def epoch(self, units: Sequence[int | None], starts: Sequence[Start]) -> list[list[ShardEpoch]]:
        """An epoch over every shard, for each unit; in the order of the units, then of the shards."""
        if self._orders[0] is not None:
            before, self._orders = self._orders, kept(calls(_next_order, None, 0, [(order,) for order in self._orders]))
            let_go(before)
        given = self.learner, tuple(units), tuple(starts), self.class_weights
        size = sum(start.w.nbytes + start.sums.nbytes for start in starts)
        tasks = calls(_epochs, given, size, zip(self._rows, self._labels, self._orders, self.bounds, strict=False))
        return [list(of_unit) for of_unit in zip(*computed(tasks), strict=True)]

    def least_lead(self, unit: int | None, w: Floats) -> float:
        """The least margin of all samples that count, positive on the right side."""
        given = self.learner, unit, w, self.class_weights
        return float(min(computed(calls(_least_lead, given, w.nbytes, zip(self._rows, self._labels, strict=True)))))

    def release(self) -> None:
        """Let go of what workers hold."""
        let_go([*self._labels, *self._orders])
        self._rows, self._labels, self._orders = [], [], []


@np.errstate(all="ignore")
@in_default_environment
def _epochs(given: Any, parts: list[Any], labels: Any, order: Order | None, first: int) -> list[ShardEpoch]:
    """An epoch of every unit over the rows of one shard, of which row `first` of X is the first."""
    learner, units, starts, class_weights = given
    problem = _problem(learner, parts, labels, class_weights)
    visits = np.arange(problem.rows.n, dtype=np.intp) if order is None else order[0]
    op, found = type(learner).__name__, []
    for unit, start in zip(units, starts, strict=True):
        kernel, samples = learner._kernel_and_samples(problem, unit)
        training = training_from(start, op, kernel, problem.rows, samples)
        training.first_row = first
        found.append(epoch_of_shard(training, visits))
    return found


def _problem(learner: Any, parts: list[Any], labels: Any, class_weights: Floats) -> Problem:
    codes, weights = labels
    return Problem(read_rows(type(learner).__name__, gathered(parts)), codes, weights, class_weights)


@np.errstate(all="ignore")
def _steps(given: Any, parts: list[Any] | None, labels: Any) -> list[Steps]:
    """How many samples of a shard each unit counts, and the least step; of an update that needs them, by their rows."""
    learner, units, class_weights = given
    rows = Rows(None, len(labels[0]), 0) if parts is None else read_rows(type(learner).__name__, gathered(parts))
    problem = Problem(rows, labels[0], labels[1], class_weights)
    found = []
    for unit in units:
        sizes = np.abs(steps_of(learner._kernel_and_samples(problem, unit)[1]))
        sizes = sizes[sizes != 0.0]
        found.append(Steps(len(sizes), float(sizes.min(initial=np.inf))))
    return found


@np.errstate(all="ignore")
@in_default_environment
def _least_lead(given: Any, parts: list[Any], labels: Any) -> float:
    learner, unit, w, class_weights = given
    problem = _problem(learner, parts, labels, class_weights)
    counted = np.flatnonzero(steps_of(learner._kernel_and_samples(problem, unit)[1]))
    return least_lead(problem, unit, counted, w)


def _first_order(epochs: int, n: int, seed: int, _: Any) -> Order:
    """The order of n samples after so many epochs: made where their labels are."""
    order, state = np.arange(n, dtype=np.intp), np.array([seed], dtype=np.uint64)
    for _ in range(epochs):
        levels.kernels().shuffle(order, state)
    return order, state


def _next_order(_: None, before: Order) -> Order:
    """The order of the next epoch; that of the one before stays as it is."""
    order, state = before[0].copy(), before[1].copy()
    levels.kernels().shuffle(order, state)
    return order, state
