"""What callers may throw at `dot`: one row each, with the value or the refusal it must get at every level.

A refusal by onedot reads `dot: <what was given>; want <what is wanted>`. An exception raised by the caller's
own object, or by NumPy reading it, comes through as it is.
"""

import array
import collections
import ctypes
import enum
import math
import re

import numpy as np
import pytest

import onedot
from support.hostile import Row, check, checks_of
from support.producers import (
    Array,
    ArrayInterface,
    ArrayStruct,
    DLPack,
    Sequence,
    Subclass,
    in_a_file,
    in_c,
    in_shared_memory,
    released,
)
from support.samples import read_only


def row(name, x, y, wanted, words=""):
    """dot(x, y): its value, or a type of exception and what its message must match, whole."""
    return Row(name, lambda: onedot.dot(x, y), wanted, re.compile(words, re.DOTALL), (x, y))


def refusal(name, x, y, error, given):
    """A row that onedot refuses, saying what was given and what is wanted."""
    return row(name, x, y, error, f"dot: {given}; want .+")


def dtype(given, side="x"):
    return re.escape(f"{side} has dtype {np.dtype(given)}")


def shape(given, side="x"):
    return re.escape(f"{side} has shape {given}")


def lengths(x, y):
    return f"x has {x}, y has {y}"


def cannot_hold(integer, side="x"):
    return f"{side} holds {integer}, which float64 cannot represent"


class Weekday(enum.IntEnum):
    MONDAY = 1
    TUESDAY = 2


X, Y = [1.0, 2.0, 3.0], [4.0, 5.0, 6.0]
X64, Y64 = np.array(X), np.array(Y)
K, L = [1, 2, 3], [4, 5, 6]
K64 = np.array(K)
ONE = [1.0]
TOO_BIG = 2**53 + 1  # the least integer that binary64 cannot hold
RECORD = np.dtype([("a", "f8"), ("b", "i4")])
SHORT_OF_3 = lengths("3 elements", "2 elements")

FLOATS = [
    row("float64 arrays", X64, Y64, 32.0),
    row("float32 arrays", X64.astype("f4"), Y64.astype("f4"), 32.0),
    row("float16 arrays", X64.astype("f2"), Y64.astype("f2"), 32.0),
    row("float16 by float32", X64.astype("f2"), Y64.astype("f4"), 32.0),
    row("float16 by float64", X64.astype("f2"), Y64, 32.0),
    row("float32 by float64", X64.astype("f4"), Y64, 32.0),
    row("a float16 sum beyond float16", np.array([65504.0, 65504.0], "f2"), np.ones(2, "f2"), 131008.0),
    row("a float16 product beyond float32", np.array([2.0**-24], "f2"), np.array([2.0**-24], "f2"), 2.0**-48),
    row(
        "a float32 product beyond float32", np.array([1e30], "f4"), np.array([1e30], "f4"), float(np.float32(1e30)) ** 2
    ),
    row("byte-swapped arrays", X64.astype(X64.dtype.newbyteorder()), Y64.astype(Y64.dtype.newbyteorder()), 32.0),
    row("byte-swapped by native", X64.astype(X64.dtype.newbyteorder()), Y64, 32.0),
    row("a reversed array", X64[::-1], Y64, 28.0),
    row("every other element", np.arange(6.0)[::2], Y64, 34.0),
    row("a column", np.arange(9.0).reshape(3, 3)[:, 1], Y64, 66.0),
    row("a diagonal", np.arange(9.0).reshape(3, 3).diagonal(), Y64, 68.0),
    row("a row in Fortran order", np.asfortranarray(np.arange(9.0).reshape(3, 3))[1], Y64, 62.0),
    row("one number broadcast", np.broadcast_to(2.0, 3), Y64, 30.0),
    row("a read-only array", read_only(X64), read_only(Y64), 32.0),
    row("a misaligned array", np.frombuffer(b"\0" + X64.tobytes(), np.uint8)[1:].view("f8"), Y64, 32.0),
    row("the real part of complex numbers", (X64 + 1j).real, Y64, 32.0),
    row("a field of records", np.array([(1.0, 2), (3.0, 4)], RECORD)["a"], [1.0, 1.0], 4.0),
    row("an integer field of records", np.array([(1.0, 2), (3.0, 4)], RECORD)["b"], [1, 1], 6),
    row("a memory-mapped array", in_a_file(X64), in_a_file(Y64), 32.0),
    row("a subclass of ndarray", X64.view(Subclass), Y64.view(Subclass), 32.0),
    row("a vector of a recarray", np.rec.array([(1.0, 2), (3.0, 4)], dtype=RECORD).a, [1.0, 1.0], 4.0),
    row("lists of floats", X, Y, 32.0),
    row("tuples of floats", tuple(X), tuple(Y), 32.0),
    row("a list by an array", X, Y64, 32.0),
    row("a list of float32 scalars", [np.float32(1.5), np.float32(2.0)], [1.0, 1.0], 3.5),
    row("a list of float16 scalars by a float32 array", [np.float16(1.5)], np.array([2.0], "f4"), 3.0),
    row("a list of scalars of many types", [np.float16(0.5), np.float64(0.1), np.int8(1), True], [1.0] * 4, 2.6),
    row("a list of 0-d arrays", [np.array(1.5), np.array(2.0)], [1.0, 1.0], 3.5),
    row("a list of NaN", [math.nan], ONE, math.nan),
    row("infinity by zero", [math.inf, 1.0], [0.0, 1.0], math.nan),
    row("infinity by one", [math.inf, 1.0], [1.0, 1.0], math.inf),
    row("negative zeros", [-0.0, -0.0], [1.0, 1.0], 0.0),
    row("a deque", collections.deque(X), Y, 32.0),
    row("a UserList", collections.UserList(X), Y, 32.0),
    row("a sequence of one's own", Sequence(*X), Sequence(*Y), 32.0),
]

