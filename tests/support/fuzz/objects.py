"""Objects whose fields were changed after they were made, or were made of anything, and model files of any arrays.

What takes them refuses, or gives a number; every level the same.
"""

import atexit
import shutil
import tempfile
import warnings
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.exceptions import ConvergenceWarning

import onedot
from onedot import activations
from onedot._corpus.perceptron import csr
from onedot.sklearn import Adaline, Perceptron
from support.fuzz.arrays import FLOATS, Bytes, array
from support.fuzz.forged import forged
from support.fuzz.outcome import CLEAN, is_refusal, outcome, said_of, same_at_every_level

FLOAT64 = (*12 * FLOATS[:1], *2 * FLOATS[1:2], *FLOATS[2:], *map(np.dtype, ("i8", "u1", "?", ">f8", "O", "c16")))
NUMBERS = (0, 1, 2, 3, -1, -4997, 400, 10**6, 2**62, 2**63, 10**400, 0.0, 1.5, -0.0, float("nan"), float("inf"))
OTHERS = (
    True,
    False,
    None,
    "x",
    b"x",
    "softmax",
    "relu",
    [],
    (),
    [1.0],
    [[1.0], [2.0, 3.0]],
    {},
    np.float64(2),
    np.ma.ones(3),
)

ROOM = Path(tempfile.mkdtemp())  # for model files
atexit.register(shutil.rmtree, ROOM, ignore_errors=True)

# Where private fields were changed, Python may say so, as it does of one that is not there, at each level differently.
PRIVATE = (*CLEAN, AttributeError, LookupError)


class Given(NamedTuple):
    """An object, what uses it, which fields were set to what, and whether one of those is private."""

    name: str
    use: Any
    fields: list[tuple[str, Any]]
    is_private: bool


def sizes(data):
    return data.one_of((1, 2, 3, 5, 8, 33)), data.one_of((1, 2, 3, 4, 17))


def value(data, n, m):
    """What a field is set to: mostly an array of about the right shape."""
    kind = data.one_of("aaaaaaafno")
    if kind == "n":
        return data.one_of(NUMBERS)
    if kind == "o":
        return data.one_of(OTHERS)
    shapes = (
        (n,),
        (n + 1,),
        (m,),
        (m, n),
        (1, n),
        (1, 1),
        (1,),
        (0,),
        (),
        (m, n + 1),
        (m + 1, n),
        (n, m),
        (1000,),
        (2, m, n),
    )
    v = array(data, data.one_of(shapes), FLOAT64)
    return forged(data, v)[0] if kind == "f" else v


def altered(data, thing, names, n, m):
    """Sets one to three fields, as anyone can, or as only who is determined to can. Which, and whether so."""
    done, is_private = [], False
    for _ in range(data.one_of((1, 1, 1, 2, 3))):
        name, by_force = data.one_of(names), data.one_of((False, False, True))
        given = value(data, n, m)
        is_private |= by_force or name.startswith("_")
        try:
            (object.__setattr__ if by_force else setattr)(thing, name, given)
        except (AttributeError, TypeError, ValueError, OverflowError):
            continue
        done.append((name, given))
    return done, is_private


# Objects -------------------------------------------------------------------------------------------------


def layer_of(data, n, m):
    W, b = array(data, (m, n), FLOATS), array(data, (m,), FLOATS[:1])
    return onedot.Layer(W, b, data.one_of(activations.NAMES))


LAYER = ("W", "W", "b", "b", "activation", "_wide", "_wide")


def layer(data):
    n, m = sizes(data)
    made = layer_of(data, n, m)
    fields, is_private = altered(data, made, LAYER, n, m)
    X = array(data, data.one_of(((n,), (3, n), (600, n))), FLOATS)
    out = np.zeros((*X.shape[:-1], m)) if data.one_of((False, True)) else None
    return Given("Layer", lambda: (made(X, out=out), repr(made)), fields, is_private)


def unit(data):
    n, m = sizes(data)
    single = data.one_of((False, True))
    w = array(data, (n,), FLOATS[1:2] if single else FLOATS)
    made = onedot.Unit(w, 0.5, "tanh", tier="single" if single else "law")
    fields, is_private = altered(data, made, ("w", "b", "activation", "tier", "_layer"), n, m)
    X = array(data, data.one_of(((n,), (3, n))), FLOATS)
    return Given("Unit", lambda: (made(X), repr(made)), fields, is_private)


