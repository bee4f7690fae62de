"""Calls made of arbitrary bytes: every level makes the same of them, number or error."""

import fuzz
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


@settings(max_examples=400)
@given(st.binary(min_size=8, max_size=64))
def test_every_level_makes_the_same_of_any_bytes(data):
    fuzz.check(data)


# What looks as if it might find something.
FOUND = [b"", b"\0" * 64, b"\xff" * 64, bytes(range(64)), bytes(range(255, 191, -1))]


@pytest.mark.parametrize("data", FOUND)
def test_what_was_found_stays_mended(data):
    fuzz.check(data)
