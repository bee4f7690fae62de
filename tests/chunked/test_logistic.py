"""`onedot.dask.LogisticRegression` has the bits of the one in memory: coefficients, iterations, probabilities."""

import os
import pickle
import signal
import threading
import time
import warnings

import numpy as np
import pytest

from onedot._reference import BLOCK, dot, fold
from support.bits import array_bits
from support.fits import learned

pytest.importorskip("sklearn")
da = pytest.importorskip("dask.array")
pytest.importorskip("distributed")

from sklearn.base import clone  # noqa: E402
from sklearn.exceptions import ConvergenceWarning  # noqa: E402
from sklearn.utils.estimator_checks import check_estimator  # noqa: E402

from onedot import sklearn as in_memory  # noqa: E402
from onedot.dask import LogisticRegression  # noqa: E402
from onedot.dask.objective import block_bounds, total  # noqa: E402
from support.chunks import chunked, chunked_csr, cluster  # noqa: E402

N = 5 * BLOCK + 77
FORMS = {
    "lbfgs": {"solver": "lbfgs"},
    "newton": {"solver": "newton"},
    "balanced": {"class_weight": "balanced", "fit_intercept": False},
    "mapping": {"class_weight": {"a": 0.3}, "C": 0.01},
    "unpenalised": {"penalty": None},
}


def noisy(n=N, d=4, classes=2, seed=0):
    """Classes that overlap."""
    draw = np.random.default_rng(seed)
    X = draw.normal(size=(n, d))
    y = np.where(X[:, 0] + 0.5 * X[:, 1] + draw.normal(size=n) > 0.0, "b", "a")
    return X, np.where(X[:, 2] + draw.normal(size=n) > 1.0, "c", y) if classes == 3 else y


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 13])
def test_sums_of_blocks_are_folded_as_the_law_folds_them(count):
    draw = np.random.default_rng(count)
    sums = draw.normal(size=count) * 2.0 ** draw.integers(-40, 40, count)
    assert total(sums) == fold(sums)
    assert total([[v, -v] for v in sums]).tolist() == [fold(sums), -fold(sums)]
    x = draw.normal(size=(count - 1) * BLOCK + 5)
    blocks = [dot(x[k : k + BLOCK], x[k : k + BLOCK]) for k in range(0, len(x), BLOCK)]
    assert total(blocks) == dot(x, x)


def test_parts_end_where_blocks_do():
    assert block_bounds((100, 0, 4000, 10000, 1), 14101) == [0, BLOCK, 2 * BLOCK, 14101]
    assert block_bounds((3,), 3) == [0, 3]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("classes", [2, 3])
def test_a_fit_has_the_bits_of_the_one_in_memory(scheduler, form, classes):
    if scheduler == "processes" and (classes, form) not in ((2, "newton"), (3, "lbfgs")):
        pytest.skip("tasks are the same, and take longer")
    X, y = noisy(classes=classes)
    wanted = in_memory.LogisticRegression(**FORMS[form]).fit(X, y)
    ours = LogisticRegression(**FORMS[form]).fit(chunked(X, 1), chunked(y, 2))
    assert learned(ours) == learned(wanted)
    lazy = chunked(X, 3)
    for method in ("predict", "decision_function", "predict_proba", "predict_log_proba"):
        answer, expected = getattr(ours, method)(lazy), getattr(wanted, method)(X)
        assert (answer.dtype, answer.ndim, answer.chunks[0]) == (expected.dtype, expected.ndim, lazy.chunks[0])
        assert array_bits(answer.compute()) == array_bits(expected)
    assert ours.score(lazy, chunked(y, 4)) == wanted.score(X, y)


@pytest.mark.parametrize("classes", [2, 3])
def test_csr_chunks_and_narrow_numbers_give_the_bits_of_those_in_memory(classes):
    X, y = noisy(classes=classes)
    X[np.abs(X) < 1.0] = 0.0
    wanted = learned(in_memory.LogisticRegression().fit(X, y))
    assert learned(LogisticRegression().fit(chunked_csr(X, 5000), y)) == wanted
    narrow = X.astype("float32")
    assert learned(LogisticRegression().fit(chunked(narrow, 1), y)) == learned(
        in_memory.LogisticRegression().fit(narrow, y)
    )


@pytest.mark.parametrize("classes", [2, 3])
def test_uneven_columns_give_the_bits_of_those_in_memory(classes):
    """Where L-BFGS begins from a diagonal, and takes another on its way, of dense and of CSR chunks."""
    X, y = noisy(n=9000, d=60, classes=classes)
    X *= (np.abs(X) > 1.0) * 2.0 ** -(np.arange(60) % 9)
    parameters = {"solver": "lbfgs", "C": 100.0, "tol": 1e-4}
    fit = in_memory.LogisticRegression(**parameters).fit(X, y)
    assert fit.n_iter_ > 4
    wanted = learned(fit)
    assert learned(LogisticRegression(**parameters).fit(chunked_csr(X, 2500), y)) == wanted
    assert learned(LogisticRegression(**parameters).fit(chunked(X, 1), y)) == wanted


