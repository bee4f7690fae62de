"""The figures as tables, whose columns are as wide as what they hold."""

from rich import box
from rich.console import Console
from rich.table import Table

from onedot._benchmark.cells import Pair, behind
from onedot._benchmark.compare import named, quickest, times_faster
from onedot._benchmark.measure import Row
from onedot._benchmark.report import formatting

__all__ = ["CALLS_LEGEND", "Output", "calls", "details", "glance", "legend", "show"]

ANY_WIDTH = 1000  # columns, more than any table has

CALLS_LEGEND = "onedot, NumPy: least time of one call.  × NumPy: how many times as fast.  –: nothing compares."

UNITS = {"el/ns": "elements of x or A per nanosecond", "GFLOP/s": "1e9 products and sums a second"}


class Output(Console):
    """What the tables are printed on."""

    def on_broken_pipe(self) -> None:
        """Raise what rich has caught, for `onedot.__main__` to end as every command does."""
        raise


def legend(rows: list[Row]) -> str:
    """What the heads of the tables and the names of real data mean."""
    unit = rows[0].case.words.unit
    rivals = {row.case.words.head: row.case.words.rival for row in rows}
    others = {"× naive": "naive Python", **rivals, "× peer": "the quickest peer"}
    heads, names = zip(*((head, f"as {name}") for head, name in others.items() if name), strict=True)
    real = dict.fromkeys(row.case.real for row in rows if row.case.real)
    return "  ".join(
        (
            f"min, median: time of one call.  {unit}: {UNITS[unit]}.",
            f"{', '.join(heads)}: how many times as fast {', '.join(names)}.",
            "ulps: the largest error found, in units in the last place of the inputs' type.",
            "–: not timed, as one call takes too long or cannot compute it.",
            *real,
        )
    )


def show(console: Console, table: Table) -> None:
    """Print a table whole, followed by an empty line: a terminal with fewer columns than it needs breaks its lines."""
    table.width = console.measure(table, options=console.options.update(width=ANY_WIDTH)).maximum
    console.print(table, crop=False)
    console.print()


def details(group: list[Row], in_use: str) -> Table:
    """Every contender in one case, the one named `in_use` in bold, the least time in green."""
    case = group[0].case
    table = _table(case.title, 26, 8, ("min", "median", case.words.unit, "× naive", "× peer", "ulps"))
    naive, peer = quickest(group, "naive"), quickest(group, "peer")
    first = min((row for row in group if row.seconds), key=lambda row: min(row.seconds), default=None)
    for row in group:
        least = "WRONG" if row.wrong else formatting.time(row.least)
        table.add_row(
            row.contender.name,
            f"[green]{least}[/]" if row is first else least,
            formatting.time(row.median),
            formatting.rate(row),
            formatting.ratio(times_faster(row, naive)),
            formatting.ratio(times_faster(row, peer)),
            formatting.ulps(row.ulps),
            style="red" if row.wrong else "bold" if row.contender.name == in_use else None,
        )
    return table


def glance(groups: list[list[Row]], in_use: str) -> Table:
    """The contender named `in_use` against the rest, one row a case."""
    case = groups[0][0].case
    words = case.words
    rival = [words.head] if words.rival else []
    heads = ("min", "median", words.unit, "ulps", "× naive", *rival, "× peer")
    table = _table(", ".join([case.dtype, *words.size.split()[:1]]), 8, 4, heads)
    table.add_column("peer", no_wrap=True)
    for group in groups:
        row = named(group, in_use)
        if row is not None:
            table.add_row(row.case.label, *_against_the_rest(row, group))
    return table


def calls(pairs: list[Pair], title: str) -> Table:
    """Calls of onedot beside NumPy's, one row a cell, those that take longer than NumPy's marked."""
    table = _table(title, 34, 5, ("n", "onedot", "NumPy", "× NumPy", ""))
    for pair in pairs:
        rows = (pair.onedot, pair.numpy)
        times = ["WRONG" if row and row.wrong else formatting.time(row.least if row else None) for row in rows]
        slower = behind(pair)
        table.add_row(
            f"{pair.cell.function}, {pair.cell.form}",
            str(pair.cell.size),
            *times,
            formatting.ratio(pair.ahead),
            " behind" if slower else "",
            style="red" if pair.onedot.wrong else "yellow" if slower else None,
        )
    return table


def _against_the_rest(row: Row, group: list[Row]) -> list[str]:
    naive, rival, peer = quickest(group, "naive"), row.case.words.rival, quickest(group, "peer")
    ahead = times_faster(row, peer)
    colour = "green" if ahead is not None and ahead >= 1 else "yellow"
    return [
        formatting.time(row.least),
        formatting.time(row.median),
        formatting.rate(row),
        formatting.ulps(row.ulps),
        formatting.ratio(times_faster(row, naive)),
        *([formatting.ratio(times_faster(row, named(group, rival)))] if rival else []),
        f"[{colour}]{formatting.ratio(ahead)}[/]",
        formatting.NONE if peer is None else peer.contender.name,
    ]


def _table(title: str, first: int, others: int, heads: tuple[str, ...]) -> Table:
    """A table whose first column is headed `title`; columns are as wide as they must be, and at least so wide."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=0)
    table.add_column(title, no_wrap=True, min_width=first)
    for head in heads:
        table.add_column(head, justify="right", no_wrap=True, min_width=others)
    return table
