"""Lazy data that a function cannot take as it is: refused with a word on what to do, never loaded behind one's back."""

import numpy as np
import pytest

import onedot
from support.interpreter import printed

da = pytest.importorskip("dask.array")


def poisoned(shape=(3, 4), dtype="f8"):
    """An array that says so where it is loaded."""

    def load(block):
        raise AssertionError("loaded")

    return da.zeros(shape, chunks=2, dtype=dtype).map_blocks(load, dtype=dtype, meta=np.empty((0,) * len(shape), dtype))


A, X, V = poisoned(), np.ones((3, 4)), np.ones(4)
CALLS = {
    "list": lambda: onedot.matvec([A[0], A[1]], V),
    "nested": lambda: onedot.matvec([[V, V], [A[0], V]], V),
    "sign": lambda: onedot.exact.sign(A[0], V),
    "fraction": lambda: onedot.exact.fraction(A[0], V),
    "softmax": lambda: onedot.activations.softmax(A),
    "log_softmax": lambda: onedot.activations.log_softmax(A),
    "norm": lambda: onedot.geometry.norm(A),
    "cosine": lambda: onedot.geometry.cosine(X, A),
    "angle": lambda: onedot.geometry.angle(A, X),
    "project": lambda: onedot.geometry.project(A, V),
    "alignment": lambda: onedot.geometry.alignment(A, V),
    "unit": lambda: onedot.Unit([1.0] * 4)(A),
    "layer": lambda: onedot.Layer(X)(A),
    "layer of lazy weights": lambda: onedot.Layer(A),
    "single layer": lambda: onedot.Layer(np.ones((2, 4), "f4"), tier="single")(A),
    "network": lambda: onedot.Network([onedot.Layer(X)])(A),
    "distance": lambda: onedot.Hyperplane(V).distance(A),
    "side": lambda: onedot.Hyperplane(V).side(A),
    "update": lambda: onedot.perceptron_update(np.zeros(5), A[0], 1.0),
    "fit_perceptron": lambda: onedot.fit_perceptron(A, [1, -1, 1]),
    "fit_lms": lambda: onedot.fit_lms(A, [1.0, 2.0, 3.0]),
    "fit_logistic": lambda: onedot.fit_logistic(A, [0, 1, 0]),
    "labels": lambda: onedot.fit_perceptron(X, A[:, 0]),
    "separability": lambda: onedot.separability(A, [1, -1, 1]),
}


@pytest.mark.parametrize("name", CALLS)
def test_what_is_not_lazy_refuses_lazy_data_and_says_how_to_load_it(level, name):
    with pytest.raises(
        TypeError, match=r"^\S+: .*not in memory, but dask's Array; want it there, as its compute\(\) gives"
    ):
        CALLS[name]()


@pytest.mark.parametrize("name", ["matvec", "vecmat", "matmul", "vecdot"])
def test_a_lazy_result_has_no_out(level, name):
    for operands in ((A, X), (X, A)):
        with pytest.raises(TypeError, match=rf"^{name}: out is given, and an operand is lazy"):
            getattr(onedot, name)(*operands, out=np.empty(3))
    with pytest.raises(TypeError, match=rf"^{name}: out has type Array; want a NumPy array"):
        getattr(onedot, name)(
            *{"matvec": (X, V), "vecmat": (V[:3], X)}.get(name, (X, X.T if name == "matmul" else X)), out=A
        )


def test_chunks_of_unknown_sizes_are_refused():
    v = da.arange(10, chunks=3)
    unknown = v[v > 4]
    for call in (lambda: onedot.dot(unknown, unknown), lambda: onedot.matvec(X, unknown)):
        with pytest.raises(
            ValueError, match=r"of unknown sizes; want them known, as \S\.compute_chunk_sizes\(\) makes them"
        ):
            call()
    assert int(onedot.dot(unknown.compute_chunk_sizes(), np.arange(5))) == onedot.dot(np.arange(5, 10), np.arange(5))