def network(data):
    n, m = sizes(data)
    made = onedot.Network([layer_of(data, n, m), layer_of(data, m, 2)])
    if data.one_of((True, False)):
        fields, is_private = altered(data, data.one_of(made.layers), LAYER, n, m)
    else:
        layers = [layer_of(data, *sizes(data)) for _ in range(data.one_of(range(3)))]
        fields, is_private = (
            [("layers", data.one_of((layers, tuple(layers), value(data, n, m), layer_of(data, n, m))))],
            False,
        )
        try:
            made.layers = fields[0][1]
        except (AttributeError, TypeError, ValueError):
            fields = []
    X = array(data, data.one_of(((n,), (3, n))), FLOATS)
    return Given("Network", lambda: (made(X), saved(made)), fields, is_private)


def saved(model):
    path = ROOM / "model"
    model.save(path)
    return path.stat().st_size


def hyperplane(data):
    n, m = sizes(data)
    made = onedot.Hyperplane(np.ones(n), 0.5)
    fields, is_private = altered(data, made, ("w", "w", "b"), n, m)
    X = array(data, data.one_of(((n,), (m, n))), FLOATS)
    use = data.one_of((made.side, made.contains, made.distance, lambda X: (made.slope, made.intercept, repr(made))))
    return Given("Hyperplane", lambda: use(X), fields, is_private)


def rows(data, n, m):
    X = array(data, (m, n), FLOATS[:2])
    return csr(X) if data.one_of((True, False)) else X


def perceptron_fit(data):
    """Made of anything: it is a plain record."""
    n, m = sizes(data)
    names = ("weights", "averaged", "mistakes", "converged", "margin", "margin_bound", "bias")
    right = (np.ones(n), np.ones(n), np.array([1]), False, float("nan"), 1.0, False)
    fields, X = made_of_anything(data, dict(zip(names, right, strict=True)), n, m), rows(data, n, m)
    use = data.one_of(("margins", "margins", "predict", "updates", "save"))
    return Given("PerceptronFit", lambda: used(onedot.PerceptronFit(**fields), use, X), list(fields.items()), False)


def lms_fit(data):
    n, m = sizes(data)
    right = {"weights": np.ones(n), "averaged": np.ones(n), "losses": np.ones(1), "bias": False}
    fields, X = made_of_anything(data, right, n, m), rows(data, n, m)
    return Given("LmsFit", lambda: onedot.LmsFit(**fields).predict(X), list(fields.items()), False)


def used(fit, name, X):
    if name == "save":
        return saved(fit)
    return fit.updates if name == "updates" else getattr(fit, name)(X)


def made_of_anything(data, right, n, m):
    names = [name for name in right if name in ("weights", "bias")]
    changed = [data.one_of((*names, *right)) for _ in range(data.one_of((1, 1, 2)))]
    return {name: value(data, n, m) if name in changed else held for name, held in right.items()}


def answer(data):
    """Proofs of separability made of anything."""
    n, m = sizes(data)
    X, y = array(data, (m, n), FLOATS), np.where(data.patterns(m) % 2, 1, -1)
    if data.one_of((True, False)):
        fields = [("weights", value(data, n, m)), ("margin", data.one_of(NUMBERS))]
        return Given("Separable", lambda: onedot.Separable(*(v for _, v in fields)).verify(X, y), fields, False)
    shares = data.one_of(((Fraction(1, 2),) * 2, (Fraction(1),), (), (1, 2, 3), value(data, n, m)))
    fields = [("indices", value(data, n, m)), ("coefficients", shares)]
    return Given("Inseparable", lambda: onedot.Inseparable(*(v for _, v in fields)).verify(X, y), fields, False)


PARAMETERS = (
    "fit_intercept",
    "average",
    "shuffle",
    "eta0",
    "max_iter",
    "tol",
    "n_jobs",
    "class_weight",
    "random_state",
)
FITTED = (
    *3 * ("coef_",),
    *2 * ("intercept_", "classes_", "n_features_in_"),
    "t_",
    "n_iter_",
    "_weights",
    "_training_state",
    "_averaged",
)


