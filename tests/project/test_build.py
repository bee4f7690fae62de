"""The build: one source for every level, and a compiler that would break the law is refused."""

import os
import platform
import re
import runpy
import shlex
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from onedot.levels.table import COMMON_FLAGS, LEVELS

SOURCE = Path(__file__).parents[2] / "cython_ext"
COMPILER = shlex.split(os.environ.get("CC", "cc"))

pytestmark = pytest.mark.skipif(not SOURCE.exists(), reason="the source of the kernels is not here")
needs_compiler = pytest.mark.skipif(shutil.which(COMPILER[0]) is None, reason="there is no C compiler here")


def compile_sums(*flags):
    """The tiles of floats, read by the C compiler with these flags beside those of every level."""
    return subprocess.run(
        [*COMPILER, *COMMON_FLAGS["unix"], *flags, "-fsyntax-only", f"-I{SOURCE}", "-x", "c", SOURCE / "tiles/sums.h"],
        capture_output=True,
        text=True,
        check=False,
    )


def is_gcc():
    macros = subprocess.run([*COMPILER, "-dM", "-E", "-x", "c", os.devnull], capture_output=True, text=True, check=True)
    return "__GNUC__" in macros.stdout and "__clang__" not in macros.stdout


@needs_compiler
def test_the_flags_of_every_level_compile():
    machine = platform.machine().lower()
    for level in LEVELS:
        if machine in level.machines or not level.machines:
            done = compile_sums(*level.unix)
            assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("compiler", "flags"),
    {
        "": "/O2 /fp:precise /arch:AVX2",
        "clang-cl": "/clang:-O3 /clang:-ffp-contract=off /clang:-march=x86-64-v3",
    }.items(),
)
def test_windows_takes_the_compiler_that_is_named_and_its_flags(monkeypatch, compiler, flags):
    setuptools = pytest.importorskip("setuptools")
    monkeypatch.chdir(SOURCE.parent)
    monkeypatch.setenv("ONEDOT_PURE", "1")
    monkeypatch.setenv("CC", compiler)
    monkeypatch.setattr(setuptools, "setup", lambda **arguments: None)
    monkeypatch.setattr("setuptools.command.build_ext.build_ext.build_extensions", lambda self: None)
    build = runpy.run_path("setup.py")["BuildExt"](setuptools.Distribution())
    build.compiler = SimpleNamespace(compiler_type="msvc", cc="cl.exe", initialize=lambda: None)
    build.extensions = [setuptools.Extension("onedot._kernels.x86_64_v3", [])]
    build.build_extensions()
    assert build.compiler.cc == (compiler or "cl.exe")
    assert set(flags.split()) <= set(build.extensions[0].extra_compile_args)


@needs_compiler
def test_fast_math_is_refused():
    done = compile_sums("-ffast-math")
    assert done.returncode != 0
    assert re.search(r"error:.*onedot: .*-ffast-math", done.stderr)


@needs_compiler
@pytest.mark.skipif(platform.machine().lower() not in ("x86_64", "amd64"), reason="only x86 has an x87")
def test_x87_arithmetic_is_refused():
    if not is_gcc():
        pytest.skip("only GCC does 64-bit arithmetic on the x87")
    done = compile_sums("-mfpmath=387")
    assert done.returncode != 0
    assert re.search(r"error:.*onedot: x87 arithmetic .*-msse2 -mfpmath=sse", done.stderr)


def test_every_compiled_level_is_the_same_single_include():
    stubs = {(SOURCE / f"{level.module}.pyx").read_text() for level in LEVELS}
    assert stubs == {'include "kernels.pxi"\n'}


def test_every_stub_is_a_row_of_the_table():
    others = {"cpu", "entry", "c_api"}
    assert {path.stem for path in SOURCE.glob("*.pyx")} - others == {level.module for level in LEVELS}


def test_no_flag_breaks_the_law_or_suits_only_the_machine_that_builds():
    flags = {flag for level in LEVELS for flag in (*level.unix, *level.msvc)}
    flags |= {flag for dialect in COMMON_FLAGS.values() for flag in dialect}
    assert "-ffp-contract=off" in COMMON_FLAGS["unix"]
    assert "/fp:precise" in COMMON_FLAGS["msvc"]
    assert not flags & {
        "-march=native",
        "-mtune=native",
        "-ffast-math",
        "-Ofast",
        "-funsafe-math-optimizations",
        "/fp:fast",
    }
