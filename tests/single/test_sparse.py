"""Products in binary32 with a CSR or CSC matrix have the bits of the dense one, whose every number is `single.dot`."""

import numpy as np
import pytest

import onedot
from onedot import single
from support.bits import array_bits
from support.cells import in_one_test
from support.sparse_products import check_products_by_columns, check_products_by_rows

sparse = pytest.importorskip("scipy.sparse")

draw = np.random.default_rng(16)
D = 9000  # three blocks
FORMATS = {"csr array": sparse.csr_array, "csr matrix": sparse.csr_matrix, "csc": sparse.csc_array}


def floats(*shape):
    return draw.standard_normal(shape).astype("f4")


def crowded():
    """Blocks of one element, of two and three in lanes that may be one, of many in one lane, and of all; and none."""
    X = np.zeros((40, D), np.float32)
    for i in range(30):
        X[i, draw.choice(64, 3, replace=False)] = floats(3)
        X[i, 4096 + draw.choice(4096, i % 4, replace=False)] = floats(i % 4)
    X[:8, 8192:][:, [3, 35]] = floats(8, 2)  # one lane
    X[30:33, ::32] = floats(3, len(range(0, D, 32)))
    X[33:36] = floats(3, D)
    X[36, [5, 37, 69]] = 1e16, 1.0, -1e16
    return X


def short():
    return floats(30, 50) * (draw.random((30, 50)) < 0.3)


MATRICES = {"crowded": crowded(), "short": short()}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", MATRICES)
def test_products_have_the_bits_of_the_dense_matrix(level, name, form):
    X = MATRICES[name]
    if level == "reference":
        X = X[[0, 1, 7, 30, 36, 38]] if name == "crowded" else X[:4]
    S, W = FORMATS[form](X), floats(3, X.shape[1])
    check_products_by_rows(single, S, X, W)
    if level == "reference" and X.shape[1] == D:
        return  # as above, a column at a time in pure Python
    check_products_by_columns(single, S, X, floats(2, len(X)))


def test_each_number_is_the_dot_of_the_dense_row(level):
    X = MATRICES["short"]
    S, w = sparse.csr_array(X), floats(50)
    assert single.matvec(S, w).tolist() == [single.dot(row, w) for row in X]


@in_one_test("index", ["i4", "i8"])
@in_one_test("other", ["f4", "f2"])
@in_one_test("dtype", ["f4", "f2"])
def test_narrow_types_are_widened(level, dtype, other, index):
    X, w = MATRICES["short"].astype(dtype), floats(50).astype(other)
    S = sparse.csr_array(MATRICES["short"])
    S.data, S.indices, S.indptr = S.data.astype(dtype), S.indices.astype(index), S.indptr.astype(index)
    found = single.matvec(S, w)
    assert found.dtype == np.float32
    assert array_bits(found) == array_bits(single.matvec(X, w))


def test_bfloat16_is_widened(level):
    bfloat16 = pytest.importorskip("ml_dtypes").bfloat16
    S, w = sparse.csr_array(MATRICES["short"]), floats(50).astype(bfloat16)
    S.data = S.data.astype(bfloat16)
    assert array_bits(single.matvec(S, w)) == array_bits(single.matvec(MATRICES["short"].astype(bfloat16), w))


def test_a_lane_that_underflows_to_a_negative_zero_shows_in_no_result(level):
    """-1e-30 * 1e-30 leaves -0.0 in a lane; zeros that are not stored would make it 0.0, in its lane or in a fold."""
    X = np.zeros((6, 4200), np.float32)
    X[0, 0] = X[1, 4196] = -1e-30
    X[2, [0, 1]] = X[3, [0, 32]] = X[4, [0, 4199]] = -1e-30, 1e-30
    X[5, [0, 32, 64, 65]] = -1e-30
    S = sparse.csr_array(X)
    for w in (np.full(4200, 1e-30, "f4"), np.full(4200, -1e-30, "f4"), np.full(4200, -0.0, "f4")):
        assert array_bits(single.matvec(S, w)) == array_bits(single.matvec(X, w))
        assert array_bits(single.matvec(S, w)) == array_bits(np.zeros(6, "f4"))


def test_zeros_that_are_not_stored_meet_infinities(level):
    X = np.array([[1.0, 0.0, 2.0], [0.0, 0.0, 0.0], [0.0, 3.0, 0.0], [1.0, np.nan, 0.0], [1.0, np.inf, 4.0]], "f4")
    S = sparse.csr_array(X)
    S.data[0] = 0.0  # stored
    dense, largest = S.toarray(), np.finfo("f4").max
    for w in ([1.0, np.inf, 1.0], [np.inf, 1.0, -np.inf], [np.nan, 1.0, 1.0], [-0.0, -1.0, -0.0], [largest] * 3):
        v = np.array(w, "f4")
        assert array_bits(single.matvec(S, v)) == array_bits(single.matvec(dense, v))
        assert array_bits(single.matvec(np.stack([v, v]), S)) == array_bits(single.matvec(np.stack([v, v]), dense))


def test_elements_stored_twice_are_added_up_in_their_own_type(level):
    data = np.array([1e16, 1.0, -1e16, 0.1, 0.2, 0.3, 5.0], "f4")
    S = sparse.csr_array((data, [3, 3, 3, 9, 0, 9, 2], [0, 6, 6, 7]), shape=(3, 10))
    w = floats(10)
    assert array_bits(single.matvec(S, w)) == array_bits(single.matvec(S.toarray(), w))


def test_empty_axes_and_out(level):
    for shape in ((0, 3), (3, 0), (0, 0)):
        S, X = sparse.csr_array(shape, dtype="f4"), np.zeros(shape, "f4")
        w = np.ones(shape[1], "f4")
        assert array_bits(single.matvec(S, w)) == array_bits(single.matvec(X, w))
    X, w = MATRICES["short"], floats(50)
    for dtype in ("f4", "f8"):
        out = np.empty(30, dtype)
        assert single.matvec(sparse.csr_array(X), w, out=out) is out
        assert out.tolist() == single.matvec(X, w).tolist()


@in_one_test("dtype", ["f8", "i4", "i8", "?"])
def test_what_the_dense_call_refuses_is_refused(level, dtype):
    X, w = MATRICES["short"], floats(50)
    S, v = sparse.csr_array(X), w.astype(dtype)
    calls = (
        (lambda: single.matvec(S.astype(dtype), w), "A has dtype"),
        (lambda: single.matvec(S, v), "x has dtype"),
        (lambda: single.matvec(w[None].astype(dtype), S), "A has dtype"),
        (lambda: single.vecmat(w, S.astype(dtype).T), "A has dtype"),
        (lambda: single.matmul(S.astype(dtype), w), "A has dtype"),
    )
    for call, words in calls:
        with pytest.raises(
            TypeError, match=rf"^single\.\w+: {words} .*; want float32, float16 or bfloat16, or onedot\."
        ):
            call()
    with pytest.raises(TypeError, match="want CSR or CSC"):
        single.matvec(S.tocoo(), w)


def test_threads_change_no_bit(level):
    X = MATRICES["crowded"][30:34]
    S, w = sparse.csr_array(X[:1] if level == "reference" else np.vstack([X] * 40)), floats(D)
    before = onedot.get_num_threads()
    results = []
    for threads in (1, 3):
        onedot.set_num_threads(threads)
        results.append(array_bits(single.matvec(S, w)))
    onedot.set_num_threads(before)
    assert results[0] == results[1]
