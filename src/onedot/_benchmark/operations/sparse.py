"""Products of sparse rows: who finds the scores of text, for one vector of weights and for ten."""

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
from onedot._benchmark.oracle import Answer, exact_dot
from onedot._benchmark.peers import OWN_TYPE, installed

__all__ = ["SPARSE", "documentation", "zipf"]

LONGEST_REFERENCE = 2**12  # columns times rows
SAMPLE = 8  # results that are checked
COLUMNS = 2**18  # of the real text
SIZES = ((20000, 100000, 50), (20000, 262144, 104), (50000, 5000, 16))  # 43, 86 and 14 elements a row are left


def zipf(n: int, d: int, words: int, dtype: str) -> Any:
    """A CSR matrix of n rows: `words` draws of columns that are the rarer the higher they are, those equal added up."""
    draw = np.random.default_rng(0)
    shares = 1.0 / np.arange(1, d + 1)
    columns = draw.choice(d, (n, words), p=shares / shares.sum())
    indptr = np.arange(0, n * words + 1, words)
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
    """onedot at every level that runs here, and SciPy."""
    peers = [Contender("SciPy", "peer", dict.fromkeys(DTYPES, product), OWN_TYPE)] if installed("scipy") else []
    return [*every_level(scores, LONGEST_REFERENCE), *peers]


def _problem(X: Any, classes: int) -> Problem:
    """Whole numbers for weights, with the exact answers of a sample of the results."""
    W = np.random.default_rng(1).integers(-9, 10, (classes, X.shape[1])).astype(X.dtype)
    rows = np.linspace(0, X.shape[0] - 1, SAMPLE).astype(int)
    answers: dict[tuple[int, ...], Answer] = {
        (int(i), int(i) % classes): exact_dot(X[[i]].toarray()[0], W[int(i) % classes]) for i in rows
    }
    return Problem((X, W), answers)


def _case(label: str, dtype: str, classes: int, make: Callable[[], Any], real: str = "") -> Case:
    X = make()
    probe = _problem(zipf(20, 70, 9, dtype), classes)
    return Case(label, real, dtype, X.nnz * classes, _problem(X, classes), probe, WORDS)


WORDS = Words("", "el/ns", "SciPy", "× SciPy")
TEXT = "documentation: that of the standard library, a row a string, words counted by scikit-learn's HashingVectorizer."


def _cases(dtype: str, sizes: tuple[Any, ...], real: bool) -> dict[str, Callable[[], Case]]:
    """What makes each case: Zipf's law in these sizes, then documentation if `real`, by one vector and by ten."""
    makers: dict[str, Callable[[], Case]] = {}
    if not installed("scipy"):
        return makers
    for classes in (1, 10):
        for n, d, words in sizes:
            label = f"{n}x{d} by {classes}"
            makers[label] = partial(_case, label, dtype, classes, partial(zipf, n, d, words, dtype))
        if real and installed("sklearn"):
            label = f"documentation by {classes}"
            makers[label] = partial(_case, label, dtype, classes, partial(documentation, dtype), TEXT)
    return makers


SPARSE = Operation(name="sparse", contenders=contenders, sizes=SIZES, quick_sizes=SIZES[2:], cases=_cases)
