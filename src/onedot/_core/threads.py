"""How many threads a large product may use, and how it is shared out among them.

Work is split as the law allows, by output or by whole blocks, so the number of threads changes the
time of a result and never its bits.
"""

import contextlib
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from onedot._core.ranges import Ranges
from onedot.levels.refusals import refuse, shown

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

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
    if isinstance(n, bool) or not isinstance(n, int):
        raise TypeError(f"set_num_threads: n is {shown(n)}; want an int of 1 or more")
    if n < 1:
        raise ValueError(f"set_num_threads: n is {shown(n)}; want 1 or more")
    if n != _num_threads:  # most calls set the number that is set already
        _num_threads = n
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
_pool: "ThreadPoolExecutor | None" = None


def _drop_pool() -> None:
    """Forget the worker threads: idle ones end with their pool, and a forked child has none of them."""
    global _pool
    _pool = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_drop_pool)


def _submit(work: Callable[[], None], helpers: int, threads: int) -> None:
    """Have up to `helpers` of the worker threads run `work`; none where no thread can be had any more."""
    global _pool
    with contextlib.suppress(RuntimeError):  # the interpreter is about to exit and starts no more threads
        from concurrent.futures import ThreadPoolExecutor  # here because it costs the import 6 ms

        pool = _pool or ThreadPoolExecutor(threads - 1, thread_name_prefix="onedot")
        _pool = pool
        for _ in range(helpers):
            pool.submit(work)


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
    errors: list[BaseException] = []

    def run() -> None:
        while (taken := ranges.take()) is not None:
            work(*taken)

    def help_out() -> None:
        if not ranges.begin():
            return
        try:
            run()
        except BaseException as error:
            ranges.close()
            errors.append(error)
        finally:
            ranges.end()

    try:
        _submit(help_out, helpers, threads)
        run()
    finally:
        ranges.finish()
    if errors:
        raise errors[0]
