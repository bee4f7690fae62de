"""Calls side by side: their results in order, and none is at work any more when that is over, however it ends."""

import signal
import threading
import time

import pytest

from onedot import levels
from onedot._training import run_together as module
from onedot._training.run_together import run_together

HANGS_AFTER = 20.0  # seconds, a limit for what never ends and no measure of anything
interrupts = pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="this system sends no signal to a thread")


class Calls:
    """Calls that are at work until they are stopped, and a while longer."""

    def __init__(self, count, then=lambda: None):
        self.at_work, self.stopped, self.then = [], threading.Event(), then
        self.met = threading.Barrier(count)

    def call(self):
        me = threading.get_ident()
        self.at_work.append(me)
        self.met.wait(HANGS_AFTER)
        if self.at_work[0] == me:
            self.then()
        self.stopped.wait(HANGS_AFTER)
        time.sleep(0.05)
        self.at_work.remove(me)


def ctrl_c(times=1):
    for _ in range(times):
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        time.sleep(0.02)


@pytest.mark.parametrize("jobs", [1, 2, 3, 50])
def test_results_are_in_the_order_of_their_calls(jobs):
    assert run_together([lambda k=k: k * k for k in range(20)], jobs, lambda: None) == [k * k for k in range(20)]


@pytest.mark.parametrize("count", [2, 4])
def test_an_error_in_one_call_stops_the_others_and_is_raised_when_they_have_ended(count):
    def fail():
        raise ZeroDivisionError("in one")

    calls = Calls(count, then=fail)
    with pytest.raises(ZeroDivisionError, match="in one"):
        run_together([calls.call] * count, count, calls.stopped.set)
    assert calls.stopped.is_set()
    assert len(calls.at_work) == 1  # the one that has failed


def test_calls_that_follow_a_failed_one_are_not_begun():
    begun = []

    def fail():
        begun.append(True)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_together([fail] * 1000, 2, lambda: None)
    assert len(begun) <= 2


@interrupts
def test_ctrl_c_while_those_at_work_are_stopped_stops_them_all_the_same():
    impatient = [KeyboardInterrupt, KeyboardInterrupt]

    def stop():
        if impatient:
            raise impatient.pop()
        calls.stopped.set()

    calls = Calls(2, then=ctrl_c)
    with pytest.raises(KeyboardInterrupt):
        run_together([calls.call] * 2, 2, stop)
    assert calls.stopped.is_set()


@interrupts
@pytest.mark.skipif(not levels.compiled, reason="helpers of a pure build read nothing that can be freed")
def test_ctrl_c_again_is_raised_once_when_all_have_ended():
    """The first stops them; who presses it three times does so while they end."""

    def stop_and_be_interrupted():
        ctrl_c()
        calls.stopped.wait(HANGS_AFTER)
        ctrl_c(times=3)

    calls = Calls(3, then=stop_and_be_interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_together([calls.call] * 3, 3, calls.stopped.set)
    assert calls.at_work == []


@interrupts
def test_ctrl_c_is_heard_while_threads_work(monkeypatch):
    monkeypatch.setattr(module, "LOOK", HANGS_AFTER)  # where a wait hears it there is nothing to look at
    calls = Calls(2, then=ctrl_c)
    with pytest.raises(KeyboardInterrupt):
        run_together([calls.call] * 2, 2, calls.stopped.set)
    assert calls.stopped.is_set()


def test_one_thread_does_all_where_no_more_can_be_had(monkeypatch):
    monkeypatch.setattr(module, "start", lambda work, count: 0)
    assert run_together([lambda k=k: k for k in range(5)], 3, lambda: None) == list(range(5))


def test_it_is_an_error_if_no_thread_can_be_had(monkeypatch):
    def refused(*arguments):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(module, "apart", refused)
    with pytest.raises(RuntimeError, match="can't start new thread"):
        run_together([lambda: 1] * 2, 2, lambda: None)
