"""Vectors of any stride, in binary32: the bits of their copies that lie side by side."""

import numpy as np

from onedot import single
from support.bits import array_bits, bits
from support.cells import in_one_test
from support.rows import numbers, stack
from support.samples import lying_at

LENGTHS = (1, 2, 7, 8, 9, 31, 32, 33, 63, 64, 65, 100, 4095, 4096, 4097, 8200)
STRIDES = (1, -1, 2, -2, 3, 17)


def strided(n, stride, seed):
    return stack(n * abs(stride), dtype="float32", seed=seed)[::stride]


@in_one_test("n", LENGTHS)
def test_every_pair_of_strides_gives_the_bits_of_copies(compiled_level, n):
    for one in STRIDES:
        for other in STRIDES:
            x, y = strided(n, one, 1), strided(n, other, 2)
            assert bits(single.dot(x, y)) == bits(single.dot(x.copy(), y.copy())), (one, other)


@in_one_test("n", [1, 33, 4100])
def test_one_number_over_and_over_and_misaligned_vectors(compiled_level, n):
    x, y = np.broadcast_to(np.float32(0.1), n), stack(n, dtype="float32", seed=1)
    expected = bits(single.dot(x.copy(), y))
    for odd in (y, lying_at(y, 1), lying_at(y[::-1], 3)[::-1]):
        assert bits(single.dot(x, odd)) == expected
        assert bits(single.dot(odd, x)) == expected


@in_one_test("n", [5, 40, 4100])
def test_rows_of_any_stride_are_dots(compiled_level, n):
    for one in STRIDES:
        for other in STRIDES:
            A, x = stack(9, n * abs(one), dtype="float32", seed=1)[:, ::one], strided(n, other, 2)
            expected = np.array([single.dot(a.copy(), x.copy()) for a in A], "float32")
            assert array_bits(single.matvec(A, x)) == array_bits(expected), (one, other)


@in_one_test("dtype", ["float16", "bfloat16"])
def test_halves_of_any_stride(compiled_level, dtype):
    for n in (1, 33, 513, 4100):
        for one in STRIDES:
            x, y = numbers(n * abs(one), dtype=dtype, seed=1)[::one], numbers(n, dtype=dtype, seed=2)
            assert bits(single.dot(x, y)) == bits(single.dot(x.copy(), y)), (n, one)
