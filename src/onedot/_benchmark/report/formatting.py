"""Figures as short text: a dash where there is none."""

from onedot._benchmark.measure import Row

__all__ = ["NONE", "rate", "ratio", "threads", "time", "ulps"]

NONE = "–"


def time(seconds: float | None) -> str:
    """A time in the unit that suits it."""
    if seconds is None:
        return NONE
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= 0.9995 * size:  # as less is shown with three digits at most
            return f"{_three_digits(seconds / size)} {unit}"
    return f"{_three_digits(seconds / 1e-9)} ns"


def rate(row: Row) -> str:
    """Elements per nanosecond at the least time of a call."""
    return NONE if row.least is None else _three_digits(row.case.elements / row.least / 1e9)


def ratio(value: float | None) -> str:
    """How many times one is the other."""
    return NONE if value is None else _three_digits(value)


def ulps(value: float | None) -> str:
    """An error in units in the last place, from those of a wider type (3e-10) up."""
    if value is None:
        return NONE
    return "0" if value == 0 else f"{value:.0e}" if value < 0.01 else _three_digits(value)


def threads(number: int) -> str:
    """How many threads, in words."""
    return "one thread" if number == 1 else f"{number} threads"


def _three_digits(value: float) -> str:
    if value < 0.095:
        return f"{value:.1g}"
    if value >= 99999.5:
        return f"{value:.0e}"
    return f"{value:,.0f}" if value >= 99.95 else f"{value:.1f}" if value >= 9.995 else f"{value:.2f}"
