"""What the single tier takes, gives and refuses: as the plain tier, but for the types."""

import pickle

import numpy as np
import pytest

import onedot
from onedot import levels, single
from onedot._core import row_dots as jobs
from onedot._core import single as face
from onedot._core.row_dots import pieces
from support.bits import array_bits
from support.cells import in_one_test
from support.hostile import Row, checks_of
from support.oracles import single as oracle
from support.rows import bfloat16
from support.samples import vector

A, X = (vector(6 * m, "float16", m).astype("f4").reshape(m, 6) for m in (5, 3))
V = A[0].copy()
WANT = "want float32, float16 or bfloat16, or onedot."

# A function, and the name of the operand in its error.
OPERANDS = {
    "dot: x": lambda v: single.dot(v, V),
    "dot: y": lambda v: single.dot(V, v),
    "matvec: A": lambda v: single.matvec(v, V),
    "matvec: x": lambda v: single.matvec(A, v),
    "vecmat: x": lambda v: single.vecmat(v, A.T),
    "vecmat: A": lambda v: single.vecmat(V, v),
    "matmul: A": lambda v: single.matmul(v, V),
    "matmul: B": lambda v: single.matmul(V, v),
    "vecdot: X": lambda v: single.vecdot(v, V),
    "vecdot: Y": lambda v: single.vecdot(A, v),
}
MATRICES = ("matvec: A", "vecmat: A", "matmul: A", "matmul: B", "vecdot: X", "vecdot: Y")
WIDE = ("f8", ">f8", "i8", "i4", "u1", "?", "i2", "u8")


def refused(operand, name, v, given):
    op, which = operand.split(": ")
    return Row(
        f"{operand}, {name}", lambda: OPERANDS[operand](v), TypeError, f"single.{op}: {which} {given}; {WANT}{op}"
    )


def refusals():
    for operand in OPERANDS:
        v = np.ones((6, 6) if operand in MATRICES else 6)
        for t in WIDE:
            yield refused(operand, t, v.astype(t), f"has dtype {v.astype(t).dtype}")
        yield refused(operand, "a list of floats", v.tolist(), "has dtype float64")
        yield refused(operand, "a list of integers", v.astype(int).tolist(), "has dtype int64")
        yield refused(operand, "large integers", np.full(v.shape, 2**70, object).tolist(), "holds integers")
        yield refused(operand, "a memoryview of float64", memoryview(v), "has dtype float64")
    for op, first, second in (("matvec", A, V[:4]), ("vecmat", V, A), ("matmul", A, A), ("vecdot", A, V[:4])):
        call = getattr(single, op)
        yield Row(f"{op} of shapes", lambda call=call, a=first, b=second: call(a, b), ValueError, f"single.{op}: ")
        for t in ("f2", "i4", "i8", "c8", ">f4", "O"):
            out = np.zeros(5, t)
            pair = (V, A.T) if op == "vecmat" else (A, V)
            words = f"single.{op}: out has dtype {out.dtype}; want float32 or float64"
            yield Row(f"{op} into {t}", lambda c=call, p=pair, out=out: c(*p, out=out), TypeError, words, (out,))
    yield Row("dot of lengths", lambda: single.dot(V, V[:3]), ValueError, "single.dot: x has 6 elements, y has 3 elem")
    yield Row("dot of a matrix", lambda: single.dot(A, V), ValueError, "single.dot: x has shape (5, 6); want one")
    yield Row(
        "an axis", lambda: single.vecdot(A, A, axis=2), ValueError, "single.vecdot: axis is 2, X has shape (5, 6)"
    )
    yield Row("half an axis", lambda: single.vecdot(A, A, axis=0.5), TypeError, "single.vecdot: axis is 0.5; want an")
    yield Row("leading axes", lambda: single.matvec(np.stack([A] * 2), X), ValueError, "single.matvec: A has leading")
    yield Row("a mask", lambda: single.dot(np.ma.array(V), V), TypeError, "single.dot: x is a masked array")
    yield Row("complex", lambda: single.dot(V.astype("c8"), V), TypeError, "single.dot: x has dtype complex64; want")


TestRefusals = checks_of(list(refusals()), least=140)


