"""Which rows of a case belong together, and how many times faster one is than another."""

from collections.abc import Iterable

from onedot._benchmark.measure import Row

__all__ = ["by_case", "named", "quickest", "times_faster"]


def by_case(rows: Iterable[Row]) -> list[list[Row]]:
    """The rows in groups of one case each, in the order of measuring."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.case.dtype, row.case.label), []).append(row)
    return list(groups.values())


def named(group: list[Row], contender: str) -> Row | None:
    """The timed row of a contender, None if it was not timed."""
    return next((row for row in group if row.contender.name == contender and row.seconds), None)


def quickest(group: list[Row], kind: str) -> Row | None:
    """The timed row of a kind of contender whose call takes least, None if none was timed."""
    timed = [row for row in group if row.contender.kind == kind and row.seconds]
    return min(timed, key=lambda row: min(row.seconds), default=None)


def times_faster(row: Row, other: Row | None) -> float | None:
    """The least time of the other over the least time of the row; None if either was not timed."""
    if other is None or not other.seconds or not row.seconds:
        return None
    return min(other.seconds) / min(row.seconds)
