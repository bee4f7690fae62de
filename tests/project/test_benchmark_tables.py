"""What `onedot bench` shows: whole figures in tables that fit 80 columns, and pictures that tell contenders apart."""

import io
import itertools
from functools import lru_cache

import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

from onedot import levels
from onedot._benchmark.compare import by_case, named, quickest
from onedot._benchmark.measure import Effort, Row, measure
from onedot._benchmark.model import Contender
from onedot._benchmark.operations import OPERATIONS
from onedot._benchmark.peers import installed
from onedot._benchmark.report import formatting, plot, table
from support.cells import in_one_test

IN_USE = f"onedot {levels.current()}"
SMALL = {
    "dot": 4,
    "matvec": (3, 20),
    "vecmat": (20, 3),
    "matmul": (3, 20, 5),
    "layer": (3, 5, 20),
    "vecdot": (5, 7),
    "activation": ("exp", 40),
    "geometry": ("norm", 5, 7),
    "units": ("tanh", 3, 5, 20),
    "perceptron": (30, 5),
    "drop-in": (40, 5),
    "sparse": (30, 50, 5),
    "logistic": (40, 3),
    "search": (40, 8, 2, 3),
    "exact": 1,
}
every_table = in_one_test(
    ("name", "dtype"),
    [
        (name, dtype)
        for name, operation in OPERATIONS.items()
        for dtype in operation.dtypes
        if dtype != "bfloat16" or installed("ml_dtypes")
    ],
)


@lru_cache
def rows_of(name, dtype, seconds):
    """Rows of all cases of an operation as if they had been measured, with figures that take as much room as any."""
    operation = OPERATIONS[name]
    make_case = next(iter(operation.cases(dtype, (SMALL[name],), False).values()))
    example, contenders, rows = make_case(), operation.contenders(), []
    for label in operation.cases(dtype, operation.sizes, True):
        real = "digits n: pixels of digits." if label.startswith("digits") else ""
        case = example._replace(label=label, elements=10**7, real=real)
        for contender in (c for c in contenders if c.competes_in(case)):
            times = [seconds / (1 + (contender.kind == "level")), seconds]
            rows.append(Row(contender, case, 0.0, ulps=4.5e15, seconds=times))
    return rows


def printed(columns, *tables):
    """The lines that a file or pipe gets if the terminal has so many columns."""
    file = io.StringIO()
    for each in tables:
        table.show(table.Output(file=file, highlight=False, width=columns), each)
    return file.getvalue().splitlines()


@in_one_test("columns", [80, 60])
@in_one_test("seconds", [9.994e-3, 999.4e-9])
@every_table
def test_every_figure_is_shown_whole_and_80_columns_are_enough(name, dtype, seconds, columns):
    groups = by_case(rows_of(name, dtype, seconds))
    lines = printed(columns, table.details(groups[0], IN_USE), table.glance(groups, IN_USE))
    assert max(map(len, lines)) <= 80
    for group, line in zip(groups, lines[-1 - len(groups) : -1], strict=True):
        row, peer = named(group, IN_USE), quickest(group, "peer")
        figures = (formatting.time(row.least), formatting.time(row.median), formatting.rate(row), "4e+15")
        first, last = f"{row.case.label} {' '.join(figures)}".split(), peer.contender.name.split()
        assert (line.split()[: len(first)], line.split()[-len(last) :]) == (first, last)
    for row, line in zip(groups[0], lines[2:], strict=False):
        assert line.split()[-1] == "4e+15"
        assert " ".join(line.split()).startswith(f"{row.contender.name} {formatting.time(row.least)} ")


@every_table
def test_the_legend_explains_what_is_shown_and_nothing_else(name, dtype):
    rows = rows_of(name, dtype, 1e-3)
    heads = printed(80, table.glance(by_case(rows), IN_USE))[0]
    legend = table.legend(rows)
    for head in ("el/ns", "GFLOP/s", "× naive", "× peer", "ulps", "× i64", rows[0].case.words.head or "× NumPy"):
        assert (f"{head}:" in legend or f"{head}," in legend) == (head in heads), head
    assert ("digits n:" in legend) == any(row.case.label.startswith("digits") for row in rows)


