"""Logistic regression: who finds the coefficients of least penalised loss, to one tolerance of the gradient."""

import importlib
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

import onedot
from onedot._benchmark.levels import BINARY64, every_level
from onedot._benchmark.model import Case, Contender, Operation, Problem, Words
from onedot._benchmark.operations.perceptron import text_like
from onedot._benchmark.oracle import Answer
from onedot._benchmark.peers import installed
from onedot._benchmark.vectors import on_a_line

__all__ = ["LOGISTIC"]

TOL = 1e-6  # of the largest component of the gradient, which all of them are given
ITERATIONS = 10000
NEAR = Fraction(1, 1000)  # of the largest coefficient: how far off that tolerance may leave one
LONGEST_REFERENCE = 2**12
WORDS = Words("", "el/ns")


def fit(X: Any, y: NDArray[np.intp]) -> NDArray[np.float64]:
    """onedot's function."""
    return np.ravel(onedot.fit_logistic(X, y, tol=TOL, max_iter=ITERATIONS).weights)


def sklearn_fit(solver: str, X: Any, y: NDArray[np.intp]) -> NDArray[Any]:
    """scikit-learn's, the bias before the weights of each class as in onedot's."""
    model = importlib.import_module("sklearn.linear_model").LogisticRegression
    fitted = model(solver=solver, tol=TOL, max_iter=ITERATIONS).fit(X, y)
    return np.ravel(np.column_stack([fitted.intercept_, fitted.coef_]))


def contenders() -> list[Contender]:
    """onedot at every level that runs here, and two solvers of scikit-learn."""
    everyone = every_level(fit, LONGEST_REFERENCE)
    if installed("sklearn"):
        # Newton's Hessian of a text has 75 GB.
        solvers = (("L-BFGS", "lbfgs", None), ("Newton", "newton-cholesky", "text"))
        everyone += [
            Contender(f"scikit-learn {name}", "peer", {"float64": partial(sklearn_fit, solver)}, BINARY64, unfit=unfit)
            for name, solver, unfit in solvers
        ]
    return everyone


def normal(n: int, d: int, dtype: str) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Normal features, of which half of the noise of a logistic distribution hides the labels."""
    draw = np.random.default_rng(0)
    X = draw.standard_normal((n, d))
    scores = X @ draw.standard_normal(d) / d**0.5 + draw.logistic(size=n) / 2
    return on_a_line(X.astype(dtype)), (scores > 0).astype(np.intp)


def digits(dtype: str) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """1797 images of 64 pixels from 0 to 1, ten classes."""
    X, y = importlib.import_module("sklearn.datasets").load_digits(return_X_y=True)
    return on_a_line((X / 16).astype(dtype)), y


def text(dtype: str) -> tuple[Any, NDArray[np.intp]]:
    """CSR, 20,000 rows of 100,000 columns with 40 words each, a part of whose labels is turned."""
    X, y = text_like(dtype, 20000, 100000, 40)
    turned = np.random.default_rng(1).random(len(y)) < 0.1
    return X, ((y > 0) ^ turned).astype(np.intp)


def _true(X: Any, y: NDArray[np.intp]) -> NDArray[np.float64]:
    """Coefficients to a tolerance a thousand times as small: where no library agrees, they are wrong, not others."""
    return np.ravel(onedot.fit_logistic(X, y, tol=TOL / 1000, max_iter=ITERATIONS).weights)


def _case(label: str, dtype: str, make: Callable[[], tuple[Any, NDArray[np.intp]]]) -> Case:
    X, y = make()
    weights = _true(X, y)
    allowed = NEAR * Fraction(float(np.max(np.abs(weights))))
    u = Fraction(2.0**-53)
    answers: dict[tuple[int, ...], Answer] = {
        (j,): Answer(Fraction(w), allowed / u, Fraction(0), 1) for j, w in enumerate(weights.tolist())
    }
    both = on_a_line(np.repeat(np.eye(4, dtype=dtype), 2, axis=0))
    zeros: dict[tuple[int, ...], Answer] = {(j,): Answer(Fraction(0), Fraction(0), Fraction(1), 1) for j in range(5)}
    probe = Problem((both, np.tile([0, 1], 4)), zeros)
    elements = X.nnz if hasattr(X, "nnz") else X.size
    return Case(label, "", dtype, elements, Problem((X, y), answers), probe, WORDS)


def _cases(dtype: str, sizes: tuple[Any, ...], real: bool) -> dict[str, Callable[[], Case]]:
    makers: dict[str, Callable[[], Case]] = {
        f"{n}x{d}": partial(_case, f"{n}x{d}", dtype, partial(normal, n, d, dtype)) for n, d in sizes
    }
    if real and installed("sklearn"):
        makers["digits"] = partial(_case, "digits", dtype, partial(digits, dtype))
        makers["text"] = partial(_case, "text", dtype, partial(text, dtype))
    return makers


SIZES = ((1000, 20), (10000, 100), (100000, 100), (20000, 1000))

LOGISTIC = Operation(
    name="logistic",
    contenders=contenders,
    sizes=SIZES,
    quick_sizes=SIZES[:2],
    cases=_cases,
    dtypes=("float64",),  # in float32 scikit-learn does not reach the tolerance
)
