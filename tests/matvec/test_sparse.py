"""A product with a CSR or CSC matrix is that of the dense one, to the bit."""

from copy import copy

import numpy as np
import pytest

import onedot
from onedot import levels
from onedot._core import csr_products
from onedot._reference import training as law
from support.bits import array_bits
from support.cells import in_one_test
from support.sparse_products import check_products_by_columns, check_products_by_rows

sparse = pytest.importorskip("scipy.sparse")

draw = np.random.default_rng(16)
D = 9000  # three blocks


def rows(n, d, density, dtype=np.float64):
    X = draw.standard_normal((n, d)) * (draw.random((n, d)) < density)
    X[n // 2] = 0.0
    return X.astype(dtype)


def crowded():
    """Blocks of one element, of two, of three in every order of their lanes, of many in one lane, and of all."""
    X = np.zeros((40, D))
    for i in range(30):
        X[i, draw.choice(64, 3, replace=False)] = draw.standard_normal(3)
        X[i, 4096 + draw.choice(4096, i % 4, replace=False)] = draw.standard_normal(i % 4)
    X[15:30, -1] = 1.5  # so that not all lies in two blocks
    X[30:33, ::32] = draw.standard_normal((3, len(range(0, D, 32))))
    X[33:36] = draw.standard_normal((3, D))
    X[36, [5, 37, 69]] = 1e16, 1.0, -1e16
    return X


MATRICES = {"crowded": crowded(), "short": rows(30, 50, 0.3), "long": rows(20, D, 0.005)}
FORMATS = {"csr array": sparse.csr_array, "csr matrix": sparse.csr_matrix, "csc": sparse.csc_array}
TIERS = {"onedot": onedot, "exact": onedot.exact}


def vectors(b, d, dtype=np.float64):
    return draw.standard_normal((b, d)).astype(dtype)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("name", MATRICES)
def test_products_have_the_bits_of_the_dense_matrix(level, name, tier, form):
    X, of = MATRICES[name], TIERS[tier]
    if level == "reference":
        X = X[-4:] if name == "crowded" else X[:4]
    S, W = FORMATS[form](X), vectors(3, X.shape[1])
    check_products_by_rows(of, S, X, W)
    if level == "reference" and X.shape[1] == D:
        return  # one row at a time in pure Python: as above
    check_products_by_columns(of, S, X, vectors(2, len(X)))


@in_one_test("other", ["f4", "f8", "i2"])
@in_one_test("dtype", ["f4", "f8", "i1", "i8", "u8", "?"])
@in_one_test("tier", TIERS)
def test_dtypes_of_both_operands(level, tier, dtype, other):
    X = (draw.integers(0, 90, (6, 70)) * (draw.random((6, 70)) < 0.3)).astype(dtype)
    S, w = sparse.csr_array(X), (9 * vectors(5, 70)).astype(other)
    for one in (w[0], w):
        found, wanted = TIERS[tier].matvec(S, one), TIERS[tier].matvec(X, one)
        assert found.dtype == wanted.dtype
        assert array_bits(found) == array_bits(wanted)


def test_integers_are_exact_beyond_float64(level):
    X = np.array([[2**53 + 1, 0, -3], [0, 0, 0], [2**40, 2**40, 0]])
    w = np.array([[3, 5, 1], [2**9 + 1, 1, 1]])
    assert onedot.matvec(sparse.csr_array(X), w).tolist() == onedot.matvec(X, w).tolist()
    with pytest.raises(OverflowError, match="want results that int64 can hold"):
        onedot.matvec(sparse.csr_array(X), [2**40, 0, 0])


@pytest.mark.parametrize("tier", TIERS)
def test_zeros_that_are_not_stored_meet_infinities(level, tier):
    X = np.array([[1.0, 0.0, 2.0], [0.0, 0.0, 0.0], [0.0, 3.0, 0.0], [1.0, np.nan, 0.0], [1.0, np.inf, 4.0]])
    S = sparse.csr_array(X)
    S.data[0] = 0.0  # stored
    dense = S.toarray()
    for w in ([1.0, np.inf, 1.0], [np.inf, 1.0, -np.inf], [np.nan, 1.0, 1.0], [-0.0, -1.0, -0.0]):
        assert array_bits(TIERS[tier].matvec(S, w)) == array_bits(TIERS[tier].matvec(dense, w))
        assert array_bits(TIERS[tier].matvec([w, w], S)) == array_bits(TIERS[tier].matvec([w, w], dense))


def test_an_underflowing_product_leaves_no_negative_zero(level):
    S = sparse.csr_array([[-1e-300, 0.0], [-1e-300, 1e-300]])
    assert array_bits(onedot.matvec(S, [1e-300, -1e-300])) == array_bits(np.zeros(2))


def test_narrow_products_are_rounded_as_those_of_the_dense_row(level):
    """Sums that lie between two float32 or beyond the largest, underflow, cancel, nearly or not, or are not finite."""
    X = np.zeros((11, 5000), np.float32)
    X[0, [0, 1]] = 1.0, 2.0**-24
    X[1, [0, 1, 4500]] = 1.0, 2.0**-24, 2.0**-60
    X[2, [0, 1, 2]] = 1e8, 0.1, -1e8
    X[3, [0, 1, 4500]] = 0.1, 0.2, -0.3
    X[4, 0] = -1e-40
    X[5, [0, 4500]] = 1e-40, -1e-40
    X[6, [0, 1]] = 3e38, 3e38
    X[7, [0, 1]] = np.inf, 1.0
    X[8, 1] = np.nan
    X[9, ::97] = draw.standard_normal(52)
    S, ones = sparse.csr_array(X), np.ones(5000, np.float32)
    for w in (ones, 1.5 * ones, 1e-30 * ones, -ones, X[9] + 2.0):
        assert array_bits(onedot.matvec(S, w)) == array_bits(onedot.matvec(X, w))
        W = np.stack([w, X[9]])
        assert array_bits(onedot.matvec(S, W)) == array_bits(onedot.matvec(X, W))
        assert array_bits(onedot.matvec(W, S)) == array_bits(onedot.matvec(W, X))


def test_scores_know_the_largest_weight_and_whole_numbers(level):
    interleave = levels.kernels().interleave
    W = np.arange(-60.0, 60.0).reshape(3, 40)[:, :39].copy()
    for value, wanted in ((7.0, (60.0, True)), (-99.0, (99.0, True)), (0.5, (60.0, False)), (-np.inf, (np.inf, False))):
        for j in (0, 17, 38):
            V, columns = W.copy(), np.empty((39, 4))
            V[1, j] = value
            assert interleave(V, columns) == wanted
            assert array_bits(columns) == array_bits(np.vstack([V, np.zeros((1, 39))]).T.copy())


def stored(data, indices, indptr, shape):
    made = sparse.csr_array(shape)
    made.data, made.indices, made.indptr = data, indices, indptr
    return made


def test_unsorted_rows_and_duplicates_are_summed_as_toarray_sums_them(level):
    data = np.array([1e16, 1.0, -1e16, 0.1, 0.2, 0.3, 5.0])
    indices, indptr = np.array([3, 3, 3, 9, 0, 9, 2]), np.array([0, 6, 6, 7])
    for index in ("i4", "i8"):
        for dtype in ("f8", "f4"):
            S = stored(data.astype(dtype), indices.astype(index), indptr.astype(index), (3, 10))
            w = vectors(1, 10, dtype)[0]
            assert array_bits(onedot.matvec(S, w)) == array_bits(onedot.matvec(S.toarray(), w))
            assert S.data.tolist() == data.astype(dtype).tolist()


def test_duplicate_integers_do_not_wrap(level):
    S = stored(np.array([100, 100], np.int8), np.array([1, 1]), np.array([0, 2]), (1, 2))
    assert onedot.matvec(S, [0, 3]).tolist() == [600]


def test_empty_axes(level):
    for shape in ((0, 3), (3, 0), (0, 0)):
        S, X = sparse.csr_array(shape), np.zeros(shape)
        assert array_bits(onedot.matvec(S, np.ones(shape[1]))) == array_bits(onedot.matvec(X, np.ones(shape[1])))
        assert onedot.matvec(np.ones((2, shape[1])), S).shape == (shape[0], 2)
        assert onedot.vecmat(np.ones(shape[0]), S).tolist() == [0.0] * shape[1]


def test_threads_change_no_bit(level):
    X = rows(9 if level == "reference" else 60, 5000, 0.02)
    S, W = sparse.csr_array(X), vectors(40, 5000)
    before = onedot.get_num_threads()
    results = []
    for threads in (1, 3):
        onedot.set_num_threads(threads)
        results.append((array_bits(onedot.matvec(S, W[: 1 if level == "reference" else 40])),))
    onedot.set_num_threads(before)
    assert results[0] == results[1]


def test_out_takes_the_result(level):
    X = rows(5, 8, 0.5)
    out = np.empty((2, 5))
    W = vectors(2, 8)
    assert onedot.matvec(sparse.csr_array(X), W, out=out) is out
    assert array_bits(out) == array_bits(onedot.matvec(X, W))


X = sparse.csr_array(rows(4, 6, 0.6))
LAST = int(X.indptr[-1])


def changed_parts(**parts):
    made = X.copy()
    for name, value in parts.items():
        setattr(made, name, value)
    return made


FORGERIES = {
    "a column too far": (
        changed_parts(indices=np.where(np.arange(LAST) == 1, 6, X.indices)),
        "an index outside 0 to 5",
    ),
    "a column before": (
        changed_parts(indices=np.where(np.arange(LAST) == 1, -1, X.indices)),
        "an index outside 0 to 5",
    ),
    "an end beyond": (changed_parts(indptr=np.append(X.indptr[:-1], LAST + 1)), "beyond the"),
    "too few rows": (changed_parts(indptr=X.indptr[:-1]), "it has 4 elements; want 5"),
    "short data": (changed_parts(data=X.data[:-1]), "want as many of both"),
    "columns of floats": (changed_parts(indices=X.indices.astype(float)), "want integers"),
}


def narrow(S):
    """The same of float32, which SciPy would not make of forged parts."""
    other = copy(S)
    other.data = S.data.astype("f4")
    return other


CALLS = {
    "matvec": lambda S, d: onedot.matvec(S, np.ones(d)),
    "scores": lambda S, d: onedot.matvec(np.ones((2, d)), S),
    "matmul": lambda S, d: onedot.matmul(S, np.ones((d, 2))),
    "exact.matvec": lambda S, d: onedot.exact.matvec(S, np.ones(d)),
    "single.matvec": lambda S, d: onedot.single.matvec(narrow(S), np.ones(d, "f4")),
    "exact.matmul": lambda S, d: onedot.exact.matmul(S, np.ones((d, 2))),
}


@in_one_test("call", CALLS)
@in_one_test("forgery", FORGERIES)
def test_forged_parts_are_refused(level, forgery, call):
    S, message = FORGERIES[forgery]
    with pytest.raises(ValueError, match=message):
        CALLS[call](S, 6)


def test_forged_rows_of_columns_are_refused(level):
    with pytest.raises(ValueError, match="want rows, 0 to 5"):
        onedot.vecmat(np.ones(4), FORGERIES["a column too far"][0])


@pytest.mark.parametrize("call", CALLS)
def test_what_is_not_taken_is_named(level, call):
    with pytest.raises(TypeError, match="want CSR or CSC"):
        CALLS[call](sparse.coo_array(X), 6)
    with pytest.raises(ValueError, match="have 6 elements"):
        CALLS[call](X, 5)


def test_two_sparse_operands_are_refused(level):
    with pytest.raises(TypeError, match="A and x are sparse"):
        onedot.matvec(X, X)


def test_bools_stored_twice_are_the_dense_ones(level):
    A = sparse.csr_array(([True, True, False], [0, 0, 1], [0, 3]), shape=(1, 2))
    assert onedot.matvec(A, [1.0, 5.0]).tolist() == onedot.matvec(A.toarray(), [1.0, 5.0]).tolist() == [1.0]
    w = np.zeros(2)
    assert onedot.perceptron_epoch(w, A, [1]) == 1
    assert w.tolist() == [1.0, 0.0]


@pytest.mark.filterwarnings("error")
def test_sums_of_what_is_stored_twice_may_overflow(level):
    A = sparse.csr_array(([1e308, 1e308, np.inf, -np.inf], [0, 0, 0, 0], [0, 2, 4]), shape=(2, 1))
    first, second = onedot.matvec(A, [1.0])
    assert first == np.inf
    assert np.isnan(second)


def test_long_runs_of_one_block_and_rows_beyond_a_chunk(level):
    """64 elements are taken at a time, up to where a block ends; a block with more of them is summed by itself."""
    X = np.zeros((7, 3 * 4096))
    runs = (4090, 64), (4096, 64), (4096, 65), (4095, 130), (0, 63), (60, 4200), (8191, 2)
    for i, (start, count) in enumerate(runs):
        X[i, start : start + count] = draw.standard_normal(count)
        X[i, draw.choice(3 * 4096, 40, replace=False)] = draw.standard_normal(40)
    X = X[:2] if level == "reference" else X
    S, W = sparse.csr_array(X), vectors(9, X.shape[1])
    assert array_bits(onedot.matvec(S, W[0])) == array_bits(onedot.matvec(X, W[0]))
    assert array_bits(onedot.matvec(W[:2], S)) == array_bits(onedot.matvec(W[:2], X))
    if level != "reference":
        assert array_bits(onedot.matvec(W, S)) == array_bits(onedot.matvec(W, X))


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_whole_numbers_are_those_of_the_law(level, dtype):
    """Which are added in whatever order, as long as no sum is rounded: up to 2**51, and while all are whole."""
    X = (draw.integers(-9, 10, (12, 300)) * (draw.random((12, 300)) < 0.1)).astype(dtype)
    W = draw.integers(-9, 10, (3, 300)) * 1.0
    X[3, :3], W[:, :3] = [1.0, 1.0, -1.0], [2.0**53, 1.0, 2.0**53]  # beyond
    X[4] = -0.0
    X[7:, 5] = 0.1  # not whole
    X[9, 6] = 2.0**60
    for A, V in ((X, W), (X[:3], W), (X[:3] / 3, W), (X[:3], W / 3)):
        S = sparse.csr_array(A)
        S.eliminate_zeros()
        assert array_bits(onedot.matvec(S, V[0])) == array_bits(onedot.matvec(A, V[0]))
        assert array_bits(onedot.matvec(V, S)) == array_bits(onedot.matvec(V, A))


def few_columns(n, d, dtype, index):
    """Rows of up to 20 elements in a twentieth of the columns: in all three blocks, some of them crowded."""
    columns = np.sort(draw.choice(d, d // 20, replace=False))
    X = np.zeros((n, d))
    for i in range(n):
        stored = draw.choice(columns[: 12 if i % 3 == 0 else None], min(i % 21, 12), replace=False)
        X[i, stored] = draw.integers(-3, 4, len(stored))
    S = sparse.csr_array(X.astype(dtype))
    S.indices, S.indptr = S.indices.astype(index), S.indptr.astype(index)
    return S


@pytest.mark.parametrize("dtype", ["f8", "f4", "i1"])
@pytest.mark.parametrize("index", ["i4", "i8"])
def test_scores_read_the_weights_of_few_columns_where_they_are_put(level, dtype, index):
    n = 3 if level == "reference" else 42
    S = few_columns(n, D, dtype, index)
    X = S.toarray()
    for units in (2, 10, 33):
        W = vectors(units, D, "f4" if dtype == "f4" else "f8")
        assert array_bits(onedot.matvec(W, S)) == array_bits(onedot.matvec(W, X))
        W[:] = np.rint(W)
        assert array_bits(onedot.matvec(W, S)) == array_bits(onedot.matvec(W, X))


def test_a_weight_of_a_column_that_is_not_in_use_still_meets_zeros(level):
    S = few_columns(3, D, "f8", "i4")
    unused = np.flatnonzero(S.toarray().any(axis=0) == 0)[5]
    W = vectors(3, D)
    W[1, unused] = np.inf
    assert array_bits(onedot.matvec(W, S)) == array_bits(onedot.matvec(W, S.toarray()))
    assert np.isnan(onedot.matvec(W, S)[:, 1]).all()


def test_pieces_of_rows_know_where_the_weights_of_their_columns_are(level, monkeypatch):
    monkeypatch.setattr(csr_products, "GRAIN", 64)
    monkeypatch.setattr(csr_products, "GRAIN_WIDENED", 64)
    for dtype in ("f8", "i1"):
        S = few_columns(3 if level == "reference" else 40, D, dtype, "i4")
        W = vectors(10, D)
        assert array_bits(onedot.matvec(W, S)) == array_bits(onedot.matvec(W, S.toarray()))


@in_one_test("index", [np.int32, np.int64])
def test_where_rows_end_is_no_fall_of_columns(level, index):
    """Columns that rise, fall, repeat or leave the range, in all kinds of places of rows that are seen in parts."""
    order, d = levels.kernels().csr_order, 1000
    lengths = np.array([0, 700, 0, 0, 1, 312, 12, 0, 511, 0])
    indptr = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    rising = np.concatenate([np.sort(draw.choice(d, length, replace=False)) for length in lengths]).astype(index)
    assert order(rising, indptr, d) == 0
    assert order(np.arange(700, dtype=index), np.array([0, 700], np.int64), 700) == 0
    assert order(rising[:0], np.zeros(4, np.int64), d) == 0
    for k in (0, 1, 300, 511, 512, 699, 700, 701, 1024, len(rising) - 2):
        for other in (rising[k + 1], rising[k + 1] + 1):
            columns = rising.copy()
            columns[k] = other
            assert order(columns, indptr, d) == law.csr_order(columns, indptr, d)
    for k in (0, 1, 300, 511, 512, 699, 700, 701, 1024, len(rising) - 1):
        for other in (-1, d, d + 7, np.iinfo(index).min, np.iinfo(index).max):
            columns = rising.copy()
            columns[k] = other
            assert order(columns, indptr, d) == -1
