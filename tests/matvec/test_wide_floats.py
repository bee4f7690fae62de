"""Rows of float32 that share a vector, in the widest registers and in those of four, at sizes around their groups."""

import numpy as np
import pytest

import onedot
from onedot import levels
from support.bits import array_bits
from support.cells import in_one_test
from support.rows import numbers

pytestmark = pytest.mark.skipif(not levels.compiled, reason="there is nothing to choose in the reference")


@pytest.fixture(scope="module", params=[False, True], ids=["fours", "widest"])
def chosen(request):
    """The fastest level that runs, with either choice."""
    from onedot._kernels import cpu

    levels.kernels().use_wide_floats(request.param)
    yield
    levels.kernels().use_wide_floats(cpu.x86_64_wide_floats())


@in_one_test("m", [1, 3, 4, 7, 8, 9, 16, 33])
@in_one_test("n", [1, 16, 17, 31, 32, 33, 100, 1023, 1024, 1025, 3000, 5000])
def test_either_choice_gives_dots(chosen, m, n):
    A, x = numbers(m, n, dtype="float32", seed=m), numbers(n, dtype="float32", seed=n)
    wanted = array_bits(np.array([onedot.dot(row, x) for row in A], np.float32))
    assert array_bits(onedot.matvec(A, x)) == wanted
    assert array_bits(onedot.matvec(np.tile(A, (3, 1, 1)), x)[2]) == wanted
    assert array_bits(onedot.vecdot(A, np.tile(x, (m, 1)))) == wanted


@in_one_test("dtype", ["float16", "float32"])
def test_either_choice_gives_the_bits_of_the_reference(chosen, dtype):
    A, x = numbers(9, 1100, dtype=dtype, seed=1), numbers(1100, dtype=dtype, seed=2)
    with levels.using("reference"):
        wanted = array_bits(onedot.matvec(A, x))
    assert array_bits(onedot.matvec(A, x)) == wanted
