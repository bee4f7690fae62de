"""The page on search does what it says."""

import doctest
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "search.md"


@pytest.mark.skipif(not PAGE.exists(), reason="the docs are not here")
def test_the_page_on_search(tmp_path):
    test = doctest.DocTestParser().get_doctest(PAGE.read_text("utf-8"), {"folder": tmp_path}, PAGE.name, None, 0)
    runner = doctest.DocTestRunner()
    runner.run(test)
    assert runner.summarize(verbose=False).failed == 0
    assert len(test.examples) > 15
