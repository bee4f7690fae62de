"""Join what `onedot bench --json FILE` kept into tables for bench/results: every level beside the quickest peer.

    python bench/tables.py FILE ...

A run times all levels and all peers in turn, so each row is of one run. × is how many times as fast as the quickest
peer, least times compared; ulps are the largest errors found, of onedot (the same at every level) and of that peer.
"""

import json
import sys
from itertools import groupby
from pathlib import Path

from onedot._benchmark.report import formatting


def rows_of(report):
    """For each case: its name and type, onedot's rows by level, and the quickest peer's."""
    for (dtype, case), group in groupby(report["rows"], key=lambda row: (row["dtype"], row["case"])):
        timed = [row for row in group if row["least"] is not None and row["wrong"] is None]
        ours = {name.removeprefix("onedot "): row for row in timed if (name := row["contender"]).startswith("onedot ")}
        peers = [row for row in timed if row["kind"] == "peer"]
        if ours and peers:
            yield f"{report['operation']} {case}", dtype, ours, min(peers, key=lambda row: row["least"])


def cells(case, dtype, ours, peer, levels):
    """A line of the table as text; a dash where a level is not timed."""
    line = [case, dtype]
    for level in levels:
        least = ours[level]["least"] if level in ours else None
        line += [formatting.time(least), formatting.ratio(least and peer["least"] / least)]
    errors = (formatting.ulps(row["ulps"]) for row in (next(iter(ours.values())), peer))
    return [*line, formatting.time(peer["least"]), peer["contender"], *errors]


def calls(report):
    """The report of `--op calls`: each form's time at every length, and how many times as long NumPy takes."""
    forms = {}
    for case, group in groupby(report["rows"], key=lambda row: row["case"]):
        ours, *theirs = (row["least"] for row in group)
        form, _, length = case.rpartition(", ")
        forms.setdefault(form, {})[length] = (ours, theirs[0] / ours if theirs and theirs[0] else None)
    lengths = list(next(iter(forms.values())))
    lines = [["form", *lengths, *(f"× {n}" for n in lengths)]]
    for form, cells in forms.items():
        times, ratios = zip(*(cells.get(n, (None, None)) for n in lengths), strict=True)
        lines.append([form, *map(formatting.time, times), *map(formatting.ratio, ratios)])
    aligned(lines, left={0})


def table(reports):
    found = [row for report in reports for row in rows_of(report)]
    levels = sorted({level for _, _, ours, _ in found for level in ours} - {"reference"}, reverse=True)
    title = ["case", "type", *(cell for level in levels for cell in (level, "×")), "peer", "which", "ulps", "peer's"]
    aligned([title, *(cells(*row, levels) for row in found)], left={0, 1, len(title) - 3})


def aligned(lines, left):
    """Print lines of cells in columns, aligned to the right but for those named."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = zip(range(len(line)), line, widths, strict=True)
        print(" ".join(cell.ljust(width) if at in left else cell.rjust(width) for at, cell, width in padded).rstrip())


if __name__ == "__main__":
    given = [json.loads(Path(name).read_text()) for name in sys.argv[1:]]
    if given[0]["operation"] == "calls":
        calls(given[0])
    else:
        table(given)
