"""Every test that asks for `level` runs once at each level this machine runs; its id says at which."""

import signal

import pytest
from hypothesis import settings

from onedot import levels
from onedot._core import threads

# No deadline: a machine that is busy with something else is no failure.
settings.register_profile("onedot", deadline=None, max_examples=60)
settings.load_profile("onedot")


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


@pytest.fixture
def num_threads_restored():
    """Puts the number of threads back when the test has changed it."""
    before = threads.get_num_threads()
    yield
    threads.set_num_threads(before)
