"""Threads: as many as asked for, never another bit, and every error and interrupt comes through."""

import contextlib
import gc
import os
import signal
import sys
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import onedot
from onedot import _reference as reference
from onedot import levels
from onedot._core import dot as face
from onedot._core import threads
from onedot._reference.law import BLOCK
from onedot._training.run_together import run_together
from support.bits import bits
from support.interpreter import INTERRUPTED, last_error, printed, run
from support.samples import vector

pytestmark = pytest.mark.usefixtures("num_threads_restored")

NUM_THREADS = "import onedot; print(onedot.get_num_threads())"


@pytest.mark.parametrize("n", [1, 2, 3, 16, 1000, np.int64(5)])
def test_the_number_of_threads_is_the_one_that_was_set(n):
    onedot.set_num_threads(n)
    assert onedot.get_num_threads() == n


@pytest.mark.parametrize("n", [0, -1, -(2**70)])
def test_fewer_than_one_thread_is_refused(n):
    before = onedot.get_num_threads()
    with pytest.raises(ValueError, match=f"n is {n}; want 1 or more"):
        onedot.set_num_threads(n)
    assert onedot.get_num_threads() == before


@pytest.mark.parametrize("n", [1.0, "2", None, True, [1], np.ones(2, int)])
def test_a_number_of_threads_that_is_no_integer_is_refused(n):
    before = onedot.get_num_threads()
    with pytest.raises(TypeError, match=r"n is .+; want an int of 1 or more"):
        onedot.set_num_threads(n)
    assert onedot.get_num_threads() == before


@pytest.mark.parametrize("text", ["1", "3", "16", "007"])
def test_the_environment_variable_sets_the_number_of_threads(text):
    assert printed(NUM_THREADS, ONEDOT_NUM_THREADS=text, ONEDOT_LEVEL="reference") == f"{int(text)}\n"


@pytest.mark.parametrize("text", ["0", "-1", "+1", "two", "1.5", " 2", "1e3", "\u0663", "1_0"])
def test_the_environment_variable_refuses_what_is_no_number_of_threads(text):
    message = last_error(NUM_THREADS, ONEDOT_NUM_THREADS=text, ONEDOT_LEVEL="reference")
    assert message == f"ValueError: ONEDOT_NUM_THREADS is {text!r}; want an integer of 1 or more"


@pytest.mark.parametrize("environment", [{}, {"ONEDOT_NUM_THREADS": ""}])
def test_by_default_there_are_as_many_as_the_cpus_this_process_may_use(environment):
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    assert printed(NUM_THREADS, ONEDOT_LEVEL="reference", OMP_NUM_THREADS="", **environment) == f"{usable}\n"


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system binds no process to a CPU")
def test_a_process_bound_to_one_cpu_uses_one_thread():
    bound = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))});" + NUM_THREADS
    assert printed(bound, ONEDOT_LEVEL="reference") == "1\n"


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_number_of_threads_changes_no_bit_of_a_long_product(level, dtype):
    n = 2**20 + BLOCK + 1
    x, y = vector(n, dtype, 1), vector(n, dtype, 2)
    results = set()
    for count in (1, 2, 3):
        onedot.set_num_threads(count)
        results.add(bits(onedot.dot(x, y)))
    assert len(results) == 1


def test_no_split_among_threads_changes_a_bit(level, monkeypatch):
    """Mixed widths take the way of long vectors at any length; a grain of one block splits them finest."""
    x, y = vector(40 * BLOCK + 7, "float64", 1), vector(40 * BLOCK + 7, "float32", 2)
    expected = bits(reference.dot(x.tolist(), y.tolist()))
    for count in range(1, 17):
        onedot.set_num_threads(count)
        monkeypatch.setattr(face, "GRAIN", 1 + count % 4)
        assert bits(onedot.dot(x, y)) == expected, count


