"""The types that a checker is told are those that users get."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin

import numpy as np
import pytest

HERE = Path(__file__).parent
CHECKERS = {
    "mypy": ["--strict", "--config-file=", f"--cache-dir={os.devnull}"],
    "pyright": ["--pythonpath", sys.executable],
}


@pytest.mark.parametrize("program", ["program", "chunked"])
@pytest.mark.parametrize("checker", CHECKERS)
def test_a_users_program_passes_a_strict_check(checker, program):
    for module in [checker] + ["dask"] * (program == "chunked"):
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"{module} is not installed")
    configured = checker == "pyright" and program == "program"  # which its configuration names
    what = ["-p", str(HERE)] if configured else [str(HERE / f"{program}.py")]
    command = [sys.executable, "-m", checker, *CHECKERS[checker], *what]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def check_type(value, wanted):
    """What `typing.assert_type` says to a checker, of the value itself; a number's own type is no matter."""
    if get_origin(wanted) is not np.ndarray:
        assert isinstance(value, wanted if isinstance(wanted, UnionType) else get_origin(wanted) or wanted)
        return
    shape, dtype = get_args(wanted)
    assert type(value) is np.ndarray
    assert get_args(shape)[-1] is ... or value.ndim == len(get_args(shape))
    assert get_args(dtype)[0] is Any or value.dtype == get_args(dtype)[0]


FUNCTIONS = ["products", "measures", "models", "fits", "searches", "likelihoods", "layers_of_others", "estimators"]


@pytest.mark.parametrize("name", [*FUNCTIONS, "proofs", "kinds"])
def test_every_result_of_the_program_has_the_type_that_checkers_are_told(name):
    if name in ("estimators", "layers_of_others"):
        pytest.importorskip("sklearn")
    spec = importlib.util.spec_from_file_location("program", HERE / "program.py")
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    program.assert_type = check_type
    arguments = {"A": np.eye(2), "x": np.array([1.0, 2.0]), "X": np.eye(2, dtype=np.float32)}
    function = getattr(program, name)
    function(*(arguments[each] for each in function.__code__.co_varnames[: function.__code__.co_argcount]))
