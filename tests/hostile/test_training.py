"""What callers may throw at the perceptron, the delta rule and `separability`: one row each, at every level."""

import decimal
import fractions

import numpy as np
import pytest

import onedot
from onedot import Inseparable, Separable
from support.hostile import Row, checks_of
from support.samples import read_only

bfloat16 = pytest.importorskip("ml_dtypes").bfloat16
sparse = pytest.importorskip("scipy.sparse")

X = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 2.0], [3.0, 1.0]])
Y = [1, -1, 1, -1]
MISALIGNED = np.frombuffer(b"\0" + X.tobytes(), np.uint8)[1:].view("f8").reshape(4, 2)
TOO_BIG = 2**53 + 1
STRIDED_TO_ONE = np.lib.stride_tricks.as_strided


def trained(function, w, *arguments, **options):
    """What a function that changes w returns, and w."""
    return function(w, *arguments, **options), w


def update(w=None, x=(1.0, 2.0), y=1, **options):
    return lambda: trained(onedot.perceptron_update, np.zeros(2) if w is None else w(), x, y, **options)


def lms(w=None, x=(1.0, 2.0), y=1.0, **options):
    return lambda: trained(onedot.lms_update, np.zeros(2) if w is None else w(), x, y, **options)


def epoch(samples=X, labels=Y, w=None, **options):
    return lambda: trained(onedot.perceptron_epoch, np.zeros(2) if w is None else w(), samples, labels, **options)[0]


def one_in_memory():
    return STRIDED_TO_ONE(np.zeros(1), (2,), (0,))


STEP = (True, np.array([1.0, 2.0]))  # what one update from zero gives
TINY_STEP = (1.0, np.array([0.01, 0.02]))

