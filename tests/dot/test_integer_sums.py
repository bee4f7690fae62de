"""Integers at the limits up to which their products are summed in few bits: on them, one beyond, and amid a block."""

import itertools

import numpy as np
import pytest

import onedot
from support.cells import in_one_test

DTYPES = ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64")
BLOCK = 512  # products of 64-bit integers that are summed in 64 bits, if those are small


def exact_dot(x, y):
    return sum(map(int.__mul__, x.tolist(), y.tolist()))


def exact_rows(A, x):
    return A.astype(object) @ x.astype(object)


def ends(dtype):
    limits = np.iinfo(dtype)
    return limits.min, limits.max


@pytest.mark.parametrize("dtypes", [("int64", "int64"), ("uint64", "uint64"), ("int64", "uint64"), ("uint64", "int64")])
def test_blocks_of_64_bit_integers_are_exact_on_both_sides_of_the_limit(compiled_level, dtypes):
    for n, e, f in itertools.product((BLOCK - 1, BLOCK, 2 * BLOCK + 1), (1, 26, 31, 40), (22, 27, 28, 29, 31, 37)):
        for a, b in ((2**e, 2**f), (2**e - 1, 2**f + 1), (-(2**e), -(2**f)), (-(2**e) - 1, 2**f), (2**e, -(2**f) + 1)):
            x, y = (np.full(n, abs(v) if d == "uint64" else v, d) for v, d in zip((a, b), dtypes, strict=True))
            assert onedot.dot(x, y) == n * int(x[0]) * int(y[0])


@pytest.mark.parametrize("dtypes", [("int64", "int64"), ("uint64", "uint64"), ("int64", "uint64")])
@pytest.mark.parametrize("place", [0, 300, BLOCK - 1, BLOCK, BLOCK + 77, 3 * BLOCK])
def test_one_great_integer_among_small_ones_is_exact(compiled_level, dtypes, place):
    x, y = (np.arange(3 * BLOCK + 1).astype(d) for d in dtypes)
    for great in {int(v) for v in (*ends(dtypes[0]), *ends(dtypes[1]), 2**44, 2**45)}:
        for vector, dtype in ((x, dtypes[0]), (y, dtypes[1])):
            if ends(dtype)[0] <= great <= ends(dtype)[1]:
                kept, vector[place] = vector[place], great
                assert onedot.dot(x, y) == exact_dot(x, y)
                vector[place] = kept


@in_one_test("dtype", DTYPES)
@in_one_test("rows", [4, 5, 7, 33])
def test_rows_and_columns_of_any_size_are_exact(compiled_level, dtype, rows):
    draw = np.random.default_rng(rows)
    low, high = ends(dtype)
    for n in (1, 3, 15, 16, 31, 33, 63, 100, 530):
        for bits in (4, 20, 41):
            A = draw.integers(max(low, -(2**28)), min(high, 2**28), (rows, n)).astype(dtype)
            x = draw.integers(max(low, -(2**bits)), min(high, 2**bits), n).astype(dtype)
            expected = exact_rows(A, x)
            if all(-(2**63) <= v < 2**63 for v in expected):
                assert onedot.matvec(A, x).tolist() == expected.tolist()
                assert onedot.vecmat(x, np.ascontiguousarray(A.T)).tolist() == expected.tolist()
                assert onedot.matvec(A, np.stack([x, x]))[1].tolist() == expected.tolist()


