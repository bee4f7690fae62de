"""Networks that others trained: the numbers of their own library to rounding, and one row as in a batch."""

import doctest
from pathlib import Path

import numpy as np
import pytest

import onedot

sklearn = pytest.importorskip("sklearn")
onnx = pytest.importorskip("onnx")

from onnx import TensorProto, helper, numpy_helper  # noqa: E402 (an extra)
from sklearn import (  # noqa: E402
    cross_decomposition,
    datasets,
    discriminant_analysis,
    linear_model,
    model_selection,
    neural_network,
    pipeline,
    preprocessing,
    svm,
)

PAGE = Path(__file__).resolve().parents[2] / "docs" / "networks.md"
X, y = datasets.load_iris(return_X_y=True)
FEW = {"max_iter": 5, "hidden_layer_sizes": (6, 4), "random_state": 0}
SCALERS = [
    preprocessing.StandardScaler(),
    preprocessing.StandardScaler(with_mean=False),
    preprocessing.StandardScaler(with_std=False),
    preprocessing.MinMaxScaler(),
    preprocessing.MaxAbsScaler(),
    preprocessing.RobustScaler(),
    "passthrough",
]


def close(found, wanted):
    """To the rounding of another order of summation: of float32 where the network is."""
    assert found.shape == wanted.shape
    np.testing.assert_allclose(found, wanted, rtol=1e-5 if found.dtype == np.float32 else 1e-11, atol=1e-6)


def one_row_as_in_a_batch(network, rows):
    alone = np.concatenate([network(row[None]) for row in rows])
    assert alone.tobytes() == network(rows).tobytes()


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
def test_multi_layer_perceptrons(activation):
    three = neural_network.MLPClassifier(activation=activation, **FEW).fit(X, y)
    network = onedot.Network.from_sklearn(three)
    close(network(X), three.predict_proba(X))
    assert [len(layer.b) for layer in network] == [6, 4, 3]
    assert (len(network), network[-1].activation) == (3, "softmax")
    one_row_as_in_a_batch(network, X[:40])
    two = neural_network.MLPClassifier(activation=activation, **FEW).fit(X, y > 0)
    close(onedot.Network.from_sklearn(two)(X)[:, 0], two.predict_proba(X)[:, 1])
    regressor = neural_network.MLPRegressor(activation=activation, **FEW).fit(X, y)
    close(onedot.Network.from_sklearn(regressor)(X)[:, 0], regressor.predict(X))


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_float32_stays_float32_in_both_tiers(level):
    model = neural_network.MLPClassifier(**FEW).fit(X.astype(np.float32), y)
    narrow = X.astype(np.float32)
    for tier in ("law", "single"):
        network = onedot.Network.from_sklearn(model, tier=tier)
        assert network(narrow).dtype == np.float32
        close(network(narrow), model.predict_proba(narrow))
        one_row_as_in_a_batch(network, narrow[:40])


@pytest.mark.parametrize(
    ("model", "target", "method"),
    [
        (linear_model.LogisticRegression(max_iter=500), y, "predict_proba"),
        (linear_model.Perceptron(), y, "decision_function"),
        (linear_model.SGDClassifier(), y, "decision_function"),
        (linear_model.RidgeClassifier(), y, "decision_function"),
        (svm.LinearSVC(), y, "decision_function"),
        (linear_model.Perceptron(), y > 0, "decision_function"),
        (linear_model.Ridge(), y, "predict"),
        (linear_model.Ridge(fit_intercept=False), np.column_stack([y, -y]), "predict"),
        (linear_model.LinearRegression(), np.column_stack([y, -y]), "predict"),
        (linear_model.Perceptron(penalty="l1"), y, "decision_function"),
        (discriminant_analysis.LinearDiscriminantAnalysis(), y, "predict_proba"),
        (linear_model.TweedieRegressor(power=0), y, "predict"),
        (svm.SVC(kernel="linear"), y > 0, "decision_function"),
        (svm.SVR(kernel="linear"), y, "predict"),
    ],
)
def test_linear_models(model, target, method):
    model.fit(X, target)
    if method == "decision_function" and hasattr(model, "sparsify"):
        model.sparsify()
    wanted = getattr(model, method)(X)
    found = onedot.Network.from_sklearn(model)(X)
    close(found if wanted.ndim == 2 else found[:, 0], wanted)


