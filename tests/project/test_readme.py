"""What the README shows is what happens."""

import doctest
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"


def test_the_examples_of_the_readme_are_true(level):
    shown = doctest.testfile(str(README), module_relative=False)
    assert shown.failed == 0
    assert shown.attempted >= 8


def test_the_readme_holds_the_two_commands():
    text = README.read_text(encoding="utf-8")
    assert 'pip install ".[bench]" && onedot bench\n' in text
    assert 'pip install ".[test]" && pytest\n' in text
