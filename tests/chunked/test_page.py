"""What the page on Dask and the docstrings show is what happens."""

import doctest
import importlib
from pathlib import Path

import numpy as np
import pytest

import onedot
from onedot import levels
from onedot.levels.table import REFERENCE

da = pytest.importorskip("dask.array")

PAGE = Path(__file__).resolve().parents[2] / "docs" / "dask.md"


def test_every_example_in_a_docstring_is_true(level):
    found = doctest.testmod(importlib.import_module("onedot.dask"), extraglobs={"onedot": onedot, "np": np, "da": da})
    assert (found.failed, found.attempted > 8) == (0, True)


@pytest.mark.skipif(not PAGE.exists(), reason="the docs are not here")
@pytest.mark.skipif(levels.current() == REFERENCE, reason="the page's matrices take a while in pure Python")
def test_the_examples_of_the_page_are_true():
    pytest.importorskip("distributed")
    shown = doctest.testfile(str(PAGE), module_relative=False)
    assert (shown.failed, shown.attempted > 30) == (0, True)
