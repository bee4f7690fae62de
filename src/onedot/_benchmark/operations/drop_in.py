"""The estimator in scikit-learn's place: the same calls with the same parameters, of theirs and of ours."""

import importlib
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onedot._benchmark.levels import every_level
from onedot._benchmark.model import DTYPES, Case, Contender, Operation, Problem, Words
from onedot._benchmark.operations.perceptron import (
    IN_ORDER,
    LONGEST_REFERENCE,
    Options,
    exact_weights,
    separable,
    tough,
)
from onedot._benchmark.oracle import Answer
from onedot._benchmark.peers import OWN_TYPE, installed

__all__ = ["DROP_IN", "PLAIN", "Job", "Library", "known_weights", "ours", "theirs"]

EPOCHS, BATCH = 10, 1000
MOST_ELEMENTS = 10**6
CLASSES = 5
PENALTIES = ("l2", "l1", "elasticnet")
PLAIN: dict[str, Any] = {"max_iter": EPOCHS, "tol": None, "shuffle": False}


class Job(NamedTuple):
    """What is timed."""

    label: str
    call: str  # fit, partial_fit in batches, or predict: so many rows
    options: dict[str, Any] = PLAIN
    classes: int = 2
    rows: int = 0


def _jobs(n: int, d: int) -> list[Job]:
    """What is timed of samples of this shape: fits of two classes and more (ovr), in order or shuffled, with penalties
    and other updates, in batches; then decisions on rows. Where the samples are many, fits alone."""
    size = f"{n}x{d}"
    jobs = [Job(size, "fit"), Job(f"{size} shuf", "fit", PLAIN | {"shuffle": True})]
    if n * d > MOST_ELEMENTS:
        return jobs
    jobs += [Job(f"{size} {name[:7]}", "fit", PLAIN | {"penalty": name}) for name in PENALTIES]
    jobs += [Job(f"{size} {name}", "fit", PLAIN | {"update": name}) for name in ("pa1", "pa2")]
    jobs += [Job(f"{size} ovr", "fit", PLAIN, CLASSES), Job(f"{size} batches", "partial_fit")]
    jobs += [Job(f"predict {rows}x{d}", "predict", PLAIN, 2, rows) for rows in (1, n)]
    return [*jobs, Job(f"predict ovr {size}", "predict", PLAIN, CLASSES, n)]


def ours(options: dict[str, Any]) -> Any:
    return importlib.import_module("onedot.sklearn").Perceptron(**options)


def theirs(options: dict[str, Any]) -> Any:
    models = importlib.import_module("sklearn.linear_model")
    if "update" not in options:
        return models.Perceptron(**options)
    others = {name: value for name, value in options.items() if name != "update"}
    return models.SGDClassifier(loss="hinge", penalty=None, learning_rate=options["update"], eta0=1.0, **others)


class Library:
    """The calls of a library's estimator; one that is to predict is trained by the first call, which is not timed."""

    def __init__(self, make: Callable[[dict[str, Any]], Any]) -> None:
        self._make = make
        self._fitted: dict[tuple[int, str], Any] = {}

    def __call__(self, X: Any, y: NDArray[np.int64], job: Job) -> NDArray[Any]:
        """The weights, bias first, or the classes predicted."""
        if job.call == "predict":
            key = (id(X), job.label)
            if key not in self._fitted:
                self._fitted[key] = self._make(job.options).fit(X, y)
            return np.asarray(self._fitted[key].predict(X[: job.rows]))
        model = self._make(job.options)
        if job.call == "fit":
            model.fit(X, y)
        else:
            for start in range(0, X.shape[0], BATCH):
                model.partial_fit(X[start : start + BATCH], y[start : start + BATCH], classes=[-1, 1])
        return np.asarray(np.hstack([model.intercept_[:, None], model.coef_])[0])


def contenders() -> list[Contender]:
    """Ours at every level that runs here, and scikit-learn's; where that is not installed there is neither."""
    if not installed("sklearn"):
        return []
    return [
        *every_level(Library(ours), LONGEST_REFERENCE),
        Contender("scikit-learn", "peer", dict.fromkeys(DTYPES, Library(theirs)), OWN_TYPE),
    ]


def known_weights(X: Any, y: NDArray[np.int64], options: Options = IN_ORDER) -> dict[tuple[int, ...], Answer]:
    """What epochs in order end with, exactly."""
    exact = exact_weights(X, y, options)
    return {(j,): Answer(Fraction(w), Fraction(abs(w)), Fraction(1), 1) for j, w in enumerate(exact)}


def _case(job: Job, n: int, d: int, dtype: str) -> Case:
    X, y = tough(n, d, dtype)
    if job.classes > 2:
        y = np.arange(n) % job.classes
    known = job == Job(job.label, "fit")
    timed: tuple[Any, ...] = (X, y, job)
    few, labels = separable(60, 7, dtype)
    probe: tuple[Any, ...] = (few, labels, Job("", "fit"))
    problems = Problem(timed, known_weights(X, y) if known else {}), Problem(probe, known_weights(few, labels))
    return Case(job.label, "", dtype, X.size, *problems, WORDS)


WORDS = Words("", "el/ns")


def _cases(dtype: str, sizes: tuple[Any, ...], real: bool) -> dict[str, Callable[[], Case]]:
    """What makes each case of these sizes."""
    return {job.label: partial(_case, job, n, d, dtype) for n, d in sizes for job in _jobs(n, d)}


SIZES = ((1000, 20), (10000, 100), (100000, 100))

DROP_IN = Operation("drop-in", contenders, SIZES, SIZES[:1], _cases)
