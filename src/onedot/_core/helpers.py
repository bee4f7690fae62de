"""Threads that are started out of Ctrl-C's way.

It is raised in the main thread between any two steps of Python, those of `threading` and `concurrent.futures` included:
there it leaves locks taken for ever, and threads that nobody ends. So another thread starts them, and the main thread
takes steps of C alone: to start that one, and to put work into a queue.
"""

import _thread
import contextlib
import threading
from collections.abc import Callable

__all__ = ["apart", "start"]


def apart(work: Callable[..., object], *arguments: object) -> None:
    """Call `work` in a thread of its own, which is none of `threading`'s.

    Raises
    ------
    RuntimeError
        If no thread can be had.
    """
    _thread.start_new_thread(work, arguments)


def start(work: Callable[[], None], count: int) -> int:
    """Have up to so many threads call `work`, and say how many do; not for the main thread."""
    for started in range(count):
        with contextlib.suppress(RuntimeError, MemoryError):  # no thread can be had any more
            threading.Thread(target=work, name="onedot", daemon=True).start()  # whoever asks for them waits for them
            continue
        return started
    return count
