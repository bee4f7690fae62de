"""CSR matrices whose parts were changed, through all that takes CSR.

They are refused, or give what the dense matrix gives that the parts describe.
"""

import warnings
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse

import onedot
from onedot._corpus.perceptron import Csr
from onedot.sklearn import Adaline, Perceptron
from support.fuzz_arrays import Bytes, misaligned, vector
from support.fuzz_forged import forged
from support.fuzz_outcome import is_refusal, outcome, said_of, same_at_every_level

DTYPES = (*map(np.dtype, 6 * ["f8"] + 3 * ["f4"] + ["f2", "i8", "i1", "u4", "?", ">f8", ">f4", "c16", "O", "U1"]),)
PLACES = (-1, -2, 0, 1, 2, 5, 2**31 - 1, -(2**31), 2**31, 2**32, 2**62, 2**63 - 1, -(2**63))
INDEX = (*map(np.dtype, ("i4", "i8", "i4", "i8", "u8", "u4", "i2", "i1", "u1", ">i4", ">i8", "f8", "f4", "?", "O")),)


class Parts(NamedTuple):
    """A CSR matrix as what it is made of."""

    data: Any
    indices: Any
    indptr: Any
    shape: Any


# Valid ones ----------------------------------------------------------------------------------------------


def drawn(data):
    """The parts of a CSR matrix, columns in any order, some twice, some rows empty; mostly small."""
    n, d = data.one_of((1, 2, 3, 4, 6, 9)), data.one_of((1, 2, 3, 5, 8, 33, 70, 4100))
    counts = data.patterns(n) % data.one_of((1, 2, 3, 4, 9))
    nnz = int(counts.sum())
    index = data.one_of(INDEX[:2])
    columns = data.patterns(4 * nnz).view(np.uint32) % d
    indptr = np.concatenate([[0], np.cumsum(counts.astype(np.int64))])
    return Parts(values(data, nnz), columns.astype(index), indptr.astype(index), (n, d))


def values(data, count):
    dtype = data.one_of(DTYPES)
    if dtype.kind == "f":
        return vector(data, count, dtype)
    small = data.patterns(count) % 3
    return small.astype(np.int8).astype(dtype)


# Changes -------------------------------------------------------------------------------------------------


def shorter(data, v):
    return v[: data.one_of((1, 2, 0, -1, -2))]


def longer(data, v):
    more = data.one_of((1, 2, 100))
    return np.concatenate([v, np.resize(v, more)]) if len(v) else np.zeros(more, v.dtype)


def changed(data, v):
    """One element is another number."""
    place = data.one_of(PLACES)
    v = v.copy()
    if len(v):
        at, info = data.one_of(range(len(v))), np.iinfo(v.dtype) if v.dtype.kind in "iu" else None
        v[at] = v[at] + place if info is None else min(max(place, info.min), info.max)
    return v


def exchanged(data, v):
    if len(v) < 2:
        return v
    v, i, j = v.copy(), data.one_of(range(len(v))), data.one_of(range(len(v)))
    v[[i, j]] = v[[j, i]]
    return v


def shifted(data, v):
    return v + v.dtype.type(data.one_of((1, 1, 100)))


def retyped(data, v):
    return v.astype(data.one_of(INDEX))


def fractional(data, v):
    return v + 0.5


def laid_out(data, v):
    """Another layout of the same numbers."""
    ways = (
        lambda: np.repeat(v, 2)[::2],
        lambda: v[::-1].copy()[::-1],
        lambda: misaligned(v.copy()),
        lambda: read_only(v),
    )
    return data.one_of(ways)()


def read_only(v):
    v = v.copy()
    v.flags.writeable = False
    return v


def reshaped(data, v):
    return data.one_of((lambda: v[None], lambda: v[:, None], lambda: v.reshape(1, 1, -1), lambda: v.sum()))()


def shared(data, v):
    """One element in the place of all."""
    return np.broadcast_to(v[:1], len(v)) if len(v) else v


def other(data, v):
    return data.one_of((None, 0, 1.5, "ab", [], [0, 1], (), np.zeros(0), {}, v.tolist(), b"abcdefgh", memoryview(v)))


def lying(data, v):
    return forged(data, v)[0]


CHANGES = (
    lying,
    shorter,
    longer,
    changed,
    changed,
    exchanged,
    shifted,
    retyped,
    fractional,
    laid_out,
    reshaped,
    shared,
    other,
)
SHAPED = (
    lambda n, d: (n + 1, d),
    lambda n, d: (n - 1, d),
    lambda n, d: (n, d - 1),
    lambda n, d: (n, d + 1),
    lambda n, d: (d, n),
    lambda n, d: (n + 1000, d),
    lambda n, d: (0, d),
    lambda n, d: (n, 0),
    lambda n, d: (-1, d),
    lambda n, d: (n, -1),
    lambda n, d: (2**62, d),
    lambda n, d: (n, 2**62),
    lambda n, d: (n, 2**64),
    lambda n, d: (n,),
    lambda n, d: (n, d, 1),
    lambda n, d: (float(n), d),
    lambda n, d: (n, d + 0.5),
    lambda n, d: (np.int64(min(n, 2**62)), np.int32(min(d, 2**31 - 1))),
    lambda n, d: [n, d],
    lambda n, d: (str(n), d),
    lambda n, d: (),
    lambda n, d: None,
)


