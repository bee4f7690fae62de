"""Every allocation of a call fails once: a MemoryError, all as it was or all done, and the next call right."""

import sysconfig

import pytest

from onedot import levels
from support.interpreter import printed

pytestmark = [
    pytest.mark.skipif(not levels.compiled, reason="in pure Python NumPy lays out every operand, and crashes"),
    pytest.mark.filterwarnings("default"),
]

# NumPy's reduce forgets to say why it failed, which Python reports as a SystemError: that is NumPy's own. So are the
# crashes of its as_strided, for which nothing is here that it lays out: float16, and geometry.
EACH_ALLOCATION = """
import pickle, sys, _testcapi, numpy, onedot
from onedot import activations, exact, single
{setup}
def state():
    learned = vars(fitted) if fitted else {{}}
    return [v.tobytes() for v in mine], {{name: pickle.dumps(v) for name, v in learned.items()}}

X = numpy.array([[0.0, 1.0], [1.0, 0.0], [2.0, 2.0], [3.0, 1.0]])
y, A, w = numpy.array([1, -1, 1, -1]), numpy.arange(48.0).reshape(6, 8), numpy.array([1.0, -2.0, 0.5])
x, fitted = A[1].copy(), None
A32, x32 = A.astype("f4"), x.astype("f4")
call, result = (lambda: {call}), (lambda found: {result})
{then}
mine, first = [X, y, A, x, w], pickle.dumps([w, fitted])
before = state()
wanted = result(call())
after = state()
refused, in_a_row, allocation = 0, 0, 0
while in_a_row < 20:
    w[...] = pickle.loads(first)[0]
    if fitted:
        vars(fitted).clear()
        vars(fitted).update(vars(pickle.loads(first)[1]))
    found, failed = None, False
    _testcapi.set_nomemory(allocation, allocation + 1)
    try:
        found = call()
    except MemoryError:
        failed = True
    except SystemError as error:
        failed = True
        assert "exception set" in str(error) or "setting an exception" in str(error), error
    finally:
        _testcapi.remove_mem_hooks()
    assert state() == after or (failed and state() == before), allocation  # it may fail when all is done
    assert failed or result(found) == wanted, allocation
    in_a_row = 0 if failed else in_a_row + 1
    refused += failed
    allocation += {step}
w[...] = pickle.loads(first)[0]
assert result(call()) == wanted
print("refused", refused > 0)
"""
ARRAYS = "found.tolist()"
FIT = "[v.tolist() for v in (found.weights, found.averaged)]"
ESTIMATOR = "from onedot.sklearn import Adaline, Perceptron"

# name: (the call, what of its result is compared, whether it allocates at all)
CALLS = {
    "dot": ("onedot.dot(x, x)", "found", False),  # a float comes from a list of free ones
    "dot of float32": ("onedot.dot(x32, x32)", "found", False),
    "dot of a list": ("onedot.dot([1.0] * 8, x)", "found", True),
    "matvec": ("onedot.matvec(A, x)", ARRAYS, True),
    "matvec of float32": ("onedot.matvec(A32, x32)", ARRAYS, True),
    "matmul": ("onedot.matmul(A, A.T)", ARRAYS, True),
    "exact.matmul": ("exact.matmul(A, A.T)", ARRAYS, True),
    "fit_perceptron": ("onedot.fit_perceptron(X, y, max_epochs=3)", FIT, True),
    "fit_perceptron, shuffled": ("onedot.fit_perceptron(X, y, max_epochs=3, seed=1)", FIT, True),
    "fit_perceptron of float32": ('onedot.fit_perceptron(X.astype("f4"), y, max_epochs=3)', FIT, True),
    "fit_lms": ("onedot.fit_lms(X, y, epochs=3)", FIT, True),
    "perceptron_epoch": ("onedot.perceptron_epoch(w, X, y)", "found", True),
    "perceptron_update": ("onedot.perceptron_update(w, [1.0, 2.0], 1)", "found", True),
    "lms_update": ("onedot.lms_update(w, [1.0, 2.0], 1.0)", "found", True),
    "exact.dot": ("exact.dot(x, x)", "found", False),
    "exact.dot of a list": ("exact.dot([1.0] * 8, x)", "found", True),
    "exact.sign": ("exact.sign(x, x)", "found", False),
    "exact.matvec": ("exact.matvec(A, x)", ARRAYS, True),
    "exact.matvec of float32": ('exact.matvec(A.astype("f4"), x.astype("f4"))', ARRAYS, True),
    "exact.vecdot": ("exact.vecdot(A, A)", ARRAYS, True),
    "single.dot": ("single.dot(x32, x32)", "found", False),
    "single.matvec": ("single.matvec(A32, x32)", ARRAYS, True),
    "single.matmul": ("single.matmul(A32, A32.T)", ARRAYS, True),
    "single.vecdot": ("single.vecdot(A32, A32)", ARRAYS, True),
    "dot of int8": ('onedot.dot(x.astype("i1"), x.astype("i1"))', "found", True),
    "matvec of int8": ('onedot.matvec(A.astype("i1"), x.astype("i1"))', ARRAYS, True),
    "matvec of float16": ('onedot.matvec(A.astype("f2"), x.astype("f2"))', ARRAYS, True),
    "activations.tanh": ("activations.tanh(x)", ARRAYS, True),
    "activations.sigmoid of float32": ('activations.sigmoid(x.astype("f4"))', ARRAYS, True),
    "activations.log_softmax": ("activations.log_softmax(A)", ARRAYS, True),
    "activations.softmax": ("activations.softmax(A)", ARRAYS, True),
    "Layer, single": ('onedot.Layer(A32, activation="relu", tier="single")(x32)', ARRAYS, True),
    "Layer": ('onedot.Layer(A, activation="relu")(x)', ARRAYS, True),
}


def outcome(call, result, setup="", then="", step=1):
    code = EACH_ALLOCATION.format(call=call, result=result, setup=setup, then=then, step=step)
    return printed(code, ONEDOT_LEVEL=levels.runnable()[-1])


# CPython without a GIL crashes in Python that calls NumPy, with no extension of onedot loaded; these do not.
SAFE = ("dot", "dot of float32", "dot of a list", "matvec", "matvec of float32")
NAMES = SAFE if sysconfig.get_config_var("Py_GIL_DISABLED") else CALLS


@pytest.mark.parametrize("name", NAMES)
def test_without_memory_there_is_a_memory_error_and_all_is_as_it_was(name):
    pytest.importorskip("_testcapi", reason="this Python has no way to make allocations fail")
    call, result, allocates = CALLS[name]
    assert outcome(call, result) == f"refused {allocates}\n"


@pytest.mark.parametrize("by", ["Perceptron", "Adaline"])
def test_an_estimator_is_never_half_fitted(by):
    """One allocation in 29: scikit-learn's checks have thousands."""
    pytest.importorskip("_testcapi", reason="this Python has no way to make allocations fail")
    pytest.importorskip("sklearn")
    fit = f"fitted = {by}(max_iter=2, tol=None).fit(X, [0, 0, 1, 1])"
    result = "(found.coef_.tolist(), found.intercept_.tolist())"
    assert outcome("fitted.fit(X, y)", result, ESTIMATOR, fit, step=29) == "refused True\n"
