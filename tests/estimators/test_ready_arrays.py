"""Arrays and CSR matrices that kernels read as they are pass by scikit-learn's check: what it would have said is said
all the same."""

import numpy as np
import pytest

pytest.importorskip("sklearn")

from scipy import sparse
from sklearn.linear_model import Perceptron as TheirPerceptron

from onedot.sklearn import Adaline, Perceptron
from support.bits import array_bits

BOTH = pytest.mark.parametrize("estimator", [Perceptron, Adaline])
FORMS = {
    "float64": np.asarray,
    "float32": np.float32,
    "columns": np.asfortranarray,
    "list": np.ndarray.tolist,
    "csr array": sparse.csr_array,
    "csr matrix": sparse.csr_matrix,
    "csr of integers": lambda X: sparse.csr_array(X.astype(int)),
    "csr out of order": lambda X: out_of_order(X),
}
READY = pytest.mark.parametrize("ready", [np.asarray, sparse.csr_array], ids=["dense", "csr"])


def samples(n=20, d=3):
    draw = np.random.default_rng(0)
    y = np.arange(n) % 2
    return draw.integers(-9, 10, (n, d)) + 8.0 * y[:, None], y


def out_of_order(X):
    """A CSR matrix whose rows begin with their last element, which comes in two halves."""
    S = sparse.csr_array(X)
    rows = [slice(*ends) for ends in zip(S.indptr, S.indptr[1:], strict=False)]
    data = np.concatenate([[S.data[row][-1] / 2, *S.data[row][:-1], S.data[row][-1] / 2] for row in rows])
    indices = np.concatenate([[S.indices[row][-1], *S.indices[row]] for row in rows])
    return sparse.csr_array((data, indices, S.indptr + np.arange(len(S.indptr))), S.shape)


@BOTH
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_fits_and_decisions_have_the_bits_of_those_by_the_long_way(level, estimator, form):
    X, y = samples()
    ready, other = (estimator(tol=None, max_iter=4, eta0=2.0**-9).fit(rows, y) for rows in (X, form(X)))
    for name in ("coef_", "intercept_", "t_", "n_features_in_", "classes_"):
        assert array_bits(np.asarray(getattr(ready, name))) == array_bits(np.asarray(getattr(other, name)))
    assert array_bits(ready.decision_function(X)) == array_bits(other.decision_function(form(X)))
    assert ready.predict(form(X)).tolist() == other.predict(X).tolist()


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint64, np.int64, float, "U1"])
@pytest.mark.parametrize("classes", [2, 3])
def test_labels_of_every_type_are_told_apart_as_scikit_learn_does(level, dtype, classes):
    X, _ = samples()
    y = (np.arange(20) % (2 if dtype is bool else classes)).astype(dtype)
    ours, theirs = Perceptron(max_iter=3, tol=None).fit(X, y), TheirPerceptron(max_iter=3, tol=None).fit(X, y)
    assert ours.classes_.tolist() == theirs.classes_.tolist()
    assert ours.classes_.dtype == theirs.classes_.dtype
    assert ours.predict(X).dtype == theirs.predict(X).dtype


@BOTH
@READY
@pytest.mark.parametrize("element", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_said_by_its_name_before_a_decision(level, estimator, ready, element):
    X, y = samples()
    fit = estimator(tol=None, max_iter=4, eta0=2.0**-9).fit(X, y)
    fit.coef_ = np.array([[1.0, 0.0, 1.0]])
    X[3, 1] = element  # whose weight is 0
    with pytest.raises(ValueError, match=r"Input X contains (NaN|infinity)|row 3 of X holds NaN or infinity"):
        fit.predict(ready(X))
    with pytest.raises(ValueError, match="row 3 of X holds NaN or infinity"):
        fit.fit(ready(X), y)


@BOTH
@READY
def test_another_number_of_features_is_scikit_learns_error(level, estimator, ready):
    X, y = samples()
    fit = estimator(tol=None, max_iter=4, eta0=2.0**-9).fit(X, y)
    for call in (fit.predict, lambda X: fit.partial_fit(X, y)):
        with pytest.raises(ValueError, match=r"X has 2 features, but .+ is expecting 3 features as input"):
            call(ready(np.ascontiguousarray(X[:, :2])))


@BOTH
@READY
def test_names_of_features_are_missed_where_there_were_some_and_forgotten_by_the_next_fit(level, estimator, ready):
    X, y = samples()
    fit = estimator(tol=None, max_iter=4, eta0=2.0**-9).fit(X, y)
    fit.feature_names_in_ = np.array(["a", "b", "c"], object)
    with pytest.warns(UserWarning, match="X does not have valid feature names"):
        fit.predict(ready(X))
    assert not hasattr(fit.fit(ready(X), y), "feature_names_in_")


@BOTH
@READY
def test_samples_without_labels_for_each_and_no_samples_are_scikit_learns_errors(level, estimator, ready):
    X, y = samples()
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        estimator().fit(ready(X), y[:19])
    with pytest.raises(ValueError, match="Found array with 0 sample"):
        estimator().fit(ready(X[:0]), y[:0])
    with pytest.raises(ValueError, match="Found array with 0 sample"):
        estimator(tol=None, max_iter=4, eta0=2.0**-9).fit(X, y).predict(ready(X[:0]))
