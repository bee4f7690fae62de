"""How many threads a large product may use, and how it is shared out among them.

Work is split as the law allows, by output or by whole blocks, so the number of threads changes the
time of a result and never its bits.
"""

import contextlib
import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from onedot.arrays import shown

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

__all__ = ["get_num_threads", "set_num_threads", "share"]


def _usable_cpus() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def get_num_threads() -> int:
    """The number of threads that one large product may use, the caller's own included."""
    return _num_threads


def set_num_threads(n: int, /) -> None:
    """Let one large product use up to n threads, the caller's own included. The bits stay the same.

    The default is the environment variable ``ONEDOT_NUM_THREADS`` or, where it is unset, the number of
    CPUs this process may use.

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
    if isinstance(n, bool) or not isinstance(n, int):
        raise TypeError(f"set_num_threads: n is {shown(n)}; want an int of 1 or more")
    if n < 1:
        raise ValueError(f"set_num_threads: n is {shown(n)}; want 1 or more")
    _num_threads = n
    _drop_pool()


def _num_threads_at_start() -> int:
    text = os.environ.get("ONEDOT_NUM_THREADS", "")
    if not text:
        return _usable_cpus()
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ValueError(f"ONEDOT_NUM_THREADS is {text!r}; want an integer of 1 or more")
    return int(text)


_num_threads = _num_threads_at_start()
_pool: "ThreadPoolExecutor | None" = None


def _drop_pool() -> None:
    """Forget the worker threads: idle ones end with their pool, and a forked child has none of them."""
    global _pool
    _pool = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_drop_pool)


def _submit(work: Callable[[], None], helpers: int, threads: int, futures: "list[Future[None]]") -> None:
    """Have up to `helpers` of the worker threads run `work`; none where no thread can be had any more."""
    global _pool
    with contextlib.suppress(RuntimeError):  # the interpreter is about to exit and starts no more threads
        from concurrent.futures import ThreadPoolExecutor  # here because it costs the import 6 ms

        pool = _pool or ThreadPoolExecutor(threads - 1, thread_name_prefix="onedot")
        _pool = pool
        for _ in range(helpers):
            futures.append(pool.submit(work))


def share(work: Callable[[int, int], None], total: int, grain: int) -> None:
    """Call work(first, last) on ranges of at most `grain` that cover range(total), in several threads.

    The caller's thread is one of them. An exception in any, Ctrl-C in the caller's included, stops the rest
    at their next range and is raised when all have stopped.
    """
    threads = _num_threads
    helpers = min(threads, -(-total // grain)) - 1
    if helpers <= 0:  # no lock: that is one thing less that may not be had
        for first in range(0, total, grain):
            work(first, min(first + grain, total))
        return

    ranges = iter(range(0, total, grain))
    turn = threading.Lock()
    stopped = False

    def next_range() -> int | None:
        with turn:
            return None if stopped else next(ranges, None)

    def run() -> None:
        nonlocal stopped
        try:
            while (first := next_range()) is not None:
                work(first, min(first + grain, total))
        except BaseException:
            stopped = True
            raise

    futures: list[Future[None]] = []
    try:
        _submit(run, helpers, threads, futures)
        run()
    except BaseException:
        stopped = True  # Ctrl-C may have come while threads were started
        raise
    finally:
        for future in futures:
            future.cancel()
        errors = [future.exception() for future in futures if not future.cancelled()]
    for error in errors:
        if error is not None:
            raise error
