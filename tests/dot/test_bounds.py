"""Nothing outside a vector is read: it may end where the memory of the process does."""

import os

import pytest

from onedot import levels
from support.interpreter import printed

# Between two pages that nobody may touch lie two that begin with one vector and end in the other. A process
# of its own runs it, as a read too many is a crash.
BETWEEN_FORBIDDEN_PAGES = """
import ctypes, mmap
import numpy, onedot
from onedot.reference import dot

PAGE = mmap.PAGESIZE
room = mmap.mmap(-1, 4 * PAGE)
start = ctypes.addressof(ctypes.c_char.from_buffer(room))
mprotect = ctypes.CDLL(None, use_errno=True).mprotect
mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
for page in (0, 3):
    assert mprotect(start + page * PAGE, PAGE, 0) == 0

for dtype in ("float64", "float32"):
    between = numpy.frombuffer(room, dtype, offset=PAGE, count=2 * PAGE // numpy.dtype(dtype).itemsize)
    between[:] = numpy.random.default_rng(1).standard_normal(len(between))
    for n in [*range(140), 300, 511, 512]:
        for step in (1, -1, 3, -3):
            span = n * abs(step)
            if span <= len(between):
                near, far = between[:span][::step], between[len(between) - span :][::step]
                expected = dot(near.tolist(), far.tolist())
                assert onedot.dot(near, far) == onedot.dot(far, near) == expected, (dtype, n, step)
print("all read")
"""


@pytest.mark.skipif(os.name != "posix", reason="only POSIX forbids a page by mprotect")
@pytest.mark.parametrize("name", levels.runnable())
def test_nothing_before_or_after_a_vector_is_read(name):
    assert printed(BETWEEN_FORBIDDEN_PAGES, ONEDOT_LEVEL=name) == "all read\n"