INTEGERS = [
    row("int64 arrays", K64, np.array(L), 32),
    row("int8 arrays whose product int8 cannot hold", np.array([100, 100], "i1"), np.array([100, 100], "i1"), 20000),
    row("uint64 maxima", np.array([2**64 - 1], "u8"), np.array([2**64 - 1], "u8"), (2**64 - 1) ** 2),
    row("int64 minima", np.array([-(2**63)] * 2), np.array([-(2**63)] * 2), 2**127),
    row("int64 by uint64", np.array([-1]), np.array([2**64 - 1], "u8"), 1 - 2**64),
    row("byte-swapped integers", np.array(K, ">i4"), np.array(L, "<i2"), 32),
    row("one integer broadcast", np.broadcast_to(np.int16(7), 3), L, 105),
    row("bool arrays", np.array([True, True, False]), np.array([True, True, True]), 2),
    row("bool by int8", np.array([True, False]), np.array([-5, 7], "i1"), -5),
    row("lists of ints", K, L, 32),
    row("lists of bools", [True, True], [True, True], 2),
    row("a list of bools and ints", [True, 5], [2, 3], 17),
    row("lists of ints that int64 cannot hold", [2**63, -1], [1, 1], 2**63 - 1),
    row("lists of ints that uint64 cannot hold", [2**64, 1], [2**64, 1], 2**128 + 1),
    row("a tuple of negative giants", (-(2**100), 1), (2**100, 1), 1 - 2**200),
    row("a list of bools and giants", [True, 2**70], [1, 1], 2**70 + 1),
    row("a list of integer scalars of many types", [np.uint64(2**63), np.int64(-1), True], [1, 1, 1], 2**63),
    row("a list of 0-d integer arrays", [np.array(2**63, "u8"), np.array(-1)], [1, 1], 2**63 - 1),
    row("a list of an IntEnum", [Weekday.MONDAY, Weekday.TUESDAY], [3, 4], 11),
    row("a sequence of giants of one's own", Sequence(2**63, -1), [1, 1], 2**63 - 1),
    row("ranges", range(1, 4), range(4, 7), 32),
    row("a range that runs down", range(3, 0, -1), L, 28),
    row("a range beyond int64", range(2**70, 2**70 + 2), [1, -1], -1),
    row("a range by a float list", range(1, 4), Y, 32.0),
]

