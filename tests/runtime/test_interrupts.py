"""Ctrl-C at random times in long calls of every kind: back at once, what was there is as it was, and all goes on."""

import os
import shlex
import subprocess
import sys

import pytest

from onedot import levels
from support.interpreter import HANGS_AFTER, printed

# Every call would take minutes, and has inputs of little memory. What it leaves alone, `state` tells; what works on,
# `check` does. The limit of five seconds is for what hangs, and no measure of anything.
SETTING = """
import _thread, pickle, random, threading, time
import numpy, onedot
from onedot import activations, exact, geometry, single

random.seed({seed})
onedot.set_num_threads({count})

def many(v, *shape):
    return numpy.broadcast_to(v, (*shape, *numpy.shape(v)))

def check():
    a = numpy.arange(12.0).reshape(3, 4)
    narrow = a.astype("f2"), a.astype("i1")
    assert onedot.dot(long, long) == len(long)
    assert onedot.matvec(large, large[:9]).sum() == 4096 * len(large) * len(large[:9])
    assert onedot.matvec(large, ones).sum() == 4096 * len(large)
    return [f(v, v[0]).tolist() for f in (onedot.matvec, exact.matvec) for v in (a, *narrow)], activations.relu(a).sum()

def state():
    return [(v.tobytes(), v.flags.writeable) for v in mine]

def interrupt():
    global at
    at = time.perf_counter()
    _thread.interrupt_main()

ones, long, large = numpy.ones(2**12), numpy.ones(2**20 + 1), numpy.ones(({rows}, 2**12))
mine, wanted, draw = [], check(), numpy.random.default_rng(0)
row = draw.standard_normal(2**12)
row32 = row.astype("f4")
X = draw.standard_normal((200, {d}))
X[1::2] = X[::2]
y = numpy.where(numpy.arange(200) % 2, 1, -1)
w = numpy.ones({d})
mine = [row, ones, X, y, w]
before = state()
{more}

for name, call in {{{calls}}}.items():
    at = None
    timer = threading.Timer(0.02 + random.random() / 10, interrupt)
    try:
        timer.start()
        call()
        print(name, "came to an end")
    except KeyboardInterrupt:
        if at is None or time.perf_counter() - at > 5.0:
            print(name, "was late")
    timer.join()
    if state() != before or check() != wanted:
        print(name, "left a trace")
print("done")
"""

