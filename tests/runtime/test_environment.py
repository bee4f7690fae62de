"""Whatever rounding mode or flush to zero the caller has set: the same bits, and its environment as it was."""

import ctypes
import ctypes.util
import inspect
import platform
from contextlib import contextmanager
from dataclasses import asdict

import numpy as np
import pytest

import onedot
from onedot import Hyperplane, Layer, Network, Unit, activations, exact, geometry, levels, single
from onedot._core import threads
from support.bits import array_bits, bits
from support.cells import in_one_test
from support.hostile import frozen
from support.interpreter import printed
from support.public_functions import public_functions
from support.samples import vector

# What fesetround takes, and control words for fesetenv: x86 writes MXCSR, bytes 28 to 31 of its environment.
ROUNDINGS = {
    "x86_64": {"down": 0x400, "up": 0x800, "towards zero": 0xC00},
    "aarch64": {"up": 0x400000, "down": 0x800000, "towards zero": 0xC00000},
}.get(platform.machine(), {})
MXCSR = {"flush to zero": 0x9F80, "denormals are zero": 0x1FC0, "both, rounding up": 0xDFC0, "traps": 0x1D80}
MXCSR["every trap but that of inexact results"] = 0x1000
HOSTILE = [*ROUNDINGS, *(MXCSR if platform.machine() == "x86_64" else ())]

pytestmark = pytest.mark.skipif(
    platform.system() != "Linux" or not ROUNDINGS or not levels.compiled, reason="no way to set the environment here"
)


def libm():
    return ctypes.CDLL(ctypes.util.find_library("m"))


def set_environment(name):
    """Make this thread's environment hostile."""
    if name in ROUNDINGS:
        assert libm().fesetround(ROUNDINGS[name]) == 0
    else:
        room = ctypes.create_string_buffer(64)
        libm().fegetenv(room)
        room[28:32] = MXCSR[name].to_bytes(4, "little")
        libm().fesetenv(room)


def controls():
    """What is set of rounding, flushing and traps, without the flags that arithmetic raises."""
    room = ctypes.create_string_buffer(64)
    libm().fegetenv(room)
    if platform.machine() == "x86_64":
        return int.from_bytes(room[28:32], "little") & 0xFFC0
    return libm().fegetround()


@contextmanager
def set_to(name):
    """This environment within a `with` block, at whose end it must still be the one that was set."""
    before = ctypes.create_string_buffer(64)
    libm().fegetenv(before)
    set_environment(name)
    wanted = controls()
    try:
        yield
        found = controls()
    finally:
        libm().fesetenv(before)
    assert found == wanted


def subnormal(n):
    """Products that are subnormal, of both signs."""
    return vector(n) * 2.0**-530


@pytest.mark.parametrize("hostile", HOSTILE)
def test_dot_gives_the_same_bits_and_leaves_the_environment(compiled_level, hostile):
    pairs = [(vector(n, dtype, 1), vector(n, dtype, 2)) for dtype in ("float64", "float32") for n in (3, 100, 5000)]
    pairs += [(subnormal(100), subnormal(100)), (vector(50, "float16"), vector(50)), (vector(9).tolist(), range(9))]
    wanted = [bits(onedot.dot(x, y)) for x, y in pairs]
    with set_to(hostile):
        found = [onedot.dot(x, y) for x, y in pairs]
    assert [bits(value) for value in found] == wanted


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("function", [onedot.matvec, onedot.vecdot, lambda A, X: onedot.matmul(A, X.T)])
def test_batches_give_the_same_bits_and_leave_the_environment(compiled_level, hostile, function):
    A = vector(5 * 40).reshape(5, 40)
    calls = [
        (A, A),
        (A.astype("f4"), A.astype("f4")),
        (A * 2.0**-530, A * 2.0**-530),
        (vector(200, "float16").reshape(5, 40), A),
    ]
    wanted = [array_bits(function(a, x)) for a, x in calls]
    with set_to(hostile):
        found = [function(a, x) for a, x in calls]
    assert [array_bits(value) for value in found] == wanted


