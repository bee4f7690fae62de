"""Every form of a call gives what the face gives: in bits, in type, and in what it refuses."""

import numpy as np
import pytest

from onedot import _entry, levels
from onedot._core import dot as dots
from onedot._core import exact, matvec, single
from support.cells import in_one_test

if not levels.compiled:
    pytest.skip("a pure build has the faces alone", allow_module_level=True)

FACES = {
    "dot": (_entry.dot, dots.dot),
    "matvec": (_entry.matvec, matvec.matvec),
    "vecmat": (_entry.vecmat, matvec.vecmat),
    "matmul": (_entry.matmul, matvec.matmul),
    "vecdot": (_entry.vecdot, matvec.vecdot),
    "exact_dot": (_entry.exact_dot, exact.dot),
    "exact_sign": (_entry.exact_sign, exact.sign),
    "exact_matvec": (_entry.exact_matvec, exact.matvec),
    "exact_matmul": (_entry.exact_matmul, exact.matmul),
    "exact_vecdot": (_entry.exact_vecdot, exact.vecdot),
    "single_dot": (_entry.single_dot, single.dot),
    "single_matvec": (_entry.single_matvec, single.matvec),
    "single_vecmat": (_entry.single_vecmat, single.vecmat),
    "single_matmul": (_entry.single_matmul, single.matmul),
    "single_vecdot": (_entry.single_vecdot, single.vecdot),
}
VECTORS = ("dot", "exact_dot", "exact_sign", "single_dot")
ROWS = tuple(name for name in FACES if name not in VECTORS)
OF_INTEGERS = tuple(name for name in ROWS if not name.startswith("single"))
FLOATS = ("f8", "f4", "f2")
DTYPES = (*FLOATS, ">f8", "i8", ">i4", "u8", "i1", "?")


def outcome(function, *args, **keywords):
    """What a call gives, or how it refuses; results as their type and bits."""
    try:
        result = function(*args, **keywords)
    except Exception as error:
        return type(error), str(error)
    if isinstance(result, np.ndarray):
        return type(result), result.dtype, result.shape, result.tobytes()
    return type(result), result if type(result) is int else np.asarray(result).tobytes()


def assert_same(name, *args, **keywords):
    entry, face = FACES[name]
    assert outcome(entry, *args, **keywords) == outcome(face, *args, **keywords)


def operands(name, n=5, leading=()):
    """Shapes of both operands."""
    core = {"matvec": ((3, n), (n,)), "vecmat": ((n,), (n, 3)), "matmul": ((3, n), (n, 2))}.get(
        name.removeprefix("exact_").removeprefix("single_"), ((n,), (n,))
    )
    return tuple((*leading, *shape) for shape in core)


def own_type(name):
    """The type of most tests: the widest that the function takes."""
    return "f4" if name.startswith("single") else "f8"


def numbers(shape, dtype, seed=0):
    values = np.random.default_rng(seed).integers(0 if dtype in ("u8", "?") else -9, 9, shape)
    return (values / 8 if np.dtype(dtype).kind == "f" else values).astype(dtype)


@in_one_test("name", FACES)
@in_one_test("first", DTYPES)
def test_dtypes_mix(level, name, first):
    shapes = operands(name)
    for second in DTYPES:
        assert_same(name, numbers(shapes[0], first), numbers(shapes[1], second, 1))


@pytest.mark.parametrize("name", FACES)
def test_bfloat16_mixes(level, name):
    bfloat16 = pytest.importorskip("ml_dtypes").bfloat16
    x, y = (numbers(shape, "f4", seed) for seed, shape in enumerate(operands(name)))
    for other in ("f8", "f4", "f2", "i8", bfloat16, np.dtype(bfloat16).newbyteorder(">")):
        assert_same(name, x.astype(bfloat16), y.astype(other))
        assert_same(name, x.astype(other), y.astype(bfloat16))


@in_one_test("name", FACES)
@in_one_test("limit", [2**53 - 1, 2**53, 2**53 + 1, -(2**53) - 1, 2**53 + 2, -(2**63), 2**64 - 1, 2**70])
def test_no_integer_is_rounded_beside_floats(level, name, limit):
    shapes = operands(name, 1)
    floats = np.full(shapes[1], 0.5)
    listed = np.full(shapes[0], limit, object).tolist()
    assert_same(name, listed, floats)
    assert_same(name, listed, floats.tolist())
    assert_same(name, listed, listed if shapes[0] == shapes[1] else np.ones(shapes[1], int))
    if -(2**63) <= limit < 2**64:
        array = np.full(shapes[0], limit)
        for dtype in FLOATS:
            assert_same(name, array, floats.astype(dtype))


