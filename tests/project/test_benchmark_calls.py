"""`onedot bench --op calls`: every form of every function, right before it is timed, and marked where it is slow."""

import io
import itertools
import json

import pytest

from onedot.__main__ import main
from onedot._benchmark import operations
from onedot._benchmark.cells import PLAIN, behind, race
from onedot._benchmark.measure import Effort
from onedot._benchmark.operations.calls import CALLS, SIZES, cells
from onedot._benchmark.report import table
from onedot._benchmark.report.summary import of_calls

BRIEFLY = Effort(repeats=2, seconds=1e-6, longest=0.0)
EVERY = list(cells())
FUNCTIONS = list(dict.fromkeys(cell.function for cell in EVERY))


def cell_of(function, form, size=4):
    return next(cell for cell in EVERY if (cell.function, cell.form, cell.size) == (function, form, size))


def timed(cell, onedot, numpy):
    """The pair as if each call had taken so many seconds."""
    pair = race(cell, BRIEFLY)
    pair.onedot.seconds[:] = [onedot]
    if pair.numpy:
        pair.numpy.seconds[:] = [numpy]
    return pair


@pytest.mark.parametrize("function", FUNCTIONS)
def test_both_calls_are_right_and_timed_in_every_form_and_size(function, level):
    for cell in (cell for cell in EVERY if cell.function == function and (cell.size == 4 or level != "reference")):
        pair = race(cell, BRIEFLY)
        assert pair.onedot.contender.name == f"onedot {level}"
        for row in filter(None, (pair.onedot, pair.numpy)):
            assert (row.wrong, len(row.seconds)) == (None, 2), (cell.label, row.contender.name)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_has_every_form_in_every_size_and_a_plain_one(function):
    own = [(cell.form, cell.size) for cell in EVERY if cell.function == function]
    forms = dict.fromkeys(form for form, _ in own)
    assert own == list(itertools.product(forms, SIZES))
    assert PLAIN in forms


def test_the_forms_are_those_in_which_people_call():
    forms = {cell.form for cell in EVERY}
    assert forms >= {"out=", "keepdims=", "stack", "broadcast", "lists", "list of arrays", "backwards", "transposed"}
    assert forms >= {"float16", "float32", "float32, float64", "float64, int64", "float64, bool", "bool"}


@pytest.mark.parametrize("wrong", ["dot(x, y) + 1e-9", "vecdot([x, x], y)", "dot(x, y) * float('nan')"])
def test_a_wrong_result_is_not_timed(wrong):
    pair = race(cell_of("dot", PLAIN)._replace(call=wrong), BRIEFLY)
    assert pair.onedot.wrong
    assert pair.onedot.seconds == []
    assert pair.ahead is None
    assert pair.numpy.seconds
    assert not behind(pair)


def test_an_integer_that_is_off_by_one_is_wrong():
    assert race(cell_of("dot", "int64")._replace(numpy="np.dot(x, y) + 1"), BRIEFLY).numpy.wrong


def test_what_changes_in_place_is_checked_too():
    cell = cell_of("update, wrong", PLAIN)
    assert race(cell, BRIEFLY).onedot.wrong is None
    assert race(cell._replace(call="update(w, x, -y)"), BRIEFLY).onedot.wrong


def test_a_cell_without_a_rival_is_neither_ahead_nor_behind():
    pair = race(cell_of("exact.dot", PLAIN), BRIEFLY)
    assert (pair.numpy, pair.ahead, behind(pair)) == (None, None, False)


def test_the_table_marks_what_is_slower_than_numpy_in_80_columns():
    pairs = [timed(cell, 999.4e-6, 999.3e-6 if cell.size == 4 else 999.5e-6) for cell in EVERY]
    file = io.StringIO()
    table.show(table.Output(file=file, highlight=False, width=80), table.calls(pairs, "Hyperplane.distance"))
    lines = file.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    for pair, line in zip(pairs, lines[2:-1], strict=True):
        assert line.startswith(f"{pair.cell.function}, {pair.cell.form} ")
        assert line.endswith("behind") == (pair.numpy is not None and pair.cell.size == 4)
        assert f" {pair.cell.size} " in line


def test_the_summary_counts_cells_and_takes_the_median_of_plain_ones():
    plain = [timed(cell_of(name, PLAIN), 1e-6, seconds) for name, seconds in (("dot", 2e-6), ("exp", 9e-6))]
    other = [timed(cell_of("dot", "lists"), 1e-6, 0.5e-6), timed(cell_of("exact.dot", PLAIN), 1e-6, 0)]
    text = " ".join(of_calls(plain + other))
    assert "2 cells are ahead of NumPy, 1 behind; the median of plain cells is 5.50 times as fast." in text
    assert "All 7 results were checked" in text


@pytest.fixture
def few_cells(monkeypatch):
    some = [cell_of("dot", PLAIN), cell_of("exact.dot", PLAIN)]
    monkeypatch.setitem(operations.WALKS, "calls", CALLS._replace(cells=lambda: iter(some)))
    return some


def test_the_command_prints_the_cells_and_keeps_the_figures(few_cells, tmp_path, capsys):
    figures = tmp_path / "figures.json"
    assert main(["bench", "--op", "calls", "--quick", "--json", str(figures)]) == 0
    text = capsys.readouterr().out
    for shown in ("dot, plain", "exact.dot, plain", "median of plain cells"):
        assert shown in text
    record = json.loads(figures.read_text(encoding="utf-8"))
    kept = [(row["contender"].split()[0], row["case"], row["elements"]) for row in record["rows"]]
    assert kept == [("onedot", "dot, plain, 4", 4), ("NumPy", "dot, plain, 4", 4), ("onedot", "exact.dot, plain, 4", 4)]
    assert all(0 < row["least"] <= row["median"] for row in record["rows"])


def test_the_command_fails_where_onedot_is_wrong(few_cells, capsys):
    few_cells[0] = few_cells[0]._replace(call="dot(x, y) + 1")
    assert main(["bench", "--op", "calls", "--quick"]) == 1
    assert "WRONG" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("option", "wanted"),
    [("--sizes 4", "it"), ("--plot p.png", "it"), ("--dtype float32", "calls has no float32; want it without --dtype")],
)
def test_the_command_refuses_what_has_no_sense_for_calls(option, wanted, capsys):
    assert main(["bench", "--op", "calls", *option.split()]) == 2
    assert wanted in capsys.readouterr().err