UPDATES = [
    Row("a plain one", update(), STEP),
    Row("a label of True", update(y=True), STEP),
    Row("a label of np.True_", update(y=np.True_), STEP),
    Row("a label of float32", update(y=np.float32(1.0)), STEP),
    Row("a label of int8", update(y=np.int8(1)), STEP),
    Row("a label of bfloat16", update(y=bfloat16(1.0)), STEP),
    Row("a label in a 0-d array", update(y=np.array(1)), STEP),
    Row("a label of Decimal", update(y=decimal.Decimal(1)), STEP),
    Row("a label of Fraction", update(y=fractions.Fraction(1)), STEP),
    Row("a label of 0", update(y=0), ValueError, "y is 0; want 1 or -1"),
    Row("a label of -0.0", update(y=-0.0), ValueError, "y is -0.0; want 1 or -1"),
    Row("a label of NaN", update(y=np.nan), ValueError, "y is nan; want 1 or -1"),
    Row("a label of infinity", update(y=np.inf), ValueError, "y is inf; want 1 or -1"),
    Row("a label of 2", update(y=2), ValueError, "perceptron_update: y is 2; want 1 or -1: 1 if label == c else -1"),
    *(Row(f"a label of {y!r}", update(y=y), ValueError, f"y is {y!r}; want 1 or -1: 1 if label == c else -1")
      for y in (-2, 0.5, "one", None)),
    Row("a label of text", update(y="1"), ValueError, "y is '1'; want 1 or -1"),
    Row("a label of bytes", update(y=b"1"), ValueError, "y is b'1'; want 1 or -1"),
    Row("a complex label", update(y=1 + 0j), ValueError, "y is (1+0j); want 1 or -1"),
    Row("a label in a list", update(y=[1]), ValueError, "y is [1]; want 1 or -1"),
    Row("a label in an array", update(y=np.array([1])), ValueError, "y is array([1]); want 1 or -1"),
    Row("a label beyond the range of floats", update(y=2**2000), ValueError, "want 1 or -1"),
    Row("a label just above 1", update(y=1.0 + 2.0**-52), ValueError, "y is 1.0000000000000002; want 1 or -1"),
    Row("a rate of True", update(rate=True), STEP),
    Row("a rate of float32", update(rate=np.float32(1.0)), STEP),
    Row("the least rate", update(rate=5e-324), (True, np.array([5e-324, 1e-323]))),
    Row("a rate of text", update(rate="1"), TypeError, "rate is '1'; want a positive finite number"),
    Row("a rate of None", update(rate=None), TypeError, "rate is None; want a positive finite number"),
    Row("a complex rate", update(rate=1j), TypeError, "rate is 1j; want a positive finite number"),
    Row("a rate in an array", update(rate=np.ones(1)), TypeError, "rate is array([1.]); want a positive finite number"),
    *(Row(f"a rate of {rate}", update(rate=rate), ValueError, f"rate is {rate}; want a positive finite number")
      for rate in (0.0, -1.0, np.inf)),
    Row("a rate of -0.0", update(rate=-0.0), ValueError, "rate is -0.0; want a positive finite number"),
    Row("a rate of NaN", update(rate=np.nan), ValueError, "rate is nan; want a positive finite number"),
    Row("a rate no float is", update(rate=TOO_BIG), OverflowError, "rate holds 9007199254740993, which float64"),
    Row("a rate of 2000 bits", update(rate=2**2000), OverflowError, "rate holds an integer of 2001 bits"),
    Row("samples of int8", update(x=np.array([1, 2], "i1")), STEP),
    Row("samples of uint64", update(x=np.array([1, 2], "u8")), STEP),
    Row("samples of float16", update(x=np.array([1, 2], "f2")), STEP),
    Row("samples of bfloat16", update(x=np.array([1, 2], bfloat16)), STEP),
    Row("samples of byte-swapped float32", update(x=np.array([1, 2], ">f4")), STEP),
    Row("samples of bools", update(x=np.array([True, True])), (True, np.ones(2))),
    Row("a range", update(x=range(1, 3)), STEP),
    Row("one number broadcast", update(x=np.broadcast_to(2.0, 2)), (True, np.array([2.0, 2.0]))),
    Row("negative zeros", update(x=[-0.0, -0.0]), (True, np.zeros(2))),
    Row("integers no float is", update(x=[TOO_BIG, 1]), OverflowError, "x holds 9007199254740993, which float64"),
    Row("a sample in two dimensions", update(x=[[1.0, 2.0]]), ValueError, "x has shape (1, 2); want one dimension"),
    Row("a number as sample", update(x=1.0), ValueError, "x has shape (); want one dimension"),
    Row("an empty sample", update(x=[]), ValueError, "x has shape (0,); want one dimension, and 1 feature or more"),
    Row("a sparse sample", update(x=sparse.csr_array([[1.0, 2.0]])), TypeError, "x is a sparse matrix; want a dense"),
    Row("NaN in a sample", update(x=[1.0, np.nan]), ValueError, "x holds NaN or infinity"),
    Row("a subclass for weights", update(lambda: np.zeros(2).view(np.recarray)), (True, STEP[1].view(np.recarray))),
    Row("masked weights", update(lambda: np.ma.zeros(2)), TypeError, "w has type MaskedArray; want a NumPy array"),
    Row("weights in a list", update(lambda: [0.0, 0.0]), TypeError, "w has type list; want a NumPy array of float64"),
    *(Row(f"{n} weights", update(lambda n=n: np.zeros(n)), ValueError,
          f"w has shape ({n},), a sample 2 features; want w of shape (2,) or") for n in (0, 1, 4)),
    *(Row(f"weights of {t}", update(lambda t=t: np.zeros(2, t)), TypeError,
          f"w has dtype {t}; want a NumPy array of float64, which is changed in place") for t in ("float32", "int64")),
    Row("weights of float16", update(lambda: np.zeros(2, "f2")), TypeError, "w has dtype float16; want a NumPy array"),
    Row("weights of bfloat16", update(lambda: np.zeros(2, bfloat16)), TypeError, "w has dtype bfloat16"),
    Row("byte-swapped weights", update(lambda: np.zeros(2, ">f8")), TypeError, "w has dtype >f8; want"),
    Row("weights of objects", update(lambda: np.zeros(2, object)), TypeError, "w has dtype object; want"),
    Row("no weights", update(lambda: None), TypeError, "w has type NoneType; want"),
    Row("weights in a row", update(lambda: np.zeros((1, 2))), ValueError, "w has shape (1, 2), a sample 2 features"),
    Row("weights in np.matrix", update(lambda: np.zeros((1, 2)).view(np.matrix)), ValueError, "w has shape (1, 2)"),
    Row("read-only weights", update(lambda: read_only(np.zeros(2))), ValueError, "w is read-only"),
    Row("weights that are one in memory", update(one_in_memory), ValueError, "elements of w share memory; want an ar"),
    Row("weights of NaN", update(lambda: np.full(2, np.nan)), ValueError, "w holds NaN or infinity; want finite"),
    Row("an infinite weight", update(lambda: np.array([np.inf, 0.0])), ValueError, "w holds NaN or infinity"),
    Row("weights at the end of the range", update(lambda: np.array([1.7e308, 0.0]), rate=1e308), (False,
        np.array([1.7e308, 0.0]))),
    Row("weights that would overflow", update(lambda: np.array([-1.7e308, 0.0]), y=1, x=[-1e-308, 2.0], rate=1e308),
        (False, np.array([-1.7e308, 0.0]))),
    Row("a step that overflows", update(x=[1e10, 0.0], rate=1e300), OverflowError, "numbers overflow"),
]  # fmt: skip

