"""Tasks computed by Dask's scheduler of the day, of which nothing is left behind, however that ends.

A client of a cluster keeps what somebody holds a future of, and tracebacks hold them: so they are let go of by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any
from uuid import uuid4

import dask
from dask.base import get_scheduler
from dask.delayed import Delayed
from dask.highlevelgraph import HighLevelGraph

__all__ = ["calls", "computed", "is_held", "kept", "let_go"]

SMALL = 2**16  # bytes that go out with each task: a task of their own is another message, from worker to worker


def calls(function: Callable[..., Any], given: Any, size: int, rows: Iterable[Sequence[Any]]) -> list[Any]:
    """A task for each row: the function of what all of them are given, of so many bytes, and of what is in the row.

    Rows hold tasks, lists of tasks, and what is neither. One graph has them all: `dask.delayed` takes over a
    millisecond for each, in every round of a fit.
    """
    name = f"{function.__name__}-{uuid4().hex}"
    layer: dict[str, Any] = {}
    needed: list[Any] = []
    if size > SMALL:
        once = dask.delayed(given, traverse=False)
        head: tuple[Any, ...] = (function, _key(once, needed))
    else:
        head = (partial(function, given),)
    for i, row in enumerate(rows):
        layer[f"{name}-{i}"] = (*head, *(_key(each, needed) for each in row))
    graph = HighLevelGraph.from_collections(name, layer, dependencies=needed)
    return [Delayed(key, graph, layer=name) for key in layer]


def _key(v: Any, needed: list[Any]) -> Any:
    """What stands for a task, or for each of a list, in a graph; they are added to those that are needed."""
    if isinstance(v, list):
        return [_key(each, needed) for each in v]
    if not isinstance(v, Delayed):
        return v
    needed.append(v)
    return v.key


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