def and_weights(function, *arguments, **options):
    """What a function returns that changes weights, and the weights."""
    w = WEIGHTS.copy()
    return function(w, *arguments, **options), w


N, D = 12, 8
ROWS = (vector(N * D, seed=3) / 2.0**10).reshape(N, D)
TINY = ROWS * 2.0**-1045  # subnormal, all but the largest
SIGNS = np.where(np.arange(N) % 3 == 0, 1, -1)
X, Y, WEIGHTS = vector(D, seed=1), vector(D, seed=2), vector(D + 1, seed=5) / 2.0**20
SMALL, LOW = X / 2.0**20, ROWS - 700.0
LAYER = Layer(ROWS / 2.0**9, vector(N, seed=4) / 2.0**20, "sigmoid")
HALVES = ROWS.astype("float16")
SINGLES, SMALLEST, Y32 = ROWS.astype("float32"), (ROWS * 2.0**-135).astype("float32"), Y.astype("float32")
SINGLE_PAIRS = [(a, b) for a in (SINGLES, SMALLEST, HALVES) for b in (SINGLES, SMALLEST)]
PLANE = Hyperplane(X, 0.1)
FLAT = Hyperplane(TINY[0], 5e-324)
CSR_TINY = pytest.importorskip("scipy.sparse").csr_array(TINY)


def activated(name):
    f = getattr(activations, name)
    return lambda: (f(ROWS), f(TINY), f(HALVES), f(SMALLEST))


