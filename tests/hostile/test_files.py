"""Model files that are cut, damaged, forged or of something else: each is refused, and nothing in them is executed."""

import io
import os
import pickle
import re
import zipfile

import numpy as np
import pytest

import onedot
from onedot import Layer, Network, search
from support.bits import array_bits
from support.cells import in_one_test

HIDDEN = Layer([[1.0, -2.0], [0.5, 3.0], [1.0, 1.0]], [0.0, 1.0, -1.0], "tanh")
NETWORK = Network([HIDDEN, Layer(np.ones((1, 3), "f4"))])
FIT = onedot.fit_perceptron([[0.0, 1.0], [1.0, 0.0], [2.0, 2.0]], [1, -1, 1])
LINEAR = onedot.fit_lms([[0.0, 1.0], [1.0, 0.0], [2.0, 2.0]], [1.0, -1.0, 3.0], epochs=3)
THREE = onedot.fit_logistic([[0.0, 1.0], [1.0, 0.0], [2.0, 2.0]], ["a", "b", "no"])
MODELS = {"Network": NETWORK, "Layer": HIDDEN, "PerceptronFit": FIT, "LmsFit": LINEAR, "LogisticFit": THREE}
FORMATS = {"Network": "onedot network 1", "PerceptronFit": "onedot perceptron 1"}


EXECUTED = []


def execute():
    EXECUTED.append(True)


class Executed:
    """What would leave a trace if a pickle of it were loaded."""

    def __reduce__(self):
        return execute, ()


CODE = f"__import__('sys').modules[{__name__!r}].execute()"  # the same, evaluated


def test_a_pickle_and_code_would_leave_a_trace():
    pickle.loads(pickle.dumps(Executed()))
    eval(CODE)
    assert len(EXECUTED) == 2
    EXECUTED.clear()


def arrays_of(model, tmp_path):
    model.save(tmp_path / "whole")
    with np.load(tmp_path / "whole") as file:
        return dict(file)


def saved(arrays, **options):
    """The bytes of an .npz file."""
    room = io.BytesIO()
    np.savez(room, **arrays, **options)
    return room.getvalue()


def npz(members, compression=zipfile.ZIP_STORED):
    """The bytes of a zip file of these bytes by name."""
    room = io.BytesIO()
    with zipfile.ZipFile(room, "w", compression) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return room.getvalue()


def npy(v, **options):
    room = io.BytesIO()
    np.save(room, v, **options)
    return room.getvalue()


