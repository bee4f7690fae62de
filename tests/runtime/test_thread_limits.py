"""Whoever says how many threads a process may have is obeyed: OMP_NUM_THREADS, joblib's workers, threadpoolctl."""

import os
import threading

import numpy as np
import pytest

import onedot
from onedot import levels
from support.interpreter import printed

NUM_THREADS = "import onedot; print(onedot.get_num_threads())"
USABLE = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def at_start(**environment):
    return int(printed(NUM_THREADS, ONEDOT_LEVEL="reference", **environment))


@pytest.mark.parametrize("told", ["1", " 1", "1,4", "001"])
def test_by_default_there_are_no_more_threads_than_openmp_is_told(told):
    assert at_start(OMP_NUM_THREADS=told) == 1


def test_openmp_does_not_ask_for_more_threads_than_cpus():
    assert at_start(OMP_NUM_THREADS=str(USABLE + 1)) == USABLE


@pytest.mark.parametrize("told", ["", "0", "-1", "two", "1.5", ",1", "9" * 5000, "\u0661"])
def test_what_is_no_number_of_threads_for_openmp_says_nothing(told):
    assert at_start(OMP_NUM_THREADS=told) == USABLE


def test_what_onedot_is_told_comes_before_what_openmp_is_told():
    assert at_start(OMP_NUM_THREADS="1", ONEDOT_NUM_THREADS="3") == 3


IN_WORKERS = """
import os, threading, time
import joblib, numpy, onedot

def work(seconds):
    before = threading.active_count()
    x = numpy.ones(2**21)
    until = time.monotonic() + seconds  # both workers are needed
    while time.monotonic() < until:
        onedot.dot(x, x)
    return os.getpid(), onedot.get_num_threads(), 1 + threading.active_count() - before

if __name__ == "__main__":
    os.environ.pop("OMP_NUM_THREADS", None)  # joblib passes on what is set
    with joblib.parallel_config("loky", n_jobs=2, inner_max_num_threads={inner}):
        workers = set(joblib.Parallel()(joblib.delayed(work)(0.5) for _ in range(4)))
    for _, count, started in sorted(workers):
        print(count, started)
"""


@pytest.mark.parametrize("inner", [None, 1])
def test_two_workers_of_joblib_share_the_cpus_among_them(inner, tmp_path):
    """Each has a process; what runs in it beside the worker's own thread is what a product has started."""
    pytest.importorskip("joblib")
    program = tmp_path / "workers.py"
    program.write_text(IN_WORKERS.format(inner=inner))
    said = printed(f"import runpy; runpy.run_path({str(program)!r}, run_name='__main__')", LOKY_MAX_CPU_COUNT="2")
    assert set(said.splitlines()) == {"1 1"}


LIMITED = """
{imports}
def threads():
    return [library["num_threads"] for library in threadpoolctl.threadpool_info() if library["user_api"] == "onedot"]
onedot.set_num_threads(3)
with threadpoolctl.threadpool_limits({limits}):
    print(onedot.get_num_threads(), threads())
print(onedot.get_num_threads(), threads())
"""


@pytest.fixture
def threadpoolctl(num_threads_restored):
    if not levels.compiled:
        pytest.skip("a pure build has no library that threadpoolctl finds")
    return pytest.importorskip("threadpoolctl")


@pytest.mark.parametrize("limits", ["1", '1, user_api="onedot"', '{"onedot": 1}'])
@pytest.mark.parametrize("imports", ["import onedot, threadpoolctl", "import threadpoolctl, onedot"])
def test_threadpoolctl_limits_the_threads_and_lifts_the_limit(imports, limits, threadpoolctl):
    assert printed(LIMITED.format(imports=imports, limits=limits)) == "1 [1]\n3 [3]\n"


def test_limits_of_a_blas_are_none_of_onedot(threadpoolctl):
    onedot.set_num_threads(3)
    with threadpoolctl.threadpool_limits(1, user_api="blas"):
        assert onedot.get_num_threads() == 3


def test_no_thread_is_started_within_a_limit_of_one(threadpoolctl):
    x = np.ones(2**21)
    onedot.set_num_threads(3)
    with threadpoolctl.threadpool_limits(limits=1):
        before = set(threading.enumerate())
        onedot.dot(x, x)
        assert set(threading.enumerate()) <= before


def test_threadpoolctl_knows_the_version(threadpoolctl):
    (library,) = (library for library in threadpoolctl.threadpool_info() if library["user_api"] == "onedot")
    assert library["version"] == onedot.__version__
