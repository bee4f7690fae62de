"""Subclasses of ndarray whose attributes lie, wherever an array is taken: their memory is what it is, nothing else.

Whatever such an array says of itself, a call gives what it gives for an honest array in the same memory, and leaves
all around that memory as it was.
"""

from typing import NamedTuple

import numpy as np
import pytest
from numpy.lib.stride_tricks import as_strided

import onedot
from onedot import Hyperplane, Layer, Network, Unit, activations, exact, geometry, search, single
from support.cells import in_one_test
from support.hostile import Row, frozen, outcome
from support.producers import Array, DLPack

AROUND = 4096  # elements on either side of an array: what lies says of itself stays within them
GUARD = -7.0
N = 4


def nothing_of_the_kind(*args, **options):
    return np.full(1000, 99.0)


# What an array says of itself, by name; it is always N or (N, N) numbers of float64.
LIES = {
    "a longer shape": {"shape": (1000,), "size": 1000, "nbytes": 8000, "__len__": lambda self: 1000},
    "a shorter shape": {"shape": (1,), "size": 1, "nbytes": 8, "__len__": lambda self: 1},
    "one row more": {"shape": (5, 5)},
    "no shape": {"shape": ()},
    "a shape of nonsense": {"shape": "four"},
    "longer strides": {"strides": (800, 800)},
    "strides of 0": {"strides": (0, 0)},
    "strides backwards": {"strides": (-8, -8)},
    "a narrower type": {"dtype": np.dtype("f4"), "itemsize": 4},
    "a wider type": {"dtype": np.dtype("c16"), "itemsize": 16},
    "objects": {"dtype": np.dtype("O")},
    "flags": {"flags": np.broadcast_to(np.zeros(()), (2, 2)).flags},
    "more dimensions": {"ndim": 7},
    "no dimension": {"ndim": 0},
    "other data": {"data": np.zeros(1000).data, "ctypes": np.zeros(1000).ctypes, "base": np.zeros(1000)},
    "another interface": {
        "__array_interface__": np.zeros(1000).__array_interface__,
        "__array_struct__": np.zeros(1000).__array_struct__,
    },
    "another array": {"__array__": nothing_of_the_kind, "__dlpack__": nothing_of_the_kind},
    "another buffer": {"__buffer__": lambda self, flags: memoryview(np.zeros(1000))},
    "an array of NumPy's own class": {"__class__": np.ndarray},
    "a list": {"__class__": list},
    "a masked array": {"__class__": np.ma.MaskedArray},
    "a masked array's precedence": {"__array_priority__": 1e9},
    "other functions": {"__array_function__": nothing_of_the_kind, "__array_ufunc__": nothing_of_the_kind},
    "other elements": dict.fromkeys(("__getitem__", "__iter__", "item"), nothing_of_the_kind),
    "elements that go elsewhere": {"__setitem__": lambda self, key, value: None},
    "other copies": dict.fromkeys(
        ("astype", "copy", "flatten", "ravel", "reshape", "tolist", "transpose", "view", "T", "__copy__"),
        nothing_of_the_kind,
    ),
}  # fmt: skip
LIES["all at once"] = {
    name: said for lie in LIES.values() for name, said in lie.items() if name not in ("__class__", "__buffer__")
}


def liar(said):
    """A subclass of ndarray that says this of itself."""
    class_dict = {
        name: each if callable(each) else property(lambda self, each=each: each) for name, each in said.items()
    }
    if "__class__" in said:
        class_dict["__class__"] = property(lambda self: said["__class__"])
    return type("Liar", (np.ndarray,), class_dict)


class Guarded(NamedTuple):
    """An array in the middle of memory that nobody may write to."""

    array: np.ndarray
    room: np.ndarray

    def disguised(self, lie):
        return np.ndarray.view(self.array, liar(LIES[lie]))

    def is_whole(self):
        return (self.room[:AROUND] == GUARD).all() and (self.room[-AROUND:] == GUARD).all()


def guarded(v):
    room = np.full(v.size + 2 * AROUND, GUARD, v.dtype)
    array = room[AROUND:-AROUND].reshape(v.shape)
    array[...] = v
    return Guarded(array, room)


def tensor(v):
    """The same numbers by DLPack alone."""
    return DLPack(np.ndarray.view(v, np.ndarray))


