"""What callers may throw at the estimators: one row each, the same at every level; a refusal leaves no trace."""

import pickle

import numpy as np
import pytest

from support.hostile import Row, checks_of

bfloat16 = pytest.importorskip("ml_dtypes").bfloat16
sparse = pytest.importorskip("scipy.sparse")
pytest.importorskip("sklearn")

from sklearn.exceptions import ConvergenceWarning, DataConversionWarning, NotFittedError  # noqa: E402

from onedot.sklearn import Adaline, Perceptron  # noqa: E402

X = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 2.0], [3.0, 1.0]])
Y = [0, 1, 1, 1]
THREE = [0, 1, 2, 1]
SHORT = {"tol": None, "max_iter": 2, "shuffle": False}
COEF = np.array([[3.0, 0.0]])  # what two epochs over X and Y in their order end with, as one reckons by hand
HUGE = np.where(X > 1, 1.7e308, -1.7e308)
TOO_BIG = 2**53 + 1
GENERATOR = np.random.default_rng(1)
NAMES = np.array(["a", "b"])


def fit(samples=X, labels=Y, by=Perceptron, given=None, **options):
    """The weights that a short fit ends with. One that is refused leaves no trace, whatever was there before."""
    options = SHORT | options

    def call():
        for estimator in (by(**SHORT), by(**SHORT).fit(X, Y), by(**SHORT, average=True).fit(X, Y)):
            before = pickle.dumps(estimator.set_params(**options))
            try:
                estimator.fit(samples, labels, **given or {})
            except Warning:  # after a fit that is done
                raise
            except Exception as error:
                assert pickle.dumps(estimator) == before
                refusal = error
            else:
                return estimator.coef_
        raise refusal

    return call


def classes(labels, **options):
    return lambda: Perceptron(**SHORT | options).fit(X, labels).classes_


def shuffled(seed):
    return fit(shuffle=True, random_state=seed, max_iter=1)


def given(**arguments):
    return fit(given=arguments)


def partial(labels=Y, **arguments):
    return lambda: Perceptron().partial_fit(X, labels, **arguments).coef_


FITTED = Perceptron(**SHORT).fit(X, Y)
LARGE = Perceptron(**SHORT | {"max_iter": 3}).fit(1e150 * X, Y)


def use(method, samples, by=FITTED):
    return lambda: getattr(by, method)(samples)


