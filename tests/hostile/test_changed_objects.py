"""Objects whose attributes were changed after they were made: what is not as it must be is refused before a kernel."""

import copy
import dataclasses
import pickle
import re
from functools import partial

import numpy as np
import pytest

import onedot
from onedot import Hyperplane, Layer, LmsFit, Network, PerceptronFit, Unit
from support.bits import array_bits
from support.cells import in_one_test
from support.forgeries import lying

sparse = pytest.importorskip("scipy.sparse")
pytest.importorskip("sklearn")

from sklearn.base import clone  # noqa: E402

from onedot.sklearn import Adaline, Perceptron  # noqa: E402

X = np.array([[0, 1, 2, 0], [3, 0, 0, 1], [0, 0, 0, 0], [1, 2, 3, 4], [0, 0, 5, 0], [-1, 0, 0, 2]], float)
Y = np.array([1, -1] * 3)
THREE = np.array([0, 1, 2] * 2)
RNG = np.random.default_rng(3)
WEIGHTS, BIASES = RNG.normal(size=(400, 4)), RNG.normal(size=400)


def layer(dtype="f8", activation="relu"):
    return Layer(WEIGHTS.astype(dtype), BIASES, activation)


def refused(words):
    return pytest.raises(ValueError, match=re.escape(words))


# What is set once ------------------------------------------------------------------------------------------

SET_ONCE = [
    *((layer(), name) for name in ("W", "b", "activation", "tier", "_wide")),
    *((Unit([1.0, 2.0], 0.5, "tanh"), name) for name in ("w", "b", "activation", "tier", "_layer")),
    (Network([layer()]), "layers"),
    *((Hyperplane([1.0, 2.0]), name) for name in ("w", "b")),
]


@pytest.mark.parametrize(("made", "name"), SET_ONCE, ids=lambda v: v if isinstance(v, str) else type(v).__name__)
def test_what_an_object_is_made_of_cannot_be_set_or_deleted(made, name):
    kind = type(made).__name__
    with pytest.raises(AttributeError, match=f"{kind}: {name} is set once, when it is made; want a new {kind}"):
        setattr(made, name, np.ones(1))
    with pytest.raises(AttributeError, match=f"{kind}: {name} is set once"):
        delattr(made, name)
    made.note = 1  # which is the caller's
    made.note += 1
    del made.note


def test_arrays_of_a_layer_cannot_be_made_writable_or_be_resized():
    for v in (layer().W, layer().b, Unit([1.0, 2.0]).w):
        with refused("cannot set WRITEABLE flag to True"):
            v.flags.writeable = True
        with refused("cannot resize this array: it does not own its data"):
            v.resize(1, refcheck=False)


COPIES = [copy.copy, copy.deepcopy, *(lambda v, p=p: pickle.loads(pickle.dumps(v, p)) for p in range(6))]


@pytest.mark.parametrize("again", COPIES, ids=["copy", "deepcopy", *map(str, range(6))])
def test_copies_and_pickles_are_as_what_they_are_of(level, again):
    for made in (layer(), layer("f4", "softmax"), Network([layer("f4"), Layer(np.ones((2, 400)))])):
        other = again(made)
        assert array_bits(other(X)) == array_bits(made(X))
    assert not again(layer()).W.flags.writeable
    assert not again(layer()).b.flags.writeable
    unit, plane = Unit([1.0, 2.0, 3.0, 4.0], 0.5, "tanh"), Hyperplane([1.0, 2.0, 0.0, 3.0], -1.0)
    assert array_bits(again(unit)(X)) == array_bits(unit(X))
    assert array_bits(again(plane).distance(X)) == array_bits(plane.distance(X))
    assert array_bits(again(plane).side(X)) == array_bits(plane.side(X))
    for fit in (onedot.fit_perceptron(X, Y, max_epochs=2), onedot.fit_lms(X, Y, epochs=2)):
        assert array_bits(again(fit).weights) == array_bits(fit.weights)
        assert array_bits(again(fit).predict(X)) == array_bits(fit.predict(X))