V = np.array([1.0, -2.0, 0.5, 3.0])
A = np.array([[1.0, 2.0, -3.0, 4.0], [0.5, -1.0, 2.0, 8.0], [1.0, 1.0, 1.0, 1.0], [-2.0, 0.25, 4.0, -1.0]])
V32, A32 = V.astype("f4"), A.astype("f4")
Y = np.array([1.0, -1.0, 1.0, -1.0])
ORDER = np.array([3, 0, 0, 2])
FITTED = onedot.fit_logistic(A, Y)


def trained(X=A, y=Y, order=None):
    w = np.zeros(N + 1)
    return onedot.perceptron_epoch(w, X, y, order=order), w


def updated(x):
    w = np.zeros(N)
    return onedot.perceptron_update(w, x, 1), onedot.lms_update(w, x, 2.0), w


def separated(X, y):
    return onedot.separability(X, y).weights


def logistic(X=A, y=Y, **options):
    """The weights of two steps and what they say."""
    fit = onedot.fit_logistic(X, y, max_iter=2, **options)
    return fit.weights, fit.predict_proba(A)


VECTOR_READERS = {
    "dot": lambda v: (onedot.dot(v, V), onedot.dot(V, v), onedot.dot(v, v)),
    "dot with integers": lambda v: onedot.dot(v, [1, 2, 3, 4]),
    "matvec": lambda v: (onedot.matvec(A, v), onedot.matvec(A.astype("f4"), v)),
    "vecmat": lambda v: onedot.vecmat(v, A),
    "matmul": lambda v: (onedot.matmul(v, A), onedot.matmul(A, v), onedot.matmul(v, v)),
    "vecdot": lambda v: (onedot.vecdot(v, V), onedot.vecdot(A, v), onedot.vecdot(v, A)),
    "exact.dot": lambda v: exact.dot(v, V),
    "exact.sign": lambda v: exact.sign(v, V),
    "exact.fraction": lambda v: exact.fraction(v, V),
    "exact.matvec": lambda v: exact.matvec(A, v),
    "exact.matmul": lambda v: (exact.matmul(v, A), exact.matmul(A, v)),
    "exact.vecdot": lambda v: (exact.vecdot(v, V), exact.vecdot(A, v)),
    "search": lambda v: (*search.top_k(A, v, 1), search.cosines(A, v), search.distances(A, v)),
    **{name: lambda v, name=name: getattr(activations, name)(v) for name in (*activations.NAMES, "exp")},
    "norm": geometry.norm,
    "cosine": lambda v: geometry.cosine(v, V[::-1]),
    "angle": lambda v: geometry.angle(V[::-1], v),
    "project": lambda v: (geometry.project(v, V[::-1]), geometry.project(V[::-1], v)),
    "alignment": lambda v: geometry.alignment(v, A),
    "Hyperplane": lambda v: (Hyperplane(v, 0.5).w, Hyperplane(V, 0.5).side(v), Hyperplane(V).distance(v)),
    "Layer": lambda v: (Layer(A)(v), Layer(A, v, "tanh")(V)),
    "Unit": lambda v: (Unit(v, 0.5, "sigmoid")(V), Unit(V, activation="relu")(v)),
    "Network": lambda v: Network([Layer(A), Layer(A)])(v),
    "updates": updated,
    "labels": lambda v: (trained(y=np.ndarray.view(v, type(v))), onedot.fit_perceptron(A, v, max_epochs=2).weights),
    "targets": lambda v: onedot.fit_lms(A, v, epochs=2).weights,
    "labels of separability": lambda v: separated(A, v),
    "labels of fit_logistic": lambda v: logistic(y=v),
    "weights of samples": lambda v: (logistic(sample_weight=v), onedot.separation(A, Y, sample_weight=v)),
    "start": lambda v: logistic(start=v, bias=False),
    "a list of vectors": lambda v: (onedot.matvec([v, v], V), onedot.vecdot([v, v], V), trained([v, v, v, v])),
    "__array__": lambda v: (onedot.dot(Array(v), V), onedot.matvec(A, Array(v)), activations.exp(Array(v))),
    "DLPack": lambda v: (onedot.dot(tensor(v), V), onedot.matvec(A, tensor(v)), activations.exp(tensor(v))),
}  # fmt: skip
MATRIX_READERS = {
    "matvec": lambda a: (onedot.matvec(a, V), onedot.matvec(a, A), onedot.matvec(A, a)),
    "vecmat": lambda a: onedot.vecmat(V, a),
    "matmul": lambda a: (onedot.matmul(a, A), onedot.matmul(A, a), onedot.matmul(a, a)),
    "vecdot": lambda a: (onedot.vecdot(a, V), onedot.vecdot(a, A), onedot.vecdot(a, A, axis=0)),
    "exact.matvec": lambda a: exact.matvec(a, V),
    "exact.matmul": lambda a: (exact.matmul(a, A), exact.matmul(A, a)),
    "exact.vecdot": lambda a: exact.vecdot(a, A),
    **{name: lambda a, name=name: getattr(activations, name)(a) for name in (*activations.NAMES, "exp")},
    "geometry": lambda a: (geometry.norm(a), geometry.cosine(a, V), geometry.alignment(a, V)),
    "Hyperplane": lambda a: (Hyperplane(V, 0.5).side(a), Hyperplane(V).distance(a)),
    "Hyperplane.through": lambda a: Hyperplane.through(a).w,
    "Layer": lambda a: (Layer(a, activation="softmax")(A), Layer(A, activation="tanh")(a)),
    "Unit": lambda a: Unit(V)(a),
    "perceptron_epoch": lambda a: trained(a),
    "fit_perceptron": lambda a: onedot.fit_perceptron(a, Y, max_epochs=3).weights,
    "fit_lms": lambda a: onedot.fit_lms(a, Y, epochs=2).weights,
    "PerceptronFit.margins": lambda a: onedot.fit_perceptron(A, Y, max_epochs=3).margins(a, Y),
    "LmsFit.predict": lambda a: onedot.fit_lms(A, Y, epochs=2).predict(a),
    "separability": lambda a: separated(a, Y),
    "separation": lambda a: (onedot.separation(a, Y), onedot.separation(A, Y).verify(a, Y)),
    "fit_logistic": lambda a: (logistic(a), logistic(a, [0, 1, 2, 1], solver="lbfgs")),
    "LogisticFit": lambda a: [getattr(FITTED, name)(a) for name in ("margins", "predict", "predict_proba")],
    "a list of matrices": lambda a: (onedot.matvec([a, a], V), activations.tanh([a, a])),
}
SINGLE_READERS = {
    "single.dot": lambda v: (single.dot(v, V32), single.dot(V32, v)),
    "single.matvec": lambda v: (single.matvec(A32, v), single.matvec([v, v], V32)),
    "single.vecmat": lambda v: single.vecmat(v, A32),
    "single.matmul": lambda v: (single.matmul(v, A32), single.matmul(A32, v), single.matmul(v, v)),
    "single.vecdot": lambda v: (single.vecdot(v, V32), single.vecdot(A32, v)),
    "Layer": lambda v: (Layer(A32, tier="single")(v), Layer(A32, v, "tanh", tier="single")(V32)),
    "Unit": lambda v: (Unit(v, 0.5, "sigmoid", tier="single")(V32), Unit(V32, activation="relu", tier="single")(v)),
    "Network": lambda v: Network([Layer(A32, activation="relu", tier="single")] * 2)(v),
}
READERS = [
    *((name, "vector of float32", call, V32) for name, call in SINGLE_READERS.items()),
    ("single.matmul", "matrix of float32", lambda a: (single.matmul(a, A32), single.matmul(V32, a)), A32),
    ("Layer", "matrix of float32", lambda a: (Layer(a, tier="single")(V32), Layer(A32, tier="single")(a)), A32),
    ("single.vecdot", "matrix of float32", lambda a: single.vecdot(a, A32, axis=0), A32),
    ("single.dot", "vector of float64", lambda v: single.dot(v, V), V),
    *((name, "vector", call, V) for name, call in VECTOR_READERS.items()),
    *((name, "matrix", call, A) for name, call in MATRIX_READERS.items()),
    ("order", "vector", lambda order: trained(order=order), ORDER),
    ("labels of 1 and -1", "vector", lambda y: (trained(y=y), separated(A, y), onedot.separation(A, y)), Y),
]

