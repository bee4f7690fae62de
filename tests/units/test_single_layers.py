"""Layers and units of the single tier: float32 throughout, the same bits for one sample and for a thousand."""

import pickle
from functools import cache

import numpy as np
import pytest

import onedot
from onedot import Layer, Network, Unit, activations, levels, single
from support.bits import array_bits
from support.cells import in_one_test
from support.oracles import single as oracle
from support.rows import bfloat16

STRAIGHT = ("identity", "step", "sign", "relu")
OTHERWISE = "want float32, float16 or bfloat16, or a layer of the tier 'law'"
OF_A_UNIT = OTHERWISE.replace("layer", "unit")


def float32(*shape, seed=0):
    """Of both signs and of sizes that differ, none too large for float16."""
    return np.random.default_rng([seed, *shape]).normal(size=shape).astype("f2").astype("f4")


W, B, X = float32(7, 20, seed=1), float32(7, seed=2), float32(9, 20, seed=3)


def wanted(name, X=X):
    """The contract, step by step: dots, a bias in binary32, an activation."""
    sums = [[oracle.add(oracle.dot(w, x), b) for w, b in zip(W, B.tolist(), strict=True)] for x in X]
    sums = np.array(sums, np.float32)
    straight = {
        "identity": sums,
        "step": (sums >= 0).astype("f4"),
        "sign": (sums > 0).astype("f4") - (sums < 0),
        "relu": np.where(sums >= 0, sums, np.float32(0)),
    }
    return straight[name] if name in STRAIGHT else getattr(activations, name)(sums.astype(float)).astype("f4")


@pytest.mark.parametrize("name", activations.NAMES)
def test_a_layer_is_its_contract(level, name):
    layer = Layer(W, B, name, tier="single")
    found = layer(X)
    assert array_bits(found) == array_bits(wanted(name))
    for i in range(len(X)):
        assert array_bits(layer(X[i])) == array_bits(found[i])
    assert array_bits(layer(X.reshape(3, 3, 20))) == array_bits(found.reshape(3, 3, 7))
    for out in (np.empty((9, 7), "f4"), np.empty((9, 7)), np.empty((7, 9), "f4").T):
        assert layer(X, out=out) is out
        assert out.tolist() == found.tolist()


@pytest.mark.parametrize("name", [name for name in activations.NAMES if name not in activations.OVER_ROWS])
def test_a_unit_is_a_layer_of_one(level, name):
    unit = Unit(W[0], B[0], name, tier="single")
    found = unit(X)
    assert array_bits(found) == array_bits(wanted(name)[:, 0])
    assert array_bits(unit(X[3])) == array_bits(found[3])
    assert isinstance(unit(X[3]), np.float32)
    assert array_bits(unit(X.astype("f2").reshape(3, 3, 20))) == array_bits(found.reshape(3, 3))
    assert array_bits(unit(X.astype(bfloat16()))) == array_bits(unit(X.astype(bfloat16()).astype("f4")))


def test_the_bias_of_a_unit_may_be_a_number_that_float32_holds(level):
    for bias in (0.5, -0.0, 2.0**-149, float("inf"), float("nan")):
        units = [Unit(W[0], of_type(bias), tier="single") for of_type in (float, np.float32)]
        assert array_bits(units[0](X)) == array_bits(units[1](X))
    unit = Unit(W[0], B[0], "relu", tier="single")
    again = Unit(unit.w, unit.b, unit.activation, tier=unit.tier)
    for other in (again, pickle.loads(pickle.dumps(unit))):
        assert (other.w.dtype, type(other.b), other.tier) == (np.float32, float, "single")
        assert array_bits(other(X)) == array_bits(unit(X))
    assert repr(unit) == "Unit(20 -> 1, 'relu', tier='single')"
    assert repr(Unit(W[0])) == "Unit(20 -> 1, 'identity')"


def test_any_way_of_passing_samples_is_the_plain_one(level):
    """What is read as it lies, converted, copied or left to the face; one output as one of many."""
    for name in activations.NAMES:
        layer = Layer(W, B, name, tier="single")
        found = layer(X)
        for other in (X[:, ::-1][:, ::-1], np.asfortranarray(X), list(X), X.astype(">f4"), np.repeat(X, 2, 0)[::2]):
            assert array_bits(layer(other)) == array_bits(found)
        for out in (np.empty((9, 7), "f4"), np.empty((9, 14), "f4")[:, ::2], np.empty((9, 7))):
            assert layer(X, out=out) is out
            assert out.tolist() == found.tolist()
        square, samples = Layer(float32(20, 20), activation=name, tier="single"), X.copy()
        expected = square(samples)
        assert array_bits(square(samples, out=samples)) == array_bits(expected)
        assert layer(X[:0]).shape == (0, 7)
        assert layer(X[:0]).dtype == np.float32


