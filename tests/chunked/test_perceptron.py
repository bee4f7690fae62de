"""`onedot.dask.Perceptron` has the bits of the one in memory: for any chunks, scheduler, workers and interruptions."""

import os
import pickle
import signal
import threading
import time
import warnings

import numpy as np
import pytest

from support.bits import array_bits
from support.fits import learned

pytest.importorskip("sklearn")
da = pytest.importorskip("dask.array")
pytest.importorskip("distributed")

from scipy import sparse  # noqa: E402
from sklearn.base import clone  # noqa: E402
from sklearn.utils.estimator_checks import check_estimator  # noqa: E402

from onedot import sklearn as in_memory  # noqa: E402
from onedot.dask import Perceptron  # noqa: E402
from support.chunks import chunked, chunked_csr, cluster  # noqa: E402

FORMS = {
    "one shard": {},
    "averaged": {"average": True},
    "uniform": {"n_shards": 3},
    "by mistakes": {"n_shards": 4, "mixing": "mistakes", "average": True},
    "joint": {"n_shards": 3, "multi_class": "joint", "average": True},
    "given order": {"n_shards": 3, "shuffle": False, "fit_intercept": False},
    "balanced": {"n_shards": 2, "class_weight": "balanced"},
    "passive": {"n_shards": 2, "update": "pa1"},
}


def blobs(n=103, d=6, classes=3, seed=0):
    draw = np.random.default_rng(seed)
    y = draw.integers(0, classes, n)
    y[:classes] = np.arange(classes)
    return draw.normal(size=(n, d)) + 1.5 * (np.arange(d) % classes == y[:, None]), np.array(["a", "b", "cc"])[y]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("classes", [2, 3])
def test_a_fit_has_the_bits_of_the_one_in_memory(scheduler, form, classes):
    if scheduler == "processes" and (classes, form) not in ((2, "one shard"), (3, "by mistakes"), (3, "joint")):
        pytest.skip("tasks are the same, and take longer")
    X, y = blobs(classes=classes)
    parameters = {"max_iter": 5, "tol": None, **FORMS[form]}
    wanted = learned(in_memory.Perceptron(**parameters).fit(X, y))
    for seed in (1, 2) if scheduler == "threads" else (1,):
        ours = Perceptron(**parameters).fit(chunked(X, seed), chunked(y, seed + 10))
        assert learned(ours) == wanted


def test_csr_chunks_and_narrow_numbers_give_the_bits_of_those_in_memory(scheduler):
    X, y = blobs()
    X[np.abs(X) < 1.0] = 0.0
    parameters = {"n_shards": 3, "max_iter": 4, "tol": None}
    wanted = in_memory.Perceptron(**parameters).fit(X, y)
    ours = Perceptron(**parameters).fit(chunked_csr(X, 20), y)
    assert learned(ours) == learned(wanted)
    assert array_bits(ours.decision_function(chunked_csr(X, 30)).compute()) == array_bits(wanted.decision_function(X))
    for dtype in ("float32", "float16", "int8") if scheduler == "threads" else ("float16",):
        narrow = (10 * X).astype(dtype)
        wanted = learned(in_memory.Perceptron(**parameters).fit(narrow, y))
        assert learned(Perceptron(**parameters).fit(chunked(narrow, 3), y)) == wanted


def test_answers_are_lazy_and_have_the_bits_of_those_in_memory(scheduler):
    for classes in (2, 3):
        X, y = blobs(classes=classes)
        ours, theirs = (each(n_shards=2, max_iter=3, tol=None).fit(X, y) for each in (Perceptron, in_memory.Perceptron))
        lazy = chunked(X, 4)
        for method in ("predict", "decision_function"):
            answer, wanted = getattr(ours, method)(lazy), getattr(theirs, method)(X)
            assert (answer.dtype, answer.ndim, answer.chunks[0]) == (wanted.dtype, wanted.ndim, lazy.chunks[0])
            assert array_bits(answer.compute()) == array_bits(wanted)
        weights = np.arange(103) % 3 + 0.1
        assert ours.score(lazy, chunked(y, 5)) == theirs.score(X, y)
        assert ours.score(lazy, y, chunked(weights, 5)) == theirs.score(X, y, weights)


