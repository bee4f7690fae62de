"""Matrix products of bytes, with dots of bytes and without, at sizes around those of tiles, and of every layout."""

import itertools

import numpy as np
import pytest

import onedot
from onedot import levels
from support.cells import in_one_test

LEVELS = levels.runnable()[1:]
WAYS = [(name, False) for name in LEVELS] + [(name, True) for name in LEVELS if name in levels.byte_dots]


@pytest.fixture(scope="module", params=WAYS, ids=lambda way: f"{way[0]}{'-dots' * way[1]}")
def way(request):
    """A level with dots of bytes or without."""
    name, dots = request.param
    with levels.using(name):
        levels.kernels().use_byte_dots(dots)
        yield
        levels.kernels().use_byte_dots(name in levels.byte_dots)


def drawn(dtype, shape, layout, draw, *, ends=False):
    """Elements of all sizes, or only the least and the greatest, in a layout."""
    limits = np.iinfo(dtype)
    v = draw.choice([limits.min, limits.max], shape) if ends else draw.integers(limits.min, limits.max + 1, shape)
    v = v.astype(dtype)
    if layout == "columns":
        return np.asfortranarray(v)
    if layout == "reversed":
        return np.ascontiguousarray(v[::-1, ::-1])[::-1, ::-1]
    if layout == "apart":
        wide = np.zeros((2 * shape[0], 3 * shape[1]), dtype)
        wide[::2, 1::3] = v
        return wide[::2, 1::3]
    return v


@in_one_test("dtype", ["int8", "uint8"])
@in_one_test("ends", [False, True])
def test_products_of_bytes_are_exact_at_any_size(way, dtype, ends):
    draw = np.random.default_rng(0)
    for n, (s, m) in itertools.product(
        (1, 2, 3, 4, 5, 15, 16, 17, 63, 64, 65, 100, 300), ((4, 32), (5, 33), (7, 64), (66, 130), (130, 5), (32, 4))
    ):
        A, B = drawn(dtype, (s, n), "rows", draw, ends=ends), drawn(dtype, (n, m), "columns", draw, ends=ends)
        expected = A.astype(np.int64) @ B.astype(np.int64)
        assert (onedot.matmul(A, B) == expected).all()
        assert (onedot.matvec(B.T, A) == expected).all()


@in_one_test("dtype", ["int8", "uint8"])
@in_one_test("of_A", ["rows", "columns", "reversed", "apart"])
@in_one_test("of_B", ["rows", "columns", "reversed", "apart"])
def test_products_of_bytes_are_exact_in_any_layout(way, dtype, of_A, of_B):
    draw = np.random.default_rng(0)
    for s, m, n in ((9, 70, 37), (70, 9, 64), (33, 33, 130)):
        A, B = drawn(dtype, (s, n), of_A, draw), drawn(dtype, (n, m), of_B, draw)
        expected = A.astype(np.int64) @ B.astype(np.int64)
        assert (onedot.matmul(A, B) == expected).all()
        out = np.empty((m, s), np.int64).T
        assert onedot.matmul(A, B, out=out) is out
        assert (out == expected).all()


@in_one_test("dtype", ["int8", "uint8"])
@in_one_test("end", [np.iinfo("int8").min, np.iinfo("int8").max, 255])
def test_long_rows_of_the_greatest_bytes_do_not_wrap(way, dtype, end):
    if end > np.iinfo(dtype).max or end < np.iinfo(dtype).min:
        return
    for n in (2**13, 2**13 + 1, 2**15, 2**15 + 1, 2**17 + 3):
        A = np.full((32, n), end, dtype)
        assert onedot.dot(A[0], A[1]) == n * end * end
        assert (onedot.matvec(A, A[0]) == n * end * end).all()
        assert (onedot.matmul(A[:4], A.T) == n * end * end).all()


def test_the_dot_and_rows_of_bytes_are_exact_at_any_size(way):
    draw = np.random.default_rng(0)
    for dtype, n in itertools.product(("int8", "uint8"), (1, 7, 63, 64, 65, 127, 128, 129, 191, 200, 1000, 2**15 + 70)):
        for ends in (False, True):
            A = drawn(dtype, (7, n), "rows", draw, ends=ends)
            expected = A.astype(np.int64) @ A[3].astype(np.int64)
            assert (onedot.matvec(A, A[3]) == expected).all()
            assert [onedot.dot(row, A[3]) for row in A] == expected.tolist()