@pytest.mark.parametrize(
    "call",
    [
        lambda xp, f: f.dot(xp(3, 4), xp(4)),
        lambda xp, f: f.dot(xp(4), xp(5)),
        lambda xp, f: f.dot(xp(), xp()),
        lambda xp, f: f.matvec(xp(3, 4), xp(5)),
        lambda xp, f: f.matvec(xp(4), xp(4)),
        lambda xp, f: f.matvec(xp(2, 3, 4), xp(3, 4)),
        lambda xp, f: f.vecmat(xp(4), xp(3, 4)),
        lambda xp, f: f.matmul(xp(3, 4), xp(3, 4)),
        lambda xp, f: f.matmul(xp(), xp(3, 4)),
        lambda xp, f: f.vecdot(xp(3, 4), xp(2, 4)),
        lambda xp, f: f.vecdot(xp(3, 4), xp(3, 4), axis=2),
        lambda xp, f: f.vecdot(xp(3, 4), xp(3, 4), axis=True),
        lambda xp, f: f.vecdot(xp(3, 4), xp(3, 4), axis=0.0),
        lambda xp, f: f.vecdot(xp(3, 4), xp(2, 4), axis=0),
        lambda xp, f: f.matvec(xp(3, 4, dtype="c16"), xp(4)),
        lambda xp, f: f.matvec(xp(3, 4, dtype=object), xp(4)),
        lambda xp, f: f.matvec(xp(3, 4), xp(4, dtype="M8[s]")),
        lambda xp, f: f.matvec(xp(3, 4, dtype="U3"), xp(4)),
    ],
)
def test_what_does_not_fit_is_refused_as_in_memory(call):
    def of(make):
        return lambda *shape, dtype="f8": make(shape, dtype)

    with pytest.raises((TypeError, ValueError)) as wanted:
        call(of(np.zeros), onedot)
    for space in (onedot, onedot.dask):
        with pytest.raises(type(wanted.value)) as found:
            call(of(lambda shape, dtype: da.from_array(np.zeros(shape, dtype), chunks=2)), space)
        if "object" not in str(wanted.value):  # what objects hold is not looked at
            assert str(found.value) == str(wanted.value)


def masked(v, name, names):
    """v, or a masked array of it."""
    return np.ma.masked_array(v, mask=v == v.flat[0]) if name in names else v


SAMPLES = np.arange(24.0).reshape(8, 3) % 5
LABELS = np.array([1, -1] * 4)


@pytest.mark.parametrize("kind", ["Perceptron", "LogisticRegression"])
@pytest.mark.parametrize("chunks", [8, 3])
@pytest.mark.parametrize("lazily", [True, False])
@pytest.mark.parametrize("name", ["X", "y", "sample_weight"])
def test_fits_and_scores_refuse_masks_whatever_holds_them(kind, chunks, lazily, name):
    pytest.importorskip("sklearn")

    def lazy(v):
        return da.from_array(v, chunks=(chunks, *v.shape[1:]), asarray=False)

    def given(masks):
        found = {"X": SAMPLES, "y": LABELS, "sample_weight": np.ones(8)}
        found = {key: masked(v, key, masks) for key, v in found.items()}
        return {key: lazy(v) if lazily or key == "X" else v for key, v in found.items()}

    estimator = getattr(onedot.dask, kind)()
    with pytest.raises(TypeError, match=f"{name} is a masked array, whose mask would be lost"):
        estimator.fit(**given([name]))
    estimator.fit(lazy(SAMPLES), LABELS)
    with pytest.raises(TypeError, match=f"{name} is a masked array, whose mask would be lost"):
        estimator.score(**given([name]))
    if name == "y":
        with pytest.raises(TypeError, match="y is a masked array, whose mask would be lost"):
            estimator.score(*list(given([name]).values())[:2])


def test_other_types_and_tiers():
    with pytest.raises(
        TypeError, match=r"^single.matvec: A has dtype float64; want float32, float16 or bfloat16, or onedot.m"
    ):
        onedot.single.matvec(A, V.astype("f4"))
    with pytest.raises(ValueError, match=r"^dask.dot: tier is 'plain'; want 'law', 'exact' or 'single'$"):
        onedot.dask.dot(A[0], V, tier="plain")


def test_other_collections_say_how_they_become_arrays():
    dask = pytest.importorskip("dask")
    with pytest.raises(TypeError, match=r"^matvec: x is not in memory, but dask's Delayed\w*; want it there"):
        onedot.matvec(X, dask.delayed(V))
    with pytest.raises(TypeError, match=r"^activations.exp: x is not in memory, but dask's Delayed\w*; want it there"):
        onedot.activations.exp(dask.delayed(V))
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    frames = pytest.importorskip("dask.dataframe")
    frame = frames.from_pandas(pandas.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]}), npartitions=2)
    with pytest.raises(TypeError, match=r"^matvec: A is dask's DataFrame; want A.to_dask_array\(lengths=True\)"):
        onedot.matvec(frame, [1.0, 1.0])
    assert onedot.matvec(frame.to_dask_array(lengths=True), [1.0, 1.0]).compute().tolist() == [4.0, 6.0]
    with pytest.raises(ValueError, match=r"compute_chunk_sizes"):
        onedot.matvec(frame.to_dask_array(), [1.0, 1.0])


def test_dask_is_loaded_on_first_use():
    code = "import sys, onedot; onedot.matvec([[1.0]], [1.0]); print('dask' in sys.modules, onedot.dask.dot.__name__)"
    assert printed(code) == "False dot\n"
