"""What the page on text shows is what happens: pipelines, searches, routing, calibration, threads, pickles, streams."""

import doctest
from pathlib import Path

import pytest

pytest.importorskip("sklearn")

from onedot import levels
from onedot.levels.table import REFERENCE

PAGE = Path(__file__).resolve().parents[2] / "docs" / "text.md"


@pytest.mark.skipif(not PAGE.exists(), reason="the docs are not here")
@pytest.mark.skipif(levels.current() == REFERENCE, reason="the page's grids of fits take ten minutes in pure Python")
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")  # what modules' attributes say
def test_the_examples_of_the_page_on_text_are_true():
    shown = doctest.testfile(str(PAGE), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert shown.failed == 0
    assert shown.attempted >= 50