def from_16_threads_at_once(product):
    """What 16 threads get that start together."""
    start = threading.Barrier(16)

    def wait_then_multiply(_):
        start.wait()
        return {bits(product()) for _ in range(3)}

    with ThreadPoolExecutor(16) as pool:
        return set().union(*pool.map(wait_then_multiply, range(16)))


@pytest.mark.parametrize("n", [3, 1000, 5 * BLOCK + 3])
@pytest.mark.parametrize("dtypes", [("float64", "float64"), ("float32", "float32"), ("float64", "float32")])
def test_16_threads_may_read_the_same_vectors_at_once(level, n, dtypes):
    x, y = vector(n, dtypes[0], 1), vector(n, dtypes[1], 2)
    assert from_16_threads_at_once(lambda: onedot.dot(x, y)) == {bits(reference.dot(x.tolist(), y.tolist()))}


def test_16_threads_may_each_share_out_a_product_of_their_own(level, monkeypatch):
    monkeypatch.setattr(face, "GRAIN", 1)
    onedot.set_num_threads(4)
    x, y = vector(10 * BLOCK, "float64", 1), vector(10 * BLOCK, "float32", 2)
    assert from_16_threads_at_once(lambda: onedot.dot(x, y)) == {bits(reference.dot(x.tolist(), y.tolist()))}


def test_long_products_of_16_threads_agree(compiled_level):
    n = 2**20 + 1
    x, y = vector(n, "float64", 1), vector(n, "float64", 2)
    assert from_16_threads_at_once(lambda: onedot.dot(x, y)) == {bits(onedot.dot(x, y))}


def test_the_number_of_threads_may_change_while_products_run(monkeypatch):
    monkeypatch.setattr(face, "GRAIN", 1)
    x, y = np.ones(8 * BLOCK), np.ones(8 * BLOCK, "float32")

    def change_and_multiply(seed):
        results = set()
        for k in range(30):
            onedot.set_num_threads(1 + (seed + k) % 4)
            results.add(onedot.dot(x, y))
        return results

    with levels.using(levels.runnable()[-1]), ThreadPoolExecutor(8) as pool:
        assert set().union(*pool.map(change_and_multiply, range(8))) == {8.0 * BLOCK}


class GrainThatLeavesOneThread(int):
    """A grain by which to divide is to set the number of threads to one, as another thread may at that moment."""

    def __rfloordiv__(self, total):
        onedot.set_num_threads(1)
        return total // int(self)


def test_the_number_of_threads_may_drop_while_a_product_is_being_shared_out():
    onedot.set_num_threads(4)
    done = []
    threads.share(lambda first, last: done.extend(range(first, last)), 10, GrainThatLeavesOneThread(1))
    assert sorted(done) == list(range(10))


@pytest.mark.parametrize("count", [1, 2, 4, 16])
@pytest.mark.parametrize("grain", [1, 3, 128])
@pytest.mark.parametrize("total", [0, 1, 2, 7, 128, 129, 1000])
def test_every_part_is_worked_on_once_in_ranges_no_longer_than_the_grain(total, grain, count):
    onedot.set_num_threads(count)
    ranges = []
    threads.share(lambda first, last: ranges.append(range(first, last)), total, grain)
    assert sorted(i for span in ranges for i in span) == list(range(total))
    assert all(0 < len(span) <= grain for span in ranges)


def test_no_more_threads_work_than_were_set():
    onedot.set_num_threads(3)
    workers = set()
    for _ in range(20):
        threads.share(lambda *_: workers.add(threading.get_ident()), 50, 1)
    assert threading.get_ident() in workers
    assert len(workers) <= 3


def test_one_thread_is_the_callers_own():
    onedot.set_num_threads(1)
    workers = []
    threads.share(lambda *_: workers.append(threading.get_ident()), 50, 1)
    assert workers == [threading.get_ident()] * 50


ENDLESS = 10**15  # ranges that no test could wait for


