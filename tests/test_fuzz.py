"""Calls made of arbitrary bytes: every level makes the same of them, number or error, and believes no lies."""

import fuzz
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize("name", fuzz.FUZZERS)
def test_every_level_makes_the_same_of_any_bytes(name):
    @settings(max_examples=250)
    @given(st.binary(min_size=8, max_size=fuzz.LENGTH))
    def check(data):
        fuzz.FUZZERS[name](data)

    check()


# What was found, and what looks as if it might find something.
ANY = (b"", b"\0" * 64, b"\xff" * 64, bytes(range(64)), bytes(range(128)), bytes(range(255, 191, -1)))
