"""What happens around a call: no memory, processes, many imports, a million calls. Nothing leaks, nothing breaks."""

import gc
import multiprocessing
import sys

import numpy as np
import pytest
from interpreter import printed
from samples import vector

import onedot
from onedot import levels

BEST = levels.runnable()[-1]

# Each allocation of a call fails once; what is not a right result must be a MemoryError, and the next call works.
NO_MEMORY = """
import sys, _testcapi, numpy, onedot
A = numpy.ones((6, 8), "{dtype}")
x = A[0].copy()
function, arguments = getattr(onedot, "{name}"), {arguments}
wanted = function(*arguments)
refused = 0
for allocation in range(200):
    _testcapi.set_nomemory(allocation, allocation + 1)
    try:
        found = function(*arguments)
        failed = False
    except MemoryError:
        failed = True
    finally:
        _testcapi.remove_mem_hooks()
    refused += failed
    assert failed or numpy.array_equal(found, wanted), allocation
    assert numpy.array_equal(function(*arguments), wanted)
print("refused", refused > 0)
"""


# Only what NumPy survives: its broadcast_to raises SystemError and its as_strided crashes if they find no memory, so
# float16, which they lay out, is not here, nor is pure Python.
@pytest.mark.skipif(not levels.compiled, reason="in pure Python NumPy lays out every operand")
@pytest.mark.parametrize(
    ("name", "arguments", "dtype", "allocates"),
    [
        ("dot", "(x, x)", "f8", False),  # a float comes from a list of free ones
        ("dot", "(x, x)", "f4", False),
        ("dot", "([1.0] * 8, x)", "f8", True),
        ("matvec", "(A, x)", "f8", True),
        ("matvec", "(A, x)", "f4", True),
    ],
)
def test_without_memory_there_is_a_memory_error_and_nothing_worse(name, arguments, dtype, allocates):
    pytest.importorskip("_testcapi", reason="this Python has no way to make allocations fail")
    code = NO_MEMORY.format(name=name, arguments=arguments, dtype=dtype)
    assert printed(code, ONEDOT_LEVEL=BEST) == f"refused {allocates}\n"


def hex_of_dot(n):
    """Runs in a process of its own."""
    return onedot.dot(vector(n, seed=1), vector(n, seed=2)).hex()


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # of a fork with threads, which this is about
def test_processes_started_in_any_way_give_the_same_bits(method):
    wanted = [hex_of_dot(n) for n in (5, 2**20 + 1)]
    with multiprocessing.get_context(method).Pool(2) as pool:
        assert pool.map(hex_of_dot, (5, 2**20 + 1)) == wanted


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


CALLS = {
    "dot": lambda x, A: onedot.dot(x, x),
    "matvec": lambda x, A: onedot.matvec(A, x),
    "vecmat": lambda x, A: onedot.vecmat(x, A),
    "vecdot": lambda x, A: onedot.vecdot(A, A),
}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of its memory so")
@pytest.mark.parametrize(("name", "count"), [("dot", 10**6), ("matvec", 10**5), ("vecmat", 10**5), ("vecdot", 10**5)])
def test_memory_and_references_are_flat_however_many_calls(name, count):
    with levels.using(BEST if levels.compiled else "reference"):
        count = count if levels.compiled else 100
        x, A, call = np.ones(8), np.ones((8, 8)), CALLS[name]
        for _ in range(count // 10):
            call(x, A)
        gc.collect()
        before = resident(), sys.getrefcount(x), sys.getrefcount(A), sys.getrefcount(x.dtype)
        for _ in range(count):
            call(x, A)
        gc.collect()
        after = resident(), sys.getrefcount(x), sys.getrefcount(A), sys.getrefcount(x.dtype)
    assert after[1:3] == before[1:3]
    if levels.compiled:  # in pure Python np.empty is called, and NumPy 2.4's keeps a reference to float64 each time
        assert abs(after[3] - before[3]) < 10  # others hold it, too
    assert after[0] - before[0] < 2**20


def test_a_refused_call_keeps_no_reference():
    x, y = np.ones(3), np.ones(4)
    before = sys.getrefcount(x), sys.getrefcount(y)
    for _ in range(1000):
        with pytest.raises(ValueError, match="x has 3 elements"):
            onedot.dot(x, y)
    gc.collect()
    assert (sys.getrefcount(x), sys.getrefcount(y)) == before
