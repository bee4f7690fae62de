"""Rosenblatt's perceptron over dask arrays: the bits of the one in memory, for any chunks and any workers."""

from __future__ import annotations

import hashlib
import time
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from onedot import sklearn as in_memory
from onedot._training.epochs import Floats, Rows, Training
from onedot._training.mixing import MixedTraining
from onedot._training.model_file import Path
from onedot.dask.checkpoint import Checkpoint
from onedot.dask.chunks import is_chunked
from onedot.dask.decisions import ChunkedDecisions
from onedot.dask.samples import Chunked, class_counts, loaded, read_chunked
from onedot.dask.shards import ShardedProblem, Shards
from onedot.sklearn.labels import class_weights
from onedot.sklearn.training_loop import Progress

__all__ = ["Perceptron"]

ALL = np.zeros(1, np.intp)  # the one sample that stands for those of all shards, with the least of their steps


class Perceptron(ChunkedDecisions, in_memory.Perceptron):
    """`onedot.sklearn.Perceptron` over dask arrays, dense or with CSR chunks: the same bits as of arrays in memory.

    An epoch is a task for each of `n_shards` shards, whose rows are fixed ranges whatever the chunks are: so the fit is
    the one in memory with the same `n_shards`, for any chunks, any scheduler, any workers, and where one of them dies.
    A task gathers its shard, without a copy where that is a chunk: a worker holds the shards that it trains just then,
    so `n_shards` says how much memory it needs. Between epochs workers keep three numbers a sample, and of X nothing,
    unless it is persisted: `X.persist()`. Answers to dask arrays are dask arrays.

    Parameters
    ----------
    penalty, alpha, l1_ratio, fit_intercept, max_iter, tol, shuffle, verbose, eta0, n_jobs, random_state, \
early_stopping, validation_fraction, n_iter_no_change, class_weight, warm_start, average, multi_class, update, C, \
n_shards, mixing
        As for `onedot.sklearn.Perceptron`, which is what learns from arrays in memory. For dask arrays penalty is to be
        None, early_stopping False, and no weight of a sample 0.
    checkpoint : path or None, default=None
        A file that `fit` writes after each epoch over dask arrays, and replaces at once, never by half. Where there is
        one it goes on from there, if it is of the same fit: parameters, shape, classes and weights to start from. The
        samples themselves are not compared: other data of the same shape wants another path.

    Examples
    --------
    >>> import dask.array as da
    >>> X = da.from_array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], chunks=(3, 1))
    >>> fit = onedot.dask.Perceptron(n_shards=2, shuffle=False).fit(X, [0, 0, 0, 1])
    >>> fit.predict(X).compute(), fit.converged_
    (array([0, 0, 0, 1]), True)
    """

    _of_memory: ClassVar[type] = in_memory.Perceptron

    def __init__(
        self,
        *,
        penalty: Literal["l2", "l1", "elasticnet"] | None = None,
        alpha: float = 0.0001,
        l1_ratio: float = 0.15,
        fit_intercept: bool = True,
        max_iter: int = 1000,
        tol: float | None = 1e-3,
        shuffle: bool = True,
        verbose: int = 0,
        eta0: float = 1.0,
        n_jobs: int | None = None,
        random_state: Any = 0,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 5,
        class_weight: Any = None,
        warm_start: bool = False,
        average: bool = False,
        multi_class: Literal["ovr", "joint"] = "ovr",
        update: Literal["mistake", "pa1", "pa2"] = "mistake",
        C: float = 1.0,
        n_shards: int = 1,
        mixing: Literal["uniform", "mistakes"] = "uniform",
        checkpoint: Path | None = None,
    ) -> None:
        given = {name: value for name, value in locals().items() if name not in ("self", "__class__", "checkpoint")}
        super().__init__(**given)
        self.checkpoint = checkpoint

    # Reading ---------------------------------------------------------------------------------------------

    def _samples(self, X: Any, y: Any, sample_weight: Any, reset: bool) -> tuple[Any, Any, Any]:
        op = type(self).__name__
        if not is_chunked(op, "X", X):
            return super()._samples(X, loaded(op, "y", y), loaded(op, "sample_weight", sample_weight), reset)
        if self.penalty is not None or self.early_stopping:
            held = f"penalty is {self.penalty!r}, early_stopping {self.early_stopping}"
            raise ValueError(f"{op}: X is a dask array, {held}; want None and False, or X in memory")
        if self.checkpoint is not None:
            Checkpoint.check_folder(op, self.checkpoint)
        samples = read_chunked(op, X, y, sample_weight)
        if reset:
            self.n_features_in_ = samples.shape[1]
            self.__dict__.pop("feature_names_in_", None)
        elif samples.shape[1] != self.n_features_in_:
            known = f"{op} is expecting {self.n_features_in_} features as input."
            raise ValueError(f"X has {samples.shape[1]} features, but {known}")
        return samples

    def _distinct(self, y: Any) -> tuple[NDArray[Any], Any]:
        """Of a dask array, the samples of each class: what they are of one by one, tasks read."""
        return class_counts(type(self).__name__, y) if is_chunked("y", "y", y) else super()._distinct(y)

    def _codes(self, y: Any) -> Any:
        return None if is_chunked("y", "y", y) else super()._codes(y)

    def _problem(self, X: Any, y: Any, codes: Any, weights: Any) -> Any:
        if not is_chunked("X", "X", X):
            return super()._problem(X, y, codes, weights)
        if len(self.classes_) < 2:
            raise ValueError(f"The number of classes has to be greater than one; got {len(self.classes_)} class")
        samples = Chunked(X, y, weights)
        learner = self._of_memory(**{k: v for k, v in self.get_params(False).items() if k != "checkpoint"})
        learner.classes_ = self.classes_
        shards = Shards(learner, samples, self._weights_of_classes(codes), int(self.n_shards))
        try:
            steps = shards.steps(self._units())
        except BaseException:
            shards.release()
            raise
        if not any(each.samples for each in steps.values()):
            raise ValueError("class_weight times sample_weight is zero for all samples; want a positive one for some")
        return ShardedProblem(Rows(None, *samples.shape), shards, steps)

    def _weights_of_classes(self, counts: NDArray[np.int64] | None) -> Floats:
        if isinstance(self.class_weight, str) and self.class_weight == "balanced" and counts is not None:
            of_each = counts.astype(np.float64)
            return np.asarray(of_each.sum() / (len(counts) * of_each))
        return class_weights(self.class_weight, self.classes_, self.classes_)

    # Training ------------------------------------------------------------------------------------------

    def _kernel_and_samples(self, problem: Any, unit: int | None) -> tuple[Any, Any]:
        if not isinstance(problem, ShardedProblem):
            return super()._kernel_and_samples(problem, unit)
        steps = problem.steps[unit]
        return None, np.array([steps.least if steps.samples else 0.0])

    def _new_training(self, *arguments: Any) -> Training:
        rows = arguments[2]
        if rows.parts is not None:
            return super()._new_training(*arguments)
        return MixedTraining(*arguments, shards=int(self.n_shards), by_mistakes=self.mixing == "mistakes")

    def _train(self, problem: Any, max_iter: int) -> None:
        if not isinstance(problem, ShardedProblem):
            super()._train(problem, max_iter)
            return
        units = self._units()
        trainings = [self._training(problem, unit) for unit in units]
        loops = [
            self._training_loop(problem, unit, np.zeros(0, bool), max_iter, float(problem.steps[unit].samples) or 1.0)
            for unit in units
        ]
        progress = [loop.begin() for loop in loops]
        try:
            self._epochs(problem, trainings, progress)
            outcomes = [each.outcome for each in progress]
            self._settle(problem, ALL, trainings, outcomes)
        finally:
            problem.shards.release()

    def _epochs(self, problem: ShardedProblem, trainings: list[Any], progress: list[Progress]) -> None:
        """Epochs of all units side by side, each as long as it learns."""
        seed = self._seed() if self.shuffle else None
        checkpoint = None
        if self.checkpoint is not None:
            checkpoint = Checkpoint(self.checkpoint, self._said(problem, seed, trainings))
            checkpoint.restore(trainings, progress)
        problem.shards.shuffle(seed, max(each.epochs for each in progress))
        units = self._units()
        while any(each.goes_on for each in progress):
            start = time.perf_counter()
            active = [i for i, each in enumerate(progress) if each.goes_on]
            starts = [trainings[i].start() for i in active]
            found = problem.shards.epoch([units[i] for i in active], starts)
            for i, epochs in zip(active, found, strict=True):
                tally = trainings[i].mix(epochs)
                progress[i].count(tally, trainings[i].w, time.perf_counter() - start)
            if checkpoint is not None:
                checkpoint.write(trainings, progress)

    def _said(self, problem: ShardedProblem, seed: int | None, trainings: list[Any]) -> dict[str, Any]:
        """What a fit is told apart by from others."""
        parameters = self.get_params(deep=False)
        for name in ("checkpoint", "max_iter", "n_jobs", "random_state", "verbose", "warm_start"):
            del parameters[name]
        return {
            "parameters": {name: repr(value) for name, value in parameters.items()},
            "seed": seed,
            "samples, features": (problem.rows.n, problem.rows.d),
            "classes": self.classes_.tolist(),
            "steps": [tuple(each) for each in problem.steps.values()],
            "weights to start from": [hashlib.sha256(training.w).hexdigest() for training in trainings],
        }

    def _least_lead(self, problem: Any, unit: int | None, visited: NDArray[np.intp], w: Floats) -> float:
        if not isinstance(problem, ShardedProblem):
            return super()._least_lead(problem, unit, visited, w)
        return problem.shards.least_lead(unit, w)
