"""Calls of the public API made of arbitrary bytes. Made of the same bytes again, a call is the same on new arrays."""

from typing import Any, NamedTuple

import numpy as np

import onedot
from onedot import activations, exact, geometry, single
from onedot._corpus.perceptron import Csr, csr
from onedot.sklearn import Adaline, Perceptron
from support.fuzz.arrays import DTYPES, FLOATS, Bytes, array
from support.fuzz.outcome import compared, outcome, same_at_every_level

LENGTHS = (*range(34), *range(34), 63, 64, 65, 100, 127, 128, 129, 511, 513, 1000, 4095, 4096, 4097)
MOST = 2**13  # products, as the reference takes part
FLOAT64 = (*20 * FLOATS[:1], np.dtype(">f8"), *FLOATS)
NARROW = (*8 * FLOATS[1:], *DTYPES[-1:], *FLOATS[:1])
OUT = (*16 * FLOATS[:1], *4 * FLOATS[1:2], *8 * (np.dtype("i8"),), *DTYPES)
RATES = (1.0, 1.0, 0.5, 0.1, 1, 3.0, 0.25, 2.0**-30, 1e10, 2.0**-1074, 1e308, 0.0, -1.0, float("nan"))
TARGETS = (1, -1, 1.0, -1.0, 1, -1, 1, -1, 1, -1, 0, True, 0.3, np.float64(1), "1", float("nan"))


class Call(NamedTuple):
    """A function and what it is called with; the arrays among that may be written to."""

    function: Any
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]

    def __str__(self):
        named = [f"{name}={shown(value)}" for name, value in self.keywords.items()]
        return f"{self.function.__name__}({', '.join([*map(shown, self.arguments), *named])})"

    def arrays(self):
        return [v for v in (*self.arguments, *self.keywords.values()) if isinstance(v, np.ndarray)]


def shown(v):
    """An array as its type and layout: the bytes of the call make its elements again."""
    if isinstance(v, Csr):
        return f"CSR of {v.data.dtype} {v.shape}"
    return f"{v.dtype} {v.shape} {v.strides}" if isinstance(v, np.ndarray) else repr(v)


def types_for(function):
    """The single tier refuses most types, so it is given others now and then alone."""
    return NARROW if function.__module__ == "onedot.single" else DTYPES


def nearly(data, n):
    """n, or one more."""
    return n + (data.one_of(range(16)) == 0)


