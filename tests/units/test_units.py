"""Units, layers and networks: f(w·x + b) in binary64, rounded once, the same for one sample and a thousand."""

import importlib
import itertools

import numpy as np
import pytest

import onedot
from onedot import Layer, Network, Unit, activations
from onedot.units import layer as layers
from support.bits import array_bits
from support.cells import in_one_test
from support.rows import LAYOUTS, stack

every_activation = in_one_test("activation", activations.NAMES)
every_type = in_one_test("types", [("float64",) * 2, ("float32",) * 2, ("float32", "float64")], ids=str)


def weights(m, n, dtype="float64"):
    """Weights and biases for which sums lie between -8 and 8 or so."""
    return (stack(m, n, seed=1) % 2 - 1).astype(dtype), stack(m, seed=2) % 4 - 2


def samples(b, n, dtype="float64"):
    return (stack(b, n, seed=3) % 2 - 1).astype(dtype)


def by_definition(W, b, activation, X):
    """One dot, one addition and one activation after the other, each in binary64, and one rounding."""
    sums = np.array([[onedot.dot(w, x) + bias for w, bias in zip(W, b.tolist(), strict=True)] for x in X])
    dtype = np.result_type(W, X)
    return getattr(activations, activation)(sums.reshape(len(X), len(W))).astype(dtype)


@every_activation
@every_type
def test_a_layer_is_its_definition(level, activation, types):
    W, b = weights(5, 19, types[0])
    X = samples(23, 19, types[1])
    assert array_bits(Layer(W, b, activation)(X)) == array_bits(by_definition(W, b, activation, X))


@every_activation
@every_type
def test_a_sample_has_the_same_bits_alone_in_any_batch_and_in_any_layout(level, activation, types):
    W, b = weights(6, 33, types[0])
    layer = Layer(W, b, activation)
    X = samples(70, 33, types[1])
    Y = layer(X)
    assert array_bits(np.array([layer(x) for x in X[:9]])) == array_bits(Y[:9])
    assert array_bits(layer(X.reshape(2, 5, 7, 33))) == array_bits(Y.reshape(2, 5, 7, 6))
    for lay_out in LAYOUTS.values():
        assert array_bits(layer(lay_out(X[:20]))) == array_bits(Y[:20])


@every_activation
@every_type
def test_pieces_of_a_batch_change_no_bit(level, activation, types, monkeypatch):
    W, b = weights(6, 17, types[0])
    X = samples(50, 17, types[1])
    Y = Layer(W, b, activation)(X)
    for name in ("SMALL", "LEAST_ROWS", "AT_ONCE"):
        monkeypatch.setattr(layers, name, 7)
        assert array_bits(Layer(W, b, activation)(X)) == array_bits(Y)


@pytest.mark.parametrize("activation", [name for name in activations.NAMES if name not in activations.OVER_ROWS])
@every_type
def test_every_row_of_a_layer_is_its_unit(level, activation, types):
    W, b = weights(5, 40, types[0])
    X = samples(11, 40, types[1])
    Y = Layer(W, b, activation)(X)
    for j in range(5):
        unit = Unit(W[j], b[j], activation)
        assert array_bits(unit(X)) == array_bits(Y[:, j].copy())
        assert array_bits(unit(X[3])) == array_bits(Y[3, j])
        assert type(unit(X[3])) is Y.dtype.type


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_out_is_filled_wherever_it_lies_and_may_be_wider(level, dtype):
    W, b = weights(33, 33, dtype)
    layer, X = Layer(W, b, "tanh"), samples(33, 33, dtype)
    Y = layer(X)
    out = np.empty((66, 33), dtype)[::-2]
    assert layer(X, out=out) is out
    assert array_bits(out) == array_bits(Y)
    over = X.copy()
    assert array_bits(layer(over, out=over)) == array_bits(Y)
    wide = layer(X, out=np.empty((33, 33)))
    assert array_bits(wide.astype(dtype)) == array_bits(Y)
    assert dtype == "float64" or not np.array_equal(wide, Y)


