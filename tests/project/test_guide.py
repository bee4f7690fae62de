"""What the guide shows is what happens, and its pictures are those that its command draws."""

import doctest
import re
import runpy
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
GUIDE = DOCS / "guide.md"

pytestmark = pytest.mark.skipif(not GUIDE.exists(), reason="the docs are not here")


def test_the_examples_of_the_guide_are_true(level):
    pytest.importorskip("matplotlib")
    shown = doctest.testfile(str(GUIDE), module_relative=False)
    assert shown.failed == 0
    assert shown.attempted >= 40


def test_every_section_has_code_and_a_picture_with_a_description():
    sections = re.split(r"^## ", GUIDE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert len(sections) >= 7
    for section in sections:
        assert "```python\n>>> " in section, section.splitlines()[0]
        assert re.search(r"!\[[^\]]{20,}\]\(pictures/[a-z-]+\.svg\)", section), section.splitlines()[0]


def test_the_command_draws_every_picture_of_the_guide_the_same_each_time(tmp_path):
    pytest.importorskip("matplotlib")
    draw = runpy.run_path(str(DOCS / "draw_guide.py"))["main"]
    for folder in ("once", "again"):
        (tmp_path / folder).mkdir()
        draw(tmp_path / folder)
    drawn = {path.name: path.read_bytes() for path in (tmp_path / "once").iterdir()}
    assert drawn == {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()}
    assert all(b"<svg" in picture and b"<dc:date>" not in picture for picture in drawn.values())
    shown = re.findall(r"\(pictures/([a-z-]+\.svg)\)", GUIDE.read_text(encoding="utf-8"))
    kept = {path.name for path in (DOCS / "pictures").glob("*.svg")} - {"architecture.svg", "exact-errors.svg"}
    assert sorted(shown) == sorted(drawn) == sorted(kept)
