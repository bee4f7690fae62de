"""Logistic regression and separation of arbitrary bytes: arrays, forged ones, CSR, fits of anything and their files."""

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning

import onedot
from onedot.sklearn import LogisticRegression
from support.fuzz import csr
from support.fuzz.arrays import DTYPES, FLOATS, Bytes, array
from support.fuzz.forged import forged
from support.fuzz.objects import ROOM, made_of_anything, plain, rows, sizes, used
from support.fuzz.outcome import outcome, said_of, same_at_every_level

FLOAT64 = (*12 * FLOATS[:1], *DTYPES)
LABELS = ((0, 1), (1, -1), ("a", "b"), (0, 1, 2), (0.5, 2.5), (2**70, 1), (False, True), ("a", 1), (None, 1))
LABELS += ((float("nan"), 1.0), (1, 1), (b"a", b"b"), (1j, 2.0), ("x", "y", "z"))
STRENGTHS = (1.0, 1.0, 0.1, 1e-300, 1e300, 5e-324, 0.0, float("nan"), 2**70, np.float32(2), "1", None)


def labels(data, n):
    kinds = data.one_of(LABELS[:4] * 4 + LABELS)
    y = [kinds[i % len(kinds)] for i in data.patterns(n).tolist()]
    return y if data.one_of((True, False)) else np.array(y, object if None in kinds or "a" in kinds else None)


def given(data):
    """Samples, labels and weights of the samples, that nearly fit each other."""
    n, d = data.one_of((2, 3, 4, 6, 8)), data.one_of((1, 2, 3))
    X = array(data, (n, d), FLOAT64)
    weights = data.one_of((None, None, array(data, (n + (data.one_of(range(8)) == 0),), FLOAT64)))
    if data.one_of((False, False, True)):
        X = forged(data, X)[0]
    return X, labels(data, n), weights


def fit(data):
    X, y, weights = given(data)
    options = {
        "penalty": data.one_of(("l2", "l2", None, "l1")),
        "C": data.one_of(STRENGTHS),
        "bias": data.one_of((True, False)),
        "solver": data.one_of(("auto", "newton", "lbfgs")),
        "class_weight": data.one_of((None, None, "balanced", {1: 2.0}, {1: 0}, {"a": 5e-324})),
        "on_separation": data.one_of(("raise", "report")),
        "max_iter": data.one_of((1, 2, 3)),
        "start": data.one_of((None, None, None, array(data, (data.one_of((1, 2, 3, 4)),), FLOAT64))),
    }

    def call():
        found = onedot.fit_logistic(X, y, sample_weight=weights, **options)
        kind = None if found.separation is None else type(found.separation).__name__
        return found.weights, found.standard_errors, found.log_likelihood, found.gradient, str(kind)

    return "fit_logistic", call


def separation(data):
    X, y, weights = given(data)
    bias = data.one_of((True, False))

    def call():
        answer = onedot.separation(X, y, bias=bias, sample_weight=weights)
        return type(answer).__name__, answer.verify(X, y, sample_weight=weights)

    return "separation", call


def estimator(data):
    """A fit that fails leaves nothing behind."""
    X, y, weights = given(data)

    def call():
        model = LogisticRegression(max_iter=2)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            try:
                model.fit(X, y, weights)
            except Exception:
                assert not [name for name in vars(model) if name.endswith("_")]
                raise
        return model.coef_, model.intercept_, model.predict_proba(X)

    return "LogisticRegression", call


def of_anything(data):
    """A fit that is a plain record, and what is made of it; or a file of such a record."""
    n, m = sizes(data)
    width, k = n, data.one_of((2, 3))
    shape = (width,) if k == 2 else (k, width)
    right = {"weights": np.ones(shape), "standard_errors": np.ones(shape), "classes": np.arange(k)}
    right |= {"log_likelihood": -1.0, "parameters": (k - 1) * width, "gradient": 0.0, "iterations": 1}
    right |= {"converged": True, "bias": False}
    fields, X = made_of_anything(data, right, n, m), rows(data, n, m)
    use = data.one_of(("margins", "predict", "predict_proba", "save", "load"))
    if use == "load":
        return "a file", lambda: loaded({name: plain(v) for name, v in fields.items()}).predict_proba(X)
    return f"LogisticFit.{use}", lambda: used(onedot.LogisticFit(**fields), use, X)


def loaded(fields):
    path = ROOM / "logistic"
    with open(path, "wb") as to:
        np.savez(to, format=np.array("onedot logistic 1"), **fields)
    return onedot.LogisticFit.load(path)


def of_csr(X, y, d, option):
    """With more columns than that the Hessian of three units takes pure Python for ever."""
    three = np.arange(len(y)) % 3 if option % 4 == 0 else y
    found = onedot.fit_logistic(X, three, bias=bool(option % 2), solver="lbfgs", max_iter=2)
    return found.weights, found.log_likelihood


def margins_of_csr(X, y, d, option):
    W = np.arange(3.0 * d).reshape(3, d) % 5 - 2.0 if option % 2 else np.arange(d) % 5 - 2.0
    classes = np.arange(3 if option % 2 else 2)
    return onedot.LogisticFit(W, W, classes, -1.0, d, 0.0, 1, True, False).predict_proba(X)


KINDS = (fit, fit, fit, separation, separation, estimator, of_anything)


def call_of(data):
    return data.one_of(KINDS)(data)


def described(data):
    name, call = call_of(Bytes(data))
    held = [cell.cell_contents for cell in call.__closure__ or ()]
    return f"{name} of {held!r:.500}"


def made(data):
    with np.errstate(all="ignore"):
        return outcome(call_of(Bytes(data))[1])


def check(data):
    """What becomes of the call, the same at every level. Its name, and what it gives or raises."""
    if data[-1:] and data[-1] % 4 == 0:
        function = (of_csr, margins_of_csr)[data[-1] // 4 % 2]

        def case():
            return csr.case_of(Bytes(data))._replace(function=function)

        with said_of(case):
            return function.__name__, same_at_every_level(lambda: csr.given(case()), lambda: "it")
    found = same_at_every_level(lambda: made(data), lambda: described(data))
    with np.errstate(all="ignore"):
        return call_of(Bytes(data))[0], found
