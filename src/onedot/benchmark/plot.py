"""The figures as a picture: the time of a call against the length, and elements per nanosecond below it."""

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter

from onedot import levels, machine
from onedot.benchmark.accuracy import ELEMENTS, PLAIN
from onedot.benchmark.measure import Row

__all__ = ["draw", "draw_errors"]

# Okabe and Ito's colours, which the colour-blind tell apart. onedot has one for all its levels.
ONEDOT = "#d55e00"
WORTHLESS = 2.0**53  # ulps: an error as large as the result, beyond which none is shown
SHOWN_ZERO = 1e-2  # ulps: where an axis that has no zero shows a result without an error
LOOKS: dict[str, dict[str, Any]] = {
    "naive Python": {"color": "#888888"},
    "onedot reference": {"color": ONEDOT, "linestyle": (0, (1, 3))},
    "onedot baseline": {"color": ONEDOT, "linestyle": ":"},
    "onedot x86-64-v3": {"color": ONEDOT, "linestyle": "--"},
    "onedot x86-64-v4": {"color": ONEDOT, "linewidth": 2.5, "zorder": 3},
    "np.dot": {"color": "#000000"},
    "ndarray.dot": {"color": "#000000", "linestyle": "--"},
    "SciPy BLAS": {"color": "#009e73"},
    "NumKong": {"color": "#0072b2"},
    "SimSIMD": {"color": "#cc79a7"},
}


def draw(path: Path, operation: str, rows: list[Row]) -> None:
    """Write the picture into the file `path`, in the format that its name ends in."""
    rows = [row for row in rows if row.seconds and not row.case.real]  # real data lies among the sizes
    dtypes = list(dict.fromkeys(row.case.dtype for row in rows))
    figure = Figure(figsize=(6.5 * len(dtypes), 9), layout="constrained")
    axes = figure.subplots(2, len(dtypes), sharex=True, sharey="row", squeeze=False)
    for column, dtype in zip(axes.T, dtypes, strict=True):
        _draw_dtype(column, dtype, [row for row in rows if row.case.dtype == dtype])
    axes[1, 0].set_ylim(bottom=0)
    for column, dtype in zip(axes.T, dtypes, strict=True):
        _mark_caches(column, np.dtype(dtype).itemsize)
    axes[0, 0].set_ylabel("time of one call")
    axes[1, 0].set_ylabel("elements per nanosecond")
    lines, names = axes[0, 0].get_legend_handles_labels()
    figure.legend(lines, names, loc="outside lower center", ncols=3 * len(dtypes), frameon=False)
    figure.suptitle(f"{operation}, one thread, {machine.cpu()}")
    figure.savefig(path, dpi=150)


def _draw_dtype(column: list[Axes], dtype: str, rows: list[Row]) -> None:
    for name in dict.fromkeys(row.contender.name for row in rows):
        own = [row for row in rows if row.contender.name == name]
        elements = np.array([row.case.elements for row in own])
        seconds = np.array([min(row.seconds) for row in own])
        for panel, figures in zip(column, (seconds, elements / seconds / 1e9), strict=True):
            panel.plot(elements, figures, label=name, marker=".", **LOOKS.get(name, {}))
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


def draw_errors(path: Path, rows: list[Row]) -> None:
    """The picture of the error against the condition number, in the format that the name of the file ends in."""
    figure = Figure(figsize=(8, 5.5), layout="constrained")
    axes = figure.subplots()
    in_use = f"onedot {levels.current()}"
    names = {in_use: "onedot.exact.dot", PLAIN: PLAIN, "np.dot": "np.dot", "NumKong": "NumKong"}
    looks = {in_use: LOOKS.get("onedot x86-64-v4", {}), PLAIN: LOOKS["onedot x86-64-v3"]}
    for name, label in names.items():
        own = [row for row in rows if row.contender.name == name and row.ulps is not None]
        digits = [int(row.case.label.removeprefix("1e")) for row in own]
        errors = [min(max(row.ulps or 0.0, SHOWN_ZERO), WORTHLESS) for row in own]
        axes.plot(digits, errors, label=label, marker=".", **looks.get(name, LOOKS.get(name, {})))
    axes.set_yscale("log")
    axes.axhline(WORTHLESS, color="#bbbbbb", linewidth=0.8, zorder=0)
    axes.text(300, WORTHLESS, "no digit is right", ha="right", va="bottom", color="#888888", fontsize=8)
    axes.set_xlabel("decimal logarithm of the condition number")
    axes.set_ylabel("error in units in the last place")
    axes.grid(alpha=0.25)
    axes.legend(frameon=False)
    figure.suptitle(f"float64, n = {ELEMENTS}, {machine.cpu()}")
    figure.savefig(path, dpi=150)