def header(text, data=b""):
    """An .npy file of version 1.0 with any header."""
    padded = text.encode() + b" " * (-(len(text) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(padded).to_bytes(2, "little") + padded + data


def changed(**new):
    """The arrays of a whole file with some of them replaced, or left out by None."""
    return lambda a: saved({name: v for name, v in (a | new).items() if v is not None})


def members(**new):
    """The same with members of any bytes."""
    return lambda a: npz({f"{name}.npy": npy(v) for name, v in a.items()} | {f"{k}.npy": v for k, v in new.items()})


def whole(a):
    return saved(a)


# name: (of the arrays of a whole file, the bytes of a file; what is said of it)
BYTES = {
    "nothing": (lambda a: b"", "File is not a zip file"),
    "text": (lambda a: b"no zip", "File is not a zip file"),
    "zeros": (lambda a: bytes(4096), "File is not a zip file"),
    "a pickle": (lambda a: pickle.dumps(Executed()), "File is not a zip file"),
    "one array": (lambda a: npy(np.ones(3)), "File is not a zip file"),
    "one array of objects": (lambda a: npy(np.array([Executed()]), allow_pickle=True), "File is not a zip file"),
    "a zip file of nothing": (lambda a: npz({}), "holds no 'onedot"),
    "a zip file of text": (lambda a: npz({"a.txt": b"text"}), "a.txt is no array"),
    "cut in half": (lambda a: whole(a)[: len(whole(a)) // 2], "File is not a zip file"),
    "cut by a byte": (lambda a: whole(a)[:-1], "is no .npz file"),
    "cut to its last byte": (lambda a: whole(a)[-1:], "File is not a zip file"),
    "a bit of an array flipped": (lambda a: flipped(whole(a), b"\x93NUMPY", 128), "Bad CRC-32"),
    "a name flipped": (lambda a: flipped(whole(a), b"format.npy", 0), "is no .npz file"),
    "the directory flipped": (lambda a: flipped(whole(a), b"PK\x01\x02", 3), "is no .npz file"),
    "compressed to less than it holds": (
        lambda a: npz({f"{k}.npy": npy(v) for k, v in (a | {"zeros": np.zeros(10**6)}).items()}, zipfile.ZIP_DEFLATED),
        "more than it has",
    ),
    "another kind": (changed(format=np.array("onedot forest 1")), "holds no 'onedot"),
    "the next version": (lambda a: changed(format=np.array(str(a["format"])[:-1] + "2"))(a), "holds no 'onedot"),
    "no kind": (changed(format=None), "holds no 'onedot"),
    "a kind that is a number": (changed(format=np.array(1)), "holds no 'onedot"),
    "a kind in a list": (lambda a: changed(format=a["format"][None])(a), "holds no 'onedot"),
    "an array too many": (changed(more=np.ones(2)), "it holds .*more"),
    "objects among the arrays": (
        lambda a: members(more=npy(np.array([Executed()]), allow_pickle=True))(a),
        "Object arrays cannot be loaded when allow_pickle=False",
    ),
    "a pickle as an array": (members(format=pickle.dumps(Executed())), "format is no array"),
    "an array whose header is code": (
        members(format=header(CODE)),
        "is no .npz file",
    ),
    "an array that promises more than it holds": (
        members(format=header("{'descr': '<f8', 'fortran_order': False, 'shape': (1000,), }", bytes(80))),
        "is no .npz file",
    ),
    "an array that promises more than there is": (
        members(format=header("{'descr': '<f8', 'fortran_order': False, 'shape': (1152921504606846975,), }")),
        "is no .npz file",
    ),
    "an array of a negative size": (
        members(format=header("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }")),
        "is no .npz file",
    ),
    "an array of another version": (members(format=b"\x93NUMPY\x09\x00" + bytes(100)), "is no .npz file"),
    "a header that never ends": (members(format=header("(" * 9000)), "is no .npz file"),
}


def flipped(content, at, offset):
    """One bit changed so many bytes after the first time `at` occurs."""
    place = content.index(at) + offset
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


NETWORKS = {
    "no layers": (lambda a: saved({"format": a["format"], "layers": np.array(0)}), "Network: there is no layer"),
    "fewer layers than it holds": (changed(layers=np.array(1)), "it holds .*W1"),
    "more layers than it holds": (changed(layers=np.array(3)), "it holds .*, not .*W2"),
    "more layers than there can be": (changed(layers=np.array(2**62)), "it holds .*, not .+"),
    "fewer layers than none": (changed(layers=np.array(-2)), "it holds .*, not layers"),
    "layers of floats": (changed(layers=np.array(2.0)), "it holds .*, not layers"),
    "no number of layers": (changed(layers=None), "it holds .+, not layers"),
    "weights in one dimension": (changed(W0=np.ones(2)), "W0 has dtype float64 and 1 dimensions"),
    "weights of integers": (changed(W0=np.ones((3, 2), int)), "W0 has dtype int64 and 2 dimensions"),
    "weights of complex numbers": (changed(W0=np.ones((3, 2), complex)), "W0 has dtype complex128"),
    "weights of float16": (changed(W0=np.ones((3, 2), "f2")), "W0 has dtype float16"),
    "weights of records": (changed(W0=np.zeros((3, 2), "f8,f8")), "W0 has dtype .+ and 2 dimensions"),
    "biases of float32": (changed(b0=np.zeros(3, "f4")), "b0 has dtype float32"),
    "a bias too few": (changed(b0=np.zeros(2)), "Layer: W has 3 rows, b has 2 elements"),
    "a number as activation": (changed(activation0=np.array(1)), "activation0 has dtype int64"),
    "an unknown activation": (changed(activation0=np.array("eval")), "there is no activation 'eval'"),
    "the name of a module": (changed(activation0=np.array("__class__")), "there is no activation '__class__'"),
    "several activations": (changed(activation0=np.array(["tanh", "relu"])), "activation0 has dtype .+ 1 dimensions"),
    "no biases": (changed(b1=None), "it holds .+, not .*b1"),
    "no second layer's activation": (changed(activation1=None), "it holds .+, not .*activation1"),
    "layers 0 and 2": (
        lambda a: saved({name.replace("1", "2"): v for name, v in a.items()}),
        "it holds .*W2.*, not .*W1",
    ),
    "layers that do not fit": (changed(W1=np.ones((1, 4))), "gives 3 numbers, layers.1. takes 4"),
    "a fit": (lambda a: saved({"format": np.array(FORMATS["PerceptronFit"])}), "holds no 'onedot network 1'"),
}

FITS = {
    "no weights": (changed(weights=None), "it holds .+, not .*weights"),
    "weights of float32": (changed(weights=np.ones(3, "f4")), "weights has dtype float32 and 1 dimensions"),
    "weights in two dimensions": (changed(weights=np.ones((1, 3))), "weights has dtype float64 and 2 dimensions"),
    "a bias and no weights": (changed(weights=np.ones(1), averaged=np.ones(1)), "its numbers contradict each other"),
    "averages of another length": (changed(averaged=np.ones(2)), "its numbers contradict each other"),
    "weights of NaN": (changed(weights=np.full(3, np.nan)), "its numbers contradict each other"),
    "infinite averages": (changed(averaged=np.full(3, np.inf)), "its numbers contradict each other"),
    "no epochs": (changed(mistakes=np.zeros(0, np.int64)), "its numbers contradict each other"),
    "fewer mistakes than none": (changed(mistakes=np.array([-1, 0])), "its numbers contradict each other"),
    "mistakes of floats": (changed(mistakes=np.zeros(1)), "mistakes has dtype float64"),
    "converged with mistakes": (changed(mistakes=np.array([2, 1])), "its numbers contradict each other"),
    "converged without a margin": (changed(margin=np.array(np.nan)), "its numbers contradict each other"),
    "a number for converged": (changed(converged=np.array(1)), "converged has dtype int64"),
    "two margins": (changed(margin=np.ones(2)), "margin has dtype float64 and 1 dimensions"),
    "a name for the bias": (changed(bias=np.array("yes")), "bias has dtype <U3"),
    "a network": (lambda a: saved({"format": np.array(FORMATS["Network"])}), "holds no 'onedot perceptron 1'"),
}

LAYERS = {
    "weights in one dimension": (changed(W=np.ones(2)), "W has dtype float64 and 1 dimensions"),
    "a bias too few": (changed(b=np.zeros(2)), "Layer: W has 3 rows, b has 2 elements"),
    "an unknown activation": (changed(activation=np.array("eval")), "there is no activation 'eval'"),
    "no biases": (changed(b=None), "it holds .+, not .*b"),
    "a network": (lambda a: saved({"format": np.array(FORMATS["Network"])}), "holds no 'onedot layer 1'"),
}

LINEARS = {
    "weights of NaN": (changed(weights=np.full(3, np.nan)), "its numbers contradict each other"),
    "averages of another length": (changed(averaged=np.ones(2)), "its numbers contradict each other"),
    "no epochs": (changed(losses=np.zeros(0)), "its numbers contradict each other"),
    "a loss below 0": (changed(losses=np.array([1.0, -1.0])), "its numbers contradict each other"),
    "a loss of NaN": (changed(losses=np.array([np.nan])), "its numbers contradict each other"),
    "losses of integers": (changed(losses=np.ones(2, int)), "losses has dtype int64"),
    "a perceptron": (lambda a: saved({"format": np.array(FORMATS["PerceptronFit"])}), "holds no 'onedot lms 1'"),
}

LOGISTICS = {
    "weights of NaN": (changed(weights=np.full((3, 3), np.nan)), "its numbers contradict each other"),
    "infinite weights": (changed(weights=np.full((3, 3), np.inf)), "its numbers contradict each other"),
    "weights of one unit": (changed(weights=np.ones(3)), "weights has dtype float64 and 1 dimensions"),
    "a bias and no weights": (
        changed(weights=np.ones((3, 1)), standard_errors=np.ones((3, 1)), parameters=np.array(2)),
        "its numbers contradict each other",
    ),
    "a unit too few": (changed(weights=np.ones((2, 3))), "its numbers contradict each other"),
    "errors of another shape": (changed(standard_errors=np.ones((3, 2))), "its numbers contradict each other"),
    "errors below 0": (changed(standard_errors=-np.ones((3, 3))), "its numbers contradict each other"),
    "errors of NaN and not": (changed(standard_errors=np.diag([np.nan, 1, 1])), "its numbers contradict each other"),
    "two classes of three": (changed(classes=np.array(["a", "b"])), "has dtype float64 and 2 dimensions"),
    "one class": (changed(classes=np.array(["a"])), "its numbers contradict each other"),
    "no classes": (changed(classes=np.zeros(0)), "its numbers contradict each other"),
    "classes in no order": (changed(classes=np.array([1, 3, 2])), "its numbers contradict each other"),
    "a class twice": (changed(classes=np.array([1, 1, 2])), "its numbers contradict each other"),
    "a class of NaN": (changed(classes=np.array([1, 2, np.nan])), "its numbers contradict each other"),
    "classes of dates": (changed(classes=np.arange(3).astype("M8[D]")), "classes has dtype datetime64"),
    "classes of complex numbers": (changed(classes=np.arange(3) * 1j), "classes has dtype complex128"),
    "classes in a row": (changed(classes=np.array([["a", "b", "c"]])), "classes has dtype <U1 and 2 dimensions"),
    "a likelihood above 1": (changed(log_likelihood=np.array(0.5)), "its numbers contradict each other"),
    "a likelihood of NaN": (changed(log_likelihood=np.array(np.nan)), "its numbers contradict each other"),
    "more parameters": (changed(parameters=np.array(9)), "its numbers contradict each other"),
    "fewer iterations than none": (changed(iterations=np.array(-1)), "its numbers contradict each other"),
    "a gradient below 0": (changed(gradient=np.array(-1.0)), "its numbers contradict each other"),
    "a number for converged": (changed(converged=np.array(1)), "converged has dtype int64"),
    "a perceptron": (lambda a: saved({"format": np.array(FORMATS["PerceptronFit"])}), "holds no 'onedot logistic 1'"),
}

ROWS = [
    *((kind, name, *row) for kind in MODELS for name, row in BYTES.items()),
    *(("Network", name, *row) for name, row in NETWORKS.items()),
    *(("PerceptronFit", name, *row) for name, row in FITS.items()),
    *(("Layer", name, *row) for name, row in LAYERS.items()),
    *(("LmsFit", name, *row) for name, row in LINEARS.items()),
    *(("LogisticFit", name, *row) for name, row in LOGISTICS.items()),
]


@in_one_test(("kind", "name", "make", "words"), ROWS, ids=[f"{row[0]}, {row[1]}" for row in ROWS])
def test_a_file_that_is_no_whole_model_is_refused_and_not_executed(tmp_path, kind, name, make, words):
    path = tmp_path / "model.npz"
    path.write_bytes(make(arrays_of(MODELS[kind], tmp_path)))
    said = f"{kind}.load: {re.escape(str(path))} .*{words}.*; want a file by {kind}.save"
    with pytest.raises(ValueError, match=f"(?s){said}"):
        type(MODELS[kind]).load(path)
    assert EXECUTED == []


@pytest.mark.parametrize("kind", MODELS)
def test_every_file_cut_anywhere_is_refused(tmp_path, kind):
    content = whole(arrays_of(MODELS[kind], tmp_path))
    for length in range(0, len(content), 37):
        (tmp_path / "cut").write_bytes(content[:length])
        with pytest.raises(ValueError, match=f"{kind}.load: .+; want a file by {kind}.save"):
            type(MODELS[kind]).load(tmp_path / "cut")


@pytest.mark.parametrize("kind", MODELS)
def test_a_file_with_any_bit_flipped_is_refused_or_the_same(tmp_path, kind):
    """Some bits say nothing, such as those of a date."""
    content = whole(arrays_of(MODELS[kind], tmp_path))
    wanted = arrays_of(MODELS[kind], tmp_path)
    draw = np.random.default_rng(1)
    for place in draw.integers(0, len(content), 300).tolist():
        damaged = content[:place] + bytes([content[place] ^ 1 << int(draw.integers(8))]) + content[place + 1 :]
        (tmp_path / "damaged").write_bytes(damaged)
        model, said = loaded(type(MODELS[kind]), tmp_path / "damaged")
        assert f"; want a file by {kind}.save" in said or bits_of(arrays_of(model, tmp_path)) == bits_of(wanted)


def loaded(model, path):
    """The model, or what the refusal says."""
    try:
        return model.load(path), ""
    except ValueError as error:
        return None, str(error)


def bits_of(arrays):
    return {name: array_bits(v) for name, v in arrays.items()}


@pytest.mark.parametrize("kind", MODELS)
def test_a_file_of_the_other_byte_order_is_the_same_model(level, tmp_path, kind):
    arrays = arrays_of(MODELS[kind], tmp_path)
    (tmp_path / "swapped").write_bytes(saved({name: v.astype(v.dtype.newbyteorder()) for name, v in arrays.items()}))
    model = type(MODELS[kind]).load(tmp_path / "swapped")
    found = arrays_of(model, tmp_path)
    assert bits_of(found) == bits_of(arrays)
    X = np.array([[0.5, 2.0], [-1.0, 3.0]])
    use = (lambda m: m(X)) if kind in ("Network", "Layer") else (lambda m: m.predict(X))
    assert array_bits(use(model)) == array_bits(use(MODELS[kind]))


@pytest.mark.parametrize("kind", MODELS)
def test_no_file_and_no_path_are_errors_of_the_system(tmp_path, kind):
    load = type(MODELS[kind]).load
    for path, error in ((tmp_path / "none", OSError), (tmp_path, OSError), (None, TypeError), (1.5, TypeError)):
        with pytest.raises(error):
            load(path)
    with pytest.raises(ValueError, match="null"):
        load("a\0b")


SAVED = {**MODELS, "Index": search.Index(np.ones((3, 2)))}


@pytest.mark.parametrize("kind", SAVED)
def test_a_save_that_fails_leaves_what_was_there_and_nothing_else(tmp_path, monkeypatch, kind):
    def full(*_, **__):
        raise OSError("No space left on device")

    path = tmp_path / "model"
    path.write_bytes(b"what was there")
    monkeypatch.setattr(np, "savez", full)
    monkeypatch.setattr(np.lib.format, "write_array", full)
    with pytest.raises(OSError, match="No space"):
        SAVED[kind].save(path)
    assert path.read_bytes() == b"what was there"
    assert [file.name for file in tmp_path.iterdir()] == ["model"]


@pytest.mark.parametrize("kind", SAVED)
def test_a_save_that_cannot_begin_speaks_of_the_path_that_was_given(tmp_path, kind):
    for path in (tmp_path / "none" / "model", str(tmp_path / "none" / "model")):
        with pytest.raises(FileNotFoundError) as refused:
            SAVED[kind].save(path)
        assert refused.value.filename == os.fspath(path)
    with pytest.raises(IsADirectoryError if os.name == "posix" else OSError):
        SAVED[kind].save(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="links and modes of files are others there")
@pytest.mark.parametrize("kind", SAVED)
def test_a_save_follows_a_link_keeps_the_mode_and_writes_to_a_device(tmp_path, kind):
    path, link = tmp_path / "model", tmp_path / "link"
    path.write_bytes(b"what was there")
    path.chmod(0o640)
    link.symlink_to(path)
    SAVED[kind].save(link)
    assert link.is_symlink()
    assert type(SAVED[kind]).load(path)
    assert path.stat().st_mode & 0o777 == 0o640
    SAVED[kind].save(os.devnull)
