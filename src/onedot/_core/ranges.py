"""Ranges that threads take in turn, and the end of the work that helpers do on them.

Helpers are counted where they begin to work, not where they are asked for: Ctrl-C may come in between.
"""

import contextlib
import threading
from collections.abc import Callable

from onedot import levels

__all__ = ["Ranges"]

if levels.compiled:
    from onedot._kernels.cpu import Ranges
else:

    class Ranges:  # type: ignore[no-redef]  # the same in Python
        """Ranges of at most `grain` that cover range(total)."""

        def __init__(self, total: int, grain: int, /) -> None:
            self._first, self._total, self._grain, self._helping = 0, total, grain, 0
            self._turn, self._idle = threading.Lock(), threading.Lock()

        def take(self) -> tuple[int, int] | None:
            """The next range, if one is left."""
            with self._turn:
                first = self._first
                self._first = min(first + self._grain, self._total)
            return (first, min(first + self._grain, self._total)) if first < self._total else None

        def close(self) -> None:
            """Leave no range to take."""
            with self._turn:
                self._first = self._total

        def begin(self) -> bool:
            """Whether a helper is wanted still; its work is to `end`."""
            with self._turn:
                wanted = self._first < self._total
                if wanted:
                    if self._helping == 0:
                        self._idle.acquire()
                    self._helping += 1
            return wanted

        def end(self) -> None:
            """A helper's work has ended."""
            with self._turn:
                self._helping -= 1
                if self._helping == 0:
                    self._idle.release()

        def lead(self, work: Callable[[], None], stop: Callable[[], None] | None = None, /) -> None:
            """Call work(); whatever ends it, close and wait until no helper works.

            `stop` is to end what helpers have begun, if an exception ends `work`. A second Ctrl-C may end the wait:
            here nothing is read that can be freed.
            """
            try:
                work()
            except BaseException:
                while stop is not None:
                    with contextlib.suppress(BaseException):  # another Ctrl-C: it is raised once, when all have ended
                        stop()
                        stop = None
                raise
            finally:
                self.close()
                with self._idle:
                    pass
