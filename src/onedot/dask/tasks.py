"""Tasks computed by Dask's scheduler of the day, of which nothing is left behind, however that ends.

A client of a cluster keeps what somebody holds a future of, and tracebacks hold them: so they are let go of by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import dask
from dask.base import get_scheduler

__all__ = ["calls", "computed", "is_held", "kept", "let_go"]

SMALL = 2**16  # bytes that go out with each task: a task of their own is another message, from worker to worker


def calls(function: Callable[..., Any], given: Any, size: int, rows: Iterable[Sequence[Any]]) -> list[Any]:
    """A task for each row: the function of what all of them are given, of so many bytes, and of what is in the row."""
    if size <= SMALL:
        task = dask.delayed(partial(function, given), traverse=False)
        return [task(*row) for row in rows]
    task, once = dask.delayed(function), dask.delayed(given, traverse=False)
    return [task(once, *row) for row in rows]


def computed(tasks: Sequence[Any]) -> list[Any]:
    """The results of tasks, in their order. Where one fails, or is interrupted, the others are called off."""
    client = getattr(get_scheduler(), "__self__", None)
    if client is None:
        return list(dask.compute(*tasks))
    futures = client.compute(list(tasks))
    try:
        return list(client.gather(futures))
    except BaseException:
        client.cancel(futures)
        raise
    finally:
        for future in futures:
            future.release()


def kept(tasks: Sequence[Any]) -> list[Any]:
    """The same tasks, of which the results stay where they are computed, until they are let go of."""
    return list(dask.persist(*tasks))


def is_held(v: Any) -> bool:
    """Whether workers of a cluster have all chunks of a dask array, or are about to."""
    return all(hasattr(value, "release") for value in dict(v.dask).values())


def let_go(tasks: Sequence[Any]) -> None:
    """Have no more of what was kept."""
    for task in tasks:
        for value in dict(task.dask).values() if dask.is_dask_collection(task) else ():
            if hasattr(value, "release"):
                value.release()