@pytest.mark.parametrize(
    "model",
    [
        linear_model.LogisticRegression(),
        discriminant_analysis.LinearDiscriminantAnalysis(),
        linear_model.SGDClassifier(loss="log_loss"),
    ],
    ids=str,
)
def test_two_classes_have_one_probability(model):
    model.fit(X, y > 0)
    close(onedot.Network.from_sklearn(model)(X)[:, 0], model.predict_proba(X)[:, 1])


def test_of_two_classes_a_multinomial_likelihood_doubles_the_scores():
    model = linear_model.LogisticRegression().fit(X, y > 0)
    model.multi_class = "multinomial"  # a parameter until scikit-learn 1.7, which had predict_proba do so
    scores = model.decision_function(X)
    close(onedot.Network.from_sklearn(model)(X)[:, 0], np.exp(scores) / (np.exp(-scores) + np.exp(scores)))


@pytest.mark.parametrize("scaler", SCALERS, ids=str)
def test_scalers_before_a_model_are_folded_into_its_weights(scaler):
    model = pipeline.make_pipeline(scaler, linear_model.Ridge()).fit(X, y)
    close(onedot.Network.from_sklearn(model)(X)[:, 0], model.predict(X))
    two = pipeline.make_pipeline(scaler, preprocessing.MinMaxScaler(), linear_model.Ridge()).fit(X, y)
    close(onedot.Network.from_sklearn(two)(X)[:, 0], two.predict(X))


@pytest.mark.parametrize(
    ("model", "error", "match"),
    [
        (linear_model.Ridge(), TypeError, "type Ridge, and has no coef_"),
        (5, TypeError, "type int"),
        (svm.SVC().fit(X, y), TypeError, "type SVC"),
        (
            pipeline.make_pipeline(preprocessing.Normalizer(), linear_model.Ridge()).fit(X, y),
            TypeError,
            "the pipeline holds a Normalizer",
        ),
        (
            pipeline.make_pipeline(preprocessing.MinMaxScaler(clip=True), linear_model.Ridge()).fit(X, y),
            TypeError,
            "the pipeline holds a MinMaxScaler",
        ),
        (
            pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.Ridge().fit(X, y)),
            TypeError,
            "the StandardScaler of the pipeline is not fitted",
        ),
        *(
            (model.fit(X, y), TypeError, f"what a {type(model).__name__} answers is no w·x")
            for model in (
                linear_model.PoissonRegressor(),
                linear_model.TweedieRegressor(power=1.5),
                cross_decomposition.PLSRegression(),
                svm.SVC(kernel="linear"),
                svm.NuSVC(kernel="linear", nu=0.2),
            )
        ),
        (
            model_selection.GridSearchCV(linear_model.Ridge(), {"alpha": [1.0]}).fit(X, y),
            TypeError,
            "type GridSearchCV, .*its best_estimator_ may",
        ),
        (linear_model.GammaRegressor().fit(X, y + 1), TypeError, "what a GammaRegressor answers"),
        (linear_model.SGDOneClassSVM().fit(X), TypeError, "no coef_ with intercept_"),
        (linear_model.SGDClassifier(loss="log_loss").fit(X, y), ValueError, "share a likelihood"),
        (linear_model.SGDClassifier(loss="modified_huber").fit(X, y > 0), TypeError, "no sigmoid or softmax"),
    ],
)
def test_models_that_are_refused(model, error, match):
    with pytest.raises(error, match=match):
        onedot.Network.from_sklearn(model)


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_an_activation_of_scikit_learns_alone_is_refused():
    model = neural_network.MLPRegressor(**FEW).fit(X, y)
    model.out_activation_ = "exp"  # as of loss="poisson", which older versions do not have
    with pytest.raises(ValueError, match="the model has the activation 'exp'; want one of identity"):
        onedot.Network.from_sklearn(model)


