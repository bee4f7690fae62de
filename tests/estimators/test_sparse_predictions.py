"""Predictions of sparse rows are the largest scores of the dense ones, from data of any dtype and on any threads."""

import tracemalloc

import numpy as np
import pytest

import onedot
from onedot import levels
from onedot._training.epochs import read_rows
from onedot.levels.table import REFERENCE
from support.bits import array_bits

sparse = pytest.importorskip("scipy.sparse")
pytest.importorskip("sklearn")

from onedot.sklearn import Perceptron  # noqa: E402

draw = np.random.default_rng(5)


def fitted(classes, d):
    model = Perceptron(max_iter=1, tol=None)
    return model.fit(draw.standard_normal((classes, d)), np.arange(classes))


def weights_of(model, coef, intercept):
    model.coef_, model.intercept_ = coef, intercept
    return model


@pytest.mark.parametrize("classes", [2, 3, 4, 10, 33])
def test_the_class_is_that_of_the_largest_score(level, classes):
    """Clear ones, those that are nearly equal, and those that are, of which the first counts."""
    n, d = (3 if level == "reference" else 20), 60
    X = draw.integers(-2, 3, (n, d)) * (draw.random((n, d)) < 0.2) * 1.0
    X[0], X[1, :3] = 0.0, (1e16, 1.0, -1e16)
    units = 1 if classes == 2 else classes
    whole = draw.integers(-2, 3, (units, d)) * 1.0
    whole[:, :3] = 1.0
    model = fitted(classes, d)
    for coef in (whole, whole + 1e-17 * draw.standard_normal((units, d)), whole * 0.1):
        weights_of(model, coef, 1e-3 * draw.integers(-1, 2, units))
        scores = model.decision_function(X)
        wanted = scores > 0 if classes == 2 else scores.argmax(axis=1)
        S = sparse.csr_array(X)
        assert array_bits(model.decision_function(S)) == array_bits(scores)
        assert model.predict(S).tolist() == wanted.astype(int).tolist()


@pytest.mark.parametrize("classes", [2, 3])
def test_a_score_that_overflows_is_no_basis_for_a_class(level, classes):
    model = fitted(classes, 3)
    weights_of(model, np.full_like(model.coef_, 1e308), model.intercept_)
    with pytest.raises(OverflowError, match="row 1 overflows"):
        model.predict(sparse.csr_array([[0.0, 1.0, 0.0], [1.0, 1.0, 1.0]]))


@pytest.mark.parametrize("classes", [2, 5])
def test_threads_change_no_prediction(level, classes):
    d, n = (40, 12) if level == "reference" else (9000, 6000)
    S = sparse.random_array((n, d), density=0.2 if n == 12 else 0.01, rng=draw, format="csr")
    model = fitted(classes, 30)
    weights_of(model, draw.standard_normal((len(model.coef_), d)), model.intercept_)
    model.n_features_in_ = d
    before = onedot.get_num_threads()
    found = []
    for threads in (1, 3):
        onedot.set_num_threads(threads)
        found.append((model.predict(S).tolist(), array_bits(model.decision_function(S))))
    onedot.set_num_threads(before)
    assert found[0] == found[1]


@pytest.mark.parametrize("dtype", ["i1", "u1", "i2", "i4", "i8", "u8", "?", "f2", "f4"])
def test_fits_and_predictions_of_narrow_and_integer_data_are_those_of_floats(level, dtype):
    n = 9 if level == "reference" else 40
    X = (draw.integers(0 if dtype in ("u1", "u8") else -3, 4, (n, 50)) * (draw.random((n, 50)) < 0.2)).astype(dtype)
    y = np.arange(n) % 3
    S = sparse.csr_array(X.astype("f8"))
    narrow = sparse.csr_array(S.shape)
    narrow.data, narrow.indices, narrow.indptr = S.data.astype(dtype), S.indices, S.indptr
    found = []
    for rows in (S, narrow):
        model = Perceptron(max_iter=3, tol=None, random_state=0).fit(rows, y)
        found.append((array_bits(model.coef_), array_bits(model.decision_function(rows)), model.predict(rows).tolist()))
    assert found[0] == found[1]
    assert array_bits(read_rows("test", narrow).squares("test")) == array_bits(read_rows("test", S).squares("test"))


@pytest.mark.skipif(levels.current() == REFERENCE, reason="a million elements take minutes in pure Python")
@pytest.mark.parametrize("dtype", ["i1", "i4", "i8"])
def test_integer_data_are_widened_a_piece_at_a_time(dtype):
    n, stored = 30000, 40
    S = sparse.csr_array((n, 5000))
    S.indices = np.tile(np.arange(0, 5000, 125, dtype=np.int32), n)
    S.indptr = np.arange(0, n * stored + 1, stored, dtype=np.int32)
    S.data = draw.integers(-3, 4, n * stored).astype(dtype)
    y = np.arange(n) % 2
    model = Perceptron(max_iter=1, tol=None, shuffle=False).fit(S[:100], y[:100])
    tracemalloc.start()
    for call in (lambda: model.fit(S, y), lambda: model.predict(S)):
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        call()
        peak = tracemalloc.get_traced_memory()[1] - before
        assert peak < 8 * n * stored * 3 // 4, "as much as a copy of the data in float64"
    tracemalloc.stop()


def test_rows_of_any_length_are_on_the_side_of_their_margin(level):
    """Of 0 to 20 elements: some sums cancel, overflow on the way, or meet what is not finite, in every place."""
    d = 20
    X = np.zeros((4 * (d + 1), d))
    for n in range(d + 1):
        X[4 * n, :n] = draw.standard_normal(n)
        X[4 * n + 1, d - n :] = draw.standard_normal(n)
        X[4 * n + 2, :n] = draw.integers(-2, 3, n)
        X[4 * n + 3, :n] = 1e16 * (-1.0) ** np.arange(n)
    model = fitted(2, d)
    for dtype in ("f8", "f4"):
        S = sparse.csr_array(X.astype(dtype))
        for coef in (np.ones((1, d)), draw.standard_normal((1, d)), 1e300 * draw.standard_normal((1, d)) / 1e16):
            weights_of(model, coef, np.zeros(1))
            scores = onedot.matvec(X.astype(dtype).astype("f8"), coef[0])
            assert model.predict(S).tolist() == (scores > 0).astype(int).tolist()
            assert array_bits(model.decision_function(S)) == array_bits(scores)
