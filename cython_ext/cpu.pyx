"""What the CPU, the system and the compiler are, for onedot.levels to choose by; the environment of floats; threads."""

from functools import wraps

cdef extern from "cpu.h":
    int cpu_x86_64_level "x86_64_level" ()
    bint cpu_byte_dots "byte_dots" (int level)
    bint cpu_x86_64_wide_floats "x86_64_wide_floats" ()
    const char *COMPILER

cdef extern from "environment.h":
    long long ENVIRONMENT_DEFAULT
    long long environment_in_use()
    bint environment_is_default(long long environment)
    void set_environment(long long environment)


def x86_64_level():
    """The highest x86-64 level (1 to 4) that this CPU and its system run; 0 on other architectures."""
    return cpu_x86_64_level()


def byte_dots(int level):
    """Whether this CPU has the dots of bytes that kernels of an x86-64 level, or of none (0), can take."""
    return cpu_byte_dots(level)


def x86_64_wide_floats():
    """Whether this CPU, of level 4, is one that had best widen eight floats at a time."""
    return cpu_x86_64_wide_floats()


def compiler():
    """The name and version of the compiler that built the extensions."""
    return COMPILER.decode()


def in_default_environment(function):
    """The function, which from now on runs in the default floating-point environment; its caller's is put back.

    So do the threads that it starts.
    """
    @wraps(function)
    def call(*arguments, **keywords):
        cdef long long environment = environment_in_use()
        if environment_is_default(environment):
            return function(*arguments, **keywords)
        set_environment(ENVIRONMENT_DEFAULT)
        try:
            return function(*arguments, **keywords)
        finally:
            set_environment(environment)
    return call


include "ranges.pxi"
