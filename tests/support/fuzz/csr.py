"""CSR matrices whose parts were changed, through all that takes CSR.

They are refused, or give what the dense matrix gives that the parts describe.
"""

import warnings
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse

import onedot
from onedot.sklearn import Adaline, Perceptron
from support.fuzz.arrays import Bytes
from support.fuzz.csr_matrices import (
    HOLDERS,
    Parts,
    as_tuple,
    changing,
    dense,
    drawn,
    empty_by_nnz,
    is_of_one_sum,
    is_plain,
    mutated,
)
from support.fuzz.outcome import is_refusal, outcome, said_of, same_at_every_level

# Who takes them ------------------------------------------------------------------------------------------


def weights(d, bias=0):
    return np.arange(d + bias) % 5 - 2.0


def some(d):
    """Dense samples of three classes, and two."""
    return (np.arange(6 * d) * 7 % 11 - 5.0).reshape(6, d), np.array([0, 1, 2, 0, 1, 2]), np.array([0, 1, 1, 0, 1, 0])


def epoch(X, y, d, option):
    w = weights(d, option % 2)
    mistakes = onedot.perceptron_epoch(w, X, y, order=(None, [0] * 3)[option // 2 % 2])
    return mistakes, w


def fit_perceptron(X, y, d, option):
    fit = onedot.fit_perceptron(X, y, bias=bool(option % 2), max_epochs=2, seed=(None, 1)[option // 2 % 2])
    return fit.weights, fit.averaged, fit.mistakes, fit.converged, fit.margin


def fit_lms(X, y, d, option):
    fit = onedot.fit_lms(X, y, bias=bool(option % 2), epochs=2, rate=2.0**-12, seed=(None, 1)[option // 2 % 2])
    return fit.weights, fit.averaged, fit.losses


def perceptron_margins(X, y, d, option):
    w = weights(d, option % 2)
    fit = onedot.PerceptronFit(w, w, np.array([1]), False, float("nan"), float("inf"), bool(option % 2))
    return fit.margins(X), fit.predict(X)


def lms_predict(X, y, d, option):
    w = weights(d, option % 2)
    return onedot.LmsFit(w, w, np.ones(1), bool(option % 2)).predict(X)


def estimator(option):
    shared = {"max_iter": 2, "tol": None, "fit_intercept": bool(option % 2), "average": option % 5 == 0}
    if option % 3 == 0:
        return Adaline(eta0=2.0**-12, **shared)
    return Perceptron(multi_class=("ovr", "joint")[option // 2 % 2], early_stopping=option % 7 == 0, **shared)


def learnt(fit):
    return fit.coef_, fit.intercept_, fit.n_features_in_


def estimator_fit(X, y, d, option):
    return learnt(estimator(option).fit(X, y if option % 4 else np.arange(len(y)) % 3))


def estimator_partial_fit(X, y, d, option):
    made = estimator(option).set_params(early_stopping=False)
    if option % 4:
        D, _, two = some(d)
        made.partial_fit(D, np.where(two, 1, -1))
    return learnt(made.partial_fit(X, y, classes=[-1, 1]))


def estimator_predict(X, y, d, option):
    D, three, two = some(d)
    fit = estimator(option).set_params(early_stopping=False).fit(D, three if option % 4 else two)
    return fit.decision_function(X), fit.predict(X)


def estimator_score(X, y, d, option):
    D, _, two = some(d)
    return estimator(option).set_params(early_stopping=False).fit(D, np.where(two, 1, -1)).score(X, y)


def products(X, y, d, option):
    of, w = (onedot, onedot.exact)[option % 2], weights(d)
    return of.matvec(X, w), of.matvec([w, w[::-1]], X), of.matmul(X, np.array([w, w + 1.0]).T)


def products_of_columns(X, y, d, option):
    v = np.arange(len(y)) % 3 - 1.0
    return onedot.vecmat(v, X), onedot.exact.matmul(v[None], X)


FUNCTIONS = (
    epoch,
    products,
    products_of_columns,
    fit_perceptron,
    fit_lms,
    perceptron_margins,
    lms_predict,
    estimator_fit,
    estimator_fit,
    estimator_partial_fit,
    estimator_predict,
    estimator_score,
)


# A case --------------------------------------------------------------------------------------------------


def shown(v):
    """A part in words, whatever an array says of itself."""
    is_array = issubclass(type(v), np.ndarray)
    return f"{type(v).__name__} of {np.asarray(v)!r}" if is_array and type(v) is not np.ndarray else repr(v)


class Case(NamedTuple):
    """A function, what it takes besides the matrix, and the matrix."""

    function: Any
    y: Any
    d: int
    option: int
    holder: Any
    parts: Parts
    changes: tuple[Parts, int] | None  # what the parts were before they have been read so often

    def __str__(self):
        parts = ", ".join(f"{name}={shown(v)}" for name, v in zip(Parts._fields, self.parts, strict=True))
        changing = "" if self.changes is None else f", which change after {self.changes[1]} reads"
        return f"{self.function.__name__}, option {self.option}, {self.holder.__name__} of {parts}{changing}"

    def matrix(self):
        if self.changes is None:
            return self.holder(self.parts)
        first, reads = self.changes
        return changing(first, self.parts, reads)

    def made_of(self, X):
        """What the function makes of a matrix."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", category=scipy.sparse.SparseWarning)
            return outcome(lambda: self.function(X(), self.y, self.d, self.option))


def length(size, otherwise):
    return int(size) if isinstance(size, int | np.integer) and 0 < size < 10**4 else otherwise


@np.errstate(all="ignore")
def case_of(data):
    function, holder, option = data.one_of(FUNCTIONS), data.one_of(HOLDERS), data.one_of(range(210))
    first = parts = drawn(data)
    n, d = parts.shape
    for _ in range(data.one_of((0, 1, 1, 1, 2, 3))):
        parts = mutated(data, parts)
    if type(parts.shape) is tuple and len(parts.shape) == 2:
        n, d = length(parts.shape[0], n), length(parts.shape[1], d)
    changes = data.one_of((None, None, None, (first, data.one_of(range(8)))))
    return Case(function, np.where(data.patterns(n) % 2, 1, -1), d, option, holder, parts, changes)


def must_be_taken(case):
    """Whether a matrix may not be refused: it has no slack and no narrow index, and scikit-learn can read it, too."""
    data, indices, indptr, _ = case.parts
    narrow = any(v.dtype not in (np.int32, np.int64) for v in (indices, indptr))
    strange = case.function.__name__.startswith("estimator") and case.holder in (as_tuple, empty_by_nnz)
    return len(data) == indptr[-1] and not narrow and not strange


def given(case):
    """What a CSR matrix gives: if it describes none, a refusal; else what its dense one gives or, if unusual, that."""
    found = case.made_of(case.matrix)
    if case.changes is not None or not is_plain(case.parts):
        return found
    X = dense(case.parts)
    if X is None:
        assert is_refusal(found), f"broken, and taken: {found}"
        return found
    if not is_of_one_sum(case.parts):
        return found
    wanted = case.made_of(lambda: X)
    if is_refusal(found):
        assert is_refusal(wanted) or not must_be_taken(case), f"refused: {found}, and dense {wanted}"
    else:
        assert found == wanted, f"{found}, and dense {wanted}"
    return found


def check(data):
    """What becomes of a CSR matrix, the same at every level. The name of the function, and what it gives or raises."""
    with said_of(lambda: case_of(Bytes(data))):
        found = same_at_every_level(lambda: given(case_of(Bytes(data))), lambda: "it")
    return case_of(Bytes(data)).function.__name__, found
