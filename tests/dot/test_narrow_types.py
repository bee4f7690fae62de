"""float16, bfloat16 and integers: every element is what it stands for, and no sum is wrapped or rounded on the way."""

import struct
import sys

import numpy as np
import pytest

import onedot
from onedot._core.arrays import rounded_to
from support.bits import bits
from support.cells import in_one_test
from support.producers import Elsewhere, Tensor, TensorAndArray, bfloat16_tensor
from support.rows import bfloat16, float16

INTEGERS = ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64")
# Products of halves pass through memory, 256 at a time, from 1024 elements on.
LONG = (1023, 1024, 1025, 5 * 256 - 1, 5 * 256, 5 * 256 + 33, 4095, 4096, 4097, 5000)
BLOCK = 2**15  # products that an integer kernel sums at a time


def float16_value(h):
    return struct.unpack("<e", struct.pack("<H", h))[0]


def bfloat16_value(h):
    return struct.unpack("<f", struct.pack("<I", h << 16))[0]


@pytest.mark.parametrize(("dtype", "value"), [(float16, float16_value), (bfloat16, bfloat16_value)])
def test_all_65536_halves_are_widened_exactly(compiled_level, dtype, value):
    halves = np.arange(2**16, dtype=np.uint16).view(dtype())
    one, rows = np.ones(1, dtype()), halves.reshape(-1, 1)
    expected = [bits(value(h) + 0.0) for h in range(2**16)]
    assert [bits(onedot.dot(halves[h : h + 1], one)) for h in range(2**16)] == expected
    wide = onedot.vecdot(rows, one, out=np.empty(2**16))
    assert [bits(v) for v in wide.tolist()] == expected


@in_one_test("dtype", [float16, bfloat16])
@in_one_test("n", [0, 1, 7, 8, 9, 15, 16, 17, 31, 33, 47, 100, 511, 513, *LONG])
def test_the_dot_of_halves_is_that_of_the_same_numbers_in_float64(level, dtype, n):
    draw = np.random.default_rng(n)
    for spread in (4, 12) if dtype is float16 else (8, 100):
        x, y = ((draw.standard_normal(n) * np.exp2(draw.integers(-spread, spread, n))).astype(dtype()) for _ in "xy")
        expected = bits(onedot.dot(x.astype("f8"), y.astype("f8")))
        for a, b in ((x, y), (np.repeat(x, 2)[::2], y[::-1][::-1])):
            assert bits(onedot.dot(a, b)) == expected


@pytest.mark.parametrize("dtype", [float16, bfloat16])
def test_every_product_of_halves_is_the_dot_of_its_rows_rounded_once(level, dtype):
    draw = np.random.default_rng(1)
    for m, s, n in ((1, 1, 1), (3, 1, 5), (9, 2, 100), (5, 7, 33)):
        A, X = draw.standard_normal((m, n)).astype(dtype()), draw.standard_normal((s, n)).astype(dtype())
        dots = np.array([[onedot.dot(row, x) for row in A] for x in X])
        expected = rounded_to(dtype(), dots)
        assert onedot.matvec(A, X).tobytes() == onedot.matvec(A, X).tobytes() == expected.tobytes()
        assert onedot.vecmat(X, np.ascontiguousarray(A.T)).tobytes() == expected.tobytes()
        assert onedot.matvec(A, X[0]).tobytes() == expected[0].tobytes()
        assert onedot.matvec(A, X, out=np.empty((s, m))).tobytes() == dots.tobytes()


def test_a_bfloat16_result_is_not_first_rounded_to_float32(level):
    """1 + 2**-8 is a tie of bfloat16; what decides it is lost in float32."""
    x = np.array([1.0, 2.0**-8, 2.0**-40]).astype(bfloat16())
    assert float(onedot.matvec(x[None], np.ones(3, x.dtype))[0]) == 1.0 + 2.0**-7
    assert float(onedot.matvec(x[None, :2], np.ones(2, x.dtype))[0]) == 1.0


def test_products_of_bfloat16_beyond_float32_are_exact(level):
    for exponent in (-126, -100, 100, 127):
        x = np.full(40, 2.0**exponent).astype(bfloat16())
        assert onedot.dot(x, x) == 40 * 2.0 ** (2 * exponent)


def test_float16_beside_bfloat16_gives_float32(level):
    x, y = np.array([1.5, 2.0], "f2"), np.array([3.0, 4.0]).astype(bfloat16())
    assert onedot.dot(x, y) == 12.5
    assert onedot.vecdot(x[None], y).dtype == np.float32


def test_exact_results_of_bfloat16_are_those_of_the_same_numbers_in_float32(level):
    x, y = (np.array(v).astype(bfloat16()) for v in ([2.0**100, 1.0, -(2.0**100)], [1.0, 0.5, 1.0]))
    assert onedot.exact.dot(x, y) == onedot.exact.fraction(x, y) == 0.5
    assert onedot.exact.sign(x, y) == 1
    z = onedot.exact.matvec(x[None], y.astype("f4"))
    assert (z.dtype, z.tolist()) == (np.float32, [0.5])
    z = onedot.exact.matvec(x[None], bfloat16_tensor(y))
    assert (z.dtype, z.tolist()) == (x.dtype, [0.5])


def test_elsewhere_bfloat16_is_widened_to_float32():
    x = np.array([1.5, -2.0]).astype(bfloat16())
    assert onedot.activations.relu(x).dtype == np.float32
    assert onedot.activations.relu(x).tolist() == [1.5, 0.0]


