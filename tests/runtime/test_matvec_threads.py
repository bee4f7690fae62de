"""Batched products among threads: interrupted, shared, switched between levels, and small in memory."""

import itertools
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import onedot
from onedot import levels
from support.bits import array_bits
from support.interpreter import printed
from support.rows import PRODUCTS, every_product, row_dots, stack

# 200 MB would take the pure-Python reference minutes, and it converts a row at a time whatever the layout.
where_memory_is_measured = pytest.mark.skipif(
    sys.platform != "linux" or levels.runnable() == ("reference",),
    reason="the peak of memory is read from /proc, at a compiled level",
)

# The matrix has 200 MB, and its first use is over before memory is measured.
PEAK = """
import re, numpy, onedot

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1]) / 1024

a, x = {a}, {x}
a[:], x[:] = 1, 1
n = a.shape[-1]
onedot.matvec(a[:600], x); onedot.vecmat(numpy.ones(600, x.dtype), a[:600])
before = peak()
{call}
print(peak() - before < 16)
"""
BIG = {
    "float64": ("numpy.empty((25000, 1000))", "numpy.empty(1000)"),
    "Fortran": ("numpy.empty((25000, 1000), order='F')", "numpy.empty(1000)"),
    "byte-swapped": ("numpy.empty((25000, 1000), '>f8')", "numpy.empty(1000)"),
    "mixed": ("numpy.empty((50000, 1000), 'f4')", "numpy.empty(1000)"),
    "float16": ("numpy.empty((100000, 1000), 'f2')", "numpy.empty(1000, 'f2')"),
    "every other": ("numpy.empty((12500, 2000))[:, ::2]", "numpy.empty(1000)"),
}


@where_memory_is_measured
@pytest.mark.parametrize(
    "call", ["onedot.matvec(a, x)", "onedot.vecmat(x, a.T)", "onedot.vecdot(a, x)", "onedot.matmul(a[:4], a.T)"]
)
@pytest.mark.parametrize("big", BIG)
def test_no_large_matrix_is_copied_whole(big, call):
    a, x = BIG[big]
    code = PEAK.format(a=a, x=x, call=call)
    assert printed(code, ONEDOT_LEVEL=levels.runnable()[-1]) == "True\n"


@where_memory_is_measured
@pytest.mark.parametrize("big", BIG)
def test_a_product_needs_a_few_megabytes(big):
    a, x = BIG[big]
    code = PEAK.format(a=a, x=x, call="onedot.matvec(a, a[:4])")
    assert printed(code, ONEDOT_LEVEL=levels.runnable()[-1]) == "True\n"


@every_product
@pytest.mark.parametrize("dtypes", [("float64", "float64"), ("float32", "float32"), ("float64", "float32")])
def test_16_threads_may_read_the_same_operands_at_once(level, dtypes, product):
    a, x = stack(9, 70, dtype=dtypes[0], seed=1), stack(5, 70, dtype=dtypes[1], seed=2)
    expected = array_bits(row_dots(a, x))
    start = threading.Barrier(16)

    def wait_then_multiply(_):
        start.wait()
        return {array_bits(PRODUCTS[product](a, x)) for _ in range(3)}

    with ThreadPoolExecutor(16) as pool:
        assert set().union(*pool.map(wait_then_multiply, range(16))) == {expected}


@every_product
def test_the_level_may_change_while_other_threads_multiply(product):
    a, x = stack(40, 170, seed=1), stack(3, 170, seed=2)
    expected = array_bits(row_dots(a, x))
    done = threading.Event()

    def multiply(_):
        seen = set()
        while not done.is_set():
            seen.add(array_bits(PRODUCTS[product](a, x)))
        return seen

    with levels.using(levels.runnable()[-1]), ThreadPoolExecutor(4) as pool:
        results = [pool.submit(multiply, i) for i in range(4)]
        for name in itertools.islice(itertools.cycle(levels.runnable()), 60):
            levels.use(name)
            onedot.matvec(a, x)
        done.set()
        assert set().union(*(result.result() for result in results)) == {expected}