LMS = [
    Row("lms: a plain one", lms(), TINY_STEP),
    Row("lms: a target of int64", lms(y=np.int64(1)), TINY_STEP),
    Row("lms: a target of float16", lms(y=np.float16(1)), TINY_STEP),
    Row("lms: a target of True", lms(y=True), TINY_STEP),
    Row("lms: a target of text", lms(y="1"), TypeError, "y is '1'; want a finite number"),
    Row("lms: no target", lms(y=None), TypeError, "y is None; want a finite number"),
    Row("lms: a complex target", lms(y=1j), TypeError, "y is 1j; want a finite number"),
    Row("lms: a target in an array", lms(y=np.ones(1)), TypeError, "y is array([1.]); want a finite number"),
    Row("lms: an infinite target", lms(y=np.inf), ValueError, "y is inf; want a finite number"),
    Row("lms: a target of NaN", lms(y=np.nan), ValueError, "lms_update: y is nan; want a finite number"),
    *(Row(f"lms: a sample of {v}", lms(x=[1.0, v]), ValueError, "lms_update: x holds NaN or infinity")
      for v in (np.nan, np.inf)),
    *(Row(f"fit_lms: {v} in a row", lambda v=v: onedot.fit_lms([[1.0], [v]], [1.0, 2.0]), ValueError,
          "fit_lms: row 1 of X holds NaN or infinity") for v in (np.nan, np.inf)),
    *(Row(f"fit_lms: a target of {v}", lambda v=v: onedot.fit_lms([[1.0], [2.0]], [1.0, v]), ValueError,
          "fit_lms: y holds NaN or infinity") for v in (np.nan, np.inf)),
    Row("fit_lms: no samples", lambda: onedot.fit_lms(np.zeros((0, 2)), []), ValueError, "X has 0 samples"),
    Row("fit_lms: three targets", lambda: onedot.fit_lms(X, Y[:3]), ValueError, "X has 4 rows, y has shape (3,)"),
    Row("lms: a target no float is", lms(y=TOO_BIG), OverflowError, "y holds 9007199254740993, which float64"),
    Row("lms: a target of 2000 bits", lms(y=2**2000), OverflowError, "y holds an integer of 2001 bits"),
    Row("lms: a target at the end of the range", lms(y=1.7e308, rate=0.25), (1.7e308, np.array([4.25e307, 8.5e307]))),
    Row("lms: a target whose step overflows", lms(y=1.7e308, rate=1.0), OverflowError, "numbers overflow"),
    Row("lms: a rate of 0", lms(rate=0), ValueError, "rate is 0; want a positive finite number"),
    Row("lms: a rate of text", lms(rate="0.1"), TypeError, "rate is '0.1'; want a positive finite number"),
    Row("lms: masked weights", lms(lambda: np.ma.zeros(2)), TypeError, "w has type MaskedArray"),
    Row("lms: weights that are one in memory", lms(one_in_memory), ValueError, "elements of w share memory; want"),
    Row("lms: weights of NaN", lms(lambda: np.full(2, np.nan)), ValueError, "w holds NaN or infinity"),
    Row("lms: read-only weights", lms(lambda: read_only(np.zeros(2))), ValueError, "w is read-only"),
    Row("lms: samples of bfloat16", lms(x=np.array([1, 2], bfloat16)), TINY_STEP),
    Row("fit_lms: targets in a column", lambda: onedot.fit_lms(X, np.ones((4, 1))), ValueError, "y has shape (4, 1)"),
    Row("fit_lms: targets no float is", lambda: onedot.fit_lms(X, [TOO_BIG] * 4), OverflowError, "y holds 90071992547"),
    Row("fit_lms: no epochs", lambda: onedot.fit_lms(X, Y, epochs=0), ValueError, "epochs is 0; want 1 or more"),
    Row("fit_lms: epochs of True", lambda: onedot.fit_lms(X, Y, epochs=True), TypeError, "epochs is True; want an int"),
    Row("fit_lms: half an epoch", lambda: onedot.fit_lms(X, Y, epochs=0.5), TypeError, "epochs is 0.5; want an intege"),
    Row("fit_lms: a bias of 2", lambda: onedot.fit_lms(X, Y, bias=2), TypeError, "bias is 2; want True or False"),
    Row("fit_lms: a seed of text", lambda: onedot.fit_lms(X, Y, seed="1"), TypeError, "seed is '1'; want an integer"),
    Row("fit_lms: a rate of NaN", lambda: onedot.fit_lms(X, Y, rate=np.nan), ValueError, "rate is nan; want a positiv"),
    Row("fit_lms: errors whose squares overflow",
        lambda: onedot.fit_lms(X, [1e200] * 4, rate=1e-300, epochs=1).losses, np.array([np.inf])),
    Row("fit_lms: steps that overflow", lambda: onedot.fit_lms(X, [1e308] * 4, rate=1), OverflowError, "overflow"),
    Row("fit_lms: the least rate", lambda: onedot.fit_lms(X, [1, 2, 3, 4], rate=5e-324, epochs=1).losses,
        np.array([7.5])),
    Row("LmsFit: one sample without its brackets",
        lambda: onedot.fit_lms(X, Y, epochs=1).predict([1.0, 2.0]), ValueError, "X has shape (2,); want two dimension"),
    Row("LmsFit: other features",
        lambda: onedot.fit_lms(X, Y, epochs=1).predict(np.zeros((1, 3))), ValueError, "X has 3 features; want 2, as i"),
    Row("LmsFit: predictions of nothing",
        lambda: onedot.fit_lms(X, Y, epochs=1).predict(np.zeros((0, 2))), np.zeros(0)),
]  # fmt: skip