def test_lists_of_narrow_numbers_are_as_narrow(level):
    wanted = single.dot(V, V)
    assert single.dot(list(V), V) == single.dot([*map(np.array, V)], tuple(V)) == wanted
    assert array_bits(single.matvec(list(A), V)) == array_bits(single.matvec(A, V))
    assert single.dot(V[:0], V[:0]) == 0.0
    assert single.dot(list(V.astype("f2")), V) == single.dot(V.astype("f2"), V)


def test_results_are_float32_whatever_is_narrower(level):
    for t in ("f4", "f2", bfloat16()):
        a, v = A.astype(t), V.astype(t)
        assert single.matvec(a, v).dtype == single.vecmat(v, a.T).dtype == single.matmul(a, a.T).dtype == np.float32
        assert type(single.vecdot(v, v)) is type(single.matmul(v, v)) is np.float32
        assert type(single.dot(v, v)) is float
        assert single.dot(v, v) == single.vecdot(v, v) == oracle.dot(v, v)


@pytest.mark.parametrize("t", ["f4", "f2"])
def test_out_is_float32_or_wider_and_may_overlap(level, t):
    a, v = A.astype(t), V.astype(t)
    wanted = single.matvec(a, v)
    for out in (np.empty(5, "f4"), np.empty(5), np.empty((5, 3), "f4")[:, 1], np.empty(10, "f8")[::-2]):
        for result in (single.matvec(a, v, out=out), single.vecmat(v, a.T, out=out), single.vecdot(a, v, out=out)):
            assert result is out
            assert out.tolist() == wanted.tolist()
        assert single.matmul(a, v, out=out) is out
        assert out.tolist() == wanted.tolist()


def test_out_may_be_an_operand(level):
    a = A.copy()
    wanted = single.matvec(A[:, :5], A[:, 0])
    assert single.matvec(a[:, :5], a[:, 0], out=a[:, 0]).tolist() == wanted.tolist()
    memory = vector(40, "float32", 3)
    for start in range(12):
        m = memory.copy()
        single.matvec(m[:9].reshape(3, 3), m[:3], out=m[start : start + 3])
        assert m[start : start + 3].tolist() == single.matvec(memory[:9].reshape(3, 3), memory[:3]).tolist()


def test_nothing_of_no_elements_is_zero(level):
    empty = np.empty((3, 0), "f4")
    assert array_bits(single.matvec(empty, empty[0])) == array_bits(np.zeros(3, "f4"))
    assert single.matvec(np.empty((0, 4), "f4"), V[:4]).shape == (0,)
    assert single.matmul(empty.T, empty[:, :0]).shape == (0, 0)


def test_the_module_is_known_by_its_names():
    assert sorted(single.__all__) == dir(single)
    for name in single.__all__:
        assert pickle.loads(pickle.dumps(getattr(single, name))) is getattr(single, name)
        assert getattr(single, name).__doc__.count("float32")
    assert onedot.single is single


@pytest.mark.parametrize("matvec", [single.matvec, face.matvec], ids=["entry", "face"])
def test_a_large_job_goes_in_pieces_as_small_as_the_level_wants(compiled_level, monkeypatch, matvec):
    """An emulated product takes eight times as long as one that a CPU fuses, and Ctrl-C is heard as soon."""
    asked = []
    monkeypatch.setattr(jobs, "pieces", lambda *job: asked.append(job[3]) or pieces(*job))
    matvec(np.ones((1100, 1000), "f4"), np.ones(1000, "f4"))
    grains = {level: levels.kernels(level).single_grain for level in levels.runnable()}
    assert asked == [grains[compiled_level]]
    if "x86-64-v3" in grains:
        assert grains["baseline"] * 8 == grains["x86-64-v3"] == max(grains.values())


@in_one_test("operand", OPERANDS)
@in_one_test("given", [np.zeros((6, 6), "c8"), np.zeros((6, 6), object), "text", None, np.zeros(6, "M8[s]")])
def test_what_no_tier_takes_is_refused_by_what_this_one_takes(level, operand, given):
    with pytest.raises(TypeError, match="want float32, float16 or bfloat16"):
        OPERANDS[operand](given)
