"""Whatever NumPy's error state and Python's warnings are set to: public functions give and refuse the same."""

import itertools
import warnings

import numpy as np
import pytest

import onedot
from onedot import Hyperplane, Layer, Network, Unit, activations, exact, geometry, search, single
from support.cells import in_one_test
from support.hostile import frozen
from support.public_functions import public_functions

LEAST, MOST = 5e-324, np.finfo(np.float64).max

# Rows of three, of which some overflow, underflow or cancel in whatever is computed with them.
ROWS = {
    "ordinary": [[1.0, -2.0, 0.5], [0.25, 3.0, -1.0], [0.0, 1.0, 2.0]],
    "large": [[1e308, 1e308, -1e308], [MOST, MOST, MOST], [1e200, -1e308, 1.0]],
    "small": [[1e-308, -1e-310, LEAST], [LEAST, LEAST, LEAST], [1e-200, 1e-160, -1e-300]],
    "of all sizes": [[MOST, LEAST, 1.0], [1e-300, -1e300, 0.0], [0.0, -LEAST, 1e160]],
    "infinite": [[np.inf, 1.0, -np.inf], [0.0, -np.inf, 1.0], [1.0, 2.0, 3.0]],
    "NaN": [[np.nan, 1.0, 0.0], [np.inf, np.nan, 1.0], [1.0, 2.0, 3.0]],
    "zeros": [[0.0, -0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, -0.0]],
}
ROWS = {name: np.array(rows) for name, rows in ROWS.items()}
ROWS |= {
    "float32": np.float32([[3e38, -3e38, 1.0], [1e-45, 1e-30, -1e-38], [1.0, 2.0, -3.0]]),
    "float16": np.float16([[6e4, -6e4, 1.0], [6e-8, 1e-4, -6e-5], [1.0, 2.0, -3.0]]),
    "integers": np.array([[1, -2, 3], [2**52, 0, -(2**52)], [7, 1, 0]]),
    "integers beyond float64": np.array([[2**63 - 1, -(2**62) - 1, 3]] * 3),
    "lists": ROWS["of all sizes"].tolist(),
    "integers of any size": [[10**400, 1, 2], [3, -(10**400), 4], [5, 6, 7]],
}
SIGNS = [1, -1, 1]


def taken(function):
    """What a call gives or how it is refused."""
    try:
        return frozen(plain(function()))
    except Exception as error:  # whatever it is
        return type(error), str(error)


def plain(value):
    """Fits and hyperplanes by what they hold."""
    if type(value).__module__.startswith("onedot") and hasattr(value, "__dict__"):
        return [plain(held) for held in vars(value).values()]
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


def same_in_every_state(function):
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wanted = taken(function)
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        found = taken(function)
    assert found == wanted


def changed(function, w, *arguments, **options):
    """What a function that changes w returns, and w."""
    return function(w, *arguments, **options), w


def narrow(X):
    """As the single tier takes it."""
    with np.errstate(over="ignore", under="ignore"):
        return np.asarray(X, np.float64).astype(np.float32)


def network(W, b):
    return Network([Layer(W, b, "tanh"), Layer(W, b, "softmax")])


def fits(X, y):
    return [onedot.fit_perceptron(X, SIGNS, max_epochs=3, rate=1e-3), onedot.fit_lms(X, y, epochs=2, rate=1e-3)]


