"""The levels: which there are, which run here, which is in use, and why; and that all of them are one."""

import inspect
import json
import shutil
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import onedot
from onedot import _reference as reference
from onedot import levels
from onedot._reference.law import BLOCK
from onedot.levels.table import LEVELS
from support.bits import bits
from support.cells import in_one_test
from support.interpreter import INTERRUPTED, last_error, printed
from support.samples import vector

COMPILED = levels.runnable()[1:]
FUNCTIONS = [name for name in vars(levels.Kernels) if name in reference.__all__]

needs_two_levels = pytest.mark.skipif(not COMPILED, reason="this is a pure build")


def test_the_levels_go_from_the_slowest_to_the_fastest():
    assert levels.names() == ("reference", "baseline", "x86-64-v3", "x86-64-v4")
    assert levels.names() == ("reference", *(level.name for level in LEVELS))


def test_what_runs_is_built_and_what_is_built_is_known():
    known = list(levels.names())
    assert list(levels.built()) == [name for name in known if name in levels.built()]
    assert list(levels.runnable()) == [name for name in levels.built() if name in levels.runnable()]


def test_dots_of_bytes_are_of_levels_that_run():
    assert set(levels.byte_dots) <= set(COMPILED)


def test_the_reference_runs_everywhere_and_baseline_wherever_anything_is_compiled():
    assert levels.runnable()[0] == "reference"
    assert levels.compiled == ("baseline" in levels.runnable()) == (levels.compiler is not None)


def test_the_level_in_use_is_one_that_runs():
    assert levels.current() in levels.runnable()
    assert levels.kernels() is levels.kernels(levels.current())


def test_using_a_level_lasts_as_long_as_its_block():
    before = levels.current(), levels.why(), levels.kernels()
    for name in levels.runnable():
        with levels.using(name):
            assert levels.current() == name
            assert levels.kernels() is levels.kernels(name)
            assert levels.why() == "onedot.levels.use asked for it"
    assert before == (levels.current(), levels.why(), levels.kernels())


@needs_two_levels
def test_blocks_of_levels_nest():
    with levels.using("baseline"):
        with levels.using("reference"):
            assert levels.current() == "reference"
        assert levels.current() == "baseline"


def leave_with_an_error(name):
    with levels.using(name):
        raise KeyError


def test_an_error_in_a_block_ends_it_like_any_end():
    before = levels.current()
    with pytest.raises(KeyError):
        leave_with_an_error("reference")
    assert levels.current() == before


def test_dot_calls_the_kernels_of_the_level_in_use(monkeypatch):
    calls = []
    block_sums = reference.block_sums
    monkeypatch.setattr(reference, "block_sums", lambda *args: calls.append(levels.current()) or block_sums(*args))
    for name in levels.runnable():
        with levels.using(name):
            assert onedot.dot(np.ones(5), np.ones(5)) == 5.0
            assert onedot.dot([1.0], [2.0]) == 2.0
    assert calls == ["reference", "reference"]


@pytest.mark.parametrize("ask", [levels.use, levels.kernels, lambda name: levels.using(name).__enter__()])
@pytest.mark.parametrize("name", ["avx9000", "", "Reference", "x86-64-v2"])
def test_a_level_that_does_not_exist_is_refused_with_those_that_do(ask, name):
    before = levels.current()
    with pytest.raises(ValueError, match=f"'{name}' is not a level.*: {', '.join(levels.runnable())}"):
        ask(name)
    assert levels.current() == before


@needs_two_levels
@pytest.mark.parametrize("ask", [levels.use, levels.kernels])
def test_a_level_that_this_cpu_lacks_is_built_but_refused(ask, monkeypatch):
    built = levels.built()
    monkeypatch.setattr(levels, "_cpu_level", 1)
    assert levels.built() == built
    assert levels.runnable() == ("reference", "baseline")
    for name in built[2:]:
        with pytest.raises(ValueError, match=f"'{name}' needs instructions that this CPU lacks.*: reference, baseline"):
            ask(name)


@pytest.mark.parametrize("ask", [levels.use, levels.kernels])
def test_a_level_that_is_not_built_is_refused(ask, monkeypatch):
    monkeypatch.setattr(levels, "_exists", lambda _: False)
    assert levels.built() == levels.runnable() == ("reference",)
    for name in levels.names()[1:]:
        with pytest.raises(ValueError, match=f"'{name}' is not built here.*: reference"):
            ask(name)


