"""Training: who finds a perceptron's weights, and on what samples."""

import importlib
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

import onedot
from onedot._benchmark.levels import BINARY64, every_level
from onedot._benchmark.model import DTYPES, Case, Contender, Operation, Problem, Words
from onedot._benchmark.naive import naive_dot, naive_python
from onedot._benchmark.oracle import Answer
from onedot._benchmark.peers import OWN_TYPE, installed
from onedot._benchmark.vectors import on_a_line

__all__ = ["PERCEPTRON", "naive_perceptron", "separable", "text_like", "tough"]

LONGEST_NAIVE, LONGEST_REFERENCE = 2**15, 2**12  # elements, of which ten epochs take less than a tenth of a second
EPOCHS = 10
MOST = 1000  # epochs, where training goes on until one has no mistake

# How to train: the most epochs, whether to shuffle, and whether there is a bias. scikit-learn's bias takes hundredths
# of a step on CSR matrices, so there it is left out.
IN_ORDER, SHUFFLED, CONVERGED = np.array([EPOCHS, 0, 1]), np.array([EPOCHS, 1, 1]), np.array([MOST, 0, 1])
CSR_IN_ORDER, CSR_SHUFFLED = np.array([EPOCHS, 0, 0]), np.array([EPOCHS, 1, 0])

Options = NDArray[np.int64]


def naive_perceptron(X: list[list[float]], y: list[int], options: list[int]) -> list[float]:
    """The bias and the weights, as one writes it in Python."""
    w = [0.0] * (1 + len(X[0]))
    for _ in range(options[0]):
        mistakes = 0
        for x, label in zip(X, y):  # noqa: B905 (strict=True would not be naive)
            if label * (w[0] + naive_dot(w[1:], x)) <= 0:
                mistakes += 1
                w = [a + label * b for a, b in zip(w, [options[2], *x])]  # noqa: B905
        if not mistakes:
            break
    return w


def train(X: Any, y: NDArray[np.int64], options: Options) -> NDArray[np.float64]:
    """onedot's function."""
    epochs, shuffle, bias = options.tolist()
    w = onedot.fit_perceptron(X, y, bias=bool(bias), max_epochs=epochs, seed=0 if shuffle else None).weights
    return w if bias else np.concatenate([[0.0], w])


def fit(make: Callable[..., Any], X: Any, y: NDArray[np.int64], options: Options) -> NDArray[Any]:
    """An estimator with scikit-learn's parameters."""
    epochs, shuffle, bias = options.tolist()
    tol = 1e-3 if epochs == MOST else None
    model = make(max_iter=epochs, shuffle=bool(shuffle), fit_intercept=bool(bias), tol=tol).fit(X, y)
    return np.concatenate([model.intercept_, model.coef_[0]])


def contenders() -> list[Contender]:
    """Naive Python on lists, onedot at every level that runs here, its estimator, and scikit-learn's."""
    everyone = [naive_python(naive_perceptron, LONGEST_NAIVE), *every_level(train, LONGEST_REFERENCE)]
    if installed("sklearn"):
        ours = importlib.import_module("onedot.sklearn").Perceptron
        theirs = importlib.import_module("sklearn.linear_model").Perceptron
        everyone += [
            Contender("onedot.sklearn", "level", dict.fromkeys(DTYPES, partial(fit, ours)), BINARY64),
            Contender("scikit-learn", "peer", dict.fromkeys(DTYPES, partial(fit, theirs)), OWN_TYPE),
        ]
    return everyone


def tough(n: int, d: int, dtype: str) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """scikit-learn's make_classification in whole numbers, of which no plane separates the classes."""
    X, y = importlib.import_module("sklearn.datasets").make_classification(n, d, random_state=0)
    return on_a_line(np.round(4 * X).astype(dtype)), 2 * y - 1