def test_a_layer_keeps_a_copy_that_nobody_can_change():
    W, b = np.ones((2, 3)), np.zeros(2)
    layer = Layer(W, b)
    W[:], b[:] = 7, 7
    assert layer([1.0, 1.0, 1.0]).tolist() == [3.0, 3.0]
    with pytest.raises(ValueError, match="read-only"):
        layer.W[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        layer.b[0] = 1


def test_integers_are_weights_and_samples_too(level):
    layer = Layer([[1, 2], [3, 4]], [1, 0])
    assert array_bits(layer([[5, 6]])) == array_bits(np.array([[18.0, 39.0]]))
    assert array_bits(Unit([1, 2], 1)([5, 6])) == array_bits(np.float64(18.0))


def test_nothing_goes_in_or_out(level):
    assert Layer(np.ones((2, 3)))(np.ones((0, 3))).shape == (0, 2)
    assert Layer(np.ones((0, 3)), activation="relu")(np.ones((4, 3))).shape == (4, 0)
    assert Layer(np.ones((2, 0)), [1.0, 2.0])(np.ones((4, 0))).tolist() == [[1.0, 2.0]] * 4


def network():
    first, second = weights(7, 5), weights(3, 7)
    return Network([Layer(*first, "tanh"), Layer(second[0].astype("float32"), second[1], "softmax")])


def test_a_network_is_one_layer_after_the_other(level):
    X = samples(20, 5)
    first, second = network().layers
    assert array_bits(network()(X)) == array_bits(second(first(X)))
    assert array_bits(network()(X[0])) == array_bits(network()(X)[0])


def test_a_saved_network_comes_back_to_the_last_bit(level, tmp_path):
    path = tmp_path / "network.npz"
    network().save(path)
    loaded = Network.load(path)
    assert repr(loaded) == repr(network()) == "Network([Layer(5 -> 7, 'tanh'), Layer(7 -> 3, 'softmax')])"
    for layer, original in zip(loaded.layers, network().layers, strict=True):
        assert array_bits(layer.W) == array_bits(original.W)
        assert array_bits(layer.b) == array_bits(original.b)
    assert array_bits(loaded(samples(4, 5))) == array_bits(network()(samples(4, 5)))


def test_a_saved_network_holds_no_pickle(tmp_path):
    network().save(tmp_path / "network")
    with np.load(tmp_path / "network", allow_pickle=False) as arrays:
        assert {array.dtype.hasobject for array in arrays.values()} == {False}


@pytest.mark.parametrize("module", ["onedot.sklearn", "sklearn.linear_model"])
def test_digits_are_classified_by_a_layer_as_by_the_perceptron_it_is_made_of(level, module):
    """Of integers, so that sums are exact whatever their order, scikit-learn's included."""
    datasets = pytest.importorskip("sklearn.datasets")
    X, y = datasets.load_digits(return_X_y=True)
    every = 100 if level == "reference" else 1
    fitted = importlib.import_module(module).Perceptron(max_iter=5, tol=None, shuffle=False).fit(X[::every], y[::every])
    layer = Layer(fitted.coef_, fitted.intercept_)
    some = X[::every]
    assert np.array_equal(layer(some), fitted.decision_function(some))
    assert np.array_equal(fitted.classes_[layer(some).argmax(axis=1)], fitted.predict(some))


def test_two_layers_compute_xnor_and_no_unit_of_a_grid_does(level):
    X = np.array(list(itertools.product((0.0, 1.0), repeat=2)))
    hidden = Layer([[1.0, 1.0], [-1.0, -1.0]], [-1.5, 0.5], "step")
    assert Network([hidden, Layer([[1.0, 1.0]], [-0.5], "step")])(X)[:, 0].tolist() == [1.0, 0.0, 0.0, 1.0]
    grid = np.arange(-2, 2.5, 0.5)
    for w in itertools.product(grid, repeat=2):
        outputs = Layer(np.tile(w, (9, 1)), grid, "step")(X)
        assert not (outputs == np.array([[1.0], [0.0], [0.0], [1.0]])).all(axis=0).any()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_layer_that_was_saved_is_loaded_to_the_bit(tmp_path, dtype):
    layer = Layer(np.array([[0.1, -2.0], [0.5, 3.0]], dtype), [0.3, -0.0], "softmax")
    layer.save(tmp_path / "layer")
    again = Layer.load(tmp_path / "layer")
    assert (array_bits(again.W), array_bits(again.b)) == (array_bits(layer.W), array_bits(layer.b))
    assert again.activation == "softmax"
    assert not again.W.flags.writeable
