"""What the figures say, in sentences."""

import statistics
from collections.abc import Iterator

from onedot import __version__, levels
from onedot._benchmark import machine
from onedot._benchmark.cells import PLAIN, Pair, behind
from onedot._benchmark.compare import by_case, named, quickest, times_faster
from onedot._benchmark.measure import Row
from onedot._benchmark.one_thread import can_limit_blas
from onedot._benchmark.peers import CONVERTED, versions
from onedot._benchmark.report import formatting
from onedot._benchmark.vectors import RANGES

__all__ = ["of_calls", "sentences"]


def sentences(rows: list[Row], in_use: str, threads: int = 1) -> Iterator[str]:
    """The machine, the two ratios that onedot is for, and whether every result was right."""
    yield _machine(threads)
    groups = by_case(rows)
    words = groups[0][0].case.words
    if words.size and words.rival:
        yield from _ratio(groups, "64", in_use, words.rival)
        yield from _ratio(groups, "1024", in_use, "naive Python")
    else:
        yield from _against_peers(groups, in_use)
    yield from _of_narrow(rows)
    if not can_limit_blas():
        yield "threadpoolctl is not installed, so a BLAS may have used several threads: pip install threadpoolctl."
    yield from _verdict(rows)


def of_calls(pairs: list[Pair], threads: int = 1) -> Iterator[str]:
    """The machine, how many cells are ahead of NumPy and how many behind, and whether every result was right."""
    yield _machine(threads)
    compared = [pair for pair in pairs if pair.ahead is not None]
    slower = sum(map(behind, compared))
    plain = [pair for pair in compared if pair.cell.form == PLAIN]
    median = statistics.median(pair.ahead or 0.0 for pair in plain or compared) if compared else None
    yield (
        f"{len(compared) - slower} cells are ahead of NumPy, {slower} behind; "
        f"the median of {'plain' if plain else 'all'} cells is {formatting.ratio(median)} times as fast."
    )
    rows = [row for pair in pairs for row in (pair.onedot, pair.numpy) if row is not None]
    yield from _verdict(rows, "NumPy's formula in long doubles")


def _machine(threads: int) -> str:
    packages = ", ".join(f"{name} {version}" for name, version in versions().items())
    build = f"built by {levels.compiler}" if levels.compiler else "not compiled"
    where = f"{machine.cpu()}, {formatting.threads(threads)}"
    return f"{where}; onedot {__version__}, {build}; {machine.python()}; {packages}."


def _ratio(groups: list[list[Row]], label: str, in_use: str, other: str) -> Iterator[str]:
    """How long a call takes in the cases with a label, and how many times as long the other one takes."""
    times, ratios = [], []
    for group in groups:
        row, rival = named(group, in_use), named(group, other)
        if row and rival and row.case.label == label:
            times.append(f"{formatting.time(row.least)} for {row.case.dtype}")
            ratios.append(formatting.ratio(times_faster(row, rival)))
    if times:
        yield f"n = {label}: a call takes {' and '.join(times)}; {other} takes {' and '.join(ratios)} times as long."


def _against_peers(groups: list[list[Row]], in_use: str) -> Iterator[str]:
    """From how many to how many times as fast as the quickest peer of each case, and where that is slower."""
    for dtype in dict.fromkeys(group[0].case.dtype for group in groups):
        ratios = {}
        for group in groups:
            row = named(group, in_use)
            ahead = times_faster(row, quickest(group, "peer")) if row and row.case.dtype == dtype else None
            if ahead is not None:
                ratios[group[0].case.label] = ahead
        if ratios:
            ends = f"{formatting.ratio(min(ratios.values()))} to {formatting.ratio(max(ratios.values()))}"
            slower = ", ".join(f"{label} ({formatting.ratio(ahead)})" for label, ahead in ratios.items() if ahead < 1)
            yield f"{dtype}: {ends} times as fast as the quickest peer; slower in: {slower or 'no case'}."


def _of_narrow(rows: list[Row]) -> Iterator[str]:
    """What integers are drawn, what is converted, and what wraps."""
    for dtype in dict.fromkeys(row.case.dtype for row in rows if row.case.dtype in RANGES):
        yield f"Synthetic {dtype} are whole numbers from {RANGES[dtype][0]} to {RANGES[dtype][1]}."
    converting = dict.fromkeys(row.contender.name for row in rows if row.contender.name.endswith(CONVERTED))
    if converting:
        yield f"{', '.join(converting)}: the arguments are converted at every call."
    wrapping = dict.fromkeys(f"{row.contender.name} of {row.case.dtype}" for row in rows if row.wraps)
    if wrapping:
        yield f"WRONG, as sums have the type of the elements and wrap: {', '.join(wrapping)}."


def _verdict(rows: list[Row], by: str = "the exact answer") -> Iterator[str]:
    wrong = [row for row in rows if row.wrong and not row.wraps]
    for row in wrong:
        yield f"WRONG: {row.contender.name}, {row.case.title}: {row.wrong}."
    checked = sum(row.result is not None for row in rows)
    if not wrong:
        others = "other " if any(row.wraps for row in rows) else ""
        yield f"All {checked} {others}results were checked against {by} before they were timed."
