"""An out that shares memory with the inputs gets the answer as if they had been copied, wherever it lies."""

import numpy as np
import pytest

import onedot
from support.bits import array_bits
from support.cells import in_one_test
from support.rows import stack

M, N = 3, 5
BOTH = in_one_test("dtype", ["float64", "float32"])
STEPS = (1, -1, 2, -2, 3)


def arranged(room, shape, offset, strides):
    """A view of a vector, from element `offset` on, `strides` elements apart; None where it would leave the vector."""
    reaches = [step * (size - 1) for size, step in zip(shape, strides, strict=True)]
    if offset + sum(min(reach, 0) for reach in reaches) < 0:
        return None
    if offset + sum(max(reach, 0) for reach in reaches) >= len(room):
        return None
    size = room.itemsize
    return np.lib.stride_tricks.as_strided(room[offset:], shape, [step * size for step in strides])


def assert_as_if_copied(product, inputs, out):
    expected = np.empty(out.shape, out.dtype)
    product(*(v.copy() for v in inputs), out=expected)
    assert product(*inputs, out=out) is out
    assert array_bits(out) == array_bits(expected)


def overlaps(product, input_shapes, out_shape, dtype):
    """Every place of out, at every step, in a room in which the inputs lie one after the other."""
    lengths = [int(np.prod(shape)) for shape in input_shapes]
    starts = np.cumsum([len(out_shape) * 6, *lengths])
    values = stack(int(starts[-1]) + 12, dtype=dtype, seed=1)
    axes = len(out_shape)
    tail = int(np.prod(out_shape[1:]))
    for step in STEPS:
        strides = (step,) if axes == 1 else (step * tail, 1)
        for offset in range(len(values)):
            room = values.copy()
            inputs = [
                room[start : start + length].reshape(shape)
                for start, length, shape in zip(starts[:-1], lengths, input_shapes, strict=True)
            ]
            out = arranged(room, out_shape, offset, strides)
            if out is not None:
                assert_as_if_copied(product, inputs, out)


@BOTH
def test_out_anywhere_over_matrix_and_vector_of_a_matvec(level, dtype):
    overlaps(onedot.matvec, [(M, N), (N,)], (M,), dtype)


@BOTH
def test_out_anywhere_over_vector_and_matrix_of_a_vecmat(level, dtype):
    overlaps(onedot.vecmat, [(M,), (M, N)], (N,), dtype)


@BOTH
def test_out_anywhere_over_both_sides_of_a_vecdot(level, dtype):
    overlaps(onedot.vecdot, [(M, N), (M, N)], (M,), dtype)


@BOTH
def test_out_anywhere_over_a_matrix_and_a_batch(level, dtype):
    overlaps(onedot.matvec, [(M, N), (2, N)], (2, M), dtype)


@BOTH
def test_out_anywhere_over_two_matrices_of_a_matmul(level, dtype):
    overlaps(onedot.matmul, [(M, N), (N, 2)], (M, 2), dtype)


# Each is an out of four results that is a view of a 4x4 matrix.
VIEWS = {
    "first row": lambda a: a[0],
    "last row, reversed": lambda a: a[-1, ::-1],
    "column": lambda a: a[:, 1],
    "column, reversed": lambda a: a[::-1, 2],
    "diagonal": lambda a: np.einsum("ii->i", a),
    "other diagonal": lambda a: np.einsum("ii->i", a[:, ::-1]),
    "every other": lambda a: a.reshape(-1)[1:8:2],
    "every third, backwards": lambda a: a.reshape(-1)[12:0:-3],
}


@pytest.mark.parametrize("view", VIEWS)
@BOTH
def test_out_may_be_any_view_of_the_matrix(level, dtype, view):
    for product in (onedot.matvec, lambda a, x, out: onedot.vecmat(x, a, out=out), onedot.vecdot):
        for order in "CF":
            a = np.array(stack(4, 4, dtype=dtype, seed=3), order=order)
            room = a if order == "C" else a.T
            assert_as_if_copied(product, [a, stack(4, dtype=dtype, seed=4)], VIEWS[view](room))


@pytest.mark.parametrize("n", [4, 33])
@BOTH
def test_out_may_be_the_vector_itself_or_its_reverse(level, dtype, n):
    for step in (1, -1):
        a, x = stack(n, n, dtype=dtype, seed=1), stack(n, dtype=dtype, seed=2)
        assert_as_if_copied(onedot.matvec, [a, x], x[::step])
        a, x = stack(n, n, dtype=dtype, seed=1), stack(n, dtype=dtype, seed=2)
        assert_as_if_copied(onedot.vecmat, [x, a], x[::step])


@BOTH
def test_out_may_be_the_matrix_or_its_transpose_for_a_batch(level, dtype):
    """A batch of as many vectors as the matrix has rows and columns: the whole product over either input."""
    for n in (5, 17):
        for turn in (lambda v: v, lambda v: v.T, lambda v: v[::-1], lambda v: v[:, ::-1]):
            for over in (0, 1):
                inputs = [stack(n, n, dtype=dtype, seed=1), stack(n, n, dtype=dtype, seed=2)]
                assert_as_if_copied(onedot.matvec, inputs, turn(inputs[over]))
                inputs = [stack(n, n, dtype=dtype, seed=1), stack(n, n, dtype=dtype, seed=2)]
                assert_as_if_copied(onedot.matmul, inputs, turn(inputs[over]))


@BOTH
def test_inputs_that_share_memory_with_each_other_too(level, dtype):
    a = stack(6, 6, dtype=dtype, seed=5)
    assert_as_if_copied(onedot.matvec, [a, a], a)
    a = stack(6, 6, dtype=dtype, seed=5)
    assert_as_if_copied(onedot.matvec, [a.T, a[2]], a[::-1, 3])


def test_out_beside_an_input_in_the_same_memory_changes_nothing_else(level):
    room = stack(4, 9, seed=6)
    before = room.copy()
    a, out = room[:, ::2], room[:, 1]
    assert onedot.matvec(a, before[0, :5], out=out) is out
    assert array_bits(out.copy()) == array_bits(onedot.matvec(before[:, ::2], before[0, :5]))
    room[:, 1] = before[:, 1]
    assert array_bits(room) == array_bits(before)
