"""The face of `dot`: what it looks like from Python, and what it leaves behind, which is nothing."""

import doctest
import gc
import importlib
import inspect
import pickle
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

import onedot
from onedot import levels
from support.memory import peak_of
from support.samples import memory_mapped, read_only, repeated

LONG = 2**21  # 16 MiB of float64
SMALL = 2**18  # bytes that a product of long vectors may take for itself

PACKAGE = Path(onedot.__file__).parent
MODULES = [
    ".".join(("onedot", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
    for path in sorted(PACKAGE.rglob("*.py"))
]

pytestmark = pytest.mark.usefixtures("num_threads_restored")


def test_everything_public_is_there_under_its_name():
    assert all(hasattr(onedot, name) for name in onedot.__all__)
    assert {"dot", "get_num_threads", "levels", "set_num_threads", "__version__"} <= set(onedot.__all__)


def test_dot_of_two_matrices_names_what_takes_them(level):
    for call in (onedot.dot, onedot.exact.dot):
        with pytest.raises(ValueError, match=r"; matvec takes a matrix and a vector, matmul two matrices$"):
            call(np.eye(2), np.eye(2))
    for tier in (onedot, onedot.exact):
        assert tier.matmul(np.eye(2), np.eye(2)).tolist() == [tier.matvec(np.eye(2), x).tolist() for x in np.eye(2)]


def test_dot_takes_two_arguments_by_position():
    parameters = inspect.signature(onedot.dot).parameters
    assert list(parameters) == ["x", "y"]
    assert {parameter.kind for parameter in parameters.values()} == {inspect.Parameter.POSITIONAL_ONLY}


def test_dot_documents_its_formula_shapes_errors_and_source():
    text = inspect.getdoc(onedot.dot)
    assert text.startswith("x·y = ")
    for wanted in ("shape (n,)", "ValueError", "TypeError", "OverflowError", "https://doi.org/", ">>> onedot.dot"):
        assert wanted in text


def test_dot_is_pickled_by_its_name():
    assert onedot.dot.__name__ == "dot"
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(onedot.dot, protocol)) is onedot.dot


@pytest.mark.parametrize("module", MODULES)
def test_every_example_in_a_docstring_is_true(module):
    found = doctest.testmod(importlib.import_module(module), extraglobs={"onedot": onedot, "np": np})
    assert found.failed == 0


def test_dot_and_the_levels_have_examples():
    for module, least in (("onedot", 1), ("onedot._core.dot", 2), ("onedot.levels", 3), ("onedot._core.threads", 2)):
        assert (
            doctest.testmod(importlib.import_module(module), extraglobs={"onedot": onedot, "np": np}).attempted >= least
        )


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_no_contiguous_vector_is_copied(compiled_level, dtype, tmp_path):
    onedot.set_num_threads(1)
    x, y = np.ones(LONG, dtype), read_only(np.ones(LONG, dtype))
    for a, b in ((x, y), (y, y), (x, memoryview(y)), (x, memory_mapped(tmp_path / "y", y)), (x, x.view(np.memmap))):
        assert peak_of(lambda a=a, b=b: onedot.dot(a, b)) < SMALL


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_long_strided_vector_is_not_copied_either(compiled_level, dtype):
    onedot.set_num_threads(1)
    x, one = np.ones(LONG, dtype), repeated(np.ones(1, dtype)[0], 2 * LONG)
    assert peak_of(lambda: onedot.dot(one, one)) < SMALL
    assert peak_of(lambda: onedot.dot(x[::-1], x[::-1])) < SMALL


def attempt(x, y):
    """One call, which may be refused."""
    try:
        onedot.dot(x, y)
    except (TypeError, ValueError, OverflowError):
        return "refused"
    return "multiplied"


X64, X32, INTS = np.ones(40), np.ones(40, "float32"), np.ones(40, "int64")
PAIRS = {
    "float64": (X64, np.ones(40)),
    "float32": (X32, np.ones(40, "float32")),
    "strided": (X64[::2], X64[::-2]),
    "float64 beside float32": (X64, X32),
    "integers": (INTS, np.ones(40, "uint8")),
    "integers beside floats": (INTS, X64),
    "lists": ([1.0, 2.0], [3.0, 4.0]),
    "bytes": (b"abc", bytearray(b"abc")),
    "another length": (X64, np.ones(39)),
    "another shape": (X64, np.ones((40, 1))),
    "complex": (X64, np.ones(40, "complex128")),
    "objects": ([None, 1.0], X64),
    "too large beside floats": ([2**53 + 1], [0.5]),
    "a masked array": (np.ma.ones(3), X64),
}


@pytest.mark.parametrize("case", PAIRS)
def test_no_reference_is_lost_or_kept(level, case):
    x, y = PAIRS[case]
    outcome = attempt(x, y)
    before = sys.getrefcount(x), sys.getrefcount(y)
    assert {attempt(x, y) for _ in range(200)} == {outcome}
    assert before == (sys.getrefcount(x), sys.getrefcount(y))


@pytest.mark.parametrize("case", PAIRS)
def test_many_calls_leave_no_memory_behind(face_level, case):
    x, y = PAIRS[case]
    tracemalloc.start()
    try:
        for _ in range(500):  # what Python and NumPy keep once, they have kept by then
            attempt(x, y)
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        outcomes = {attempt(x, y) for _ in range(1000)}
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert len(outcomes) == 1
    assert grown < 1000 * 8  # not even a pointer a call


def test_a_result_belongs_to_the_caller_alone(level):
    first = onedot.dot(X64, X64)
    second = onedot.dot(X64, 2 * X64)
    assert (first, second) == (40.0, 80.0)
    assert {type(first), type(second)} == {float}


def test_the_level_does_not_show_in_the_face():
    faces = set()
    for name in levels.runnable():
        with levels.using(name):
            faces.add((onedot.dot, onedot.dot.__doc__, str(inspect.signature(onedot.dot))))
    assert len(faces) == 1
