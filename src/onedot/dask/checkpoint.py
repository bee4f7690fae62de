"""A training that goes on where it was interrupted: a file of arrays, replaced at once after each epoch."""

from __future__ import annotations

import hashlib
import os
from typing import Any

import numpy as np

from onedot._training.model_file import Path, read, write
from onedot.sklearn.training_loop import Progress

__all__ = ["Checkpoint"]

KIND = "onedot perceptron checkpoint 1"
# What the file has of each unit besides its weights and sums: types and numbers of dimensions.
FIELDS = {
    "fit": ("U", 0),
    "mistakes": ("i8", 2),  # a row an epoch; -1 after a unit has ended
    "losses": ("f8", 2),
    **dict.fromkeys(("seen", "peak", "least", "best"), ("f8", 1)),
    "waited": ("i8", 1),
    "ended": ("b1", 1),
}


class Checkpoint:
    """The state of a fit in the file `path`."""

    def __init__(self, path: Path, fit: dict[str, Any]) -> None:
        self._path = os.fspath(path)
        self._fit = hashlib.sha256(repr(fit).encode()).hexdigest()

    @staticmethod
    def check_folder(op: str, path: Path) -> None:
        """FileNotFoundError if there is no folder to write the file in: before a fit, not after its first epoch."""
        folder = os.path.dirname(os.path.abspath(os.fspath(path)))
        if not os.path.isdir(folder):
            raise FileNotFoundError(f"{op}: checkpoint is in {folder!r}, which is no folder; want one that is there")

    def write(self, trainings: list[Any], progress: list[Progress]) -> None:
        """Replace the file: whoever reads it finds what was there before, or all of this."""
        epochs = max(each.epochs for each in progress)
        mistakes, losses = np.full((epochs, len(progress)), -1, np.int64), np.zeros((epochs, len(progress)))
        for i, each in enumerate(progress):
            mistakes[: each.epochs, i], losses[: each.epochs, i] = each.outcome.mistakes, each.outcome.losses
        arrays = {
            "fit": np.array(self._fit),
            "weights": np.stack([training.w for training in trainings]),
            "sums": np.stack([training.sums for training in trainings]),
            "mistakes": mistakes,
            "losses": losses,
            "seen": np.array([training.seen for training in trainings]),
            "peak": np.array([training.peak for training in trainings]),
            "least": np.array([each.outcome.least for each in progress]),
            "best": np.array([each.patience.best for each in progress]),
            "waited": np.array([each.patience.waited for each in progress], np.int64),
            "ended": np.array([each.ended for each in progress]),
        }
        write(self._path, KIND, arrays)

    def restore(self, trainings: list[Any], progress: list[Progress]) -> None:
        """Bring trainings to where the file has them, if there is one.

        Raises
        ------
        ValueError
            If the file is none that `write` has written, of another fit, or of more epochs than are wanted.
        """
        if not os.path.exists(self._path):
            return
        dimensions = trainings[0].w.ndim + 1
        wanted = FIELDS | {"weights": ("f8", dimensions), "sums": ("f8", dimensions)}
        held = read("Perceptron.fit", self._path, KIND, lambda _: wanted, "a fit with checkpoint=")
        if str(held["fit"]) != self._fit:
            said = "is of another fit: other parameters, samples, classes or weights to start from"
            raise ValueError(f"Perceptron: checkpoint {self._path} {said}; want its own, or a path where there is none")
        if not self._is_whole(held, trainings):
            raise ValueError(f"Perceptron: checkpoint {self._path} contradicts itself; want one that a fit has written")
        epochs, most = len(held["mistakes"]), progress[0].loop.max_iter
        if epochs > most:
            said = f"is of {epochs} epochs, and max_iter is {most}; want as many or more"
            raise ValueError(f"Perceptron: checkpoint {self._path} {said}")
        for i, (training, each) in enumerate(zip(trainings, progress, strict=True)):
            training.w[...], training.sums[...] = held["weights"][i], held["sums"][i]
            training.seen, training.peak = float(held["seen"][i]), float(held["peak"][i])
            epochs = int(np.count_nonzero(held["mistakes"][:, i] >= 0))
            each.outcome.mistakes[:] = held["mistakes"][:epochs, i].tolist()
            each.outcome.losses[:] = held["losses"][:epochs, i].tolist()
            each.outcome.least = float(held["least"][i])
            each.patience.best, each.patience.waited = float(held["best"][i]), int(held["waited"][i])
            each.ended = bool(held["ended"][i])
            each.outcome.gave_up = not each.goes_on and not each.ended

    def _is_whole(self, held: dict[str, Any], trainings: list[Any]) -> bool:
        """Whether shapes fit each other, and numbers are such as training leaves."""
        units, epochs = len(trainings), len(held["mistakes"])
        shapes = {
            "weights": (units, *trainings[0].w.shape),
            "sums": (units, *trainings[0].sums.shape),
            **dict.fromkeys(("mistakes", "losses"), (epochs, units)),
            **dict.fromkeys(("seen", "peak", "least", "best", "waited", "ended"), (units,)),
        }
        counted = held["mistakes"] >= 0
        return bool(
            epochs > 0
            and all(held[name].shape == shape for name, shape in shapes.items())
            and all(np.isfinite(held[name]).all() for name in ("weights", "sums", "losses", "seen", "peak"))
            and (held["mistakes"] >= -1).all()
            and not (np.diff(counted.astype(np.int8), axis=0) > 0).any()
            and (held["seen"] >= 0.0).all()
            and (held["peak"] >= np.abs(held["weights"]).reshape(units, -1).max(axis=1)).all()
        )
