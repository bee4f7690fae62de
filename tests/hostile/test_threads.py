"""What several threads may do to one array or one setting at once: no crash, and right wherever nobody writes."""

import sysconfig

import pytest

from onedot import levels
from support.interpreter import printed

# Each in a process of its own, as what goes wrong here is a crash. `together` runs every function over and over in a
# thread of its own until the first of them has had enough rounds.
SETTING = """
import array, itertools, threading
import numpy, onedot
from onedot import activations, exact, geometry, levels, search, single

ROUNDS, M, N = {rounds}, {m}, {n}
draw = numpy.random.default_rng(0)
A, x = draw.standard_normal((M, N)), draw.standard_normal(N)
F, H, K = A.astype("f4"), A.astype("f2"), (16 * A).astype("i1")
long = draw.standard_normal({long})

def together(*functions):
    failed, done, start = [], threading.Event(), threading.Barrier(len(functions))

    def run(function, first):
        start.wait()
        try:
            for _ in range(ROUNDS if first else 10**9):
                if done.is_set():
                    break
                function()
        except BaseException as error:
            failed.append(repr(error))
        finally:
            if first:
                done.set()

    threads = [threading.Thread(target=run, args=(f, i == 0)) for i, f in enumerate(functions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed[:3]

def same(call):
    wanted = call()
    def check():
        found = call()
        assert numpy.array_equal(found, wanted), "other bits"
    return check

def two_best(X, Q):
    return search.top_k(X, Q, 2)

def quietly(call):
    def run():
        try:
            call()
        except (ValueError, OverflowError):  # of numbers that another thread is writing
            pass
    return run

def switch(names=itertools.cycle(levels.runnable())):
    levels.use(next(names))

{program}
print("done")
"""

READERS = """[
    same(lambda: onedot.matvec(A, x)), same(lambda: onedot.matvec(H, H[0])), same(lambda: onedot.matvec(K, K[0])),
    same(lambda: exact.matvec(A, x)), same(lambda: activations.tanh(A)), same(lambda: activations.softmax(A)),
    same(lambda: single.matvec(F, F[0])), same(lambda: single.matmul(H.T, F)),
    same(lambda: geometry.norm(A)), same(lambda: onedot.Layer(A, activation="sigmoid")(A)),
    same(lambda: onedot.fit_perceptron(A, numpy.where(numpy.arange(M) % 2, 1, -1), max_epochs=2, seed=1).weights),
]"""

WRITTEN = """
def scribble():
    A[...] = draw.standard_normal(A.shape)
    A[3, 4] = (numpy.nan, numpy.inf, 1e308, 5e-324)[int(draw.integers(4))]
"""

