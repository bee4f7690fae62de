"""What happens around a call: no memory, processes, many imports, a million calls. Nothing leaks, nothing breaks."""

import gc
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest

import onedot
from onedot import activations, exact, geometry, levels, single
from support.interpreter import printed
from support.samples import hex_of_dot

BEST = levels.runnable()[-1]


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # of a fork with threads, which this is about
def test_processes_started_in_any_way_give_the_same_bits(method):
    wanted = [hex_of_dot(n) for n in (5, 2**20 + 1)]
    # Not multiprocessing's Pool, which waits for ever where a process cannot load its task.
    with ProcessPoolExecutor(2, multiprocessing.get_context(method)) as pool:
        assert list(pool.map(hex_of_dot, (5, 2**20 + 1))) == wanted


IMPORTS = """
import sys, threading
import numpy
start, found = threading.Barrier(16), []
def load():
    start.wait()
    import onedot
    found.append((onedot.dot([1.0, 2.0], [3.0, 4.0]), onedot.levels.current(), id(onedot.dot)))
threads = [threading.Thread(target=load) for _ in range(16)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert len(found) == 16 and len(set(found)) == 1, found
print(found[0][0])
"""


def test_16_threads_may_import_it_at_once():
    assert printed(IMPORTS) == "11.0\n"


SUBINTERPRETER = """
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
import onedot
code = '''
try:
    import onedot
    print(onedot.dot([1.0, 2.0], [3.0, 4.0]), flush=True)
except ImportError:
    print("refused", flush=True)
'''
other = interpreters.create()
interpreters.run_string(other, code)
interpreters.destroy(other)
print(onedot.dot([1.0, 2.0], [3.0, 4.0]))
"""


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="NumPy is refused there before onedot is asked")
def test_a_subinterpreter_is_refused_or_right():
    in_other, in_main = printed("import warnings; warnings.simplefilter('ignore')\n" + SUBINTERPRETER).split()
    assert in_other in ("refused", "11.0")
    assert in_main == "11.0"


def resident():
    """The memory of this process, in bytes."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * 4096


# Of a vector, a matrix, and the same in float16 and int8: what is called, and how often where all of it is compiled.
CALLS = {
    "dot": (lambda x, A, h, H, k, K: onedot.dot(x, x), 10**6),
    "dot of float16": (lambda x, A, h, H, k, K: onedot.dot(h, h), 10**6),
    "dot of int8": (lambda x, A, h, H, k, K: onedot.dot(k, k), 10**6),
    "matvec": (lambda x, A, h, H, k, K: onedot.matvec(A, x), 10**5),
    "matvec of float16": (lambda x, A, h, H, k, K: onedot.matvec(H, h), 10**5),
    "matvec of int8": (lambda x, A, h, H, k, K: onedot.matvec(K, k), 10**5),
    "matvec of mixed types": (lambda x, A, h, H, k, K: onedot.matvec(A, h), 2000),
    "vecmat": (lambda x, A, h, H, k, K: onedot.vecmat(x, A), 10**5),
    "matmul": (lambda x, A, h, H, k, K: onedot.matmul(A, A), 10**5),
    "vecdot": (lambda x, A, h, H, k, K: onedot.vecdot(A, A), 10**5),
    "vecdot along the first axis": (lambda x, A, h, H, k, K: onedot.vecdot(A, A, axis=0), 10**5),
    "exact.dot": (lambda x, A, h, H, k, K: exact.dot(x, x), 10**6),
    "exact.sign": (lambda x, A, h, H, k, K: exact.sign(x, x), 10**6),
    "exact.matvec": (lambda x, A, h, H, k, K: exact.matvec(A, x), 10**5),
    "single.dot": (lambda x, A, h, H, k, K: single.dot(h, h), 10**6),
    "single.matvec": (lambda x, A, h, H, k, K: single.matvec(H, h), 10**5),
    "single.matmul": (lambda x, A, h, H, k, K: single.matmul(H, H), 10**5),
    "exact.dot of int8": (lambda x, A, h, H, k, K: exact.dot(k, k), 10**4),
    "perceptron_update": (lambda x, A, h, H, k, K: onedot.perceptron_update(WEIGHTS, x, 1), 10**6),
    "perceptron_update of float16": (lambda x, A, h, H, k, K: onedot.perceptron_update(WEIGHTS, h, 1), 10**4),
    "lms_update": (lambda x, A, h, H, k, K: onedot.lms_update(WEIGHTS, x, 1.0), 2 * 10**4),
    "activations.tanh": (lambda x, A, h, H, k, K: activations.tanh(x), 2 * 10**4),
    "activations.tanh of float16": (lambda x, A, h, H, k, K: activations.tanh(h), 10**4),
    "activations.softmax": (lambda x, A, h, H, k, K: activations.softmax(A), 10**4),
    "geometry.norm": (lambda x, A, h, H, k, K: geometry.norm(A), 2000),
    "Layer": (lambda x, A, h, H, k, K: LAYER(x), 2 * 10**4),
    "Layer, single": (lambda x, A, h, H, k, K: SINGLE_LAYER(h), 2 * 10**4),
    "fit_perceptron": (lambda x, A, h, H, k, K: onedot.fit_perceptron(A, SIGNS, max_epochs=2), 2000),
}
ENTRIES = {
    "dot", "matvec", "vecmat", "matmul", "vecdot", "exact.dot", "exact.sign", "exact.matvec", "perceptron_update",
    "single.dot", "single.matvec", "single.matmul",
}  # fmt: skip
WEIGHTS, SIGNS = np.zeros(8), np.where(np.arange(8) % 2, 1, -1)
LAYER = onedot.Layer(np.ones((8, 8)), activation="relu")
SINGLE_LAYER = onedot.Layer(np.ones((8, 8), "f4"), activation="relu", tier="single")


def memory_and_references(arrays):
    gc.collect()
    return resident(), [sys.getrefcount(v) for v in (*arrays, WEIGHTS, SIGNS)], sys.getrefcount(arrays[0].dtype)


def stays_flat(name, count):
    """In so many calls memory grows by less than a megabyte, and no reference is kept."""
    with levels.using(BEST if levels.compiled else "reference"):
        x, A, call = np.ones(8), np.ones((8, 8)), CALLS[name][0]
        arrays = x, A, x.astype("f2"), A.astype("f2"), x.astype("i1"), A.astype("i1")
        for _ in range(count // 10):
            call(*arrays)
        before = memory_and_references(arrays)
        for _ in range(count):
            call(*arrays)
        after = memory_and_references(arrays)
    assert after[1] == before[1]
    if levels.compiled and name in ENTRIES:  # elsewhere np.empty is called, and NumPy 2.4's keeps a reference each time
        assert abs(after[2] - before[2]) < 10  # others hold it, too
    assert after[0] - before[0] < 2**20


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of its memory so")
@pytest.mark.parametrize("name", CALLS)
def test_memory_and_references_are_flat_however_many_calls(name):
    stays_flat(name, CALLS[name][1] if levels.compiled else 100)


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux" or not levels.compiled, reason="only Linux tells of its memory so")
@pytest.mark.parametrize("name", CALLS)
def test_memory_and_references_are_flat_for_a_million_calls(name):
    stays_flat(name, 10**6)
