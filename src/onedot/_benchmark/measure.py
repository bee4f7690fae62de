"""Check, then time: every contender's answer to a case, then their calls in turn."""

import math
import statistics
import time
import timeit
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onedot import get_num_threads
from onedot._benchmark.model import HALVES, INTEGERS, UNIT, Case, Contender, Problem
from onedot._benchmark.oracle import Answer

__all__ = ["FULL", "QUICK", "Effort", "Row", "WrongResultError", "check", "measure", "time_in_turn"]


ROUNDED = ("float32", *HALVES)


class Effort(NamedTuple):
    """How long to time."""

    repeats: int
    seconds: float  # a repeat makes as many calls as take about so long
    longest: float = math.inf  # about how long all repeats of one contender in one case may take, if there are two
    rest: float = 0.0  # seconds before each turn, if on several threads: OpenBLAS's spin for 20 ms after a product


FULL = Effort(repeats=25, seconds=0.006, rest=0.04)
QUICK = Effort(repeats=9, seconds=0.0012, longest=0.1)


class WrongResultError(ArithmeticError):
    """A result that is further from the exact answer than rounding explains."""


@dataclass
class Row:
    """What one contender did in one case."""

    contender: Contender
    case: Case
    result: Any = None  # an array, or a float
    ulps: float | None = None  # error of the result, in units in the last place of the case's dtype
    wrong: str | None = None  # what is wrong with the result; then it is not timed
    seconds: list[float] = field(default_factory=list)  # per call, one figure a repeat

    @property
    def wraps(self) -> bool:
        """Whether the result is wrong as it was bound to be: a sum that does not fit the type of its elements."""
        return self.wrong is not None and self.case.dtype in self.contender.wraps

    @property
    def least(self) -> float | None:
        """The least time of a call: what the code takes when nothing disturbs it."""
        return min(self.seconds, default=None)

    @property
    def median(self) -> float | None:
        """The median time of a call: what it usually takes on this machine."""
        return statistics.median(self.seconds) if self.seconds else None


def measure(case: Case, contenders: Iterable[Contender], effort: Effort) -> list[Row]:
    """One row a contender, timed only if it is right and quick enough.

    The repeats go round the contenders, so that whatever slows the machine for a while slows all of them.
    """
    rows = [Row(contender, case) for contender in contenders if contender.competes_in(case)]
    timed = []
    for row in rows:
        if row.contender.takes(case):
            _check(row)
            timed.append(row)
    _compare_levels(timed)
    time_in_turn([(row, _timer(row)) for row in timed if row.wrong is None], effort)
    return rows


def time_in_turn(timers: Iterable[tuple[Row, timeit.Timer]], effort: Effort) -> None:
    """Fill in the seconds of rows.

    On several threads each waits for those of the one before to leave the CPUs, and then wakes its own and the CPUs.
    """
    rest = effort.rest if get_num_threads() > 1 else 0.0
    plans = []
    for row, timer in timers:
        with row.contender.setting():
            plans.append((row, timer, *_pace(timer, effort)))
    for repeat in range(effort.repeats):
        for row, timer, number, repeats in plans:
            if repeat < repeats:
                with row.contender.setting():
                    if rest:
                        time.sleep(rest)
                        timer.timeit(number)
                    row.seconds.append(timer.timeit(number) / number)


def check(contender: Contender, case: Case) -> tuple[Any, float]:
    """The result and the largest error of what was checked of it, in ulps.

    Raises
    ------
    WrongResultError
        If the probe is not solved exactly, or an error is larger than rounding in the contender's
        accumulator explains.
    """
    _solve(contender, case.dtype, case.probe)
    return _solve(contender, case.dtype, case.timed)


def _solve(contender: Contender, dtype: str, problem: Problem) -> tuple[Any, float]:
    """The result and its largest error in ulps; all errors must be within what the exact answers allow."""
    function, arguments = _call(contender, dtype, problem)
    with contender.setting():
        result = function(*arguments)
    values = np.asarray(result)
    errors = [_error(values, place, answer, contender.accumulator[dtype]) for place, answer in problem.answers.items()]
    off = [(error, answer) for error, answer in zip(errors, problem.answers.values(), strict=True) if error]
    ulps = [error / _last_place(dtype, answer) for error, answer in off]
    return (values if values.ndim else float(result)), float(max(ulps, default=Fraction(0)))


def _last_place(dtype: str, answer: Answer) -> Fraction:
    """The unit in the last place of the answer."""
    if dtype in INTEGERS:
        return Fraction(1)
    return Fraction(float(np.spacing(abs(np.dtype(dtype).type(float(answer.value))))))


def _error(values: NDArray[Any], place: tuple[int, ...], answer: Answer, accumulator: str) -> Fraction:
    """How far the value in a place is off."""
    kind = int if values.dtype.kind in "iu" else float
    value = kind(values[place])
    if value == answer.value:  # found first, as there are cases with 50,000 results
        return Fraction(0)
    wanted, where = kind(answer.value), f" at {place}" if place else ""
    if not np.isfinite(value):
        raise WrongResultError(f"{value}, not {wanted!r}{where}")
    error, allowance = abs(Fraction(value) - answer.value), answer.allowance(UNIT[accumulator])
    if values.dtype.name in ROUNDED and float(values.dtype.type(wanted)) != answer.value:
        # A sum in a wider type is rounded once more, unless, as in many a probe, that changes nothing.
        allowance += Fraction(UNIT[values.dtype.name]) * (abs(answer.value) + allowance)
    if error > allowance:
        raise WrongResultError(f"{value!r}, not {wanted!r}{where}")
    return error


def _call(contender: Contender, dtype: str, problem: Problem) -> tuple[Callable[..., Any], list[Any]]:
    return contender.functions[dtype], [contender.convert(argument) for argument in problem.arguments]


def _check(row: Row) -> None:
    try:
        row.result, row.ulps = check(row.contender, row.case)
    except WrongResultError as wrong:
        row.wrong = str(wrong)


def _compare_levels(rows: list[Row]) -> None:
    """Call a level wrong whose bits are not those of the first one."""
    levels = [row for row in rows if row.contender.kind == "level" and row.result is not None]
    for row in levels[1:]:
        if not np.array_equal(row.result, levels[0].result):
            row.wrong = f"{_shown(row.result)}, but {_shown(levels[0].result)} at {levels[0].contender.name}"


def _shown(result: Any) -> str:
    return "other bits" if isinstance(result, np.ndarray) else repr(result)


def _timer(row: Row) -> timeit.Timer:
    """A loop of calls with nothing in it but the call."""
    function, arguments = _call(row.contender, row.case.dtype, row.case.timed)
    names = [f"a{i}" for i in range(len(arguments))]
    return timeit.Timer(f"f({', '.join(names)})", globals=dict(zip(names, arguments, strict=True), f=function))


def _pace(timer: timeit.Timer, effort: Effort) -> tuple[int, int]:
    """How many calls a repeat makes, and how many repeats there are."""
    number = 1
    while (taken := timer.timeit(number)) < effort.seconds / 8:
        number *= 4
    calls = max(1, round(number * effort.seconds / taken))
    repeats = min(effort.repeats, effort.longest * number / (taken * calls))
    return calls, max(2, round(repeats))