def test_shifts_are_folded_into_biases_by_the_law(level):
    rows = np.random.default_rng(1).standard_normal((50, 1000)) + 1e3
    model = pipeline.make_pipeline(preprocessing.StandardScaler(with_std=False), linear_model.Ridge())
    model.fit(rows, rows[:, 0])
    scaler, ridge = (step for _, step in model.steps)
    b = onedot.dot(ridge.coef_, -scaler.mean_) + ridge.intercept_
    assert onedot.Network.from_sklearn(model)[0].b.tolist() == [b]


def saved(tmp_path, nodes, constants, outputs=("out",), shape=(None, 4), opset=20, **how):
    """The path of an ONNX file of such nodes."""
    tensors = [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()]
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", "m"]) for name in outputs],
        tensors,
    )
    path = tmp_path / "network.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)]), path, **how)
    return path


def evaluated(path, rows, output="out"):
    from onnx.reference import ReferenceEvaluator

    return ReferenceEvaluator(str(path)).run([output], {"x": rows})[0]


DRAW = np.random.default_rng(3)
CONSTANTS = {
    "W": DRAW.standard_normal((4, 5)).astype(np.float32),
    "V": DRAW.standard_normal((3, 5)).astype(np.float32),
    "b": DRAW.standard_normal(5).astype(np.float32),
    "c": DRAW.standard_normal((1, 3)).astype(np.float32),
    "m": DRAW.standard_normal(4).astype(np.float32),
    "s": np.float32([2.0]),
    "endless": np.full(5, np.inf, np.float32),
}
NODE = helper.make_node
GRAPHS = {
    "Gemm": [
        NODE("Gemm", ["x", "W", "b"], ["h"], alpha=0.5, beta=2.0),
        NODE("Relu", ["h"], ["r"]),
        NODE("Gemm", ["r", "V", "c"], ["g"], transB=1),
        NODE("Softmax", ["g"], ["out"]),
    ],
    "MatMul and Add": [
        NODE("Flatten", ["x"], ["f"]),
        NODE("MatMul", ["f", "W"], ["h"]),
        NODE("Add", ["b", "h"], ["a"]),
        NODE("Tanh", ["a"], ["out"]),
    ],
    "scaled input": [
        NODE("Sub", ["x", "m"], ["u"]),
        NODE("Div", ["u", "s"], ["v"]),
        NODE("MatMul", ["v", "W"], ["h"]),
        NODE("Sigmoid", ["h"], ["out"]),
    ],
    "scaled output": [
        NODE("MatMul", ["x", "W"], ["h"]),
        NODE("Mul", ["h", "s"], ["u"]),
        NODE("Sub", ["b", "u"], ["v"]),
        NODE("Identity", ["v"], ["i"]),
        NODE("Softplus", ["i"], ["out"]),
    ],
    "constants that nodes hand on": [
        NODE("Identity", ["W"], ["w"]),
        NODE("Transpose", ["V"], ["t"], perm=[1, 0]),
        NODE("Transpose", ["t"], ["u"]),
        NODE("MatMul", ["x", "w"], ["h"]),
        NODE("Gemm", ["h", "u", "c"], ["out"], transB=1),
    ],
    "a bias of which there is nothing": [NODE("Gemm", ["x", "W", "endless"], ["out"], beta=0.0)],
    "a scale between": [
        NODE("MatMul", ["x", "W"], ["h"]),
        NODE("Relu", ["h"], ["r"]),
        NODE("Mul", ["r", "s"], ["u"]),
        NODE("Add", ["u", "b"], ["v"]),
        NODE("Gemm", ["v", "V"], ["out"], transB=1),
    ],
}


