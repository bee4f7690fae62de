"""Calls that threads make side by side, of which Ctrl-C or an error in one ends all."""

import contextvars
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from onedot._core.helpers import apart, start
from onedot._core.ranges import Ranges

__all__ = ["run_together"]

LOOK = 0.05  # seconds between two looks at Ctrl-C while threads work

Result = TypeVar("Result")


def run_together(calls: Sequence[Callable[[], Result]], jobs: int, stop: Callable[[], None]) -> list[Result]:
    """The result of every call, in their order, in up to so many threads.

    `stop` is to end those that have begun. An exception is raised when all have ended, Ctrl-C included.
    """
    if jobs == 1 or len(calls) == 1:
        return [call() for call in calls]
    from queue import Empty, SimpleQueue  # here because it costs the import a millisecond

    ranges = Ranges(len(calls), 1)
    results: list[Any] = [None] * len(calls)
    done: SimpleQueue[int | None] = SimpleQueue()  # places of calls, None if one has failed
    failure: BaseException | None = None

    context = contextvars.copy_context()  # NumPy's error state is the caller's in every thread

    def run() -> None:
        while (taken := ranges.take()) is not None:
            results[taken[0]] = calls[taken[0]]()
            done.put(taken[0])

    def help_out() -> None:
        nonlocal failure
        if not ranges.begin():
            return
        try:
            context.copy().run(run)
        except BaseException as error:
            failure = failure or error  # others are of those that it stops
            ranges.close()
            done.put(None)
            stop()
        finally:
            ranges.end()

    def begin() -> None:
        try:
            start(help_out, min(jobs, len(calls)) - 1)
        finally:
            help_out()

    def wait() -> None:
        apart(begin)
        left = len(calls)
        while left:
            try:
                left = 0 if done.get(timeout=LOOK) is None else left - 1
            except Empty:
                continue

    try:
        ranges.lead(wait, stop)
        if failure is not None:
            raise failure
    finally:
        failure = None  # its traceback holds what holds it
    return results
