"""Compile the extensions of setup.py with any compiler, for any machine, into a folder that Python can import from.

What is compiled, and with which flags, is read from setup.py and the table of levels, so what grows there grows here.
"""

import os
import platform
import runpy
import shutil
import subprocess
from pathlib import Path

import setuptools

ROOT = Path(__file__).resolve().parent.parent
TABLE = runpy.run_path(str(ROOT / "src/onedot/levels/table.py"))


def described(machine):
    """The extensions that setup.py builds for `machine`, translated to C."""
    found = []
    setup, here, is_machine = setuptools.setup, os.getcwd(), platform.machine
    setuptools.setup = lambda **arguments: found.extend(arguments["ext_modules"])
    platform.machine = lambda: machine
    os.chdir(ROOT)
    try:
        runpy.run_path("setup.py")
    finally:
        setuptools.setup, platform.machine = setup, is_machine
        os.chdir(here)
    return found


def compile_into(folder, compiler, machine, flags=(), include=(), only=None):
    """A package `onedot` in `folder`: its Python files, and its extensions made by `compiler` with `flags` added."""
    package = Path(folder) / "onedot"
    shutil.rmtree(package, ignore_errors=True)
    shutil.copytree(ROOT / "src/onedot", package, ignore=shutil.ignore_patterns("*.so", "*.pyd", "__pycache__"))
    by_level = {level.module: level.unix for level in TABLE["LEVELS"]}
    for extension in described(machine):
        name = extension.name.rpartition(".")[2]
        if only is not None and name not in only:
            continue
        command = [*compiler, "-shared", "-fPIC", *TABLE["COMMON_FLAGS"]["unix"], *by_level.get(name, ()), *flags]
        command += [f"-I{path}" for path in (*include, *extension.include_dirs)]
        command += [f"-D{name}={value}" for name, value in extension.define_macros]
        command += [*extension.sources, "-o", str(Path(folder, *extension.name.split(".")).with_suffix(".so")), "-lm"]
        subprocess.run(command, check=True, cwd=ROOT)
    return folder
