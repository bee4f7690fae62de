"""What callers may throw at matvec, vecmat, matmul and vecdot: one row each, as in the table of `dot`.

A line has a matrix and a vector, of which every function takes its own arrangement; the words of a refusal
name the operand as `{A}` or `{x}`, which is `X`, `Y` or `B` where the function calls it so.
"""

import array
import ctypes
import re

import numpy as np
import pytest

import onedot
from support.cells import in_one_test
from support.hostile import Row, checks_of, is_refusal
from support.producers import (
    Array,
    ArrayInterface,
    ArrayStruct,
    DLPack,
    Sequence,
    Subclass,
    in_a_file,
    in_c,
)
from support.samples import read_only

# What each calls its matrix and vector, and how it takes them.
FUNCTIONS = {
    "matvec": ("A", "x", lambda a, x, **options: onedot.matvec(a, x, **options)),
    "vecmat": ("A", "x", lambda a, x, **options: onedot.vecmat(x, a, **options)),
    "matmul": ("A", "B", lambda a, x, **options: onedot.matmul(a, x, **options)),
    "vecdot": ("X", "Y", lambda a, x, **options: onedot.vecdot(a, x, **options)),
}


def written(call, a, x):
    """The call into an out that a refusal leaves as it was."""
    out = np.array([7.0, 7.0])
    try:
        return call(a, x, out=out)
    finally:
        assert out.tolist() == [7.0, 7.0]


def rows(name, a, x, wanted, words="", functions=FUNCTIONS):
    """Each function of a matrix and a vector: the values, or a type of exception and what its message is, whole."""
    for function in functions:
        matrix, vector, call = FUNCTIONS[function]
        own = words.replace("{A}", matrix).replace("{x}", vector).replace("{f}", function)
        given = wanted, re.compile(own, re.DOTALL), (a, x)
        yield Row(f"{function}: {name}", lambda call=call: call(a, x), *given)
        if is_refusal(Row(name, call, wanted)):
            yield Row(f"{function}: {name}, into an out", lambda call=call: written(call, a, x), *given)


def refusal(name, a, x, error, given, **options):
    return rows(name, a, x, error, f"{{f}}: (?:{given}); want .+", **options)


def dtype(given, side="{A}"):
    return f"{side} has dtype {re.escape(str(np.dtype(given)))}"


def shape(given, side="{A}"):
    return f"{side} has shape {re.escape(str(given))}"


# As a matrix is symmetric, matvec, vecmat, matmul and vecdot of it and a vector are the same.
LIST = [[1.0, 2.0], [2.0, 5.0]]
A64, X64 = np.array(LIST), np.array([3.0, 4.0])
INTEGERS = [[1, 2], [2, 5]]
FLOAT, SINGLE, HALF, INTEGER = (np.array([11, 26], t) for t in ("f8", "f4", "f2", "i8"))
ONES = np.ones(2)
TOO_BIG = 2**53 + 1
RECORD = np.dtype([("a", "f8"), ("b", "i4")])