INTEGERS_BESIDE_FLOATS = [
    row("an int64 array by floats", K64, Y64, 32.0),
    row("an int8 array by float32", np.array(K, "i1"), Y64.astype("f4"), 32.0),
    row("a bool array by floats", np.array([True, False, True]), Y64, 10.0),
    row("a list of ints by floats", K, Y, 32.0),
    row("a list of ints and floats", [1, 0.5], [2, 4], 4.0),
    row("a list of bools and floats", [True, 0.5], [1, 1], 1.5),
    row("2**53 by a float", [2**53], [1.0], 2.0**53),
    row("2**53 + 2, which a float can hold", [2**53 + 2, 0.5], [1.0, 0.0], 2.0**53 + 2),
    row("2**63 by a float", np.array([2**63], "u8"), [0.5], 2.0**62),
    row("2**64 beside a float", [2**64, 0.5], [1.0, 1.0], 2.0**64),
    row("2**64 by a float", [2**64], [0.5], 2.0**63),
    row("a float32 beside an int that it cannot hold", [np.float32(1.0), 2**24 + 1], [1.0, 1.0], 2.0**24 + 2),
    refusal("2**53 + 1 beside a float", [TOO_BIG, 0.5], [1.0, 1.0], OverflowError, cannot_hold(TOO_BIG)),
    refusal("2**53 + 1 by a float", [TOO_BIG], [0.5], OverflowError, cannot_hold(TOO_BIG)),
    refusal("a float by 2**53 + 1", [0.5], [TOO_BIG], OverflowError, cannot_hold(TOO_BIG, "y")),
    refusal("-(2**53) - 1 by a float", [-TOO_BIG], [0.5], OverflowError, cannot_hold(-TOO_BIG)),
    refusal("2**53 + 1 in int64", np.array([1, TOO_BIG]), np.ones(2, "f4"), OverflowError, cannot_hold(TOO_BIG)),
    refusal("2**53 + 1 in uint64", np.array([TOO_BIG], "u8"), [0.5], OverflowError, cannot_hold(TOO_BIG)),
    refusal("the largest uint64", np.array([2**64 - 1], "u8"), ONE, OverflowError, cannot_hold(2**64 - 1)),
    refusal("the largest int64", np.array([2**63 - 1]), ONE, OverflowError, cannot_hold(2**63 - 1)),
    refusal("2**53 + 1 as an int64 scalar", [np.int64(TOO_BIG), 0.5], [1, 1], OverflowError, cannot_hold(TOO_BIG)),
    refusal("2**53 + 1 as a 0-d array", [np.array(TOO_BIG), 0.5], [1, 1], OverflowError, cannot_hold(TOO_BIG)),
    refusal("2**64 + 1 beside a float", [2**64 + 1, 0.5], [1, 1], OverflowError, cannot_hold(2**64 + 1)),
    refusal("2**64 + 1 by a float", [2**64 + 1], [0.5], OverflowError, cannot_hold(2**64 + 1)),
    refusal(
        "an int beyond the range of floats",
        [1, 2**2000],
        [0.5, 0.5],
        OverflowError,
        cannot_hold("an integer of 2001 bits"),
    ),
    refusal(
        "an int beyond the range of floats in a tuple",
        (0.5, 2**2000),
        X[:2],
        OverflowError,
        cannot_hold("an integer of 2001 bits"),
    ),
    refusal("an int too long to print", [10**5000], [0.5], OverflowError, "x holds .+"),
]