# What gets past that: a pickle, vars(), a shape that is set in place ------------------------------------------


def forged(made, **attributes):
    """A copy of what was made, with other attributes, as a forged pickle would give."""
    other = copy.deepcopy(made)
    vars(other).update(attributes)
    return other


FORGED_LAYERS = {
    "a bias for 400 outputs": ({"b": np.ones(1)}, "Layer: b has shape (1,) and dtype float64; want (400,)"),
    "no bias": ({"b": np.ones(0)}, "Layer: b has shape (0,)"),
    "biases in a row": ({"b": np.ones((1, 400))}, "Layer: b has shape (1, 400)"),
    "biases that lie": ({"b": lying(np.ones(1), 400)}, "Layer: b has shape (1,)"),
    "biases of float32": ({"b": np.ones(400, "f4")}, "Layer: b has shape (400,) and dtype float32"),
    "biases that are one in memory": ({"b": np.broadcast_to(1.0, 400)}, "want (400,) of float64 in one piece"),
    "biases of text": ({"b": "abc"}, "Layer: b has shape () and dtype <U3"),
    "no biases": ({"b": None}, "Layer: b has shape () and dtype object"),
    "one row of weights": ({"W": WEIGHTS[:1]}, "Layer: b has shape (400,)"),
    "weights in one dimension": ({"W": WEIGHTS[0]}, "Layer: W has shape (4,) and dtype float64; want (m, n)"),
    "weights that lie": ({"W": lying(WEIGHTS[:1].copy(), 400, 4)}, "Layer: b has shape (400,)"),
    "weights of integers": ({"W": np.ones((400, 4), int)}, "Layer: W has shape (400, 4) and dtype int64"),
    "no weights": ({"W": None}, "Layer: W has shape () and dtype object"),
    "wide weights of fewer columns": ({"_wide": WEIGHTS[:, :2]}, "Layer: W has shape (400, 4), not (400, 2), as when"),
    "wide weights of fewer rows": ({"_wide": WEIGHTS[:2]}, "Layer: W has shape (400, 4), not (2, 4), as when"),
    "wide weights that lie": ({"_wide": lying(WEIGHTS[:2].copy(), 400, 4)}, "Layer: W has shape (400, 4), not (2, 4)"),
    "weights without wide ones": ({"W": np.ones((400, 9))}, "Layer: W has shape (400, 9), not (400, 4), as when it"),
}


@in_one_test("name", FORGED_LAYERS)
@in_one_test("dtype", ["f8", "f4"])
def test_a_layer_that_no_longer_fits_itself_is_refused(level, name, dtype):
    attributes, words = FORGED_LAYERS[name]
    false = forged(layer(dtype), **attributes)
    unit = forged(Unit([1.0, 2.0, 3.0, 4.0], 0.5), _layer=false)
    for call in (false, unit, forged(Network([layer()]), layers=(false,))):
        for samples in (X[0], X, X.astype("f4"), np.zeros((0, 4)), np.ones((600, 4))):
            with refused(words):
                call(samples)


@pytest.mark.parametrize("activation", ["add_bias", "squares", "shuffle", "", None, 1])
def test_an_activation_that_is_none_is_refused(level, activation):
    with refused(f"Layer: activation is {activation!r}; want one of identity, step"):
        forged(layer(), activation=activation)(X)