def test_bfloat16_comes_by_dlpack(level):
    values = np.array([1.5, -2.0, 3.0]).astype(bfloat16())
    assert onedot.dot(bfloat16_tensor(values), values) == 15.25
    assert onedot.vecdot(bfloat16_tensor(values), values).dtype == values.dtype


def test_a_tensor_whose_array_knows_no_bfloat16_is_read_by_dlpack(level):
    values = np.array([1.5, -2.0, 3.0]).astype(bfloat16())
    tensor = TensorAndArray(values.view(np.uint16), 4, 16)
    assert onedot.dot(tensor, values) == onedot.exact.dot(values, tensor) == 15.25
    assert onedot.matvec(values[None], tensor).dtype == values.dtype
    with pytest.raises(TypeError, match="x is a DLPack tensor of type code 10 and 8 bits; want float64"):
        onedot.dot(TensorAndArray(np.zeros(3, np.uint8), 10, 8), values)
    with pytest.raises(TypeError, match="unsupported type"):
        onedot.dot(Elsewhere(values.view(np.uint16), 4, 16), values)


def test_halves_and_integers_of_torch_are_read(level):
    torch = pytest.importorskip("torch")
    x = torch.tensor([1.5, -2.0, 3.0])
    for dtype in (torch.float16, torch.bfloat16):
        v = x.to(dtype)
        assert onedot.dot(v, v) == onedot.exact.dot(v.flip(0), v.flip(0)) == onedot.dot(v, x) == 15.25
    for dtype in (torch.int8, torch.uint8, torch.int16, torch.int32, torch.int64, torch.bool):
        v = torch.ones(1000, dtype=dtype)
        assert onedot.dot(v, v) == 1000
    with pytest.raises(TypeError, match="x is a DLPack tensor of type code"):
        onedot.dot(x.to(torch.float8_e4m3fn), x)


@pytest.mark.parametrize(("code", "bits"), [(10, 8), (17, 4), (0, 4), (1, 1)])
def test_a_tensor_of_a_type_that_numpy_lacks_is_refused(level, code, bits):
    tensor = Tensor(np.zeros(3, np.uint8), code, bits)
    for call in (onedot.dot, onedot.vecdot, onedot.exact.dot):
        with pytest.raises(
            TypeError, match=f": [xX] is a DLPack tensor of type code {code} and {bits} bits; want float64"
        ):
            call(tensor, np.ones(3))


def test_types_of_ml_dtypes_other_than_bfloat16_are_refused(level):
    ml_dtypes = pytest.importorskip("ml_dtypes")
    for name in ("float8_e4m3fn", "float8_e5m2", "int4", "uint4"):
        x = np.ones(3, getattr(ml_dtypes, name))
        for call in (onedot.dot, onedot.vecdot, onedot.exact.dot, onedot.exact.vecdot):
            with pytest.raises(TypeError, match=f": [xX] has dtype {name}; want float64, float32, float16, bfloat16"):
                call(x, np.ones(3))
        with pytest.raises(TypeError, match=f"out has dtype {name}; want float32 or float64"):
            onedot.matvec(np.ones((1, 3), "f4"), np.ones(3, "f4"), out=x[:1])


def test_without_ml_dtypes_bfloat16_by_dlpack_is_float32(level, monkeypatch):
    monkeypatch.setitem(sys.modules, "ml_dtypes", None)
    x = bfloat16_tensor(np.array([0x3FC0, 0xC000, 0x0001], np.uint16))  # 1.5, -2 and the least number
    assert onedot.dot(x, x) == 6.25
    assert onedot.exact.dot(x, [0.0, 0.0, 1.0]) == 2.0**-133
    for result in (onedot.vecdot(x, x), onedot.exact.vecdot(x, x)):
        assert (result.dtype, float(result)) == (np.float32, 6.25)


def test_every_pair_of_bytes_is_multiplied_exactly(compiled_level):
    for dtype in ("int8", "uint8"):
        v = np.arange(256).astype("uint8").view(dtype)
        for n in (1, 33, 64):
            x = np.ascontiguousarray(np.broadcast_to(v[:, None, None], (256, 256, n)))
            y = np.ascontiguousarray(np.broadcast_to(v[None, :, None], (256, 256, n)))
            expected = n * v.astype("i8")[:, None] * v.astype("i8")[None]
            assert np.array_equal(onedot.vecdot(x, y), expected)


@in_one_test("dtype", INTEGERS)
@in_one_test("n", [1, 2, 33, 4101, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 33])
def test_the_extremes_of_every_integer_type_neither_wrap_nor_round(level, dtype, n):
    ends = np.iinfo(dtype)
    for a in (ends.min, ends.max):
        for b in (ends.min, ends.max):
            assert onedot.dot(np.full(n, a, dtype), np.full(n, b, dtype)) == n * int(a) * int(b)


def test_a_bool_is_one_bit_whatever_its_byte_holds(level):
    x = np.array([2, 255, 0, 1], "u1").view("?")
    assert onedot.dot(x, x) == 3
    assert onedot.dot(x, np.full(4, -5, "i1")) == -15


@pytest.mark.parametrize("other", ["?", "u1", "i1"])
def test_one_odd_byte_far_into_an_array_of_bools_counts_once(level, other):
    x, y = np.ones(1400, "u1"), np.ones(1400, other)
    for place, value in ((3, 0), (700, 2), (1399, 255)):
        x[place] = value
    assert onedot.dot(x.view("?"), y) == onedot.dot(y, x.view("?")) == 1399
    assert onedot.matvec(np.stack([x, x]).view("?"), y).tolist() == [1399, 1399]
    assert onedot.dot(x.view("?")[::-1], y) == 1399
