"""Epochs over dense and CSR rows: the oracle's weights, the same bits for both, and nothing changed by a failure."""

import math

import numpy as np
import pytest

import onedot
from onedot import levels
from onedot._training import epochs
from onedot._training.epochs import read_rows
from support.bits import array_bits
from support.cells import in_one_test
from support.oracles import perceptron as oracle
from support.samples import memory_mapped, vector

sparse = pytest.importorskip("scipy.sparse")

SHAPES = [(20, 1), (20, 3), (15, 20), (12, 33), (10, 100), (6, 4096), (6, 4101), (4, 9001)]


@in_one_test("dtype", ["float64", "float32"])
@in_one_test("bias", [False, True])
@in_one_test("shape", SHAPES)
def test_epochs_are_those_of_the_oracle(level, shape, bias, dtype):
    X, y = oracle.clouds(*shape)
    X = X.astype(dtype)
    expected, mistakes, _ = oracle.perceptron(X.tolist(), y, 3, bias=bias, rate=0.3)
    w = np.zeros(shape[1] + bias)
    assert [onedot.perceptron_epoch(w, X, y, rate=0.3) for _ in mistakes] == mistakes
    assert array_bits(w) == array_bits(expected)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("d", [5, 40, 4096, 4097, 13000])
def test_an_epoch_is_its_updates_one_after_the_other(level, d, dtype):
    X, y = oracle.clouds(8, d, seed=1)
    X, order = X.astype(dtype), [7, 0, 0, 3, 5, 2]
    w, expected = np.linspace(-1, 1, d + 1), np.linspace(-1, 1, d + 1)
    mistakes = [onedot.perceptron_update(expected, X[i], int(y[i])) for i in order]
    assert onedot.perceptron_epoch(w, X, y, order=order) == mistakes.count(True)
    assert array_bits(w) == array_bits(expected)


def sparsified(n, d, share, dtype="float64", seed=3):
    """Most elements zero, whole columns and a row among them, and some of the zeros negative."""
    X, y = oracle.clouds(n, d, seed=seed)
    draw = np.random.default_rng(seed)
    X[draw.random((n, d)) > share] = 0.0
    X[draw.random((n, d)) > 0.9] *= -0.0
    X[2] = 0.0
    return X.astype(dtype), y


@pytest.mark.parametrize("index", [np.int32, np.int64])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("d", "share"), [(3, 0.5), (40, 0.3), (5000, 0.01), (5000, 0.3), (20000, 0.001)])
def test_csr_rows_give_the_bits_of_dense_ones(level, d, share, dtype, index):
    if level == "reference" and d > 5000:
        pytest.skip("the same code as for fewer features, slowly")
    X, y = sparsified(10, d, share, dtype)
    S = sparse.csr_array(X)
    S.indices, S.indptr = S.indices.astype(index), S.indptr.astype(index)
    for bias in (0, 1):
        dense, csr = np.zeros(d + bias), np.zeros(d + bias)
        for _ in range(2):
            assert onedot.perceptron_epoch(dense, X, y, rate=0.7) == onedot.perceptron_epoch(csr, S, y, rate=0.7)
        assert array_bits(dense) == array_bits(csr)


def test_csr_rows_of_many_blocks_most_of_them_empty_give_the_bits_of_dense_ones(compiled_level):
    X, y = sparsified(4, 70 * 4096 + 11, 2e-4)
    dense, csr = np.zeros(X.shape[1] + 1), np.zeros(X.shape[1] + 1)
    for rows, w in ((X, dense), (sparse.csr_array(X), csr)):
        mistakes = [onedot.perceptron_epoch(w, rows, y) for _ in range(3)]
        assert mistakes[0] > 0
    assert array_bits(dense) == array_bits(csr)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("bias", [0, 1])
def test_csr_rows_whose_margin_is_rounding_alone_are_decided_as_dense_ones(level, dtype, bias):
    """Every row is a vector and its negative in other columns, whose products cancel but for the order of adding."""
    half = np.stack([vector(40, dtype, seed) for seed in range(30)])
    X = np.hstack([half, np.zeros((30, 5), dtype), -half[:, ::-1]]).astype(dtype)
    y = np.where(np.arange(30) % 3, 1, -1)
    start = np.concatenate([np.zeros(bias), vector(40, seed=77), np.zeros(5), vector(40, seed=77)[::-1]])
    dense, csr = start.copy(), start.copy()
    for _ in range(3):
        assert onedot.perceptron_epoch(dense, X, y, rate=1e-30) == onedot.perceptron_epoch(
            csr, sparse.csr_array(X), y, rate=1e-30
        )
    assert array_bits(dense) == array_bits(csr)


