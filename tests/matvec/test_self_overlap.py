"""Elements that share memory cannot hold a result each: an array of such is refused where it would be written to."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.lib.stride_tricks import as_strided, sliding_window_view

import onedot
from onedot import Layer, activations, exact, single
from onedot._core.arrays import overlaps_itself
from support.cells import in_one_test

ROOM = 2048  # bytes, the first element in the middle


def placed(shape, strides, dtype="f8"):
    """An array of that shape with these strides in bytes, in the middle of room that it stays within."""
    room = np.zeros(ROOM // np.dtype(dtype).itemsize, dtype)
    return as_strided(room[len(room) // 2 :], shape, strides)


def shares_a_byte(v):
    """By looking at every byte of every element."""
    steps = (sum(i * step for i, step in zip(index, v.strides, strict=True)) for index in np.ndindex(v.shape))
    taken = [start + byte for start in steps for byte in range(v.itemsize)]
    return len(set(taken)) < len(taken)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(-50, 50)), max_size=4), st.sampled_from(["f8", "f4", "f2"]))
def test_the_answer_is_that_of_looking_at_every_byte(axes, dtype):
    v = placed([size for size, _ in axes], [stride for _, stride in axes], dtype)
    assert overlaps_itself(v) == shares_a_byte(v)


@pytest.mark.parametrize("size", [2, 3, 4])
def test_every_pair_of_short_strides(size):
    for strides in itertools.product(range(-30, 31), (0, 1, 4, 7, 8, 9, 12, 16, 17, 24)):
        v = placed((size, 3), strides)
        assert overlaps_itself(v) == shares_a_byte(v), strides


def test_views_of_an_array_never_overlap_themselves():
    draw = np.random.default_rng(1)
    for axes in (3, 12, 20):
        whole = np.zeros((2,) * axes).transpose(draw.permutation(axes))
        for v in (whole, whole[::-1], whole[..., :1], whole[..., 0], np.flip(whole), whole[(np.newaxis,) * 40]):
            assert not overlaps_itself(v)


def test_what_is_too_hard_to_tell_is_taken_for_an_overlap(monkeypatch):
    v = placed((3, 3, 3), (36, 44, 100))
    assert not overlaps_itself(v)
    monkeypatch.setattr("onedot._core.arrays.MOST_WORK", 1)
    assert overlaps_itself(v)


SHARED = {
    "one in memory": (0,),
    "half over each other": (4,),
    "half over each other, backwards": (-4,),
    "a byte apart": (1,),
    "all but a byte apart": (7,),
}
APART = {"side by side": (8,), "backwards": (-8,), "a byte between": (9,), "every third": (24,)}
SHARED_MATRICES = {
    "one row": (0, 8),
    "one column": (8, 0),
    "rows that overlap": (8, 8),
    "rows half over each other": (20, 8),
    "columns half over each other": (8, 4),
    "one element of one row, one of another": (16, 8),
    "rows backwards": (-16, 8),
}
APART_MATRICES = {
    "rows": (24, 8),
    "columns": (8, 24),
    "interleaved": (12, 36),
    "diagonals": (32, 8),
    "in turn": (24, 72),
}

A = np.array([[1.0, 2.0, -3.0], [0.5, -1.0, 2.0], [-2.0, 0.25, 4.0]])
V = np.array([1.0, -2.0, 0.5])
OUTS = {
    "matvec": lambda out: onedot.matvec(A, V, out=out),
    "vecmat": lambda out: onedot.vecmat(V, A, out=out),
    "matmul": lambda out: onedot.matmul(A, V, out=out),
    "vecdot": lambda out: onedot.vecdot(A, V, out=out),
    "exact.matvec": lambda out: exact.matvec(A, V, out=out),
    "exact.matmul": lambda out: exact.matmul(V, A, out=out),
    "exact.vecdot": lambda out: exact.vecdot(A, V, out=out),
    "single.matvec": lambda out: single.matvec(A.astype("f4"), V.astype("f4"), out=out),
    "single.vecmat": lambda out: single.vecmat(V.astype("f4"), A.astype("f4"), out=out),
    "single.vecdot": lambda out: single.vecdot(A.astype("f2"), V.astype("f2"), out=out),
    "matvec of float16": lambda out: onedot.matvec(A.astype("f2"), V.astype("f2"), out=out),
    "Layer": lambda out: Layer(A, activation="tanh")(V, out=out),
    "a single Layer": lambda out: Layer(A.astype("f4"), activation="relu", tier="single")(V.astype("f4"), out=out),
    **{name: lambda out, name=name: getattr(activations, name)(V, out=out) for name in (*activations.NAMES, "exp")},
}
OUT_MATRICES = {
    "matvec": lambda out: onedot.matvec(A, A, out=out),
    "vecmat": lambda out: onedot.vecmat(A, A, out=out),
    "matmul": lambda out: onedot.matmul(A, A, out=out),
    "vecdot": lambda out: onedot.vecdot(A[:, None], A, out=out),
    "vecdot along the first axis": lambda out: onedot.vecdot(A[:, None], A[..., None], axis=0, out=out),
    "exact.matvec": lambda out: exact.matvec(A, A, out=out),
    "exact.matmul": lambda out: exact.matmul(A, A, out=out),
    "single.matmul": lambda out: single.matmul(A.astype("f4"), A.astype("f4"), out=out),
    "Layer": lambda out: Layer(A, activation="softmax")(A, out=out),
    **{name: lambda out, name=name: getattr(activations, name)(A, out=out) for name in (*activations.NAMES, "exp")},
}
WEIGHTS = {
    "perceptron_update": lambda w: onedot.perceptron_update(w, V, 1),
    "perceptron_update of float32": lambda w: onedot.perceptron_update(w, V.astype("f4"), -1, rate=0.5),
    "perceptron_update with a bias": lambda w: onedot.perceptron_update(w, V[1:], 1),
    "lms_update": lambda w: onedot.lms_update(w, V, 5.0),
    "lms_update with a bias": lambda w: onedot.lms_update(w, V[1:], 5.0),
    "perceptron_epoch": lambda w: onedot.perceptron_epoch(w, A, [1, -1, 1]),
    "perceptron_epoch with a bias": lambda w: onedot.perceptron_epoch(w, A[:, 1:], [1, -1, 1]),
}
VECTORS = [*(("out", *each) for each in OUTS.items()), *(("w", *each) for each in WEIGHTS.items())]
MATRICES = [("out", *each) for each in OUT_MATRICES.items()]


def cases(calls, layouts, shape):
    return {
        f"{name}, {what} {layout}": (what, call, shape, strides)
        for (what, name, call), (layout, strides) in itertools.product(calls, layouts.items())
    }


SHARING = cases(VECTORS, SHARED, (3,)) | cases(MATRICES, SHARED_MATRICES, (3, 3))
NOT_SHARING = cases(VECTORS, APART, (3,)) | cases(MATRICES, APART_MATRICES, (3, 3))


@in_one_test("what, call, shape, strides", SHARING.values(), ids=SHARING)
def test_what_would_be_written_to_shared_memory_is_refused_and_nothing_is_written(level, what, call, shape, strides):
    room = np.zeros(64)
    words = f"elements of {what} share memory; want an array of {np.prod(shape)} elements of their own"
    with pytest.raises(ValueError, match=words):
        call(as_strided(room[32:], shape, strides))
    assert not room.any()


@in_one_test("what, call, shape, strides", NOT_SHARING.values(), ids=NOT_SHARING)
def test_elements_that_share_none_are_written_to_wherever_they_lie(level, what, call, shape, strides):
    there, elsewhere = as_strided(np.zeros(64)[32:], shape, strides), np.zeros(shape)
    found, wanted = call(there), call(elsewhere)
    assert there.tobytes() == elsewhere.tobytes()
    assert found is there if what == "out" else found == wanted


def test_the_windows_of_a_vector_are_no_out(level):
    windows = sliding_window_view(np.zeros(7), 5, writeable=True)
    with pytest.raises(ValueError, match="elements of out share memory"):
        onedot.matvec(np.ones((5, 2)), np.ones((3, 2)), out=windows)