CONSTANTS |= {
    "root": np.array(2**0.5, np.float32),
    "inverse": np.array([0.5**0.5], np.float32),
    "one": np.array(1, np.float32),
    "half": np.array(0.5, np.float32),
    "two": np.array(2, np.float32),
}
BEFORE, AFTER = NODE("Gemm", ["x", "W", "b"], ["h"]), NODE("Gemm", ["r", "V", "c"], ["out"], transB=1)
PRODUCTS = {
    "silu": [NODE("Sigmoid", ["h"], ["p"]), NODE("Mul", ["h", "p"], ["r"])],
    "silu, the other way around": [NODE("Sigmoid", ["h"], ["p"]), NODE("Mul", ["p", "h"], ["r"])],
    "gelu of PyTorch": [
        NODE("Div", ["h", "root"], ["u"]),
        NODE("Erf", ["u"], ["e"]),
        NODE("Add", ["e", "one"], ["p"]),
        NODE("Mul", ["h", "p"], ["g"]),
        NODE("Mul", ["g", "half"], ["r"]),
    ],
    "gelu of a half of x": [
        NODE("Mul", ["inverse", "h"], ["u"]),
        NODE("Erf", ["u"], ["e"]),
        NODE("Add", ["one", "e"], ["p"]),
        NODE("Mul", ["half", "h"], ["g"]),
        NODE("Mul", ["g", "p"], ["r"]),
    ],
    "gelu of a half of the share": [
        NODE("Mul", ["h", "inverse"], ["u"]),
        NODE("Erf", ["u"], ["e"]),
        NODE("Add", ["e", "one"], ["p"]),
        NODE("Div", ["p", "two"], ["q"]),
        NODE("Mul", ["q", "h"], ["r"]),
    ],
}
GRAPHS |= {name: [BEFORE, *nodes, AFTER] for name, nodes in PRODUCTS.items()}
GRAPHS |= {
    "leaky relu": [BEFORE, NODE("LeakyRelu", ["h"], ["r"]), AFTER],
    "leaky relu of another slope": [BEFORE, NODE("LeakyRelu", ["h"], ["r"], alpha=0.3), AFTER],
    "leaky relu of another slope, at the end": [BEFORE, NODE("LeakyRelu", ["h"], ["out"], alpha=0.3)],
    "leaky relu, a scale and a shift": [
        *(BEFORE, NODE("LeakyRelu", ["h"], ["l"], alpha=-0.2), NODE("Mul", ["l", "s"], ["t"])),
        *(NODE("Sub", ["t", "b"], ["r"]), AFTER),
    ],
    "log softmax": [BEFORE, NODE("LogSoftmax", ["h"], ["out"])],
    "gelu": [BEFORE, NODE("Gelu", ["h"], ["r"]), AFTER],
    "gelu at the end": [BEFORE, NODE("Gelu", ["h"], ["out"], approximate="none")],
}


def test_activations_are_found_in_products(tmp_path):
    for name, nodes in PRODUCTS.items():
        layers = onedot.Network.from_onnx(saved(tmp_path, [BEFORE, *nodes, AFTER], CONSTANTS))
        assert [layer.activation for layer in layers] == [name.split(",")[0].split()[0], "identity"]
        assert layers[1].W.tolist() == CONSTANTS["V"].tolist()


@pytest.mark.skipif(not onnx.defs.has("Swish"), reason="this onnx has no Swish")
def test_swish_is_silu(tmp_path):
    path = saved(tmp_path, [BEFORE, NODE("Swish", ["h"], ["out"])], CONSTANTS, opset=24)
    network = onedot.Network.from_onnx(path)
    rows = np.random.default_rng(0).standard_normal((5, 4)).astype(np.float32)
    assert network[0].activation == "silu"
    close(network(rows), evaluated(path, rows))
    path = saved(tmp_path, [BEFORE, NODE("Swish", ["h"], ["out"], alpha=1.7)], CONSTANTS, opset=24)
    with pytest.raises(ValueError, match=r"Swish, has alpha=1.7; want 1"):
        onedot.Network.from_onnx(path)


@pytest.mark.parametrize("name", GRAPHS)
def test_graphs_of_onnx(level, tmp_path, name):
    path = saved(tmp_path, GRAPHS[name], CONSTANTS)
    rows = np.random.default_rng(0).standard_normal((30, 4)).astype(np.float32)
    for tier in ("law", "single"):
        network = onedot.Network.from_onnx(path, tier=tier)
        close(network(rows), evaluated(path, rows))
        one_row_as_in_a_batch(network, rows)