def separable(n: int, d: int, dtype: str) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Whole numbers on both sides of a plane, and none near it."""
    draw = np.random.default_rng(0)
    X = draw.integers(-9, 10, (n, d))
    scores = X @ draw.integers(-9, 10, d)
    X[:, 0] = np.where(scores >= 0, 6 * d**0.5 + 9, -(6 * d**0.5) - 9).round()
    return on_a_line(X.astype(dtype)), np.where(scores >= 0, 1, -1)


def text_like(dtype: str, n: int = 20000, d: int = 50000, words: int = 80) -> tuple[Any, NDArray[np.int64]]:
    """Counts of words that are the rarer the higher their column, as a CSR matrix; a plane nearly separates them."""
    draw = np.random.default_rng(0)
    shares = 1.0 / np.arange(1, d + 1)
    columns = draw.choice(d, (n, words), p=shares / shares.sum())
    indptr = np.arange(0, n * words + 1, words)
    X = importlib.import_module("scipy.sparse").csr_matrix((np.ones(n * words, dtype), columns.ravel(), indptr), (n, d))
    X.sum_duplicates()
    return X, np.where(X @ draw.integers(-9, 10, d) > 0, 1, -1)


def exact_weights(X: Any, y: NDArray[np.int64], options: Options) -> list[int]:
    """The bias and the weights after epochs in order, or one without a mistake, in integers."""
    epochs, _, bias = options.tolist()
    w = np.zeros(1 + X.shape[1], np.int64)
    labels = y.tolist()
    for _ in range(epochs):
        mistakes = 0
        for i in range(X.shape[0]):
            columns, x = _stored(X, i)
            if labels[i] * (w[0] + x @ w[columns]) <= 0:
                w[columns] += labels[i] * x
                w[0] += labels[i] * bias
                mistakes += 1
        if not mistakes:
            break
    return [int(weight) for weight in w]


def _stored(X: Any, i: int) -> tuple[Any, NDArray[np.int64]]:
    """Where the weights of row i stand, the bias before them, and its elements."""
    if isinstance(X, np.ndarray):
        return slice(1, None), X[i].astype(np.int64)
    span = slice(X.indptr[i], X.indptr[i + 1])
    return X.indices[span] + 1, X.data[span].astype(np.int64)


def _problem(X: Any, y: NDArray[np.int64], options: Options) -> Problem:
    """Training, with the exact weights; in an order that differs from library to library there are none."""
    if options[1]:
        return Problem((X, y, options), {})
    weights = exact_weights(X, y, options)
    answers: dict[tuple[int, ...], Answer] = {
        (j,): Answer(Fraction(w), Fraction(abs(w)), Fraction(1), 1) for j, w in enumerate(weights)
    }
    return Problem((X, y, options), answers)


def _case(label: str, dtype: str, make: Callable[[], tuple[Any, NDArray[np.int64]]], options: Options) -> Case:
    X, y = make()
    probe = _problem(*separable(60, 7, dtype), IN_ORDER)
    elements = X.nnz if hasattr(X, "nnz") else X.size
    return Case(label, "", dtype, elements, _problem(X, y, options), probe, WORDS)


WORDS = Words("", "el/ns")


def _cases(dtype: str, sizes: tuple[Any, ...], real: bool) -> dict[str, Callable[[], Case]]:
    """What makes each case: whole numbers of these sizes in order and shuffled, separable ones, and CSR if `real`."""
    makers: dict[str, Callable[[], Case]] = {}
    for n, d in sizes:
        make = partial(tough, n, d, dtype)
        makers[f"{n}x{d}"] = partial(_case, f"{n}x{d}", dtype, make, IN_ORDER)
        makers[f"{n}x{d} shuf"] = partial(_case, f"{n}x{d} shuf", dtype, make, SHUFFLED)
    if real:
        makers["separable"] = partial(_case, "separable", dtype, partial(separable, 10000, 100, dtype), CONVERGED)
    if real and installed("scipy"):
        text = partial(text_like, dtype, 2000) if len(sizes) < len(SIZES) else partial(text_like, dtype)
        makers["text"] = partial(_case, "text", dtype, text, CSR_IN_ORDER)
        makers["text shuf"] = partial(_case, "text shuf", dtype, text, CSR_SHUFFLED)
    return makers


SIZES = ((100, 20), (1000, 20), (10000, 100), (100000, 100), (20000, 1000))

PERCEPTRON = Operation(name="perceptron", contenders=contenders, sizes=SIZES, quick_sizes=SIZES[:3:2], cases=_cases)
