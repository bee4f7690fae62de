"""What callers may throw at `fit_logistic`, `LogisticRegression` and `separation` besides arrays of other kinds."""

from dataclasses import replace

import numpy as np
import pytest

import onedot
from support.hostile import Row, checks_of, frozen
from support.producers import Nullable, quantity

pytest.importorskip("sklearn")
sparse = pytest.importorskip("scipy.sparse")

from onedot.sklearn import LogisticRegression  # noqa: E402

X = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 2.0], [3.0, 1.0], [1.0, 3.0], [2.0, 0.5]])
Y = [0, 1, 0, 1, 1, 0]
FIT = onedot.fit_logistic(X, Y)
WEIGHTS = FIT.weights
ONE_IN_MEMORY = np.broadcast_to(np.float64(1.0), (6,))
NO_ORDER = "the labels in y have no order among them; want all of one type"


def fit(samples=X, y=Y, **options):
    return lambda: onedot.fit_logistic(samples, y, **options).weights


def near(call, wanted):
    return lambda: bool(np.abs(call() / wanted - 1).max() < 1e-6)


def model(samples=X, y=Y, sample_weight=None, **options):
    return lambda: LogisticRegression(tol=1e-8, **options).fit(samples, y, sample_weight).coef_[0]


def kind(samples=X, y=Y, **options):
    """Which answer, and whether it holds; these do not depend on the version of SciPy."""

    def call():
        answer = onedot.separation(samples, y, **options)
        return type(answer).__name__, answer.verify(samples, y, sample_weight=options.get("sample_weight"))

    return call


def of_all(name, y, error, words):
    """Labels that all of them refuse, in the same words but for scikit-learn's own."""
    return [
        Row(f"fit: {name}", fit(y=y), error, f"fit_logistic: {words}"),
        Row(f"separation: {name}", kind(y=y), error, f"separation: {words}"),
    ]


LABELS = [
    *of_all("one class", [1] * 6, ValueError, "all samples are of one class, 1; want two classes or more"),
    *of_all("text and numbers", ["a", 1] * 3, TypeError, NO_ORDER),
    *of_all("text and bytes", ["a", b"a"] * 3, TypeError, NO_ORDER),
    *of_all("complex labels", np.array([1j, 2] * 3), TypeError, NO_ORDER),
    *of_all("a label missing among text", ["a", None, "b", "a", "b", "a"], ValueError, "y[1] is None; want labels of"),
    *of_all("NaN among text", ["a", "b", np.nan, "a", "b", "a"], ValueError, "y[2] is nan; want labels of classes"),
    *of_all("NaN among numbers", [0, 1, 0, np.nan, 1, 0], ValueError, "y[3] is nan; want labels of classes"),
    *of_all("no time", np.array(["2000-01-01", "NaT"] * 3, "M8[D]"), ValueError, "y[1] is NaT; want labels"),
    *of_all("arrays as labels", [np.ones(2)] * 6, ValueError, "X has 6 rows, y has shape (6, 2); want a labe"),
    *of_all("a ragged list", [[0], [1, 2], 0, 1, 1, 0], ValueError, "y is ragged; want a label for each row of X"),
    *of_all("a number", 1, ValueError, "X has 6 rows, y has shape (); want a label for each row, shape (6,)"),
    *of_all("text", "010110", ValueError, "X has 6 rows, y has shape (); want a label for each row, shape (6,)"),
    *of_all("nothing", None, ValueError, "X has 6 rows, y has shape (); want a label for each row, shape (6,)"),
    *of_all("masked labels", np.ma.array(Y), TypeError, "y is a masked array, whose mask would be lost"),
    *of_all("lengths", quantity(np.array(Y, float)), TypeError, "y is in the unit km, which would be lost"),
    *of_all("a column with a hole", Nullable([*Y[:5], None], "i8"), TypeError, "y has missing values; want them fill"),
    Row("fit: integers that float64 rounds", fit(y=[2**63 + v for v in Y]), WEIGHTS),
    Row("fit: some beyond int64, some below 0", fit(y=[2**63 + 1 if v else -1 for v in Y]), WEIGHTS),
    Row("fit: three that float64 takes for two",
        lambda: onedot.fit_logistic(X, [2**63, 2**63 + 1, -1] * 2).classes.tolist(), [-1, 2**63, 2**63 + 1]),
    Row("fit: a column of integers", fit(y=Nullable(Y, "i8")), WEIGHTS),
    Row("fit: labels one in memory", fit(y=ONE_IN_MEMORY), ValueError, "all samples are of one class, 1.0"),
    Row("fit: objects", fit(y=np.array(["a" if v else "A" for v in Y], object)), WEIGHTS),
    Row("fit: dates", fit(y=np.array(["2001-01-01" if v else "2000-01-01" for v in Y], "M8[D]")), WEIGHTS),
    Row("separation: fractions", kind(y=[0.5, 1.5] * 3), ValueError, "y holds 0.5; want classes: whole numbers, bools"),
    Row("separation: 2**70 and less", kind(y=[2**70 + v for v in Y]), ("Overlap", True)),
    Row("model: one class", model(y=[1] * 6), ValueError, "all samples are of one class, 1"),
    Row("model: text and numbers", model(y=np.array(["a", 1] * 3, object)), TypeError, NO_ORDER),
]  # fmt: skip

