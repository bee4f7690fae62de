"""Every pair of number types, the ends of each, and every type of `out`: one row each, the same at every level."""

import itertools
import math

import numpy as np
import pytest

import onedot
from onedot import exact, single
from support.hostile import Row, checks_of

bfloat16 = np.dtype(pytest.importorskip("ml_dtypes").bfloat16)

INTEGERS = [np.dtype(t) for t in ("?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8")]
FLOATS = [np.dtype("f8"), np.dtype("f4"), np.dtype("f2"), bfloat16]
TYPES = [*INTEGERS, *FLOATS]
INT64_ENDS = range(-(2**63), 2**63)

SYMMETRIC, VECTOR = [[1, 0], [0, 1]], [1, 1]  # so that bools hold them, and vecmat is matvec


def result_type(a, b):
    """What the docs say: int64 of integers, float64 of one of them beside floats, float32 of the two halves."""
    if a in INTEGERS or b in INTEGERS:
        return np.dtype("i8") if a in INTEGERS and b in INTEGERS else np.dtype("f8")
    wide = [np.dtype("f4") if t == bfloat16 and a != b else t for t in (a, b)]
    return a if a == b else np.promote_types(*wide)


def products(a, b):
    A, x = np.array(SYMMETRIC).astype(a), np.array(VECTOR).astype(b)
    rows = onedot.matvec, onedot.matmul, onedot.vecdot
    return lambda: (onedot.dot(A[0], x), onedot.vecmat(x, A), *(product(A, x) for product in rows))


def products_wanted(a, b):
    rows = np.array(VECTOR).astype(result_type(a, b))
    return 1 if a in INTEGERS and b in INTEGERS else 1.0, *[rows] * 4


PAIRS = [Row(f"{a} by {b}", products(a, b), products_wanted(a, b)) for a, b in itertools.product(TYPES, repeat=2)]


def exact_products(a, b):
    A, x = np.array(SYMMETRIC).astype(a), np.array(VECTOR).astype(b)
    return lambda: (exact.dot(A[0], x), exact.sign(A[1], x), exact.matmul(A, x), exact.vecdot(A, x))


def exact_row(a, b):
    value, rows, *_ = products_wanted(a, b)
    return Row(f"exact: {a} by {b}", exact_products(a, b), (value, 1, rows, rows))


EXACT_PAIRS = [exact_row(a, b) for a, b in itertools.product(TYPES, repeat=2)]


def single_products(a, b):
    A, x = np.array(SYMMETRIC).astype(a), np.array(VECTOR).astype(b)
    return lambda: (
        single.dot(A[0], x), single.matvec(A, x), single.vecmat(x, A), single.matmul(A, x), single.vecdot(A, x)
    )  # fmt: skip


def single_row(a, b):
    wide = {t: name for t, name in ((b, "y"), (a, "x")) if t in INTEGERS or t.itemsize == 8}
    if not wide:
        return Row(f"single: {a} by {b}", single_products(a, b), (1.0, *[np.ones(2, "f4")] * 4))
    t, name = list(wide.items())[-1]
    words = f"single.dot: {'x' if t == a else name} has dtype {t}; want float32, float16 or bfloat16, or onedot.dot"
    return Row(f"single: {a} by {b}", single_products(a, b), TypeError, words)


SINGLE_PAIRS = [single_row(a, b) for a, b in itertools.product(TYPES, repeat=2)]


def ends(t):
    """The least and the greatest number of an integer type."""
    return (0, 1) if t.kind == "b" else (int(np.iinfo(t).min), int(np.iinfo(t).max))


def rows_at_the_ends(a, b):
    """Two rows: dot is exact whatever its size, and matvec is, or says that int64 cannot hold it."""
    (low, high), (other_low, other_high) = ends(a), ends(b)
    x, y = np.array([low, high, high], a), np.array([other_high, other_low, other_high], b)
    total = low * other_high + high * other_low + high * other_high
    yield Row(f"the ends of {a} by those of {b}", lambda: (onedot.dot(x, y), exact.dot(x, y)), (total, total))
    name = f"the ends of {a} by those of {b} in int64"
    if total in INT64_ENDS:
        yield Row(name, lambda: onedot.matvec(x[None], y), np.array([total]))
    else:
        yield Row(name, lambda: onedot.matvec(x[None], y), OverflowError, f"matvec: a result is {total}; want results")


ENDS = [row for a, b in itertools.product(INTEGERS, repeat=2) for row in rows_at_the_ends(a, b)]

