"""A matrix that must be converted, aligned or swapped, some rows at a time: the dots, and no copy of all of it."""

import numpy as np
import pytest

import onedot
from support.bits import array_bits
from support.cells import in_one_test
from support.memory import peak_of
from support.rows import numbers
from support.samples import byte_swapped, lying_at

TYPES = [
    *((a, x) for a in ("bool", "int8", "uint16", "int32", "int64", "float16") for x in ("float32", "float64")),
    ("float32", "float64"),
    ("float64", "int8"),
    ("float32", "int64"),
    ("int16", "float16"),
]


@in_one_test(("a_dtype", "x_dtype"), TYPES)
@in_one_test(("m", "n"), [(500, 300), (140000, 1), (5, 32768), (4, 32769)])
def test_a_large_matrix_of_another_type_gives_dots(compiled_level, a_dtype, x_dtype, m, n):
    draw = np.random.default_rng(m)
    A = (draw.standard_normal((m, n)) * 40).astype(np.int8).astype(a_dtype)
    x = (draw.standard_normal(n) * 40).astype(np.int8 if "int" in x_dtype else x_dtype).astype(x_dtype)
    x[0] = 3 if "int" in x_dtype else 0.1
    dtype = np.float64 if "float" not in a_dtype or "int" in x_dtype else np.result_type(a_dtype, x_dtype)
    wide, vector = A.astype(np.float64), x.astype(np.float64)
    expected = array_bits(onedot.matvec(wide, vector).astype(dtype))
    for product in (onedot.matvec, onedot.vecdot):
        for laid_out in (A, np.asfortranarray(A)):
            got = product(laid_out, x)
            assert got.dtype == dtype
            assert array_bits(got) == expected
    for row in (0, m // 2, m - 1):
        assert onedot.matvec(A, x)[row] == np.array(onedot.dot(wide[row], vector)).astype(dtype)


FEW_TYPES = [
    ("float32", "float64"),
    ("float32", "int8"),
    ("float32", ">f8"),
    ("float16", "float32"),
    ("float16", "float64"),
    ("int8", "float32"),
    ("float64", "float32"),
]


@in_one_test(("dtype", "other"), FEW_TYPES)
@in_one_test(("m", "n"), [(500, 300), (140000, 1), (2000, 66), (5, 32768), (5, 32769)])
def test_a_large_matrix_and_few_vectors_of_another_type_give_dots(compiled_level, dtype, other, m, n):
    """However they are given, by the functions that take them; some rows at a time where a kernel widens them."""
    draw = np.random.default_rng(m)
    X = (draw.standard_normal((m, n)) * 40).astype(np.int8).astype(dtype)
    for k in (1, 3, 40):
        W = (draw.standard_normal((k, n)) * 40).astype(np.int8).astype(other)
        W[0, 0] = 3 if other == "int8" else 0.1
        floats = [t for t in (dtype, other) if "int" not in t]
        out = np.result_type(*floats).newbyteorder("=") if len(floats) == 2 else np.dtype(np.float64)
        wanted = array_bits(onedot.matvec(W.astype(np.float64), X.astype(np.float64)).astype(out))
        turned = array_bits(onedot.matvec(X.astype(np.float64), W.astype(np.float64)).astype(out))
        for rows in (X, np.asfortranarray(X), lying_at(X.ravel(), 1).reshape(m, n), np.repeat(X, 2, axis=0)[::2]):
            assert array_bits(onedot.matvec(W, rows)) == wanted
            assert array_bits(onedot.matmul(rows, W.T)) == wanted
            assert array_bits(onedot.matmul(W, rows.T)) == turned
            assert array_bits(onedot.matvec(rows, W)) == turned
        assert array_bits(onedot.matmul(rows, W[0])) == array_bits(onedot.matvec(rows, W[0]))


def test_rows_that_are_widened_are_shared_among_threads(compiled_level):
    X, W = numbers(30000, 100, dtype="float32", seed=1), numbers(7, 100, dtype="float64", seed=2)
    before, found = onedot.get_num_threads(), []
    for threads in (1, 2, 3):
        onedot.set_num_threads(threads)
        found.append((array_bits(onedot.matvec(W, X)), array_bits(onedot.matvec(X, W[0]))))
    onedot.set_num_threads(before)
    assert found[0] == found[1] == found[2]


@in_one_test("dtype", ["float64", "float32", "float16"])
@pytest.mark.parametrize("tier", [onedot, onedot.single, onedot.exact], ids=lambda tier: tier.__name__)
def test_a_large_matrix_that_is_misaligned_or_swapped_gives_dots(compiled_level, tier, dtype):
    if tier is onedot.single and dtype == "float64":
        pytest.skip("refused by name")
    for m, n in ((500, 300), (130, 300), (5, 32768), (33000, 1)):
        A, x = numbers(m, n, dtype=dtype, seed=1), numbers(n, dtype=dtype, seed=2)
        expected = tier.matvec(A, x)
        matrices = (
            A,
            lying_at(A.ravel(), 1).reshape(m, n),
            byte_swapped(A),
            lying_at(byte_swapped(A).ravel(), 1).reshape(m, n),
        )
        for matrix in (*matrices, np.asfortranarray(matrices[2])):
            for v in (x, lying_at(x, 1), byte_swapped(x)):
                got = tier.matvec(matrix, v)
                assert got.dtype == expected.dtype
                assert array_bits(got) == array_bits(expected), (m, n)


def test_an_integer_that_float64_does_not_hold_is_refused_in_any_piece(compiled_level):
    for row in (0, 499):
        A = np.ones((500, 300), np.int64)
        A[row, 7] = 2**53 + 1
        with pytest.raises(OverflowError, match="9007199254740993"):
            onedot.matvec(A, np.ones(300))


def test_shapes_that_do_not_fit_are_refused(compiled_level):
    with pytest.raises(ValueError, match="A has 300 columns, x has 299 elements"):
        onedot.matvec(np.ones((500, 300), np.int8), np.ones(299, np.float32))


@pytest.mark.parametrize("a_dtype", ["int8", "int64", "float16", "float32", ">f8"])
def test_no_large_matrix_is_copied_whole(compiled_level, a_dtype):
    A, x = np.ones((1000, 1000), a_dtype), np.ones(1000)
    onedot.matvec(A[:200], x)
    assert peak_of(lambda: onedot.matvec(A, x)) < 700_000


def test_no_large_matrix_is_copied_whole_for_several_vectors(compiled_level):
    A, W = np.ones((1000, 1000), np.float32), np.ones((10, 1000))
    onedot.matvec(W, A[:200])
    assert peak_of(lambda: onedot.matvec(W, A)) < 700_000
