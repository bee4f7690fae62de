"""The tests' own tables: a cell that fails fails the test, and every such cell is named."""

import inspect

import pytest

from support.cells import in_one_test


def test_every_cell_is_tried_and_all_that_fail_are_named():
    tried = []

    @in_one_test("a", [1, 2])
    @in_one_test(("b", "c"), [(0, 1), (5, 6)], ids=str)
    def table(level, a, b, c):
        tried.append((level, a, b, c))
        assert a + b < 3, "too large"

    assert list(inspect.signature(table).parameters) == ["level"]
    with pytest.raises(AssertionError) as failed:
        table(level="any")
    assert tried == [("any", a, b, c) for a in (1, 2) for b, c in ((0, 1), (5, 6))]
    assert str(failed.value).count("5-6: AssertionError: too large") == 2
    assert "0-1:" not in str(failed.value)


def test_a_cell_that_should_raise_and_does_not_fails():
    @in_one_test("text", ["1", "one"], ids=["a number", "none"])
    def table(text):
        with pytest.raises(ValueError, match="invalid"):
            int(text)

    with pytest.raises(AssertionError, match=r"1 of 2 cells\na number: Failed: DID NOT RAISE"):
        table()


def test_what_is_skipped_does_not_hide_what_fails():
    def table(a):
        if a == 1:
            pytest.skip("not here")
        assert a != 3

    with pytest.raises(AssertionError, match="1 of 3 cells"):
        in_one_test("a", [1, 2, 3])(table)()
    with pytest.raises(pytest.skip.Exception, match="1 of 2 cells\n1: Skipped: not here"):
        in_one_test("a", [1, 2])(table)()
