"""`fit_logistic` against fifty digits, against what others have published, and against itself at every level."""

import numpy as np
import pytest

import onedot
from onedot import levels
from onedot.levels.table import REFERENCE
from support.oracles.logistic import coefficients

# L. Spector and M. Mazzeo, "Probit analysis and economic education" (1980), as in W. Greene, "Econometric Analysis":
# grade point average, score in a test, whether taught by the new method; whether the grade rose.
SPECTOR = np.array(
    [
        (2.66, 20, 0, 0), (2.89, 22, 0, 0), (3.28, 24, 0, 0), (2.92, 12, 0, 0), (4.0, 21, 0, 1), (2.86, 17, 0, 0),
        (2.76, 17, 0, 0), (2.87, 21, 0, 0), (3.03, 25, 0, 0), (3.92, 29, 0, 1), (2.63, 20, 0, 0), (3.32, 23, 0, 0),
        (3.57, 23, 0, 0), (3.26, 25, 0, 1), (3.53, 26, 0, 0), (2.74, 19, 0, 0), (2.75, 25, 0, 0), (2.83, 19, 0, 0),
        (3.12, 23, 1, 0), (3.16, 25, 1, 1), (2.06, 22, 1, 0), (3.62, 28, 1, 1), (2.89, 14, 1, 0), (3.51, 26, 1, 0),
        (3.54, 24, 1, 1), (2.83, 27, 1, 1), (3.39, 17, 1, 1), (2.67, 24, 1, 0), (3.65, 21, 1, 1), (4.0, 23, 1, 1),
        (3.1, 21, 1, 0), (2.39, 19, 1, 1),
    ]
)  # fmt: skip
X, Y = SPECTOR[:, :3], SPECTOR[:, 3].astype(int)
THREE = np.repeat([0, 1, 2], [10, 11, 11])[np.argsort(np.cos(np.arange(32.0)), kind="stable")]


slow_in_python = pytest.mark.skipif(levels.current() == REFERENCE, reason="minutes in pure Python")