def test_one_of_several_outputs_and_constants_that_nodes_make(tmp_path):
    tensor = numpy_helper.from_array(CONSTANTS["W"], "value")
    nodes = [
        NODE("Constant", [], ["K"], value=tensor),
        NODE("MatMul", ["x", "K"], ["h"]),
        NODE("Relu", ["h"], ["out"]),
        NODE("ArgMax", ["out"], ["label"], axis=1),
    ]
    path = saved(tmp_path, nodes, {}, ("out", "label"))
    with pytest.raises(ValueError, match="output is None; want one of 'out', 'label'"):
        onedot.Network.from_onnx(path)
    with pytest.raises(ValueError, match="the node 'label', ArgMax, is not among Gemm, MatMul"):
        onedot.Network.from_onnx(path, output="label")
    rows = np.ones((2, 4), np.float32)
    close(onedot.Network.from_onnx(path, output="out")(rows), evaluated(path, rows))


TO_INTEGERS = NODE("Cast", ["h"], ["i"], to=TensorProto.INT32)
PRODUCT = NODE("MatMul", ["x", "W"], ["h"])
CONSTANTS |= {"zero": np.float32([0.0] * 5), "train": np.array(True), "narrow": CONSTANTS["W"][:, :1]}
CONSTANTS["whole"] = CONSTANTS["W"].astype(np.int32)

