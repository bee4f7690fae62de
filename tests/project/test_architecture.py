"""The rooms of src/onedot import what stands below them, and nothing below imports the package's root."""

import re
import runpy
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GATHERED = {"__main__.py", "_commands", "_benchmark", "_corpus"}  # which run what users import


@pytest.fixture(scope="module")
def drawing():
    pytest.importorskip("matplotlib")
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        return runpy.run_path(str(ROOT / "docs/draw_architecture.py"))
    finally:
        sys.path.remove(str(ROOT / "docs"))


def test_every_room_is_drawn(drawing):
    source = ROOT / "src/onedot"
    rooms = {path.name.removesuffix(".py") for path in source.iterdir() if path.is_dir() or path.suffix == ".py"}
    assert {name for row in drawing["ROWS"] for name in row} == rooms - {"__init__", "__pycache__"}


def test_no_arrow_points_up(drawing):
    places = [name for row in drawing["ROWS"] for name in row]
    found = drawing["arrows"]()
    assert len(found) > 20
    assert [(a, b) for a, b in found if places.index(a) > places.index(b)] == []


def test_nothing_below_imports_the_root():
    source = ROOT / "src/onedot"
    found = [
        path.relative_to(source).as_posix()
        for path in source.rglob("*.py")
        if path.relative_to(source).parts[0] not in GATHERED and re.search(r"^import onedot", path.read_text(), re.M)
    ]
    assert found == []
