"""The operations of the corpus, by name."""

from collections.abc import Callable, Iterator
from typing import Any

from numpy.typing import NDArray

from onedot._corpus.draw import Draw

__all__ = ["OPERATIONS", "Operation", "Result", "operation"]

Result = float | int | NDArray[Any]
Operation = Callable[[Draw], Iterator[Result]]

OPERATIONS: dict[str, Operation] = {}


def operation(name: str) -> Callable[[Operation], Operation]:
    """Enter a generator of results into the corpus under `name`, which must be new."""

    def register(results: Operation) -> Operation:
        if name in OPERATIONS:
            raise ValueError(f"corpus: there is an operation {name!r} already; want a new name")
        OPERATIONS[name] = results
        return results

    return register
