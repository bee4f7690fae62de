"""How many threads a large product may use, and how it is shared out among them.

Work is split as the law allows, by output or by whole blocks, so the number of threads changes the
time of a result and never its bits.
"""

import contextlib
import contextvars
import operator
import os
import threading
import weakref
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, SupportsIndex

from onedot._core.helpers import apart, start
from onedot._core.ranges import Ranges
from onedot.levels.refusals import refuse, shown

if TYPE_CHECKING:
    from queue import SimpleQueue

__all__ = ["get_num_threads", "set_num_threads", "share"]


def _usable_cpus() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def get_num_threads() -> int:
    """The number of threads that one large product may use, the caller's own included."""
    return _num_threads


def set_num_threads(n: SupportsIndex, /) -> None:
    """Let one large product use up to n threads, the caller's own included. The bits stay the same.

    The default is the environment variable ``ONEDOT_NUM_THREADS`` or, where it is unset, the number of CPUs this
    process may use, but no more than ``OMP_NUM_THREADS``, which joblib's and Dask's workers are given. threadpoolctl's
    limits are set and lifted by this function.

    Raises
    ------
    TypeError
        If n is not an integer.
    ValueError
        If n < 1.

    Examples
    --------
    >>> onedot.set_num_threads(2)
    >>> onedot.get_num_threads()
    2
    """
    global _num_threads
    try:
        if isinstance(n, bool):
            raise TypeError
        count = operator.index(n)
    except TypeError:
        raise TypeError(f"set_num_threads: n is {shown(n)}; want an int of 1 or more") from None
    if count < 1:
        raise ValueError(f"set_num_threads: n is {shown(n)}; want 1 or more")
    if count != _num_threads:  # most calls set the number that is set already
        _num_threads = count
        _drop_pool()


def _num_threads_at_start() -> int:
    text = os.environ.get("ONEDOT_NUM_THREADS", "")
    if text:
        return _count(text) or refuse(f"ONEDOT_NUM_THREADS is {text!r}; want an integer of 1 or more")
    told = os.environ.get("OMP_NUM_THREADS", "")  # a list has a number for each depth of nesting
    usable = _usable_cpus()
    return min(_count(told.split(",")[0].strip()) or usable, usable)  # OpenMP's libraries complain of a wrong one


def _count(text: str) -> int | None:
    """The integer of 1 or more that the text is, if it is one."""
    return int(text) or None if text.isascii() and text.isdigit() and len(text) < 10 else None


_num_threads = _num_threads_at_start()


class _Pool:
    """Threads that wait for work, for calls of up to `threads` of them, the caller's included. They end with it."""

    def __init__(self, threads: int) -> None:
        from queue import SimpleQueue  # which Ctrl-C finds whole; here because it costs the import a millisecond

        self.threads, self.started = threads, 0
        self.works: SimpleQueue[Callable[[], None] | None] = SimpleQueue()

    def put(self, work: Callable[[], None], times: int) -> None:
        for _ in range(times):
            self.works.put(work)

    def grow(self, count: int) -> None:
        end = weakref.ref(self, partial(self.works.put, None))  # steps of C, which Ctrl-C does not come between
        self.started += start(partial(_wait_for_work, self.works, end), count - self.started)


def _wait_for_work(works: "SimpleQueue[Callable[[], None] | None]", end: "weakref.ref[_Pool]") -> None:
    """Do what is put into the queue of a pool until that is gone, of which `end` tells while somebody holds it."""
    while (work := works.get()) is not None:
        work()
        del work  # and what it holds
    works.put(None)  # for the next thread


_pool: _Pool | None = None
_turn = threading.Lock()  # of whoever makes a pool or lets it grow: never the main thread


def _drop_pool() -> None:
    """Forget the worker threads: idle ones end with their pool."""
    global _pool
    _pool = None


def _begin_in_child() -> None:
    """A forked child has none of the threads, and nobody who would give the turn back."""
    global _turn
    _turn = threading.Lock()
    _drop_pool()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_in_child)


def _submit(work: Callable[[], None], helpers: int, threads: int) -> None:
    """Have up to `helpers` of the worker threads run `work`; none where no thread can be had any more."""
    pool = _pool
    if pool is not None and pool.threads == threads and (pool.started >= helpers or _turn.locked()):  # or soon will be
        pool.put(work, helpers)
        return
    with contextlib.suppress(RuntimeError):  # the interpreter is about to exit, or there are too many threads
        apart(_submit_to_more, work, helpers)


def _submit_to_more(work: Callable[[], None], helpers: int) -> None:
    """The same where there are too few threads; in one of its own."""
    global _pool
    with _turn:
        pool = _pool
        if pool is None or pool.threads != _num_threads:
            _pool = pool = _Pool(_num_threads)  # which may be others than when the call began
        pool.grow(min(helpers, pool.threads - 1))
    pool.put(work, min(helpers, pool.started))


def share(work: Callable[[int, int], None], total: int, grain: int) -> None:
    """Call work(first, last) on ranges of at most `grain` that cover range(total), in several threads.

    The caller's thread is one of them. An exception in any, Ctrl-C in the caller's included, stops the rest
    at their next range and is raised when all have stopped.
    """
    threads = _num_threads
    helpers = min(threads, -(-total // grain)) - 1
    if helpers <= 0:  # without a lock, for which there may be no memory
        for first in range(0, total, grain):
            work(first, min(first + grain, total))
        return

    ranges = Ranges(total, grain)
    failure: BaseException | None = None

    def run() -> None:
        while (taken := ranges.take()) is not None:
            work(*taken)

    context = contextvars.copy_context()  # NumPy's error state is the caller's in every thread

    def help_out() -> None:
        nonlocal failure
        if not ranges.begin():
            return
        try:
            context.copy().run(run)
        except BaseException as error:
            ranges.close()
            failure = error
        finally:
            ranges.end()

    def lead() -> None:
        _submit(help_out, helpers, threads)
        run()

    try:
        ranges.lead(lead)
        if failure is not None:
            raise failure
    finally:
        failure = None  # its traceback holds what holds it
