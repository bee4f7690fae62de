"""Of three classes or more, predictions of sparse rows are the first largest score, however close scores are, and
whatever sums in float32 say of them."""

import numpy as np
import pytest

from onedot import levels
from onedot._core.csr_products import interleaved
from onedot._training.epochs import read_rows
from onedot.levels.table import REFERENCE
from support.bits import array_bits

sparse = pytest.importorskip("scipy.sparse")
pytest.importorskip("sklearn")

from onedot.sklearn import Perceptron  # noqa: E402

draw = np.random.default_rng(7)


@pytest.fixture(autouse=True)
def drawn_alike():
    """Every test draws the same, whichever ran before: a clear lead of any numbers is not a sure one."""
    global draw
    draw = np.random.default_rng(7)


LENGTHS = (0, 1, 2, 7, 8, 9, 63, 64, 65, 128, 129, 200)  # of rows, about the sizes of registers and chunks
COLUMNS = 230

WHOLE = (-3.0, -2.0, -1.0, -0.0, 0.0, 1.0, 2.0, 3.0)
NEAR = (1.0, 1 + 2.0**-23, 1 + 2.0**-24, 1 + 2.0**-25, 1 - 2.0**-25, 1 + 2.0**-52, 1 - 2.0**-53)
PALETTES = {
    "whole": WHOLE,
    "whole, about the largest that float32 adds": (2.0**23, 2.0**23 - 1, 2.0**24, 2.0**24 - 1, 2.0**24 + 1, 1.0, -1.0),
    "within a last place of float32": NEAR,
    "of either sign": (*NEAR, *(-v for v in NEAR)),
    "tenths": tuple(0.1 * v for v in WHOLE),
    "below the least normal float32": (1e-39, 1.1e-39, -1e-40, 1e-45, 7e-46, 1e-46, 0.0),
    "with one that is": (1.0, 1e-39, 1.1e-39, -1e-40, 1e-45, 7e-46),
    "below the least normal float64": (1e-310, 1.1e-310, 5e-324, -5e-324, 0.0),
    "large": (1e30, 1e30 * (1 + 2.0**-30), -1e30, 1.0),
    "about the largest float32": (3e38, 3.4028235e38, 3.5e38, 1e39, -3.5e38),
    "about the largest float64": (1e307, -1e307, 1e308, 1.0),
}
BIASES = {
    "none": (0.0, -0.0),
    "whole": WHOLE,
    "close": (1.0, 1 + 2.0**-52, 1 - 2.0**-53, 2.0**-60),
    "huge": (1e308, 9.99e307, -1e308),
}
KINDS = (("f8", "i4"), ("f8", "i8"), ("f4", "i4"), ("f4", "i8"))


def some(palette, shape):
    return draw.choice(np.array(palette), shape)


def rows_of(palette, dtype, index):
    """A row of each length; beyond float32 they are infinite there."""
    lengths = LENGTHS[:6] if levels.current() == REFERENCE else LENGTHS
    indptr = np.concatenate([[0], np.cumsum(lengths)]).astype(index)
    indices = np.concatenate([np.sort(draw.permutation(COLUMNS)[:n]) for n in lengths]).astype(index)
    made = sparse.csr_array((len(lengths), COLUMNS))
    with np.errstate(over="ignore"):
        made.data, made.indices, made.indptr = some(palette, len(indices)).astype(dtype), indices, indptr
    return made


def model_of(coef, intercept):
    model = Perceptron(max_iter=1, tol=None).fit(np.eye(len(coef)), np.arange(len(coef)))
    model.coef_, model.intercept_, model.n_features_in_ = coef, intercept, coef.shape[1]
    return model


def answer(call):
    try:
        return call().tolist()
    except (ValueError, OverflowError) as error:
        return f"{type(error).__name__}: {error}"


def agrees(model, X):
    wanted = answer(lambda: model.decision_function(X).argmax(axis=1))
    return answer(lambda: model.predict(X)) == wanted


@pytest.mark.parametrize("inputs", PALETTES)
@pytest.mark.parametrize("weights", PALETTES)
def test_the_first_largest_score_decides(level, weights, inputs):
    """Of columns whose weights are drawn from a few numbers, the same for all classes in most of them."""
    for classes in (3,) if level == "reference" else (3, 4, 7, 8, 10, 16, 31, 32):
        coef = np.repeat(some(PALETTES[weights], (1, COLUMNS)), classes, axis=0)
        differing = draw.permutation(COLUMNS)[: draw.integers(0, COLUMNS)]
        coef[:, differing] = some(PALETTES[weights], (classes, len(differing)))
        for bias in BIASES.values():
            model = model_of(coef, some(bias, classes))
            for dtype, index in KINDS[: 1 if level == "reference" else None]:
                assert agrees(model, rows_of(PALETTES[inputs], dtype, index))