OUT_TYPES = [*TYPES, *(np.dtype(t) for t in ("g", "c16", "O", "V8", "U8", "M8[D]"))]


def out_row(inputs, of_out):
    """Of one type in, into an out of another: its own type or a wider float, or a refusal that leaves it alone."""
    A, x = np.array(SYMMETRIC).astype(inputs), np.array(VECTOR).astype(inputs)
    result = result_type(inputs, inputs)
    wider = [t for t in FLOATS[:2] if result in FLOATS and t.itemsize > result.itemsize]

    def call():
        out = np.zeros(2, of_out)
        onedot.matvec(A, x, out=out)
        onedot.vecmat(x, A, out=out)
        onedot.matmul(A, x, out=out)
        return onedot.vecdot(A, x, out=out)

    name = f"{inputs} into {of_out}"
    if of_out in (result, *wider):
        return Row(name, call, np.array(VECTOR).astype(of_out))
    return Row(name, call, TypeError, f"matvec: out has dtype {of_out}; want {result.name}")


OUTS = [out_row(a, b) for a in (np.dtype("i8"), np.dtype("u1"), np.dtype("?"), *FLOATS) for b in OUT_TYPES]


def narrow(values, t):
    return np.array(values, np.float64).astype(t)


def matvec_of(t, rows, x):
    return lambda: onedot.matvec(narrow(rows, t), narrow(x, t))


HALF, BRAIN = np.dtype("f2"), bfloat16
TIES = [
    Row("the largest float16", matvec_of(HALF, [[65504.0]], [1.0]), narrow([65504.0], HALF)),
    Row("half a step beyond it, to even", matvec_of(HALF, [[65504.0, 16.0]], [1.0, 1.0]), narrow([np.inf], HALF)),
    Row("less than half a step", matvec_of(HALF, [[65504.0, 15.99]], [1.0, 1.0]), narrow([65504.0], HALF)),
    Row("a negative one beyond", matvec_of(HALF, [[-65504.0]], [2.0]), narrow([-np.inf], HALF)),
    Row("the least float16", matvec_of(HALF, [[2.0**-24]], [1.0]), narrow([2.0**-24], HALF)),
    Row("half of it, a tie to zero", matvec_of(HALF, [[2.0**-24]], [0.5]), narrow([0.0], HALF)),
    Row("three halves of it, a tie up", matvec_of(HALF, [[2.0**-24]], [1.5]), narrow([2.0**-23], HALF)),
    Row("what cancels beyond float16", matvec_of(HALF, [[65504.0, -65504.0]], [65504.0] * 2), narrow([0.0], HALF)),
    Row("float16 of NaN", matvec_of(HALF, [[np.nan, 1.0]], [1.0, 1.0]), narrow([np.nan], HALF)),
    Row("float16 infinity by zero", matvec_of(HALF, [[np.inf]], [0.0]), narrow([np.nan], HALF)),
    Row("opposite infinities of float16", matvec_of(HALF, [[np.inf, -np.inf]], [1.0, 1.0]), narrow([np.nan], HALF)),
    Row("negative zeros of float16", matvec_of(HALF, [[-0.0]], [1.0]), narrow([0.0], HALF)),
    Row("a tie of bfloat16, to even", matvec_of(BRAIN, [[1.0, 2.0**-8]], [1.0, 1.0]), narrow([1.0], BRAIN)),
    Row("a tie of bfloat16, to even above",
        matvec_of(BRAIN, [[1.0 + 2.0**-7, 2.0**-8]], [1.0, 1.0]), narrow([1.0 + 2.0**-6], BRAIN)),
    Row("just above a tie that float32 would not see",
        matvec_of(BRAIN, [[1.0, 2.0**-8, 2.0**-40]], [1.0, 1.0, 1.0]), narrow([1.0 + 2.0**-7], BRAIN)),
    Row("just below it",
        matvec_of(BRAIN, [[1.0, 2.0**-8, -(2.0**-40)]], [1.0, 1.0, 1.0]), narrow([1.0], BRAIN)),
    Row("bfloat16 beyond its range", matvec_of(BRAIN, [[3e38, 3e38]], [1.0, 1.0]), narrow([np.inf], BRAIN)),
    Row("the least bfloat16", matvec_of(BRAIN, [[2.0**-133]], [1.0]), narrow([2.0**-133], BRAIN)),
    Row("half of that, a tie to zero", matvec_of(BRAIN, [[2.0**-133]], [0.5]), narrow([0.0], BRAIN)),
    Row("bfloat16 of NaN", matvec_of(BRAIN, [[np.nan]], [1.0]), narrow([np.nan], BRAIN)),
    Row("bfloat16 that cancels", matvec_of(BRAIN, [[3e38, -3e38]], [3e38, 3e38]), narrow([0.0], BRAIN)),
    Row("float16 squares beyond float32", lambda: onedot.dot(narrow([65504.0] * 2, HALF), narrow([65504.0] * 2, HALF)),
        2.0 * 65504.0**2),
    Row("bfloat16 squares beyond float32",
        lambda: onedot.dot(narrow([2.0**100], BRAIN), narrow([2.0**100], BRAIN)), 2.0**200),
    Row("bfloat16 by an integer no float is",
        lambda: onedot.dot(narrow([1.0], BRAIN), [2**53 + 1]), OverflowError, "y holds 9007199254740993"),
    Row("float16 by an integer no float is",
        lambda: onedot.matvec(narrow([[1.0]], HALF), [2**53 + 1]), OverflowError, "x holds 9007199254740993"),
    Row("int64 by uint64 that cancel", lambda: onedot.dot(np.array([-1, 1]), np.array([2**64 - 1] * 2, "u8")), 0),
    Row("giants that cancel in int64", lambda: onedot.matvec([[2**100, 1]], [1, 2**63 - 1 - 2**100]),
        np.array([2**63 - 1])),
    Row("giants that do not", lambda: onedot.matvec([[2**100]], [1]), OverflowError, f"a result is {2**100}; want"),
    Row("long long and long, wherever they are one", lambda: onedot.dot(np.array([3], "q"), np.array([4], "l")), 12),
    Row("byte-swapped bfloat16",
        lambda: onedot.dot(narrow([3.0], BRAIN).astype(BRAIN.newbyteorder()), narrow([4.0], BRAIN)), 12.0),
    Row("bfloat16 in a list", lambda: onedot.dot([BRAIN.type(3.0)], [4.0]), 12.0),
    Row("a bfloat16 scalar", lambda: onedot.dot(BRAIN.type(3.0), [4.0]), ValueError, "x has shape (); want one dimens"),
    Row("nothing of bfloat16", lambda: onedot.matvec(np.zeros((2, 0), BRAIN), np.zeros(0, BRAIN)), np.zeros(2, BRAIN)),
    Row("no rows of int8", lambda: onedot.matvec(np.zeros((0, 3), "i1"), np.zeros(3, "i1")), np.zeros(0, "i8")),
    Row("columns of no int8", lambda: onedot.vecmat(np.zeros(0, "i1"), np.zeros((0, 3), "i1")), np.zeros(3, "i8")),
]  # fmt: skip