def test_weights_of_samples_and_warm_starts_count():
    X, y = noisy()
    weights = 0.5 + np.arange(N) % 5
    pair = LogisticRegression(warm_start=True), in_memory.LogisticRegression(warm_start=True)
    for C in (1.0, 0.001):
        for each, data in zip(pair, ((chunked(X, 1), y, chunked(weights, 2)), (X, y, weights)), strict=True):
            each.set_params(C=C).fit(*data)
        assert learned(pair[0]) == learned(pair[1])


def test_too_few_iterations_are_a_warning():
    X, y = noisy(n=3000)
    with pytest.warns(ConvergenceWarning, match="1 of 1 iterations left a gradient"):
        LogisticRegression(max_iter=1).fit(chunked(X, 1), y)


def test_without_a_proof_of_a_maximum_no_penalty_is_an_error():
    X = np.arange(10.0)[:, None]
    with pytest.raises(ValueError, match="nothing proves that the likelihood has a maximum"):
        LogisticRegression(penalty=None, max_iter=9).fit(da.from_array(X, chunks=3), X[:, 0] > 4.5)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("far", [1e5, -3e5])
def test_far_from_0_a_fit_without_a_penalty_has_the_bits_of_the_one_in_memory(classes, far):
    X, y = noisy(n=9000, classes=classes)
    X += far * np.arange(1, 5)
    wanted = learned(in_memory.LogisticRegression(penalty=None).fit(X, y))
    assert learned(LogisticRegression(penalty=None).fit(da.from_array(X, chunks=(2500, 3)), y)) == wanted


def test_far_from_0_classes_that_a_plane_separates_prove_nothing():
    X = np.arange(10.0)[:, None] + 1e5
    for lazy in (da.from_array(X, chunks=3), chunked_csr(X, 3)):
        with pytest.raises(ValueError, match="nothing proves that the likelihood has a maximum"):
            LogisticRegression(penalty=None, max_iter=9).fit(lazy, X[:, 0] > 1e5 + 4.5)


def test_a_column_that_others_make_up_is_named_as_in_memory():
    X, y = noisy(n=5000)
    X[:, 3] = X[:, 0] - X[:, 1]
    for data in ((X, y), (da.from_array(X, chunks=(2500, 3)), y)):
        with pytest.raises(ValueError, match="column 3 of X is, to rounding, a combination of those before it, and of"):
            LogisticRegression(penalty=None).fit(*data)


@pytest.mark.parametrize(
    ("parameters", "change", "error", "text"),
    [
        ({"solver": "sag"}, {}, ValueError, "solver is 'sag'; want one of auto, newton, lbfgs"),
        ({"penalty": "l1"}, {}, ValueError, "penalty is 'l1'; want 'l2' or None"),
        ({}, {"X": lambda X: X[X[:, 0] > 0]}, ValueError, r"chunks of unknown sizes; want them known, as X.com"),
        ({}, {"y": lambda y: y[:-1]}, ValueError, r"X has 9000 rows, y has shape \(8999,\)"),
        ({}, {"y": lambda y: y == "x"}, ValueError, "all samples are of one class, False"),
        ({}, {"sample_weight": lambda _: np.arange(9000.0)}, ValueError, "sample_weight holds 0 for some samples"),
        ({}, {"X": lambda X: da.where(X > 3.5, np.nan, X)}, ValueError, "of X holds NaN or infinity"),
        ({}, {"X": lambda X: X * 1e200}, OverflowError, "overflow"),
    ],
)
def test_what_cannot_be_fitted_is_refused_by_name(parameters, change, error, text):
    X, y = noisy(n=9000)
    X[5000, 0] = 4.0
    given = {"X": da.from_array(X, chunks=(2500, 4)), "y": chunked(y, 2)}
    given |= {name: make(given.get(name)) for name, make in change.items()}
    with pytest.raises(error, match=text):
        LogisticRegression(**parameters).fit(**given)


def test_an_error_says_in_which_rows():
    X, y = noisy(n=9000)
    X[5000, 0] = np.inf
    with pytest.raises(ValueError, match="LogisticRegression, rows from 4096: row 904 of X holds NaN or infinity"):
        LogisticRegression().fit(da.from_array(X, chunks=(4096, 4)), y)


def test_it_is_an_estimator_of_scikit_learns_and_one_in_memory_for_arrays_in_memory():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(LogisticRegression(), on_skip=None)
    assert sum(result["status"] == "passed" for result in results) > 40
    X, y = noisy(n=500)
    fitted = pickle.loads(pickle.dumps(clone(LogisticRegression(C=0.5)).fit(X, chunked(y, 1))))
    assert learned(fitted) == learned(in_memory.LogisticRegression(C=0.5).fit(X, y))


def slowly(block):
    time.sleep(0.02)
    return block


@pytest.mark.long
def test_a_worker_killed_in_a_fit_changes_no_bit():
    X, y = noisy()
    wanted = learned(in_memory.LogisticRegression(solver="lbfgs").fit(X, y))
    draw = np.random.default_rng(0)
    for _ in range(20):
        with cluster(2) as client:  # a new one, in which nobody is just being started again
            pids = client.run(os.getpid)
            timer = threading.Timer(draw.uniform(0.1, 0.6), os.kill, [next(iter(pids.values())), signal.SIGKILL])
            timer.start()
            lazy = da.from_array(X, chunks=(5000, 4)).map_blocks(slowly)
            assert learned(LogisticRegression(solver="lbfgs").fit(lazy, y)) == wanted
            timer.join()
