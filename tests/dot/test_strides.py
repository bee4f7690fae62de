"""A dot of elements that lie apart, backwards, misaligned or all in one place is that of copies side by side."""

import numpy as np
from numpy.lib.stride_tricks import as_strided

import onedot
from support.bits import bits
from support.cells import in_one_test
from support.samples import lying_at, vector

both_dtypes = in_one_test("dtype", ["float64", "float32"])

LENGTHS = (1, 2, 3, 4, 7, 8, 9, 31, 32, 33, 63, 64, 65, 100, 511, 513, 4095, 4096, 4097, 8229)


def _bytes_apart(v, step):
    """v with its elements `step` bytes apart, which is no multiple of their size."""
    room = np.zeros(v.size * step, np.uint8)
    view = as_strided(room[: v.itemsize].view(v.dtype), v.shape, (step,))
    view[:] = v
    return view


WAYS = {
    "side by side": lambda v: v,
    "every other": lambda v: np.repeat(v, 2)[::2],
    "every third, backwards": lambda v: np.repeat(v[::-1], 3)[::-3],
    "backwards": lambda v: np.ascontiguousarray(v[::-1])[::-1],
    "misaligned": lambda v: lying_at(v, 1),
    "bytes apart": lambda v: _bytes_apart(v, v.itemsize + 3),
}


@both_dtypes
@in_one_test("n", LENGTHS)
def test_where_elements_lie_changes_no_bit(compiled_level, n, dtype):
    x, y = vector(n, dtype, 1), vector(n, dtype, 2)
    expected = bits(onedot.dot(x, y))
    for way, lay_out in WAYS.items():
        for other, lay_out_other in WAYS.items():
            assert bits(onedot.dot(lay_out(x), lay_out_other(y))) == expected, (way, other)


@both_dtypes
@in_one_test("n", LENGTHS)
def test_one_number_may_stand_for_every_element(compiled_level, n, dtype):
    x, same = vector(n, dtype, 1), np.full(n, 0.1, dtype)
    shared = np.broadcast_to(same[:1], n)
    for way, lay_out in WAYS.items():
        assert bits(onedot.dot(lay_out(x), shared)) == bits(onedot.dot(x, same)), way
        assert bits(onedot.dot(shared, lay_out(x))) == bits(onedot.dot(x, same)), way
    assert bits(onedot.dot(shared, shared)) == bits(onedot.dot(same, same))


@both_dtypes
def test_what_lies_between_elements_changes_nothing(compiled_level, dtype):
    for n in (1, 5, 32, 100):
        x, y = vector(n, dtype, 1), vector(n, dtype, 2)
        room = np.full((n, 3), np.nan, dtype)
        room[:, 1] = x
        assert bits(onedot.dot(room[:, 1], y)) == bits(onedot.dot(x, y))
        assert bits(onedot.dot(y, room[::-1, 1][::-1])) == bits(onedot.dot(x, y))