PROGRAMS = {
    "one out for two matvec": """
out, first, second = numpy.empty(M), onedot.matvec(A, x), onedot.matvec(A, -x)
together(*[lambda v=v: onedot.matvec(A, v, out=out) for v in (x, -x, x, -x)])
assert all(value in (a, b) for value, a, b in zip(out, first, second))
""",
    "one out for two products": """
out, first, second = numpy.empty((M, M)), onedot.matvec(A, A), onedot.matvec(A, -A)
together(*[lambda v=v: onedot.matvec(A, v, out=out) for v in (A, -A, A, -A)])
assert ((out == first) | (out == second)).all()
""",
    "one out for two exact.matvec": """
out, first, second = numpy.empty(M), exact.matvec(A, x), exact.matvec(A, -x)
together(*[lambda v=v: exact.matvec(A, v, out=out) for v in (x, -x)])
assert ((out == first) | (out == second)).all()
""",
    "one out for two single.matvec": """
out, v = numpy.empty(M, "f4"), F[0].copy()
together(*[lambda v=v: single.matvec(F, v, out=out) for v in (v, -v)])
assert (abs(out) == abs(single.matvec(F, v))).all()
""",
    "one out for integers and for their negatives": """
out, B, v = numpy.empty(M, "i8"), K.astype("i4"), K[0].astype("i8")
together(*[lambda v=v: onedot.matvec(B, v, out=out) for v in (v, -v)])
assert (abs(out) == abs(onedot.matvec(B, v))).all()
""",
    "one out for float16": """
out, negative = numpy.empty(M, "f2"), -H[0]
together(*[lambda v=v: onedot.matvec(H, v, out=out) for v in (H[0], negative)])
assert (abs(out) == abs(onedot.matvec(H, H[0]))).all()
""",
    "one out for two activations": """
out = numpy.empty(A.shape)
together(*[lambda f=f: f(A, out=out) for f in (activations.tanh, activations.relu)])
assert ((out == activations.tanh(A)) | (out == activations.relu(A))).all()
""",
    "one out for two layers": """
out, layers = numpy.empty(M), [onedot.Layer(A), onedot.Layer(-A)]
together(*[lambda f=f: f(x, out=out) for f in layers])
assert ((out == layers[0](x)) | (out == layers[1](x))).all()
""",
    "weights that four threads update": """
w = numpy.zeros(N + 1)
together(*[lambda y=y: onedot.perceptron_update(w, x, y) for y in (1, -1, 1, -1)])
assert numpy.isfinite(w).all()
""",
    "weights that an epoch and updates change": """
w, y = numpy.zeros(N), numpy.where(numpy.arange(M) % 2, 1, -1)
together(lambda: onedot.perceptron_epoch(w, A, y), lambda: onedot.lms_update(w, x, 0.5, rate=1e-9))
assert numpy.isfinite(w).all()
""",
    "the level is switched meanwhile": f"together(*{READERS}, switch)",
    "the number of threads is changed meanwhile": f"""
counts = itertools.cycle((1, 2, 3, 7))
together(*{READERS}, lambda: onedot.set_num_threads(next(counts)))
""",
    "16 threads read the same": f"together(*{READERS}, *{READERS[:-1]}][:7])",
    "an array is written while it is read": WRITTEN + """
together(scribble, *[quietly(call) for call in (
    lambda: onedot.dot(A[0], A[1]), lambda: onedot.matvec(A, x), lambda: onedot.matvec(A, A),
    lambda: exact.matvec(A, x), lambda: exact.sign(A[0], A[1]), lambda: exact.dot(A[3], A[4]),
    lambda: activations.softmax(A), lambda: activations.exp(A, out=A), lambda: geometry.cosine(A, x),
    lambda: geometry.alignment(A, x), lambda: onedot.Layer(A)(A),
    lambda: onedot.fit_perceptron(A, numpy.where(numpy.arange(M) % 2, 1, -1), max_epochs=2),
)])
""",
    "the order of an epoch is written while it is read": """
order = numpy.zeros(300, int)
def scribble():
    order[...] = draw.integers(-(2**62), 2**62, 300)
    order[...] = 0
together(scribble, quietly(lambda: onedot.perceptron_epoch(numpy.zeros(N), A, numpy.ones(M), order=order)))
""",
    "a CSR matrix is written while it is read": """
from scipy import sparse
S, y = sparse.csr_array(A), numpy.where(numpy.arange(M) % 2, 1, -1)
indices = S.indices.copy()
def scribble():
    S.indices[...] = draw.integers(0, N, len(indices))
    S.indices[...] = indices
together(scribble, quietly(lambda: onedot.fit_perceptron(S, y, max_epochs=2)))
""",
    "an array is resized while it is read": """
results, wanted = [], onedot.dot(long, long)
reader = threading.Thread(target=lambda: results.extend(onedot.dot(long, long) for _ in range(20)))
reader.start()
while reader.is_alive():
    try:
        long.resize(3)  # which NumPy refuses while a call holds it, and does between two calls
        break
    except ValueError:
        pass
reader.join()
assert set(results) <= {wanted, onedot.dot(long, long)}
""",
    "shapes and types change while operands are copied": """
V, Q, go = numpy.ones((32 * M, N), "f2")[::2], numpy.ones((2, N), ">f8"), False

def change():
    global go
    while go is not None:
        if go:
            V.dtype, Q.shape, go = "i1", (1, 2 * N), False

changing = threading.Thread(target=change)
changing.start()
calls = [lambda f=f: f(V, Q) for f in (two_best, search.cosines, search.distances, onedot.matvec, exact.matvec)]
calls += [lambda: search.top_k(V, Q, 2, metric="cosine"), lambda: onedot.vecdot(V, Q[:1])]
calls += [lambda: onedot.matmul(V, Q.T), lambda: search.top_k(V, Q[0], 2)]
calls += [lambda: single.matvec(V, Q.astype("f4")), lambda: geometry.norm(V), lambda: geometry.cosine(V, Q[0])]
for call in calls:
    for _ in range(6 * ROUNDS):
        V.dtype, Q.shape, go = "f2", (2, N), True
        try:
            call()
        except (ValueError, TypeError):
            pass
go = None
changing.join()
""",
    "an error handler changes shapes": """
Q = numpy.full((1000, 2), 0x7F800001, "u4").view("f4")[:, 0]  # NaN that signal, which NumPy's casts report
X = numpy.ones((1000, 1000))

def handler(kind, flag):
    X.shape = (1, 10**6)

for function in (two_best, search.cosines, search.distances, onedot.matvec, onedot.vecdot, onedot.matmul,
                 exact.matvec, exact.vecdot, geometry.cosine, geometry.alignment):
    X.shape = (1000, 1000)
    with numpy.errstate(invalid="call", call=handler):
        try:
            function(X, Q)
        except ValueError:
            pass
""",
    "a bytearray and an array.array grow while they are read": """
held = bytearray(b"\\1" * len(long)), array.array("d", long)
for room in held:
    other, refusals = array.array(getattr(room, "typecode", "b"), bytes(len(room) * getattr(room, "itemsize", 1))), []
    reader = threading.Thread(target=lambda: [onedot.dot(room, other) for _ in range(10)])
    reader.start()
    while reader.is_alive():
        before = len(room)
        try:
            room.append(1)
            room.pop()
        except BufferError:
            refusals.append(True)
    reader.join()
""",
    "a memory-mapped file is written while it is read": """
import tempfile
with tempfile.TemporaryFile() as file:
    mapped = numpy.memmap(file, "f8", "w+", shape=(M, N))
    mapped[:] = A
    def scribble():
        mapped[...] = draw.standard_normal((M, N))
    together(scribble, lambda: onedot.matvec(mapped, x), lambda: onedot.dot(mapped[0], x))
    del mapped
""",
    "threads are started while the pool is dropped": """
counts = itertools.cycle((2, 3))
together(same(lambda: onedot.dot(long, long)), same(lambda: exact.dot(long, long)),
         lambda: onedot.set_num_threads(next(counts)))
""",
}  # fmt: skip
NOT_WITHOUT_GIL = ("an array is resized while it is read", "shapes and types change while operands are copied")


@pytest.mark.parametrize("name", PROGRAMS)
def test_threads_that_share_what_they_should_not_break_nothing(name):
    if name in NOT_WITHOUT_GIL and sysconfig.get_config_var("Py_GIL_DISABLED"):
        pytest.skip("NumPy alone crashes there")
    if "CSR" in name:
        pytest.importorskip("scipy.sparse")
    sizes = {"rounds": 40, "m": 60, "n": 90, "long": 2**21}
    if not levels.compiled:
        sizes = {"rounds": 2, "m": 6, "n": 9, "long": 2**14}
    code = SETTING.format(program=PROGRAMS[name], **sizes)
    assert printed(code, ONEDOT_LEVEL=levels.runnable()[-1]) == "done\n"