# Each writes to an array of N numbers, or of (N, N).
OUTS = {
    "matvec": lambda out: onedot.matvec(A, V, out=out),
    "matvec of integers by floats": lambda out: onedot.matvec(A, [1, 2, 3, 4], out=out),
    "matvec of float16": lambda out: onedot.matvec(A.astype("f2"), V.astype("f2"), out=out),
    "vecmat": lambda out: onedot.vecmat(V, A, out=out),
    "matmul": lambda out: onedot.matmul(A, V, out=out),
    "vecdot": lambda out: onedot.vecdot(A, A, out=out),
    "vecdot along the first axis": lambda out: onedot.vecdot(A, A, axis=0, out=out),
    "exact.matvec": lambda out: exact.matvec(A, V, out=out),
    "exact.vecdot": lambda out: exact.vecdot(A, V, out=out),
    "single.matvec": lambda out: single.matvec(A32, V32, out=out),
    "single.vecmat": lambda out: single.vecmat(V32, A32, out=out),
    "single.vecdot": lambda out: single.vecdot(A32, V32, out=out),
    **{name: lambda out, name=name: getattr(activations, name)(V, out=out) for name in (*activations.NAMES, "exp")},
    **{f"{name} of itself": lambda out, name=name: getattr(activations, name)(out, out=out)
       for name in (*activations.NAMES, "exp")},
    "Layer": lambda out: Layer(A, V, "tanh")(V, out=out),
    "a single Layer": lambda out: Layer(A32, V32, "tanh", tier="single")(V32, out=out),
    "matvec of itself": lambda out: onedot.matvec(A, out, out=out),
}  # fmt: skip
OUT_MATRICES = {
    "matvec": lambda out: onedot.matvec(A, A, out=out),
    "matmul": lambda out: onedot.matmul(A, A, out=out),
    "exact.matvec": lambda out: exact.matvec(A, A, out=out),
    "exact.matmul": lambda out: exact.matmul(A, A, out=out),
    "single.matmul": lambda out: single.matmul(A32, A32, out=out),
    "softmax": lambda out: activations.softmax(A, out=out),
    "Layer": lambda out: Layer(A, activation="softmax")(A, out=out),
}
WEIGHTS = {
    "perceptron_update": lambda w: onedot.perceptron_update(w, -V, 1),
    "perceptron_update, no mistake": lambda w: onedot.perceptron_update(w, V, 1),
    "perceptron_update with a bias": lambda w: onedot.perceptron_update(w, -V[1:], 1),
    "lms_update": lambda w: onedot.lms_update(w, V, 5.0),
    "lms_update with a bias": lambda w: onedot.lms_update(w, V[1:], 5.0),
    "perceptron_epoch": lambda w: onedot.perceptron_epoch(w, A, Y),
    "perceptron_epoch with a bias": lambda w: onedot.perceptron_epoch(w, A[:, 1:], Y),
}
WRITERS = [
    *((name, "out", call, V) for name, call in OUTS.items()),
    *((name, "out matrix", call, A) for name, call in OUT_MATRICES.items()),
    *((name, "w", call, V) for name, call in WEIGHTS.items()),
]