EPOCHS = [
    Row("epoch: a plain one", epoch(), 4),
    Row("epoch: labels of bfloat16", epoch(labels=np.array(Y, bfloat16)), 4),
    Row("epoch: labels of int8", epoch(labels=np.array(Y, "i1")), 4),
    Row("epoch: labels of uint64", epoch(labels=np.ones(4, "u8")), 2),
    Row("epoch: samples of float16", epoch(X.astype("f2")), 4),
    Row("epoch: samples of bfloat16", epoch(X.astype(bfloat16)), 4),
    Row("epoch: samples of int16", epoch(X.astype("i2")), 4),
    Row("epoch: samples of bools", epoch(X.astype(bool), w=lambda: np.zeros(3)), 4),
    Row("epoch: byte-swapped samples", epoch(X.astype(">f4")), 4),
    Row("epoch: samples backwards", epoch(X[::-1, ::-1][::-1, ::-1]), 4),
    Row("epoch: samples in Fortran order", epoch(np.asfortranarray(X)), 4),
    Row("epoch: misaligned samples", epoch(MISALIGNED), 4),
    Row("epoch: samples of 71 bits that a float is", epoch([[2**70, 1]], [1]), 1),
    Row("epoch: samples no float is", epoch([[TOO_BIG, 1]], [1]), OverflowError, "X holds 9007199254740993"),
    Row("epoch: CSR of float16", epoch(sparse.csr_array(X)), 4),
    Row("epoch: CSR of int64", epoch(sparse.csr_array(X.astype("i8"))), 4),
    Row("epoch: CSR of giants", epoch(sparse.csr_array([[TOO_BIG, 1]]), [1]), OverflowError, "X holds 900"),
    Row("epoch: CSR of complex numbers", epoch(sparse.csr_array(X + 0j)), TypeError, "X has dtype complex128"),
    Row("epoch: CSC", epoch(sparse.csc_array(X)), TypeError, "X is sparse, a csc_array; want CSR, which X.tocsr() mak"),
    Row("epoch: DOK", epoch(sparse.dok_array(X)), TypeError, "X is sparse, a dok_array; want CSR"),
    Row("epoch: one label", epoch(labels=1), ValueError, "X has 4 rows, y has shape (); want a label for each row"),
    *(Row(f"epoch: labels of {v}", epoch(labels=v * 2), error, words) for v, error, words in (
        ([0, 1], ValueError, "y[0] is 0; want labels 1 and -1; np.where(y == c, 1, -1)"),
        ([1, 2], ValueError, "y[1] is 2; want labels 1 and -1; np.where(y == c, 1, -1)"),
        ([1, np.nan], ValueError, "y[1] is nan; want labels 1 and -1; np.where(y == c, 1, -1)"),
        ([True, False], TypeError, "y has dtype bool; want labels 1 and -1; np.where(y == c, 1, -1)"),
        (["a", "b"], TypeError, "y has dtype <U1"),
    )),
    Row("epoch: samples in a row", epoch(np.ones(3), [1]), ValueError, "X has shape (3,); want two dimensions"),
    Row("epoch: no features", epoch(np.ones((4, 0))), ValueError, "X has 0 features"),
    Row("epoch: CSR of no features", epoch(sparse.csr_array((4, 0))), ValueError, "X has 0 features"),
    Row("epoch: COO", epoch(sparse.coo_array(X)), TypeError, "X is sparse, a coo_array; want CSR, which X.tocsr() mak"),
    Row("epoch: three labels", epoch(labels=Y[:3]), ValueError, "X has 4 rows, y has shape (3,); want a label for eac"),
    Row("epoch: four weights", epoch(w=lambda: np.zeros(4)), ValueError, "w has shape (4,), a sample 2 features"),
    Row("epoch: weights of float32", epoch(w=lambda: np.zeros(2, "f4")), TypeError, "w has dtype float32"),
    Row("epoch: labels of -0.0", epoch(labels=[-0.0, 1, 1, 1]), ValueError, "y[0] is -0.0; want labels 1 and -1"),
    Row("epoch: a giant label", epoch(labels=[1, 2**70, 1, 1]), ValueError, f"y[1] is {2**70}; want labels 1 and -1"),
    Row("epoch: masked weights", epoch(w=lambda: np.ma.zeros(2)), TypeError, "w has type MaskedArray"),
    Row("epoch: weights of NaN", epoch(w=lambda: np.full(2, np.nan)), ValueError, "w holds NaN or infinity; want fini"),
    Row("epoch: an infinite bias", epoch(w=lambda: np.array([-np.inf, 0, 0])), ValueError, "w holds NaN or infinity"),
    Row("epoch: weights that are one in memory", epoch(w=one_in_memory), ValueError, "elements of w share memory; wan"),
    Row("epoch: read-only weights", epoch(w=lambda: read_only(np.zeros(2))), ValueError, "w is read-only"),
    Row("epoch: no weights", epoch(w=lambda: None), TypeError, "w has type NoneType"),
    Row("epoch: an order of uint8", epoch(order=np.array([3, 3], "u1")), 1),
    Row("epoch: an order of nothing", epoch(order=[]), 0),
    Row("epoch: an order that is a range", epoch(order=range(1)), 1),
    Row("epoch: an order backwards", epoch(order=np.arange(4)[::-1]), 2),
    Row("epoch: a byte-swapped order", epoch(order=np.array([3, 0], ">i4")), 2),
    Row("epoch: an order of bools", epoch(order=[True, False]), ValueError, "order has shape (2,) and dtype bool"),
    Row("epoch: an order of floats", epoch(order=[1.0]), ValueError, "order has shape (1,) and dtype float64"),
    Row("epoch: an order of text", epoch(order="01"), ValueError, "order has shape () and dtype <U2"),
    Row("epoch: a number as order", epoch(order=1), ValueError, "order has shape () and dtype int64"),
    Row("epoch: a ragged order", epoch(order=[[0], [1, 2]]), ValueError, "order is ragged; want one dimension"),
    Row("epoch: an order in two dimensions", epoch(order=[[0, 1]]), ValueError, "order has shape (1, 2)"),
    Row("epoch: an order beyond int64", epoch(order=np.array([2**63], "u8")), ValueError, "order holds 92233720368547"),
    Row("epoch: an order of giants", epoch(order=[2**70]), ValueError, "order has shape (1,) and dtype object"),
    Row("epoch: an order of negative numbers", epoch(order=[-1]), ValueError, "order holds -1 to -1; want rows of X,"),
    Row("epoch: an order beyond the rows", epoch(order=[0, 1, 4]), ValueError, "perceptron_epoch: order holds 0 to 4"),
    Row("epoch: a masked order", epoch(order=np.ma.array([0])), TypeError, "order is a masked array"),
]  # fmt: skip