SAMPLES = [
    Row("float64", fit(), COEF),
    Row("float32", fit(X.astype("f4")), COEF),
    Row("float16", fit(X.astype("f2")), COEF),
    Row("bfloat16", fit(X.astype(bfloat16)), COEF),
    *(Row(f"samples of {t}", fit(X.astype(t)), COEF) for t in ("i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "g")),
    Row("samples of bools", fit(X.astype(bool)), np.array([[2.0, -1.0]])),
    Row("samples in lists", fit(X.tolist()), COEF),
    Row("samples in tuples", fit(tuple(map(tuple, X.tolist()))), COEF),
    Row("objects that are floats", fit(X.astype(object)), COEF),
    Row("byte-swapped samples", fit(X.astype(">f8")), COEF),
    Row("byte-swapped float32", fit(X.astype(">f4")), COEF),
    Row("samples in Fortran order", fit(np.asfortranarray(X)), COEF),
    Row("samples in every other row", fit(np.repeat(X, 2, axis=0)[::2]), COEF),
    Row("samples backwards", fit(X[::-1, ::-1].copy()[::-1, ::-1]), COEF),
    Row("read-only samples", fit(np.broadcast_to(X, X.shape)), COEF),
    Row("misaligned samples", fit(np.frombuffer(b"\0" + X.tobytes(), np.uint8)[1:].view("f8").reshape(4, 2)), COEF),
    Row("one feature broadcast", fit(np.broadcast_to(X[:, 1:], (4, 2))), np.array([[0.0, 0.0]])),
    Row("CSR", fit(sparse.csr_array(X)), COEF),
    Row("a CSR matrix", fit(sparse.csr_matrix(X)), COEF),
    Row("CSR of float32", fit(sparse.csr_array(X.astype("f4"))), COEF),
    Row("CSR of int64", fit(sparse.csr_array(X.astype("i8"))), COEF),
    Row("COO", fit(sparse.coo_array(X)), COEF),
    Row("LIL", fit(sparse.lil_array(X)), COEF),
    Row("DOK", fit(sparse.dok_array(X)), COEF),
    Row("CSR of nothing", fit(sparse.csr_array((4, 2))), np.array([[0.0, 0.0]])),
    Row("NaN", fit([[0.0, np.nan], *X[1:].tolist()]), ValueError, "row 0 of X holds NaN or infinity; want finite"),
    Row("infinity", fit([*X[1:].tolist(), [np.inf, 0.0]]), ValueError, "row 3 of X holds NaN or infinity; want finite"),
    Row("infinity in CSR", fit(sparse.csr_array([*X[1:].tolist(), [np.inf, 0]])), ValueError, "row 3 of X holds NaN"),
    Row("NaN in CSR", fit(sparse.csr_array([[0.0, np.nan], *X[1:].tolist()])), ValueError, "row 0 of X holds NaN"),
    Row("a masked array", fit(np.ma.array(X)), TypeError, "Perceptron: X is a masked array, whose mask would be lost"),
    Row("complex samples", fit(X + 0j), ValueError, "Complex data not supported"),
    Row("complex CSR", fit(sparse.csr_array(X + 0j)), ValueError, "Complex data not supported"),
    Row("text that is no number", fit([["a", "b"]] * 4), ValueError, "could not convert string to float: 'a'"),
    Row("ragged samples", fit([[0.0], [1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), ValueError, "inhomogeneous shape"),
    Row("one dimension", fit(X[0]), ValueError, "Expected 2D array, got 1D array instead"),
    Row("three dimensions", fit(X[None]), ValueError, "Found array with dim 3"),
    Row("a number", fit(5), ValueError, "Expected 2D array, got scalar array instead"),
    Row("a 0-d array", fit(np.array(5.0)), ValueError, "Expected 2D array, got scalar array instead"),
    Row("no samples", fit(X[:0], []), ValueError, "0 sample(s)"),
    Row("no features", fit(X[:, :0]), ValueError, "0 feature(s)"),
    Row("an int64 no float is", fit(np.array([[TOO_BIG, 0]] * 4)), OverflowError, "X holds 9007199254740993, which fl"),
    Row("a uint64 no float is", fit(np.full((4, 2), 2**64 - 1, "u8")), OverflowError, "X holds 18446744073709551615"),
    Row("a list of it", fit([[TOO_BIG, 0]] * 4), OverflowError, "X holds 9007199254740993, which float64 cannot"),
    Row("CSR of it", fit(sparse.csr_array([[TOO_BIG, 0]] * 4)), OverflowError, "X holds 9007199254740993"),
    Row("samples at the end of the range", fit(HUGE), OverflowError, "overflow"),
    Row("the least samples", fit(X * 5e-324), np.array([[2e-323, 0.0]])),
    Row("more samples than labels", fit(X, Y[:3]), ValueError, "inconsistent numbers of samples: [4, 3]"),
    Row("fewer samples than labels", fit(X[:3]), ValueError, "inconsistent numbers of samples: [3, 4]"),
]  # fmt: skip

LABELS = [
    Row("labels of text", classes(["a", "b", "b", "a"]), NAMES),
    Row("labels of bools", classes([True, False, False, True]), np.array([False, True])),
    Row("labels of float32", classes(np.array(Y, "f4")), np.array([0, 1], "f4")),
    Row("labels of float16", classes(np.array(Y, "f2")), np.array([0, 1], "f2")),
    Row("labels of int8", classes(np.array(Y, "i1")), np.array([0, 1], "i1")),
    Row("labels at the ends of uint64", classes(np.array([0, 2**64 - 1] * 2, "u8")), np.array([0, 2**64 - 1], "u8")),
    Row("labels at the ends of int64", classes([-(2**63), 2**63 - 1] * 2), np.array([-(2**63), 2**63 - 1])),
    Row("labels of 0.0 and -0.0, which are one", classes([0.0, -0.0, 1.0, 1.0]), np.array([0.0, 1.0])),
    Row("labels of 0.0 and -0.0 alone", classes([0.0, -0.0, 0.0, -0.0]), ValueError, "has to be greater than one; got"),
    Row("labels of dates", classes(np.array(Y, "M8[D]")), np.array([0, 1], "M8[D]")),
    Row("objects that are text", classes(np.array(["a", "b", "b", "a"], object)), NAMES.astype(object)),
    Row("three classes", classes(THREE), np.arange(3)),
    Row("as many classes as samples", classes([4, 3, 2, 1]), np.array([1, 2, 3, 4])),
    Row("one class", classes([1] * 4), ValueError, "The number of classes has to be greater than one; got 1"),
    Row("labels of NaN", classes([np.nan, 1, 1, 0]), ValueError, "Input y contains NaN"),
    Row("labels of infinity", classes([np.inf, 1, 1, 0]), ValueError, "Input y contains infinity"),
    Row("fractions", classes([0.5, 1.5, 1.5, 0.5]), ValueError, "Unknown label type: continuous"),
    Row("complex labels", classes(np.array(Y, complex)), ValueError, "Complex data not supported"),
    Row("text and None", classes(["a", "b", "b", None]), TypeError, "the labels in y have no order among them; want a"),
    Row("text and numbers", classes(np.array(["a", 1, "b", 1], object)), TypeError, "the labels in y have no order"),
    Row("bytes", classes([b"a", b"b", b"b", b"a"]), TypeError, "labels represented as bytes is not supported"),
    Row("no labels", classes(None), ValueError, "requires y to be passed"),
    Row("one label", classes(1), ValueError, "y should be a 1d array"),
    Row("labels in a column", classes([[0], [1], [1], [0]]), DataConversionWarning, "A column-vector y was passed"),
    Row("labels in a matrix", classes(np.eye(4)), ValueError, "y should be a 1d array, got an array of shape (4, 4)"),
    Row("masked labels", classes(np.ma.array(Y)), TypeError, "y is a masked array, whose mask would be lost"),
    Row("sparse labels", classes(sparse.csr_array([Y])), TypeError, "Sparse data was passed"),
]  # fmt: skip

PARAMETERS = [
    *(Row(f"{name}={value!r}", fit(**{name: value}), ValueError, f"Perceptron: {name} is {value!r}; want {wanted}")
      for name, wanted, values in (
        ("max_iter", "an integer of 1 or more", (0, -1, -(2**70), True, 1.5, "3", None, np.nan)),
        ("n_iter_no_change", "an integer of 1 or more", (0, -1, False, 2.0, "5", None)),
        ("eta0", "a positive finite number", (0, -1, -0.0, np.nan, np.inf, -np.inf, "1", None, True, 1j)),
        ("tol", "None or a number of 0 or more", (-1, -5e-324, np.nan, "no", True, 1j)),
        ("validation_fraction", "a number between 0 and 1", (0, 1, -0.5, 1.5, np.nan, "0.1", None, True)),
        ("fit_intercept", "True or False", ("no", 2, 1, None, 0.0)),
        ("n_jobs", "None or an integer", ("two", 1.5, True, np.nan)),
        ("multi_class", "'ovr' or 'joint'", (None, "", "ova", 1, b"ovr", ["ovr"])),
    ) for value in values),
    Row("an array for multi_class", fit(multi_class=np.array(["ovr", "joint"])), ValueError, "multi_class is array"),
    Row("an array for fit_intercept", fit(fit_intercept=np.ones(2)), ValueError, "fit_intercept is array([1., 1.])"),
    Row("fit_intercept=np.False_", fit(fit_intercept=np.False_), COEF),
    Row("max_iter of int8", fit(max_iter=np.int8(2)), COEF),
    Row("the least eta0", fit(eta0=5e-324), 5e-324 * COEF),
    Row("eta0 of 1.7e308", fit(eta0=1.7e308), OverflowError, "the margin of row 2 overflows; want a smaller rate"),
    Row("tol of infinity", fit(tol=np.inf, max_iter=9), np.array([[3.0, -1.0]])),
    Row("n_jobs=0", fit(n_jobs=0), ValueError, "n_jobs == 0"),
    Row("a billion jobs", fit(labels=THREE, n_jobs=10**9), fit(labels=THREE)()),
    Row("no CPU but one", fit(labels=THREE, n_jobs=-100), fit(labels=THREE)()),
    Row("a seed of text", fit(random_state="a", shuffle=True), ValueError, "'a' cannot be used to seed"),
    Row("half a seed", fit(random_state=1.5, shuffle=True), ValueError, "1.5 cannot be used to seed"),
    Row("a Generator", fit(random_state=GENERATOR, shuffle=True), ValueError, "cannot be used to seed"),
    Row("a seed in a list", fit(random_state=[1], shuffle=True), ValueError, "[1] cannot be used to seed"),
    Row("a seed that nobody needs", fit(random_state="a"), COEF),
    Row("a negative seed", shuffled(-1), shuffled(2**64 - 1)()),
    Row("a seed beyond 64 bits", shuffled(2**70), shuffled(0)()),
    Row("too few epochs", fit(tol=1e-3), ConvergenceWarning, "2 epochs were not enough to converge; want a larger"),
    Row("nothing to hold out", fit(early_stopping=True), ValueError, "validation_fraction=0.1 of 4 samples leaves an"),
    Row("an unknown class weight", fit(class_weight="x"), ValueError, "class_weight is 'x'; want a dict of numbers"),
    Row("class weights in a list", fit(class_weight=[1, 2]), ValueError, "class_weight is [1, 2]; want a dict of numb"),
    Row("class weights of text", fit(class_weight={0: "a"}), ValueError, "could not convert string to float: 'a'"),
    Row("class weights of others", fit(class_weight={5: 1}), ValueError, "The classes, [0, 1], are not in class_weigh"),
    Row("a negative class weight", fit(class_weight={0: -1}), ValueError, "class_weight is {0: -1}; want finite"),
    Row("a class weight of NaN", fit(class_weight={0: np.nan}), ValueError, "class_weight is {0: nan}; want finite"),
    Row("an infinite class weight", fit(class_weight={1: np.inf}), ValueError, "class_weight is {1: inf}; want finite"),
    Row("class weights of zero", fit(class_weight={0: 0, 1: 0}), ValueError, "is zero for all samples; want a positiv"),
    Row("one class weight of zero", fit(class_weight={0: 0}), np.array([[1.0, 0.0]])),
    Row("weights that overflow together",
        fit(class_weight={0: 1e308, 1: 1e308}, eta0=1e308), OverflowError, "eta0 times class_weight times sample_weig"),
]  # fmt: skip

ARGUMENTS = [
    Row("sample_weight of 2", given(sample_weight=2), 2.0 * COEF),
    Row("sample_weight of int8", given(sample_weight=np.full(4, 2, "i1")), 2.0 * COEF),
    Row("sample_weight of bfloat16", given(sample_weight=np.full(4, 2, bfloat16)), 2.0 * COEF),
    Row("sample_weight of bools", given(sample_weight=[True] * 4), COEF),
    Row("sample_weight of -0.0", given(sample_weight=[1, 1, -0.0, 1]), np.array([[1.0, -1.0]])),
    Row("the least sample_weight", given(sample_weight=[5e-324] * 4), 5e-324 * COEF),
    Row("too few weights", given(sample_weight=[1, 2]), ValueError, "sample_weight.shape == (2,), expected (4,)"),
    Row("weights in a row", given(sample_weight=[[1] * 4]), ValueError, "Sample weights must be 1D array or scalar"),
    Row("weights of text", given(sample_weight=["1"] * 4), TypeError, "sample_weight has dtype <U1"),
    Row("complex weights", given(sample_weight=[1j] * 4), TypeError, "sample_weight has dtype complex128"),
    Row("weights of None", given(sample_weight=[None] * 4), TypeError, "sample_weight has dtype object"),
    Row("masked weights", given(sample_weight=np.ma.ones(4)), TypeError, "sample_weight is a masked array"),
    Row("weights no float is", given(sample_weight=[TOO_BIG, 1, 1, 1]), OverflowError, "sample_weight holds 900719925"),
    Row("weights of zero", given(sample_weight=np.zeros(4)), ValueError, "sample_weight is zero for all s"),
    Row("negative weights", given(sample_weight=-np.ones(4)), ValueError, "sample_weight[0] is -1.0; want finite"),
    Row("weights of NaN", given(sample_weight=[np.nan] * 4), ValueError, "sample_weight[0] is nan; want finite"),
    Row("infinite weights", given(sample_weight=[np.inf] * 4), ValueError, "sample_weight[0] is inf; want finite"),
    Row("weights of 1e308", given(sample_weight=[1e308] * 4), OverflowError, "the margin of row 2 overflows"),
    Row("coef_init in a vector", given(coef_init=[0.0, 0.0]), COEF),
    Row("coef_init of int64", given(coef_init=np.zeros((1, 2), int)), COEF),
    Row("coef_init of text", given(coef_init="a"), TypeError, "coef_init has dtype <U1"),
    Row("complex coef_init", given(coef_init=[1j, 2]), TypeError, "coef_init has dtype complex128"),
    Row("masked coef_init", given(coef_init=np.ma.zeros(2)), TypeError, "coef_init is a masked array"),
    Row("coef_init of NaN", given(coef_init=[np.nan, 0]), ValueError, "coef_init holds NaN or infinity; want finite"),
    Row("an infinite coef_init", given(coef_init=[[np.inf, 0]]), ValueError, "coef_init holds NaN or infinity; want f"),
    Row("three of coef_init", given(coef_init=np.zeros((1, 3))), ValueError, "coef_init has shape (1, 3); want (1, 2)"),
    Row("too many of coef_init", given(coef_init=np.zeros((2, 2))), ValueError, "coef_init has shape (2, 2); want (1,"),
    Row("coef_init no float is", given(coef_init=[TOO_BIG, 0]), OverflowError, "coef_init holds 9007199254740993"),
    Row("a number as intercept_init", given(intercept_init=0), COEF),
    Row("two of intercept_init", given(intercept_init=[1, 2]), ValueError, "intercept_init has shape (2,); want (1,)"),
    Row("none of intercept_init", given(intercept_init=[]), ValueError, "intercept_init has shape (0,); want (1,)"),
    Row("infinite intercept_init", given(intercept_init=[np.inf]), ValueError, "intercept_init holds NaN or infinity"),
    Row("partial: no classes", partial(), ValueError, "classes must be passed on the first call to partial_fit"),
    Row("partial: early stopping", lambda: Perceptron(early_stopping=True).partial_fit(X, Y, classes=[0, 1]),
        ValueError, "early_stopping should be False with partial_fit"),
    Row("partial: balanced weights", lambda: Perceptron(class_weight="balanced").partial_fit(X, Y, classes=[0, 1]),
        ValueError, "class_weight is 'balanced', which wants all labels at once"),
    Row("partial: an empty list", partial(classes=[]), ValueError, "classes are []; want two or more"),
    Row("partial: one class", partial(classes=[0]), ValueError, "classes are [0]; want two or more"),
    Row("partial: a number", partial(classes=5), ValueError, "classes are [5]; want two or more"),
    Row("partial: a class twice", partial(classes=[1, 0, 1]), partial(classes=[0, 1])()),

    Row("partial: other classes", partial(classes=["a", "b"]), ValueError, "y holds 0; want labels among classes"),
    Row("partial: classes of NaN", partial(classes=[np.nan, 1]), ValueError, "y holds 0; want labels among classes"),
    Row("partial: labels of text", partial(NAMES[Y], classes=[0, 1]), ValueError, "y holds 'a'; want labels among"),
    Row("partial: labels of digits", partial(list("0110"), classes=[0, 1]), ValueError,
        "y holds '0'; want labels among classes [0 1]"),
    Row("partial: classes of digits", partial(classes=["0", "1"]), ValueError,
        "y holds 0; want labels among classes ['0' '1']"),
    Row("partial: integers as objects", partial(np.array(Y, object), classes=[0, 1]), partial(classes=[0, 1])()),
    Row("partial: 2 among objects", partial(np.array([0, 1, 1, 2], object), classes=[0, 1]), ValueError, "y holds 2;"),
    Row("partial: objects with None", partial(np.array([0, 1, 1, None], object), classes=[0, 1]), ValueError,
        "Unknown label type"),
    Row("partial: classes of two types",
        partial(classes=np.array([0, "a"], object)), TypeError, "the labels in classes have no order among them"),
]  # fmt: skip

PREDICTIONS = [
    Row("predict: float64", use("predict", X), np.array(Y)),
    Row("predict: lists", use("predict", X.tolist()), np.array(Y)),
    Row("predict: bfloat16", use("decision_function", X.astype(bfloat16)), FITTED.decision_function(X)),
    Row("predict: float16", use("decision_function", X.astype("f2")), FITTED.decision_function(X)),
    Row("predict: CSC", use("decision_function", sparse.csc_array(X)), FITTED.decision_function(X)),
    Row("predict: byte-swapped", use("decision_function", X.astype(">f8")), FITTED.decision_function(X)),
    Row("predict: before fit", lambda: Perceptron().predict(X), NotFittedError, "This Perceptron instance is not fitt"),
    Row("scores: before fit", lambda: Adaline().decision_function(X), NotFittedError, "This Adaline instance is not"),
    Row("predict: another number of features", use("predict", [[1.0]]), ValueError, "X has 1 features, but Perceptron"),
    Row("predict: one dimension", use("predict", [1.0, 2.0]), ValueError, "Expected 2D array, got 1D array instead"),
    Row("predict: nothing", use("predict", np.zeros((0, 2))), ValueError, "0 sample(s)"),
    Row("predict: None", use("predict", None), ValueError, "Expected 2D array, got scalar array instead"),
    Row("predict: NaN", use("predict", [[np.nan, 1.0]]), ValueError, "Input X contains NaN"),
    Row("predict: infinity", use("predict", [[np.inf, 1.0]]), ValueError, "Input X contains infinity"),
    Row("predict: text", use("predict", [["a", "b"]]), ValueError, "could not convert string to float: 'a'"),
    Row("predict: complex numbers", use("predict", X + 0j), ValueError, "Complex data not supported"),
    Row("predict: a masked array", use("predict", np.ma.array(X)), TypeError, "X is a masked array"),
    Row("predict: an integer no float is", use("predict", [[TOO_BIG, 0]]), OverflowError, "X holds 9007199254740993"),
    *(Row(f"{method}: a score that is {kind}, {form.__name__}", use(method, form(samples), LARGE), OverflowError,
          "the margin of row 0 overflows; want")
      for method in ("predict", "decision_function") for form in (np.asarray, sparse.csr_array)
      for kind, samples in (("infinite", [[1e308, -1e308]]), ("NaN", [[1e308, 1e308]]))),
    Row("score: other labels", lambda: FITTED.score(X, [7, 7, 7, 7]), 0.0),
]  # fmt: skip


def adaline(samples=X, given=None, **options):
    return fit(samples, by=Adaline, given=given, **options)


ADALINE = [
    Row("Adaline: zeros", adaline(0.0 * X), np.array([[0.0, 0.0]])),
    Row("Adaline: zeros and no bias", adaline(0.0 * X, fit_intercept=False), np.array([[0.0, 0.0]])),
    Row("Adaline: eta0 of text", adaline(eta0="1"), ValueError, "Adaline: eta0 is '1'; want a positive finite number"),
    Row("Adaline: eta0 of 0", adaline(eta0=0), ValueError, "Adaline: eta0 is 0; want a positive finite number"),
    Row("Adaline: eta0 so large that it diverges", adaline(eta0=1e300), OverflowError, "want a smaller rate"),
    Row("Adaline: the least eta0", adaline(eta0=5e-324), 5e-324 * np.array([[12.0, 4.0]])),
    Row("Adaline: squares that overflow", adaline(1e200 * X), OverflowError, "overflow"),
    Row("Adaline: squares that underflow",
        adaline(1e-170 * X, fit_intercept=False), adaline(1e-170 * X, fit_intercept=False, eta0=1.0)()),
    Row("Adaline: weights that overflow with the squares",
        adaline(given={"sample_weight": [1e308] * 4}), OverflowError, "weights times x·x overflow; want smaller weigh"),
    Row("Adaline: NaN", adaline([[np.nan, 0.0], *X[1:].tolist()]), ValueError, "row 0 of X holds NaN or infinity"),
    Row("Adaline: weights that underflow", adaline(given={"sample_weight": [1e-320] * 4}, eta0=1.0, max_iter=1),
        1e-320 * np.array([[6.0, 2.0]])),
    Row("Adaline: a masked array", adaline(np.ma.array(X)), TypeError, "Adaline: X is a masked array"),
]  # fmt: skip

ROWS = [*SAMPLES, *LABELS, *PARAMETERS, *ARGUMENTS, *PREDICTIONS, *ADALINE]

TestCalls = checks_of(ROWS, least=240)
