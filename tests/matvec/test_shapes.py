"""Shapes, dtypes and refusals are those of NumPy's functions of the same names, and so is every exact value."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

import onedot
from support.bits import array_bits
from support.cells import in_one_test

NAMES = ("matvec", "vecmat", "matmul", "vecdot")
DTYPES = ("float64", "float32", "float16")

pytestmark = pytest.mark.skipif(not hasattr(np, "matvec"), reason="NumPy has these functions since 2.2")
every_function = in_one_test("name", NAMES)


def core_shapes(name, m, n):
    """The core axes of both operands."""
    return {
        "matvec": ((m, n), (n,)),
        "vecmat": ((m,), (m, n)),
        "matmul": ((m, n), (n, 4)),
        "vecdot": ((n,), (n,)),
    }[name]


def integers(shape, dtype, seed):
    """Integers so small that every sum of their products is exact in every dtype, in any order."""
    return np.random.default_rng(seed).integers(-3, 4, shape).astype(dtype)


def outcome(function, *operands):
    """What a call gives, or that it refuses, and with what type of exception."""
    try:
        return array_bits(function(*operands))
    except (TypeError, ValueError) as error:
        return type(error)


def assert_as_numpy(name, *operands):
    got = outcome(getattr(onedot, name), *operands)
    assert got == outcome(getattr(np, name), *operands), [v.shape for v in operands]
    return got


@given(data=st.data(), name=st.sampled_from(NAMES), m=st.integers(0, 5), n=st.integers(0, 9))
def test_any_shapes_that_broadcast_give_numpys_values(level, data, name, m, n):
    shapes = data.draw(mutually_broadcastable_shapes(num_shapes=2, max_dims=3, min_side=0, max_side=4))
    dtypes = data.draw(st.tuples(*[st.sampled_from(DTYPES)] * 2))
    operands = [
        integers(batch + core, dtype, seed)
        for seed, (batch, core, dtype) in enumerate(
            zip(shapes.input_shapes, core_shapes(name, m, n), dtypes, strict=True)
        )
    ]
    assert not isinstance(assert_as_numpy(name, *operands), type)


@given(name=st.sampled_from(NAMES), shapes=st.tuples(*[st.lists(st.integers(0, 3), max_size=5).map(tuple)] * 2))
def test_any_shapes_at_all_are_taken_or_refused_as_numpy_does(level, name, shapes):
    assert_as_numpy(name, *(integers(shape, "f8", seed) for seed, shape in enumerate(shapes)))


# Leading axes of both operands, up to five dimensions with a matrix.
LEADING = [
    ((), ()),
    ((4,), ()),
    ((), (4,)),
    ((4,), (4,)),
    ((4,), (1,)),
    ((1,), (4,)),
    ((2, 3), ()),
    ((), (2, 3)),
    ((2, 3), (3,)),
    ((2, 1), (3,)),
    ((2, 1), (1, 3)),
    ((2, 3), (2, 3)),
    ((2, 3, 2), (3, 1)),
    ((1, 3, 1), (2, 1, 2)),
    ((2, 1, 2), (2, 3, 2)),
    ((0,), ()),
    ((), (0,)),
    ((0,), (1,)),
    ((2, 0), (0,)),
    ((2, 1), (0,)),
    ((1, 1, 1), (1, 1)),
]
CORES = [(1, 1), (3, 2), (2, 7), (5, 18), (0, 3), (3, 0), (0, 0), (1, 4), (4, 1)]


@every_function
@in_one_test("dtype", [*DTYPES, "int64"])
@in_one_test("leading", LEADING, ids=str)
def test_leading_axes_broadcast_as_in_numpy(level, name, dtype, leading):
    for m, n in CORES:
        shapes = [batch + core for batch, core in zip(leading, core_shapes(name, m, n), strict=True)]
        a, x = (integers(shape, dtype, seed) for seed, shape in enumerate(shapes))
        for operands in ((a, x), (np.asfortranarray(a), x), (a[..., ::-1], x[..., ::-1])):
            assert not isinstance(assert_as_numpy(name, *operands), type)


@every_function
@in_one_test("leading", LEADING, ids=str)
def test_axes_in_any_order_broadcast_as_in_numpy(level, name, leading):
    for m, n in ((3, 2), (2, 17)):
        shapes = [batch + core for batch, core in zip(leading, core_shapes(name, m, n), strict=True)]
        a, x = (integers(shape[::-1], "f8", seed).T for seed, shape in enumerate(shapes))
        assert not isinstance(assert_as_numpy(name, a, x), type)


@every_function
@in_one_test("first", ["float64", "float32", "float16"])
@in_one_test("second", ["float64", "float32", "float16"])
def test_the_dtype_of_the_result_is_numpys(level, name, first, second):
    a_shape, x_shape = core_shapes(name, 3, 4)
    assert_as_numpy(name, integers((2, *a_shape), first, 1), integers(x_shape, second, 2))


@every_function
def test_an_operand_with_an_axis_repeated_in_memory_gives_numpys_values(level, name):
    a_shape, x_shape = core_shapes(name, 5, 18)
    for axis in range(2):
        a, x = integers((4, *a_shape), "f8", 1), integers((3, 1, *x_shape), "f8", 2)
        a = np.broadcast_to(a.take([0], axis), a.shape)
        x = np.broadcast_to(x, (3, 4, *x_shape))
        assert not isinstance(assert_as_numpy(name, a, x), type)


MISFITS = {
    "matvec": [((3, 4), (3,)), ((3, 4), (1,)), ((3, 1), (4,)), ((4,), (4,)), ((3, 4), ()), ((), (4,)), ((), ())],
    "vecmat": [((3,), (4, 3)), ((1,), (4, 3)), ((4,), (1, 3)), ((4,), (4,)), ((), (4, 3)), ((4,), ()), ((), ())],
    "matmul": [
        ((3, 4), (3,)),
        ((4,), (3, 4)),
        ((3, 4), (3, 4)),
        ((3, 1), (4, 1)),
        ((4,), (3,)),
        ((3, 4), ()),
        ((), (4,)),
    ],
    "vecdot": [((3,), (4,)), ((3,), (1,)), ((1,), (4,)), ((), (1,)), ((1,), ()), ((), ()), ((0,), (1,))],
}
UNBROADCASTABLE = [((2,), (3,)), ((2, 3), (2,)), ((2, 1), (3, 1)), ((2, 2, 2), (3,)), ((0,), (2,)), ((2,), (0,))]


@every_function
def test_core_axes_that_do_not_fit_are_refused_as_in_numpy(level, name):
    for shapes in MISFITS[name]:
        for dtypes in (("f8", "f8"), ("f4", "f4"), ("f8", "f4"), ("i8", "i8")):
            operands = [integers(shape, dtype, 1) for shape, dtype in zip(shapes, dtypes, strict=True)]
            assert assert_as_numpy(name, *operands) is ValueError


@every_function
@in_one_test("leading", UNBROADCASTABLE, ids=str)
def test_leading_axes_that_do_not_broadcast_are_refused_as_in_numpy(level, name, leading):
    for m, n in ((3, 2), (2, 17), (0, 0)):
        shapes = [batch + core for batch, core in zip(leading, core_shapes(name, m, n), strict=True)]
        for dtype in ("f8", "f4", "i8"):
            assert assert_as_numpy(name, *(integers(shape, dtype, 1) for shape in shapes)) is ValueError
        operands = [integers(shape, "f8", 1) for shape in shapes]
        first, second = {"vecdot": ("X", "Y"), "matmul": ("A", "B")}.get(name, ("A", "x"))
        with pytest.raises(ValueError, match=rf"{name}: {first} has .+, {second} .+; want axes that broadcast"):
            getattr(onedot, name)(*operands)


def test_numpys_example_of_vecdot(level):
    v = np.array([[0.0, 5.0, 0.0], [0.0, 0.0, 10.0], [0.0, 6.0, 8.0]])
    assert array_bits(onedot.vecdot(v, np.array([0.0, 0.6, 0.8]))) == array_bits(np.array([3.0, 8.0, 10.0]))


def test_numpys_example_of_matvec(level):
    v = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 6.0, 8.0]])
    quarter_turn = np.array([[0, -1, 0], [1, 0, 0], [0, 0, 1]])
    expected = np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [-6.0, 0.0, 8.0]])
    assert array_bits(onedot.matvec(quarter_turn, v)) == array_bits(expected)


def test_numpys_example_of_vecmat(level):
    v = np.array([0.0, 4.0, 2.0])
    a = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])
    assert array_bits(onedot.vecmat(v, a)) == array_bits(np.array([30.0, 36.0, 42.0]))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["vecdot", "matmul"])
def test_two_vectors_give_a_scalar_as_in_numpy(level, name, dtype):
    x = integers(7, dtype, 1)
    got, wanted = getattr(onedot, name)(x, x), getattr(np, name)(x, x)
    assert type(got) is type(wanted) is np.dtype(dtype).type
    assert got == wanted


@every_function
@in_one_test("leading", LEADING, ids=str)
def test_an_out_of_any_shape_is_filled_as_numpy_fills_it(level, name, leading):
    shapes = [batch + core for batch, core in zip(leading, core_shapes(name, 3, 5), strict=True)]
    operands = [integers(shape, "f8", seed) for seed, shape in enumerate(shapes)]
    expected = np.asarray(getattr(np, name)(*operands))
    for out in (np.empty(expected.shape), np.empty(expected.shape, order="F"), np.empty((*expected.shape, 2))[..., 1]):
        out[...] = np.nan
        assert getattr(onedot, name)(*operands, out=out) is out
        assert array_bits(out.copy()) == array_bits(expected)