ROWS = [
    *rows("float64 arrays", A64, X64, FLOAT),
    *rows("float32 arrays", A64.astype("f4"), X64.astype("f4"), SINGLE),
    *rows("float16 arrays", A64.astype("f2"), X64.astype("f2"), HALF),
    *rows("float32 by float16", A64.astype("f4"), X64.astype("f2"), SINGLE),
    *rows("float32 by float64", A64.astype("f4"), X64, FLOAT),
    *rows("float32 by a list", A64.astype("f4"), [3.0, 4.0], FLOAT),
    *rows("float32 by integers", A64.astype("f4"), np.array([3, 4]), FLOAT),
    *rows("lists of floats", LIST, [3.0, 4.0], FLOAT),
    *rows("nested tuples", tuple(map(tuple, LIST)), (3.0, 4.0), FLOAT),
    *rows("a list of arrays", [A64[0], A64[1]], X64, FLOAT),
    *rows("a list of array.arrays", [array.array("d", row) for row in LIST], X64, FLOAT),
    *rows("lists of integers", INTEGERS, [3, 4], INTEGER),
    *rows("lists of integers and floats", [[1, 2.0], [2, 5]], [3, 4.0], FLOAT),
    *rows("integers by floats", INTEGERS, X64, FLOAT),
    *rows("ranges", [range(1, 3), [2, 5]], range(3, 5), INTEGER),
    *rows("a sequence of sequences of one's own", Sequence(*(Sequence(*row) for row in LIST)), X64, FLOAT),
    *rows("int8 arrays", np.array(INTEGERS, "i1"), np.array([3, 4], "i1"), INTEGER),
    *rows("byte-swapped arrays", A64.astype(A64.dtype.newbyteorder()), X64.astype(X64.dtype.newbyteorder()), FLOAT),
    *rows("read-only arrays", read_only(A64), read_only(X64), FLOAT),
    *rows("memory-mapped arrays", in_a_file(A64), in_a_file(X64), FLOAT),
    *rows("np.matrix", A64.view(np.matrix), X64, FLOAT),
    *rows("np.matrix of float32", A64.astype("f4").view(np.matrix), X64.astype("f4"), SINGLE),
    *rows("a subclass of ndarray", A64.view(Subclass), X64.view(Subclass), FLOAT),
    *rows("a two-dimensional memoryview", memoryview(A64), memoryview(X64), FLOAT),
    *rows("a two-dimensional memoryview in Fortran order", memoryview(np.asfortranarray(A64)), X64, FLOAT),
    *rows("a memoryview cast to two dimensions", memoryview(A64.tobytes()).cast("B").cast("d", (2, 2)), X64, FLOAT),
    *rows(
        "a memoryview of bytes in two dimensions", memoryview(bytes([1, 2, 2, 5])).cast("B", (2, 2)), b"\3\4", INTEGER
    ),
    *rows("an array.array as vector", A64, array.array("d", [3.0, 4.0]), FLOAT),
    *rows("an array.array of floats", A64.astype("f4"), array.array("f", [3.0, 4.0]), SINGLE),
    *rows("C doubles in two dimensions", (ctypes.c_double * 2 * 2)((1.0, 2.0), (2.0, 5.0)), X64, FLOAT),
    *rows(
        "C integers in two dimensions", (ctypes.c_int16 * 2 * 2)((1, 2), (2, 5)), in_c(ctypes.c_uint8, 3, 4), INTEGER
    ),
    *rows("__array__", Array(A64), Array(X64), FLOAT),
    *rows("__array_interface__", ArrayInterface(A64), ArrayInterface(X64), FLOAT),
    *rows("__array_struct__", ArrayStruct(A64), ArrayStruct(X64), FLOAT),
    *rows("DLPack", DLPack(A64.copy()), DLPack(X64.copy()), FLOAT),
    *rows("DLPack of float32, transposed", DLPack(A64.astype("f4").T), DLPack(X64.astype("f4")), SINGLE),
    *rows("DLPack of integers", DLPack(np.array(INTEGERS)), [3, 4], INTEGER),
    *rows("the real part of complex numbers", (A64 + 1j).real, (X64 - 1j).real, FLOAT),
    *rows("rows of nothing", np.ones((2, 0)), np.ones(0), np.zeros(2), functions=("matvec", "matmul", "vecdot")),
    *rows("rows of nothing in lists", [[], []], [], np.zeros(2), functions=("matvec", "matmul", "vecdot")),
    *refusal("complex64 on both sides", A64.astype("c8"), X64.astype("c8"), TypeError, dtype("c8", "(?:{A}|{x})")),
    *refusal("lists of complex numbers", [[1j, 1], [1, 1]], X64, TypeError, dtype("c16")),
    *refusal("ragged lists", [[1.0, 2.0], [3.0]], X64, ValueError, "{A} is ragged"),
    *refusal("a float", 1.0, X64, ValueError, shape(())),
    *refusal("a float as vector", A64, 1.0, ValueError, shape((), "{x}")),
    *refusal("a NumPy scalar as vector", A64, np.float32(1.0), ValueError, shape((), "{x}")),
    *refusal("an int as vector", INTEGERS, 3, ValueError, shape((), "{x}")),
    *refusal("a 0-d array", np.array(1.0), X64, ValueError, shape(())),
    *refusal("a 0-d array as vector", A64, np.array(1.0), ValueError, shape((), "{x}")),
    *refusal("a bool", True, X64, ValueError, shape(())),
    *refusal("DLPack of no dimension", DLPack(np.array(1.0)), X64, ValueError, shape(())),
    *refusal("a vector that is too long", A64, np.ones(3), ValueError, ".*2.+3.*|.*3.+2.*"),
    *refusal("a vector that is too short", A64, np.ones(1), ValueError, ".*1 element.*|.*2.+1.*"),
    *refusal("a list that is too long", LIST, [1.0] * 3, ValueError, ".*2.+3.*|.*3.+2.*"),
    *refusal("an integer list that is too long", INTEGERS, [1] * 3, ValueError, ".*2.+3.*|.*3.+2.*"),
    *refusal("an empty vector", A64, [], ValueError, ".*2.+0.*|.*0.+2.*"),
    *refusal(
        "an integer too large",
        [[TOO_BIG, 0.5]],
        ONES,
        OverflowError,
        "{A} holds 9007199254740993, .+",
        functions=("matvec", "matmul", "vecdot"),
    ),
    *refusal("a vector with one", A64, [TOO_BIG, 0], OverflowError, "{x} holds 9007199254740993, .+"),
    *refusal("one in an array", np.full((2, 2), TOO_BIG), ONES, OverflowError, "{A} holds 9007199254740993, .+"),
    *rows("__array__ that raises", Array(RuntimeError("it lies on a GPU")), X64, RuntimeError, "it lies on a GPU"),
    *rows("__dlpack__ that raises", A64, DLPack(BufferError("not on the CPU")), BufferError, "not on the CPU"),
]


TestCalls = checks_of(ROWS, least=320)


CALLS = [
    ((), {}, "missing 2 required positional arguments"),
    ((A64,), {}, "missing 1 required positional argument"),
    ((A64, A64, A64), {}, "takes 2 positional arguments but 3 were given"),
    ((A64, A64, None), {}, "takes 2 positional arguments but 3 were given"),
    ((), {"out": np.ones(2)}, "missing 2 required positional arguments"),
    ((A64, A64), {"axes": -1}, "unexpected keyword argument 'axes'"),
    ((A64, A64), {"dtype": "f8"}, "unexpected keyword argument 'dtype'"),
    ((A64, A64), {"where": True}, "unexpected keyword argument 'where'"),
    ((A64, A64), {"out": None, "order": "C"}, "unexpected keyword argument 'order'"),
    ((), {"A": A64, "x": X64}, "missing 2 required|keyword argument"),
    ((A64,), {"x": X64}, "missing 1 required|keyword argument"),
    ((), {"X": A64, "Y": A64}, "missing 2 required|keyword argument"),
]


@in_one_test(("arguments", "keywords", "words"), CALLS)
@in_one_test("function", FUNCTIONS)
def test_two_operands_by_position_and_out_by_name_and_nothing_else(level, function, arguments, keywords, words):
    with pytest.raises(TypeError, match=words):
        getattr(onedot, function)(*arguments, **keywords)