@pytest.mark.filterwarnings("ignore:Setting the shape:DeprecationWarning")
def test_a_shape_that_is_set_in_place_is_seen(level):
    for dtype in ("f8", "f4"):
        made = layer(dtype)
        made.W.shape = (4, 400)
        with refused("Layer: b has shape (400,)"):
            made(np.ones((2, 400)))
    made = layer()
    made.b.shape = (20, 20)
    with refused("Layer: b has shape (20, 20)"):
        made(X)
    plane = Hyperplane(np.ones(4))
    plane.w.shape = (2, 2)
    for call in (plane.side, plane.contains, plane.distance):
        with refused("w has shape (2, 2); want (4,), or a new Hyperplane"):
            call(X)


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"w": np.ones((4, 4))}, "w has shape (4, 4); want (16,)"),
        ({"w": np.float64(1.0)}, "w has shape (); want (1,)"),
        ({"w": np.array([1.0, np.nan, 0.0, 0.0])}, "w holds NaN or infinity"),
        ({"w": lying(np.ones(1), 4)}, "w has shape (1,); want (4,)"),
        ({"w": np.ones(1)}, "w has 1 elements, X has shape (6, 4)"),
        ({"b": np.ones(6)}, "b is array([1., 1., 1., 1., 1., 1.]); want a finite number"),
        ({"b": np.inf}, "b is inf; want a finite number, or a new Hyperplane"),
    ],
    ids=range(7),
)
def test_a_hyperplane_that_no_longer_is_one_is_refused(level, attributes, words):
    plane = forged(Hyperplane(np.ones(4)), **attributes)
    for call in (plane.side, plane.contains, plane.distance):
        with refused(words):
            call(X)


@pytest.mark.parametrize(
    ("attributes", "error", "words"),
    [
        ({"w": np.array([1j, 2.0])}, TypeError, "w has dtype complex128"),
        ({"w": np.array(["1", "2"])}, TypeError, "w has dtype <U1"),
        ({"w": np.array([np.nan, 1.0])}, ValueError, "w holds NaN or infinity"),
        ({"w": np.ones((2, 1))}, ValueError, "w has shape (2, 1); want (2,)"),
        ({"b": 1j}, ValueError, "b is 1j; want a finite number"),
        ({"w": np.ones(3)}, ValueError, "want a line in the plane that is not vertical"),
    ],
    ids=range(6),
)
def test_nor_has_it_a_slope_or_an_intercept(attributes, error, words):
    plane = forged(Hyperplane([3.0, 2.0], 1.0), **attributes)
    for name in ("slope", "intercept"):
        with pytest.raises(error, match=re.escape(words)):
            getattr(plane, name)


# Fits ------------------------------------------------------------------------------------------------------

FITS = [onedot.fit_perceptron(X, Y, max_epochs=2), onedot.fit_lms(X, Y, epochs=2)]
FORGED_FITS = [
    ({"bias": -4997}, "bias is -4997; want True or False"),
    ({"bias": 2**70}, f"bias is {2**70}; want True or False"),
    ({"bias": "no"}, "bias is 'no'; want True or False"),
    ({"bias": None}, "bias is None; want True or False"),
    ({"weights": np.ones(0)}, "weights has shape (0,), bias is True; want (d,) or, with a bias first, (d + 1,)"),
    ({"weights": np.ones(1)}, "weights has shape (1,), bias is True"),
    ({"weights": np.ones((5, 1))}, "weights has shape (5, 1), bias is True"),
    ({"weights": np.float64(1.0)}, "weights has shape (), bias is True"),
    ({"weights": lying(np.ones(1), 5)}, "weights has shape (1,), bias is True"),
    ({"weights": np.full(5, np.nan)}, "weights holds NaN or infinity"),
]


def use_of(fit):
    return fit.margins if isinstance(fit, PerceptronFit) else fit.predict


@pytest.mark.parametrize("fit", FITS, ids=lambda fit: type(fit).__name__)
@pytest.mark.parametrize(("attributes", "words"), FORGED_FITS, ids=range(len(FORGED_FITS)))
def test_a_fit_whose_weights_do_not_fit_cannot_be_made_or_used(level, fit, attributes, words):
    kind = type(fit)
    with refused(f"{kind.__name__}: {words}"):
        dataclasses.replace(fit, **attributes)
    with refused(f"{kind.__name__}: {words}"):
        kind(**vars(fit) | attributes)
    for form in (np.asarray, sparse.csr_array):
        with refused(f"{kind.__name__}.{use_of(fit).__name__}: {words}"):
            use_of(forged(fit, **attributes))(form(X))


