"""Tasks computed by Dask's scheduler of the day, of which nothing is left behind, however that ends.

A client of a cluster keeps what somebody holds a future of, and tracebacks hold them: so they are let go of by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dask
from dask.base import get_scheduler

__all__ = ["computed", "kept", "let_go"]


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


def let_go(tasks: Sequence[Any]) -> None:
    """Have no more of what was kept."""
    for task in tasks:
        for value in dict(task.dask).values() if dask.is_dask_collection(task) else ():
            if hasattr(value, "release"):
                value.release()