BUFFERS = [
    *(row(f"array.array of {c}", array.array(c, K), array.array(c, L), 32) for c in "bBhHiIlLqQ"),
    *(row(f"array.array of {c}", array.array(c, X), array.array(c, Y), 32.0) for c in "fd"),
    row("arrays of two types", array.array("d", X), array.array("f", Y), 32.0),
    row("bytes", b"\x01\xff", b"\xff\xff", 255 * 256),
    row("a bytearray", bytearray(b"\x01\x02"), [3, 4], 11),
    row("a memoryview of an array", memoryview(X64), memoryview(Y64), 32.0),
    row("a memoryview of a read-only array", memoryview(read_only(X64)), Y64, 32.0),
    row("a memoryview of bytes", memoryview(b"\x01\x02\x03"), L, 32),
    row("a memoryview cast to doubles", memoryview(X64.tobytes()).cast("d"), Y, 32.0),
    row("a bytearray cast to floats", memoryview(bytearray(X64.astype("f4").tobytes())).cast("f"), Y, 32.0),
    row("a memoryview cast to int64", memoryview(K64.astype("i8").tobytes()).cast("q"), L, 32),
    row("a memoryview cast to bool", memoryview(b"\x01\x00\x01").cast("?"), [True] * 3, 2),
    row("a memoryview sliced", memoryview(array.array("d", range(6)))[::2], Y, 34.0),
    row("a memoryview reversed", memoryview(array.array("d", X))[::-1], Y, 28.0),
    row("an mmap", in_shared_memory(K), L, 32),
    row("C doubles", in_c(ctypes.c_double, *X), in_c(ctypes.c_double, *Y), 32.0),
    row("C floats", in_c(ctypes.c_float, *X), Y, 32.0),
    row("C bools", in_c(ctypes.c_bool, True, True), [1, 1], 2),
    row("big-endian C doubles", in_c(ctypes.c_double.__ctype_be__, *X), Y, 32.0),
    row("C integers", in_c(ctypes.c_int16, *K), in_c(ctypes.c_uint64, *L), 32),
    refusal("C chars", in_c(ctypes.c_char, b"a"), [1], TypeError, dtype("S1")),
    refusal("C wide chars", in_c(ctypes.c_wchar, "a"), [1], TypeError, "x .+"),
    refusal("C long doubles", in_c(ctypes.c_longdouble, 1.0), ONE, TypeError, "x .+"),
    refusal("C objects", in_c(ctypes.py_object, 1.0), ONE, TypeError, dtype(object)),
    refusal("one C double", ctypes.c_double(1.0), ONE, ValueError, shape(())),
    refusal("C doubles in two dimensions", (ctypes.c_double * 2 * 2)(), ONE, ValueError, shape((2, 2))),
    refusal("a memoryview of chars", memoryview(b"ab").cast("c"), [1, 1], TypeError, dtype("S1")),
    refusal("a memoryview in two dimensions", memoryview(bytes(8)).cast("B", (2, 4)), [1], ValueError, shape((2, 4))),
    refusal("a memoryview of no dimension", memoryview(b"a").cast("B", ()), [1], ValueError, shape(())),
    refusal("bytes of another length", b"ab", b"a", ValueError, lengths("2 elements", "1 element")),
    row("a released memoryview", released(memoryview(b"a")), [1], ValueError, ".*released memoryview.*"),
]

PRODUCERS = [
    row("__array__ of floats", Array(X64), Array(Y64), 32.0),
    row("__array__ of integers", Array(K64), L, 32),
    row("__array__ of bools", Array(np.array([True, True])), [True, True], 2),
    row("__array__ of byte-swapped floats", Array(X64.astype(">f4")), Y, 32.0),
    row("__array_interface__ of floats", ArrayInterface(X64), Y, 32.0),
    row("__array_interface__ of a stride", ArrayInterface(np.arange(6.0)[::2]), Y, 34.0),
    row("__array_interface__ of integers", ArrayInterface(K64), L, 32),
    row("__array_struct__ of floats", ArrayStruct(X64), Y, 32.0),
    row("__array_struct__ of integers", ArrayStruct(K64), L, 32),
    row("DLPack of float64", DLPack(X64.copy()), DLPack(Y64.copy()), 32.0),
    row("DLPack of float32", DLPack(X64.astype("f4")), Y, 32.0),
    row("DLPack of float16", DLPack(X64.astype("f2")), Y, 32.0),
    row("DLPack of a stride", DLPack(np.arange(6.0)[::-2]), Y, 5.0 * 4 + 3 * 5 + 6),
    row("DLPack of integers", DLPack(K64.copy()), L, 32),
    row("DLPack of bools", DLPack(np.array([True, False])), [1, 1], 1),
    refusal("DLPack in two dimensions", DLPack(np.ones((2, 2))), ONE, ValueError, shape((2, 2))),
    refusal("__array__ in two dimensions", Array(np.ones((1, 1))), ONE, ValueError, shape((1, 1))),
    refusal("__array__ of no dimension", Array(np.array(1.0)), ONE, ValueError, shape(())),
    refusal("__array_interface__ of complex numbers", ArrayInterface(np.ones(1, "c16")), ONE, TypeError, dtype("c16")),
    row("__array__ that raises", Array(RuntimeError("it lies on a GPU")), ONE, RuntimeError, "it lies on a GPU"),
    row("__array__ that returns a list", Array([1.0]), ONE, ValueError, ".*not producing an array"),
    row("__dlpack__ that raises", DLPack(BufferError("not on the CPU")), ONE, BufferError, "not on the CPU"),
]