def test_halves_are_widened(level):
    layer = Layer(W, B, "tanh", tier="single")
    for t in ("f2", bfloat16()):
        x, weights = X.astype(t), W.astype(t)
        assert array_bits(layer(x)) == array_bits(layer(x.astype("f4")))
        narrow = Layer(weights, B.astype(t), "relu", tier="single")
        assert narrow.W.dtype == narrow.b.dtype == np.float32
        widened = Layer(weights.astype("f4"), B.astype(t).astype("f4"), "relu", tier="single")
        assert array_bits(narrow(x)) == array_bits(widened(x))


def test_infinities_and_nans_go_through(level):
    w = np.array([[np.inf], [-np.inf], [np.nan], [3e38]], "f4")
    for name, values in (
        ("relu", [np.inf, 0, np.nan, np.inf]),
        ("step", [1, 0, np.nan, 1]),
        ("sign", [1, -1, np.nan, 1]),
    ):
        found = Layer(w, np.float32([0, 0, 0, 3e38]), name, tier="single")(np.float32([1.0]))
        assert array_bits(found) == array_bits(np.array(values, "f4"))


def test_no_relu_is_a_negative_zero(level):
    """A sum that underflows below zero, and a bias of -0.0."""
    least = np.float32(2.0**-149)
    layer = Layer([[-least]], np.float32([-0.0]), "relu", tier="single")
    assert array_bits(layer(least[None])) == array_bits(np.zeros(1, "f4"))


SIZES = ((16, 12), (8, 16), (5, 8))
SAMPLES = 1000


def network(tier, dtype):
    """Three layers: relu, tanh, softmax."""
    layers = [
        Layer(float32(*size, seed=k).astype(dtype), float32(size[0], seed=k + 9), name, tier=tier)
        for k, (size, name) in enumerate(zip(SIZES, ("relu", "tanh", "softmax"), strict=True))
    ]
    return Network(layers), float32(SAMPLES, SIZES[0][1], seed=7).astype(dtype)


@cache
def outputs_at_the_reference(tier, dtype):
    made, samples = network(tier, dtype)
    with levels.using("reference"):
        return made(samples)


@pytest.mark.parametrize(("tier", "dtype"), [("law", "f8"), ("law", "f4"), ("single", "f4"), ("single", "f2")])
@pytest.mark.parametrize("batch", [1, 7, 64, 1000])
def test_a_network_gives_a_sample_the_same_bits_in_any_batch(level, batch, tier, dtype):
    (made, samples), whole = network(tier, dtype), outputs_at_the_reference(tier, dtype)
    some = samples[: 140 if level == "reference" and batch < SAMPLES else SAMPLES]
    found = np.concatenate([made(some[i : i + batch]) for i in range(0, len(some), batch)])
    assert array_bits(found) == array_bits(whole[: len(some)])
    if tier == "single":
        assert found.dtype == np.float32


@pytest.mark.usefixtures("num_threads_restored")
def test_pieces_and_threads_leave_no_trace(compiled_level):
    weights, samples = float32(60, 300, seed=1), float32(2500, 300, seed=2)
    layer = Layer(weights, float32(60, seed=3), "relu", tier="single")
    for count in (1, 3):
        onedot.set_num_threads(count)
        found = layer(samples)
        assert array_bits(found[::500]) == array_bits(np.stack([layer(x) for x in samples[::500]]))
    sums = single.matvec(weights, samples) + layer.b
    assert array_bits(found) == array_bits(np.where(sums > 0, sums, np.float32(0)))


def test_files_copies_and_pictures_in_words_keep_the_tier(tmp_path):
    layer, law = Layer(W, B, "tanh", tier="single"), Layer(float32(3, 7), None, "relu")
    layer.save(tmp_path / "layer")
    Network([layer, law]).save(tmp_path / "network")
    law.save(tmp_path / "law")
    assert "tier" not in np.load(tmp_path / "law", allow_pickle=False).files
    made = Network.load(tmp_path / "network")
    assert [each.tier for each in made.layers] == ["single", "law"]
    for other in (Layer.load(tmp_path / "layer"), made.layers[0], pickle.loads(pickle.dumps(layer))):
        assert (other.tier, other.b.dtype, other.W.dtype) == ("single", np.float32, np.float32)
        assert array_bits(other(X)) == array_bits(layer(X))
    assert repr(layer) == "Layer(20 -> 7, 'tanh', tier='single')"
    assert repr(law) == "Layer(7 -> 3, 'relu')"


def test_a_file_whose_tier_does_not_fit_is_refused(tmp_path):
    Layer(W, B, "tanh", tier="single").save(tmp_path / "whole")
    with np.load(tmp_path / "whole") as file:
        arrays = dict(file)
    for changed, words in (
        ({"tier": np.array("double")}, "tier is 'double'; want 'law' or 'single'"),
        ({"tier": np.array(["single"])}, "tier has dtype"),
        ({"b": B.astype(float)}, "b has dtype float64"),
        ({"W": W.astype(float)}, "W has dtype float64"),
    ):
        with open(tmp_path / "changed", "wb") as file:
            np.savez(file, **arrays | changed)
        with pytest.raises(ValueError, match=f"Layer.load: .* is no whole 'onedot layer 1': .*{words}"):
            Layer.load(tmp_path / "changed")