# Every public function that is not one of the three above, on ordinary numbers and on subnormal ones. They are made
# beforehand, as NumPy would make others in another environment.
CALLS = {
    **{name: activated(name) for name in activations.NAMES},
    "exp": lambda: (activations.exp(LOW), activations.exp(TINY)),
    "activations of integers": lambda: activations.sigmoid([3, -4]),
    "norm": lambda: (geometry.norm(ROWS), geometry.norm(TINY), geometry.norm(HALVES)),
    "cosine": lambda: (geometry.cosine(ROWS, X), geometry.cosine(TINY, X), geometry.cosine(TINY, TINY[0])),
    "angle": lambda: (geometry.angle(ROWS, X), geometry.angle(TINY, X)),
    "project": lambda: (geometry.project(ROWS, X), geometry.project(TINY, X), geometry.project(ROWS, TINY)),
    "alignment": lambda: (geometry.alignment(ROWS, X), geometry.alignment(TINY, X), geometry.alignment(TINY, TINY[0])),
    "Hyperplane": lambda: (Hyperplane([0.1, 5e-324], 5e-324).w, Hyperplane.line(0.1, 5e-324).slope),
    "Hyperplane.intercept": lambda: Hyperplane([0.1, 0.3], 0.7).intercept,
    "Hyperplane.through": lambda: Hyperplane.through([[0.1, 1e-310], [1e300, 0.3]]).w,
    "Hyperplane.side": lambda: (PLANE.side(ROWS), PLANE.side(TINY), FLAT.side(ROWS), FLAT.contains(TINY)),
    "Hyperplane.distance": lambda: (PLANE.distance(ROWS), FLAT.distance(TINY)),
    "Layer": lambda: (LAYER(X), LAYER(ROWS), LAYER(TINY), LAYER(HALVES), Layer(TINY, activation="relu")(ROWS)),
    "Layer, single": lambda: [
        Layer(a, a[:, 0], name, tier="single")(b) for a, b in SINGLE_PAIRS for name in ("identity", "relu", "tanh")
    ],
    "Unit, single": lambda: [Unit(a[0], 0.5, "tanh", tier="single")(b) for a, b in SINGLE_PAIRS],
    "Layer of integers": lambda: Layer([[3, 4]], [1])([[5, 6]]),
    "Unit": lambda: (Unit(X, 0.1, "tanh")(ROWS), Unit(TINY[0], 5e-324)(X)),
    "Network": lambda: Network([LAYER, Layer(np.ones((2, N)), activation="softmax")])(ROWS),
    "exact.dot": lambda: (exact.dot(X, Y), exact.dot(TINY[0], Y), exact.dot(X.tolist(), Y), exact.dot(HALVES[0], Y)),
    "exact.sign": lambda: (exact.sign(X, Y), exact.sign(TINY[0], TINY[1]), exact.sign(TINY[0].tolist(), Y)),
    "exact.matvec": lambda: (exact.matvec(ROWS, X), exact.matvec(TINY, X), exact.matvec(HALVES, HALVES[0])),
    "exact.matmul": lambda: (exact.matmul(ROWS, ROWS.T), exact.matmul(TINY, X), exact.matmul(HALVES, HALVES.T)),
    "exact.vecdot": lambda: (exact.vecdot(ROWS, ROWS), exact.vecdot(TINY, X), exact.vecdot(HALVES, X)),
    "exact.fraction": lambda: (exact.fraction(X, Y), exact.fraction(TINY[0], Y)),
    "single.dot": lambda: [single.dot(a, b) for a in (SINGLES[0], SMALLEST[0], HALVES[0]) for b in (Y32, SMALLEST[1])],
    "single.matvec": lambda: [single.matvec(a, b) for a, b in SINGLE_PAIRS],
    "single.vecmat": lambda: [single.vecmat(a, b.T) for a, b in SINGLE_PAIRS],
    "single.matmul": lambda: [single.matmul(a, b.T) for a, b in SINGLE_PAIRS],
    "single.vecdot": lambda: [single.vecdot(a, b) for a, b in SINGLE_PAIRS],
    "perceptron_update": lambda: [and_weights(onedot.perceptron_update, x, -1) for x in (X, TINY[0], X.tolist())],
    "lms_update": lambda: [and_weights(onedot.lms_update, x, 0.1) for x in (SMALL, TINY[0])],
    "perceptron_epoch": lambda: [
        and_weights(lambda w, X: onedot.perceptron_epoch(w, X, SIGNS, rate=0.1), rows)
        for rows in (ROWS, TINY, CSR_TINY, HALVES)
    ],
    "fit_perceptron": lambda: [
        onedot.fit_perceptron(rows, SIGNS, max_epochs=9, rate=0.1, seed=1) for rows in (ROWS, TINY, CSR_TINY)
    ],
    "PerceptronFit": lambda: [f(TINY) for f in (FIT.margins, FIT.predict)],
    "fit_lms": lambda: [onedot.fit_lms(rows, ROWS[:, 0], rate=1e-30, epochs=3) for rows in (ROWS, TINY)],
    "LmsFit": lambda: onedot.fit_lms(ROWS, ROWS[:, 0], rate=1e-30, epochs=1).predict(TINY),
    "separability": lambda: [list(vars(onedot.separability(rows, SIGNS)).values()) for rows in (ROWS, TINY[:, :2])],
    "fit_logistic": lambda: [
        (fit.weights, fit.log_likelihood, fit.summary(), fit.aic, fit.predict_proba(ROWS[:, : fit.w.size]))
        for solver in ("newton", "lbfgs")
        for fit in [onedot.fit_logistic(rows, SIGNS, solver=solver, max_iter=4) for rows in (ROWS, TINY)]
    ],
    "separation": lambda: [str(asdict(onedot.separation(rows, SIGNS))) for rows in (ROWS, TINY[:, :2])],
    "Complete.verify": lambda: onedot.separation(ROWS, SIGNS).verify(ROWS, SIGNS),
    "Separable.verify": lambda: onedot.separability(ROWS, SIGNS).verify(ROWS, SIGNS),
}
with levels.using("reference"):
    FIT = onedot.fit_perceptron(TINY, SIGNS, max_epochs=2)


@pytest.fixture(scope="module")
def fastest_level():
    """One level will do for what stands in the face alone."""
    with levels.using(levels.runnable()[-1]):
        yield


@in_one_test("hostile", HOSTILE)
@in_one_test("call", CALLS)
def test_all_else_gives_the_same_bits_and_leaves_the_environment(fastest_level, hostile, call):
    wanted = frozen(CALLS[call]())
    with set_to(hostile):
        found = CALLS[call]()
    assert frozen(found) == wanted