LOGISTIC = onedot.fit_logistic([[0.0, 1.0, 2.0], [1.0, 0.0, 1.0], [2.0, 1.0, 0.0]], SIGNS)
QUASI = onedot.separation([[0.0], [1.0], [0.0]], [-1, 1, 1])
OF_ONE = {
    **{f"onedot.activations.{name}": getattr(activations, name) for name in activations.NAMES},
    **{f"onedot.activations.{name}": getattr(activations, name) for name in ("exp", "log_expit", "logit")},
    "into out": lambda X: activations.sigmoid(X, out=np.empty(np.shape(X))),
    "onedot.geometry.norm": geometry.norm,
    "Hyperplane.__init__": lambda X: Hyperplane(X[0], X[1][1]),
    "Hyperplane.through": Hyperplane.through,
    "Hyperplane.line": lambda X: Hyperplane.line(X[0][0], X[1][0]),
    "Hyperplane.slope": lambda X: Hyperplane(X[0][:2]).slope,
    "Hyperplane.intercept": lambda X: Hyperplane(X[0][:2], X[1][0]).intercept,
    "onedot.separability": lambda X: onedot.separability(X, SIGNS),
    "Separable.verify": lambda X: onedot.Separable([1.0, *X[0]], 1.0).verify(X, SIGNS),
    "Inseparable.verify": lambda X: onedot.Inseparable([0, 1], (1, 1)).verify(X, SIGNS),
    "onedot.separation": lambda X: onedot.separation(X, SIGNS),
    "Complete.verify": lambda X: onedot.Complete(np.array([1.0, *X[0]]), 1.0, (-1, 1), True).verify(X, SIGNS),
    "QuasiComplete.verify": lambda X: QUASI.verify(X, SIGNS),
    "Overlap.verify": lambda X: onedot.Overlap(QUASI.certificate, (-1, 1), True).verify(X, SIGNS),
    "onedot.fit_logistic": lambda X: onedot.fit_logistic(X, SIGNS, max_iter=3),
    "fit_logistic by L-BFGS": lambda X: onedot.fit_logistic(X, SIGNS, solver="lbfgs", max_iter=3),
    "fit_logistic, no penalty": lambda X: onedot.fit_logistic(X, SIGNS, penalty=None, on_separation="report"),
    "fit_logistic of three classes": lambda X: onedot.fit_logistic(X, [0, 1, 2], max_iter=3),
    "LogisticFit.margins": lambda X: LOGISTIC.margins(X),
    "LogisticFit.predict": lambda X: LOGISTIC.predict(X),
    "LogisticFit.predict_proba": lambda X: LOGISTIC.predict_proba(X),
    "LogisticFit.summary": lambda X: LOGISTIC.summary(),
    "LogisticFit.deviance": lambda X: LOGISTIC.deviance,
    "LogisticFit.aic": lambda X: LOGISTIC.aic,
    "PerceptronFit.updates": lambda X: onedot.fit_perceptron(X, SIGNS, max_epochs=2).updates,
}
OF_TWO = {
    "onedot.dot": lambda X, Y: onedot.dot(X[0], Y[1]),
    "onedot.vecdot": onedot.vecdot,
    "onedot.matvec": onedot.matvec,
    "onedot.matmul": lambda X, Y: onedot.matmul(X, Y.T),
    "onedot.vecmat": lambda X, Y: onedot.vecmat(X[0], Y),
    "into float64": lambda X, Y: onedot.matvec(X, Y, out=np.empty((3, 3))),
    "onedot.exact.dot": lambda X, Y: exact.dot(X[0], Y[1]),
    "onedot.exact.sign": lambda X, Y: exact.sign(X[0], Y[1]),
    "onedot.exact.fraction": lambda X, Y: exact.fraction(X[0], Y[1]),
    "onedot.exact.vecdot": exact.vecdot,
    "onedot.exact.matvec": exact.matvec,
    "onedot.exact.matmul": lambda X, Y: exact.matmul(X, Y.T),
    "onedot.single.matvec": lambda X, Y: single.matvec(narrow(X), narrow(Y)),
    "onedot.single.vecmat": lambda X, Y: single.vecmat(narrow(X), narrow(Y)),
    "onedot.single.matmul": lambda X, Y: single.matmul(narrow(X), narrow(Y).T),
    "onedot.single.vecdot": lambda X, Y: single.vecdot(narrow(X), narrow(Y)),
    "onedot.single.dot": lambda X, Y: single.dot(narrow(X[0]), narrow(Y[1])),
    "single into float64": lambda X, Y: single.matvec(narrow(X), narrow(Y), out=np.empty((3, 3))),
    "single of float64": lambda X, Y: single.matvec(X, Y),
    "onedot.geometry.cosine": lambda X, Y: geometry.cosine(X, Y, zero="nan"),
    "onedot.geometry.angle": lambda X, Y: geometry.angle(X, Y, zero="nan"),
    "onedot.geometry.project": lambda X, Y: geometry.project(X, Y, zero="nan"),
    "a zero vector": geometry.project,
    "onedot.search.top_k": lambda X, Y: search.top_k(X, Y, 2)[0],
    "onedot.search.cosines": search.cosines,
    "onedot.search.distances": search.distances,
    "a threshold": lambda X, Y: search.top_k(X, Y[0], threshold=0.0)[0],
    "onedot.search.merge": lambda X, Y: search.merge([search.top_k(V, Y, 2) for V in (X, Y)], 2, starts=[0, 9])[0],
    "Index.__init__": lambda X, Y: search.Index(X, metric="cosine")._squares,
    "Index.search": lambda X, Y: search.Index(X, metric="cosine").search(Y, 2)[0],
    "onedot.geometry.alignment": geometry.alignment,
    "Hyperplane.side": lambda X, Y: Hyperplane(X[0], X[1][1]).side(Y),
    "Hyperplane.contains": lambda X, Y: Hyperplane(X[2], X[1][1]).contains(Y),
    "Hyperplane.distance": lambda X, Y: Hyperplane(X[2], X[1][1]).distance(Y),
    "Layer.__init__": lambda X, Y: [Layer(X, Y[0]).W, Layer(X, Y[0]).b],
    "Layer.__call__": lambda X, Y: Layer(X, X[1], "sigmoid")(Y),
    "a layer into out": lambda X, Y: Layer(X, Y[1], "tanh")(Y, out=np.empty((3, 3))),
    "Unit.__init__": lambda X, Y: [Unit(X[0], Y[0][0]).w, Unit(X[0], Y[0][0]).b],
    "Unit.__call__": lambda X, Y: Unit(X[0], X[1][0], "softplus")(Y),
    "Network.__init__": lambda X, Y: [layer.W for layer in network(X, Y[0]).layers],
    "Network.__call__": lambda X, Y: network(X, X[0])(Y),
    "onedot.perceptron_update": lambda X, Y: changed(onedot.perceptron_update, np.array(X[0], float), Y[0], -1),
    "onedot.lms_update": lambda X, Y: changed(onedot.lms_update, np.array(X[0], float), Y[0], Y[1][0]),
    "onedot.perceptron_epoch": lambda X, Y: changed(
        onedot.perceptron_epoch, np.array(X[0], float), Y, SIGNS, rate=1e-3
    ),
    "onedot.fit_perceptron": lambda X, Y: fits(X, Y[0])[0],
    "onedot.fit_lms": lambda X, Y: fits(X, Y[0])[1],
    "PerceptronFit.margins": lambda X, Y: fits(X, SIGNS)[0].margins(Y),
    "PerceptronFit.predict": lambda X, Y: fits(X, SIGNS)[0].predict(Y),
    "LmsFit.predict": lambda X, Y: fits(X, SIGNS)[1].predict(Y),
}
# What computes nothing: settings, files, what holds what somebody else has computed.
WITHOUT_NUMBERS = {
    "onedot.get_num_threads", "onedot.set_num_threads", "Network.save", "Network.load",
    "PerceptronFit.__init__", "LmsFit.__init__", "Separable.__init__",
    "LogisticFit.__init__", "LogisticFit.separation", "LogisticFit.w", "LogisticFit.b", "LogisticFit.save",
    "Inseparable.__init__", "Complete.__init__", "QuasiComplete.__init__", "Overlap.__init__",
    "Layer.save", "Layer.load",
    "Index.save", "Index.load", "Network.from_sklearn", "Network.from_onnx",
}  # fmt: skip