def ids(each):
    return ", ".join(each[1::-1]) if isinstance(each, tuple) else each


def left_by(call, given, base):
    """What the call gives or raises, `given` itself aside, and what is then in its memory."""
    result = call(given)
    return "itself" if result is given else frozen(result), base.tobytes()


@in_one_test("reader", READERS, ids=ids)
def test_what_is_read_is_what_lies_in_memory(level, reader):
    _, _, call, v = reader
    wanted = outcome(Row("", lambda: call(v.copy()), None))
    for lie in LIES:
        hidden = guarded(v)
        assert outcome(Row("", lambda: call(hidden.disguised(lie)), None)) == wanted, lie  # noqa: B023
        assert hidden.is_whole(), lie
        assert hidden.array.tobytes() == v.tobytes(), lie


@in_one_test("writer", WRITERS, ids=ids)
def test_what_is_written_to_is_the_memory_that_an_array_has(level, writer):
    _, _, call, v = writer
    wanted = left_by(call, (honest := v.copy()), honest)
    for lie in LIES:
        hidden = guarded(v)
        assert left_by(call, hidden.disguised(lie), hidden.array) == wanted, lie
        assert hidden.is_whole(), lie


@in_one_test("writer", WRITERS, ids=ids)
def test_flags_and_strides_of_gaps_are_those_in_memory(level, writer):
    """Every other element, by an array that says it has no gaps and is aligned; and one that is not."""
    _, _, call, v = writer
    wanted = left_by(call, (honest := v.copy()), honest)
    said = {"flags": v.flags, "strides": v.strides, "shape": v.shape, "dtype": v.dtype}
    room = np.full((2, *v.shape, 2), GUARD)
    room[0, ..., 0] = v
    gaps = room[0, ..., 0]
    assert left_by(call, np.ndarray.view(gaps, liar(said)), gaps) == wanted
    assert (room[0, ..., 1] == GUARD).all()
    assert (room[1] == GUARD).all()
    misaligned = np.zeros(v.nbytes + 1, np.uint8)[1:].view("f8").reshape(v.shape)
    misaligned[...] = v
    assert left_by(call, np.ndarray.view(misaligned, liar(said)), misaligned) == wanted