def test_rows_in_doubt_are_decided_by_the_law(level):
    """A few of many rows, then most of them: the weights of two classes differ by less than float32 can tell."""
    d = 40
    n, few = (24, 1) if level == "reference" else (6000, 300)
    coef = draw.standard_normal((5, d))
    coef[3, : d // 2] = coef[1, : d // 2] * (1 + 2.0**-40 * draw.integers(-3, 4, d // 2))
    coef[[1, 3], : d // 2] += 50.0
    model = model_of(coef, np.zeros(5))
    for close in (few, n - few, n):
        X = draw.standard_normal((n, d)) * (draw.random((n, d)) < 0.3)
        X[:, : d // 2] = 0.0
        which = draw.permutation(n)[:close]
        X[which, : d // 2] = draw.random((close, d // 2))
        X[which, d // 2 :] = 0.0
        S = sparse.csr_array(X)
        found = model.predict(S)
        assert found.tolist() == model.decision_function(X).argmax(axis=1).tolist()
        if level != "reference":
            assert len(set(found[which].tolist())) > 1


def rough(S, coef, intercept):
    """What the kernel of sums in float32 says, and how many rows it leaves in doubt."""
    rows = read_rows("test", S)
    out = np.zeros(rows.n, np.intp)
    with np.errstate(over="ignore"):
        weights = interleaved(coef, None, np.float32)
    return out, levels.kernels().rough_places(rows.parts, weights, intercept, out)


@pytest.mark.parametrize("classes", [3, 4, 7, 8, 10, 15, 16, 31])
def test_sums_in_float32_decide_ties_of_whole_numbers_and_clear_leads(compiled_level, classes):
    for coef in (some(WHOLE, (classes, COLUMNS)), draw.standard_normal((classes, COLUMNS))):
        for dtype in ("f4", "f8"):
            S = rows_of(WHOLE, dtype, "i4")
            S.data[: S.indptr[4]] = 0.0  # rows of zeros, in which all scores are those of the biases
            bias = some(WHOLE, classes)
            places, doubts = rough(S, coef, bias)
            assert doubts == 0
            assert places.tolist() == model_of(coef, bias).decision_function(S.toarray()).argmax(axis=1).tolist()


def test_one_large_weight_leaves_rows_without_it_decided(compiled_level):
    coef = draw.standard_normal((10, COLUMNS))
    coef[4, COLUMNS - 1] = 1e12
    S = rows_of(NEAR, "f8", "i4")
    S.data[S.indices == COLUMNS - 1] = 0.0
    places, doubts = rough(S, coef, np.zeros(10))
    assert doubts == 0
    assert places.tolist() == model_of(coef, np.zeros(10)).decision_function(S).argmax(axis=1).tolist()


def test_sums_in_float32_leave_in_doubt_what_they_cannot_hold(level):
    """Elements beyond float32 or not finite, products or weights beyond what is proved."""
    coef = draw.standard_normal((4, 3))
    X = np.array([[1e39, 0.0, 1.0], [np.inf, 1.0, 0.0], [0.0, np.nan, 0.0], [-np.inf, 0.0, 0.0], [1e31, 1e31, 1e31]])
    for scale in (1.0, 1e15):
        places, doubts = rough(sparse.csr_array(X), coef * scale, np.zeros(4))
        assert (places.tolist(), doubts) == ([-1] * 5, 5)
    places, doubts = rough(sparse.csr_array(X[:4]), np.zeros((4, 3)), np.arange(4.0))
    assert (places.tolist(), doubts) == ([-1] * 4, 4)
    for scale in (1e-300, 1e-50, 1e35, 1e300):
        places, doubts = rough(sparse.csr_array(np.ones((2, 3))), coef * scale, np.zeros(4))
        assert (places.tolist(), doubts) == ([-1] * 2, 2)


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
@pytest.mark.parametrize("stored", [1, 400])
def test_weights_that_are_not_finite_are_refused(level, stored, value):
    """Of columns that are used or not, in rows of few elements and of many."""
    n = stored if level != "reference" else min(stored, 12)
    S = sparse.csr_array((np.ones(n), (np.arange(n), np.arange(n) % 5)), (n, 11))
    for k, j in ((0, 0), (2, 3), (1, 10)):
        model = model_of(draw.standard_normal((3, 11)), np.zeros(3))
        model.coef_[k, j] = value
        with pytest.raises(ValueError, match="coef_ holds NaN or infinity"):
            model.predict(S)
    model = model_of(draw.standard_normal((33 if n < 400 else 3, 11)), np.zeros(33 if n < 400 else 3))
    model.intercept_[1] = value
    with pytest.raises(ValueError, match="intercept_ holds NaN or infinity"):
        model.predict(S)


def test_columns_are_laid_side_by_side_in_float32_too(level):
    for d in (1, 5, 255, 256, 259):
        for classes, units in ((3, 4), (4, 8), (10, 16), (16, 32), (31, 32)):
            W = draw.standard_normal((classes, d))
            W[:, 0] = 0.0
            columns, largest, whole = interleaved(W, None, np.float32)
            wanted = np.zeros((d, units), np.float32)
            wanted[:, :classes] = W.T
            wanted[:, -1] = np.maximum(np.abs(W).max(axis=0), 2.0**-126)
            assert array_bits(columns) == array_bits(wanted)
            assert (largest, whole) == (np.abs(W).max(), not W.any())