def mutated(data, parts):
    """One of the parts changed."""
    name = data.one_of(("indptr", "indptr", "indices", "indices", "data", "shape"))
    if name == "shape":
        n, d = parts.shape if type(parts.shape) is tuple and len(parts.shape) == 2 else (1, 1)
        return parts._replace(shape=data.one_of(SHAPED)(n, d) if type(n) is type(d) is int else (2, 2))
    v, change = getattr(parts, name), data.one_of(CHANGES)
    is_vector = type(v) is np.ndarray and v.ndim == 1 and v.dtype.kind in "iuf"
    return parts._replace(**{name: change(data, v)}) if is_vector else parts


# What they describe --------------------------------------------------------------------------------------


def is_plain(parts):
    """Whether it is clear that the parts describe a matrix that fits here, or that they describe none."""
    arrays, shape = parts[:3], parts.shape
    if not all(type(v) is np.ndarray for v in arrays) or arrays[0].dtype.char not in "dfbBhHiIlLqQ?":
        return False
    if type(shape) is not tuple or any(type(size) not in (int, np.int64, np.int32) for size in shape):
        return False
    return len(shape) != 2 or abs(shape[0]) * abs(shape[1]) < 2**20


def dense(parts):
    """The matrix that plain parts describe, None if they contradict each other."""
    v, indices, indptr, shape = parts
    if len(shape) != 2 or any(a.ndim != 1 for a in parts[:3]) or any(a.dtype.kind not in "iu" for a in parts[1:3]):
        return None
    n, d = shape
    if not (0 <= n == len(indptr) - 1 and d > 0 and len(v) == len(indices)):
        return None
    ends, columns = indptr.tolist(), indices.tolist()
    if ends[0] != 0 or ends != sorted(ends) or ends[-1] > len(v) or any(not 0 <= j < d for j in columns[: ends[-1]]):
        return None
    X = np.zeros((n, d), np.float64 if v.dtype.kind in "iub" else v.dtype.newbyteorder("="))
    with np.errstate(all="ignore"):
        for i in range(n):
            for k in range(ends[i], ends[i + 1]):
                X[i, columns[k]] += X.dtype.type(v[k])
    return X


def is_of_one_sum(parts):
    """Whether a dense matrix says what is stored: nothing twice, whose sum depends on who adds, no large integer."""
    v, indices, indptr, _ = parts
    rows = [indices[start:end].tolist() for start, end in pairwise(indptr)]
    large = v.dtype.kind in "iu" and any(abs(value) > 2**53 for value in v.tolist())
    return not large and all(len(set(row)) == len(row) for row in rows)


def must_be_taken(case):
    """Whether a matrix may not be refused: it has no slack and no narrow index, and scikit-learn can read it, too."""
    data, indices, indptr, _ = case.parts
    narrow = any(v.dtype not in (np.int32, np.int64) for v in (indices, indptr))
    strange = case.function.__name__.startswith("estimator") and case.holder in (as_tuple, empty_by_nnz)
    return len(data) == indptr[-1] and not narrow and not strange


# Who holds them ------------------------------------------------------------------------------------------


def as_tuple(parts):
    return Csr(*parts)


def of_scipy(parts, made=scipy.sparse.csr_array, **flags):
    """Made valid, then given these parts."""
    X = made((1, 1))
    for name, value in zip(("data", "indices", "indptr", "_shape"), parts, strict=True):
        setattr(X, name, value)
    for name, value in flags.items():
        setattr(X, name, value)
    return X


def old(parts):
    return of_scipy(parts, scipy.sparse.csr_matrix)


def said_sorted(parts):
    return of_scipy(parts, has_sorted_indices=True, has_canonical_format=True)


def said_unsorted(parts):
    return of_scipy(parts, scipy.sparse.csr_matrix, has_sorted_indices=False, has_canonical_format=False)


def empty_by_nnz(parts):
    return of_scipy(parts, type("Empty", (scipy.sparse.csr_array,), {"nnz": 0}))


HOLDERS = (as_tuple, of_scipy, of_scipy, old, said_sorted, said_unsorted, empty_by_nnz)


def changing(first, parts, reads):
    """A matrix of SciPy's whose parts are the first ones when they are read so often, and others from then on."""
    made = {}

    def part(name):
        read = []

        def get(self):
            read.extend([name] * ("whole" in made))  # SciPy looks at the parts when it makes the matrix
            return getattr(first if len(read) <= reads else parts, name)

        return property(get, lambda self, value: None)

    members = {name: part(name) for name in Parts._fields}
    made["whole"] = type("Changing", (scipy.sparse.csr_array,), members)((1, 1))
    return made["whole"]


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


FUNCTIONS = (
    epoch,
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