# Truly unfit for every writer, while they say that they are float64, of the right shape, and writeable.
UNFIT = {
    "read-only": (lambda v: np.broadcast_to(v, v.shape), ValueError, "is read-only; want an array that can be"),
    "too short": (lambda v: v[..., :2], ValueError, "has shape"),
    "too long": (lambda v: np.concatenate([v, v], axis=-1), ValueError, "has shape"),
    "of no dimension": (lambda v: np.zeros(()), ValueError, "has shape ()"),
    "float32": (lambda v: v.astype("f4"), TypeError, "want"),
    "int64": (lambda v: v.astype("i8"), TypeError, "want"),
    "objects": (lambda v: v.astype(object), TypeError, "want"),
    "bytes": (lambda v: np.zeros(v.shape, np.uint8), TypeError, "want"),
    "byte-swapped": (lambda v: v.astype(">f8"), TypeError, "want"),
    "one in memory": (lambda v: as_strided(v.copy(), v.shape, (0,) * v.ndim), ValueError, "share memory; want"),
    "masked": (lambda v: np.ma.array(v), TypeError, "has type"),
}


@in_one_test("unfit", UNFIT)
@in_one_test("writer", WRITERS, ids=ids)
def test_an_array_that_does_not_fit_is_refused_whatever_it_says(level, writer, unfit):
    name, _, call, v = writer
    make, error, words = UNFIT[unfit]
    if "of itself" in name or (unfit == "float32" and ("float16" in name or "single" in name)):
        return  # what is read is what is written to, so it fits; and float32 holds the result
    array = make(v)
    before = array.tobytes()
    truthful = type(v) if unfit != "masked" else np.ma.MaskedArray
    honest = {each: getattr(v, each) for each in ("shape", "strides", "dtype", "flags", "ndim", "size")}
    if truthful is np.ndarray:
        given = np.ndarray.view(array, liar(honest))
    else:
        given = array.view(type("Unmasked", (truthful,), {"__class__": property(lambda self: np.ndarray)}))
    with pytest.raises(error) as caught:
        call(given)
    assert words in str(caught.value)
    assert array.tobytes() == before


class NoArray:
    """What isinstance takes for an array, and is none."""

    __class__ = np.ndarray
    shape, strides, dtype, ndim, size, flags = (N,), (8,), np.dtype("f8"), 1, N, V.flags


@in_one_test("writer", WRITERS, ids=ids)
def test_what_only_says_that_it_is_an_array_is_refused(level, writer):
    name, _, call, _ = writer
    with pytest.raises(
        TypeError, match="has type NoArray; want a NumPy array" if "itself" not in name else "NoArray|obj"
    ):
        call(NoArray())


class MaskedProxy:
    """What stands for a masked array, whose numbers alone NumPy reads."""

    __class__ = np.ma.MaskedArray

    def __array__(self, dtype=None, copy=None):
        return V.copy()


def test_what_stands_for_a_masked_array_is_refused(level):
    for call in (lambda v: onedot.dot(v, V), lambda v: onedot.vecdot(V, v), lambda v: exact.dot([v], [V])):
        with pytest.raises(TypeError, match="mask"):
            call(MaskedProxy())


@pytest.mark.parametrize(("size", "name"), [(0, "bfloat16"), (2, "bfloat"), (2, "bfloat16")])
def test_a_dtype_is_not_bfloat16_because_it_is_called_so(level, size, name):
    v = np.zeros(N, np.dtype((type(name, (np.void,), {}), size)))
    for call in (
        lambda: onedot.dot(v, v),
        lambda: onedot.matvec(v[None], v),
        lambda: onedot.vecdot(v, v),
        lambda: exact.dot(v, v),
        lambda: exact.vecdot(v, v),
        lambda: activations.tanh(v),
        lambda: Layer(v[None]),
        lambda: trained(np.stack([v] * N)),
        lambda: updated(v),
        lambda: onedot.matvec(A.astype("f2"), V.astype("f2"), out=v),
    ):
        with pytest.raises(TypeError, match=r"has dtype .V"):
            call()


