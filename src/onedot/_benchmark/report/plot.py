"""The figures of `dot` as a picture: the time of a call against the length, and elements per nanosecond below it."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter

from onedot._benchmark import machine
from onedot._benchmark.measure import Row
from onedot._benchmark.operations.exact import ELEMENTS, PLAIN
from onedot._benchmark.report import formatting

__all__ = ["COLOURS", "draw", "draw_errors"]

GREY = "#808080"  # as legible on black pages as on white ones
WORTHLESS = 2.0**53  # ulps: an error as large as the result, beyond which none is shown
SHOWN_ZERO = 1e-2  # ulps: where an axis that has no zero shows a result without an error

# Half of them are Okabe and Ito's, which the colour-blind tell apart; no two are near one another.
COLOURS = {
    "naive Python": "#b3b3b3",
    "onedot reference": "#f2b5a0",
    "Cython loop": "#a6d854",
    "onedot baseline": "#e69f00",
    "onedot x86-64-v3": "#8c1d40",
    "onedot x86-64-v4": "#d55e00",
    "np.dot": "#000000",
    "ndarray.dot": "#666666",
    "np.dot f32": "#8a5a00",
    "np.dot i64": "#5d3a9b",
    "np.dot f64": "#56b4e9",
    "SciPy BLAS": "#009e73",
    "NumKong": "#0072b2",
    "SimSIMD": "#cc79a7",
}
DASHES: dict[str, Any] = {
    "onedot reference": (0, (1, 3)),
    "onedot baseline": ":",
    "onedot x86-64-v3": "--",
    "onedot x86-64-v4": "-.",
    "Cython loop": (0, (5, 3)),
}


def _look(name: str, in_use: str) -> dict[str, Any]:
    """A colour each; the level in use is the one thick line, the others are broken."""
    colour = {"color": COLOURS.get(name)}
    return colour | ({"linewidth": 2.5, "zorder": 3} if name == in_use else {"linestyle": DASHES.get(name, "-")})


def draw(path: Path, rows: list[Row], in_use: str, threads: int = 1) -> None:
    """Write the picture into the file `path`, in the format that its name ends in: bars if there is but one length."""
    rows = [row for row in rows if row.seconds and not row.case.real]  # real data lies among the sizes
    by_dtype: dict[str, list[Row]] = {}
    for row in rows:
        by_dtype.setdefault(row.case.dtype, []).append(row)
    figure = Figure(figsize=(6.5 * len(by_dtype), 9), layout="constrained")
    if len({row.case.elements for row in rows}) == 1:
        figure.set_size_inches(6.5 * len(by_dtype), 4.5)
        for axes, dtype in zip(figure.subplots(1, len(by_dtype), squeeze=False)[0], by_dtype, strict=True):
            _draw_bars(axes, by_dtype[dtype], in_use)
    else:
        _draw_lines(figure, by_dtype, in_use)
    figure.suptitle(f"dot, {formatting.threads(threads)}, {machine.cpu()}")
    figure.savefig(path, dpi=150)


def _draw_bars(axes: Axes, rows: list[Row], in_use: str) -> None:
    """A bar for each contender, the quickest at the top."""
    rows = sorted(rows, key=lambda row: min(row.seconds), reverse=True)
    names = [row.contender.name for row in rows]
    bars = axes.barh(names, [min(row.seconds) for row in rows], color=[COLOURS.get(name) for name in names])
    axes.bar_label(bars, [formatting.time(row.least) for row in rows], padding=3)
    axes.set_xscale("log")
    axes.margins(x=0.25)  # for the labels
    axes.xaxis.set_major_formatter(EngFormatter(unit="s"))
    axes.set_xlabel("time of one call, on a logarithmic scale")
    axes.set_title(rows[0].case.title)
    for label in axes.get_yticklabels():
        label.set_fontweight("bold" if label.get_text() == in_use else "normal")


def _draw_lines(figure: Figure, by_dtype: dict[str, list[Row]], in_use: str) -> None:
    axes = figure.subplots(2, len(by_dtype), sharex=True, sharey="row", squeeze=False)
    for column, (dtype, rows) in zip(axes.T, by_dtype.items(), strict=True):
        _draw_dtype(column, dtype, rows, in_use)
    axes[1, 0].set_ylim(bottom=0)
    for column, dtype in zip(axes.T, by_dtype, strict=True):
        _mark_caches(column, np.dtype(dtype).itemsize)
    axes[0, 0].set_ylabel("time of one call")
    axes[1, 0].set_ylabel("elements per nanosecond")
    lines: dict[str, Any] = {}
    for top in axes[0]:  # all of them, as not everyone takes every type
        handles, names = top.get_legend_handles_labels()
        lines |= dict(zip(names, handles, strict=True))
    figure.legend(list(lines.values()), list(lines), loc="outside lower center", ncols=3 * len(by_dtype), frameon=False)


def _draw_dtype(column: list[Axes], dtype: str, rows: list[Row], in_use: str) -> None:
    for name in dict.fromkeys(row.contender.name for row in rows):
        own = [row for row in rows if row.contender.name == name]
        elements = np.array([row.case.elements for row in own])
        seconds = np.array([min(row.seconds) for row in own])
        for panel, figures in zip(column, (seconds, elements / seconds / 1e9), strict=True):
            panel.plot(elements, figures, label=name, marker=".", **_look(name, in_use))
    for panel in column:
        panel.set_xscale("log", base=2)
        panel.grid(alpha=0.25)
    column[0].set_title(dtype)
    column[0].set_yscale("log")
    column[0].yaxis.set_major_formatter(EngFormatter(unit="s"))
    column[1].set_xlabel("elements of each vector")


def _mark_caches(column: list[Axes], itemsize: int) -> None:
    """A line where two vectors fill a cache, if that is within the picture."""
    left, right = column[0].get_xlim()
    for name, size in machine.caches().items():
        elements = size / 2 / itemsize
        for panel in column if left < elements < right else []:
            panel.axvline(elements, color="#bbbbbb", linewidth=0.8, zorder=0)
            corner = panel.get_xaxis_transform()  # x in elements, y from 0 to 1
            panel.text(elements, 0.97, f"{name} ", transform=corner, ha="right", va="top", color="#888888", fontsize=8)
    column[0].set_xlim(left, right)


def draw_errors(path: Path, rows: list[Row], in_use: str) -> None:
    """The picture of the error against the condition number, in the format that the name of the file ends in.

    A page shows it, be that black or white: nothing is behind the lines, and what is black elsewhere is grey.
    """
    grey: Any = dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), GREY)
    with mpl.rc_context(grey | {"svg.hashsalt": "onedot"}):
        _draw_errors(rows, in_use).savefig(path, dpi=150, transparent=True, metadata=_undated(path))


def _undated(path: Path) -> dict[str, None] | None:
    """No date in a file that the same figures shall make again."""
    return {"Date": None} if path.suffix == ".svg" else None


def _draw_errors(rows: list[Row], in_use: str) -> Figure:
    figure = Figure(figsize=(8, 5.5), layout="constrained")
    axes = figure.subplots()
    names = {in_use: "onedot.exact.dot", PLAIN: PLAIN, "np.dot": "np.dot", "NumKong": "NumKong"}
    looks: dict[str, Any] = {PLAIN: {"color": COLOURS["onedot baseline"], "linestyle": "--", "zorder": 2.5}}
    looks["np.dot"] = {"color": GREY}  # beneath the line of onedot.dot
    for name, label in names.items():
        own = [row for row in rows if row.contender.name == name and row.ulps is not None]
        digits = [int(row.case.label.removeprefix("1e")) for row in own]
        errors = [min(max(row.ulps or 0.0, SHOWN_ZERO), WORTHLESS) for row in own]
        axes.plot(digits, errors, label=label, marker=".", **looks.get(name, _look(name, in_use)))
    axes.set_yscale("log")
    axes.axhline(WORTHLESS, color=GREY, linewidth=0.8, zorder=0)
    axes.annotate(
        "no digit is right", (0, WORTHLESS), xytext=(0, 6), textcoords="offset points", color=GREY, fontsize=8
    )
    axes.set_ylim(top=WORTHLESS * 100)
    axes.set_xlabel("decimal logarithm of the condition number")
    axes.set_ylabel("error in units in the last place")
    axes.grid(alpha=0.25)
    axes.legend(frameon=False)
    figure.suptitle(f"float64, n = {ELEMENTS}, {machine.cpu()}")
    return figure
