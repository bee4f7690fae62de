"""A call of every kind, on arrays that all threads share, and many threads at once: for tests and `tools/harden`."""

import threading

import numpy as np

import onedot
from onedot import activations, exact, levels, single
from onedot._corpus.perceptron import csr
from support.c_functions import c_dot
from support.samples import vector


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
    mistakes = onedot.perceptron_epoch(w, X, S["labels"], rate=0.5)
    return np.append(w, [mistakes, onedot.lms_update(w, S["x"], 0.5, rate=1e-20)])


def refused(S):
    """An error is the caller's own."""
    try:
        return onedot.dot(S["x"], S["long"])
    except ValueError as error:
        return len(str(error))


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
    "matmul": lambda S: onedot.matmul(S["B"], S["B"].T),
    "vecdot": lambda S: onedot.vecdot(S["A"], S["A"][::-1], out=np.empty(60)),
    "exact dot": lambda S: exact.dot(S["long"], S["many"]),
    "exact sign": lambda S: exact.sign(S["x"], S["A"][1]),
    "exact matvec": lambda S: exact.matvec(S["B"], S["B"][0]),
    "single dot": lambda S: single.dot(S["half"], S["half"]),
    "single matvec": lambda S: single.matvec(S["B"], S["B"][0]),
    "single matmul": lambda S: single.matmul(S["B"], S["B"].T),
    "activation": lambda S: activations.sigmoid(S["x"]),
    "softmax": lambda S: activations.softmax(S["A"]),
    "layer": lambda S: onedot.Layer(S["A"], activation="tanh")(S["x"]),
    "a single layer": lambda S: onedot.Layer(S["B"], activation="tanh", tier="single")(S["B"]),
    "training": lambda S: epoch_of_own(S, S["A"]),
    "training on CSR": lambda S: epoch_of_own(S, csr(S["B"])),
    "refused": refused,
}
if levels.compiled:
    CALLS["C dot"] = lambda S: c_dot(S["x"], S["A"][1])


def bits_of(value):
    return np.asarray(value).tobytes()


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