def sizes(data):
    """A length of rows, a number of rows and one of batches, whose product is small."""
    n, m, b = data.one_of(LENGTHS), data.one_of(range(20)), data.one_of(range(6))
    return (n, m, b) if n * max(m, 1) * max(b, 1) <= MOST else (n, min(m, max(1, MOST // max(n, 1))), 1)


def of_two_vectors(data):
    function = data.one_of(
        (onedot.dot, onedot.dot, exact.dot, exact.sign, exact.fraction, single.dot, geometry.cosine, geometry.angle)
    )
    n = data.one_of(LENGTHS)
    types = types_for(function)
    return Call(function, (array(data, (n,), types), array(data, (nearly(data, n),), types)), {})


def batched(data):
    function = data.one_of(
        (
            *(onedot.matvec, onedot.vecmat, onedot.matmul, onedot.vecdot, exact.matvec, exact.matmul, exact.vecdot),
            *(single.matvec, single.vecmat, single.matmul, single.vecdot),
        )
    )
    n, m, b = sizes(data)
    k = nearly(data, n)
    shapes = {
        "matvec": [
            ((m, n), (k,), (m,)),
            ((m, n), (b, k), (b, m)),
            ((b, m, n), (b, k), (b, m)),
            ((b, m, n), (k,), (b, m)),
        ],
        "vecmat": [((k,), (n, m), (m,)), ((b, k), (n, m), (b, m)), ((b, k), (b, n, m), (b, m))],
        "matmul": [
            ((m, n), (k, b), (m, b)),
            ((m, n), (k,), (m,)),
            ((n,), (k, m), (m,)),
            ((b, 1, n), (b, k, m), (b, 1, m)),
            ((2, b, n), (k, m), (2, b, m)),
        ],
        "vecdot": [((m, n), (m, k), (m,)), ((m, n), (k,), (m,)), ((b, 1, n), (m, k), (b, m)), ((n,), (k,), ())],
    }[function.__name__]
    left, right, result = data.one_of(shapes)
    types = types_for(function)
    arrays = array(data, left, types), array(data, right, types)
    keywords = data.one_of((no_out, no_out, new_out, overlapping_out))(data, result, *arrays)
    if function.__name__ == "vecdot":
        keywords |= data.one_of(({}, {}, {"axis": 0}, {"axis": -1}, {"axis": -2}, {"axis": 1}))
    return Call(function, arrays, keywords)


def no_out(data, shape, *arrays):
    return {}


def new_out(data, shape, *arrays):
    return {"out": array(data, shape, OUT)}


def overlapping_out(data, shape, *arrays):
    """Part of an argument, if one has a part of that shape."""
    parts = [v[..., 0] for v in arrays if v.ndim and v.shape[-1]] + [v[0] for v in arrays if v.ndim and len(v)]
    parts = [part for part in (*arrays, *parts) if isinstance(part, np.ndarray) and part.shape == shape]
    return {"out": data.one_of(parts)} if parts else {}


def activation(data):
    name = data.one_of((*activations.NAMES, "exp"))
    n, m, _ = sizes(data)
    shape = data.one_of(((n,), (m, n), (m, n), (2, m, n // 2), ()))
    x = array(data, shape)
    return Call(getattr(activations, name), (x,), data.one_of((no_out, new_out, overlapping_out))(data, shape, x))


def layer(data):
    """A layer's call, its weights and biases among the arguments."""
    n, m, b = sizes(data)
    name = data.one_of(activations.NAMES)
    tier = data.one_of(("law", "law", "single"))
    types = NARROW if tier == "single" else DTYPES
    W, biases = array(data, (m, n), types), array(data, (nearly(data, m),), types)
    return Call(apply_layer, (W, biases, name, tier, array(data, (b, nearly(data, n)), types)), {})


def apply_layer(W, b, name, tier, x):
    return onedot.Layer(W, b, name, tier=tier)(x)


def update(data):
    function = data.one_of((onedot.perceptron_update, onedot.perceptron_update, onedot.lms_update))
    d = data.one_of(LENGTHS)
    w, x = array(data, (d + data.one_of((*16 * (0, 1), 2)),), FLOAT64), array(data, (d,))
    target = data.one_of(TARGETS)
    keywords = data.one_of(({}, {"rate": data.one_of(RATES)}))
    return Call(function, (w, x, target), keywords)


def samples(data):
    """Rows, dense or CSR, and labels for them."""
    d, n, _ = sizes(data)
    X = array(data, (n, d))
    y = data.patterns(n) % 2 * 2.0 - 1.0
    if data.one_of((False, False, True)) and X.dtype.kind == "f" and X.dtype.isnative:
        return csr(X, data.one_of(("i4", "i8"))), y, n, d
    return X, y, n, d


def epoch(data):
    X, y, n, d = samples(data)
    w = array(data, (d + data.one_of((0, 1)),), FLOAT64)
    keywords = {
        "rate": data.one_of(RATES),
        "order": data.one_of((None, data.patterns(2 * n) % nearly(data, max(n, 1)))),
    }
    return Call(onedot.perceptron_epoch, (w, X, y), keywords)


def fit(data):
    X, y, _, _ = samples(data)
    bias, rate, seed = data.one_of((True, False)), data.one_of(RATES), data.one_of((None, 0, 7))
    limit, function = data.one_of((("max_epochs", fit_perceptron), ("epochs", fit_lms)))
    return Call(function, (X, y), {"bias": bias, "rate": rate, "seed": seed, limit: data.one_of((1, 2, 5))})


def fit_perceptron(X, y, **keywords):
    found = onedot.fit_perceptron(X, y, **keywords)
    return np.concatenate([found.weights, found.averaged]), found.mistakes, found.converged


def fit_lms(X, y, **keywords):
    found = onedot.fit_lms(X, y, **keywords)
    return np.concatenate([found.weights, found.averaged, found.losses])


def lengths(data):
    n, m, _ = sizes(data)
    return Call(geometry.norm, (array(data, data.one_of(((n,), (m, n)))),), {})


def geometric(data):
    """Planes, projections and exact signs of points."""
    n, m, _ = sizes(data)
    function = data.one_of((geometry.project, geometry.alignment, side, distance))
    first = array(data, (nearly(data, n),))
    rest = array(data, data.one_of(((n,), (m, n))))
    return Call(function, (rest, first) if function is geometry.project else (first, rest), {})


def side(w, X):
    return onedot.Hyperplane(w, 0.5).side(X)


def distance(w, X):
    return onedot.Hyperplane(w, 0.5).distance(X)


def fitted(data):
    """What is made of weights, and called with rows."""
    X, _, _, d = samples(data)
    return Call(data.one_of((perceptron_margins, lms_predict, unit)), (array(data, (nearly(data, d),)), X), {})


def perceptron_margins(w, X):
    return onedot.PerceptronFit(w, w, np.array([1]), False, float("nan"), 1.0, False).margins(X)


def lms_predict(w, X):
    return onedot.LmsFit(w, w, np.ones(1), False).predict(X)


def unit(w, X):
    return onedot.Unit(w, 0.5, "tanh")(X)


def separable(data):
    """A few samples and labels, which are separable or not."""
    n, d = data.one_of((2, 3, 4, 6)), data.one_of((1, 2, 3))
    X, y = array(data, (n, d), (*FLOAT64, *DTYPES)), data.patterns(n) % 2 * 2.0 - 1.0
    return Call(separability, (X, y), {})


def separability(X, y):
    answer = onedot.separability(X, y)
    return bool(answer), answer.verify(X, y)


def classifier(data):
    """An estimator's fit on rows, weights and initial ones, and what it then decides."""
    X, y, n, d = samples(data)
    keywords = {
        "sample_weight": data.one_of((None, array(data, (nearly(data, n),), FLOAT64))),
        "coef_init": data.one_of((None, None, array(data, (1, nearly(data, d)), FLOAT64))),
        "average": data.one_of((False, True)),
    }
    return Call(data.one_of((fit_classifier, fit_adaline)), (X, y), keywords)


def fit_classifier(X, y, *, average, **keywords):
    return decided(Perceptron(max_iter=2, tol=None, average=average), X, y, keywords)


def fit_adaline(X, y, *, average, **keywords):
    return decided(Adaline(max_iter=2, tol=None, average=average), X, y, keywords)


def decided(made, X, y, keywords):
    made.fit(X, y, **keywords)
    return made.coef_, made.intercept_, made.decision_function(X), made.predict(X)


TRAINED = (layer, update, epoch, fit)
TOPICS = (of_two_vectors, batched, batched, activation, *TRAINED, lengths, geometric, fitted, separable, classifier)


def call_of(data):
    """One call, which mostly fits."""
    return data.one_of(TOPICS)(data)


def made(call):
    """What a call gives or raises, and what is then in its arrays."""
    return outcome(lambda: call.function(*call.arguments, **call.keywords)), *map(compared, call.arrays())


def check(data):
    """Every level must make the same of these bytes. The name of the function, and what it gives or raises."""
    found = same_at_every_level(lambda: made(call_of(Bytes(data))), lambda: f"{call_of(Bytes(data))} of {data!r}")
    return call_of(Bytes(data)).function.__name__, found[0]