class Subclass(np.ndarray):
    pass


class Number(float):
    pass


LISTS = {
    "floats": lambda v: v.tolist(),
    "tuples": lambda v: tuple(map(tuple, v.tolist())) if v.ndim > 1 else tuple(v.tolist()),
    "integers": lambda v: np.ceil(v).astype(int).tolist(),
    "bools": lambda v: (v > 0).tolist(),
    "integer first": lambda v: [3, *v.tolist()[1:]] if v.ndim == 1 else [[1] * v.shape[1], *v.tolist()[1:]],
    "float first": lambda v: [*v.tolist()[:-1], True] if v.ndim == 1 else [*v.tolist()[:-1], [2**40] * v.shape[1]],
    "NumPy floats": lambda v: list(v) if v.ndim == 1 else [list(row) for row in v],
    "narrow floats": lambda v: list(v.astype("f4")),
    "NumPy integers": lambda v: list(np.ceil(v).astype("i2")),
    "arrays": lambda v: list(v) if v.ndim > 1 else [*map(np.array, v)],
    "mixed arrays": lambda v: [v[0], *v[1:].astype("f4")],
    "ragged": lambda v: [*v.tolist()[:-1], [1.0, 2.0]],
    "too deep": lambda v: [v.tolist()],
    "text": lambda v: [*v.tolist()[:-1], "1"],
    "none": lambda v: [None, *v.tolist()[1:]],
    "complex": lambda v: [1j, *v.tolist()[1:]],
    "masked": lambda v: [np.ma.array(v[0], mask=np.ones(v[0].shape)), *v[1:]],
    "own floats": lambda v: [*map(Number, v)] if v.ndim == 1 else [[*map(Number, row)] for row in v],
    "subclass": lambda v: v.view(Subclass),
    "masked array": np.ma.array,
    "read-only": lambda v: np.frombuffer(v.tobytes(), v.dtype).reshape(v.shape),
    "memory": lambda v: memoryview(np.ascontiguousarray(v)),
    "unaligned": lambda v: np.frombuffer(b"-" + v.tobytes(), np.uint8)[1:].view(v.dtype).reshape(v.shape),
    "empty": lambda v: [],
    "empty rows": lambda v: [[], []],
    "scalar": lambda v: 1.5,
    "object": lambda v: v.astype(object),
    "columns": np.asfortranarray,
    "backwards": lambda v: v[..., ::-1],
}


@in_one_test("name", FACES)
@in_one_test("form", LISTS)
def test_whatever_is_no_array_yet(level, name, form):
    x, y = (numbers(shape, own_type(name), seed) for seed, shape in enumerate(operands(name)))
    assert_same(name, LISTS[form](x), y)
    assert_same(name, x, LISTS[form](y))
    assert_same(name, LISTS[form](x), LISTS[form](y))
    assert_same(name, LISTS[form](x), y.astype("f4"))


@pytest.mark.parametrize("name", FACES)
def test_arguments_that_are_wrong(level, name):
    x, y = (numbers(shape, own_type(name), seed) for seed, shape in enumerate(operands(name)))
    for args in ((), (x,), (x, y, x), (x, y[:0]), (y[0], "text"), ("text", y[0]), (x[None], y[None]), (x, 1j * y)):
        assert_same(name, *args)
    if name in ROWS:
        for keywords in (
            {"out": 1},
            {"outs": None},
            {"out": None, "axis": 1},
            {"out": [0.0]},
            {"out": None},
            {"axis": 0},
        ):
            assert_same(name, x, y, **keywords)


STACKS = [
    ((), (2, 3)),
    ((4, 1), (1, 3)),
    ((9, 1), (2,)),
    ((2, 1, 3, 1, 2), (2, 1, 2)),
    ((0, 3), (3,)),
    ((2,), (3,)),
    ((1,) * 14, (2,)),
    ((1,) * 20, ()),
]


@in_one_test("name", ROWS)
@in_one_test("n", [0, 1, 3, 20])
@in_one_test("stacks", STACKS, ids=str)
def test_stacks(level, name, n, stacks):
    """Of any number of axes, dense and with strides that no merging makes one axis."""
    for one, other in (stacks, stacks[::-1]):
        shapes = operands(name, n, one)[0], operands(name, n, other)[1]
        for kinds in (("f8", "f8"), ("f4", "f8"), ("i2", "i8"), ("f2", "f2"), ("f4", "f4")):
            x, y = (numbers(shape, kind, seed) for seed, (shape, kind) in enumerate(zip(shapes, kinds, strict=True)))
            assert_same(name, x, y)
            every_second = x.repeat(2, 0)[::2].repeat(2, -1)[..., ::2]
            assert_same(name, every_second, y[::-1])
            if x.ndim > 2 and y.ndim > 2:
                assert_same(name, np.ascontiguousarray(x.swapaxes(-1, -2)).swapaxes(-1, -2), y.swapaxes(0, 1))


