"""What the page on learning from dask arrays and the estimators' docstrings show is what happens."""

import doctest
import importlib
from pathlib import Path

import pytest

import onedot
from onedot import levels
from onedot.levels.table import REFERENCE

pytest.importorskip("dask.array")
pytest.importorskip("sklearn")

PAGE = Path(__file__).resolve().parents[2] / "docs" / "dask-learning.md"


@pytest.mark.parametrize("name", ["perceptron", "logistic"])
def test_every_example_in_a_docstring_is_true(name):
    importlib.import_module("onedot.dask")
    found = doctest.testmod(importlib.import_module(f"onedot.dask.{name}"), extraglobs={"onedot": onedot})
    assert (found.failed, found.attempted > 3) == (0, True)


@pytest.mark.skipif(not PAGE.exists(), reason="the docs are not here")
@pytest.mark.skipif(levels.current() == REFERENCE, reason="the page's fits take a while in pure Python")
def test_the_examples_of_the_page_are_true():
    shown = doctest.testfile(str(PAGE), module_relative=False)
    assert (shown.failed, shown.attempted > 20) == (0, True)
