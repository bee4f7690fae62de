"""An out that cannot take the result is refused in words that say what was given and wanted, and left as it was."""

import array
import itertools
import re

import numpy as np
import pytest
from numpy.lib.stride_tricks import as_strided

import onedot
from support.bits import array_bits
from support.cells import in_one_test
from support.hostile import Row, checks_of
from support.rows import stack
from support.samples import read_only

M, N = 4, 6

# Each call gives M results.
CALLS = {
    "matvec": lambda dtype, out: onedot.matvec(np.ones((M, N), dtype), np.ones(N, dtype), out=out),
    "vecmat": lambda dtype, out: onedot.vecmat(np.ones(N, dtype), np.ones((N, M), dtype), out=out),
    "matmul": lambda dtype, out: onedot.matmul(np.ones((M, N), dtype), np.ones(N, dtype), out=out),
    "vecdot": lambda dtype, out: onedot.vecdot(np.ones((M, N), dtype), np.ones((M, N), dtype), out=out),
}


def full(shape, dtype="f8"):
    return np.full(shape, 7, dtype)


SHARED = "elements of out share memory; want an array of 4 elements of their own"
READ_ONLY = "out is read-only; want an array that can be written to"

# name: (dtype of the inputs, a maker of out, type of the exception, its message after the name of the call)
REFUSED = {
    "read-only": ("f8", lambda: read_only(full(M)), ValueError, READ_ONLY),
    "a read-only view": ("f8", lambda: np.broadcast_to(full(1), M), ValueError, READ_ONLY),
    "too short": ("f8", lambda: full(M - 1), ValueError, r"out has shape \(3,\); want \(4,\)"),
    "too long": ("f8", lambda: full(M + 1), ValueError, r"out has shape \(5,\); want \(4,\)"),
    "one element": ("f8", lambda: full(1), ValueError, r"out has shape \(1,\); want \(4,\)"),
    "empty": ("f8", lambda: full(0), ValueError, r"out has shape \(0,\); want \(4,\)"),
    "of no dimension": ("f8", lambda: full(()), ValueError, r"out has shape \(\); want \(4,\)"),
    "a row": ("f8", lambda: full((1, M)), ValueError, r"out has shape \(1, 4\); want \(4,\)"),
    "a column": ("f8", lambda: full((M, 1)), ValueError, r"out has shape \(4, 1\); want \(4,\)"),
    "a matrix": ("f8", lambda: full((M, N)), ValueError, r"out has shape \(4, 6\); want \(4,\)"),
    "float32 for float64": ("f8", lambda: full(M, "f4"), TypeError, "out has dtype float32; want float64"),
    "float16 for float32": ("f4", lambda: full(M, "f2"), TypeError, "out has dtype float16; want .*float32.*"),
    "byte-swapped": (
        "f8",
        lambda: full(M, np.dtype("f8").newbyteorder()),
        TypeError,
        "out has dtype .f8; want float64",
    ),
    "int64 for floats": ("f8", lambda: full(M, "i8"), TypeError, "out has dtype int64; want float64"),
    "float64 for integers": ("i8", lambda: full(M, "f8"), TypeError, "out has dtype float64; want int64"),
    "int32 for integers": ("i8", lambda: full(M, "i4"), TypeError, "out has dtype int32; want int64"),
    "uint64 for integers": ("u8", lambda: full(M, "u8"), TypeError, "out has dtype uint64; want int64"),
    "bool for bools": ("?", lambda: full(M, "?"), TypeError, "out has dtype bool; want int64"),
    "complex": ("f8", lambda: full(M, "c16"), TypeError, "out has dtype complex128; want float64"),
    "objects": ("f8", lambda: full(M, object), TypeError, "out has dtype object; want float64"),
    "long doubles": (
        "f8",
        lambda: full(M, np.longdouble),
        TypeError,
        f"out has dtype {np.dtype(np.longdouble)}; want float64",
    ),
    "strings": ("f8", lambda: np.full(M, "7"), TypeError, "out has dtype <U1; want float64"),
    "records": ("f8", lambda: np.zeros(M, [("a", "f8")]), TypeError, "out has dtype .+; want float64"),
    "a masked array": ("f8", lambda: np.ma.array(full(M)), TypeError, "out has type MaskedArray; want a NumPy array"),
    "a list": ("f8", lambda: [7.0] * M, TypeError, "out has type list; want a NumPy array"),
    "a tuple": ("f8", lambda: (7.0,) * M, TypeError, "out has type tuple; want a NumPy array"),
    "a tuple of an array": ("f8", lambda: (full(M),), TypeError, "out has type tuple; want a NumPy array"),
    "a memoryview": ("f8", lambda: memoryview(full(M)), TypeError, "out has type memoryview; want a NumPy array"),
    "an array.array": ("f8", lambda: array.array("d", [7.0] * M), TypeError, "out has type array; want a NumPy array"),
    "a number": ("f8", lambda: 7.0, TypeError, "out has type float; want a NumPy array"),
    "a NumPy scalar": ("f8", lambda: np.float64(7.0), TypeError, "out has type float64; want a NumPy array"),
    "an ellipsis": ("f8", lambda: ..., TypeError, "out has type ellipsis; want a NumPy array"),
    "one cell over and over": ("f8", lambda: as_strided(full(1), (M,), (0,)), ValueError, SHARED),
    "elements half over each other": ("f8", lambda: as_strided(full(M), (M,), (4,)), ValueError, SHARED),
    "False": ("f8", lambda: False, TypeError, "out has type bool; want a NumPy array"),
}


