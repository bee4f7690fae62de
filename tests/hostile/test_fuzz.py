"""Calls made of arbitrary bytes: every level makes the same of them, number or error."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support import fuzz


@settings(max_examples=400)
@given(st.binary(min_size=8, max_size=64))
def test_every_level_makes_the_same_of_any_bytes(data):
    fuzz.check(data)


# What was found, and what looks as if it might find something.
CSR_OVERFLOW = bytes.fromhex(
    "f15cba40baaf90ddc52d73d410d9090f5b0aca5addaa59601da3f88d4a8fa94a"
    "aac87696269e763dbdc340cab2468c425858ce20b36264643d95fba9b7a4b2d1"
)
FOUND = [b"", b"\0" * 64, b"\xff" * 64, bytes(range(64)), bytes(range(255, 191, -1)), CSR_OVERFLOW]


@pytest.mark.parametrize("data", FOUND, ids=bytes.hex)
def test_what_was_found_stays_mended(data):
    fuzz.check(data)