def test_zeros_that_are_stored_negative_ones_too_change_no_bit(level):
    X, y = sparsified(12, 50, 0.4)
    full = sparse.csr_array(np.ones_like(X))
    full.data[:] = X.ravel()  # every element stored, 0.0 and -0.0 as well
    assert np.any(np.signbit(full.data) & (full.data == 0.0))
    weights = []
    for rows in (X, sparse.csr_array(X), full, np.where(X == 0.0, -0.0, X)):
        w = np.zeros(51)
        onedot.perceptron_epoch(w, rows, y)
        weights.append(array_bits(w))
    assert len(set(weights)) == 1


def test_weights_of_negative_zero_are_taken_for_zero_whether_rows_are_sparse_or_not(level):
    X, y = sparsified(12, 50, 0.2)
    dense, csr = np.full(51, -0.0), np.full(51, -0.0)
    onedot.perceptron_epoch(dense, X, y)
    onedot.perceptron_epoch(csr, sparse.csr_array(X), y)
    assert array_bits(dense) == array_bits(csr)
    assert not np.any(np.signbit(dense) & (dense == 0.0))


def test_no_weight_stays_negative_zero_where_what_is_added_is_one_too(level):
    w = np.full(4, -0.0)
    assert onedot.perceptron_epoch(w, np.zeros((1, 3)), [-1]) == 1
    assert w.tolist() == [-1.0, 0.0, 0.0, 0.0]
    assert not np.signbit(w[1:]).any()


def scrambled(S, seed=0):
    """The same matrix with each row's elements in another order, and every third one in three parts."""
    draw = np.random.default_rng(seed)
    data, indices, indptr = [], [], [0]
    for i in range(S.shape[0]):
        span = slice(S.indptr[i], S.indptr[i + 1])
        pairs = [
            (j, part)
            for j, v in zip(S.indices[span].tolist(), S.data[span].tolist(), strict=True)
            for part in ([v / 2, 0.0, v / 2] if j % 3 == 0 else [v])
        ]
        for place in draw.permutation(len(pairs)):
            indices.append(pairs[place][0])
            data.append(pairs[place][1])
        indptr.append(len(data))
    return sparse.csr_array((np.array(data, S.dtype), np.array(indices, S.indices.dtype), np.array(indptr)), S.shape)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_unsorted_and_duplicate_entries_are_put_in_order_and_added_up(level, dtype):
    X, y = sparsified(10, 60, 0.5, dtype)
    canonical = sparse.csr_array(X)
    other = scrambled(canonical)
    before = [a.copy() for a in (other.data, other.indices, other.indptr)]
    w, expected = np.zeros(61), np.zeros(61)
    onedot.perceptron_epoch(expected, canonical, y)
    onedot.perceptron_epoch(w, other, y)
    assert array_bits(w) == array_bits(expected)
    for array, then in zip((other.data, other.indices, other.indptr), before, strict=True):
        assert array_bits(array) == array_bits(then)


def test_duplicates_are_added_in_the_order_in_which_they_are_stored(level):
    S = sparse.csr_array((np.array([1e16, 1.0, -1e16, 1.0]), np.array([1, 1, 1, 0]), np.array([0, 4])), (1, 2))
    w = np.zeros(2)
    onedot.perceptron_epoch(w, S, [1])
    assert w.tolist() == [1.0, (1e16 + 1.0) - 1e16]


def test_canonical_data_is_not_copied(level, tmp_path):
    X, _ = oracle.clouds(6, 5)
    S = sparse.csr_array(X)
    for rows, own in ((X, X), (X.astype("f4"), None), (memory_mapped(tmp_path / "X", X).reshape(6, 5), None)):
        assert np.shares_memory(read_rows("test", rows).parts, rows if own is None else own)
    data, indices, _, _ = read_rows("test", S).parts
    assert np.shares_memory(data, S.data)
    assert np.shares_memory(indices, S.indices)


@pytest.mark.parametrize("dtype", ["float16", "int8", "int64", "bool"])
def test_other_types_are_widened(level, dtype):
    X = (np.arange(40).reshape(8, 5) % 7).astype(dtype)
    y = [1, -1, 1, 1, -1, -1, 1, -1]
    w, expected = np.zeros(6), np.zeros(6)
    onedot.perceptron_epoch(expected, X.astype("float64"), y)
    onedot.perceptron_epoch(w, X, np.array(y, np.int8))
    assert array_bits(w) == array_bits(expected)