def magnitudes_to(total, greatest, n):
    """n magnitudes up to `greatest` with a sum of `total`."""
    x = np.zeros(n, np.int64)
    x[: total // greatest] = greatest
    x[total // greatest] = total % greatest
    return x


# the sums of magnitudes up to which products with a vector are summed in 32 or 64 bits
MOST = {
    "int8": (2**31 - 1) // 2**7,
    "uint8": (2**31 - 1) // 255,
    "int16": 2**16 - 1,
    "uint16": 2**16 + 1,
    "int32": 2**30,
    "uint32": 2**30,
}


@in_one_test("dtype", MOST)
@in_one_test("above", [-1, 0, 1])
@in_one_test("columns", [False, True])
def test_a_vector_at_the_limit_of_its_magnitudes_is_exact(compiled_level, dtype, above, columns):
    low, high = ends(dtype)
    total = MOST[dtype] + above
    greatest = min(-low or high, 2**16)
    x = magnitudes_to(total, greatest, total // greatest + 3) * (-1 if low else 1)
    A = np.full((5, len(x)), low or high, dtype)
    A[1], A[2] = high, 1
    A = np.asfortranarray(A) if columns else A
    for vector in (x.astype(dtype), x):  # the second is made one of dtype first
        assert onedot.matvec(A, vector).tolist() == [int(v) * int(x.sum()) for v in A[:, 0]]


@pytest.mark.parametrize("dtype", ["int8", "uint8"])
@pytest.mark.parametrize("n", [2**15, 2**15 + 1, 33025, 33026, 65793, 65794, 2**17])
def test_long_rows_of_the_greatest_bytes_are_exact(compiled_level, dtype, n):
    low, high = ends(dtype)
    for a, b in ((low or high, low or high), (low or high, high)):
        A, x = np.full((4, n), a, dtype), np.full(n, b, dtype)
        assert onedot.matvec(A, x).tolist() == onedot.matvec(np.asfortranarray(A), x).tolist() == [n * a * b] * 4


@pytest.mark.parametrize("columns", [False, True])
@pytest.mark.parametrize("dtype", ["int64", "uint64"])
def test_64_bit_columns_are_exact_where_64_bits_would_wrap_on_the_way(compiled_level, dtype, columns):
    for bits, n in itertools.product((20, 30, 40, 41), (4, 60)):
        for great in (2**61, 2**62, 2**63 - 1, 2**40, 2**40 + 1):
            A = np.ones((6, n), dtype)
            A[1, : n // 2], A[1, n // 2 :] = great, great - 1
            x = np.full(n, 2**bits, "i8")
            x[: n // 2] = -(2**bits) + 1
            A[4] = 3
            expected = exact_rows(A, x)
            A = np.asfortranarray(A) if columns else A
            if all(-(2**63) <= v < 2**63 for v in expected):
                assert onedot.matvec(A, x).tolist() == expected.tolist()
            else:
                with pytest.raises(OverflowError, match="matvec: a result is "):
                    onedot.matvec(A, x)


@in_one_test("a_dtype", DTYPES)
@in_one_test("x_dtype", [*DTYPES, "bool"])
def test_a_vector_of_another_type_is_read_as_what_it_is(compiled_level, a_dtype, x_dtype):
    low, high = (0, 1) if x_dtype == "bool" else ends(x_dtype)
    a_low, a_high = ends(a_dtype)
    A = np.arange(6 * 40).reshape(6, 40).astype(a_dtype) % 5
    A[2, 7], A[3, 9] = min(a_high, 2**31), max(a_low, -(2**31))
    for value in {min(max(v, low), high) for v in (low, high, a_low, a_high, a_low - 1, a_high + 1)}:
        x = np.ones(40, x_dtype)
        x[7], x[9] = value, value
        expected = exact_rows(A, x.astype("i8") if x_dtype == "bool" else x)
        for laid in (A, np.asfortranarray(A)):
            if all(-(2**63) <= v < 2**63 for v in expected):
                assert onedot.matvec(laid, x).tolist() == expected.tolist()
            else:
                with pytest.raises(OverflowError, match="matvec: a result is "):
                    onedot.matvec(laid, x)


@pytest.mark.parametrize("dtype", DTYPES)
def test_more_columns_than_are_summed_at_a_time_are_exact(compiled_level, dtype):
    draw = np.random.default_rng(1)
    for n in (1, 3, 9, 40):
        for m in (31, 1024, 1025, 2100):
            A = draw.integers(max(ends(dtype)[0], -(2**28)), min(ends(dtype)[1], 2**28), (n, m)).astype(dtype)
            x = draw.integers(max(ends(dtype)[0], -(2**15)), min(ends(dtype)[1], 2**15), n).astype(dtype)
            assert onedot.vecmat(x, A).tolist() == exact_rows(A.T, x).tolist()


def test_pairs_of_the_least_int16_do_not_wrap(compiled_level):
    """Two such products are 2^31 together, one more than int32 holds."""
    for n in (2, 32, 33, 2**15):
        x = np.full(n, -(2**15), "i2")
        assert onedot.dot(x, x) == n * 2**30
        assert onedot.vecdot(np.stack([x] * 5), x).tolist() == [n * 2**30] * 5
        if n < 2**15:
            assert onedot.vecmat(x, np.full((n, 40), -(2**15), "i2")).tolist() == [n * 2**30] * 40