OPTIONS = [{}, {"average": True}, {"multi_class": "joint"}, {"early_stopping": True}]


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_estimators_learn_and_predict_the_same_bits(fastest_level, hostile, options):
    """Three classes, so that threads train them."""
    pytest.importorskip("sklearn")
    from onedot.sklearn import Perceptron

    def learned():
        fit = Perceptron(max_iter=9, tol=None, n_jobs=2, n_iter_no_change=9, validation_fraction=0.3, **options)
        fit.fit(TINY, labels).partial_fit(ROWS, labels) if "early_stopping" not in options else fit.fit(TINY, labels)
        scores = fit.decision_function(TINY), fit.predict(TINY)
        return fit.coef_, fit.intercept_, fit.mistakes_, fit.margin_bound_, *scores

    labels = np.arange(N) % 3
    wanted = frozen(tuple(map(np.asarray, learned())))
    with set_to(hostile):
        found = learned()
    assert frozen(tuple(map(np.asarray, found))) == wanted


@pytest.mark.parametrize("hostile", HOSTILE)
def test_adaline_too(fastest_level, hostile):
    pytest.importorskip("sklearn")
    from onedot.sklearn import Adaline

    def learned():
        fit = Adaline(max_iter=9, tol=None).fit(TINY, SIGNS)
        return fit.coef_, fit.intercept_, fit.losses_, fit.decision_function(ROWS)

    wanted = frozen(learned())
    with set_to(hostile):
        found = learned()
    assert frozen(found) == wanted


# What computes nothing: settings, files, constructors of what somebody else has computed, data.
WITHOUT_ARITHMETIC = {
    "onedot.get_num_threads", "onedot.set_num_threads", "Network.save", "Network.load", "PerceptronFit.save",
    "PerceptronFit.load", "PerceptronFit.updates", "PerceptronFit.__init__", "LmsFit.__init__", "Hyperplane.line",
    "Separable.__init__", "Inseparable.__init__", "Complete.__init__", "QuasiComplete.__init__", "Overlap.__init__",
    "LogisticFit.__init__", "LogisticFit.separation", "LogisticFit.w", "LogisticFit.b", "LogisticFit.save",
    "Layer.save", "Layer.load",
    "Index.save", "Index.load", "Network.from_sklearn", "Network.from_onnx",
}  # fmt: skip


def test_every_public_function_is_guarded_or_computes_nothing():
    """An entry guards itself: it is a builtin. All else is wrapped."""
    unguarded = set()
    for name, value in public_functions():
        function = getattr(value, "__func__", getattr(value, "fget", value))
        if not (inspect.isbuiltin(function) or type(function).__name__ == "cython_function_or_method"):
            unguarded.add(name)
    assert unguarded <= WITHOUT_ARITHMETIC


@pytest.mark.parametrize("hostile", HOSTILE)
def test_the_threads_of_a_large_product_start_in_the_default_environment(compiled_level, hostile, num_threads_restored):
    x = vector(2**20 + 5)
    wanted = bits(onedot.dot(x, x))
    onedot.set_num_threads(3)
    threads._drop_pool()
    with set_to(hostile):
        found = onedot.dot(x, x)
    assert bits(found) == wanted


@pytest.mark.parametrize("hostile", HOSTILE)
def test_an_error_leaves_the_environment_too(compiled_level, hostile):
    with set_to(hostile), pytest.raises(ValueError, match="x has 2 elements, y has 3 elements"):
        onedot.dot(np.ones(2), np.ones(3))


IMPORT = """
import ctypes, ctypes.util
libm = ctypes.CDLL(ctypes.util.find_library("m"))
before, after = ctypes.create_string_buffer(64), ctypes.create_string_buffer(64)
import numpy
libm.fesetround({mode})
libm.fegetenv(before)
import onedot, onedot.c_api
libm.fegetenv(after)
mode = libm.fegetround()
libm.fesetround(0)
print(mode)
"""


@pytest.mark.parametrize("mode", [0, *ROUNDINGS.values()])
def test_the_import_leaves_the_environment(mode):
    assert printed(IMPORT.format(mode=mode)) == f"{mode}\n"