def test_no_way_of_cutting_an_epoch_into_pieces_changes_a_bit(level, monkeypatch):
    X, y = oracle.clouds(30, 7)
    expected, _, _ = oracle.perceptron(X.tolist(), y, 1)
    for grain in (1, 7, 20, 100):
        monkeypatch.setattr(epochs, "GRAIN", grain)
        for rows in (X, sparse.csr_array(X)):
            w = np.zeros(8)
            onedot.perceptron_epoch(w, rows, y)
            assert array_bits(w) == array_bits(expected)


def test_an_epoch_over_no_samples_has_no_mistakes(level):
    w = np.ones(4)
    assert onedot.perceptron_epoch(w, np.zeros((0, 3)), np.zeros(0)) == 0
    assert onedot.perceptron_epoch(w, sparse.csr_array((0, 3)), np.zeros(0)) == 0
    assert onedot.perceptron_epoch(w, np.ones((2, 3)), [1, -1], order=[]) == 0
    assert w.tolist() == [1.0] * 4


@in_one_test("value", [math.nan, math.inf, -math.inf])
@in_one_test("place", [(0, 0), (5, 36), (9, 20)])
@in_one_test("form", [np.asarray, lambda X: X.astype("f4"), sparse.csr_array])
def test_a_row_that_is_not_finite_is_named_and_no_weight_has_changed(level, value, place, form):
    X, y = oracle.clouds(10, 37)
    X[place] = value
    for w in (np.zeros(37), np.zeros(38)):
        with pytest.raises(ValueError, match=f"perceptron_epoch: row {place[0]} of X holds NaN or infinity; want"):
            onedot.perceptron_epoch(w, form(X), y)
        assert not w.any()


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array])
@pytest.mark.parametrize("size", [1e308, 1.5e308])
def test_weights_and_margins_that_overflow_are_refused_and_no_weight_has_changed(level, form, size):
    X, w = np.array([[size, 0.0], [-size, size], [0.0, size]]), np.zeros(3)
    onedot.perceptron_epoch(w, form(X), [1, -1, -1], order=[0])
    before = w.copy()
    with pytest.raises(OverflowError, match="overflow"):
        onedot.perceptron_epoch(w, form(X), [1, -1, -1], order=[1, 2, 0, 1, 2, 0])
    assert array_bits(w) == array_bits(before)


def test_the_last_step_of_an_epoch_may_not_overflow_either(level):
    for form in (np.asarray, sparse.csr_array):
        w = np.array([-1.7e308, 1.7e308])
        with pytest.raises(OverflowError, match="the weights overflow"):
            onedot.perceptron_epoch(w, form([[1.0, 1.0]]), [1], rate=1.7e308)
        assert w.tolist() == [-1.7e308, 1.7e308]


def broken(change):
    S = sparse.csr_array(np.ones((3, 4)))
    change(S)
    return S


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda S: S.indices.__setitem__(5, 4), "column index outside 0 to 3"),
        (lambda S: S.indices.__setitem__(5, -1), "column index outside 0 to 3"),
        (lambda S: S.indptr.__setitem__(1, 9), "indptr of X is broken"),
        (lambda S: S.indptr.__setitem__(3, 13), "indptr of X is broken"),
        (lambda S: S.indptr.__setitem__(0, 1), "indptr of X is broken"),
    ],
)
def test_a_broken_csr_matrix_is_refused_before_a_kernel_reads_it(level, change, text):
    with pytest.raises(ValueError, match=text):
        onedot.perceptron_epoch(np.zeros(4), broken(change), [1, -1, 1])


@pytest.mark.parametrize("name", levels.runnable()[1:])
def test_margins_and_squares_are_those_of_the_reference(name):
    for d, share in ((1, 1.0), (33, 0.5), (5000, 0.1)):
        X, _ = sparsified(5, d, share)
        w = np.linspace(-1.0, 2.0, d + 1)
        for rows in (X, X.astype("f4"), sparse.csr_array(X)):
            results = []
            for level in ("reference", name):
                with levels.using(level):
                    each = read_rows("test", rows)
                    results.append((array_bits(each.margins("test", w)), array_bits(each.squares("test"))))
            assert results[0] == results[1]


def test_sides_have_the_signs_of_margins(level):
    """In CSR rows whose sums are clear, cancel to nothing, or nearly."""
    draw = np.random.default_rng(3)
    X = draw.integers(-2, 3, (60, 40)) * (draw.random((60, 40)) < 0.2) * 1.0
    X[0] = 0.0
    X[1, :3] = 1e16, 1.0, -1e16
    w = np.concatenate([[0.0], np.ones(3), draw.integers(-2, 3, 37)])
    rows = read_rows("test", pytest.importorskip("scipy.sparse").csr_array(X))
    margins = rows.margins("test", w)
    assert 0.0 in margins
    assert np.sign(rows.sides("test", w[1:], w[0])).tolist() == np.sign(margins).tolist()
