"""Calls that threads make side by side, of which Ctrl-C or an error in one ends all."""

from collections.abc import Callable, Sequence
from typing import TypeVar

__all__ = ["run_together"]

LOOK = 0.05  # seconds between two looks at Ctrl-C while threads work

Result = TypeVar("Result")


def run_together(calls: Sequence[Callable[[], Result]], jobs: int, stop: Callable[[], None]) -> list[Result]:
    """The result of every call, in their order, in up to so many threads. `stop` is to end those that have begun."""
    if jobs == 1 or len(calls) == 1:
        return [call() for call in calls]
    from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait  # which takes 5 ms to import

    with ThreadPoolExecutor(min(jobs, len(calls))) as pool:
        futures: list[Future[Result]] = []
        try:
            for call in calls:
                futures.append(pool.submit(call))
            while wait(futures, timeout=LOOK, return_when=FIRST_EXCEPTION).not_done:
                for future in futures:
                    if future.done():
                        future.result()  # raises what ended it
            return [future.result() for future in futures]
        except BaseException:
            stop()  # Ctrl-C may have come while threads were started
            for future in futures:
                future.cancel()
            raise
