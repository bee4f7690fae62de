"""Sparse rows: who finds the scores of text, for one vector of weights and for ten, and whose perceptron learns it."""

import ast
import importlib
import sysconfig
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import onedot
from onedot._benchmark.levels import every_level
from onedot._benchmark.model import DTYPES, Case, Contender, Operation, Problem, Words
from onedot._benchmark.operations.drop_in import PLAIN, Job, Library, known_weights, ours, theirs
from onedot._benchmark.operations.perceptron import CSR_IN_ORDER, separable
from onedot._benchmark.oracle import Answer, exact_dot
from onedot._benchmark.peers import OWN_TYPE, installed

__all__ = ["SPARSE", "documentation", "zipf"]

LONGEST_REFERENCE = 2**12  # columns times rows
SCORES, ESTIMATOR = "by", "unit"  # the first words of labels
NO_BIAS = PLAIN | {"fit_intercept": False}  # scikit-learn takes shorter steps of a sparse fit's bias
SAMPLE = 8  # results that are checked
COLUMNS = 2**18  # of the real text
ALL_ROWS = 2**20  # more than it has
SIZES = ((20000, 100000, 50), (20000, 262144, 104), (50000, 5000, 16))  # 43, 86 and 14 elements a row are left


def zipf(n: int, d: int, words: int, dtype: str) -> Any:
    """A CSR matrix of n rows: `words` draws of columns that are the rarer the higher they are, those equal added up."""
    draw = np.random.default_rng(0)
    shares = 1.0 / np.arange(1, d + 1)
    columns = draw.choice(d, (n, words), p=shares / shares.sum()).astype(np.int32)
    indptr = np.arange(0, n * words + 1, words, dtype=np.int32)  # scikit-learn takes no other
    X = importlib.import_module("scipy.sparse").csr_array((np.ones(n * words, dtype), columns.ravel(), indptr), (n, d))
    X.sum_duplicates()
    return X


def _texts() -> Iterator[str]:
    """The documentation strings in the modules of the standard library, none of which is imported."""
    documented = ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef
    for path in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            text = ast.get_docstring(node) if isinstance(node, documented) else None
            if text:
                yield text


@cache
def documentation(dtype: str) -> Any:
    """These strings as scikit-learn's HashingVectorizer counts their words, in 2**18 columns."""
    vectorizer = importlib.import_module("sklearn.feature_extraction.text").HashingVectorizer
    return vectorizer(n_features=COLUMNS, norm=None, dtype=np.dtype(dtype)).transform(_texts())


def scores(X: Any, W: NDArray[Any]) -> Any:
    """onedot's function, for one vector as for several."""
    return onedot.matvec(X, W[0])[:, None] if len(W) == 1 else onedot.matvec(W, X)


def product(X: Any, W: NDArray[Any]) -> Any:
    """SciPy's."""
    return (X @ W[0])[:, None] if len(W) == 1 else X @ W.T


def contenders() -> list[Contender]:
    """onedot at every level that runs here, and SciPy; of estimators, scikit-learn's."""
    found = []
    if installed("scipy"):
        found += every_level(scores, LONGEST_REFERENCE, only=SCORES)
        found.append(Contender("SciPy", "peer", dict.fromkeys(DTYPES, product), OWN_TYPE, only=SCORES))
    if installed("sklearn"):
        found += every_level(Library(ours), LONGEST_REFERENCE, only=ESTIMATOR)
        peer = dict.fromkeys(DTYPES, Library(theirs))
        found.append(Contender("scikit-learn", "peer", peer, OWN_TYPE, only=ESTIMATOR))
    return found