HALF = 'numpy.ones(2**12, "f2")'
CALLS = {
    "dot": {"dot": "onedot.dot(many(1.0, 2**36), many(1.0, 2**36))"},
    "products": {
        "matvec": "onedot.matvec(many(ones, 2**29), ones)",
        "a product": "onedot.matvec(many(ones, 2**14), many(ones, 2**15))",
    },
    "narrow types": {
        "dot of int64": 'onedot.dot(many(numpy.int64(1), 2**36), many(numpy.int64(1), 2**36))',
        "dot of int8": 'onedot.dot(many(numpy.int8(1), 2**36), many(numpy.int8(1), 2**36))',
        "dot of float16": 'onedot.dot(many(numpy.float16(1), 2**36), many(numpy.float16(1), 2**36))',
        "matvec of int8": 'onedot.matvec(many(numpy.ones(2**12, "i1"), 2**26), numpy.ones(2**12, "i1"))',
        "matvec of int64": 'onedot.matvec(many(numpy.ones(2**12, "i8"), 2**26), numpy.ones(2**12, "i8"))',
        "matvec of gathered int32": 'onedot.matvec(many(numpy.ones(2**13, "i4")[::2], 2**26), numpy.ones(2**12, "i4"))',
        "matvec of float16": f"onedot.matvec(many({HALF}, 2**26), {HALF})",
        "matmul of float32 by float64": "onedot.matmul(many(row.astype('f4'), 2**14), many(0.1, 2**12, 2**14))",
        "matvec of mixed types": f"onedot.matvec(many({HALF}, 2**26), ones)",
        "a product of float16": f"onedot.matvec(many({HALF}, 2**14), many({HALF}, 2**14))",
        "vecdot of float16": f"onedot.vecdot(many({HALF}, 2**26), many({HALF}, 2**26))",
        "vecmat of int16": 'onedot.vecmat(many(numpy.int16(1), 2**16), many(numpy.int16(1), 2**16, 2**20))',
    },
    "exact": {
        "dot": "exact.dot(many(0.1, 2**36), many(0.3, 2**36))",
        "sign": "exact.sign(many(0.1, 2**36), many(0.3, 2**36))",
        "matvec": "exact.matvec(many(row, 2**26), row)",
        "matvec of float32": 'exact.matvec(many(row.astype("f4"), 2**26), row.astype("f4"))',
        "matvec of float16": 'exact.matvec(many(row.astype("f2"), 2**26), row.astype("f2"))',
        "matvec of what cancels": "exact.matvec(many(cancelling, 2**26), ones)",
        "matmul": "exact.matmul(many(row, 2**14), many(0.1, 2**12, 2**14))",
        "vecdot": "exact.vecdot(many(row, 2**26), many(row, 2**26))",
        "fraction": "exact.fraction(many(0.1, 2**26), many(0.3, 2**26))",
    },
    "single": {
        "dot": "single.dot(many(row32[0], 2**36), many(row32[1], 2**36))",
        "matvec": "single.matvec(many(row32, 2**29), row32)",
        "matvec of float16": f"single.matvec(many({HALF}, 2**26), {HALF})",
        "matvec of mixed types": f"single.matvec(many({HALF}, 2**26), row32)",
        "a product": "single.matvec(many(row32, 2**14), many(row32, 2**15))",
        "matmul": "single.matmul(many(row32, 2**14), many(row32[0], 2**12, 2**14))",
        "vecmat": "single.vecmat(many(row32[0], 2**16), many(row32[1], 2**16, 2**20))",
        "Layer": 'onedot.Layer(many(row32[:500], 4000), activation="tanh", tier="single")(many(row32[:500], 2**16))',
        "vecdot": "single.vecdot(many(row32, 2**26), many(row32, 2**26))",
    },
    "functions": {
        "relu": "activations.relu(many(0.5, 2**28))",
        "tanh": "activations.tanh(many(0.5, 2**28))",
        "sigmoid of float16": "activations.sigmoid(many(numpy.float16(0.5), 2**28))",
        "gelu": "activations.gelu(many(0.5, 2**28))",
        "log_softmax of one row": "activations.log_softmax(many(0.5, 1, 2**28))",
        "softmax": "activations.softmax(many(0.5, 2**14, 2**14))",
        "softmax of one row": "activations.softmax(many(0.5, 1, 2**28))",
        "norm": "geometry.norm(many(row, 2**26))",
        "norm of float16": f"geometry.norm(many({HALF}, 2**26))",
        "alignment": "geometry.alignment(many(row, 2**26), row)",
        "alignment of integers": 'geometry.alignment(many(numpy.ones(2**12, "i8"), 2**26), numpy.ones(2**12, "i8"))',
        "Hyperplane.side": "onedot.Hyperplane(row).side(many(ones, 2**26))",
        "Hyperplane.distance": "onedot.Hyperplane(row).distance(many(ones, 2**26))",
        "Layer": 'onedot.Layer(many(ones[:500], 4000), activation="tanh")(many(0.5, 2**16, 500))',
    },
    "training": {
        "fit_perceptron": "onedot.fit_perceptron(X, y, max_epochs=10**9)",
        "fit_perceptron, shuffled": "onedot.fit_perceptron(X, y, max_epochs=10**9, seed=1)",
        "fit_lms": "onedot.fit_lms(X, y, rate=1e-9, epochs=10**9)",
        "perceptron_epoch": "onedot.perceptron_epoch(w, X, y, order=numpy.zeros(10**8, int), rate=1e-3)",
    },
    "estimators": {
        "Perceptron": "Perceptron(max_iter=10**9, tol=None).fit(X, y)",
        "Perceptron, averaged": "Perceptron(max_iter=10**9, tol=None, average=True).fit(X, y)",
        "Perceptron in threads": "Perceptron(max_iter=10**9, tol=None, n_jobs=2).fit(X, three)",
        "Perceptron, jointly": 'Perceptron(max_iter=10**9, tol=None, multi_class="joint").fit(X, three)',
        "Adaline": "Adaline(max_iter=10**9, tol=None).fit(X, y)",
        "a fitted one": "fitted[0].fit(X, three)",
        "a fitted one in threads": "fitted[1].fit(X, three)",
    },
}  # fmt: skip
MORE = {
    "exact": "cancelling = numpy.concatenate([row[: 2**11], -row[: 2**11]])",
    "estimators": """
from onedot.sklearn import Adaline, Perceptron
three = numpy.arange(200) % 3
fitted = [Perceptron(max_iter=1, tol=None, n_jobs=n).fit(X, three).set_params(max_iter=10**9) for n in (1, 2)]
of_arrays = state
def state():
    return of_arrays(), pickle.dumps(fitted)
before = state()
""",
}


# In pure Python others than these hear Ctrl-C between any two steps. Of an epoch or a fit it must leave no part.
ANYWHERE = ("dot", "products", "training", "estimators")
BEST = levels.runnable()[-1]
CASES = [(calls, BEST) for calls in CALLS if levels.compiled or calls in ANYWHERE]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("calls", "level_name"), dict.fromkeys([*CASES, ("dot", "reference")]))
def test_ctrl_c_ends_a_long_call_and_leaves_no_trace(calls, level_name, count):
    if calls == "estimators":
        pytest.importorskip("sklearn")
    listed = ", ".join(f"{name!r}: lambda: {call}" for name, call in CALLS[calls].items())
    rows, d = (6, 20) if level_name == "reference" else (600, 3000)
    code = SETTING.format(seed=count, count=count, calls=listed, more=MORE.get(calls, ""), d=d, rows=rows)
    assert printed(code, ONEDOT_LEVEL=level_name) == "done\n"


def test_a_process_that_a_test_starts_hears_ctrl_c():
    assert printed("import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)") == "True\n"


@pytest.mark.skipif(os.name != "posix", reason="elsewhere nobody inherits what is ignored")
def test_so_it_does_where_a_script_has_started_pytest_in_the_background():
    pytest_itself = f"-m pytest -q -p no:cacheprovider -k hears_ctrl_c {shlex.quote(__file__)}"
    command = f"trap '' INT; exec {shlex.quote(sys.executable)} {pytest_itself}"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=HANGS_AFTER, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