def fit(samples=X, labels=Y, **options):
    return lambda: onedot.fit_perceptron(samples, labels, **{"max_epochs": 3} | options).mistakes


LINE = onedot.fit_perceptron([[1.0], [-1.0]], [1, -1])

FITS = [
    Row("fit: a plain one", fit(), np.array([4, 2, 2])),
    Row("fit: epochs of int8", fit(max_epochs=np.int8(2)), np.array([4, 2])),
    Row("fit: more epochs than int64 holds", fit(max_epochs=2**70), np.array([4, 2, 2, 2, 1, 0])),
    Row("fit: epochs of True", fit(max_epochs=True), TypeError, "max_epochs is True; want an integer of 1 or more"),
    Row("fit: epochs of None", fit(max_epochs=None), TypeError, "max_epochs is None; want an integer of 1 or more"),
    *(Row(f"fit: {n!r} epochs", fit(max_epochs=n), error, f"max_epochs is {n!r}; want")
      for n, error in ((0, ValueError), (-1, ValueError), (1.5, TypeError), ("1", TypeError))),
    Row("fit: no samples", fit(np.zeros((0, 2)), []), ValueError, "X has 0 samples"),
    Row("fit: negative epochs", fit(max_epochs=-(2**70)), ValueError, f"max_epochs is {-(2**70)}; want 1 or more"),
    Row("fit: a negative seed", fit(seed=-1), np.array([4, 1, 1])),
    Row("fit: the same seed of 64 bits", fit(seed=np.uint64(2**64 - 1)), np.array([4, 1, 1])),
    Row("fit: a seed beyond 64 bits", fit(seed=2**100), np.array([3, 3, 1])),
    Row("fit: half a seed", fit(seed=1.5), TypeError, "seed is 1.5; want an integer, or None for the order given"),
    Row("fit: a generator as seed", fit(seed=np.random.RandomState(0)), TypeError, "want an integer, or None"),
    Row("fit: a bias of text", fit(bias="no"), TypeError, "bias is 'no'; want True or False"),
    Row("fit: a bias of 2", fit(bias=2), TypeError, "bias is 2; want True or False"),
    Row("fit: a bias of np.False_", fit(bias=np.False_), np.array([4, 2, 2])),
    Row("fit: a bias in an array", fit(bias=np.ones(2)), TypeError, "bias is array([1., 1.]); want True or False"),
    Row("fit: a rate at the end of the range", fit(rate=1.7e308), OverflowError, "the margin of row 2 overflows"),
    Row("fit: the least rate", fit([[1.0], [-1.0]], [1, -1], rate=5e-324), np.array([2, 0])),
    Row("fit: the least samples", fit([[5e-324], [-5e-324]], [1, -1]), np.array([2, 2, 2])),
    Row("fit: the largest samples", fit([[1.7e308, 1.7e308], [0.0, 0.0]], [1, -1]), OverflowError, "overflow"),
    Row("fit: one class", fit(labels=np.ones(4)), ValueError, "all labels are 1; want both classes, 1 and -1"),
    Row("fit: one sample", fit([[1.0]], [1]), ValueError, "all labels are 1; want both classes"),
    Row("fit: labels of 0 and 1", fit(labels=[0, 1, 1, 0]), ValueError, "y[0] is 0; want labels 1 and -1"),
    Row("fit: labels in a column", fit(labels=[[1], [-1], [1], [-1]]), ValueError, "y has shape (4, 1)"),
    Row("fit: too few labels", fit(labels=[1, -1]), ValueError, "X has 4 rows, y has shape (2,)"),
    Row("fit: NaN in the last row", fit([[1.0], [np.nan]], [1, -1]), ValueError, "row 1 of X holds NaN or infinity"),
    Row("fit: infinity in CSR", fit(sparse.csr_array([[1.0], [np.inf]]), [1, -1]), ValueError, "row 1 of X holds NaN"),
    Row("PerceptronFit: NaN", lambda: LINE.predict([[np.nan]]), ValueError, "row 0 of X holds NaN or infinity"),
    Row("PerceptronFit: no brackets", lambda: LINE.predict([1.0]), ValueError, "X has shape (1,); want two dimensions"),
    Row("PerceptronFit: other features", lambda: LINE.predict(np.ones((1, 3))), ValueError, "X has 3 features; want 1"),
    Row("PerceptronFit: nothing", lambda: LINE.predict(np.zeros((0, 1))), np.zeros(0, np.int64)),
    Row("PerceptronFit: the end of the range", lambda: LINE.margins([[1.7e308]]), OverflowError, "the margin of row 0"),
]  # fmt: skip

