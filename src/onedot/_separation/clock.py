"""The seconds that a search may take."""

import time

from onedot._core.arrays import number
from onedot.levels.refusals import shown

__all__ = ["Clock"]


class Clock:
    """The budget of a search and what is left of it."""

    def __init__(self, op: str, budget: float) -> None:
        self.op, self.start = op, time.monotonic()
        self.budget = number(op, "budget", budget, "0 seconds or more")
        if not self.budget >= 0.0:
            raise ValueError(f"{op}: budget is {shown(budget, str)}; want 0 seconds or more")

    def seconds_left(self) -> float:
        return max(0.0, self.budget - (time.monotonic() - self.start))

    def check(self) -> None:
        if not self.seconds_left():
            wanted = "a larger budget, or fewer features"
            raise TimeoutError(f"{self.op}: undecided after {self.budget:g} s; want {wanted}")