def test_every_kernel_is_a_function_of_the_reference():
    kernels = [name for name in vars(levels.Kernels) if not name.startswith("_")]
    assert kernels[:4] == ["dot", "block_sums", "fold", "row_dots"]
    assert kernels == FUNCTIONS


@in_one_test("function", FUNCTIONS)
@in_one_test("name", levels.runnable())
def test_every_level_has_the_functions_of_the_reference(name, function):
    parameters = inspect.signature(getattr(levels.kernels(name), function)).parameters
    assert list(parameters) == list(inspect.signature(getattr(reference, function)).parameters)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", levels.runnable())
def test_the_dot_of_every_level_is_that_of_the_reference(name, dtype):
    for n in (0, 1, 31, 33, BLOCK, BLOCK + 1, 3 * BLOCK + 5):
        x, y = vector(n, dtype, 1), vector(n, dtype, 2)
        assert bits(levels.kernels(name).dot(x, y)) == bits(reference.dot(x.tolist(), y.tolist())), n


@pytest.mark.parametrize("name", COMPILED)
def test_a_compiled_dot_takes_256_blocks_and_refuses_more(name):
    x = np.ones(256 * BLOCK + 1)
    assert levels.kernels(name).dot(x[1:], x[1:]) == 256.0 * BLOCK
    with pytest.raises(ValueError, match="a kernel takes up to 1048576 elements, not 1048577"):
        levels.kernels(name).dot(x, x)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("n", [0, 1, 33, BLOCK, BLOCK + 1, 3 * BLOCK + 5])