@pytest.mark.parametrize("fit", FITS, ids=lambda fit: type(fit).__name__)
def test_weights_of_any_layout_are_read_as_what_they_are(level, fit):
    w = fit.weights
    wanted = use_of(fit)(X)
    for v in (w.tolist(), np.repeat(w, 2)[::2], w.astype(">f8"), lying(w, 99), np.broadcast_to(w, (1, 5))[0]):
        for form in (np.asarray, sparse.csr_array):
            assert array_bits(use_of(dataclasses.replace(fit, weights=v))(form(X))) == array_bits(wanted)
    for bias, d in ((True, 4), (False, 5)):
        with refused(f"X has 7 features; want {d}, as in training"):
            use_of(dataclasses.replace(fit, bias=bias))(np.ones((2, 7)))


def test_a_fit_is_frozen():
    for fit in FITS:
        with pytest.raises(dataclasses.FrozenInstanceError):
            fit.bias = -4997
    assert {type(fit) for fit in FITS} == {PerceptronFit, LmsFit}


# Estimators ------------------------------------------------------------------------------------------------

SHORT = {"max_iter": 2, "tol": None}
ESTIMATORS = [Perceptron(**SHORT), Perceptron(**SHORT, average=True), Adaline(**SHORT)]
FORGED_ESTIMATORS = {
    "one weight": ({"coef_": np.zeros((1, 1))}, "coef_ has shape (1, 1); want"),
    "no weights": ({"coef_": np.zeros((0, 4))}, "coef_ has shape (0, 4); want"),
    "weights in one dimension": ({"coef_": np.zeros(4)}, "coef_ has shape (4,); want"),
    "weights in three dimensions": ({"coef_": np.zeros((1, 1, 4))}, "coef_ has shape (1, 1, 4); want"),
    "weights that lie": ({"coef_": lying(np.zeros((1, 1)), 1, 4)}, "coef_ has shape (1, 1); want"),
    "three rows that lie": ({"coef_": lying(np.zeros((1, 1)), 3, 4)}, "coef_ has shape (1, 1); want"),
    "a bias too many": ({"intercept_": np.zeros(4)}, "intercept_ has shape (4,); want"),
    "no bias": ({"intercept_": np.zeros(0)}, "intercept_ has shape (0,); want"),
    "a bias in two dimensions": ({"intercept_": np.zeros((1, 1))}, "intercept_ has shape (1, 1); want"),
    "one class": ({"classes_": np.array([1])}, "classes_ has shape (1,); want two classes or more"),
    "more classes": ({"classes_": np.arange(9)}, "want (9, "),
    "classes in two dimensions": ({"classes_": np.arange(4).reshape(2, 2)}, "classes_ has shape (2, 2); want two"),
    "classes that lie": ({"classes_": lying(np.arange(9), 2)}, "want (9, "),
}


def forged_estimators(estimator, y, attributes):
    return forged(clone(estimator).fit(X, y), **attributes)


@in_one_test("name", FORGED_ESTIMATORS)
@in_one_test("estimator", ESTIMATORS, ids=str)
def test_weights_that_were_set_and_do_not_fit_decide_nothing(level, estimator, name):
    attributes, words = FORGED_ESTIMATORS[name]
    for y in (Y, THREE):
        false = forged_estimators(estimator, y, attributes)
        for form in (np.asarray, sparse.csr_array, sparse.csr_matrix):
            for call in (false.predict, false.decision_function, partial(false.score, y=y)):
                with refused(words):
                    call(form(X))


@in_one_test("name", FORGED_ESTIMATORS)
@in_one_test("estimator", [ESTIMATORS[0], ESTIMATORS[2]], ids=str)
def test_weights_that_were_set_and_do_not_fit_are_not_trained_on(level, estimator, name):
    attributes, words = FORGED_ESTIMATORS[name]
    for y in (Y, THREE):
        for form in (np.asarray, sparse.csr_array):
            false = forged_estimators(estimator, y, attributes)
            before = dict(vars(false))
            with pytest.raises(ValueError, match=r"_ has shape |y holds |want \(9, "):
                false.partial_fit(form(X), y)
            assert all(vars(false)[key] is v for key, v in before.items())
            if "classes_" not in attributes:
                with refused(words):
                    false.set_params(warm_start=True).fit(form(X), y)