def samples(n, d, k, seed=0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    A = rng.standard_normal((n, d)).astype(dtype)
    scores = A @ rng.standard_normal((d, k)) + rng.gumbel(size=(n, k)) * 2
    return A, scores.argmax(axis=1)


def relative_error(found, true):
    return np.max(np.abs(np.asarray(found) / true - 1))


def test_as_published():
    """Table 21.1 of Greene, 5th edition; coefficients and errors are there to three digits or four."""
    fit = onedot.fit_logistic(X, Y, penalty=None)
    assert fit.weights.round(3).tolist() == [-13.021, 2.826, 0.095, 2.379]
    assert fit.standard_errors.round(3).tolist() == [4.931, 1.263, 0.142, 1.065]
    assert round(fit.log_likelihood, 3) == -12.890
    assert fit.deviance == -2 * fit.log_likelihood
    assert fit.aic == fit.deviance + 8
    assert fit.parameters == 4


@pytest.mark.parametrize("solver", ["newton", "lbfgs"])
@pytest.mark.parametrize("weights", [None, np.arange(32) % 3 + 0.5])
def test_fifty_digits(solver, weights, level):
    centred = X - [3, 20, 0]  # the Hessian of X as it is has a condition of 1e5
    ridge = 1 / 4
    true, _ = coefficients(centred, Y, ridge, weights)
    # In mean losses, as they are in `fit_logistic`, the gradient is smaller by the sum of the weights.
    fit = onedot.fit_logistic(centred, Y, C=1 / ridge, sample_weight=weights, solver=solver, tol=1e-15, max_iter=500)
    assert relative_error(fit.weights, true) < 1e-12


def test_standard_errors_to_fifty_digits():
    weights = np.arange(32) % 3 + 0.5
    true, errors = coefficients(X, Y, 0, weights)
    fit = onedot.fit_logistic(X, Y, penalty=None, sample_weight=weights, tol=1e-14)
    assert relative_error(fit.weights, true) < 1e-11
    assert relative_error(fit.standard_errors, errors) < 1e-9


def test_several_classes():
    """The gradient is 0, and weights add up to 0."""
    fit = onedot.fit_logistic(X, THREE, tol=1e-12)
    assert np.abs(fit.weights.sum(axis=0)).max() < 1e-10
    p = fit.predict_proba(X)
    G = (p - np.eye(3)[THREE]).T @ X / 32 + fit.weights[:, 1:] / 32
    assert np.abs(G).max() < 1e-11
    assert np.abs((p - np.eye(3)[THREE]).mean(axis=0)).max() < 1e-11


def test_standard_errors_of_several_classes():
    """The difference of two units is that of a unit against a reference: its covariance comes from the same inverse."""
    fit = onedot.fit_logistic(X[:, :1], THREE, penalty=None, tol=1e-13)
    Z = np.column_stack([np.ones(32), X[:, 0]])
    p = fit.predict_proba(X[:, :1])
    H = np.block([[(Z * (p[:, a] * ((a == b) - p[:, b]))[:, None]).T @ Z for b in range(3)] for a in range(3)])
    expected = np.sqrt(np.diag(np.linalg.pinv(H, rcond=1e-12))).reshape(3, 2)
    assert relative_error(fit.standard_errors, expected) < 1e-7


@pytest.mark.parametrize("solver", ["newton", "lbfgs"])
@pytest.mark.parametrize("k", [2, 3])
@pytest.mark.parametrize("dtype", ["float64", "float32", "int8"])
def test_the_same_bits_at_every_level(solver, k, dtype):
    A, y = samples(60, 5, k)
    A = (A * 20).astype(dtype)
    with levels.using("reference"):
        expected = onedot.fit_logistic(A, y, solver=solver, max_iter=6)
    for name in levels.runnable():
        with levels.using(name):
            fit = onedot.fit_logistic(A, y, solver=solver, max_iter=6)
        assert fit.weights.tobytes() == expected.weights.tobytes()
        assert fit.log_likelihood == expected.log_likelihood


@slow_in_python
@pytest.mark.parametrize("solver", ["newton", "lbfgs"])
@pytest.mark.parametrize("k", [2, 3])
def test_layouts_threads_and_blocks(solver, k, num_threads_restored):
    """More rows than a block has, and more columns than a panel."""
    A, y = samples(4100, 140, k)
    expected = onedot.fit_logistic(A, y, solver=solver, max_iter=1, C=0.01).weights.tobytes()
    for threads in (1, 2, 3):
        onedot.set_num_threads(threads)
        for laid_out in (A, np.asfortranarray(A), np.repeat(A, 2, axis=1)[:, ::2], A.astype(">f8")):
            assert onedot.fit_logistic(laid_out, y, solver=solver, max_iter=1, C=0.01).weights.tobytes() == expected


@pytest.mark.parametrize("solver", ["newton", "lbfgs"])
@pytest.mark.parametrize("k", [2, 3])
def test_sparse_rows_are_the_dense_ones(solver, k, level):
    sparse = pytest.importorskip("scipy.sparse")
    A, y = samples(130, 40, k)
    A[np.abs(A) < 1] = 0
    A[7] = A[:, 3] = 0
    expected = onedot.fit_logistic(A, y, solver=solver, max_iter=4)
    for made in (sparse.csr_array, sparse.csc_matrix):
        fit = onedot.fit_logistic(made(A), y, solver=solver, max_iter=4)
        assert fit.weights.tobytes() == expected.weights.tobytes()
        assert fit.log_likelihood == expected.log_likelihood
        assert fit.predict_proba(made(A)).tobytes() == expected.predict_proba(A).tobytes()


@slow_in_python
def test_sparse_rows_of_more_than_a_block_of_samples():
    sparse = pytest.importorskip("scipy.sparse")
    A, y = samples(9000, 3, 2)
    A[np.abs(A) < 1] = 0
    for solver in ("newton", "lbfgs"):
        dense = onedot.fit_logistic(A, y, solver=solver, max_iter=3)
        assert onedot.fit_logistic(sparse.csr_array(A), y, solver=solver, max_iter=3).weights.tobytes() == (
            dense.weights.tobytes()
        )


@pytest.mark.parametrize("labels", [["no", "yes"], [False, True], [-1, 1], [2.5, 7.0], ["b", "a"]])
def test_labels_of_any_kind(labels):
    fit = onedot.fit_logistic(X, np.array(labels)[Y])
    ordered = sorted(labels)
    assert fit.classes.tolist() == ordered
    assert set(fit.predict(X).tolist()) <= set(labels)
    right = onedot.fit_logistic(X, Y)
    assert fit.weights.tobytes() == right.weights.tobytes() or ordered != labels


def test_samples_of_weight_0_are_as_if_not_there():
    more = np.vstack([X, np.full((3, 3), 1e3)])
    y = np.concatenate([Y, [7, 8, 9]])
    weights = np.concatenate([np.ones(32), np.zeros(3)])
    fit = onedot.fit_logistic(more, y, sample_weight=weights)
    assert fit.weights.tobytes() == onedot.fit_logistic(X, Y).weights.tobytes()
    assert fit.classes.tolist() == [0, 1]


def test_a_whole_weight_is_a_repetition():
    counts = np.arange(32) % 3 + 1
    a = onedot.fit_logistic(X, Y, sample_weight=counts, tol=1e-13)
    b = onedot.fit_logistic(np.repeat(X, counts, axis=0), np.repeat(Y, counts), tol=1e-13)
    assert relative_error(a.weights, b.weights) < 1e-9
    assert abs(a.log_likelihood / b.log_likelihood - 1) < 1e-12


def test_class_weights():
    sample = onedot.fit_logistic(X, Y, sample_weight=np.where(Y == 1, 3.0, 1.0))
    assert onedot.fit_logistic(X, Y, class_weight={1: 3}).weights.tobytes() == sample.weights.tobytes()
    counts = np.bincount(Y)
    balanced = onedot.fit_logistic(X, Y, sample_weight=(32 / (2 * counts))[Y])
    assert onedot.fit_logistic(X, Y, class_weight="balanced").weights.tobytes() == balanced.weights.tobytes()


def test_going_on_from_a_fit():
    first = onedot.fit_logistic(X, Y)
    again = onedot.fit_logistic(X, Y, start=first.weights)
    assert (again.iterations, again.weights.tobytes()) == (0, first.weights.tobytes())
    three = onedot.fit_logistic(X, THREE)
    assert onedot.fit_logistic(X, THREE, start=three.weights).iterations <= 1


def test_without_bias():
    fit = onedot.fit_logistic(X, Y, bias=False, tol=1e-12)
    assert fit.weights.shape == (3,)
    assert np.abs(X.T @ (fit.predict_proba(X)[:, 1] - Y) + fit.weights).max() < 1e-9


def test_probabilities_are_of_the_margins():
    fit = onedot.fit_logistic(X, Y)
    margins = fit.margins(X)
    assert margins.tolist() == [onedot.dot(fit.weights[1:], x) + fit.weights[0] for x in X]
    p = fit.predict_proba(X)
    assert p[:, 1].tobytes() == onedot.activations.sigmoid(margins).tobytes()
    assert (fit.predict(X) == (margins > 0)).all()
    assert fit.predict_proba(X[:1]).tolist() == p[:1].tolist()


def test_giving_up():
    fit = onedot.fit_logistic(X, Y, max_iter=1)
    assert (fit.converged, fit.iterations) == (False, 1)
    assert fit.gradient > 1e-8


@pytest.mark.parametrize("k", [2, 3, 6])
def test_lbfgs_reaches_the_minimum_soon_whatever_the_scales_of_columns(k):
    A, y = samples(80, 6, k)
    A = A * 10.0 ** np.arange(-3, 3) + 10.0 ** np.arange(-3, 3)
    found = onedot.fit_logistic(A, y, C=10, solver="lbfgs", tol=1e-9)
    newton = onedot.fit_logistic(A, y, C=10, solver="newton", tol=1e-12)
    assert found.iterations < 60
    assert np.abs(found.margins(A) - newton.margins(A)).max() < 1e-4


@pytest.mark.parametrize("C", [1.0, 100.0])
def test_lbfgs_counts_words_in_few_steps(compiled_level, C):
    """Samples that are soon told apart: from the first diagonal alone it took 438 steps and 572."""
    draw = np.random.default_rng(0)
    p = 1 / np.arange(1, 3001)
    words = [w / w.sum() for w in (p * np.exp(0.6 * draw.standard_normal(3000)) for _ in range(2))]
    y = draw.integers(0, 2, 600)
    X = np.array([draw.multinomial(200, words[k]) for k in y], dtype=float)
    fit = onedot.fit_logistic(X, y, C=C, solver="lbfgs", tol=1e-6)
    assert fit.converged
    assert fit.iterations < 100


def test_lbfgs_begins_from_a_diagonal_where_many_columns_are_uneven(level):
    """Dense or sparse, in the same steps."""
    sparse = pytest.importorskip("scipy.sparse")
    A, y = samples(50, 20, 2)
    A = np.where(np.arange(50)[:, None] % 5 <= np.arange(20) % 5, A, 0.0) * 2.0 ** -(np.arange(20) % 9)
    fits = [onedot.fit_logistic(X, y, C=1e4, solver="lbfgs", tol=1e-6) for X in (A, sparse.csr_array(A))]
    newton = onedot.fit_logistic(A, y, C=1e4, solver="newton", tol=1e-12)
    assert fits[0].weights.tobytes() == fits[1].weights.tobytes()
    assert fits[0].iterations < 60
    assert np.abs(fits[0].margins(A) - newton.margins(A)).max() < 0.01


def test_what_verbose_prints(capsys):
    onedot.fit_logistic(X, Y, verbose=1)
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert all(line.startswith(f"iteration {i}: ") for i, line in enumerate(lines, 1))


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"y": np.ones(32)}, ValueError, "want two classes or more"),
        ({"y": Y[:5]}, ValueError, "want a label for each row"),
        ({"y": np.where(Y, np.nan, 1.0)}, ValueError, r"y\[4\] is nan"),
        ({"y": [*["a"] * 31, 1]}, TypeError, "no order"),
        ({"y": np.array([*["a"] * 31, 1], object)}, TypeError, "no order"),
        ({"X": np.where(X == 3.12, np.nan, X)}, ValueError, "row 18 of X holds NaN"),
        ({"X": X * 1e300}, OverflowError, "smaller scale"),
        ({"X": np.empty((0, 3)), "y": []}, ValueError, "0 samples"),
        ({"X": np.empty((32, 0))}, ValueError, "0 features"),
        ({"X": X[:, 0]}, ValueError, "two dimensions"),
        ({"sample_weight": np.zeros(32)}, ValueError, "zero for all samples"),
        ({"sample_weight": -np.ones(32)}, ValueError, r"sample_weight\[0\] is -1.0; want finite numbers of 0 or"),
        ({"sample_weight": np.ones(3)}, ValueError, "want one for each"),
        ({"class_weight": {5: 1.0}}, ValueError, "class_weight names 5"),
        ({"class_weight": {1: 0.0}}, ValueError, "positive"),
        ({"class_weight": "even"}, TypeError, "want None, 'balanced' or a mapping"),
        ({"C": 0.0}, ValueError, "C is 0.0; want a positive finite number"),
        ({"penalty": "l1"}, ValueError, "'l2' or None"),
        ({"solver": "sag"}, ValueError, "want one of auto, newton, lbfgs"),
        ({"tol": -1.0}, ValueError, "tol"),
        ({"max_iter": 0}, ValueError, "max_iter"),
        ({"bias": "no"}, TypeError, "bias"),
        ({"start": np.zeros(3)}, ValueError, "start has shape"),
        ({"start": np.full(4, np.inf)}, ValueError, "start holds NaN or infinity"),
        ({"X": np.column_stack([X, np.ones(32)]), "penalty": None}, ValueError, "column 3 of X"),
        ({"X": np.column_stack([X, X[:, 0] + X[:, 1]]), "penalty": None}, ValueError, "column 3 of X"),
    ],
)
@pytest.mark.parametrize("solver", ["newton", "lbfgs", "auto"])
def test_what_is_refused(change, error, says, solver):
    arguments = {"X": X, "y": Y, "solver": solver, **change}
    given = arguments.pop("X"), arguments.pop("y")
    with pytest.raises(error, match=says):
        onedot.fit_logistic(*given, **arguments)
