"""Many threads at once, of one process, while the level changes: every call has the bits that it has alone.

Where there is no GIL they run side by side, `PYTHON_GIL=0 pytest -m long tests/test_many_threads.py` for 1,000 rounds.
"""

import sys
import threading
from itertools import cycle

import numpy as np
import pytest
from samples import vector

import onedot
from onedot import activations, exact, levels
from onedot.corpus.perceptron import csr

COMPILED = levels.runnable()[1:]


def shared_arrays():
    """Read by all threads, written to by none."""
    A, B = vector(60 * 70, "float64", 1).reshape(60, 70), vector(60 * 70, "float32", 2).reshape(60, 70)
    arrays = {
        "A": A,
        "B": B,
        "x": A[0].copy(),
        "long": vector(20_000, "float64", 3),
        "many": vector(20_000, "float64", 4),
    }
    arrays["half"] = vector(500, "float16", 5)
    arrays["integers"] = np.arange(-300, 300).reshape(20, 30)
    arrays["labels"] = np.where(np.arange(60) % 3 == 0, 1.0, -1.0)
    for v in arrays.values():
        v.flags.writeable = False
    return arrays


def epoch_of_own(S, X):
    """An update and an epoch of weights that no other thread has."""
    w = np.zeros(71)
    onedot.perceptron_update(w, S["x"], 1)
    mistakes = onedot.perceptron_epoch(X, S["labels"], w, rate=0.5)
    return np.append(w, [mistakes, onedot.lms_update(w, S["x"], 0.5, rate=1e-20)])


CALLS = {
    "dot": lambda S: onedot.dot(S["x"], S["A"][1]),
    "dot without the GIL": lambda S: onedot.dot(S["long"], S["many"]),
    "dot backwards": lambda S: onedot.dot(S["long"][::-1], S["many"]),
    "dot of float16": lambda S: onedot.dot(S["half"], S["half"]),
    "dot of mixed types": lambda S: onedot.dot(S["x"], S["B"][2]),
    "dot of integers": lambda S: onedot.dot(S["integers"][3], S["integers"][4]),
    "matvec": lambda S: onedot.matvec(S["A"], S["x"]),
    "matvec of a batch": lambda S: onedot.matvec(S["B"], S["B"]),
    "matvec of integers": lambda S: onedot.matvec(S["integers"], S["integers"][0]),
    "vecmat": lambda S: onedot.vecmat(S["labels"], S["A"]),
    "vecdot": lambda S: onedot.vecdot(S["A"], S["A"][::-1], out=np.empty(60)),
    "exact dot": lambda S: exact.dot(S["long"], S["many"]),
    "exact sign": lambda S: exact.sign(S["x"], S["A"][1]),
    "exact matvec": lambda S: exact.matvec(S["B"], S["B"][0]),
    "activation": lambda S: activations.sigmoid(S["x"]),
    "softmax": lambda S: activations.softmax(S["A"]),
    "layer": lambda S: onedot.Layer(S["A"], activation="tanh")(S["x"]),
    "training": lambda S: epoch_of_own(S, S["A"]),
    "training on CSR": lambda S: epoch_of_own(S, csr(S["B"])),
    "refused": lambda S: refused(S),
}


def refused(S):
    """An error is the caller's own."""
    try:
        return onedot.dot(S["x"], S["long"])
    except ValueError as error:
        return len(str(error))


def bits_of(value):
    return np.asarray(value).tobytes()


def change_levels(stop):
    """Use one level after the other, as long as others compute."""
    for name in cycle(COMPILED):
        if stop.is_set():
            return
        levels.use(name)


def run_together(work, threads):
    """Call work(k) in so many threads, which start together, and raise what the first that fails raises."""
    start, errors = threading.Barrier(threads), []

    def run(k):
        start.wait()
        try:
            work(k)
        except BaseException as error:
            errors.append(error)

    running = [threading.Thread(target=run, args=(k,)) for k in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    if errors:
        raise errors[0]


@pytest.mark.skipif(not levels.compiled, reason="a pure build has one level, and its calls take too long")
@pytest.mark.parametrize(
    ("threads", "rounds"), [(16, 20), pytest.param(64, 1000, marks=pytest.mark.long)], ids=["short", "long"]
)
def test_every_call_has_its_bits_in_many_threads_while_the_level_changes(threads, rounds):
    S, stop, wrong = shared_arrays(), threading.Event(), []
    expected = {name: bits_of(call(S)) for name, call in CALLS.items()}
    names = list(CALLS)

    def work(k):
        for i in range(rounds):
            name = names[(i + k) % len(names)]
            if bits_of(CALLS[name](S)) != expected[name]:
                wrong.append(name)

    with levels.using(COMPILED[-1]):
        changer = threading.Thread(target=change_levels, args=(stop,))
        changer.start()
        try:
            run_together(work, threads)
        finally:
            stop.set()
            changer.join()
    assert wrong == []


def test_levels_that_threads_change_at_once_end_as_one_of_theirs():
    """What a call takes and what `current` says are the same level, whoever was last."""
    with levels.using(levels.runnable()[0]):
        run_together(lambda k: [levels.use(levels.runnable()[(i + k) % len(levels.runnable())]) for i in range(50)], 8)
        assert levels.kernels() is levels.kernels(levels.current())


def test_a_call_that_the_reference_overtakes_ends_as_well():
    """The reference has no table of kernels, and a call that is under way has already chosen one."""
    x, stop = np.ones(100), threading.Event()

    def work(k):
        if k:
            assert {onedot.dot(x, x) for _ in range(2000)} == {100.0}
        else:
            while not stop.is_set():
                levels.use("reference")
                levels.use(levels.runnable()[-1])

    def others(k):
        try:
            work(k)
        finally:
            if k == 1:
                stop.set()

    with levels.using(levels.runnable()[-1]):
        run_together(others, 4)


@pytest.mark.skipif(not hasattr(sys, "_is_gil_enabled"), reason="this Python has a GIL, whatever is imported")
def test_importing_onedot_brings_no_gil_back():
    from interpreter import run

    code = "import sys, numpy\nbefore = sys._is_gil_enabled()\nimport onedot\nprint(before == sys._is_gil_enabled())"
    done = run("-c", code)
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr
