"""`onedot bench --op cliffs`: every function by dtype and layout, right before it is timed; slow ones are told."""

import pytest

from onedot.__main__ import main
from onedot._benchmark import operations
from onedot._benchmark.cells import race
from onedot._benchmark.measure import Effort
from onedot._benchmark.operations.cliffs import CLIFFS, LAYOUTS, SIZES, TYPES, cells

BRIEFLY = Effort(repeats=2, seconds=1e-6, longest=0.0)
EVERY = list(cells((4,)))
FUNCTIONS = list(dict.fromkeys(cell.function for cell in EVERY))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_both_calls_are_right_and_timed(function):
    for cell in (cell for cell in EVERY if cell.function == function):
        pair = race(cell, BRIEFLY)
        for row in (pair.onedot, pair.numpy):
            assert (row.wrong, len(row.seconds)) == (None, 2), (cell.label, row.contender.name)


def test_all_tiers_types_layouts_and_sizes_are_walked():
    forms = {cell.form for cell in EVERY if cell.function == "matvec"}
    single = {f"{dtype}, {layout}" for dtype in ("int8", "bool") for layout in ("misaligned", "byte-swapped")}
    unlisted = {f"{dtype}, list" for dtype in ("float32", "float16", "int8", "mixed")}
    assert forms == {f"{dtype}, {layout}" for dtype in TYPES for layout in LAYOUTS} - single - unlisted
    assert {"matvec", "single.matvec", "exact.matvec", "top_k", "softmax", "cosine", "Layer"} <= set(FUNCTIONS)
    assert {cell.size for cell in cells()} == set(SIZES)


def cell_of(function, form):
    return next(cell for cell in EVERY if (cell.function, cell.form) == (function, form))


def test_the_command_tells_of_slow_and_of_wrong_cells_alone(monkeypatch, capsys):
    slow = cell_of("vecdot", "float64, C")._replace(call="[vecdot(x, y) for _ in range(500)][0]")
    wrong = cell_of("norm", "float64, C")._replace(call="norm(x) + 1")
    some = [cell_of("dot", "float64, C")._replace(numpy="[np.dot(x, y) for _ in range(500)][0]"), slow, wrong]
    monkeypatch.setitem(operations.WALKS, "cliffs", CLIFFS._replace(cells=lambda: iter(some)))
    assert main(["bench", "--op", "cliffs", "--quick"]) == 1
    text = capsys.readouterr().out
    assert "vecdot, float64, C" in text
    assert "WRONG" in text
    assert "dot, float64, C" not in text.replace("vecdot", "")