@in_one_test(
    ("make", "error", "words"),
    [
        (lambda: Layer(W.astype(float), tier="single"), TypeError, f"Layer: W has dtype float64; {OTHERWISE}"),
        (lambda: Layer([[1.0, 2.0]], tier="single"), TypeError, f"Layer: W has dtype float64; {OTHERWISE}"),
        (lambda: Layer([[1, 2]], tier="single"), TypeError, f"Layer: W has dtype int64; {OTHERWISE}"),
        (lambda: Layer(W, [0.5] * 7, tier="single"), TypeError, f"Layer: b has dtype float64; {OTHERWISE}"),
        (lambda: Layer(W, B[:3], tier="single"), ValueError, "Layer: W has 7 rows, b has 3 elements"),
        (lambda: Layer(W, B, tier="exact"), ValueError, "Layer: tier is 'exact'; want 'law' or 'single'"),
        (lambda: Layer(W, B, tier=None), ValueError, "Layer: tier is None; want"),
        (lambda: Layer(W, B, tier=["single"]), ValueError, r"Layer: tier is \['single'\]; want"),
        (lambda: Unit(W[0], 0.1, tier="single"), ValueError, r"Unit: b is 0.1, .* want np.float32\(0.1\), which r"),
        (lambda: Unit(W[0], 1e300, tier="single"), ValueError, "Unit: b is 1e[+]300, which float32 does not hold;"),
        (lambda: Unit(W[0], np.float64(0.5), tier="single"), TypeError, f"Unit: b has dtype float64; {OF_A_UNIT}"),
        (lambda: Unit(W[0], 1, tier="single"), TypeError, f"Unit: b holds integers; {OF_A_UNIT}"),
        (lambda: Unit([1.0], tier="single"), TypeError, f"Unit: w has dtype float64; {OF_A_UNIT}"),
        (lambda: Unit(W[0], tier="exact"), ValueError, "Unit: tier is 'exact'; want 'law' or 'single'"),
        (lambda: Unit(W[0], tier="single")([1.0] * 20), TypeError, f"Unit: X has dtype float64; {OF_A_UNIT}"),
        (lambda: Unit(W[0], tier="single")(X[:, :3]), ValueError, "Unit: w has 20 elements, X has shape"),
        (lambda: Unit(W[0], activation="softmax", tier="single"), ValueError, "Unit: there is no activation 'softmax'"),
        (lambda: SINGLE(X.astype(float)), TypeError, f"Layer: X has dtype float64; {OTHERWISE}"),
        (lambda: SINGLE([1.0] * 20), TypeError, f"Layer: X has dtype float64; {OTHERWISE}"),
        (lambda: SINGLE(X[:, :3]), ValueError, r"Layer: W has 20 columns, X has shape \(9, 3\); want"),
        (lambda: SINGLE(np.float32(1)), ValueError, r"Layer: W has 20 columns, X has shape \(\); want"),
        (
            lambda: SINGLE(X, out=np.empty((9, 7), "f2")),
            TypeError,
            "Layer: out has dtype float16; want float32 or float",
        ),
        (lambda: SINGLE(X, out=np.empty((7, 9), "f4")), ValueError, r"Layer: out has shape \(7, 9\); want \(9, 7\)"),
        (lambda: Network([Layer(W), SINGLE_OF_SEVEN])(X.astype(float)), TypeError, "Layer: X has dtype float64"),
        (
            lambda: Network([Layer(W.astype(float)), SINGLE_OF_SEVEN]),
            ValueError,
            r"layers\[0\] gives float64, layers\[1\] is of the single tier and takes float32",
        ),
    ],
)
def test_what_does_not_fit_is_refused(level, make, error, words):
    with pytest.raises(error, match=words):
        make()


SINGLE, SINGLE_OF_SEVEN = Layer(W, B, tier="single"), Layer(W[:, :7], tier="single")


@pytest.mark.parametrize("make", [Layer, lambda W, **more: Unit(W[0], **more)])
@pytest.mark.parametrize("tier", ["law", "single"])
def test_a_tier_may_be_text_of_any_kind(level, make, tier):
    plain, other = make(W, tier=tier), make(W, tier=np.str_(tier))
    assert (type(other.tier), other.tier, repr(other)) == (str, tier, repr(plain))
    assert other(X).tobytes() == plain(X).tobytes()


@pytest.mark.parametrize("attribute", ["W", "b", "activation", "tier"])
def test_what_has_become_of_its_attributes_is_seen(level, attribute):
    for other in (np.ones((7, 20)), np.ones(7), np.ones((3, 20), "f4"), np.ones(3, "f4"), "no such name"):
        layer = Layer(W, B, "relu", tier="single")
        with pytest.raises(AttributeError, match=f"Layer: {attribute} is set once"):
            setattr(layer, attribute, other)
        vars(layer)[attribute] = other
        with pytest.raises(ValueError, match=r"(?s)Layer: .* want"):
            layer(X)
