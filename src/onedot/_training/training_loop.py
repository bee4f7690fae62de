"""The training loop of the functions that fit: epochs until one has no error, or enough are done."""

import time
from collections.abc import Callable

from onedot._training.epochs import Tally, Training
from onedot._training.order import Orders

__all__ = ["training_loop"]


def training_loop(
    training: Training, orders: Orders, epochs: int, error: Callable[[Tally], float], printed: str = ""
) -> list[Tally]:
    """Up to so many epochs, until one has no error; each prints a line if there is a format for its error."""
    tallies: list[Tally] = []
    for epoch in range(1, epochs + 1):
        start = time.perf_counter()
        tallies.append(training.epoch(orders.next()))
        left = error(tallies[-1])
        if printed:
            print(f"epoch {epoch}: {printed.format(left)} in {time.perf_counter() - start:.3g} s")
        if not left:
            break
    return tallies