def test_answers_are_of_the_estimator_as_it_was_and_need_no_sizes_of_chunks():
    X, y = blobs(classes=2)
    ours = Perceptron(n_shards=2).fit(X, y)
    wanted, lazy = ours.predict(X), chunked(X, 1)
    answer = ours.predict(lazy)
    unknown = lazy[da.ones(103, chunks=lazy.chunks[0]) > 0]
    ours.coef_ *= -1.0
    assert (answer.compute() == wanted).all()
    ours.coef_ *= -1.0
    assert (ours.predict(unknown).compute() == wanted).all()
    assert ours.score(unknown, chunked(y, 1)[da.ones(103, chunks=lazy.chunks[0]) > 0]) == ours.score(X, y)


def test_weights_of_samples_and_weights_to_start_from_count(scheduler):
    X, y = blobs(classes=2)
    weights = 1.0 + np.arange(103) % 4
    given = {"coef_init": np.ones((1, 6)), "intercept_init": [0.5], "sample_weight": weights}
    wanted = in_memory.Perceptron(n_shards=3, max_iter=3, tol=None).fit(X, y, **given)
    ours = Perceptron(n_shards=3, max_iter=3, tol=None)
    assert learned(ours.fit(chunked(X, 1), y, **given | {"sample_weight": chunked(weights, 2)})) == learned(wanted)
    for each, data in ((ours, (chunked(X, 3), chunked(y, 4))), (wanted, (X, y))):
        each.set_params(warm_start=True).fit(*data)
        each.set_params(n_shards=2).partial_fit(*data)
    assert learned(ours) == learned(wanted)


def test_every_error_of_a_shard_is_that_of_memory_and_leaves_no_trace(scheduler):
    X, y = blobs(classes=2)
    ours = Perceptron(n_shards=3).fit(chunked(X, 1), y)
    before = pickle.dumps(ours)
    X[71, 2] = np.nan
    with pytest.raises(ValueError, match="Perceptron: row 71 of X holds NaN or infinity"):
        ours.fit(chunked(X, 2), y)
    assert pickle.dumps(ours) == before


@pytest.mark.parametrize(
    ("parameters", "change", "error", "text"),
    [
        ({"penalty": "l2"}, {}, ValueError, "X is a dask array, penalty is 'l2', early_stopping False; want None"),
        ({"early_stopping": True}, {}, ValueError, "early_stopping True; want None and False, or X in memory"),
        ({"n_shards": 104}, {}, ValueError, "n_shards is 104, and there are 103 samples"),
        ({}, {"y": lambda y: y[:-1]}, ValueError, r"X has 103 rows, y has shape \(102,\); want \(103,\)"),
        ({}, {"y": lambda y: y[:, None]}, ValueError, r"y has shape \(103, 1\)"),
        ({}, {"X": lambda X: X[X[:, 0] > 0]}, ValueError, r"chunks of unknown sizes; want them known, as X.com"),
        ({}, {"y": lambda y: y[y != "x"]}, ValueError, r"unknown sizes; want them known, as y.compute_chunk"),
        ({}, {"X": lambda X: X.astype(complex)}, TypeError, "X has dtype complex128; want float64"),
        ({}, {"X": lambda X: X[:0], "y": lambda y: y[:0]}, ValueError, "0 sample"),
        ({}, {"X": lambda X: X[:, 0]}, ValueError, r"X has shape \(103,\); want two dimensions"),
        ({}, {"y": lambda y: y == "x"}, ValueError, "number of classes has to be greater than one; got 1 class"),
        ({}, {"sample_weight": lambda _: np.arange(103.0)}, ValueError, "sample_weight holds 0 for some samples"),
        ({}, {"X": lambda X: X.to_delayed()[0, 0]}, TypeError, "X is not in memory, but dask's Delayed"),
    ],
)
def test_what_is_no_dask_array_of_samples_is_refused_by_name(parameters, change, error, text):
    X, y = blobs(classes=2)
    given = {"X": chunked(X, 1), "y": chunked(y, 2)}
    given |= {name: make(given.get(name)) for name, make in change.items()}
    with pytest.raises(error, match=text):
        Perceptron(**parameters).fit(**given)


