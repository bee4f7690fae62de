"""Nothing outside a vector is read: it may end where the memory of the process does."""

import os

import pytest

from onedot import levels
from support.interpreter import BETWEEN_FORBIDDEN_PAGES, printed

# What is between begins with one vector and ends in the other.
PROGRAM = """
from onedot.reference import dot

for dtype in ("float64", "float32"):
    between = between_forbidden_pages(dtype)
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
    assert printed(BETWEEN_FORBIDDEN_PAGES + PROGRAM, ONEDOT_LEVEL=name) == "all read\n"