def rows():
    for (call, function), (name, (dtype, make, error, words)) in itertools.product(CALLS.items(), REFUSED.items()):
        out = make()
        yield Row(f"{call}: {name}", lambda f=function, t=dtype, out=out: f(t, out), error,
                  re.compile(f"{call}: {words}"), (out, getattr(out, "obj", None)))  # fmt: skip


TestRefusals = checks_of(list(rows()), least=130)


@pytest.mark.parametrize("call", CALLS)
def test_no_out_is_asked_for_by_none(level, call):
    assert array_bits(CALLS[call]("f8", None)) == array_bits(np.full(M, float(N)))


WRITABLE = {
    "contiguous": lambda: full(M),
    "misaligned": lambda: np.zeros(8 * M + 1, np.uint8)[1:].view("f8"),
    "every other": lambda: full(2 * M)[::2],
    "backwards": lambda: full(M)[::-1],
    "a column": lambda: full((M, 3))[:, 1],
    "a field": lambda: np.zeros(M, [("a", "i1"), ("b", "f8")])["b"],
    "a subclass": lambda: full(M).view(np.recarray),
    "in a bytearray": lambda: np.frombuffer(bytearray(8 * M)),
}


@in_one_test("lies", WRITABLE)
@in_one_test("call", CALLS)
def test_an_out_that_fits_is_what_is_returned(level, call, lies):
    for dtype in ("f8", "f4", "f2"):
        out = WRITABLE[lies]()
        assert CALLS[call](dtype, out) is out
        assert out.tolist() == [float(N)] * M


@pytest.mark.parametrize("call", CALLS)
def test_an_out_of_integers_that_fits_is_what_is_returned(level, call):
    for dtype in ("i8", "u1", "?"):
        for out in (full(M, "i8"), full(2 * M, "i8")[::-2], np.zeros(8 * M + 3, np.uint8)[3:].view("i8")):
            assert CALLS[call](dtype, out) is out
            assert out.tolist() == [N] * M


@pytest.mark.parametrize("dtype", ["f8", "f4"])
def test_elements_around_an_out_with_gaps_stay_as_they_were(level, dtype):
    room = full((9, 3 * M), dtype)
    a, x = stack(3, N, dtype=np.dtype(dtype).name, seed=1), stack(M, N, dtype=np.dtype(dtype).name, seed=2)
    out = room[1:8:2, 1::3][:, :3]
    assert onedot.matvec(a, x, out=out) is out
    assert array_bits(out.copy()) == array_bits(onedot.matvec(a, x))
    out[...] = 7
    assert (room == 7).all()


def test_two_vectors_need_an_out_of_no_dimension(level):
    out = np.array(7.0)
    assert onedot.vecdot(np.ones(3), np.ones(3), out=out) is out
    assert out[()] == 3.0
    with pytest.raises(ValueError, match=re.escape("vecdot: out has shape (1,); want ()")):
        onedot.vecdot(np.ones(3), np.ones(3), out=np.ones(1))


def test_an_empty_out_is_returned_too(level):
    for shape in ((0, 3), (2, 0)):
        out = np.empty((shape[0],))
        assert onedot.matvec(np.ones(shape), np.ones(shape[1]), out=out) is out
        assert out.tolist() == [0.0] * shape[0]


def test_an_operand_that_is_refused_leaves_out_as_it_was(level):
    out = full(M)
    for a, x in ((np.ones((M, N)), np.ones(N + 1)), (np.ones((M, N), "c8"), np.ones(N)), (np.ones(N), np.ones(N))):
        with pytest.raises((TypeError, ValueError)):
            onedot.matvec(a, x, out=out)
        assert out.tolist() == [7.0] * M
