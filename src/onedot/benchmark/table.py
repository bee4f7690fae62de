"""The figures as tables that fit a terminal of 80 columns."""

from rich import box
from rich.console import Console
from rich.table import Table

from onedot.benchmark import figures
from onedot.benchmark.compare import named, quickest, times_faster
from onedot.benchmark.measure import Row
from onedot.benchmark.operation import Case

__all__ = ["details", "glance", "legend", "show"]

COLUMNS = 80


def legend(case: Case) -> str:
    """What the heads of the tables mean."""
    return (
        "min, median: time of one call.  el/ns: elements of x or A per nanosecond.  GFLOP/s: 1e9 products and "
        f"sums a second.  × naive, {case.words.head}, × peer: how many times as fast as naive Python, as "
        f"{case.words.rival}, as the quickest peer.  ulps: the largest error found, in units in the last place of "
        "the inputs' type.  –: not timed, as one call takes too long or cannot compute it."
    )


def show(console: Console, table: Table) -> None:
    """Print a table whole, followed by an empty line: a terminal with fewer columns than it needs breaks its lines."""
    console.print(table, crop=False)
    console.print()


def details(group: list[Row], in_use: str) -> Table:
    """Every contender in one case, the one named `in_use` in bold, the least time in green."""
    case = group[0].case
    table = _table(case.title, 26, 8, ("min", "median", case.words.unit, "× naive", "× peer", "ulps"))
    naive, peer = quickest(group, "naive"), quickest(group, "peer")
    first = min((row for row in group if row.seconds), key=lambda row: min(row.seconds), default=None)
    for row in group:
        least = "WRONG" if row.wrong else figures.time(row.least)
        table.add_row(
            row.contender.name,
            f"[green]{least}[/]" if row is first else least,
            figures.time(row.median),
            figures.rate(row),
            figures.ratio(times_faster(row, naive)),
            figures.ratio(times_faster(row, peer)),
            figures.ulps(row.ulps),
            style="red" if row.wrong else "bold" if row.contender.name == in_use else None,
        )
    return table


def glance(groups: list[list[Row]], in_use: str) -> Table:
    """The contender named `in_use` against the rest, one row a case."""
    case = groups[0][0].case
    heads = ("min", "median", case.words.unit, "ulps", "× naive", case.words.head, "× peer")
    title = f"{case.dtype}, n" if case.words.size else case.dtype
    table = _table(title, 19 - len(case.words.head), 7, heads)
    table.add_column("peer", no_wrap=True, width=11)
    for group in groups:
        row = named(group, in_use)
        if row is not None:
            table.add_row(row.case.label, *_against_the_rest(row, group))
    return table


def _against_the_rest(row: Row, group: list[Row]) -> list[str]:
    peer = quickest(group, "peer")
    ahead = times_faster(row, peer)
    colour = "green" if ahead is not None and ahead >= 1 else "yellow"
    return [
        figures.time(row.least),
        figures.time(row.median),
        figures.rate(row),
        figures.ulps(row.ulps),
        figures.ratio(times_faster(row, quickest(group, "naive"))),
        figures.ratio(times_faster(row, named(group, row.case.words.rival))),
        f"[{colour}]{figures.ratio(ahead)}[/]",
        figures.NONE if peer is None else peer.contender.name,
    ]


def _table(title: str, first: int, others: int, heads: tuple[str, ...]) -> Table:
    """A table whose first column is headed `title`; its columns are as wide as in every table of its kind."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=0, width=COLUMNS)
    table.add_column(title, no_wrap=True, width=first)
    for head in heads:
        table.add_column(head, justify="right", no_wrap=True, width=max(others, len(head)))
    return table
