"""Every test that asks for `level` runs once at each level this machine runs; its id says at which."""

import faulthandler
import gc
import os
import signal
import time

import pytest
from hypothesis import settings

from onedot import levels
from onedot._core import threads

# No deadline: a machine that is busy with something else is no failure.
settings.register_profile("onedot", deadline=None, max_examples=60)
settings.load_profile("onedot")


# A pure build must do all that users do. What is of the project, or of what commands print, is tested elsewhere, and so
# is how fits are shared out over a cluster, which takes minutes in pure Python: those in memory are tested here.
ELSEWHERE = ("architecture", "benchmark_calls", "benchmark_tables", "build", "cells", "command_output", "used_names")
SHARED_OUT = ("logistic", "perceptron", "learning_page")
LEFT_OUT = [f"project/test_{name}.py" for name in ELSEWHERE] + [f"chunked/test_{name}.py" for name in SHARED_OUT]
collect_ignore_glob = [] if levels.compiled else ["typing/*", *LEFT_OUT]

HANGS_AFTER = 300  # seconds in which no test has ended: a limit for what never ends and no measure of anything
STDERR, WATCHED = pytest.StashKey(), pytest.StashKey()


def pytest_configure(config):
    config.stash[STDERR] = os.dup(2)  # before it is captured
    config.stash[WATCHED] = float("-inf")


def pytest_runtest_setup(item):
    """A test that waits for ever says where; pytest's faulthandler_timeout, too, but by a new thread for every test."""
    now = time.monotonic()
    if now - item.config.stash[WATCHED] > HANGS_AFTER / 10:
        item.config.stash[WATCHED] = now
        faulthandler.dump_traceback_later(HANGS_AFTER, file=item.config.stash[STDERR])


def pytest_unconfigure(config):
    faulthandler.cancel_dump_traceback_later()
    os.close(config.stash[STDERR])


def pytest_collection_finish():
    """Garbage collections need not look at all the tests each time."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def interrupts_are_heard():
    """What a script starts in the background ignores Ctrl-C, and so would every process that a test starts."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module", params=levels.runnable())
def level(request):
    """The level in use; module-scoped, so that hypothesis may ask for it and levels change rarely."""
    with levels.using(request.param):
        yield request.param


@pytest.fixture(scope="module", params=levels.runnable()[1:])
def compiled_level(request):
    """The same without the reference, for what is promised of compiled code alone."""
    with levels.using(request.param):
        yield request.param


@pytest.fixture(scope="module", params=dict.fromkeys([levels.runnable()[0], levels.runnable()[-1]]))
def face_level(request):
    """The first and the last, for what is of the faces and of the entry alone, which all compiled levels share."""
    with levels.using(request.param):
        yield request.param


@pytest.fixture
def num_threads_restored():
    """Puts the number of threads back when the test has changed it."""
    before = threads.get_num_threads()
    yield
    threads.set_num_threads(before)
