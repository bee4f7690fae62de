"""Nothing outside a matrix is read: its rows and columns may end where the memory of the process does."""

import os

import pytest

from onedot import levels
from support.interpreter import BETWEEN_FORBIDDEN_PAGES, printed

# Room that begins with a matrix, or ends with it. What is right is what the same call says of copies elsewhere.
SETTING = """
def placed(room, shape, order, at_the_end):
    size = int(numpy.prod(shape))
    values = room[len(room) - size :] if at_the_end else room[:size]
    return values.reshape(shape, order=order)

def same(got, expected):
    return got.dtype == expected.dtype and got.shape == expected.shape and got.tobytes() == expected.tobytes()
"""

SMALL = """
for dtype in ("float64", "float32"):
    room, other = between_forbidden_pages(dtype, 2), between_forbidden_pages(dtype, 1)
    for n in range(1, 71):
        for m in range(1, 10):
            if m * n <= len(room):
                for order in "CF":
                    for end in (False, True):
                        a, x = placed(room, (m, n), order, end), placed(other, (n,), "C", end)
                        at = dtype, m, n, order, end
                        ca, cx = numpy.ascontiguousarray(a), x.copy()
                        expected = onedot.matvec(ca, cx)
                        assert same(onedot.matvec(a, x), expected), at
                        assert same(onedot.vecmat(x, a.T), expected), at
                        assert same(onedot.vecdot(a, x), expected), at
                        assert same(onedot.matvec(a[::-1, ::-1], x[::-1]), onedot.matvec(ca[::-1, ::-1], cx[::-1])), at
                        v = placed(other, (m,), "C", end)
                        assert same(onedot.vecmat(v, a), onedot.matvec(ca.T.copy(), v.copy())), at
                        out = placed(other, (m,), "C", not end)
                        before = other.copy()
                        assert same(onedot.matvec(a, cx, out=out).copy(), expected), at
                        other[:] = before
print("all read")
"""

BATCH = """
for dtype in ("float64", "float32"):
    rooms = [between_forbidden_pages(dtype, 2) for _ in range(3)]
    for n in (*range(1, 71, 3), 16, 32, 64, 65, 66):
        for m in range(1, 10):
            for b in (2, 3, 4, 5, 8, 9):
                if max(m, b) * n > len(rooms[0]):
                    continue
                for orders in ("CC", "FF", "CF", "FC"):
                    for end in (False, True):
                        a, x = placed(rooms[0], (m, n), orders[0], end), placed(rooms[1], (b, n), orders[1], end)
                        expected = onedot.matvec(numpy.ascontiguousarray(a), numpy.ascontiguousarray(x))
                        at = dtype, m, b, n, orders, end
                        assert same(onedot.matvec(a, x), expected), at
                        out = placed(rooms[2], (b, m), "C", end)
                        assert same(onedot.matvec(a, x, out=out).copy(), expected), at
print("all read")
"""

STACKS = """
for dtype in ("float64", "float32"):
    room, other = between_forbidden_pages(dtype, 4), between_forbidden_pages(dtype, 1)
    for n in (*range(1, 22), 31, 32, 33):
        for m in range(1, 10):
            for s in (1, 2, 3):
                if s * m * n > len(room):
                    continue
                for end in (False, True):
                    a, x = placed(room, (s, m, n), "C", end), placed(other, (s, n), "C", end)
                    at = dtype, s, m, n, end
                    expected = onedot.matvec(a.copy(), x.copy())
                    assert same(onedot.matvec(a, x), expected), at
                    turned = numpy.ascontiguousarray(a.copy().swapaxes(1, 2))
                    assert same(onedot.vecmat(x, a.swapaxes(1, 2)), onedot.vecmat(x.copy(), turned)), at
                    assert same(onedot.vecdot(a, x[:, None]), expected), at
print("all read")
"""

LONG = """
for dtype in ("float64", "float32"):
    room, other = between_forbidden_pages(dtype, 40), between_forbidden_pages(dtype, 40)
    for n in (300, 511, 512, 4095, 4096, 4097):
        for m in (1, 2, 3, 4, 5, 9, 17):
            if m * n <= len(room):
                for order in "CF":
                    for end in (False, True):
                        a, x = placed(room, (m, n), order, end), placed(other, (m, n), order, end)
                        ca, cx = numpy.ascontiguousarray(a), numpy.ascontiguousarray(x)
                        at = dtype, m, n, order, end
                        assert same(onedot.matvec(a, x), onedot.matvec(ca, cx)), at
                        assert same(onedot.matvec(a, x[-1]), onedot.matvec(ca, cx[-1])), at
                        assert same(onedot.vecdot(a, x), onedot.vecdot(ca, cx)), at
                        assert same(onedot.vecmat(x[0], a.T), onedot.matvec(ca, cx[0])), at
print("all read")
"""

PROGRAMS = {"small matrices": SMALL, "a batch": BATCH, "stacks": STACKS, "long rows": LONG}


@pytest.mark.skipif(os.name != "posix", reason="only POSIX forbids a page by mprotect")
@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("name", levels.runnable()[1:])
def test_nothing_before_or_after_a_matrix_is_read_or_written(name, program):
    assert printed(BETWEEN_FORBIDDEN_PAGES + SETTING + PROGRAMS[program], ONEDOT_LEVEL=name) == "all read\n"