NUMBERS = [
    *(Row(f"fit: verbose {v!r}", fit(verbose=v), error, f"fit_logistic: verbose is {v!r}; want")
      for v, error in (("x", TypeError), (None, TypeError), (1.5, TypeError), (-1, ValueError))),
    *(Row(f"model: verbose {v!r}", model(verbose=v), ValueError, f"LogisticRegression: verbose is {v!r}; want True,")
      for v in ("x", None, 1.5, -1)),
    Row("fit: penalty masked", fit(penalty=np.ma.masked), ValueError, "penalty is masked; want 'l2' or None"),
    Row("model: a penalty in a list", model(penalty=["l2"]), ValueError, "penalty is ['l2']; want 'l2' or None"),
    *(Row(f"fit: C of {C}", near(fit(C=C), [-C * 1.0625, C / 2, C / 4]), True) for C in (2.0**-1000, 2.0**-500)),
    Row("fit: the least C", fit(C=5e-324), OverflowError, "C is 4.94066e-324, the sum of all weights 6, so the"),
    Row("model: the least C", model(C=5e-324), OverflowError, "the penalty overflows; want C or weights on another sc"),
    Row("fit: the largest C", near(fit(C=1.7e308), fit(penalty=None)()), True),
    Row("fit: C beyond the range", fit(C=np.inf), ValueError, "C is inf; want a positive finite number"),
    Row("fit: C and weights so large that it vanishes",
        fit(C=1e308, sample_weight=[1e300] * 6), OverflowError, "the penalty vanishes; want C or weights on"),
    Row("fit: the least weights", fit(sample_weight=[5e-324] * 6), OverflowError, "the penalty overflows; want C or w"),
    Row("fit: the least weights, no penalty",
        near(fit(sample_weight=[5e-324] * 6, penalty=None), fit(penalty=None)()), True),
    Row("fit: weights whose sum overflows", fit(sample_weight=[1e308] * 6), OverflowError, "sum of all weights is inf"),
    Row("fit: a class that vanishes", fit(sample_weight=[1, 5e-324, 1, 5e-324, 5e-324, 1]), OverflowError,
        "the weights of class 1 vanish beside others; want weights on one scale"),
    Row("fit: a class whose weight vanishes", fit(class_weight={0: 5e-324}), OverflowError, "class 0 vanish"),
    Row("model: a class whose weight vanishes", model(class_weight={1: 5e-324}), OverflowError, "class 1 vanish"),
    Row("fit: squares that are 0", fit(X * 1e-200, penalty=None), ValueError,
        "column 0 of X holds no number above 3e-200, whose squares are lost in rounding; want it on a larger scale"),
    Row("fit: squares that are 0, in CSR", fit(sparse.csr_array(X * 1e-200), penalty=None), ValueError,
        "column 0 of X holds no number above 3e-200, whose squares are lost in rounding; want it on a larger scale"),
    Row("fit: the least numbers with a penalty", fit(X * 5e-324), np.zeros(3)),
    Row("fit: squares that overflow", fit(X * 1e155), OverflowError, "numbers overflow; want X on a smaller scale"),
    Row("fit: the largest numbers", fit(X * 5e307), OverflowError, "numbers overflow; want X on a smaller scale"),
    Row("fit: a start that overflows", fit(X * 1e10, start=[0, 1e300, 1e300]), OverflowError,
        "margins by start overflow; want one nearer to 0, or X on a smaller scale"),
    Row("separation: the least and the largest numbers", kind(X * [5e-324, 5e307]), ("Overlap", True)),
    Row("separation: weights at both ends", kind(sample_weight=[5e-324, 1.7e308] * 3), ("Overlap", True)),
    Row("LogisticFit: NaN", lambda: FIT.predict([[np.nan, 1]]), ValueError, "row 0 of X holds NaN or infinity"),
    Row("LogisticFit: margins that overflow", lambda: replace(FIT, weights=np.full(3, 2.0)).predict([[1e308] * 2]),
        OverflowError, "LogisticFit.predict: the margin of row 0 overflows; want X on a smaller scale"),
]  # fmt: skip
ROWS = [*LABELS, *NUMBERS]

TestCalls = checks_of(ROWS, least=60)

BROKEN = {
    "NaN": {"X": np.where(X == 3, np.nan, X)},
    "weights that overflow": {"sample_weight": [1e308] * 6},
    "labels": {"y": [1] * 6},
    "weights": {"sample_weight": -np.ones(6)},
    "a short weight": {"sample_weight": np.ones(5)},
    "CSR of NaN": {"X": sparse.csr_array(np.where(X == 3, np.nan, X))},
}


@pytest.mark.parametrize("warm_start", [False, True])
@pytest.mark.parametrize("name", BROKEN)
def test_a_fit_that_fails_leaves_the_estimator_as_it_was(level, name, warm_start):
    given = {"X": X, "y": Y, "sample_weight": None} | BROKEN[name]
    fresh = LogisticRegression(warm_start=warm_start)
    before = dict(vars(fresh))
    with pytest.raises((ValueError, OverflowError)):
        fresh.fit(**given)
    assert vars(fresh) == before
    fitted = LogisticRegression(warm_start=warm_start).fit(X, Y)
    before = {key: frozen(value) for key, value in vars(fitted).items()}
    with pytest.raises((ValueError, OverflowError)):
        fitted.fit(**given)
    assert {key: frozen(value) for key, value in vars(fitted).items()} == before
