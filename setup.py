"""Build the extensions: one per level of src/onedot/levels/table.py, all from the source in cython_ext/.

They use CPython's stable ABI, so one wheel serves 3.11 and all later versions; free-threaded CPython has none.
ONEDOT_PURE=1 builds none, and onedot then runs at level `reference`. Otherwise a failed compile fails the build.
"""

import glob
import gzip
import os
import platform
import runpy
import sys
import sysconfig
import tarfile

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.command.sdist import sdist

TABLE = runpy.run_path("src/onedot/levels/table.py")

CHECKED = os.environ.get("ONEDOT_CHECKED", "") not in ("", "0")  # for tools/harden: slow, and the same bits

DIRECTIVES = {
    "language_level": 3,
    "boundscheck": CHECKED,  # kernels trust the face, which has checked the shapes
    "wraparound": False,  # no kernel counts from the end
    "initializedcheck": CHECKED,  # every view is an argument, so it is set
    "freethreading_compatible": True,  # tests/runtime/test_many_threads.py ran without a GIL; see docs/proof.md
    "cdivision": True,  # C's / and %; no divisor is zero and no operand of them negative
}

DEPENDS = sorted(path for kind in ("h", "pxi", "pxd") for path in glob.glob(f"cython_ext/**/*.{kind}", recursive=True))

STABLE_ABI = not sysconfig.get_config_var("Py_GIL_DISABLED")
OLDEST = (3, 11)
MACROS = [("NPY_NO_DEPRECATED_API", "NPY_2_0_API_VERSION")]
if STABLE_ABI:
    MACROS.append(("Py_LIMITED_API", f"0x{OLDEST[0]:02x}{OLDEST[1]:02x}0000"))


class BuildExt(build_ext):
    """Give each extension the common flags and its level's, in the dialect of the compiler at hand."""

    def finalize_options(self):
        super().finalize_options()
        # They wait for nothing, and three levels on two cores end together if none waits for a core of its own.
        self.parallel = self.parallel or max(os.cpu_count() or 1, len(self.extensions))

    def build_extensions(self):
        dialect, spelt = "unix", "{}"
        if self.compiler.compiler_type == "msvc":
            if "clang-cl" in os.environ.get("CC", ""):  # which setuptools does not read on Windows
                self.compiler.initialize()
                self.compiler.cc, spelt = os.environ["CC"], "/clang:{}"
            else:
                dialect = "msvc"
        flags = {level.module: getattr(level, dialect) for level in TABLE["LEVELS"]}
        for extension in self.extensions:
            module = extension.name.rpartition(".")[2]
            own = [*TABLE["COMMON_FLAGS"][dialect], *flags.get(module, ())]
            extension.extra_compile_args = [spelt.format(flag) for flag in own]
            extension.extra_link_args = ["-Wl,-s"] if sys.platform == "linux" else []  # symbols are half the size
        super().build_extensions()


class Sdist(sdist):
    """With SOURCE_DATE_EPOCH, an archive of the same files is the same bytes, wherever and whenever it is made."""

    def make_archive(self, base_name, kind, root_dir=None, base_dir=None, owner=None, group=None):
        epoch = os.environ.get("SOURCE_DATE_EPOCH")
        if epoch is None or kind != "gztar":
            return super().make_archive(base_name, kind, root_dir, base_dir, owner, group)

        def without_origin(member):
            member.uid = member.gid = 0
            member.uname = member.gname = ""
            member.mtime = int(epoch)
            member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
            return member

        name = f"{base_name}.tar.gz"
        with (
            open(name, "wb") as file,
            gzip.GzipFile("", "wb", fileobj=file, mtime=int(epoch)) as packed,
            tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
        ):
            archive.add(base_dir, filter=without_origin)
        return name


def extensions():
    import numpy
    from Cython.Build import cythonize

    machine = platform.machine().lower()
    levels = [level for level in TABLE["LEVELS"] if machine in level.machines or not level.machines]
    kernels = [f"onedot._kernels.{module}" for module in ("cpu", *(level.module for level in levels))]
    return cythonize(
        [
            Extension(
                name,
                [f"cython_ext/{name.rpartition('.')[2]}.pyx"],
                include_dirs=["cython_ext", numpy.get_include()],
                depends=DEPENDS,
                define_macros=MACROS,
                py_limited_api=STABLE_ABI,
            )
            for name in ["onedot._entry.entry", "onedot.c_api", *kernels]
        ],
        include_path=["cython_ext", "src"],
        compiler_directives=DIRECTIVES,
        build_dir="build/cython-checked" if CHECKED else "build/cython",
        nthreads=os.cpu_count() or 1,
    )


if __name__ != "__mp_main__":  # which it is in the processes that translate, where these are not forked
    if os.environ.get("ONEDOT_PURE", "") in ("", "0"):
        options = {"bdist_wheel": {"py_limited_api": f"cp{OLDEST[0]}{OLDEST[1]}"}} if STABLE_ABI else {}
        setup(ext_modules=extensions(), cmdclass={"build_ext": BuildExt, "sdist": Sdist}, options=options)
    else:
        setup(cmdclass={"sdist": Sdist})
