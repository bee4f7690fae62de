"""vecdot along any axis is vecdot along the last of the arrays with that axis moved there."""

import numpy as np
import pytest

import onedot
from onedot import exact
from onedot._reference.law import BLOCK
from support.bits import array_bits
from support.cells import in_one_test
from support.rows import LAYOUTS, numbers

every_tier = in_one_test("tier", [onedot, exact], ids=["plain", "exact"])
SHAPES = [((3, 4, 5), (3, 4, 5)), ((33, 2, 9), (33, 1, 9)), ((7, 7), (2, 7, 7)), ((2, 0, 3), (2, 0, 3)), ((6,), (6,))]


@every_tier
@in_one_test("dtype", ["float64", "float32", "float16", "int8", "bool"])
@in_one_test(("one", "other"), SHAPES, ids=str)
def test_any_axis_is_summed_over_as_the_last_one_is(level, tier, dtype, one, other):
    X, Y = (numbers(*shape, dtype=dtype, seed=seed) for seed, shape in enumerate((one, other)))
    least = min(X.ndim, Y.ndim)
    for axis in range(-least, least if X.ndim == Y.ndim else 0):
        if X.shape[axis] != Y.shape[axis]:
            continue
        last = [np.ascontiguousarray(np.moveaxis(v, axis, -1)) for v in (X, Y)]
        wanted = tier.vecdot(*last)
        for lay_out in LAYOUTS.values() if np.dtype(dtype).kind == "f" else (np.asfortranarray, np.ascontiguousarray):
            assert array_bits(np.asarray(tier.vecdot(lay_out(X), Y, axis=axis))) == array_bits(np.asarray(wanted))
        assert type(tier.vecdot(X, Y, axis=np.int8(axis))) is type(wanted)
        out = np.empty(wanted.shape, wanted.dtype)
        assert tier.vecdot(X, Y, axis=axis, out=out) is out
        assert array_bits(out) == array_bits(np.asarray(wanted))


@every_tier
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_columns_with_columns_are_dots_of_any_length(compiled_level, tier, dtype):
    """As many as go side by side and more, of no, one and several blocks."""
    sizes = [(7, 31), (8, 1), (9, 32), (64, 33), (65, 100), (130, 70), (9, BLOCK), (70, BLOCK + 1), (8, 2 * BLOCK + 35)]
    for m, n in sizes:
        X, Y = numbers(2, n, m, dtype=dtype, seed=1), numbers(n, m, dtype=dtype, seed=2)
        for y in (Y, Y[:, ::-1], Y[::-1], Y[:1].repeat(n, 0), np.broadcast_to(Y[:1], Y.shape)):
            wanted = tier.vecdot(*(np.ascontiguousarray(v.swapaxes(-1, -2)) for v in (X, y)))
            assert array_bits(tier.vecdot(X, y, axis=-2)) == array_bits(wanted), (m, n)
            out = np.empty((2, 2 * m), dtype)[:, ::-2]
            assert array_bits(tier.vecdot(X, y, axis=-2, out=out).copy()) == array_bits(wanted), (m, n)


@pytest.mark.skipif(not hasattr(np, "vecdot"), reason="NumPy has this function since 2.0")
def test_axes_are_counted_as_in_numpy(level):
    X, Y = np.arange(24).reshape(2, 3, 4), np.arange(12).reshape(3, 4)
    for axis in (-2, -1):
        assert onedot.vecdot(X, Y, axis=axis).tolist() == np.vecdot(X, Y, axis=axis).tolist()
    square = np.arange(9).reshape(3, 3)
    for axis in (-2, -1, 0, 1):
        assert (
            onedot.vecdot(square, square + 1, axis=axis).tolist() == np.vecdot(square, square + 1, axis=axis).tolist()
        )


REFUSED = [
    (2, ValueError, "vecdot: axis is 2, X has shape (3, 4); want -2 to 1"),
    (-3, ValueError, "vecdot: axis is -3, X has shape (3, 4); want -2 to 1"),
    (1, ValueError, "vecdot: axis is 1, Y has shape (3,); want -1 to 0"),
    (10**40, ValueError, "vecdot: axis is an integer of 133 bits, X has shape (3, 4); want -2 to 1"),
    (None, TypeError, "vecdot: axis is None; want an integer"),
    (0.0, TypeError, "vecdot: axis is 0.0; want an integer"),
    ("0", TypeError, "vecdot: axis is '0'; want an integer"),
    (True, TypeError, "vecdot: axis is True; want an integer"),
    ((0,), TypeError, "vecdot: axis is (0,); want an integer"),
]


@every_tier
@pytest.mark.parametrize(("axis", "error", "words"), REFUSED)
def test_what_is_no_axis_is_refused(level, tier, axis, error, words):
    with pytest.raises(error) as caught:
        tier.vecdot(np.ones((3, 4)), np.ones(3), axis=axis)
    assert str(caught.value) == words


@every_tier
def test_vectors_that_do_not_fit_are_refused_in_words_of_their_axis(level, tier):
    with pytest.raises(ValueError, match="vectors along axis 0 of X have 3 elements, of Y 2; want as many of both"):
        tier.vecdot(np.ones((3, 2)), np.ones((2, 2)), axis=0)
    with pytest.raises(ValueError, match=r"X has other axes \(2,\), Y \(3,\); want axes that broadcast"):
        tier.vecdot(np.ones((3, 2)), np.ones((3, 3)), axis=0)


class Axis:
    """An axis that changes an operand when it is read."""

    def __init__(self, operand):
        self.operand = operand

    def __index__(self):
        self.operand.shape = (4, 3)
        return 0


def test_an_axis_is_read_before_the_operands(level):
    X, Y = np.arange(12.0).reshape(3, 4), np.ones((4, 3))
    assert onedot.vecdot(X, Y, axis=Axis(X)).tolist() == [18.0, 22.0, 26.0]
