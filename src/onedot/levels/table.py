"""The levels: which there are, what compiles them, what CPU runs them.

Data only. `setup.py` builds a module per row that suits the target machine, `onedot.levels` chooses
among them at run time. To add a level, add a row here and a stub `cython_ext/<module>.pyx`.
"""

from typing import NamedTuple

__all__ = ["COMMON_FLAGS", "LEVELS", "REFERENCE", "X86_64", "Level"]

REFERENCE = "reference"

X86_64 = ("x86_64", "amd64")


class Level(NamedTuple):
    """One way to compile the kernels."""

    name: str
    module: str
    machines: tuple[str, ...]  # lower-case platform.machine() values it is built for; () for all
    x86_64_level: int  # the least x86-64 level (of the psABI) a CPU must have; 0 for any CPU
    unix: tuple[str, ...]  # flags for GCC and Clang
    msvc: tuple[str, ...]


# From the plainest to the fastest: the last one that runs is the one in use.
LEVELS = (
    Level("baseline", "baseline", (), 0, (), ()),
    Level("x86-64-v3", "x86_64_v3", X86_64, 3, ("-march=x86-64-v3",), ("/arch:AVX2",)),
    Level("x86-64-v4", "x86_64_v4", X86_64, 4, ("-march=x86-64-v4",), ("/arch:AVX512",)),
)

# The law forbids fusing a multiply with an add, which GCC does by default where the CPU can.
COMMON_FLAGS = {
    "unix": ("-O3", "-g0", "-ffp-contract=off"),
    "msvc": ("/O2", "/fp:precise"),
}