def _problem(X: Any, classes: int, whole: bool) -> Problem:
    """Weights, whole numbers or not, with the exact answers of a sample of the results."""
    draw, shape = np.random.default_rng(1), (classes, X.shape[1])
    W = draw.integers(-9, 10, shape) if whole else draw.integers(-(2**52), 2**52, shape) / 2**50
    W = W.astype(X.dtype)
    rows = np.linspace(0, X.shape[0] - 1, SAMPLE).astype(int)
    answers: dict[tuple[int, ...], Answer] = {
        (int(i), int(i) % classes): exact_dot(X[[i]].toarray()[0], W[int(i) % classes]) for i in rows
    }
    return Problem((X, W), answers)


def _case(label: str, dtype: str, classes: int, make: Callable[[], Any], whole: bool = False) -> Case:
    X = make()
    probe = _problem(zipf(20, 70, 9, dtype), classes, whole=True)
    return Case(label, _text(label), dtype, X.nnz * classes, _problem(X, classes, whole), probe, WORDS)


def _text(label: str) -> str:
    """What a case of real text is of."""
    return TEXT if "docstrings" in label else ""


def _estimator_case(job: Job, dtype: str, make: Callable[[], Any]) -> Case:
    """A fit or predictions, of classes that planes through 0 tell apart; one epoch in order has known weights."""
    X, draw = make(), np.random.default_rng(2)
    sides = X @ draw.integers(-9, 10, (X.shape[1], job.classes)).astype(X.dtype)
    y = np.where(sides[:, 0] > 0, 1, -1) if job.classes == 2 else sides.argmax(axis=1)
    known = job == Job(job.label, "fit", NO_BIAS)
    few, labels = separable(60, 7, dtype)
    probe: tuple[Any, ...] = (few, labels, Job("", "fit", NO_BIAS))
    timed: tuple[Any, ...] = (X, y, job)
    answers = known_weights(X, y, CSR_IN_ORDER) if known else {}
    problems = Problem(timed, answers), Problem(probe, known_weights(few, labels, CSR_IN_ORDER))
    return Case(job.label, _text(job.label), dtype, X.nnz, *problems, WORDS)


WORDS = Words("", "el/ns")
TEXT = "docstrings: those of the standard library, a row a string, words counted by scikit-learn's HashingVectorizer."


def _jobs(size: str, n: int) -> list[Job]:
    """What is timed of estimators."""
    label = f"{ESTIMATOR} {size}"
    fits = [Job(label, "fit", NO_BIAS), Job(f"{label} shuf", "fit", NO_BIAS | {"shuffle": True})]
    fits.append(Job(f"{label} parts", "partial_fit", NO_BIAS))
    return [*fits, *(Job(f"{label} pred{k}", "predict", NO_BIAS | {"max_iter": 1}, k, n) for k in (2, 10))]


def _cases(dtype: str, sizes: tuple[Any, ...], real: bool) -> dict[str, Callable[[], Case]]:
    """What makes each case: Zipf's law in these sizes, the last by whole numbers, too, then docstrings if `real`, by
    one vector and by ten; then estimators, of both."""
    makers: dict[str, Callable[[], Case]] = {}
    if not installed("scipy"):
        return makers
    for classes in (1, 10):
        for n, d, words in sizes:
            label, make = f"{SCORES} {classes} {n}x{d}", partial(zipf, n, d, words, dtype)
            makers[label] = partial(_case, label, dtype, classes, make)
        whole = f"{label} whole"
        makers[whole] = partial(_case, whole, dtype, classes, make, True)
        if real and installed("sklearn"):
            label = f"{SCORES} {classes} docstrings"
            makers[label] = partial(_case, label, dtype, classes, partial(documentation, dtype))
    for n, d, words in sizes if installed("sklearn") else ():
        for job in _jobs(f"{n}x{d}", n):
            makers[job.label] = partial(_estimator_case, job, dtype, partial(zipf, n, d, words, dtype))
    for job in _jobs("docstrings", ALL_ROWS) if real and installed("sklearn") else ():
        makers[job.label] = partial(_estimator_case, job, dtype, partial(documentation, dtype))
    return makers


SPARSE = Operation(name="sparse", contenders=contenders, sizes=SIZES, quick_sizes=SIZES[2:], cases=_cases)