class Turning:
    """What has numbers, and gives another array another shape when it is asked for them."""

    def __init__(self, values, other, shape):
        self.values, self.other, self.shape_of_other = values, other, shape

    def __array__(self, dtype=None, copy=None):
        self.other.shape = self.shape_of_other
        return self.values


# Each takes a matrix (N, N), and first reads that, then what turns it.
TURNED = {
    "dot": lambda a, turning: onedot.dot(a[0], turning(V)),
    "matvec": lambda a, turning: onedot.matvec(a, turning(V)),
    "matvec of float32": lambda a, turning: onedot.matvec(a, turning(V.astype("f4"))),
    "matmul": lambda a, turning: onedot.matmul(a, turning(A)),
    "vecdot": lambda a, turning: onedot.vecdot(a, turning(A)),
    "vecdot along the first axis": lambda a, turning: onedot.vecdot(a, turning(A), axis=0),
    "exact.matvec": lambda a, turning: exact.matvec(a, turning(V)),
    "perceptron_epoch by labels": lambda a, turning: trained(a, turning(Y)),
    "perceptron_epoch by its order": lambda a, turning: trained(a, Y, turning(ORDER)),
    "fit_perceptron": lambda a, turning: onedot.fit_perceptron(a, turning(Y), max_epochs=3).weights,
    "fit_lms": lambda a, turning: onedot.fit_lms(a, turning(Y), epochs=2).weights,
    "separability": lambda a, turning: separated(a, turning(Y)),
    "separation": lambda a, turning: onedot.separation(a, turning(Y)),
    "separation by weights": lambda a, turning: onedot.separation(a, Y, sample_weight=turning(V**2)),
    "fit_logistic": lambda a, turning: logistic(a, turning(Y)),
    "fit_logistic by weights": lambda a, turning: logistic(a, sample_weight=turning(V**2)),
    "fit_logistic by start": lambda a, turning: logistic(a, start=turning(V), bias=False),
    "geometry": lambda a, turning: geometry.project(a, turning(V)),
}


@in_one_test("shape", [(1, N * N), (N * N, 1), (N * N,), (2, 2, N)])
@in_one_test("call", TURNED)
def test_a_shape_that_changes_in_the_middle_of_a_call_changes_nothing(level, call, shape):
    wanted = frozen(TURNED[call](A.copy(), lambda values: values))
    place = guarded(A)
    assert frozen(TURNED[call](place.array, lambda values: Turning(values, place.array, shape))) == wanted
    assert place.is_whole()


@pytest.mark.parametrize("shape", [(1, N), (N, 1), (2, 2)])
def test_weights_whose_shape_changes_in_the_middle_of_an_epoch_are_the_same_weights(level, shape):
    wanted, place = np.zeros(N), guarded(np.zeros(N))
    onedot.perceptron_epoch(wanted, A, Y, order=ORDER)
    onedot.perceptron_epoch(place.array, A, Y, order=Turning(ORDER, place.array, shape))
    assert place.array.ravel().tolist() == wanted.tolist()
    assert place.is_whole()


def estimators():
    sklearn = pytest.importorskip("onedot.sklearn")
    logistic = sklearn.LogisticRegression(tol=1e-8)
    return sklearn.Perceptron(max_iter=3, tol=None), sklearn.Adaline(max_iter=2, tol=None), logistic


@pytest.mark.parametrize("which", [0, 1, 2])
def test_estimators_read_what_lies_in_memory(level, which):
    """What scikit-learn itself says of the samples to predict, which it asks for their shape, is a refusal too."""
    honest = estimators()[which].fit(A, Y, sample_weight=V**2)
    for lie in LIES:
        places = X, y, weights = guarded(A), guarded(Y), guarded(V**2)
        lied_to = estimators()[which].fit(X.disguised(lie), y.disguised(lie), sample_weight=weights.disguised(lie))
        assert lied_to.coef_.tobytes() == honest.coef_.tobytes(), lie
        found = outcome(Row("", lambda: lied_to.predict(X.disguised(lie)), None))  # noqa: B023
        assert found[0] in (TypeError, ValueError) or found == frozen(honest.predict(A)), lie
        assert all(place.is_whole() for place in places), lie