@pytest.mark.parametrize(
    "known", [lying(np.zeros(1), 2000), np.zeros(3), "4", None], ids=["a liar", "an array", "text", "None"]
)
@pytest.mark.parametrize("estimator", ESTIMATORS, ids=str)
def test_a_number_of_features_that_is_none_is_refused(estimator, known):
    false = forged_estimators(estimator, Y, {"n_features_in_": known})
    for call in (false.predict, false.decision_function, partial(false.score, y=Y), partial(false.partial_fit, y=Y)):
        with refused("n_features_in_ is "):
            call(X)
    assert false.fit(X, Y).n_features_in_ == 4


def with_part(state, name, v):
    """The state with another array in it."""
    if name in state._fields:
        return state._replace(**{name: v})
    return state._replace(steps=state.steps._replace(**{name: v}))


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=str)
def test_a_training_state_that_does_not_fit_is_not_gone_on_from(level, estimator):
    for y in (Y, THREE):
        made = clone(estimator).fit(X, y)
        state = made._training_state
        for name in ("seen", "start", "mistakes", "least", "peak"):
            for v in (np.zeros((2, 7)), lying(np.zeros(9), *state.seen.shape)):
                with refused(f"_training_state.{name} has shape"):
                    forged(made, _training_state=with_part(state, name, v)).partial_fit(X, y)
        with refused("_training_state.sums has shape (1, 1); want"):
            sums = lying(np.zeros((1, 1)), *state.sums.shape)
            forged(made, _training_state=state._replace(sums=sums)).partial_fit(X, y)
        with refused("_training_state has type tuple; want a new fit"):
            forged(made, _training_state=tuple(state)).partial_fit(X, y)
        with refused("_training_state.steps has type tuple; want a new fit"):
            forged(made, _training_state=state._replace(steps=tuple(state.steps))).partial_fit(X, y)


def test_averages_that_do_not_fit_are_not_gone_on_from(level):
    made = Perceptron(**SHORT, average=True).fit(X, Y)
    for v in (np.zeros((1, 1)), np.zeros(5), lying(np.zeros((1, 1)), 1, 5)):
        for form in (np.asarray, sparse.csr_array):
            with refused("_weights has shape"):
                forged(made, _weights=v).partial_fit(form(X), Y)


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array], ids=["dense", "csr"])
@pytest.mark.parametrize("n", [1, 5, 2000])
def test_another_number_of_features_is_seen_by_the_weights(level, form, n):
    for y in (Y, THREE):
        made = forged(Perceptron(**SHORT).fit(X, y), n_features_in_=n)
        rows = np.zeros((6, n))
        rows[:, 0] = 1.0
        for call in (made.predict, made.decision_function, partial(made.partial_fit, y=y)):
            with refused(f"coef_ has shape {made.coef_.shape}; want ({len(made.coef_)}, {n}), or a new fit"):
                call(form(rows))


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array, lambda X: X.astype("f4")], ids=["dense", "csr", "f4"])
@pytest.mark.parametrize("y", [Y, THREE], ids=["two", "three"])
def test_weights_that_fit_may_be_set(level, form, y):
    made = Perceptron(**SHORT).fit(X, y)
    wanted, trained = made.decision_function(form(X)), copy.deepcopy(made).partial_fit(form(X), y)
    coef, bias = made.coef_, made.intercept_
    for v in (
        coef.tolist(),
        coef.astype("f4"),
        coef.astype(int),
        np.asfortranarray(coef),
        coef.astype(">f8"),
        lying(coef, 9),
    ):
        made.coef_ = v
        made.intercept_ = lying(bias, 7)
        assert array_bits(made.decision_function(form(X))) == array_bits(wanted)
        assert array_bits(copy.deepcopy(made).partial_fit(form(X), y).coef_) == array_bits(trained.coef_)