def estimator(data):
    n, m = sizes(data)
    several, warm = data.one_of((True, False)), data.one_of((False, True))
    X, y = (np.arange(6 * n) * 7 % 11 - 5.0).reshape(6, n), np.array([0, 1, 2, 0, 1, 2] if several else [0, 1] * 3)
    shared = {"max_iter": 2, "tol": None, "warm_start": warm, "average": data.one_of((False, True))}
    made = data.one_of(
        (Adaline(eta0=2.0**-10, **shared), Perceptron(**shared), Perceptron(multi_class="joint", **shared))
    )
    made.fit(X, y)
    fields, is_private = altered(data, made, data.one_of((FITTED, FITTED, FITTED, PARAMETERS)), n, m)
    given = data.one_of((X, X.astype("f4"), csr(X), csr(X)))
    given = as_scipy(given) if not isinstance(given, np.ndarray) else given
    name = data.one_of(("predict", "decision_function", "score", "fit", "partial_fit"))
    return Given(f"{type(made).__name__}.{name}", lambda: applied(made, name, given, y), fields, is_private)


def as_scipy(X):
    import scipy.sparse

    return scipy.sparse.csr_array((X.data, X.indices, X.indptr), X.shape)


def applied(estimator, name, X, y):
    if isinstance(estimator.max_iter, int):
        estimator.max_iter = min(estimator.max_iter, 2)  # what a fuzzer makes of it takes pure Python for ever
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        if name in ("predict", "decision_function"):
            return getattr(estimator, name)(X)
        found = getattr(estimator, name)(X, y)
        return found if name == "score" else (found.coef_, found.intercept_)


def file(data):
    """A model file of any arrays."""
    n, m = sizes(data)
    if data.one_of((True, False)):
        kind, model, form = "network", onedot.Network, "onedot network 1"
        right = {"layers": np.array(1), "W0": np.ones((m, n)), "b0": np.ones(m), "activation0": np.array("relu")}
    else:
        kind, model, form = "fit", onedot.PerceptronFit, "onedot perceptron 1"
        right = {"weights": np.ones(n), "averaged": np.ones(n), "mistakes": np.array([1]), "converged": np.array(False)}
        right |= {"margin": np.array(np.nan), "margin_bound": np.array(1.0), "bias": np.array(False)}
    changed = [data.one_of(list(right)) for _ in range(data.one_of((0, 1, 1, 2)))]
    fields = {name: plain(value(data, n, m)) if name in changed else held for name, held in right.items()}
    X = rows(data, n, m) if kind == "fit" else array(data, (m, n), FLOATS)
    return Given(f"{kind} file", lambda: loaded(model, form, fields, X), list(fields.items()), False)


def plain(v):
    """What np.savez can write: pickle knows no type that is made here."""
    return np.asarray(v) if isinstance(v, np.ndarray) else v


def loaded(model, form, fields, X):
    path = ROOM / "model"
    with open(path, "wb") as to:
        np.savez(to, format=np.array(form), **fields)
    found = model.load(path)
    return found(X) if isinstance(found, onedot.Network) else found.margins(X)


KINDS = (
    layer,
    layer,
    unit,
    network,
    hyperplane,
    perceptron_fit,
    lms_fit,
    answer,
    estimator,
    estimator,
    estimator,
    file,
)


def given_of(data):
    return data.one_of(KINDS)(data)


def shown(v):
    """A value in words, whatever an array says of itself."""
    if not issubclass(type(v), np.ndarray):
        return f"{v!r:.200}"
    is_plain, v = type(v) is np.ndarray, np.asarray(v)
    return f"{'' if is_plain else 'forged '}{v.dtype} {v.shape}"


def described(data):
    given = given_of(Bytes(data))
    return f"{given.name} with {', '.join(f'{name}={shown(v)}' for name, v in given.fields)}"


def made(data):
    given = given_of(Bytes(data))
    if not given.is_private:
        return outcome(given.use)
    found = outcome(given.use, PRIVATE)
    return (Exception, "private") if is_refusal(found) else found


def check(data):
    """What becomes of an object, the same at every level. Its name, and what it gives or raises."""
    with said_of(lambda: described(data)):
        found = same_at_every_level(lambda: made(data), lambda: "it")
    with np.errstate(all="ignore"):
        return given_of(Bytes(data)).name, found
