"""The page on search does what it says."""

import doctest
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "search.md"


@pytest.mark.skipif(not PAGE.exists(), reason="the docs are not here")
def test_the_page_on_search():
    shown = doctest.testfile(str(PAGE), module_relative=False)
    assert shown.failed == 0
    assert shown.attempted > 15
