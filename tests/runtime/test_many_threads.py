"""Many threads at once, of one process, while the level changes: every call has the bits that it has alone.

Where there is no GIL they run side by side; `PYTHON_GIL=0 pytest -m long -k many_threads` for 1,000 rounds.
"""

import sys
import threading
from itertools import cycle

import numpy as np
import pytest

import onedot
from onedot import levels
from support.interpreter import run
from support.many_calls import CALLS, bits_of, run_together, shared_arrays

COMPILED = levels.runnable()[1:]


def change_levels(stop):
    """Use one level after the other, as long as others compute."""
    for name in cycle(COMPILED):
        if stop.is_set():
            return
        levels.use(name)


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
        run_together(lambda k: [levels.use(levels.runnable()[(i + k) % len(levels.runnable())]) for i in range(10)], 4)
        assert levels.kernels() is levels.kernels(levels.current())


def test_a_call_that_the_reference_overtakes_ends_as_well():
    """The reference has no table of kernels, and a call that is under way has already chosen one."""
    x, stop = np.ones(100), threading.Event()

    def work(k):
        if k:
            assert {onedot.dot(x, x) for _ in range(500)} == {100.0}
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
    code = "import sys, numpy\nbefore = sys._is_gil_enabled()\nimport onedot\nprint(before == sys._is_gil_enabled())"
    done = run("-c", code)
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr
