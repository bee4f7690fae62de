"""What the estimators take and refuse beside data: integers that would be rounded, flags, biases that stay."""

import array
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from support.cells import in_one_test
from support.forgeries import lying

sparse = pytest.importorskip("scipy.sparse")
pytest.importorskip("sklearn")

from sklearn.exceptions import ConvergenceWarning  # noqa: E402
from sklearn.linear_model import Perceptron as TheirPerceptron  # noqa: E402
from sklearn.linear_model import SGDClassifier  # noqa: E402

import onedot  # noqa: E402
from onedot.sklearn import Adaline, Perceptron  # noqa: E402

BOTH = in_one_test("estimator", [Perceptron, Adaline])
TOO_BIG = 2**53 + 1
X, Y = [[0.0, 1.0], [1.0, 0.0]], [0, 1]


class Table:
    """A table whose columns have types of their own, which NumPy brings to one: float64."""

    def __init__(self, *columns):
        self.held, self.columns, self.shape = columns, range(len(columns)), (len(columns[0]), len(columns))

    def __len__(self):
        return self.shape[0]

    def __getitem__(self, name):
        return self.held[name]

    def __array__(self, dtype=None, copy=None):
        return np.stack(self.held, axis=1).astype(dtype or np.float64)


class Located(Table):
    """The same as pandas has it, whose columns may share a name."""

    @property
    def iloc(self):
        return Columns(self.held)


class Columns:
    def __init__(self, held):
        self.held = held

    def __getitem__(self, index):
        return self.held[index[1]]


def dense(b):
    """X with the integer b, as whatever may hold it."""
    rows = [[b, 1], [2, 3]]
    whole = np.array(rows)
    return {
        "lists": rows,
        "tuples": tuple(map(tuple, rows)),
        "lists with a float": [[b, 1.5], [2, 3]],
        "lists with a decimal": [[b, Decimal(1)], [2, 3]],
        "ranges": [range(b, b + 2), range(2)],
        "int64": whole,
        "uint64": whole.astype(np.uint64),
        "big-endian": whole.astype(">i8"),
        "objects": whole.astype(object),
        "objects of NumPy's": np.array([[np.int64(b), 1.5], [2, 3]], dtype=object),
        "objects with a fraction": np.array([[b, Fraction(1, 2)], [2, 3]], dtype=object),
        "a memoryview": memoryview(whole),
        "memoryviews": [memoryview(row) for row in whole],
        "arrays": [array.array("q", row) for row in rows],
        "arrays of both kinds": [whole[0], np.array([1.5, 2.0])],
        "a table": Table(whole[:, 0], np.array([1.5, 2.0])),
        "a located table": Located(whole[:, 0], np.array([1.5, 2.0])),
    }


def stored(b):
    whole = np.array([[b, 1], [2, 3]])
    return {name: getattr(sparse, f"{name}_array")(whole) for name in ("csr", "csc", "coo", "lil", "dok", "bsr")}


FORMS = [*dense(1), *stored(1)]


def used_by(estimator):
    """Every method that takes samples."""
    fitted = estimator(max_iter=2, tol=None).fit(X, Y)
    return {
        "fit": lambda samples: estimator(max_iter=2, tol=None).fit(samples, Y),
        "partial_fit": lambda samples: estimator().partial_fit(samples, Y, classes=Y),
        "predict": fitted.predict,
        "decision_function": fitted.decision_function,
        "score": lambda samples: fitted.score(samples, Y),
    }


@BOTH
@in_one_test("form", FORMS)
def test_no_integer_of_the_samples_is_rounded(level, estimator, form):
    right, wrong = ({**dense(b), **stored(b)}[form] for b in (2**52, TOO_BIG))
    for call in used_by(estimator).values():
        with pytest.raises(OverflowError, match="X holds 9007199254740993, which float64 cannot represent"):
            call(wrong)
        call(right)


@BOTH
def test_fractions_beyond_float64_are_refused_by_name(level, estimator):
    for call in used_by(estimator).values():
        with pytest.raises(OverflowError, match=r"X is Fraction\(10+, 1\), beyond float64; want"):
            call([[Fraction(10**400), 1], [2, 3]])


@BOTH
@pytest.mark.parametrize("name", ["coef_init", "intercept_init", "sample_weight"])
def test_no_integer_beside_the_samples_is_rounded(level, estimator, name):
    for held in ([TOO_BIG, 1], np.array([TOO_BIG, 1]), memoryview(np.array([TOO_BIG, 1])), [TOO_BIG, 1.5]):
        value = held if name != "intercept_init" else held[:1]
        with pytest.raises(OverflowError, match=f"{name} holds 9007199254740993"):
            estimator().fit(X, Y, **{name: value})


FLAGS = ["fit_intercept", "shuffle", "early_stopping", "warm_start", "average"]
NO_FLAGS = ["no", "", None, [0], 2.5, 0, 1, 10**400, 10**5000, np.array([True]), Decimal(1)]
NO_VERBOSITY = ["no", None, [0], 2.5, -1, -(10**5000), np.array([1, 2])]
NO_NUMBERS = ["no", [1], 10**400, -(10**5000), Fraction(10**400), Fraction(10**5000, 3), float("nan"), Decimal(1), 1j]
REFUSED = [(name, value) for name in FLAGS for value in NO_FLAGS]
REFUSED += [("verbose", value) for value in NO_VERBOSITY]
REFUSED += [(name, value) for name in ("eta0", "tol", "validation_fraction") for value in NO_NUMBERS]
REFUSED += [(name, value) for name in ("max_iter", "n_iter_no_change") for value in (0, 1.5, "no", None, -(10**5000))]
REFUSED += [("n_jobs", value) for value in ("no", 1.5, [1])]


@BOTH
@in_one_test(("name", "value"), REFUSED, ids=lambda value: type(value).__name__)
def test_a_parameter_that_is_none_is_refused_by_every_way_to_train(estimator, name, value):
    made = estimator(**{name: value})
    for train in (made.fit, lambda X, Y: made.partial_fit(X, Y, classes=Y)):
        with pytest.raises(ValueError, match=f"{estimator.__name__}: {name} is .*; want"):
            train(X, Y)


TAKEN = [(flag, value) for flag in FLAGS for value in (True, False, np.True_, np.False_)]
TAKEN += [("verbose", value) for value in (0, 1, 2, np.int8(0), True, np.False_, 10**400)]
TAKEN += [("random_state", value) for value in (None, 0, -1, 10**400, np.int8(3), np.random.RandomState(1))]
TAKEN += [("class_weight", value) for value in (None, "balanced", {}, {0: 2}, {0: Fraction(1, 2), 1: np.float16(1)})]
TAKEN += [("eta0", Fraction(1, 3)), ("tol", Fraction(1, 3)), ("tol", np.inf), ("n_jobs", 10**6), ("n_jobs", -1)]


@BOTH
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(("name", "value"), TAKEN, ids=lambda value: type(value).__name__)
def test_what_scikit_learn_takes_is_taken(estimator, name, value):
    options = {"max_iter": 3, "tol": None, "validation_fraction": 0.5} | {name: value}
    estimator(**options).fit(X * 2, Y * 2)


@BOTH
@pytest.mark.parametrize(
    "value", [10**400, Fraction(10**400), 10**5000, -1.0, np.nan, np.inf], ids=lambda v: type(v).__name__
)
def test_a_class_weight_that_is_none_is_refused(estimator, value):
    with pytest.raises((ValueError, OverflowError), match=r"class_weight .*; want"):
        estimator(class_weight={1: value}).fit(X, Y)


@BOTH
@pytest.mark.parametrize("value", [[1.0, 2.0], (1, 2), 2.0, np.ones(2), lying(np.ones(2), 2, 2, 2)], ids=type)
def test_class_weights_of_another_kind_are_refused(estimator, value):
    """Before scikit-learn prints them, which fails for an array that lies."""
    with pytest.raises(ValueError, match=r"class_weight is .*; want a dict"):
        estimator(class_weight=value).fit(X, Y)


# Biases that are given and not trained ---------------------------------------------------------------------


def drawn(seed, classes):
    """Whole numbers, so that nothing rounds."""
    generator = np.random.default_rng(seed)
    samples = generator.integers(-4, 5, (12, 3)).astype(np.float64)
    labels = np.concatenate([np.arange(classes), generator.integers(0, classes, 12 - classes)])
    units = 1 if classes == 2 else classes
    biases = generator.integers(1, 6, units) * generator.choice([-1.0, 1.0], units)
    return samples, labels, biases, generator.integers(-3, 4, (units, 3)).astype(np.float64)


@in_one_test("form", [np.asarray, sparse.csr_array], ids=["dense", "CSR"])
@in_one_test("classes", [2, 4])
@in_one_test("seed", range(6))
def test_without_fit_intercept_given_biases_stay_as_in_scikit_learn(level, form, classes, seed):
    samples, labels, biases, coef = drawn(seed, classes)
    options = {"fit_intercept": False, "max_iter": 4, "tol": None, "shuffle": False, "warm_start": True}
    ours, theirs = Perceptron(**options), TheirPerceptron(**options)
    for given in ({"intercept_init": biases, "coef_init": coef}, {}, {"intercept_init": -biases, "coef_init": coef}):
        # scikit-learn writes to the arrays that it is given, and reads intercept_init only beside coef_init
        theirs.fit(form(samples), labels, **{name: v.copy() for name, v in given.items()})
        ours.fit(form(samples), labels, **given)
        assert ours.coef_.tolist() == theirs.coef_.tolist()
        assert ours.intercept_.tolist() == theirs.intercept_.tolist()
        assert ours.predict(form(samples)).tolist() == theirs.predict(form(samples)).tolist()
    for _ in range(3):
        assert ours.partial_fit(samples, labels).coef_.tolist() == theirs.partial_fit(samples, labels).coef_.tolist()


def test_averages_leave_biases_that_stay(level):
    samples, labels, _, _ = drawn(1, 2)
    options = {"fit_intercept": False, "max_iter": 3, "tol": None, "shuffle": False, "average": True}
    theirs = SGDClassifier(loss="perceptron", penalty=None, learning_rate="constant", eta0=1.0, **options)
    ours = Perceptron(**options).fit(samples, labels, intercept_init=[0.1])
    assert ours.intercept_.tolist() == [0.1]
    theirs.fit(samples, labels, intercept_init=[0.1])
    assert ours.coef_ == pytest.approx(theirs.coef_, rel=1e-12)
    assert ours.partial_fit(samples, labels).intercept_.tolist() == [0.1]


@pytest.mark.parametrize("options", [{}, {"multi_class": "joint"}], ids=str)
def test_of_biases_that_stay_no_bound_is_given_and_the_margin_is_that_of_all_weights(level, options):
    samples, labels = np.array([[1.0], [2.0], [4.0], [5.0]]), [0, 0, 1, 1]
    fit = Perceptron(fit_intercept=False, shuffle=False, tol=None, max_iter=50, **options)
    fit.fit(samples, labels, intercept_init=[-3.0])
    assert fit.converged_
    assert fit.intercept_.tolist() == [-3.0]
    scores = np.where(labels, 1, -1) * fit.decision_function(samples)
    assert fit.margin_ == pytest.approx(scores.min() / np.hypot(3.0, fit.coef_[0, 0]))
    assert fit.margin_bound_ == np.inf


def test_a_bound_begins_anew_when_biases_begin_or_cease_to_be_trained(level):
    samples, labels = np.array([[1.0], [2.0], [4.0], [5.0]]), [0, 0, 1, 1]
    fit = Perceptron(shuffle=False, tol=None, max_iter=50).fit(samples, labels)
    assert fit.margin_ <= fit.margin_bound_ < np.inf
    biases = fit.intercept_.tolist()
    fit.set_params(fit_intercept=False).partial_fit(-samples, labels)
    assert (fit.intercept_.tolist(), fit.margin_bound_) == (biases, np.inf)
    fit.set_params(fit_intercept=True).partial_fit(samples, labels)
    least = onedot.separability(samples, np.where(labels, 1, -1)).weights
    assert fit.margin_bound_ >= 0.5 / np.linalg.norm(least)


def test_the_delta_rule_leaves_biases_that_stay(level):
    fit = Adaline(fit_intercept=False, eta0=0.125, shuffle=False, tol=None, max_iter=200)
    fit.fit([[1.0], [3.0]], [0, 1], intercept_init=[-2.0])
    assert fit.intercept_.tolist() == [-2.0]
    assert fit.coef_[0, 0] == pytest.approx(1.0)


def test_biases_of_zero_are_none(level):
    samples, labels, biases, _ = drawn(2, 2)
    options = {"fit_intercept": False, "shuffle": False, "max_iter": 5, "tol": None}
    plain, given = Perceptron(**options).fit(samples, labels), Perceptron(**options)
    given.fit(samples, labels, intercept_init=0.0 * biases)
    assert plain.coef_.tolist() == given.coef_.tolist()
    assert plain.margin_bound_ == given.margin_bound_ < np.inf


def test_a_warning_is_of_the_line_that_fits():
    with pytest.warns(ConvergenceWarning) as warned:
        Perceptron(max_iter=1).fit(X, Y)
    assert warned[0].filename == __file__