LENGTHS_AND_SHAPES = [
    row("nothing in lists", [], [], 0.0),
    row("nothing in tuples", (), (), 0.0),
    row("nothing in float64", np.array([]), np.array([]), 0.0),
    row("nothing in float32", np.array([], "f4"), np.array([], "f4"), 0.0),
    row("nothing in float16", np.array([], "f2"), np.array([], "f2"), 0.0),
    row("nothing in int64", np.array([], "i8"), np.array([], "i8"), 0),
    row("nothing in uint8", np.array([], "u1"), np.array([], "i8"), 0),
    row("nothing in bool", np.array([], "?"), np.array([], "?"), 0),
    row("nothing in an integer and a float type", np.array([], "i8"), np.array([]), 0.0),
    row("nothing in bytes", b"", bytearray(), 0),
    row("nothing in an array.array", array.array("d"), array.array("q"), 0.0),
    row("nothing in a slice", np.arange(3.0)[3:], np.arange(3.0)[:0], 0.0),
    row("nothing, byte-swapped", np.array([], ">f8"), np.array([], ">f8"), 0.0),
    row("nothing by DLPack", DLPack(np.array([])), [], 0.0),
    refusal("float64 arrays of 3 and 2", X64, Y64[:2], ValueError, SHORT_OF_3),
    refusal("float32 arrays of 2 and 3", X64[:2].astype("f4"), Y64.astype("f4"), ValueError, lengths("2 .+", "3 .+")),
    refusal("integer arrays of 3 and 2", K64, K64[:2], ValueError, SHORT_OF_3),
    refusal("lists of 3 and 2", X, Y[:2], ValueError, SHORT_OF_3),
    refusal("integer lists of 3 and 2", K, L[:2], ValueError, SHORT_OF_3),
    refusal("one element is not broadcast", X64, np.ones(1), ValueError, lengths("3 elements", "1 element")),
    refusal("nothing by one", [], ONE, ValueError, lengths("0 elements", "1 element")),
    refusal("one by nothing", np.ones(1), np.ones(0), ValueError, lengths("1 element", "0 elements")),
    refusal("a range of another length", range(3), range(2), ValueError, SHORT_OF_3),
    refusal("long vectors of two lengths", np.ones(2**20), np.ones(2**20 + 1), ValueError, "x has 1048576 .+"),
    refusal("a 0-d array", np.array(1.0), ONE, ValueError, shape(())),
    refusal("a float", 1.0, ONE, ValueError, shape(())),
    refusal("an int", 1, [1], ValueError, shape(())),
    refusal("a bool", True, [True], ValueError, shape(())),
    refusal("a float on the right", ONE, 1.0, ValueError, shape((), "y")),
    refusal("two floats", 1.0, 1.0, ValueError, shape(())),
    refusal("a NumPy scalar", np.float64(1.0), ONE, ValueError, shape(())),
    refusal("a matrix as array", np.ones((2, 2)), np.ones((2, 2)), ValueError, shape((2, 2))),
    refusal("a matrix on the right", np.ones(2), np.ones((2, 2)), ValueError, shape((2, 2), "y")),
    refusal("a row vector in two dimensions", X64[None], Y64, ValueError, shape((1, 3))),
    refusal("a column vector in two dimensions", X64[:, None], Y64, ValueError, shape((3, 1))),
    refusal("an empty matrix", np.ones((0, 2)), np.ones(0), ValueError, shape((0, 2))),
    refusal("three dimensions", np.ones((1, 1, 1)), ONE, ValueError, shape((1, 1, 1))),
    refusal("np.matrix", np.ones((1, 2)).view(np.matrix), X[:2], ValueError, shape((1, 2))),
    refusal("a nested list", [[1.0, 2.0]], ONE, ValueError, shape((1, 2))),
    refusal("a nested integer list", [[1], [2]], [1, 1], ValueError, shape((2, 1))),
    refusal("an empty nested list", [[]], ONE, ValueError, shape((1, 0))),
    refusal("a list of arrays", [X64, Y64], [1.0, 1.0], ValueError, shape((2, 3))),
    refusal("a list of a number and an array", [1.0, np.ones(2)], [1.0, 1.0], ValueError, "x .+"),
]

