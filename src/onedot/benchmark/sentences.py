"""What the figures say, in sentences."""

from collections.abc import Iterator

from onedot import __version__, levels, machine
from onedot.benchmark import figures
from onedot.benchmark.compare import by_case, named, times_faster
from onedot.benchmark.measure import Row
from onedot.benchmark.one_thread import can_limit_blas
from onedot.benchmark.peers import versions

__all__ = ["sentences"]


def sentences(rows: list[Row], in_use: str) -> Iterator[str]:
    """The machine, the two ratios that onedot is for, and whether every result was right."""
    packages = ", ".join(f"{name} {version}" for name, version in versions().items())
    build = f"built by {levels.compiler}" if levels.compiler else "not compiled"
    yield f"{machine.cpu()}, one thread; onedot {__version__}, {build}; {machine.python()}; {packages}."
    groups = by_case(rows)
    yield from _ratio(groups, "64", in_use, "np.dot")
    yield from _ratio(groups, "1024", in_use, "naive Python")
    if not can_limit_blas():
        yield "threadpoolctl is not installed, so a BLAS may have used several threads: pip install threadpoolctl."
    yield from _verdict(rows)


def _ratio(groups: list[list[Row]], label: str, in_use: str, other: str) -> Iterator[str]:
    """How long a call takes in the cases with a label, and how many times as long the other one takes."""
    times, ratios = [], []
    for group in groups:
        row, rival = named(group, in_use), named(group, other)
        if row and rival and row.case.label == label:
            times.append(f"{figures.time(row.least)} for {row.case.dtype}")
            ratios.append(figures.ratio(times_faster(row, rival)))
    if times:
        yield f"n = {label}: a call takes {' and '.join(times)}; {other} takes {' and '.join(ratios)} times as long."


def _verdict(rows: list[Row]) -> Iterator[str]:
    wrong = [row for row in rows if row.wrong]
    for row in wrong:
        yield f"WRONG: {row.contender.name}, {row.case.dtype}, n = {row.case.label}: {row.wrong}."
    checked = sum(row.result is not None for row in rows)
    if not wrong:
        yield f"All {checked} results were checked against the exact answer before they were timed."
