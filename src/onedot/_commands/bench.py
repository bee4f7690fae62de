"""`onedot bench`: who is how fast, each result checked before it is timed."""

import argparse
import importlib
import importlib.util
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onedot._core.extras import install

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from onedot._benchmark.cells import Cell, Pair, Walk
    from onedot._benchmark.measure import Row
    from onedot._benchmark.model import Case, Operation

__all__ = ["add_arguments", "run"]

PICTURES = (".png", ".svg", ".pdf")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `onedot bench` takes."""
    parser.add_argument(
        "--op",
        action=_Once,
        type=_operation,
        default="dot",
        help="dot (default), matvec, vecmat, matmul, layer, vecdot, activation, geometry, units, exact, "
        "perceptron, drop-in, logistic, sparse, search; calls: what each form of a call costs beside NumPy's; "
        "cliffs: which calls take longer than NumPy's, of all functions, types, layouts and sizes",
    )
    parser.add_argument(
        "--tier",
        action=_Once,
        choices=("law", "single"),
        default="law",
        help="whose dot, matvec, vecmat, matmul, layer, vecdot or search: onedot's (law, default) or onedot.single's",
    )
    parser.add_argument(
        "--dtype",
        action="append",
        type=_dtype,
        metavar="TYPE",
        help="a type, more if repeated (default: float64 and float32); of dot and its batches also float16, bfloat16, "
        "int8, uint8, int16, int32, int64",
    )
    parser.add_argument(
        "--sizes",
        action="extend",
        nargs="+",
        type=_size,
        metavar="N",
        help="these lengths of dot only, as 1000 or 2^20",
    )
    parser.add_argument(
        "--threads", action=_Once, type=_threads, default=1, metavar="N", help="for onedot and BLAS (default: 1)"
    )
    parser.add_argument("--quick", action="store_true", help="fewer lengths and shorter repeats: under 15 seconds")
    parser.add_argument(
        "--plot",
        action=_Once,
        type=_picture,
        metavar="FILE",
        help=f"draw time of dot, or error of exact ({', '.join(PICTURES)})",
    )
    parser.add_argument("--json", action=_Once, type=_file, metavar="FILE", help="keep the figures")


class _Once(argparse.Action):
    """An option of which a second value would silently replace the first."""

    def __call__(self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, *_: Any) -> None:
        given = vars(namespace).setdefault("given", set())
        if self.dest in given:
            parser.error(f"{self.option_strings[0]} is given twice; want it once")
        given.add(self.dest)
        setattr(namespace, self.dest, values)


def _operation(name: str) -> "Operation | Walk":
    from onedot._benchmark.operations import OPERATIONS, WALKS

    every: dict[str, Operation | Walk] = {**OPERATIONS, **WALKS}
    if name not in every:
        raise argparse.ArgumentTypeError(f"there is no operation {name!r}; there is: {', '.join(every)}")
    return every[name]


def _dtype(name: str) -> str:
    from onedot._benchmark.model import ALL_DTYPES

    if name not in ALL_DTYPES:
        raise argparse.ArgumentTypeError(f"{name!r} is not measured; want one of {', '.join(ALL_DTYPES)}")
    return name


def _size(text: str) -> int:
    base, power, exponent = text.partition("^")
    try:
        n = int(base) ** min(int(exponent), 64) if power else int(text)
    except ValueError:
        n = 0
    if not 1 <= n <= 2**24:
        raise argparse.ArgumentTypeError(f"{text!r} is not a length; want a number from 1 to 2^24")
    return n


def _threads(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 1024):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of threads; want one from 1 to 1024")
    return int(text)


def _file(text: str) -> Path:
    """A path that can be written, told before the minutes that come first."""
    path = Path(text)
    if path.is_dir() or not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"cannot write {text!r}: want a file in a folder that exists")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise argparse.ArgumentTypeError(f"cannot write {text!r}: want a place where you may write")
    return path


def _picture(text: str) -> Path:
    path = _file(text)
    if path.suffix not in PICTURES:
        raise argparse.ArgumentTypeError(f"cannot draw {text!r}: want a name that ends in {', '.join(PICTURES)}")
    return path


def run(arguments: argparse.Namespace) -> int:
    """Measure, print the tables, keep what is to be kept; 1 if a result was wrong, otherwise 0."""
    if arguments.tier != "law":
        from onedot._benchmark.operations import TIERS

        operations = TIERS[arguments.tier]
        if arguments.op.name not in operations:
            wanted = f"want --op {', '.join(operations)}"
            print(f"onedot bench: --tier {arguments.tier} has no {arguments.op.name}; {wanted}", file=sys.stderr)
            return 2
        arguments.op = operations[arguments.op.name]
    for option, taking in (("sizes", ("dot",)), ("plot", ("dot", "exact"))):
        if getattr(arguments, option) and arguments.op.name not in taking:
            wanted = f"want --op {arguments.op.name} without it"
            print(f"onedot bench: --{option} is for {' and '.join(taking)}; {wanted}", file=sys.stderr)
            return 2
    for dtype in arguments.dtype or []:
        if dtype not in arguments.op.dtypes:
            types = f"--dtype {', '.join(arguments.op.dtypes)}" if arguments.op.dtypes else "it without --dtype"
            tier = "" if arguments.tier == "law" else f"--tier {arguments.tier} "
            print(f"onedot bench: {tier}{arguments.op.name} has no {dtype}; want {types}", file=sys.stderr)
            return 2
    if missing := _missing(arguments):
        print(f"onedot bench: {missing[0]} is not installed; want {missing[1]}", file=sys.stderr)
        return 2
    from onedot._benchmark.operations import WALKS
    from onedot._benchmark.report.table import Output

    console = Output(highlight=False)
    if arguments.op.name in WALKS:
        rows = _walk(arguments, console)
    else:
        rows = _measure(arguments, console)
        _conclude(rows, console, arguments.threads, arguments.tier)
    if arguments.json:
        from onedot._benchmark.report import json_report

        operation = arguments.op.name if arguments.tier == "law" else f"{arguments.tier} {arguments.op.name}"
        json_report.write(arguments.json, operation, rows, arguments.threads)
        console.print(f"The figures are in {arguments.json}.", markup=False)
    if arguments.plot:
        from onedot._benchmark.report import plot

        if arguments.op.name == "exact":
            plot.draw_errors(arguments.plot, rows, _in_use())
        else:
            plot.draw(arguments.plot, rows, _in_use(), arguments.threads)
        console.print(f"The picture is {arguments.plot}.", markup=False)
    return int(any(row.wrong and not row.wraps for row in rows))


def _missing(arguments: argparse.Namespace) -> tuple[str, str] | None:
    """A package that is needed and not there, and how to get it."""
    needs = [("rich", install("cli"))]
    if arguments.plot:
        needs.append(("matplotlib", install("plot")))
    if "bfloat16" in (arguments.dtype or []):
        needs.append(("ml_dtypes", "pip install ml_dtypes"))
    return next((need for need in needs if importlib.util.find_spec(need[0]) is None), None)


def _measure(arguments: argparse.Namespace, console: "Console") -> "list[Row]":
    """Every row, printed by case as it is measured."""
    from rich.progress import Progress

    from onedot._benchmark.measure import FULL, QUICK, measure
    from onedot._benchmark.one_thread import one_thread
    from onedot._benchmark.report import table

    contenders = arguments.op.contenders()  # loads the peers, so that their BLAS can be held to one thread
    effort = QUICK if arguments.quick else FULL
    cases = _cases(arguments)
    rows = []
    # Without a thread that redraws the bar, as it would disturb what is timed.
    bar = Progress(console=console, transient=True, auto_refresh=False, disable=not console.is_terminal)
    with one_thread(arguments.threads), bar:
        task = bar.add_task("", total=len(cases))
        for name, make_case in cases.items():
            bar.update(task, description=name, refresh=True)
            group = measure(make_case(), contenders, effort)
            table.show(console, table.details(group, _in_use()))
            rows += group
            bar.advance(task)
    return rows


def _walk(arguments: argparse.Namespace, console: "Console") -> "list[Row]":
    """The rows of all cells, a table of each function as it is measured, and what they say."""
    from itertools import groupby

    from onedot._benchmark.cells import behind
    from onedot._benchmark.one_thread import one_thread
    from onedot._benchmark.report import table
    from onedot._benchmark.report.summary import of_calls

    pairs = []
    with one_thread(arguments.threads):
        for name, cells in groupby(arguments.op.cells(), lambda cell: cell.function):
            raced = _raced(list(cells), arguments)
            shown = raced if arguments.op.below is None else [pair for pair in raced if _is_told(pair, arguments)]
            if shown:
                table.show(console, table.calls(shown, name))
            pairs += raced
    slower = sorted(filter(behind, pairs), key=lambda pair: pair.ahead or 0.0)
    if slower and arguments.op.below is None:
        table.show(console, table.calls(slower, "behind NumPy"))
    console.print(f"{table.CALLS_LEGEND}\n", style="dim")
    for sentence in of_calls(pairs, arguments.threads):
        console.print(sentence, markup=False)
    return [row for pair in pairs for row in (pair.onedot, pair.numpy) if row is not None]


def _raced(cells: "list[Cell]", arguments: argparse.Namespace) -> "list[Pair]":
    """The cells of a function; where only the slow ones are wanted, these again and for longer."""
    from onedot._benchmark.cells import BRIEF, FULL, QUICK, race

    quick = QUICK if arguments.quick else FULL
    if arguments.op.below is None:
        return [race(cell, quick) for cell in cells]
    first = [race(cell, BRIEF) for cell in cells]
    return [race(pair.cell, quick) if _is_told(pair, arguments) else pair for pair in first]


def _is_told(pair: "Pair", arguments: argparse.Namespace) -> bool:
    """Whether it is wrong, or slower than what is asked for."""
    return bool(pair.onedot.wrong) or (pair.ahead is not None and pair.ahead < arguments.op.below)


def _cases(arguments: argparse.Namespace) -> "dict[str, Callable[[], Case]]":
    """What makes each case that is asked for, by its name."""
    from onedot._benchmark.model import DTYPES

    operation = arguments.op
    dtypes = arguments.dtype or [dtype for dtype in DTYPES if dtype in operation.dtypes]
    if "bfloat16" in dtypes:
        importlib.import_module("ml_dtypes")  # by which NumPy knows the name
    sizes = arguments.sizes or (operation.quick_sizes if arguments.quick else operation.sizes)
    return {
        f"{dtype}, {label}": make_case
        for dtype in dtypes
        for label, make_case in operation.cases(dtype, tuple(sizes), not arguments.sizes).items()
    }


def _in_use() -> str:
    from onedot import levels

    return f"onedot {levels.current()}"


def _conclude(rows: "list[Row]", console: "Console", threads: int, tier: str) -> None:
    """The level in use against the rest, and what that says."""
    from onedot._benchmark.compare import by_case
    from onedot._benchmark.report import table
    from onedot._benchmark.report.summary import sentences

    groups = by_case(rows)
    of_tier = "" if tier == "law" else f", {tier} tier,"
    console.print(f"[bold]{_in_use()}{of_tier} against the rest[/]\n")
    for dtype in dict.fromkeys(group[0].case.dtype for group in groups):
        of_dtype = [group for group in groups if group[0].case.dtype == dtype]
        table.show(console, table.glance(of_dtype, _in_use()))
    console.print(f"{table.legend(rows)}\n", style="dim")
    for sentence in sentences(rows, _in_use(), threads):
        console.print(sentence, markup=False)
