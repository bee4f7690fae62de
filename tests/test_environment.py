"""Whatever rounding mode or flush to zero the caller has set: the same bits, and its environment as it was."""

import ctypes
import ctypes.util
import platform
from contextlib import contextmanager

import numpy as np
import pytest
from bits import array_bits, bits
from interpreter import printed
from samples import vector

import onedot
from onedot import levels, threads

# What fesetround takes, and control words for fesetenv: x86 writes MXCSR, bytes 28 to 31 of its environment.
ROUNDINGS = {
    "x86_64": {"down": 0x400, "up": 0x800, "towards zero": 0xC00},
    "aarch64": {"up": 0x400000, "down": 0x800000, "towards zero": 0xC00000},
}.get(platform.machine(), {})
MXCSR = {"flush to zero": 0x9F80, "denormals are zero": 0x1FC0, "both, rounding up": 0xDFC0, "traps": 0x1D80}
HOSTILE = [*ROUNDINGS, *(MXCSR if platform.machine() == "x86_64" else ())]

pytestmark = pytest.mark.skipif(
    platform.system() != "Linux" or not ROUNDINGS or not levels.compiled, reason="no way to set the environment here"
)


def libm():
    return ctypes.CDLL(ctypes.util.find_library("m"))


def set_environment(name):
    """Make this thread's environment hostile."""
    if name in ROUNDINGS:
        assert libm().fesetround(ROUNDINGS[name]) == 0
    else:
        room = ctypes.create_string_buffer(64)
        libm().fegetenv(room)
        room[28:32] = MXCSR[name].to_bytes(4, "little")
        libm().fesetenv(room)


def controls():
    """What is set of rounding, flushing and traps, without the flags that arithmetic raises."""
    room = ctypes.create_string_buffer(64)
    libm().fegetenv(room)
    if platform.machine() == "x86_64":
        return int.from_bytes(room[28:32], "little") & 0xFFC0
    return libm().fegetround()


@contextmanager
def set_to(name):
    """This environment within a `with` block, at whose end it must still be the one that was set."""
    before = ctypes.create_string_buffer(64)
    libm().fegetenv(before)
    set_environment(name)
    wanted = controls()
    try:
        yield
        found = controls()
    finally:
        libm().fesetenv(before)
    assert found == wanted


def subnormal(n):
    """Products that are subnormal, of both signs."""
    return vector(n) * 2.0**-530


@pytest.mark.parametrize("hostile", HOSTILE)
def test_dot_gives_the_same_bits_and_leaves_the_environment(compiled_level, hostile):
    pairs = [(vector(n, dtype, 1), vector(n, dtype, 2)) for dtype in ("float64", "float32") for n in (3, 100, 5000)]
    pairs += [(subnormal(100), subnormal(100)), (vector(50, "float16"), vector(50)), (vector(9).tolist(), range(9))]
    wanted = [bits(onedot.dot(x, y)) for x, y in pairs]
    with set_to(hostile):
        found = [onedot.dot(x, y) for x, y in pairs]
    assert [bits(value) for value in found] == wanted


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("function", [onedot.matvec, onedot.vecdot])
def test_batches_give_the_same_bits_and_leave_the_environment(compiled_level, hostile, function):
    A = vector(5 * 40).reshape(5, 40)
    calls = [
        (A, A),
        (A.astype("f4"), A.astype("f4")),
        (A * 2.0**-530, A * 2.0**-530),
        (vector(200, "float16").reshape(5, 40), A),
    ]
    wanted = [array_bits(function(a, x)) for a, x in calls]
    with set_to(hostile):
        found = [function(a, x) for a, x in calls]
    assert [array_bits(value) for value in found] == wanted


@pytest.mark.parametrize("hostile", HOSTILE)
def test_the_threads_of_a_large_product_start_in_the_default_environment(compiled_level, hostile, num_threads_restored):
    x = vector(2**20 + 5)
    wanted = bits(onedot.dot(x, x))
    onedot.set_num_threads(3)
    threads._drop_pool()
    with set_to(hostile):
        found = onedot.dot(x, x)
    assert bits(found) == wanted


@pytest.mark.parametrize("hostile", HOSTILE)
def test_an_error_leaves_the_environment_too(compiled_level, hostile):
    with set_to(hostile), pytest.raises(ValueError, match="x has 2 elements, y has 3 elements"):
        onedot.dot(np.ones(2), np.ones(3))


IMPORT = """
import ctypes, ctypes.util
libm = ctypes.CDLL(ctypes.util.find_library("m"))
before, after = ctypes.create_string_buffer(64), ctypes.create_string_buffer(64)
import numpy
libm.fesetround({mode})
libm.fegetenv(before)
import onedot, onedot.c_api
libm.fegetenv(after)
mode = libm.fegetround()
libm.fesetround(0)
print(mode)
"""


@pytest.mark.parametrize("mode", [0, *ROUNDINGS.values()])
def test_the_import_leaves_the_environment(mode):
    assert printed(IMPORT.format(mode=mode)) == f"{mode}\n"