def test_the_legend_names_whom_a_column_compares_with():
    for name, dtype, words in (
        ("perceptron", "float64", "× naive, × peer: how many times as fast as naive Python, as the quickest peer."),
        ("dot", "float32", "× np.dot, × peer: how many times as fast as naive Python, as np.dot, as the quickest"),
        ("dot", "int8", "× i64, × peer: how many times as fast as naive Python, as np.dot i64, as the quickest"),
    ):
        assert words in table.legend(rows_of(name, dtype, 1e-3))


def test_the_legend_explains_the_columns_of_every_type():
    legend = table.legend([row for dtype in ("float32", "int8") for row in rows_of("dot", dtype, 1e-3)])
    assert "× np.dot, × i64, × peer: how many times as fast as naive Python, as np.dot, as np.dot i64, as" in legend


def test_every_real_case_says_what_it_is():
    for name, label in (("dot", "digits 64"), ("matvec", "digits"), ("layer", "digits")):
        case = OPERATIONS[name].cases("float64", (SMALL[name],), True)[label]()
        assert "images of handwritten" in case.real


def test_calls_that_take_long_are_repeated_less_often_but_twice():
    (make_case,) = OPERATIONS["dot"].cases("float64", (100,), False).values()
    short = Contender("short", "peer", {"float64": np.dot}, {"float64": "float64"})
    effort = Effort(repeats=6, seconds=1e-5, longest=0.0)
    assert [len(row.seconds) for row in measure(make_case(), [short], effort)] == [2]
    assert [len(row.seconds) for row in measure(make_case(), [short], effort._replace(longest=60.0))] == [6]


def contenders_of_dot():
    return [contender.name for contender in OPERATIONS["dot"].contenders()]


def lab(colour):
    """A colour in CIE Lab, where distances are about what one sees (D65)."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ linear
    x, y, z = np.cbrt(xyz / [0.9505, 1.0, 1.089])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_no_two_contenders_have_nearly_one_colour():
    assert set(contenders_of_dot()) <= set(plot.COLOURS)
    for (one, colour), (other, near) in itertools.combinations(plot.COLOURS.items(), 2):
        assert np.linalg.norm(lab(colour) - lab(near)) > 25, (one, other)
    assert all(np.linalg.norm(lab(colour) - lab("white")) > 25 for colour in plot.COLOURS.values())


@pytest.fixture
def drawn(monkeypatch, tmp_path):
    """drawn(rows, in_use): the figure that would be saved."""
    saved = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, *_, **__: saved.append(figure))

    def draw(rows, in_use):
        plot.draw(tmp_path / "picture.png", rows, in_use)
        return saved.pop()

    return draw


def test_one_length_is_drawn_as_bars_each_with_its_time(drawn):
    rows = [row for row in rows_of("dot", "float64", 1e-3) if row.case.label == "64"]
    (axes,) = drawn(rows, IN_USE).axes
    assert len(axes.patches) == len(rows)
    assert sorted(text.get_text() for text in axes.texts) == sorted(formatting.time(row.least) for row in rows)
    assert {label.get_text() for label in axes.get_yticklabels()} == {row.contender.name for row in rows}


@pytest.mark.parametrize("name", levels.runnable())
def test_the_level_in_use_is_the_solid_line_among_the_levels(drawn, name):
    rows = [row for row in rows_of("dot", "float64", 1e-3) if row.case.label in ("64", "1024")]
    rows = [Row(row.contender, row.case._replace(elements=int(row.case.label)), seconds=row.seconds) for row in rows]
    figure = drawn(rows, f"onedot {name}")
    for axes in figure.axes:
        lines = {line.get_label(): line for line in axes.lines}
        solid = {label for label in lines if label.startswith("onedot ") and lines[label].get_linestyle() == "-"}
        assert solid == {f"onedot {name}"}
        assert len({to_hex(lines[row.contender.name].get_color()) for row in rows}) == len(set(contenders_of_float64()))


def contenders_of_float64():
    return [c.name for c in OPERATIONS["dot"].contenders() if "float64" in c.functions]