REFUSED = {
    "gelu by tanh": ([BEFORE, NODE("Gelu", ["h"], ["out"], approximate="tanh")], "has approximate='tanh'; want 'none'"),
    "a product of another sigmoid": (
        [BEFORE, NODE("Mul", ["h", "two"], ["u"]), NODE("Sigmoid", ["u"], ["p"]), NODE("Mul", ["h", "p"], ["out"])],
        "Mul, has 2 inputs that vary",
    ),
    "erf of another x": (
        [
            *(BEFORE, NODE("Erf", ["h"], ["e"]), NODE("Add", ["e", "one"], ["p"])),
            NODE("Mul", ["h", "p"], ["out"]),
        ],
        "Mul, has 2 inputs that vary",
    ),
    "gelu of no layer": ([NODE("Gelu", ["x"], ["out"])], "Gelu, follows no Gemm"),
    "silu of no layer": ([NODE("Sigmoid", ["x"], ["p"]), NODE("Mul", ["x", "p"], ["out"])], "Mul, follows no Gemm"),
    "log softmax's axis": ([BEFORE, NODE("LogSoftmax", ["h"], ["out"], axis=0)], "an axis other than"),
    "x·y": ([NODE("Mul", ["x", "x"], ["out"])], "2 inputs that vary"),
    "Conv": ([NODE("Abs", ["x"], ["out"], name="first")], "the node 'first', Abs, is not among"),
    "transA": ([NODE("Gemm", ["x", "W"], ["out"], transA=1)], "transA=1"),
    "left": ([NODE("MatMul", ["V", "x"], ["out"])], "multiplies from the left"),
    "divided": ([NODE("Div", ["m", "x"], ["out"])], "divides by what varies"),
    "no layer": ([NODE("Mul", ["x", "m"], ["out"])], "no Gemm or MatMul"),
    "a scale at the end": (
        [NODE("MatMul", ["x", "W"], ["h"]), NODE("Relu", ["h"], ["r"]), NODE("Mul", ["r", "s"], ["out"])],
        "none follows a scale",
    ),
    "two activations": (
        [NODE("MatMul", ["x", "W"], ["h"]), NODE("Relu", ["h"], ["r"]), NODE("Tanh", ["r"], ["out"])],
        "Tanh, follows no Gemm",
    ),
    "axis": ([NODE("MatMul", ["x", "W"], ["h"]), NODE("Softmax", ["h"], ["out"], axis=0)], "an axis other than"),
    "integers between": (
        [PRODUCT, TO_INTEGERS, NODE("Cast", ["i"], ["out"], to=1)],
        "the node 'i', Cast, makes no floats",
    ),
    "integers": ([NODE("MatMul", ["x", "whole"], ["out"])], "a constant of int32; want floats"),
    "a mask": ([PRODUCT, NODE("Dropout", ["h"], ["d", "out"])], "the node 'd', Dropout, makes 'out' beside its result"),
    "training": ([PRODUCT, NODE("Dropout", ["h", "", "train"], ["out"])], "Dropout, is in training"),
    "by 0": ([PRODUCT, NODE("Div", ["h", "zero"], ["out"])], "the node 'out', Div, divides by 0"),
    "wider": (
        [NODE("MatMul", ["x", "narrow"], ["h"]), NODE("Add", ["h", "b"], ["out"])],
        "Add, has a constant that does",
    ),
    "a wider scale": (
        [NODE("Mul", ["x", "b"], ["h"]), NODE("MatMul", ["h", "W"], ["out"])],
        "MatMul, has a constant that",
    ),
    "flat": ([NODE("Flatten", ["x"], ["f"], axis=0), NODE("MatMul", ["f", "W"], ["out"])], "axis other than 1"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_graphs_that_are_refused_name_the_node(tmp_path, name):
    nodes, match = REFUSED[name]
    with pytest.raises(ValueError, match=match):
        onedot.Network.from_onnx(saved(tmp_path, nodes, CONSTANTS))


def test_softmax_is_of_the_last_axis_alone(tmp_path):
    nodes = [PRODUCT, NODE("Softmax", ["h"], ["out"], axis=1)]
    for opset, shape, fits in ((18, (None, 4), True), (18, (None, 3, 4), False), (11, (None, 3, 4), False)):
        path = saved(tmp_path, nodes, CONSTANTS, shape=shape, opset=opset)
        if fits:
            assert onedot.Network.from_onnx(path)[0].activation == "softmax"
        else:
            with pytest.raises(ValueError, match="an axis other than the last"):
                onedot.Network.from_onnx(path)
    flat = [NODE("Flatten", ["x"], ["f"]), NODE("Gemm", ["f", "W"], ["h"]), nodes[1]]
    assert onedot.Network.from_onnx(saved(tmp_path, flat, CONSTANTS, shape=(None, 2, 2), opset=11))


def test_constants_that_are_numbers_and_those_of_other_outputs(tmp_path):
    nodes = [
        PRODUCT,
        NODE("Constant", [], ["double"], value_float=2.0),
        NODE("Constant", [], ["five"], value_floats=[1.0, 2.0, 3.0, 4.0, 5.0]),
        NODE("Constant", [], ["text"], value_strings=["a"]),
        NODE("Mul", ["h", "double"], ["u"]),
        NODE("Add", ["u", "five"], ["out"]),
    ]
    path, rows = saved(tmp_path, nodes, CONSTANTS), np.ones((2, 4), np.float32)
    close(onedot.Network.from_onnx(path)(rows), evaluated(path, rows))


def test_weights_in_another_file_are_read_from_the_folder_of_the_first(tmp_path, monkeypatch):
    wide = {"W": DRAW.standard_normal((4, 500)).astype(np.float32)}
    how = {"save_as_external_data": True, "location": "weights", "size_threshold": 0}
    path = saved(tmp_path, [NODE("MatMul", ["x", "W"], ["out"])], wide, **how)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/weights").write_bytes(bytes(8000))
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert (onedot.Network.from_onnx(path)[0].W == wide["W"].T).all()
    (tmp_path / "weights").unlink()
    with pytest.raises(ValueError, match="is no ONNX model"):
        onedot.Network.from_onnx(path)


def test_files_that_are_no_onnx(tmp_path):
    path = tmp_path / "no.onnx"
    for data in (b"", b"PK\x03\x04", b"\x08\x07" * 50):
        path.write_bytes(data)
        with pytest.raises(ValueError, match="is no ONNX model"):
            onedot.Network.from_onnx(path)
    with pytest.raises(FileNotFoundError):
        onedot.Network.from_onnx(tmp_path / "none.onnx")


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
@pytest.mark.skipif(not PAGE.exists(), reason="the docs are not here")
def test_the_page_on_networks():
    shown = doctest.testfile(str(PAGE), module_relative=False)
    assert shown.failed == 0
    assert shown.attempted > 20
