"""The training loop: epochs until one has no mistake, nothing improves any more, or enough are done."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from onedot._training.epochs import Tally, Training
from onedot._training.order import Orders
from onedot._training.run_together import run_together

__all__ = ["Outcome", "Patience", "Progress", "TrainingLoop", "run_all", "validation_split"]


@dataclass
class Patience:
    """Runs out after `epochs` epochs in a row that improve on the best objective by less than `tol`."""

    tol: float | None
    epochs: int
    best: float = np.inf
    waited: int = 0

    def runs_out(self, objective: float) -> bool:
        """Whether it does with this epoch's objective, of which less is better."""
        if self.tol is None:
            return False
        self.waited = self.waited + 1 if objective > self.best - self.tol else 0
        self.best = min(self.best, objective)
        return self.waited >= self.epochs


@dataclass
class Outcome:
    """What a training loop did."""

    mistakes: list[int] = field(default_factory=list)  # of each epoch
    losses: list[float] = field(default_factory=list)  # of each epoch, a mean over the samples
    least: float = np.inf  # margin of the last epoch
    gave_up: bool = False  # whether max_iter ended it, and nothing else


@dataclass
class Progress:
    """How far a training loop has come."""

    loop: "TrainingLoop"
    patience: Patience
    outcome: Outcome = field(default_factory=Outcome)
    ended: bool = False  # because nothing is left to learn, or improves

    @property
    def epochs(self) -> int:
        return len(self.outcome.mistakes)

    @property
    def goes_on(self) -> bool:
        return not self.ended and self.epochs < self.loop.max_iter

    def count(self, tally: Tally, w: NDArray[np.float64], seconds: float) -> None:
        """Count an epoch that took so long, and left weights w."""
        loss = tally.loss / self.loop.total_weight
        self.outcome.mistakes.append(tally.mistakes)
        self.outcome.losses.append(loss)
        self.outcome.least = tally.least
        self.loop.say(self.epochs, tally, loss, seconds)
        objective = loss if self.loop.score is None else -self.loop.score(w)
        self.ended = self.loop.ends(tally) or self.patience.runs_out(objective)
        self.outcome.gave_up = not self.ended and not self.goes_on


@dataclass(frozen=True)
class TrainingLoop:
    """How to train."""

    name: str  # of what is trained, for what `verbose` prints
    max_iter: int
    tol: float | None
    n_iter_no_change: int
    verbose: int
    total_weight: float  # what the loss of an epoch is divided by
    ends: Callable[[Tally], bool]  # whether an epoch leaves nothing to learn
    score: Callable[[NDArray[np.float64]], float] | None = None  # of weights on the validation set

    def begin(self) -> Progress:
        return Progress(self, Patience(self.tol, self.n_iter_no_change))

    def run(self, training: Training, members: NDArray[np.intp], seed: int | None) -> Outcome:
        """Train on the rows `members`, in their order or shuffled."""
        progress, orders = self.begin(), training.orders(len(members), seed)
        whole = len(members) == training.rows.n
        while progress.goes_on:
            start = time.perf_counter()
            order = orders.next()
            tally = training.epoch(order if whole else members[order])
            progress.count(tally, training.w, time.perf_counter() - start)
        return progress.outcome

    def say(self, epoch: int, tally: Tally, loss: float, seconds: float) -> None:
        if self.verbose:
            print(f"{self.name}epoch {epoch}: {tally.mistakes} mistakes, loss {loss:.6g}, {seconds:.3g} s")


def run_all(
    loops: list[TrainingLoop], trainings: list[Training], members: NDArray[np.intp], seed: int | None, jobs: int
) -> list[Outcome]:
    """Every loop, in up to so many threads. An error or Ctrl-C in one stops the others at their next piece."""

    def stop() -> None:
        for training in trainings:
            training.stopped.set()

    runs = [partial(loop.run, training, members, seed) for loop, training in zip(loops, trainings, strict=True)]
    return run_together(runs, jobs, stop)


def validation_split(codes: NDArray[np.intp], fraction: float, seed: int) -> NDArray[np.bool_]:
    """True for `fraction` of the samples of each class, rounded: the first of an order shuffled with the seed."""
    order = Orders(len(codes), seed).next()
    mask = np.zeros(len(codes), bool)
    for code in np.unique(codes):
        members = order[codes[order] == code]
        mask[members[: int(fraction * len(members) + 0.5)]] = True
    if mask.all() or not mask.any():
        raise ValueError(
            f"validation_fraction={fraction!r} of {len(codes)} samples leaves an empty part; "
            "want a fraction that leaves both, more samples, or early_stopping=False"
        )
    return mask