def test_other_features_than_those_learned_are_refused():
    X, y = blobs(classes=2)
    ours = Perceptron().fit(chunked(X, 1), y)
    for method in ("predict", "decision_function"):
        with pytest.raises(ValueError, match="X has 5 features, but Perceptron is expecting 6 features"):
            getattr(ours, method)(chunked(X[:, :5], 1))
    with pytest.raises(ValueError, match="X has 5 features, but Perceptron is expecting 6 features"):
        ours.partial_fit(chunked(X[:, :5], 1), y)


def test_it_is_an_estimator_of_scikit_learns_and_one_in_memory_for_arrays_in_memory():
    expected = {
        f"check_sample_weight_equivalence_on_{kind}_data": "the rule depends on the order of the samples"
        for kind in ("dense", "sparse")
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(Perceptron(), expected_failed_checks=expected, on_skip=None)
    assert sum(result["status"] == "passed" for result in results) > 40
    X, y = blobs()
    ours = Perceptron(n_shards=2, max_iter=3, tol=None)
    fitted = pickle.loads(pickle.dumps(clone(ours).fit(X, chunked(y, 1))))
    assert learned(fitted) == learned(in_memory.Perceptron(n_shards=2, max_iter=3, tol=None).fit(X, y))
    assert learned(fitted.fit(sparse.csr_matrix(X), y)) == learned(fitted)


# Interruptions -----------------------------------------------------------------------------------------------


class StopError(Exception):
    """What ends a fit after some epochs."""


def interrupting(monkeypatch, after, action):
    """Have `action` done before epoch `after` begins."""
    from onedot.dask.shards import Shards

    plain, epochs = Shards.epoch, []

    def epoch(self, *arguments):
        epochs.append(1)
        if len(epochs) == after:
            action()
        return plain(self, *arguments)

    monkeypatch.setattr(Shards, "epoch", epoch)
    return epochs


def stop():
    raise StopError


@pytest.mark.parametrize("form", ["averaged", "by mistakes"])
def test_a_fit_goes_on_from_its_checkpoint_to_the_same_bits(monkeypatch, tmp_path, form):
    X, y = blobs()
    path = tmp_path / "epochs.npz"
    data = da.from_array(X, chunks=(60, 6)), da.from_array(y, chunks=50)
    parameters = {"max_iter": 7, "tol": 1e-4, **FORMS[form]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wanted = learned(in_memory.Perceptron(**parameters).fit(X, y))
        ours = Perceptron(**parameters, checkpoint=path)
        with monkeypatch.context() as patch:
            interrupting(patch, 4, stop)
            with pytest.raises(StopError):
                ours.fit(*data)
        assert not hasattr(ours, "coef_")
        assert os.listdir(tmp_path) == ["epochs.npz"]
        epochs = interrupting(monkeypatch, 0, None)
        assert learned(ours.fit(*data)) == wanted
        assert len(epochs) == 4  # of 7, of which 3 were done
        assert learned(ours.fit(*data)) == wanted
        assert len(epochs) == 4
        longer = clone(ours).set_params(max_iter=9)
        assert learned(longer.fit(*data)) == learned(in_memory.Perceptron(**parameters | {"max_iter": 9}).fit(X, y))


def test_a_checkpoint_of_another_fit_or_that_is_none_is_refused(tmp_path):
    X, y = blobs(classes=2)
    lazy, path = da.from_array(X, chunks=(60, 6)), tmp_path / "epochs.npz"
    parameters = {"n_shards": 2, "max_iter": 3, "tol": None, "checkpoint": str(path)}
    Perceptron(**parameters).fit(lazy, y)
    for change in ({"n_shards": 3}, {"mixing": "mistakes"}, {"random_state": 1}, {"eta0": 2.0}):
        with pytest.raises(ValueError, match="is of another fit"):
            Perceptron(**parameters | change).fit(lazy, y)
    with pytest.raises(ValueError, match="is of another fit"):
        Perceptron(**parameters).fit(lazy[:-1], y[:-1])
    with pytest.raises(ValueError, match="is of 3 epochs, and max_iter is 2; want as many or more"):
        Perceptron(**parameters | {"max_iter": 2}).fit(lazy, y)
    held = dict(np.load(path))
    for name, value in (
        ("weights", held["weights"] * np.nan),
        ("mistakes", -held["mistakes"] - 1),
        ("peak", -held["peak"]),
    ):
        np.savez(path, **held | {name: value})
        with pytest.raises(ValueError, match="contradicts itself"):
            Perceptron(**parameters).fit(lazy, y)
    path.write_bytes(b"no file of arrays")
    with pytest.raises(ValueError, match=r"\.fit: .* no \.npz file of arrays .* want a file by a fit with checkpoint="):
        Perceptron(**parameters).fit(lazy, y)


@pytest.mark.parametrize("name", ["absent/epochs.npz", "file/epochs.npz"])
def test_a_checkpoint_where_there_is_no_folder_is_refused_before_anything_is_computed(tmp_path, name):
    (tmp_path / "file").write_text("")
    X, y = blobs(classes=2)
    lazy = da.from_array(X, chunks=(60, 6)).map_blocks(refused, meta=X[:0])
    for path in (tmp_path / name, str(tmp_path / name)):
        with pytest.raises(FileNotFoundError, match=r"Perceptron: checkpoint is in .*, which is no folder; want one"):
            Perceptron(checkpoint=path).fit(lazy, da.from_array(y).map_blocks(refused, meta=y[:0]))


def refused(block):
    """What no test computes."""
    raise AssertionError(block.shape)


def killed_after(client, seconds):
    """A thread that kills a worker of the cluster after some seconds."""
    pids = client.run(os.getpid)
    timer = threading.Timer(seconds, lambda: os.kill(next(iter(pids.values())), signal.SIGKILL))
    timer.start()
    return timer


def slowly(block):
    time.sleep(0.02)
    return block


def fitted_while_one_is_killed(client, seconds):
    """Whether a fit is that in memory where a worker dies after some seconds."""
    X, y = blobs(classes=2)
    parameters = {"n_shards": 4, "max_iter": 12, "tol": None, "average": True, "mixing": "mistakes"}
    data = da.from_array(X, chunks=(30, 6)).map_blocks(slowly), da.from_array(y, chunks=40)
    timer = killed_after(client, seconds)
    ours = learned(Perceptron(**parameters).fit(*data))
    timer.join()
    return ours == learned(in_memory.Perceptron(**parameters).fit(X, y))


@pytest.mark.long
def test_workers_killed_at_any_time_change_no_bit():
    draw = np.random.default_rng(0)
    for _ in range(20):
        with cluster(2) as client:  # a new one, in which nobody is just being started again
            assert fitted_while_one_is_killed(client, draw.uniform(0.1, 0.6))


@pytest.mark.long  # as it starts a cluster of its own: one in which workers were killed keeps tasks for a while
def test_ctrl_c_leaves_no_futures_behind(monkeypatch):
    with cluster(2) as client:
        interrupted(monkeypatch, client)


def interrupted(monkeypatch, client):
    """A fit that Ctrl-C ends, of which nothing is left on the scheduler."""
    X, y = blobs(classes=2)
    lazy = da.from_array(X, chunks=(30, 6)).map_blocks(slowly)
    interrupting(monkeypatch, 3, threading.Timer(0.05, os.kill, [os.getpid(), signal.SIGINT]).start)
    ours = Perceptron(n_shards=2, max_iter=10**6, tol=None)
    with pytest.raises(KeyboardInterrupt):
        ours.fit(lazy, (X[:, 0] > 0) ^ (y == "a"))
    assert not vars(ours).keys() & {"coef_", "classes_"}
    until = time.monotonic() + 20.0
    while (client.futures or client.run_on_scheduler(held)) and time.monotonic() < until:
        time.sleep(0.01)
    assert client.futures == {}
    assert client.run_on_scheduler(held) == 0


def held(dask_scheduler):
    """How many tasks a scheduler knows of."""
    return len(dask_scheduler.tasks)
