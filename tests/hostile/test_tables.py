"""Tables as pandas has them: columns of several types, or of numbers that may be missing, are read one by one."""

import numpy as np
import pytest

import onedot
from onedot import Hyperplane, Layer, Unit, activations, exact, geometry
from support.cells import in_one_test
from support.hostile import frozen
from support.producers import Nullable, Table

V, Y = np.array([1.0, -2.0, 0.5, 3.0]), [1, -1, -1]
FIT, LMS = onedot.fit_perceptron(np.eye(4)[:3], Y), onedot.fit_lms(np.eye(4)[:3], Y, epochs=1)
LOGISTIC = onedot.fit_logistic(np.eye(4)[:3], Y)


def epoch(X):
    w = np.zeros(5)
    return onedot.perceptron_epoch(w, X, Y), w


TAKE_ROWS = {
    "matvec": lambda X: onedot.matvec(X, V),
    "vecmat": lambda X: onedot.vecmat(V[:3], X),
    "matmul": lambda X: onedot.matmul(V[:3], X),
    "vecdot": lambda X: onedot.vecdot(X, V),
    "exact.matvec": lambda X: exact.matvec(X, V),
    "exact.matmul": lambda X: exact.matmul(X, V),
    "exact.vecdot": lambda X: exact.vecdot(X, V),
    "softmax": activations.softmax,
    "norm": geometry.norm,
    "cosine": lambda X: geometry.cosine(X, V),
    "alignment": lambda X: geometry.alignment(X, V),
    "side": Hyperplane(V, -1.0).side,
    "distance": Hyperplane(V, -1.0).distance,
    "Layer W": lambda X: Layer(X)(V),
    "Layer X": Layer(np.eye(4)),
    "Unit X": Unit(V),
    "perceptron_epoch": epoch,
    "fit_perceptron": lambda X: onedot.fit_perceptron(X, Y, max_epochs=5),
    "fit_lms": lambda X: onedot.fit_lms(X, Y, epochs=3, rate=0.1),
    "margins": FIT.margins,
    "LmsFit.predict": LMS.predict,
    "separability": lambda X: onedot.separability(X, Y),
    "separation": lambda X: onedot.separation(X, Y),
    "fit_logistic": lambda X: onedot.fit_logistic(X, Y),
    "predict_proba": LOGISTIC.predict_proba,
}
ROWS = np.array([[1.0, 1.0, 0.5, 0.0], [2.0, 0.0, -1.5, 1.0], [-3.0, 1.0, 2.5, 1.0]])


def table(**changed):
    """The rows as columns of Int64, bools, floats and nullable booleans, or others."""
    columns = {
        "a": Nullable([1, 2, -3], "i8"),
        "b": np.array([True, False, True]),
        "c": ROWS[:, 2],
        "d": Nullable([False, True, True], "?"),
    }
    return Table(**columns | changed)


@pytest.mark.parametrize("function", TAKE_ROWS)
def test_columns_of_several_types_are_the_numbers_they_hold(level, function):
    assert frozen(TAKE_ROWS[function](table())) == frozen(TAKE_ROWS[function](ROWS))


def test_the_columns_of_pandas_are_the_numbers_they_hold(level):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1, 2, -3], "b": ROWS[:, 1] == 1.0, "c": ROWS[:, 2], "d": ROWS[:, 3] == 1.0})
    frame = frame.astype({"a": "Int64", "d": "boolean"})
    for function in TAKE_ROWS.values():
        assert frozen(function(frame)) == frozen(function(ROWS))


REFUSED = {
    "a missing number": (Nullable([1, None, 2], "i8"), TypeError, "has missing values; want them filled or dropped"),
    "text": (np.array(["x", "y", "z"]), TypeError, "has dtype <U1; want float64"),
    "an integer float64 lacks": (np.array([2**53 + 1, 0, 0]), OverflowError, "holds 9007199254740993, which float64"),
    "a masked column": (np.ma.array([1, 2, 3], mask=[0, 1, 0]), TypeError, "is a masked array, whose mask would be"),
}


@in_one_test("function", TAKE_ROWS)
@in_one_test(("column", "error", "words"), REFUSED.values(), ids=REFUSED)
def test_a_column_that_is_refused_is_named(level, function, column, error, words):
    with pytest.raises(error) as refused:
        TAKE_ROWS[function](table(b=column))
    assert f": column 'b' of {'W' if function == 'Layer W' else ''}" in str(refused.value)
    assert words in str(refused.value)


def test_integers_side_by_side_stay_integers(level):
    columns = {"a": Nullable([1, 2], "u1"), "b": np.array([True, False]), "c": np.array([-1, 1], "i4")}
    assert frozen(onedot.matvec(Table(**columns), [1, 2, 3])) == frozen(np.array([0, 5]))
    wide = Table(a=np.array([2**64 - 1, 5], "u8"), b=Nullable([-(2**62), 2], "i8"))  # float64 would round the first
    assert onedot.matvec(wide, [1, 3]).tolist() == [2**64 - 1 - 3 * 2**62, 11]


def test_labels_and_weights_may_be_columns_that_miss_nothing(level):
    wanted = onedot.fit_logistic(ROWS, [2, 1, 2], sample_weight=[1, 2, 3])
    found = onedot.fit_logistic(ROWS, Nullable([2, 1, 2], "i8"), sample_weight=Nullable([1, 2, 3], "i8"))
    assert frozen(found) == frozen(wanted)
    found = onedot.separation(ROWS, Nullable([2, 1, 2], "i8"), sample_weight=Nullable([1, 2, 3], "i8"))
    assert frozen(found) == frozen(onedot.separation(ROWS, [2, 1, 2]))
    for function in (onedot.fit_logistic, onedot.separation):
        for hole in ({"y": Nullable([2, None, 1], "i8")}, {"sample_weight": Nullable([1, None, 1], "i8")}):
            with pytest.raises(TypeError, match=f"{function.__name__}: {next(iter(hole))} has missing values; want"):
                function(**{"X": ROWS, "y": Y} | hole)


def test_the_names_of_columns_are_those_of_coefficients(level):
    columns = {"dose": np.array([1.0, 2.0, 2.0, 3.0]), "old": Nullable([True, False, False, True], "?")}
    answer = onedot.separation(Table(**columns), [0, 0, 1, 1])
    assert answer.variables.names == ("bias", "dose", "old")
    assert answer.variables.infinite == ("bias", "dose", "old")
    with pytest.raises(ValueError, match="the weights of bias, dose, old go to infinity"):
        onedot.fit_logistic(Table(**columns), [0, 0, 1, 1], penalty=None)


def test_a_column_alone_is_its_numbers(level):
    assert frozen(onedot.dot(Nullable([1, 2, 3], "i8"), [1, 1, 1])) == frozen(6)
    assert frozen(onedot.dot(Nullable([1, 2, 3], "i8"), [0.5, 1.0, 1.0])) == frozen(5.5)