@pytest.mark.parametrize("name", levels.runnable())
def test_block_sums_and_fold_of_every_level_are_those_of_the_reference(name, n, dtype):
    x, y = vector(n, dtype, 1), vector(n, dtype, 2)
    blocks = -(-n // BLOCK)
    sums, expected = np.full(blocks, np.nan), [0.0] * blocks
    kernels = levels.kernels(name)
    kernels.block_sums(x, y, sums)
    reference.block_sums(x.tolist(), y.tolist(), expected)
    assert sums.tolist() == expected
    assert bits(kernels.fold(sums)) == bits(reference.fold(expected))


@pytest.mark.parametrize("name", levels.runnable())
def test_fold_of_every_level_is_that_of_the_reference_for_any_number_of_blocks(name):
    for n in range(131):
        v = vector(n)
        assert bits(levels.kernels(name).fold(v.copy())) == bits(reference.fold(v.tolist())), n


REPORT = """
import json, onedot
from onedot import levels
print(json.dumps([levels.current(), levels.why(), onedot.dot([1.0, 2.0], [3.0, 4.0])]))
"""


@pytest.mark.parametrize("name", levels.names())
def test_the_environment_variable_forces_every_level_or_says_why_it_cannot(name):
    if name in levels.runnable():
        assert json.loads(printed(REPORT, ONEDOT_LEVEL=name)) == [name, "ONEDOT_LEVEL asks for it", 11.0]
    else:
        message = last_error(REPORT, ONEDOT_LEVEL=name)
        assert message.startswith(f"ValueError: ONEDOT_LEVEL: level {name!r} ")
        assert message.endswith(": " + ", ".join(levels.runnable()))


@pytest.mark.parametrize("name", ["avx9000", "Reference", " "])
def test_the_environment_variable_refuses_what_is_no_level(name):
    choices = ", ".join(levels.runnable())
    expected = f"ValueError: ONEDOT_LEVEL: {name!r} is not a level; this machine runs: {choices}"
    assert last_error(REPORT, ONEDOT_LEVEL=name) == expected


@needs_two_levels
@pytest.mark.parametrize("environment", [{}, {"ONEDOT_LEVEL": ""}])
def test_without_it_the_fastest_level_runs(environment):
    assert json.loads(printed(REPORT, **environment)) == [COMPILED[-1], "the fastest that this CPU runs", 11.0]


@pytest.fixture
def pure_copy(tmp_path):
    """A directory with the package as a build without extensions leaves it."""
    source = Path(onedot.__file__).parent
    shutil.copytree(source, tmp_path / "onedot", ignore=shutil.ignore_patterns("*.so", "*.pyd", "__pycache__"))
    return str(tmp_path)


PURE_REPORT = """
import json, warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    import onedot
from onedot import levels
warned = [[w.category.__name__, str(w.message)] for w in caught]
print(json.dumps([warned, levels.built(), levels.current(), levels.why(), onedot.dot([1.0, 2.0], [3.0, 4.0])]))
"""


def test_a_pure_build_works_and_warns_once_with_the_reason(pure_copy):
    warned, built, current, why, result = json.loads(printed(PURE_REPORT, PYTHONPATH=pure_copy, ONEDOT_LEVEL=""))
    assert (built, current, result) == (["reference"], "reference", 11.0)
    assert why.startswith("no extension module was built")
    ((category, message),) = warned
    assert category == "RuntimeWarning"
    assert why in message
    assert "ONEDOT_LEVEL=reference" in message


def test_a_pure_build_that_is_asked_for_the_reference_does_not_warn(pure_copy):
    report = json.loads(printed(PURE_REPORT, PYTHONPATH=pure_copy, ONEDOT_LEVEL="reference"))
    assert report == [[], ["reference"], "reference", "ONEDOT_LEVEL asks for it", 11.0]


def test_a_pure_build_refuses_a_compiled_level(pure_copy):
    message = last_error("import onedot", PYTHONPATH=pure_copy, ONEDOT_LEVEL="baseline")
    assert message == "ValueError: ONEDOT_LEVEL: level 'baseline' is not built here; this machine runs: reference"


IMPORTED = """
import sys, numpy
before = set(sys.modules)
import onedot
print(*sorted(set(sys.modules) - before))
"""


@pytest.mark.parametrize("name", levels.runnable())
def test_importing_onedot_imports_nothing_but_numpy_what_limits_threads_and_some_of_the_standard_library(name):
    new = printed(IMPORTED, ONEDOT_LEVEL=name).split()
    tops = {module.partition(".")[0] for module in new if "cython" not in module}  # Cython registers what it shares
    assert "onedot" in tops
    assert tops - {"onedot", "numpy", "threadpoolctl"} <= sys.stdlib_module_names  # told of onedot
    assert not tops & {"concurrent", "fractions", "decimal"}  # 6 ms and more, which only those pay who need them


CHANGING = """
import sys, threading, numpy, onedot
from onedot import levels
sys.setswitchinterval(1e-6)
x = numpy.ones(2**14)
wrong, done = [], threading.Event()
def multiply():
    while not done.is_set():
        if onedot.dot(x, x) != 2.0**14:
            wrong.append(1)
threads = [threading.Thread(target=multiply) for _ in range(4)]
for thread in threads:
    thread.start()
for _ in range(2000):
    for name in levels.runnable():
        levels.use(name)
done.set()
for thread in threads:
    thread.join()
print(len(wrong))
"""


def test_the_level_may_change_while_other_threads_multiply():
    """In a process of its own, because what goes wrong here crashes."""
    assert printed(CHANGING) == "0\n"


def test_a_change_of_level_is_seen_by_every_thread():
    seen = []
    with levels.using("reference"):
        thread = threading.Thread(target=lambda: seen.append(levels.current()))
        thread.start()
        thread.join()
    assert seen == ["reference"]


AT_ANY_STEP = """
from onedot import levels

heard = [None]
levels.on_use(lambda kernels: heard.append(kernels))

changing = ("using", "use", "_switch", "_publish")  # others change nothing

def change():
    with levels.using("reference"):
        pass

for call in (change, lambda: levels.use("reference")):
    for step in range(10**6):
        levels.use(levels.runnable()[-1])
        was_interrupted = interrupted(call, step, changing)
        assert heard[-1] is levels.kernels() is levels.kernels(levels.current()), step
        if not was_interrupted:
            break
    print(step > 20, levels.current() == ("reference" if call is not change else levels.runnable()[-1]))
"""


def test_ctrl_c_at_any_step_of_a_change_leaves_all_at_one_level():
    assert printed(INTERRUPTED + AT_ANY_STEP) == "True True\n" * 2