OTHER_TYPES = [
    refusal("two Nones", None, None, TypeError, "x .+"),
    refusal("complex64 on both sides", np.ones(1, "c8"), np.ones(1, "c8"), TypeError, dtype("c8")),
    refusal("a matrix of complex numbers", np.ones((2, 2), "c16"), ONE, TypeError, dtype("c16")),
    refusal("durations on both sides", np.array([1], "m8[s]"), np.array([1], "m8[s]"), TypeError, dtype("m8[s]")),
    refusal("a void", np.void(b"abcd"), ONE, TypeError, dtype("V4")),
]

MASKED = [
    refusal("a masked array in two dimensions", np.ma.ones((2, 2)), ONE, TypeError, "x is a masked array.+"),
    refusal("a masked array of another length", np.ma.ones(3), ONE, TypeError, "x is a masked array.+"),
    refusal("a masked memmap", np.ma.array(in_a_file(X64)), Y, TypeError, "x is a masked array.+"),
    # NumPy reads it as NaN and warns, and here a warning is an error: not silent.
    row(
        "a list with the masked constant",
        [1.0, np.ma.masked],
        [1.0, 1.0],
        TypeError,
        "dot: x holds a masked array, whose mask would be lost; want it filled, or left out",
    ),
]

ROWS = [
    *FLOATS,
    *INTEGERS,
    *INTEGERS_BESIDE_FLOATS,
    *BUFFERS,
    *PRODUCERS,
    *LENGTHS_AND_SHAPES,
    *OTHER_TYPES,
    *MASKED,
]

TestCalls = checks_of(ROWS, least=200)


CALLS = [
    ((), {}, "missing 2 required positional arguments"),
    ((X,), {}, "missing 1 required positional argument"),
    ((X, Y, X), {}, "takes 2 positional arguments but 3 were given"),
    ((X64, Y64, X64), {}, "takes 2 positional arguments but 3 were given"),
    ((), {"x": X, "y": Y}, "keyword argument"),
    ((X64,), {"y": Y64}, "keyword argument"),
    ((X64, Y64), {"out": X64}, "keyword argument"),
]


@pytest.mark.parametrize(("arguments", "keywords", "words"), CALLS)
def test_dot_takes_two_vectors_by_position_and_nothing_else(level, arguments, keywords, words):
    with pytest.raises(TypeError, match=words):
        onedot.dot(*arguments, **keywords)


def test_a_torch_tensor_on_the_cpu_is_a_vector_like_any_other(level):
    torch = pytest.importorskip("torch")
    x, y = torch.tensor(X, dtype=torch.float64), torch.tensor(Y, dtype=torch.float64)
    for checked in (
        row("double", x, y, 32.0),
        row("float by half", x.float(), y.half(), 32.0),
        row("integers", torch.tensor(K), torch.tensor(L), 32),
        row("backwards", x.flip(0), Y, 28.0),
        row("a matrix", torch.ones(2, 2), x, ValueError, r"dot: x has shape \(2, 2\); want one dimension"),
        row("complex numbers", x.to(torch.complex64), x, TypeError, ".*"),
        row("with a gradient", torch.ones(3, requires_grad=True), x, RuntimeError, ".*"),
    ):
        check(checked)