PAIR = [[1.0], [2.0]]


def separated(samples, labels, **options):
    """The kind of answer and whether it holds, which do not depend on the version of SciPy."""

    def call():
        answer = onedot.separability(samples, labels, **options)
        return type(answer).__name__, answer.verify(samples, labels)

    return call


SEPARABILITY = [
    Row("separability: the ends of the range", separated([[1.7e308], [-1.7e308]], [1, -1]), ("Separable", True)),
    Row("separability: the least numbers", separated([[5e-324], [0.0]], [1, -1]), ("Separable", True)),
    Row("separability: both", separated([[1.7e308, 5e-324], [0, 0]], [1, -1]), ("Separable", True)),
    Row("separability: integers of 2001 bits", separated([[2**2000], [1]], [1, -1]), ("Separable", True)),
    Row("separability: integers that differ by one", separated([[2**64], [2**64 + 1]], [1, -1]), ("Separable", True)),
    Row("separability: the ends of uint64", separated(np.array([[0], [2**64 - 1]]), [1, -1]), ("Separable", True)),
    Row("separability: bools that are the same", separated(np.zeros((2, 1), bool), [1, -1]), ("Inseparable", True)),
    Row("separability: bfloat16", separated(np.zeros((2, 1), bfloat16), [1, -1]), ("Inseparable", True)),
    Row("separability: float16", separated(np.array(PAIR, "f2"), [1, -1]), ("Separable", True)),
    Row("separability: zeros of both signs", separated([[0.0], [-0.0]], [1, -1]), ("Inseparable", True)),
    Row("separability: bfloat16 of NaN",
        separated(np.array([[np.nan], [1]], bfloat16), [1, -1]), ValueError, "X[0, 0] is nan; want finite numbers"),
    Row("separability: a budget of text", separated(PAIR, [1, -1], budget="1"), TypeError, "budget is '1'; want 0 sec"),
    Row("separability: no budget", separated(PAIR, [1, -1], budget=None), TypeError, "budget is None; want 0 seconds"),
    Row("separability: a budget no float is", separated(PAIR, [1, -1], budget=2**2000), OverflowError, "budget holds"),
    Row("separability: a sparse matrix",
        separated(sparse.csr_array(PAIR), [1, -1]), TypeError, "X is a sparse matrix; want a dense one, which X.toarr"),
    Row("separability: labels of -0.0", separated(PAIR, [1.0, -0.0]), ValueError, "y[1] is -0.0; want labels 1 and -1"),
    *(Row(f"Separable: {name}", lambda w=w: Separable(w, 0.5).verify(PAIR, [1, -1]), False) for name, w in {
        "too few weights": np.ones(1), "no weights": None, "NaN": np.array([np.nan, 1.0]), "text": ["a", "b"],
        "weights in a row": [[1.0, 2.0]], "zeros": np.zeros(2), "complex weights": np.ones(2, complex),
        "infinity": [np.inf, 1.0], "another margin": [1.5, -1.0000001],
    }.items()),
    Row("Separable: what does separate", lambda: Separable([1.5, -1.0], 0.5).verify(PAIR, [1, -1]), True),
    *(Row(f"Inseparable: {name}", lambda i=i, c=c: Inseparable(i, c).verify([[1.0], [1.0]], [1, -1]), False)
      for name, (i, c) in {
        "samples that there are not": (np.array([0, 5]), (1, 1)), "negative indices": (np.array([0, -1]), (1, 1)),
        "coefficients of floats": (np.array([0, 1]), (1.0, 1.0)), "indices of floats": (np.array([0.0, 1.0]), (1, 1)),
        "one sample twice": (np.array([0, 0]), (1, 1)), "nothing": ([], ()), "zeros": ([0, 1], (0, 0)),
        "negative coefficients": ([0, 1], (-1, -1)), "coefficients of text": ([0, 1], ("1", "1")),
        "more coefficients than samples": ([0, 1], (1, 1, 1)), "no indices": (None, (1, 1)),
    }.items()),
    Row("Inseparable: what does cancel", lambda: Inseparable([0, 1], (1, 1)).verify([[1.0], [1.0]], [1, -1]), True),
]  # fmt: skip

ROWS = [*UPDATES, *LMS, *EPOCHS, *FITS, *SEPARABILITY]

TestCalls = checks_of(ROWS, least=240)