def test_every_public_function_is_here_or_computes_nothing():
    assert {name for name, _ in public_functions()} - OF_ONE.keys() - OF_TWO.keys() == WITHOUT_NUMBERS


@in_one_test("name", OF_ONE)
def test_one_operand(level, name):
    for rows in ROWS.values():
        same_in_every_state(lambda rows=rows: OF_ONE[name](rows))


@in_one_test("name", OF_TWO)
def test_two_operands(level, name):
    for pair in itertools.product(ROWS.values(), repeat=2):
        same_in_every_state(lambda pair=pair: OF_TWO[name](*pair))


ESTIMATORS = {
    "averaged": {"average": True},
    "shuffled and held out": {"early_stopping": True, "validation_fraction": 0.5, "shuffle": True},
    "jointly": {"multi_class": "joint"},
    "by threads": {"n_jobs": 2},
}


@pytest.mark.parametrize("options", ESTIMATORS.values(), ids=ESTIMATORS)
@pytest.mark.parametrize("name", ["Perceptron", "Adaline"])
def test_estimators(level, name, options):
    sklearn = pytest.importorskip("onedot.sklearn")
    if name == "Adaline" and "multi_class" in options:
        pytest.skip("Adaline has no such parameter")
    made = getattr(sklearn, name)(**{"max_iter": 3, "tol": None, "shuffle": False, "eta0": 1e-3} | options)
    labels = [0, 1, 2] * 2

    def learned(rows, weights):
        fit = made.fit(np.repeat(rows, 2, axis=0), labels, sample_weight=weights)
        shown = [fit.coef_, fit.intercept_, fit.decision_function(rows), fit.predict(rows)]
        return shown if made.early_stopping else [*shown, fit.partial_fit(rows, labels[:3]).coef_]

    for rows in ROWS.values():
        for weights in ([1.0] * 6, [1e308, 1e308, 1e-308, LEAST, 1.0, 1e308]):
            same_in_every_state(lambda rows=rows, weights=weights: learned(rows, weights))
