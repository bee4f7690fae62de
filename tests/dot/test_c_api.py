"""The C functions: `from onedot cimport dot_f64` builds against the installed package and gives the bits of `dot`."""

import ctypes
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys

import numpy as np
import pytest

import onedot
from onedot import levels
from support.bits import bits
from support.c_functions import N, P, c_function
from support.samples import lying_at, vector

pytestmark = pytest.mark.skipif(not levels.compiled, reason="a pure build has no C functions")


@pytest.mark.parametrize(
    ("name", "tier", "dtype"),
    [("dot_f64", onedot, "float64"), ("dot_f32", onedot, "float32"), ("single_dot_f32", onedot.single, "float32")],
    ids=("dot_f64", "dot_f32", "single_dot_f32"),
)
@pytest.mark.parametrize("step", [1, -1, 3])
@pytest.mark.parametrize("offset", [0, 1])
def test_a_c_dot_has_the_bits_of_dot(level, name, tier, dtype, step, offset):
    dot = c_function(name, ctypes.c_double, P, N, P, N, N)
    for n in (0, 1, 33, 5000):
        x, y = lying_at(vector(n, dtype, 1), offset, step), lying_at(vector(n, dtype, 2), 0)
        found = dot(x.ctypes.data, x.strides[0], y.ctypes.data, y.strides[0], n)
        assert bits(found) == bits(tier.dot(x, y))


@pytest.mark.parametrize(
    ("name", "tier", "dtype"),
    [
        ("matvec_f64", onedot, "float64"),
        ("matvec_f32", onedot, "float32"),
        ("single_matvec_f32", onedot.single, "float32"),
    ],
    ids=("matvec_f64", "matvec_f32", "single_matvec_f32"),
)
def test_a_c_matvec_has_the_bits_of_matvec(level, name, tier, dtype):
    matvec = c_function(name, ctypes.c_int, P, N, P, P, N, N)
    for m, n in ((0, 3), (1, 1), (7, 33), (40, 5), (3, 5000)):
        A = vector(m * (n + 2), dtype, 1).reshape(m, n + 2)[:, :n]
        x, out = vector(n, dtype, 2), np.empty(m, dtype)
        assert matvec(A.ctypes.data, A.strides[0], x.ctypes.data, out.ctypes.data, m, n) == 0
        assert out.tobytes() == tier.matvec(A, x).tobytes()


EXAMPLE = """
from onedot cimport dot_f64, matvec_f32

def dot(size_t x, size_t y, Py_ssize_t n):
    cdef double value
    with nogil:
        value = dot_f64(<const double *> x, 8, <const double *> y, 8, n)
    return value

def matvec(size_t A, size_t x, size_t out, Py_ssize_t m, Py_ssize_t n):
    with nogil:
        failed = matvec_f32(<const float *> A, 4 * n, <const float *> x, <float *> out, m, n)
    return failed
"""


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """The example, translated and compiled against the package that is being tested."""
    import sysconfig

    compiler = shlex.split(os.environ.get("CC", "cc"))
    header = os.path.join(sysconfig.get_path("include"), "Python.h")
    if importlib.util.find_spec("Cython") is None or shutil.which(compiler[0]) is None or not os.path.exists(header):
        pytest.skip("there is no Cython, no C compiler or no Python.h here")
    folder = tmp_path_factory.mktemp("example")
    (folder / "example.pyx").write_text(EXAMPLE)
    package = os.path.dirname(os.path.dirname(onedot.__file__))
    include = ["-I", package]
    subprocess.run([sys.executable, "-m", "cython", "-3", *include, "example.pyx"], cwd=folder, check=True)
    flags = ["-shared", "-fPIC", "-O1", "-w", f"-I{os.path.dirname(header)}"]
    subprocess.run([*compiler, *flags, "example.c", "-o", "example.so"], cwd=folder, check=True)
    spec = importlib.util.spec_from_file_location("example", folder / "example.so")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(sys.platform != "linux", reason="the compiler's command line is that of Linux")
def test_an_extension_that_cimports_onedot_builds_and_runs_at_every_level(example, level):
    x, y = vector(1000, seed=1), vector(1000, seed=2)
    assert bits(example.dot(x.ctypes.data, y.ctypes.data, 1000)) == bits(onedot.dot(x, y))
    A, v, out = vector(60, "float32").reshape(6, 10), vector(10, "float32"), np.empty(6, "float32")
    assert example.matvec(A.ctypes.data, v.ctypes.data, out.ctypes.data, 6, 10) == 0
    assert out.tobytes() == onedot.matvec(A, v).tobytes()
