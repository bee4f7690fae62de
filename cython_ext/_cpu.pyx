"""What the CPU, the system and the compiler are, for onedot.levels to choose by."""

cdef extern from "cpu.h":
    int cpu_x86_64_level "x86_64_level" ()
    const char *COMPILER


def x86_64_level():
    """The highest x86-64 level (1 to 4) that this CPU and its system run; 0 on other architectures."""
    return cpu_x86_64_level()


def compiler():
    """The name and version of the compiler that built the extensions."""
    return COMPILER.decode()