@pytest.mark.parametrize("name", ROWS)
def test_matrices_by_matrices(level, name):
    """Products of small matrices as dots of rows: axes in an order that suits no kernel."""
    dtype = own_type(name)
    for m in (1, 2, 3, 8):
        a, b = numbers((30, m, m), dtype), numbers((30, m, m), dtype, 1)
        if "matmul" in name:
            assert_same(name, a, b)
        elif "vecmat" in name:
            assert_same(name, a, b[:, None])
        else:
            assert_same(name, b.swapaxes(-1, -2)[:, None], a if "matvec" in name else a[:, :, None])


def rooms(shape):
    """Places for results, right and wrong."""
    for dtype in ("f8", "f4", "f2", "i8", "i4", ">f8", "c16", object):
        yield np.zeros(shape, dtype)
    yield np.zeros((*shape, 2))[..., 1]
    yield np.zeros((2, *shape))[::-1][0]
    yield np.zeros(shape, order="F")[::-1] if shape else np.zeros(shape)
    yield np.zeros(shape).view(Subclass)
    yield np.zeros((*shape, 1))
    yield np.broadcast_to(np.zeros(()), shape)
    yield np.lib.stride_tricks.as_strided(np.zeros(64), shape, (4,) * len(shape))
    yield np.zeros(8 * int(np.prod(shape)) + 1, np.uint8)[1:].view("f8").reshape(shape)


@in_one_test(
    ("name", "dtype"), [(n, t) for n in ROWS for t in ("f8", "f4", "f2", "i4") if n in OF_INTEGERS or t in ("f4", "f2")]
)
@in_one_test("leading", [(), (4,), (2, 3)], ids=str)
def test_out(level, name, leading, dtype):
    entry, face = FACES[name]
    x, y = (numbers(s, dtype, seed) for seed, s in enumerate(operands(name, leading=leading)))
    shape = np.shape(face(x, y))
    for ours, theirs in zip(rooms(shape), rooms(shape), strict=True):
        assert outcome(entry, x, y, out=ours) == outcome(face, x, y, out=theirs)
        assert ours.tolist() == theirs.tolist()
    ours = np.zeros(shape, face(x, y).dtype)
    assert entry(x, y, out=ours) is ours


@pytest.mark.parametrize("name", ROWS)
def test_out_may_overlap_operands(level, name):
    entry, face = FACES[name]
    for start in range(12):
        memory = [numbers((40,), own_type(name)) for _ in range(2)]
        for function, m in zip((entry, face), memory, strict=True):
            x, y = m[:9].reshape(3, 3), m[9:18].reshape(3, 3)
            args = (x, y) if "vecdot" in name else (x[0], y) if "vecmat" in name else (x, y[0])
            function(*args, out=m[start : start + 3])
        assert memory[0].tolist() == memory[1].tolist()


@pytest.mark.parametrize("name", OF_INTEGERS)
def test_an_integer_result_that_does_not_fit_leaves_out_alone(level, name):
    shapes = operands(name, 3)
    x, y = np.full(shapes[0], 2**40), np.full(shapes[1], 2**40)
    out = np.full(np.shape(FACES[name][1](x > 0, y > 0)), 7)
    assert_same(name, x, y, out=out)
    assert (out == 7).all()


@pytest.mark.parametrize("name", ROWS)
def test_large_jobs_of_many_parts(compiled_level, name):
    """More products than are made in one go, in more parts than two axes."""
    dtype = own_type(name)
    x, y = numbers((40, 2, 30, 1, 33), dtype), numbers((40, 1, 30, 20, 33), dtype, 1)
    if "vecmat" in name:
        args = x[:, ::-1, ::2, 0], np.ascontiguousarray(y.swapaxes(-1, -2))[:, :, ::2]
    elif "matmul" in name:
        args = y[:, :, ::2], x[:, ::-1, ::2].swapaxes(-1, -2)
    else:
        args = y[:, :, ::2], x[:, ::-1, ::2, 0] if "matvec" in name else x[:, ::-1, ::2]
    assert_same(name, *args)
    assert_same(name, *(np.repeat(v, 3, axis=1)[:, ::3] for v in args))
