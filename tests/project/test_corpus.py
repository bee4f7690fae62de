"""The corpus that `onedot verify` runs: made by integer arithmetic alone, and digested so that every bit counts."""

import ast
import hashlib
import math
from pathlib import Path

import numpy as np
import pytest

import onedot._corpus
from onedot._corpus import OPERATIONS, Draw, operation, verify
from onedot._corpus.narrow import ENDS

README = Path(__file__).parents[2] / "README.md"


def test_the_stream_is_splitmix64():
    draw = Draw("any name")
    draw._state = 0
    assert draw.bits(3).tolist() == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]


def test_a_stream_goes_on_where_it_stopped():
    whole, parts = Draw("a"), Draw("a")
    assert whole.bits(10).tolist() == [*parts.bits(3).tolist(), *parts.bits(7).tolist()]


def test_streams_of_two_names_differ():
    assert Draw("a").bits(1) != Draw("b").bits(1)


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "bfloat16"])
def test_drawn_floats_are_normal_and_fill_their_range_of_exponents(dtype):
    v = Draw("floats").floats(dtype, 1000, -5, 4)
    assert v.dtype.name == dtype or (dtype == "bfloat16" and v.dtype == np.float32)
    exponents = {math.frexp(float(a))[1] - 1 for a in v}
    assert exponents == set(range(-5, 5))
    assert {math.copysign(1.0, float(a)) for a in v} == {1.0, -1.0}


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int64", "uint64"])
def test_drawn_integers_reach_far_into_their_range(dtype):
    v = Draw("integers").integers(dtype, 1000)
    assert v.dtype == dtype
    assert int(v.max()) > np.iinfo(dtype).max * 0.9
    assert int(v.min()) < np.iinfo(dtype).min * 0.9 + np.iinfo(dtype).max * 0.1


def test_the_corpus_uses_no_random_library_and_no_mathematical_functions():
    for path in Path(onedot._corpus.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {getattr(node, "attr", None) or getattr(node, "id", None) for node in ast.walk(tree)}
        names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        assert not names & {"random", "default_rng", "math", "exp", "exp2", "log", "sin", "cos", "power", "ldexp"}, path


def test_rows_at_the_ends_of_int64_are_there_and_one_beyond():
    for _, (at_an_end, beyond), _, x in ENDS:
        result, next_one = (sum(a * b for a, b in zip(row, x, strict=True)) for row in (at_an_end, beyond))
        assert (result, next_one) in ((2**63 - 1, 2**63), (-(2**63), -(2**63) - 1))


def test_a_name_is_given_to_one_operation_only():
    with pytest.raises(ValueError, match="there is an operation 'dot float64' already; want a new name"):
        operation("dot float64")(lambda draw: iter(()))


def test_every_operation_is_published():
    assert verify.PUBLISHED_BY_OPERATION.keys() == OPERATIONS.keys()


def test_the_published_digest_is_in_the_readme():
    assert verify.PUBLISHED in README.read_text(encoding="utf-8")


def test_every_nan_is_digested_alike_and_any_other_bit_counts():
    payload = float(np.array(0x7FF8000000000001).view("f8"))
    assert verify.encode(math.nan) == verify.encode(-math.nan) == verify.encode(payload)
    others = [0.0, -0.0, 1.0, 1.0 + 2.0**-52, math.inf, -math.inf, 5e-324, 0, 1, -1, 2**70]
    assert len({verify.encode(value) for value in [*others, math.nan]}) == len(others) + 1


def test_arrays_are_digested_with_their_type_and_shape_and_whatever_their_byte_order():
    v = np.array([1.0, -0.0, math.nan, 2.0])
    same = [v, v.astype(">f8"), np.array([1.0, -0.0, -math.nan, 2.0]), np.repeat(v, 2)[::2]]
    other = [v.astype("f4"), v.reshape(2, 2), v[:3], np.array([1.0, 0.0, math.nan, 2.0]), np.array([1, 0, 0, 2])]
    assert len({verify.encode(a) for a in same}) == 1
    assert len({verify.encode(a) for a in [v, *other]}) == 1 + len(other)


def test_the_overall_digest_is_that_of_all_names_and_digests_in_order():
    expected = hashlib.sha256(b"a 1\nb 2\n").hexdigest()
    assert verify.overall({"b": "2", "a": "1"}) == expected == verify.overall({"a": "1", "b": "2"})


def test_a_difference_is_a_digest_that_changed_or_came_or_went(monkeypatch):
    monkeypatch.setattr(verify, "PUBLISHED_BY_OPERATION", {"same": "1", "changed": "1", "gone": "1"})
    assert verify.differences({"same": "1", "changed": "2", "new": "1"}) == ["changed", "gone", "new"]