@pytest.mark.parametrize("error", [ValueError, MemoryError, KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("count", [1, 2, 4])
def test_an_error_in_the_caller_stops_the_rest_and_comes_through(error, count):
    caller = threading.current_thread()

    def fail_in_the_caller(first, last):
        if threading.current_thread() is caller:
            raise error("in the caller")

    onedot.set_num_threads(count)
    with pytest.raises(error, match="in the caller"):
        threads.share(fail_in_the_caller, ENDLESS, 1)


@pytest.mark.parametrize("error", [ValueError, MemoryError, KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("count", [2, 4])
def test_an_error_in_another_thread_stops_the_rest_and_comes_through(error, count):
    caller = threading.current_thread()

    def fail_elsewhere(first, last):
        if threading.current_thread() is not caller:
            raise error("in a helper")

    onedot.set_num_threads(count)
    with pytest.raises(error, match="in a helper"):
        threads.share(fail_elsewhere, ENDLESS, 1)


def test_ctrl_c_while_threads_are_started_stops_those_that_have_been(monkeypatch):
    """It is raised when they have stopped: what they write to may be gone a moment later."""
    begun, at_work = threading.Event(), []

    def submit_and_be_interrupted(work, *others):
        threading.Thread(target=work).start()
        begun.wait()
        raise KeyboardInterrupt

    def be_long_at_work(first, last):
        at_work.append(first)
        begun.set()
        time.sleep(0.05)
        at_work.remove(first)

    monkeypatch.setattr(threads, "_submit", submit_and_be_interrupted)
    onedot.set_num_threads(2)
    with pytest.raises(KeyboardInterrupt):
        threads.share(be_long_at_work, ENDLESS, 1)
    assert at_work == []


@pytest.mark.skipif(not levels.compiled, reason="helpers of a pure build read nothing that can be freed")
@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="this system sends no signal to a thread")
def test_ctrl_c_while_the_caller_waits_for_a_helper_is_raised_when_that_has_ended():
    caller, begun, ended = threading.current_thread(), threading.Event(), []

    def be_last(first, last):
        if threading.current_thread() is caller:
            begun.wait()
            return
        begun.set()
        time.sleep(0.05)  # by when the caller waits
        for _ in range(3):
            signal.pthread_kill(caller.ident, signal.SIGINT)
            time.sleep(0.05)
        ended.append(first)

    onedot.set_num_threads(2)
    with pytest.raises(KeyboardInterrupt):
        threads.share(be_last, 2, 1)
    assert len(ended) == 1


AT_ANY_STEP = """
import threading
from onedot._core import threads
import onedot

onedot.set_num_threads(3)
caller, at_work, met = threading.current_thread(), set(), threading.Barrier(3)

def work(first, last):
    if threading.current_thread() is not caller:
        at_work.add(first)
        at_work.remove(first)

for step in range({first}, 10**6, 2):
    if {anew}:
        threads._drop_pool()
    was_interrupted = interrupted(lambda: threads.share(work, 3, 1), step)
    assert not at_work, step
    threads.share(lambda first, last: met.wait(20.0), 3, 1)  # all three are there, and at work side by side
    assert sum(thread.name.startswith("onedot") for thread in threading.enumerate()) <= {most}, step
    if not was_interrupted:
        break
threads._drop_pool()
for thread in threading.enumerate():
    if thread.name.startswith("onedot"):
        thread.join(20.0)
        assert not thread.is_alive()
print(step > 100)
"""


@pytest.mark.skipif(not levels.compiled, reason="a pure build takes its locks in Python, step by step")
@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize(("anew", "most"), [(False, 2), (True, 50)], ids=["waiting threads", "new threads"])
def test_ctrl_c_at_any_step_leaves_all_threads_there_to_help_and_none_besides(first, anew, most):
    """Python raises it within `threading` and `concurrent.futures`, too, which take locks and count threads there."""
    assert printed(INTERRUPTED + AT_ANY_STEP.format(first=first, anew=anew, most=most)) == "True\n"


def test_what_has_been_multiplied_is_held_no_longer():
    """Neither by a thread that waits for more nor by an error that has been raised."""

    class Held:
        pass

    def share_and_let_go(fail):
        held = Held()

        def work(first, last):
            assert held
            met.wait()
            if fail:
                raise ZeroDivisionError

        with contextlib.suppress(ZeroDivisionError):
            threads.share(work, 2, 1)
        return weakref.ref(held)

    met = threading.Barrier(2)
    onedot.set_num_threads(2)
    gc.disable()  # which would find what holds itself
    try:
        gone = [share_and_let_go(fail) for fail in (False, True)]
        threads.share(lambda first, last: met.wait(), 2, 1)  # the other thread has begun with something else
        assert [each() for each in gone] == [None, None]
    finally:
        gc.enable()


def test_every_thread_has_the_callers_error_state():
    onedot.set_num_threads(2)
    met, found = threading.Barrier(2), []

    def work(first, last):
        met.wait()  # for the other thread
        found.append(np.geterr())

    with np.errstate(divide="raise", over="ignore", under="ignore", invalid="print"):
        threads.share(work, 2, 1)
        run_together([lambda: work(0, 1)] * 2, 2, lambda: None)
    assert found == [{"divide": "raise", "over": "ignore", "under": "ignore", "invalid": "print"}] * 4


def test_after_an_error_the_threads_work_again():
    onedot.set_num_threads(4)
    for _ in range(20):
        with pytest.raises(ZeroDivisionError):
            threads.share(lambda first, last: 1 // 0, ENDLESS, 1)
    done = []
    threads.share(lambda first, last: done.append(first), 100, 1)
    assert sorted(done) == list(range(100))


FORK = """
import os, numpy, onedot
onedot.set_num_threads(4)
x = numpy.ones(2**20 + 1)
before = onedot.dot(x, x)
child = os.fork()
if child == 0:
    os._exit(0 if onedot.dot(x, x) == before == 2.0**20 + 1 else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), onedot.dot(x, x) == before)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_multiplies_with_threads_of_its_own():
    """Warnings are no errors here: Python warns of a fork with threads, and that is what this is about."""
    done = run("-W", "ignore", "-c", FORK)
    assert (done.returncode, done.stdout) == (0, "0 True\n"), done.stderr


AT_EXIT = """
import atexit, numpy, onedot
onedot.set_num_threads(4)
x = numpy.ones(2**20 + 1)
{before}
atexit.register(lambda: print(onedot.dot(x, x)))
"""


@pytest.mark.parametrize("before", ["", "onedot.dot(x, x)"], ids=["first product", "second product"])
def test_a_long_product_still_works_while_the_interpreter_exits(before):
    assert printed(AT_EXIT.format(before=before)) == "1048577.0\n"


@pytest.fixture
def nobody_is_interrupted():
    """A thread keeps the GIL until it lets go of it by itself."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1000.0)
    yield
    sys.setswitchinterval(before)


@pytest.mark.skipif(not getattr(sys, "_is_gil_enabled", lambda: True)(), reason="there is no GIL to let go of")
@pytest.mark.usefixtures("nobody_is_interrupted")
@pytest.mark.parametrize("dtypes", [("float64", "float64"), ("float32", "float32"), ("float64", "float32")])
def test_a_long_product_lets_other_threads_run(compiled_level, dtypes):
    """Another thread that finds a product begun and not ended has been let in by the product itself."""
    x, y = (np.ones(2**20, dtype) for dtype in dtypes)
    found_running = []

    def multiply(begun, ended):
        begun.set()
        onedot.dot(x, y)
        ended.append(True)

    onedot.set_num_threads(1)
    for _ in range(50):  # a busy machine may wake this thread too late, now and then
        begun, ended = threading.Event(), []
        thread = threading.Thread(target=multiply, args=(begun, ended))
        thread.start()
        begun.wait()
        found_running.append(not ended)
        thread.join()
    assert any(found_running)