def a_sum(n, t):
    """n ones of a type, long enough for every way that a kernel takes."""
    return np.ones(n, t)


LENGTHS = [
    Row(f"{n} ones of {t} and {u}", lambda n=n, t=t, u=u: onedot.dot(a_sum(n, t), a_sum(n, u)),
        n if t in INTEGERS and u in INTEGERS else float(n))
    for n in (7, 31, 65, 4097) for t, u in (("?", "?"), ("i1", "u1"), ("u2", "i2"), ("i4", "u8"), (HALF, HALF),
                                            (BRAIN, BRAIN), (HALF, BRAIN), ("i1", HALF))
]  # fmt: skip

EXACT = [
    Row("exact: the largest float16", lambda: exact.vecdot(narrow([65504.0, 15.99], HALF), narrow([1.0, 1.0], HALF)),
        HALF.type(65504.0)),
    Row("exact: just above a tie of float16",
        lambda: exact.vecdot(narrow([1.0, 2.0**-11, 2.0**-24], HALF), narrow([1.0, 1.0, 2.0**-24], HALF)),
        HALF.type(1.0 + 2.0**-10)),
    Row("exact: float16 into float32",
        lambda: exact.matvec(narrow([[300.0, 300.0]], HALF), narrow([300.0] * 2, HALF), out=np.zeros(1, "f4")),
        np.array([180000.0], "f4")),
    Row("exact: float16 into bfloat16",
        lambda: exact.matvec(narrow([[1.0]], HALF), narrow([1.0], HALF), out=np.zeros(1, BRAIN)), TypeError,
        "out has dtype bfloat16; want float16"),
    Row("exact: bfloat16 into float32",
        lambda: exact.matvec(narrow([[1.0, 2.0**-9]], BRAIN), narrow([1.0] * 2, BRAIN), out=np.zeros(1, "f4")),
        narrow([1.0 + 2.0**-9], np.dtype("f4"))),
    Row("exact: just above a tie of bfloat16",
        lambda: exact.vecdot(narrow([1.0, 2.0**-8, 2.0**-60], BRAIN), narrow([1.0, 1.0, 2.0**-60], BRAIN)),
        narrow(1.0 + 2.0**-7, BRAIN)[()]),
    Row("exact: bfloat16 in dot", lambda: exact.dot(narrow([1.0, 2.0**-8], BRAIN), [1.0, 1.0]), 1 + 2.0**-8),
    Row("exact: giants", lambda: exact.dot([2**1000], [2**1000]), 2**2000),
    Row("exact: the sign of giants", lambda: exact.sign([2**1000, 1], [-1, 2**1000]), 0),
    Row("exact: an integer no float is", lambda: exact.dot([2**53 + 1], [0.5]), OverflowError, "x holds 9007199254740"),
    Row("exact: a result int64 cannot hold",
        lambda: exact.matvec([[2**62]], [2]), OverflowError, "a result is 9223372036854775808; want results"),
    Row("exact: NaN", lambda: exact.dot([np.nan], [1.0]), math.nan),
    Row("exact: infinity by zero", lambda: exact.dot([np.inf, 1.0], [0.0, 1.0]), math.nan),
    Row("exact: opposite infinities", lambda: exact.dot([np.inf, np.inf], [1.0, -1.0]), math.nan),
    Row("exact: infinity by finite", lambda: exact.dot([-np.inf, 1e308], [1.0, 1e308]), -math.inf),
    Row("exact: nothing", lambda: (exact.dot([], []), exact.sign([], []), exact.dot(b"", b"")), (0.0, 0, 0)),
    Row("exact: nothing of bfloat16", lambda: exact.dot(np.zeros(0, BRAIN), np.zeros(0, BRAIN)), 0.0),
    Row("exact: the sign of NaN", lambda: exact.sign([np.nan], [1.0]), ValueError, "x·y is NaN; want inputs without N"),
    Row("exact: the sign of infinity by zero", lambda: exact.sign([np.inf], [0.0]), ValueError, "x·y is NaN; want"),
    Row("exact: the sign of opposite infinities",
        lambda: exact.sign(np.array([np.inf, -np.inf]), np.ones(2)), ValueError, "x·y is NaN; want inputs"),
    Row("exact: the sign of what underflows", lambda: exact.sign([5e-324], [-5e-324]), -1),
    Row("exact: the sign of one infinity", lambda: exact.sign([np.inf, -1e308], [1.0, 1e308]), 1),
    Row("exact: the fraction of NaN", lambda: exact.fraction([np.nan], [1.0]), ValueError, "x holds an infinity or a"),
    Row("exact: the fraction of infinity", lambda: exact.fraction([1.0], [np.inf]), ValueError, "y holds an infinity"),
    Row("exact: the fraction of nothing", lambda: float(exact.fraction([], [])), 0.0),
    Row("exact: the fraction of bfloat16", lambda: float(exact.fraction(narrow([3.0], BRAIN), [0.5])), 1.5),
    Row("exact: two lengths", lambda: exact.dot([1.0], [1.0, 2.0]), ValueError, "dot: x has 1 element, y has 2 elemen"),
    Row("exact: numbers", lambda: exact.dot(1.0, 1.0), ValueError, "dot: x has shape (); want one dimension"),
    Row("exact: three arguments", lambda: exact.dot([1.0], [1.0], [1.0]), TypeError, "takes 2 positional arguments"),
    Row("exact: an unknown keyword", lambda: exact.matvec([[1.0]], [1.0], axis=0), TypeError, "keyword argument 'axis"),
    Row("exact: out for vecdot of another shape",
        lambda: exact.vecdot(np.ones((2, 3)), np.ones(3), out=np.ones(3)), ValueError, "out has shape (3,); want (2,)"),
    Row("exact: a read-only out",
        lambda: exact.vecdot(np.ones(3), np.ones(3), out=np.broadcast_to(0.0, ())), ValueError, "out is read-only"),
    Row("exact: a list for out", lambda: exact.matvec([[1.0]], [1.0], out=[0.0]), TypeError, "out has type list; want"),
]  # fmt: skip

ROWS = [*PAIRS, *EXACT_PAIRS, *SINGLE_PAIRS, *ENDS, *OUTS, *TIES, *LENGTHS, *EXACT]

TestCalls = checks_of(ROWS, least=700)
